"""Mistakes that only some show: another user, another segment, another session, an odd id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Missing, Refusal
from mockserver.kernel.room import Operation, Room
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.world import World

LIST, SET, RECALCULATE = "listSegments", "setSegment", "recalculateSegment"
USER, BASKET = "getCurrentUser", "getBasket"
LAST_OF_THE_CAST = 8
"""Who of the configuration is neither `user` nor `other_user`, and has offers."""


def _for(who: Callable[[World, Caller, Call], bool], edit: Callable[[Any], Any]) -> Any:
    """Edit what some callers are answered; who they are is told before they are served."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        concerned = who(world, caller, call)
        reply = operate(world, call, caller)
        return replace(reply, body=edit(changes.plain(reply.body))) if concerned else reply

    return run


def _is(pk: int) -> Callable[[World, Caller, Call], bool]:
    return lambda _, caller, __: caller.user is not None and caller.user.pk == pk


def _another_than_the_first(world: World, caller: Caller, _: Call) -> bool:
    return caller.user is not None and caller.user is not next(iter(world.users.values()))


def _has_it(world: World, caller: Caller, call: Call) -> bool:
    current = None if caller.user is None else world.current(caller.user)
    return current is not None and current.pk == int(call.path["segment_id"])


def _asks_for_the_best(world: World, caller: Caller, call: Call) -> bool:
    return int(call.path["segment_id"]) in [
        each.pk for each in world.available(caller.signed_in())[:1]
    ]


def _asks_for(pk: int) -> Callable[[World, Caller, Call], bool]:
    return lambda _, __, call: int(call.path["segment_id"]) == pk


def _is_guest(_: World, caller: Caller, __: Call) -> bool:
    return caller.session is not None and caller.user is None


def _lacks_the_best(world: World, caller: Caller, _: Call) -> bool:
    user = caller.user
    return user is not None and world.current(user) not in world.available(user)[:1]


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "priority": rank} for rank, row in enumerate(rows, 50)]


def _nameless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "name": None} for row in rows]


