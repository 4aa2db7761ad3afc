"""Instants and their text."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.kernel import instants
from mockserver.kernel.instants import DAY, EARLIEST, LATEST, moment, parse, text

INSTANTS = st.integers(EARLIEST, LATEST)


@given(INSTANTS)
@example(EARLIEST)
@example(LATEST)
@example(-1)
def test_every_instant_survives_being_written_and_read(instant: int) -> None:
    """Between the years 1 and 9999."""
    assert parse(text(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_texts_sort_as_instants_do(one: int, other: int) -> None:
    """They all have the same length, years before 1000 included."""
    assert (text(one) < text(other)) == (one < other)
    assert len(text(one)) == len("2024-05-14T12:00:00.000Z")


@given(INSTANTS, st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_a_time_zone_names_the_same_instant(instant: int, minutes: int) -> None:
    """Any offset, as long as the local year exists."""
    local_instant = instant + minutes * instants.MINUTE
    if not EARLIEST <= local_instant <= LATEST:
        return
    local = moment(instant).astimezone(timezone(timedelta(minutes=minutes)))
    assert parse(local.isoformat()) == instant


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00.001z", 1),
        ("1970-01-01T00:00:00.0019Z", 1),
        ("1969-12-31T23:59:59.9999Z", -1),
        ("1970-01-02T01:00:00+01:00", DAY),
        ("2024-02-29T12:00:00-00:00", 1_709_208_000_000),
    ],
)
def test_what_rfc_3339_allows_is_read(written: str, instant: int) -> None:
    """What is finer than a millisecond is cut off, towards the past."""
    assert parse(written) == instant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2023-02-29T00:00:00Z",
        "2024-01-01T24:00:01Z",
        "2016-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2024-01-01T00:00:00+24:00",
        "\uff12024-01-01T00:00:00Z",
        "9" * 5000,
    ],
)
def test_anything_else_is_a_value_error(written: str) -> None:
    """Leap seconds and instants outside the years 1 to 9999 of UTC are nothing we can keep."""
    with pytest.raises(ValueError, match=r"."):
        parse(written)


@given(st.text())
def test_no_text_raises_anything_but_a_value_error(written: str) -> None:
    """Whatever a client sends."""
    with contextlib.suppress(ValueError):
        assert EARLIEST <= parse(written) <= LATEST


def test_a_moment_is_aware_and_exact() -> None:
    """For arithmetic with days and months."""
    assert moment(DAY + 1) == datetime(1970, 1, 2, 0, 0, 0, 1000, tzinfo=UTC)
