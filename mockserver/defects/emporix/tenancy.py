"""Requests that reach from one tenant into another, though nothing there may be seen."""

from __future__ import annotations

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.world import World

MATCH = "POST-customer-segment-check-match"
ASSIGN_CUSTOMER = "PUT-customer-segment-update-customer-by-customerId"
ASSIGN_BUYER = "PUT-customer-segment-update-customer"
ASSIGN_ITEM = "PUT-customer-segment-update-item"
ASSIGN_CUSTOMERS_BULK = "PUT-customer-segment-update-customers-bulk"
ASSIGN_ITEMS_BULK = "PUT-customer-segment-update-items-bulk"
LIST_GROUPS = "GET-customer-segment-retrieve-groups"
SEARCH_GROUPS = "POST-customer-segment-search-groups"
READ_GROUP = "GET-customer-segment-retrieve-group"


def _knowing_all(worlds: list[World]) -> Change:
    """Note the worlds of all tenants."""

    def remember(platform: Platform) -> None:
        worlds[:] = platform.worlds.values()

    return changes.opening(remember)


def _wherever_the_segment_is(operation: str) -> Change:
    """Answer in the name of the tenant that has the segment, whoever asks."""
    worlds: list[World] = []

    def run_there(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        named = call.path["segmentId"]
        there = [each for each in (world, *worlds) if each.segments.get(named) is not None]
        return run(there[0] if there else world, call, caller)

    return changes.together(_knowing_all(worlds), changes.around(run_there, operation))


def _matching_everywhere() -> Change:
    """Match by the segments of all tenants."""
    worlds: list[World] = []

    def match(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        found = [entry["id"] for each in worlds for entry in run(each, call, caller).body]
        return Reply(200, [{"id": each} for each in dict.fromkeys(found)])

    return changes.together(_knowing_all(worlds), changes.around(match, MATCH))


DEFECTS = (
    Defect(
        name="emporix.match-by-segments-of-other-tenants",
        violates=("EMX-094",),
        summary="A product matches by a segment of another tenant.",
        kind="isolation",
        operations=(MATCH,),
        change=_matching_everywhere(),
        fault=206,
    ),
    *(
        Defect(
            name=f"emporix.{what}-across-tenants",
            violates=("EMX-094",),
            summary=f"A manager of another tenant {does}.",
            kind="isolation",
            operations=(operation,),
            change=_wherever_the_segment_is(operation),
            fault=206,
        )
        for what, does, operation in (
            ("customer-assigned", "assigns a customer to a segment", ASSIGN_CUSTOMER),
            ("buyer-assigned", "assigns a buyer to a segment", ASSIGN_BUYER),
            ("item-assigned", "assigns an item to a segment", ASSIGN_ITEM),
            (
                "customers-assigned-in-bulk",
                "assigns customers to a segment in bulk",
                ASSIGN_CUSTOMERS_BULK,
            ),
            ("items-assigned-in-bulk", "assigns items to a segment in bulk", ASSIGN_ITEMS_BULK),
        )
    ),
    *(
        Defect(
            name=f"emporix.groups-{what}-across-tenants",
            violates=("EMX-094",),
            summary=f"A reader of another tenant {does}.",
            kind="isolation",
            operations=(operation,),
            change=_wherever_the_segment_is(operation),
            fault=206,
            edition="2026-09",
        )
        for what, does, operation in (
            ("listed", "lists the groups of a segment", LIST_GROUPS),
            ("searched", "searches the groups of a segment", SEARCH_GROUPS),
            ("read", "reads the assignment of a group to a segment", READ_GROUP),
        )
    ),
)
