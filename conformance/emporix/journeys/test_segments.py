"""Segments: made, read, changed, removed."""

from __future__ import annotations

from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-050", "EMX-051", "EMX-052", smoke=True)
def test_a_new_segment_can_be_read(emporix: Emporix) -> None:
    """A segment that was created can be read at once under the id that it was given."""
    body = emporix.draft(id=emporix.fresh_id())
    reply = emporix.create(body)
    emporix.judge("EMX-050", reply).status(201).present("/id")
    emporix.judge("EMX-052", reply).value("/id", body["id"])
    read = emporix.read(body["id"])
    emporix.judge("EMX-051", read).status(200).value("/id", body["id"])
