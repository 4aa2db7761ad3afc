"""Bulk requests of which the later entries are told to be done, and are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.bulk import OF_ASSIGNMENTS, SHORT, UPDATE
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation

_Run = Callable[[Operation, Any, Call, Any], Reply]


def _done_up_to(number: int) -> _Run:
    """Do so many entries, and claim that all others were done too, as the last of them was."""

    def run(operation: Operation, world: Any, call: Call, caller: Any) -> Reply:
        faults = {place: fault for place, fault in call.faults.items() if place < number}
        reply = operation(world, replace(call, body=call.body[:number], faults=faults), caller)
        told = changes.plain(reply.body)
        creates = call.operation.startswith("POST-") or call.operation == UPDATE
        for position, entry in enumerate(call.body[number:], number + 1):
            named = entry.get("id") if isinstance(entry, dict) else entry
            ids = {} if call.operation in OF_ASSIGNMENTS else {"id": named}
            updates = not creates or (
                call.operation == UPDATE and world.segments.get(named) is not None
            )
            done = {"code": 204, "status": "OK"} if updates else {"code": 201, "status": "Created"}
            told.append({"index": position, **ids, **done})
        return replace(reply, body=told)

    return run


DEFECTS = (
    *(
        Defect(
            name=f"emporix.{name}-does-three-entries-only",
            violates=("EMX-177",),
            summary=f"{told} does three entries and claims to have done the others.",
            kind="bulk",
            operations=(operation,),
            change=changes.around(_done_up_to(3), operation),
        )
        for operation, (name, told) in SHORT.items()
    ),
    *(
        Defect(
            name=f"emporix.{name}-does-100-entries-only",
            violates=("EMX-176",),
            summary=f"{told} does 100 entries and claims to have done the others.",
            kind="bulk",
            operations=(operation,),
            change=changes.around(_done_up_to(100), operation),
        )
        for operation, (name, told) in SHORT.items()
    ),
)
