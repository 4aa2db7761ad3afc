"""JSON of the segment service: bulk entries and refusals in the vendor's shape.

The table refusal -> status code lives here; records are in `records.py`. No rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.kernel.call import Reply
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
from mockserver.vendors.emporix.listing import page_message
from mockserver.vendors.emporix.model import Json

RULES = Rules(
    unknown_path="EMX-025",
    method="EMX-026",
    media_type="EMX-027",
    too_large="EMX-028",
    path="EMX-030",
    parameters="EMX-030",
    body="EMX-029",
)

FORBIDDEN = "The access to the requested resource has been forbidden by the server."
_PAGING = ("/query/pageSize", "/query/pageNumber")
_QUOTED = re.compile(r'(?:page\w+: )?"([^"…]*)')
"""The value that a message about a pattern begins with, whole or cut."""
_BAD_BODY = "Validation problem with request body."

_STATUS: dict[type[Refusal], tuple[int, str]] = {
    Invalid: (400, "Bad Request"),  # (EMX-021)
    Forbidden: (403, "Forbidden"),  # (EMX-006)
    Missing: (404, "Not Found"),  # (EMX-022)
    UnknownPath: (404, "Not Found"),
    MethodNotAllowed: (405, "Method Not Allowed"),
    Conflict: (409, "Conflict"),  # (EMX-023)
    TooLarge: (413, "Payload Too Large"),
    UnsupportedMediaType: (415, "Unsupported Media Type"),
    Broken: (500, "Internal Server Error"),
}


# ---- refusals ------------------------------------------------------------------------


def refuse(refusal: Refusal, choices: Mapping[str, str]) -> Reply:
    """Return a refusal as the segment service would say it."""
    if isinstance(refusal, Unauthenticated):
        return Reply(401, _fault(refusal.message, refusal.code or "oauth.v2.InvalidAccessToken"))
    if isinstance(refusal, Invalid):
        refusal = _reworded(refusal)
    code, status = next(_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS)
    if (  # (EMX-007)
        refusal.code == "steps.oauth.v2.InsufficientScope"
        and choices["emporix.missing-scope"] == "gateway"
    ):
        return Reply(code, _fault(refusal.message, refusal.code))
    body: dict[str, Any] = {"code": code, "status": status, "message": _message(refusal)}
    # (EMX-039)
    if refusal.resource and not isinstance(refusal, UnsupportedMediaType):
        body["resourceId"] = refusal.resource
    details = _details(refusal, choices["emporix.error-details"])
    if details:
        body["details"] = details
    headers: Sequence[tuple[str, str]] = ()
    if isinstance(refusal, MethodNotAllowed):
        headers = (("Allow", ", ".join(refusal.allowed)),)
    return Reply(code, body, headers)


def _reworded(refusal: Invalid) -> Invalid:
    """Say in words what the contract says about pages in a regular expression."""
    told = tuple(map(_without_pattern, refusal.violations))
    if told == refusal.violations:
        return refusal
    return Invalid(
        told[0].message,
        requirement=refusal.requirement,
        pointer=refusal.pointer,
        code=refusal.code,
        resource=refusal.resource,
        violations=told,
    )


def _without_pattern(violation: Violation) -> Violation:
    quoted = _QUOTED.match(violation.message)
    if violation.pointer not in _PAGING or violation.code != "pattern" or quoted is None:
        return violation
    name = violation.pointer.rpartition("/")[2]
    return replace(violation, message=page_message(name, quoted[1]))


def _fault(text: str, code: str) -> Json:
    """Return a body in the form of the gateway: every 401 (EMX-003)."""
    return {"fault": {"faultstring": text, "detail": {"errorcode": code}}}


def _message(refusal: Refusal) -> str:
    """Return the vendor's sentence where it has one; the mock's own goes to the details."""
    if isinstance(refusal, Forbidden):
        return FORBIDDEN
    if isinstance(refusal, Invalid) and refusal.code != "q":
        first = refusal.violations[0].pointer
        if first.split("/")[1:2] not in (["query"], ["header"], ["path"]):
            return _BAD_BODY
    return refusal.message


def _details(refusal: Refusal, shape: str) -> Json:
    """Return what is wrong in detail: an object, by choice a list, or nothing (EMX-024)."""
    if shape == "none" or not isinstance(refusal, (Invalid, Forbidden)):
        return None
    if isinstance(refusal, Invalid):
        found = refusal.violations
    else:
        found = (Violation(refusal.message, refusal.pointer, refusal.code),)
    rows = [
        {
            "field": one.pointer,
            "type": one.code or "invalid",
            "message": one.message,
            "moreInfo": "",
        }
        for one in found
    ]
    return rows if shape == "array" else rows[0]


# ---- bulk entries ---------------------------------------------------------------------


def entry_done(index: int, *, created: bool, segment_id: str | None = None) -> Json:
    """Return the entry of a bulk reply for what succeeded; only segments are named (EMX-183).

    Created is 201 (EMX-179), updated (EMX-180) and deleted (EMX-181) are 204 "OK". Every
    entry has index, code and status (EMX-193).
    """
    named = {} if segment_id is None else {"id": segment_id}
    code, status = (201, "Created") if created else (204, "OK")
    return {"index": index, **named, "code": code, "status": status}


def entry_refused(index: int, refusal: Refusal) -> Json:
    """Return the entry of a bulk reply for what was refused: a message and no id (EMX-182).

    An entry has no details, so the message says the vendor's sentence and what is wrong.
    """
    code, status = _STATUS[type(refusal)]
    message = _message(refusal)
    if message is not refusal.message:
        message = f"{message} {refusal.message}"
    return {"index": index, "code": code, "status": status, "message": message}
