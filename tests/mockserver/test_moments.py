"""Moments on the command line: where the clock of a served mock starts."""

from __future__ import annotations

import pytest

from mockserver.cli.arguments import Moment, stopped
from mockserver.kernel.clock import Clock
from mockserver.kernel.instants import DAY, HOUR, MINUTE, parse


class TestMoments:
    """Where the clock of a served mock starts."""

    @staticmethod
    def start(text: str) -> Clock:
        """Return the clock that an argument makes."""
        return Moment().convert(text, None, None)()

    def test_an_instant_is_taken_as_it_is(self) -> None:
        """In any time zone; the clock runs on from there."""
        clock = self.start("2026-12-24T09:00:00+01:00")
        assert 0 <= clock.now() - parse("2026-12-24T08:00:00Z") < MINUTE
        assert not clock.frozen

    @pytest.mark.parametrize(
        ("text", "distance"),
        [("+10d", 10 * DAY), ("-36h", -36 * HOUR), ("+1w2d", 9 * DAY), ("+90s", 90_000)],
    )
    def test_a_distance_is_from_the_real_time(self, text: str, distance: int) -> None:
        """Forwards or backwards."""
        assert 0 <= self.start(text).now() - (Clock().now() + distance) < MINUTE

    def test_a_clock_can_be_stopped_where_it_starts(self) -> None:
        """Each that is made anew."""
        make = stopped(Moment().convert("2026-12-24T08:00:00Z", None, None))
        clock = make()
        assert clock.frozen
        assert make() is not clock
