"""Segments with versions and times that are not the service's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.segment_contents import defects_by_way, shown
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation

CREATE = "POST-customer-segment-create-segment"
LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"


def _stored_under(name: str) -> Callable[[Any, Any], None]:
    """Return what stores an instant of the body's metadata as the segment's own."""
    field = {"createdAt": "created_at", "modifiedAt": "modified_at"}[name]

    def store(world: Any, body: Any) -> None:
        metadata = body.get("metadata") if isinstance(body, Mapping) else None
        segment = world.segments.get(body.get("id", "")) if isinstance(metadata, Mapping) else None
        told = metadata.get(name) if isinstance(metadata, Mapping) else None
        if segment is None or not isinstance(told, str):
            return
        # What is no instant is left alone: a defect is no crash.
        with suppress(ValueError):
            world.segments.replace(segment, replace(segment, **{field: instants.parse(told)}))

    return store


def _afterwards(act: Callable[[Any, Any], None], operation: str) -> Change:
    """Do something to the world for each segment that an operation wrote."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        reply = true(world, call, caller)
        bodies = call.body if isinstance(call.body, list) else [call.body]
        for body in (each for each in bodies if isinstance(each, dict)):
            named = {"id": call.path["segmentId"]} if "segmentId" in call.path else {}
            act(world, {**body, **named})
        return reply

    return changes.around(run, operation)


def _one_more(world: Any, body: Any) -> None:
    segment = world.segments.get(body.get("id", ""))
    if segment is not None:
        world.segments.replace(segment, replace(segment, version=segment.version + 1))


def _modified_later(world: Any, body: Any) -> None:
    segment = world.segments.get(body.get("id", ""))
    if segment is not None:
        world.segments.replace(segment, replace(segment, modified_at=segment.modified_at + 1))


DEFECTS = (
    Defect(
        name="emporix.versions-count-from-zero",
        violates=("EMX-067",),
        summary="A new segment is shown as version 0.",
        kind="state",
        operations=(READ,),
        change=shown(
            lambda metadata: {**metadata, "version": metadata.get("version", 1) - 1}, READ
        ),
    ),
    Defect(
        name="emporix.bulk-begins-at-version-two",
        violates=("EMX-067",),
        summary="A segment that is made in bulk has version 2.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=_afterwards(_one_more, CREATE_BULK),
    ),
    Defect(
        name="emporix.new-segments-modified-later",
        violates=("EMX-067",),
        summary="A new segment was modified a millisecond after it was created.",
        kind="time",
        operations=(CREATE,),
        change=_afterwards(_modified_later, CREATE),
    ),
    *defects_by_way(
        "created-at-from-body",
        "metadata.createdAt of a {} body is stored.",
        lambda operation: _afterwards(_stored_under("createdAt"), operation),
        violates=("EMX-068",),
        kind="time",
        fault=203,
    ),
    Defect(
        name="emporix.modified-at-from-body",
        violates=("EMX-068",),
        summary="metadata.modifiedAt of an update is stored.",
        kind="time",
        operations=(UPDATE,),
        change=_afterwards(_stored_under("modifiedAt"), UPDATE),
        fault=203,
    ),
    Defect(
        name="emporix.times-without-zone",
        violates=("EMX-069",),
        summary="metadata.createdAt of a segment that is read has no time zone.",
        kind="schema",
        operations=(READ,),
        change=shown(
            lambda metadata: {**metadata, "createdAt": metadata.get("createdAt", "").rstrip("Z")},
            READ,
        ),
        fault=101,
    ),
    Defect(
        name="emporix.times-with-a-blank-in-lists",
        violates=("EMX-069",),
        summary="metadata.modifiedAt has a blank between day and time in a list.",
        kind="schema",
        operations=(LIST,),
        change=shown(
            lambda metadata: {
                **metadata,
                "modifiedAt": metadata.get("modifiedAt", "").replace("T", " "),
            },
            LIST,
        ),
        fault=101,
    ),
    Defect(
        name="emporix.times-in-words-in-searches",
        violates=("EMX-069",),
        summary="metadata.createdAt is a day in what a search returns.",
        kind="schema",
        operations=(SEARCH,),
        change=shown(
            lambda metadata: {**metadata, "createdAt": metadata.get("createdAt", "")[:10]}, SEARCH
        ),
        fault=101,
    ),
)
