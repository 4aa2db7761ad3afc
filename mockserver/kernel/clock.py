"""The one source of time of a namespace.

Instants are whole milliseconds since 1970-01-01T00:00:00Z: small, ordered, exact,
and as precise as the vendors' own timestamps.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Tells the time that a namespace lives in."""

    __slots__ = ("_seconds",)

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        """`seconds` returns seconds since the epoch; the system's time by default."""
        self._seconds = seconds

    def now(self) -> int:
        """Return the present instant in milliseconds since the epoch."""
        return int(self._seconds() * 1000)
