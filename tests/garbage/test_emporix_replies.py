"""What the operations of Emporix answer over HTTP, in both versions of the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.assembly import Settings
from mockserver.web.app import build
from tests.mockserver.web.client import Answer, Client

BASE = "/customer-segment/acme/segments"
READS = [
    ("GET", ""),
    ("POST", "/search"),
    ("GET", "/golden-segment"),
    ("GET", "/golden-segment/customers"),
    ("POST", "/golden-segment/customers/search"),
    ("GET", "/golden-segment/customers/C0123456789"),
    ("GET", "/b2b-wholesale/customers/C0123456788/le-okafor-trading"),
    ("GET", "/items"),
    ("GET", "/golden-segment/items"),
    ("POST", "/golden-segment/items/search"),
    ("GET", "/golden-segment/items/PRODUCT/p3456"),
]
NEWER = [
    ("GET", "/platinum-segment/groups"),
    ("POST", "/platinum-segment/groups/search"),
    ("GET", "/platinum-segment/groups/trading-buyers"),
]


def open_client(who: str = "manager", **settings: Any) -> Client:
    """Return somebody who calls the whole application, on worlds of its own."""
    app = build(Settings(vendors=("emporix",), **settings)).app
    return Client(app, {"authorization": f"Bearer demo-acme-{who}"})


def newer(who: str = "manager", **choices: str) -> Client:
    """Return somebody who calls the contract version 2026-09."""
    return open_client(who, editions={"emporix": "2026-09"}, choices=choices)


def put(client: Client, path: str, body: Any) -> Answer:
    """Send a PUT."""
    sent = {"content-type": "application/json"}
    return client.send("PUT", BASE + path, headers=sent, body=json.dumps(body).encode())


def is_json(answer: Answer) -> bool:
    """True for a success with a JSON body."""
    assert answer.status == 200, answer.data
    return answer.header("content-type") == "application/json" and answer.json is not None


def test_reads_are_answered_with_json() -> None:
    """Every read of both versions is 200 and application/json (EMX-038)."""
    bundled, later = open_client(), newer()
    for method, path in READS:
        assert is_json(bundled.send(method, BASE + path))
        assert is_json(later.send(method, BASE + path))
    for method, path in NEWER:
        assert is_json(later.send(method, BASE + path))
    for client in (open_client("emi"), newer("emi")):
        assert is_json(client.send("GET", f"{BASE}/items/category-trees"))
    assert is_json(newer("emi").send("GET", f"{BASE}/me"))


def test_the_bundled_version_has_no_groups() -> None:
    """Their paths do not exist there, and `me` is an id like any other."""
    client = open_client()
    for method, path in NEWER:
        assert client.send(method, BASE + path).status == 404
    assert put(client, "/platinum-segment/groups/coffee-lovers", {}).status == 404
    assert client.send("GET", f"{BASE}/me").header("x-mock-requirement") == "EMX-092"
    segment = {"name": {"en": "Me"}, "siteCode": "main"}
    assert put(client, "/me", segment).status == 201
    assert client.send("GET", f"{BASE}/me").json["id"] == "me"
    # A segment that only groups are assigned to in the newer version is empty here.
    assert client.send("DELETE", f"{BASE}/de-newcomers").status == 204


def test_groups_over_http() -> None:
    """Assigned, read in one language, refused in its own words, taken out."""
    client = newer()
    path = "/golden-segment/groups/coffee-lovers"
    answer = put(client, path, {"mixins": {"a": 1}})
    assert (answer.status, answer.json) == (201, {"id": "coffee-lovers"})
    answer = put(client, path, {"metadata": {"version": 1}})
    assert (answer.status, answer.data) == (204, b"")
    answer = client.send("GET", f"{BASE}/golden-segment/groups", headers={"accept-language": "de"})
    assert answer.json[0]["group"] == {"id": "coffee-lovers", "name": {"de": "Kaffeefreunde"}}
    for where, body, status, requirement in (
        (path, {"metadata": {"version": 1}}, 409, "EMX-407"),
        ("/golden-segment/groups/back-office", {}, 400, "EMX-403"),
        (path, [], 400, "EMX-029"),
        ("/ghost/groups/coffee-lovers", {}, 404, "EMX-286"),
    ):
        answer = put(client, where, body)
        assert (answer.status, answer.header("x-mock-requirement")) == (status, requirement)
        assert answer.json["code"] == status
    assert client.send("DELETE", BASE + path).status == 204
    assert client.send("GET", BASE + path).status == 404
    assert client.send("POST", f"{BASE}/me").status == 405


def test_my_segments_over_http() -> None:
    """Emi's own ones and those of her group; what is inactive is not among them."""
    answer = newer("emi").send(
        "GET", f"{BASE}/me", "sort=id&pageSize=2", headers={"x-total-count": "true"}
    )
    assert [each["id"] for each in answer.json] == ["de-newcomers", "golden-segment"]
    assert answer.header("x-total-count") == "4"
    trading = newer("ben-trading").send("GET", f"{BASE}/me")
    assert [each["id"] for each in trading.json] == ["platinum-segment", "b2b-wholesale"]
    assert newer("widget").send("GET", f"{BASE}/me").json == []
    string = newer("emi", **{"emporix.single-language": "string"})
    answer = string.send("GET", f"{BASE}/me", "pageSize=1", headers={"accept-language": "en"})
    assert answer.json[0]["name"] == "Golden Segment"


@pytest.mark.parametrize("who", ["manager", "emi"])
def test_the_body_of_a_new_group_assignment_may_be_left_out(who: str) -> None:
    """By choice the 201 has none (EMX-406)."""
    client = newer(who, **{"emporix.group-created-body": "none"})
    answer = put(client, "/golden-segment/groups/coffee-lovers", {})
    assert (answer.status, answer.data == b"") == (
        (201, True) if who == "manager" else (403, False)
    )


def test_pages_of_the_sister_services_have_a_size() -> None:
    """Without pageSize: 16 coupons and redemptions, 60 products, assignments and categories.

    EMX-647, EMX-712, EMX-744.
    """
    client = open_client(products=400, segments=0, customers=0)
    sent = {"content-type": "application/json"}
    for position in range(17):
        body = json.dumps({"name": "x", "code": f"C{position}"}).encode()
        assert client.send("POST", "/coupon/acme/coupons", headers=sent, body=body).status == 201
    assert len(client.send("GET", "/coupon/acme/coupons").json) == 16
    order = json.dumps({"orderTotal": {}, "discount": {}, "customerNumber": "C0123456789"}).encode()
    path = "/coupon/acme/coupons/C1/redemptions"
    for _ in range(17):
        assert client.send("POST", path, headers=sent, body=order).status == 201
    assert len(client.send("GET", path).json) == 16
    assert len(client.send("POST", "/product/acme/products/search").json) == 60
    path = "/category/acme/categories/{}/assignments"
    roots = client.send("POST", "/category/acme/categories/search", "showRoots=true").json
    most = max(
        len(client.send("GET", path.format(each["id"]), "withSubcategories=true").json)
        for each in roots
    )
    assert most == 60
