"""The vendor's segments tutorial beyond the segment service: coupon, categories, storefront.

The commands are those of the page, with host, tenant, ids and token filled in; what the
page gets wrong is sent as printed too, and must be refused clearly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.stories.curl import Curl, read

COMMANDS = json.loads((Path(__file__).parent / "emporix_tutorial.json").read_text("utf-8"))
SEGMENT, CHLOE = "628cd20c6e8b2432b6346ca6", "C01234567989"
ORDER = {"amount": 60, "currency": "USD"}


def curl(name: str) -> Curl:
    """Return a command of the tutorial."""
    return read(COMMANDS[name])


@pytest.fixture
def manager(client_for: Callable[..., httpx.Client]) -> httpx.Client:
    """The one back office token that the whole tutorial needs."""
    return client_for(Authorization="Bearer demo-acme-manager")


@pytest.fixture
def chloe(client_for: Callable[..., httpx.Client]) -> httpx.Client:
    """A customer who is in no segment before the tutorial puts her into one."""
    return client_for(Authorization="Bearer demo-acme-chloe")


@pytest.fixture
def segment(manager: httpx.Client) -> str:
    """The segment of the tutorial, with Chloé as its one member."""
    command = curl("create")
    answer = manager.post(
        command.at(tenant="acme"), json=command.body, headers=dict(command.headers)
    )
    assert answer.status_code == 201
    path = f"/customer-segment/acme/segments/{SEGMENT}/customers/{CHLOE}"
    assert manager.put(path, json=curl("b2c").body).status_code == 201
    return SEGMENT


def stock(manager: httpx.Client, kind: str, item: str) -> None:
    """Assign an item with the command of the page."""
    command = curl("item")
    path = command.at(tenant="acme", segmentId=SEGMENT, type=kind, itemId=item)
    assert manager.put(path, json=command.body).status_code == 201


# ---- the coupon ------------------------------------------------------------------------


def create(manager: httpx.Client, **changed: Any) -> httpx.Response:
    """Create the coupon of the page with some fields changed."""
    command = curl("coupon")
    return manager.post(command.at(tenant="acme"), json=command.body | changed)


def of_segment(**restrictions: Any) -> dict[str, Any]:
    """Return the fields that make the coupon one of the segment: flag and restrictions."""
    least = curl("coupon").body["restrictions"]["minOrderValue"]
    return {
        "segmentRestricted": True,
        "restrictions": {"segments": [SEGMENT], "minOrderValue": least, **restrictions},
    }


def test_the_coupon_is_created(manager: httpx.Client) -> None:
    """The command of the page, as it stands, answers with the code; its time is over."""
    answer = create(manager)

    assert (answer.status_code, answer.json()) == (201, {"id": "ENG2OC0"})
    found = manager.get("/coupon/acme/coupons/ENG2OC0").json()
    assert found | curl("coupon").body == found
    assert found["status"] == "EXPIRED"


def test_the_flag_alone_is_not_enough(manager: httpx.Client, segment: str) -> None:
    """With `segmentRestricted` set to true the page's body is invalid, until it is mended.

    It names no segments, and it names customers, which segments exclude (EMX-623, EMX-625).
    """
    printed = curl("coupon").body["restrictions"]
    flag = create(manager, segmentRestricted=True)
    named = create(manager, segmentRestricted=True, restrictions={**printed, "segments": [SEGMENT]})
    mended = create(manager, **of_segment())

    assert (flag.status_code, flag.headers["X-Mock-Requirement"]) == (400, "EMX-623")
    assert flag.headers["X-Mock-Pointer"] == "/restrictions/segments"
    assert (named.status_code, named.headers["X-Mock-Requirement"]) == (400, "EMX-625")
    assert named.json()["details"][0]["field"] == "restrictions.validFor"
    assert (mended.status_code, mended.json()) == (201, {"id": "ENG2OC0"})


def use(client: httpx.Client, what: str, *items: str) -> tuple[int, str]:
    """Validate or redeem the coupon for some products; return status and requirement."""
    body: dict[str, Any] = {"orderTotal": ORDER, "discount": {"amount": 24.99, "currency": "USD"}}
    body |= {"items": [{"id": item} for item in items]} if items else {}
    answer = client.post(f"/coupon/acme/coupons/ENG2OC0/{what}", json=body)
    return answer.status_code, answer.headers.get("X-Mock-Requirement", "")


def test_the_coupon_is_for_members_and_their_items(
    manager: httpx.Client,
    chloe: httpx.Client,
    client_for: Callable[..., httpx.Client],
    segment: str,
) -> None:
    """It applies to assigned products and categories alone, and to members alone."""
    anna = client_for(Authorization="Bearer demo-acme-anna")
    stock(manager, "PRODUCT", "p1234")
    stock(manager, "CATEGORY", "beans")
    assert create(manager, **of_segment()).status_code == 201

    assert use(chloe, "validation") == (200, "")
    assert use(chloe, "validation", "p1234") == (200, "")
    assert use(chloe, "validation", "p3456") == (200, "")  # in the assigned category
    assert use(chloe, "validation", "p4567") == (400, "EMX-675")
    assert use(anna, "validation", "p1234") == (400, "EMX-673")
    assert use(chloe, "redemptions", "p4567") == (400, "EMX-675")
    assert use(anna, "redemptions", "p1234") == (400, "EMX-673")
    assert use(chloe, "redemptions", "p4567", "p1234") == (201, "")
    (redemption,) = manager.get("/coupon/acme/coupons/ENG2OC0/redemptions").json()
    assert redemption["customerNumber"] == CHLOE


def test_the_coupon_ends_with_the_membership(
    manager: httpx.Client, chloe: httpx.Client, segment: str
) -> None:
    """Who leaves the segment, or whose segment is switched off, has no coupon; and again."""
    assert create(manager, **of_segment()).status_code == 201
    path = f"/customer-segment/acme/segments/{segment}"

    def switch(status: str) -> None:
        patch = [{"op": "replace", "path": "/status", "value": status}]
        assert manager.patch(path, json=patch).status_code == 204

    switch("INACTIVE")
    assert use(chloe, "redemptions") == (400, "EMX-673")
    switch("ACTIVE")
    assert use(chloe, "redemptions") == (201, "")
    assert manager.delete(f"{path}/customers/{CHLOE}").status_code == 204
    assert use(chloe, "redemptions") == (400, "EMX-673")


def test_the_coupon_needs_its_scope(client_for: Callable[..., httpx.Client]) -> None:
    """Without `coupon.coupon_manage` the command of the page is refused."""
    assert create(client_for(Authorization="Bearer demo-acme-reader")).status_code == 403


# ---- the storefront --------------------------------------------------------------------


def test_a_member_sees_its_items_and_reads_them(
    manager: httpx.Client, chloe: httpx.Client, segment: str
) -> None:
    """Everything assigned to the segments of a customer is listed, and can be looked up."""
    stock(manager, "PRODUCT", "p1234")
    stock(manager, "CATEGORY", "beans")
    path = curl("all-items").at(tenant="acme").partition("?")[0]

    items = chloe.get(path).json()
    products = chloe.get(path, params={"q": "type:PRODUCT"}).json()
    categories = chloe.get(path, params={"q": "type:CATEGORY"}).json()

    assert [row["item"]["id"] for row in items] == ["p1234", "beans"]
    assert [row["item"]["id"] for row in products] == ["p1234"]
    assert [row["item"]["id"] for row in categories] == ["beans"]
    search = {"q": "id:(p1234)"}
    (product,) = chloe.post("/product/acme/products/search", json=search).json()
    assert product["name"] == products[0]["item"]["name"]
    assert product["customerSegmentIds"][-1] == segment
    search = {"q": "id:(beans)"}
    (category,) = chloe.post("/category/acme/categories/search", json=search).json()
    assert category["localizedName"] == categories[0]["item"]["name"]


def assignments(
    client: httpx.Client, category: str, product: str, name: str, segments: str
) -> httpx.Response:
    """Send the page's last command, its placeholders filled in."""
    command = curl("assignments")
    path = command.at(
        tenant="acme", categoryId=category, fieldName="categoryId", fieldName2="ref.id"
    )
    path = path.replace("5c3348bda9812100098ffaa3", product).replace("Twix", quote(name))
    path = path.replace("segmentId1%2CsegmentId2", segments)
    headers = {**command.headers, "Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7"}
    return client.get(path, headers=headers)


