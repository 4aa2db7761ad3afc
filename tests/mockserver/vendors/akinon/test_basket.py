"""The basket, which tells users and guests their segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.kernel.service import Service

GUESTS_SEGMENT = {"pk": 16, "price_list": None, "stock_list": 1}


def test_a_user_sees_the_own_segment(anna: Any) -> None:
    """The basket shows the current segment without name and priority (AKN-100)."""
    assert anna.basket() == {"pk": 12, "price_list": 2, "stock_list": None}
    anna.set(14)
    assert anna.basket() == {"pk": 14, "price_list": None, "stock_list": None}


def test_the_basket_is_empty(as_: Callable) -> None:
    """Nothing is in the basket; the segment of who has none is null (AKN-101)."""
    assert as_("chloe").call("getBasket").body == {
        "basket": {
            "basketitem_set": [],
            "total_quantity": 0,
            "total_amount": 0,
            "segment": None,
        }
    }


def test_a_guest_has_a_segment_too(stranger: Any) -> None:
    """A visitor is given a session with the best segment for guests, once (AKN-102, AKN-103)."""
    assert stranger.basket() == GUESTS_SEGMENT
    key = stranger.cookies["osessionid"]
    assert stranger.call("getBasket").headers == []
    assert stranger.basket() == GUESTS_SEGMENT
    assert stranger.cookies == {"osessionid": key}


def test_a_dead_session_is_replaced(service: Service, stranger: Any) -> None:
    """Whose session has ended is a new guest (AKN-102)."""
    stranger.log_in("anna.bauer@example.com")
    key = stranger.cookies["osessionid"]
    service.clock.advance(15 * 24 * 3600 * 1000)
    assert stranger.basket() == GUESTS_SEGMENT
    assert stranger.cookies["osessionid"] != key
