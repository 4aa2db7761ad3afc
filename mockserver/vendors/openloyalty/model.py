"""The nouns of Open Loyalty segments: members, what they bought, segments and their uses.

Frozen values only. No JSON, no HTTP, no clock, no rules.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Label: TypeAlias = tuple[str, str]
"""Key and value of a custom attribute."""

ResourceName = Literal["reward", "achievement", "campaign"]


@dataclass(frozen=True, slots=True)
class Product:
    """A thing that can be bought."""

    sku: str
    maker: str
    labels: tuple[Label, ...]
    price: int
    """In hundredths of the currency."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One purchase of one member."""

    date: int
    amount: int
    """In hundredths of the currency."""
    channel: str
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All purchases of one member, summed up once so that criteria need not walk them."""

    dates: Sequence[int]
    """Instants, ascending."""
    total: int
    """Hundredths of the currency."""
    channels: Mapping[str, int]
    """Channel id -> number of purchases made there."""
    skus: frozenset[str]
    makers: frozenset[str]
    labels: frozenset[Label]

    @classmethod
    def of(cls, transactions: Iterable[Transaction]) -> History:
        """Sum up purchases, which may come in any order."""
        ordered = sorted(transactions, key=lambda each: each.date)
        if not ordered:
            return NO_HISTORY
        channels: dict[str, int] = {}
        for each in ordered:
            channels[each.channel] = channels.get(each.channel, 0) + 1
        products = {product for each in ordered for product in each.products}
        return cls(
            dates=array("q", [each.date for each in ordered]),
            total=sum(each.amount for each in ordered),
            channels=channels,
            skus=frozenset(product.sku for product in products),
            makers=frozenset(product.maker for product in products),
            labels=frozenset(label for product in products for label in product.labels),
        )


NO_HISTORY = History((), 0, {}, frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of a store's loyalty programme."""

    customer_id: str
    created_at: int
    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    active: bool = True
    loyalty_card_number: str | None = None
    labels: frozenset[Label] = frozenset()
    history: History = NO_HISTORY


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition of a segment."""

    criterion_id: str
    type: str
    own: Mapping[str, Json]
    """The fields of the type, exactly as they were sent."""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of conditions."""

    segment_part_id: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known about the members of a segment as a whole; money in whole units."""

    customers_count: int = 0
    average_transaction_amount: float = 0.0
    average_transactions: float = 0.0
    average_clv: float = 0.0


NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of members of one store."""

    segment_id: str
    name: str
    active: bool
    created_at: int
    parts: tuple[Part, ...] = ()
    description: str | None = None
    figures: Figures = NO_FIGURES
    calculated_at: int | None = None
    """`None` until the first recalculation."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a caller says about a segment; `None` stands for "not said"."""

    name: str
    description: str | None = None
    active: bool | None = None
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A reward, achievement or campaign that uses segments."""

    resource_id: str
    name: str
    active: bool
    additional_data: Mapping[str, str] = field(default_factory=dict)
