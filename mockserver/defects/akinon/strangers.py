"""Mistakes about who somebody is: other users, guests, half a session, nearly the right words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Invalid, Unauthenticated
from mockserver.kernel.room import Admission, Operation, Room
from mockserver.vendors.akinon import access, wire
from mockserver.vendors.akinon.access import SESSION_COOKIES, Caller
from mockserver.vendors.akinon.model import User
from mockserver.vendors.akinon.world import World

LIST, SET, RECALCULATE = "listSegments", "setSegment", "recalculateSegment"
LOGIN, USER, BASKET = "loginUser", "getCurrentUser", "getBasket"

Admit = Callable[[Any, Call], Admission]


def _former_user_stays(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.session is None or caller.user is None:
        return run(world, call, caller)
    reply = run(world, call, replace(caller, session=None))
    kept = [pair for pair in reply.headers if pair[1].startswith("csrftoken=")]
    return replace(reply, headers=[*kept, wire.session_cookie(world, caller.session)])


def _signed_in_once(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is not None:
        raise Forbidden("Somebody is signed in.", requirement="AKN-035")
    return run(world, call, caller)


def _recalculated_guests_count(room: Room) -> Room:
    seen: set[str] = set()

    def note(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if caller.session is not None and caller.user is None:
            seen.add(caller.session.key)
        return run(world, call, caller)

    def admit(true: Admit, world: World, call: Call) -> Admission:
        try:
            return true(world, call)
        except Unauthenticated:
            sent = access.read_cookies(call.sent.get("cookie", "")).values()
            if seen.isdisjoint(sent):
                raise
            return Admission(world, None)

    def listed(run: Operation, world: World, call: Call, caller: Caller | None) -> Reply:
        if caller is not None:
            return run(world, call, caller)
        return Reply(200, [wire.segment_summary(world, each) for each in world.available(None)])

    return changes.together(
        changes.around(note, RECALCULATE),
        changes.around(listed, LIST),
        changes.admitting(admit, LIST),
    )(room)


def _guests_choose(room: Room) -> Room:
    def admit(true: Admit, world: World, call: Call) -> Admission:
        try:
            return true(world, call)
        except Unauthenticated as refusal:
            fitting = {str(each.pk) for each in world.available(None)}
            if refusal.requirement != "AKN-019" or str(call.path["segment_id"]) not in fitting:
                raise
            return Admission(world, None)

    def chosen(run: Operation, world: World, call: Call, caller: Caller | None) -> Reply:
        if caller is not None:
            return run(world, call, caller)
        segment = world.segments[call.path["segment_id"]]
        return Reply(200, wire.segment_current(world, segment))

    return changes.together(changes.around(chosen, SET), changes.admitting(admit, SET))(room)


def _found_by(fits: Callable[[str, str], bool]) -> Callable[[Admit, Any, Call], Admission]:
    """Take a session cookie for the session of a user whose key fits it somehow."""

    def admit(true: Admit, world: World, call: Call) -> Admission:
        cookies = access.read_cookies(call.sent.get("cookie", ""))
        sent = [cookies[name] for name in SESSION_COOKIES if name in cookies]
        for session in tuple(world.sessions._by_key.values()):
            if session.user is not None and any(fits(session.key, each) for each in sent):
                pairs = {**cookies, **dict.fromkeys(SESSION_COOKIES, session.key)}
                text = "; ".join(f"{name}={value}" for name, value in pairs.items())
                return true(world, replace(call, sent={**call.sent, "cookie": text}))
        return true(world, call)

    return admit


def _half(key: str, sent: str) -> bool:
    return len(sent) >= len(key) // 2 and key.startswith(sent)


def _nearly_right(fits: Callable[[str, str], bool]) -> Change:
    """Sign in whoever sends a password that fits the right one somehow."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        sent = call.body
        user = next((each for each in world.users.values() if each.email == sent["email"]), None)
        if user is not None and fits(user.password, sent["password"]):
            sent = {**sent, "password": user.password}
        return operate(world, replace(call, body=sent), caller)

    return changes.around(run, LOGIN)


