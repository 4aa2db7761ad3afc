"""Updating segments: PUT creates or replaces, and every update is a new version."""

from __future__ import annotations

import pytest

from conformance.emporix import updates
from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-125")
def test_a_put_creates_what_is_not_there(emporix: Emporix) -> None:
    """A PUT on an unknown id creates the segment, answers 201 and tells the id."""
    segment = emporix.fresh_id()
    body = emporix.draft(status="ACTIVE")
    reply = emporix.put(segment, body)
    emporix.judge("EMX-125", reply).status(201).value("/id", segment)
    read = emporix.settle(lambda: emporix.read(segment), lambda reply: reply.status == 200)
    judging = emporix.judge("EMX-125", read).status(200).value("/id", segment)
    judging.value("/status", "ACTIVE").value("/siteCode", body["siteCode"])


@judges("EMX-126")
def test_a_put_on_an_existing_segment_answers_204(emporix: Emporix) -> None:
    """A PUT on an existing segment is answered with 204 and no body, every time."""
    segment = emporix.segment()
    for status in ("ACTIVE", "INACTIVE"):
        version = updates.stored_version(emporix, segment)
        body = updates.versioned(emporix.draft(status=status), version)
        reply = updates.put(emporix, segment, body)
        emporix.judge("EMX-126", reply).status(204).bodiless()
        emporix.settle(
            lambda: emporix.read(segment),
            lambda reply, former=version: updates.version_of(reply) != former,  # type: ignore[misc]
        )


@judges("EMX-128")
def test_a_put_with_the_stored_version_succeeds(emporix: Emporix) -> None:
    """A PUT that names the stored version changes the segment, the first time and later."""
    segment = emporix.segment()
    for status in ("ACTIVE", "INACTIVE"):
        version = updates.stored_version(emporix, segment)
        body = updates.versioned(emporix.draft(status=status), version)
        reply = updates.put(emporix, segment, body)
        updates.succeeded(emporix, "EMX-128", reply)
        read = emporix.settle(
            lambda: emporix.read(segment),
            lambda reply, wanted=status: reply.at("/status") == wanted,  # type: ignore[misc]
        )
        emporix.judge("EMX-128", read).status(200).value("/status", status)


@judges("EMX-129")
@pytest.mark.parametrize("way", updates.WAYS)
def test_an_update_is_the_next_version(emporix: Emporix, way: str) -> None:
    """Every update adds one to metadata.version and sets metadata.modifiedAt."""
    segment = emporix.segment()
    before = updates.stored_metadata(emporix, segment)
    emporix.pause(1.1)
    for more, status in enumerate(("ACTIVE", "INACTIVE"), 1):
        updates.set_status(emporix, way, segment, status, before.version + more - 1)
        read = emporix.settle(
            lambda: emporix.read(segment),
            lambda reply, wanted=status: reply.at("/status") == wanted,  # type: ignore[misc]
        )
        emporix.judge("EMX-129", read).status(200).value("/metadata/version", before.version + more)
    modified = updates.instant(read.at("/metadata/modifiedAt"))
    emporix.judge("EMX-129", read).that(
        modified is not None and modified > before.modified,
        "a modifiedAt later than before",
        read.at("/metadata/modifiedAt"),
        pointer="/metadata/modifiedAt",
    )


@judges("EMX-130")
@pytest.mark.parametrize("way", updates.WAYS)
def test_an_update_leaves_the_creation_alone(emporix: Emporix, way: str) -> None:
    """metadata.createdAt is after an update what it was before."""
    segment = emporix.segment()
    before = updates.stored_metadata(emporix, segment)
    emporix.pause(1.1)
    updates.set_status(emporix, way, segment, "ACTIVE", before.version)
    read = emporix.settle(
        lambda: emporix.read(segment), lambda reply: reply.at("/status") == "ACTIVE"
    )
    emporix.judge("EMX-130", read).status(200).that(
        updates.instant(read.at("/metadata/createdAt")) == before.created,
        "the createdAt of before",
        read.at("/metadata/createdAt"),
        pointer="/metadata/createdAt",
    )
