"""What a customer may see: segments of which it is a member, and others that it is not in.

Sets up and looks; what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    return case.send(op.LIST_ALL_ITEMS, by=by, query={"q": q, **query})


def three_looks(case: Emporix, by: str, segment: str, item: tuple[str, str]) -> dict[str, Reply]:
    """Look at an item of a segment in the three ways that there are, by operationId."""
    path = {"segmentId": segment, "type": item[0], "itemId": item[1]}
    return {
        op.LIST_ITEMS: case.send(op.LIST_ITEMS, by=by, path=path),
        op.SEARCH_ITEMS: case.send(op.SEARCH_ITEMS, by=by, path=path, body={}),
        op.READ_ITEM: case.send(op.READ_ITEM, by=by, path=path),
    }


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
