"""Variants of Open Loyalty: what its documents leave open beyond the named choices."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mockserver import contract
from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Missing, Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import CYCLE

from . import neighbours, wires
from .lagging import PutOff, background, lists_late
from .varied import Variant

_SWITCHES = ("segmentPostActivate", "segmentPostDeactivate")
_LISTS = ("segmentGetList", "segmentGetMembers", "_getSegmentAssociation")
_LOGINS = ("adminLoginCheck", "memberLoginCheck", "tokenRefresh", "tokenRefreshMember")


# ---- refusals ---------------------------------------------------------------------------


def _unprocessable(reply: Reply, refusal: Refusal) -> Reply:
    rule = contract("openloyalty").requirements.get(refusal.requirement)
    if rule is None or rule.strength == "documented" or reply.status not in (400, 403):
        return reply
    return replace(reply, status=422)


def _codes_of_its_own(reply: Reply, _: Refusal) -> Reply:
    body = changes.plain(reply.body)
    body["code"] = 10_000 + body["code"]
    for each in body.get("errors", ()):
        each |= {"code": "c05", "path": f"children[{each['path']}]", "plural": 2, "parameters": []}
    return replace(reply, body=body)


def _refused_twice(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Refuse to switch on what is on, and off what is off."""
    record = world.records.get(call.path["segment"].lower())
    if record is not None and record.segment.active is (call.operation == _SWITCHES[0]):
        raise Missing("There is nothing to switch.", requirement="")
    return true(world, call, caller)


# ---- lists ------------------------------------------------------------------------------


