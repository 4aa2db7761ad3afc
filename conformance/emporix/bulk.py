"""Bulk requests: the seven operations, each with entries that can be done and one that cannot.

Sets up, sends and looks; what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from conformance.emporix import operations as op
from conformance.emporix import updates
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


MOST: Final = 5
"""So many entries that can be done are enough; a bulk of two ends before some mistakes show."""


@dataclass(frozen=True, slots=True)
class Doable:
    """An entry that can be done."""

    entry: Any
    look: Callable[[], Reply]
    """Look at what it is about."""
    segment: str = ""
    """The segment that it names, where it names one."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Entries of a bulk request: the second one cannot be done, all others can."""

    operation: str
    doable: tuple[Doable, ...]
    bad: Any
    is_done: Callable[[Reply], bool]
    """Tells by a look whether an entry was applied."""
    path: Mapping[str, str]
    codes: tuple[int, ...]
    """The codes that the bad entry may have; empty where it need not fail."""

    @property
    def entries(self) -> list[Any]:
        """The body of the request."""
        first, *others = [each.entry for each in self.doable]
        return [first, self.bad, *others]

    @property
    def positions(self) -> tuple[int, ...]:
        """Where in the body the entries stand that can be done."""
        return (0, *range(2, len(self.doable) + 1))


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
            # What says nothing at all makes no segment.
            if entry and not (named and journal.owns(named)):
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


def scene(case: Emporix, operation: str, *, at_least: int = 2, at_most: int = MOST) -> Scene:
    """Set the scene of a bulk operation. Raises Unmet when too few entries can be done."""
    if operation in SEGMENTS:
        return _of_segments(case, operation, at_most)
    if operation in (op.ASSIGN_CUSTOMERS_BULK, op.REMOVE_CUSTOMERS_BULK):
        return _of_customers(case, operation, at_least, at_most)
    return _of_items(case, operation, at_least, at_most)


def _of_segments(case: Emporix, operation: str, number: int) -> Scene:
    is_removal = operation == op.REMOVE_BULK
    doable = []
    for position in range(number):
        # A bulk PUT updates every other one, and makes the rest.
        is_there = is_removal or (operation == op.UPDATE_BULK and position % 2 == 0)
        segment = case.segment() if is_there else case.fresh_id()
        entry: Any = {**case.draft(status="ACTIVE"), "id": segment}
        if operation == op.UPDATE_BULK and is_there:
            entry = updates.versioned(entry, updates.stored_version(case, segment))
        look = partial(case.read, segment)
        doable.append(Doable(segment if is_removal else entry, look, segment))
    return Scene(
        operation,
        tuple(doable),
        case.fresh_id() if is_removal else without_site(case),
        lambda reply: reply.status == 404 if is_removal else reply.at("/status") == "ACTIVE",
        {},
        () if is_removal else (400,),
    )


def without_site(case: Emporix) -> dict[str, Any]:
    """Return a segment that lacks the required siteCode."""
    draft = {**case.draft(), "id": case.fresh_id()}
    del draft["siteCode"]
    return draft


def _of_customers(case: Emporix, operation: str, at_least: int, at_most: int) -> Scene:
    segment = case.segment()
    is_removal = operation == op.REMOVE_CUSTOMERS_BULK
    doable = []
    for entry in _people(case, at_least)[:at_most]:
        if is_removal:
            case.assign_customer(segment, **_spelled(entry))
        reading = op.READ_BUYER if "legalEntityId" in entry else op.READ_CUSTOMER
        path = {"segmentId": segment, **entry}
        doable.append(Doable(entry, partial(case.send, reading, by="read", path=path)))
    return Scene(
        operation,
        tuple(doable),
        # Whom an entry without customer assigns, nobody could say.
        {"customerId": case.fresh_id()} if is_removal else {},
        lambda reply: reply.status == (404 if is_removal else 200),
        {"segmentId": segment},
        () if is_removal else tuple(range(400, 500)),
    )


def _people(case: Emporix, at_least: int) -> list[dict[str, str]]:
    """Return how bulk entries name known customers, each for its legal entities. Raises Unmet."""
    known = case.session.config.known.get("customers", ())
    found = [{"customerId": str(each["id"])} for each in known if not each.get("legal_entities")]
    found += [
        {"customerId": str(each["id"]), "legalEntityId": str(entity)}
        for each in known
        for entity in each.get("legal_entities", ())
    ]
    if len(found) >= at_least:
        return found
    return [{"customerId": each} for each in customers(case, at_least)]


def _spelled(entry: Mapping[str, str]) -> dict[str, str]:
    return {"customer": entry["customerId"], "legal_entity": entry.get("legalEntityId", "")}


def _of_items(case: Emporix, operation: str, at_least: int, at_most: int) -> Scene:
    kind, ids = _things(case, at_least)
    segment = case.segment()
    is_removal = operation == op.REMOVE_ITEMS_BULK
    place = {"segmentId": segment, "type": kind}
    doable = []
    for item in ids[:at_most]:
        if is_removal:
            case.assign_item(segment, kind, item)
        look = partial(case.send, op.READ_ITEM, by="read", path={**place, "itemId": item})
        doable.append(Doable(item if is_removal else {"id": item}, look))
    return Scene(
        operation,
        tuple(doable),
        case.fresh_id() if is_removal else {},
        lambda reply: reply.status == (404 if is_removal else 200),
        place,
        () if is_removal else (400,),
    )


def _things(case: Emporix, at_least: int) -> tuple[str, list[str]]:
    """Return the type of which most things are known, and their ids. Raises Unmet."""
    known = case.session.config.known
    products = [
        str(each["id"]) for each in known.get("products", ()) if each.get("published") is not False
    ]
    categories = [str(each["id"]) for each in known.get("categories", ())]
    if max(len(products), len(categories)) < at_least:
        raise case.lacking(f"emporix.known.products (at least {at_least})")
    if len(products) >= min(len(categories), MOST):
        return "PRODUCT", products
    return "CATEGORY", categories


def many(case: Emporix, operation: str, number: int) -> list[Any]:
    """Return entries of which none makes a segment: incomplete, or of made-up ids."""
    if operation in (op.CREATE_BULK, op.UPDATE_BULK):
        return [{}] * number
    made_up = case.fresh_id()
    ids = [f"{made_up}{position}" for position in range(number)]
    if operation in (op.ASSIGN_CUSTOMERS_BULK, op.REMOVE_CUSTOMERS_BULK):
        return [{"customerId": each} for each in ids]
    return [{"id": each} for each in ids] if operation == op.ASSIGN_ITEMS_BULK else list(ids)


def spread(scene: Scene, entries: Sequence[Any]) -> tuple[list[Any], dict[int, Doable]]:
    """Put entries that can be done at the end, in the middle and at the start of others.

    Returns the body, and what stands at which position.
    """
    places = (len(entries) - 1, len(entries) // 2, 0)
    found = dict(zip(places, scene.doable, strict=False))
    body = [
        found[position].entry if position in found else entry
        for position, entry in enumerate(entries)
    ]
    return body, found


def is_taken(case: Emporix, operation: str, path: Mapping[str, str], entry: Any) -> bool:
    """Return whether a request with one such entry is answered entry by entry."""
    return case.send(operation, path=path, body=[entry], step="set up").status < 400
