"""Segments that are shown, found or kept back in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Missing, Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.access import SCOPES
from mockserver.vendors.emporix.world import missing

LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
PATCH = "PATCH-customer-segment-update-segment"
REMOVE = "DELETE-customer-segment-remove-segment"
SEARCH_CUSTOMERS = "POST-customer-segment-search-customers"
TREES = "GET-customer-segment-retrieve-category-trees"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS = "POST-customer-segment-search-items"
READ_ITEM = "GET-customer-segment-retrieve-item"

_OF_ENTITIES = {
    "segment-list": LIST,
    "segment-search": SEARCH,
    "segment": READ,
    "all-items": LIST_ALL_ITEMS,
    "item-list": LIST_ITEMS,
    "item-search": SEARCH_ITEMS,
    "tree": TREES,
}
"""What legalEntityId narrows -> the operation that shows it."""

Admit = Callable[[Any, Call], Admission]


def _as(media_type: str, *operations: str) -> Change:
    return changes.after(
        lambda reply, _: replace(reply, headers=[*reply.headers, ("Content-Type", media_type)]),
        *operations,
    )


def _answered(status: int, *operations: str) -> Change:
    """Answer with a status that the contract does not list."""
    return changes.after(
        lambda reply, _: replace(reply, status=status, body=changes.plain(reply.body)),
        *operations,
    )


def _keeping(which: Callable[[Any], bool], *operations: str) -> Change:
    """Leave entries out of a list."""
    return changes.body(lambda body: [entry for entry in body if which(entry)], *operations)


def _each_without(name: str, *operations: str) -> Change:
    """Leave a property out of what is shown."""

    def edited(body: Any) -> Any:
        if isinstance(body, list):
            return [edited(each) for each in body]
        return {each: value for each, value in body.items() if each != name}

    return changes.body(edited, *operations)


def _newest(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Read the segment that was made last, whichever is asked for."""
    if world.segments.get(call.path["segmentId"]) is None:
        return true(world, call, caller)
    newest = max(world.segments.rows, key=lambda segment: int(segment.number))
    return true(world, replace(call, path={**call.path, "segmentId": newest.id}), caller)


def _another_id(body: Any) -> Any:
    return {**body, "id": body["id"][:-1]}


