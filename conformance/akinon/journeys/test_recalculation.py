"""Recalculating: the rules choose again, and the best segment wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, current_pk, user_of
from conformance.akinon.ranges import outside
from conformance.exchange import Reply
from conformance.judging import Unmet, judges


def _best_and_worst(akinon: Akinon, by: str) -> tuple[list[Any], Any]:
    """Return the pks of the lowest priority number on offer, and that of the highest.

    Raises Unmet when they are the same.
    """
    offers = akinon.on_offer(by, at_least=2)
    best = [each["pk"] for each in offers if each["priority"] == offers[0]["priority"]]
    if offers[-1]["pk"] in best:
        raise akinon.lacking(f"akinon.credentials.{by} with offers of different priorities")
    return best, offers[-1]["pk"]


def _with_the_worst(akinon: Akinon, by: str = "user") -> list[Any]:
    """Give a user the worst segment on offer; return the pks of the best. Raises Unmet."""
    best, worst = _best_and_worst(akinon, by)
    akinon.need(akinon.set(worst, by=by, step="set up"), 200, what="setting a segment")
    seen = akinon.settled_current(lambda pk: pk == worst, by)
    if current_pk(seen) != worst:
        raise Unmet("setting a segment had no effect that recalculating could undo")
    return best


@pytest.mark.parametrize("by", ["user", "other_user"])
@judges("AKN-076", "AKN-077", "AKN-080")
def test_recalculating_gives_the_best_segment(akinon: Akinon, by: str) -> None:
    """Recalculating replaces a worse segment by the one of the lowest priority number."""
    best = _with_the_worst(akinon, by)
    reply = akinon.recalculate(by=by)
    akinon.judge("AKN-076", reply).status(200)
    _has_message(akinon, reply)
    seen = akinon.settled_current(lambda pk: pk in best, by)
    akinon.judge(("AKN-076", "AKN-077"), seen).that(
        current_pk(seen) in best,
        f"one of the segments {best}",
        current_pk(seen),
        "the current segment",
    )


@judges("AKN-077")
def test_the_priority_counts_and_not_the_pk(akinon: Akinon) -> None:
    """Recalculating gives the lowest priority number where another segment has the lowest pk."""
    for by, lowest, best in _with_another_pk_first(akinon):
        akinon.need(akinon.set(lowest, by=by, step="set up"), 200, what="setting a segment")
        akinon.need(akinon.recalculate(by=by), 200, what="recalculating")
        seen = akinon.settled_current(lambda pk, best=best: pk in best, by)  # type: ignore[misc]
        akinon.judge("AKN-077", seen).that(
            current_pk(seen) in best,
            f"one of the segments {best}",
            current_pk(seen),
            f"the current segment of {by}",
        )


def _with_another_pk_first(akinon: Akinon) -> list[tuple[str, Any, list[Any]]]:
    """Return users, the lowest pk on offer to each, and the pks of the best. Raises Unmet."""
    found = []
    for by in akinon.users_with_known_offers():
        offers = akinon.on_offer(by)
        best = [each["pk"] for each in offers if each["priority"] == offers[0]["priority"]]
        lowest = min(each["pk"] for each in offers)
        if lowest not in best:
            found.append((by, lowest, best))
    if not found:
        raise akinon.lacking(
            "akinon.known.segments that are on offer to somebody whose best one has not the "
            "lowest pk"
        )
    return found


@judges("AKN-079", "AKN-080")
def test_recalculating_again_changes_nothing(akinon: Akinon) -> None:
    """Recalculating a second and a third time is answered alike and leaves the segment."""
    best = _with_the_worst(akinon)
    first = akinon.need(akinon.recalculate(), 200, what="recalculating")
    seen = akinon.settled_current(lambda pk: pk in best)
    if current_pk(seen) not in best:
        raise Unmet("recalculating had no effect that could be repeated")
    for _ in range(2):
        again = akinon.recalculate()
        akinon.judge("AKN-079", again).status(first.status)
        _has_message(akinon, again)
        after = akinon.current()
        akinon.judge("AKN-079", after).same(
            current_pk(seen), current_pk(after), "the current segment"
        )


@judges("AKN-080", smoke=True)
def test_recalculating_is_answered_with_a_message(akinon: Akinon) -> None:
    """The answer to a recalculation has a message that is text."""
    reply = akinon.recalculate()
    akinon.judge("AKN-080", reply).status(200)
    _has_message(akinon, reply)


def _has_message(akinon: Akinon, reply: Reply) -> None:
    message = reply.at("/message")
    akinon.judge("AKN-080", reply).that(
        isinstance(message, str), "a text", message, "the body", "/message"
    )


@judges("AKN-057")
def test_recalculating_gives_no_segment_that_is_switched_off(akinon: Akinon) -> None:
    """A segment that is not active is not given by recalculating, though its rule is true."""
    for each in akinon.known_withheld("inactive"):
        _not_given(akinon, "AKN-057", each)


@judges("AKN-058")
def test_recalculating_gives_no_segment_outside_its_date_range(akinon: Akinon) -> None:
    """A segment that is over or to come is not given by recalculating, though its rule is true."""
    for each in outside(akinon):
        _not_given(akinon, "AKN-058", each)


def _not_given(akinon: Akinon, requirement: str, segment: Mapping[str, Any]) -> None:
    by, pk = user_of(segment), segment["pk"]
    akinon.need(akinon.recalculate(by=by), 200, what="recalculating")
    seen = akinon.settled_current(lambda each: each != pk, by)
    akinon.judge(requirement, seen).that(
        current_pk(seen) != pk,
        f"another segment than {pk}, or none",
        current_pk(seen),
        "the current segment",
    )


@judges("AKN-075", "AKN-080")
def test_recalculating_without_a_session(akinon: Akinon) -> None:
    """Recalculating without a session is answered, or refused."""
    reply = akinon.send(op.RECALCULATE, by="", headers=akinon.proven(akinon.newcomer()))
    akinon.observe("AKN-075", f"without a session: {_told(reply)}", reply)
    if reply.status == 200:
        _has_message(akinon, reply)


@judges("AKN-081")
def test_recalculating_without_csrf_proof(akinon: Akinon) -> None:
    """Recalculating without CSRF proof is answered, or refused, for who is signed in."""
    session = cookies.written(akinon.session_cookie(akinon.visitor()))
    akinon.put_back_later("user")
    reply = akinon.send(op.RECALCULATE, by="", headers={**session, **akinon.origin})
    akinon.observe("AKN-081", f"signed in, without CSRF proof: {_told(reply)}", reply)


def _told(reply: Reply) -> str:
    return "answered" if reply.status == 200 else f"refused with {reply.status}"
