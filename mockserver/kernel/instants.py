"""Reading and writing instants (milliseconds since the epoch, UTC) as RFC 3339 text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EARLIEST = -62_135_596_800_000
"""0001-01-01T00:00:00.000Z."""
LATEST = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z."""


def parse(text: str) -> int:
    """Return the instant that an RFC 3339 date-time names.

    Raises ValueError for text that names no instant between the years 1 and 9999.
    """
    # fromisoformat takes more than RFC 3339 (week dates, no separators) and less
    # (lower-case letters).
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no RFC 3339 date-time")
    named = datetime.fromisoformat(text.upper())
    instant = (named - _EPOCH) // _MILLISECOND
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"{text!r} is not between the years 1 and 9999 in UTC")
    return instant


def text(instant: int) -> str:
    """Return the instant as `2024-05-14T12:00:00.000Z`."""
    return moment(instant).isoformat(timespec="milliseconds")[:-6] + "Z"


def moment(instant: int) -> datetime:
    """Return the instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=instant)
