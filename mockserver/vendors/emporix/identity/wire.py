"""JSON of the OAuth and customer services both ways; their refusals' statuses and bodies.

No rules. Refusals that look like those of the segment service are shaped in the room's
`wire.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.kernel.call import Reply
from mockserver.kernel.instants import SECOND
from mockserver.kernel.refusals import (
    Invalid,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.identity.grants import (
    CUSTOMER_SCOPES,
    REFRESH_LIFE,
    ServiceToken,
    Session,
)

IDLE_TIME = 120
"""Seconds that a session may idle, as in the vendor's example; the mock enforces nothing."""

OAUTH_OPERATION = "POST-oauth-request-client-credentials"
"""The one operation of the OAuth service; every other login belongs to the customer service."""

_OAUTH_ERRORS = frozenset({"invalid_client", "invalid_scope", "unsupported_grant_type"})
"""Codes of refusals that are errors of RFC 6749, section 5.2; any other is invalid_request."""

_STATUS: Mapping[type[Refusal], tuple[int, str]] = {
    Invalid: (400, "bad_request"),
    UnsupportedMediaType: (415, "unsupported_media_type"),
    TooLarge: (413, "payload_too_large"),
}
"""Status, and the type that the customer service gives the error (EMX-378)."""


def refuse(refusal: Refusal, operation: str) -> Reply | None:
    """Return a refusal in the form of the service that the operation belongs to.

    `None` for a refusal that looks like those of the segment service.
    """
    of_oauth = operation == OAUTH_OPERATION
    if of_oauth and isinstance(refusal, Unauthenticated):
        challenge = ("WWW-Authenticate", 'Basic realm="oauth"')
        return Reply(401, _oauth_error(refusal), [challenge, ("Cache-Control", "no-store")])
    for kind, (status, name) in _STATUS.items():
        if isinstance(refusal, kind):
            if of_oauth:
                return Reply(status, _oauth_error(refusal), [("Cache-Control", "no-store")])
            return Reply(status, _customer_error(refusal, status, name))
    return None


def _oauth_error(refusal: Refusal) -> dict[str, Any]:
    error = refusal.code if refusal.code in _OAUTH_ERRORS else "invalid_request"
    return {"error": error, "error_description": refusal.message}


def _customer_error(refusal: Refusal, status: int, name: str) -> dict[str, Any]:
    """Return an error body of the customer service (EMX-377)."""
    body: dict[str, Any] = {"type": name, "status": status, "message": refusal.message}
    if isinstance(refusal, Invalid):
        body["details"] = [
            {"field": violation.pointer.rpartition("/")[2], "message": violation.message}
            for violation in refusal.violations
        ]
    return body


def service_token(token: ServiceToken, now: int) -> dict[str, Any]:
    """Return the reply to a client's token request (EMX-321): with the tenant (EMX-324)."""
    return {
        "access_token": token.access_token,
        "token_type": "Bearer",
        "expires_in": _seconds(token.caller, now),
        "session_idle_time": IDLE_TIME,
        "refresh_token": "",
        "refresh_token_expires_in": 0,
        "scope": " ".join((f"tenant={token.caller.tenant}", *token.granted)),
    }


def anonymous_token(session: Session, now: int) -> dict[str, Any]:
    """Return the reply to an anonymous login (EMX-336) or its renewal."""
    caller = session.caller
    return {
        "access_token": session.access_token,
        "token_type": "Bearer",
        "expires_in": _seconds(caller, now),
        "refresh_token": session.refresh_token,
        "refresh_token_expires_in": REFRESH_LIFE // SECOND,
        "sessionId": caller.session,
        "scope": " ".join((f"tenant={caller.tenant}", *sorted(caller.scopes))),
    }


def customer_token(session: Session, now: int, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the reply to a customer login (EMX-351) or its renewal.

    The deprecated spellings stand beside the current ones unless a choice drops them.
    """
    life = _seconds(session.caller, now)
    refresh_life = REFRESH_LIFE // SECOND
    body: dict[str, Any] = {
        "access_token": session.access_token,
        "expires_in": life,
        "refresh_token": session.refresh_token,
        "refresh_token_expires_in": refresh_life,
        "token_type": "Bearer",
        "session_id": session.caller.session,
    }
    both = choices["emporix.token-names"] == "both"  # (EMX-352)
    if both:
        body |= {
            "accessToken": session.access_token,
            "expiresIn": life,
            "refreshToken": session.refresh_token,
            "refreshTokenExpiresIn": refresh_life,
        }
    if session.saas_token:
        body |= {"saas_token": session.saas_token, "initialPassword": "false"}
        if both:
            body["saasToken"] = session.saas_token
    return body


def validated_token(caller: Caller, email: str, now: int) -> dict[str, Any]:
    """Return what a customer token stands for."""
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "expires_in": _seconds(caller, now),
        "scope": " ".join((*CUSTOMER_SCOPES, f"tenant={caller.tenant}")),
        "sessionId": caller.session,
        "email": email,
    }
    if caller.legal_entity is not None:  # (EMX-370)
        body["legalEntityId"] = caller.legal_entity
    return body


def _seconds(caller: Caller, now: int) -> int:
    """Return how long a token lives on; int32, as the schema says."""
    return min((caller.expires - now) // SECOND, 2**31 - 1)
