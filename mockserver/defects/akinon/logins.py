"""Logins that answer wrongly, or sign the wrong visitor in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid, Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.model import Session
from mockserver.vendors.akinon.world import World

LOGIN = "loginUser"


def _told(form: Callable[[Any], Any]) -> Callable[[Reply, Refusal], Reply]:
    return lambda reply, _: replace(reply, body=form(changes.plain(reply.body)))


def _first(fields: dict[str, list[str]]) -> str:
    return next(iter(fields.values()))[0]


def _with_session(reply: Reply, world: World, session: Session | None) -> Reply:
    """Return a login's reply with another session cookie, or with none."""
    name = wire.session_cookie(world, next(iter(world.demos)).session)[1].partition("=")[0]
    kept = [pair for pair in reply.headers if not pair[1].startswith(f"{name}=")]
    handed = [] if session is None else [wire.session_cookie(world, session)]
    return replace(reply, headers=[*handed, *kept])


def _without_session_cookie(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return _with_session(run(world, call, caller), world, None)


def _session_of_nobody(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return _with_session(run(world, call, caller), world, world.sessions.open())


def _guest_stays(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.session is None or caller.user is not None:
        return run(world, call, caller)
    reply = run(world, call, replace(caller, session=None))
    return _with_session(reply, world, caller.session)


def _guest_lives_on(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, replace(caller, session=None))


def _unverified_welcome(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        if refusal.code != "unverified":
            raise
        user = next(each for each in world.users.values() if each.email == call.body["email"])
        cookie = wire.session_cookie(world, world.sessions.open(user=user.pk))
        return Reply(200, {"key": user.key}, [cookie, wire.csrf_cookie(world.csrf_token())])


def _let_in(wrong: str) -> Change:
    """Sign in whoever sends one right word, whatever the other."""

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        try:
            return operate(world, call, caller)
        except Invalid as refusal:
            if refusal.code != "credentials":
                raise
            sent = call.body["email"]
            known = next((each for each in world.users.values() if each.email == sent), None)
            if wrong == "email" and known is None:
                known = next(iter(world.users.values()))
            elif wrong == "email" or known is None:
                raise
            right = {"email": known.email, "password": known.password}
            return operate(world, replace(call, body={**call.body, **right}), caller)

    return changes.around(run, LOGIN)


def _signed_in_all_the_same(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Refuse a wrong password, with the cookie of a session of the user's."""
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        user = next(
            (each for each in world.users.values() if each.email == call.body["email"]), None
        )
        if refusal.code != "credentials" or user is None:
            raise
        cookie = wire.session_cookie(world, world.sessions.open(user=user.pk))
        return Reply(400, {"non_field_errors": [str(refusal)]}, [cookie])


def _unverified_told_nothing(reply: Reply, refusal: Refusal) -> Reply:
    if refusal.code != "unverified":
        return reply
    told = "Unable to log in with provided credentials."
    return replace(reply, body={"non_field_errors": [told]})


DEFECTS = (
    Defect(
        name="akinon.any-password-signs-in",
        violates=("AKN-037",),
        summary="The password of a login is not looked at.",
        kind="auth",
        operations=(LOGIN,),
        change=_let_in("password"),
        fault=206,
    ),
    Defect(
        name="akinon.wrong-password-opens-session",
        violates=("AKN-037",),
        summary="A login with a wrong password is refused, and opens a session of the user's.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_signed_in_all_the_same, LOGIN),
        fault=206,
    ),
    Defect(
        name="akinon.any-email-signs-in",
        violates=("AKN-037",),
        summary="An e-mail that nobody has signs somebody in.",
        kind="auth",
        operations=(LOGIN,),
        change=_let_in("email"),
        fault=206,
    ),
    Defect(
        name="akinon.login-errors-as-detail",
        violates=("AKN-006",),
        summary="What is wrong with a login is told as one text under errors.",
        kind="error shape",
        operations=(LOGIN,),
        change=changes.refusing(
            _told(lambda fields: {"errors": _first(fields)}), LOGIN, kind=Invalid
        ),
    ),
    Defect(
        name="akinon.login-errors-as-texts",
        violates=("AKN-006",),
        summary="Each wrong field of a login is told by a text, not by a list of texts.",
        kind="error shape",
        operations=(LOGIN,),
        change=changes.refusing(
            _told(lambda fields: {name: told[0] for name, told in fields.items()}),
            LOGIN,
            kind=Invalid,
        ),
        fault=101,
    ),
    Defect(
        name="akinon.login-errors-as-list",
        violates=("AKN-006",),
        summary="What is wrong with a login is told by a list of field and message.",
        kind="error shape",
        operations=(LOGIN,),
        change=changes.refusing(
            _told(lambda fields: [{"field": name, "message": _first(fields)} for name in fields]),
            LOGIN,
            kind=Invalid,
        ),
        fault=101,
    ),
    Defect(
        name="akinon.login-answers-201",
        violates=("AKN-035",),
        summary="Signing in is answered with 201.",
        kind="status",
        operations=(LOGIN,),
        change=changes.status(201, LOGIN),
    ),
    Defect(
        name="akinon.login-without-key",
        violates=("AKN-035",),
        summary="Signing in is answered without a key.",
        kind="schema",
        operations=(LOGIN,),
        change=changes.body(lambda _: {}, LOGIN),
        fault=101,
    ),
    Defect(
        name="akinon.login-without-session-cookie",
        violates=("AKN-036",),
        summary="Signing in sets no session cookie.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_without_session_cookie, LOGIN),
    ),
    Defect(
        name="akinon.login-opens-session-of-nobody",
        violates=("AKN-036",),
        summary="The session that signing in sets does not count as signed in.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_session_of_nobody, LOGIN),
        fault=205,
    ),
    Defect(
        name="akinon.guest-stays-guest",
        violates=("AKN-040",),
        summary="Who signs in as a guest keeps the guest's session and is not signed in.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_guest_stays, LOGIN),
        fault=205,
    ),
    Defect(
        name="akinon.guest-outlives-login",
        violates=("AKN-040",),
        summary="Signing in opens a session beside the guest's, which goes on.",
        kind="state",
        operations=(LOGIN,),
        change=changes.around(_guest_lives_on, LOGIN),
    ),
    Defect(
        name="akinon.unverified-signs-in",
        violates=("AKN-039",),
        summary="A user whose e-mail is not verified is signed in.",
        kind="auth",
        operations=(LOGIN,),
        change=changes.around(_unverified_welcome, LOGIN),
        fault=206,
    ),
    Defect(
        name="akinon.unverified-told-nothing",
        violates=("AKN-039",),
        summary="A user whose e-mail is not verified is told that e-mail or password is wrong.",
        kind="error shape",
        operations=(LOGIN,),
        change=changes.refusing(_unverified_told_nothing, LOGIN),
    ),
)
