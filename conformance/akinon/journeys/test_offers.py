"""Which segments are on offer to a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.akinon.case import Akinon, is_number, user_of
from conformance.akinon.ranges import ranged
from conformance.exchange import Reply, at
from conformance.judging import judges


@judges("AKN-055", smoke=True, read_only=True)
def test_the_list_shows_pk_name_and_priority(akinon: Akinon) -> None:
    """Each segment of the list has a pk, a name and a priority."""
    _shows_its_members(akinon, "user")


@judges("AKN-055", "AKN-056", read_only=True)
def test_the_lists_of_other_users(akinon: Akinon) -> None:
    """Every other user's list shows the members of each segment, and all whose rule is true."""
    others = [each for each in akinon.users_with_known_offers() if each != "user"]
    if not others:
        raise akinon.lacking('akinon.known.segments with user = "other_user"')
    for by in others:
        reply = _shows_its_members(akinon, by)
        _holds_the_known(akinon, reply, by)


def _shows_its_members(akinon: Akinon, by: str) -> Reply:
    reply = akinon.offers(by)
    akinon.judge("AKN-055", reply).status(200).that(
        isinstance(reply.json, list), "a list", type(reply.json).__name__, "the body"
    )
    if not reply.entries():
        raise akinon.lacking(f"akinon.credentials.{by} of somebody with a segment on offer")
    judging = akinon.judge("AKN-055", reply)
    for position, entry in enumerate(reply.entries()):
        pk, name, priority = (at(entry, each) for each in ("/pk", "/name", "/priority"))
        judging.that(is_number(pk), "an integer", pk, "the list", f"/{position}/pk")
        judging.that(isinstance(name, str), "a text", name, "the list", f"/{position}/name")
        judging.that(
            is_number(priority), "an integer", priority, "the list", f"/{position}/priority"
        )
        for known in akinon.known_offers(by):
            if known["pk"] == pk and "priority" in known:
                judging.same(known["priority"], priority, "the list", f"/{position}/priority")
    return reply


@pytest.mark.parametrize("by", ["user", "other_user"])
@judges("AKN-056", smoke=True, read_only=True)
def test_a_segment_is_on_offer_where_its_rule_is_true(akinon: Akinon, by: str) -> None:
    """The list holds each segment whose rule is true for the user."""
    if not akinon.known_offers(by):
        raise akinon.lacking(f"akinon.known.segments that are on offer to {by}")
    reply = akinon.need(akinon.offers(by), 200, what="listing the segments")
    _holds_the_known(akinon, reply, by)


def _holds_the_known(akinon: Akinon, reply: Reply, by: str) -> None:
    for each in akinon.known_offers(by):
        entry = reply.entry("/pk", each["pk"])
        akinon.judge("AKN-056", reply).that(
            bool(entry), f"the segment {each['pk']}", reply.each("/pk"), "the list"
        )
        akinon.judge("AKN-056", reply).same(
            1, reply.each("/pk").count(each["pk"]), f"how often {each['pk']} is listed"
        )


@judges("AKN-056", read_only=True)
def test_a_segment_is_not_on_offer_where_its_rule_is_false(akinon: Akinon) -> None:
    """The list holds no segment whose rule is false for the user."""
    for each in akinon.known_withheld("rule"):
        _absent(akinon, ("AKN-056",), each)


@judges("AKN-063", smoke=True, read_only=True)
def test_several_segments_can_be_on_offer_at_once(akinon: Akinon) -> None:
    """The list holds all segments that fit a user, not the best one alone."""
    reply = akinon.need(akinon.offers(), 200, what="listing the segments")
    known = [each["pk"] for each in akinon.known_offers()]
    listed = [pk for pk in reply.each("/pk") if is_number(pk)]
    if len(set(known)) < 2 and len(set(listed)) < 2:
        raise akinon.lacking("two akinon.known.segments that are on offer to user")
    akinon.judge("AKN-063", reply).that(
        len(set(listed)) > 1, f"several segments, such as {known}", listed, "the list"
    )


@judges("AKN-057", read_only=True)
def test_a_segment_that_is_switched_off_is_not_on_offer(akinon: Akinon) -> None:
    """A segment that is not active is missing in the list, though its rule is true."""
    for each in akinon.known_withheld("inactive"):
        _absent(akinon, ("AKN-057",), each)


@judges("AKN-058", "AKN-062", read_only=True)
def test_a_date_range_counts_at_the_instant_of_the_request(akinon: Akinon) -> None:
    """A segment is in the list from the first instant of its date range on, and up to its last."""
    for each, runs in ranged(akinon):
        if not runs:
            _absent(akinon, ("AKN-058", "AKN-062"), each)
            continue
        reply = akinon.need(akinon.offers(user_of(each)), 200, what="listing the segments")
        akinon.judge("AKN-062", reply).that(
            bool(reply.entry("/pk", each["pk"])),
            f"the segment {each['pk']}, which is in its date range",
            reply.each("/pk"),
            "the list",
        )


def _absent(akinon: Akinon, requirements: tuple[str, ...], segment: Mapping[str, Any]) -> None:
    reply = akinon.need(akinon.offers(user_of(segment)), 200, what="listing the segments")
    akinon.judge(requirements, reply).that(
        not reply.entry("/pk", segment["pk"]),
        f"a list without the segment {segment['pk']}",
        reply.each("/pk"),
        "the list",
    )
