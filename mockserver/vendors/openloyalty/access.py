"""Credentials -> caller, or a refusal. Changes no state.

Order: who calls (401), whether it may (403), whether the store exists (404).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.kernel.call import Call
from mockserver.kernel.clock import Clock
from mockserver.kernel.refusals import Forbidden, Missing, Unauthenticated
from mockserver.kernel.room import Admission, Demo
from mockserver.vendors.openloyalty.accounts import Accounts
from mockserver.vendors.openloyalty.tokens import Holder, Tokens, Unreadable
from mockserver.vendors.openloyalty.world import World

LOGINS = frozenset({"adminLoginCheck", "memberLoginCheck", "tokenRefresh", "tokenRefreshMember"})
"""Operations that need no token."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The whole state of the room: every store, and who may enter."""

    worlds: Mapping[str, World]
    """By store code; the first is the main one."""
    accounts: Accounts
    tokens: Tokens
    api_keys: Mapping[str, Holder]
    """Permanent token -> its owner."""
    demos: tuple[Demo, ...]
    choices: Mapping[str, str]
    clock: Clock


def admit(state: Stores, call: Call) -> Admission:
    """Let a caller in: an admin (OLO-020), in the store that is addressed (OLO-029).

    Raises Unauthenticated, Forbidden and Missing, before the rest of the call is
    looked at (OLO-039).
    """
    if call.operation in LOGINS:
        store = call.path.get("storeCode")
        if store is not None:
            _world(state, store)
        return Admission(state, None)
    caller = _caller(state, call.sent)
    if caller.role != "ROLE_ADMIN":
        raise Forbidden("Access Denied.", requirement="OLO-027", pointer="/header/Authorization")
    return Admission(_world(state, call.path["storeCode"]), caller)


def _world(state: Stores, code: str) -> World:
    world = state.worlds.get(code)
    if world is None:
        raise Missing(
            "Store not found.", requirement="OLO-028", pointer="/path/storeCode", resource=code
        )
    return world


def _caller(state: Stores, sent: Mapping[str, str]) -> Holder:
    # Either of the two headers suffices (OLO-021).
    key = sent.get("x-auth-token")
    if key is not None and (owner := state.api_keys.get(key)) is not None:
        return owner
    authorization = sent.get("authorization")
    if authorization is None:
        if key is not None:
            raise _unknown_key(state)
        raise _not_found()
    scheme, _, token = authorization.partition(" ")
    if not token or scheme.lower() != "bearer":
        raise _not_found()
    try:
        claims = state.tokens.read(token)
    except Unreadable:
        raise Unauthenticated(
            "Invalid JWT Token", requirement="OLO-023", pointer="/header/Authorization"
        ) from None
    if claims.expires <= state.clock.now():  # (OLO-210)
        raise Unauthenticated(
            "Expired JWT Token", requirement="OLO-024", pointer="/header/Authorization"
        )
    return claims.holder


def _not_found() -> Unauthenticated:
    return Unauthenticated(
        "JWT Token not found", requirement="OLO-022", pointer="/header/Authorization"
    )


def _unknown_key(state: Stores) -> Forbidden | Unauthenticated:
    kind = Forbidden if state.choices["openloyalty.wrong-api-key"] == "403" else Unauthenticated
    return kind("Invalid API token.", requirement="OLO-026", pointer="/header/X-AUTH-TOKEN")
