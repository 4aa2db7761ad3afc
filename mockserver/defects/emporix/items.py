"""Items of segments that are assigned, shown or narrowed in the wrong way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.assignments import (
    ASSIGN_ITEM,
    ASSIGN_ITEMS_BULK,
    READ_ITEM,
    REMOVE_ITEMS_BULK,
    Row,
    each_record,
    rewriting,
    without_links,
    without_mixins,
)
from mockserver.defects.emporix.paging import LIST_ALL_ITEMS, LIST_ITEMS, SEARCH_ITEMS
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation

SHOWING = (LIST_ALL_ITEMS, LIST_ITEMS, SEARCH_ITEMS, READ_ITEM)


def _always_a_product(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Keep what was assigned as a product, whatever it was."""
    reply = run(world, call, caller)
    path = call.path
    if path["type"] == "CATEGORY" and reply.status == 201:
        made = world.items.get((path["segmentId"], "CATEGORY", path["itemId"]))
        world.items.remove(made)
        if world.items.get((path["segmentId"], "PRODUCT", path["itemId"])) is None:
            at = made.created_at
            world.plant_item(path["segmentId"], "PRODUCT", path["itemId"], created_at=at)
    return reply


def _only_categories(reply: Reply, _: Call) -> Reply:
    rows = [row for row in changes.plain(reply.body) if row.get("type") != "PRODUCT"]
    return replace(reply, body=rows)


