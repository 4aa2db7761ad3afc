"""Products that a search finds, cuts, sorts and shows."""

from __future__ import annotations

import re

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    PRODUCT_SCOPE,
    TOTAL,
    above,
    assignments,
    differ,
    entitled,
    has_scope,
    hidden_product,
    is_hidden,
    listed_ids,
    misplaced,
    products,
)
from conformance.emporix.coupons import anonymous
from conformance.exchange import Reply, at
from conformance.judging import judges, unmet


def _published(case: Emporix, at_least: int = 2) -> list[str]:
    found = [str(each["id"]) for each in case.known("products", "id", "published")
             if each["published"]]  # fmt: skip
    if len(found) < at_least:
        raise case.lacking(f"emporix.known.products with published = true (at least {at_least})")
    return found


def _search(case: Emporix, q: str, **query: object) -> Reply:
    """Search as somebody who may; a scope that is missing is no fault of the target."""
    return entitled(case, products(case, q, query), PRODUCT_SCOPE)


def _coded(case: Emporix) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return two products with their codes, which are different in any order. Raises Unmet."""
    codes: dict[str, str] = {}
    for product in _published(case):
        reply = entitled(case, products(case, f"id:{product}", step="set up"), PRODUCT_SCOPE)
        case.need(reply, 200, what="searching products")
        code = at(reply.entry("/id", product), "/code")
        if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z][\w-]*", code, re.ASCII):
            continue
        for earlier, its_code in codes.items():
            if differ(its_code, code):
                return (earlier, its_code), (product, code)
        codes[product] = code
    raise case.lacking("emporix.known.products with different codes (at least 2 published ones)")


@judges("EMX-740")
def test_products_that_fulfil_a_query(emporix: Emporix) -> None:
    """A search finds the products that fulfil q, and no others."""
    (one, code), (other, other_code) = _coded(emporix)
    for q, expected in (
        (f"id:{one}", [one]),
        (listed_ids([one, other]), [one, other]),
        (f"id:{emporix.fresh_id()}", []),
        (f"id:{one} code:{other_code}", []),
        (f"code:{code} {listed_ids([one, other])}", [one]),
    ):
        reply = _search(emporix, q)
        emporix.judge("EMX-740", reply).status(200).same_set(
            expected, reply.each("/id"), f"what fulfils {q}"
        )
    reply = _search(emporix, f"code:{code}")
    judging = emporix.judge("EMX-740", reply).status(200)
    judging.that(one in reply.each("/id"), f"the product {one}", reply.each("/id"), "the list")
    judging.same([], [each for each in reply.each("/code") if each != code], "other codes found")


@judges("EMX-741")
def test_compound_queries(emporix: Emporix) -> None:
    """Bracketed queries are joined by AND or by OR, one within the other too."""
    (one, code), (other, other_code) = _coded(emporix)
    both, nothing = listed_ids([one, other]), emporix.fresh_id()
    for compound, expected in (
        (f"(id:{one}) OR (id:{other})", [one, other]),
        (f"({both}) AND (code:{code})", [one]),
        (f"(id:{one}) AND (id:{other})", []),
        (f"({both}) AND ((code:{code}) OR (id:{nothing}))", [one]),
        (f"(id:{nothing}) OR (({both}) AND (code:{other_code}))", [other]),
        (f"(id:{nothing}) OR (code:{nothing}) OR (id:{other})", [other]),
        (f"({both}) AND (id:{one}) AND (code:{other_code})", []),
        (f"({both} code:{code}) OR (id:{nothing})", [one]),
        (f"({both}) AND ((id:{nothing}) OR ((id:{one}) AND (code:{code})))", [one]),
        (f"({both}) AND ((id:{nothing}) OR ((id:{one}) AND (code:{other_code})))", []),
    ):
        reply = _search(emporix, f"compoundLogicalQuery:({compound})")
        emporix.judge("EMX-741", reply).status(200).same_set(
            expected, reply.each("/id"), f"what fulfils {compound}"
        )


@judges("EMX-744")
def test_pages_of_products_hold_sixty(emporix: Emporix) -> None:
    """A page holds sixty products when pageSize is not given."""
    for _ in range(3):
        before, page, after = (
            entitled(emporix, products(emporix, "published:true", query), PRODUCT_SCOPE)
            for query in ({"pageSize": 61}, {}, {"pageSize": 61})
        )
        there = len(before.entries())
        if there == len(after.entries()):
            break
    else:
        raise emporix.lacking("a time when nobody changes products")
    emporix.judge("EMX-744", page).status(200).same(
        min(there, 60), len(page.entries()), f"how many of {there} products a page holds"
    )
    if there <= 60:
        raise emporix.lacking("more than 60 published products")


@judges("EMX-746")
def test_total_of_products(emporix: Emporix) -> None:
    """X-Total-Count tells how many products there are on all pages."""
    q = listed_ids(_published(emporix))
    found = entitled(emporix, products(emporix, q, step="set up"), PRODUCT_SCOPE)
    emporix.need(found, 200, what="searching products")
    total = len(found.entries())
    if total < 2:
        raise emporix.lacking("emporix.known.products (at least 2 published ones that are found)")
    reply = products(emporix, q, {"pageSize": 1}, headers=TOTAL)
    emporix.judge("EMX-746", reply).status(200).header("X-Total-Count", str(total))
    second = products(emporix, q, {"pageSize": 1, "pageNumber": 2}, headers=TOTAL)
    emporix.judge("EMX-746", second).status(200).header("X-Total-Count", str(total))
    none = products(emporix, f"id:{emporix.fresh_id()}", headers=TOTAL)
    emporix.judge("EMX-746", none).status(200).header("X-Total-Count", "0")


@judges("EMX-746")
def test_total_of_products_that_are_published(emporix: Emporix) -> None:
    """X-Total-Count does not count what the caller cannot find."""
    hidden, _ = hidden_product(emporix)
    q = listed_ids([hidden, *_published(emporix, 1)])
    reply = products(emporix, q, by="customer", headers=TOTAL)
    if reply.status in (401, 403):
        unmet("customers may not search products here")
    found = len(reply.entries())
    emporix.judge("EMX-746", reply).status(200).header("X-Total-Count", str(found))


@judges("EMX-747")
def test_fields_of_products(emporix: Emporix) -> None:
    """Only the fields that are asked for are shown, and the id."""
    product = _published(emporix, 1)[0]
    for fields in ("code", "name,code", "id,name"):
        reply = _search(emporix, f"id:{product}", fields=fields)
        judging = emporix.judge("EMX-747", reply).status(200)
        shown = reply.at("/0")
        judging.same_set(
            {"id", *fields.split(",")},
            shown if isinstance(shown, dict) else (),
            f"what is shown with fields={fields}",
        )


@judges("EMX-748")
def test_order_of_products(emporix: Emporix) -> None:
    """Products are sorted by field, field:asc and field:desc, the first of several first."""
    (one, code), (other, other_code) = _coded(emporix)
    both = listed_ids([one, other])
    ascending = (
        "code",
        "code:asc",
        "published:asc,code:asc",
        "code:asc,id:asc",
        "code:asc,id:desc",
    )
    descending = ("code:desc", "published:asc,code:desc", "code:desc,id:asc", "code:desc,id:desc")
    for sort in ascending + descending:
        reply = _search(emporix, both, sort=sort)
        judging = emporix.judge("EMX-748", reply).status(200)
        judging.same_set([one, other], reply.each("/id"), "the products found")
        judging.same(
            None,
            misplaced(reply.each("/code"), descending=sort in descending),
            f"codes out of order with sort={sort}",
        )
    # What is sorted by need not be shown.
    codes_of = {one: code, other: other_code}
    for sort in ("code", "code:desc"):
        reply = _search(emporix, both, sort=sort, fields="id,name")
        emporix.judge("EMX-748", reply).status(200).same(
            None,
            misplaced(
                [codes_of.get(str(each)) for each in reply.each("/id")],
                descending=sort in descending,
            ),
            f"codes out of order with sort={sort} and fields=id,name",
        )
    # The order is that of all pages, not of each.
    for sort in ("code", "code:desc"):
        pages = [_search(emporix, both, sort=sort, pageSize=1, pageNumber=each) for each in (1, 2)]
        codes = [code for page in pages for code in page.each("/code")]
        judging = emporix.judge("EMX-748", pages[0]).status(200)
        judging.same(
            None,
            misplaced(codes, descending=sort in descending),
            f"codes out of order on two pages with sort={sort}",
        )


@judges("EMX-750")
def test_unpublished_products(emporix: Emporix) -> None:
    """Products that are not published are found only with a scope of their own."""
    hidden, _ = hidden_product(emporix)
    shown = _published(emporix, 1)[0]
    reply = products(emporix, listed_ids([hidden, shown]), by="customer")
    emporix.judge("EMX-750", reply).that(
        hidden not in reply.each("/id"), f"not {hidden}, which is not published",
        reply.each("/id"), "what a customer finds",
    )  # fmt: skip
    compound = f"compoundLogicalQuery:((id:{hidden}) OR (id:{shown}))"
    for q in (f"id:{hidden} published:false", compound, None):
        reply = products(emporix, q, by="customer")
        emporix.judge("EMX-750", reply).that(
            hidden not in reply.each("/id"), f"not {hidden}, which is not published",
            reply.each("/id"), "what a customer finds",
        )  # fmt: skip
    if emporix.session.config.options.get("client_id"):
        reply = products(emporix, f"id:{hidden}", by="", headers=anonymous(emporix))
        emporix.judge("EMX-750", reply).that(
            hidden not in reply.each("/id"), f"not {hidden}, which is not published",
            reply.each("/id"), "what a visitor finds",
        )  # fmt: skip
    reply = _search(emporix, listed_ids([hidden, shown]))
    judging = emporix.judge("EMX-750", reply).status(200)
    if hidden not in reply.each("/id") and not has_scope(emporix, PRODUCT_SCOPE):
        raise emporix.lacking(f"the scope {PRODUCT_SCOPE} to emporix.credentials.manage")
    judging.same_set([hidden, shown], reply.each("/id"), f"what is found with {PRODUCT_SCOPE}")


@judges("EMX-753")
def test_categories_of_a_product(emporix: Emporix) -> None:
    """A product tells in categoryIds which categories it is assigned to."""
    parent_of = {str(each["id"]): str(each["parent"])
                 for each in emporix.session.config.known.get("categories", ())
                 if "parent" in each}  # fmt: skip
    placed = [(known["id"], known["category"])
              for known in emporix.known("products", "id", "category")]  # fmt: skip
    placed += [(known["product"], known["id"])
               for known in emporix.session.config.known.get("categories", ())
               if "product" in known and not is_hidden(known)]  # fmt: skip
    for product, category in dict.fromkeys((str(one), str(other)) for one, other in placed):
        reply = _search(emporix, f"id:{product}")
        emporix.judge("EMX-753", reply).status(200)
        if not reply.entries():
            continue  # not published, and the scope is missing
        listed = reply.entries("/0/categoryIds")
        emporix.judge("EMX-753", reply).that(
            category in listed, f"{category}, which holds it", listed, f"categoryIds of {product}"
        )
        for top in above(parent_of, category):
            if top not in listed:
                continue
            held = assignments(emporix, top, {"ref.id": product}, step="set up")
            emporix.need(held, 200, what="listing the assignments of a category")
            emporix.judge("EMX-753", reply).that(
                top in held.each("/categoryId"), f"not {top}, which does not hold it itself",
                listed, f"categoryIds of {product}",
            )  # fmt: skip
