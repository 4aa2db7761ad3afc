"""Refusals explain themselves: the exact rule and the place, beside the vendor's own body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

SEGMENTS = "/customer-segment/acme/segments"
LIST = "/api/default/segment"
COUPONS = "/coupon/acme/coupons"
PERCENTAGE = "/discountPercentage"
AMOUNT = "/discountAbsolute/amount"
ASSIGNMENTS = "/category/acme/categories/beans/assignments"
TYPE = "/segment/parts/0/criteria/0/type"
UNKNOWN_TYPE = {"segment": {"name": "x", "parts": [{"criteria": [{"type": "x"}]}]}}
MANY = [{"name": {"en": "x"}, "siteCode": "main"}] * 201


@pytest.mark.parametrize(
    ("method", "path", "body", "requirement", "pointer"),
    [
        ("POST", SEGMENTS, None, "EMX-031", None),
        ("POST", f"{SEGMENTS}/bulk", {}, "EMX-189", None),
        ("POST", f"{SEGMENTS}/bulk", MANY, "EMX-176", None),
        ("GET", f"{SEGMENTS}?pageSize=0", None, "EMX-219", "/query/pageSize"),
        ("POST", f"{SEGMENTS}/match", {"items": [], "segmentIds": []}, "EMX-204", "/site"),
        ("PATCH", f"{SEGMENTS}/S1234", [{"op": "test", "path": "/name"}], "EMX-141", "/0/op"),
        ("PATCH", f"{SEGMENTS}/S1234", [{"path": "/name"}], "EMX-142", "/0/op"),
        ("PATCH", f"{SEGMENTS}/S1234", [{"op": "remove"}], "EMX-142", "/0/path"),
        ("POST", f"{SEGMENTS}/match", {"site": "main", "items": []}, "EMX-205", "/segmentIds"),
        ("POST", f"{SEGMENTS}/match", {"site": "main", "segmentIds": []}, "EMX-205", "/items"),
        ("POST", COUPONS, None, "EMX-634", None),
        ("POST", COUPONS, {}, "EMX-601", "/name"),
        ("POST", COUPONS, {"name": "x", "discountType": "x"}, "EMX-607", "/discountType"),
        ("POST", COUPONS, {"name": "x", "discountPercentage": -1}, "EMX-608", PERCENTAGE),
        ("POST", COUPONS, {"name": "x", "discountPercentage": 101}, "EMX-608", PERCENTAGE),
        ("POST", COUPONS, {"name": "x", "discountAbsolute": {"amount": -1}}, "EMX-609", AMOUNT),
        ("POST", f"{COUPONS}/GOLD10/validation", {"discount": {}}, "EMX-662", "/orderTotal"),
        ("POST", f"{COUPONS}/GOLD10/redemptions", {"orderTotal": {}}, "EMX-662", "/discount"),
        ("GET", f"{COUPONS}?pageNumber=0", None, "EMX-647", "/query/pageNumber"),
        ("GET", f"{ASSIGNMENTS}?assignmentType=x", None, "EMX-701", "/query/assignmentType"),
        ("GET", f"{ASSIGNMENTS}?pageNumber=0", None, "EMX-712", "/query/pageNumber"),
        ("POST", LIST, {"segment": {}}, "OLO-043", "/segment/name"),
        ("POST", LIST, {"segment": {"name": "x", "parts": [{"criteria": [{}]}]}}, "OLO-050", TYPE),
        ("POST", LIST, UNKNOWN_TYPE, "OLO-049", TYPE),
        ("GET", f"{LIST}?_orderBy[name]=up", None, "OLO-131", "/query/_orderBy/name"),
        ("POST", LIST, {"segment": {"name": "x" * 256}}, "OLO-013", "/segment/name"),
        ("POST", LIST, {}, "OLO-042", "/segment"),
        ("GET", f"{LIST}?_itemsOnPage=51", None, "OLO-126", "/query/_itemsOnPage"),
        ("GET", f"{LIST}?_page=0", None, "OLO-124", "/query/_page"),
        ("GET", f"{LIST}?_page=2147483648", None, "OLO-016", "/query/_page"),
        ("GET", f"{LIST}/nope", None, "OLO-006", "/path/segment"),
    ],
)
def test_the_headers_name_the_exact_rule(
    client_for: Callable[..., httpx.Client],
    method: str,
    path: str,
    body: Any,
    requirement: str,
    pointer: str | None,
) -> None:
    """What the contract refuses cites the requirement that says so, not a general one."""
    client = client_for(
        **{"Authorization": "Bearer demo-acme-manager", "X-AUTH-TOKEN": "manager-segment-demo-key"}
    )
    if path.startswith(LIST):
        del client.headers["Authorization"]
    answer = client.request(method, path, json=body)

    assert answer.status_code in (400, 404), answer.text
    assert answer.headers["X-Mock-Requirement"] == requirement
    assert answer.headers.get("X-Mock-Pointer") == pointer
    assert len(answer.text) < 1500


def test_a_message_says_the_reason_whatever_the_size(
    client_for: Callable[..., httpx.Client],
) -> None:
    """A value that is too large to quote does not push the reason out of the message."""
    client = client_for(Authorization="Bearer demo-acme-manager")
    bulk = client.post(f"{SEGMENTS}/bulk", json=MANY).json()
    page = client.get(f"{SEGMENTS}?pageNumber=0").json()

    assert "200" in bulk["details"]["message"]
    assert page["message"] == "pageNumber must be greater than or equal to 1"


def test_a_page_holds_ten_segments(client_for: Callable[..., httpx.Client]) -> None:
    """Unless _itemsOnPage says otherwise; the first page comes first (OLO-123, OLO-125)."""
    client = client_for(**{"X-AUTH-TOKEN": "manager-segment-demo-key"})
    page = client.get(LIST).json()

    assert len(page["items"]) == 10 < page["total"]["all"]
    assert page["items"] == client.get(f"{LIST}?_page=1&_itemsOnPage=50").json()["items"][:10]
