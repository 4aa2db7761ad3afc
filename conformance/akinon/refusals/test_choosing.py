"""Segments that cannot be set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.akinon.case import Akinon, user_of
from conformance.akinon.ranges import outside
from conformance.judging import judges

FIRST_UNLIKELY_PK = 1_900_000_000
"""Large, and still an integer of 32 bits, as are the 200 million after it."""


@judges("AKN-067", smoke=True)
def test_a_segment_that_does_not_exist_cannot_be_set(akinon: Akinon) -> None:
    """Setting a segment is refused with 404 when segment_id names none."""
    nobodys = FIRST_UNLIKELY_PK + int(akinon.fresh(6), 16)
    akinon.judge("AKN-067", akinon.set(nobodys)).status(404)


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
    akinon.judge(requirement, akinon.set(segment["pk"], by=user_of(segment))).refused()
