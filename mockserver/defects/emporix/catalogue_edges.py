"""The catalogue where it is asked for nothing, for more at once, or page by page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.sisters.access import PRODUCT_UNPUBLISHED

ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"
CATEGORIES = "POST-category-tree-search-categories"
PRODUCTS = "POST-product-search-products"

Rows = list[dict[str, Any]]


def _silent_about_none(reply: Reply, _: Call) -> Reply:
    return reply if changes.plain(reply.body) else replace(reply, headers=[])


def _cut_before_sorted(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.query.get("pageSize") != 1:
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "sort"}
    return run(world, replace(call, query=query), caller)


def _unknown_ignored(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    ids = call.query.get("segmentsIds", "").split(",")
    known = ",".join(each for each in ids if world.segments.get(each) is not None)
    query = {name: value for name, value in call.query.items() if name != "segmentsIds"}
    return run(world, replace(call, query={**query, "segmentsIds": known}), caller)


def _hidden_alone(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    if call.query.get("showUnpublished") is not True:
        return reply
    public = {name: value for name, value in call.query.items() if name != "showUnpublished"}
    shown = changes.plain(run(world, replace(call, query=public), caller).body)
    rows: Rows = changes.plain(reply.body)
    return replace(reply, body=[each for each in rows if each not in shown])


def _hides_always(call: Call) -> Call:
    return replace(call, query={**call.query, "hideUnpublishedProducts": True})


def _shows_below(call: Call) -> Call:
    if not call.query.get("withSubcategories"):
        return call
    return replace(call, query={**call.query, "hideUnpublishedProducts": False})


def _flat_below(q: str) -> str:
    """Take the innermost compound of three for its first part."""
    if q.count("((") < 3:
        return q
    return re.sub(r"\((\([^()]*\)) (?:AND|OR) \([^()]*\)\)(?=\)\)$)", r"\1", q)


def _two_parts_alone(q: str) -> str:
    """Keep the first two parts of a compound that has no other compound in it."""
    flat = re.fullmatch(r"(compoundLogicalQuery:\((\([^()]*\)) OR (\([^()]*\))) OR .*\)", q)
    return f"{flat[1]})" if flat else q


def _first_of_a_part(q: str) -> str:
    """Keep the first condition of the parts of a compound."""
    if not q.startswith("compoundLogicalQuery:"):
        return q
    return re.sub(r"(id:\([^()]*\)) code:[^()\s]+(?=\))", r"\1", q)


def _query(edit: Any) -> Change:
    return changes.with_body(
        lambda body: {**body, "q": edit(body["q"])} if body.get("q") else body, PRODUCTS
    )


def _unpublished_on_demand(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.has_body and "published:false" in (call.body.get("q") or ""):
        caller = replace(caller, scopes=caller.scopes | {PRODUCT_UNPUBLISHED})
    return run(world, call, caller)


def _everything_without_query(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if not call.has_body or not call.body.get("q"):
        caller = replace(caller, scopes=caller.scopes | {PRODUCT_UNPUBLISHED})
    return run(world, call, caller)


def _code_of_another(reply: Reply, _: object) -> Reply:
    body = changes.plain(reply.body)
    return replace(reply, body={**body, "code": 500}) if "code" in body else reply


def _defect(
    name: str, violates: str, summary: str, change: Change, *operations: str, kind: Kind = "filter",
    fault: int | None = None,
) -> Defect:  # fmt: skip
    return Defect(f"emporix.{name}", (violates,), summary, kind, operations, change, fault=fault)


_LISTS = (("assignments", ASSIGNMENTS, "EMX-717", "EMX-713"),
          ("categories", CATEGORIES, "EMX-717", "EMX-713"),
          ("products", PRODUCTS, "EMX-746", "EMX-748"))  # fmt: skip

DEFECTS = (
    *(
        _defect(
            f"{what}-without-a-zero", total,
            f"Where there are no {what} X-Total-Count is missing.",
            changes.after(_silent_about_none, operation), operation, kind="totals",
        )
        for what, operation, total, _ in _LISTS
    ),
    *(
        _defect(
            f"{what}-cut-before-sorted", order,
            f"A page of one of the {what} is cut out before the list is sorted.",
            changes.around(_cut_before_sorted, operation), operation, kind="sort",
        )
        for what, operation, _, order in _LISTS
    ),
    _defect(
        "one-assignment-of-a-category", "EMX-700",
        "All assignments of a category have one id.",
        changes.body(lambda rows: [{**row, "id": "1"} for row in rows], ASSIGNMENTS), ASSIGNMENTS,
        kind="state",
    ),
    _defect(
        "unknown-segments-ids-ignored", "EMX-709",
        "A segment that there is not restricts nothing.",
        changes.around(_unknown_ignored, ASSIGNMENTS), ASSIGNMENTS,
    ),
    _defect(
        "unpublished-assignments-alone", "EMX-706",
        "With showUnpublished nothing of a published category is listed.",
        changes.around(_hidden_alone, ASSIGNMENTS), ASSIGNMENTS,
    ),
    _defect(
        "unpublished-categories-alone", "EMX-726",
        "With showUnpublished no published category is found.",
        changes.around(_hidden_alone, CATEGORIES), CATEGORIES,
    ),
    _defect(
        "unpublished-products-always-hidden", "EMX-708",
        "Unpublished products are left out, asked for or not.",
        changes.before(_hides_always, ASSIGNMENTS), ASSIGNMENTS,
    ),
    _defect(
        "unpublished-products-not-hidden-below", "EMX-708",
        "With withSubcategories unpublished products are not left out.",
        changes.before(_shows_below, ASSIGNMENTS), ASSIGNMENTS,
    ),
    _defect(
        "compound-of-two-parts", "EMX-741",
        "Of more than two queries that OR joins the first two count alone.",
        _query(_two_parts_alone), PRODUCTS,
    ),
    _defect(
        "compound-of-single-conditions", "EMX-741",
        "Of two conditions in the brackets of a compound the first counts alone.",
        _query(_first_of_a_part), PRODUCTS,
    ),
    _defect(
        "unpublished-products-found-on-demand", "EMX-750",
        "Whoever asks for published:false finds products that are not published.",
        changes.around(_unpublished_on_demand, PRODUCTS), PRODUCTS, kind="scope", fault=206,
    ),
    _defect(
        "unpublished-products-without-query", "EMX-750",
        "Without q products that are not published are found by everybody.",
        changes.around(_everything_without_query, PRODUCTS), PRODUCTS, kind="scope", fault=206,
    ),
    _defect(
        "category-refusals-say-500", "EMX-734",
        "The code in a refusal of the category service is 500, whatever the status is.",
        changes.refusing(_code_of_another, ASSIGNMENTS, CATEGORIES), ASSIGNMENTS, CATEGORIES,
        kind="error shape",
    ),
    _defect(
        "product-refusals-say-500", "EMX-754",
        "The code in a refusal of the product search is 500, whatever the status is.",
        changes.refusing(_code_of_another, PRODUCTS), PRODUCTS, kind="error shape",
    ),
    _defect(
        "compound-of-two-levels", "EMX-741",
        "Of a compound within a compound within a compound the first part counts alone.",
        _query(_flat_below), PRODUCTS,
    ),
)  # fmt: skip
