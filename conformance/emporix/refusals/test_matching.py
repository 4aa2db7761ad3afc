"""Matches that are refused."""

from __future__ import annotations

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-205")
@pytest.mark.parametrize("lacking", ["items", "segmentIds"])
def test_a_match_needs_items_and_segments(emporix: Emporix, lacking: str) -> None:
    """A match without items, or without segmentIds, is refused."""
    site = emporix.option("site_code")
    product = str(emporix.known("products", "id")[0]["id"])
    body = {
        "items": [{"id": product}],
        "segmentIds": [own.active(emporix)],
        "site": site,
        "siteCode": site,
    }
    # Complete it is taken, so that what is refused is what is lacking.
    complete = emporix.send(op.MATCH, body=body, step="set up")
    emporix.need(complete, 200, what="a complete match")
    del body[lacking]
    reply = emporix.send(op.MATCH, body=body)
    emporix.judge("EMX-205", reply).refused()
