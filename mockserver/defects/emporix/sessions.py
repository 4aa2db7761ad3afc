"""Sessions of customers that are renewed, validated or ended in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Invalid, Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.tokens import Grant

LOGIN = "POST-customer-authenticate-customer"
RENEW = "GET-customer-refresh-authtoken"
VALIDATE = "GET-customer-validate-token"
LOGOUT = "GET-customer-logout-customer"

Admit = Callable[[Any, Call], Admission]


def _bearer(call: Call) -> str:
    return call.sent.get("authorization", "").partition(" ")[2]


def _whatever_the_tenant(admit: Admit, platform: Platform, call: Call) -> Admission:
    grant = platform.tokens.grants.get(_bearer(call))
    if grant is None:
        return admit(platform, call)
    return admit(platform, replace(call, path={**call.path, "tenant": grant.caller.tenant}))


def _other_tenant_is_401(admit: Admit, platform: Platform, call: Call) -> Admission:
    try:
        return admit(platform, call)
    except Invalid as refusal:
        raise Unauthenticated(refusal.message, requirement=refusal.requirement) from None


def _without_scope(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    """Answer with a token that opens nothing."""
    reply = run(platform, call, caller)
    token = reply.body["access_token"]
    grant = platform.tokens.grants[token]
    _regrant(platform, token, replace(grant.caller, scopes=frozenset()))
    return reply


def _regrant(platform: Platform, token: str, caller: Caller) -> None:
    world = platform.tokens.grants[token].admission.world
    platform.tokens.grants[token] = Grant(caller, Admission(world, caller))


def _same_refresh_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    """Give a new access token and hand the refresh token out again."""
    former = call.query["refreshToken"]
    renewal = platform.tokens.renewal(former)
    reply = run(platform, call, caller)
    if renewal is not None:
        platform.tokens.plant_refresh(former, renewal.caller, renewal.expires)
    body = changes.plain(reply.body)
    return replace(reply, body={**body, "refresh_token": former})


def _same_access_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    body = changes.plain(run(platform, call, caller).body)
    return Reply(200, {**body, "access_token": _bearer(call)})


def _dead_refresh_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    reply = run(platform, call, caller)
    platform.tokens.renewals.pop(reply.body["refresh_token"])
    return reply


def _kept_entity(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    """Say 200 and keep what the session was bound to."""
    query = {name: value for name, value in call.query.items() if name != "legalEntityId"}
    return run(platform, replace(call, query=query), caller)


# ---- validating and logging out ------------------------------------------------------


def _invalid_is_200(admit: Admit, platform: Platform, call: Call) -> Admission:
    try:
        return admit(platform, call)
    except Unauthenticated:
        # As if it were the token of the first customer that comes along.
        found = next(
            grant.caller
            for grant in platform.tokens.grants.values()
            if grant.caller.kind == "customer" and grant.caller.tenant == call.path["tenant"]
        )
        return Admission(platform, found)


def _stays_logged_in(_run: Operation, _platform: Platform, _call: Call, _caller: Any) -> Reply:
    return Reply(204)


def _logged_out_at_one_service(
    _run: Operation, platform: Platform, call: Call, _caller: Any
) -> Reply:
    """End the session for the customer service alone; the segment service goes on."""
    token = call.query["accessToken"]
    grant = platform.tokens.grants.get(token)
    if grant is not None:
        _regrant(platform, token, replace(grant.caller, kind="anonymous"))
    return Reply(204)


def _optional_token(document: dict[str, Any]) -> None:
    for parameter in document["paths"]["/customer/{tenant}/logout"]["get"]["parameters"]:
        if parameter.get("name") == "accessToken":
            parameter["required"] = False


def _own_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    query = {"accessToken": _bearer(call), **call.query}
    return run(platform, replace(call, query=query), caller)


DEFECTS = (
    *(
        Defect(
            name=f"emporix.{word}-at-any-tenant",
            violates=("EMX-358",),
            summary=f"A token is good to {told} on the path of any tenant.",
            kind="isolation",
            operations=(operation,),
            change=changes.admitting(_whatever_the_tenant, operation),
            fault=206,
        )
        for word, told, operation in (
            ("login", "log in", LOGIN),
            ("renewal", "renew a session", RENEW),
            ("validation", "be validated", VALIDATE),
            ("logout", "log out", LOGOUT),
        )
    ),
    Defect(
        name="emporix.validation-of-another-tenant-401",
        violates=("EMX-358",),
        summary="Validating a token of another tenant is answered with 401.",
        kind="status",
        operations=(VALIDATE,),
        change=changes.admitting(_other_tenant_is_401, VALIDATE),
    ),
    Defect(
        name="emporix.wrong-tenant-untyped",
        violates=("EMX-358",),
        summary="A token of another tenant is refused without a type.",
        kind="error shape",
        operations=(LOGOUT,),
        change=changes.refusing(
            lambda reply, _: replace(
                reply, body=changes.without("type")(changes.plain(reply.body))
            ),
            LOGOUT,
            kind=Invalid,
        ),
    ),
    Defect(
        name="emporix.renewed-token-without-scope",
        violates=("EMX-360",),
        summary="A renewed customer token may not read the customer's own segments any more.",
        kind="scope",
        operations=(RENEW,),
        change=changes.around(_without_scope, RENEW),
        fault=205,
    ),
    Defect(
        name="emporix.renewal-keeps-refresh-token",
        violates=("EMX-362",),
        summary="Renewing a session gives its former refresh token again.",
        kind="state",
        operations=(RENEW,),
        change=changes.around(_same_refresh_token, RENEW),
    ),
    Defect(
        name="emporix.renewal-keeps-access-token",
        violates=("EMX-362",),
        summary="Renewing a session gives the former access token again.",
        kind="state",
        operations=(RENEW,),
        change=changes.around(_same_access_token, RENEW),
    ),
    Defect(
        name="emporix.renewal-works-once",
        violates=("EMX-362",),
        summary="The refresh token of a renewed session cannot be used.",
        kind="auth",
        operations=(RENEW,),
        change=changes.around(_dead_refresh_token, RENEW),
        fault=205,
    ),
    Defect(
        name="emporix.renewal-ignores-legal-entity",
        violates=("EMX-364",),
        summary="Renewing a session for a legal entity leaves it bound as it was.",
        kind="state",
        operations=(RENEW,),
        change=changes.around(_kept_entity, RENEW),
    ),
    Defect(
        name="emporix.validation-without-email",
        violates=("EMX-369",),
        summary="A valid token is told without the e-mail of its customer.",
        kind="schema",
        operations=(VALIDATE,),
        change=changes.body(changes.without("email"), VALIDATE),
        fault=101,
    ),
    Defect(
        name="emporix.validation-of-another-session",
        violates=("EMX-369",),
        summary="A valid token is told with a session that is not its own.",
        kind="state",
        operations=(VALIDATE,),
        change=changes.body(lambda body: {**body, "sessionId": body["sessionId"][::-1]}, VALIDATE),
    ),
    Defect(
        name="emporix.validation-life-never-ends",
        violates=("EMX-369",),
        summary="A valid token is told its whole life instead of what is left of it.",
        kind="time",
        operations=(VALIDATE,),
        change=changes.body(changes.saying(expires_in=2591999), VALIDATE),
    ),
    Defect(
        name="emporix.validation-hides-legal-entity",
        violates=("EMX-370",),
        summary="A valid token is told without the legal entity that it is bound to.",
        kind="projection",
        operations=(VALIDATE,),
        change=changes.body(changes.without("legalEntityId"), VALIDATE),
    ),
    Defect(
        name="emporix.validation-takes-anything",
        violates=("EMX-371",),
        summary="Any token is valid, even one that was never issued.",
        kind="auth",
        operations=(VALIDATE,),
        change=changes.admitting(_invalid_is_200, VALIDATE),
        fault=207,
    ),
    Defect(
        name="emporix.logout-of-invalid-token-403",
        violates=("EMX-371",),
        summary="Logging out with a token that is not valid is answered with 403.",
        kind="status",
        operations=(LOGOUT,),
        change=changes.refusing(
            lambda reply, _: replace(reply, status=403), LOGOUT, kind=Unauthenticated
        ),
    ),
    Defect(
        name="emporix.logout-answers-200",
        violates=("EMX-372",),
        summary="Logging out is answered with 200 and a body.",
        kind="status",
        operations=(LOGOUT,),
        change=changes.after(lambda reply, _: Reply(200, {"status": "OK"}), LOGOUT),
    ),
    Defect(
        name="emporix.logout-does-nothing",
        violates=("EMX-373",),
        summary="Logging out leaves the access token alive.",
        kind="auth",
        operations=(LOGOUT,),
        change=changes.around(_stays_logged_in, LOGOUT),
        fault=206,
    ),
    Defect(
        name="emporix.logout-of-one-service",
        violates=("EMX-373",),
        summary="After logging out the segment service still takes the access token.",
        kind="auth",
        operations=(LOGOUT,),
        change=changes.around(_logged_out_at_one_service, LOGOUT),
        fault=206,
    ),
    Defect(
        name="emporix.logout-names-no-token",
        violates=("EMX-376",),
        summary="Logging out without accessToken ends the token of the call.",
        kind="validation",
        operations=(LOGOUT,),
        change=changes.around(_own_token, LOGOUT),
        loosen=_optional_token,
        fault=102,
    ),
)
