"""Fixtures for the web tests: the miniature room behind the compiled dispatch."""

from __future__ import annotations

import pytest

# First of all: this import silences what Connexion's own imports warn about.
import mockserver.web.app  # noqa: F401

from .client import Client
from .miniature import Mini, serve


@pytest.fixture
def mini() -> Mini:
    """The miniature room, served as the real ones are."""
    return serve()


@pytest.fixture
def client(mini: Mini) -> Client:
    """Somebody who is let in everywhere."""
    return Client(mini.dispatch, {"authorization": "Bearer anna"})
