"""The ends of lists: none to show, the last page, totals under filters, fields further back."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.case import Emporix
from conformance.emporix.lists import ID_FIELD, SEGMENTS, Scene, kind_of, scene
from conformance.exchange import Reply, at
from conformance.judging import judges

TOTAL = {"X-Total-Count": "true"}
_FIELD = {"segments": "status", "customers": "customer", "items": "type"}
"""Kind of record -> a property that every record of it has."""


@judges("EMX-038", "EMX-221")
@pytest.mark.parametrize("operation", op.LISTS)
def test_an_empty_list_is_a_list(emporix: Emporix, operation: str) -> None:
    """A list of nothing is answered with 200 and an empty array, and counts 0 records."""
    made = scene(emporix, kind_of(operation), {})
    q = f"{ID_FIELD[made.kind]}:{emporix.fresh_id()}"
    reply = made.look(operation, q, headers=TOTAL)
    emporix.judge("EMX-038", reply).status(200).same([], reply.json)
    media_type = (reply.header("content-type") or "").partition(";")[0].strip().lower()
    emporix.judge("EMX-038", reply).same("application/json", media_type, "the content type")
    emporix.judge("EMX-221", reply).header("X-Total-Count", "0")


@judges("EMX-215", "EMX-216", "EMX-221", "EMX-230")
@pytest.mark.parametrize("operation", op.LISTS)
def test_later_pages_are_like_the_first(emporix: Emporix, operation: str) -> None:
    """Every page holds pageSize records of its own, the fields asked for, and the same total."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)
    first = made.first_page(operation)
    pages = [_page(made, operation, first + number) for number in range(3)]
    for page in pages:
        emporix.judge("EMX-215", page).status(200).same(1, len(page.entries()), "the records")
        emporix.judge("EMX-221", page).header("X-Total-Count", "3")
    found = [each for page in pages for each in made.found(page)]
    emporix.judge("EMX-216", pages[-1]).same_set(made.ids, found, "what the pages hold")
    field = _FIELD[made.kind]
    for number in (first, first + 1):
        page = made.look(
            operation, pageSize=1, pageNumber=number, fields=field, headers=TOTAL
        )  # fmt: skip
        emporix.judge("EMX-230", page).status(200).present(f"/0/{field}").absent("/0/metadata")


@judges("EMX-221")
@pytest.mark.parametrize("operation", op.LISTS)
def test_the_total_is_told_beyond_the_end(emporix: Emporix, operation: str) -> None:
    """A page after the last one, where it is answered, counts what is on all pages."""
    made = scene(emporix, kind_of(operation), {}, {})
    made.ready(operation)
    page = _page(made, operation, 9)
    if page.status == 200 and page.json == []:
        emporix.judge("EMX-221", page).header("X-Total-Count", "2")
        return
    # How such a page is answered is not documented; the last one tells the same.
    page = _page(made, operation, made.first_page(operation) + 1)
    emporix.judge("EMX-221", page).status(200).header("X-Total-Count", "2")


@judges("EMX-215", "EMX-216")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_sorted_pages_follow_each_other(emporix: Emporix, operation: str) -> None:
    """With sort every page is cut out of the sorted list."""
    made = scene(emporix, SEGMENTS)
    made.ready(operation)
    for number, named in enumerate(sorted(made.ids), made.first_page(operation)):
        page = made.look(operation, sort="id", pageSize=1, pageNumber=number)
        emporix.judge("EMX-215", page).status(200).same(1, len(page.entries()), "the records")
        emporix.judge("EMX-216", page).same([named], page.each("/id"), f"page {number}")


@judges("EMX-221", "EMX-302", "EMX-303")
def test_filters_of_items_work_together(emporix: Emporix) -> None:
    """The site and onlyActive narrow the items together, for products and categories, and count."""
    here, there = emporix.option("site_code"), emporix.option("other_site_code")
    categories = emporix.known("categories", "id")
    items = [own.any_item(emporix), ("CATEGORY", str(categories[-1]["id"]))]
    active, away = own.active(emporix), own.active(emporix, siteCode=there)
    inactive = own.inactive(emporix)
    segments = (active, away, inactive)
    for segment in segments:
        for kind, item in items:
            emporix.assign_item(segment, kind, item)
    _judge_items(emporix, segments, segments, ())
    _judge_items(emporix, segments, (active, inactive), ("EMX-302", "EMX-221"), siteCode=here)
    _judge_items(emporix, segments, (active, away), ("EMX-303", "EMX-221"), onlyActive=True)
    both = {"siteCode": here, "onlyActive": True}
    _judge_items(emporix, segments, (active,), ("EMX-302", "EMX-303", "EMX-221"), **both)


def _judge_items(
    case: Emporix,
    segments: tuple[str, ...],
    wanted: tuple[str, ...],
    requirements: tuple[str, ...],
    **query: Any,
) -> None:
    """Judge of which segments both items are shown; without requirements: wait for them."""
    expected = sorted((*wanted, *wanted))
    q = f"segmentId:({','.join(segments)})"
    reply = case.settle(
        lambda: case.send(
            op.LIST_ALL_ITEMS, by="read", query={"q": q, "pageSize": 50, **query}, headers=TOTAL
        ),
        lambda reply: sorted(map(str, reply.each("/segmentId"))) == expected,
    )
    case.need(reply, 200, what="listing items")
    for each in requirements:
        judging = case.judge(each, reply)
        if each == "EMX-221":
            judging.header("X-Total-Count", str(len(expected)))
        else:
            judging.same_set(expected, reply.each("/segmentId"), "the segments of the items")


