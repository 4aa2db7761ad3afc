"""JSON both ways, and the one table that turns refusals into statuses and bodies.

No rules: what may be said about a segment is decided in `world.py` and `criteria.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.call import Call, Document, Reply
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
from mockserver.vendors.openloyalty.access import LOGINS
from mockserver.vendors.openloyalty.accounts import Session, TooManyRequests
from mockserver.vendors.openloyalty.model import (
    Criterion,
    Draft,
    Member,
    Part,
    Resource,
    Segment,
)
from mockserver.vendors.openloyalty.query import EXPECTED, Slice
from mockserver.vendors.openloyalty.world import Record, World
from mockserver.vendors.openloyalty.writable import unwritable

RULES = Rules(
    unknown_path="OLO-001",
    method="OLO-002",
    media_type="OLO-003",
    too_large="OLO-004",
    path="OLO-006",
    parameters="OLO-005",
    body="OLO-007",
)

MOST_CRITERIA = 1000
"""In one segment, and as many parts. Ours: a recalculation must end."""

_MOST_TOLD = 100
"""Violations in one answer: half a million long texts would be half a million of them."""

STATUSES: Mapping[type[Refusal], int] = {
    TooManyRequests: 429,
    Unauthenticated: 401,
    Forbidden: 403,
    Missing: 404,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    UnsupportedMediaType: 415,
    TooLarge: 413,
    Invalid: 400,
    Conflict: 400,
    Broken: 500,
}
"""First match counts; subclasses stand before their parents."""


# Refusals


def refuse(refusal: Refusal, _choices: Mapping[str, str], _operation: str = "") -> Reply:
    """Shape a refusal as Open Loyalty does (OLO-008, OLO-010, OLO-011)."""
    status = next(code for kind, code in STATUSES.items() if isinstance(refusal, kind))
    violations: Sequence[Violation] = ()
    if isinstance(refusal, Invalid):
        violations = refusal.violations
        if any(each.pointer.startswith("/path") for each in violations):
            status = 404  # An address that cannot be one addresses nothing (OLO-006).
    elif status == 400:
        violations = (Violation(refusal.message, refusal.pointer, refusal.code),)
    # The code in the body is the HTTP status (OLO-012).
    body: dict[str, object] = {"code": status, "message": refusal.message}
    if status == 400:
        errors = [_error(each) for each in violations]
        body |= {"message": errors[0]["message"], "errors": errors}
    return Reply(status, body, _explaining_headers(refusal, status))


def _explaining_headers(refusal: Refusal, status: int) -> Sequence[tuple[str, str]]:
    if isinstance(refusal, MethodNotAllowed):
        return (("Allow", ", ".join(refusal.allowed)),)
    if status == 401:
        return (("WWW-Authenticate", "Bearer"),)
    return ()


def _error(violation: Violation) -> dict[str, object]:
    return {
        "message": _PLAINLY.get((violation.pointer, violation.code), violation.message),
        "parameters": dict(violation.parameters),
        "plural": None,
        "code": violation.code or "invalid",
        "path": property_path(violation.pointer),
    }


_PLAINLY: Mapping[tuple[str, str], str] = {
    ("/query/createdAt", "format"): EXPECTED["instant"],
    ("/segment/name", "pattern"): "This value should not be blank.",
}
"""Pointer and code of a violation -> what to say where the contract's own words do not help."""


def property_path(pointer: str) -> str:
    """Return a JSON pointer as a property path: `parts[0].criteria[1].type` (OLO-009)."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps and steps[0] in ("query", "header", "path"):
        first, *further = steps[1:] or steps
        return first + "".join(f"[{step}]" for step in further)
    if len(steps) > 1 and steps[0] == "segment":
        del steps[0]
    path = "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in steps)
    return path.removeprefix(".")


# Requirements behind what the contract refuses

_CITED: Sequence[tuple[re.Pattern[str], frozenset[str], str]] = tuple(
    (re.compile(pointer), frozenset(codes.split()), requirement)
    for pointer, codes, requirement in (
        (r"(/segment)?", "required type", "OLO-042"),
        (r"/segment/name", "required", "OLO-043"),
        (r"/segment/name", "pattern minLength", "OLO-044"),
        (r"/segment/.*/type", "enum", "OLO-049"),
        (r"/segment/.*/type", "required", "OLO-050"),
        (r"/segment/.*", "maxLength", "OLO-013"),
        (r"/query/_page", "minimum", "OLO-124"),
        (r"/query/_page", "maximum", "OLO-016"),
        (r"/query/_itemsOnPage", "minimum maximum", "OLO-126"),
        (r"/query/_orderBy/.*", "enum", "OLO-131"),
    )
)
"""Pointer and codes of a violation -> the requirement that says exactly this."""


def cite(operation: str, violation: Violation) -> str:
    """Return the requirement behind one violation of the contract, or "" for the general one."""
    if operation in LOGINS:
        return ""
    for pointer, codes, requirement in _CITED:
        if violation.code in codes and pointer.fullmatch(violation.pointer):
            return requirement
    return ""


# Requests


def read_draft(body: Mapping[str, Any], new_id: Callable[[], str]) -> Draft:
    """Read the envelope of POST and PUT. Raises Invalid."""
    form = body["segment"]
    parts = form.get("parts")
    if parts is not None and (
        len(parts) > MOST_CRITERIA
        or sum(len(part.get("criteria", ())) for part in parts) > MOST_CRITERIA
    ):
        raise Invalid(
            f"A segment can have {MOST_CRITERIA} parts and {MOST_CRITERIA} criteria.",
            requirement="OLO-014",
            pointer="/segment/parts",
            code="maxItems",
        )
    if found := list(islice(_unwritable(form), _MOST_TOLD)):
        first = found[0]
        raise Invalid(
            first.message,
            requirement="OLO-013" if first.code == "maxLength" else "OLO-014",
            pointer=first.pointer,
            code=first.code,
            violations=found,
        )
    return Draft(
        name=form["name"],
        description=form.get("description"),
        active=form.get("active"),
        parts=None if parts is None else tuple(read_part(part, new_id) for part in parts),
    )


def _unwritable(form: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield what is kept of a segment's form and could not be written as JSON again."""
    for name in ("name", "description"):
        yield from unwritable(form.get(name), f"/segment/{name}")
    for position, part in enumerate(form.get("parts", ())):
        pointer = f"/segment/parts/{position}"
        yield from unwritable(part.get("segmentPartId"), f"{pointer}/segmentPartId")
        for place, criterion in enumerate(part.get("criteria", ())):
            yield from unwritable(criterion, f"{pointer}/criteria/{place}")


