"""Who can log in, and the refresh tokens that are out.

State and verbs of logins; raises refusals. Judging the tokens of ordinary requests is
the business of `access.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import MINUTE
from mockserver.kernel.refusals import Forbidden, Unauthenticated
from mockserver.vendors.openloyalty.tokens import LIFETIME, Holder, Tokens

REQUESTS_A_MINUTE = 20
"""For each login and refresh operation. Help pages, limits of the API."""


KEPT = 10_000
"""How many refresh tokens that are good, and how many that were used, are kept: beyond that
the oldest goes, to bound memory."""


class TooManyRequests(Forbidden):
    """The caller may do this, only not so often."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a login gives."""

    token: str
    refresh_token: str


class Accounts:
    """Passwords, refresh tokens and the limit on logins."""

    def __init__(
        self,
        *,
        passwords: Mapping[tuple[str | None, str], str],
        tokens: Tokens,
        choices: Mapping[str, str],
        clock: Clock,
        ids: Ids,
        kept: int = KEPT,
    ) -> None:
        """`passwords` maps store (`None` for admins) and user name to the password."""
        self._passwords = passwords
        self._tokens = tokens
        self._clock = clock
        self._ids = ids
        self._limited = choices["openloyalty.login-limit"] == "on"
        self._single_use = choices["openloyalty.refresh-token-reuse"] == "refuse"
        self._refresh_tokens: dict[str, Holder] = {}
        self._used: dict[str, None] = {}
        self._kept = kept
        self._recent: dict[str, list[int]] = {}

    def log_in(self, store: str | None, username: str, password: str) -> Session:
        """Log an admin (no store) or a member of a store in. Raises Unauthenticated."""
        # User names of members are e-mail addresses, which nobody types in one case.
        name = username if store is None else username.lower()
        if self._passwords.get((store, name)) != password:
            raise Unauthenticated("Bad credentials.", requirement="OLO-032")
        return self._session(
            Holder(name, "ROLE_ADMIN" if store is None else "ROLE_PARTICIPANT", store)
        )

    def refresh(self, store: str | None, refresh_token: str) -> Session:
        """Exchange a refresh token. Raises Unauthenticated."""
        holder = self._refresh_tokens.get(refresh_token)
        if holder is None or holder.store != store:
            requirement = "OLO-035" if holder is None else "OLO-036"
            raise Unauthenticated(
                "JWT Refresh Token Not Found",
                requirement="OLO-034" if refresh_token in self._used else requirement,
                pointer="/refresh_token",
            )
        if self._single_use:
            self._used[refresh_token] = None
            _shorten(self._used, self._kept)
            del self._refresh_tokens[refresh_token]
        return self._session(holder)

    def count(self, operation: str) -> None:
        """Count one request, if it was chosen to (OLO-174). Raises TooManyRequests."""
        if not self._limited:
            return
        now = self._clock.now()
        # The clock may have been set back: what lies ahead of it did not happen yet.
        recent = [each for each in self._recent.get(operation, ()) if now - MINUTE < each <= now]
        if len(recent) >= REQUESTS_A_MINUTE:
            raise TooManyRequests("Too Many Requests", requirement="OLO-038")
        self._recent[operation] = [*recent, now]

    def _session(self, holder: Holder) -> Session:
        now = self._clock.now()
        token = self._tokens.write(holder, now, now + LIFETIME, self._ids.hex(32))
        refresh_token = self._ids.hex(128)
        self._refresh_tokens[refresh_token] = holder
        _shorten(self._refresh_tokens, self._kept)
        return Session(token, refresh_token)


def _shorten(kept: dict[str, Any], most: int) -> None:
    if len(kept) > most:
        del kept[next(iter(kept))]