def _backwards(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.query.get("_orderBy"):
        return true(world, call, caller)
    size, number = call.query.get("_itemsOnPage", 10), call.query.get("_page", 1)
    whole = {**call.query, "_itemsOnPage": 1_000_000, "_page": 1}
    reply = true(world, replace(call, query=whole), caller)
    start = (number - 1) * size
    return replace(
        reply,
        body={**reply.body, "items": list(reversed(reply.body["items"]))[start : start + size]},
    )


def _none_beyond(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = true(world, call, caller)
    if call.query.get("_page", 1) > 1 and not reply.body["items"]:
        raise Missing("There is no such page.", requirement="")
    return reply


def _totals_of_their_own(body: Any) -> Any:
    total = body["total"]
    if "filtered" in total:
        total |= {"all": 4711}
    return body


# ---- records ----------------------------------------------------------------------------


def _numbers(value: Any) -> Any:
    """Show averages with all their digits, as texts in the detail and as numbers in lists."""
    for each in value.get("items", [value]):
        for name in ("averageTransactionAmount", "averageTransactions", "averageClv"):
            if name in each:
                each[name] = float(each[name])
    return value


def _terse(value: Any) -> Any:
    for each in value.get("items", [value]):
        if not each.get("description"):
            each["description"] = ""
    return value


def _own_ids(body: Any) -> Any:
    """Make up the ids of parts and criteria, whatever was sent."""
    for part in body["segment"].get("parts", ()) if isinstance(body.get("segment"), dict) else ():
        part.pop("segmentPartId", None)
        for each in part.get("criteria", ()):
            each.pop("criterionId", None)
    return body


class _Coarse:
    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> int:
        return int(self._clock.now()) // 1000 * 1000

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)


def _by_seconds(state: Any) -> None:
    for world in state.worlds.values():
        world.clock = _Coarse(world.clock)


# ---- recalculation ----------------------------------------------------------------------


def _put_off(milliseconds: int) -> Any:
    def open_(state: Any) -> Iterable[PutOff]:
        return [_of_world(world, milliseconds) for world in state.worlds.values()]

    return background(open_)


def _of_world(world: Any, milliseconds: int) -> PutOff:
    put_off = PutOff(world.clock, milliseconds)
    at_once = world.recalculate

    def later(record: Any, _: int) -> None:
        put_off.add(id(record), lambda now: at_once(record, now))

    world.recalculate = later
    return put_off


def _switching_off_the_cycle(state: Any) -> Iterable[PutOff]:
    return [_by_cycle(world) for world in state.worlds.values()]


def _by_cycle(world: Any) -> PutOff:
    """Recalculate after a change, and else at every full ten minutes alone."""
    put_off = PutOff(world.clock, 0)
    at_once, change = world.recalculate, world.change

    def later(record: Any, _: int) -> None:
        put_off.add(
            id(record),
            lambda now: at_once(record, now),
            due=(world.clock.now() // CYCLE + 1) * CYCLE,
        )

    def changed(segment_id: str, draft: Any) -> Any:
        world.recalculate = at_once
        try:
            return change(segment_id, draft)
        finally:
            world.recalculate = later

    world.recalculate, world.change = later, changed
    return put_off


def _emptied(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = true(world, call, caller)
    record = world.record(call.path["segment"])
    nobody = world.segmentation.select((), world._reading(world.clock.now()))
    record.members = nobody
    record.become(replace(record.segment, figures=nobody.figures))
    return reply


def _records(world: Any) -> dict[str, Any]:
    return {"records": {name: copy.copy(record) for name, record in world.records.items()}}


_WRITES = ("segmentPost", "segmentPut", "segmentDelete", *_SWITCHES)

HARMLESS = (
    Variant(
        "other-refusals", "Where no status is documented, 422 says no as well as any.",
        "every row that is not documented", change=changes.refusing(_unprocessable),
    ),
    Variant(
        "codes-of-its-own", "A code in an error is an integer; that it is the status is not said.",
        "OLO-009, OLO-012", change=changes.refusing(_codes_of_its_own),
    ),
    Variant(
        "switched-once", "What is on already may not be switched on.",
        "OLO-084", change=changes.around(_refused_twice, *_SWITCHES),
    ),
    Variant(
        "newest-first", "Without sorting rows come in an unspecified order.",
        "OLO-144", change=changes.around(_backwards, *_LISTS),
    ),
    Variant(
        "no-page-beyond-the-last", "A page that is not there may be not found.",
        "OLO-127", change=changes.around(_none_beyond, *_LISTS),
    ),
    Variant(
        "totals-of-its-own", "What all and filtered count is not said, and both are deprecated.",
        "OLO-121", change=changes.body(_totals_of_their_own, *_LISTS[:2]),
    ),
    Variant(
        "averages-as-numbers", "The schemas contradict each other on their type.",
        "OLO-056, OLO-057", change=changes.body(_numbers, "segmentGetList", "segmentGet"),
        inconclusive=1000,
    ),
    Variant(
        "empty-description", "Nothing says that a description that was not sent is absent.",
        "OLO-053", change=changes.body(_terse, "segmentGetList", "segmentGet"), inconclusive=1,
    ),
    Variant(
        "ids-of-its-own", "Ids of parts and criteria that were sent need not be kept.",
        "OLO-047, OLO-048", change=changes.with_body(_own_ids, "segmentPost", "segmentPut"),
    ),
    Variant(
        "whole-seconds", "No precision of instants is documented.", "OLO-051, OLO-090",
        change=changes.opening(_by_seconds),
        wire=wires.instants(lambda at, ms: f"{at}+00:00" if ms == "000" else f"{at}.{ms}+00:00"),
    ),
    Variant(
        "recalculation-late", "Recalculation is work for a queue.",
        "vendor-facts 2.5; OLO-091, OLO-093", change=_put_off(5000),
    ),
    Variant(
        "recalculation-very-late", "Recalculation is work for a queue that may be long.",
        "vendor-facts 2.5; OLO-091, OLO-093", change=_put_off(95_000),
    ),
    Variant(
        "recalculation-by-the-cycle", "That switching on recalculates at once is not documented.",
        "OLO-091, OLO-093", change=background(_switching_off_the_cycle),
    ),
    Variant(
        "emptied-when-switched-off", "Whether members stay is not said.",
        "OLO-085", change=changes.around(_emptied, _SWITCHES[1]),
    ),
    Variant(
        "lists-late", "A list may come from an index that follows in seconds.",
        "vendor-facts 5",
        change=lists_late(4000, _records, writes=_WRITES, reads={"segmentGetList": ()}),
    ),
    Variant(
        "noisy-neighbour", "Others work in the store at the same time.",
        "the target is shared", wire=neighbours.openloyalty,
    ),
)  # fmt: skip
