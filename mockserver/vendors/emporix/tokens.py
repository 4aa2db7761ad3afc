"""Access and refresh tokens: made, found, renewed and revoked.

Finding one is a single dictionary look-up, because every request does it. No rules
about who may have a token (`identity/grants.py`) or what it opens (`access.py`), no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from mockserver.kernel.clock import Clock
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.callers import Caller

LIMIT = 100_000
"""How many tokens of a kind may pile up; then the older half of them goes, dead or not.

By age and not by expiry, for the clock may be set back, and then the dead live again.
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token opens, ready to be handed out."""

    caller: Caller
    admission: Admission
    """The world of the caller's tenant, with the caller; made once per token."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a refresh token renews."""

    caller: Caller
    """The bearer of the access token that was issued together with it."""
    expires: int
    """Instant in milliseconds from which the refresh token is dead."""


class Tokens:
    """Every token of a platform that has not been revoked."""

    __slots__ = ("_clock", "_refresh_of_session", "_seeded", "grants", "renewals")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seeded = 0
        self._refresh_of_session: dict[str, str] = {}
        self.grants: dict[str, Grant] = {}
        """Access tokens, the expired ones included."""
        self.renewals: dict[str, Renewal] = {}
        """Refresh tokens that have not been used."""

    def plant(self, token: str, caller: Caller, world: object, *, seeded: bool = False) -> None:
        """Make an access token under a given text; seeded ones come first and stay."""
        if seeded:
            self._seeded += 1
        elif len(self.grants) >= self._seeded + LIMIT:
            for old in list(islice(self.grants, self._seeded, self._seeded + LIMIT // 2)):
                del self.grants[old]
        self.grants[token] = Grant(caller, Admission(world, caller))

    def plant_refresh(self, token: str, caller: Caller, expires: int) -> None:
        """Make the refresh token of a session; it takes the place of any former one."""
        former = self._refresh_of_session.get(caller.session)
        if former is not None:
            self.renewals.pop(former, None)
        if len(self.renewals) >= LIMIT:
            for old in list(islice(self.renewals, LIMIT // 2)):
                self._refresh_of_session.pop(self.renewals.pop(old).caller.session, None)
        self._refresh_of_session[caller.session] = token
        self.renewals[token] = Renewal(caller, expires)

    def renewal(self, token: str) -> Renewal | None:
        """Return what a refresh token renews, while it is unused and has not expired."""
        renewal = self.renewals.get(token)
        if renewal is None or renewal.expires <= self._clock.now():
            return None
        return renewal

    def end_session(self, session: str) -> None:
        """Revoke every access token of a session (EMX-373) and its refresh token (EMX-374)."""
        # Logging out is rare: a walk costs less than an index that every token pays for.
        of_session = [t for t, grant in self.grants.items() if grant.caller.session == session]
        for token in of_session:
            del self.grants[token]
        refresh = self._refresh_of_session.pop(session, None)
        if refresh is not None:
            self.renewals.pop(refresh, None)