def _read_as(edit: Callable[[int, World, Caller], int]) -> Change:
    """Set the segment that an id stands for when it is misread."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        path = {**call.path, "segment_id": edit(int(call.path["segment_id"]), world, caller)}
        return operate(world, replace(call, path=path), caller)

    return changes.around(run, SET)


def _current_for_zero(pk: int, world: World, caller: Caller) -> int:
    offered = world.available(caller.signed_in())
    return offered[0].pk if pk == 0 and offered else pk


def _lost_when_refused(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Refusal:
        world._assigned[caller.signed_in().pk] = None
        raise


def _given_when_refused(fits: Callable[[Any], bool]) -> Change:
    """Refuse a segment that rests, and give it all the same; whoever looks is shown it."""

    def change(room: Room) -> Room:
        given: dict[int, int] = {}

        def put(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
            pk, user = int(call.path["segment_id"]), caller.signed_in()
            try:
                reply = run(world, call, caller)
            except Missing:
                if pk in world.segments and fits(world.segments[pk]):
                    given[user.pk] = pk
                raise
            given.pop(user.pk, None)
            return reply

        def forget(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
            if caller.user is not None:
                given.pop(caller.user.pk, None)
            return run(world, call, caller)

        def look(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
            if caller.user is None or caller.user.pk not in given:
                return run(world, call, caller)
            segment = world.segments[given[caller.user.pk]]
            if call.operation == BASKET:
                return Reply(200, wire.basket(segment))
            return Reply(200, wire.current_user(caller.user, segment))

        return changes.together(
            changes.around(put, SET),
            changes.around(forget, RECALCULATE),
            changes.around(look, USER, BASKET),
        )(room)

    return change


def _listed_anew(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is not None:
        world.recalculate(caller.user)
    return run(world, call, caller)


def _recalculated_for_one_session(room: Room) -> Room:
    stale: dict[str, int | None] = {}

    def recalculate(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if caller.user is not None and caller.session is not None:
            former = world.current(caller.user)
            for key, session in world.sessions._by_key.items():
                if session.user == caller.user.pk and key != caller.session.key:
                    stale[key] = None if former is None else former.pk
            stale.pop(caller.session.key, None)
        return run(world, call, caller)

    def put(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        user = caller.signed_in()
        reply = run(world, call, caller)
        for key, session in world.sessions._by_key.items():
            if session.user == user.pk:
                stale.pop(key, None)
        return reply

    def look(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if caller.user is None or caller.session is None or caller.session.key not in stale:
            return run(world, call, caller)
        world.current(caller.user)
        now = world._assigned[caller.user.pk]
        world._assigned[caller.user.pk] = stale[caller.session.key]
        try:
            return run(world, call, caller)
        finally:
            world._assigned[caller.user.pk] = now

    return changes.together(
        changes.around(recalculate, RECALCULATE),
        changes.around(put, SET),
        changes.around(look, USER, BASKET),
    )(room)


def _of_basket(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    def edited(told: Any) -> Any:
        segment = told["basket"]["segment"]
        if segment is not None:
            told["basket"]["segment"] = edit(segment)
        return told

    return changes.body(edited, BASKET)


def _defect(
    name: str, violates: str, summary: str, change: Any, *operations: str, **more: Any
) -> Defect:
    more = {"kind": "state", **more}
    return Defect(
        f"akinon.{name}", (violates,), summary, operations=operations, change=change, **more
    )


DEFECTS = (
    _defect(
        "set-answers-best-wrongly",
        "AKN-065",
        "Setting the best segment on offer is answered with the priority 1.",
        changes.around(_for(_asks_for_the_best, changes.saying(priority=1)), SET), SET,
        kind="projection",
    ),
    _defect(
        "set-again-answers-wrongly",
        "AKN-065",
        "Setting the segment that the user has already is answered without its name.",
        changes.around(_for(_has_it, changes.saying(name="")), SET), SET,
        kind="idempotency",
    ),
    _defect(
        "set-answers-others-wrongly",
        "AKN-065",
        "Setting a segment answers all but the site's first user with an empty name.",
        changes.around(_for(_another_than_the_first, changes.saying(name="")), SET), SET,
        kind="projection",
    ),
    _defect(
        "one-price-list-as-text",
        "AKN-071",
        "The price list of one segment is told as text.",
        changes.around(_for(_asks_for(11), changes.saying(price_list="3")), SET), SET,
        kind="schema", fault=101,
    ),
    _defect(
        "priorities-of-one-user-renumbered",
        "AKN-055",
        "The list shows one user places instead of priorities.",
        changes.around(_for(_is(LAST_OF_THE_CAST), _ranked), LIST), LIST,
        kind="projection",
    ),
    _defect(
        "names-hidden-from-others",
        "AKN-055",
        "The names of segments are null in the list of all but the site's first user.",
        changes.around(_for(_another_than_the_first, _nameless), LIST), LIST,
        kind="schema", fault=101,
    ),
    _defect(
        "offers-of-one-user-lost",
        "AKN-056",
        "The best segment is missing in the list of one user.",
        changes.around(_for(_is(LAST_OF_THE_CAST), lambda rows: rows[1:]), LIST), LIST,
        kind="filter",
    ),
    _defect(
        "negative-segment-set",
        "AKN-067",
        "The sign of a segment_id is not looked at.",
        _read_as(lambda pk, *_: abs(pk)), SET,
        kind="validation", fault=102,
    ),
    _defect(
        "large-segment-wrapped",
        "AKN-067",
        "Of a segment_id only the lower 32 bits are looked at.",
        _read_as(lambda pk, *_: pk if pk < 0 else pk % 2**32), SET,
        kind="validation", fault=102,
    ),
    _defect(
        "segment-zero-set",
        "AKN-067",
        "The segment_id 0 stands for the best segment.",
        _read_as(_current_for_zero), SET,
        kind="validation", fault=102,
    ),
    _defect(
        "refusal-takes-segment-away",
        "AKN-066",
        "A setting that is refused takes the segment away that the user has.",
        changes.around(_lost_when_refused, SET), SET, USER, BASKET,
        fault=104,
    ),
    _defect(
        "inactive-segment-set-although-refused",
        "AKN-057",
        "Setting a segment that is switched off is refused, and the user has it all the same.",
        _given_when_refused(lambda segment: not segment.is_active), SET, USER, BASKET,
        fault=104,
    ),
    _defect(
        "resting-segment-set-although-refused",
        "AKN-058",
        "Setting a segment out of its date range is refused, and the user has it all the same.",
        _given_when_refused(lambda segment: bool(segment.starts_at or segment.ends_at)),
        SET, USER, BASKET,
        kind="time", fault=104,
    ),
    _defect(
        "listing-recalculates",
        "AKN-066",
        "Looking at the list gives the user the best segment.",
        changes.around(_listed_anew, LIST), LIST, USER, BASKET,
    ),
    _defect(
        "recalculated-in-one-session",
        "AKN-076",
        "A recalculation shows in the session that asked for it, and in no other.",
        _recalculated_for_one_session, RECALCULATE, SET, USER, BASKET,
    ),
    _defect(
        "recalculation-tells-guests-nothing",
        "AKN-080",
        "Recalculating in a guest's session is answered without a message.",
        changes.around(_for(_is_guest, lambda _: {}), RECALCULATE), RECALCULATE,
        kind="schema",
    ),
    _defect(
        "recalculation-tells-changes-nothing",
        "AKN-080",
        "Recalculating is answered without a message when it gives another segment.",
        changes.around(_for(_lacks_the_best, lambda _: {}), RECALCULATE), RECALCULATE,
        kind="schema",
    ),
    _defect(
        "basket-stock-list-of-prices",
        "AKN-100",
        "The basket shows the price list as the stock list.",
        _of_basket(lambda segment: {**segment, "stock_list": segment["price_list"]}), BASKET,
        kind="projection",
    ),
    _defect(
        "basket-with-default-stock-list",
        "AKN-100",
        "The basket shows the shop's first stock list where the segment has none.",
        _of_basket(lambda segment: {**segment, "stock_list": segment["stock_list"] or 1}), BASKET,
        kind="projection",
    ),
)  # fmt: skip
