"""Lists that are sorted in the wrong way, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.openloyalty.paging import LIST, NAMES, SEARCHABLE, parameter, query_of
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World

ORDER = "_orderBy"


def _sorted_afterwards(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    order = call.query.get(ORDER, {})
    query = {name: value for name, value in call.query.items() if name != ORDER}
    reply = operation(world, replace(call, query=query), caller)
    body = changes.plain(reply.body)
    for field, direction in order.items():
        body["items"].sort(key=lambda each: each.get(field, ""), reverse=direction == "desc")
    return replace(reply, body=body)


def _any_direction(schema: Any) -> None:
    schema["additionalProperties"] = {"type": "string"}


def _upwards_unless_desc(query: dict[str, Any]) -> None:
    order = query.get(ORDER, {})
    query[ORDER] = {name: "desc" if value == "desc" else "asc" for name, value in order.items()}


def _the_other_way_round(query: dict[str, Any]) -> None:
    other = {"asc": "desc", "desc": "asc"}
    query[ORDER] = {name: other.get(value, value) for name, value in query.get(ORDER, {}).items()}


def _directions(*more: str) -> Callable[[Any], None]:
    def edit(schema: Any) -> None:
        schema["additionalProperties"] = {"type": "string", "enum": ["asc", "desc", *more]}

    return edit


def _in_small_letters(query: dict[str, Any]) -> None:
    known = {"": "asc", "1": "asc", "ASC": "asc", "DESC": "desc"}
    query[ORDER] = {name: known.get(value, value) for name, value in query.get(ORDER, {}).items()}


def _always_upwards(query: dict[str, Any]) -> None:
    query[ORDER] = dict.fromkeys(query.get(ORDER, {}), "asc")


DEFECTS = (
    *(
        Defect(
            name=f"openloyalty.order-of-{NAMES[operation]}-ignored",
            violates=("OLO-128",),
            summary="_orderBy is passed over.",
            kind="sort",
            operations=(operation,),
            change=changes.without_query(ORDER, operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.{NAMES[operation]}-never-downwards",
            violates=("OLO-128",),
            summary="desc sorts upwards too.",
            kind="sort",
            operations=(operation,),
            change=query_of(_always_upwards, operation),
        )
        for operation in SEARCHABLE
    ),
    Defect(
        name="openloyalty.pages-sorted-one-by-one",
        violates=("OLO-128",),
        summary="Each page is sorted by itself.",
        kind="sort",
        operations=(LIST,),
        change=changes.around(_sorted_afterwards, LIST),
    ),
    *(
        Defect(
            name=f"openloyalty.{NAMES[operation]}-sorted-the-other-way-round",
            violates=("OLO-128",),
            summary="asc sorts downwards, and desc upwards.",
            kind="sort",
            operations=(operation,),
            change=query_of(_the_other_way_round, operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.direction-{name}",
            violates=("OLO-131",),
            summary=summary,
            kind="validation",
            operations=SEARCHABLE,
            loosen=parameter("orderBy", _directions(*more)),
            change=query_of(_in_small_letters, *SEARCHABLE),
            fault=102,
        )
        for name, summary, more in (
            ("in-any-case", "A direction may be written in capital letters.", ("ASC", "DESC")),
            ("may-be-empty", "An empty direction counts as asc.", ("",)),
            ("may-be-a-number", "The direction 1 counts as asc.", ("1",)),
        )
    ),
    Defect(
        name="openloyalty.any-direction",
        violates=("OLO-131",),
        summary="A direction that is neither asc nor desc counts as asc.",
        kind="validation",
        operations=SEARCHABLE,
        loosen=parameter("orderBy", _any_direction),
        change=query_of(_upwards_unless_desc, *SEARCHABLE),
        fault=102,
    ),
)
