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
from mockserver.vendors.akinon.world import World

SESSION_COOKIES = ("osessionid", "sessionid")
"""The names a session cookie can have; the first that was sent counts (AKN-014)."""

CSRF_COOKIE = "csrftoken"

_SIGNED_IN = frozenset({"listSegments", "setSegment", "getCurrentUser"})
_PROVEN = frozenset({"setSegment", "loginUser", "logoutUser"})


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
    """Return the caller of an operation. Raises Unauthenticated and Forbidden."""
    cookies = read_cookies(call.sent.get("cookie", ""))
    caller = _caller(world, call.operation, cookies)
    if call.operation in _SIGNED_IN:
        caller.signed_in()
    if call.operation in _PROVEN or (
        call.operation == "recalculateSegment"
        and caller.user is not None
        and world.choices["akinon.recalculate-csrf"] == "required"
    ):
        _check_csrf(caller.csrf_cookie, call.sent.get("x-csrftoken"), call.operation)
    return Admission(world, caller)


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
    key = next((cookies[name] for name in SESSION_COOKIES if name in cookies), None)
    session = None if key is None else world.sessions.find(key)
    user = None
    if key is None:
        unknown = "AKN-010"
    elif session is None:
        unknown = "AKN-011"
    elif world.sessions.expired(session):
        session, unknown = None, "AKN-017"
    else:
        user, unknown = world.user_of(session), "AKN-019"
    if operation == "getCurrentUser":
        unknown = "AKN-047"
    return Caller(session, user, csrf_cookie, unknown)


def _check_csrf(cookie: str | None, header: str | None, operation: str) -> None:
    """Compare the CSRF pair as Django does, with Django's reasons. Raises Forbidden."""
    source = "CSRF token from the 'X-Csrftoken' HTTP header"
    if cookie is None:
        raise _csrf_failed("CSRF cookie not set", "AKN-021", operation, "/header/Cookie")
    try:
        secret = csrf.secret_of(cookie)
    except csrf.BadToken as error:
        raise _csrf_failed(f"CSRF cookie {error}", "AKN-026", operation, "/header/Cookie") from None
    if header is None:
        raise _csrf_failed("CSRF token missing", "AKN-020", operation)
    try:
        proof = csrf.secret_of(header)
    except csrf.BadToken as error:
        raise _csrf_failed(f"{source} {error}", "AKN-026", operation) from None
    if proof != secret:
        raise _csrf_failed(f"{source} incorrect", "AKN-022", operation)


def _csrf_failed(
    reason: str, requirement: str, operation: str, pointer: str = "/header/X-CSRFToken"
) -> Forbidden:
    # Recalculation asks for the pair only because the user of the mock chose so.
    if operation == "recalculateSegment":
        requirement = "AKN-081"
    return Forbidden(f"{reason}.", requirement=requirement, pointer=pointer, code="csrf")
