"""Access and refresh tokens: made, found, renewed and revoked.

Finding one is a single dictionary look-up, because every request does it. No rules
about who may have a token (`identity.py`) or what it opens (`access.py`), no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.kernel.clock import Clock
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.callers import Caller

TIDY_AT = 10_000
"""How many tokens may pile up before the dead ones are swept out."""


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

    __slots__ = ("_clock", "_refresh_of_session", "_tidy_at", "grants", "renewals")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tidy_at = TIDY_AT
        self._refresh_of_session: dict[str, str] = {}
        self.grants: dict[str, Grant] = {}
        """Access tokens, the expired ones included until they are swept out."""
        self.renewals: dict[str, Renewal] = {}
        """Refresh tokens that have not been used."""

    def plant(self, token: str, caller: Caller, world: object) -> None:
        """Make an access token under a given text."""
        if len(self.grants) >= self._tidy_at:
            self._tidy()
        self.grants[token] = Grant(caller, Admission(world, caller))

    def plant_refresh(self, token: str, caller: Caller, expires: int) -> None:
        """Make the refresh token of a session; it takes the place of any former one."""
        former = self._refresh_of_session.get(caller.session)
        if former is not None:
            self.renewals.pop(former, None)
        self._refresh_of_session[caller.session] = token
        self.renewals[token] = Renewal(caller, expires)

    def renewal(self, token: str) -> Renewal | None:
        """Return what a refresh token renews, while it is unused and has not expired."""
        renewal = self.renewals.get(token)
        if renewal is None or renewal.expires <= self._clock.now():
            return None
        return renewal

    def end_session(self, session: str) -> None:
        """Revoke every access token of a session and its refresh token."""
        # Logging out is rare: a walk costs less than an index that every token pays for.
        of_session = [t for t, grant in self.grants.items() if grant.caller.session == session]
        for token in of_session:
            del self.grants[token]
        refresh = self._refresh_of_session.pop(session, None)
        if refresh is not None:
            self.renewals.pop(refresh, None)

    def _tidy(self) -> None:
        now = self._clock.now()
        for token in _dead(((t, g.caller.expires) for t, g in self.grants.items()), now):
            del self.grants[token]
        for token in _dead(((t, r.expires) for t, r in self.renewals.items()), now):
            renewal = self.renewals.pop(token)
            self._refresh_of_session.pop(renewal.caller.session, None)
        # The next sweep waits until there are twice as many: sweeping stays cheap.
        self._tidy_at = max(TIDY_AT, 2 * len(self.grants))


def _dead(expiries: Iterable[tuple[str, int]], now: int) -> list[str]:
    return [token for token, expires in expiries if expires <= now]
