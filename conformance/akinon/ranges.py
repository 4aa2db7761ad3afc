"""Known segments with a date range, and on which side of it the present is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from conformance.akinon.case import Akinon

NEAR: Final = 60.0
"""Seconds around either end of a date range that prove nothing: clocks differ."""


def ranged(akinon: Akinon) -> list[tuple[Mapping[str, Any], bool]]:
    """Return the known segments with a date range, each with whether it runs now.

    Those that begin or end just now are left out. Raises Unmet when none is left.
    """
    now = akinon.now()
    found = []
    for each in akinon.session.config.known.get("segments", ()):
        since, until = _instant(akinon, each, "since"), _instant(akinon, each, "until")
        ends = [end for end in (since, until) if end is not None]
        if ends and all(abs(end - now) > NEAR for end in ends):
            runs = (since is None or since < now) and (until is None or now < until)
            found.append((each, runs))
    if not found:
        raise akinon.lacking("akinon.known.segments with since or until")
    return found


def outside(akinon: Akinon) -> list[Mapping[str, Any]]:
    """Return the known segments whose date range is over or to come. Raises Unmet."""
    found = [each for each, runs in ranged(akinon) if not runs]
    if not found:
        raise akinon.lacking("akinon.known.segments with until in the past, or since in the future")
    return found


def _instant(akinon: Akinon, segment: Mapping[str, Any], name: str) -> float | None:
    if name not in segment:
        return None
    try:
        return datetime.fromisoformat(segment[name]).timestamp()
    except ValueError:
        raise akinon.lacking(f"an instant that exists as akinon.known.segments.{name}") from None
