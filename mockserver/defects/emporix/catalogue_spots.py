"""The catalogue where it is wrong in one spot: a last page, a second language, a kind of caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.refusals import Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.model import texts
from mockserver.vendors.emporix.sisters.access import PRODUCT_UNPUBLISHED
from mockserver.vendors.emporix.world import World

ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"
CATEGORIES = "POST-category-tree-search-categories"
PRODUCTS = "POST-product-search-products"
TOTAL = "X-Total-Count"


def _queried(call: Call, **query: Any) -> Call:
    return replace(call, query={**call.query, **query})


def _last_lost(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Lose the last record of the last page, unless that is the first one."""
    reply = run(world, call, caller)
    number = call.query.get("pageNumber", 1)
    if number == 1 or run(world, _queried(call, pageNumber=number + 1), caller).body:
        return reply
    return replace(reply, body=changes.plain(reply.body)[:-1])


def _total(count: Callable[[int, Call], int]) -> Callable[[Reply, Call], Reply]:
    """Tell another total; a missing one stays missing."""

    def edited(reply: Reply, call: Call) -> Reply:
        told = [
            (name, str(count(int(value), call)) if name.lower() == TOTAL.lower() else value)
            for name, value in reply.headers
        ]
        return replace(reply, headers=told)

    return edited


def _from_here_on(total: int, call: Call) -> int:
    number, size = int(call.query.get("pageNumber", 1)), int(call.query.get("pageSize", 60))
    return max(0, total - (number - 1) * size)


def _hidden_counted(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    return replace(reply, headers=run(world, call, _seeing_all(caller)).headers)


def _seeing_all(caller: Any) -> Any:
    return replace(caller, scopes=caller.scopes | {PRODUCT_UNPUBLISHED})


def _seen_by(who: Callable[[Call, Any], bool]) -> Change:
    """Show unpublished products in some cases."""
    return changes.around(
        lambda run, world, call, caller: run(
            world, call, _seeing_all(caller) if who(call, caller) else caller
        ),
        PRODUCTS,
    )


def _asks_for_a_compound(call: Call, _: Any) -> bool:
    return call.has_body and str(call.body.get("q", "")).startswith("compoundLogicalQuery")


def _named_by_default(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    name = call.query.get("ref.localizedName")
    if name is None:
        return reply

    def is_it(row: Any) -> bool:
        names = texts(world.products[row["ref"]["id"]].name)
        return bool(names.get(world.languages[0]) == name)

    return replace(reply, body=list(filter(is_it, changes.plain(reply.body))))


def _slugs_whole(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    rows = changes.plain(reply.body)
    for row in rows:
        if "localizedSlug" in row:
            row["localizedSlug"] = texts(world.categories[row["id"]].slug)
    return replace(reply, body=rows)


def _second_language_unread(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    first, *others = str(call.headers.get("Accept-Language", "*")).split(",")
    spoken = [each for each in others if each.partition(";")[0].strip() in (*world.languages, "*")]
    headers = {**call.headers, "Accept-Language": ",".join([first, *spoken])}
    return run(world, replace(call, headers=headers), caller)


def _sorted_by_what_is_shown(call: Call) -> Call:
    if not {"sort", "fields"} <= call.query.keys():
        return call
    shown = str(call.query["fields"]).split(",")
    kept = [
        each for each in str(call.query["sort"]).split(",") if each.partition(":")[0] in shown
    ]  # fmt: skip
    return _queried(call, sort=",".join(kept))


def _status_as_number(reply: Reply, _: Refusal) -> Reply:
    body = changes.plain(reply.body)
    return replace(reply, body={**body, "status": reply.status}) if "status" in body else reply


def _defect(
    name: str, violates: str, summary: str, change: Change, *operations: str, kind: Kind = "filter",
    fault: int | None = None,
) -> Defect:  # fmt: skip
    return Defect(f"emporix.{name}", (violates,), summary, kind, operations, change, fault=fault)


_LISTS = (("assignments", ASSIGNMENTS, "EMX-717"), ("categories", CATEGORIES, "EMX-717"),
          ("products", PRODUCTS, "EMX-746"))  # fmt: skip

DEFECTS = (
    *(
        _defect(
            f"last-of-the-{what}-lost", "EMX-712",
            f"The last page of {what} lacks its last record.",
            changes.around(_last_lost, operation), operation, kind="paging",
        )
        for what, operation, _ in _LISTS[:2]
    ),
    *(
        _defect(
            f"{what}-counted-from-the-page-on", total,
            f"X-Total-Count leaves out the {what} of the pages before.",
            changes.after(_total(_from_here_on), operation), operation, kind="totals",
        )
        for what, operation, total in _LISTS
    ),
    _defect(
        "unpublished-products-counted", "EMX-746",
        "X-Total-Count counts products that the caller cannot find.",
        changes.around(_hidden_counted, PRODUCTS), PRODUCTS, kind="totals",
    ),
    _defect(
        "unpublished-products-in-compounds", "EMX-750",
        "A compoundLogicalQuery finds products that are not published for everybody.",
        _seen_by(_asks_for_a_compound), PRODUCTS, kind="scope", fault=206,
    ),
    _defect(
        "unpublished-products-for-visitors", "EMX-750",
        "Visitors find products that are not published.",
        _seen_by(lambda _, caller: caller.kind == "anonymous"), PRODUCTS, kind="scope", fault=206,
    ),
    _defect(
        "items-named-in-the-default-language", "EMX-703",
        "ref.localizedName finds the names in the default language alone.",
        changes.around(_named_by_default, ASSIGNMENTS), ASSIGNMENTS,
    ),
    _defect(
        "slugs-in-every-language", "EMX-719",
        "localizedSlug has every translation, whatever is accepted.",
        changes.around(_slugs_whole, CATEGORIES), CATEGORIES, kind="projection",
    ),
    *(
        _defect(
            f"second-language-of-{what}-unread", "EMX-720",
            f"A foreign language is overlooked behind one of the tenant's: {what}.",
            changes.around(_second_language_unread, operation), operation, kind="validation",
            fault=102,
        )
        for what, operation, _ in _LISTS[:2]
    ),
    _defect(
        "products-sorted-by-what-is-shown", "EMX-748",
        "Products are not sorted by a field that fields leaves out.",
        changes.before(_sorted_by_what_is_shown, PRODUCTS), PRODUCTS, kind="sort",
    ),
    _defect(
        "product-status-as-number", "EMX-754",
        "The status in a refusal of the product search is the number.",
        changes.refusing(_status_as_number, PRODUCTS), PRODUCTS, kind="error shape",
    ),
)  # fmt: skip
