"""The clock of a namespace."""

from __future__ import annotations

import time

import pytest

from mockserver.kernel.clock import Clock


@pytest.mark.parametrize(
    ("seconds", "instant"), [(0.0, 0), (1.9999, 1999), (1_795_176_000.0, 1_795_176_000_000)]
)
def test_it_tells_whole_milliseconds(seconds: float, instant: int) -> None:
    """Of whatever source of seconds it was given."""
    assert Clock(lambda: seconds).now() == instant


def test_by_default_it_tells_the_time_of_the_system() -> None:
    """Between a moment before and a moment after."""
    before = int(time.time() * 1000)
    assert before <= Clock().now() <= int(time.time() * 1000)
