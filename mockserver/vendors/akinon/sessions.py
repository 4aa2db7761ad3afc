"""Keeps the sessions of a site: opens them, finds them, ends them.

What somebody may do with a session is decided in `access.py`; what signing in means
stands in `world.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import DAY
from mockserver.vendors.akinon.model import Session

LIFETIME = 14 * DAY
"""Milliseconds that a session lasts (Django's default; AKN-017)."""

_KEY_LENGTH = 32
"""Letters and digits of a session's key (AKN-016)."""

KEPT = 10_000
"""How many opened sessions are kept; beyond that the oldest goes, to bound memory."""


class Sessions:
    """All sessions of one site by their key."""

    def __init__(
        self, given: Iterable[Session], *, ids: Ids, clock: Clock, kept: int = KEPT
    ) -> None:
        """`given` are sessions of the fixture; they never make room for others."""
        self._by_key = {session.key: session for session in given}
        self._opened: dict[str, None] = {}
        self._ids = ids
        self._clock = clock
        self._kept = kept

    def find(self, key: str) -> Session | None:
        """Return the session of a key, which may have expired, or `None`."""
        return self._by_key.get(key)

    def expired(self, session: Session) -> bool:
        """Tell whether the session's time is over."""
        return session.expires_at <= self._clock.now()

    def seconds_left(self, session: Session) -> int:
        """Return for how many whole seconds the session still lasts."""
        return (session.expires_at - self._clock.now()) // 1000

    def open(self, *, user: int | None = None, segment: int | None = None) -> Session:
        """Open a session for a user, or for a guest (`None`)."""
        session = Session(self._ids.token(_KEY_LENGTH), self._clock.now() + LIFETIME, user, segment)
        if len(self._opened) >= self._kept:
            self.end(next(iter(self._opened)))
        self._by_key[session.key] = session
        self._opened[session.key] = None
        return session

    def put_segment(self, session: Session, segment: int | None) -> None:
        """Note the segment of a guest's session; of one that has ended nothing is noted."""
        if session.key in self._by_key:
            self._by_key[session.key] = replace(session, segment=segment)

    def end(self, key: str) -> None:
        """Forget a session; one that is unknown is forgotten already."""
        self._by_key.pop(key, None)
        self._opened.pop(key, None)
