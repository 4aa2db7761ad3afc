"""Tiny servers that are wrong in one way each: they prove that the kit notices.

They share nothing with the mock. `Right` has just enough of Emporix' segments to be found
without fault; most of the others change one thing about it. The rest cannot be talked to.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

TOKENS = {
    "token-of-acme": "acme",
    "token-of-a-reader": "acme",
    "token-of-globex": "globex",
}
"""Access token -> the tenant that it is for. Scopes are left to real servers."""

_PATH = re.compile(r"/customer-segment/([^/]+)/segments(?:/([^/]+))?")
_IDS = re.compile(r"\bid:\(?([^)\s]+)\)?")
_NAMES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}

Answer = tuple[int, dict[str, str], Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Right:
    """Makes, reads, lists and deletes segments as documented; everything else is not found."""

    def __init__(self) -> None:
        self.segments: dict[tuple[str, str], dict[str, Any]] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = {
            name: values[-1] for name, values in parse_qs(scope["query_string"].decode()).items()
        }
        sent = (await receive())["body"]
        status, extra, body = self.answer(scope["method"], scope["path"], query, headers, sent)
        await _answered(send, status, extra, body)

    def answer(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: bytes
    ) -> Answer:
        """Return status, headers and JSON body."""
        tenant = self.tenant_of(headers)
        found = _PATH.fullmatch(path)
        if tenant is None:
            fault = {"faultstring": "no", "detail": {"errorcode": "oauth.v2.InvalidAccessToken"}}
            return 401, {}, {"fault": fault}
        if found is None or not self.may(tenant, found[1]):
            return self.error(403 if found else 404, path)
        owner, segment = found.groups()
        if segment in (None, "search"):
            body = json.loads(sent or b"{}")
            if (method, segment) == ("POST", None):
                return self.create(owner, body)
            return self.list(owner, {**query, **body}, headers)
        if (owner, segment) not in self.segments:
            return self.error(404, segment)
        return self.one(method, owner, segment)

    def one(self, method: str, owner: str, segment: str) -> Answer:
        """Read or delete a segment that is there."""
        if method == "DELETE":
            return self.delete(owner, segment)
        return 200, {}, self.segments[owner, segment]

    def tenant_of(self, headers: dict[str, str]) -> str | None:
        """Return the tenant of an access token."""
        return TOKENS.get(headers.get("authorization", "").removeprefix("Bearer "))

    def may(self, tenant: str, owner: str) -> bool:
        """Return whether whoever is of one tenant may see what is another's."""
        return tenant == owner

    def create(self, owner: str, body: dict[str, Any]) -> Answer:
        """Make a segment."""
        segment = body.setdefault("id", f"s{len(self.segments)}")
        if (owner, segment) in self.segments:
            return self.error(409, segment)
        body["metadata"] = {
            "version": 1,
            "createdAt": "2026-01-01T00:00:00Z",
            "modifiedAt": "2026-01-01T00:00:00Z",
        }
        self.keep(owner, segment, {"status": "INACTIVE", **body})
        return 201, {}, {"id": segment}

    def keep(self, owner: str, segment: str, body: dict[str, Any]) -> None:
        """Store a segment."""
        self.segments[owner, segment] = body

    def delete(self, owner: str, segment: str) -> Answer:
        """Delete a segment."""
        del self.segments[owner, segment]
        return 204, {}, None

    def list(self, owner: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        """List a page of the segments with some ids, or of all."""
        named = _IDS.search(query.get("q", ""))
        wanted = None if named is None else named[1].split(",")
        found = [
            body
            for (tenant, segment), body in self.segments.items()
            if tenant == owner and (wanted is None or segment in wanted)
        ]
        size, number = int(query.get("pageSize", 60)), int(query.get("pageNumber", 1))
        page = found[(number - 1) * size : number * size]
        asked = headers.get("x-total-count") == "true"
        return 200, {"X-Total-Count": str(self.total(found, page))} if asked else {}, page

    def total(self, found: list[Any], page: list[Any]) -> int:
        """Return how many records there are."""
        return len(found)

    def error(self, status: int, about: str) -> Answer:
        """Return a refusal."""
        told = {"code": status, "status": _NAMES[status], "message": f"{about}: no"}
        return status, {}, {**told, "resourceId": about}


class ForgetsDeletes(Right):
    """Says that a segment was deleted, and keeps it."""

    def delete(self, owner: str, segment: str) -> Answer:
        """Do nothing."""
        return 204, {}, None


class ForgetsSegments(Right):
    """Says that a segment was made, and does not keep it."""

    def keep(self, owner: str, segment: str, body: dict[str, Any]) -> None:
        """Do nothing."""


class CountsThePage(Right):
    """Tells how many records the page holds in place of how many there are."""

    def total(self, found: list[Any], page: list[Any]) -> int:
        """Count the page."""
        return len(page)


class IgnoresTokens(Right):
    """Lets everybody in."""

    def tenant_of(self, headers: dict[str, str]) -> str | None:
        """Take whoever comes for acme."""
        return super().tenant_of(headers) or "acme"


class LeaksTenants(Right):
    """Shows the segments of every tenant to whoever has any token."""

    def may(self, tenant: str, owner: str) -> bool:
        """Mind nothing."""
        return True


class SpeaksHtml(Right):
    """Refuses with web pages."""

    def error(self, status: int, about: str) -> Answer:
        """Return a page."""
        return status, {"Content-Type": "text/html"}, f"<html><h1>{status}</h1>{about}</html>"


async def always_500(scope: Any, receive: Receive, send: Send) -> None:
    """Answer 500, whatever is asked."""
    await _answered(send, 500, {}, {"message": "Something went wrong."})


async def always_fine(scope: Any, receive: Receive, send: Send) -> None:
    """Answer 200 and an empty object, whatever is asked."""
    await _answered(send, 200, {}, {})


async def walks_away(scope: Any, receive: Receive, send: Send) -> None:
    """Answer nothing at all."""


async def breaks_down(scope: Any, receive: Receive, send: Send) -> None:
    """Raise in the middle of a request."""
    raise RuntimeError("out of order")


async def _answered(send: Send, status: int, headers: dict[str, str], body: Any) -> None:
    text = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    sent = {**({"Content-Type": "application/json"} if text else {}), **headers}
    pairs = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": text})


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen on a free port and hand every connection to a function; yield the base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            held.append(connection)
            answer(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # Closing alone would not wake the thread up.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
        for connection in held:
            connection.close()


def hangs(connection: socket.socket) -> None:
    """Take a request and never answer it."""


def hangs_up(connection: socket.socket) -> None:
    """Read a little of a request and close the connection."""
    connection.recv(16)
    connection.close()


def stops_halfway(connection: socket.socket) -> None:
    """Announce more than is sent."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[")
    connection.close()


def speaks_nonsense(connection: socket.socket) -> None:
    """Answer in no HTTP."""
    connection.recv(65536)
    connection.sendall(b"\x00\xff hello\r\n\r\n")
    connection.close()