def _empty(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return true(world, call, caller)
    except Missing:
        return Reply(200, {})


def _unknown_as(status: int) -> Change:
    return changes.refusing(lambda reply, _: replace(reply, status=status), READ, kind=Missing)


def _shared(state: Any) -> None:
    """Let every tenant have the segments of the first one."""
    first, *others = state.tenants.values()
    for tenant in others:
        tenant.world.segments = first.world.segments


def _of_any_tenant(admit: Admit, state: Any, call: Call) -> Admission:
    """Let the token of a tenant work on the path of another."""
    token = call.sent.get("authorization", "").removeprefix("Bearer ")
    try:
        return admit(state, call)
    except (Forbidden, Unauthenticated):
        grant = state.tokens.grants.get(token)
        tenant = state.tenants.get(call.path["tenant"])
        if grant is None or tenant is None or grant.caller.tenant == tenant.name:
            raise
        if SCOPES[call.operation].isdisjoint(grant.caller.scopes):
            raise
        return Admission(tenant.world, grant.caller)


def _without_q(body: Any) -> Any:
    return {name: value for name, value in body.items() if name != "q"}


def _first_clause(body: Any) -> Any:
    return {**body, "q": body["q"].partition(" ")[0]} if isinstance(body.get("q"), str) else body


def _nothing_for_entities(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take legalEntityId for a condition, whoever asks."""
    entity = call.query.get("legalEntityId")
    customer = world.customers.get(caller.customer)
    if not entity or customer is None or entity in customer.legal_entity_ids:
        return true(world, call, caller)
    if call.operation == READ:
        raise missing(call.path["segmentId"], requirement="")
    return Reply(200, [])


def _first_entity(call: Call) -> Call:
    """Take every legal entity for the same one."""
    if "legalEntityId" not in call.query:
        return call
    return replace(call, query={**call.query, "legalEntityId": "le-okafor-trading"})


DEFECTS = (
    Defect(
        name="emporix.member-search-answers-201",
        violates=("EMX-038",),
        summary="A search of members is answered with 201.",
        kind="status",
        operations=(SEARCH_CUSTOMERS,),
        change=_answered(201, SEARCH_CUSTOMERS),
    ),
    Defect(
        name="emporix.items-as-text",
        violates=("EMX-038",),
        summary="The items of a segment come as text/plain.",
        kind="schema",
        operations=(LIST_ITEMS,),
        change=_as("text/plain; charset=utf-8", LIST_ITEMS),
        fault=101,
    ),
    Defect(
        name="emporix.trees-in-another-media-type",
        violates=("EMX-038",),
        summary="The category tree comes as application/hal+json.",
        kind="schema",
        operations=(TREES,),
        change=_as("application/hal+json", TREES),
        fault=101,
    ),
    Defect(
        name="emporix.item-answers-203",
        violates=("EMX-038",),
        summary="A single item is answered with 203.",
        kind="status",
        operations=(READ_ITEM,),
        change=_answered(203, READ_ITEM),
    ),
    Defect(
        name="emporix.readers-see-active-segments",
        violates=("EMX-090",),
        summary="The list leaves inactive segments out, for readers too.",
        kind="filter",
        operations=(LIST,),
        change=_keeping(lambda entry: entry.get("status") == "ACTIVE", LIST),
    ),
    Defect(
        name="emporix.readers-see-the-main-site",
        violates=("EMX-090",),
        summary="The list shows the segments of the main site alone.",
        kind="filter",
        operations=(LIST,),
        change=_keeping(lambda entry: entry.get("siteCode") == "main", LIST),
    ),
    Defect(
        name="emporix.read-shows-the-newest",
        violates=("EMX-091",),
        summary="Whichever segment is read, the newest one is shown.",
        kind="state",
        operations=(READ,),
        change=changes.around(_newest, READ),
    ),
    Defect(
        name="emporix.read-cuts-the-id",
        violates=("EMX-091",),
        summary="A segment is shown with an id that lacks its last character.",
        kind="projection",
        operations=(READ,),
        change=changes.body(_another_id, READ),
    ),
    Defect(
        name="emporix.unknown-segment-is-empty",
        violates=("EMX-092",),
        summary="A segment that is not there is shown as an empty object.",
        kind="status",
        operations=(READ,),
        change=changes.around(_empty, READ),
        fault=101,
    ),
    Defect(
        name="emporix.unknown-segment-answered-400",
        violates=("EMX-092",),
        summary="A segment that is not there is answered with 400.",
        kind="status",
        operations=(READ,),
        change=_unknown_as(400),
    ),
    Defect(
        name="emporix.segment-without-site",
        violates=("EMX-093",),
        summary="A segment is read without its siteCode.",
        kind="schema",
        operations=(READ,),
        change=_each_without("siteCode", READ),
        fault=101,
    ),
    Defect(
        name="emporix.list-without-metadata",
        violates=("EMX-093",),
        summary="Segments are listed without their metadata.",
        kind="schema",
        operations=(LIST,),
        change=_each_without("metadata", LIST),
        fault=101,
    ),
    Defect(
        name="emporix.search-without-names",
        violates=("EMX-093",),
        summary="Segments are found without their names.",
        kind="schema",
        operations=(SEARCH,),
        change=_each_without("name", SEARCH),
        fault=101,
    ),
    Defect(
        name="emporix.tenants-share-segments",
        violates=("EMX-094",),
        summary="Every tenant has the same segments.",
        kind="isolation",
        operations=(READ, LIST, SEARCH),
        change=changes.opening(_shared),
        fault=206,
    ),
    Defect(
        name="emporix.tenant-of-readers-unchecked",
        violates=("EMX-094",),
        summary="A token of any tenant lists the segments of any other.",
        kind="isolation",
        operations=(LIST,),
        change=changes.admitting(_of_any_tenant, LIST),
        fault=206,
    ),
    Defect(
        name="emporix.tenant-of-searches-unchecked",
        violates=("EMX-094",),
        summary="A token of any tenant searches the segments of any other.",
        kind="isolation",
        operations=(SEARCH,),
        change=changes.admitting(_of_any_tenant, SEARCH),
        fault=206,
    ),
    Defect(
        name="emporix.tenant-of-managers-unchecked",
        violates=("EMX-094",),
        summary="A token of any tenant patches the segments of any other.",
        kind="isolation",
        operations=(PATCH,),
        change=changes.admitting(_of_any_tenant, PATCH),
        fault=206,
    ),
    Defect(
        name="emporix.tenant-of-removals-unchecked",
        violates=("EMX-094",),
        summary="A token of any tenant removes the segments of any other.",
        kind="isolation",
        operations=(REMOVE,),
        change=changes.admitting(_of_any_tenant, REMOVE),
        fault=206,
    ),
    Defect(
        name="emporix.search-ignores-q",
        violates=("EMX-095",),
        summary="The q in the body of a search has no effect.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.with_body(_without_q, SEARCH),
    ),
    Defect(
        name="emporix.search-reads-one-condition",
        violates=("EMX-095",),
        summary="Of the conditions in the q of a search the first alone counts.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.with_body(_first_clause, SEARCH),
    ),
    Defect(
        name="emporix.search-finds-active-segments",
        violates=("EMX-095",),
        summary="A search leaves inactive segments out, for readers too.",
        kind="filter",
        operations=(SEARCH,),
        change=_keeping(lambda entry: entry.get("status") == "ACTIVE", SEARCH),
    ),
    Defect(
        name="emporix.customer-id-ignored-by-list",
        violates=("EMX-097",),
        summary="customerId has no effect on the list.",
        kind="filter",
        operations=(LIST,),
        change=changes.without_query("customerId", LIST),
    ),
    Defect(
        name="emporix.customer-id-ignored-by-search",
        violates=("EMX-097",),
        summary="customerId has no effect on a search.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.without_query("customerId", SEARCH),
    ),
    *(
        Defect(
            name=f"emporix.legal-entity-ignored-by-{shown}",
            violates=("EMX-099",),
            summary=f"legalEntityId has no effect ({shown}).",
            kind="filter",
            operations=(operation,),
            change=changes.without_query("legalEntityId", operation),
        )
        for shown, operation in _OF_ENTITIES.items()
    ),
    Defect(
        name="emporix.legal-entity-of-consumers-counts",
        violates=("EMX-099",),
        summary="A customer without legal entities is shown nothing when it names one.",
        kind="filter",
        operations=(LIST, SEARCH, READ, LIST_ALL_ITEMS),
        change=changes.around(_nothing_for_entities, LIST, SEARCH, READ, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.legal-entity-always-the-first",
        violates=("EMX-099",),
        summary="A search takes every legalEntityId for the first one.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.before(_first_entity, SEARCH),
    ),
)
