"""Segments that are made in the wrong way: under another id, with another content or time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import missing

CREATE = "POST-customer-segment-create-segment"
LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
PATCH = "PATCH-customer-segment-update-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"
UPDATE_BULK = "PUT-customer-segment-update-segments-bulk"

Edit = Callable[[dict[str, Any]], dict[str, Any]]


def _writing(edit: Edit, operation: str) -> Change:
    """Edit each segment that is written by an operation."""

    def edited(body: Any) -> Any:
        if isinstance(body, list):
            return [edit(each) if isinstance(each, dict) else each for each in body]
        return edit(body) if isinstance(body, dict) else body

    return changes.with_body(edited, operation)


def _without(*names: str) -> Edit:
    return lambda body: {name: value for name, value in body.items() if name not in names}


def _with(**given: Any) -> Edit:
    """Give a segment what its body does not."""
    return lambda body: {**given, **body}


def _needing(name: str, operation: str) -> Change:
    """Refuse segments without a property that is optional."""

    def edited(body: dict[str, Any]) -> dict[str, Any]:
        if name not in body:
            raise Invalid(f"{name} is required.", requirement="", pointer=f"/{name}")
        return body

    return _writing(edited, operation)


def _making_id(make: Callable[[Any], str], operation: str) -> Change:
    """Make the ids of segments that have none."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        body = changes.plain(call.body)
        if isinstance(body, dict) and "id" not in body:
            return true(world, replace(call, body={**body, "id": make(world)}), caller)
        return true(world, call, caller)

    return changes.around(run, operation)


def _stored_under(name: str) -> Callable[[Any, Any], None]:
    """Return what stores an instant of the body's metadata as the segment's own."""
    field = {"createdAt": "created_at", "modifiedAt": "modified_at"}[name]

    def store(world: Any, body: Any) -> None:
        metadata = body.get("metadata") if isinstance(body, Mapping) else None
        segment = world.segments.get(body.get("id", "")) if isinstance(metadata, Mapping) else None
        if segment is not None and isinstance(metadata, Mapping) and name in metadata:
            told = instants.parse(metadata[name])
            world.segments.replace(segment, replace(segment, **{field: told}))

    return store


def _afterwards(act: Callable[[Any, Any], None], operation: str) -> Change:
    """Do something to the world for each segment that an operation wrote."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        reply = true(world, call, caller)
        bodies = call.body if isinstance(call.body, list) else [call.body]
        for body in bodies:
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


def _storing_nothing(_true: Operation, _world: Any, call: Call, _caller: Any) -> Reply:
    return Reply(201, {"id": call.body.get("id", "0" * 24)})


def _seen_later(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Find a segment only when it is a second old."""
    segment = world.segments.get(call.path["segmentId"])
    if segment is not None and world.clock.now() - segment.created_at < 1000:
        raise missing(segment.id, requirement="")
    return true(world, call, caller)


