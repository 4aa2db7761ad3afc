"""Segments that are made with another content than they were given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.segments import Edit, needing, without, writing
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation

CREATE = "POST-customer-segment-create-segment"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
PATCH = "PATCH-customer-segment-update-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"
UPDATE_BULK = "PUT-customer-segment-update-segments-bulk"


def _with(**given: Any) -> Edit:
    """Give a segment what its body does not."""
    return lambda body: {**given, **body}


def _updating(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Keep what a segment had where an update leaves it out."""
    stored = world.segments.get(call.path["segmentId"])
    body = changes.plain(call.body)
    if stored is not None and isinstance(body, dict):
        kept = {"name": {"en": "kept"}, "siteCode": stored.site_code}
        return true(world, replace(call, body={**kept, **body}), caller)
    return true(world, call, caller)


def _emptying(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take the name from a segment when a patch removes it."""
    stored = world.segments.get(call.path["segmentId"])
    removed = [each.get("path") for each in call.body or () if each.get("op") == "remove"]
    if stored is not None and removed == ["/name"]:
        world.segments.replace(stored, replace(stored, name=()))
        return Reply(204)
    return true(world, call, caller)


def _status(statuses: Mapping[str, str], otherwise: str) -> Edit:
    def edited(body: dict[str, Any]) -> dict[str, Any]:
        told = body.get("status")
        if not isinstance(told, str) or told in ("ACTIVE", "INACTIVE"):
            return body
        return {**body, "status": statuses.get(told, otherwise)}

    return edited


def _valid_ends(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out the ends of a validity that are no date-times."""
    validity = body.get("validity")
    if not isinstance(validity, dict):
        return body
    kept = {name: text for name, text in validity.items() if "T" in str(text)}
    return {**body, "validity": kept}


def _with_offsets(body: dict[str, Any]) -> dict[str, Any]:
    """Take what has no offset for UTC."""
    validity = body.get("validity")
    if not isinstance(validity, dict):
        return body
    whole = {
        name: f"{text}Z" if re.fullmatch(r"[-\d]+T[:\d]+", str(text)) else text
        for name, text in validity.items()
    }
    return {**body, "validity": whole}


def _local_time(body: dict[str, Any]) -> dict[str, Any]:
    """Overlook the offsets of a validity."""
    validity = body.get("validity")
    if not isinstance(validity, dict):
        return body
    local = {name: f"{str(text)[:19]}Z" for name, text in validity.items()}
    return {**body, "validity": local}


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
        if isinstance(values, dict)
    }
    return {**body, "mixins": texts}


def _without_links(body: dict[str, Any]) -> dict[str, Any]:
    metadata = {each: value for each, value in body.get("metadata", {}).items() if each != "mixins"}
    return {**body, "metadata": metadata}


def shown(edit: Callable[[dict[str, Any]], dict[str, Any]], *operations: str) -> Change:
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


def defects_by_way(
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
    *defects_by_way(
        "site-not-needed",
        "A segment without a siteCode is made on a default site by {}.",
        lambda operation: writing(_with(siteCode="main"), operation),
        violates=("EMX-060",),
        kind="validation",
        loosen=_nothing_required,
        fault=102,
    ),
    *defects_by_way(
        "name-not-needed",
        "A segment without a name is made by {}.",
        lambda operation: writing(_with(name={}), operation),
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
    *defects_by_way(
        "active-at-first",
        "A segment without a status is made ACTIVE by {}.",
        lambda operation: writing(_with(status="ACTIVE"), operation),
        violates=("EMX-061",),
        kind="state",
    ),
    *defects_by_way(
        "any-status",
        "A status that there is not counts as INACTIVE in {}.",
        lambda operation: writing(_status({"active": "active"}, "INACTIVE"), operation),
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
        change=writing(_status({"active": "ACTIVE", "inactive": "INACTIVE"}, "?"), CREATE),
        loosen=_any_status,
        fault=102,
    ),
    Defect(
        name="emporix.segments-made-inactive",
        violates=("EMX-062",),
        summary="Every new segment is INACTIVE, whatever status it was given.",
        kind="state",
        operations=(CREATE,),
        change=writing(lambda body: {**body, "status": "INACTIVE"}, CREATE),
    ),
    *defects_by_way(
        "any-validity",
        "The end of a validity that is no date-time is passed over by {}.",
        lambda operation: writing(_valid_ends, operation),
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
        change=writing(without("description"), UPDATE),
    ),
    Defect(
        name="emporix.description-needed",
        violates=("EMX-064",),
        summary="A segment without a description is refused.",
        kind="validation",
        operations=(CREATE,),
        change=needing("description", CREATE),
    ),
    Defect(
        name="emporix.validity-always-given",
        violates=("EMX-064",),
        summary="A segment without a validity gets one.",
        kind="state",
        operations=(UPDATE,),
        change=writing(_with(validity={"from": "2026-01-01T00:00:00Z"}), UPDATE),
    ),
    Defect(
        name="emporix.validity-without-offset",
        violates=("EMX-064",),
        summary="The offset of a date-time in a validity is overlooked.",
        kind="time",
        operations=(CREATE,),
        change=writing(_local_time, CREATE),
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
        change=writing(_texts_in_mixins, CREATE),
    ),
    Defect(
        name="emporix.mixins-lost",
        violates=("EMX-064",),
        summary="The mixins of a segment that a PUT makes are not stored.",
        kind="state",
        operations=(UPDATE,),
        change=writing(without("mixins"), UPDATE),
    ),
    Defect(
        name="emporix.schema-links-lost",
        violates=("EMX-070",),
        summary="The links to the schemas of mixins are not stored.",
        kind="state",
        operations=(CREATE,),
        change=writing(_without_links, CREATE),
    ),
    Defect(
        name="emporix.schema-links-not-shown",
        violates=("EMX-070",),
        summary="A segment is read without the links to the schemas of its mixins.",
        kind="projection",
        operations=(READ,),
        change=shown(without("mixins"), READ),
    ),
    *defects_by_way(
        "offset-not-needed",
        "A validity without an offset is taken for UTC by {}.",
        lambda operation: writing(_with_offsets, operation),
        violates=("EMX-063",),
        kind="validation",
        loosen=_any_validity,
        fault=102,
    ),
)
