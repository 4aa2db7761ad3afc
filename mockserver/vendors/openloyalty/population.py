"""The members of a store, and who of them a segment's criteria select.

Evaluation only: it changes nothing and knows no segment ids. What one criterion type
means is said in `criteria.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from mockserver.vendors.openloyalty.criteria import KINDS, Reading, predicate
from mockserver.vendors.openloyalty.model import (
    NO_FIGURES,
    Criterion,
    Figures,
    Member,
    Part,
)

_REMEMBERED = 128
"""Results. Enough for a seeded world, whose segments repeat each other."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Who a segment's criteria select, in the order of the population."""

    members: tuple[Member, ...]
    figures: Figures


def is_timed(parts: Iterable[Part]) -> bool:
    """Tell whether the selection can change although the population does not."""
    return any(KINDS[criterion.type].timed for part in parts for criterion in part.criteria)


def figures_of(members: Sequence[Member]) -> Figures:
    """Return the figures of some members; the formulas are those of the ledger (OLO-096 ff.)."""
    if not members:
        return NO_FIGURES
    total = sum(member.history.total for member in members) / 100
    transactions = sum(len(member.history.dates) for member in members)
    return Figures(
        customers_count=len(members),
        average_transaction_amount=round(total / transactions, 2) if transactions else 0.0,
        average_transactions=round(transactions / len(members), 2),
        average_clv=round(total / len(members), 2),
    )


class Population:
    """The members of one store."""

    def __init__(self, members: Iterable[Member], logic: str = "or-in-part") -> None:
        """`logic` is the choice `openloyalty.criteria-logic`."""
        self.members = tuple(members)
        self._any_in_part = logic == "or-in-part"
        # Selections are numbers with one byte per member, 0 or 1, so that combining
        # two of them is one operation however many members there are.
        self._nobody = 0
        self._active = _mask(member.active for member in self.members)
        self._remembered: dict[tuple[int, str], Selection] = {}

    def select(self, parts: Sequence[Part], reading: Reading) -> Selection:
        """Return who the parts select at the time of the reading."""
        spelling = json.dumps(
            [[[each.type, each.own] for each in part.criteria] for part in parts], sort_keys=True
        )
        key = (reading.now if is_timed(parts) else 0, spelling)
        found = self._remembered.get(key)
        if found is None:
            members = self._chosen(self._combined(parts, reading))
            found = Selection(members, figures_of(members))
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = found
        return found

    def _combined(self, parts: Sequence[Part], reading: Reading) -> int:
        groups = [self._part(part, reading) for part in parts]
        if not groups:
            return self._nobody
        return _all(groups) if self._any_in_part else _any(groups)

    def _part(self, part: Part, reading: Reading) -> int:
        masks = [self._criterion(criterion, reading) for criterion in part.criteria]
        if not masks:
            return self._nobody
        return _any(masks) if self._any_in_part else _all(masks)

    def _criterion(self, criterion: Criterion, reading: Reading) -> int:
        test = predicate(criterion, reading)
        if test is None:
            return self._nobody
        mask = _mask(map(test, self.members))
        return mask & self._active if KINDS[criterion.type].buyers else mask

    def _chosen(self, mask: int) -> tuple[Member, ...]:
        flags = mask.to_bytes(len(self.members), "little")
        return tuple(compress(self.members, flags))


def _mask(flags: Iterable[bool]) -> int:
    return int.from_bytes(bytes(flags), "little")


def _any(masks: Iterable[int]) -> int:
    combined = 0
    for mask in masks:
        combined |= mask
    return combined


def _all(masks: Sequence[int]) -> int:
    combined = masks[0]
    for mask in masks[1:]:
        combined &= mask
    return combined
