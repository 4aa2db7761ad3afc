"""Pages of lists that begin, end or count in the wrong way, and what is around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid

LIST = "segmentGetList"
MEMBERS = "segmentGetMembers"
ASSOCIATION = "_getSegmentAssociation"
SEARCHABLE = (LIST, MEMBERS)
ALL = (*SEARCHABLE, ASSOCIATION)
NAMES = {LIST: "segments", MEMBERS: "members", ASSOCIATION: "associations"}
Document = dict[str, Any]


def parameter(name: str, edit: Callable[[Any], None]) -> Callable[[Document], None]:
    """Edit the schema of a shared query parameter."""
    return lambda document: edit(document["components"]["parameters"][name]["schema"])


def query_of(edit: Callable[[dict[str, Any]], Any], *operations: str) -> Change:
    """Edit the declared query parameters, a copy."""

    def edited(call: Call) -> Call:
        query = dict(call.query)
        edit(query)
        return replace(call, query=query)

    return changes.before(edited, *operations)


def _from_zero(query: dict[str, Any]) -> None:
    if "_page" in query:
        query["_page"] += 1


def _without(name: str) -> Callable[[Any], Any]:
    return lambda body: {each: value for each, value in body.items() if each != name}


def _renamed(body: Any) -> Any:
    return {"segments": body["items"], "total": body["total"]}


def _at_least(name: str, least: int) -> Callable[[dict[str, Any]], None]:
    def edit(query: dict[str, Any]) -> None:
        if isinstance(query.get(name), int):
            query[name] = max(query[name], least)

    return edit


def _below_one(query: dict[str, Any]) -> None:
    if query.get("_page", 1) < 1:
        message = "This value should be 1 or more."
        raise Invalid(message, requirement="", pointer="/query/_page", code="minimum")


def _second_at_most(query: dict[str, Any]) -> None:
    if "_page" in query:
        query["_page"] = min(query["_page"], 2)


def _all_if_none(query: dict[str, Any]) -> None:
    if query.get("_itemsOnPage", 1) < 1:
        query["_itemsOnPage"] = 1_000_000


def _some_items(query: dict[str, Any]) -> None:
    if query.get("_itemsOnPage", 1) < 1:
        message = "This value should be 1 or more."
        raise Invalid(message, requirement="", pointer="/query/_itemsOnPage", code="minimum")


def _loosely_typed(query: dict[str, Any]) -> None:
    for name, most in (("_page", 2**31 - 1), ("_itemsOnPage", 50)):
        value = query.get(name)
        if isinstance(value, str):
            if not value.lstrip("-").isdecimal():
                del query[name]
            elif 1 <= int(value) <= most:
                query[name] = int(value)
            else:
                pointer = f"/query/{name}"
                raise Invalid("Out of range.", requirement="", pointer=pointer, code="range")


def _texts(document: Document) -> None:
    for name in ("page", "itemsOnPage"):
        document["components"]["parameters"][name]["schema"] = {"type": "string"}


def _minimum(schema: Any) -> None:
    schema.pop("minimum", None)


def _maximum(schema: Any) -> None:
    schema.pop("maximum", None)


def _twenty(schema: Any) -> None:
    schema["default"] = 20


def _no_default(schema: Any) -> None:
    schema.pop("default", None)


DEFECTS = (
    Defect(
        name="openloyalty.page-may-be-a-word",
        violates=("OLO-005",),
        summary="A _page or _itemsOnPage that is no number counts as not sent.",
        kind="validation",
        operations=ALL,
        loosen=_texts,
        change=query_of(_loosely_typed, *ALL),
        fault=102,
    ),
    Defect(
        name="openloyalty.large-page-passed-over",
        violates=("OLO-016",),
        summary="A _page beyond 32 bits is a page without items.",
        kind="validation",
        operations=ALL,
        loosen=parameter("page", _maximum),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.pages-of-{NAMES[operation]}-from-zero",
            violates=("OLO-123",),
            summary="Pages count from 0.",
            kind="paging",
            operations=(operation,),
            loosen=parameter("page", _no_default),
            change=query_of(_from_zero, operation),
        )
        for operation in ALL
    ),
    *(
        Defect(
            name=f"openloyalty.page-of-{NAMES[operation]}-ignored",
            violates=("OLO-123",),
            summary="The first page comes whichever is asked for.",
            kind="paging",
            operations=(operation,),
            change=changes.without_query("_page", operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.page-zero-of-{NAMES[operation]}",
            violates=("OLO-124",),
            summary="A _page below 1 counts as the first.",
            kind="paging",
            operations=(operation,),
            loosen=parameter("page", _minimum),
            # The other lists have to refuse what the loosened document lets pass.
            change=changes.together(
                query_of(_at_least("_page", 1), operation),
                query_of(_below_one, *(each for each in ALL if each != operation)),
            ),
            fault=102,
        )
        for operation in ALL
    ),
    Defect(
        name="openloyalty.twenty-on-a-page",
        violates=("OLO-125",),
        summary="A page holds 20 items unless told otherwise.",
        kind="paging",
        operations=ALL,
        loosen=parameter("itemsOnPage", _twenty),
    ),
    *(
        Defect(
            name=f"openloyalty.items-on-page-of-{NAMES[operation]}-ignored",
            violates=("OLO-125",),
            summary="A page holds 10 items whatever is asked for.",
            kind="paging",
            operations=(operation,),
            change=changes.without_query("_itemsOnPage", operation),
        )
        for operation in ALL
    ),
    Defect(
        name="openloyalty.no-limit-of-a-page",
        violates=("OLO-126",),
        summary="A page may hold more than 50 items.",
        kind="paging",
        operations=ALL,
        loosen=parameter("itemsOnPage", _maximum),
        fault=102,
    ),
    Defect(
        name="openloyalty.pages-of-nothing",
        violates=("OLO-126",),
        summary="A page may hold no items.",
        kind="paging",
        operations=ALL,
        loosen=parameter("itemsOnPage", _minimum),
        change=query_of(_at_least("_itemsOnPage", 0), *ALL),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.third-page-of-{NAMES[operation]}-repeats",
            violates=("OLO-123",),
            summary="The pages after the second one are the second one again.",
            kind="paging",
            operations=(operation,),
            change=query_of(_second_at_most, operation),
        )
        for operation in SEARCHABLE
    ),
    Defect(
        name="openloyalty.no-items-of-members-means-all",
        violates=("OLO-126",),
        summary="A page of 0 members, or of fewer, holds all of them.",
        kind="paging",
        operations=(MEMBERS,),
        loosen=parameter("itemsOnPage", _minimum),
        # The other lists have to refuse what the loosened document lets pass.
        change=changes.together(
            query_of(_all_if_none, MEMBERS),
            query_of(_some_items, LIST, ASSOCIATION),
        ),
        fault=102,
    ),
    Defect(
        name="openloyalty.list-without-total",
        violates=("OLO-120",),
        summary="The list of segments has no total.",
        kind="totals",
        operations=(LIST,),
        change=changes.body(_without("total"), LIST),
    ),
    Defect(
        name="openloyalty.list-as-in-the-older-edition",
        violates=("OLO-120",),
        summary="The list has its segments in a field segments.",
        kind="schema",
        operations=(LIST,),
        change=changes.body(_renamed, LIST),
    ),
)
