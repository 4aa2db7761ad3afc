"""How requests reach a target: over the network, or into an application in this process.

A transport sends one request and returns one response; it retries nothing and judges nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import unquote

import requests

from conformance.exchange import Request, Response

AsgiApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


class Unreachable(Exception):
    """No response came; the message is one sentence for a person."""

    def __init__(self, message: str, *, sent: bool, lasting: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        """True when the request may have reached the target before the failure."""
        self.lasting = lasting
        """True when another try cannot end otherwise: a certificate that is not accepted."""


class Transport(Protocol):
    """Sends requests to one target."""

    base_url: str
    """Where the target is, for people; without a slash at the end."""

    def send(self, request: Request) -> Response:
        """Return the response. Raises Unreachable."""

    def wait(self, seconds: float) -> None:
        """Let time pass at the target."""

    def now(self) -> float:
        """Return the target's time in seconds since 1970."""

    def close(self) -> None:
        """Let go of connections and whatever else is held."""


class Network:
    """A target at a base URL."""

    def __init__(self, base_url: str, *, timeout: float = 30.0, verify: bool | str = True) -> None:
        """`timeout` in seconds; `verify` is whether, or with which CA file, TLS is checked."""
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        self._session.verify = verify
        self._session.trust_env = True
        self._session.headers.clear()
        self._session.headers["User-Agent"] = "segment-conformance"

    def send(self, request: Request) -> Response:
        """Send over HTTP; redirects are answers like any other. Raises Unreachable."""
        started = time.perf_counter()
        prepared = self._prepared(request)
        url = self.base_url + request.url
        settings: Any = self._session.merge_environment_settings(
            url, {}, False, self._session.verify, None
        )
        try:
            # The adapter alone: a session would read Location and cookies, and stumble over them.
            adapter = self._session.get_adapter(url)
            answer = adapter.send(prepared, timeout=self._timeout, **settings)
            body = answer.content
        except requests.exceptions.SSLError as error:
            reason = _innermost(error)
            told = f"the certificate of {self.base_url} is not accepted: {reason}"
            if "WRONG_VERSION_NUMBER" in reason or "RECORD_LAYER" in reason:
                told = f"{self.base_url} does not speak TLS: does its URL begin with http://?"
            raise Unreachable(
                told,
                sent=False,
                lasting=True,
            ) from error
        except requests.exceptions.ConnectTimeout as error:
            raise Unreachable(
                f"{self.base_url} did not accept a connection within {self._timeout:g} s",
                sent=False,
            ) from error
        except requests.exceptions.Timeout as error:
            raise Unreachable(
                f"no answer to {request.method} {request.url.partition('?')[0]} "
                f"within {self._timeout:g} s",
                sent=True,
            ) from error
        except requests.exceptions.RequestException as error:
            reason = _innermost(error)
            refused = "refused" in reason or "resolve" in reason or "not known" in reason
            raise Unreachable(
                f"the connection to {self.base_url} failed: {reason}", sent=not refused
            ) from error
        return Response(
            answer.status_code, tuple(_header_pairs(answer)), body, time.perf_counter() - started
        )

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        """Return a request as the adapter wants it. Raises Unreachable."""
        try:
            # A prepared request keeps path, query and header order as they were written.
            prepared = requests.Request(
                request.method,
                self.base_url,
                headers=dict(request.headers),
                data=request.body or None,
            ).prepare()
            for name, value in prepared.headers.items():
                f"{name}{value}".encode("latin-1")
        except (requests.exceptions.RequestException, UnicodeError) as error:
            raise Unreachable(f"the request cannot be sent: {error}", sent=False) from error
        prepared.url = self.base_url + request.url
        if not request.body and request.method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            prepared.headers.pop("Content-Length", None)
        prepared.headers.setdefault("User-Agent", "segment-conformance")
        return prepared

    def close(self) -> None:
        """Close the connections that are still open."""
        self._session.close()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def now(self) -> float:
        """Return the real time."""
        return time.time()


def _header_pairs(answer: requests.Response) -> list[tuple[str, str]]:
    """Return the headers; those that came several times stay apart."""
    raw = answer.raw.headers
    return [(name, value) for name in raw for value in raw.getlist(name)]


def _innermost(error: BaseException) -> str:
    """Return the sentence at the bottom of a chain of wrapped errors."""
    while True:
        inner = error.__cause__ or error.__context__
        reason = getattr(error, "reason", None)
        if isinstance(reason, BaseException):
            inner = reason
        if inner is None:
            break
        error = inner
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".") or type(error).__name__


class InProcess:
    """An ASGI application in this process: no socket, no thread."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        now: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
        base_url: str = "http://mock",
    ) -> None:
        """`now` and `wait` are the application's clock, in seconds."""
        self.base_url = base_url
        self._app = app
        self._now = now
        self._wait = wait
        self._loop = asyncio.new_event_loop()

    def send(self, request: Request) -> Response:
        """Call the application. Raises Unreachable when it does not answer."""
        started = time.perf_counter()
        path, _, query = request.url.partition("?")
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in request.headers
        ]
        headers.append((b"host", self.base_url.partition("//")[2].encode()))
        if request.body:
            headers.append((b"content-length", b"%d" % len(request.body)))
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": self.base_url.partition(":")[0],
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "server": ("mock", 80),
            "client": ("kit", 1),
            "extensions": {},
        }
        messages: list[MutableMapping[str, Any]] = []
        waiting = [{"type": "http.request", "body": request.body, "more_body": False}]
        answered = asyncio.Event()

        async def receive() -> MutableMapping[str, Any]:
            if waiting:
                return waiting.pop()
            # All that can still come is that the client goes, once it has its answer.
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answered.set()

        try:
            self._loop.run_until_complete(self._called(scope, receive, send))
        except Exception as error:
            raise Unreachable(f"the application failed: {error!r}", sent=True) from error
        return _assembled(messages, time.perf_counter() - started)

    async def _called(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    def wait(self, seconds: float) -> None:
        """Let the application's clock run."""
        self._wait(seconds)

    def now(self) -> float:
        """Return the application's time."""
        return self._now()

    def close(self) -> None:
        """Close the event loop."""
        self._loop.close()


def _assembled(messages: list[MutableMapping[str, Any]], seconds: float) -> Response:
    """Return the response that ASGI messages make up. Raises Unreachable."""
    if not messages or messages[0]["type"] != "http.response.start":
        raise Unreachable("the application closed the connection without an answer", sent=True)
    start = messages[0]
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in start.get("headers", ())
    )
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Response(start["status"], headers, body, seconds)
