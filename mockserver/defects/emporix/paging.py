"""Lists that cut their pages or count their records in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation

LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
LIST_CUSTOMERS = "GET-customer-segment-retrieve-customers"
SEARCH_CUSTOMERS = "POST-customer-segment-search-customers"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS = "POST-customer-segment-search-items"
LISTS = (
    LIST,
    SEARCH,
    LIST_CUSTOMERS,
    SEARCH_CUSTOMERS,
    LIST_ALL_ITEMS,
    LIST_ITEMS,
    SEARCH_ITEMS,
)

TOTAL = "X-Total-Count"


def _asking(edit: Callable[[dict[str, Any]], None], *operations: str) -> Change:
    """Edit the query parameters of a call."""

    def edited(call: Call) -> Call:
        query = dict(call.query)
        edit(query)
        return replace(call, query=query)

    return changes.before(edited, *operations)


def _number(query: dict[str, Any], name: str, default: int) -> int:
    return int(query.get(name, default))


def _one_more(query: dict[str, Any]) -> None:
    if "pageSize" in query:
        query["pageSize"] = str(_number(query, "pageSize", 60) + 1)


def _at_least_three(query: dict[str, Any]) -> None:
    query["pageSize"] = str(max(3, _number(query, "pageSize", 60)))


def _number_is_an_offset(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    query = dict(call.query)
    size, number = _number(query, "pageSize", 60), _number(query, "pageNumber", 1)
    query |= {"pageSize": str(size + number - 1), "pageNumber": "1"}
    reply = run(world, replace(call, query=query), caller)
    return replace(reply, body=list(reply.body)[number - 1 :])


def _last_page_is_full(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Fill an incomplete page with records of the page before it."""
    reply = run(world, call, caller)
    size, number = _number(dict(call.query), "pageSize", 60), call.query.get("pageNumber", "1")
    if number == "1" or not reply.body or len(reply.body) == size:
        return reply
    query = {**call.query, "pageNumber": str(int(number) - 1)}
    earlier = run(world, replace(call, query=query), caller)
    return replace(
        reply, body=changes.plain([*list(earlier.body)[len(reply.body) - size :], *reply.body])
    )


def _total(count: Callable[[Reply], int]) -> Callable[[Reply, Call], Reply]:
    def edited(reply: Reply, _: Call) -> Reply:
        told = [pair for pair in reply.headers if pair[0] == TOTAL]
        return replace(reply, headers=[(TOTAL, str(count(reply)))]) if told else reply

    return edited


