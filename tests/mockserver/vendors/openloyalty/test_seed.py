"""The seeded world: the cast, the crowd, sameness, and faults of a fixture."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.service import Service

AS_OF = instants.parse("2026-11-01T08:00:00Z")


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
