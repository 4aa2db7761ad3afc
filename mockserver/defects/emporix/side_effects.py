"""Requests that do more than they say: refused ones with an effect, others that hit the wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix import drafts
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import MANAGE
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.world import World

_IT = "customer-segment"
CREATE = f"POST-{_IT}-create-segment"
UPDATE = f"PUT-{_IT}-update-segment"
PATCH = f"PATCH-{_IT}-update-segment"
REMOVE = f"DELETE-{_IT}-remove-segment"
CREATE_BULK = f"POST-{_IT}-create-segments-bulk"
UPDATE_BULK = f"PUT-{_IT}-update-segments-bulk"
REMOVE_BULK = f"DELETE-{_IT}-remove-segments-bulk"
ASSIGN = (
    f"PUT-{_IT}-update-customer-by-customerId",
    f"PUT-{_IT}-update-customer",
    f"PUT-{_IT}-update-item",
)
UNASSIGN_CUSTOMERS = f"DELETE-{_IT}-remove-customers-bulk"
ASSIGN_CUSTOMERS = f"PUT-{_IT}-update-customers-bulk"
ASSIGN_ITEMS = f"PUT-{_IT}-update-items-bulk"
ASSIGN_BUYER = f"PUT-{_IT}-update-customer"
MATCH = f"POST-{_IT}-check-match"


def _late(admit: Any, state: Platform, call: Call) -> Admission:
    """Let in whoever lacks the scope, marked by it; `_acting` refuses afterwards."""
    try:
        return admit(state, call)  # type: ignore[no-any-return]
    except Forbidden:
        bearer = call.sent.get("authorization", "").partition(" ")[2]
        grant = state.tokens.grants.get(bearer)
        if grant is None or grant.caller.tenant != call.path["tenant"]:
            raise
        return grant.admission


def _acting(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    if MANAGE not in caller.scopes:
        raise Forbidden("Too late.", requirement="EMX-008")
    return reply


def _overwriting(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Store what was refused for its id or its version, and refuse it all the same."""
    try:
        return run(world, call, caller)
    except Conflict:
        named = call.path.get("segmentId") or call.body["id"]
        stored = world.segment(named)
        world.replace_segment(stored, drafts.read_segment(call.body, world.languages[0]))
        raise


