"""Segments that come and go with the clock, which may be moved both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.clock import EARLIEST, LATEST
from mockserver.kernel.instants import parse
from mockserver.kernel.service import Service

NEW, YOUNG, LATELY, SUMMER = 15, 21, 23, 18
LATELY_ENDS = parse("2026-12-19T10:00:00.000Z")
NEW_ENDS = parse("2027-01-08T06:15:00.000Z")
TURNS_26 = parse("2029-05-04T00:00:00.000Z")


@pytest.fixture
def site(open_vendor: Callable) -> Callable[[str], Service]:
    """Open a site with a reading of akinon.lapsed-segment."""
    return lambda reading: open_vendor("akinon", choices={"akinon.lapsed-segment": reading})


def test_offers_follow_the_clock(service: Service, as_: Callable) -> None:
    """Goran is offered what is true at the instant of the request, both ways (AKN-062)."""
    goran = as_("goran")
    seen = []
    for instant in (LATELY_ENDS, LATELY_ENDS + 1, NEW_ENDS, NEW_ENDS + 1, LATELY_ENDS):
        service.clock.set(instant)
        seen.append(goran.list())
    both = ["New customers", "Bought lately"]
    assert seen == [both, ["New customers"], ["New customers"], [], both]


def test_a_segment_is_lost_and_won_back(service: Service, as_: Callable) -> None:
    """By default a segment whose rule is no longer true is none, until it is true again.

    Nothing has to be called for that; a recalculation in between makes it final (AKN-086).
    """
    goran = as_("goran")
    assert goran.segment() == NEW
    assert goran.set(LATELY).status == 200
    service.clock.set(LATELY_ENDS + 1)
    assert goran.segment() is None
    assert goran.basket() is None
    assert goran.set(LATELY).status == 404
    service.clock.set(LATELY_ENDS)
    assert goran.segment() == LATELY
    assert goran.basket()["pk"] == LATELY
    service.clock.set(LATELY_ENDS + 1)
    goran.recalculate()
    assert goran.segment() == NEW
    service.clock.set(LATELY_ENDS)
    assert goran.segment() == NEW


def test_recalculation_follows_the_clock(service: Service, as_: Callable) -> None:
    """A recalculation takes what is not true any more, and gives it back (AKN-076, AKN-085)."""
    goran = as_("goran")
    service.clock.set(NEW_ENDS + 1)
    goran.recalculate()
    assert goran.segment() is None
    service.clock.set(NEW_ENDS)
    assert goran.segment() is None
    goran.recalculate()
    assert goran.segment() == NEW


def test_a_birthday_ends_a_segment(service: Service, as_: Callable) -> None:
    """Ingrid is a young collector until she turns 26 (AKN-116)."""
    ingrid = as_("ingrid")
    service.clock.set(TURNS_26 - 1)
    assert ingrid.segment() == YOUNG
    service.clock.set(TURNS_26)
    assert ingrid.segment() is None


@pytest.mark.parametrize(
    ("reading", "later", "last"),
    [("hidden", None, None), ("replaced", NEW, None), ("kept", LATELY, LATELY)],
)
def test_what_a_lapsed_segment_is_worth_is_a_choice(
    site: Callable, browse: Callable, reading: str, later: int | None, last: int | None
) -> None:
    """It is hidden, replaced by the best one, or kept; a recalculation ends that (AKN-086)."""
    service = site(reading)
    goran = browse(service, "goran")
    goran.set(LATELY)
    service.clock.set(LATELY_ENDS + 1)
    assert goran.segment() == later
    service.clock.set(NEW_ENDS + 1)
    assert goran.segment() == last
    service.clock.set(LATELY_ENDS)
    assert goran.segment() == LATELY
    service.clock.set(LATELY_ENDS + 1)
    goran.recalculate()
    assert goran.segment() == NEW


@pytest.mark.parametrize(("reading", "found"), [("hidden", None), ("replaced", NEW)])
def test_who_had_none_may_come_to_one(
    site: Callable, browse: Callable, reading: str, found: int | None
) -> None:
    """Where segments stand in, they do so for who had none as well (AKN-086)."""
    service = site(reading)
    goran = browse(service, "goran")
    service.clock.set(NEW_ENDS + 1)
    goran.recalculate()
    service.clock.set(NEW_ENDS)
    assert goran.segment() == found


def test_a_set_segment_survives_a_better_one(service: Service, as_: Callable) -> None:
    """What was set stays when a better one comes to be true (AKN-070)."""
    anna = as_("anna")
    anna.set(14)
    service.clock.set(parse("2026-07-01T00:00:00Z"))
    assert anna.list()[0] == "Summer 2026"
    assert anna.segment() == 14
    anna.recalculate()
    assert anna.segment() == SUMMER


@pytest.mark.parametrize("instant", [EARLIEST, LATEST - 1])
def test_the_ends_of_time_are_instants_like_others(
    service: Service, as_: Callable, instant: int
) -> None:
    """Before anybody ordered anything rules about orders are false; attributes stay."""
    world = service.state("akinon")
    service.clock.set(instant)
    offered = {
        name: {each.pk for each in world.available(world.users[pk])}
        for name, pk in (("anna", 1), ("ben", 2), ("goran", 7), ("ingrid", 9))
    }
    everybody = {19} if instant > EARLIEST else set()
    ordered = {14} if instant > EARLIEST else set()
    assert offered == {
        "anna": {12} | everybody | ordered,
        "ben": everybody | (ordered and ordered | {13}),
        "goran": everybody,
        "ingrid": everybody,
    }


def test_what_is_remembered_is_what_is_worked_out(open_vendor: Callable) -> None:
    """However the clock jumps, an answer from memory is the one worked out anew (AKN-062)."""
    service = open_vendor("akinon", segments=200, customers=40)
    world = service.state("akinon")
    start = service.clock.now()
    for jump in (0, 40, 20, 400, -900, 41, 0, 39, 3_000, -3_000, 20):
        service.clock.set(start + jump * 24 * 3600 * 1000)
        now = service.clock.now()
        for user in (None, *world.users.values()):
            anew = [each.pk for each in world.segments.values() if each.admits(user, now)]
            assert sorted(each.pk for each in world.available(user)) == sorted(anew)


def test_the_answer_is_remembered(service: Service, anna: Any) -> None:
    """Between two turns the same tuple is handed out."""
    world = service.state("akinon")
    first = world.available(world.users[1])
    service.clock.advance(60_000)
    assert world.available(world.users[1]) is first