@judges("EMX-097", "EMX-221")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_a_customer_in_no_segment_has_none(emporix: Emporix, operation: str) -> None:
    """CustomerId counts the segments that a customer is in, until it is in none any more."""
    me = str(emporix.known("customers", "id")[0]["id"])
    made = scene(emporix, SEGMENTS, {}, {})
    made.ready(operation)
    emporix.assign_customer(made.ids[0], me)

    def look(customer: str) -> Reply:
        return made.look(operation, customerId=customer, headers=TOTAL)

    mine = emporix.settle(lambda: look(me), lambda reply: reply.each("/id") == [made.ids[0]])
    emporix.judge("EMX-097", mine).status(200).same([made.ids[0]], mine.each("/id"))
    emporix.judge("EMX-221", mine).header("X-Total-Count", "1")
    own.take_out(emporix, made.ids[0], me)
    left = emporix.settle(lambda: look(me), lambda reply: reply.json == [])
    emporix.judge("EMX-097", left).status(200).same([], left.each("/id"), "the segments left")
    nobody = look(emporix.fresh_id())
    found = [each for each in nobody.each("/id") if each in made.ids]
    emporix.judge("EMX-097", nobody).same([], found, "the segments of nobody")


@judges("EMX-097")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_segments_of_a_buyer_are_its_segments(emporix: Emporix, operation: str) -> None:
    """CustomerId finds the segments that a customer is in for a legal entity."""
    known = emporix.known("customers", "id", "legal_entities")[0]
    buyer, entity = str(known["id"]), str(known["legal_entities"][0])
    made = scene(emporix, SEGMENTS, {}, {})
    made.ready(operation)
    emporix.assign_customer(made.ids[1], buyer, entity)
    reply = emporix.settle(
        lambda: made.look(operation, customerId=buyer),
        lambda reply: reply.each("/id") == [made.ids[1]],
    )
    emporix.judge("EMX-097", reply).status(200).same([made.ids[1]], reply.each("/id"))


@judges("EMX-093")
def test_versions_are_shown_in_lists(emporix: Emporix) -> None:
    """The metadata of a segment in a list has the version that reading the segment shows."""
    made = scene(emporix, SEGMENTS, {}, {})
    made.update(1)
    for operation in (op.LIST, op.SEARCH):
        made.ready(operation)
        reply = emporix.settle(
            lambda o=operation: made.look(o),  # type: ignore[misc]
            lambda reply: at(made.record(reply, 1), "/metadata/version") == 2,
        )
        judging = emporix.judge("EMX-093", reply).status(200)
        for position, version in enumerate((1, 2)):
            found = at(made.record(reply, position), "/metadata/version")
            judging.same(version, found, "metadata.version in a list")


@judges("EMX-079")
def test_descriptions_have_every_language(emporix: Emporix) -> None:
    """With Accept-Language "*" a description is shown in every language, read and listed."""
    if len(emporix.languages) < 2:
        raise emporix.lacking("emporix.languages with two languages")
    wanted = {each: f"in {each}" for each in emporix.languages[:2]}
    made = scene(emporix, SEGMENTS, {"description": wanted})
    every = {"Accept-Language": "*"}
    read = emporix.read(made.ids[0], headers=every)
    emporix.judge("EMX-079", read).status(200).value("/description", wanted)
    for operation in (op.LIST, op.SEARCH):
        made.ready(operation)
        reply = made.look(operation, headers=every)
        emporix.judge("EMX-079", reply).status(200).value("/0/description", wanted)


@judges("EMX-090", "EMX-091")
@pytest.mark.parametrize("year", ["2019", "2039"])
def test_a_validity_hides_nothing_from_readers(emporix: Emporix, year: str) -> None:
    """A reader gets segments whose validity is over, or has not begun, like any other."""
    validity = {"from": f"{year}-01-01T00:00:00.000Z", "to": f"{year}-12-31T00:00:00.000Z"}
    made = scene(emporix, SEGMENTS, {"validity": validity, "status": "ACTIVE"})
    read = emporix.read(made.ids[0])
    emporix.judge("EMX-091", read).status(200).value("/id", made.ids[0])
    listed = made.finds(op.LIST, "", made.ids)
    emporix.judge("EMX-090", listed).status(200).same([*made.ids], made.found(listed))


@judges("EMX-301")
def test_items_of_every_segment_are_listed(emporix: Emporix) -> None:
    """A reader gets products and categories of segments of any site, status and validity."""
    there = emporix.option("other_site_code")
    past = {"from": "2019-01-01T00:00:00.000Z", "to": "2019-12-31T00:00:00.000Z"}
    segments = (own.active(emporix, siteCode=there), own.inactive(emporix),
                own.active(emporix, validity=past))  # fmt: skip
    category = ("CATEGORY", str(emporix.known("categories", "id")[0]["id"]))
    for segment in segments:
        for kind, item in (own.any_item(emporix), category):
            emporix.assign_item(segment, kind, item)
    expected = sorted((*segments, *segments))
    reply = emporix.settle(
        lambda: own.items_of_all(emporix, "read", segments),
        lambda reply: sorted(map(str, reply.each("/segmentId"))) == expected,
    )
    judging = emporix.judge("EMX-301", reply).status(200)
    judging.same_set(expected, reply.each("/segmentId"), "the segments of the items")


def _page(made: Scene, operation: str, number: int) -> Reply:
    return made.look(operation, pageSize=1, pageNumber=number, headers=TOTAL)
