"""Lists that come in the wrong order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.paging import (
    LIST,
    LIST_ALL_ITEMS,
    LIST_CUSTOMERS,
    LIST_ITEMS,
    SEARCH,
    SEARCH_CUSTOMERS,
    SEARCH_ITEMS,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation


def _only_the_page(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Cut the page first and sort what it holds."""
    by = call.query.get("sort")
    if not by:
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "sort"}
    reply = run(world, replace(call, query=query), caller)
    name, _, direction = by.partition(",")[0].partition(":")
    rows = sorted(
        changes.plain(reply.body),
        key=lambda row: str(_value(row, name)),
        reverse=direction.lower() == "desc",
    )
    return replace(reply, body=rows)


def _mixins_as_texts(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Sort by the text of what a mixin has."""
    by = call.query.get("sort") or ""
    if not by.startswith("mixins."):
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "sort"}
    reply = run(world, replace(call, query=query), caller)
    rows = sorted(changes.plain(reply.body), key=lambda row: str(_value(row, by)))
    return replace(reply, body=rows)


def _value(row: Any, name: str) -> Any:
    for step in name.split("."):
        row = row.get(step) if isinstance(row, dict) else None
    return row


def _sorting(call: Call, by: str) -> Call:
    return replace(call, query={**call.query, "sort": by})


def _last_first(call: Call) -> Call:
    by = call.query.get("sort")
    if not by:
        return call
    return _sorting(call, ",".join(reversed(by.split(",")))) if "," in by else call


def _first_alone(call: Call) -> Call:
    by = call.query.get("sort")
    return _sorting(call, by.partition(",")[0]) if by else call


def _descending(call: Call) -> Call:
    by = call.query.get("sort")
    return _sorting(call, f"{by}:desc") if by and ":" not in by and "," not in by else call


DEFECTS = (
    *(
        Defect(
            name=f"emporix.sort-ignored-{what}",
            violates=("EMX-225",),
            summary=f"sort has no effect on {summary}.",
            kind="sort",
            operations=(operation,),
            change=changes.without_query("sort", operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "the list of segments", LIST),
            ("by-segment-search", "a search for segments", SEARCH),
            ("by-customer-list", "the list of customers", LIST_CUSTOMERS),
            ("by-customer-search", "a search for customers", SEARCH_CUSTOMERS),
            ("by-all-items", "the items of all segments", LIST_ALL_ITEMS),
            ("by-item-list", "the items of a segment", LIST_ITEMS),
            ("by-item-search", "a search for items", SEARCH_ITEMS),
        )
    ),
    Defect(
        name="emporix.sort-within-the-page",
        violates=("EMX-225",),
        summary="Lists are cut into pages first, and each page is sorted by itself.",
        kind="sort",
        operations=(SEARCH, LIST_ITEMS, SEARCH_CUSTOMERS),
        change=changes.around(_only_the_page, SEARCH, LIST_ITEMS, SEARCH_CUSTOMERS),
    ),
    Defect(
        name="emporix.sort-by-the-last-property-first",
        violates=("EMX-225",),
        summary="Of several properties to sort by the last one decides.",
        kind="sort",
        operations=(LIST, SEARCH),
        change=changes.before(_last_first, LIST, SEARCH),
    ),
    Defect(
        name="emporix.sort-by-one-property-only",
        violates=("EMX-225",),
        summary="Of several properties to sort by all but the first are ignored.",
        kind="sort",
        operations=(LIST,),
        change=changes.before(_first_alone, LIST),
    ),
    *(
        Defect(
            name=f"emporix.sort-numbers-as-texts-{what}",
            violates=("EMX-225",),
            summary=f"{summary} puts 10 before 9 when it is sorted by a mixin.",
            kind="sort",
            operations=(operation,),
            change=changes.around(_mixins_as_texts, operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "The list of segments", LIST),
            ("by-segment-search", "A search for segments", SEARCH),
        )
    ),
    Defect(
        name="emporix.sort-descends",
        violates=("EMX-225",),
        summary="Items come in descending order where no direction is asked for.",
        kind="sort",
        operations=(LIST_ALL_ITEMS,),
        change=changes.before(_descending, LIST_ALL_ITEMS),
    ),
)
