"""What an Emporix target can tell about itself, asked with GET alone.

Legal entities show only where somebody is assigned for one. Groups with their members, names
in several languages, and whether a product is published are left to be added by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.case import Case
from conformance.emporix import operations as op
from conformance.exchange import Reply, at
from conformance.judging import Unmet

_MOST = 5
"""How many of each kind are worth knowing."""

Rows = dict[str, dict[str, Any]]
"""What is known of things of one kind, by their ids."""


def discover(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return known segments, customers, products and categories. Raises Unmet."""
    segments: Rows = {}
    customers: Rows = {}
    for segment in case.send(op.LIST, by="read", query={"pageSize": 20}).entries():
        name, status = at(segment, "/id"), at(segment, "/status")
        if not isinstance(name, str) or len(segments) >= _MOST:
            continue
        listed = case.send(
            op.LIST_CUSTOMERS, by="read", path={"segmentId": name}, query={"pageSize": 20}
        )
        members = [each for each in listed.each("/customer/id") if isinstance(each, str)]
        for entry in listed.entries():
            _add_customer(customers, entry)
        segments[name] = {"id": name}
        if status in ("ACTIVE", "INACTIVE"):
            segments[name] |= {"status": status, "members": list(dict.fromkeys(members))}
    products, categories = _assigned(case)
    _add_trees(case, categories)
    _add_placements(case, categories, products)
    found = {
        "segments": segments,
        "customers": customers,
        "products": products,
        "categories": categories,
    }
    return {kind: list(rows.values())[:_MOST] for kind, rows in found.items()}


def _add_customer(customers: Rows, entry: Any) -> None:
    """Add the customer of an assignment, with its legal entity where it has one."""
    name, email = at(entry, "/customer/id"), at(entry, "/customer/email")
    if not isinstance(name, str):
        return
    row = customers.setdefault(name, {"id": name})
    if isinstance(email, str) and email:
        row["email"] = email
    entity = at(entry, "/legalEntity/id")
    if isinstance(entity, str):
        entities = row.setdefault("legal_entities", [])
        if entity not in entities:
            entities.append(entity)


def _assigned(case: Case) -> tuple[Rows, Rows]:
    """Return the products and the categories that are assigned to any segment."""
    rows: dict[str, Rows] = {"PRODUCT": {}, "CATEGORY": {}}
    for item in case.send(op.LIST_ALL_ITEMS, by="read", query={"pageSize": 60}).entries():
        kind, name = at(item, "/type"), at(item, "/item/id")
        if kind in rows and isinstance(name, str) and len(rows[kind]) < _MOST:
            rows[kind].setdefault(name, {"id": name})
    return rows["PRODUCT"], rows["CATEGORY"]


def _add_trees(case: Case, categories: Rows) -> None:
    """Add what trees tell of categories: what they lie below, and that they are published.

    Categories that nobody assigned come in as well, while there is room.
    """
    reply = _asked(case, op.CATEGORY_TREES)
    if reply is None:
        return
    for node, parent, published in _nodes(reply.json):
        name = at(node, "/id")
        if not isinstance(name, str) or (name not in categories and len(categories) >= _MOST):
            continue
        row = categories.setdefault(name, {"id": name})
        if parent:
            row["parent"] = parent
        row["published"] = published


def _nodes(level: Any, parent: str = "", published: bool = True) -> Iterator[tuple[Any, str, bool]]:
    """Yield the categories of trees, with what is above; one below unpublished ones is not."""
    for node in level if isinstance(level, list) else ():
        shown = published and at(node, "/published") is True
        yield node, parent, shown
        name = at(node, "/id")
        if isinstance(name, str):
            yield from _nodes(at(node, "/subcategories"), name, shown)


def _add_placements(case: Case, categories: Rows, products: Rows) -> None:
    """Add which products are in which categories."""
    for name in list(categories)[:_MOST]:
        reply = _asked(case, op.CATEGORY_ASSIGNMENTS, {"categoryId": name})
        for entry in [] if reply is None else reply.entries():
            product = at(entry, "/ref/id")
            if at(entry, "/ref/type") != "PRODUCT" or not isinstance(product, str):
                continue
            categories[name].setdefault("product", product)
            if product in products or len(products) < _MOST:
                products.setdefault(product, {"id": product}).setdefault("category", name)


def _asked(case: Case, operation: str, path: dict[str, str] | None = None) -> Reply | None:
    """Ask the category service; `None` where there is none, or it does not answer."""
    by = "manage" if "manage" in case.session.config.credentials else "read"
    try:
        reply = case.send(operation, by=by, path=path, headers={"X-Version": "v2"})
    except Unmet:
        return None
    return reply if reply.status == 200 else None
