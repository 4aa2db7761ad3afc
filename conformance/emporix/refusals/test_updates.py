"""Updates that come too late are refused."""

from __future__ import annotations

from conformance.emporix import updates
from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-127", smoke=True)
def test_a_put_with_another_version_is_refused(emporix: Emporix) -> None:
    """A PUT whose version is not the stored one is answered with 409, older or newer."""
    segment = emporix.segment()
    first = updates.stored_version(emporix, segment)
    body = emporix.draft(status="ACTIVE")
    ahead = updates.put(emporix, segment, updates.versioned(body, first + 1))
    emporix.judge("EMX-127", ahead).status(409)
    reply = updates.put(emporix, segment, updates.versioned(body, first), step="set up")
    emporix.need(reply, 204, what="updating the segment")
    stale = updates.put(emporix, segment, updates.versioned(body, first))
    emporix.judge("EMX-127", stale).status(409)
