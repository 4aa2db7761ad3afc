"""Operations of a vendor's documents: addressing one, and finding which one was addressed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.catalogue import Catalogue, Operation, UnknownOperation, names_of
from conformance.vendors import VENDORS
from mockserver import contract
from tests.conformance.documents import catalogue, document

TENANT = {"name": "tenant", "in": "path"}
LIMIT = {"name": "limit", "in": "query"}
THINGS = document(
    **{
        "{tenant}/things": {
            "parameters": [TENANT],
            "get": {"operationId": "list", "parameters": [LIMIT], "responses": {}},
            "post": {"responses": {}},
            "summary": "no operation",
        },
        "{tenant}/things/{id}": {"get": {"operationId": "read", "responses": {}}},
        "{tenant}/things/bulk": {"get": {"operationId": "bulk", "responses": {}}},
        "{tenant}/things/{id}.json": {"put": {"operationId": "write", "responses": {}}},
    }
)
LOGIN = document(login={"post": {"operationId": "log-in", "responses": {}}})


@pytest.fixture
def things() -> Catalogue:
    """A catalogue of things and a login."""
    return catalogue(THINGS, LOGIN)


def test_every_operation_is_there(things: Catalogue) -> None:
    """Those of the contract come first; one without a name is called by method and path."""
    assert [each.id for each in things] == [
        "list", "POST /{tenant}/things", "read", "bulk", "write", "log-in",
    ]  # fmt: skip
    assert [each.id for each in things if each.is_companion] == ["log-in"]
    assert "list" in things
    assert "nothing" not in things
    assert things["list"].method == "GET"


def test_an_operation_of_no_document_is_unknown(things: Catalogue) -> None:
    """Asking for it is a fault of the kit."""
    with pytest.raises(UnknownOperation, match="nothing"):
        things["nothing"]


def test_parameters_of_a_path_are_its_operations(things: Catalogue) -> None:
    """What is declared for a path holds for each of its operations."""
    assert things["list"].declared["parameters"] == [TENANT, LIMIT]
    assert things["POST /{tenant}/things"].declared["parameters"] == [TENANT]


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        ({"tenant": "acme"}, (), "/acme/things"),
        ({"tenant": "acme", "other": "x"}, {}, "/acme/things"),
        ({"tenant": "a b/ü%?#"}, (), "/a%20b%2F%C3%BC%25%3F%23/things"),
        ({"tenant": "!$&'()*+,;=:@~-._"}, (), "/!$&'()*+,;=:@~-._/things"),
        ({"tenant": "\ud800"}, (), "/%3F/things"),
        ({"tenant": ""}, (), "//things"),
        ({"tenant": "a"}, {"q": "a b&c", "n": 2, "on": True, "off": False},
         "/a/things?q=a+b%26c&n=2&on=true&off=false"),
        ({"tenant": "a"}, [("id", "1"), ("id", "2")], "/a/things?id=1&id=2"),
        ({"tenant": "a"}, {"q": "\ud800"}, "/a/things?q=%3F"),
    ],
)  # fmt: skip
def test_an_operation_has_a_url(
    things: Catalogue, path: dict[str, str], query: Any, url: str
) -> None:
    """Path and query are encoded; whatever cannot be is replaced."""
    assert things["list"].url(path, query) == url


def test_every_path_parameter_is_needed(things: Catalogue) -> None:
    """An address with a gap is none."""
    with pytest.raises(KeyError, match="id"):
        things["read"].url({"tenant": "acme"})


@pytest.mark.parametrize(
    ("method", "url", "found", "values"),
    [
        ("GET", "/acme/things", "list", {"tenant": "acme"}),
        ("get", "/acme/things?a=/x#y", "list", {"tenant": "acme"}),
        ("GET", "/acme/things#y", "list", {"tenant": "acme"}),
        ("GET", "/acme/things/1", "read", {"tenant": "acme", "id": "1"}),
        ("GET", "/acme/things/bulk", "bulk", {"tenant": "acme"}),
        ("GET", "/acme/things/b%2Fulk", "read", {"tenant": "acme", "id": "b/ulk"}),
        ("PUT", "/acme/things/1.json", "write", {"tenant": "acme", "id": "1"}),
        ("POST", "/login", "log-in", {}),
    ],
)
def test_an_address_has_an_operation(
    things: Catalogue, method: str, url: str, found: str, values: dict[str, str]
) -> None:
    """A concrete path comes before one with a parameter; values are decoded."""
    operation = things.find(method, url)
    assert operation == (things[found], values)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("DELETE", "/acme/things"),
        ("PUT", "/acme/things/1xjson"),
        ("GET", "/acme/things/"),
        ("GET", "/acme/things/1/2"),
        ("GET", "/x/acme/things"),
        ("GET", "//things"),
        ("POST", "/login\n"),
        ("GET", ""),
    ],
)
def test_any_other_address_has_none(things: Catalogue, method: str, url: str) -> None:
    """Neither another method nor another path is an operation."""
    assert things.find(method, url) is None


@given(st.text(min_size=1, max_size=8))
def test_what_is_addressed_is_found(value: str) -> None:
    """Whatever a path parameter is, the address leads back to it, but for halves of characters."""
    things = catalogue(THINGS)
    url = things["read"].url({"tenant": value, "id": "x"})
    whole = value.encode("utf-8", "replace").decode()
    assert things.find("GET", url) == (things["read"], {"tenant": whole, "id": "x"})


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_of_a_vendor_is_found_at_its_own_address(vendor: str) -> None:
    """No operation of a real document hides another."""
    vendors = Catalogue(contract(vendor))
    for operation in vendors:
        path = dict.fromkeys(names_of(operation.template), "x")
        assert vendors.find(operation.method, operation.url(path)) == (operation, path)


def test_a_vendors_own_document_can_be_taken() -> None:
    """As published, the corrections of this project do not count; logins stay the same."""
    published = document(old={"get": {"operationId": "old", "responses": {}}})
    found = catalogue(THINGS, LOGIN, published, as_published=True)
    assert found.document is published
    assert [each.id for each in found] == ["old", "log-in"]


def test_parameters_are_named_in_order() -> None:
    """The names in a template, from left to right."""
    assert names_of("/{b}/x/{a}-{c}") == ["b", "a", "c"]
    assert names_of("/x") == []
    assert isinstance(catalogue(THINGS)["read"], Operation)
