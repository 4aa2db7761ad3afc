"""The seeded world: the cast, the crowd, sameness, and faults of a fixture."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.assembly import resolve_choices
from mockserver.kernel import instants
from mockserver.kernel.room import Blueprint, FixtureError
from mockserver.kernel.service import Service
from mockserver.vendors.openloyalty import ROOM

AS_OF = instants.parse("2026-11-01T08:00:00Z")


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


def test_worlds_have_the_sizes_asked_for(client: Any) -> None:
    """Named ones count towards the sizes."""
    for world in client.state.worlds.values():
        assert len(world.records) == 40
        assert len(world.segmentation.population.members) == 200
        assert 1_500 < len(world.segmentation.population.activity.purchases.dates) < 2_500


def test_named_ones_are_never_left_out(cast: Any) -> None:
    """A size below the cast's keeps the cast."""
    assert len(cast.world().records) == 27
    assert [member.first_name for member in cast.world().segmentation.population.members] == [
        "Anna",
        "Ben",
        "Chloé",
        "Dmitri",
        "Emi",
    ]


def test_nothing_is_dated_after_as_of(client: Any) -> None:
    """The seeded world stands at one instant; nothing in it is later."""
    for world in client.state.worlds.values():
        people = world.segmentation.population
        assert all(member.created_at <= AS_OF for member in people.members)
        done = [
            *zip(people.activity.purchases.owners, people.activity.purchases.dates, strict=True)
        ]
        for series in people.activity.events.values():
            done += zip(series.owners, series.values, strict=True)
        assert len(done) > len(people.activity.purchases.dates)
        for owner, date in done:
            assert people.members[owner].created_at <= date <= AS_OF
        assert people.latest == max(date for _, date in done)
        for record in world.records.values():
            assert record.segment.created_at <= AS_OF
            assert record.segment.calculated_at in (None, AS_OF)


def test_names_and_addresses_are_unique(client: Any) -> None:
    """No two members share an e-mail address, and no two segments a name."""
    world = client.world()
    members = world.segmentation.population.members
    for values in (
        [member.customer_id for member in members],
        [member.email for member in members],
        [member.phone for member in members if member.phone],
        [record.segment.name for record in world.records.values()],
    ):
        assert len(set(values)) == len(values)


def test_chloe_is_in_no_segment(client: Any) -> None:
    """The new customer is in no segment of the default world, at any size."""
    world = client.world()

    assert not [
        record.segment.name
        for record in world.records.values()
        if any(member.first_name == "Chloé" for member in record.members)
    ]


def test_the_cast_is_where_the_docs_say(client: Any) -> None:
    """Gold Members holds Anna and Emi; Lapsed customers holds Dmitri, who is inactive."""
    assert {"Anna", "Emi"} <= set(client.members(client.gold))
    assert "Dmitri" in client.members(client.named(16))
    assert client.get(client.named(17))["active"] is False
    assert "Anna" in client.members(client.named(17))
    assert "calculatedAt" not in client.get(client.named(18))


SCRIPT = """
import hashlib
from mockserver.assembly import Settings, open_service
from mockserver.kernel.clock import Clock
state = open_service(Settings(
    vendors=("openloyalty",), seed=5, stores=("front",),
    clock=lambda: Clock(1795176000000, frozen=True),
)).state("openloyalty")
told = [state.demos]
for world in state.worlds.values():
    people = world.segmentation.population
    bought = people.activity.purchases
    told += [world.code, people.members, [each.segment for each in world.records.values()]]
    told += [bought.owners, bought.dates, bought.amounts, bought.channels, [*bought.buyers.items()]]
    for series in (*people.activity.events.values(), *people.activity.progress.values()):
        told += [series.owners, series.values]
import re
text = re.sub(r"frozenset\\(\\{.*?\\}\\)", lambda m: "".join(sorted(m[0])), repr(told))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_same_seed_gives_the_same_world_in_any_process() -> None:
    """Nothing depends on hash order, time or chance beyond the seed."""
    outputs = {
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert len(outputs) == 1


def test_another_seed_gives_another_crowd(open_vendor: Callable[..., Service]) -> None:
    """The cast stays, the crowd changes."""
    one, two = (open_vendor("openloyalty", seed=seed).state("openloyalty") for seed in (1, 2))

    first, second = (
        state.worlds["default"].segmentation.population.members for state in (one, two)
    )
    assert first[:5] == second[:5]
    assert first[5:] != second[5:]


def test_a_named_store_has_the_cast_and_its_own_crowd(open_vendor: Callable[..., Service]) -> None:
    """A store that is named at start has a world of its own and the demo credentials."""
    service = open_vendor("openloyalty", stores=("frontend", "outlet", "frontend"))
    worlds = service.state("openloyalty").worlds

    assert list(worlds) == ["default", "outlet", "frontend"]
    assert worlds["outlet"].currency == "GBP"
    ours, theirs = (
        worlds["frontend"].segmentation.population.members,
        worlds["default"].segmentation.population.members,
    )
    assert ours[:5] == theirs[:5]
    assert ours[5:] != theirs[5:]
    assert worlds["frontend"].records.keys() >= set(list(worlds["default"].records)[:27])


def test_the_example_names_a_working_credential(client: Any) -> None:
    """The printed curl command has the base URL, a path of the contract and the API key."""
    command = client.service.rooms["openloyalty"].example(client.state, "http://localhost:1")

    assert command.startswith("curl -s ")
    assert "'http://localhost:1/api/default/segment?" in command
    assert "X-AUTH-TOKEN: manager-segment-demo-key" in command


def test_reset_builds_a_new_world(client: Any) -> None:
    """After a reset nothing of the old state is left."""
    segment = client.create("Temporary")
    session = client.log_in("admin", "password").body

    client.service.reset("openloyalty")

    assert client.ask("segmentGet", segment).status == 404
    body = {"refresh_token": session["refresh_token"]}
    assert client.ask("tokenRefresh", store=None, body=body, sent={}).status == 401


def spoil_store(fixture: dict[str, Any], *path: Any) -> Any:
    """Return something inside the first store."""
    found: Any = fixture["stores"][0]
    for step in path:
        found = found[step]
    return found


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
    assert json.dumps([demo.token for demo in state.demos])
