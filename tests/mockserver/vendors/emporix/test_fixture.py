"""Fixtures: what the schema demands, and contradictions that no schema can tell."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.kernel.room import FixtureError
from mockserver.vendors.emporix.cast import MAX_LEVELS

from .seeding import FIXTURE, build


def test_the_fixture_fulfils_its_schema() -> None:
    """The bundled fixture is what its schema describes."""
    validator = jsonschema_rs.Draft202012Validator(
        dict(contracts.fixture_schema("emporix")), validate_formats=True
    )
    assert [error.message for error in validator.iter_errors(FIXTURE)] == []


@pytest.mark.parametrize(
    "path", [(), ("tenants", 0), ("tenants", 0, "segments", 0), ("tenants", 0, "customers", 0)]
)
def test_a_typo_in_a_fixture_is_found_by_the_schema(path: tuple[Any, ...]) -> None:
    """Unknown properties are errors everywhere, so that a typo cannot pass."""
    changed = copy.deepcopy(FIXTURE)
    target: Any = changed
    for part in path:
        target = target[part]
    target["sitecode"] = "main"
    validator = jsonschema_rs.Draft202012Validator(dict(contracts.fixture_schema("emporix")))
    assert not validator.is_valid(changed)


Change = Callable[[Any], None]


def change(*path: Any, to: Any) -> Change:
    """Return a change of the fixture's first tenant at a path."""

    def apply(fixture: Any) -> None:
        target = fixture["tenants"][0]
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = to

    return apply


def repeat(section: str) -> Change:
    """Return a change that repeats the first row of a section."""

    def apply(fixture: Any) -> None:
        rows = fixture["tenants"][0][section]
        rows.append(copy.deepcopy(rows[0]))

    return apply


