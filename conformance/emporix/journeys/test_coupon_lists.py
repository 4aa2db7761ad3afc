"""Lists of coupons and of redemptions: pages, totals, queries, order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.case import UNSENT
from conformance.emporix import coupons
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges

DEFAULT_SIZE = 16

Look = Callable[[dict[str, Any]], Reply]
"""Asks for a list with some query parameters."""


def coupons_of(emporix: Emporix, number: int) -> Look:
    """Make coupons and return what lists them and no other, once all of them are listed."""
    label = coupons.fresh_label(emporix)
    for _ in range(number):
        coupons.coupon(emporix, name=label)
    query = {"q": f"name:{label}"}
    emporix.settle(
        lambda: coupons.list_coupons(emporix, {**query, "pageSize": number + 1}),
        lambda reply: len(reply.entries()) == number,
    )
    return lambda given: coupons.list_coupons(emporix, {**query, **given})


def redemptions_of(emporix: Emporix, number: int) -> Look:
    """Redeem a new coupon several times and return what lists that, once all of it is listed."""
    code = coupons.coupon(emporix)
    for _ in range(number):
        coupons.redemption(emporix, code)
    emporix.settle(
        lambda: coupons.list_redemptions(emporix, code, {"pageSize": number + 1}),
        lambda reply: len(reply.entries()) == number,
    )
    return lambda given: coupons.list_redemptions(emporix, code, given)


def judge_default_page(emporix: Emporix, look: Look) -> None:
    """Judge the pages of a list of one record more than fits on the first."""
    for given, size in (
        ({}, DEFAULT_SIZE),
        ({"pageNumber": 1}, DEFAULT_SIZE),
        ({"pageNumber": 2}, 1),
        ({"pageSize": DEFAULT_SIZE + 1}, DEFAULT_SIZE + 1),
        ({"pageSize": 5, "pageNumber": 4}, 2),
    ):
        reply = look(given)
        judging = emporix.judge("EMX-647", reply).status(200)
        judging.same(size, len(reply.entries()), "the number of records")


def judge_total(emporix: Emporix, look: Look, total: int) -> None:
    """Judge that a total counts what lies on other pages, before and after, too."""
    for given in ({"pageSize": 1}, {"pageSize": 1, "pageNumber": 2}):
        reply = look({**given, "totalCount": True})
        emporix.judge("EMX-648", reply).status(200).header("Items-Count", str(total))


@judges("EMX-647")
def test_a_page_of_coupons_holds_sixteen(emporix: Emporix) -> None:
    """Without parameters the first sixteen coupons are listed, and page 2 has the rest."""
    judge_default_page(emporix, coupons_of(emporix, DEFAULT_SIZE + 1))


@judges("EMX-647")
def test_a_page_of_redemptions_holds_sixteen(emporix: Emporix) -> None:
    """Without parameters the first sixteen redemptions are listed, and page 2 has the rest."""
    judge_default_page(emporix, redemptions_of(emporix, DEFAULT_SIZE + 1))


@judges("EMX-647", read_only=True)
def test_no_page_of_coupons_is_larger_than_sixteen(emporix: Emporix) -> None:
    """Without pageSize no more than sixteen coupons are listed."""
    reply = coupons.list_coupons(emporix, {})
    emporix.judge("EMX-647", reply).status(200).that(
        len(reply.entries()) <= DEFAULT_SIZE, "at most 16", len(reply.entries()), "the list"
    )


@judges("EMX-648", "EMX-649")
def test_a_query_narrows_the_list_of_coupons(emporix: Emporix) -> None:
    """The list holds the coupons that fulfil q, and Items-Count tells how many those are."""
    label = coupons.fresh_label(emporix)
    amount = {"amount": 5, "currency": coupons.CURRENCY}
    first = coupons.coupon(emporix, name=label)
    second = coupons.coupon(emporix, name=label)
    absolute = coupons.coupon(
        emporix,
        name=label,
        discountType="ABSOLUTE",
        discountPercentage=UNSENT,
        discountAbsolute=amount,
    )
    named = {"q": f"name:{label}"}
    coupons.listed(emporix, named, first, second, absolute)
    for query, expected in (
        (f"name:{label}", (first, second, absolute)),
        (f"code:{second}", (second,)),
        (f"name:{label} discountType:ABSOLUTE", (absolute,)),
        (f"code:({first},{absolute})", (first, absolute)),
        (f"name:{label} discountAbsolute.amount:5", (absolute,)),
        (f"code:{coupons.fresh_code(emporix)}", ()),
    ):
        reply = coupons.list_coupons(emporix, {"q": query, "pageSize": 5})
        judging = emporix.judge("EMX-649", reply).status(200)
        judging.same_set(expected, reply.each("/code"), f"the coupons with {query}")
    judge_total(emporix, lambda given: coupons.list_coupons(emporix, {**named, **given}), 3)
    none = coupons.list_coupons(
        emporix, {"q": f"code:{coupons.fresh_code(emporix)}", "totalCount": True}
    )
    emporix.judge("EMX-648", none).status(200).header("Items-Count", "0")


@judges("EMX-648", "EMX-649")
def test_a_query_narrows_the_list_of_redemptions(emporix: Emporix) -> None:
    """The list holds the redemptions that fulfil q, and Items-Count tells how many there are."""
    code = coupons.coupon(emporix)
    made = [coupons.redemption(emporix, code) for _ in range(3)]

    def look(given: dict[str, Any]) -> Reply:
        return coupons.list_redemptions(emporix, code, given)

    emporix.settle(lambda: look({}), lambda reply: len(reply.entries()) == len(made))
    for query, expected in (
        (f"id:{made[0]}", made[:1]),
        (f"id:{made[1]}", made[1:2]),
        (f"id:({made[0]},{made[2]})", [made[0], made[2]]),
        (f"id:{made[0]} code:{coupons.fresh_code(emporix)}", []),
        (f"code:{code} id:{made[1]}", made[1:2]),
    ):
        reply = look({"q": query, "totalCount": True})
        judging = emporix.judge("EMX-649", reply).status(200)
        judging.same_set(expected, reply.each("/id"), f"the redemptions with {query}")
        emporix.judge("EMX-648", reply).header("Items-Count", str(len(expected)))
    judge_total(emporix, look, 3)


@judges("EMX-651")
def test_coupons_are_sorted(emporix: Emporix) -> None:
    """Coupons are sorted by fields in the order given, ascending where nothing is said."""
    label = coupons.fresh_label(emporix)
    codes = sorted(coupons.fresh_code(emporix) for _ in range(3))
    # Made in another order than any that is asked for.
    # By their digits as text they would stand the other way round.
    for place, percentage in ((1, 9), (0, 10), (2, 10)):
        coupons.coupon(emporix, code=codes[place], name=label, discountPercentage=percentage)
    query = {"q": f"name:{label}"}
    coupons.listed(emporix, query, *codes)
    for sort, order in (
        ("code", (0, 1, 2)),
        ("code:asc", (0, 1, 2)),
        ("code:desc", (2, 1, 0)),
        ("discountPercentage:desc,code", (0, 2, 1)),
        ("discountPercentage,code:desc", (1, 2, 0)),
    ):
        reply = coupons.list_coupons(emporix, {**query, "sort": sort})
        emporix.judge("EMX-651", reply).status(200).same(
            [codes[place] for place in order], reply.each("/code"), f"the order by {sort}"
        )
        # The order is that of the whole list, not of a page of it.
        reply = coupons.list_coupons(emporix, {**query, "sort": sort, "pageSize": 1})
        emporix.judge("EMX-651", reply).status(200).same(
            [codes[order[0]]], reply.each("/code"), f"the first by {sort}"
        )


@judges("EMX-651")
def test_redemptions_are_sorted(emporix: Emporix) -> None:
    """Redemptions are sorted by a field, ascending where nothing is said."""
    code = coupons.coupon(emporix)
    orders = sorted(emporix.fresh_id() for _ in range(3))
    for place in (1, 0, 2):
        total = 100 if place == 1 else 90
        coupons.redemption(emporix, code, coupons.purchase(total, orderCode=orders[place]))
    emporix.settle(
        lambda: coupons.list_redemptions(emporix, code),
        lambda reply: len(reply.entries()) == len(orders),
    )
    for sort, expected in (
        ("orderCode", orders),
        ("orderCode:asc", orders),
        ("orderCode:desc", orders[::-1]),
        ("orderTotal.amount,orderCode:desc", [orders[2], orders[0], orders[1]]),
        ("orderTotal.amount,orderCode", [orders[0], orders[2], orders[1]]),
    ):
        reply = coupons.list_redemptions(emporix, code, {"sort": sort})
        emporix.judge("EMX-651", reply).status(200).same(
            expected, reply.each("/orderCode"), f"the order by {sort}"
        )
        # The order is that of the whole list, not of a page of it.
        reply = coupons.list_redemptions(emporix, code, {"sort": sort, "pageSize": 1})
        emporix.judge("EMX-651", reply).status(200).same(
            expected[:1], reply.each("/orderCode"), f"the first by {sort}"
        )
