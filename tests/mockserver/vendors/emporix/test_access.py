"""Access: which token opens which operation, for which tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver import contracts
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.service import Service
from mockserver.vendors.emporix.access import KINDS, SCOPES, admit
from mockserver.vendors.emporix.group_operations import GROUP_OPERATIONS
from mockserver.vendors.emporix.identity.operations import OPERATIONS
from mockserver.vendors.emporix.sisters.access import PUBLIC, SHOP_SCOPES
from mockserver.vendors.emporix.sisters.wire import SHOP_OPERATIONS

LIST = "GET-customer-segment-retrieve-segments"
TREE = "GET-customer-segment-retrieve-category-trees"
DELETE = "DELETE-customer-segment-remove-segment"
SEARCH_CUSTOMERS = "POST-customer-segment-search-customers"

OpenVendor = Callable[..., Service]


def send(
    service: Service, operation: str, token: str | None, *, tenant: str = "acme", **path: str
) -> Reply:
    """Answer one call with a given Authorization header."""
    sent = {} if token is None else {"authorization": token}
    return service.answer(Call(operation, path={"tenant": tenant, **path}, sent=sent))


def header(reply: Reply, name: str) -> str:
    """Return a header of a reply."""
    return dict(reply.headers)[name]


def operations(document: Any) -> dict[str, Any]:
    """Return the operations of a document by operationId."""
    return {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_scopes_are_those_of_the_contract() -> None:
    """The table of scopes says what the `security` of the newest contract says.

    EMX-008, EMX-009, EMX-010, EMX-011, EMX-012, EMX-013, EMX-401, EMX-402, EMX-424.
    """
    document = contracts.contract("emporix", "2026-09").document
    contract = {
        name: frozenset(scope for entry in operation["security"] for scope in entry["OAuth2"])
        for name, operation in operations(document).items()
    }
    assert dict(SCOPES) == contract
    bundled = operations(contracts.contract("emporix").document)
    assert set(contract) - set(bundled) == set(GROUP_OPERATIONS)


def test_alternatives_of_the_contract_hold_one_scope_each() -> None:
    """Either of several scopes is enough, so no entry of `security` asks for two."""
    for operation in operations(contracts.contract("emporix").document).values():
        assert all(len(entry["OAuth2"]) == 1 for entry in operation["security"])


def test_kinds_are_those_of_the_companions() -> None:
    """The logins that need a token are those with `security` in the companions."""
    everything = operations(contracts.contract("emporix").companions)
    companions = {name: each for name, each in everything.items() if name not in SHOP_OPERATIONS}
    kinds = {"AnonymousAccessToken": "anonymous", "CustomerAccessToken": "customer"}
    secured = {
        name: frozenset(kinds[scheme] for entry in operation["security"] for scheme in entry)
        for name, operation in companions.items()
        if operation["security"]
    }
    assert dict(KINDS) == secured
    assert set(companions) == set(OPERATIONS)


def test_scopes_of_sister_services_are_those_of_the_companions() -> None:
    """EMX-685, EMX-732: an empty alternative opens to any token, no `security` to everybody."""
    companions = operations(contracts.contract("emporix").companions)
    secured = {name: companions[name]["security"] for name in SHOP_OPERATIONS}
    assert {name for name, security in secured.items() if not security} == PUBLIC
    alternatives = {
        name: [frozenset(entry["OAuth2"]) for entry in security]
        for name, security in secured.items()
        if security
    }
    assert {
        name: frozenset() if frozenset() in found else frozenset().union(*found)
        for name, found in alternatives.items()
    } == SHOP_SCOPES


def test_no_token_is_401(open_vendor: OpenVendor) -> None:
    """A request without a token is answered with 401 in the fault form (EMX-001, EMX-003)."""
    reply = send(open_vendor("emporix"), LIST, None)
    assert reply.status == 401
    assert reply.body == {
        "fault": {
            "faultstring": "Invalid access token",
            "detail": {"errorcode": "oauth.v2.InvalidAccessToken"},
        }
    }
    assert header(reply, "X-Mock-Requirement") == "EMX-001"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nobody",
        "Bearer  demo-acme-manager",
        "Basic demo-acme-manager",
        "demo-acme-manager",
        "Bearer demo-acme-manager\x00",
        "Bearer \udcff",
        "Bearer " + "x" * 100_000,
    ],
)
def test_a_malformed_or_unknown_token_is_401(open_vendor: OpenVendor, value: str) -> None:
    """A token that was never issued is answered with 401, whatever it looks like (EMX-002)."""
    reply = send(open_vendor("emporix"), LIST, value)
    assert reply.status == 401
    assert reply.body["fault"]["detail"]["errorcode"] == "oauth.v2.InvalidAccessToken"
    assert header(reply, "X-Mock-Requirement") == "EMX-002"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(open_vendor: OpenVendor, scheme: str) -> None:
    """The scheme of the Authorization header is matched without regard to case."""
    assert send(open_vendor("emporix"), LIST, f"{scheme} demo-acme-reader").status == 200


def test_an_expired_token_is_401_with_its_own_code(open_vendor: OpenVendor) -> None:
    """An expired token is answered with 401 and says that it has expired."""
    reply = send(open_vendor("emporix"), LIST, "Bearer demo-acme-expired")
    assert reply.status == 401
    assert reply.body["fault"] == {
        "faultstring": "Access Token expired",
        "detail": {"errorcode": "keymanagement.service.access_token_expired"},
    }


@pytest.mark.parametrize(
    ("name", "operation", "requirement"),
    [
        ("reader", DELETE, "EMX-008"),
        ("anna", DELETE, "EMX-008"),
        ("reader", "POST-customer-segment-check-match", "EMX-009"),
        ("anna", SEARCH_CUSTOMERS, "EMX-012"),
        ("reader", TREE, "EMX-013"),
        ("manager", TREE, "EMX-013"),
        ("editor", LIST, "EMX-014"),
        ("editor", SEARCH_CUSTOMERS, "EMX-014"),
    ],
)
def test_a_missing_scope_is_403(
    open_vendor: OpenVendor, name: str, operation: str, requirement: str
) -> None:
    """A token without a required scope is answered with 403; nothing is done.

    EMX-005, EMX-006, EMX-008, EMX-009, EMX-012.
    """
    service = open_vendor("emporix")
    reply = send(service, operation, f"Bearer demo-acme-{name}", segmentId="empty-draft")
    assert reply.status == 403
    assert (reply.body["code"], reply.body["status"]) == (403, "Forbidden")
    assert header(reply, "X-Mock-Requirement") == requirement
    kept = send(service, LIST, "Bearer demo-acme-reader")
    assert "empty-draft" in str([document.value for document in kept.body])


def test_a_service_token_without_any_scope_is_403(open_vendor: OpenVendor) -> None:
    """A client without scopes gets a token that opens nothing."""
    service = open_vendor("emporix")
    form = {
        "grant_type": "client_credentials",
        "client_id": "acme-storefront",
        "client_secret": "segment-demo",
    }
    token = service.answer(
        Call("POST-oauth-request-client-credentials", body=form, has_body=True)
    ).body["access_token"]
    reply = send(service, LIST, f"Bearer {token}")
    assert reply.status == 403
    assert header(reply, "X-Mock-Requirement") == "EMX-005"


@pytest.mark.parametrize("name", ["anna", "widget"])
def test_the_tree_opens_with_read_own(open_vendor: OpenVendor, name: str) -> None:
    """The category tree needs segment_read_own and nothing else (EMX-013)."""
    assert send(open_vendor("emporix"), TREE, f"Bearer demo-acme-{name}").status == 200


def test_managing_includes_reading_when_chosen(open_vendor: OpenVendor) -> None:
    """With manage-implies-read=yes a token that manages may read everything."""
    service = open_vendor("emporix", choices={"emporix.manage-implies-read": "yes"})
    assert send(service, LIST, "Bearer demo-acme-editor").status == 200
    assert send(service, TREE, "Bearer demo-acme-editor").status == 403


@pytest.mark.parametrize("tenant", ["globex", "initech", "acme\x00", "ACME", ""])
def test_a_foreign_tenant_is_403(open_vendor: OpenVendor, tenant: str) -> None:
    """A token opens its own tenant only, whether or not the other one exists (EMX-094)."""
    reply = send(open_vendor("emporix"), LIST, "Bearer demo-acme-manager", tenant=tenant)
    assert reply.status == 403
    assert header(reply, "X-Mock-Requirement") == "EMX-015"


def test_a_foreign_tenant_is_401_when_chosen(open_vendor: OpenVendor) -> None:
    """With foreign-tenant=401 the token counts as invalid on another tenant's path."""
    service = open_vendor("emporix", choices={"emporix.foreign-tenant": "401"})
    reply = send(service, LIST, "Bearer demo-acme-manager", tenant="globex")
    assert reply.status == 401
    assert header(reply, "X-Mock-Requirement") == "EMX-015"


def test_admission_names_world_and_caller(open_vendor: OpenVendor) -> None:
    """A customer token leads to the world of its tenant, the customer and its company."""
    service = open_vendor("emporix")
    platform = service.state("emporix")
    call = Call(
        LIST, path={"tenant": "acme"}, sent={"authorization": "Bearer demo-acme-ben-trading"}
    )
    admission = admit(platform, call)
    assert admission.world is platform.worlds["acme"]
    caller = admission.caller
    assert (caller.customer, caller.legal_entity) == ("C0123456788", "le-okafor-trading")
    assert not caller.reads_all


def test_a_caller_with_read_reads_all(open_vendor: OpenVendor) -> None:
    """A token with segment_read sees what belongs to anybody (EMX-011)."""
    platform = open_vendor("emporix").state("emporix")
    assert platform.tokens.grants["demo-acme-reader"].caller.reads_all
