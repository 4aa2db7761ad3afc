"""Who may ask Open Loyalty: keys, logins and tokens, read plainly from the ledger.

For the state machine only; nothing of the room.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answers import Answer, no

LIFETIME = 86_400_000
"""Of a JWT, in milliseconds (OLO-025)."""


class Callers:
    """Keys, passwords and tokens."""

    def __init__(self, fixture: Mapping[str, Any], choices: Mapping[str, str]) -> None:
        self.choices = choices
        self.now = 0
        """The instant of the clock, as the machine tells it before each call."""
        self.codes = [store["code"] for store in fixture["stores"]]
        self.keys = [each["key"] for each in fixture["apiKeys"]]
        self.tokens: dict[str, tuple[str | None, int]] = {}
        """JWT -> the store of a member, or None for an admin; and when it expires."""
        self.refreshers: dict[str, str | None] = {}
        """Refresh token -> the store of a member, or None for an admin."""
        self.used: set[str] = set()
        """Refresh tokens that worked once and do not work again."""
        self.logins: dict[str, list[int]] = {}
        """Operation -> when it was asked within the last minute."""
        self.passwords: dict[tuple[str | None, str], str] = {
            (None, each["username"]): each["password"] for each in fixture["admins"]
        }
        for store in fixture["stores"]:
            for member in store["members"]:
                if "password" in member:
                    self.passwords[store["code"], member["email"]] = member["password"]

    def admit(self, sent: Mapping[str, str], code: str) -> Answer | None:
        """Return the refusal of a caller, or None (OLO-020 to OLO-029, OLO-039)."""
        refusal = self._caller(sent)
        if refusal is None and code not in self.codes:
            return no(404, "OLO-028")
        return refusal

    def _caller(self, sent: Mapping[str, str]) -> Answer | None:
        key, bearer = sent.get("x-auth-token"), sent.get("authorization")
        if key in self.keys:
            return None
        if bearer is None:
            if key is None:
                return no(401, "OLO-022", "JWT Token not found")
            return no(int(self.choices["wrong-api-key"]), "OLO-026")
        token = bearer.removeprefix("Bearer ")
        if token not in self.tokens:
            return no(401, "OLO-023", "Invalid JWT Token")
        store, expires = self.tokens[token]
        if expires <= self.now:
            return no(401, "OLO-024", "Expired JWT Token")
        return None if store is None else no(403, "OLO-027")

    def log_in(self, operation: str, code: str | None, username: str, password: str) -> Answer:
        """Judge a login; a good one gives a session (OLO-030 to OLO-032)."""
        if code is not None and code not in self.codes:
            return no(404, "OLO-028")
        if self._too_often(operation):
            return no(429, "OLO-038")
        if self.passwords.get((code, username)) != password:
            return no(401, "OLO-032", "Bad credentials.")
        return Answer(200, ...)

    def refresh(self, operation: str, code: str | None, refresh_token: str) -> Answer:
        """Judge the exchange of a refresh token (OLO-033 to OLO-036)."""
        if code is not None and code not in self.codes:
            return no(404, "OLO-028")
        if self._too_often(operation):
            return no(429, "OLO-038")
        if refresh_token in self.used:
            return no(401, "OLO-034")
        if refresh_token not in self.refreshers:
            return no(401, "OLO-035")
        if self.refreshers[refresh_token] != code:
            return no(401, "OLO-036")
        if self.choices["refresh-token-reuse"] == "refuse":
            self.used.add(refresh_token)
        return Answer(200, ...)

    def session(self, code: str | None, token: str, refresh_token: str) -> None:
        """Take over the tokens that a login or refresh gave."""
        assert token not in self.tokens
        assert refresh_token not in self.refreshers
        self.tokens[token] = code, (self.now + LIFETIME) // 1000 * 1000
        self.refreshers[refresh_token] = code

    def _too_often(self, operation: str) -> bool:
        """Count a request; refused ones do not count (OLO-038, OLO-174)."""
        recent = self.logins.get(operation, [])
        recent = [each for each in recent if self.now - 60_000 < each <= self.now]
        self.logins[operation] = recent
        if len(recent) >= 20 and self.choices["login-limit"] == "on":
            return True
        recent.append(self.now)
        return False
