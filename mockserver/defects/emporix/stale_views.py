"""What is remembered although it has changed: memberships, items in trees, status and site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import CustomerAssignment, ItemAssignment
from mockserver.vendors.emporix.world import World

LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
LIST_CUSTOMERS = "GET-customer-segment-retrieve-customers"
REMOVE_CUSTOMER = "DELETE-customer-segment-remove-customer-by-customerId"
TREES = "GET-customer-segment-retrieve-category-trees"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS = "POST-customer-segment-search-items"
READ_ITEM = "GET-customer-segment-retrieve-item"
ASSIGN_ITEM = "PUT-customer-segment-update-item"
REMOVE_ITEM = "DELETE-customer-segment-remove-item"


def _unforgotten_members(operation: str, when: Callable[[Call, Caller], bool]) -> Change:
    """Count customers who were taken out as if they were still in, in some calls."""
    gone: list[CustomerAssignment] = []

    def remember(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        key = (call.path["segmentId"], call.path["customerId"], None)
        found = world.members.get(key)
        reply = run(world, call, caller)
        gone.extend([] if found is None else [found])
        return reply

    def seen(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        back = [
            world.plant_member(each.segment_id, each.customer_id, created_at=each.created_at)
            for each in gone
            if world.segments.get(each.segment_id) and world.members.get(each.key) is None
            if when(call, caller)
        ]
        try:
            return run(world, call, caller)
        finally:
            for each in back:
                world.members.remove(each)

    return changes.together(
        changes.opening(lambda _: gone.clear()),
        changes.around(remember, REMOVE_CUSTOMER),
        changes.around(seen, operation),
    )


def _unforgotten_items(operation: str) -> Change:
    """Show items that were taken out as if they were still in."""
    gone: list[ItemAssignment] = []

    def remember(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        found = world.items.get((call.path["segmentId"], call.path["type"], call.path["itemId"]))
        reply = run(world, call, caller)
        gone.extend([] if found is None else [found])
        return reply

    def seen(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        back = [
            world.plant_item(
                each.segment_id, each.type, each.item_id, created_at=each.created_at
            )
            for each in gone
            if world.segments.get(each.segment_id) and world.items.get(each.key) is None
        ]  # fmt: skip
        try:
            return run(world, call, caller)
        finally:
            for each in back:
                world.items.remove(each)

    return changes.together(
        changes.opening(lambda _: gone.clear()),
        changes.around(remember, REMOVE_ITEM),
        changes.around(seen, operation),
    )


def _as_assigned(
    parameter: str, read: Callable[[Any], Any], wanted: Callable[[Any], Any]
) -> Change:
    """Filter the items of all segments by what their segments were when they were assigned."""
    then: dict[tuple[str, str, str], Any] = {}

    def remember(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        reply = run(world, call, caller)
        segment = world.segments.get(call.path["segmentId"])
        key = (call.path["segmentId"], call.path["type"], call.path["itemId"])
        then.setdefault(key, read(segment))
        return reply

    def filtered(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        asked = call.query.get(parameter)
        if not asked or not caller.reads_all:
            return run(world, call, caller)
        query = {name: value for name, value in call.query.items() if name != parameter}
        reply = run(world, replace(call, query=query), caller)

        def holds(row: Any) -> bool:
            key = (row["segmentId"], row["type"], row["item"]["id"])
            now = read(world.segments.get(row["segmentId"]))
            return bool(then.get(key, now) == wanted(asked))

        rows = changes.plain(reply.body)
        if any("item" not in row or "type" not in row for row in rows):
            return run(world, call, caller)  # `fields` left out what tells them apart
        kept = [row for row in rows if holds(row)]
        total = [("X-Total-Count", str(len(kept)))] if reply.headers else reply.headers
        return replace(reply, body=kept, headers=total)

    return changes.together(
        changes.opening(lambda _: then.clear()),
        changes.around(remember, ASSIGN_ITEM),
        changes.around(filtered, LIST_ALL_ITEMS),
    )


DEFECTS = (
    *(
        Defect(
            name=f"emporix.taken-out-still-{what}",
            violates=(requirement,),
            summary=f"A customer that was taken out of a segment still {sees}.",
            kind="state",
            operations=(operation, REMOVE_CUSTOMER),
            change=_unforgotten_members(operation, lambda _, caller: not caller.reads_all),
            fault=206,
        )
        for what, sees, requirement, operation in (
            ("finds", "finds it", "EMX-106", SEARCH),
            ("reads", "reads it", "EMX-108", READ),
            ("listed", "sees itself in it", "EMX-110", LIST_CUSTOMERS),
            ("sees-all-items", "has its items among those of all segments", "EMX-111",
             LIST_ALL_ITEMS),
            ("lists-items", "lists its items", "EMX-112", LIST_ITEMS),
            ("finds-items", "searches its items", "EMX-112", SEARCH_ITEMS),
            ("reads-items", "reads its items", "EMX-112", READ_ITEM),
            ("sees-tree", "has its categories in the tree", "EMX-113", TREES),
        )
    ),
    *(
        Defect(
            name=f"emporix.customer-id-{what}-what-was",
            violates=("EMX-097",),
            summary=f"customerId {what} segments from which the customer was taken out.",
            kind="state",
            operations=(operation, REMOVE_CUSTOMER),
            change=_unforgotten_members(operation, lambda call, _: "customerId" in call.query),
        )
        for what, operation in (("lists", LIST), ("finds", SEARCH))
    ),
    Defect(
        name="emporix.tree-keeps-what-was-taken-out",
        violates=("EMX-310",),
        summary="A category stays in the tree when it is taken out of its segment.",
        kind="state",
        operations=(TREES, REMOVE_ITEM),
        change=_unforgotten_items(TREES),
    ),
    Defect(
        name="emporix.only-active-when-assigned",
        violates=("EMX-303",),
        summary="onlyActive goes by the status that a segment had when the item was assigned.",
        kind="filter",
        operations=(LIST_ALL_ITEMS, ASSIGN_ITEM),
        change=_as_assigned(
            "onlyActive", lambda segment: segment.status, lambda _: "ACTIVE"
        ),
    ),
    Defect(
        name="emporix.site-when-assigned",
        violates=("EMX-302",),
        summary="siteCode goes by the site that a segment had when the item was assigned.",
        kind="filter",
        operations=(LIST_ALL_ITEMS, ASSIGN_ITEM),
        change=_as_assigned(
            "siteCode", lambda segment: segment.site_code, lambda asked: asked
        ),
    ),
)  # fmt: skip
