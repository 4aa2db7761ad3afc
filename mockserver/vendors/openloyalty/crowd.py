"""Makes up members, products and segments beyond the named cast, all from the seed.

Numbers come from `random`; people come named (see `seed.py`). No clock, no state.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import DAY, SECOND
from mockserver.vendors.openloyalty.model import (
    Criterion,
    History,
    Json,
    Label,
    Member,
    Part,
    Product,
    Segment,
    Transaction,
)

_MAKERS = ("Alpenhaus", "Borealis", "Corvid", "Dunefield", "Estuary", "Fjordline")
_TIERS = ("bronze", "bronze", "bronze", "silver", "silver", "gold")
_ADJECTIVES = ("Loyal", "Curious", "Seasonal", "Urban", "Weekend", "Early", "Thrifty", "Active")
_NOUNS = ("shoppers", "families", "hikers", "collectors", "commuters", "gift givers", "fans")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could be a member."""

    first_name: str
    last_name: str
    gender: str


def _random(*words: object) -> random.Random:
    return random.Random("/".join(map(str, words)))  # noqa: S311 - not for secrets


def products(count: int, named: Sequence[Product], seed: object) -> Iterator[Product]:
    """Yield made-up products, with the labels of the named ones."""
    labels = sorted({label for product in named for label in product.labels})
    draw = _random(seed, "openloyalty", "products")
    for number in range(1, count + 1):
        own: tuple[Label, ...] = (draw.choice(labels),) if labels and number % 3 else ()
        yield Product(f"SKU-{number:05d}", draw.choice(_MAKERS), own, draw.randrange(500, 20_000))


def members(
    people: Iterable[Person],
    *,
    seed: str,
    as_of: int,
    products: Sequence[Product],
    channels: Sequence[str],
) -> Iterator[Member]:
    """Yield people as members with about ten transactions each, all before `as_of`."""
    draw = _random(seed, "members")
    ids = Ids(seed, "members")
    for number, person in enumerate(people, start=1):
        age = int(draw.triangular(1, 1100, 300))
        created_at = as_of - age * DAY - draw.randrange(DAY // SECOND) * SECOND
        labels: list[Label] = []
        if draw.random() < 0.4:
            labels.append(("tier", draw.choice(_TIERS)))
        if draw.random() < 0.3:
            labels.append(("newsletter", draw.choice(("weekly", "monthly"))))
        yield Member(
            customer_id=ids.uuid(),
            created_at=created_at,
            first_name=person.first_name,
            last_name=person.last_name,
            email=f"{person.first_name}.{person.last_name}{number}@example.org".lower(),
            phone=f"+49301{number:07d}",
            birth_date=date(1950, 1, 1) + timedelta(days=draw.randrange(20_000)),
            gender=person.gender,
            active=draw.random() < 0.92,
            loyalty_card_number=f"29{number:010d}",
            labels=frozenset(labels),
            history=History.of(_transactions(draw, created_at, as_of, products, channels)),
        )


def _transactions(
    draw: random.Random,
    first: int,
    last: int,
    products: Sequence[Product],
    channels: Sequence[str],
) -> Iterator[Transaction]:
    favourite = draw.choice(channels)
    seconds = (last - first) // SECOND
    for _ in range(min(int(draw.expovariate(0.1)), 80)):
        bought = tuple(draw.choices(products, k=draw.randrange(1, 4)))
        yield Transaction(
            date=last - int(draw.random() * seconds) * SECOND,
            amount=sum(product.price for product in bought),
            channel=favourite if draw.random() < 0.7 else draw.choice(channels),
            products=bought,
        )


def segments(
    count: int,
    *,
    ids: Ids,
    seed: str,
    as_of: int,
    products: Sequence[Product],
    channels: Sequence[str],
) -> Iterator[Segment]:
    """Yield made-up segments.

    None of their criteria selects a member who bought nothing and has no labels.
    """
    draw = _random(seed, "segments")
    pool = list(_pool(products, channels))
    for number in range(1, count + 1):
        kind, own = pool[draw.randrange(len(pool))]
        yield Segment(
            segment_id=ids.uuid(),
            name=f"{draw.choice(_ADJECTIVES)} {draw.choice(_NOUNS)} {number}",
            active=draw.random() < 0.85,
            created_at=as_of - draw.randrange(1, 700 * DAY // SECOND) * SECOND,
            parts=(Part(ids.uuid(), (Criterion(ids.uuid(), kind, own),)),),
            description=None if number % 3 else "A made-up segment",
        )


def _pool(
    products: Sequence[Product], channels: Sequence[str]
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield type and fields of the criteria that made-up segments use.

    Few enough that segments share their selections, whatever their number.
    """
    for least in (2, 4, 8, 12, 16, 20, 24):
        yield "transaction_count", {"min": least, "max": least * 3}
    for least in (100, 250, 500, 1000, 2000, 4000):
        yield "transaction_amount", {"fromAmount": least, "toAmount": least * 3}
    for least in (40, 80, 120, 160, 200):
        yield "average_transaction_amount", {"fromAmount": least, "toAmount": least + 80}
    for channel in channels:
        yield "bought_through_channel", {"posIds": [channel]}
        yield "transaction_percent_in_channel", {"posId": channel, "percent": 0.6}
    for maker in _MAKERS:
        yield "bought_makers", {"makers": [maker]}
    for product in products[:12]:
        yield "bought_skus", {"skuIds": [product.sku]}
    for key, value in sorted({label for product in products for label in product.labels})[:12]:
        yield "bought_labels", {"labels": [{"key": key, "value": value}]}
    for tier in ("bronze", "silver"):
        yield "customer_with_labels_values", {"labels": [{"key": "tier", "value": tier}]}
    for year in (2024, 2025, 2026):
        yield "purchase_period", {"fromDate": f"{year}-01-01", "toDate": f"{year}-12-31"}
