"""Segments that are made under the wrong id, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import missing

CREATE = "POST-customer-segment-create-segment"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"

Edit = Callable[[dict[str, Any]], dict[str, Any]]


def writing(edit: Edit, operation: str) -> Change:
    """Edit each segment that is written by an operation."""

    def edited(body: Any) -> Any:
        if isinstance(body, list):
            return [edit(each) if isinstance(each, dict) else each for each in body]
        return edit(body) if isinstance(body, dict) else body

    return changes.with_body(edited, operation)


def without(*names: str) -> Edit:
    """Return what leaves properties out."""
    return lambda body: {name: value for name, value in body.items() if name not in names}


def needing(name: str, operation: str) -> Change:
    """Refuse segments without a property that is optional."""

    def edited(body: dict[str, Any]) -> dict[str, Any]:
        if name not in body:
            raise Invalid(f"{name} is required.", requirement="", pointer=f"/{name}")
        return body

    return writing(edited, operation)


def _making_id(make: Callable[[Any], str], operation: str) -> Change:
    """Make the ids of segments that have none."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        body = changes.plain(call.body)
        if isinstance(body, dict) and "id" not in body:
            return true(world, replace(call, body={**body, "id": make(world)}), caller)
        return true(world, call, caller)

    return changes.around(run, operation)


def _storing_nothing(_true: Operation, _world: Any, call: Call, _caller: Any) -> Reply:
    return Reply(201, {"id": (call.body or {}).get("id", "0" * 24)})


def _seen_later(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Find a segment only when it is a second old."""
    segment = world.segments.get(call.path["segmentId"])
    if segment is not None and world.clock.now() - segment.created_at < 1000:
        raise missing(segment.id, requirement="")
    return true(world, call, caller)


def _overwriting(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take a segment away that has the id of a new one."""
    stored = world.segments.get((call.body or {}).get("id", ""))
    if stored is not None:
        world.segments.remove(stored)
    return true(world, call, caller)


def _id_in_path(edit: Callable[[str], str], operation: str) -> Change:
    return changes.before(
        lambda call: replace(call, path={**call.path, "segmentId": edit(call.path["segmentId"])}),
        operation,
    )


DEFECTS = (
    Defect(
        name="emporix.create-answers-200",
        violates=("EMX-050",),
        summary="A new segment is answered with 200.",
        kind="status",
        operations=(CREATE,),
        change=changes.status(200, CREATE),
    ),
    Defect(
        name="emporix.create-answers-without-id",
        violates=("EMX-050", "EMX-053"),
        summary="The answer to a new segment does not say its id.",
        kind="schema",
        operations=(CREATE,),
        change=changes.body(lambda _: {}, CREATE),
        fault=101,
    ),
    Defect(
        name="emporix.create-stores-nothing",
        violates=("EMX-051",),
        summary="A new segment is confirmed and not stored.",
        kind="state",
        operations=(CREATE,),
        change=changes.around(_storing_nothing, CREATE),
    ),
    Defect(
        name="emporix.new-segments-seen-later",
        violates=("EMX-051",),
        summary="A segment cannot be read in the first second.",
        kind="time",
        operations=(READ,),
        change=changes.around(_seen_later, READ),
    ),
    Defect(
        name="emporix.id-in-body-ignored",
        violates=("EMX-052",),
        summary="The id in the body is ignored; the service makes one up.",
        kind="state",
        operations=(CREATE,),
        change=writing(without("id"), CREATE),
    ),
    Defect(
        name="emporix.id-in-bulk-ignored",
        violates=("EMX-052",),
        summary="The id in an entry is ignored; the service makes one up.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=writing(without("id"), CREATE_BULK),
    ),
    Defect(
        name="emporix.id-needed",
        violates=("EMX-053", "EMX-050"),
        summary="A segment without an id is refused.",
        kind="validation",
        operations=(CREATE,),
        change=needing("id", CREATE),
    ),
    Defect(
        name="emporix.generated-id-told-wrongly",
        violates=("EMX-053",),
        summary="The answer tells another id than the one that was generated.",
        kind="state",
        operations=(CREATE,),
        change=changes.after(
            lambda reply, call: (
                reply
                if "id" in call.body
                else replace(reply, body={"id": changes.plain(reply.body)["id"][::-1]})
            ),
            CREATE,
        ),
    ),
    Defect(
        name="emporix.bulk-generates-no-id",
        violates=("EMX-053",),
        summary="The id that an entry without one got is not told.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=changes.after(
            lambda reply, call: replace(
                reply,
                body=[
                    entry if "id" in sent or entry.get("code") != 201 else {**entry, "id": ""}
                    for entry, sent in zip(changes.plain(reply.body), call.body, strict=True)
                ],
            ),
            CREATE_BULK,
        ),
    ),
    Defect(
        name="emporix.taken-id-overwritten",
        violates=("EMX-054",),
        summary="A new segment takes the place of the one that has its id.",
        kind="state",
        operations=(CREATE,),
        change=changes.around(_overwriting, CREATE),
    ),
    Defect(
        name="emporix.taken-id-answered-400",
        violates=("EMX-054",),
        summary="An id that is taken is answered with 400.",
        kind="status",
        operations=(CREATE,),
        change=changes.refusing(
            lambda reply, _: replace(
                reply, status=400, body={**reply.body, "code": 400, "status": "Bad Request"}
            ),
            CREATE,
            kind=Conflict,
        ),
    ),
    Defect(
        name="emporix.ids-created-in-lower-case",
        violates=("EMX-055",),
        summary="The id of a new segment is stored in lower case.",
        kind="state",
        operations=(CREATE,),
        change=writing(
            lambda body: {**body, "id": body["id"].lower()} if "id" in body else body, CREATE
        ),
    ),
    Defect(
        name="emporix.ids-put-in-lower-case",
        violates=("EMX-055",),
        summary="The id in the path of a PUT is taken in lower case.",
        kind="state",
        operations=(UPDATE,),
        change=_id_in_path(str.lower, UPDATE),
    ),
    Defect(
        name="emporix.ids-read-in-lower-case",
        violates=("EMX-055",),
        summary="The id in the path of a read is taken in lower case.",
        kind="state",
        operations=(READ,),
        change=_id_in_path(str.lower, READ),
    ),
    Defect(
        name="emporix.generated-ids-in-capitals",
        violates=("EMX-056",),
        summary="A generated id has letters in upper case.",
        kind="state",
        operations=(CREATE,),
        change=_making_id(lambda world: f"{world.ids.object_id()[:-1]}a".upper(), CREATE),
    ),
)
