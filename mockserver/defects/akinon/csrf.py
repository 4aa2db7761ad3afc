"""CSRF proof that is not asked for, or asked for where none is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import CSRF_COOKIE, CSRF_FIELD, CSRF_HEADER, Caller
from mockserver.vendors.akinon.access import read_cookies as cookies_of
from mockserver.vendors.akinon.world import World

SET, LOGIN, LOGOUT = "setSegment", "loginUser", "logoutUser"
TOKEN = "getCsrfToken"  # noqa: S105 - an operationId

Sent = Mapping[str, str]
_ANY = "0" * 64
"""A token of the right form."""


def _header_filled_in(sent: Sent) -> Sent:
    """Act as if a missing header had what the cookie has."""
    cookie = cookies_of(sent.get("cookie", "")).get(CSRF_COOKIE, _ANY)
    return sent if CSRF_HEADER in sent else {**sent, CSRF_HEADER: cookie}


def _cookie_filled_in(sent: Sent) -> Sent:
    """Act as if a missing cookie had what the header has."""
    text = sent.get("cookie", "")
    if CSRF_COOKIE in cookies_of(text) or CSRF_HEADER not in sent:
        return sent
    return {**sent, "cookie": f"{text}; {CSRF_COOKIE}={sent[CSRF_HEADER]}"}


def _header_made_to_match(sent: Sent) -> Sent:
    """Act as if any header had what the cookie has."""
    cookie = cookies_of(sent.get("cookie", "")).get(CSRF_COOKIE)
    if cookie is None or CSRF_HEADER not in sent:
        return sent
    return {**sent, CSRF_HEADER: cookie}


def _both_filled_in(sent: Sent) -> Sent:
    """Act as if two parts of the proof that are missing were equal."""
    text = sent.get("cookie", "")
    if CSRF_COOKIE in cookies_of(text) or CSRF_HEADER in sent:
        return sent
    return {**sent, CSRF_HEADER: _ANY, "cookie": f"{text}; {CSRF_COOKIE}={_ANY}"}


def _header_of_another_name(sent: Sent) -> Sent:
    """Look for the token under the name that other frameworks give the header."""
    others = {name: value for name, value in sent.items() if name != CSRF_HEADER}
    return {**others, CSRF_HEADER: sent["x-csrf-token"]} if "x-csrf-token" in sent else others


def _reading(edit: Callable[[Sent], Sent], operation: str) -> Change:
    """Look at other headers than those that were sent."""

    def admit(true: Callable[[Any, Call], Admission], world: World, call: Call) -> Admission:
        return true(world, replace(call, sent=edit(call.sent)))

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        edited = edit(call.sent)
        cookie = cookies_of(edited.get("cookie", "")).get(CSRF_COOKIE)
        return operate(world, replace(call, sent=edited), replace(caller, csrf_cookie=cookie))

    return changes.together(changes.admitting(admit, operation), changes.around(run, operation))


def _header_optional(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["CSRFTokenHeader"]["required"] = False


def _proof_asked(true: Callable[[Any, Call], Admission], world: World, call: Call) -> Admission:
    admission = true(world, call)
    if CSRF_HEADER not in call.sent:
        raise Forbidden("CSRF token missing.", requirement="AKN-027", code="csrf")
    return admission


def _cookie_asked(true: Callable[[Any, Call], Admission], world: World, call: Call) -> Admission:
    admission = true(world, call)
    if CSRF_COOKIE not in cookies_of(call.sent.get("cookie", "")):
        raise Forbidden("CSRF cookie not set.", requirement="AKN-027", code="csrf")
    return admission


def _cookie_of_another(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return replace(run(world, call, caller), headers=[wire.csrf_cookie(world.csrf_token())])


ALL = (
    ("set", "Setting a segment", SET),
    ("login", "Signing in", LOGIN),
    ("logout", "Signing out", LOGOUT),
)

DEFECTS = (
    *(
        Defect(
            name=f"akinon.{name}-without-csrf-header",
            violates=("AKN-020",),
            summary=f"{what} works without the header X-CSRFToken.",
            kind="auth",
            operations=(operation,),
            change=_reading(_header_filled_in, operation),
            loosen=None if operation == LOGOUT else _header_optional,
            fault=206,
        )
        for name, what, operation in ALL
    ),
    *(
        Defect(
            name=f"akinon.{name}-without-csrf-cookie",
            violates=("AKN-021",),
            summary=f"{what} works without the cookie csrftoken.",
            kind="auth",
            operations=(operation,),
            change=_reading(_cookie_filled_in, operation),
            fault=206,
        )
        for name, what, operation in ALL
    ),
    *(
        Defect(
            name=f"akinon.{name}-without-any-csrf-proof",
            violates=("AKN-020", "AKN-021"),
            summary=f"{what} works when CSRF cookie and header are both missing.",
            kind="auth",
            operations=(operation,),
            change=_reading(_both_filled_in, operation),
            loosen=None if operation == LOGOUT else _header_optional,
            fault=206,
        )
        for name, what, operation in ALL
    ),
    *(
        Defect(
            name=f"akinon.{name}-with-any-csrf-token",
            violates=("AKN-022",),
            summary=f"{what} works with a CSRF token that does not belong to the cookie.",
            kind="auth",
            operations=(operation,),
            change=_reading(_header_made_to_match, operation),
            fault=206,
        )
        for name, what, operation in ALL
    ),
    *(
        Defect(
            name=f"akinon.{name}-reads-another-csrf-header",
            violates=("AKN-024",),
            summary=f"{what} looks for X-CSRF-Token: no spelling of X-CSRFToken is read.",
            kind="auth",
            operations=(operation,),
            change=_reading(_header_of_another_name, operation),
        )
        for name, what, operation in ALL
    ),
    *(
        Defect(
            name=f"akinon.{name}-needs-csrf-proof",
            violates=("AKN-027",),
            summary=f"{what} is refused without a CSRF token.",
            kind="auth",
            operations=(operation,),
            change=changes.admitting(_proof_asked, operation),
        )
        for name, what, operation in (
            ("list", "The list of segments", "listSegments"),
            ("current-user", "The current user", "getCurrentUser"),
        )
    ),
    *(
        Defect(
            name=f"akinon.{name}-needs-csrf-cookie",
            violates=("AKN-027",),
            summary=f"{what} is refused without the cookie csrftoken.",
            kind="auth",
            operations=(operation,),
            change=changes.admitting(_cookie_asked, operation),
        )
        for name, what, operation in (
            ("basket", "The basket", "getBasket"),
            ("csrf-token", "A CSRF token", TOKEN),
        )
    ),
    Defect(
        name="akinon.csrf-token-without-cookie",
        violates=("AKN-028",),
        summary="A CSRF token comes without its cookie.",
        kind="schema",
        operations=(TOKEN,),
        change=changes.without_reply_header("Set-Cookie", TOKEN),
    ),
    Defect(
        name="akinon.csrf-token-of-another-cookie",
        violates=("AKN-028",),
        summary="The CSRF token that is told and its cookie do not belong together.",
        kind="state",
        operations=(TOKEN,),
        change=changes.around(_cookie_of_another, TOKEN),
    ),
    Defect(
        name="akinon.csrf-token-under-another-name",
        violates=("AKN-028",),
        summary="The CSRF token is told as csrfToken.",
        kind="schema",
        operations=(TOKEN,),
        change=changes.body(lambda told: {"csrfToken": told["csrf_token"]}, TOKEN),
        fault=101,
    ),
    Defect(
        name="akinon.sign-out-form-not-read",
        violates=("AKN-032",),
        summary="The CSRF token in the form that signs out is not looked at.",
        kind="auth",
        operations=(LOGOUT,),
        change=changes.with_body(
            lambda sent: {name: value for name, value in sent.items() if name != CSRF_FIELD}, LOGOUT
        ),
    ),
)
