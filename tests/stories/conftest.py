"""Real HTTP clients for a served mock."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest


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