def _unverified_let_in(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        user = _sender(world, call)
        if refusal.code != "unverified" or user is None:
            raise
        cookie = wire.session_cookie(world, world.sessions.open(user=user.pk))
        return Reply(400, {"non_field_errors": [str(refusal)]}, [cookie])


def _wrong_password_told_apart(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        if refusal.code != "credentials" or _sender(world, call) is None:
            raise
        return Reply(400, {"detail": "The password is wrong."})


def _sender(world: World, call: Call) -> User | None:
    return next((each for each in world.users.values() if each.email == call.body["email"]), None)


def _unread_words_as_text(reply: Reply, refusal: Any) -> Reply:
    """Tell as one text what is wrong with words that could not be looked up."""
    if refusal.requirement == "AKN-038" and len(changes.plain(reply.body)) > 1:
        return replace(reply, body={"detail": "Enter e-mail and password."})
    return reply


def _malformed_address_as_text(reply: Reply, refusal: Any) -> Reply:
    told = changes.plain(reply.body)
    if "email" in told and "valid" in str(told["email"]):
        return replace(reply, body={"email": "Enter a valid email address."})
    return reply


def _set_for_all(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    for pk in world.users:
        world._assigned[pk] = int(call.path["segment_id"])
    return reply


def _recalculated_for_all(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    if caller.user is not None:
        for user in world.users.values():
            world.recalculate(user)
    return reply


def _basket_of_the_first(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is None:
        return run(world, call, caller)
    return run(world, call, replace(caller, user=next(iter(world.users.values()))))


def _defect(
    name: str, violates: str | tuple[str, ...], summary: str, change: Any, *operations: str,
    **more: Any,
) -> Defect:  # fmt: skip
    rows = (violates,) if isinstance(violates, str) else violates
    more = {"kind": "auth", **more}
    return Defect(f"akinon.{name}", rows, summary, operations=operations, change=change, **more)


DEFECTS = (
    _defect(
        "former-user-stays",
        "AKN-036",
        "Who signs in where somebody else is signed in keeps the other user's session.",
        changes.around(_former_user_stays, LOGIN), LOGIN,
        fault=206,
    ),
    _defect(
        "signed-in-cannot-sign-in",
        "AKN-035",
        "The right e-mail and password are refused where somebody is signed in.",
        changes.around(_signed_in_once, LOGIN), LOGIN,
    ),
    _defect(
        "recalculated-guest-lists",
        "AKN-019",
        "A guest who asked for a recalculation is shown the segments of guests.",
        _recalculated_guests_count, LIST, RECALCULATE,
        fault=206,
    ),
    _defect(
        "guest-sets-segment-of-guests",
        "AKN-019",
        "A guest can set a segment whose rule is true of guests.",
        _guests_choose, SET,
        fault=206,
    ),
    *(
        _defect(
            f"half-a-session-{verb}",
            "AKN-011",
            f"The first half of a session's id {verb} as the whole does.",
            changes.admitting(_found_by(_half), operation), operation,
            fault=206,
        )
        for verb, operation in (("lists", LIST), ("sets", SET))
    ),
    *(
        _defect(
            f"empty-session-{verb}",
            "AKN-011",
            f"An empty session cookie {verb} as if it were somebody's.",
            changes.admitting(_found_by(lambda _, sent: not sent), operation), operation,
            fault=206,
        )
        for verb, operation in (("lists", LIST), ("sets", SET))
    ),
    _defect(
        "password-in-any-case",
        "AKN-037",
        "Passwords are compared without regard to case.",
        _nearly_right(lambda right, sent: right.lower() == sent.lower()), LOGIN,
        fault=206,
    ),
    _defect(
        "password-cut-short",
        "AKN-037",
        "Of a password only the first eight characters are compared.",
        _nearly_right(lambda right, sent: right[:8] == sent[:8]), LOGIN,
        fault=206,
    ),
    _defect(
        "unverified-session-opened",
        "AKN-039",
        "A user whose e-mail is not verified is told so, and is signed in all the same.",
        changes.around(_unverified_let_in, LOGIN), LOGIN,
        fault=206,
    ),
    _defect(
        "wrong-password-told-as-detail",
        "AKN-006",
        "A wrong password is told as one text under detail; other mistakes field by field.",
        changes.around(_wrong_password_told_apart, LOGIN), LOGIN,
        kind="error shape",
    ),
    _defect(
        "several-mistakes-as-detail",
        "AKN-006",
        "Where e-mail and password are both missing or blank, that is told as one text.",
        changes.refusing(_unread_words_as_text, LOGIN, kind=Invalid), LOGIN,
        kind="error shape",
    ),
    _defect(
        "malformed-address-as-text",
        "AKN-006",
        "An e-mail that is no address is told by a text, not by a list of texts.",
        changes.refusing(_malformed_address_as_text, LOGIN, kind=Invalid), LOGIN,
        kind="error shape", fault=101,
    ),
    _defect(
        "set-for-all",
        "AKN-066",
        "Setting a segment sets it for every user.",
        changes.around(_set_for_all, SET), SET, USER, BASKET,
        kind="isolation", choices={"akinon.lapsed-segment": "kept"},
    ),
    _defect(
        "recalculated-for-all",
        "AKN-066",
        "A recalculation gives every user the best segment, whatever was set for them.",
        changes.around(_recalculated_for_all, RECALCULATE), RECALCULATE, USER, BASKET,
        kind="isolation",
    ),
    _defect(
        "basket-of-the-first-user",
        "AKN-100",
        "Every user's basket shows the segment of the site's first user.",
        changes.around(_basket_of_the_first, BASKET), BASKET,
        kind="isolation",
    ),
)  # fmt: skip
