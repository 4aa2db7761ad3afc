"""A browser for room tests: it keeps cookies and sends the CSRF proof by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.service import Service

PASSWORD = "segment-demo"


class Browser:
    """Calls operations without HTTP, as somebody's browser would."""

    def __init__(self, service: Service, cookie: str = "") -> None:
        self.service = service
        self.cookies = dict(part.split("=", 1) for part in cookie.split("; ") if part)

    def call(
        self,
        operation: str,
        *,
        path: dict[str, Any] | None = None,
        body: Any = None,
        sent: dict[str, str] | None = None,
    ) -> Reply:
        """Send a call; `sent` replaces the headers that the browser would send."""
        if sent is None:
            sent = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if "csrftoken" in self.cookies:
                sent["x-csrftoken"] = self.cookies["csrftoken"]
        call = Call(operation, path=path or {}, body=body, has_body=body is not None, sent=sent)
        reply = self.service.answer(call)
        for name, value in reply.headers:
            if name == "Set-Cookie":
                cookie, equals, content = value.partition(";")[0].partition("=")
                assert equals
                if "Max-Age=0" in value:
                    self.cookies.pop(cookie, None)
                else:
                    self.cookies[cookie] = content
        return reply

    def list(self) -> list[str]:
        """Return the names of the segments on offer."""
        reply = self.call("listSegments")
        assert reply.status == 200
        return [entry["name"] for entry in shown(reply)]

    def set(self, pk: int) -> Reply:
        """Set a segment."""
        return self.call("setSegment", path={"segment_id": pk})

    def recalculate(self) -> Reply:
        """Recalculate the segment."""
        return self.call("recalculateSegment")

    def segment(self) -> Any:
        """Return the pk of the current segment, or `None`."""
        reply = self.call("getCurrentUser")
        assert reply.status == 200
        return reply.body["segment"] and reply.body["segment"]["pk"]

    def basket(self) -> Any:
        """Return the segment that the basket shows, or `None`."""
        reply = self.call("getBasket")
        assert reply.status == 200
        return reply.body["basket"]["segment"]

    def log_in(self, email: str, password: str = PASSWORD) -> Reply:
        """Fetch a CSRF token if there is none, and sign in."""
        if "csrftoken" not in self.cookies:
            self.call("getCsrfToken")
        return self.call("loginUser", body={"email": email, "password": password})


def shown(reply: Reply) -> Any:
    """Return the body as JSON would show it."""
    body = reply.body
    if isinstance(body, list):
        return [entry.value if isinstance(entry, Document) else entry for entry in body]
    return body.value if isinstance(body, Document) else body


@pytest.fixture
def service(open_vendor: Callable[..., Service]) -> Service:
    """A site with the named cast and a few more."""
    return open_vendor("akinon", segments=16, customers=14)


@pytest.fixture
def stranger(service: Service) -> Browser:
    """A browser without cookies."""
    return Browser(service)


@pytest.fixture
def browse() -> Callable[..., Browser]:
    """Make the browser of somebody with a demo session, `browse(service, "anna")`, or of nobody."""

    def open_browser(service: Service, name: str = "") -> Browser:
        if not name:
            return Browser(service)
        room = service.rooms["akinon"]
        (demo,) = [each for each in room.demos(service.state("akinon")) if each.name == name]
        assert demo.header == "Cookie"
        return Browser(service, demo.value)

    return open_browser


@pytest.fixture
def as_(service: Service, browse: Callable[..., Browser]) -> Callable[[str], Browser]:
    """Make the browser of somebody with a demo session on the usual site."""
    return lambda name: browse(service, name)


@pytest.fixture
def anna(as_: Callable[[str], Browser]) -> Browser:
    """The browser of Anna, who is on the gold price list."""
    return as_("anna")


@pytest.fixture
def explained() -> Callable[[Reply], tuple[int, str | None]]:
    """Return the status of a reply and the requirement that it names."""
    return lambda reply: (reply.status, dict(reply.headers).get("X-Mock-Requirement"))


@pytest.fixture
def json_of() -> Callable[[Reply], Any]:
    """Return the body of a reply as JSON would show it."""
    return shown
