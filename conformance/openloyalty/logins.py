"""Logging in: what is sent, and what a token must say of itself."""

from __future__ import annotations

from typing import Any, Literal

from conformance.exchange import Reply
from conformance.judging import Unmet
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty, is_member
from conformance.openloyalty.tokens import parts_of

Kind = Literal["admin", "member"]
KINDS: tuple[Kind, Kind] = ("admin", "member")

LIFETIME = 24 * 60 * 60
"""Seconds that a token lives."""
CLOCKS = 300
"""Seconds by which the clock of a target may be off."""


def passwords(case: OpenLoyalty, kind: Kind) -> tuple[str, str]:
    """Return user name and password of somebody of a kind. Raises Unmet."""
    for name, given in case.session.config.credentials.items():
        if is_member(name) == (kind == "member") and "username" in given and "password" in given:
            return given["username"], given["password"]
    raise case.lacking(f"openloyalty.credentials.{kind} with username and password")


def almost(case: OpenLoyalty, password: str, kind: Kind) -> str:
    """Return a password that is near a right one: in the other case, or with a letter more."""
    wrong = password.swapcase() if kind == "admin" else password
    wrong = wrong if wrong != password else f"{password}x"
    # It tells the right one to whoever reads it.
    case.session.secrets.add(wrong, f"OPENLOYALTY_{kind}_WRONG_PASSWORD".upper())
    return wrong


def log_in(case: OpenLoyalty, kind: Kind, username: str, password: str, **sending: Any) -> Reply:
    """Send a login."""
    body = {"username": username, "password": password}
    return kept(case, case.send(op.LOGINS[kind], by="", body=body, **sending))


def refresh(case: OpenLoyalty, kind: Kind, token: str, **sending: Any) -> Reply:
    """Send a refresh token to where users of a kind renew theirs."""
    return kept(
        case, case.send(op.REFRESHES[kind], by="", body={"refresh_token": token}, **sending)
    )


def logged_in(case: OpenLoyalty, kind: Kind) -> Reply:
    """Return the answer to a login that went well. Raises Unmet."""
    reply = log_in(case, kind, *passwords(case, kind), step="set up")
    return case.need(reply, 200, what=f"logging in as {kind}")


def refresh_token(reply: Reply) -> str:
    """Return the refresh token that came with a login. Raises Unmet."""
    found = reply.at("/refresh_token")
    if not isinstance(found, str):
        raise Unmet("the login came without a refresh_token")
    return found


def kept(case: OpenLoyalty, reply: Reply) -> Reply:
    """Remember the tokens of an answer as secrets, and return it."""
    for field in ("token", "refresh_token"):
        value = reply.at(f"/{field}")
        if isinstance(value, str):
            case.session.secrets.add(value, f"OPENLOYALTY_{field}".upper())
    return reply


def judge_token(case: OpenLoyalty, reply: Reply, kind: Kind) -> None:
    """Judge that a token is a signed JWT that names its user, and lives for a day."""
    token = reply.at("/token")
    found = parts_of(token)
    told = case.judge("OLO-037", reply)
    told.that(found is not None, "a JWT of three parts", "something else", "token", "/token")
    header, claims, signature = found or ({}, {}, "")
    told.that(
        bool(signature) and str(header.get("alg", "")).lower() != "none",
        "a signed JWT", "one without a signature", "token", "/token",
    )  # fmt: skip
    told.that(_names(case, claims, kind), "the user among the claims", sorted(claims), "token")
    ends, begins = _number(claims.get("exp")), _number(claims.get("iat"))
    told.that(ends is not None, "the time of expiry as the claim exp", sorted(claims), "token")
    # By the target's own clock where the token tells it.
    since, slack = (case.now(), CLOCKS) if begins is None else (begins, 1)
    lives = (ends or 0) - since
    case.judge("OLO-025", reply).that(
        abs(lives - LIFETIME) <= slack,
        "valid for 24 hours", f"valid for {lives / 3600:.2f} hours", "token", "/token",
    )  # fmt: skip


def _number(claim: Any) -> float | None:
    return claim if isinstance(claim, (int, float)) and not isinstance(claim, bool) else None


def _names(case: OpenLoyalty, claims: dict[str, Any], kind: Kind) -> bool:
    """Return whether claims name the user: by user name, or by an id that only they can know."""
    username = passwords(case, kind)[0].lower()
    values = {str(each).lower() for each in claims.values() if isinstance(each, (str, int))}
    ids = ("id", "sub", "user_id", "userId", "customerId", "uid")
    return username in values or any(claims.get(each) for each in ids)
