"""Records sorted by number, in blocks: appended, sliced and taken out without moving the rest.

A plain list moves everything behind a record that goes; with a million records that is a
millisecond each, and a segment may take thousands with it. No keys, no rules, no JSON.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import chain
from operator import attrgetter
from sys import maxsize
from typing import Protocol, TypeVar, overload


class Record(Protocol):
    """What a run can hold."""

    @property
    def number(self) -> int:
        """Position in order of creation; unique in a run."""


Row = TypeVar("Row", bound=Record)

BLOCK = 1024
"""How many records a block takes before the next is begun."""

_number: Callable[[Record], int] = attrgetter("number")


def _first(rows: Sequence[Record]) -> int:
    return rows[0].number


class Run(Sequence[Row]):
    """Records in order of their numbers."""

    __slots__ = ("_blocks", "_size")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._blocks: list[list[Row]] = []
        self._size = 0
        self.extend(list(rows))

    def __len__(self) -> int:
        """Return how many records there are."""
        return self._size

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the records, the lowest number first."""
        return chain.from_iterable(self._blocks)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """Return the record at a position, or those of a stretch without a step."""
        if isinstance(place, slice):
            start, stop, _ = place.indices(self._size)
            return self._stretch(start, stop)
        if place in (0, -1):
            return self._blocks[place][place]
        start = range(self._size)[place]
        return self._stretch(start, start + 1)[0]

    def _stretch(self, start: int, stop: int) -> list[Row]:
        """Return the records at some positions; blocks before them are only counted."""
        found: list[Row] = []
        for block in self._blocks:
            if stop <= 0:
                break
            if start < len(block):
                found += block[max(start, 0) : stop]
            start -= len(block)
            stop -= len(block)
        return found

    def append(self, row: Row) -> None:
        """Add a record; its number must be the highest."""
        if not self._blocks or len(self._blocks[-1]) >= BLOCK:
            self._blocks.append([row])
        else:
            self._blocks[-1].append(row)
        self._size += 1

    def extend(self, rows: Sequence[Row]) -> None:
        """Add records; their numbers must rise and be the highest."""
        self._size += len(rows)
        taken = 0
        if self._blocks:
            taken = max(BLOCK - len(self._blocks[-1]), 0)
            self._blocks[-1].extend(rows[:taken])
        for start in range(taken, len(rows), BLOCK):
            self._blocks.append(list(rows[start : start + BLOCK]))

    def insert(self, row: Row) -> None:
        """Add a record in its place."""
        if not self._blocks:
            self._blocks.append([row])
            self._size = 1
            return
        # What belongs before the first block begins it.
        place = max(self._block(row), 0)
        block = self._blocks[place]
        block.insert(bisect_left(block, row.number, key=_number), row)
        if len(block) > 2 * BLOCK:
            self._blocks[place : place + 1] = [block[:BLOCK], block[BLOCK:]]
        self._size += 1

    def replace(self, row: Row) -> None:
        """Put a record in the place of the one that has its number."""
        block = self._blocks[self._block(row)]
        block[bisect_left(block, row.number, key=_number)] = row

    def remove(self, row: Row) -> None:
        """Take out the record with this number."""
        place = self._block(row)
        block = self._blocks[place]
        del block[bisect_left(block, row.number, key=_number)]
        if not block:
            del self._blocks[place]
        self._size -= 1

    def _block(self, row: Row) -> int:
        """Return which block a record is in, or belongs to; -1 before the first."""
        return bisect_right(self._blocks, row.number, key=_first) - 1


def merged(runs: Iterable[Sequence[Row]]) -> Iterator[Row]:
    """Yield the records of several disjoint runs in order; empty ones must be left out.

    A run is opened when its first record is due: a page out of a hundred runs that were
    filled one after the other opens one or two.
    """
    waiting = sorted(runs, key=_first, reverse=True)
    opened: list[tuple[int, Row, Iterator[Row]]] = []
    while waiting or opened:
        if opened and (not waiting or opened[0][0] < waiting[-1][0].number):
            _, row, rows = heappop(opened)
        else:
            rows = iter(waiting.pop())
            row = next(rows)
        yield row
        due = min(opened[0][0] if opened else maxsize, _first(waiting[-1]) if waiting else maxsize)
        for row in rows:
            if row.number > due:
                heappush(opened, (row.number, row, rows))
                break
            yield row
