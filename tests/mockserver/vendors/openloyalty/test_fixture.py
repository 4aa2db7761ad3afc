"""What a user's own fixture may not say: told with the place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.assembly import resolve_choices
from mockserver.kernel.room import Blueprint, FixtureError
from mockserver.vendors.openloyalty import ROOM


@pytest.fixture
def fixture() -> dict[str, Any]:
    """A copy of the bundled fixture that a test may spoil."""
    path = contracts.fixture_path("openloyalty")
    return copy.deepcopy(dict(contracts.fixture(path)))


def build(fixture: dict[str, Any], **settings: Any) -> Any:
    """Open the room on a fixture, without its crowd."""
    choices = resolve_choices(("openloyalty",), {})["openloyalty"]
    sizes = {"customers": 0, "segments": 0, "products": 0} | settings
    return ROOM.open(Blueprint(fixture=fixture, choices=choices, **sizes))


def test_the_fixture_fits_its_schema(fixture: dict[str, Any]) -> None:
    """The bundled cast is described by the schema that users' own fixtures are held against."""
    schema = contracts.fixture_schema("openloyalty")

    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(fixture)


def test_a_typo_does_not_fit_the_schema(fixture: dict[str, Any]) -> None:
    """A misspelt field anywhere in the fixture is found."""
    validator = jsonschema_rs.Draft202012Validator(contracts.fixture_schema("openloyalty"))
    for spoil in (
        lambda: fixture["stores"][0]["members"][0].update(fistName="x"),
        lambda: fixture["stores"][0]["segments"][0].update(actve=True),
        lambda: fixture.update(store=[]),
    ):
        spoil()
        assert not validator.is_valid(fixture)


@pytest.mark.parametrize(
    ("spoil", "pointer"),
    [
        (lambda f: f.update(asOf="2026-11-01T08:00:00"), "/asOf"),
        (lambda f: f["stores"].append(f["stores"][0]), "/stores/2/code"),
        (lambda f: f["products"].append(f["products"][0]), "/products/8/sku"),
        (
            lambda f: f["stores"][0]["members"][0]["transactions"][1].update(channel="x"),
            "/stores/0/members/0/transactions/1/channel",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["transactions"][0]["skus"].append("x"),
            "/stores/0/members/0/transactions/0/skus/2",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["transactions"][0].update(
                date="2016-12-31T23:59:60Z"
            ),
            "/stores/0/members/0/transactions/0/date",
        ),
        (
            lambda f: f["stores"][0]["members"][1].update(tier="x"),
            "/stores/0/members/1/tier",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["events"][1].update(type="x"),
            "/stores/0/members/0/events/1/type",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["events"][1].update(date="2026-10-24T20:05:00"),
            "/stores/0/members/0/events/1/date",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["completedCampaigns"].append("x"),
            "/stores/0/members/0/completedCampaigns/1",
        ),
        (
            lambda f: f["stores"][0]["members"][1]["achievements"][0].update(id="x"),
            "/stores/0/members/1/achievements/0/id",
        ),
        (
            lambda f: f["stores"][0]["members"][4]["challenges"][0]["progress"].update(x=1),
            "/stores/0/members/4/challenges/0/progress/x",
        ),
        (
            lambda f: f["stores"][0]["members"][1].update(email="ANNA.BAUER@example.com"),
            "/stores/0/members/1",
        ),
        (
            lambda f: f["stores"][0]["segments"][1].update(name="Gold Members"),
            "/stores/0/segments/1",
        ),
        (
            lambda f: f["stores"][0]["segments"][2]["parts"][0]["criteria"][0].update(
                fromAmount="x"
            ),
            "/stores/0/segments/2/parts/0/criteria/0/fromAmount",
        ),
        (
            lambda f: f["stores"][0]["segments"][0]["parts"][0].update(
                criteria=[{"type": "bought_skus", "skuIds": ["x" * 256]}]
            ),
            "/stores/0/segments/0/parts/0/criteria/0/skuIds/0",
        ),
        (
            lambda f: f["stores"][0]["rewards"][0]["segments"].append("x"),
            "/stores/0/rewards/0/segments/2",
        ),
        (lambda f: f.update(asOf="1969-12-31T23:59:59.999Z"), "/asOf"),
        (lambda f: f.update(asOf="9000-01-01T00:00:00Z"), "/asOf"),
        (lambda f: f["admins"].append(f["admins"][0]), "/admins/1/username"),
        (lambda f: f["apiKeys"].append(f["apiKeys"][0]), "/apiKeys/1/key"),
        (lambda f: f["channels"].append(f["channels"][0]), "/channels/3/id"),
        (lambda f: f["tiers"].append(f["tiers"][0]), "/tiers/4/id"),
        (lambda f: f["customEvents"].append(f["customEvents"][0]), "/customEvents/2/type"),
        (
            lambda f: f["stores"][0]["achievements"][0].update(
                rules=f["stores"][0]["achievements"][0]["rules"][:1] * 2
            ),
            "/stores/0/achievements/0/rules/1/id",
        ),
        (
            lambda f: f["stores"][0].update(rewards=f["stores"][0]["rewards"][:1] * 2),
            "/stores/0/rewards/1/id",
        ),
        (
            lambda f: f["stores"][0]["members"][1].update(
                achievements=f["stores"][0]["members"][1]["achievements"][:1] * 2
            ),
            "/stores/0/members/1/achievements/1/id",
        ),
        (
            lambda f: f["stores"][0]["members"][1].update(birthDate="0000-01-01"),
            "/stores/0/members/1/birthDate",
        ),
        (
            lambda f: f["stores"][0]["members"][1].update(registeredAt="2026-11-01T08:00:00.001Z"),
            "/stores/0/members/1/registeredAt",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["transactions"][0].update(
                date="2026-11-01T08:00:00.001Z"
            ),
            "/stores/0/members/0/transactions/0/date",
        ),
        (
            lambda f: f["stores"][0]["members"][0]["events"][0].update(date="2027-01-01T00:00:00Z"),
            "/stores/0/members/0/events/0/date",
        ),
        (
            lambda f: f["stores"][0]["segments"][1].update(createdAt="2027-01-01T00:00:00Z"),
            "/stores/0/segments/1/createdAt",
        ),
        (
            lambda f: f["stores"][0]["segments"][0]["parts"][0]["criteria"][0].update(x=10**400),
            "/stores/0/segments/0/parts/0/criteria/0/x",
        ),
        (
            lambda f: f["stores"][0]["segments"][0].update(description="\ud800"),
            "/stores/0/segments/0/description",
        ),
    ],
)
def test_faults_of_a_fixture_are_told_with_their_place(
    fixture: dict[str, Any], spoil: Callable[[dict[str, Any]], None], pointer: str
) -> None:
    """What a schema cannot say is found when the world is built."""
    build(fixture)
    spoil(fixture)

    with pytest.raises(FixtureError) as raised:
        build(fixture)

    assert raised.value.pointer == pointer


