"""The one source of time of a namespace: real by default, to be set, advanced and frozen.

Instants are whole milliseconds since 1970-01-01T00:00:00Z: small, ordered, exact,
and as precise as the vendors' own timestamps.
"""

from __future__ import annotations

import time
from collections.abc import Callable

EARLIEST = 0
"""1970-01-01T00:00:00Z."""
LATEST = 221_845_392_000_000
"""9000-01-01T00:00:00Z; the air above is for whatever is reckoned from now on."""


class OutOfTime(ValueError):
    """An instant that a clock cannot be set to; the message says why."""


class Clock:
    """Tells the time that a namespace lives in; it may be moved both ways."""

    __slots__ = ("_frozen_at", "_offset", "_seconds", "turned_back")

    def __init__(
        self,
        instant: int | None = None,
        *,
        frozen: bool = False,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        """Start at `instant`, or at the real time. Raises OutOfTime.

        `seconds` returns real seconds since the epoch.
        """
        self._seconds = seconds
        self._offset = 0
        self._frozen_at: int | None = None
        self.turned_back = 0
        """How often the clock was set to an earlier instant."""
        # In this order, or real time would pass before the clock stands.
        if frozen:
            self.freeze()
        if instant is not None:
            self.set(instant)

    def now(self) -> int:
        """Return the present instant in milliseconds since the epoch."""
        if self._frozen_at is not None:
            return self._frozen_at
        return int(self._seconds() * 1000) + self._offset

    @property
    def frozen(self) -> bool:
        """True while the clock stands still."""
        return self._frozen_at is not None

    @property
    def is_real(self) -> bool:
        """True while the clock tells the real time."""
        return self._frozen_at is None and self._offset == 0

    def set(self, instant: int) -> None:
        """Go to an instant; a frozen clock stays frozen there. Raises OutOfTime."""
        if not EARLIEST <= instant < LATEST:
            raise OutOfTime("the clock can be set to the years 1970 to 8999 only")
        self.turned_back += instant < self.now()
        if self._frozen_at is not None:
            self._frozen_at = instant
        else:
            self._offset = instant - int(self._seconds() * 1000)

    def advance(self, milliseconds: int) -> None:
        """Move forwards, or backwards by a negative number. Raises OutOfTime."""
        self.set(self.now() + milliseconds)

    def freeze(self) -> None:
        """Stand still until `resume`."""
        self._frozen_at = self.now()

    def resume(self) -> None:
        """Run on from where the clock stands."""
        if self._frozen_at is not None:
            instant, self._frozen_at = self._frozen_at, None
            self.set(instant)
