"""One function for each login and token operation; ends with the table `OPERATIONS`.

They work on the whole platform, since a token is not had inside a world. No rules:
those are in `grants.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.identity import grants, wire
from mockserver.vendors.emporix.tenants import Platform

NOT_STORED = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
"""Tokens are not to be cached: RFC 6749, section 5.1."""


def request_service_token(platform: Platform, call: Call, _caller: None) -> Reply:
    """POST /oauth/token: id and secret of a client give a token (EMX-320)."""
    form: Mapping[str, str] = call.body or {}
    for name in ("grant_type", "client_id", "client_secret"):
        if not form.get(name):
            raise Invalid(
                f"{name} is missing.",
                requirement="EMX-328",
                pointer=f"/{name}",
                code="invalid_request",
            )
    if form["grant_type"] != "client_credentials":
        raise Invalid(
            "grant_type must be client_credentials.",
            requirement="EMX-327",
            pointer="/grant_type",
            code="unsupported_grant_type",
        )
    token = grants.service_token(
        platform, form["client_id"], form["client_secret"], form.get("scope")
    )
    return Reply(200, wire.service_token(token, platform.clock.now()), NOT_STORED)


def open_anonymous_session(platform: Platform, call: Call, _caller: None) -> Reply:
    """GET /customerlogin/auth/anonymous/login: a tenant's client gives a token (EMX-335)."""
    session = grants.anonymous_session(platform, call.query["tenant"], call.query["client_id"])
    return Reply(200, wire.anonymous_token(session, platform.clock.now()), NOT_STORED)


def renew_anonymous_session(platform: Platform, call: Call, _caller: None) -> Reply:
    """GET /customerlogin/auth/anonymous/refresh."""
    session = grants.renew_anonymous_session(
        platform,
        call.query["tenant"],
        call.query["client_id"],
        call.query["refresh_token"],
        call.query.get("anonymous_token"),
    )
    return Reply(200, wire.anonymous_token(session, platform.clock.now()), NOT_STORED)


def log_in(platform: Platform, call: Call, caller: Caller) -> Reply:
    """POST /customer/{tenant}/login: e-mail and password give a token (EMX-350)."""
    body = call.body
    session = grants.log_in(
        platform, caller, body["email"], body["password"], _entity_of_login(call)
    )
    return _customer_token(platform, session)


def _entity_of_login(call: Call) -> tuple[str, str] | None:
    """Return the legal entity to buy for, and its pointer: the body counts first (EMX-345).

    The vendor says that a login may name one, and not where.
    """
    for pointer, found in (
        ("/legalEntityId", call.body.get("legalEntityId")),
        ("/query/legalEntityId", call.query.get("legalEntityId")),
    ):
        if found:
            return found, pointer
    return None


def renew_customer_session(platform: Platform, call: Call, caller: Caller) -> Reply:
    """GET /customer/{tenant}/refreshauthtoken."""
    session = grants.renew_customer_session(
        platform, caller, call.query["refreshToken"], call.query.get("legalEntityId") or None
    )
    return _customer_token(platform, session)


def validate_token(platform: Platform, _call: Call, caller: Caller) -> Reply:
    """GET /customer/{tenant}/validateauthtoken: 200 with what the token is (EMX-369)."""
    account = platform.account(str(caller.customer), caller.tenant)
    return Reply(200, wire.validated_token(caller, account.email, platform.clock.now()))


def log_out(platform: Platform, call: Call, caller: Caller) -> Reply:
    """GET /customer/{tenant}/logout: 204 without a body (EMX-372)."""
    grants.log_out(platform, caller, call.query["accessToken"])
    return Reply(204)


def _customer_token(platform: Platform, session: grants.Session) -> Reply:
    body = wire.customer_token(session, platform.clock.now(), platform.choices)
    return Reply(200, body, NOT_STORED)


OPERATIONS: Mapping[str, Operation] = {
    "POST-oauth-request-client-credentials": request_service_token,
    "GET-oauth-generate-anonymous-access-token": open_anonymous_session,
    "GET-oauth-refresh-anonymous-access-token": renew_anonymous_session,
    "POST-customer-authenticate-customer": log_in,
    "GET-customer-refresh-authtoken": renew_customer_session,
    "GET-customer-validate-token": validate_token,
    "GET-customer-logout-customer": log_out,
}