def test_a_criterion_of_a_fixture_may_be_as_deep_as_one_of_a_request(
    fixture: dict[str, Any],
) -> None:
    """32 levels are taken, 33 are told with their place."""
    criterion = fixture["stores"][0]["segments"][0]["parts"][0]["criteria"][0]
    deep: Any = []
    for _ in range(30):
        deep = [deep]
    criterion["x"] = deep
    build(fixture)

    criterion["x"] = [deep]
    with pytest.raises(FixtureError) as raised:
        build(fixture)

    where = "/stores/0/segments/0/parts/0/criteria/0/x"
    assert raised.value.pointer == where + "/0" * 31


def test_numbers_of_a_fixture_have_limits(fixture: dict[str, Any]) -> None:
    """What no column of the population could hold is found by the schema."""
    validator = jsonschema_rs.Draft202012Validator(contracts.fixture_schema("openloyalty"))
    progress = fixture["stores"][0]["members"][4]["challenges"][0]["progress"]
    assert validator.is_valid(fixture)

    progress[next(iter(progress))] = 10**400

    assert not validator.is_valid(fixture)


def test_a_small_fixture_is_enough(fixture: dict[str, Any]) -> None:
    """A user's own fixture needs no members, segments or labels; names may repeat."""
    fixture["products"] = [{**fixture["products"][0], "labels": []}]
    del fixture["stores"][1:]
    del fixture["tiers"], fixture["customEvents"]
    store = fixture["stores"][0]
    twins = [{**store["members"][2], "customerId": f"{n}", "email": f"{n}@x.de"} for n in (1, 2, 3)]
    del twins[0]["password"]
    fixture["stores"][0] = {
        "code": "mine",
        "name": "Mine",
        "currency": "USD",
        "members": twins,
        "segments": [],
    }

    state = build(fixture, customers=5, segments=5, products=5)

    assert len(state.worlds["mine"].segmentation.population.members) == 5
    assert len(state.worlds["mine"].records) == 5
    assert [demo.name for demo in state.demos] == ["manager", "admin", "chloe", "3@x.de"]
    assert all(demo.token for demo in state.demos)


def test_ids_of_segments_may_be_written_in_capitals(fixture: dict[str, Any]) -> None:
    """A UUID is the same in capitals: the segment is found, and so is what uses it."""
    segment = fixture["stores"][0]["segments"][0]
    small = segment["segmentId"]
    segment["segmentId"] = "000005E9-0000-4000-8000-000000000001"
    assert segment["segmentId"].lower() == small

    world = build(fixture).worlds["default"]

    assert world.record(small).segment.name == "Gold Members"
    assert world.uses(small, "reward") == world.uses(small.upper(), "reward") != ()

    fixture["stores"][0]["segments"][1]["segmentId"] = small
    with pytest.raises(FixtureError):
        build(fixture)