def _overwriting(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take a segment away that has the id of a new one."""
    stored = world.segments.get(call.body.get("id", ""))
    if stored is not None:
        world.segments.remove(stored)
    return true(world, call, caller)


def _updating(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Keep what a segment had where an update leaves it out."""
    stored = world.segments.get(call.path["segmentId"])
    body = changes.plain(call.body)
    if stored is not None:
        kept = {"name": {"en": "kept"}, "siteCode": stored.site_code}
        return true(world, replace(call, body={**kept, **body}), caller)
    return true(world, call, caller)


def _emptying(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take the name from a segment when a patch removes it."""
    stored = world.segments.get(call.path["segmentId"])
    removed = [each.get("path") for each in call.body if each.get("op") == "remove"]
    if stored is not None and removed == ["/name"]:
        world.segments.replace(stored, replace(stored, name=()))
        return Reply(204)
    return true(world, call, caller)


def _id_in_path(edit: Callable[[str], str], operation: str) -> Change:
    return changes.before(
        lambda call: replace(
            call, path={**call.path, "segmentId": edit(call.path["segmentId"])}
        ),
        operation,
    )


def _status(statuses: Mapping[str, str], otherwise: str) -> Edit:
    def edited(body: dict[str, Any]) -> dict[str, Any]:
        if "status" not in body or body["status"] in ("ACTIVE", "INACTIVE"):
            return body
        return {**body, "status": statuses.get(body["status"], otherwise)}

    return edited


def _valid_ends(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out the ends of a validity that are no date-times."""
    validity = body.get("validity")
    if not isinstance(validity, dict):
        return body
    kept = {name: text for name, text in validity.items() if "T" in str(text)}
    return {**body, "validity": kept}


def _local_time(body: dict[str, Any]) -> dict[str, Any]:
    """Overlook the offsets of a validity."""
    validity = body.get("validity")
    if not isinstance(validity, dict):
        return body
    return {**body, "validity": {name: f"{text[:19]}Z" for name, text in validity.items()}}


def _whole_days(body: Any) -> Any:
    """Show a validity in whole days."""
    if isinstance(body, dict) and "validity" in body:
        days = {name: f"{text[:10]}T00:00:00.000Z" for name, text in body["validity"].items()}
        return {**body, "validity": days}
    return body


def _texts_in_mixins(body: dict[str, Any]) -> dict[str, Any]:
    if "mixins" not in body:
        return body
    texts = {
        name: {key: str(value) for key, value in values.items()}
        for name, values in body["mixins"].items()
    }
    return {**body, "mixins": texts}


def _without_links(body: dict[str, Any]) -> dict[str, Any]:
    metadata = {each: value for each, value in body.get("metadata", {}).items() if each != "mixins"}
    return {**body, "metadata": metadata}


def _shown(edit: Callable[[dict[str, Any]], dict[str, Any]], *operations: str) -> Change:
    """Edit the metadata that is shown."""

    def edited(body: Any) -> Any:
        if isinstance(body, list):
            return [edited(each) for each in body]
        if isinstance(body, dict) and "metadata" in body:
            return {**body, "metadata": edit(body["metadata"])}
        return body

    return changes.body(edited, *operations)


def _common(document: dict[str, Any]) -> Any:
    """Return the schema that all written segments share."""
    return document["components"]["schemas"]["CommonSegment"]


def _nothing_required(document: dict[str, Any]) -> None:
    _common(document).pop("required", None)
    for part in _common(document)["allOf"]:
        part.pop("required", None)


def _any_status(document: dict[str, Any]) -> None:
    _common(document)["allOf"][0]["properties"]["status"] = {"type": "string"}


def _any_validity(document: dict[str, Any]) -> None:
    _common(document)["allOf"][0]["properties"]["validity"] = {"type": "object"}


def _defects_by_way(
    name: str, summary: str, change: Callable[[str], Change], **more: Any
) -> tuple[Defect, ...]:
    """Return the same defect for each of the four ways to write a segment."""
    ways = {"post": CREATE, "put": UPDATE, "bulk-post": CREATE_BULK, "bulk-put": UPDATE_BULK}
    return tuple(
        Defect(
            name=f"emporix.{name}-by-{way}",
            summary=summary.format(way.replace("-", " ").upper()),
            operations=(operation,),
            change=change(operation),
            **more,
        )
        for way, operation in ways.items()
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
        change=_writing(_without("id"), CREATE),
    ),
    Defect(
        name="emporix.id-in-bulk-ignored",
        violates=("EMX-052",),
        summary="The id in an entry is ignored; the service makes one up.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=_writing(_without("id"), CREATE_BULK),
    ),
    Defect(
        name="emporix.id-needed",
        violates=("EMX-053", "EMX-050"),
        summary="A segment without an id is refused.",
        kind="validation",
        operations=(CREATE,),
        change=_needing("id", CREATE),
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
                    entry if "id" in sent else {**entry, "id": ""}
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
        change=_writing(
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
    *_defects_by_way(
        "site-not-needed",
        "A segment without a siteCode is made on a default site by {}.",
        lambda operation: _writing(_with(siteCode="main"), operation),
        violates=("EMX-060",),
        kind="validation",
        loosen=_nothing_required,
        fault=102,
    ),
    *_defects_by_way(
        "name-not-needed",
        "A segment without a name is made by {}.",
        lambda operation: _writing(_with(name={}), operation),
        violates=("EMX-060",),
        kind="validation",
        loosen=_nothing_required,
        fault=102,
    ),
    Defect(
        name="emporix.update-keeps-what-is-required",
        violates=("EMX-060",),
        summary="An update may leave name and siteCode out.",
        kind="validation",
        operations=(UPDATE,),
        change=changes.around(_updating, UPDATE),
        loosen=_nothing_required,
        fault=102,
    ),
    Defect(
        name="emporix.patch-removes-the-name",
        violates=("EMX-060",),
        summary="A patch takes the name from a segment.",
        kind="validation",
        operations=(PATCH,),
        change=changes.around(_emptying, PATCH),
        fault=102,
    ),
    *_defects_by_way(
        "active-at-first",
        "A segment without a status is made ACTIVE by {}.",
        lambda operation: _writing(_with(status="ACTIVE"), operation),
        violates=("EMX-061",),
        kind="state",
    ),
    *_defects_by_way(
        "any-status",
        "A status that there is not counts as INACTIVE in {}.",
        lambda operation: _writing(_status({"active": "active"}, "INACTIVE"), operation),
        violates=("EMX-062",),
        kind="validation",
        loosen=_any_status,
        fault=102,
    ),
    Defect(
        name="emporix.status-in-any-case",
        violates=("EMX-062",),
        summary="A status may be written in lower case.",
        kind="validation",
        operations=(CREATE,),
        change=_writing(_status({"active": "ACTIVE", "inactive": "INACTIVE"}, "?"), CREATE),
        loosen=_any_status,
        fault=102,
    ),
    Defect(
        name="emporix.segments-made-inactive",
        violates=("EMX-062",),
        summary="Every new segment is INACTIVE, whatever status it was given.",
        kind="state",
        operations=(CREATE,),
        change=_writing(lambda body: {**body, "status": "INACTIVE"}, CREATE),
    ),
    *_defects_by_way(
        "any-validity",
        "The end of a validity that is no date-time is passed over by {}.",
        lambda operation: _writing(_valid_ends, operation),
        violates=("EMX-063",),
        kind="validation",
        loosen=_any_validity,
        fault=102,
    ),
    Defect(
        name="emporix.description-lost",
        violates=("EMX-064",),
        summary="The description of a segment that a PUT makes is not stored.",
        kind="state",
        operations=(UPDATE,),
        change=_writing(_without("description"), UPDATE),
    ),
    Defect(
        name="emporix.description-needed",
        violates=("EMX-064",),
        summary="A segment without a description is refused.",
        kind="validation",
        operations=(CREATE,),
        change=_needing("description", CREATE),
    ),
    Defect(
        name="emporix.validity-always-given",
        violates=("EMX-064",),
        summary="A segment without a validity gets one.",
        kind="state",
        operations=(UPDATE,),
        change=_writing(_with(validity={"from": "2026-01-01T00:00:00Z"}), UPDATE),
    ),
    Defect(
        name="emporix.validity-without-offset",
        violates=("EMX-064",),
        summary="The offset of a date-time in a validity is overlooked.",
        kind="time",
        operations=(CREATE,),
        change=_writing(_local_time, CREATE),
    ),
    Defect(
        name="emporix.validity-in-days",
        violates=("EMX-064",),
        summary="A validity is shown in whole days.",
        kind="time",
        operations=(READ,),
        change=changes.body(_whole_days, READ),
    ),
    Defect(
        name="emporix.mixins-as-texts",
        violates=("EMX-064",),
        summary="The values of mixins are stored as texts.",
        kind="state",
        operations=(CREATE,),
        change=_writing(_texts_in_mixins, CREATE),
    ),
    Defect(
        name="emporix.mixins-lost",
        violates=("EMX-064",),
        summary="The mixins of a segment that a PUT makes are not stored.",
        kind="state",
        operations=(UPDATE,),
        change=_writing(_without("mixins"), UPDATE),
    ),
    Defect(
        name="emporix.versions-count-from-zero",
        violates=("EMX-067",),
        summary="A new segment is shown as version 0.",
        kind="state",
        operations=(READ,),
        change=_shown(lambda metadata: {**metadata, "version": metadata["version"] - 1}, READ),
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
    *_defects_by_way(
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
        change=_shown(
            lambda metadata: {**metadata, "createdAt": metadata["createdAt"].rstrip("Z")}, READ
        ),
        fault=101,
    ),
    Defect(
        name="emporix.times-with-a-blank-in-lists",
        violates=("EMX-069",),
        summary="metadata.modifiedAt has a blank between day and time in a list.",
        kind="schema",
        operations=(LIST,),
        change=_shown(
            lambda metadata: {**metadata, "modifiedAt": metadata["modifiedAt"].replace("T", " ")},
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
        change=_shown(
            lambda metadata: {**metadata, "createdAt": metadata["createdAt"][:10]}, SEARCH
        ),
        fault=101,
    ),
    Defect(
        name="emporix.schema-links-lost",
        violates=("EMX-070",),
        summary="The links to the schemas of mixins are not stored.",
        kind="state",
        operations=(CREATE,),
        change=_writing(_without_links, CREATE),
    ),
    Defect(
        name="emporix.schema-links-not-shown",
        violates=("EMX-070",),
        summary="A segment is read without the links to the schemas of its mixins.",
        kind="projection",
        operations=(READ,),
        change=_shown(_without("mixins"), READ),
    ),
)
