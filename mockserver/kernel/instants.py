"""Reading and writing instants (milliseconds since the epoch, UTC) as RFC 3339 text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def parse(text: str) -> int:
    """Return the instant that an RFC 3339 date-time names.

    Raises ValueError for text that names no instant between the years 1 and 9999.
    """
    # RFC 3339 allows lower-case separators, fromisoformat does not.
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    try:
        return (moment - _EPOCH) // _MILLISECOND
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def text(instant: int) -> str:
    """Return the instant as `2024-05-14T12:00:00.000Z`."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % 1000:03d}Z"


def moment(instant: int) -> datetime:
    """Return the instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=instant)
