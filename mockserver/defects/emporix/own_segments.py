"""Customers who see more than is theirs, or less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Missing
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix import records, trees
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import READ, Segment
from mockserver.vendors.emporix.world import World

SEARCH = "POST-customer-segment-search-segments"
READ_ONE = "GET-customer-segment-retrieve-segment"
CUSTOMERS = "GET-customer-segment-retrieve-customers"
TREES = "GET-customer-segment-retrieve-category-trees"
ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
ITEMS = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS = "POST-customer-segment-search-items"
ITEM = "GET-customer-segment-retrieve-item"
OWN = (
    "GET-customer-segment-retrieve-segments",
    SEARCH,
    READ_ONE,
    CUSTOMERS,
    TREES,
    ALL_ITEMS,
    ITEMS,
    SEARCH_ITEMS,
    ITEM,
)


class _EverActive(World):
    """A world in which the status of a segment does not matter."""

    def is_active(self, segment: Segment) -> bool:
        """Count every segment as active."""
        return True


def ever_active(world: World) -> World:
    """Return the same state, seen without regard to status; only for reading."""
    seen = object.__new__(_EverActive)
    seen.__dict__.update(world.__dict__)
    return seen


def _as(edit: Callable[[Caller], Caller], *operations: str) -> Change:
    """Answer as if somebody else had called."""
    return changes.around(
        lambda run, world, call, caller: run(world, call, edit(caller)), *operations
    )


def _all_seeing(caller: Caller) -> Caller:
    return replace(caller, scopes=caller.scopes | {READ})


def _of_no_entity(caller: Caller) -> Caller:
    return replace(caller, legal_entity=None)


def _whatever_the_status(*operations: str) -> Change:
    return changes.around(
        lambda run, world, call, caller: run(ever_active(world), call, caller), *operations
    )


def _unseen(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.reads_all:
        return run(world, call, caller)
    raise Missing("Not found.", requirement="EMX-092", pointer="/path/segmentId")


def _queried_freely(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, _all_seeing(caller) if call.query.get("q") else caller)


def _active_when_asked(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    asked = call.query.get("onlyActive") is True
    return run(world if asked else ever_active(world), call, caller)


def _tree_of_all(_: Operation, world: World, call: Call, caller: Caller) -> Reply:
    ids = [segment.id for segment in world.segments.rows if world.is_active(segment)]
    return Reply(200, records.trees(trees.category_trees(world, ids), None))


def _readers_only(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
    admission = admit(state, call)
    if not admission.caller.reads_all:
        raise Forbidden("Not yours.", requirement="EMX-012")
    return admission


DEFECTS = (
    Defect(
        name="emporix.search-shows-segments-of-others",
        violates=("EMX-106",),
        summary="A search by a customer finds every segment of the tenant.",
        kind="scope",
        operations=(SEARCH,),
        change=_as(_all_seeing, SEARCH),
        fault=206,
    ),
    Defect(
        name="emporix.segment-of-others-readable",
        violates=("EMX-108",),
        summary="A customer reads any segment whose id it knows.",
        kind="scope",
        operations=(READ_ONE,),
        change=_as(_all_seeing, READ_ONE),
        fault=206,
    ),
    Defect(
        name="emporix.inactive-segment-readable",
        violates=("EMX-108",),
        summary="A customer reads a segment of its own that is inactive.",
        kind="scope",
        operations=(READ_ONE,),
        change=_whatever_the_status(READ_ONE),
    ),
    Defect(
        name="emporix.own-segment-hidden",
        violates=("EMX-108",),
        summary="A customer cannot read its own segment: it is answered with 404.",
        kind="scope",
        operations=(READ_ONE,),
        change=changes.around(_unseen, READ_ONE),
    ),
    Defect(
        name="emporix.fellow-customers-shown",
        violates=("EMX-110",),
        summary="A customer sees everybody who is in a segment.",
        kind="scope",
        operations=(CUSTOMERS,),
        change=_as(_all_seeing, CUSTOMERS),
        fault=206,
    ),
    Defect(
        name="emporix.fellow-customers-found-by-query",
        violates=("EMX-110",),
        summary="With a q, a customer finds other customers of a segment.",
        kind="scope",
        operations=(CUSTOMERS,),
        change=changes.around(_queried_freely, CUSTOMERS),
        fault=206,
    ),
    Defect(
        name="emporix.customers-of-inactive-segment-shown",
        violates=("EMX-110",),
        summary="A customer sees its assignment to a segment that is inactive.",
        kind="scope",
        operations=(CUSTOMERS,),
        change=_whatever_the_status(CUSTOMERS),
    ),
    Defect(
        name="emporix.items-of-all-segments-shown",
        violates=("EMX-111",),
        summary="A customer sees the items of every segment.",
        kind="scope",
        operations=(ALL_ITEMS,),
        change=_as(_all_seeing, ALL_ITEMS),
        fault=206,
    ),
    Defect(
        name="emporix.items-of-inactive-segments-shown",
        violates=("EMX-111", "EMX-114"),
        summary="A customer sees the items of its inactive segments, whatever onlyActive says.",
        kind="scope",
        operations=(ALL_ITEMS,),
        change=_whatever_the_status(ALL_ITEMS),
    ),
    Defect(
        name="emporix.only-active-left-to-customers",
        violates=("EMX-114",),
        summary="A customer sees items of its inactive segments unless it asks for onlyActive.",
        kind="scope",
        operations=(ALL_ITEMS,),
        change=changes.around(_active_when_asked, ALL_ITEMS),
    ),
    Defect(
        name="emporix.item-of-others-readable",
        violates=("EMX-112",),
        summary="A customer reads an item of a segment that it is not in.",
        kind="scope",
        operations=(ITEM,),
        change=_as(_all_seeing, ITEM),
        fault=206,
    ),
    Defect(
        name="emporix.items-of-inactive-segment-listed",
        violates=("EMX-112",),
        summary="A customer lists the items of a segment of its own that is inactive.",
        kind="scope",
        operations=(ITEMS,),
        change=_whatever_the_status(ITEMS),
    ),
    Defect(
        name="emporix.items-of-others-found",
        violates=("EMX-112",),
        summary="A customer finds the items of a segment that it is not in.",
        kind="scope",
        operations=(SEARCH_ITEMS,),
        change=_as(_all_seeing, SEARCH_ITEMS),
        fault=206,
    ),
    Defect(
        name="emporix.item-search-closed-to-customers",
        violates=("EMX-112",),
        summary="A customer may not search the items of its own segment.",
        kind="auth",
        operations=(SEARCH_ITEMS,),
        change=changes.admitting(_readers_only, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.tree-of-all-segments",
        violates=("EMX-113",),
        summary="The tree of a customer holds the categories of every active segment.",
        kind="scope",
        operations=(TREES,),
        change=changes.around(_tree_of_all, TREES),
        fault=206,
    ),
    Defect(
        name="emporix.tree-of-inactive-segments",
        violates=("EMX-113",),
        summary="The tree of a customer holds the categories of its inactive segments.",
        kind="scope",
        operations=(TREES,),
        change=_whatever_the_status(TREES),
    ),
    Defect(
        name="emporix.tree-empty",
        violates=("EMX-113",),
        summary="The tree of a customer is always empty.",
        kind="scope",
        operations=(TREES,),
        change=changes.body(lambda _: [], TREES),
    ),
    Defect(
        name="emporix.legal-entity-of-token-ignored",
        violates=("EMX-115",),
        summary="A buyer sees what is assigned to it for any legal entity.",
        kind="scope",
        operations=OWN,
        change=_as(_of_no_entity, *OWN),
    ),
    Defect(
        name="emporix.read-ignores-legal-entity",
        violates=("EMX-115",),
        summary="A buyer reads a segment that is assigned to it for another legal entity.",
        kind="scope",
        operations=(READ_ONE,),
        change=_as(_of_no_entity, READ_ONE),
    ),
    Defect(
        name="emporix.customers-ignore-legal-entity",
        violates=("EMX-115",),
        summary="A buyer sees its assignments for other legal entities.",
        kind="scope",
        operations=(CUSTOMERS,),
        change=_as(_of_no_entity, CUSTOMERS),
    ),
    Defect(
        name="emporix.items-ignore-legal-entity",
        violates=("EMX-115",),
        summary="A buyer sees items of segments that it is in for another legal entity.",
        kind="scope",
        operations=(ITEMS, SEARCH_ITEMS, ITEM),
        change=_as(_of_no_entity, ITEMS, SEARCH_ITEMS, ITEM),
    ),
    Defect(
        name="emporix.all-items-ignore-legal-entity",
        violates=("EMX-115",),
        summary="GET /segments/items shows a buyer what it has for any legal entity.",
        kind="scope",
        operations=(ALL_ITEMS,),
        change=_as(_of_no_entity, ALL_ITEMS),
    ),
    Defect(
        name="emporix.tree-ignores-legal-entity",
        violates=("EMX-115",),
        summary="The tree of a buyer holds categories that it has for any legal entity.",
        kind="scope",
        operations=(TREES,),
        change=_as(_of_no_entity, TREES),
    ),
    Defect(
        name="emporix.legal-entity-assignments-hidden",
        violates=("EMX-115",),
        summary="A buyer does not see what is assigned to it for the legal entity of its token.",
        kind="scope",
        operations=OWN,
        change=_as(lambda caller: replace(caller, legal_entity=caller.legal_entity and "-"), *OWN),
    ),
)
