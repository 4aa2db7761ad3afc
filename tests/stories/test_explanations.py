"""Refusals explain themselves: the exact rule and the place, beside the vendor's own body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

SEGMENTS = "/customer-segment/acme/segments"
LIST = "/api/default/segment"
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
        ("POST", LIST, {"segment": {}}, "OLO-043", "/segment/name"),
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
