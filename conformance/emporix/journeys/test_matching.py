"""Which of some products are assigned to segments, themselves or through a category."""

from __future__ import annotations

from typing import Any

from conformance.emporix import operations as op
from conformance.emporix import own, updates
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges


@judges("EMX-200", "EMX-203")
def test_assigned_products_match(emporix: Emporix) -> None:
    """Of the given products those match that are assigned to one of the given segments."""
    one, other = _products(emporix)
    segment, empty = own.active(emporix), own.active(emporix)
    emporix.assign_item(segment, "PRODUCT", one)
    found = emporix.settle(
        lambda: _match(emporix, [one, other], [empty, segment]),
        lambda reply: reply.each("/id") == [one],
    )
    emporix.judge("EMX-203", found).status(200)
    shape = emporix.judge("EMX-203", found)
    shape.that(isinstance(found.json, list), "an array", found.json)
    shape.that(
        all(isinstance(each, str) for each in found.each("/id")),
        "objects with the id of an item",
        found.json,
    )
    emporix.judge("EMX-200", found).same_set([one], set(map(str, found.each("/id"))), "the items")
    none = _match(emporix, [other], [empty])
    emporix.judge("EMX-203", none).status(200).that(
        isinstance(none.json, list), "an array, even if it is empty", none.json
    )


@judges("EMX-200")
def test_each_given_segment_counts(emporix: Emporix) -> None:
    """A product matches by any of the given segments, and by no other."""
    one, other = _products(emporix)
    first, second = own.active(emporix), own.active(emporix)
    emporix.assign_item(first, "PRODUCT", one)
    emporix.assign_item(second, "PRODUCT", other)
    for segments, wanted in (
        ([first, second], {one, other}),
        ([second], {other}),
        ([first], {one}),
    ):
        found = emporix.settle(
            lambda s=segments: _match(emporix, [one, other], s),  # type: ignore[misc]
            lambda reply, w=wanted: set(map(str, reply.each("/id"))) == w,  # type: ignore[misc]
        )
        judging = updates.succeeded(emporix, "EMX-200", found)
        judging.same_set(wanted, set(map(str, found.each("/id"))), "the items")


@judges("EMX-201")
def test_products_of_assigned_categories_match(emporix: Emporix) -> None:
    """A product matches when one of its categories is assigned to a given segment."""
    known = emporix.known("products", "id", "category")[0]
    product, category = str(known["id"]), str(known["category"])
    segment, empty = own.active(emporix), own.active(emporix)
    emporix.assign_item(segment, "CATEGORY", category)
    found = emporix.settle(
        lambda: _match(emporix, [product], [segment]),
        lambda reply: reply.each("/id") == [product],
    )
    judging = updates.succeeded(emporix, "EMX-201", found)
    judging.same_set([product], set(map(str, found.each("/id"))), "the items")
    found = _match(emporix, [product], [empty])
    updates.succeeded(emporix, "EMX-201", found).same_set([], found.each("/id"), "the items")


@judges("EMX-202")
def test_inactive_segments_do_not_count(emporix: Emporix) -> None:
    """Neither a product nor the category of one matches by an inactive segment."""
    known = emporix.known("products", "id", "category")[0]
    product, category = str(known["id"]), str(known["category"])
    by_product, by_category = own.inactive(emporix), own.inactive(emporix)
    emporix.assign_item(by_product, "PRODUCT", product)
    emporix.assign_item(by_category, "CATEGORY", category)
    for segment in (by_product, by_category):
        found = emporix.settle(
            lambda s=segment: _match(emporix, [product], [s]),  # type: ignore[misc]
            lambda reply: reply.status == 200 and not reply.entries(),
        )
        updates.succeeded(emporix, "EMX-202", found).same_set([], found.each("/id"), "the items")


@judges("EMX-202")
def test_a_deactivated_segment_counts_no_more(emporix: Emporix) -> None:
    """A segment that becomes inactive does not match any more, one that becomes active does."""
    product = _products(emporix)[0]
    segment = own.inactive(emporix)
    emporix.assign_item(segment, "PRODUCT", product)
    version = updates.stored_version(emporix, segment)
    for more, status, wanted in ((0, "ACTIVE", [product]), (1, "INACTIVE", [])):
        updates.set_status(emporix, op.UPDATE, segment, status, version + more)
        found = emporix.settle(
            lambda: _match(emporix, [product], [segment]),
            lambda reply, w=wanted: reply.status == 200 and reply.each("/id") == w,  # type: ignore[misc]
        )
        judging = updates.succeeded(emporix, "EMX-202", found)
        judging.same_set(wanted, set(map(str, found.each("/id"))), "the items")


@judges("EMX-204")
def test_the_name_of_the_site_is_observed(emporix: Emporix) -> None:
    """The site of a match is named site in the schema, and siteCode in the example."""
    product = _products(emporix)[0]
    segment = own.active(emporix)
    site = emporix.option("site_code")
    body = {"items": [{"id": product}], "segmentIds": [segment]}
    answers = []
    for told, named in (
        ("site", {"site": site}),
        ("siteCode", {"siteCode": site}),
        ("neither", {}),
    ):
        reply = emporix.send(op.MATCH, body={**body, **named})
        answers.append(f"{told} {reply.status}")
    emporix.observe("EMX-204", f"the site is answered with: {', '.join(answers)}", reply)


def _products(case: Emporix) -> tuple[str, str]:
    """Return the ids of two known products, published ones first. Raises Unmet."""
    known = case.known("products", "id", at_least=2)
    one, other = sorted(known, key=lambda each: each.get("published") is False)[:2]
    return str(one["id"]), str(other["id"])


def _match(case: Emporix, products: list[str], segments: list[str]) -> Reply:
    """Send POST /segments/match; the site under both of its names."""
    site = case.option("site_code")
    body: dict[str, Any] = {
        "items": [{"id": each} for each in products],
        "segmentIds": segments,
        "site": site,
        "siteCode": site,
    }
    return case.send(op.MATCH, body=body)
