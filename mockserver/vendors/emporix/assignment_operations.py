"""The operations on assignments: customers and items of segments, and category trees.

They read the call, ask the world, and shape the reply; rules live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import assignments, bulk, drafts, trees, visibility, wire
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.fields import item_field, member_field
from mockserver.vendors.emporix.languages import speech
from mockserver.vendors.emporix.listing import listing, page
from mockserver.vendors.emporix.matching import Candidates, narrow
from mockserver.vendors.emporix.model import (
    CustomerAssignment,
    ItemAssignment,
    ItemType,
    Json,
    Segment,
)
from mockserver.vendors.emporix.query import Clause, parse
from mockserver.vendors.emporix.replies import listed, named, read_query, view
from mockserver.vendors.emporix.world import World, missing

# ---- customers of a segment -----------------------------------------------------------


def retrieve_customers(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/customers."""
    clauses = _clauses(world, call.query.get("q"), "/query/q")
    segment_id = call.path["segmentId"]
    members: list[CustomerAssignment] | None = None
    if assignments.parent_exists(world, segment_id) and not caller.reads_all:
        visibility.visible_segment(world, caller, segment_id)
        members = visibility.own_members(world, caller, segment_id)
    return _members(world, call, clauses, members)


def search_customers(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/{segmentId}/customers/search."""
    clauses = _clauses(world, read_query(call), "/q")
    assignments.parent_exists(world, call.path["segmentId"])
    return _members(world, call, clauses, None)


def _members(
    world: World,
    call: Call,
    clauses: tuple[Clause, ...],
    members: list[CustomerAssignment] | None,
) -> Reply:
    wanted = listing(call, world.choices)
    shown = view(world, call)
    rows = world.members.having("segmentId", call.path["segmentId"])
    candidates = Candidates(rows if members is None else members)
    found = page(candidates, clauses, partial(member_field, world), wanted)
    return listed([wire.member(world, row, shown) for row in found.rows], found.total)


def retrieve_customer(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}."""
    segment_id, customer_id, entity_id = _member_key(call)
    assignments.parent_exists(world, segment_id)
    found = world.members.get((segment_id, customer_id, entity_id))
    if found is None:
        raise missing(customer_id, requirement="EMX-274")
    return Reply(200, wire.member(world, found, view(world, call)))


def put_customer(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}."""
    segment_id, customer_id, entity_id = _member_key(call)
    drafts.read_id(customer_id, "/path/customerId")
    if entity_id is not None:
        drafts.read_id(entity_id, "/path/legalEntityId")
    draft, version = drafts.read_assignment(call.body), drafts.read_version(call.body)
    created = assignments.put_member(
        world, segment_id, customer_id, entity_id, draft, version, within="/path"
    )
    return Reply(201 if created else 204)


def delete_customer(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}."""
    assignments.delete_member(world, *_member_key(call))
    return Reply(204)


def put_customers(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/customers/bulk."""
    segment_id = call.path["segmentId"]
    assignments.parent_exists(world, segment_id)

    def put(entry: Json) -> tuple[bool, str | None]:
        draft = drafts.read_assignment(entry)
        customer_id, entity_id = _member_entry(entry)
        version = drafts.read_version(entry)
        created = assignments.put_member(world, segment_id, customer_id, entity_id, draft, version)
        return created, None

    return bulk.run(world, call, put, _member_identity)


def delete_customers(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}/customers/bulk."""
    segment_id = call.path["segmentId"]

    def delete(entry: Json) -> tuple[bool, str | None]:
        assignments.delete_member(world, segment_id, *_member_entry(entry))
        return False, None

    return bulk.run(world, call, delete, _member_identity)


def _member_key(call: Call) -> tuple[str, str, str | None]:
    return call.path["segmentId"], call.path["customerId"], call.path.get("legalEntityId")


def _member_entry(entry: Json) -> tuple[str, str | None]:
    customer_id = drafts.read_id(entry.get("customerId", ""), "/customerId", "EMX-281")
    entity_id = entry.get("legalEntityId")
    if entity_id is not None:
        drafts.read_id(entity_id, "/legalEntityId")
    return customer_id, entity_id


def _member_identity(entry: Json) -> tuple[str | None, str | None]:
    return entry.get("customerId"), entry.get("legalEntityId")


# ---- items of segments ----------------------------------------------------------------


def retrieve_all_items(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/items."""
    clauses = _clauses(world, call.query.get("q"), "/query/q")
    site = named(call, "siteCode")
    only_active = call.query.get("onlyActive") is True
    candidates: Candidates[ItemAssignment]
    also: Callable[[ItemAssignment], bool] | None = None
    if caller.reads_all:
        candidates, clauses = narrow(world.items, clauses)
        if site is not None or only_active:
            also = partial(_counts, world, site=site, only_active=only_active)
    else:
        own = visibility.own_segments(world, caller, named(call, "legalEntityId"))
        candidates = Candidates(
            *(world.items.having("segmentId", one.id) for one in _of_site(own, site))
        )
    return _items(world, call, clauses, candidates, also)


def _counts(world: World, item: ItemAssignment, *, site: str | None, only_active: bool) -> bool:
    segment = world.segment(item.segment_id)
    return (site is None or segment.site_code == site) and (
        not only_active or world.is_active(segment)
    )


def _of_site(segments: list[Segment], site: str | None) -> list[Segment]:
    return [segment for segment in segments if site is None or segment.site_code == site]


def retrieve_items(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/items."""
    return _items_of_one(world, call, caller, _clauses(world, call.query.get("q"), "/query/q"))


def search_items(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/{segmentId}/items/search."""
    return _items_of_one(world, call, caller, _clauses(world, read_query(call), "/q"))


def _items_of_one(world: World, call: Call, caller: Caller, clauses: tuple[Clause, ...]) -> Reply:
    segment_id = call.path["segmentId"]
    if assignments.parent_exists(world, segment_id):
        visibility.visible_segment(world, caller, segment_id, named(call, "legalEntityId"))
    return _items(world, call, clauses, Candidates(world.items.having("segmentId", segment_id)))


def _items(
    world: World,
    call: Call,
    clauses: tuple[Clause, ...],
    candidates: Candidates[ItemAssignment],
    also: Callable[[ItemAssignment], bool] | None = None,
) -> Reply:
    wanted = listing(call, world.choices)
    shown = view(world, call)
    found = page(candidates, clauses, partial(item_field, world), wanted, also)
    return listed([wire.item(world, row, shown) for row in found.rows], found.total)


def retrieve_item(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/items/{type}/{itemId}."""
    item_type = _item_type(call)
    segment_id, item_id = call.path["segmentId"], call.path["itemId"]
    if assignments.parent_exists(world, segment_id):
        visibility.visible_segment(world, caller, segment_id, named(call, "legalEntityId"))
    found = world.items.get((segment_id, item_type, item_id))
    if found is None:
        raise missing(item_id, requirement="EMX-274")
    return Reply(200, wire.item(world, found, view(world, call)))


def put_item(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/items/{type}/{itemId}."""
    item_type = _item_type(call)
    item_id = drafts.read_id(call.path["itemId"], "/path/itemId")
    draft, version = drafts.read_assignment(call.body), drafts.read_version(call.body)
    created = assignments.put_item(
        world,
        call.path["segmentId"],
        item_type,
        item_id,
        draft,
        version,
        pointer="/path/itemId",
    )
    return Reply(201 if created else 204)


def delete_item(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}/items/{type}/{itemId}."""
    assignments.delete_item(world, call.path["segmentId"], _item_type(call), call.path["itemId"])
    return Reply(204)


def put_items(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/items/{type}/bulk."""
    item_type, segment_id = _item_type(call), call.path["segmentId"]
    assignments.parent_exists(world, segment_id)

    def put(entry: Json) -> tuple[bool, str | None]:
        draft = drafts.read_assignment(entry)
        item_id = drafts.read_id(entry.get("id", ""), "/id", "EMX-299")
        version = drafts.read_version(entry)
        return assignments.put_item(world, segment_id, item_type, item_id, draft, version), None

    return bulk.run(world, call, put, lambda entry: entry.get("id"))


def delete_items(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}/items/{type}/bulk."""
    item_type, segment_id = _item_type(call), call.path["segmentId"]

    def delete(entry: Json) -> tuple[bool, str | None]:
        assignments.delete_item(world, segment_id, item_type, drafts.read_id(entry, ""))
        return False, None

    return bulk.run(world, call, delete, lambda entry: entry)


def _item_type(call: Call) -> ItemType:
    named = call.path["type"]
    if named == "PRODUCT":
        return "PRODUCT"
    if named == "CATEGORY":
        return "CATEGORY"
    raise missing(named, requirement="EMX-298")


# ---- category trees -------------------------------------------------------------------


def retrieve_trees(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/items/category-trees: always about the caller's own segments."""
    shown = speech(world, call.headers.get("Accept-Language"))
    own = visibility.own_segments(world, caller, named(call, "legalEntityId"))
    ids = [segment.id for segment in _of_site(own, named(call, "siteCode"))]
    return Reply(200, wire.trees(trees.category_trees(world, ids), shown))


def _clauses(world: World, q: str | None, pointer: str) -> tuple[Clause, ...]:
    return parse(q, legacy_in=world.choices.legacy_in, pointer=pointer) if q else ()


ASSIGNMENT_OPERATIONS: dict[str, Operation] = {
    "GET-customer-segment-retrieve-customers": retrieve_customers,
    "POST-customer-segment-search-customers": search_customers,
    "GET-customer-segment-retrieve-customer-by-customerId": retrieve_customer,
    "PUT-customer-segment-update-customer-by-customerId": put_customer,
    "DELETE-customer-segment-remove-customer-by-customerId": delete_customer,
    "GET-customer-segment-retrieve-customer": retrieve_customer,
    "PUT-customer-segment-update-customer": put_customer,
    "DELETE-customer-segment-remove-customer": delete_customer,
    "PUT-customer-segment-update-customers-bulk": put_customers,
    "DELETE-customer-segment-remove-customers-bulk": delete_customers,
    "GET-customer-segment-retrieve-category-trees": retrieve_trees,
    "GET-customer-segment-retrieve-segments-items": retrieve_all_items,
    "GET-customer-segment-retrieve-segment-items": retrieve_items,
    "POST-customer-segment-search-items": search_items,
    "GET-customer-segment-retrieve-item": retrieve_item,
    "PUT-customer-segment-update-item": put_item,
    "DELETE-customer-segment-remove-item": delete_item,
    "PUT-customer-segment-update-items-bulk": put_items,
    "DELETE-customer-segment-remove-items-bulk": delete_items,
}
"""operationId -> function."""
