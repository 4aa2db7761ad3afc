"""The product search: its query, what it may find, and the JSON of a product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.languages import speech
from mockserver.vendors.emporix.listing import Listing, page
from mockserver.vendors.emporix.matching import ABSENT, Candidates, Field, Fields
from mockserver.vendors.emporix.model import texts
from mockserver.vendors.emporix.query import Clause, Equal
from mockserver.vendors.emporix.records import View, projected, read_fields
from mockserver.vendors.emporix.replies import listed, read_query
from mockserver.vendors.emporix.sisters.access import PRODUCT_UNPUBLISHED
from mockserver.vendors.emporix.sisters.catalogue.index import Catalogue, ShelvedProduct
from mockserver.vendors.emporix.sisters.catalogue.query import (
    Expression,
    Plain,
    holds,
    parse_compound,
)
from mockserver.vendors.emporix.sisters.listing import read_sort, whole
from mockserver.vendors.emporix.world import World

PAGE_SIZE = 60


def search_products(world: World, call: Call, caller: Caller) -> Reply:
    """POST /products/search: what is not published needs a scope (EMX-750).

    Without a q every product is found (EMX-757), and with X-Total-Count their number is
    told (EMX-746). Segments hide nothing (EMX-758).
    """
    wanted = Listing(
        whole(call, "pageSize", PAGE_SIZE),
        whole(call, "pageNumber"),
        read_sort(call.query.get("sort")),
        call.headers.get("X-Total-Count") is True,
    )
    shown = speech(world, call.headers.get("Accept-Language"))  # (EMX-749)
    chosen = View(None, read_fields(call.query.get("fields")))
    q = read_query(call)
    catalogue = world.shop.catalogue(world.products, world.categories)
    sees_all = PRODUCT_UNPUBLISHED in caller.scopes
    everything: Sequence[ShelvedProduct] = (
        catalogue.products.rows if sees_all else catalogue.published
    )
    if not q:
        found = page(Candidates(everything), (), _fields(world), wanted)
    else:
        expression = parse_compound(q, legacy_in=world.choices.legacy_in, pointer="/q")
        fulfils = holds(expression, _fields(world))  # (EMX-740)
        fewer = _indexed(world, catalogue, expression)
        found = page(
            Candidates(everything if fewer is None else fewer),
            (),
            _fields(world),
            wanted,
            lambda row: (sees_all or row.product.published) and fulfils(row),
        )
    rows = []
    for row in found.rows:
        # Fields are picked before a language is, and the id always (EMX-747).
        value = projected(_product(world, row), chosen)
        if shown is not None and "name" in value:
            value["name"] = shown.choose(value["name"])
        rows.append(value)
    return listed(rows, found.total)


# ---- queries ---------------------------------------------------------------------------


def _indexed(
    world: World, catalogue: Catalogue, expression: Expression
) -> list[ShelvedProduct] | None:
    """Return a list that holds every product that can fulfil it; `None` when no index helps."""
    if isinstance(expression, Plain):
        lists = [_of_clause(world, catalogue, clause) for clause in expression.clauses]
    else:
        lists = [_indexed(world, catalogue, part) for part in expression.parts]
        if expression.word == "OR":
            known = [each for each in lists if each is not None]
            if len(known) < len(lists):
                return None
            by_number = {row.number: row for each in known for row in each}
            return [by_number[number] for number in sorted(by_number)]
    return min((each for each in lists if each is not None), key=len, default=None)


def _of_clause(world: World, catalogue: Catalogue, clause: Clause) -> list[ShelvedProduct] | None:
    if not isinstance(clause.test, Equal):
        return None
    if any(value.instant is not None for value in clause.test.values):
        return None  # one instant has many spellings, an index knows one
    wanted = dict.fromkeys(value.text for value in clause.test.values)
    found: dict[int, ShelvedProduct] = {}
    for text in wanted:
        rows = _having(world, catalogue, ".".join(clause.path), text)
        if rows is None:
            return None
        found |= {row.number: row for row in rows}
    return [found[number] for number in sorted(found)]


def _having(
    world: World, catalogue: Catalogue, name: str, text: str
) -> Sequence[ShelvedProduct] | None:
    shelf = catalogue.products
    match name:
        case "id":
            row = shelf.get(text)
            return [] if row is None else [row]
        case "code":
            return shelf.having("code", text)
        case "categoryIds":
            return catalogue.of_category.get(text, [])
        case "customerSegmentIds":
            held = world.items.having("segmentId", text)
            products = (shelf.get(each.item_id) for each in held if each.type == "PRODUCT")
            return [row for row in products if row is not None]
    return None


def _fields(world: World) -> Fields:
    """Return how queries and sorting read the fields of a product."""

    def field(path: tuple[str, ...]) -> Field[ShelvedProduct]:
        if path[0] == "name" and len(path) > 1:
            language = ".".join(path[1:])
            return Field(lambda row: texts(row.product.name).get(language, ABSENT))
        if path == ("customerSegmentIds",):
            return Field(lambda row: _segments(world, row))
        return _PLAIN.get(path, _UNKNOWN)

    return field


_PLAIN: dict[tuple[str, ...], Field[ShelvedProduct]] = {
    ("id",): Field(lambda row: row.product.id),
    ("code",): Field(lambda row: row.product.code),
    ("name",): Field(lambda row: texts(row.product.name)),
    ("published",): Field(lambda row: row.product.published),
    ("productType",): Field(lambda _: "BASIC"),
    ("version",): Field(lambda _: 1),  # as the vendor's examples of compounds have it
    ("metadata", "version"): Field(lambda _: 1),
    ("categoryIds",): Field(lambda row: list(row.product.category_ids)),
}
_UNKNOWN: Field[ShelvedProduct] = Field(lambda _: ABSENT)


# ---- JSON ------------------------------------------------------------------------------


def _segments(world: World, row: ShelvedProduct) -> list[str]:
    """Return the segments that the product itself is assigned to (EMX-752)."""
    held = world.items.having("item.id", row.product.id)
    return [each.segment_id for each in held if each.type == "PRODUCT"]


def _product(world: World, row: ShelvedProduct) -> dict[str, Any]:
    """Return the JSON of a product, its texts in every language (EMX-753)."""
    product = row.product
    return {
        "id": product.id,
        "code": product.code,
        "name": texts(product.name),
        "productType": "BASIC",
        "published": product.published,
        "categoryIds": list(product.category_ids),
        "customerSegmentIds": _segments(world, row),
        "metadata": {"version": 1},
    }


PRODUCT_OPERATIONS: dict[str, Operation] = {
    "POST-product-search-products": search_products,
}
"""operationId -> function. `expand` and `rawValue` are declared and have no effect (EMX-756)."""