@pytest.mark.parametrize(
    ("edit", "pointer", "message"),
    [
        (repeat("clients"), "/tenants/0/clients/5/id", "there twice"),
        (repeat("customers"), "/tenants/0/customers/5/id", "there twice"),
        (repeat("legalEntities"), "/tenants/0/legalEntities/2/id", "there twice"),
        (repeat("categories"), "/tenants/0/categories/12/id", "there twice"),
        (repeat("products"), "/tenants/0/products/6/id", "there twice"),
        (repeat("segments"), "/tenants/0/segments/11/id", "there twice"),
        (repeat("tokens"), "/tenants/0/tokens/10/name", "there twice"),
        (
            change("tokens", 1, "token", to="demo-acme-manager"),
            "/tenants/0/tokens/1/token",
            "there twice",
        ),
        (
            change("customers", 1, "email", to="ANNA.bauer@example.com"),
            "/tenants/0/customers/1/email",
            "there twice",
        ),
        (
            change("customers", 1, "legalEntityIds", to=["le-okafor-trading", "le-x"]),
            "/tenants/0/customers/1/legalEntityIds/1",
            "no legal entity 'le-x'",
        ),
        (
            change("categories", 2, "parentId", to="attic"),
            "/tenants/0/categories/2/parentId",
            "no category 'attic'",
        ),
        (
            change("categories", 0, "parentId", to="espresso-machines"),
            "/tenants/0/categories/0/parentId",
            "below itself",
        ),
        (
            change("products", 0, "categoryIds", to=["coffee", "attic"]),
            "/tenants/0/products/0/categoryIds/1",
            "no category",
        ),
        (
            change("segments", 0, "siteCode", to="mars"),
            "/tenants/0/segments/0/siteCode",
            "no site 'mars'",
        ),
        (
            change("segments", 0, "createdAt", to="2026-11-01T08:00:00.001Z"),
            "/tenants/0/segments/0/createdAt",
            "later than asOf",
        ),
        (
            change("segments", 0, "createdAt", to="0000-01-01T00:00:00Z"),
            "/tenants/0/segments/0/createdAt",
            "",
        ),
        (
            change("segments", 0, "modifiedAt", to="2020-01-01T00:00:00Z"),
            "/tenants/0/segments/0/modifiedAt",
            "before createdAt",
        ),
        (
            change("segments", 0, "validity", "to", to="2026-13-01T00:00:00Z"),
            "/tenants/0/segments/0/validity/to",
            "",
        ),
        (
            change("segments", 0, "customers", 1, "id", to="C9"),
            "/tenants/0/segments/0/customers/1/id",
            "no customer 'C9'",
        ),
        (
            change("segments", 0, "customers", 1, "legalEntityId", to="le-okafor-trading"),
            "/tenants/0/segments/0/customers/1/legalEntityId",
            "does not buy for",
        ),
        (
            change("segments", 0, "customers", 1, "id", to="C0123456789"),
            "/tenants/0/segments/0/customers/1",
            "there twice",
        ),
        (
            change("segments", 0, "items", 0, "id", to="p1234"),
            "/tenants/0/segments/0/items/0/id",
            "no category 'p1234'",
        ),
        (
            change("segments", 0, "items", 0, to={"type": "PRODUCT", "id": "p3456"}),
            "/tenants/0/segments/0/items/1",
            "there twice",
        ),
        (
            change("tokens", 0, "client", to="nobody"),
            "/tenants/0/tokens/0/client",
            "no client 'nobody'",
        ),
        (
            change("tokens", 2, "customer", to="C9"),
            "/tenants/0/tokens/2/customer",
            "no customer 'C9'",
        ),
        (
            change("tokens", 2, "legalEntityId", to="le-x"),
            "/tenants/0/tokens/2/legalEntityId",
            "does not buy for",
        ),
        (change("tokens", 0, "expires", to="soon"), "/tenants/0/tokens/0/expires", ""),
        (change("name", to="globex"), "/tenants/1/name", "there twice"),
    ],
)
def test_a_contradiction_in_a_fixture_is_told_with_its_place(
    edit: Change, pointer: str, message: str
) -> None:
    """What a schema cannot say is checked too, and the message tells where it is wrong."""
    fixture = copy.deepcopy(FIXTURE)
    edit(fixture)
    with pytest.raises(FixtureError) as caught:
        build(fixture)
    assert caught.value.pointer == pointer
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("edit", "pointer", "message"),
    [
        (repeat("groups"), "/tenants/0/groups/4/id", "there twice"),
        (
            change("groups", 1, "legalEntityId", to="le-x"),
            "/tenants/0/groups/1/legalEntityId",
            "no legal entity 'le-x'",
        ),
        (
            change("groups", 0, "customers", 1, to="C9"),
            "/tenants/0/groups/0/customers/1",
            "no customer 'C9'",
        ),
        (
            change("segments", 1, "groups", to=["trading-buyers", "ghosts"]),
            "/tenants/0/segments/1/groups/1",
            "no group 'ghosts'",
        ),
        (
            change("segments", 1, "groups", to=["back-office"]),
            "/tenants/0/segments/1/groups/0",
            "not one of customers",
        ),
    ],
)
def test_groups_are_checked_where_they_are_known(edit: Change, pointer: str, message: str) -> None:
    """A contradiction about groups is told from contract version 2026-09 on."""
    fixture = copy.deepcopy(FIXTURE)
    edit(fixture)
    build(fixture)
    with pytest.raises(FixtureError) as caught:
        build(fixture, edition="2026-09")
    assert caught.value.pointer == pointer
    assert message in caught.value.message


def test_a_bad_as_of_is_told() -> None:
    """The instant at which the world stands is checked first."""
    with pytest.raises(FixtureError) as caught:
        build({**FIXTURE, "asOf": "2026-11-01"})
    assert caught.value.pointer == "/asOf"


def test_categories_have_a_depth_that_a_reply_can_show() -> None:
    """A category below sixty others is told; one below fewer is there, at the end of its tree."""
    fixture = copy.deepcopy(FIXTURE)
    rows = fixture["tenants"][0]["categories"]
    for number in range(MAX_LEVELS):
        above = {"parentId": f"deep-{number - 1}"} if number else {}
        row = {"id": f"deep-{number}", "code": f"D{number}", "name": {"en": "Deep"}} | above
        rows.append(row | {"position": 1, "published": True})
    world = build(fixture).tenants["acme"].world
    last = f"deep-{MAX_LEVELS - 1}"
    assert sum(1 for _ in world.categories.above(last)) == MAX_LEVELS - 1
    rows.append({**rows[-1], "id": "deeper", "parentId": last})
    with pytest.raises(FixtureError) as caught:
        build(fixture)
    assert caught.value.pointer == f"/tenants/0/categories/{len(rows) - 1}/parentId"
    assert "'deeper' is below more than 59 others" in caught.value.message
