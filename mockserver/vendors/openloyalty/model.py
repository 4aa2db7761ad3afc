"""The nouns of Open Loyalty segments: members, what they bought, segments and their uses.

Frozen values only. No JSON, no HTTP, no clock, no rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Label: TypeAlias = tuple[str, str]
"""Key and value of a custom attribute."""

Scalar: TypeAlias = "bool | float | str"
"""A value of a custom field."""

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
class Tier:
    """A level of the loyalty programme."""

    tier_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a member lives; `None` for what is not known."""

    city: str | None = None
    province: str | None = None
    country: str | None = None
    """ISO 3166-1, two letters."""
    postal: str | None = None


NOWHERE = Address()


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of a store's loyalty programme; what they did is in `activity.py`."""

    customer_id: str
    created_at: int
    """When they registered."""
    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    active: bool = True
    loyalty_card_number: str | None = None
    labels: frozenset[Label] = frozenset()
    tier: Tier | None = None
    address: Address = NOWHERE
    custom_fields: tuple[tuple[str, Scalar], ...] = ()
    """Key and value, each key once."""


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
"""Of nobody, and before the first recalculation (OLO-100)."""


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
