"""Fixtures for room tests: a service without any web in front of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.assembly import Settings, open_service
from mockserver.kernel.clock import Clock
from mockserver.kernel.service import Service


class ManualClock(Clock):
    """A clock that a test moves by hand; it stands at 2026-11-20T12:00:00Z at first."""

    def __init__(self) -> None:
        self.seconds = 1_795_176_000.0
        super().__init__(seconds=lambda: self.seconds)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until the test moves it."""
    return ManualClock()


@pytest.fixture
def open_vendor(clock: ManualClock) -> Callable[..., Service]:
    """Open a service with one vendor; keywords go to `Settings`."""

    def open_one(vendor: str, **settings: object) -> Service:
        return open_service(Settings(vendors=(vendor,), clock=lambda: clock, **settings))  # type: ignore[arg-type]

    return open_one
