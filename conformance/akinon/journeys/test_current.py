"""Where the current segment can be seen: the current user and the basket."""

from __future__ import annotations

from typing import Final

import pytest

from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, current_pk, is_number, segment_in, user_of
from conformance.akinon.ranges import outside
from conformance.exchange import MISSING, Reply, at
from conformance.judging import Unmet, judges

MOST: Final = 6
"""With how many segments on offer a basket is looked at, until one has no price list."""


@pytest.mark.parametrize("by", ["user", "other_user"])
@judges("AKN-100")
def test_the_basket_shows_the_current_segment(akinon: Akinon, by: str) -> None:
    """The basket shows the segment that was set, by pk, price_list and stock_list."""
    bare = False
    for position, segment in enumerate(akinon.on_offer(by, at_least=2)[:MOST]):
        if position < 2 or not bare:
            answer = _in_the_basket(akinon, segment["pk"], by)
            bare = bare or answer.at("/price_list") is None


def _in_the_basket(akinon: Akinon, pk: int, by: str) -> Reply:
    answer = akinon.need(akinon.set(pk, by=by), 200, what="setting a segment")
    seen = akinon.settle(lambda: akinon.basket(by), lambda each: current_pk(each) == pk)
    akinon.judge("AKN-100", seen).status(200).same(
        pk, current_pk(seen), "the segment of the basket"
    )
    for name in ("price_list", "stock_list"):
        found = at(segment_in(seen), f"/{name}")
        akinon.judge("AKN-100", seen).that(
            found is None or is_number(found),
            f"{name} as an integer or null", found, "the segment of the basket",
        )  # fmt: skip
    price_list = answer.at("/price_list")
    if price_list is not MISSING:
        akinon.judge("AKN-100", seen).same(
            price_list, at(segment_in(seen), "/price_list"), "the price list of the basket"
        )
    # Setting tells no stock list; the current user does, where it shows one.
    user = akinon.send(op.CURRENT_USER, by=by)
    stock_list = at(segment_in(user), "/stock_list")
    if current_pk(user) == pk and stock_list is not MISSING:
        akinon.judge("AKN-100", seen).same(
            stock_list, at(segment_in(seen), "/stock_list"), "the stock list of the basket"
        )
    return answer


@judges("AKN-049", read_only=True)
def test_how_the_current_user_shows_the_segment(akinon: Akinon) -> None:
    """The current user's segment has these members."""
    reply = akinon.need(akinon.send(op.CURRENT_USER), 200, what="asking for the current user")
    segment = segment_in(reply)
    if isinstance(segment, dict):
        akinon.observe("AKN-049", f"shown by {', '.join(map(str, sorted(segment)))}", reply)
    elif segment is MISSING:
        akinon.observe("AKN-049", "no segment is shown", reply)
    else:
        raise Unmet("the user has no segment that the current user could show")


@judges("AKN-086", read_only=True)
def test_what_becomes_of_a_segment_that_lapsed(akinon: Akinon) -> None:
    """A segment that is no longer on offer is still shown as the current one, or is not."""
    for each in outside(akinon):
        reply = akinon.current(user_of(each))
        shown = current_pk(reply) == each["pk"]
        variant = "a segment out of its date range is current" if shown else (
            "no segment out of its date range is current"
        )  # fmt: skip
        akinon.observe("AKN-086", variant, reply)
