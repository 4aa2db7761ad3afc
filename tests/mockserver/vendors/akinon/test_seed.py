"""The first state: the fixture, what is drawn beside it, and what a fixture may not say."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.kernel.instants import parse
from mockserver.kernel.room import Blueprint, FixtureError
from mockserver.kernel.service import Service
from mockserver.vendors.akinon import ROOM
from mockserver.vendors.akinon.world import World


def _fixture() -> Any:
    return copy.deepcopy(contracts.fixture(contracts.fixture_path("akinon")))


def _told(world: World) -> str:
    return repr((list(world.segments.values()), list(world.users.values()), world.demos))


def test_the_fixture_fits_its_schema() -> None:
    """The bundled world satisfies the schema that users' own worlds are checked by."""
    schema = contracts.fixture_schema("akinon")
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert validator.is_valid(_fixture())


def test_every_schema_of_an_object_is_strict() -> None:
    """No object of the fixture takes members that nobody reads."""

    def objects(node: Any) -> list[Any]:
        if isinstance(node, list):
            return [found for part in node for found in objects(part)]
        if not isinstance(node, dict):
            return []
        inner = [found for part in node.values() for found in objects(part)]
        return [node, *inner] if "properties" in node and "type" in node else inner

    found = objects(contracts.fixture_schema("akinon"))
    assert len(found) > 5
    assert all(each["additionalProperties"] is False for each in found)


@pytest.mark.parametrize(
    ("asked", "got"),
    [((0, 0), (13, 10)), ((13, 10), (13, 10)), ((14, 11), (14, 11)), ((60, 90), (60, 90))],
)
def test_the_sizes_count_the_named_ones(
    open_vendor: Callable, asked: tuple[int, int], got: tuple[int, int]
) -> None:
    """There are exactly as many records as asked; the named ones count and always stay."""
    world = open_vendor("akinon", segments=asked[0], customers=asked[1]).state("akinon")
    assert (len(world.segments), len(world.users)) == got


def test_the_seed_decides(open_vendor: Callable) -> None:
    """The same seed gives the same world; another seed another one, with the same cast."""
    one, same, other = (open_vendor("akinon", seed=seed).state("akinon") for seed in (7, 7, 8))
    assert _told(one) == _told(same)
    assert _told(one) != _told(other)
    assert [one.users[pk] for pk in range(1, 11)] == [other.users[pk] for pk in range(1, 11)]


