"""The operations on assignments: customers and items of segments, and category trees.

They read the call, ask the world, and shape the reply; rules live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import assignments, bulk, drafts, records, trees, visibility
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.fields import item_field, member_field
from mockserver.vendors.emporix.languages import speech
from mockserver.vendors.emporix.listing import listing, page
from mockserver.vendors.emporix.matching import Candidates, narrow, narrow_by
from mockserver.vendors.emporix.model import (
    CustomerAssignment,
    ItemAssignment,
    ItemType,
    Json,
)
from mockserver.vendors.emporix.query import Clause
from mockserver.vendors.emporix.replies import listed, named, read_clauses, read_query, view
from mockserver.vendors.emporix.world import OF_SEGMENT_AND_TYPE, World, missing

# ---- customers of a segment -----------------------------------------------------------


def retrieve_customers(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/customers."""
    clauses = read_clauses(world, call.query.get("q"), "/query/q")
    segment_id = call.path["segmentId"]
    members: list[CustomerAssignment] | None = None
    if assignments.parent_exists(world, segment_id) and not caller.reads_all:
        visibility.visible_segment(world, caller, segment_id)
        members = visibility.own_members(world, caller, segment_id)  # (EMX-110)
    return _members(world, call, clauses, members)


def search_customers(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/{segmentId}/customers/search."""
    clauses = read_clauses(world, read_query(call), "/q")
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
    return listed([records.member(world, row, shown) for row in found.rows], found.total)


def retrieve_customer(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}."""
    segment_id, customer_id, entity_id = _member_key(call)
    assignments.parent_exists(world, segment_id)
    found = world.members.get((segment_id, customer_id, entity_id))
    if found is None:
        raise missing(customer_id, requirement="EMX-274", pointer="/path/customerId")
    return Reply(200, records.member(world, found, view(world, call)))


def put_customer(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}.

    201 (EMX-270) or 204 (EMX-271), both without a body.
    """
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
    """DELETE /segments/{segmentId}/customers/{customerId}, with or without /{legalEntityId}.

    204, and the assignment is gone (EMX-275).
    """
    assignments.delete_member(world, *_member_key(call))
    return Reply(204)


def put_customers(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/customers/bulk: assigns or updates (EMX-289)."""
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
    """DELETE /segments/{segmentId}/customers/bulk: takes out what is named (EMX-290)."""
    segment_id = call.path["segmentId"]

    def delete(entry: Json) -> tuple[bool, str | None]:
        assignments.delete_member(world, segment_id, *_member_entry(entry))
        return False, None

    return bulk.run(world, call, delete, _member_identity)


def _member_key(call: Call) -> tuple[str, str, str | None]:
    """Return which assignment a path names; without legal entity the one of none (EMX-278)."""
    return call.path["segmentId"], call.path["customerId"], call.path.get("legalEntityId")


def _member_entry(entry: Json) -> tuple[str, str | None]:
    """Return whom a bulk entry names (EMX-282): without legalEntityId a B2C customer (EMX-280)."""
    customer_id = drafts.read_id(entry.get("customerId", ""), "/customerId", "EMX-281")
    entity_id = entry.get("legalEntityId")
    if entity_id is not None:
        drafts.read_id(entity_id, "/legalEntityId")
    return customer_id, entity_id


def _member_identity(entry: Json) -> tuple[str | None, str | None]:
    return entry.get("customerId"), entry.get("legalEntityId")


# ---- items of segments ----------------------------------------------------------------


def retrieve_all_items(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/items: of every segment, or of the caller's own active ones (EMX-301)."""
    clauses = read_clauses(world, call.query.get("q"), "/query/q")
    site = named(call, "siteCode")
    if not caller.reads_all:
        # Own segments (EMX-111) are active ones, whatever onlyActive says (EMX-114).
        own = visibility.own_segments(world, caller, named(call, "legalEntityId"))
        ids = [one.id for one in visibility.of_site(own, site)]
        return _items(world, call, *items_of(world, ids, clauses))
    candidates, rest = narrow(world.items, clauses)
    asked, _ = narrow_by(clauses, "segmentId")
    if asked is not None:
        of_asked, also_rest = items_of(world, asked, clauses)
        if len(of_asked) < len(candidates):
            candidates, rest = of_asked, also_rest
    only_active = call.query.get("onlyActive") is True  # (EMX-304)
    counts = visibility.counting(world, site=site, only_active=only_active)
    return _items(world, call, candidates, rest, counts)


def retrieve_items(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/items."""
    return _items_of_one(world, call, caller, read_clauses(world, call.query.get("q"), "/query/q"))


def search_items(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/{segmentId}/items/search."""
    return _items_of_one(world, call, caller, read_clauses(world, read_query(call), "/q"))


def _items_of_one(world: World, call: Call, caller: Caller, clauses: tuple[Clause, ...]) -> Reply:
    segment_id = call.path["segmentId"]
    if assignments.parent_exists(world, segment_id):
        visibility.visible_segment(world, caller, segment_id, named(call, "legalEntityId"))
    return _items(world, call, *items_of(world, (segment_id,), clauses))


def items_of(
    world: World, segment_ids: Iterable[str], clauses: tuple[Clause, ...]
) -> tuple[Candidates[ItemAssignment], tuple[Clause, ...]]:
    """Return the items of some segments as far as indexes narrow them, and what is left to check.

    A segment may hold thousands of items; a storefront asks for those of one type, and of
    some segments (EMX-263).
    """
    wanted, clauses = narrow_by(clauses, "segmentId")
    types, clauses = narrow_by(clauses, "type")
    ids = [each for each in segment_ids if wanted is None or each in wanted]
    if types is None:
        return Candidates(*(world.items.having("segmentId", each) for each in ids)), clauses
    keys = [(each, kind) for each in ids for kind in types]
    return Candidates(*(world.items.having(OF_SEGMENT_AND_TYPE, key) for key in keys)), clauses


def _items(
    world: World,
    call: Call,
    candidates: Candidates[ItemAssignment],
    clauses: tuple[Clause, ...],
    also: Callable[[ItemAssignment], bool] | None = None,
) -> Reply:
    wanted = listing(call, world.choices)
    shown = view(world, call)
    found = page(candidates, clauses, partial(item_field, world), wanted, also)
    return listed([records.item(world, row, shown) for row in found.rows], found.total)


def retrieve_item(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/items/{type}/{itemId}."""
    item_type = _item_type(call)
    segment_id, item_id = call.path["segmentId"], call.path["itemId"]
    if assignments.parent_exists(world, segment_id):
        visibility.visible_segment(world, caller, segment_id, named(call, "legalEntityId"))
    found = world.items.get((segment_id, item_type, item_id))
    if found is None:
        raise missing(item_id, requirement="EMX-274", pointer="/path/itemId")
    return Reply(200, records.item(world, found, view(world, call)))


def put_item(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/items/{type}/{itemId}: the item of that type (EMX-295)."""
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
    """DELETE /segments/{segmentId}/items/{type}/bulk: the entries are item ids (EMX-300)."""
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
    raise missing(named, requirement="EMX-298", pointer="/path/type")


# ---- category trees -------------------------------------------------------------------


def retrieve_trees(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/items/category-trees: of the caller's own (EMX-113) active ones (EMX-312)."""
    shown = speech(world, call.headers.get("Accept-Language"))
    own = visibility.own_segments(world, caller, named(call, "legalEntityId"))
    ids = [segment.id for segment in visibility.of_site(own, named(call, "siteCode"))]
    return Reply(200, records.trees(trees.category_trees(world, ids), shown))


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
