"""Assignments of categories that are found in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.category_lists import (
    ASSIGNMENTS,
    always_unpublished,
    anybody_sees_unpublished,
    never_unpublished,
    queried,
    unnamed,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.world import World

LARGEST = 2**31 - 1


def _entry(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    return changes.body(lambda entries: [edit(each) for each in entries], ASSIGNMENTS)


def _kept(keep: Callable[[World, Call, dict[str, Any]], bool], *dropped: str) -> Change:
    """List what `keep` says of everything that would be listed without some parameters."""

    def run(operation: Operation, world: World, call: Call, caller: Caller) -> Reply:
        whole = queried(call, pageSize=LARGEST, pageNumber=1, **dict.fromkeys(dropped))
        reply = operation(world, whole, caller)
        found = [each for each in changes.plain(reply.body) if keep(world, call, each)]
        size, number = int(call.query["pageSize"]), int(call.query["pageNumber"])
        return replace(reply, body=found[(number - 1) * size : number * size])

    return changes.around(run, ASSIGNMENTS)


def _within_one_level(world: World, call: Call, entry: dict[str, Any]) -> bool:
    top = call.path["categoryId"]
    return entry["categoryId"] in (top, *(each.id for each in world.categories.below(top)))


def _below_alone(_: World, call: Call, entry: dict[str, Any]) -> bool:
    return not call.query.get("withSubcategories") or entry["categoryId"] != call.path["categoryId"]


def _everywhere(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if not call.query.get("withSubcategories"):
        return run(world, call, caller)
    # As if every category were below the root of this one.
    root = [each.id for each in world.categories.above(call.path["categoryId"])][-1:]
    path = {**call.path, "categoryId": root[0] if root else call.path["categoryId"]}
    return run(world, replace(call, path=path), caller)


def _typed(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    return reply if "assignmentType" in call.query else replace(reply, body=[])


def _type_has_no_default(document: dict[str, Any]) -> None:
    path = document["paths"]["/category/{tenant}/categories/{categoryId}/assignments"]
    for parameter in path["get"]["parameters"]:
        if parameter.get("name") == "assignmentType":
            del parameter["schema"]["default"]


def _inverted(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, queried(call, hideUnpublishedProducts=None), caller)
    if not call.query.get("hideUnpublishedProducts"):
        return reply
    return replace(
        reply,
        body=[each for each in changes.plain(reply.body)
              if not world.products[each["ref"]["id"]].published],
    )  # fmt: skip


def _held(world: World, call: Call, category: str) -> bool:
    return any(
        world.items.get((segment, "CATEGORY", category)) is not None
        for segment in str(call.query["segmentsIds"]).split(",")
    )


def _segments_of_the_top(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if not call.query.get("segmentsIds"):
        return run(world, call, caller)
    reply = run(world, queried(call, segmentsIds=None), caller)
    return reply if _held(world, call, call.path["categoryId"]) else replace(reply, body=[])


def _product_segments_count(world: World, call: Call, entry: dict[str, Any]) -> bool:
    if not call.query.get("segmentsIds"):
        return True
    return _held(world, call, entry["categoryId"]) or any(
        world.items.get((segment, "PRODUCT", entry["ref"]["id"])) is not None
        for segment in str(call.query["segmentsIds"]).split(",")
    )


def _nothing_when_missing(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Missing:
        return Reply(200, [])


DEFECTS = (
    Defect(
        name="emporix.assignment-without-category",
        violates=("EMX-700",),
        summary="An assignment does not say which category it is about.",
        kind="schema",
        operations=(ASSIGNMENTS,),
        change=_entry(changes.without("categoryId")),
        fault=101,
    ),
    Defect(
        name="emporix.assignment-without-id",
        violates=("EMX-700",),
        summary="An assignment has no id.",
        kind="schema",
        operations=(ASSIGNMENTS,),
        change=_entry(changes.without("id")),
        fault=101,
    ),
    Defect(
        name="emporix.assignment-without-item-name",
        violates=("EMX-700",),
        summary="The item of an assignment has no localizedName.",
        kind="schema",
        operations=(ASSIGNMENTS,),
        change=_entry(
            lambda entry: {**entry, "ref": changes.without("localizedName")(entry["ref"])}
        ),
        fault=101,
    ),
    Defect(
        name="emporix.assignment-type-needed",
        violates=("EMX-701",),
        summary="Nothing is listed unless assignmentType is given.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(_typed, ASSIGNMENTS),
        loosen=_type_has_no_default,
    ),
    Defect(
        name="emporix.assignment-item-ignored",
        violates=("EMX-702",),
        summary="ref.id is ignored.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.without_query("ref.id", ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignment-item-by-beginning",
        violates=("EMX-702",),
        summary="ref.id also finds items whose id merely begins like that.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=_kept(
            lambda _, call, entry: entry["ref"]["id"].startswith(call.query.get("ref.id", "")),
            "ref.id",
        ),
    ),
    Defect(
        name="emporix.assignment-name-ignored",
        violates=("EMX-703",),
        summary="ref.localizedName is ignored.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.without_query("ref.localizedName", ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignment-name-in-lower-case",
        violates=("EMX-703",),
        summary="ref.localizedName is put into lower case before names are compared with it.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.before(
            lambda call: (
                queried(call, **{"ref.localizedName": call.query["ref.localizedName"].lower()})
                if "ref.localizedName" in call.query
                else call
            ),
            ASSIGNMENTS,
        ),
    ),
    Defect(
        name="emporix.subcategories-ignored",
        violates=("EMX-705",),
        summary="withSubcategories adds nothing.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.without_query("withSubcategories", ASSIGNMENTS),
    ),
    Defect(
        name="emporix.subcategories-of-one-level",
        violates=("EMX-705",),
        summary="withSubcategories adds the categories right below, and none below those.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=_kept(_within_one_level),
    ),
    Defect(
        name="emporix.subcategories-instead",
        violates=("EMX-705",),
        summary="With withSubcategories what the category itself holds is missing.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=_kept(_below_alone),
    ),
    Defect(
        name="emporix.subcategories-everywhere",
        violates=("EMX-705",),
        summary="withSubcategories lists the whole tree that the category is in.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(_everywhere, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.unpublished-assignments-shown",
        violates=("EMX-706",),
        summary="What unpublished categories hold is listed without showUnpublished.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(always_unpublished, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.unpublished-assignments-missing",
        violates=("EMX-706",),
        summary="What unpublished categories hold is not listed with showUnpublished either.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(never_unpublished, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.unpublished-assignments-without-scope",
        violates=("EMX-707",),
        summary="Anybody may list what unpublished categories hold.",
        kind="scope",
        operations=(ASSIGNMENTS,),
        change=anybody_sees_unpublished(ASSIGNMENTS),
        fault=206,
    ),
    Defect(
        name="emporix.unpublished-products-not-hidden",
        violates=("EMX-708",),
        summary="hideUnpublishedProducts is ignored.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.without_query("hideUnpublishedProducts", ASSIGNMENTS),
    ),
    Defect(
        name="emporix.published-products-hidden",
        violates=("EMX-708",),
        summary="hideUnpublishedProducts hides the published ones instead.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(_inverted, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.segments-ids-ignored",
        violates=("EMX-709",),
        summary="segmentsIds is ignored.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.without_query("segmentsIds", ASSIGNMENTS),
    ),
    Defect(
        name="emporix.segments-ids-of-the-path",
        violates=("EMX-709",),
        summary="segmentsIds looks at the category of the path, not at that of each assignment.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.around(_segments_of_the_top, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.segments-ids-count-products",
        violates=("EMX-709",),
        summary="segmentsIds also lists the products that the segments themselves hold.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=_kept(_product_segments_count, "segmentsIds"),
    ),
    Defect(
        name="emporix.segments-ids-one-text",
        violates=("EMX-709",),
        summary="segmentsIds takes several ids for one.",
        kind="filter",
        operations=(ASSIGNMENTS,),
        change=changes.before(
            lambda call: (
                queried(call, segmentsIds=call.query["segmentsIds"].replace(",", "+"))
                if "segmentsIds" in call.query
                else call
            ),
            ASSIGNMENTS,
        ),
    ),
    Defect(
        name="emporix.unknown-category-holds-nothing",
        violates=("EMX-722",),
        summary="A category that does not exist has an empty list of assignments.",
        kind="status",
        operations=(ASSIGNMENTS,),
        change=changes.around(_nothing_when_missing, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.unknown-category-unnamed",
        violates=("EMX-722",),
        summary="The details of a 404 do not name the category.",
        kind="error shape",
        operations=(ASSIGNMENTS,),
        change=changes.refusing(unnamed, ASSIGNMENTS, kind=Missing),
    ),
)
