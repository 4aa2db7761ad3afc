"""Real HTTP clients for a served mock, and a mock whose clock a test can move."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial

import httpx
import pytest
import uvicorn

from mockserver.assembly import Settings
from mockserver.kernel.clock import Clock
from mockserver.web import server
from mockserver.web.app import build

NOON = 1_795_176_000_000
"""2026-11-20T12:00:00Z."""


@dataclass(frozen=True)
class Shop:
    """A mock that is served in this process."""

    url: str
    clock: Clock
    """Stands still until the story moves it."""

    def browser(self, **headers: str) -> httpx.Client:
        """Return somebody's HTTP client."""
        return httpx.Client(base_url=self.url, headers=headers)


@contextmanager
def _running(app: object, bound: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")  # type: ignore[arg-type]
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not running.started:
            assert time.monotonic() < deadline, "the mock did not start"
            time.sleep(0.005)
        yield
    finally:
        running.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def open_shop() -> Iterator[Callable[..., Shop]]:
    """Serve a mock in this process; keywords go to `Settings`."""
    with ExitStack() as stack:

        def open_one(**settings: object) -> Shop:
            start = partial(Clock, NOON, frozen=True)
            mock = build(Settings(clock=start, **settings))  # type: ignore[arg-type]
            bound = stack.enter_context(closing(server.listen("127.0.0.1", 0)))
            stack.enter_context(_running(mock.app, bound))
            return Shop(server.url_of(bound), mock.service.clock)

        yield open_one


@pytest.fixture
def client_for(
    served: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., httpx.Client]]:
    """Make HTTP clients whose requests meet worlds of this test alone."""
    clients = []

    def make(**headers: str) -> httpx.Client:
        own = {"X-Mock-Namespace": request.node.name, **headers}
        clients.append(httpx.Client(base_url=served, headers=own))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
