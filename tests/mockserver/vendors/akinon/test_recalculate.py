"""Recalculation, for users, guests and visitors without a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.kernel.service import Service

VIP, GOLD, FREQUENT, GUESTS = 11, 12, 14, 16


def test_the_best_segment_wins(as_: Callable) -> None:
    """Recalculation gives the matching segment with the lowest priority number.

    (AKN-076, AKN-077, AKN-080.)
    """
    emi = as_("emi")
    emi.set(FREQUENT)
    assert emi.segment() == FREQUENT
    reply = emi.recalculate()
    assert (reply.status, reply.body) == (200, {"message": "Segment recalculated."})
    assert emi.segment() == VIP


def test_recalculation_is_idempotent(anna: Any) -> None:
    """Recalculating again gives the same answer and the same segment (AKN-079)."""
    for _ in range(3):
        reply = anna.recalculate()
        assert (reply.status, reply.body) == (200, {"message": "Segment recalculated."})
        assert reply.headers == []
        assert anna.segment() == GOLD


def test_a_set_segment_stays_until_recalculation(anna: Any) -> None:
    """Neither listing nor looking nor signing in again undoes a choice; recalculation does."""
    anna.set(FREQUENT)
    anna.list()
    anna.log_in("anna.bauer@example.com")
    assert anna.segment() == FREQUENT
    anna.recalculate()
    assert anna.segment() == GOLD


def test_of_equal_priorities_the_lowest_pk_wins(open_vendor: Callable, browse: Callable) -> None:
    """Among matching segments of one priority the lowest pk is the best."""
    service = open_vendor("akinon")
    fixture = dict(service.blueprints["akinon"].fixture)
    row = {"name": "Twin", "priority": 1, "rule": {}}
    fixture["segments"] = [{**row, "pk": 9}, {**row, "pk": 7}, {**row, "pk": 8}]
    service.blueprints["akinon"] = replace(service.blueprints["akinon"], fixture=fixture)
    service.reset()
    chloe = browse(service, "chloe")
    chloe.recalculate()
    assert chloe.segment() == 7


def test_without_a_match_the_segment_goes(service: Service, anna: Any) -> None:
    """When no rule is true any more, recalculation leaves the user without a segment."""
    world = service.state("akinon")
    clock = service.blueprints["akinon"].clock
    chloe = world.sessions.open(user=3)
    anna.cookies["osessionid"] = chloe.key
    clock.seconds = world.segments[18].starts_at / 1000  # type: ignore[attr-defined]
    anna.recalculate()
    assert anna.segment() == 18
    clock.seconds = world.segments[18].ends_at / 1000  # type: ignore[attr-defined]
    anna.recalculate()
    clock.seconds = world.segments[18].starts_at / 1000  # type: ignore[attr-defined]
    assert anna.segment() is None


def test_nobody_needs_to_be_signed_in(service: Service, stranger: Any) -> None:
    """A visitor without cookies gets 200, a guest session, and the guests' segment."""
    reply = stranger.recalculate()
    assert (reply.status, reply.body) == (200, {"message": "Segment recalculated."})
    session = service.state("akinon").sessions.find(stranger.cookies["osessionid"])
    assert (session.user, session.segment) == (None, GUESTS)


def test_a_guest_keeps_the_session(service: Service, stranger: Any) -> None:
    """Recalculating in a guest's session opens no other."""
    stranger.recalculate()
    key = stranger.cookies["osessionid"]
    sessions = service.state("akinon").sessions
    sessions.put_segment(sessions.find(key), None)
    assert stranger.recalculate().headers == []
    assert stranger.cookies == {"osessionid": key}
    assert sessions.find(key).segment == GUESTS


def test_a_dead_session_counts_as_none(stranger: Any) -> None:
    """With a cookie that names no session recalculation opens a new guest session."""
    stranger.cookies["osessionid"] = "x" * 32
    assert stranger.recalculate().status == 200
    assert stranger.cookies["osessionid"] != "x" * 32


def test_a_guest_without_a_match_has_no_segment(open_vendor: Callable, browse: Callable) -> None:
    """Where no rule admits guests, recalculation still answers 200."""
    service = open_vendor("akinon")
    fixture = {**service.blueprints["akinon"].fixture, "segments": []}
    service.blueprints["akinon"] = replace(
        service.blueprints["akinon"], fixture=fixture, segments=0
    )
    service.reset()
    guest = browse(service)
    assert guest.recalculate().status == 200
    assert guest.basket() is None


def test_a_session_can_be_required(
    open_vendor: Callable, browse: Callable, explained: Callable
) -> None:
    """With akinon.recalculate-session=required only a session opens it, a guest's too (AKN-075)."""
    service = open_vendor("akinon", choices={"akinon.recalculate-session": "required"})
    guest = browse(service)
    reply = guest.recalculate()
    assert explained(reply) == (401, "AKN-075")
    assert reply.body == {"detail": "Authentication credentials were not provided."}
    assert guest.cookies == {}
    guest.cookies["osessionid"] = "x" * 32
    assert guest.recalculate().status == 401
    guest.basket()
    assert guest.recalculate().status == 200
    guest.log_in("anna.bauer@example.com")
    assert guest.recalculate().status == 200


def test_by_default_nobody_needs_the_proof(as_: Callable) -> None:
    """Without a CSRF token a signed-in user can recalculate."""
    emi = as_("emi")
    del emi.cookies["csrftoken"]
    assert emi.recalculate().status == 200


@pytest.fixture
def guarded(open_vendor: Callable) -> Service:
    """A site that asks for the CSRF proof to recalculate."""
    return open_vendor("akinon", choices={"akinon.recalculate-csrf": "required"})


def test_the_proof_can_be_required_of_users(
    guarded: Service, browse: Callable, explained: Callable
) -> None:
    """With akinon.recalculate-csrf=required a signed-in user needs the proof (AKN-081)."""
    emi = browse(guarded, "emi")
    emi.set(FREQUENT)
    token = emi.cookies.pop("csrftoken")
    assert explained(emi.recalculate()) == (403, "AKN-081")
    assert emi.segment() == FREQUENT
    emi.cookies["csrftoken"] = token
    assert emi.recalculate().status == 200
    assert emi.segment() == VIP


def test_the_proof_is_never_required_of_others(guarded: Service, browse: Callable) -> None:
    """With akinon.recalculate-csrf=required guests and strangers still need no proof."""
    stranger = browse(guarded)
    assert [stranger.recalculate().status for _ in range(2)] == [200, 200]