def _total_before_q(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    unfiltered = run(world, replace(call, query={**call.query, "q": ""}), caller)
    return replace(reply, headers=unfiltered.headers)


def _total_on_the_first_page(reply: Reply, call: Call) -> Reply:
    return reply if call.query.get("pageNumber", "1") == "1" else replace(reply, headers=())


def _wrapped(reply: Reply, call: Call) -> Reply:
    told = [value for name, value in reply.headers if name == TOTAL]
    if not told:
        return reply
    return replace(reply, body={"total": int(told[0]), "items": changes.plain(reply.body)})


def _emptied(reply: Reply, _: Call) -> Reply:
    return replace(reply, body=[]) if reply.headers else reply


def _any_total(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["xTotalCount"]["schema"] = {"type": "string"}


def _read_as_text(call: Call) -> Call:
    if TOTAL not in call.headers:
        return call
    return replace(call, headers={**call.headers, TOTAL: call.headers[TOTAL] == "true"})


DEFECTS = (
    Defect(
        name="emporix.page-size-ignored",
        violates=("EMX-215", "EMX-216"),
        summary="GET lists take no notice of pageSize.",
        kind="paging",
        operations=(LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS, LIST_ITEMS),
        change=changes.without_query("pageSize", LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS, LIST_ITEMS),
    ),
    *(
        Defect(
            name=f"emporix.page-size-ignored-when-searching-{what}",
            violates=("EMX-215", "EMX-216"),
            summary=f"Searching for {what} takes no notice of pageSize.",
            kind="paging",
            operations=(operation,),
            change=changes.without_query("pageSize", operation),
        )
        for what, operation in (
            ("segments", SEARCH),
            ("customers", SEARCH_CUSTOMERS),
            ("items", SEARCH_ITEMS),
        )
    ),
    Defect(
        name="emporix.page-holds-one-more",
        violates=("EMX-215",),
        summary="A page of items holds one record more than pageSize says.",
        kind="paging",
        operations=(LIST_ITEMS,),
        change=_asking(_one_more, LIST_ITEMS),
    ),
    Defect(
        name="emporix.small-pages-are-enlarged",
        violates=("EMX-215",),
        summary="A page of all segments holds three records even where fewer are asked for.",
        kind="paging",
        operations=(LIST,),
        change=_asking(_at_least_three, LIST),
    ),
    Defect(
        name="emporix.page-number-ignored",
        violates=("EMX-216",),
        summary="Every page of a GET list is the first one.",
        kind="paging",
        operations=(LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS, LIST_ITEMS),
        change=changes.without_query(
            "pageNumber", LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS, LIST_ITEMS
        ),
    ),
    Defect(
        name="emporix.page-number-ignored-when-searching",
        violates=("EMX-216",),
        summary="Every page of a search is the first one.",
        kind="paging",
        operations=(SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
        change=changes.without_query("pageNumber", SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.page-number-counts-records",
        violates=("EMX-216",),
        summary="pageNumber counts records, so that pages of customers overlap.",
        kind="paging",
        operations=(LIST_CUSTOMERS, SEARCH_CUSTOMERS),
        change=changes.around(_number_is_an_offset, LIST_CUSTOMERS, SEARCH_CUSTOMERS),
    ),
    Defect(
        name="emporix.last-page-is-filled-up",
        violates=("EMX-216",),
        summary="An incomplete last page of items is filled with records of the one before.",
        kind="paging",
        operations=(LIST_ALL_ITEMS, SEARCH_ITEMS),
        change=changes.around(_last_page_is_full, LIST_ALL_ITEMS, SEARCH_ITEMS),
    ),
    *(
        Defect(
            name=f"emporix.total-missing-{what}",
            violates=("EMX-221",),
            summary=f"No total is told {summary}.",
            kind="totals",
            operations=operations,
            change=changes.without_reply_header(TOTAL, *operations),
        )
        for what, summary, operations in (
            ("from-lists", "by GET lists", (LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS, LIST_ITEMS)),
            ("from-segment-search", "by a search for segments", (SEARCH,)),
            ("from-customer-search", "by a search for customers", (SEARCH_CUSTOMERS,)),
            ("from-item-search", "by a search for items", (SEARCH_ITEMS,)),
        )
    ),
    Defect(
        name="emporix.total-of-the-page",
        violates=("EMX-221",),
        summary="The total counts the records of the page, not of all pages.",
        kind="totals",
        operations=LISTS,
        change=changes.after(_total(lambda reply: len(reply.body)), *LISTS),
    ),
    Defect(
        name="emporix.total-takes-no-notice-of-q",
        violates=("EMX-221",),
        summary="The total of items of a segment counts all of them, whatever q says.",
        kind="totals",
        operations=(LIST_ITEMS,),
        change=changes.around(_total_before_q, LIST_ITEMS),
    ),
    Defect(
        name="emporix.total-on-the-first-page-alone",
        violates=("EMX-221",),
        summary="Pages of customers after the first have no total.",
        kind="totals",
        operations=(LIST_CUSTOMERS,),
        change=changes.after(_total_on_the_first_page, LIST_CUSTOMERS),
    ),
    Defect(
        name="emporix.total-wraps-the-list",
        violates=("EMX-222",),
        summary="With a total the segments come in an object beside it.",
        kind="totals",
        operations=(LIST, SEARCH),
        change=changes.after(_wrapped, LIST, SEARCH),
        fault=101,
    ),
    Defect(
        name="emporix.total-empties-the-list",
        violates=("EMX-222",),
        summary="With a total customers and items are counted, but not returned.",
        kind="totals",
        operations=(SEARCH_CUSTOMERS, LIST_ALL_ITEMS, SEARCH_ITEMS),
        change=changes.after(_emptied, SEARCH_CUSTOMERS, LIST_ALL_ITEMS, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.any-total-header-taken",
        violates=("EMX-224",),
        summary="X-Total-Count may hold anything; what is not true counts as false.",
        kind="validation",
        operations=LISTS,
        change=changes.before(_read_as_text, *LISTS),
        loosen=_any_total,
        fault=102,
    ),
)
