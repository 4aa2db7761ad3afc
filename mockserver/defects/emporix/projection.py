"""Replies that hold more or less than the fields asked for."""

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

READ = "GET-customer-segment-retrieve-segment"
READ_CUSTOMER = "GET-customer-segment-retrieve-customer-by-customerId"
READ_BUYER = "GET-customer-segment-retrieve-customer"
READ_ITEM = "GET-customer-segment-retrieve-item"


def _metadata_stays(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    fields = call.query.get("fields")
    if fields:
        call = replace(call, query={**call.query, "fields": f"{fields},metadata"})
    return run(world, call, caller)


def _left_out(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take the named fields out instead of all others."""
    fields = call.query.get("fields")
    reply = run(world, replace(call, query=_without_fields(call)), caller)
    if not fields:
        return reply
    named = {each.strip() for each in fields.split(",")} - {"id"}
    rows = [
        {name: value for name, value in row.items() if name not in named}
        for row in changes.plain(reply.body)
    ]
    return replace(reply, body=rows)


def _without_fields(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.query.items() if name != "fields"}


def _first_alone(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    if "fields" not in call.query:
        return reply
    whole = run(world, replace(call, query=_without_fields(call)), caller)
    return replace(reply, body=changes.plain([*list(reply.body)[:1], *list(whole.body)[1:]]))


DEFECTS = (
    *(
        Defect(
            name=f"emporix.fields-ignored-{what}",
            violates=("EMX-230",),
            summary=f"fields has no effect on {summary}.",
            kind="projection",
            operations=(operation,),
            change=changes.without_query("fields", operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "the list of segments", LIST),
            ("by-segment-search", "a search for segments", SEARCH),
            ("by-segment", "reading a segment", READ),
            ("by-customer-list", "the list of customers", LIST_CUSTOMERS),
            ("by-customer-search", "a search for customers", SEARCH_CUSTOMERS),
            ("by-customer", "reading a customer's assignment", READ_CUSTOMER),
            ("by-buyer", "reading a customer's assignment for a legal entity", READ_BUYER),
            ("by-all-items", "the items of all segments", LIST_ALL_ITEMS),
            ("by-item-list", "the items of a segment", LIST_ITEMS),
            ("by-item-search", "a search for items", SEARCH_ITEMS),
            ("by-item", "reading an item's assignment", READ_ITEM),
        )
    ),
    Defect(
        name="emporix.fields-spare-metadata",
        violates=("EMX-230",),
        summary="Segments and items have their metadata whatever fields says.",
        kind="projection",
        operations=(READ, SEARCH_ITEMS),
        change=changes.around(_metadata_stays, READ, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.fields-are-left-out",
        violates=("EMX-230",),
        summary="The list of customers leaves out the named fields and keeps the others.",
        kind="projection",
        operations=(LIST_CUSTOMERS,),
        change=changes.around(_left_out, LIST_CUSTOMERS),
    ),
    Defect(
        name="emporix.fields-of-the-first-record-alone",
        violates=("EMX-230",),
        summary="Only the first item of a list is restricted to the named fields.",
        kind="projection",
        operations=(LIST_ITEMS,),
        change=changes.around(_first_alone, LIST_ITEMS),
    ),
)
