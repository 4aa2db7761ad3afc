"""Tokens that outlive a logout somewhere, and logins that are right the first time alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.refusals import Unauthenticated
from mockserver.kernel.room import Admission, Operation, Room

SERVICE = "POST-oauth-request-client-credentials"
RENEW_VISIT = "GET-oauth-refresh-anonymous-access-token"
LOGIN = "POST-customer-authenticate-customer"
RENEW = "GET-customer-refresh-authtoken"
VALIDATE = "GET-customer-validate-token"
LOGOUT = "GET-customer-logout-customer"


def _outliving_logout(*operations: str) -> Change:
    """Let some operations take tokens of customers who logged out."""

    def change(room: Room) -> Room:
        ended: dict[str, Any] = {}

        def log_out(run: Operation, platform: Any, call: Call, caller: Any) -> Reply:
            token = call.query["accessToken"]
            grant = platform.tokens.grants.get(token)
            reply = run(platform, call, caller)
            ended[token] = grant
            return reply

        def admit(admit: Callable[..., Admission], platform: Any, call: Call) -> Admission:
            token = call.sent.get("authorization", "")[7:]
            grants = platform.tokens.grants
            if token in grants or ended.get(token) is None:
                return admit(platform, call)
            grants[token] = ended[token]
            try:
                return admit(platform, call)
            finally:
                del grants[token]

        return changes.together(
            changes.around(log_out, LOGOUT), changes.admitting(admit, *operations)
        )(room)

    return change


def _life(seconds: int, when: Callable[[Call], bool], *operations: str) -> Change:
    def edited(reply: Reply, call: Call) -> Reply:
        if not when(call):
            return reply
        return replace(reply, body={**changes.plain(reply.body), "expires_in": seconds})

    return changes.after(edited, *operations)


def _renewable_once(renew: Operation, platform: Any, call: Call, caller: Any) -> Reply:
    reply = renew(platform, call, caller)
    platform.tokens.renewals.pop(reply.body["refresh_token"], None)
    return reply


def _of_another_customer(renew: Operation, platform: Any, call: Call, caller: Any) -> Reply:
    reply = renew(platform, call, caller)
    tokens = platform.tokens
    grant = tokens.grants[reply.body["access_token"]]
    accounts = platform.tenants[caller.tenant].accounts.values()
    other = next(each for each in accounts if each.customer_id != grant.caller.customer)
    tokens.plant(
        reply.body["access_token"],
        replace(grant.caller, customer=other.customer_id),
        grant.admission.world,
    )
    return reply


def _last_entity(run: Operation, platform: Any, call: Call, caller: Any) -> Reply:
    body, query = changes.plain(call.body), dict(call.query)
    for account in platform.tenants[caller.tenant].accounts.values():
        for named in (body, query):
            if named.get("legalEntityId") in account.legal_entity_ids:
                named["legalEntityId"] = account.legal_entity_ids[-1]
    return run(platform, replace(call, body=body, query=query), caller)


def _nobody_is_somebody(admit: Callable[..., Admission], platform: Any, call: Call) -> Admission:
    if "authorization" in call.sent:
        return admit(platform, call)
    grants = platform.tokens.grants.values()
    return Admission(platform, next(each.caller for each in grants if each.caller.customer))


def _services_log_in(admit: Callable[..., Admission], platform: Any, call: Call) -> Admission:
    try:
        return admit(platform, call)
    except Unauthenticated:
        grant = platform.tokens.grants.get(call.sent.get("authorization", "")[7:])
        if grant is None or grant.caller.kind != "service":
            raise
        return Admission(platform, grant.caller)


def _bound_without_scopes(renew: Operation, platform: Any, call: Call, caller: Any) -> Reply:
    reply = renew(platform, call, caller)
    if "legalEntityId" in call.query:
        token = reply.body["access_token"]
        grant = platform.tokens.grants[token]
        bare = replace(grant.caller, scopes=frozenset())
        platform.tokens.plant(token, bare, grant.admission.world)
    return reply


def _defect(
    name: str, violates: str, summary: str, change: Change, *operations: str,
    kind: Kind = "state", fault: int | None = None,
) -> Defect:  # fmt: skip
    return Defect(f"emporix.{name}", (violates,), summary, kind, operations, change, fault=fault)


_OUTLIVING = (
    ("segment-searches", "POST-customer-segment-search-segments"),
    ("single-segments", "GET-customer-segment-retrieve-segment"),
    ("category-trees", "GET-customer-segment-retrieve-category-trees"),
    ("members", "GET-customer-segment-retrieve-customers"),
    ("coupon-validations", "POST-coupon-validate-coupon"),
    ("coupons", "GET-coupon-retrieve-coupon"),
    ("redemptions", "POST-coupon-invalidate-coupon"),
    ("trees-of-the-category-service", "GET-category-tree-retrieve-category-tree"),
    ("product-searches", "POST-product-search-products"),
)

DEFECTS = (
    *(
        _defect(
            f"logout-forgotten-by-{what}", "EMX-373",
            "One operation takes the access token of a customer who logged out.",
            _outliving_logout(operation), operation, LOGOUT, kind="auth", fault=207,
        )
        for what, operation in _OUTLIVING
    ),
    _defect(
        "service-token-with-scope-lives-shorter", "EMX-325",
        "A service token that was asked for with scopes lives an hour.",
        _life(3600, lambda call: bool(call.body.get("scope")), SERVICE), SERVICE, kind="time",
    ),
    _defect(
        "renewed-visit-lives-longer", "EMX-337",
        "A renewed anonymous token lives as long as a service token.",
        _life(14399, lambda _: True, RENEW_VISIT), RENEW_VISIT, kind="time",
    ),
    _defect(
        "visit-renewed-once", "EMX-340",
        "An anonymous session is renewed once; the refresh token that comes then is dead.",
        changes.around(_renewable_once, RENEW_VISIT), RENEW_VISIT,
    ),
    _defect(
        "renewed-customer-lives-shorter", "EMX-353",
        "A renewed customer token lives a day.",
        _life(86399, lambda _: True, RENEW), RENEW, kind="time",
    ),
    _defect(
        "renewed-as-somebody-else", "EMX-362",
        "Renewing a session gives a token of another customer.",
        changes.around(_of_another_customer, RENEW), RENEW, VALIDATE, kind="isolation", fault=206,
    ),
    _defect(
        "login-binds-the-last-legal-entity", "EMX-344",
        "A login with legalEntityId is bound to the last legal entity of the customer.",
        changes.around(_last_entity, LOGIN), LOGIN,
    ),
    _defect(
        "services-log-customers-in", "EMX-354",
        "A login takes the token of a service for an anonymous one.",
        changes.admitting(_services_log_in, LOGIN), LOGIN, kind="auth", fault=207,
    ),
    _defect(
        "renewed-for-an-entity-without-scopes", "EMX-360",
        "A token that was renewed for a legal entity does not hold segment_read_own.",
        changes.around(_bound_without_scopes, RENEW), RENEW, kind="scope",
    ),
    _defect(
        "login-with-empty-refresh-token", "EMX-351",
        "The refresh token of a login is an empty text.",
        changes.body(lambda body: {**body, "refresh_token": "", "refreshToken": ""}, LOGIN),
        LOGIN, kind="schema",
    ),
    _defect(
        "no-token-is-valid", "EMX-371",
        "A validation without any token is answered as if there were one.",
        changes.admitting(_nobody_is_somebody, VALIDATE), VALIDATE, kind="auth", fault=207,
    ),
)  # fmt: skip