def read_part(form: Mapping[str, Any], new_id: Callable[[], str]) -> Part:
    """Read a part; missing and empty ids are made up (OLO-047), others kept (OLO-048)."""
    return Part(
        form.get("segmentPartId") or new_id(),
        tuple(_criterion(criterion, new_id) for criterion in form.get("criteria", ())),
    )


def _criterion(form: Mapping[str, Any], new_id: Callable[[], str]) -> Criterion:
    own = {name: value for name, value in form.items() if name not in ("type", "criterionId")}
    return Criterion(form.get("criterionId") or new_id(), form["type"], own)


def credentials(call: Call) -> tuple[str, str]:
    """Return user name and password of a login."""
    return call.body["username"], call.body["password"]


def refresh_token(call: Call) -> str:
    """Return the refresh token that was sent."""
    sent: str = call.body["refresh_token"]
    return sent


# Answers


def detail(world: World, record: Record) -> Document:
    """Return a segment as its own operation shows it (OLO-055): averages as numbers (OLO-056)."""
    if record.detail is None:
        segment = record.segment
        figures = segment.figures
        shown = _shared(segment) | {
            "averageTransactionAmount": figures.average_transaction_amount,
            "averageTransactions": figures.average_transactions,
            "averageClv": figures.average_clv,
            "currency": world.currency,  # (OLO-060)
        }
        # The parts are shown unless a choice says otherwise (OLO-058).
        if world.choices["openloyalty.detail-parts"] == "include":
            shown["parts"] = [_part(part) for part in segment.parts]
        record.detail = Document(shown)
    return record.detail


def row(record: Record) -> Document:
    """Return a segment as the list shows it: the averages are strings here (OLO-057)."""
    if record.row is None:
        segment = record.segment
        figures = segment.figures
        record.row = Document(
            _shared(segment)
            | {
                "averageTransactionAmount": f"{figures.average_transaction_amount:.2f}",
                "averageTransactions": f"{figures.average_transactions:.2f}",
                "averageClv": f"{figures.average_clv:.2f}",
                "parts": [_part(part) for part in segment.parts],
            }
        )
    return record.row


def _shared(segment: Segment) -> dict[str, object]:
    shown: dict[str, object] = {
        "segmentId": segment.segment_id,
        "name": segment.name,
        "active": segment.active,
        "createdAt": instants.text(segment.created_at),
        "customersCount": segment.figures.customers_count,
    }
    if segment.description is not None:  # (OLO-053)
        shown["description"] = segment.description
    if segment.calculated_at is not None:
        shown["calculatedAt"] = instants.text(segment.calculated_at)
    return shown


def _part(part: Part) -> dict[str, object]:
    """Return a part, its criteria flat: ids, type and own fields side by side (OLO-059)."""
    return {
        "segmentPartId": part.segment_part_id,
        "criteria": [
            {"criterionId": criterion.criterion_id, **criterion.own, "type": criterion.type}
            for criterion in part.criteria
        ],
    }


def member(found: Member, calculated_at: int | None) -> dict[str, object]:
    """Return a member as the list of a segment's members shows it (OLO-107).

    `calculated_at` is that of the segment (OLO-108).
    """
    birth = found.birth_date
    shown = {
        "customerId": found.customer_id,
        "createdAt": instants.text(found.created_at),
        "firstName": found.first_name,
        "lastName": found.last_name,
        "phone": found.phone,
        "email": found.email,
        "birthDate": None if birth is None else f"{birth.isoformat()}T00:00:00.000Z",
        "gender": found.gender,
        "calculatedAt": None if calculated_at is None else instants.text(calculated_at),
    }
    return {name: value for name, value in shown.items() if value is not None}


def resource(found: Resource) -> dict[str, object]:
    """Return a reward, achievement or campaign that uses a segment (OLO-110)."""
    return {
        "id": found.resource_id,
        "name": found.name,
        "active": found.active,
        "additionalData": dict(found.additional_data),
    }


def page(items: Sequence[object], found: Slice[Any]) -> dict[str, object]:
    """Return one page of segments (OLO-120) or members (OLO-105): items and total."""
    # All in the list, and what matches the filters (OLO-121).
    total = {"all": found.all, "filtered": found.filtered, "estimated": found.estimated}
    return {"items": items, "total": total}


def resources_page(found: Slice[Resource]) -> dict[str, object]:
    """Return one page of associations, whose total has no `filtered` (OLO-111)."""
    total = {"all": found.all, "estimated": found.estimated}
    return {"items": [resource(each) for each in found.rows], "total": total}


def session(opened: Session) -> dict[str, str]:
    """Return what a login gives."""
    return {"token": opened.token, "refresh_token": opened.refresh_token}
