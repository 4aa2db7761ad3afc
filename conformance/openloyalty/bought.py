"""What known members bought, as far as the configuration says; all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from conformance.judging import Unmet
from conformance.openloyalty.case import OpenLoyalty


@dataclass(frozen=True, slots=True)
class Buyer:
    """A known member with all transactions."""

    member: Mapping[str, Any]
    transactions: Sequence[Mapping[str, Any]]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.transactions)

    @property
    def cents(self) -> int:
        """The sum, in hundredths."""
        return sum(round(each["amount"] * 100) for each in self.transactions)

    @property
    def average(self) -> Fraction | None:
        """The average, in hundredths; None of nothing."""
        return Fraction(self.cents, self.count) if self.count else None

    @property
    def days(self) -> list[str]:
        """The days on which there was one, in order."""
        return sorted(str(each["date"]) for each in self.transactions)

    @property
    def channels(self) -> list[str]:
        """Where they were made, one for each that says so."""
        return [str(each["channel"]) for each in self.transactions if "channel" in each]

    def share(self, channel: str) -> Fraction:
        """Return the share of transactions that were made in a channel."""
        return Fraction(self.channels.count(channel), self.count) if self.count else Fraction(0)


def buyers(case: OpenLoyalty, *, least: int = 2) -> list[Buyer]:
    """Return the known members whose transactions are known. Raises Unmet."""
    known = case.known("members", "id", "transactions", at_least=least)
    return [Buyer(each, each["transactions"]) for each in known]


def between(found: Sequence[Buyer], values: Sequence[Any]) -> int:
    """Return the position of a buyer whose value no other has: one with others on both sides.

    The next best is one with others on one side. Raises Unmet when all values are the same.
    """
    best: tuple[int, int] | None = None
    for position, value in enumerate(values):
        if value is None or not found[position].count:
            continue
        others = [other for other in values if other is not None]
        sides = int(min(others) < value) + int(max(others) > value)
        if values.count(value) == 1 and sides and (best is None or sides > best[0]):
            best = sides, position
    if best is None:
        raise Unmet("the known members cannot be told apart by what they bought")
    return best[1]


def days_since(case: OpenLoyalty, day: str) -> int:
    """Return how many days ago a day was, by the target's clock; below 0 when it is to come."""
    today = date.fromordinal(date(1970, 1, 1).toordinal() + int(case.now() // 86400))
    return (today - date.fromisoformat(day)).days
