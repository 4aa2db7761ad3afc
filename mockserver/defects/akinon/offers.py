"""Offers that hold too much or too little, and segments that ought to rest.

`as_if` and `as_of`, which the other subjects use too, evaluate the same rules with other
segments or at another instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.model import Segment
from mockserver.vendors.akinon.rules import All
from mockserver.vendors.akinon.world import World

LIST, SET, RECALCULATE = "listSegments", "setSegment", "recalculateSegment"
SHOWING = ("getCurrentUser", "getBasket")
"""Where a segment that was given wrongly must show, or the mistake could not be seen."""
PLACES = (
    ("listed", "is on offer", (LIST,)),
    ("set", "can be set", (SET,)),
    ("recalculated", "is given by a recalculation", (RECALCULATE, *SHOWING)),
)

_LAST_SUMMER = 1_785_542_400_000
"""2026-08-01T00:00:00Z in milliseconds."""


def as_if(edit: Callable[[Segment], Segment], *operations: str) -> Change:
    """Answer as if the segments of the site were others."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        segments, ladder = world.segments, world._ladder
        world.segments = {pk: edit(segment) for pk, segment in segments.items()}
        world._ladder = [world.segments[each.pk] for each in ladder]
        world._remembered.clear()
        try:
            return operate(world, call, caller)
        finally:
            world.segments, world._ladder = segments, ladder
            world._remembered.clear()

    return changes.around(run, *operations)


def as_of(instant: int, *operations: str) -> Change:
    """Answer as if it were another instant, in milliseconds; sessions keep the true one."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        clock = world._clock
        world._clock = Clock(instant, frozen=True)
        world._remembered.clear()
        try:
            return operate(world, call, caller)
        finally:
            world._clock = clock
            world._remembered.clear()

    return changes.around(run, *operations)


def _offered_to_the_first(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, replace(caller, user=next(iter(world.users.values()))))


def _each_without(member: str) -> Callable[[Any], Any]:
    return lambda listed: [
        {name: value for name, value in each.items() if name != member} for each in listed
    ]


DEFECTS = (
    *(
        Defect(
            name=f"akinon.list-without-{member}",
            violates=("AKN-055",),
            summary=f"The segments of the list have no {member}.",
            kind="schema",
            operations=(LIST,),
            change=changes.body(_each_without(member), LIST),
            fault=101,
        )
        for member in ("pk", "name", "priority")
    ),
    Defect(
        name="akinon.list-in-envelope",
        violates=("AKN-055",),
        summary="The list is wrapped into an object with count and results.",
        kind="schema",
        operations=(LIST,),
        change=changes.body(lambda listed: {"count": len(listed), "results": listed}, LIST),
        fault=101,
    ),
    Defect(
        name="akinon.list-with-pk-as-text",
        violates=("AKN-055",),
        summary="The pk of a segment is text in the list.",
        kind="schema",
        operations=(LIST,),
        change=changes.body(
            lambda listed: [{**each, "pk": str(each["pk"])} for each in listed], LIST
        ),
        fault=101,
    ),
    Defect(
        name="akinon.rules-ignored",
        violates=("AKN-056",),
        summary="Every running segment is on offer, whatever its rule says.",
        kind="filter",
        operations=(LIST,),
        change=as_if(lambda segment: replace(segment, rule=All()), LIST),
    ),
    Defect(
        name="akinon.offers-of-the-first-user",
        violates=("AKN-056",),
        summary="Everybody is shown what is on offer to the site's first user.",
        kind="isolation",
        operations=(LIST,),
        change=changes.around(_offered_to_the_first, LIST),
    ),
    Defect(
        name="akinon.offers-nothing",
        violates=("AKN-056", "AKN-063"),
        summary="The list is always empty.",
        kind="filter",
        operations=(LIST,),
        change=changes.body(lambda _: [], LIST),
    ),
    Defect(
        name="akinon.best-offer-only",
        violates=("AKN-063", "AKN-056"),
        summary="Only the best of several segments is on offer.",
        kind="filter",
        operations=(LIST,),
        change=changes.body(lambda listed: listed[:1], LIST),
    ),
    *(
        Defect(
            name=f"akinon.inactive-segment-{how}",
            violates=("AKN-057",),
            summary=f"A segment that is switched off {what}.",
            kind="state",
            operations=operations,
            change=as_if(lambda segment: replace(segment, is_active=True), *operations),
        )
        for how, what, operations in PLACES
    ),
    *(
        Defect(
            name=f"akinon.ended-segment-{how}",
            violates=("AKN-058",),
            summary=f"A segment whose date range is over {what}.",
            kind="time",
            operations=operations,
            change=as_if(lambda segment: replace(segment, ends_at=None), *operations),
        )
        for how, what, operations in PLACES
    ),
    *(
        Defect(
            name=f"akinon.coming-segment-{how}",
            violates=("AKN-058",),
            summary=f"A segment whose date range is to come {what}.",
            kind="time",
            operations=operations,
            change=as_if(lambda segment: replace(segment, starts_at=None), *operations),
        )
        for how, what, operations in PLACES
    ),
    Defect(
        name="akinon.rules-of-last-summer",
        violates=("AKN-062", "AKN-058"),
        summary="Rules and date ranges are evaluated as of 1 August 2026, when they were saved.",
        kind="time",
        operations=(LIST,),
        change=as_of(_LAST_SUMMER, LIST),
    ),
)
