"""Points in time as a target writes them, and as it is asked about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def instant(value: Any) -> float | None:
    """Return a date-time with time zone in seconds since 1970; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return None if read.tzinfo is None else read.timestamp()
    except (ValueError, OverflowError):
        return None


def written(seconds: float) -> str:
    """Return a point in time as a query has it: RFC 3339, in UTC, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
