"""The verbs on assignments: customers in segments, items in segments, and matching.

An assignment has its own version and never touches its segment's. No JSON, no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.model import (
    AssignmentDraft,
    CustomerAssignment,
    GroupAssignment,
    ItemAssignment,
    ItemType,
)
from mockserver.vendors.emporix.world import World, missing

Assignment = TypeVar("Assignment", CustomerAssignment, ItemAssignment, GroupAssignment)


def parent_exists(world: World, segment_id: str) -> bool:
    """True when the segment exists; where that is the choice, an unknown one is refused.

    Raises Missing.
    """
    if world.segments.get(segment_id) is not None:
        return True
    if world.choices.missing_segment_refused:
        raise missing(segment_id, requirement="EMX-286", pointer="/path/segmentId")
    return False


def writable(world: World, segment_id: str) -> None:
    """Refuse to write below a segment that is not there. Raises Missing, Invalid."""
    if not parent_exists(world, segment_id):
        raise Invalid(
            f"There is no segment {segment_id!r}.",
            requirement="EMX-286",
            pointer="/path/segmentId",
            resource=segment_id,
        )


def put_member(
    world: World,
    segment_id: str,
    customer_id: str,
    legal_entity_id: str | None,
    draft: AssignmentDraft,
    version: int | None,
    *,
    within: str = "",
) -> bool:
    """Assign a customer or update the assignment; return True when it is new.

    `within` is the pointer of what names customer and legal entity: `/path`, or a body.
    Raises Missing, Invalid, Conflict.
    """
    writable(world, segment_id)
    world.check_mixins(draft)
    if world.choices.references_checked:
        _check_customer(world, customer_id, legal_entity_id, within)
    stored = world.members.get((segment_id, customer_id, legal_entity_id))
    if stored is None:
        now = world.clock.now()
        world.plant_member(segment_id, customer_id, legal_entity_id, created_at=now, draft=draft)
        return True
    world.check_put_version(stored.version, version, customer_id, requirement="EMX-272")
    world.members.replace(stored, updated(world, stored, draft))
    return False


def put_item(
    world: World,
    segment_id: str,
    item_type: ItemType,
    item_id: str,
    draft: AssignmentDraft,
    version: int | None,
    *,
    pointer: str = "/id",
) -> bool:
    """Assign an item or update the assignment; return True when it is new.

    `pointer` tells where the item is named. Raises Missing, Invalid, Conflict.
    """
    writable(world, segment_id)
    world.check_mixins(draft)
    shelf = world.products if item_type == "PRODUCT" else world.categories
    if world.choices.references_checked and item_id not in shelf:
        raise _unknown(item_type.lower(), item_id, pointer)
    stored = world.items.get((segment_id, item_type, item_id))
    if stored is None:
        now = world.clock.now()
        world.plant_item(segment_id, item_type, item_id, created_at=now, draft=draft)
        return True
    world.check_put_version(stored.version, version, item_id, requirement="EMX-272")
    world.items.replace(stored, updated(world, stored, draft))
    return False


def updated(world: World, stored: Assignment, draft: AssignmentDraft) -> Assignment:
    """Return the next version of an assignment (EMX-273); the segment's stays (EMX-287)."""
    return replace(
        stored,
        mixins=draft.mixins,
        mixin_schemas=draft.mixin_schemas,
        version=stored.version + 1,
        modified_at=world.clock.now(),
    )


def _check_customer(
    world: World, customer_id: str, legal_entity_id: str | None, within: str
) -> None:
    customer = world.customers.get(customer_id)
    if customer is None:
        raise _unknown("customer", customer_id, f"{within}/customerId")
    if legal_entity_id is None:
        return
    if legal_entity_id not in world.legal_entities:
        raise _unknown("legal entity", legal_entity_id, f"{within}/legalEntityId")
    if legal_entity_id not in customer.legal_entity_ids:
        raise Invalid(
            f"Customer {customer_id} does not belong to legal entity {legal_entity_id}.",
            requirement="EMX-285",
            pointer=f"{within}/legalEntityId",
            code="reference",
            resource=legal_entity_id,
        )


def _unknown(kind: str, resource: str, pointer: str) -> Invalid:
    return Invalid(
        f"There is no {kind} with id {resource}.",
        requirement="EMX-284",
        pointer=pointer,
        code="reference",
        resource=resource,
    )


def delete_member(
    world: World, segment_id: str, customer_id: str, legal_entity_id: str | None
) -> None:
    """Take a customer out of a segment; a segment that is not there is nothing to delete.

    Raises Missing.
    """
    stored = world.members.get((segment_id, customer_id, legal_entity_id))
    if stored is None:
        world.note_nothing_deleted(customer_id)
    else:
        world.members.remove(stored)


def delete_item(world: World, segment_id: str, item_type: ItemType, item_id: str) -> None:
    """Take an item out of a segment; a segment that is not there is nothing to delete.

    Raises Missing.
    """
    stored = world.items.get((segment_id, item_type, item_id))
    if stored is None:
        world.note_nothing_deleted(item_id)
    else:
        world.items.remove(stored)


def match(
    world: World, product_ids: Iterable[str], segment_ids: Sequence[str], site: str
) -> list[str]:
    """Return the products that an active segment (EMX-202) of the site holds, each once, in order.

    A product counts when it is assigned itself (EMX-200) or through one of its categories
    (EMX-201). Items in the order of the request (EMX-208); what is unknown is nowhere (EMX-209).
    """
    active = {
        segment.id
        for segment in map(world.segments.get, segment_ids)
        if segment is not None
        and world.is_active(segment)
        and (segment.site_code == site or not world.choices.match_site_equal)  # (EMX-206)
    }

    def held(item_type: ItemType, item_id: str) -> bool:
        rows = world.items.having("item.id", item_id)
        if len(rows) <= len(active):
            return any(row.type == item_type and row.segment_id in active for row in rows)
        return any(world.items.get((each, item_type, item_id)) is not None for each in active)

    # Many products share few categories.
    holds_category = cache(partial(held, "CATEGORY"))
    return [
        product
        for product in dict.fromkeys(product_ids)
        if held("PRODUCT", product) or any(map(holds_category, categories_of(world, product)))
    ]


def categories_of(world: World, product_id: str) -> Iterator[str]:
    """Yield the categories that a product counts for; none for an unknown product."""
    product = world.products.get(product_id)
    for category_id in product.category_ids if product else ():
        yield category_id
        if world.choices.match_ancestors:  # (EMX-207)
            yield from (above.id for above in world.categories.above(category_id))
