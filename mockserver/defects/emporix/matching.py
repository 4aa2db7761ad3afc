"""Matches of products and segments that find too much, or too little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.own_segments import ever_active
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.assignments import categories_of
from mockserver.vendors.emporix.world import World

MATCH = "POST-customer-segment-check-match"


def _whatever_the_status(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    return run(ever_active(world), call, caller)


def _in_any_segment(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    everything = [segment.id for segment in world.segments.rows]
    return run(world, replace(call, body={**call.body, "segmentIds": everything}), caller)


def _in_every_segment(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    found = [
        {entry["id"] for entry in run(world, _of(call, [one]), caller).body}
        for one in call.body["segmentIds"]
    ]
    common = set.intersection(*found) if found else set()
    return Reply(200, [{"id": each} for each in sorted(common)])


def _in_first_segment(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    return run(world, _of(call, call.body["segmentIds"][:1]), caller)


def _of(call: Call, segments: list[str]) -> Call:
    return replace(call, body={**call.body, "segmentIds": segments})


def _all_given(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    run(world, call, caller)
    return Reply(200, changes.plain(call.body["items"]))


def _held_items(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Answer with everything that the segments hold, asked for or not."""
    given = [
        {"id": item.item_id}
        for segment in call.body["segmentIds"]
        for item in world.items.having("segmentId", segment)
    ]
    run(world, call, caller)
    return Reply(200, given)


def _matching(counts: Callable[[World, str, str], bool]) -> Callable[..., Reply]:
    """Answer with the products for which `(world, segment, product)` holds somewhere."""

    def run(_: Operation, world: World, call: Call, caller: Any) -> Reply:
        segments = [
            found.id
            for found in map(world.segments.get, call.body["segmentIds"])
            if found is not None and world.is_active(found)
        ]
        products = [item["id"] for item in call.body["items"] if "id" in item]
        kept = [each for each in products if any(counts(world, one, each) for one in segments)]
        return Reply(200, [{"id": each} for each in kept])

    return run


def _itself(world: World, segment: str, product: str) -> bool:
    return world.items.get((segment, "PRODUCT", product)) is not None


def _by_category(world: World, segment: str, product: str) -> bool:
    categories = categories_of(world, product)
    return any(world.items.get((segment, "CATEGORY", each)) is not None for each in categories)


def _by_any_category(world: World, segment: str, product: str) -> bool:
    categories = set(categories_of(world, product))
    assigned = any(row.type == "CATEGORY" and row.item_id in categories for row in world.items.rows)
    return assigned or _itself(world, segment, product)


def _inactive_by_category(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    segments = call.body["segmentIds"]
    products = [item["id"] for item in call.body["items"] if "id" in item]
    true = [entry["id"] for entry in run(world, call, caller).body]
    also = [each for each in products if any(_by_category(world, one, each) for one in segments)]
    return Reply(200, [{"id": each} for each in dict.fromkeys([*true, *also])])


def _not_needing(name: str) -> Callable[[dict[str, Any]], None]:
    def loosen(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Match"]["required"].remove(name)

    return loosen


DEFECTS = (
    Defect(
        name="emporix.match-returns-all-items",
        violates=("EMX-200", "EMX-202"),
        summary="Every given item matches.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_all_given, MATCH),
    ),
    Defect(
        name="emporix.match-in-any-segment",
        violates=("EMX-200",),
        summary="A product matches by any segment of the tenant, given or not.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_in_any_segment, MATCH),
    ),
    Defect(
        name="emporix.match-needs-every-segment",
        violates=("EMX-200",),
        summary="A product matches only when every given segment holds it.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_in_every_segment, MATCH),
    ),
    Defect(
        name="emporix.match-by-first-segment",
        violates=("EMX-200",),
        summary="Only the first of the given segments counts.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_in_first_segment, MATCH),
    ),
    Defect(
        name="emporix.match-returns-items-of-segments",
        violates=("EMX-201",),
        summary="A match returns what the segments hold, not which of the given items match.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_held_items, MATCH),
    ),
    Defect(
        name="emporix.match-ignores-products",
        violates=("EMX-200",),
        summary="A product matches through its categories alone.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_matching(_by_category), MATCH),
    ),
    Defect(
        name="emporix.match-ignores-categories",
        violates=("EMX-201",),
        summary="A product matches only when it is assigned itself.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_matching(_itself), MATCH),
    ),
    Defect(
        name="emporix.match-by-category-of-any-segment",
        violates=("EMX-201",),
        summary="A product matches when its category is assigned to any segment at all.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_matching(_by_any_category), MATCH),
    ),
    Defect(
        name="emporix.match-by-inactive-segments",
        violates=("EMX-202",),
        summary="Inactive segments count as well.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_whatever_the_status, MATCH),
    ),
    Defect(
        name="emporix.match-by-categories-of-inactive-segments",
        violates=("EMX-202",),
        summary="Inactive segments count where a category is assigned to them.",
        kind="filter",
        operations=(MATCH,),
        change=changes.around(_inactive_by_category, MATCH),
    ),
    Defect(
        name="emporix.match-answers-204-for-none",
        violates=("EMX-203",),
        summary="A match that finds nothing is answered with 204 rather than an empty array.",
        kind="status",
        operations=(MATCH,),
        change=changes.after(
            lambda reply, _: reply if reply.body else Reply(204),
            MATCH,
        ),
    ),
    Defect(
        name="emporix.match-answers-201",
        violates=("EMX-203",),
        summary="A match is answered with 201.",
        kind="status",
        operations=(MATCH,),
        change=changes.status(201, MATCH),
    ),
    Defect(
        name="emporix.match-returns-texts",
        violates=("EMX-203",),
        summary="A match returns bare ids rather than objects.",
        kind="schema",
        operations=(MATCH,),
        change=changes.body(lambda body: [entry["id"] for entry in body], MATCH),
        fault=101,
    ),
    Defect(
        name="emporix.match-returns-object",
        violates=("EMX-203",),
        summary="A match returns an object that holds the array.",
        kind="schema",
        operations=(MATCH,),
        change=changes.body(lambda body: {"items": body}, MATCH),
        fault=101,
    ),
    *(
        Defect(
            name=f"emporix.match-without-{told}-accepted",
            violates=("EMX-205",),
            summary=f"A match without {name} is answered with an empty array.",
            kind="validation",
            operations=(MATCH,),
            change=changes.with_body(lambda body, n=name: {n: [], **body}, MATCH),  # type: ignore[misc]
            loosen=_not_needing(name),
            fault=102,
        )
        for name, told in (("items", "items"), ("segmentIds", "segments"))
    ),
)
