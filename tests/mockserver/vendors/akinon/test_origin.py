"""Referer and Origin, where a site looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.vendors.akinon.origin import came_by_https

HOST = "shop.example:8443"
REFERER = "Referer checking failed - "
ORIGIN = "Origin checking failed - "
STRANGE = "does not match any trusted origins."


@pytest.fixture
def send(open_vendor: Callable, browse: Callable) -> Callable[..., Any]:
    """Set a segment on a site with some reading of akinon.referer, with further headers."""

    def send_one(reading: str, operation: str = "setSegment", **headers: str) -> Any:
        service = open_vendor("akinon", choices={"akinon.referer": reading})
        browser = browse(service, "anna")
        sent = {
            "host": HOST,
            "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
            "x-csrftoken": browser.cookies["csrftoken"],
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        credentials = {"email": "anna.bauer@example.com", "password": "segment-demo"}
        body = credentials if operation == "loginUser" else None
        reply = browser.call(operation, path={"segment_id": 14}, body=body, sent=sent)
        moved = browse(service, "anna").segment() == 14
        assert moved is (reply.status == 200 and operation == "setSegment")
        return reply

    return send_one


@pytest.mark.parametrize("operation", ["setSegment", "loginUser", "logoutUser"])
@pytest.mark.parametrize(
    ("referer", "requirement", "reason"),
    [
        (None, "AKN-090", "no Referer."),
        ("", "AKN-091", "Referer is malformed."),
        ("shop.example", "AKN-091", "Referer is malformed."),
        ("https:///basket", "AKN-091", "Referer is malformed."),
        ("https://[", "AKN-091", "Referer is malformed."),
        (f"http://{HOST}/", "AKN-091", "Referer is insecure while host is secure."),
        ("https://shop.example/", "AKN-091", f"https://shop.example/ {STRANGE}"),
        ("https://evil.example/", "AKN-091", f"https://evil.example/ {STRANGE}"),
    ],
)
@pytest.mark.parametrize("reading", ["https", "origin"])
def test_a_strange_referer_is_refused_over_https(
    send: Callable,
    explained: Callable,
    reading: str,
    operation: str,
    referer: str | None,
    requirement: str,
    reason: str,
) -> None:
    """Over HTTPS the Referer must be of the same host and port, and secure (AKN-093)."""
    headers = {} if referer is None else {"referer": referer}
    reply = send(reading, operation, x_forwarded_proto="https", **headers)
    assert explained(reply) == (403, requirement)
    assert reply.body == {"detail": f"CSRF Failed: {REFERER}{reason}"}
    assert dict(reply.headers)["X-Mock-Pointer"] == "/header/Referer"


@pytest.mark.parametrize(
    ("reading", "headers"),
    [
        ("https", {"x_forwarded_proto": "https", "referer": f"https://{HOST}/basket?a=b"}),
        ("https", {"referer": "https://evil.example/"}),
        ("https", {"x_forwarded_proto": "http, https"}),
        ("https", {"origin": "https://evil.example"}),
        ("origin", {"origin": f"http://{HOST}"}),
        ("origin", {"origin": f"https://{HOST}", "x_forwarded_proto": "https"}),
        ("origin", {"referer": "https://evil.example/"}),
        ("ignored", {"x_forwarded_proto": "https", "origin": "null", "referer": "x"}),
    ],
)
def test_what_passes(send: Callable, reading: str, headers: dict[str, str]) -> None:
    """By HTTP nobody looks at Referer; a good Origin needs no Referer (AKN-088)."""
    assert send(reading, **headers).status == 200


@pytest.mark.parametrize("origin", ["null", "", "https://evil.example", f"https://{HOST}"])
@pytest.mark.parametrize("operation", ["setSegment", "loginUser", "logoutUser"])
def test_a_strange_origin_is_refused(
    send: Callable, explained: Callable, operation: str, origin: str
) -> None:
    """Scheme, host and port of Origin must be those of the request (AKN-092)."""
    reply = send("origin", operation, origin=origin)
    assert explained(reply) == (403, "AKN-092")
    assert reply.body == {"detail": f"CSRF Failed: {ORIGIN}{origin} {STRANGE}"}
    assert dict(reply.headers)["X-Mock-Pointer"] == "/header/Origin"


def test_the_origin_comes_before_the_token(send: Callable, explained: Callable) -> None:
    """A strange origin is told even when the token is wrong too (AKN-088)."""
    reply = send("origin", origin="null", x_csrftoken="x" * 64)
    assert explained(reply) == (403, "AKN-092")


@pytest.mark.parametrize(
    ("told", "https"),
    [("https", True), ("https,http", True), (" https ", True), ("http", False), ("", False)],
)
def test_the_first_proxy_tells_the_scheme(told: str, https: bool) -> None:
    """The first value of X-Forwarded-Proto counts (AKN-089)."""
    assert came_by_https({"x-forwarded-proto": told}) is https
    assert came_by_https({}) is False
