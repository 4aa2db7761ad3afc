"""Bulk requests that are refused as a whole."""

from __future__ import annotations

import pytest

from conformance.emporix import bulk, updates
from conformance.emporix.case import Emporix
from conformance.judging import judges

LIMIT = 200


@judges("EMX-176")
@pytest.mark.parametrize("operation", bulk.ALL)
def test_a_bulk_request_takes_200_entries(emporix: Emporix, operation: str) -> None:
    """200 entries are taken, the first as well as the last; 201 are answered with 400."""
    scene = bulk.scene(emporix, operation, at_least=0, at_most=3)
    entries = bulk.many(emporix, operation, LIMIT + 1)
    # None of them makes a segment, so there is nothing to write down.
    reply = emporix.send(operation, path=scene.path, body=entries)
    emporix.judge("EMX-176", reply).status(400)
    if not bulk.is_taken(emporix, operation, scene.path, entries[0]):
        return  # Refused as a whole for what is wrong with one: that is another requirement.
    body, doable = bulk.spread(scene, entries[:LIMIT])
    reply = bulk.send(emporix, operation, body, path=scene.path)
    judging = updates.succeeded(emporix, "EMX-176", reply)
    judging.same(LIMIT, len(reply.entries()), "the number of entries")
    for position, each in doable.items():
        seen = emporix.settle(each.look, scene.is_done)
        emporix.judge("EMX-176", seen).that(
            scene.is_done(seen),
            f"what entry {position + 1} of {LIMIT} says",
            f"status {seen.status}: {seen.text}",
        )