def test_the_seed_decides_in_any_process(open_vendor: Callable) -> None:
    """A process with another hash seed builds the same world."""
    script = (
        "import hashlib\n"
        "from mockserver.assembly import Settings, open_service\n"
        "from mockserver.kernel.call import Call\n"
        "service = open_service(Settings(vendors=('akinon',), seed=7))\n"
        "world = service.state('akinon')\n"
        "offers = [[each.pk for each in world.available(user)] for user in world.users.values()]\n"
        "emails = [user.email for user in world.users.values()]\n"
        "names = [segment.name for segment in world.segments.values()]\n"
        "token = service.answer(Call('getCsrfToken')).body\n"
        "print(hashlib.sha256(repr((offers, emails, names, token)).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_nothing_happened_after_the_world_stands(open_vendor: Callable) -> None:
    """Every date of the seeded users is at or before asOf."""
    as_of = parse(_fixture()["asOf"])
    users = open_vendor("akinon").state("akinon").users.values()
    instants = [user.date_joined for user in users]
    instants += [order.placed_at for user in users for order in user.orders]
    assert max(instants) <= as_of
    assert all(user.date_joined <= order.placed_at for user in users for order in user.orders)


def test_emails_are_unique(open_vendor: Callable) -> None:
    """No two users share an e-mail, however many are drawn."""
    users = open_vendor("akinon", customers=2000).state("akinon").users.values()
    assert len({user.email.casefold() for user in users}) == 2000


def test_users_start_with_their_best_segment(service: Service) -> None:
    """Who has no segment set has the best one as of the instant at which the world stands."""
    world = service.state("akinon")
    first = {pk: (s := world.current(world.users[pk])) and s.pk for pk in range(1, 11)}
    assert list(first.values()) == [12, 13, None, None, 11, None, 15, 20, 21, 22]


def _open(fixture: Any, service: Service) -> World:
    blueprint: Blueprint = replace(service.blueprints["akinon"], fixture=fixture)
    world = ROOM.open(blueprint)
    assert isinstance(world, World)
    return world


def test_a_fixture_can_say_which_segment_was_set(service: Service) -> None:
    """A segment that the fixture sets for a user is the user's first one."""
    fixture = _fixture()
    fixture["users"][0]["segment"] = 14
    fixture["users"][0]["password"] = "own"
    fixture["segments"][0]["rule"]["email_domain"] = ["EXAMPLE.com"]
    fixture["segments"][0]["rule"]["gender"] = ["female"]
    fixture["segments"][0]["rule"]["order_total"] = {"at_least": 1}
    world = _open(fixture, service)
    assert world.current(world.users[1]) == world.segments[14]
    assert world.users[1].password == "own"
    assert world.available(world.users[5])[0].pk == 11


def test_first_segments_are_those_of_the_instant_of_the_world(service: Service) -> None:
    """A first segment is the best one as of asOf, whenever somebody looks."""
    world = _open({**_fixture(), "asOf": "2099-12-15T00:00:00Z"}, service)
    anna = world.users[1]
    assert world.current(anna) is None  # the clock stands before the segment starts
    service.blueprints["akinon"].clock.seconds = parse("2099-12-20T00:00:00Z") / 1000  # type: ignore[attr-defined]
    assert world.current(anna) == world.segments[19]


def _set(*steps: Any, to: Any) -> Callable[[Any], None]:
    def change(fixture: Any) -> None:
        node = fixture
        for step in steps[:-1]:
            node = node[step]
        node[steps[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (_set("asOf", to="0000-01-01T00:00:00Z"), "/asOf"),
        (_set("asOf", to="2026-11-01T08:00:00"), "/asOf"),
        (_set("asOf", to="1969-12-31T23:59:59.999Z"), "/asOf"),
        (_set("asOf", to="9000-01-01T00:00:00Z"), "/asOf"),
        (_set("price_lists", 1, "pk", to=1), "/price_lists/1/pk"),
        (_set("stock_lists", 1, "pk", to=1), "/stock_lists/1/pk"),
        (_set("segments", 1, "pk", to=11), "/segments/1/pk"),
        (_set("segments", 0, "price_list", to=99), "/segments/0/price_list"),
        (_set("segments", 0, "stock_list", to=99), "/segments/0/stock_list"),
        (_set("segments", 7, "starts_at", to="x"), "/segments/7/starts_at"),
        (_set("segments", 7, "ends_at", to="2026-06-01T00:00:00Z"), "/segments/7/ends_at"),
        (_set("users", 1, "pk", to=1), "/users/1/pk"),
        (_set("users", 1, "email", to="ANNA.bauer@example.com"), "/users/1/email"),
        (_set("users", 1, "segment", to=99), "/users/1/segment"),
        (_set("users", 1, "birth_date", to="2026-11-02"), "/users/1/birth_date"),
        (_set("users", 1, "birth_date", to="2026-02-30"), "/users/1/birth_date"),
        (_set("users", 1, "date_joined", to="2026-11-01T08:00:00.001Z"), "/users/1/date_joined"),
        (
            _set("users", 1, "orders", 2, "placed_at", to="2026-11-02T00:00:00Z"),
            "/users/1/orders/2/placed_at",
        ),
        (_set("demo_sessions", 1, "user", to=99), "/demo_sessions/1/user"),
        (_set("demo_sessions", 1, "name", to="anna"), "/demo_sessions/1/name"),
        (
            _set("demo_sessions", 1, "session", to="annademosession0000000000000000a"),
            "/demo_sessions/1/session",
        ),
        (_set("demo_sessions", 1, "expires_at", to="never"), "/demo_sessions/1/expires_at"),
    ],
)
def test_a_fixture_that_cannot_be_is_refused(
    service: Service, change: Callable[[Any], None], pointer: str
) -> None:
    """What a schema cannot say about a fixture is found too, with the place."""
    fixture = _fixture()
    change(fixture)
    with pytest.raises(FixtureError) as caught:
        _open(fixture, service)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "steps",
    [
        ("segments", 0, "pk"),
        ("segments", 0, "priority"),
        ("segments", 0, "price_list"),
        ("segments", 0, "stock_list"),
        ("price_lists", 0, "pk"),
        ("stock_lists", 0, "pk"),
        ("users", 0, "pk"),
        ("users", 0, "segment"),
        ("users", 0, "orders", 0, "total"),
        ("demo_sessions", 0, "user"),
    ],
)
def test_numbers_of_a_fixture_have_32_bits(steps: tuple[Any, ...]) -> None:
    """The schema refuses numbers that answers could not be written with."""
    validator = jsonschema_rs.Draft202012Validator(contracts.fixture_schema("akinon"))
    fixture = _fixture()
    _set(*steps, to=2**31 - 1)(fixture)
    assert validator.is_valid(fixture)
    _set(*steps, to=2**31)(fixture)
    assert not validator.is_valid(fixture)


def test_the_demos_are_the_cast(service: Service) -> None:
    """Each of the cast has a demo session of 32 characters, and credentials to log in with."""
    demos = ROOM.demos(service.state("akinon"))
    assert [demo.name for demo in demos] == [
        "anna",
        "ben",
        "chloe",
        "dmitri",
        "emi",
        "goran",
        "hana",
        "ingrid",
        "jonas",
    ]
    for demo in demos:
        assert demo.value.startswith(f"osessionid={demo.token}; csrftoken=")
        assert len(demo.token) == 32
        assert demo.login["password"] == "segment-demo"
        assert demo.scope == "default"


def test_the_example_is_one_curl(service: Service) -> None:
    """The example lists Anna's segments with the cookies of her demo session."""
    example = ROOM.example(service.state("akinon"), "http://localhost:8080")
    assert example.startswith("curl http://localhost:8080/users/segments/ -H 'Cookie: osessionid=")


def test_a_world_without_demos_has_an_example(service: Service) -> None:
    """Without demo sessions the example needs no session."""
    world = _open({**_fixture(), "demo_sessions": []}, service)
    assert list(ROOM.demos(world)) == []
    assert ROOM.example(world, "http://x") == (
        "curl -X POST http://x/users/segments/recalculate_segment/"
    )
