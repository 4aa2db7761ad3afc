"""Who calls: cookies and CSRF proof in, a caller or a refusal out. Changes no state.

The order is that of Django REST framework: first who it is (401), then the CSRF proof
(403), and only for operations that need the one or the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.kernel.call import Call
from mockserver.kernel.refusals import Forbidden, Unauthenticated
from mockserver.kernel.room import Admission
from mockserver.vendors.akinon import csrf
from mockserver.vendors.akinon.model import Session, User
from mockserver.vendors.akinon.origin import doubt
from mockserver.vendors.akinon.world import World

SESSION_COOKIES = ("osessionid", "sessionid")
"""The names a session cookie can have (AKN-012, AKN-013)."""

CSRF_COOKIE = "csrftoken"
CSRF_HEADER = "x-csrftoken"
"""In lower case: the web layer hands every header on so, however it was spelled (AKN-024)."""
CSRF_FIELD = "csrfmiddlewaretoken"
"""The form field that may stand for the header (AKN-032)."""

FORM = "application/x-www-form-urlencoded"

_SIGNED_IN = frozenset({"listSegments", "setSegment", "getCurrentUser"})
_PROVEN = frozenset({"setSegment", "loginUser"})
"""No GET needs the proof (AKN-027). Signing out does, and it may stand in the body: see
`check_form`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request."""

    session: Session | None
    """A session that lives, or `None`."""
    user: User | None
    """Who is signed in; `None` for guests and for visitors without a session."""
    csrf_cookie: str | None
    """The CSRF cookie as it was sent."""
    unknown: str = "AKN-010"
    """The requirement that refuses this caller where somebody must be signed in."""

    def signed_in(self) -> User:
        """Return the user. Raises Unauthenticated."""
        if self.user is None:
            raise Unauthenticated(
                "Nobody is signed in.", requirement=self.unknown, pointer="/header/Cookie"
            )
        return self.user


def admit(world: World, call: Call) -> Admission:
    """Return the caller of an operation. Raises Unauthenticated and Forbidden.

    The web layer asks this before it looks at parameters and body (AKN-007).
    """
    cookies = read_cookies(call.sent.get("cookie", ""))
    caller = _caller(world, call.operation, cookies)
    if call.operation in _SIGNED_IN:
        caller.signed_in()  # before any proof is asked for (AKN-031)
    needs_proof = call.operation in _PROVEN
    if call.operation == "recalculateSegment":
        if caller.session is None and world.choices["akinon.recalculate-session"] == "required":
            raise Unauthenticated(
                "There is no session.", requirement="AKN-075", pointer="/header/Cookie"
            )
        required = world.choices["akinon.recalculate-csrf"] == "required"
        needs_proof = required and caller.user is not None
    if needs_proof:
        _check_csrf(world, call, caller.csrf_cookie)
    return Admission(world, caller)


def check_form(world: World, call: Call, caller: Caller) -> None:
    """Compare the CSRF pair of an operation whose proof may be a form field. Raises Forbidden.

    As in Django, the header counts only when the field is missing or empty (AKN-033).
    """
    is_form = call.sent.get("content-type", "").lower().startswith(FORM)
    field = call.body.get(CSRF_FIELD) if is_form and call.has_body else None
    _check_csrf(world, call, caller.csrf_cookie, field or None)


def read_cookies(header: str) -> Mapping[str, str]:
    """Return the cookies of a Cookie header by name; of equal names the last counts."""
    cookies = {}
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            cookies[name.strip()] = value.strip().strip('"')
    return cookies


def _caller(world: World, operation: str, cookies: Mapping[str, str]) -> Caller:
    csrf_cookie = cookies.get(CSRF_COOKIE)
    chosen = world.choices["akinon.session-cookie"]
    session = user = None
    unknown = ""
    # A client may hold a dead or foreign cookie of the other name: the first that names
    # a living session counts (AKN-014), and if none does, the first tells why. Where nobody
    # need be signed in, a dead cookie is as good as none (AKN-084).
    for name in (chosen, *(each for each in SESSION_COOKIES if each != chosen)):
        if name not in cookies:
            continue
        found = world.sessions.find(cookies[name])
        if found is not None and not world.sessions.expired(found):
            session, user, unknown = found, world.user_of(found), "AKN-019"
            break
        unknown = unknown or ("AKN-011" if found is None else "AKN-017")
    if operation == "getCurrentUser":
        unknown = "AKN-047"
    return Caller(session, user, csrf_cookie, unknown or "AKN-010")


def _check_csrf(world: World, call: Call, cookie: str | None, field: str | None = None) -> None:
    """Judge a request as Django does, in its order and with its reasons. Raises Forbidden.

    So where it came from goes before the tokens (AKN-088).
    `field` is the proof in a form, which counts before the header.
    """
    found = doubt(call.sent, world.choices["akinon.referer"])
    if found is not None:
        raise _csrf_failed(found.reason, found.requirement, call.operation, found.pointer)
    if cookie is None:
        raise _csrf_failed("CSRF cookie not set", "AKN-021", call.operation, "/header/Cookie")
    try:
        secret = csrf.secret_of(cookie)
    except csrf.BadToken as error:
        told = f"CSRF cookie {error}"
        raise _csrf_failed(told, "AKN-026", call.operation, "/header/Cookie") from None
    proof, source, pointer = field, "POST", f"/{CSRF_FIELD}"
    if field is None:
        proof = call.sent.get(CSRF_HEADER)
        source, pointer = "the 'X-Csrftoken' HTTP header", "/header/X-CSRFToken"
    if proof is None:
        raise _csrf_failed("CSRF token missing", "AKN-020", call.operation, pointer)
    told = f"CSRF token from {source}"
    try:
        # Masks differ from token to token; the secrets tell (AKN-025).
        matches = csrf.secret_of(proof) == secret
    except csrf.BadToken as error:
        raise _csrf_failed(f"{told} {error}", "AKN-026", call.operation, pointer) from None
    if not matches:
        raise _csrf_failed(f"{told} incorrect", "AKN-022", call.operation, pointer)


def _csrf_failed(reason: str, requirement: str, operation: str, pointer: str) -> Forbidden:
    # Recalculation asks for the pair only because the user of the mock chose so.
    if operation == "recalculateSegment":
        requirement = "AKN-081"
    return Forbidden(f"{reason}.", requirement=requirement, pointer=pointer, code="csrf")