def _made_up_id(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Tell an entry without an id as done."""
    reply = run(world, call, caller)
    told = changes.plain(reply.body)
    for sent, entry in zip(call.body, told, strict=True):
        if isinstance(sent, dict) and "id" not in sent:
            entry |= {"code": 201, "status": "Created"}
            entry.pop("message", None)
    return replace(reply, body=told)


def _whole_type(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take out everything of the type that is named."""
    reply = run(world, call, caller)
    for row in tuple(world.items.having("segmentId", call.path["segmentId"])):
        if row.type == call.path["type"]:
            world.items.remove(row)
    return reply


def _of_any_type(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take out what is named by its id alone."""
    reply = run(world, call, caller)
    for row in tuple(world.items.having("segmentId", call.path["segmentId"])):
        if row.item_id in call.body:
            world.items.remove(row)
    return reply


def _first_alone(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Say that all were removed, and remove the first."""
    kept = [
        world.items.get((call.path["segmentId"], call.path["type"], item))
        for item in call.body[1:]
        if isinstance(item, str)
    ]
    reply = run(world, call, caller)
    for row in kept:
        if row is not None:
            world.plant_item(row.segment_id, row.type, row.item_id, created_at=row.created_at)
    return reply


def _objects(body: Any) -> Any:
    """Read ids out of objects, and nothing else."""
    return [each.get("id", "") if isinstance(each, dict) else "" for each in body]


def _of_active_segments(call: Call) -> Call:
    return replace(call, query={**call.query, "onlyActive": True})


def _nothing_for_readers(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Show items only to whoever owns them."""
    reply = run(world, call, caller)
    return reply if caller.customer is not None else replace(reply, body=[])


def _of_inactive_segments(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    if call.query.get("onlyActive") is not True:
        return reply
    query = {**call.query, "onlyActive": False}
    rows = changes.plain(run(world, replace(call, query=query), caller).body)
    status = {row["segmentId"]: world.segments.get(row["segmentId"]).status for row in rows}
    return replace(reply, body=[row for row in rows if status[row["segmentId"]] != "ACTIVE"])


def _old_mixins(before: Row | None, after: Row) -> Row:
    return after if before is None else replace(after, mixins=before.mixins)


def _without(record: dict[str, Any], name: str) -> None:
    holder = record.get("item") if name != "segmentId" else record
    if isinstance(holder, dict):
        holder.pop(name, None)


def _in_lower_case(record: dict[str, Any]) -> None:
    if isinstance(record.get("type"), str):
        record["type"] = record["type"].lower()


DEFECTS = (
    Defect(
        name="emporix.category-assigned-as-product",
        violates=("EMX-295",),
        summary="A category is kept as a product.",
        kind="state",
        operations=(ASSIGN_ITEM,),
        change=changes.around(_always_a_product, ASSIGN_ITEM),
    ),
    Defect(
        name="emporix.products-not-listed",
        violates=("EMX-295",),
        summary="The items of a segment are shown without its products.",
        kind="state",
        operations=(LIST_ITEMS,),
        change=changes.after(_only_categories, LIST_ITEMS),
    ),
    *(
        Defect(
            name=f"emporix.item-without-{what}",
            violates=("EMX-296",),
            summary=summary,
            kind="schema",
            operations=(operation,),
            change=each_record(lambda record, name=name: _without(record, name), operation),  # type: ignore[misc]
        )
        for what, summary, operation, name in (
            ("code-when-read", "An item is read without its code.", READ_ITEM, "code"),
            ("name-in-lists", "A list shows items without their names.", LIST_ITEMS, "name"),
            ("code-in-searches", "Searches find items without their codes.", SEARCH_ITEMS, "code"),
            (
                "segment-among-all",
                "The items of all segments do not tell their segments.",
                LIST_ALL_ITEMS,
                "segmentId",
            ),
            ("segment-when-read", "An item is read without its segment.", READ_ITEM, "segmentId"),
        )
    ),
    Defect(
        name="emporix.item-is-an-id",
        violates=("EMX-296",),
        summary="A search shows the ids of items instead of items.",
        kind="schema",
        operations=(SEARCH_ITEMS,),
        change=each_record(lambda record: record.update(item=record["item"]["id"]), SEARCH_ITEMS),
        fault=101,
    ),
    *(
        Defect(
            name=f"emporix.type-in-lower-case-{what}",
            violates=("EMX-297",),
            summary=f"{summary} product or category, in lower case.",
            kind="schema",
            operations=(operation,),
            change=each_record(_in_lower_case, operation),
            fault=101,
        )
        for what, summary, operation in (
            ("among-all", "The items of all segments are of the type", LIST_ALL_ITEMS),
            ("in-lists", "The items of a segment are of the type", LIST_ITEMS),
            ("in-searches", "Items that are found are of the type", SEARCH_ITEMS),
            ("when-read", "An item that is read is of the type", READ_ITEM),
        )
    ),
    Defect(
        name="emporix.bulk-item-without-id-taken",
        violates=("EMX-299",),
        summary="A bulk PUT tells an entry without an id as done.",
        kind="bulk",
        operations=(ASSIGN_ITEMS_BULK,),
        change=changes.around(_made_up_id, ASSIGN_ITEMS_BULK),
        fault=102,
    ),
    Defect(
        name="emporix.bulk-removal-of-items-takes-all",
        violates=("EMX-300",),
        summary="A bulk DELETE of products takes out every product, whatever it names.",
        kind="bulk",
        operations=(REMOVE_ITEMS_BULK,),
        change=changes.around(_whole_type, REMOVE_ITEMS_BULK),
    ),
    Defect(
        name="emporix.bulk-removal-of-items-takes-objects",
        violates=("EMX-300", "EMX-290"),
        summary="A bulk DELETE of items wants objects instead of ids.",
        kind="bulk",
        operations=(REMOVE_ITEMS_BULK,),
        change=changes.with_body(_objects, REMOVE_ITEMS_BULK),
    ),
    Defect(
        name="emporix.bulk-removes-first-item-alone",
        violates=("EMX-300", "EMX-290"),
        summary="A bulk DELETE takes out the first item and says that it took out all.",
        kind="bulk",
        operations=(REMOVE_ITEMS_BULK,),
        change=changes.around(_first_alone, REMOVE_ITEMS_BULK),
        fault=103,
    ),
    Defect(
        name="emporix.all-items-for-owners-alone",
        violates=("EMX-301",),
        summary="Whoever may read all segments sees no items of them, since it owns none.",
        kind="scope",
        operations=(LIST_ALL_ITEMS,),
        change=changes.around(_nothing_for_readers, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.all-items-of-active-segments-alone",
        violates=("EMX-301", "EMX-304"),
        summary="The items of all segments are those of active ones, whatever onlyActive says.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=changes.before(_of_active_segments, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.only-active-by-default",
        violates=("EMX-304",),
        summary="onlyActive is true where it is not sent.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        loosen=lambda document: document["components"]["parameters"]["onlyActive"]["schema"].update(
            default=True
        ),
    ),
    Defect(
        name="emporix.site-of-items-ignored",
        violates=("EMX-302",),
        summary="siteCode has no effect on the items of all segments.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=changes.without_query("siteCode", LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.only-active-ignored",
        violates=("EMX-303",),
        summary="onlyActive has no effect on the items of all segments.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=changes.without_query("onlyActive", LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.only-active-means-inactive",
        violates=("EMX-303",),
        summary="onlyActive=true shows the items of inactive segments.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=changes.around(_of_inactive_segments, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.item-mixins-dropped",
        violates=("EMX-305",),
        summary="An item is assigned without the mixins that were sent.",
        kind="state",
        operations=(ASSIGN_ITEM,),
        change=changes.with_body(without_mixins, ASSIGN_ITEM),
    ),
    Defect(
        name="emporix.item-mixins-never-change",
        violates=("EMX-305",),
        summary="An update of an item's assignment keeps the old mixins.",
        kind="state",
        operations=(ASSIGN_ITEM,),
        change=rewriting(_old_mixins, ASSIGN_ITEM),
    ),
    Defect(
        name="emporix.bulk-item-mixin-links-dropped",
        violates=("EMX-305",),
        summary="A bulk PUT assigns items without the links of their mixins.",
        kind="bulk",
        operations=(ASSIGN_ITEMS_BULK,),
        change=changes.with_body(without_links, ASSIGN_ITEMS_BULK),
    ),
    Defect(
        name="emporix.item-mixins-not-listed",
        violates=("EMX-305",),
        summary="The items of a segment are listed without their mixins.",
        kind="projection",
        operations=(LIST_ITEMS,),
        change=each_record(lambda record: record.pop("mixins", None), LIST_ITEMS),
    ),
    Defect(
        name="emporix.bulk-removal-of-items-of-any-type",
        violates=("EMX-290",),
        summary="A bulk DELETE of items takes out what it names, of whatever type it is.",
        kind="bulk",
        operations=(REMOVE_ITEMS_BULK,),
        change=changes.around(_of_any_type, REMOVE_ITEMS_BULK),
    ),
)
