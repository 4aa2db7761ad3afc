"""Assignments of customers and items alike: what is said of them, locked, and taken out wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.model import CustomerAssignment, ItemAssignment

LIST = "GET-customer-segment-retrieve-customers"
SEARCH = "POST-customer-segment-search-customers"
READ = "GET-customer-segment-retrieve-customer-by-customerId"
READ_BUYER = "GET-customer-segment-retrieve-customer"
READ_ITEM = "GET-customer-segment-retrieve-item"
ASSIGN = "PUT-customer-segment-update-customer-by-customerId"
ASSIGN_BUYER = "PUT-customer-segment-update-customer"
ASSIGN_ITEM = "PUT-customer-segment-update-item"
REMOVE = "DELETE-customer-segment-remove-customer-by-customerId"
REMOVE_BUYER = "DELETE-customer-segment-remove-customer"
REMOVE_ITEM = "DELETE-customer-segment-remove-item"
ASSIGN_BULK = "PUT-customer-segment-update-customers-bulk"
REMOVE_BULK = "DELETE-customer-segment-remove-customers-bulk"
ASSIGN_ITEMS_BULK = "PUT-customer-segment-update-items-bulk"
REMOVE_ITEMS_BULK = "DELETE-customer-segment-remove-items-bulk"

READS = (READ, READ_BUYER, READ_ITEM)
ASSIGNS = (ASSIGN, ASSIGN_BUYER, ASSIGN_ITEM)
REMOVES = (REMOVE, REMOVE_BUYER, REMOVE_ITEM)

Row = CustomerAssignment | ItemAssignment


def without_mixins(body: Any) -> Any:
    """Leave the mixins out of an assignment that is written, or of each of a bulk."""
    for entry in body if isinstance(body, list) else [body]:
        if isinstance(entry, dict):
            entry.pop("mixins", None)
    return body


def without_links(body: Any) -> Any:
    """Leave the links of mixins out, as `without_mixins` does the mixins."""
    for entry in body if isinstance(body, list) else [body]:
        if isinstance(entry, dict) and isinstance(entry.get("metadata"), dict):
            entry["metadata"].pop("mixins", None)
    return body


def stored(world: Any, call: Call) -> Any:
    """Return the assignment that a path names, or `None`."""
    path = call.path
    if "itemId" in path:
        return world.items.get((path["segmentId"], path["type"], path["itemId"]))
    return world.members.get((path["segmentId"], path["customerId"], path.get("legalEntityId")))


def rewriting(edit: Callable[[Row | None, Row], Row], *operations: str) -> Change:
    """Edit what a PUT stored, knowing what was there before."""

    def edited(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
        before = stored(world, call)
        reply = run(world, call, caller)
        table = world.items if "itemId" in call.path else world.members
        after = stored(world, call)
        table.replace(after, edit(before, after))
        return reply

    return changes.around(edited, *operations)


def each_record(edit: Callable[[dict[str, Any]], object], *operations: str) -> Change:
    """Edit every record of an answer in place."""

    def edited(body: Any) -> Any:
        for record in body if isinstance(body, list) else [body]:
            edit(record)
        return body

    return changes.body(edited, *operations)


def unversioned(lower: bool) -> Callable[[Operation, Any, Call, Any], Reply]:
    """Let pass a version that is lower, or higher, than the stored one."""

    def run_without(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
        try:
            return run(world, call, caller)
        except Conflict:
            found, body = stored(world, call), changes.plain(call.body)
            if (body["metadata"]["version"] < found.version) is not lower:
                raise
            body["metadata"]["version"] = found.version
            return run(world, replace(call, body=body), caller)

    return run_without


def _kept_version(before: Row | None, after: Row) -> Row:
    return after if before is None else replace(after, version=before.version)


def _from_zero(before: Row | None, after: Row) -> Row:
    return replace(after, version=0) if before is None else after


def _twice(before: Row | None, after: Row) -> Row:
    return after if before is None else replace(after, version=before.version + 2)


def _nothing_found(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return run(world, call, caller)
    except Missing:
        return Reply(200, {})


def _nothing_removed(_run: Operation, _world: Any, _call: Call, _caller: Any) -> Reply:
    return Reply(204)


def in_entries(edit: Callable[[dict[str, Any]], object], *operations: str) -> Change:
    """Edit every entry of a bulk answer that tells a success, in place."""

    def edited(body: Any) -> Any:
        for entry in body:
            if entry["code"] < 300:
                edit(entry)
        return body

    return changes.body(edited, *operations)


def _all_created(entry: dict[str, Any]) -> None:
    entry |= {"code": 201, "status": "Created"}


def _no_content(entry: dict[str, Any]) -> None:
    if entry["code"] == 204:
        entry["status"] = "No Content"


def _code_200(entry: dict[str, Any]) -> None:
    entry["code"] = 200


KINDS = (
    ("customer", "a customer", READ, ASSIGN, REMOVE),
    ("buyer", "a customer for a legal entity", READ_BUYER, ASSIGN_BUYER, REMOVE_BUYER),
    ("item", "an item", READ_ITEM, ASSIGN_ITEM, REMOVE_ITEM),
)

DEFECTS = (
    *(
        defect
        for kind, what, read, assign, remove in KINDS
        for defect in (
            Defect(
                name=f"emporix.new-{kind}-assignment-answers-200",
                violates=("EMX-270",),
                summary=f"Assigning {what} is answered with 200.",
                kind="status",
                operations=(assign,),
                change=changes.status(200, assign, instead_of=201),
                fault=101,
            ),
            Defect(
                name=f"emporix.{kind}-version-ignored",
                violates=("EMX-272",),
                summary=f"An assignment of {what} may be updated with a stale version.",
                kind="locking",
                operations=(assign,),
                change=changes.around(unversioned(lower=True), assign),
            ),
            Defect(
                name=f"emporix.{kind}-version-may-be-ahead",
                violates=("EMX-272",),
                summary=f"An assignment of {what} may be updated with a version to come.",
                kind="locking",
                operations=(assign,),
                change=changes.around(unversioned(lower=False), assign),
            ),
            Defect(
                name=f"emporix.missing-{kind}-assignment-is-empty",
                violates=("EMX-274",),
                summary=f"Reading {what} that is not assigned is answered with 200 and nothing.",
                kind="status",
                operations=(read,),
                change=changes.around(_nothing_found, read),
            ),
            Defect(
                name=f"emporix.removed-{kind}-stays",
                violates=("EMX-275",),
                summary=f"Taking out {what} is answered with 204 and has no effect.",
                kind="state",
                operations=(remove,),
                change=changes.around(_nothing_removed, remove),
                fault=103,
            ),
        )
    ),
    Defect(
        name="emporix.new-assignment-names-itself",
        violates=("EMX-270",),
        summary="A new assignment is answered with 201 and its id.",
        kind="schema",
        operations=ASSIGNS,
        change=changes.after(
            lambda reply, call: (
                replace(reply, body={"id": call.path["segmentId"]})
                if reply.status == 201
                else reply
            ),
            *ASSIGNS,
        ),
    ),
    Defect(
        name="emporix.updated-assignment-answers-201",
        violates=("EMX-271",),
        summary="An update of an assignment is answered with 201.",
        kind="status",
        operations=ASSIGNS,
        change=changes.status(201, *ASSIGNS, instead_of=204),
    ),
    Defect(
        name="emporix.updated-item-answers-200",
        violates=("EMX-271",),
        summary="An update of an item's assignment is answered with 200.",
        kind="status",
        operations=(ASSIGN_ITEM,),
        change=changes.status(200, ASSIGN_ITEM, instead_of=204),
        fault=101,
    ),
    Defect(
        name="emporix.assignment-conflict-answers-400",
        violates=("EMX-272",),
        summary="A stale version of an assignment is answered with 400.",
        kind="status",
        operations=ASSIGNS,
        change=changes.refusing(
            lambda reply, _: replace(reply, status=400), *ASSIGNS, kind=Conflict
        ),
    ),
    Defect(
        name="emporix.assignment-keeps-version",
        violates=("EMX-273",),
        summary="Updates of an assignment leave its version as it is.",
        kind="locking",
        operations=ASSIGNS,
        change=rewriting(_kept_version, *ASSIGNS),
    ),
    Defect(
        name="emporix.assignment-begins-with-version-0",
        violates=("EMX-273",),
        summary="A new assignment has version 0.",
        kind="locking",
        operations=(ASSIGN_BUYER, ASSIGN_ITEM),
        change=rewriting(_from_zero, ASSIGN_BUYER, ASSIGN_ITEM),
    ),
    Defect(
        name="emporix.assignment-skips-versions",
        violates=("EMX-273",),
        summary="Every update of a customer's assignment adds two to its version.",
        kind="locking",
        operations=(ASSIGN,),
        change=rewriting(_twice, ASSIGN),
    ),
    Defect(
        name="emporix.removed-assignment-answers-200",
        violates=("EMX-275",),
        summary="Taking out what is assigned is answered with 200.",
        kind="status",
        operations=REMOVES,
        change=changes.status(200, *REMOVES),
    ),
    Defect(
        name="emporix.bulk-assigns-always-created",
        violates=("EMX-289",),
        summary="A bulk PUT says Created for what it updates.",
        kind="bulk",
        operations=(ASSIGN_BULK, ASSIGN_ITEMS_BULK),
        change=in_entries(_all_created, ASSIGN_BULK, ASSIGN_ITEMS_BULK),
    ),
    Defect(
        name="emporix.bulk-updates-say-no-content",
        violates=("EMX-289",),
        summary="A bulk PUT says No Content for what it updates.",
        kind="bulk",
        operations=(ASSIGN_ITEMS_BULK,),
        change=in_entries(_no_content, ASSIGN_ITEMS_BULK),
    ),
    Defect(
        name="emporix.bulk-removals-say-200",
        violates=("EMX-290",),
        summary="A bulk DELETE of assignments tells each success with code 200.",
        kind="bulk",
        operations=(REMOVE_BULK, REMOVE_ITEMS_BULK),
        change=in_entries(_code_200, REMOVE_BULK, REMOVE_ITEMS_BULK),
    ),
    Defect(
        name="emporix.bulk-removals-say-no-content",
        violates=("EMX-290",),
        summary="A bulk DELETE of assignments tells each success with the status No Content.",
        kind="bulk",
        operations=(REMOVE_BULK, REMOVE_ITEMS_BULK),
        change=in_entries(_no_content, REMOVE_BULK, REMOVE_ITEMS_BULK),
    ),
)
