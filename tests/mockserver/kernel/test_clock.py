"""The clock of a namespace."""

from __future__ import annotations

import time

import pytest

from mockserver.kernel.clock import EARLIEST, LATEST, Clock, OutOfTime


class Stopwatch:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Return the seconds since the epoch."""
        return self.seconds


@pytest.mark.parametrize(
    ("seconds", "instant"), [(0.0, 0), (1.9999, 1999), (1_795_176_000.0, 1_795_176_000_000)]
)
def test_it_tells_whole_milliseconds(seconds: float, instant: int) -> None:
    """Of whatever source of seconds it was given."""
    assert Clock(seconds=lambda: seconds).now() == instant


def test_by_default_it_tells_the_time_of_the_system() -> None:
    """Between a moment before and a moment after."""
    before = int(time.time() * 1000)
    assert before <= Clock().now() <= int(time.time() * 1000)


def test_it_can_start_anywhere_and_runs_on() -> None:
    """As fast as the real time."""
    real = Stopwatch()
    clock = Clock(5_000, seconds=real)
    assert clock.now() == 5_000
    real.seconds += 2.5
    assert clock.now() == 7_500


def test_a_frozen_clock_stands_exactly_where_it_was_set() -> None:
    """However much real time passes between one line and the next."""
    passing = iter(range(1_000_000))
    assert Clock(5_000, frozen=True, seconds=lambda: float(next(passing))).now() == 5_000


def test_it_is_set_and_advanced_both_ways() -> None:
    """While it runs."""
    real = Stopwatch()
    clock = Clock(seconds=real)
    clock.advance(60_000)
    assert clock.now() == 1_060_000
    clock.advance(-90_000)
    assert clock.now() == 970_000
    clock.set(42)
    real.seconds += 1
    assert clock.now() == 1_042


def test_a_frozen_clock_stands_still_until_it_is_moved_or_resumed() -> None:
    """And then runs on from where it stands."""
    real = Stopwatch()
    clock = Clock(7_000, frozen=True, seconds=real)
    assert clock.frozen
    real.seconds += 100
    assert clock.now() == 7_000
    clock.advance(500)
    assert (clock.now(), clock.frozen) == (7_500, True)
    clock.freeze()
    clock.resume()
    assert (clock.now(), clock.frozen) == (7_500, False)
    real.seconds += 1
    assert clock.now() == 8_500
    clock.resume()
    assert clock.now() == 8_500


@pytest.mark.parametrize("frozen", [True, False])
def test_it_counts_how_often_it_was_set_back(frozen: bool) -> None:
    """What was worked out for a later instant is known to be stale, even back at that instant."""
    clock = Clock(9_000, frozen=frozen, seconds=Stopwatch())
    before = clock.turned_back
    for distance in (5, -1, 0, 3, -2):
        clock.advance(distance)
    assert clock.turned_back - before == 2


@pytest.mark.parametrize("instant", [EARLIEST - 1, LATEST, 10**20])
@pytest.mark.parametrize("frozen", [True, False])
def test_it_stays_where_timestamps_can_follow(instant: int, frozen: bool) -> None:
    """An instant beyond is refused and changes nothing."""
    clock = Clock(1_000, frozen=frozen, seconds=Stopwatch())
    with pytest.raises(OutOfTime, match="1970 to 8999"):
        clock.set(instant)
    with pytest.raises(OutOfTime):
        clock.advance(instant - 1_000)
    assert clock.now() == 1_000
