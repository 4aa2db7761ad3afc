"""Bulk requests: the seven operations, each with entries that can be done and one that cannot.

Sets up, sends and looks; what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.emporix import operations as op
from conformance.emporix import own, updates
from conformance.emporix.case import Emporix, segment_removal
from conformance.exchange import Reply

SEGMENTS: Final = (op.CREATE_BULK, op.UPDATE_BULK, op.REMOVE_BULK)
ASSIGNMENTS: Final = (
    op.ASSIGN_CUSTOMERS_BULK,
    op.REMOVE_CUSTOMERS_BULK,
    op.ASSIGN_ITEMS_BULK,
    op.REMOVE_ITEMS_BULK,
)
ALL: Final = SEGMENTS + ASSIGNMENTS


@dataclass(frozen=True, slots=True)
class Scene:
    """Three entries of a bulk request: the first and the last can be done."""

    operation: str
    entries: tuple[Any, Any, Any]
    looks: tuple[Callable[[], Reply], Callable[[], Reply]]
    """Look at what the first and the last entry are about."""
    is_done: Callable[[Reply], bool]
    """Tells by a look whether the entry was applied."""
    path: Mapping[str, str]
    bad: tuple[int, ...]
    """The codes that the entry in the middle may have; empty where it need not fail."""
    ids: tuple[str, str] | None = None
    """The segments that the first and the last entry name, where they are segments."""


def send(
    case: Emporix,
    operation: str,
    entries: Sequence[Any],
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    step: str = "",
) -> Reply:
    """Send a bulk request; the segments that it may make are journalled, one by one."""
    journal = case.session.journal
    planned = {}
    if operation in (op.CREATE_BULK, op.UPDATE_BULK):
        for position, entry in enumerate(entries):
            named = entry.get("id", "") if isinstance(entry, dict) else ""
            if not (named and journal.owns(named)):
                planned[position] = case.plan("segment", named, segment_removal(), named)
    reply = case.send(operation, path=path, query=query or {}, body=list(entries), step=step)
    for position, creation in planned.items():
        code, told = reply.at(f"/{position}/code"), reply.at(f"/{position}/id")
        if isinstance(code, int) and 200 <= code < 300:
            journal.made(creation, told if isinstance(told, str) else "")
        elif 400 <= reply.status < 500 or not creation.id:
            journal.refused(creation)
        # What else was refused is removed all the same, in case it is there.
    return reply


def customers(case: Emporix, number: int) -> list[str]:
    """Return the ids of known customers, those without legal entities first. Raises Unmet."""
    known = case.known("customers", "id", at_least=number)
    found = sorted(known, key=lambda each: bool(each.get("legal_entities")))
    return [str(each["id"]) for each in found[:number]]


def buyer(case: Emporix) -> tuple[str, str]:
    """Return a known customer with one of its legal entities. Raises Unmet."""
    for each in case.known("customers", "id", "legal_entities"):
        if each["legal_entities"]:
            return str(each["id"]), str(each["legal_entities"][0])
    raise case.lacking("legal_entities to one of emporix.known.customers")


def scene(case: Emporix, operation: str) -> Scene:
    """Set the scene of a bulk operation. Raises Unmet."""
    if operation in SEGMENTS:
        return _of_segments(case, operation)
    if operation in (op.ASSIGN_CUSTOMERS_BULK, op.REMOVE_CUSTOMERS_BULK):
        return _of_customers(case, operation)
    return _of_items(case, operation)


def _of_segments(case: Emporix, operation: str) -> Scene:
    entries: tuple[Any, Any, Any]
    if operation == op.REMOVE_BULK:
        first, last = case.segment(), case.segment()
        entries = (first, case.fresh_id(), last)
    else:
        first, last = case.fresh_id(), case.fresh_id()
        drafts = [{**case.draft(status="ACTIVE"), "id": each} for each in (first, last)]
        if operation == op.UPDATE_BULK:
            first = case.segment()
            version = updates.stored_version(case, first)
            drafts[0] = updates.versioned({**drafts[0], "id": first}, version)
        entries = (drafts[0], without_site(case), drafts[1])
    is_removal = operation == op.REMOVE_BULK
    return Scene(
        operation,
        entries,
        (lambda: case.read(first), lambda: case.read(last)),
        lambda reply: reply.status == 404 if is_removal else reply.at("/status") == "ACTIVE",
        {},
        () if is_removal else (400,),
        (first, last),
    )


def without_site(case: Emporix) -> dict[str, Any]:
    """Return a segment that lacks the required siteCode."""
    draft = {**case.draft(), "id": case.fresh_id()}
    del draft["siteCode"]
    return draft


def _of_customers(case: Emporix, operation: str) -> Scene:
    first, last = customers(case, 2)
    segment = case.segment()
    # Whom an entry without customer assigns, nobody could say.
    entries: list[Any] = [{"customerId": first}, {}, {"customerId": last}]
    is_removal = operation == op.REMOVE_CUSTOMERS_BULK
    if is_removal:
        entries[1] = {"customerId": case.fresh_id()}
        for each in (first, last):
            case.assign_customer(segment, each)

    def look(customer: str) -> Callable[[], Reply]:
        path = {"segmentId": segment, "customerId": customer}
        return lambda: case.send(op.READ_CUSTOMER, by="read", path=path)

    return Scene(
        operation,
        (entries[0], entries[1], entries[2]),
        (look(first), look(last)),
        lambda reply: reply.status == (404 if is_removal else 200),
        {"segmentId": segment},
        () if is_removal else tuple(range(400, 500)),
    )


def _of_items(case: Emporix, operation: str) -> Scene:
    (kind, first), (_, last) = own.items(case, 2)
    segment = case.segment()
    is_removal = operation == op.REMOVE_ITEMS_BULK
    entries: list[Any] = [{"id": first}, {}, {"id": last}]
    if is_removal:
        entries = [first, case.fresh_id(), last]
        for each in (first, last):
            case.assign_item(segment, kind, each)
    place = {"segmentId": segment, "type": kind}

    def look(item: str) -> Callable[[], Reply]:
        path = {**place, "itemId": item}
        return lambda: case.send(op.READ_ITEM, by="read", path=path)

    return Scene(
        operation,
        (entries[0], entries[1], entries[2]),
        (look(first), look(last)),
        lambda reply: reply.status == (404 if is_removal else 200),
        place,
        () if is_removal else (400,),
    )


def many(case: Emporix, operation: str, number: int) -> list[Any]:
    """Return entries of which none makes a segment: incomplete, or of made-up ids."""
    if operation in (op.CREATE_BULK, op.UPDATE_BULK):
        return [{}] * number
    made_up = case.fresh_id()
    ids = [f"{made_up}{position}" for position in range(number)]
    if operation in (op.ASSIGN_CUSTOMERS_BULK, op.REMOVE_CUSTOMERS_BULK):
        return [{"customerId": each} for each in ids]
    return [{"id": each} for each in ids] if operation == op.ASSIGN_ITEMS_BULK else list(ids)


def is_taken(case: Emporix, operation: str, path: Mapping[str, str], entry: Any) -> bool:
    """Return whether a request with one such entry is answered entry by entry."""
    return case.send(operation, path=path, body=[entry], step="set up").status < 400