def _overwriting_assignment(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Conflict:
        body = {name: value for name, value in call.body.items() if name != "metadata"}
        run(world, replace(call, body=body), caller)
        raise


def _emptying(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Take the assignments out before it shows that the segment may not be deleted."""
    try:
        return run(world, call, caller)
    except Invalid:
        segment = call.path["segmentId"]
        for member in tuple(world.members.having("segmentId", segment)):
            world.members.remove(member)
        for item in tuple(world.items.having("segmentId", segment)):
            world.items.remove(item)
        raise


def _counting_operations(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    before = world.segment(call.path["segmentId"])
    reply = run(world, call, caller)
    after = world.segment(before.id)
    world.segments.replace(after, replace(after, version=before.version + len(call.body)))
    return reply


def _without_the_last(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Claim to have updated the last segment too, and leave it as it was."""
    last = call.body[-1] if isinstance(call.body[-1], dict) and len(call.body) > 2 else {}
    before = world.segments.get(last.get("id"))
    reply = run(world, call, caller)
    if before is not None and (after := world.segments.get(before.id)) is not None:
        world.segments.replace(after, before)
    return replace(reply, body=changes.plain(reply.body))


def _one_id_for_all(reply: Reply, call: Call) -> Reply:
    """Tell the first generated id for every entry that had none."""
    entries = changes.plain(reply.body)
    unnamed = [
        entry for entry, sent in zip(entries, call.body, strict=True)
        if isinstance(sent, dict) and "id" not in sent and "id" in entry
    ]  # fmt: skip
    for entry in unnamed:
        entry["id"] = unnamed[0]["id"]
    return replace(reply, body=entries)


def _small(call: Call) -> Call:
    named = call.body.get("id") if isinstance(call.body, dict) else None
    return replace(call, body={**call.body, "id": named.lower()}) if named else call


def _carrying(entries: Any) -> Any:
    """Read every entry with the legal entity of the one before it, where it names none."""
    entity: dict[str, Any] = {}
    found = []
    for entry in entries:
        if "legalEntityId" in entry:
            entity = {"legalEntityId": entry["legalEntityId"]}
        found.append({**entity, **entry})
    return found


def _of_the_first(entries: Any) -> Any:
    return [
        {**each, **({"mixins": entries[0].get("mixins", {})} if each else {})} for each in entries
    ]


def _for_every_entity(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Take a customer that is named without a legal entity out for all of them."""
    reply = run(world, call, caller)
    named = {each.get("customerId") for each in call.body if "legalEntityId" not in each}
    for row in tuple(world.members.having("segmentId", call.path["segmentId"])):
        if row.customer_id in named:
            world.members.remove(row)
    return reply


def _for_all_alike(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Update a customer's assignment for one legal entity together with the other ones."""
    reply = run(world, call, caller)
    key = (call.path["segmentId"], call.path["customerId"], call.path["legalEntityId"])
    mine = world.members.get(key)
    for row in tuple(world.members.having("segmentId", call.path["segmentId"])):
        if mine is not None and row is not mine and row.customer_id == mine.customer_id:
            world.members.replace(row, replace(row, mixins=mine.mixins, version=row.version + 1))
    return reply


def _all_must_be_active(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    given = [world.segments.get(each) for each in call.body["segmentIds"]]
    if any(each is not None and not world.is_active(each) for each in given):
        return Reply(200, [])
    return run(world, call, caller)


def _parent_of_a_language(operations: Any) -> Any:
    """Add a language by replacing the whole text."""
    found = []
    for each in operations:
        path, _, last = str(each.get("path")).rpartition("/")
        if each.get("op") == "add" and path in ("/name", "/description"):
            found.append({**each, "path": path, "value": {last: each.get("value")}})
        else:
            found.append(each)
    return found


DEFECTS = (
    *(
        Defect(
            name=f"emporix.writes-before-it-refuses-{what}",
            violates=("EMX-008",),
            summary="A request without the scope is carried out, and then answered with 403.",
            kind="scope",
            operations=(operation,),
            change=changes.together(
                changes.around(_acting, operation), changes.admitting(_late, operation)
            ),
            fault=206,
        )
        for what, operation in (
            ("create", CREATE),
            ("update", UPDATE),
            ("patch", PATCH),
            ("remove", REMOVE),
            ("create-bulk", CREATE_BULK),
            ("remove-bulk", REMOVE_BULK),
            ("assign", ASSIGN[0]),
            ("assign-item", ASSIGN[2]),
            ("unassign-bulk", UNASSIGN_CUSTOMERS),
        )
    ),
    Defect(
        name="emporix.taken-id-overwrites",
        violates=("EMX-135",),
        summary="A segment under an id that is taken is refused, and stored.",
        kind="state",
        operations=(CREATE,),
        change=changes.around(_overwriting, CREATE),
        fault=104,
    ),
    Defect(
        name="emporix.stale-put-overwrites",
        violates=("EMX-135",),
        summary="A PUT with another version is refused, and stored.",
        kind="locking",
        operations=(UPDATE,),
        change=changes.around(_overwriting, UPDATE),
    ),
    Defect(
        name="emporix.stale-assignment-overwrites",
        violates=("EMX-135",),
        summary="An assignment with another version is refused, and stored.",
        kind="locking",
        operations=ASSIGN,
        change=changes.around(_overwriting_assignment, *ASSIGN),
    ),
    Defect(
        name="emporix.kept-segment-loses-assignments",
        violates=("EMX-162",),
        summary="A segment that is not deleted without forceDelete loses its assignments.",
        kind="cascade",
        operations=(REMOVE,),
        change=changes.around(_emptying, REMOVE),
    ),
    Defect(
        name="emporix.version-per-patch-operation",
        violates=("EMX-129",),
        summary="A patch adds as much to the version as it has operations.",
        kind="locking",
        operations=(PATCH,),
        change=changes.around(_counting_operations, PATCH),
    ),
    Defect(
        name="emporix.bulk-put-forgets-the-last",
        violates=("EMX-184",),
        summary="A bulk PUT of three claims to have updated the last one, and has not.",
        kind="bulk",
        operations=(UPDATE_BULK,),
        change=changes.around(_without_the_last, UPDATE_BULK),
    ),
    Defect(
        name="emporix.bulk-ids-are-all-one",
        violates=("EMX-053", "EMX-179"),
        summary="All entries of a bulk without an id are told the id of the first one.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=changes.after(_one_id_for_all, CREATE_BULK),
    ),
    Defect(
        name="emporix.id-in-small-letters",
        violates=("EMX-052",),
        summary="An id in capitals is kept in small letters.",
        kind="state",
        operations=(CREATE,),
        change=changes.before(_small, CREATE),
    ),
    Defect(
        name="emporix.bulk-legal-entity-carried-over",
        violates=("EMX-280",),
        summary="A bulk entry without legalEntityId gets the one of the entry before it.",
        kind="bulk",
        operations=(ASSIGN_CUSTOMERS,),
        change=changes.with_body(_carrying, ASSIGN_CUSTOMERS),
    ),
    Defect(
        name="emporix.bulk-mixins-of-the-first",
        violates=("EMX-288", "EMX-305"),
        summary="Every assignment of a bulk gets the mixins of the first entry.",
        kind="bulk",
        operations=(ASSIGN_CUSTOMERS, ASSIGN_ITEMS),
        change=changes.with_body(_of_the_first, ASSIGN_CUSTOMERS, ASSIGN_ITEMS),
    ),
    Defect(
        name="emporix.bulk-removes-every-entity",
        violates=("EMX-282",),
        summary="A bulk DELETE without legalEntityId takes a customer out for all of them.",
        kind="bulk",
        operations=(UNASSIGN_CUSTOMERS,),
        change=changes.around(_for_every_entity, UNASSIGN_CUSTOMERS),
    ),
    Defect(
        name="emporix.entities-updated-together",
        violates=("EMX-279",),
        summary="An update for one legal entity changes the customer's other assignments too.",
        kind="state",
        operations=(ASSIGN_BUYER,),
        change=changes.around(_for_all_alike, ASSIGN_BUYER),
    ),
    Defect(
        name="emporix.one-inactive-segment-spoils-the-match",
        violates=("EMX-202",),
        summary="Nothing matches when one of the given segments is inactive.",
        kind="state",
        operations=(MATCH,),
        change=changes.around(_all_must_be_active, MATCH),
    ),
    Defect(
        name="emporix.added-language-replaces-the-text",
        violates=("EMX-146",),
        summary="A language that a patch adds to a text is the only one afterwards.",
        kind="state",
        operations=(PATCH,),
        change=changes.with_body(_parent_of_a_language, PATCH),
    ),
)
