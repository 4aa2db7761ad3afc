"""Segments that switching leaves in the wrong state, or that can be switched once removed."""

from __future__ import annotations

from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World

LIST = "segmentGetList"
REMOVE = "segmentDelete"
ACTIVATE = "segmentPostActivate"
DEACTIVATE = "segmentPostDeactivate"
ASSOCIATION = "_getSegmentAssociation"
NOTHING = Reply(200, {"items": [], "total": {"all": 0, "estimated": False}})


def _toggling(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    if world.record(call.path["segment"]).segment.active:
        world.deactivate(call.path["segment"])
    else:
        world.activate(call.path["segment"])
    return Reply(204)


def _never_forgetting(reply: Reply, *operations: str) -> Change:
    """Answer operations of a segment that was removed as if it were there."""
    removed: set[str] = set()

    def remove(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        answer = operation(world, call, caller)
        removed.add(call.path["segment"])
        return answer

    def remembered(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        try:
            return operation(world, call, caller)
        except Missing:
            if call.path["segment"] in removed:
                return reply
            raise

    return changes.together(changes.around(remove, REMOVE), changes.around(remembered, *operations))


def _stale_flags() -> Change:
    """Let the list show the flag that a segment had before it was switched."""
    flags: dict[str, bool] = {}

    def switch(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        record = world.record(call.path["segment"])
        flags[record.segment.segment_id] = record.segment.active
        return operation(world, call, caller)

    def shown(body: Any) -> Any:
        items = [
            {**each, "active": flags.get(each["segmentId"], each["active"])}
            for each in body["items"]
        ]
        return {**body, "items": items}

    return changes.together(changes.around(switch, ACTIVATE, DEACTIVATE), changes.body(shown, LIST))


DEFECTS = (
    *(
        Defect(
            name=f"openloyalty.{name}-toggles",
            violates=(requirement,),
            summary=f"{operation} switches a segment to the other state, whichever it is in.",
            kind="state",
            operations=(operation,),
            change=changes.around(_toggling, operation),
        )
        for name, operation, requirement in (
            ("activate", ACTIVATE, "OLO-081"),
            ("deactivate", DEACTIVATE, "OLO-083"),
        )
    ),
    Defect(
        name="openloyalty.list-shows-old-flags",
        violates=("OLO-081", "OLO-083"),
        summary="The list shows the active flag from before the last switch.",
        kind="state",
        operations=(ACTIVATE, DEACTIVATE, LIST),
        change=_stale_flags(),
    ),
    Defect(
        name="openloyalty.removed-segments-can-be-switched",
        violates=("OLO-076",),
        summary="A removed segment can be switched on and off.",
        kind="state",
        operations=(REMOVE, ACTIVATE, DEACTIVATE),
        change=_never_forgetting(Reply(204), ACTIVATE, DEACTIVATE),
        fault=103,
    ),
    Defect(
        name="openloyalty.removed-segments-have-no-uses",
        violates=("OLO-076",),
        summary="What uses a removed segment is an empty list.",
        kind="state",
        operations=(REMOVE, ASSOCIATION),
        change=_never_forgetting(NOTHING, ASSOCIATION),
        fault=103,
    ),
)
