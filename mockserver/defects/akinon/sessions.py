"""Sessions that count for too much, or for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Refusal, Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.world import World

LIST, SET = "listSegments", "setSegment"
CURRENT_USER, BASKET, RECALCULATE = "getCurrentUser", "getBasket", "recalculateSegment"
NEEDED = (LIST, SET)
NAMELESS = "AKN-010"
UNKNOWN = "AKN-011"
GUEST = "AKN-019"


def _as_the_first(
    *requirements: str,
) -> Callable[[Callable[[Any, Call], Admission], Any, Call], Admission]:
    """Take whoever is refused under some requirements for the first user of the site."""

    def admit(true: Callable[[Any, Call], Admission], world: World, call: Call) -> Admission:
        try:
            return true(world, call)
        except Unauthenticated as refusal:
            if refusal.requirement not in requirements:
                raise
            user = next(iter(world.users.values()))
            return Admission(world, Caller(None, user, None))

    return admit


def _answer(status: int, *requirements: str, body: Any = None) -> Callable[[Reply, Refusal], Reply]:
    """Answer refusals under some requirements, or under any, with another status."""

    def edit(reply: Reply, refusal: Refusal) -> Reply:
        if requirements and refusal.requirement not in requirements:
            return reply
        return Reply(status, changes.plain(reply.body) if body is None else body)

    return edit


def _forget_guests(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    before = set(world.sessions._by_key)
    reply = run(world, call, caller)
    for key in set(world.sessions._by_key) - before:
        world.sessions.end(key)
    return reply


def _refuse_guests(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.session is not None and caller.user is None:
        raise Unauthenticated("Guests are nobody.", requirement="AKN-018")
    return run(world, call, caller)


def _offers_of_guests(admit: Callable[[Any, Call], Admission], world: World, call: Call) -> Any:
    try:
        return admit(world, call)
    except Unauthenticated as refusal:
        if refusal.requirement != NAMELESS:
            raise
        return Admission(world, None)


def _listed_for_anybody(run: Operation, world: World, call: Call, caller: Caller | None) -> Reply:
    if caller is not None:
        return run(world, call, caller)
    return Reply(200, [wire.segment_summary(world, each) for each in world.available(None)])


DEFECTS = (
    Defect(
        name="akinon.unauthenticated-is-403",
        violates=("AKN-010", "AKN-011", "AKN-019", "AKN-047"),
        summary="Whoever is not signed in is refused with 403, as frameworks do by default.",
        kind="status",
        operations=(LIST, SET, CURRENT_USER),
        change=changes.refusing(_answer(403), LIST, SET, CURRENT_USER, kind=Unauthenticated),
    ),
    Defect(
        name="akinon.list-open-to-all",
        violates=("AKN-010",),
        summary="Whoever has no session is shown the segments of guests.",
        kind="auth",
        operations=(LIST,),
        change=changes.together(
            changes.admitting(_offers_of_guests, LIST),
            changes.around(_listed_for_anybody, LIST),
        ),
        fault=207,
    ),
    Defect(
        name="akinon.set-open-to-all",
        violates=("AKN-010",),
        summary="Whoever has no session sets the segment of the site's first user.",
        kind="auth",
        operations=(SET,),
        change=changes.admitting(_as_the_first(NAMELESS), SET),
        fault=207,
    ),
    Defect(
        name="akinon.set-without-session-is-404",
        violates=("AKN-010", "AKN-011"),
        summary="Setting a segment is answered with 404 when nobody is signed in.",
        kind="status",
        operations=(SET,),
        change=changes.refusing(_answer(404, NAMELESS, UNKNOWN), SET),
    ),
    Defect(
        name="akinon.list-without-session-is-empty",
        violates=("AKN-010", "AKN-011", "AKN-019"),
        summary="The list is answered with 200 and nothing in it when nobody is signed in.",
        kind="status",
        operations=(LIST,),
        change=changes.refusing(_answer(200, body=[]), LIST, kind=Unauthenticated),
    ),
    *(
        Defect(
            name=f"akinon.unknown-session-{verb}",
            violates=(UNKNOWN,),
            summary=f"A session cookie that names no session {does} the first user's segments.",
            kind="auth",
            operations=(operation,),
            change=changes.admitting(_as_the_first(UNKNOWN), operation),
            fault=206,
        )
        for verb, does, operation in (("lists", "shows", LIST), ("sets", "sets", SET))
    ),
    *(
        Defect(
            name=f"akinon.guest-{verb}",
            violates=(GUEST,),
            summary=f"A guest's session {does} the first user's segments.",
            kind="auth",
            operations=(operation,),
            change=changes.admitting(_as_the_first(GUEST), operation),
            fault=206,
        )
        for verb, does, operation in (("lists", "shows", LIST), ("sets", "sets", SET))
    ),
    Defect(
        name="akinon.guest-session-forgotten",
        violates=("AKN-018",),
        summary="The session that a guest is given is forgotten at once; each visit gives another.",
        kind="state",
        operations=(BASKET, RECALCULATE),
        change=changes.around(_forget_guests, BASKET, RECALCULATE),
        # Elsewhere a new session at each visit cannot be told from one that is signed anew.
        choices={"akinon.recalculate-session": "required"},
    ),
    *(
        Defect(
            name=f"akinon.guest-refused-{where}",
            violates=("AKN-018",),
            summary=f"A guest's session is refused {how}.",
            kind="auth",
            operations=(operation,),
            change=changes.around(_refuse_guests, operation),
        )
        for where, how, operation in (
            ("at-the-basket", "at the basket", BASKET),
            ("at-recalculation", "when it asks for a recalculation", RECALCULATE),
        )
    ),
    Defect(
        name="akinon.current-user-of-nobody",
        violates=("AKN-047",),
        summary="The current user is answered with 200 and empty members when nobody is signed in.",
        kind="auth",
        operations=(CURRENT_USER,),
        change=changes.refusing(
            _answer(
                200,
                body={"pk": 0, "email": "", "first_name": "", "last_name": "", "segment": None},
            ),
            CURRENT_USER,
            kind=Unauthenticated,
        ),
    ),
    Defect(
        name="akinon.current-user-not-found",
        violates=("AKN-047",),
        summary="The current user is answered with 404 when nobody is signed in.",
        kind="status",
        operations=(CURRENT_USER,),
        change=changes.refusing(_answer(404), CURRENT_USER, kind=Unauthenticated),
    ),
    Defect(
        name="akinon.current-user-open-to-all",
        violates=("AKN-047",),
        summary="Whoever is not signed in is shown the site's first user as the current one.",
        kind="auth",
        operations=(CURRENT_USER,),
        change=changes.admitting(_as_the_first("AKN-047"), CURRENT_USER),
        fault=207,
    ),
)
