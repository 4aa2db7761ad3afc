"""A storefront shows an Akinon shopper the prices of a segment, with nothing but HTTP and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from mockserver.kernel.instants import DAY

from .conftest import Shop

GORAN = {"email": "goran.ilic@example.com", "password": "segment-demo"}
NEW, LATELY = "New customers", "Bought lately"
NEW_PK, LATELY_PK = 15, 23


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """The named cast and nobody else."""
    return open_shop(vendors=("akinon",), segments=0, customers=0)


@pytest.fixture
def browser(shop: Shop) -> Iterator[httpx.Client]:
    """A browser that nobody has used yet; it keeps cookies by itself."""
    with shop.browser() as client:
        yield client


def proof(browser: httpx.Client) -> dict[str, str]:
    """Return the header that proves that a request comes from the shop's own pages."""
    return {"X-CSRFToken": browser.get("/csrf_token/").json()["csrf_token"]}


def log_in(browser: httpx.Client) -> None:
    """Sign in by the form."""
    answer = browser.post("/users/login/", json=GORAN, headers=proof(browser))
    assert answer.status_code == 200, answer.text


def recalculate(browser: httpx.Client) -> None:
    """Have the segment worked out anew."""
    answer = browser.post("/users/segments/recalculate_segment/", headers=proof(browser))
    assert answer.status_code == 200, answer.text


def offered(browser: httpx.Client) -> list[str]:
    """Return the names of the segments that the shopper may be in, best first."""
    return [each["name"] for each in browser.get("/users/segments/").json()]


def current(browser: httpx.Client) -> int | None:
    """Return the number of the one segment that the shopper is in."""
    segment = browser.get("/current_user/").json()["segment"]
    told = browser.get("/baskets/basket/").json()["basket"]["segment"]
    assert (told and told["price_list"]) == (segment and segment["price_list"])
    return segment and segment["pk"]  # type: ignore[no-any-return]


def test_a_shopper_loses_a_price_list_as_time_passes_and_gets_it_back(
    shop: Shop, browser: httpx.Client
) -> None:
    """One segment at a time, by priority; a choice holds until the next recalculation."""
    # A guest has a session and a segment too, but no list of segments.
    recalculate(browser)
    guest = browser.cookies["osessionid"]
    assert browser.get("/users/segments/").status_code == 401
    assert browser.get("/current_user/").status_code == 401

    # Signing in binds the visit to the shopper: a new session, a new proof.
    stale = proof(browser)
    log_in(browser)
    assert browser.cookies["osessionid"] != guest
    assert browser.post("/users/segments/23/set/", headers=stale).status_code == 403

    # His segments, the best one current, and the price list that it unlocks.
    assert offered(browser) == [NEW, LATELY]
    assert current(browser) == NEW_PK
    profile = browser.get("/current_user/").json()
    assert (profile["email"], profile["segment"]["price_list"]) == (GORAN["email"], 5)

    # He chooses the other one, which holds until somebody recalculates; twice is as once.
    answer = browser.post("/users/segments/23/set/", headers=proof(browser))
    assert answer.json()["name"] == LATELY
    assert answer.json()["priority"] == 50
    assert current(browser) == LATELY_PK
    recalculate(browser)
    recalculate(browser)
    assert current(browser) == NEW_PK
    # What is not on offer to him cannot be chosen, and changes nothing.
    refused = browser.post("/users/segments/11/set/", headers=proof(browser))
    assert refused.status_code == 404
    assert refused.headers["X-Mock-Requirement"].startswith("AKN-")
    assert current(browser) == NEW_PK

    # Thirty days on, his last order is too long ago for the one segment,
    shop.clock.advance(30 * DAY)
    assert browser.get("/users/segments/").status_code == 401  # and his session has ended
    log_in(browser)
    assert offered(browser) == [NEW]
    # thirty days more and he is no new customer: the default price list applies.
    shop.clock.advance(30 * DAY)
    log_in(browser)
    recalculate(browser)
    assert offered(browser) == []
    assert current(browser) is None

    # A clock that is set back makes him one again.
    shop.clock.advance(-60 * DAY)
    recalculate(browser)
    assert offered(browser) == [NEW, LATELY]
    assert current(browser) == NEW_PK