def test_products_of_a_category_of_a_segment(manager: httpx.Client, segment: str) -> None:
    """The last command of the page filters by the segments to which the category belongs."""
    asked = ("coffee", "p1234", "Espresso machine Uno")
    before = assignments(manager, *asked, segment)
    stock(manager, "CATEGORY", "espresso-machines")
    after = assignments(manager, *asked, segment)
    others = assignments(manager, *asked, "b2b-wholesale")

    assert (before.status_code, before.json()) == (200, [])
    (row,) = after.json()
    assert (row["categoryId"], row["ref"]["id"]) == ("espresso-machines", "p1234")
    assert row["ref"]["localizedName"]["fr"] == "Machine à expresso Uno"
    assert after.headers["X-Total-Count"] == "1"
    assert others.json() == []


def test_the_last_command_as_printed(manager: httpx.Client) -> None:
    """Its placeholders for languages, then those for fields, are refused with a pointer.

    Once both are real, its other literal values find nothing, and that is no error.
    """
    command = curl("assignments")
    path = command.path.replace("{tenant}", "acme").replace("{categoryId}", "coffee")
    printed = manager.get(path, headers=dict(command.headers))
    spoken = manager.get(path, headers={**command.headers, "Accept-Language": "en,de,fr"})
    unsorted = "&".join(part for part in path.split("&") if not part.startswith("sort="))
    sent = manager.get(unsorted, headers={**command.headers, "Accept-Language": "*"})

    assert (printed.status_code, printed.headers["X-Mock-Pointer"]) == (
        400,
        "/header/Accept-Language",
    )
    assert (spoken.status_code, spoken.headers["X-Mock-Pointer"]) == (400, "/query/sort")
    assert (sent.status_code, sent.json(), sent.headers["X-Total-Count"]) == (200, [], "0")


def test_labels_have_no_products(manager: httpx.Client, chloe: httpx.Client, segment: str) -> None:
    """A parent category is a label; only the products of the subcategory are available."""
    stock(manager, "CATEGORY", "espresso-machines")
    path = curl("tree").at(tenant="acme").partition("?")[0]
    (root,) = chloe.get(path).json()

    available = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        rows = chloe.get(
            f"/category/acme/categories/{node['id']}/assignments",
            params={"segmentsIds": segment, "pageSize": 500},
        ).json()
        available[node["id"]] = (node["isSegmentAssigned"], "p1234" in str(rows))
        waiting += node["subcategories"]
    assert available == {
        "coffee": (False, False),
        "coffee-machines": (False, False),
        "espresso-machines": (True, True),
    }


def test_every_command_of_the_page_is_known() -> None:
    """Eleven commands, of three services."""
    services = sorted({curl(name).path.split("/")[1] for name in COMMANDS})
    assert (len(COMMANDS), services) == (11, ["category", "coupon", "customer-segment"])
