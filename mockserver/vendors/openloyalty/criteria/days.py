"""What "days ago" means: readings shared by criteria about purchases and custom events.

Days are those of UTC. What lies after the time of the reading has not happened yet (OLO-207).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.kernel.instants import EARLIEST
from mockserver.vendors.openloyalty.criteria.kind import Reading
from mockserver.vendors.openloyalty.population import Mask, without

Between: TypeAlias = Callable[[int, int], Mask]
"""Who did something from the first instant to the last, both included."""


def n_days_before(between: Between, days: int, reading: Reading) -> Mask:
    """Return whose last entry is at most, or by choice at least, so many days ago (OLO-166)."""
    if reading.last_purchase == "within":
        return between(reading.ago(days), reading.now)
    # "1 is yesterday": so many days ago means before the end of that day.
    limit = reading.ago(days - 1)
    return without(between(EARLIEST, limit - 1), between(limit, reading.now))


def between_days(between: Between, nearest: int, farthest: int, reading: Reading) -> Mask:
    """Return whose last entry lies from `nearest` to `farthest` days ago; today is 0."""
    last = min(reading.ago(nearest - 1) - 1, reading.now)
    return without(
        between(reading.ago(farthest), last),
        between(last + 1, reading.now),
    )
