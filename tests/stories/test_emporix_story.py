"""A storefront walks through a campaign on Emporix, with nothing but HTTP and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from mockserver.kernel.instants import DAY

from .conftest import Shop

BASE = "/customer-segment/acme"
CAMPAIGN = "coffee-weeks"
CHLOE = {"email": "chloe.martin@example.com", "password": "segment-demo"}
ORDER = {"orderTotal": {"amount": 60, "currency": "EUR"}}


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """The named cast, in a shop whose segments end when their validity does."""
    chosen = {"emporix.active": "status-and-validity"}
    return open_shop(vendors=("emporix",), segments=0, customers=0, products=0, choices=chosen)


@pytest.fixture
def browsers(shop: Shop) -> Iterator[Callable[[], httpx.Client]]:
    """Makes HTTP clients that nobody has used yet."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(shop.browser())


def as_back_office(client: httpx.Client) -> None:
    """Get a service token by client credentials."""
    form = {"grant_type": "client_credentials", "client_id": "acme-backoffice"}
    answer = client.post("/oauth/token", data=form | {"client_secret": "segment-demo"})
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def as_chloe(client: httpx.Client) -> str:
    """Come as an anonymous visitor and log in; return the customer's number."""
    visit = {"tenant": "acme", "client_id": "acme-storefront"}
    token = client.get("/customerlogin/auth/anonymous/login", params=visit).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/customer/acme/login", json=CHLOE, headers=headers)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    told = client.get("/customer/acme/validateauthtoken").json()
    assert told["email"] == CHLOE["email"]
    return "C01234567989"


def made(answer: httpx.Response) -> None:
    """Expect that something was created."""
    assert answer.status_code == 201, answer.text


def shown(client: httpx.Client) -> dict[str, Any]:
    """Return what the storefront shows a shopper of the campaign."""
    segments = client.get(f"{BASE}/segments").json()
    ids = [segment["id"] for segment in segments]
    counted = client.get(f"{BASE}/segments/items?siteCode=main", headers={"X-Total-Count": "true"})
    items = counted.json()
    assert counted.headers["X-Total-Count"] == str(len(items))
    products = [item["item"]["id"] for item in items if item["type"] == "PRODUCT"]
    if ids:
        path = "/category/acme/categories/beans/assignments"
        placed = client.get(path, params={"segmentsIds": ",".join(ids)}).json()
        products += [placement["ref"]["id"] for placement in placed]
    names = set()
    if products:
        query = {"q": f"id:({','.join(products)})"}
        found = client.post("/product/acme/products/search", json=query).json()
        names = {product["code"] for product in found}
    trees = client.get(f"{BASE}/segments/items/category-trees").json()
    return {
        "segments": ids,
        "products": names,
        "labels": [(root["id"], root["isSegmentAssigned"]) for root in trees],
    }


def redeem(client: httpx.Client, item: str) -> tuple[int, str]:
    """Redeem the campaign's coupon for one product; return status and reason."""
    discount = {"amount": 6, "currency": "EUR"}
    body = {**ORDER, "discount": discount, "items": [{"id": item}]}
    answer = client.post("/coupon/acme/coupons/COFFEE10/redemptions", json=body)
    return answer.status_code, answer.headers.get("X-Mock-Requirement", "")


NOTHING = {"segments": [], "products": set(), "labels": []}
CAMPAIGN_SHOWN = {
    "segments": [CAMPAIGN],
    "products": {"ESP-100", "BNS-300"},
    "labels": [("coffee", False)],
}


def test_a_campaign_ends_with_its_validity_and_can_be_prolonged(
    shop: Shop, browsers: Callable[[], httpx.Client]
) -> None:
    """Segments, products, tree and coupon come and go together."""
    storefront, back_office = browsers(), browsers()
    assert storefront.get(f"{BASE}/segments").status_code == 401
    chloe = as_chloe(storefront)
    assert shown(storefront) == NOTHING

    # The back office prepares a campaign until the end of November, and puts Chloé in.
    as_back_office(back_office)
    segment = {
        "id": CAMPAIGN,
        "name": {"en": "Coffee weeks"},
        "siteCode": "main",
        "status": "ACTIVE",
        "validity": {"from": "2026-11-01T00:00:00.000Z", "to": "2026-11-30T23:59:59.999Z"},
    }
    made(back_office.post(f"{BASE}/segments", json=segment))
    path = f"{BASE}/segments/{CAMPAIGN}"
    made(back_office.put(f"{path}/items/PRODUCT/p1234", json={}))
    made(back_office.put(f"{path}/items/CATEGORY/beans", json={}))
    assert shown(storefront) == NOTHING  # a campaign of others
    made(back_office.put(f"{path}/customers/{chloe}", json={}))
    coupon = {
        "code": "coffee10",
        "name": "Ten percent",
        "discountType": "PERCENT",
        "discountPercentage": 10,
        "segmentRestricted": True,
        "restrictions": {"segments": [CAMPAIGN]},
    }
    made(back_office.post("/coupon/acme/coupons", json=coupon))

    # Chloé sees her segment, the products that it unlocks, and where they stand.
    assert shown(storefront) == CAMPAIGN_SHOWN
    assert redeem(storefront, "p1234") == (201, "")
    assert redeem(storefront, "p4567")[0] == 400
    redeemed = back_office.get("/coupon/acme/coupons/COFFEE10").json()
    assert redeemed["redemptionCount"] == 1
    # She may look, and not touch.
    assert storefront.delete(path).status_code == 403

    # December: the campaign is over, for everything at once. Her login is still good.
    shop.clock.advance(11 * DAY)
    assert shown(storefront) == NOTHING
    status, reason = redeem(storefront, "p1234")
    assert (status, reason[:4]) == (400, "EMX-")
    # The back office must come again: its token lived for four hours.
    assert back_office.get(path).status_code == 401
    as_back_office(back_office)
    stored = back_office.get(path).json()
    assert (stored["status"], stored["metadata"]["version"]) == ("ACTIVE", 1)

    # It prolongs the campaign, and all is there again.
    longer = [{"op": "replace", "path": "/validity/to", "value": "2026-12-12T12:00:00.000Z"}]
    assert back_office.patch(path, json=longer).status_code == 204
    assert shown(storefront) == CAMPAIGN_SHOWN
    assert redeem(storefront, "p3456") == (201, "")

    # Time takes it away once more; a clock that is set back gives it back.
    shop.clock.advance(14 * DAY)
    assert shown(storefront) == NOTHING
    shop.clock.advance(-14 * DAY)
    assert shown(storefront) == CAMPAIGN_SHOWN

    # Whoever leaves the segment leaves everything; and deleting it needs force.
    assert back_office.delete(path).status_code == 400
    assert back_office.delete(f"{path}/customers/{chloe}").status_code == 204
    assert shown(storefront) == NOTHING
    assert back_office.delete(path, params={"forceDelete": "true"}).status_code == 204
    assert back_office.get(path).status_code == 404
