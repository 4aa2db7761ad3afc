"""Bulk requests that are refused as a whole."""

from __future__ import annotations

import pytest

from conformance.emporix import bulk, own, updates
from conformance.emporix.case import Emporix
from conformance.judging import judges

LIMIT = 200


@judges("EMX-176")
@pytest.mark.parametrize("operation", bulk.ALL)
def test_a_bulk_request_takes_200_entries(emporix: Emporix, operation: str) -> None:
    """200 entries are taken, 201 are answered with 400."""
    path = {}
    if operation in bulk.ASSIGNMENTS:
        path = {"segmentId": emporix.segment(), "type": own.any_item(emporix)[0]}
    entries = bulk.many(emporix, operation, LIMIT + 1)
    # None of them makes a segment, so there is nothing to write down.
    reply = emporix.send(operation, path=path, body=entries)
    emporix.judge("EMX-176", reply).status(400)
    if not bulk.is_taken(emporix, operation, path, entries[0]):
        return  # Refused as a whole for what is wrong with one: that is another requirement.
    reply = emporix.send(operation, path=path, body=entries[:LIMIT])
    judging = updates.succeeded(emporix, "EMX-176", reply)
    judging.same(LIMIT, len(reply.entries()), "the number of entries")
