"""Segments that are updated in the wrong way: upserts, versions and timestamps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.model import Segment
from mockserver.vendors.emporix.world import World

PUT = "PUT-customer-segment-update-segment"
PATCH = "PATCH-customer-segment-update-segment"
PUT_BULK = "PUT-customer-segment-update-segments-bulk"
UPDATES = (PUT, PATCH, PUT_BULK)


def named_by(call: Call) -> list[str]:
    """Return the ids of the segments that an update names."""
    if "segmentId" in call.path:
        return [call.path["segmentId"]]
    entries = call.body if isinstance(call.body, list) else []
    return [entry["id"] for entry in entries if isinstance(entry, dict) and "id" in entry]


def _stored(edit: Callable[[Segment, Segment], Segment], *operations: str) -> Change:
    """Edit what an update has stored: `(before, after)`."""

    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        before = {each: world.segments.get(each) for each in named_by(call)}
        reply = operation(world, call, caller)
        for name, old in before.items():
            new = world.segments.get(name)
            if old is not None and new is not None and new is not old:
                world.segments.replace(new, edit(old, new))
        return reply

    return changes.around(run, *operations)


def _only_existing(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if world.segments.get(call.path["segmentId"]) is None:
        raise Missing("Not found.", requirement="EMX-092", pointer="/path/segmentId")
    return run(world, call, caller)


def _nothing_created(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if world.segments.get(call.path["segmentId"]) is None:
        return Reply(201, {"id": call.path["segmentId"]})
    return run(world, call, caller)


def _versionless(body: Any) -> Any:
    if isinstance(body, dict) and isinstance(body.get("metadata"), dict):
        body["metadata"].pop("version", None)
    return body


def _newer_accepted(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    stored = world.segments.get(call.path["segmentId"])
    version = (call.body.get("metadata") or {}).get("version")
    if stored is not None and version is not None and version > stored.version:
        body = changes.plain(call.body)
        body["metadata"]["version"] = stored.version
        call = replace(call, body=body)
    return run(world, call, caller)


def _next_version_wanted(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    stored = world.segments.get(call.path["segmentId"])
    version = (call.body.get("metadata") or {}).get("version")
    if stored is not None and version == stored.version:
        raise Conflict("Changed.", requirement="EMX-127", pointer="/metadata/version")
    return run(world, call, caller)


def _nothing_stored(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    old = world.segments.get(call.path["segmentId"])
    reply = run(world, call, caller)
    new = world.segments.get(call.path["segmentId"])
    if old is not None and new is not None:
        kept = replace(old, version=new.version, modified_at=new.modified_at)
        world.segments.replace(new, kept)
    return reply


def _told_what_was_stored(reply: Reply, call: Call) -> Reply:
    if reply.status != 204:
        return reply
    return Reply(200, {"id": call.path["segmentId"]})


DEFECTS = (
    Defect(
        name="emporix.put-creates-nothing",
        violates=("EMX-125",),
        summary="A PUT on an unknown id is answered with 404.",
        kind="state",
        operations=(PUT,),
        change=changes.around(_only_existing, PUT),
    ),
    Defect(
        name="emporix.put-claims-to-create",
        violates=("EMX-125",),
        summary="A PUT on an unknown id is answered with 201, but nothing is stored.",
        kind="state",
        operations=(PUT,),
        change=changes.around(_nothing_created, PUT),
    ),
    Defect(
        name="emporix.put-created-answers-200",
        violates=("EMX-125",),
        summary="A PUT that creates a segment is answered with 200.",
        kind="status",
        operations=(PUT,),
        change=changes.status(200, PUT, instead_of=201),
    ),
    Defect(
        name="emporix.put-created-names-no-id",
        violates=("EMX-125",),
        summary="A PUT that creates a segment is answered without its id.",
        kind="schema",
        operations=(PUT,),
        change=changes.body(lambda _: {}, PUT),
        fault=101,
    ),
    Defect(
        name="emporix.put-updated-answers-200",
        violates=("EMX-126",),
        summary="A PUT on an existing segment is answered with 200 and its id.",
        kind="status",
        operations=(PUT,),
        change=changes.after(_told_what_was_stored, PUT),
    ),
    Defect(
        name="emporix.put-updated-answers-201",
        violates=("EMX-126",),
        summary="A PUT on an existing segment is answered with 201, as if it had been made.",
        kind="status",
        operations=(PUT,),
        change=changes.after(lambda _, call: Reply(201, {"id": call.path["segmentId"]}), PUT),
    ),
    Defect(
        name="emporix.version-ignored",
        violates=("EMX-127",),
        summary="A PUT succeeds whatever version it names: the last write wins.",
        kind="locking",
        operations=(PUT,),
        change=changes.with_body(_versionless, PUT),
    ),
    Defect(
        name="emporix.version-ahead-accepted",
        violates=("EMX-127",),
        summary="A PUT with a version above the stored one succeeds; only older ones are refused.",
        kind="locking",
        operations=(PUT,),
        change=changes.around(_newer_accepted, PUT),
    ),
    Defect(
        name="emporix.version-conflict-answers-400",
        violates=("EMX-127",),
        summary="A PUT with another version is answered with 400.",
        kind="status",
        operations=(PUT,),
        change=changes.refusing(lambda reply, _: replace(reply, status=400), PUT, kind=Conflict),
    ),
    Defect(
        name="emporix.next-version-wanted",
        violates=("EMX-128",),
        summary="A PUT with the stored version is refused: the next one is wanted.",
        kind="locking",
        operations=(PUT,),
        change=changes.around(_next_version_wanted, PUT),
    ),
    Defect(
        name="emporix.put-changes-nothing",
        violates=("EMX-128",),
        summary="A PUT on an existing segment makes a new version with the old content.",
        kind="state",
        operations=(PUT,),
        change=changes.around(_nothing_stored, PUT),
    ),
    *(
        Defect(
            name=f"emporix.{way}-keeps-version",
            violates=("EMX-129",),
            summary=f"An update by {told} leaves metadata.version as it was.",
            kind="locking",
            operations=(operation,),
            change=_stored(lambda old, new: replace(new, version=old.version), operation),
        )
        for way, told, operation in (
            ("put", "PUT", PUT),
            ("patch", "PATCH", PATCH),
            ("bulk-put", "bulk PUT", PUT_BULK),
        )
    ),
    Defect(
        name="emporix.version-stays-at-two",
        violates=("EMX-129",),
        summary="The first update makes version 2, every later one version 2 again.",
        kind="locking",
        operations=UPDATES,
        change=_stored(lambda _, new: replace(new, version=2), *UPDATES),
    ),
    Defect(
        name="emporix.modified-at-kept",
        violates=("EMX-129",),
        summary="An update leaves metadata.modifiedAt as it was.",
        kind="time",
        operations=UPDATES,
        change=_stored(lambda old, new: replace(new, modified_at=old.modified_at), *UPDATES),
    ),
    Defect(
        name="emporix.patch-keeps-modified-at",
        violates=("EMX-129",),
        summary="A PATCH leaves metadata.modifiedAt as it was.",
        kind="time",
        operations=(PATCH,),
        change=_stored(lambda old, new: replace(new, modified_at=old.modified_at), PATCH),
    ),
    *(
        Defect(
            name=f"emporix.{way}-renews-created-at",
            violates=("EMX-130",),
            summary=f"An update by {told} sets metadata.createdAt to the present.",
            kind="time",
            operations=(operation,),
            change=_stored(lambda _, new: replace(new, created_at=new.modified_at), operation),
        )
        for way, told, operation in (
            ("put", "PUT", PUT),
            ("patch", "PATCH", PATCH),
            ("bulk-put", "bulk PUT", PUT_BULK),
        )
    ),
)
