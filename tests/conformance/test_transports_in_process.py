"""How requests reach an application in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.exchange import Request
from conformance.transports import InProcess, Unreachable

Messages = MutableMapping[str, Any]


def application(*messages: Messages, seen: list[Any] | None = None) -> Any:
    """Return an ASGI application that sends messages."""

    async def app(scope: Messages, receive: Any, send: Any) -> None:
        if seen is not None:
            seen.append((scope, await receive()))
        for message in messages:
            await send(message)

    return app


START: Messages = {"type": "http.response.start", "status": 200, "headers": [(b"X-A", b"1")]}


@contextmanager
def within(app: Any, **settings: Any) -> Iterator[InProcess]:
    """Yield a transport into an application, and close it."""
    transport = InProcess(app, **settings)
    try:
        yield transport
    finally:
        transport.close()


def test_an_application_is_called_as_a_server_would() -> None:
    """The scope says what was asked for, and the body comes as one message."""
    seen: list[Any] = []
    app = application(
        START,
        {"type": "http.response.body", "body": b"a", "more_body": True},
        {"type": "http.response.body", "body": b"b"},
        seen=seen,
    )
    with within(app, base_url="https://mock:8443") as transport:
        response = transport.send(
            Request("POST", "/a%20b?q=%C3%A9", (("X-Name", "Wert"),), b"body")
        )
    assert (response.status, response.headers, response.body) == (200, (("X-A", "1"),), b"ab")
    scope, received = seen[0]
    assert (scope["method"], scope["path"], scope["raw_path"]) == ("POST", "/a b", b"/a%20b")
    assert (scope["query_string"], scope["scheme"]) == (b"q=%C3%A9", "https")
    assert scope["headers"] == [
        (b"x-name", b"Wert"), (b"host", b"mock:8443"), (b"content-length", b"4"),
    ]  # fmt: skip
    assert received == {"type": "http.request", "body": b"body", "more_body": False}


def test_headers_and_body_of_an_answer_may_be_left_out() -> None:
    """ASGI wants neither."""
    bare = application(
        {"type": "http.response.start", "status": 204}, {"type": "http.response.body"}
    )
    with within(bare) as transport:
        response = transport.send(Request("GET", "/"))
    assert (response.status, response.headers, response.body) == (204, (), b"")


def test_an_application_that_waits_for_its_client_ends() -> None:
    """Whoever asks for more than the body is told that the client has gone."""
    received: list[str] = []

    async def app(scope: Messages, receive: Any, send: Any) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b""})
        while (message := await receive())["type"] != "http.disconnect":
            received.append(message["type"])
            assert len(received) < 3, "the client never goes"

    with within(app) as transport:
        assert transport.send(Request("GET", "/")).status == 200
    assert received == ["http.request"]


def test_an_application_may_look_out_for_its_client_meanwhile() -> None:
    """The client does not go before it has the whole answer."""

    async def app(scope: Messages, receive: Any, send: Any) -> None:
        await receive()
        gone = asyncio.ensure_future(receive())
        await send(START)
        for part in (b"a", b"b", b"c"):
            await asyncio.sleep(0)
            assert not gone.done(), "the client went too early"
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})
        assert (await gone)["type"] == "http.disconnect"

    with within(app) as transport:
        assert transport.send(Request("GET", "/")).body == b"abc"


def test_an_application_that_fails_is_told() -> None:
    """An exception is no answer; it may have come after the request was taken in."""

    async def app(scope: Messages, receive: Any, send: Any) -> None:
        raise RuntimeError("broken")

    with within(app) as transport, pytest.raises(Unreachable) as failure:
        transport.send(Request("GET", "/"))
    assert str(failure.value) == "the application failed: RuntimeError('broken')"
    assert failure.value.sent


@pytest.mark.parametrize("messages", [(), ({"type": "http.response.body", "body": b"x"},)])
def test_an_application_that_says_nothing(messages: tuple[Messages, ...]) -> None:
    """Without a start there is no response."""
    with within(application(*messages)) as transport, pytest.raises(Unreachable) as failure:
        transport.send(Request("GET", "/"))
    assert str(failure.value) == "the application closed the connection without an answer"
    assert failure.value.sent


def test_the_clock_is_the_applications() -> None:
    """Waiting moves the clock that `now` reads."""
    seconds = [100.0]

    def wait(more: float) -> None:
        seconds[0] += more

    with within(application(), now=lambda: seconds[0], wait=wait) as transport:
        transport.wait(2.5)
        assert transport.now() == 102.5
