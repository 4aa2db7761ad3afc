"""What the members of a store did, in columns: purchases, events, progress.

A member is a position in the store's population here, which keeps a million purchases
in arrays of numbers instead of objects. Storage and plain scans; what a criterion
makes of them is said in `criteria/`.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Hashable, Sequence

from mockserver.kernel.instants import DAY


class Purchases:
    """All transactions of a store, one row each, in the order in which they were told."""

    def __init__(self) -> None:
        self.owners: array[int] = array("I")
        """Positions of members."""
        self.dates: array[int] = array("q")
        self.amounts: array[int] = array("q")
        """Hundredths of the currency."""
        self.channels: array[int] = array("H")
        """Numbers of channels; see `channel_numbers`."""
        self.channel_numbers: dict[str, int] = {}
        self.buyers: dict[str, array[int]] = defaultdict(lambda: array("I"))
        """SKU -> who bought it, once for each time."""

    def channel(self, channel_id: str) -> int:
        """Return the number of a channel, a new one if need be."""
        return self.channel_numbers.setdefault(channel_id, len(self.channel_numbers))

    def tell(
        self, owner: int, date: int, amount: int, channel_id: str, skus: Sequence[str]
    ) -> None:
        """Add one purchase."""
        self.owners.append(owner)
        self.dates.append(date)
        self.amounts.append(amount)
        self.channels.append(self.channel(channel_id))
        for sku in skus:
            self.buyers[sku].append(owner)

    def totals(self, size: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the sum and the number of purchases of each of `size` members."""
        sums, counts = [0] * size, [0] * size
        for owner, amount in zip(self.owners, self.amounts, strict=True):
            sums[owner] += amount
            counts[owner] += 1
        return array("q", sums), array("I", counts)

    def between(self, first: int, last: int) -> list[int]:
        """Return who bought from the first instant to the last, once for each purchase."""
        rows = zip(self.owners, self.dates, strict=True)
        return [owner for owner, date in rows if first <= date <= last]

    def through(self, channel_id: str) -> list[int]:
        """Return who bought in a channel, once for each purchase."""
        wanted = self.channel_numbers.get(channel_id, -1)
        rows = zip(self.owners, self.channels, strict=True)
        return [owner for owner, channel in rows if channel == wanted]

    def sums_between(self, size: int, first: int, last: int) -> list[int]:
        """Return what each of `size` members bought for from the first instant to the last."""
        sums = [0] * size
        for owner, date, amount in zip(self.owners, self.dates, self.amounts, strict=True):
            if first <= date <= last:
                sums[owner] += amount
        return sums

    def daily_sums(self, first: int, last: int) -> dict[tuple[int, int], int]:
        """Return member and day (since the epoch, UTC) -> sum, for days with purchases."""
        sums: dict[tuple[int, int], int] = {}
        for owner, date, amount in zip(self.owners, self.dates, self.amounts, strict=True):
            if first <= date <= last:
                key = owner, date // DAY
                sums[key] = sums.get(key, 0) + amount
        return sums


class Series:
    """Things that happened to members: who and when, or who and how much."""

    __slots__ = ("owners", "values")

    def __init__(self) -> None:
        self.owners: array[int] = array("I")
        self.values: array[float] = array("d")
        """Instants (exact below 2**53) or amounts."""

    def tell(self, owner: int, value: float) -> None:
        """Add one entry."""
        self.owners.append(owner)
        self.values.append(value)

    def between(self, first: float, last: float) -> list[int]:
        """Return who has an entry from the first value to the last."""
        rows = zip(self.owners, self.values, strict=True)
        return [owner for owner, value in rows if first <= value <= last]


class Activity:
    """Everything that the members of a store did."""

    def __init__(self) -> None:
        self.purchases = Purchases()
        self.events: dict[str, Series] = {}
        """Type of a custom event -> who triggered it, and when."""
        self.progress: dict[Hashable, Series] = {}
        """Kind and ids, such as `("achievement", id)` -> who has come how far; see `reach`."""

    def trigger(self, owner: int, event: str, date: int) -> None:
        """Tell that a member triggered a custom event."""
        self.events.setdefault(event, Series()).tell(owner, date)

    def reach(self, owner: int, value: float, *key: str) -> None:
        """Tell how far a member has come; once for each member and key.

        Keys: `("campaign", id)`, `("achievement", id)` and `("challenge", id)` count
        completions; `("rule", achievement, rule)` and `("milestone", challenge,
        milestone)` are amounts of progress.
        """
        self.progress.setdefault(key, Series()).tell(owner, value)

    def latest(self) -> int:
        """Return the instant of the last thing that has a date; 0 when nothing has."""
        dates = [max(each.values) for each in self.events.values()]
        dates += [max(self.purchases.dates)] if self.purchases.dates else []
        return int(max(dates, default=0))
