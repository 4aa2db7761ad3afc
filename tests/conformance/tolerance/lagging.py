"""Effects that show late: former states of a world, and work that is put off.

A correct service may answer lists from an index, or do work in the background, a few seconds
after the request that asked for it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.room import Operation

Snapshot = Callable[[Any], dict[str, Any]]
"""World -> the attributes of a world as it is now, safe from later changes."""


class _Past:
    """What one world was like before its last changes."""

    def __init__(self, world: Any, snapshot: Snapshot) -> None:
        self._world = world
        self._snapshot = snapshot
        self._states: list[tuple[int, dict[str, Any]]] = []
        """Instant until which the world was so, with the state; the oldest first."""
        self._changed = 0

    def note(self) -> None:
        """Keep the state before a change, once for each instant."""
        now = self._world.clock.now()
        if now > self._changed or not self._states:
            self._states.append((now, self._snapshot(self._world)))
            self._states = self._states[-8:]
        self._changed = now

    def at(self, then: int, kept: Iterable[str]) -> Any:
        """Return the world as it was at an instant, but for the attributes that are kept."""
        state = next((state for until, state in self._states if then < until), None)
        if state is None:
            return self._world
        view = copy.copy(self._world)
        for name, value in state.items():
            if name not in kept:
                setattr(view, name, value)
        return view


def lists_late(
    milliseconds: int,
    snapshot: Snapshot,
    *,
    writes: Iterable[str],
    reads: dict[str, tuple[str, ...]],
    unless: Callable[[Any, Call], bool] = lambda _former, _call: False,
) -> Change:
    """Answer some operations from the world as it was so many milliseconds ago.

    `reads` maps operations to the attributes of the world that they see as they are now;
    `unless(former world, call)` tells of a call that it sees the present all the same.
    """
    pasts: dict[int, _Past] = {}
    writing = frozenset(writes)

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        past = pasts.setdefault(id(world), _Past(world, snapshot))
        if call.operation in writing:
            past.note()
        else:
            former = past.at(world.clock.now() - milliseconds, reads[call.operation])
            world = world if unless(former, call) else former
        return true(world, call, caller)

    return changes.around(run, *writing, *reads)


class PutOff:
    """Work that is done some time after it was asked for, when somebody looks."""

    def __init__(self, clock: Any, milliseconds: int) -> None:
        self._clock = clock
        self._delay = milliseconds
        self._waiting: list[tuple[int, Any, Callable[[int], None]]] = []

    def add(self, about: Any, work: Callable[[int], None], *, due: int | None = None) -> None:
        """Put work off; `about` tells what it concerns, and `work` is told when it is done."""
        instant = self._clock.now() + self._delay if due is None else due
        self._waiting.append((instant, about, work))

    def drop(self, about: Any) -> None:
        """Forget the work about something."""
        self._waiting = [each for each in self._waiting if each[1] != about]

    def catch_up(self) -> None:
        """Do what is due."""
        now = self._clock.now()
        due = [each for each in self._waiting if each[0] <= now]
        self._waiting = [each for each in self._waiting if each[0] > now]
        for instant, _, work in due:
            work(instant)


def background(open_: Callable[[Any], Iterable[PutOff]]) -> Change:
    """Put work off: `open_` changes a new state and returns what then waits in it."""
    waiting: list[PutOff] = []

    def look(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        for each in waiting:
            each.catch_up()
        return true(world, call, caller)

    def opened(state: Any) -> None:
        waiting[:] = open_(state)

    return changes.together(changes.opening(opened), changes.around(look))
