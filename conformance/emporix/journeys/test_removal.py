"""Deleting segments: one by one and in bulk, with what is assigned to them and without."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import bulk, own, updates
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges

WAYS = ("single", "bulk")
KINDS = ("customer", "buyer", "item", "category")


@judges("EMX-160", smoke=True)
def test_a_deleted_segment_answers_204(emporix: Emporix) -> None:
    """Deleting a segment is answered with 204 and no body."""
    reply = _delete(emporix, "single", emporix.segment())
    emporix.judge("EMX-160", reply).status(204).bodiless()


@judges("EMX-161")
@pytest.mark.parametrize("way", WAYS)
def test_a_deleted_segment_is_gone(emporix: Emporix, way: str) -> None:
    """A deleted segment is neither read nor listed nor found any more."""
    segment = emporix.segment()
    emporix.need(_delete(emporix, way, segment), 204, 207, what="deleting a segment")
    _is_gone(emporix, "EMX-161", segment)
    listed = emporix.settle(
        lambda: emporix.send(op.LIST, by="read", query={"q": own.any_of(segment)}), _is_empty
    )
    emporix.judge("EMX-161", listed).status(200).same_set([], listed.each("/id"))
    found = emporix.settle(lambda: own.search(emporix, "read", segment), _is_empty)
    emporix.judge("EMX-161", found).status(200).same_set([], found.each("/id"))


@judges("EMX-162", "EMX-164")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_segment_with_assignments_stays(emporix: Emporix, kind: str, way: str) -> None:
    """Without forceDelete a segment that customers or items are assigned to is not deleted."""
    segment = emporix.segment()
    _assign(emporix, segment, kind)
    reply = _delete(emporix, way, segment)
    _is_refused(emporix, ("EMX-162", "EMX-164"), way, segment, reply)


@judges("EMX-162")
@pytest.mark.parametrize("way", WAYS)
def test_a_segment_with_assignments_stays_with_false(emporix: Emporix, way: str) -> None:
    """With forceDelete=false a segment that an item is assigned to is not deleted."""
    segment = emporix.segment()
    _assign(emporix, segment, "item")
    reply = _delete(emporix, way, segment, forceDelete=False)
    _is_refused(emporix, ("EMX-162",), way, segment, reply)


@judges("EMX-163")
@pytest.mark.parametrize("way", WAYS)
def test_a_forced_deletion_takes_the_assignments_along(emporix: Emporix, way: str) -> None:
    """With forceDelete=true a segment goes together with all that is assigned to it."""
    segment = emporix.segment()
    for kind in ("customer", "item"):
        _assign(emporix, segment, kind)
    _is_deleted(emporix, "EMX-163", way, _delete(emporix, way, segment, forceDelete=True))
    _is_gone(emporix, "EMX-163", segment)
    items = emporix.settle(lambda: own.items_of_all(emporix, "read", [segment]), _shows_nothing)
    emporix.judge("EMX-163", items).same_set([], items.each("/item/id"), "the items")
    # Where the id can be used again, nothing of the old segment comes back with it.
    again = emporix.create(emporix.draft(id=segment), step="set up")
    if again.status != 201:
        return
    for operation, pointer in ((op.LIST_CUSTOMERS, "/customer/id"), (op.LIST_ITEMS, "/item/id")):
        left = emporix.settle(
            lambda o=operation: emporix.send(o, by="read", path={"segmentId": segment}),  # type: ignore[misc]
            _shows_nothing,
        )
        emporix.judge("EMX-163", left).same_set([], left.each(pointer), "what is assigned")


@judges("EMX-165")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("force", [None, False, True])
def test_a_segment_without_assignments_is_deleted(
    emporix: Emporix, way: str, force: bool | None
) -> None:
    """A segment without assignments is deleted, whatever forceDelete says."""
    segment = emporix.segment()
    query = {} if force is None else {"forceDelete": force}
    _is_deleted(emporix, "EMX-165", way, _delete(emporix, way, segment, **query))
    _is_gone(emporix, "EMX-165", segment)


def _delete(case: Emporix, way: str, segment: str, **query: Any) -> Reply:
    if way == "bulk":
        return bulk.send(case, op.REMOVE_BULK, [segment], query=query)
    return case.send(op.REMOVE, path={"segmentId": segment}, query=query)


def _assign(case: Emporix, segment: str, kind: str) -> None:
    """Assign something to a segment and wait until it can be read. Raises Unmet."""
    path = {"segmentId": segment}
    if kind in ("item", "category"):
        category = case.known("categories", "id")[0] if kind == "category" else None
        item = ("CATEGORY", str(category["id"])) if category else own.any_item(case)
        path["type"], path["itemId"] = item
        case.assign_item(segment, path["type"], path["itemId"])
        look = op.READ_ITEM
    elif kind == "buyer":
        path["customerId"], path["legalEntityId"] = bulk.buyer(case)
        case.assign_customer(segment, path["customerId"], path["legalEntityId"])
        look = op.READ_BUYER
    else:
        (path["customerId"],) = bulk.customers(case, 1)
        case.assign_customer(segment, path["customerId"])
        look = op.READ_CUSTOMER
    seen = case.settle(
        lambda: case.send(look, by="read", path=path, step="set up"),
        lambda reply: reply.status == 200,
    )
    case.need(seen, 200, what="reading an assignment")


def _is_refused(
    case: Emporix, requirements: tuple[str, ...], way: str, segment: str, reply: Reply
) -> None:
    in_bulk = way == "bulk" and reply.status != 400
    # A bulk request is refused as a whole, or its entry is.
    code = reply.at("/0/code") if in_bulk else reply.status
    number = code if isinstance(code, int) else 0
    case.judge(requirements, reply).that(
        not 200 <= number < 300, "no success", f"code {code}", "the status"
    )
    judging = case.judge("EMX-162", reply)
    if in_bulk:
        judging.that(400 <= number < 500, "a refused entry (4xx)", code, "the entry", "/0/code")
    else:
        judging.status(400)
    read = case.read(segment)
    case.judge(requirements, read).status(200).value("/id", segment)


def _is_deleted(case: Emporix, requirement: str, way: str, reply: Reply) -> None:
    judging = updates.succeeded(case, requirement, reply)
    if way == "bulk":
        code = reply.at("/0/code")
        done = isinstance(code, int) and 200 <= code < 300
        judging.that(done, "a success (2xx)", code, "the entry", "/0/code")


def _is_gone(case: Emporix, requirement: str, segment: str) -> None:
    read = case.settle(lambda: case.read(segment), lambda reply: reply.status == 404)
    case.judge(requirement, read).status(404)


def _is_empty(reply: Reply) -> bool:
    return reply.status == 200 and not reply.entries()


def _shows_nothing(reply: Reply) -> bool:
    return not reply.entries()
