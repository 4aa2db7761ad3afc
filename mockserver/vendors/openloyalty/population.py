"""The members of one store as columns and indexes, and the masks that are made of them.

A mask says who of the population is meant: a number with one byte per member, 0 or 1,
so that combining two of them is one operation however many members there are. Indexes
are built when they are first asked for. What criteria ask is said in `criteria/`, how
they combine in `segmentation.py`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import compress
from typing import TypeAlias

from mockserver.kernel import instants
from mockserver.vendors.openloyalty.activity import Activity, Series
from mockserver.vendors.openloyalty.model import NO_FIGURES, Figures, Member, Product

Mask: TypeAlias = int
Index: TypeAlias = Mapping[Hashable, Sequence[int]]
"""Value -> positions of the members who have it."""

_NOTHING = Series()


def mask_of(flags: Iterable[bool]) -> Mask:
    """Return a mask from one flag per member."""
    return int.from_bytes(bytes(flags), "little")


def _average(hundredths: int, count: int) -> float:
    """Return an average to two decimals, halves up; 0 of nothing (OLO-100).

    Reckoned in whole numbers: the binary fraction next to a half may lie on either side.
    """
    return (2 * hundredths + count) // (2 * count) / 100 if count else 0.0


def without(mask: Mask, others: Mask) -> Mask:
    """Return who is in the first mask and not in the second."""
    return mask ^ (mask & others)


class Population:
    """The members of one store and what they did; fixed once it is built."""

    def __init__(
        self,
        members: Iterable[Member],
        activity: Activity | None = None,
        products: Iterable[Product] = (),
    ) -> None:
        self.members = tuple(members)
        self.activity = activity or Activity()
        self._products = tuple(products)
        self._indexes: dict[str, Index] = {}

    # Masks

    def at(self, positions: Iterable[int]) -> Mask:
        """Return the mask of some members, who may be named twice."""
        flags = bytearray(len(self.members))
        for position in positions:
            flags[position] = 1
        return int.from_bytes(flags, "little")

    def flags(self, mask: Mask) -> bytes:
        """Return one byte per member, 0 or 1."""
        return mask.to_bytes(len(self.members), "little")

    @cached_property
    def active(self) -> Mask:
        """Members who are not switched off."""
        return mask_of(member.active for member in self.members)

    @cached_property
    def everybody(self) -> Mask:
        """All members."""
        return mask_of([True] * len(self.members))

    # Columns

    @cached_property
    def _totals(self) -> tuple[Sequence[int], Sequence[int]]:
        return self.activity.purchases.totals(len(self.members))

    @property
    def sums(self) -> Sequence[int]:
        """What each member bought for, in hundredths of the currency."""
        return self._totals[0]

    @property
    def counts(self) -> Sequence[int]:
        """How often each member bought."""
        return self._totals[1]

    @cached_property
    def latest(self) -> int:
        """The instant of the last thing that a member did."""
        return self.activity.latest()

    def amounts(self, series: Series | None) -> Sequence[float]:
        """Return a series as one value per member; 0 for those who are not in it."""
        values = [0.0] * len(self.members)
        found = series or _NOTHING
        for owner, value in zip(found.owners, found.values, strict=True):
            values[owner] = value
        return values

    # Indexes

    def having(
        self,
        name: str,
        keys: Callable[[Member], Iterable[Hashable]],
        wanted: Iterable[Hashable],
    ) -> Mask:
        """Return who has one of the wanted keys; the index is kept under its name."""
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = self._index(keys)
        return self.at(position for key in wanted for position in index.get(key, ()))

    @cached_property
    def _one_each(self) -> Sequence[tuple[int]]:
        return [(position,) for position in range(len(self.members))]

    def _index(self, keys: Callable[[Member], Iterable[Hashable]]) -> Index:
        index: dict[Hashable, Sequence[int]] = {}
        # Most keys of some indexes (addresses, card numbers) have one member: those share
        # a tuple for each member, and only the second one makes a list.
        for own, member in zip(self._one_each, self.members, strict=True):
            for key in keys(member):
                found = index.setdefault(key, own)
                if isinstance(found, array):
                    found.append(own[0])
                elif found is not own:
                    index[key] = array("I", (*found, *own))
        return index

    def bought(self, is_wanted: Callable[[Product], bool]) -> Mask:
        """Return who bought one of some products."""
        buyers = self.activity.purchases.buyers
        return self.at(
            owner
            for product in self._products
            if product.sku in buyers and is_wanted(product)
            for owner in buyers[product.sku]
        )

    # Results

    def figures(self, flags: Collection[int], count: int) -> Figures:
        """Return the figures of `count` members, told by one flag per member."""
        if not count:
            return NO_FIGURES
        total = sum(compress(self.sums, flags))
        transactions = sum(compress(self.counts, flags))
        return Figures(
            # The number of members when the segment was recalculated (OLO-096).
            customers_count=count,
            # What they spent, by how often they bought (OLO-097).
            average_transaction_amount=_average(total, transactions),
            # How often they bought, by how many they are (OLO-098).
            average_transactions=_average(100 * transactions, count),
            # What they spent, by how many they are (OLO-099).
            average_clv=_average(total, count),
        )

    @cached_property
    def birthdays(self) -> Sequence[tuple[int, int] | None]:
        """Month and day of birth of each member."""
        return [
            None if (birth := member.birth_date) is None else (birth.month, birth.day)
            for member in self.members
        ]

    @cached_property
    def registrations(self) -> Sequence[tuple[int, int]]:
        """Month and day of registration of each member, in UTC."""
        moments = (instants.moment(member.created_at) for member in self.members)
        return [(moment.month, moment.day) for moment in moments]
