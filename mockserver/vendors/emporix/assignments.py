"""The verbs on assignments: customers in segments, items in segments, and matching.

An assignment has its own version and never touches its segment's. No JSON, no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.model import (
    AssignmentDraft,
    CustomerAssignment,
    ItemAssignment,
    ItemType,
)
from mockserver.vendors.emporix.world import World, missing

Assignment = TypeVar("Assignment", CustomerAssignment, ItemAssignment)


def parent_exists(world: World, segment_id: str) -> bool:
    """True when the segment exists; where that is the choice, an unknown one is refused.

    Raises Missing.
    """
    if world.segments.get(segment_id) is not None:
        return True
    if world.choices.missing_segment_refused:
        raise missing(segment_id, requirement="EMX-286")
    return False


def _writable(world: World, segment_id: str) -> None:
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
    _writable(world, segment_id)
    world.check_mixins(draft)
    if world.choices.references_checked:
        _check_customer(world, customer_id, legal_entity_id, within)
    stored = world.members.get((segment_id, customer_id, legal_entity_id))
    if stored is None:
        now = world.clock.now()
        world.plant_member(segment_id, customer_id, legal_entity_id, created_at=now, draft=draft)
        return True
    world.check_put_version(stored.version, version, customer_id, requirement="EMX-272")
    world.members.replace(stored, _updated(world, stored, draft))
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
    _writable(world, segment_id)
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
    world.items.replace(stored, _updated(world, stored, draft))
    return False


def _updated(world: World, stored: Assignment, draft: AssignmentDraft) -> Assignment:
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
    """Return the products that an active segment of the site holds, each once, in order.

    A product counts when it is assigned itself or through one of its categories.
    """
    active = [
        segment.id
        for segment in map(world.segments.get, dict.fromkeys(segment_ids))
        if segment is not None
        and world.is_active(segment)
        and (segment.site_code == site or not world.choices.match_site_equal)
    ]

    def assigned(product_id: str) -> bool:
        held: list[tuple[ItemType, str]] = [("PRODUCT", product_id)]
        held += [("CATEGORY", category) for category in _categories(world, product_id)]
        return any(
            world.items.get((segment, item_type, item)) is not None
            for segment in active
            for item_type, item in held
        )

    return [product for product in dict.fromkeys(product_ids) if assigned(product)]


def _categories(world: World, product_id: str) -> Iterator[str]:
    product = world.products.get(product_id)
    for category_id in product.category_ids if product else ():
        yield category_id
        if world.choices.match_ancestors:
            yield from ancestors(world, category_id)


def ancestors(world: World, category_id: str) -> Iterator[str]:
    """Yield the categories above one, the nearest first."""
    seen = {category_id}
    category = world.categories.get(category_id)
    while category is not None and category.parent_id is not None:
        if category.parent_id in seen:
            return
        seen.add(category.parent_id)
        yield category.parent_id
        category = world.categories.get(category.parent_id)
