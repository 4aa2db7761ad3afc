"""Segments that are deleted too easily, not at all, or not altogether."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import World, missing

REMOVE = "DELETE-customer-segment-remove-segment"
REMOVE_BULK = "DELETE-customer-segment-remove-segments-bulk"
READ = "GET-customer-segment-retrieve-segment"
BOTH = (REMOVE, REMOVE_BULK)
Run = Callable[[Operation, World, Call, Any], Reply]


def _forced(call: Call) -> Call:
    return replace(call, query={**call.query, "forceDelete": True})


def _named(call: Call) -> list[str]:
    """Return the ids of the segments that a deletion names."""
    if "segmentId" in call.path:
        return [call.path["segmentId"]]
    return [entry for entry in call.body if isinstance(entry, str)]


def _blind_to(counts: Callable[[World, str], bool]) -> Run:
    """Delete without force where all that is assigned does not count."""

    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        blocked = any(counts(world, segment) for segment in _named(call))
        return operation(world, call if blocked else _forced(call), caller)

    return run


def _has_customers(world: World, segment: str) -> bool:
    return bool(world.members.having("segmentId", segment))


def _has_items(world: World, segment: str) -> bool:
    return bool(world.items.having("segmentId", segment))


def _has_items_or_b2c(world: World, segment: str) -> bool:
    members = world.members.having("segmentId", segment)
    return _has_items(world, segment) or any(one.legal_entity_id is None for one in members)


def _has_products_or_customers(world: World, segment: str) -> bool:
    items = world.items.having("segmentId", segment)
    return _has_customers(world, segment) or any(one.type == "PRODUCT" for one in items)


def _deletes_though_refused(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid:
        run(world, _forced(call), caller)
        raise


def _never_forced(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    return run(world, replace(call, query={**call.query, "forceDelete": False}), caller)


def _always_needing_force(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if call.query.get("forceDelete") is not True:
        raise Invalid("forceDelete is needed.", requirement="EMX-162")
    return run(world, call, caller)


def _needing_assignments(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    forced = call.query.get("forceDelete") is True
    held = any(_has_customers(world, one) or _has_items(world, one) for one in _named(call))
    if forced and not held:
        raise Invalid("There is nothing to force.", requirement="EMX-165")
    return run(world, call, caller)


def _leaving(members: bool, items: bool) -> Run:
    """Delete segments by force, but leave some of the assignments where they are."""

    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        if call.query.get("forceDelete") is not True:
            return operation(world, call, caller)
        for name in _named(call):
            segment = world.segments.get(name)
            if segment is None:
                continue
            if not members:
                for member in tuple(world.members.having("segmentId", name)):
                    world.members.remove(member)
            if not items:
                for item in tuple(world.items.having("segmentId", name)):
                    world.items.remove(item)
            world.segments.remove(segment)
        return operation(world, call, caller)  # what is gone is as good as deleted

    return run


def _ghosts(world: World) -> set[str]:
    """Return the ids of what is deleted and still there."""
    found: set[str] = world.__dict__.setdefault("ghosts", set())
    return found


def _made_a_ghost(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    _ghosts(world).add(call.path["segmentId"])
    return Reply(204)


def _without_ghosts(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if call.path["segmentId"] in _ghosts(world):
        raise missing(call.path["segmentId"], "EMX-092", "/path/segmentId")
    return run(world, call, caller)


def _true_by_default(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["forceDelete"]["schema"]["default"] = True


DEFECTS = (
    Defect(
        name="emporix.delete-answers-200",
        violates=("EMX-160",),
        summary="A deleted segment is answered with 200.",
        kind="status",
        operations=(REMOVE,),
        change=changes.status(200, REMOVE),
    ),
    Defect(
        name="emporix.delete-answers-with-body",
        violates=("EMX-160",),
        summary="A deleted segment is answered with 200 and a body that names it.",
        kind="status",
        operations=(REMOVE,),
        change=changes.after(lambda _, call: Reply(200, {"id": call.path["segmentId"]}), REMOVE),
    ),
    Defect(
        name="emporix.delete-deletes-nothing",
        violates=("EMX-161", "EMX-163", "EMX-165"),
        summary="A deletion is answered with 204, and the segment stays.",
        kind="state",
        operations=(REMOVE,),
        change=changes.around(lambda _run, _world, _call, _caller: Reply(204), REMOVE),
        fault=103,
    ),
    Defect(
        name="emporix.deleted-segment-still-listed",
        violates=("EMX-161",),
        summary="A deleted segment cannot be read any more, but is still listed and found.",
        kind="state",
        operations=(REMOVE, READ),
        change=changes.together(
            changes.around(_made_a_ghost, REMOVE), changes.around(_without_ghosts, READ)
        ),
        fault=103,
    ),
    *(
        Defect(
            name=f"emporix.{name}-{what}",
            violates=("EMX-162",),
            summary=f"A segment with {told} alone is deleted without forceDelete{how}.",
            kind="cascade",
            operations=(operation,),
            change=changes.around(_blind_to(counts), operation),
        )
        for name, how, operation in (
            ("delete", "", REMOVE),
            ("bulk-delete", " in bulk", REMOVE_BULK),
        )
        for what, told, counts in (
            ("overlooks-items", "items", _has_customers),
            ("overlooks-categories", "categories", _has_products_or_customers),
            ("overlooks-customers", "customers", _has_items),
            ("overlooks-buyers", "customers of legal entities", _has_items_or_b2c),
        )
    ),
    *(
        Defect(
            name=f"emporix.{name}-always-forces",
            violates=("EMX-162",),
            summary=f"Segments are deleted{how} with their assignments, whatever forceDelete says.",
            kind="cascade",
            operations=(operation,),
            change=changes.before(_forced, operation),
        )
        for name, how, operation in (
            ("delete", "", REMOVE),
            ("bulk-delete", " in bulk", REMOVE_BULK),
        )
    ),
    Defect(
        name="emporix.refused-deletion-deletes",
        violates=("EMX-162",),
        summary="A segment with assignments is answered with 400 and deleted all the same.",
        kind="cascade",
        operations=(REMOVE,),
        change=changes.around(_deletes_though_refused, REMOVE),
    ),
    Defect(
        name="emporix.assigned-segment-answers-409",
        violates=("EMX-162",),
        summary="The deletion of a segment with assignments is answered with 409.",
        kind="status",
        operations=(REMOVE,),
        change=changes.refusing(lambda reply, _: replace(reply, status=409), REMOVE, kind=Invalid),
    ),
    Defect(
        name="emporix.force-delete-by-default",
        violates=("EMX-164",),
        summary="forceDelete is true when it is not sent.",
        kind="cascade",
        operations=BOTH,
        loosen=_true_by_default,
    ),
    *(
        Defect(
            name=f"emporix.{name}-ignores-force",
            violates=("EMX-163",),
            summary=f"A segment with assignments cannot be deleted{how}, forceDelete or not.",
            kind="cascade",
            operations=(operation,),
            change=changes.around(_never_forced, operation),
        )
        for name, how, operation in (
            ("delete", "", REMOVE),
            ("bulk-delete", " in bulk", REMOVE_BULK),
        )
    ),
    *(
        Defect(
            name=f"emporix.{name}-leaves-{what}",
            violates=("EMX-163",),
            summary=f"A forced deletion{how} leaves the {what} of the segment behind.",
            kind="cascade",
            operations=(operation,),
            change=changes.around(_leaving(what == "customers", what == "items"), operation),
        )
        for name, how, operation in (
            ("delete", "", REMOVE),
            ("bulk-delete", " in bulk", REMOVE_BULK),
        )
        for what in ("customers", "items")
    ),
    *(
        Defect(
            name=f"emporix.{name}-needs-force",
            violates=("EMX-165",),
            summary=f"A segment without assignments is not deleted{how} without forceDelete.",
            kind="cascade",
            operations=(operation,),
            change=changes.around(_always_needing_force, operation),
        )
        for name, how, operation in (
            ("delete", "", REMOVE),
            ("bulk-delete", " in bulk", REMOVE_BULK),
        )
    ),
    Defect(
        name="emporix.force-needs-assignments",
        violates=("EMX-165",),
        summary="forceDelete=true is refused for a segment without assignments.",
        kind="cascade",
        operations=BOTH,
        change=changes.around(_needing_assignments, *BOTH),
    ),
)
