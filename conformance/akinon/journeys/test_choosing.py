"""Choosing a segment among those on offer; the former one is put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, current_pk, is_number, segment_in
from conformance.exchange import MISSING, Reply, at
from conformance.judging import Unmet, judges

MOST: Final = 10
"""Of how many segments on offer to a user each one is set."""


def _not_current(akinon: Akinon) -> Mapping[str, Any]:
    """Return a segment on offer that the user does not have. Raises Unmet."""
    now = current_pk(akinon.current(step="set up"))
    found = [each for each in akinon.on_offer() if each["pk"] != now]
    if not found:
        raise akinon.lacking("akinon.credentials.user of somebody with 2 segments on offer")
    return found[-1]


@judges("AKN-065", smoke=True)
def test_setting_a_segment_is_answered_with_it(akinon: Akinon) -> None:
    """Setting a segment on offer is answered with 200 and its pk, name and priority."""
    segment = _not_current(akinon)
    reply = akinon.set(segment["pk"])
    akinon.judge("AKN-065", reply).status(200)
    for name in ("pk", "name", "priority"):
        akinon.judge("AKN-065", reply).value(f"/{name}", at(segment, f"/{name}"))
    # It is on offer still, now that the user has it.
    again = akinon.set(segment["pk"])
    akinon.judge("AKN-065", again).status(200)
    for name in ("pk", "name", "priority"):
        akinon.judge("AKN-065", again).value(f"/{name}", at(segment, f"/{name}"))


@pytest.mark.parametrize("by", ["user", "other_user"])
@judges("AKN-065", "AKN-071")
def test_each_segment_on_offer_can_be_set(akinon: Akinon, by: str) -> None:
    """Setting any segment on offer is answered with it, its price list an integer or null."""
    for segment in akinon.on_offer(by)[:MOST]:
        reply = akinon.set(segment["pk"], by=by)
        akinon.judge("AKN-065", reply).status(200)
        for name in ("pk", "name", "priority"):
            akinon.judge("AKN-065", reply).value(f"/{name}", at(segment, f"/{name}"))
        found = reply.at("/price_list")
        # The contract lets it be left out.
        akinon.judge("AKN-071", reply).that(
            found is MISSING or found is None or is_number(found),
            "an integer or null", found, "the body", "/price_list",
        )  # fmt: skip


@judges("AKN-066", smoke=True)
def test_a_segment_that_was_set_is_the_current_one(akinon: Akinon) -> None:
    """A segment that was set is the user's current segment, though the list was looked at."""
    pk = _not_current(akinon)["pk"]
    akinon.need(akinon.set(pk), 200, what="setting a segment")
    akinon.need(akinon.offers(), 200, what="listing the segments")
    seen = akinon.settled_current(lambda each: each == pk)
    akinon.judge("AKN-066", seen).same(pk, current_pk(seen), "the current segment")


@judges("AKN-066", "AKN-076")
def test_a_segment_is_current_in_every_session(akinon: Akinon) -> None:
    """What is set, or recalculated, in one session is the user's current segment in another."""
    other = cookies.written(akinon.signed_in_anew().cookies)
    pk = _not_current(akinon)["pk"]
    akinon.need(akinon.set(pk), 200, what="setting a segment")

    def look() -> Reply:
        reply = akinon.send(op.CURRENT_USER, by="", headers=other)
        if segment_in(reply) is MISSING:
            reply = akinon.send(op.BASKET, by="", headers=other)
        return reply

    seen = akinon.settle(look, lambda reply: current_pk(reply) == pk)
    if segment_in(seen) is MISSING:
        raise Unmet("neither the current user nor the basket shows a segment")
    akinon.judge("AKN-066", seen).same(pk, current_pk(seen), "the current segment")

    akinon.need(akinon.recalculate(), 200, what="recalculating")
    best = _best(akinon, "user")
    seen = akinon.settle(look, lambda reply: current_pk(reply) in best)
    akinon.judge("AKN-076", seen).that(
        current_pk(seen) in best,
        f"one of the segments {best}",
        current_pk(seen),
        "the current segment",
    )


@judges("AKN-066")
def test_each_user_has_the_segment_that_was_set_for_it(akinon: Akinon) -> None:
    """What was set for one user is current for that one, whatever another sets or recalculates."""
    mine = _not_current(akinon)["pk"]
    best = _best(akinon, "other_user")
    others = [each["pk"] for each in akinon.on_offer("other_user") if each["pk"] != mine]
    theirs = next((pk for pk in reversed(others) if pk not in best), None)
    if theirs is None:
        raise akinon.lacking("akinon.credentials.other_user of somebody with 3 segments on offer")
    akinon.need(akinon.set(mine), 200, what="setting a segment")
    _has(akinon, "user", mine)
    akinon.need(akinon.set(theirs, by="other_user"), 200, what="setting a segment")
    _has(akinon, "other_user", theirs)
    _has(akinon, "user", mine)
    akinon.need(akinon.recalculate(), 200, what="recalculating")
    own_best = _best(akinon, "user")
    akinon.settled_current(lambda pk: pk in own_best)
    _has(akinon, "other_user", theirs)


def _has(akinon: Akinon, by: str, pk: int) -> None:
    seen = akinon.settled_current(lambda each: each == pk, by)
    akinon.judge("AKN-066", seen).same(pk, current_pk(seen), f"the current segment of {by}")


def _best(akinon: Akinon, by: str) -> list[Any]:
    """Return the pks of the lowest priority number on offer to a user. Raises Unmet."""
    offers = akinon.on_offer(by)
    return [each["pk"] for each in offers if each["priority"] == offers[0]["priority"]]


@judges("AKN-069")
def test_setting_another_segment_replaces_the_first(akinon: Akinon) -> None:
    """Of two segments that were set one after the other, the user has the second alone."""
    best, *_, other = akinon.on_offer(at_least=2)
    for pk in (other["pk"], best["pk"]):
        akinon.need(akinon.set(pk), 200, what="setting a segment")
        seen = akinon.settled_current(lambda each, pk=pk: each == pk)  # type: ignore[misc]
        if pk == other["pk"] and current_pk(seen) != pk:
            raise Unmet("setting a segment had no effect that another one could replace")
    akinon.judge("AKN-069", seen).same(best["pk"], current_pk(seen), "the current segment")


@pytest.mark.parametrize("header", ["x-csrftoken", "X-CSRFTOKEN", "X-CsrfToken"])
@judges("AKN-024")
def test_the_csrf_header_may_be_spelled_in_any_case(akinon: Akinon, header: str) -> None:
    """Setting a segment takes the CSRF token from x-csrftoken, X-CSRFTOKEN and X-CsrfToken too."""
    segment = akinon.on_offer()[0]
    proof = akinon.proven(akinon.visitor(), header=header)
    akinon.put_back_later("user")
    reply = akinon.set(segment["pk"], by="", headers=proof)
    akinon.judge("AKN-024", reply).status(200)
