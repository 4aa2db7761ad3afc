"""Credentials become a caller, or a refusal: tokens, tenants and scopes.

The table `SCOPES` says which scopes open an operation; any one of them is enough. It
is the machine-readable twin of the contract's `security`, and a test compares the two.
No state changes, and no ownership: what a customer may see is the world's business.
The web layer asks here before it looks at the rest of a request (EMX-016).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.kernel.call import Call
from mockserver.kernel.refusals import Forbidden, Invalid, Missing, Unauthenticated
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.callers import Caller, Kind
from mockserver.vendors.emporix.model import MANAGE, READ, READ_OWN
from mockserver.vendors.emporix.sisters.access import PUBLIC, SHOP_SCOPES, check_shop, nobody
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.tokens import Grant
from mockserver.vendors.emporix.world import World

INVALID_TOKEN = "oauth.v2.InvalidAccessToken"  # noqa: S105 - an error code
EXPIRED_TOKEN = "keymanagement.service.access_token_expired"  # noqa: S105 - an error code
MISSING_SCOPE = "steps.oauth.v2.InsufficientScope"

TENANT_NOT_VALID = "The tenant information provided with the request is not valid."
"""The one message of the customer service that the vendor publishes."""

_MANAGE = frozenset({MANAGE})
_READ = frozenset({READ})
_OWN = frozenset({READ_OWN})
# Where an operation lists both, either one is enough (EMX-010, EMX-011).
_EITHER = _READ | _OWN

SCOPES: Mapping[str, frozenset[str]] = {
    "POST-customer-segment-create-segment": _MANAGE,
    "GET-customer-segment-retrieve-segments": _EITHER,
    "POST-customer-segment-search-segments": _EITHER,
    "GET-customer-segment-retrieve-segment": _EITHER,
    "PUT-customer-segment-update-segment": _MANAGE,
    "PATCH-customer-segment-update-segment": _MANAGE,
    "DELETE-customer-segment-remove-segment": _MANAGE,
    "POST-customer-segment-create-segments-bulk": _MANAGE,
    "PUT-customer-segment-update-segments-bulk": _MANAGE,
    "DELETE-customer-segment-remove-segments-bulk": _MANAGE,
    "POST-customer-segment-check-match": _MANAGE,
    "GET-customer-segment-retrieve-customers": _EITHER,
    "POST-customer-segment-search-customers": _READ,
    "GET-customer-segment-retrieve-customer-by-customerId": _READ,
    "PUT-customer-segment-update-customer-by-customerId": _MANAGE,
    "DELETE-customer-segment-remove-customer-by-customerId": _MANAGE,
    "GET-customer-segment-retrieve-customer": _READ,
    "PUT-customer-segment-update-customer": _MANAGE,
    "DELETE-customer-segment-remove-customer": _MANAGE,
    "PUT-customer-segment-update-customers-bulk": _MANAGE,
    "DELETE-customer-segment-remove-customers-bulk": _MANAGE,
    "GET-customer-segment-retrieve-category-trees": _OWN,
    "GET-customer-segment-retrieve-segments-items": _EITHER,
    "GET-customer-segment-retrieve-segment-items": _EITHER,
    "POST-customer-segment-search-items": _EITHER,
    "GET-customer-segment-retrieve-item": _EITHER,
    "PUT-customer-segment-update-item": _MANAGE,
    "DELETE-customer-segment-remove-item": _MANAGE,
    "PUT-customer-segment-update-items-bulk": _MANAGE,
    "DELETE-customer-segment-remove-items-bulk": _MANAGE,
    # From here on: the contract version 2026-09.
    "GET-customer-segment-retrieve-my-segments": _OWN,
    "GET-customer-segment-retrieve-groups": _EITHER,
    "POST-customer-segment-search-groups": _EITHER,
    "GET-customer-segment-retrieve-group": _EITHER,
    "PUT-customer-segment-update-group": _MANAGE,
    "DELETE-customer-segment-remove-group": _MANAGE,
}

KINDS: Mapping[str, frozenset[Kind]] = {
    "POST-customer-authenticate-customer": frozenset({"anonymous"}),
    "GET-customer-refresh-authtoken": frozenset({"anonymous", "customer"}),
    "GET-customer-validate-token": frozenset({"customer"}),
    "GET-customer-logout-customer": frozenset({"customer"}),
}
"""Which kinds of token the operations of the customer service take."""

_UPHELD_BY_SCOPE = {
    "POST-customer-segment-check-match": "EMX-009",
    "GET-customer-segment-retrieve-groups": "EMX-401",
    "POST-customer-segment-search-groups": "EMX-401",
    "GET-customer-segment-retrieve-group": "EMX-401",
    "PUT-customer-segment-update-group": "EMX-402",
    "DELETE-customer-segment-remove-group": "EMX-402",
    "GET-customer-segment-retrieve-my-segments": "EMX-424",
}
"""Operations whose scopes have a requirement of their own."""

_UPHELD_BY_KIND = {
    "POST-customer-authenticate-customer": "EMX-354",
    "GET-customer-refresh-authtoken": "EMX-368",
    "GET-customer-validate-token": "EMX-371",
    "GET-customer-logout-customer": "EMX-371",
}


def admit(platform: Platform, call: Call) -> Admission:
    """Return who calls and on what: the world of a tenant, or for logins the platform.

    Raises Unauthenticated and Forbidden, and Invalid for an
    operation of the customer service on the path of another tenant.
    """
    needed = SCOPES.get(call.operation)
    if needed is None:
        if call.operation in SHOP_SCOPES or call.operation in PUBLIC:
            return _admit_to_shop(platform, call)
        return _admit_to_identity(platform, call)
    grant = _grant(platform, call)
    caller = grant.caller
    if needed.isdisjoint(caller.scopes):
        raise Forbidden(
            f"Required scope(s): [{', '.join(sorted(needed))}]",
            requirement=_upheld_by_scope(call.operation, needed, caller),
            code=MISSING_SCOPE,
        )
    return grant.admission


def _grant(platform: Platform, call: Call) -> Grant:
    """Return what the token of a call opens. Raises Unauthenticated, Forbidden."""
    grant = platform.tokens.grants.get(_bearer(call.sent))
    if grant is None:
        raise Unauthenticated("Invalid access token", requirement="EMX-002", code=INVALID_TOKEN)
    if grant.caller.expires <= platform.clock.now():
        raise Unauthenticated("Access Token expired", requirement="EMX-004", code=EXPIRED_TOKEN)
    if grant.caller.tenant != call.path["tenant"]:
        raise _foreign_tenant(platform)
    return grant


def _admit_to_shop(platform: Platform, call: Call) -> Admission:
    """Return who calls a sister service; what is public needs no token (EMX-732, EMX-733).

    A token of another tenant is refused there too (EMX-771).
    """
    if "authorization" not in call.sent:
        if call.operation not in PUBLIC:
            raise Unauthenticated("Invalid access token", requirement="EMX-770", code=INVALID_TOKEN)
        name = call.path["tenant"]
        tenant = platform.tenants.get(name)
        if tenant is None:
            raise Missing(
                f"Tenant {name[:40]!r} not found",
                requirement="EMX-735",
                pointer="/path/tenant",
                code="tenant",
                resource=name[:40],
            )
        return Admission(tenant.world, nobody(name))
    grant = _grant(platform, call)
    world: World = grant.admission.world
    check_shop(call.operation, grant.caller, world.shop.choices)
    return grant.admission


def with_implied(scopes: Iterable[str], choices: Mapping[str, str]) -> frozenset[str]:
    """Return the scopes in force: those granted, and what a choice says they imply."""
    granted = frozenset(scopes)
    if MANAGE in granted and choices["emporix.manage-implies-read"] == "yes":
        return granted | _READ
    return granted


def _bearer(sent: Mapping[str, str]) -> str:
    """Return the token of the Authorization header. Raises Unauthenticated."""
    header = sent.get("authorization")
    if header is None:
        raise Unauthenticated("Invalid access token", requirement="EMX-001", code=INVALID_TOKEN)
    if header[:7] == "Bearer ":
        return header[7:]
    scheme, _, token = header.partition(" ")  # in any case (EMX-017)
    if scheme.lower() != "bearer":
        raise Unauthenticated("Invalid access token", requirement="EMX-002", code=INVALID_TOKEN)
    return token


def _foreign_tenant(platform: Platform) -> Forbidden | Unauthenticated:
    if platform.choices["emporix.foreign-tenant"] == "401":
        return Unauthenticated("Invalid access token", requirement="EMX-015", code=INVALID_TOKEN)
    return Forbidden(
        "The token belongs to another tenant.", requirement="EMX-015", pointer="/path/tenant"
    )


def _upheld_by_scope(operation: str, needed: frozenset[str], caller: Caller) -> str:
    """Return the requirement that names the scope which the caller lacks."""
    if operation in _UPHELD_BY_SCOPE:
        return _UPHELD_BY_SCOPE[operation]
    if needed is _MANAGE:
        return "EMX-008"
    if caller.kind == "anonymous":
        return "EMX-338"
    if needed is _OWN:
        return "EMX-013"
    if MANAGE in caller.scopes and caller.scopes.isdisjoint(_EITHER):
        return "EMX-014"
    return "EMX-012" if needed is _READ else "EMX-005"


def _admit_to_identity(platform: Platform, call: Call) -> Admission:
    kinds = KINDS.get(call.operation)
    if kinds is None:
        return Admission(platform, None)
    upheld = _UPHELD_BY_KIND[call.operation]
    header = call.sent.get("authorization")
    if header is None:
        raise Unauthenticated("Invalid access token", requirement=upheld, code=INVALID_TOKEN)
    grant = platform.tokens.grants.get(_bearer(call.sent))
    if grant is None or grant.caller.kind not in kinds:
        raise Unauthenticated("Invalid access token", requirement=upheld, code=INVALID_TOKEN)
    if grant.caller.expires <= platform.clock.now():
        raise Unauthenticated("Access Token expired", requirement="EMX-004", code=EXPIRED_TOKEN)
    if grant.caller.tenant != call.path["tenant"]:
        raise Invalid(TENANT_NOT_VALID, requirement="EMX-358", pointer="/path/tenant")
    return Admission(platform, grant.caller)
