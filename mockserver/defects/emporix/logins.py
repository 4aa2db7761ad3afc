"""Visitors and customers that log in in the wrong way, or get the wrong tokens for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.tokens import Grant

VISIT = "GET-oauth-generate-anonymous-access-token"
RENEW_VISIT = "GET-oauth-refresh-anonymous-access-token"
LOGIN = "POST-customer-authenticate-customer"

Admit = Callable[[Any, Call], Admission]


def _same_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    renewal = platform.tokens.renewal(call.query["refresh_token"])
    reply = run(platform, call, caller)
    grants = platform.tokens.grants
    session = renewal.caller.session if renewal is not None else ""
    former = next(token for token, grant in grants.items() if grant.caller.session == session)
    return replace(reply, body={**changes.plain(reply.body), "access_token": former})


def _dead_token(run: Operation, platform: Platform, call: Call, caller: Any) -> Reply:
    reply = run(platform, call, caller)
    platform.tokens.grants.pop(reply.body["access_token"])
    return reply


# ---- customers -----------------------------------------------------------------------


def _let_strangers_log_in(admit: Admit, platform: Platform, call: Call) -> Admission:
    try:
        return admit(platform, call)
    except Unauthenticated:
        tenant = call.path["tenant"]
        client = next(each.id for each in platform.clients.values() if each.tenant == tenant)
        visitor = Caller(
            tenant, client, "anonymous", frozenset(), platform.clock.now() + 1000, session="none"
        )
        return Admission(platform, visitor)


def _let_in(wrong: str) -> Change:
    """Log in whoever sends one right word, whatever the other."""

    def run(operate: Operation, platform: Platform, call: Call, caller: Caller) -> Reply:
        try:
            return operate(platform, call, caller)
        except Unauthenticated as refusal:
            accounts = platform.tenants[caller.tenant].accounts
            known = accounts.get(call.body["email"])
            if refusal.requirement != "EMX-355" or (known is None) != (wrong == "email"):
                raise
            known = known or next(each for each in accounts.values() if each.active)
            right = {"email": known.email, "password": known.password}
            return operate(platform, replace(call, body={**call.body, **right}), caller)

    return changes.around(run, LOGIN)


def _refused_with_tokens(run: Operation, platform: Platform, call: Call, caller: Caller) -> Reply:
    """Refuse a wrong password, and hand out the customer's tokens all the same."""
    try:
        return run(platform, call, caller)
    except Unauthenticated as refusal:
        known = platform.tenants[caller.tenant].accounts.get(call.body["email"])
        if refusal.requirement != "EMX-355" or known is None:
            raise
        right = replace(call, body={**call.body, "password": known.password})
        return replace(run(platform, right, caller), status=401)


