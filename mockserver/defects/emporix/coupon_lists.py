"""Coupons and redemptions that are listed, counted, marked or deleted in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import LIST, READ, REDEMPTIONS, REMOVE, Edit, Json, shown
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.room import Operation

LISTS = {LIST: "coupons", REDEMPTIONS: "redemptions"}


def _status(wrong: str, instead_of: str) -> Edit:
    return lambda coupon: {**coupon, "status": wrong} if coupon["status"] == instead_of else coupon


def _in_list(edit: Edit, *operations: str) -> Change:
    return changes.body(lambda found: list(map(edit, found)), *operations)


def _really_delete(remove: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = remove(world, call, caller)
    code = call.path["code"]
    row = world.shop.coupons.get(code) or world.shop.coupons.get(code.upper())
    world.shop.coupons.remove(row)
    return reply


def _query(**given: Any) -> Callable[[Call], Call]:
    """Return what asks for something else than the caller did; None takes a parameter out."""

    def edited(call: Call) -> Call:
        query = {**call.query, **given}
        left = {name: value for name, value in query.items() if value is not None}
        return replace(call, query=left)

    return edited


def _from_zero(call: Call) -> Call:
    number = call.query.get("pageNumber", 1)
    return replace(call, query={**call.query, "pageNumber": number + 1})


def _another_size(call: Call) -> Call:
    size = call.query.get("pageSize")
    return replace(call, query={**call.query, "pageSize": 60 if size == 16 else size})


def _without_pages(call: Call) -> Call:
    return replace(call, query={**call.query, "pageNumber": 1})


def _total_of_page(reply: Reply, call: Call) -> Reply:
    if not call.query.get("totalCount"):
        return reply
    return replace(reply, headers=(("Items-Count", str(len(reply.body))),))


def _sort(edit: Callable[[str], str]) -> Callable[[Call], Call]:
    def edited(call: Call) -> Call:
        told = call.query.get("sort")
        return call if told is None else replace(call, query={**call.query, "sort": edit(told)})

    return edited


def _descending(told: str) -> str:
    return ",".join(each if ":" in each else f"{each}:desc" for each in told.split(","))


def _ascending(told: str) -> str:
    return told.replace(":desc", "")


def _first_key(told: str) -> str:
    return told.partition(",")[0]


def _first_clause(call: Call) -> Call:
    told = call.query.get("q")
    return call if told is None else replace(call, query={**call.query, "q": told.split(" ")[0]})


def _merged(coupon: Json) -> Json:
    told = coupon.get("legalEntityRedemptions")
    if not told:
        return coupon
    merged = {"legalEntityId": told[0]["legalEntityId"], "count": sum(x["count"] for x in told)}
    return {**coupon, "legalEntityRedemptions": [merged]}


def _once_each(coupon: Json) -> Json:
    told = [{**each, "count": 1} for each in coupon.get("legalEntityRedemptions", ())]
    return {**coupon, "legalEntityRedemptions": told} if told else coupon


def _defect(
    name: str,
    requirement: str,
    summary: str,
    change: Change,
    *operations: str,
    kind: Kind,
    fault: int | None = None,
) -> Defect:
    return Defect(f"emporix.{name}", (requirement,), summary, kind, operations, change, fault=fault)


def _of_lists() -> tuple[Defect, ...]:
    """Return the defects that either of the two lists may have."""
    found = []
    for each, rows in LISTS.items():
        for name, requirement, summary, change, kind in (
            ("pages-from-zero", "EMX-647", f"Page 1 of {rows} is the second one.",
             changes.before(_from_zero, each), "paging"),
            ("page-of-sixty", "EMX-647", f"Without pageSize sixty {rows} are listed.",
             changes.before(_another_size, each), "paging"),
            ("page-number-ignored", "EMX-647", f"Every page of {rows} is the first.",
             changes.before(_without_pages, each), "paging"),
            ("total-of-page", "EMX-648", f"Items-Count counts the {rows} of the page alone.",
             changes.after(_total_of_page, each), "totals"),
            ("total-missing", "EMX-648", f"Items-Count is missing from the list of {rows}.",
             changes.without_reply_header("Items-Count", each), "totals"),
            ("query-ignored", "EMX-649", f"q is ignored in the list of {rows}.",
             changes.without_query("q", each), "filter"),
            ("sort-ignored", "EMX-651", f"sort is ignored in the list of {rows}.",
             changes.without_query("sort", each), "sort"),
            ("sorted-descending", "EMX-651", f"{rows.title()} are sorted descending by default.",
             changes.before(_sort(_descending), each), "sort"),
            ("desc-ignored", "EMX-651", f"{rows.title()} are always sorted ascending.",
             changes.before(_sort(_ascending), each), "sort"),
        ):  # fmt: skip
            found.append(
                _defect(f"{rows}-{name}", requirement, summary, change, each, kind=kind)  # type: ignore[arg-type]
            )
    return tuple(found)


DEFECTS = (
    *_of_lists(),
    _defect(
        "coupons-second-sort-ignored",
        "EMX-651",
        "Coupons are sorted by the first field alone.",
        changes.before(_sort(_first_key), LIST),
        LIST,
        kind="sort",
    ),
    _defect(
        "coupons-second-clause-ignored",
        "EMX-649",
        "Of several fields in the q of coupons the first alone counts.",
        changes.before(_first_clause, LIST),
        LIST,
        kind="filter",
    ),
    # --- the state of a coupon ---
    *(
        _defect(
            f"coupon-never-{missed.lower()}",
            "EMX-640",
            f"A coupon that is {missed} is shown as VALID.",
            shown(_status("VALID", missed)),
            READ,
            LIST,
            kind="time" if missed != "USED" else "state",
        )
        for missed in ("INACTIVE", "EXPIRED", "USED")
    ),
    _defect(
        "coupon-expired-is-inactive",
        "EMX-640",
        "A coupon that has expired is listed as INACTIVE.",
        _in_list(_status("INACTIVE", "EXPIRED"), LIST),
        LIST,
        kind="time",
    ),
    _defect(
        "coupon-valid-is-used",
        "EMX-640",
        "A single coupon that is VALID is shown as USED.",
        changes.body(_status("USED", "VALID"), READ),
        READ,
        kind="state",
    ),
    _defect(
        "coupon-count-zero",
        "EMX-641",
        "The redemptionCount stays 0.",
        shown(
            lambda coupon: (
                {**coupon, "redemptionCount": 0} if "redemptionCount" in coupon else coupon
            )
        ),
        READ,
        LIST,
        kind="totals",
    ),
    _defect(
        "coupon-count-zero-in-list",
        "EMX-641",
        "The redemptionCount is 0 in the list.",
        _in_list(lambda coupon: {**coupon, "redemptionCount": 0}, LIST),
        LIST,
        kind="totals",
    ),
    _defect(
        "coupon-entities-merged",
        "EMX-655",
        "All legal entities are counted under the first.",
        shown(_merged),
        READ,
        LIST,
        kind="totals",
    ),
    _defect(
        "coupon-entities-once",
        "EMX-655",
        "Each legal entity is counted once in the list.",
        _in_list(_once_each, LIST),
        LIST,
        kind="totals",
    ),
    # --- deleting ---
    _defect(
        "coupon-deletion-answers-200",
        "EMX-643",
        "A deletion is answered with 200.",
        changes.status(200, REMOVE),
        REMOVE,
        kind="status",
    ),
    _defect(
        "coupon-deletion-final",
        "EMX-642",
        "A deleted coupon is gone from every list.",
        changes.around(_really_delete, REMOVE),
        REMOVE,
        kind="state",
    ),
    _defect(
        "coupon-deletion-idle",
        "EMX-642",
        "A deleted coupon stays as it was.",
        changes.around(lambda *_: Reply(204), REMOVE),
        REMOVE,
        kind="state",
        fault=103,
    ),
    _defect(
        "coupon-deleted-always-listed",
        "EMX-642",
        "Deleted coupons are listed without showDeleted.",
        changes.before(_query(showDeleted=True), LIST),
        LIST,
        kind="filter",
        fault=103,
    ),
    _defect(
        "coupon-deleted-never-listed",
        "EMX-642",
        "showDeleted is ignored.",
        changes.without_query("showDeleted", LIST),
        LIST,
        kind="filter",
    ),
    _defect(
        "coupon-deleted-unmarked",
        "EMX-642",
        "A deleted coupon is not marked as deleted.",
        _in_list(lambda coupon: {**coupon, "deleted": False}, LIST),
        LIST,
        kind="state",
    ),
)
