"""Recalculations that choose wrongly, or do not choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.model import Segment
from mockserver.vendors.akinon.world import World

RECALCULATE = "recalculateSegment"


def _ranked_by(key: Callable[[Segment], Any]) -> Change:
    """Take the first segment that matches in another order."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        ladder = world._ladder
        world._ladder = sorted(ladder, key=key)
        world._remembered.clear()
        try:
            return operate(world, call, caller)
        finally:
            world._ladder = ladder
            world._remembered.clear()

    return changes.around(run, RECALCULATE)


def _nothing_done(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is None:
        return run(world, call, caller)
    return Reply(200, {"message": "Segment recalculated."})


def _nothing_done_while_it_fits(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is not None and world.current(caller.user) in world.available(caller.user):
        return Reply(200, {"message": "Segment recalculated."})
    return run(world, call, caller)


def _next_one(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    user = caller.user
    offered = () if user is None else world.available(user)
    current = None if user is None else world.current(user)
    reply = run(world, call, caller)
    if user is not None and current in offered:
        world.choose(user, offered[(offered.index(current) + 1) % len(offered)].pk)
    return reply


def _taken_away_again(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    user = caller.user
    had_best = user is not None and world.current(user) in world.available(user)[:1]
    reply = run(world, call, caller)
    if user is not None and had_best:
        world._assigned[user.pk] = None
    return reply


def _refused_when_done(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    user = caller.user
    if user is not None and world.current(user) in world.available(user)[:1]:
        raise Conflict("There is nothing to recalculate.", requirement="AKN-079")
    return run(world, call, caller)


DEFECTS = (
    Defect(
        name="akinon.recalculation-does-nothing",
        violates=("AKN-076",),
        summary="A recalculation leaves a user the segment that was set.",
        kind="state",
        operations=(RECALCULATE,),
        change=changes.around(_nothing_done, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-only-when-lapsed",
        violates=("AKN-076",),
        summary="A recalculation leaves a user a worse segment as long as its rule is true.",
        kind="state",
        operations=(RECALCULATE,),
        change=changes.around(_nothing_done_while_it_fits, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-answers-202",
        violates=("AKN-076",),
        summary="A recalculation is answered with 202.",
        kind="status",
        operations=(RECALCULATE,),
        change=changes.status(202, RECALCULATE),
    ),
    Defect(
        name="akinon.highest-number-wins",
        violates=("AKN-077", "AKN-076"),
        summary="A recalculation gives the matching segment with the highest priority number.",
        kind="sort",
        operations=(RECALCULATE,),
        change=_ranked_by(lambda segment: -segment.priority),
    ),
    Defect(
        name="akinon.priorities-compared-as-text",
        violates=("AKN-077",),
        summary="Priorities are compared as texts: 10 is before 5.",
        kind="sort",
        operations=(RECALCULATE,),
        change=_ranked_by(lambda segment: str(segment.priority)),
    ),
    Defect(
        name="akinon.segments-by-name",
        violates=("AKN-077",),
        summary="A recalculation gives the matching segment whose name comes first.",
        kind="sort",
        operations=(RECALCULATE,),
        change=_ranked_by(lambda segment: segment.name),
    ),
    Defect(
        name="akinon.oldest-segment-wins",
        violates=("AKN-077",),
        summary="A recalculation gives the matching segment with the lowest pk.",
        kind="sort",
        operations=(RECALCULATE,),
        change=_ranked_by(lambda segment: segment.pk),
    ),
    Defect(
        name="akinon.newest-segment-wins",
        violates=("AKN-077",),
        summary="A recalculation gives the matching segment that was made last.",
        kind="sort",
        operations=(RECALCULATE,),
        change=_ranked_by(lambda segment: -segment.pk),
    ),
    Defect(
        name="akinon.recalculation-rotates",
        violates=("AKN-079",),
        summary="Each recalculation gives the next of the segments that match.",
        kind="idempotency",
        operations=(RECALCULATE,),
        change=changes.around(_next_one, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-takes-away",
        violates=("AKN-079",),
        summary="Recalculating when the user has the best segment takes it away.",
        kind="idempotency",
        operations=(RECALCULATE,),
        change=changes.around(_taken_away_again, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-refused-when-done",
        violates=("AKN-079",),
        summary="Recalculating when the user has the best segment is refused with 409.",
        kind="idempotency",
        operations=(RECALCULATE,),
        change=changes.around(_refused_when_done, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-without-message",
        violates=("AKN-080",),
        summary="The answer to a recalculation is an empty object.",
        kind="schema",
        operations=(RECALCULATE,),
        change=changes.body(lambda _: {}, RECALCULATE),
    ),
    Defect(
        name="akinon.recalculation-message-as-object",
        violates=("AKN-080",),
        summary="The message of a recalculation is an object with a text per language.",
        kind="schema",
        operations=(RECALCULATE,),
        change=changes.body(lambda told: {"message": {"en": told["message"]}}, RECALCULATE),
        fault=101,
    ),
)
