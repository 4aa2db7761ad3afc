"""What a customer may see: segments of which it is a member, and others that it is not in.

Sets up and looks; what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply, at


def active(case: Emporix, *members: str, legal_entity: str = "", **fields: Any) -> str:
    """Make an active segment with members, for a legal entity where one is named."""
    segment = case.segment(**{"status": "ACTIVE", **fields})
    for member in members:
        case.assign_customer(segment, member, legal_entity)
    return segment


def inactive(case: Emporix, *members: str) -> str:
    """Make an inactive segment with members."""
    return active(case, *members, status="INACTIVE")


def strangers(case: Emporix, me: str) -> list[str]:
    """Return the known customers that are somebody else; there may be none."""
    known = case.session.config.known.get("customers", ())
    return [str(each["id"]) for each in known if "id" in each and each["id"] != me]


def foreign(case: Emporix, me: str) -> str:
    """Make an active segment that the customer is not in; somebody else is, where one is known."""
    return active(case, *strangers(case, me)[:1])


def any_of(*ids: str) -> str:
    """Return a q that leaves the segments of some ids."""
    return f"id:({','.join(ids)})"


def search(case: Emporix, by: str, *ids: str) -> Reply:
    """Search for segments by their ids."""
    return case.send(op.SEARCH, by=by, body={"q": any_of(*ids)})


def any_item(case: Emporix) -> tuple[str, str]:
    """Return type and id of something that can be assigned. Raises Unmet."""
    return items(case, 1)[0]


def items(case: Emporix, number: int) -> list[tuple[str, str]]:
    """Return type and id of known things of one type that can be assigned. Raises Unmet."""
    known = case.session.config.known.get("products", ())
    products = [str(each["id"]) for each in known if each.get("published") is not False]
    if len(products) >= number:
        return [("PRODUCT", each) for each in products[:number]]
    found = case.known("categories", "id", at_least=number)
    return [("CATEGORY", str(each["id"])) for each in found[:number]]


def items_of_all(case: Emporix, by: str, segments: Iterable[str], **query: Any) -> Reply:
    """Send GET /segments/items for the items of some segments."""
    q = f"segmentId:({','.join(segments)})"
    # How many records a page has otherwise is not documented.
    return case.send(op.LIST_ALL_ITEMS, by=by, query={"q": q, "pageSize": 50, **query})


LOOKS: Final = (op.LIST_ITEMS, op.SEARCH_ITEMS, op.READ_ITEM)
"""The operations that show an item of one segment."""


def look(case: Emporix, by: str, operation: str, segment: str, item: tuple[str, str]) -> Reply:
    """Look at an item of a segment by one of `LOOKS`."""
    path = {"segmentId": segment, "type": item[0], "itemId": item[1]}
    body: Any = {} if operation == op.SEARCH_ITEMS else UNSENT
    return case.send(operation, by=by, path=path, body=body)


def three_looks(
    case: Emporix, by: str, segment: str, item: tuple[str, str], shown: Iterable[str]
) -> dict[str, Reply]:
    """Look at an item of a segment by each of `LOOKS` until it shows the items that it should.

    Each may come to know of what was assigned at its own time. Returns the last looks.
    """
    wanted = sorted(shown)
    alone = [each for each in wanted if each == item[1]]
    return {
        operation: case.settle(
            lambda o=operation: look(case, by, o, segment, item),  # type: ignore[misc]
            lambda reply, w=alone if operation == op.READ_ITEM else wanted: (  # type: ignore[misc]
                sorted(map(str, items_in(reply))) == w
            ),
        )
        for operation in LOOKS
    }


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which a customer sees a segment or what is in it."""

    requirement: str
    look: Callable[[], Reply]
    shows: Callable[[Reply], bool]
    """Tells whether an answer shows it."""


def looks(case: Emporix, by: str, segment: str, item: tuple[str, str]) -> list[Look]:
    """Return every look at a segment and an item in it, the tree and contradicted ones aside."""
    path = {"segmentId": segment}

    def is_list_of_something(reply: Reply) -> bool:
        return bool(reply.entries())

    def at_item(operation: str) -> Look:
        return Look(
            "EMX-112",
            lambda: look(case, by, operation, segment, item),
            lambda reply: bool(items_in(reply)),
        )

    return [
        Look("EMX-106", lambda: search(case, by, segment), is_list_of_something),
        Look(
            "EMX-108",
            lambda: case.read(segment, by=by),
            lambda reply: bool(reply.at("/id") == segment),
        ),
        Look(
            "EMX-110",
            lambda: case.send(op.LIST_CUSTOMERS, by=by, path=path),
            is_list_of_something,
        ),
        Look("EMX-111", lambda: items_of_all(case, by, [segment]), is_list_of_something),
        *map(at_item, LOOKS),
    ]


def take_out(case: Emporix, segment: str, customer: str) -> None:
    """Delete the assignment of a customer. Raises Unmet."""
    path = {"segmentId": segment, "customerId": customer}
    reply = case.send(op.REMOVE_CUSTOMER, path=path, step="set up")
    case.need(reply, 204, what="taking a customer out of a segment")


def items_in(reply: Reply) -> list[Any]:
    """Return the ids of the items in a list, or of the one that was read; none in a refusal."""
    if reply.status != 200:
        return []
    if isinstance(reply.json, list):
        return reply.each("/item/id")
    return [reply.at("/item/id")]


def tree(case: Emporix, by: str) -> Reply:
    """Send GET /segments/items/category-trees for the configured site."""
    return case.send(op.TREES, by=by, query={"siteCode": case.option("site_code")})


def categories_in(reply: Reply) -> set[str]:
    """Return the ids of all categories in a tree, mere labels included."""
    found: set[str] = set()
    waiting: list[Any] = reply.entries()[:]
    while waiting:
        node = waiting.pop()
        named, below = at(node, "/id"), at(node, "/subcategories")
        if isinstance(named, str):
            found.add(named)
        if isinstance(below, list):
            waiting.extend(below)
    return found


def assigned_tops(reply: Reply) -> list[str]:
    """Return the categories of a tree that are assigned while the one above is not.

    Those are assigned themselves; what is below them may be there because they are.
    """
    found: list[str] = []
    waiting: list[Any] = reply.entries()[:]
    while waiting:
        node = waiting.pop()
        named, below = at(node, "/id"), at(node, "/subcategories")
        if at(node, "/isSegmentAssigned") is True and isinstance(named, str):
            found.append(named)
        elif isinstance(below, list):
            waiting.extend(below)
    return sorted(found)


def category_items(case: Emporix, by: str, *categories: str) -> Reply:
    """Send GET /segments/items for some categories."""
    query = {"q": f"type:CATEGORY item.id:({','.join(categories)})", "pageSize": 200}
    return case.send(op.LIST_ALL_ITEMS, by=by, query=query)


def category_outside(case: Emporix, by: str) -> str:
    """Return a known published category that is not in somebody's tree yet. Raises Unmet."""
    before = case.need(tree(case, by), 200, what="reading the category tree")
    there = categories_in(before)
    for each in case.known("categories", "id", "published"):
        if each["published"] and each["id"] not in there:
            return str(each["id"])
    raise case.lacking(
        f"emporix.known.categories with one that is published and in no segment of {by!r}"
    )
