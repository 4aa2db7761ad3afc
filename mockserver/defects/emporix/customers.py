"""Customers of segments that are shown, told apart or taken out in the wrong way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.assignments import (
    ASSIGN,
    ASSIGN_BULK,
    ASSIGN_BUYER,
    LIST,
    READ,
    READ_BUYER,
    REMOVE,
    REMOVE_BULK,
    SEARCH,
    Row,
    each_record,
    rewriting,
    stored,
    without_links,
    without_mixins,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Missing, Violation
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import records
from mockserver.vendors.emporix.model import CustomerAssignment
from mockserver.vendors.emporix.records import PLAIN


def _whichever(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Show any assignment of the customer when there is none without a legal entity."""
    try:
        return run(world, call, caller)
    except Missing:
        found = _all_of(world, call)
        if not found:
            raise
        return Reply(200, changes.plain(records.member(world, found[0], PLAIN)))


def _all_of(world: Any, call: Call) -> list[CustomerAssignment]:
    rows = world.members.having("segmentId", call.path["segmentId"])
    return [row for row in rows if row.customer_id == call.path["customerId"]]


def _all_removed(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    for row in _all_of(world, call):
        world.members.remove(row)
    return Reply(204)


def _written_to_whichever(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Update the assignments for legal entities instead of adding one for none."""
    reply = run(world, call, caller)
    for row in _all_of(world, call):
        if row.legal_entity_id is not None:
            world.members.replace(row, replace(row, version=row.version + 1))
    return reply


def _one_for_all(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Keep one assignment of a customer for a legal entity: the latest."""
    reply = run(world, call, caller)
    for row in _all_of(world, call):
        if row.legal_entity_id not in (None, call.path["legalEntityId"]):
            world.members.remove(row)
    return reply


def _one_is_enough(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take a customer that is assigned for another legal entity for assigned already."""
    others = [row for row in _all_of(world, call) if row.legal_entity_id is not None]
    if others and stored(world, call) is None:
        return Reply(204)
    return run(world, call, caller)


def _entity_needed(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    faults = {
        position: Violation("legalEntityId is required.", "/legalEntityId", "required")
        for position, entry in enumerate(call.body)
        if isinstance(entry, dict) and "legalEntityId" not in entry
    }
    return run(world, replace(call, faults={**call.faults, **faults}), caller)


def _without_entity(body: Any) -> Any:
    for entry in body:
        entry.pop("legalEntityId", None)
    return body


def _old_mixins(before: Row | None, after: Row) -> Row:
    return after if before is None else replace(after, mixins=before.mixins)


def _updates_refused(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Refuse the entries of what is assigned already."""
    faults = dict(call.faults)
    for position, entry in enumerate(call.body):
        if not isinstance(entry, dict):
            continue
        key = (call.path["segmentId"], entry.get("customerId"), entry.get("legalEntityId"))
        if world.members.get(key) is not None:
            faults[position] = Violation("The customer is assigned already.", "", "conflict")
    return run(world, replace(call, faults=faults), caller)


def _first_alone(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Say that all were removed, and remove the first."""
    reply = run(world, replace(call, body=call.body[:1]), caller)
    first = changes.plain(reply.body)
    rest = [
        {**first[0], "index": first[0]["index"] + position} for position in range(1, len(call.body))
    ]
    return replace(reply, body=[*first, *rest])


DEFECTS = (
    *(
        Defect(
            name=f"emporix.customer-without-{name.lower()}-{what}",
            violates=("EMX-276",),
            summary=f"{summary} without the customer's {name}.",
            kind="schema",
            operations=operations,
            change=each_record(
                lambda record, name=name: record.get("customer", {}).pop(name, None),  # type: ignore[misc]
                *operations,
            ),
        )
        for name, what, summary, operations in (
            ("email", "in-lists", "Lists show assignments", (LIST,)),
            ("lastName", "in-searches", "Searches show assignments", (SEARCH,)),
            ("firstName", "when-read", "A customer's assignment is read", (READ,)),
            ("email", "for-buyers", "An assignment for a legal entity is read", (READ_BUYER,)),
        )
    ),
    Defect(
        name="emporix.customer-is-an-id",
        violates=("EMX-276",),
        summary="Lists of customers show ids instead of customers.",
        kind="schema",
        operations=(LIST, SEARCH),
        change=each_record(
            lambda record: record.update(customer=record["customer"]["id"]), LIST, SEARCH
        ),
        fault=101,
    ),
    *(
        Defect(
            name=f"emporix.legal-entity-{name}",
            violates=("EMX-277",),
            summary=summary,
            kind="schema",
            operations=(operation,),
            change=each_record(edit, operation),
        )
        for name, summary, operation, edit in (
            (
                "unnamed-in-lists",
                "Lists of customers show legal entities without their names.",
                LIST,
                lambda record: record.get("legalEntity", {}).pop("name", None),
            ),
            (
                "missing-in-searches",
                "Searches for customers leave legal entities out.",
                SEARCH,
                lambda record: record.pop("legalEntity", None),
            ),
            (
                "unnamed-when-read",
                "An assignment for a legal entity is read without its name.",
                READ_BUYER,
                lambda record: record.get("legalEntity", {}).pop("name", None),
            ),
        )
    ),
    Defect(
        name="emporix.buyer-shown-without-legal-entity",
        violates=("EMX-278",),
        summary="The path without a legal entity shows an assignment that has one.",
        kind="state",
        operations=(READ,),
        change=changes.around(_whichever, READ),
    ),
    Defect(
        name="emporix.buyers-removed-with-customer",
        violates=("EMX-278",),
        summary="Taking a customer out ends its assignments for legal entities too.",
        kind="cascade",
        operations=(REMOVE,),
        change=changes.around(_all_removed, REMOVE),
    ),
    Defect(
        name="emporix.buyers-updated-with-customer",
        violates=("EMX-278",),
        summary="Assigning a customer updates its assignments for legal entities.",
        kind="state",
        operations=(ASSIGN,),
        change=changes.around(_written_to_whichever, ASSIGN),
    ),
    Defect(
        name="emporix.buyer-for-one-legal-entity",
        violates=("EMX-279",),
        summary="Assigning a customer for another legal entity ends the assignment before.",
        kind="state",
        operations=(ASSIGN_BUYER,),
        change=changes.around(_one_for_all, ASSIGN_BUYER),
    ),
    Defect(
        name="emporix.second-legal-entity-is-an-update",
        violates=("EMX-279",),
        summary="A customer that is assigned for a legal entity is not assigned for another.",
        kind="state",
        operations=(ASSIGN_BUYER,),
        change=changes.around(_one_is_enough, ASSIGN_BUYER),
    ),
    Defect(
        name="emporix.bulk-needs-legal-entity",
        violates=("EMX-280",),
        summary="A bulk entry without legalEntityId is refused.",
        kind="bulk",
        operations=(ASSIGN_BULK,),
        change=changes.around(_entity_needed, ASSIGN_BULK),
    ),
    Defect(
        name="emporix.bulk-removal-ignores-legal-entity",
        violates=("EMX-282", "EMX-290"),
        summary="A bulk DELETE takes a customer out for no legal entity, whatever it names.",
        kind="bulk",
        operations=(REMOVE_BULK,),
        change=changes.with_body(_without_entity, REMOVE_BULK),
    ),
    Defect(
        name="emporix.assignment-mixins-dropped",
        violates=("EMX-288",),
        summary="A customer is assigned without the mixins that were sent.",
        kind="state",
        operations=(ASSIGN,),
        change=changes.with_body(without_mixins, ASSIGN),
    ),
    Defect(
        name="emporix.assignment-mixin-links-dropped",
        violates=("EMX-288",),
        summary="A customer is assigned for a legal entity without the links of its mixins.",
        kind="state",
        operations=(ASSIGN_BUYER,),
        change=changes.with_body(without_links, ASSIGN_BUYER),
    ),
    Defect(
        name="emporix.bulk-assignment-mixins-dropped",
        violates=("EMX-288",),
        summary="A bulk PUT assigns customers without the mixins that were sent.",
        kind="bulk",
        operations=(ASSIGN_BULK,),
        change=changes.with_body(without_mixins, ASSIGN_BULK),
    ),
    Defect(
        name="emporix.assignment-mixins-never-change",
        violates=("EMX-288",),
        summary="An update of an assignment keeps the old mixins.",
        kind="state",
        operations=(ASSIGN, ASSIGN_BUYER),
        change=rewriting(_old_mixins, ASSIGN, ASSIGN_BUYER),
    ),
    Defect(
        name="emporix.assignment-mixins-not-listed",
        violates=("EMX-288",),
        summary="Lists of customers leave mixins out.",
        kind="projection",
        operations=(LIST,),
        change=each_record(lambda record: record.pop("mixins", None), LIST),
    ),
    Defect(
        name="emporix.bulk-never-updates-customers",
        violates=("EMX-289",),
        summary="A bulk PUT refuses customers that are assigned already.",
        kind="bulk",
        operations=(ASSIGN_BULK,),
        change=changes.around(_updates_refused, ASSIGN_BULK),
    ),
    Defect(
        name="emporix.bulk-removes-first-customer-alone",
        violates=("EMX-290",),
        summary="A bulk DELETE takes out the first customer and says that it took out all.",
        kind="bulk",
        operations=(REMOVE_BULK,),
        change=changes.around(_first_alone, REMOVE_BULK),
        fault=103,
    ),
)
