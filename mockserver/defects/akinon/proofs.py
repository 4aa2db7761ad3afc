"""CSRF proof that something else stands for, or that only some have to give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.akinon import csrf, wire
from mockserver.vendors.akinon.access import CSRF_COOKIE, CSRF_FIELD, CSRF_HEADER, Caller
from mockserver.vendors.akinon.access import read_cookies as cookies_of
from mockserver.vendors.akinon.world import World

SET, LOGIN, LOGOUT = "setSegment", "loginUser", "logoutUser"
TOKEN, BASKET = "getCsrfToken", "getBasket"
ALL = (("set", "Setting", SET), ("login", "Signing in", LOGIN), ("logout", "Signing out", LOGOUT))

Sent = Mapping[str, str]
_ANY = "0" * csrf.TOKEN_LENGTH


def _exempt(spared: Callable[[Sent], bool], operation: str) -> Change:
    """Ask some requests for no proof: they are handled as if they had given one."""

    def proven(call: Call) -> Call:
        if not spared(call.sent):
            return call
        text = f"{call.sent.get('cookie', '')}; {CSRF_COOKIE}={_ANY}"
        return replace(call, sent={**call.sent, "cookie": text, CSRF_HEADER: _ANY})

    def admit(true: Callable[[Any, Call], Admission], world: World, call: Call) -> Admission:
        return true(world, proven(call))

    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        edited = proven(call)
        cookie = cookies_of(edited.sent.get("cookie", "")).get(CSRF_COOKIE)
        return operate(world, edited, replace(caller, csrf_cookie=cookie))

    return changes.together(changes.admitting(admit, operation), changes.around(run, operation))


def _both_empty(sent: Sent) -> bool:
    return sent.get(CSRF_HEADER) == "" == cookies_of(sent.get("cookie", "")).get(CSRF_COOKIE)


def _same_beginning(sent: Sent) -> bool:
    cookie = cookies_of(sent.get("cookie", "")).get(CSRF_COOKIE, "")
    try:
        one, other = csrf.secret_of(cookie), csrf.secret_of(sent.get(CSRF_HEADER, ""))
    except csrf.BadToken:
        return False
    return one[:16] == other[:16]


def _header_optional(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["CSRFTokenHeader"]["required"] = False


def _unfilled_form(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if call.has_body and isinstance(call.body, dict) and CSRF_FIELD not in call.body:
        world.log_out(caller.session)
        return Reply(204, None, [wire.dropped_session_cookie(world)])
    return run(world, call, caller)


def _cookieless_form(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    field = call.body.get(CSRF_FIELD) if call.has_body and isinstance(call.body, dict) else None
    if field and caller.csrf_cookie is None:
        caller = replace(caller, csrf_cookie=field)
    return run(world, call, caller)


def _asked_of(fits: Callable[[Caller], bool]) -> Change:
    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        if fits(caller) and CSRF_HEADER not in call.sent:
            raise Forbidden("CSRF token missing.", requirement="AKN-027", code="csrf")
        return operate(world, call, caller)

    return changes.around(run, BASKET)


def _in_session(
    edit: Callable[[World, Reply], Reply], *, signed_in: bool
) -> Callable[[Operation, World, Call, Caller], Reply]:
    def run(operate: Operation, world: World, call: Call, caller: Caller) -> Reply:
        reply = operate(world, call, caller)
        concerned = caller.session is not None and (caller.user is not None) == signed_in
        return edit(world, reply) if concerned else reply

    return run


def _refused(_: World, __: Reply) -> Reply:
    raise Unauthenticated("Guests are nobody.", requirement="AKN-028")


def _defect(
    name: str, violates: str | tuple[str, ...], summary: str, change: Any, *operations: str,
    **more: Any,
) -> Defect:  # fmt: skip
    rows = (violates,) if isinstance(violates, str) else violates
    more = {"kind": "auth", **more}
    return Defect(f"akinon.{name}", rows, summary, operations=operations, change=change, **more)


DEFECTS = (
    *(
        _defect(
            f"{name}-{how}", rows, f"{what} {summary}.", _exempt(spared, operation), operation,
            loosen=None if operation == LOGOUT else _header_optional, fault=206,
        )
        for name, what, operation in ALL
        for how, rows, summary, spared in (
            (
                "by-script-without-proof", "AKN-020",
                "works without a CSRF token for who says to be XMLHttpRequest",
                lambda sent: "x-requested-with" in sent,
            ),
            (
                "with-authorization-without-proof", "AKN-020",
                "works without a CSRF token beside a header Authorization",
                lambda sent: "authorization" in sent,
            ),
            (
                "from-nowhere-without-proof", "AKN-020",
                "works without a CSRF token where no Referer is sent",
                lambda sent: "referer" not in sent and "origin" not in sent,
            ),
            (
                "with-empty-csrf-pair", ("AKN-020", "AKN-021"),
                "works with an empty CSRF token and an empty cookie, which are equal",
                _both_empty,
            ),
            (
                "with-nearly-the-csrf-token", "AKN-022",
                "works with a CSRF token whose beginning is right",
                _same_beginning,
            ),
        )
    ),
    *(
        _defect(
            f"{name}-as-json-without-proof", "AKN-020",
            f"{what} works without a CSRF token where JSON is announced.",
            _exempt(lambda sent: "json" in sent.get("content-type", ""), operation), operation,
            loosen=None if operation == LOGOUT else _header_optional, fault=206,
        )
        for name, what, operation in ALL
        if operation != LOGIN
    ),
    _defect(
        "unfilled-form-signs-out",
        "AKN-020",
        "A form that signs out is taken when it has no field for the CSRF token.",
        changes.around(_unfilled_form, LOGOUT), LOGOUT,
        fault=206,
    ),
    _defect(
        "form-without-csrf-cookie",
        "AKN-021",
        "A form that signs out is taken without the cookie csrftoken.",
        changes.around(_cookieless_form, LOGOUT), LOGOUT,
        fault=206,
    ),
    _defect(
        "basket-of-guest-needs-csrf-proof",
        "AKN-027",
        "A guest's basket is refused without a CSRF token.",
        _asked_of(lambda caller: caller.session is not None and caller.user is None), BASKET,
    ),
    _defect(
        "basket-of-newcomer-needs-csrf-proof",
        "AKN-027",
        "A basket is refused without a CSRF token to who has no session.",
        _asked_of(lambda caller: caller.session is None), BASKET,
    ),
    _defect(
        "csrf-token-of-user-without-cookie",
        "AKN-028",
        "A user's CSRF token comes without its cookie.",
        changes.around(
            _in_session(lambda _, reply: replace(reply, headers=[]), signed_in=True), TOKEN
        ),
        TOKEN,
        kind="schema",
    ),
    _defect(
        "csrf-token-of-user-of-another-cookie",
        "AKN-028",
        "A user's CSRF token and its cookie do not belong together.",
        changes.around(
            _in_session(
                lambda world, reply: replace(
                    reply, headers=[wire.csrf_cookie(world.csrf_token())]
                ),
                signed_in=True,
            ),
            TOKEN,
        ),
        TOKEN,
        kind="state",
    ),
    _defect(
        "csrf-token-refused-to-guests",
        "AKN-028",
        "A guest is given no CSRF token.",
        changes.around(_in_session(_refused, signed_in=False), TOKEN), TOKEN,
    ),
)  # fmt: skip
