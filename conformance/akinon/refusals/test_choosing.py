"""Segments that cannot be set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.akinon.case import Akinon, current_pk, user_of
from conformance.akinon.ranges import outside
from conformance.judging import Unmet, judges

FIRST_UNLIKELY_PK = 1_900_000_000
"""Large, and still an integer of 32 bits, as are the 200 million after it."""


@judges("AKN-067", smoke=True)
def test_a_segment_that_does_not_exist_cannot_be_set(akinon: Akinon) -> None:
    """Setting a segment is refused with 404 when segment_id names none."""
    nobodys = FIRST_UNLIKELY_PK + int(akinon.fresh(6), 16)
    akinon.judge("AKN-067", akinon.set(nobodys)).status(404)


@judges("AKN-066", "AKN-067")
def test_an_id_that_no_segment_has_leaves_the_current_one(akinon: Akinon) -> None:
    """Ids of no segment, however odd, are refused, and what was set before is current still."""
    segment = akinon.on_offer()[-1]["pk"]
    akinon.need(akinon.set(segment), 200, what="setting a segment")
    before = akinon.settled_current(lambda pk: pk == segment)
    if current_pk(before) != segment:
        raise Unmet("setting a segment had no effect that a refusal could undo")
    nobodys = FIRST_UNLIKELY_PK + int(akinon.fresh(6), 16)
    # An id may be refused as one that cannot be, too: whether by 404 is not said of these.
    for odd in (nobodys, 0, -segment, segment + 2**32, 2**63):
        akinon.judge("AKN-067", akinon.set(odd)).refused()
    after = akinon.current()
    akinon.judge("AKN-066", after).same(segment, current_pk(after), "the current segment")


@judges("AKN-057")
def test_a_segment_that_is_switched_off_cannot_be_set(akinon: Akinon) -> None:
    """Setting a segment that is not active is refused, though its rule is true."""
    for each in akinon.known_withheld("inactive"):
        _refused(akinon, "AKN-057", each)


@judges("AKN-058")
def test_a_segment_outside_its_date_range_cannot_be_set(akinon: Akinon) -> None:
    """Setting a segment that is over or to come is refused, though its rule is true."""
    for each in outside(akinon):
        _refused(akinon, "AKN-058", each)


def _refused(akinon: Akinon, requirement: str, segment: Mapping[str, Any]) -> None:
    by, pk = user_of(segment), segment["pk"]
    before = akinon.current(by, step="set up")
    akinon.judge(requirement, akinon.set(pk, by=by)).refused()
    if current_pk(before) != pk:
        after = akinon.current(by)
        akinon.judge(requirement, after).that(
            current_pk(after) != pk,
            f"another segment than {pk}, which was refused, or none",
            current_pk(after),
            "the current segment",
        )
