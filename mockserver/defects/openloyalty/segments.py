"""Segments that are made, changed, shown and removed in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid, Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.wire import row
from mockserver.vendors.openloyalty.world import World

LIST = "segmentGetList"
CREATE = "segmentPost"
READ = "segmentGet"
CHANGE = "segmentPut"
REMOVE = "segmentDelete"
MEMBERS = "segmentGetMembers"
ACTIVATE = "segmentPostActivate"
DEACTIVATE = "segmentPostDeactivate"
ASSOCIATION = "_getSegmentAssociation"
EMPTY = {"items": [], "total": {"all": 0, "filtered": 0, "estimated": False}}


def _form(edit: Callable[[dict[str, Any]], Any], *operations: str) -> Change:
    """Edit the fields of a segment that were sent."""

    def edited(body: Any) -> Any:
        edit(body["segment"])
        return body

    return changes.with_body(edited, *operations)


def _without(name: str, *operations: str) -> Change:
    return changes.body(
        lambda body: {each: value for each, value in body.items() if each != name}, *operations
    )


def _missing_is(reply: Reply, *operations: str) -> Change:
    """Answer what is not there with something."""

    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        try:
            return operation(world, call, caller)
        except Missing:
            return reply

    return changes.around(run, *operations)


def _needs_parts(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    if not call.body["segment"].get("parts"):
        message = "This collection should contain 1 element or more."
        raise Invalid(message, requirement="", pointer="/segment/parts", code="minItems")
    return operation(world, call, caller)


def _made_anew(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = operation(world, call, caller)
    record = world.record(call.path["segment"])
    record.become(replace(record.segment, created_at=world.clock.now()))
    return reply


def _stale_row(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    record = world.record(call.path["segment"])
    old = changes.plain(row(record))
    reply = operation(world, call, caller)
    shown = row(record)
    shown.value, shown.data = (
        {**changes.plain(shown), "description": old.get("description", "")},
        None,
    )
    return reply


def _only_hidden(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    world.record(call.path["segment"])
    world.deactivate(call.path["segment"])
    return Reply(204)


def _still_listed(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    record = world.record(call.path["segment"])
    reply = operation(world, call, caller)
    world.records[f"removed {record.segment.segment_id}"] = record
    return reply


def _switch_without_effect(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    world.record(call.path["segment"])
    return Reply(204)


def _hours_off(body: Any) -> Any:
    at = instants.parse(body["createdAt"]) + 2 * instants.HOUR
    return {**body, "createdAt": instants.text(at)}


DEFECTS = (
    Defect(
        name="openloyalty.create-answers-201",
        violates=("OLO-040",),
        summary="A new segment is answered with 201.",
        kind="status",
        operations=(CREATE,),
        change=changes.status(201, CREATE),
    ),
    Defect(
        name="openloyalty.create-does-not-tell-the-id",
        violates=("OLO-040",),
        summary="A new segment is answered with its id under another name.",
        kind="schema",
        operations=(CREATE,),
        change=changes.body(lambda body: {"id": body["segmentId"]}, CREATE),
    ),
    Defect(
        name="openloyalty.description-lost",
        violates=("OLO-041",),
        summary="The description of a new segment is not kept.",
        kind="state",
        operations=(CREATE,),
        change=_form(lambda form: form.pop("description", None), CREATE),
    ),
    Defect(
        name="openloyalty.new-segments-are-inactive",
        violates=("OLO-041",),
        summary="A new segment is inactive, whatever was sent.",
        kind="state",
        operations=(CREATE,),
        change=_form(lambda form: form.update(active=False), CREATE),
    ),
    Defect(
        name="openloyalty.new-segments-are-active",
        violates=("OLO-041",),
        summary="A new segment is active, whatever was sent, and recalculated.",
        kind="state",
        operations=(CREATE,),
        change=_form(lambda form: form.update(active=True), CREATE),
    ),
    Defect(
        name="openloyalty.name-in-lower-case",
        violates=("OLO-041",),
        summary="The name of a new segment is kept in lower case.",
        kind="state",
        operations=(CREATE,),
        change=_form(lambda form: form.update(name=form["name"].lower()), CREATE),
    ),
    Defect(
        name="openloyalty.created-at-follows-changes",
        violates=("OLO-051",),
        summary="A change sets createdAt.",
        kind="time",
        operations=(CHANGE,),
        change=changes.around(_made_anew, CHANGE),
    ),
    Defect(
        name="openloyalty.created-at-in-another-time-zone",
        violates=("OLO-051",),
        summary="createdAt is local time, written as if it were UTC.",
        kind="time",
        operations=(READ,),
        change=changes.body(_hours_off, READ),
    ),
    Defect(
        name="openloyalty.parts-needed",
        violates=("OLO-052",),
        summary="A segment without parts is refused.",
        kind="validation",
        operations=(CREATE,),
        change=changes.around(_needs_parts, CREATE),
    ),
    *(
        Defect(
            name=f"openloyalty.detail-without-{name}",
            violates=("OLO-055",),
            summary=f"A segment does not show its {field}.",
            kind="schema",
            operations=(READ,),
            change=_without(field, READ),
        )
        for name, field in (
            ("currency", "currency"),
            ("customers-count", "customersCount"),
            ("average-clv", "averageClv"),
            ("average-transactions", "averageTransactions"),
            ("average-transaction-amount", "averageTransactionAmount"),
        )
    ),
    *(
        Defect(
            name=f"openloyalty.unknown-segment-{name}",
            violates=("OLO-061",),
            summary=f"{operation} answers a segment that does not exist with {reply.status}.",
            kind="status",
            operations=(operation,),
            change=_missing_is(reply, operation),
            fault=102,
        )
        for name, operation, reply in (
            ("is-empty", READ, Reply(200, {})),
            ("is-changed", CHANGE, Reply(200, {"segmentId": ""})),
            ("is-activated", ACTIVATE, Reply(204)),
            ("is-deactivated", DEACTIVATE, Reply(204)),
            (
                "has-no-uses",
                ASSOCIATION,
                Reply(200, {"items": [], "total": {"all": 0, "estimated": False}}),
            ),
        )
    ),
    Defect(
        name="openloyalty.unknown-segment-has-no-members",
        violates=("OLO-061", "OLO-076"),
        summary="The members of a segment that does not exist, or no longer, are an empty list.",
        kind="status",
        operations=(MEMBERS,),
        change=_missing_is(Reply(200, EMPTY), MEMBERS),
        fault=103,
    ),
    Defect(
        name="openloyalty.unknown-segment-is-a-bad-request",
        violates=("OLO-061", "OLO-076"),
        summary="A segment that does not exist is answered with 400.",
        kind="status",
        operations=(READ, CHANGE, MEMBERS),
        change=changes.refusing(
            lambda reply, refusal: replace(
                reply,
                status=400,
                body={"code": 400, "message": refusal.message, "errors": []},
            ),
            READ,
            CHANGE,
            MEMBERS,
            kind=Missing,
        ),
    ),
    Defect(
        name="openloyalty.change-answers-204",
        violates=("OLO-065",),
        summary="A change is answered with 204 and without the id.",
        kind="status",
        operations=(CHANGE,),
        change=changes.after(lambda _reply, _call: Reply(204), CHANGE),
    ),
    Defect(
        name="openloyalty.change-does-not-tell-the-id",
        violates=("OLO-065",),
        summary="A change is answered with an empty object.",
        kind="schema",
        operations=(CHANGE,),
        change=changes.body(lambda _: {}, CHANGE),
    ),
    Defect(
        name="openloyalty.changed-description-lost",
        violates=("OLO-071",),
        summary="A change leaves the description as it was.",
        kind="state",
        operations=(CHANGE,),
        change=_form(lambda form: form.pop("description", None), CHANGE),
    ),
    Defect(
        name="openloyalty.change-never-switches",
        violates=("OLO-071",),
        summary="A change leaves the active flag as it was.",
        kind="state",
        operations=(CHANGE,),
        change=_form(lambda form: form.pop("active", None), CHANGE),
    ),
    Defect(
        name="openloyalty.change-without-effect",
        violates=("OLO-071",),
        summary="A change is answered and forgotten.",
        kind="state",
        operations=(CHANGE,),
        change=changes.around(
            lambda _run, world, call, _caller: Reply(
                200, {"segmentId": world.record(call.path["segment"]).segment.segment_id}
            ),
            CHANGE,
        ),
    ),
    Defect(
        name="openloyalty.list-shows-old-descriptions",
        violates=("OLO-071",),
        summary="After a change the list shows the description from before.",
        kind="state",
        operations=(CHANGE, LIST),
        change=changes.around(_stale_row, CHANGE),
    ),
    Defect(
        name="openloyalty.remove-answers-200",
        violates=("OLO-075",),
        summary="A removal is answered with 200 and an empty object.",
        kind="status",
        operations=(REMOVE,),
        change=changes.after(lambda _reply, _call: Reply(200, {}), REMOVE),
    ),
    Defect(
        name="openloyalty.remove-only-deactivates",
        violates=("OLO-076",),
        summary="A removed segment is switched off and stays.",
        kind="state",
        operations=(REMOVE,),
        change=changes.around(_only_hidden, REMOVE),
        fault=103,
    ),
    Defect(
        name="openloyalty.removed-segments-stay-listed",
        violates=("OLO-076",),
        summary="A removed segment stays in the list.",
        kind="state",
        operations=(REMOVE, LIST),
        change=changes.around(_still_listed, REMOVE),
        fault=103,
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-answers-200",
            violates=(requirement,),
            summary=f"{operation} answers with 200 and an empty object, as in the older edition.",
            kind="status",
            operations=(operation,),
            change=changes.after(lambda _reply, _call: Reply(200, {}), operation),
        )
        for name, operation, requirement in (
            ("activate", ACTIVATE, "OLO-080"),
            ("deactivate", DEACTIVATE, "OLO-082"),
        )
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-without-effect",
            violates=(requirement,),
            summary=f"{operation} leaves the segment as it is.",
            kind="state",
            operations=(operation,),
            change=changes.around(_switch_without_effect, operation),
        )
        for name, operation, requirement in (
            ("activate", ACTIVATE, "OLO-081"),
            ("deactivate", DEACTIVATE, "OLO-083"),
        )
    ),
)
