"""Mistakes that show only in a second look: effects of refusals, other sessions, other guests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Forbidden
from mockserver.kernel.room import Admission, Operation, Room
from mockserver.vendors.akinon import access, wire
from mockserver.vendors.akinon.access import CSRF_FIELD, Caller
from mockserver.vendors.akinon.world import World

LIST, SET, RECALCULATE = "listSegments", "setSegment", "recalculateSegment"
LOGIN, LOGOUT = "loginUser", "logoutUser"
USER, BASKET = "getCurrentUser", "getBasket"
PROOFS = ("AKN-020", "AKN-021", "AKN-022")


def _set_all_the_same(admit: Any, world: World, call: Call) -> Admission:
    try:
        admission: Admission = admit(world, call)
    except Forbidden:
        cookies = access.read_cookies(call.sent.get("cookie", ""))
        caller = access._caller(world, call.operation, cookies)
        if caller.user is not None:
            world._assigned[caller.user.pk] = int(call.path["segment_id"])
        raise
    return admission


def _out_all_the_same(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Forbidden:
        world.log_out(caller.session)
        raise


def _any_field(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if call.has_body and isinstance(call.body, dict) and call.body.get(CSRF_FIELD):
        world.log_out(caller.session)
        return Reply(204, None, [wire.dropped_session_cookie(world)])
    return run(world, call, caller)


def _form_unread(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if call.has_body and isinstance(call.body, dict) and call.body.get(CSRF_FIELD):
        access.check_form(world, call, caller)
        return Reply(204)
    return run(world, call, caller)


def _one_session_for_all(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    known = [each for each in world.sessions._by_key.values() if each.user is None]
    if caller.session is not None or not known:
        return run(world, call, caller)
    reply = run(world, call, replace(caller, session=known[0]))
    return replace(reply, headers=[*reply.headers, wire.session_cookie(world, known[0])])


def _guests_kept_out(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.session is not None and caller.user is None:
        raise Forbidden("You have a session.", requirement="AKN-035")
    return run(world, call, caller)


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "priority": rank} for rank, row in enumerate(rows, 1)]


def _not_again(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    current = world.current(caller.signed_in())
    if current is not None and current.pk == int(call.path["segment_id"]):
        raise Forbidden("The user has it.", requirement="AKN-065")
    return run(world, call, caller)


def _held_by_session(room: Room) -> Room:
    held: dict[str, int | None] = {}

    def put(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        user = caller.signed_in()
        world.current(user)
        former = world._assigned[user.pk]
        reply = run(world, call, caller)
        if caller.session is not None:
            held[caller.session.key] = world._assigned[user.pk]
            world._assigned[user.pk] = former
        return reply

    def forget(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if caller.session is not None:
            held.pop(caller.session.key, None)
        return run(world, call, caller)

    def look(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if caller.user is None or caller.session is None or caller.session.key not in held:
            return run(world, call, caller)
        world.current(caller.user)
        former = world._assigned[caller.user.pk]
        world._assigned[caller.user.pk] = held[caller.session.key]
        try:
            return run(world, call, caller)
        finally:
            world._assigned[caller.user.pk] = former

    return changes.together(
        changes.around(put, SET),
        changes.around(forget, RECALCULATE),
        changes.around(look, USER, BASKET),
    )(room)


def _told_to_users_alone(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    return reply if caller.user is not None else replace(reply, body={})


def _without_price_list(body: dict[str, Any]) -> dict[str, Any]:
    segment = body["basket"]["segment"]
    shown = None if segment is None else {**segment, "price_list": None}
    return {"basket": {**body["basket"], "segment": shown}}


def _defect(
    name: str, violates: str | tuple[str, ...], summary: str, change: Any, *operations: str,
    **more: Any,
) -> Defect:  # fmt: skip
    rows = (violates,) if isinstance(violates, str) else violates
    more = {"kind": "state", **more}
    return Defect(f"akinon.{name}", rows, summary, operations=operations, change=change, **more)


DEFECTS = (
    _defect(
        "set-although-refused",
        PROOFS,
        "A setting that is refused for want of CSRF proof happens all the same.",
        changes.admitting(_set_all_the_same, SET), SET, USER, BASKET,
        kind="auth", fault=104,
    ),
    _defect(
        "signed-out-although-refused",
        PROOFS,
        "Signing out is refused for want of CSRF proof, and the session ends all the same.",
        changes.around(_out_all_the_same, LOGOUT), LOGOUT,
        kind="auth", fault=104,
    ),
    _defect(
        "any-token-in-form",
        "AKN-032",
        "The form that signs out is taken with any token in its field.",
        changes.around(_any_field, LOGOUT), LOGOUT,
        kind="auth", fault=206,
    ),
    _defect(
        "form-signs-nobody-out",
        "AKN-032",
        "The form that signs out is answered, and the user stays signed in.",
        changes.around(_form_unread, LOGOUT), LOGOUT,
    ),
    _defect(
        "guests-share-a-session",
        "AKN-018",
        "All guests are given one and the same session.",
        changes.around(_one_session_for_all, BASKET, RECALCULATE), BASKET, RECALCULATE,
        kind="isolation",
    ),
    _defect(
        "guests-cannot-sign-in",
        "AKN-035",
        "The right e-mail and password are refused for who has a guest's session.",
        changes.around(_guests_kept_out, LOGIN), LOGIN,
        kind="auth",
    ),
    _defect(
        "priorities-renumbered",
        "AKN-055",
        "The list shows places from 1 on instead of priorities.",
        changes.body(_ranked, LIST), LIST,
    ),
    _defect(
        "offers-listed-twice",
        "AKN-056",
        "The first segment on offer stands in the list twice.",
        changes.body(lambda rows: [*rows, *rows[:1]], LIST), LIST,
    ),
    _defect(
        "current-segment-not-settable",
        "AKN-065",
        "Setting the segment that the user has already is refused.",
        changes.around(_not_again, SET), SET,
        kind="idempotency",
    ),
    _defect(
        "set-in-one-session",
        "AKN-066",
        "A segment that was set is current in the session that set it, and in no other.",
        _held_by_session, SET, RECALCULATE, USER, BASKET,
    ),
    _defect(
        "recalculation-tells-nobody-nothing",
        "AKN-080",
        "Recalculating without signing in is answered without a message.",
        changes.around(_told_to_users_alone, RECALCULATE), RECALCULATE,
        kind="schema",
    ),
    _defect(
        "basket-prices-not-of-the-segment",
        "AKN-100",
        "The basket shows the shop's default price list, whatever the segment has.",
        changes.body(_without_price_list, BASKET), BASKET,
    ),
)  # fmt: skip
