"""Who a segment's parts select: criteria combined, and nothing worked out twice.

Evaluation only: it knows no segments, ids or recalculations. What one criterion type
means is said in `criteria/`, what is known about members in `population.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import compress
from operator import and_, or_
from typing import Generic, TypeVar

from mockserver.vendors.openloyalty.criteria import KINDS, Reading, select
from mockserver.vendors.openloyalty.model import NO_FIGURES, Criterion, Figures, Member, Part
from mockserver.vendors.openloyalty.population import Mask, Population

_REMEMBERED = 256
"""Masks and selections. Enough for a seeded world, whose segments repeat each other."""

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """The values that were asked for last, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, work_out: Callable[[], Value]) -> Value:
        """Return a value, which is worked out if it is not remembered."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = self._values[key] = work_out()
        if len(self._values) > _REMEMBERED:
            self._values.popitem(last=False)
        return value


class Selection:
    """Who a segment's criteria select, in the order of the population."""

    __slots__ = ("_flags", "_members", "figures")

    def __init__(self, members: Sequence[Member], flags: bytes, figures: Figures) -> None:
        # One byte per member of the store, where a tuple of members would take eight
        # for each of the segment's.
        self._members = members
        self._flags = flags
        self.figures = figures

    def __len__(self) -> int:
        return self.figures.customers_count

    def __iter__(self) -> Iterator[Member]:
        return compress(self._members, self._flags)


NOBODY = Selection((), b"", NO_FIGURES)


class Segmentation:
    """Selects members of one population."""

    def __init__(self, population: Population, logic: str = "or-in-part") -> None:
        """`logic` is the choice `openloyalty.criteria-logic`."""
        self.population = population
        # Within a part one criterion is enough and all parts must hold, or the other
        # way round by choice (OLO-152).
        self._within, self._between = (or_, and_) if logic == "or-in-part" else (and_, or_)
        self._masks: Memory[Mask] = Memory()
        self._selections: Memory[Selection] = Memory()

    def select(self, parts: Sequence[Part], reading: Reading) -> Selection:
        """Return who the parts select at the time of the reading."""
        keyed = [
            [(self._key(criterion, reading), criterion) for criterion in part.criteria]
            for part in parts
        ]
        key = tuple(tuple(key for key, _ in part) for part in keyed)
        return self._selections.get(key, lambda: self._selection(keyed, reading))

    def _selection(
        self, parts: Sequence[Sequence[tuple[Hashable, Criterion]]], reading: Reading
    ) -> Selection:
        mask = _combined(
            [
                _combined([self._mask(key, each, reading) for key, each in part], self._within)
                for part in parts
            ],
            self._between,
        )
        flags = self.population.flags(mask)
        figures = self.population.figures(flags, flags.count(1))
        return Selection(self.population.members, flags, figures)

    def _key(self, criterion: Criterion, reading: Reading) -> Hashable:
        """Return what decides whom a criterion selects: type, values, and the time if it does."""
        kind = KINDS[criterion.type]
        own = [criterion.own.get(name) for name in kind.fields]
        # A digest, since a list of customers can be half a million entries long.
        spelling = hashlib.blake2b(json.dumps(own, sort_keys=True).encode(), digest_size=16)
        present = None
        if kind.timed:
            # Days begin at midnight, and nothing can be found between the last thing
            # that happened and now: the cycles of a quiet day share one mask.
            present = reading.midnight, min(reading.now, self.population.latest)
        return criterion.type, spelling.digest(), present

    def _mask(self, key: Hashable, criterion: Criterion, reading: Reading) -> Mask:
        return self._masks.get(key, lambda: select(criterion, self.population, reading))


def is_timed(parts: Iterable[Part]) -> bool:
    """Tell whether the selection can change although the population does not."""
    return any(KINDS[criterion.type].timed for part in parts for criterion in part.criteria)


def _combined(masks: Sequence[Mask], how: Callable[[Mask, Mask], Mask]) -> Mask:
    """Return the masks in one; nothing selects nobody (OLO-154)."""
    return reduce(how, masks) if masks else 0
