"""Segments that are recalculated too late, not at all, or say so when they were not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.world import Cycle, World

LIST = "segmentGetList"
READ = "segmentGet"
CHANGE = "segmentPut"
MEMBERS = "segmentGetMembers"


def _not_recalculated(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    record = world.record(call.path["segment"])
    old, members = record.segment, record.members
    reply = operation(world, call, caller)
    record.become(replace(record.segment, figures=old.figures, calculated_at=old.calculated_at))
    record.members = members
    return reply


def _only_with_parts(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    if "parts" in call.body["segment"]:
        return operation(world, call, caller)
    return _not_recalculated(operation, world, call, caller)


def _always_calculated(shown: Any) -> Any:
    return {"calculatedAt": shown["createdAt"], **shown}


def _long_ago(shown: Any) -> Any:
    return {"calculatedAt": "1970-01-01T00:00:00.000Z", **shown}


def _seldom(cycles: int) -> Any:
    """Let only every so many ten-minute cycles recalculate."""

    def edit(state: Stores) -> None:
        for world in state.worlds.values():
            world.__class__ = type("Slow", (_Slow,), {"cycles": cycles})

    return edit


class _Slow(World):
    """A store whose segments are recalculated at some of the full ten minutes only."""

    cycles = 1

    def _cycle(self) -> Cycle:
        number, turned_back = super()._cycle()
        return number - number % self.cycles, turned_back


DEFECTS = (
    Defect(
        name="openloyalty.calculated-at-from-the-start",
        violates=("OLO-090",),
        summary="A segment that was never recalculated shows its createdAt as calculatedAt.",
        kind="time",
        operations=(READ,),
        change=changes.body(_always_calculated, READ),
    ),
    Defect(
        name="openloyalty.calculated-at-from-the-start-in-the-list",
        violates=("OLO-090",),
        summary="The list shows createdAt as calculatedAt of segments never recalculated.",
        kind="time",
        operations=(LIST,),
        change=changes.body(
            lambda body: {**body, "items": [_always_calculated(each) for each in body["items"]]},
            LIST,
        ),
    ),
    Defect(
        name="openloyalty.calculated-at-the-epoch",
        violates=("OLO-090",),
        summary="A segment that was never recalculated shows 1970 as calculatedAt, everywhere.",
        kind="time",
        operations=(READ, LIST),
        change=changes.together(
            changes.body(_long_ago, READ),
            changes.body(
                lambda body: {**body, "items": [_long_ago(each) for each in body["items"]]}, LIST
            ),
        ),
    ),
    Defect(
        name="openloyalty.calculated-at-never-told",
        violates=("OLO-090", "OLO-092"),
        summary="A segment does not say when it was recalculated.",
        kind="time",
        operations=(READ,),
        change=changes.body(
            lambda body: {name: body[name] for name in body if name != "calculatedAt"}, READ
        ),
    ),
    Defect(
        name="openloyalty.change-does-not-recalculate",
        violates=("OLO-092",),
        summary="A changed segment waits for the next ten minutes.",
        kind="state",
        operations=(CHANGE,),
        change=changes.around(_not_recalculated, CHANGE),
    ),
    Defect(
        name="openloyalty.change-without-parts-does-not-recalculate",
        violates=("OLO-092",),
        summary="A segment that is changed without parts waits for the next ten minutes.",
        kind="state",
        operations=(CHANGE,),
        change=changes.around(_only_with_parts, CHANGE),
    ),
    Defect(
        name="openloyalty.recalculated-every-twenty-minutes",
        violates=("OLO-094",),
        summary="Segments are recalculated at every second full ten minutes.",
        kind="time",
        operations=(LIST, READ, MEMBERS),
        change=changes.opening(_seldom(2)),
    ),
)