def _no_length(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["PasswordAuthentication"]["properties"]["password"][
        "minLength"
    ]


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


def _no_entity(call: Call) -> Call:
    """Forget the legal entity, wherever a login names it."""
    named = {name: value for name, value in call.query.items() if name != "legalEntityId"}
    return replace(call, query=named, body=changes.without("legalEntityId")(call.body))


DEFECTS = (
    Defect(
        name="emporix.any-password-logs-in",
        violates=("EMX-355",),
        summary="The password of a customer's login is not looked at.",
        kind="auth",
        operations=(LOGIN,),
        change=_let_in("password"),
        fault=206,
    ),
    Defect(
        name="emporix.any-email-logs-in",
        violates=("EMX-355",),
        summary="An e-mail that no customer has logs some customer in.",
        kind="auth",
        operations=(LOGIN,),
        change=_let_in("email"),
        fault=206,
    ),
    Defect(
        name="emporix.wrong-password-gives-tokens",
        violates=("EMX-355",),
        summary="A login with a wrong password is answered with 401, and with tokens.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_refused_with_tokens, LOGIN),
        fault=206,
    ),
    Defect(
        name="emporix.anonymous-login-answers-201",
        violates=("EMX-335",),
        summary="An anonymous login is answered with 201.",
        kind="status",
        operations=(VISIT,),
        change=changes.status(201, VISIT),
    ),
    Defect(
        name="emporix.anonymous-session-unnamed",
        violates=("EMX-336",),
        summary="The reply to an anonymous login has no sessionId.",
        kind="schema",
        operations=(VISIT,),
        change=changes.body(changes.without("sessionId"), VISIT),
        fault=101,
    ),
    Defect(
        name="emporix.anonymous-tenant-unnamed",
        violates=("EMX-336",),
        summary="The scope of an anonymous token does not name the tenant.",
        kind="schema",
        operations=(VISIT,),
        change=changes.body(changes.saying(scope=""), VISIT),
    ),
    Defect(
        name="emporix.anonymous-lives-swapped",
        violates=("EMX-337",),
        summary="The lives of an anonymous token and of its refresh token are swapped.",
        kind="time",
        operations=(VISIT,),
        change=changes.body(changes.saying(expires_in=86399, refresh_token_expires_in=3599), VISIT),
    ),
    Defect(
        name="emporix.anonymous-renewal-keeps-token",
        violates=("EMX-340",),
        summary="Renewing an anonymous session gives its former token.",
        kind="state",
        operations=(RENEW_VISIT,),
        change=changes.around(_same_token, RENEW_VISIT),
    ),
    Defect(
        name="emporix.anonymous-renewal-changes-session",
        violates=("EMX-340",),
        summary="Renewing an anonymous session names another session.",
        kind="state",
        operations=(RENEW_VISIT,),
        change=changes.body(
            lambda body: {**body, "sessionId": body["sessionId"][::-1]}, RENEW_VISIT
        ),
    ),
    Defect(
        name="emporix.anonymous-renewal-dead",
        violates=("EMX-340",),
        summary="The token of a renewed anonymous session is good for nothing.",
        kind="auth",
        operations=(RENEW_VISIT,),
        change=changes.around(_dead_token, RENEW_VISIT),
        fault=205,
    ),
    Defect(
        name="emporix.login-ignores-legal-entity",
        violates=("EMX-344",),
        summary="A login forgets the legal entity that it names.",
        kind="state",
        operations=(LOGIN,),
        change=changes.before(_no_entity, LOGIN),
    ),
    Defect(
        name="emporix.login-answers-201",
        violates=("EMX-350",),
        summary="A login is answered with 201.",
        kind="status",
        operations=(LOGIN,),
        change=changes.status(201, LOGIN),
    ),
    Defect(
        name="emporix.login-token-dead",
        violates=("EMX-350",),
        summary="The access token of a login is good for nothing.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_dead_token, LOGIN),
        fault=205,
    ),
    Defect(
        name="emporix.login-without-saas-token",
        violates=("EMX-351",),
        summary="The reply to a login has no saas_token.",
        kind="schema",
        operations=(LOGIN,),
        change=changes.body(changes.without("saas_token"), LOGIN),
        fault=101,
    ),
    Defect(
        name="emporix.login-session-in-camel-case",
        violates=("EMX-351",),
        summary="The reply to a login calls session_id sessionId.",
        kind="schema",
        operations=(LOGIN,),
        change=changes.body(
            lambda body: {**changes.without("session_id")(body), "sessionId": body["session_id"]},
            LOGIN,
        ),
        fault=101,
    ),
    Defect(
        name="emporix.login-life-in-milliseconds",
        violates=("EMX-353",),
        summary="The life of the refresh token of a login is told in milliseconds.",
        kind="time",
        operations=(LOGIN,),
        change=changes.body(
            lambda body: {
                **body,
                "refresh_token_expires_in": body["refresh_token_expires_in"] * 1000,
            },
            LOGIN,
        ),
    ),
    Defect(
        name="emporix.login-without-visitor",
        violates=("EMX-354",),
        summary="A login needs no anonymous token, and takes any.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.admitting(_let_strangers_log_in, LOGIN),
        fault=207,
    ),
    Defect(
        name="emporix.short-passwords-tried",
        violates=("EMX-359",),
        summary="A password that is too short is tried like any other.",
        kind="validation",
        operations=(LOGIN,),
        loosen=_no_length,
        fault=102,
    ),
    Defect(
        name="emporix.customer-token-without-scope",
        violates=("EMX-360",),
        summary="A customer's new token may not read the customer's own segments.",
        kind="scope",
        operations=(LOGIN,),
        change=changes.around(_without_scope, LOGIN),
        fault=205,
    ),
)
