"""What assignments refuse: reading what is not there, writing over what has changed."""

from __future__ import annotations

import pytest

from conformance.emporix.assignments import BUYER, CUSTOMER, KINDS, Place, place
from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-274")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_assigned_is_not_found(emporix: Emporix, kind: str) -> None:
    """Reading an assignment that does not exist is answered with 404, whether the id is known."""
    there = place(emporix, kind)
    emporix.judge("EMX-274", there.read()).status(404)
    name = "customerId" if kind in (CUSTOMER, BUYER) else "itemId"
    nobody = Place(emporix, kind, {**there.path, name: emporix.fresh_id()})
    emporix.judge("EMX-274", nobody.read()).status(404)


@judges("EMX-274")
def test_a_product_is_not_found_under_another_type(emporix: Emporix) -> None:
    """A product that is assigned is not found as a category, nor in another segment."""
    there = place(emporix, "product")
    there.make()
    for other in ({"type": "CATEGORY"}, {"segmentId": emporix.segment()}):
        elsewhere = Place(emporix, "product", {**there.path, **other})
        emporix.judge("EMX-274", elsewhere.read()).status(404)


@judges("EMX-272")
@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_version_is_refused(emporix: Emporix, kind: str) -> None:
    """An assignment that was never updated takes no update of a later version."""
    there = place(emporix, kind)
    there.make()
    emporix.judge("EMX-272", there.write(version=there.version() + 1)).status(409)
