"""JSON both ways, cookies, and the table from refusals to statuses and bodies.

Bodies of refusals are those of Django REST framework. No rules here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate

from mockserver.kernel.call import Document, Reply
from mockserver.kernel.refusals import (
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    Missing,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnknownPath,
    UnsupportedMediaType,
    Violation,
)
from mockserver.kernel.room import Rules
from mockserver.vendors.akinon.model import Segment, Session, User
from mockserver.vendors.akinon.world import World

RULES = Rules(
    unknown_path="AKN-001",  # no slash is added to a path that lacks it either (AKN-009)
    method="AKN-002",
    media_type="AKN-003",
    too_large="AKN-004",
    path="AKN-008",
    parameters="AKN-008",
    body="AKN-038",
)

_CSRF_COOKIE_SECONDS = 31_449_600
"""Django's default age of the CSRF cookie: 52 weeks."""

_STATUS: Mapping[type[Refusal], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    Missing: 404,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    TooLarge: 413,
    UnsupportedMediaType: 415,
    Broken: 500,
}

_FIELD_TEXT: Mapping[str, str] = {
    "required": "This field is required.",
    "minLength": "This field may not be blank.",
    "format": "Enter a valid email address.",
    "type": "Not a valid string.",
}
"""Django REST framework's words for what a JSON Schema keyword found in a field."""

_BODY_TEXT: Mapping[str, str] = {
    "required": "No data provided.",
    "type": "Invalid data. Expected a dictionary.",
}
"""The same for what was found in the body as a whole."""

_UNPARSABLE = frozenset({"syntax", "json"})


def segment_summary(world: World, segment: Segment) -> Document:
    """Return a segment as the list shows it; the same document every time."""
    return _document(world, "summary", segment, _summary)


def segment_current(world: World, segment: Segment) -> Document:
    """Return a segment as setting it answers; the same document every time."""
    return _document(
        world,
        "current",
        segment,
        lambda each: {**_summary(each), "price_list": each.price_list},
    )


def current_user(user: User, segment: Segment | None) -> dict[str, object]:
    """Return a user with the segment that the user has (AKN-048, AKN-049, AKN-050)."""
    return {
        "pk": user.pk,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "segment": _shown(segment, "pk", "price_list", "stock_list", "currency"),
    }


def basket(segment: Segment | None) -> dict[str, object]:
    """Return an empty basket with the visitor's segment (AKN-100, AKN-101)."""
    return {
        "basket": {
            "basketitem_set": [],
            "total_quantity": 0,
            "total_amount": 0,
            "segment": _shown(segment, "pk", "price_list", "stock_list"),
        }
    }


def _shown(segment: Segment | None, *members: str) -> dict[str, object] | None:
    # A list that is null stands for the shop's default one (AKN-051).
    if segment is None:
        return None
    return {name: getattr(segment, name) for name in members}


def session_cookie(world: World, session: Session) -> tuple[str, str]:
    """Return the header that hands a session out, under the chosen name (AKN-015)."""
    name = world.choices["akinon.session-cookie"]
    seconds = world.sessions.seconds_left(session)
    expires = formatdate(session.expires_at / 1000, usegmt=True)
    lifetime = f"expires={expires}; Max-Age={seconds}"
    return ("Set-Cookie", f"{name}={session.key}; {lifetime}; HttpOnly; Path=/; SameSite=Lax")


def dropped_session_cookie(world: World) -> tuple[str, str]:
    """Return the header that takes a session cookie away."""
    name = world.choices["akinon.session-cookie"]
    expires = formatdate(0, usegmt=True)
    return ("Set-Cookie", f'{name}=""; expires={expires}; Max-Age=0; Path=/; SameSite=Lax')


def csrf_cookie(token: str) -> tuple[str, str]:
    """Return the header that hands a CSRF token out."""
    return (
        "Set-Cookie",
        f"csrftoken={token}; Max-Age={_CSRF_COOKIE_SECONDS}; Path=/; SameSite=Lax",
    )


def cite(operation: str, violation: Violation) -> str:
    """Return the requirement behind one violation of the contract, or "" for the general one."""
    of_body = not violation.pointer.startswith(("/path", "/query", "/header"))
    return "AKN-034" if operation == "logoutUser" and of_body else ""


def refuse(refusal: Refusal, choices: Mapping[str, str], _operation: str = "") -> Reply:
    """Return a refusal in the form of Django REST framework."""
    if isinstance(refusal, Invalid):
        return _refuse_invalid(refusal, choices)
    headers: list[tuple[str, str]] = []
    if isinstance(refusal, Unauthenticated):
        # RFC 9110 wants a challenge beside every 401.
        headers.append(("WWW-Authenticate", 'Session realm="api"'))
    if isinstance(refusal, MethodNotAllowed):
        headers.append(("Allow", ", ".join(refusal.allowed)))
    return Reply(_STATUS[type(refusal)], {"detail": _detail(refusal)}, headers)


def _detail(refusal: Refusal) -> str:
    match refusal:
        case Unauthenticated():
            return "Authentication credentials were not provided."
        case Forbidden(code="csrf"):
            return f"CSRF Failed: {refusal.message}"  # (AKN-023)
        case Forbidden():
            return "You do not have permission to perform this action."
        case Missing() | UnknownPath():
            return "Not found."
        case UnsupportedMediaType() if refusal.resource:
            return f'Unsupported media type "{refusal.resource}" in request.'
        case _:
            return refusal.message


def _refuse_invalid(refusal: Invalid, choices: Mapping[str, str]) -> Reply:
    violations = refusal.violations
    if choices["akinon.path-type"] == "404" and any(
        each.pointer.startswith("/path") for each in violations
    ):
        return Reply(404, {"detail": "Not found."})
    for each in violations:
        if each.code in _UNPARSABLE and not each.pointer:
            if each.message.endswith(" form"):
                return Reply(400, {"detail": f"Form parse error - {each.message}"})
            what = each.message.removeprefix("the body is not JSON: ")
            return Reply(400, {"detail": f"JSON parse error - {what}"})
    return Reply(400, _field_errors(violations))


def _field_errors(violations: Sequence[Violation]) -> dict[str, list[str]]:
    """Return each field, or non_field_errors, with its messages (AKN-006)."""
    errors: dict[str, list[str]] = {}
    for each in violations:
        steps = each.pointer.split("/")[1:]
        if steps[:1] in (["path"], ["query"], ["header"]):
            field = steps[-1]
            text = "A valid integer is required." if each.code == "type" else each.message
        elif steps:
            field, text = steps[0], _FIELD_TEXT.get(each.code, each.message)
        else:
            field, text = "non_field_errors", _BODY_TEXT.get(each.code, each.message)
        told = errors.setdefault(field, [])
        if text not in told:
            told.append(text)
    return errors


def _document(
    world: World, kind: str, segment: Segment, build: Callable[[Segment], dict[str, object]]
) -> Document:
    found = world.documents.get((kind, segment.pk))
    if found is None:
        found = world.documents[kind, segment.pk] = Document(build(segment))
    return found


def _summary(segment: Segment) -> dict[str, object]:
    return {"pk": segment.pk, "name": segment.name, "priority": segment.priority}
