"""Segments on offer, and setting one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.instants import parse
from mockserver.kernel.service import Service
from mockserver.vendors.akinon.model import Segment
from mockserver.vendors.akinon.rules import IsGuest

GOLD, B2B, FREQUENT, WIN_BACK, SUMMER, FUTURE = 12, 13, 14, 17, 18, 19


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("anna", ["Gold price list", "Frequent shoppers"]),
        ("ben", ["B2B", "Frequent shoppers"]),
        ("chloe", []),
        ("dmitri", []),
        ("emi", ["VIP Tokyo", "Gold price list", "Frequent shoppers"]),
        ("goran", ["New customers", "Bought lately"]),
        ("hana", ["Team prices", "Frequent shoppers"]),
        ("ingrid", ["Young collectors"]),
        ("jonas", ["Cyber week 2025"]),
    ],
)
def test_the_cast_is_offered_what_fits(as_: Callable, who: str, names: list[str]) -> None:
    """Each of the cast is offered the segments whose rules fit, best first, and no other.

    (AKN-056, AKN-060, AKN-063; Win-back, which is switched off, is nobody's: AKN-057.)
    """
    assert as_(who).list() == names


def test_an_entry_has_three_members(anna: Any, json_of: Callable) -> None:
    """A listed segment shows pk, name and priority (AKN-055)."""
    first = json_of(anna.call("listSegments"))[0]
    assert first == {"pk": GOLD, "name": "Gold price list", "priority": 10}


def test_unchanged_segments_keep_their_documents(anna: Any) -> None:
    """A segment is encoded once: every reply carries the same document."""
    first, second = anna.call("listSegments").body, anna.call("listSegments").body
    assert [id(entry) for entry in first] == [id(entry) for entry in second]
    assert anna.set(GOLD).body is anna.set(GOLD).body


def test_a_drawn_user_is_offered_segments_of_the_own_city(open_vendor: Callable) -> None:
    """Segments that were drawn admit users of one city, and come after the named ones."""
    world = open_vendor("akinon", segments=400, customers=60).state("akinon")
    offers = {pk: world.available(user) for pk, user in world.users.items() if pk > 100}
    drawn = [(pk, each) for pk, found in offers.items() for each in found if each.pk > 100]
    assert drawn
    assert all(world.users[pk].attributes["city"] in segment.name for pk, segment in drawn)
    for found in offers.values():
        assert [each.priority for each in found] == sorted(each.priority for each in found)


def test_date_ranges_are_evaluated_at_the_time_of_the_request(service: Service, anna: Any) -> None:
    """A segment is offered from its first instant on, and from its last instant on no more."""
    world = service.state("akinon")
    segment = world.segments[SUMMER]
    clock = service.blueprints["akinon"].clock
    anna.cookies = {"osessionid": world.sessions.open(user=1).key}
    seen = {}
    for instant in (segment.starts_at - 1, segment.starts_at, segment.ends_at - 1, segment.ends_at):
        clock.seconds = instant / 1000  # type: ignore[attr-defined]
        seen[instant] = anna.list()[:1] == ["Summer 2026"]
    assert list(seen.values()) == [False, True, True, False]


def test_a_segment_to_come_is_offered_once_its_time_has_come(service: Service, anna: Any) -> None:
    """A future date range opens by itself, without any recalculation."""
    assert "Turn of the century" not in anna.list()
    starts = parse("2099-12-01T00:00:00Z")
    service.blueprints["akinon"].clock.seconds = starts / 1000  # type: ignore[attr-defined]
    assert anna.list()[0] == "Turn of the century"


def test_setting_answers_with_the_segment(anna: Any, json_of: Callable) -> None:
    """Setting answers pk, name, priority and price list; null is the shop's default list.

    (AKN-065, AKN-071.)
    """
    reply = anna.set(FREQUENT)
    assert reply.status == 200
    assert json_of(reply) == {
        "pk": FREQUENT,
        "name": "Frequent shoppers",
        "priority": 20,
        "price_list": None,
    }
    assert json_of(anna.set(GOLD))["price_list"] == 2


def test_a_segment_that_was_set_is_the_current_one(anna: Any, as_: Callable) -> None:
    """Setting replaces the user's one segment, in every session of the user, and nobody else's.

    (AKN-066, AKN-069, AKN-072.)
    """
    before = {name: as_(name).segment() for name in ("ben", "chloe", "dmitri", "emi")}
    assert anna.segment() == GOLD
    anna.set(FREQUENT)
    assert anna.segment() == FREQUENT
    assert as_("anna").segment() == FREQUENT
    anna.set(GOLD)
    assert anna.segment() == GOLD
    assert {name: as_(name).segment() for name in before} == before


@pytest.mark.parametrize("pk", [0, -1, 4711, 10**39])
def test_an_unknown_segment_is_not_found(anna: Any, explained: Callable, pk: int) -> None:
    """A number that no segment has is answered with 404, and nothing changes."""
    reply = anna.set(pk)
    assert explained(reply) == (404, "AKN-067")
    assert reply.body == {"detail": "Not found."}
    assert dict(reply.headers)["X-Mock-Pointer"] == "/path/segment_id"
    assert anna.segment() == GOLD


@pytest.mark.parametrize("pk", [B2B, WIN_BACK, SUMMER, FUTURE])
def test_a_foreign_segment_does_not_exist(anna: Any, explained: Callable, pk: int) -> None:
    """A segment that is not on offer is answered with 404, and nothing changes."""
    reply = anna.set(pk)
    assert explained(reply) == (404, "AKN-068")
    assert reply.body == {"detail": "Not found."}
    assert anna.segment() == GOLD


def test_a_foreign_segment_can_be_forbidden(
    open_vendor: Callable, browse: Callable, explained: Callable
) -> None:
    """With akinon.foreign-segment=403 a segment that is not on offer is forbidden."""
    anna = browse(open_vendor("akinon", choices={"akinon.foreign-segment": "403"}), "anna")
    reply = anna.set(B2B)
    assert explained(reply) == (403, "AKN-068")
    assert reply.body == {"detail": "You do not have permission to perform this action."}
    assert explained(anna.set(4711)) == (404, "AKN-067")
    assert anna.segment() == GOLD


def test_a_segment_that_has_ended_is_not_current(service: Service, anna: Any) -> None:
    """A segment whose date range is over is not shown as the current one."""
    world = service.state("akinon")
    clock = service.blueprints["akinon"].clock
    anna.cookies["osessionid"] = world.sessions.open(user=1).key
    clock.seconds = world.segments[SUMMER].starts_at / 1000  # type: ignore[attr-defined]
    assert anna.set(SUMMER).status == 200
    assert anna.segment() == SUMMER
    clock.seconds = world.segments[SUMMER].ends_at / 1000  # type: ignore[attr-defined]
    assert anna.segment() is None


def test_many_users_can_be_remembered(open_vendor: Callable) -> None:
    """What is on offer stays right when more users ask than are remembered."""
    world = open_vendor("akinon", segments=20, customers=300).state("akinon")
    first = {pk: world.available(user) for pk, user in world.users.items()}
    assert {pk: world.available(user) for pk, user in world.users.items()} == first


def test_a_segment_without_bounds_always_runs() -> None:
    """A segment without a date range runs at any instant, unless it is not active."""
    segment = Segment(1, "Guests", 1, rule=(IsGuest(value=True),))
    assert segment.runs(0)
    assert segment.runs(10**15)
    assert not Segment(1, "Guests", 1, is_active=False).runs(0)
