"""Lists that go wrong at their ends: empty ones, later pages, totals under filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.paging import (
    LIST,
    LIST_ALL_ITEMS,
    LIST_CUSTOMERS,
    LISTS,
    SEARCH,
    SEARCH_CUSTOMERS,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.world import World


def _nothing_is_missing(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    if not reply.body:
        raise Missing("Nothing was found.", requirement="EMX-038")
    return reply


def _number(call: Call) -> int:
    return int(call.query.get("pageNumber", 1))


def _forgetting(names: tuple[str, ...], when: Callable[[Call], bool], *operations: str) -> Change:
    """Ignore query parameters in some calls."""

    def edited(call: Call) -> Call:
        if not when(call):
            return call
        kept = {name: value for name, value in call.query.items() if name not in names}
        return replace(call, query=kept)

    return changes.before(edited, *operations)


def _total_without(*names: str) -> Callable[[Operation, Any, Call, Any], Reply]:
    """Count what there would be without some parameters."""

    def run_(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
        kept = {name: value for name, value in call.query.items() if name not in names}
        counted = run(world, replace(call, query=kept), caller)
        return replace(run(world, call, caller), headers=counted.headers)

    return run_


def _last_page_of_two(call: Call) -> Call:
    return replace(call, query={**call.query, "pageNumber": "2"}) if _number(call) > 2 else call


def _all_counted(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    if not reply.headers:
        return reply
    members = world.members.having("segmentId", call.path["segmentId"])
    return replace(reply, headers=[("X-Total-Count", str(len(members)))])


def _one_per_customer(rows: Any) -> Any:
    """Show a customer once, for whichever legal entity comes first."""
    first = {str(row.get("customer")): row for row in reversed(rows)}
    return [row for row in rows if row is first[str(row.get("customer"))]]


def _only_valid(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Hide from readers what is not valid now."""
    reply = run(world, call, caller)

    def is_valid(shown: Any) -> bool:
        segment = world.segments.get(shown.get("id"))
        return segment is None or world.is_now(segment.valid_from, segment.valid_to)

    if not caller.reads_all:
        return reply
    return replace(reply, body=[each for each in changes.plain(reply.body) if is_valid(each)])


def _products_only(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    if caller.reads_all:
        return reply
    shown = changes.plain(reply.body)
    return replace(reply, body=[each for each in shown if each.get("type") == "PRODUCT"])


def _totals_of_all_tenants(*operations: str) -> Change:
    """Count in every tenant, and show what is in one."""
    worlds: list[World] = []

    def remember(platform: Any) -> None:
        worlds[:] = [tenant.world for tenant in platform.tenants.values()]

    def counted(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        reply = run(world, call, caller)
        if not reply.headers:
            return reply
        total = sum(int(dict(run(each, call, caller).headers)["X-Total-Count"]) for each in worlds)
        return replace(reply, headers=[("X-Total-Count", str(total))])

    return changes.together(changes.opening(remember), changes.around(counted, *operations))


DEFECTS = (
    *(
        Defect(
            name=f"emporix.empty-list-is-missing-{number}",
            violates=("EMX-038",),
            summary="A list that finds nothing is answered with 404.",
            kind="status",
            operations=(operation,),
            change=changes.around(_nothing_is_missing, operation),
        )
        for number, operation in enumerate(LISTS, 1)
    ),
    Defect(
        name="emporix.total-missing-on-an-empty-list",
        violates=("EMX-221",),
        summary="A list without records tells no total.",
        kind="totals",
        operations=LISTS,
        change=changes.after(
            lambda reply, _: reply if reply.body else replace(reply, headers=()), *LISTS
        ),
    ),
    Defect(
        name="emporix.third-page-is-the-second",
        violates=("EMX-216",),
        summary="Every page after the second one is the second one again.",
        kind="paging",
        operations=LISTS,
        change=changes.before(_last_page_of_two, *LISTS),
    ),
    Defect(
        name="emporix.fields-ignored-on-later-pages",
        violates=("EMX-230",),
        summary="fields has no effect after the first page.",
        kind="projection",
        operations=LISTS,
        change=_forgetting(("fields",), lambda call: _number(call) > 1, *LISTS),
    ),
    Defect(
        name="emporix.total-before-the-filters-of-items",
        violates=("EMX-221",),
        summary="The total of all items counts those that siteCode and onlyActive left out.",
        kind="totals",
        operations=(LIST_ALL_ITEMS,),
        change=changes.around(_total_without("siteCode", "onlyActive"), LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.total-before-customer-id",
        violates=("EMX-221",),
        summary="The total of segments counts those of other customers than customerId.",
        kind="totals",
        operations=(LIST, SEARCH),
        change=changes.around(_total_without("customerId"), LIST, SEARCH),
    ),
    Defect(
        name="emporix.site-ignored-with-only-active",
        violates=("EMX-302",),
        summary="siteCode has no effect together with onlyActive=true.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=_forgetting(
            ("siteCode",), lambda call: call.query.get("onlyActive") is True, LIST_ALL_ITEMS
        ),
    ),
    *(
        Defect(
            name=f"emporix.customers-{what}-once",
            violates=("EMX-279",),
            summary=f"A customer of several legal entities is {what} once.",
            kind="filter",
            operations=(operation,),
            change=changes.body(_one_per_customer, operation),
        )
        for what, operation in (("listed", LIST_CUSTOMERS), ("found", SEARCH_CUSTOMERS))
    ),
    Defect(
        name="emporix.own-total-counts-others",
        violates=("EMX-110",),
        summary="The total of a customer's own assignments counts those of others.",
        kind="isolation",
        operations=(LIST_CUSTOMERS,),
        change=changes.around(_all_counted, LIST_CUSTOMERS),
        fault=204,
    ),
    Defect(
        name="emporix.validity-hides-from-readers",
        violates=("EMX-090",),
        summary="A reader's list leaves out segments whose validity is over or to come.",
        kind="state",
        operations=(LIST,),
        change=changes.around(_only_valid, LIST),
    ),
    Defect(
        name="emporix.own-categories-hidden",
        violates=("EMX-111",),
        summary="A customer gets the products of its segments, and no categories.",
        kind="filter",
        operations=(LIST_ALL_ITEMS,),
        change=changes.around(_products_only, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.totals-of-all-tenants",
        violates=("EMX-094",),
        summary="The total of segments counts those of other tenants that fulfil q.",
        kind="isolation",
        operations=(LIST, SEARCH),
        change=_totals_of_all_tenants(LIST, SEARCH),
        fault=206,
    ),
)
