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
from mockserver.vendors.openloyalty.activity import Activity, Purchases
from mockserver.vendors.openloyalty.cast import Catalogue, Programme
from mockserver.vendors.openloyalty.model import (
    Address,
    Criterion,
    Json,
    Label,
    Member,
    Part,
    Product,
    Scalar,
    Segment,
    Tier,
)

_MAKERS = ("Alpenhaus", "Borealis", "Corvid", "Dunefield", "Estuary", "Fjordline")
_TIERS = ("bronze", "bronze", "bronze", "silver", "silver", "gold")
"""Values of the label; those who have it are in the programme's tier of that name."""
_ADDRESSES = tuple(
    Address(city, province, country, postal)
    for city, province, country, postals in (
        ("Berlin", "Berlin", "DE", ("10115", "10435", "12043")),
        ("Hamburg", "Hamburg", "DE", ("20095", "22767")),
        ("München", "Bayern", "DE", ("80331", "81667")),
        ("Nürnberg", "Bayern", "DE", ("90402",)),
        ("Wien", "Wien", "AT", ("1010", "1070")),
        ("Kraków", "Małopolskie", "PL", ("30-001", "31-154")),
        ("Paris", "Île-de-France", "FR", ("75003", "75011")),
        ("London", "England", "GB", ("E1 6AN", "SE1 9GF")),
    )
    for postal in postals
)
_CUSTOM_FIELDS: tuple[tuple[tuple[str, Scalar], ...], ...] = (
    (),
    (("shoeSize", 38),),
    (("shoeSize", 42), ("hasDog", True)),
    (("hasDog", False),),
    (("favouriteSport", "hiking"),),
)
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
    people: Iterable[Person], *, seed: str, as_of: int, tiers: Iterable[Tier]
) -> Iterator[Member]:
    """Yield people as members who registered before `as_of`."""
    draw = _random(seed, "members")
    ids = Ids(seed, "members")
    by_name = {tier.name.casefold(): tier for tier in tiers}
    shared: dict[frozenset[Label], frozenset[Label]] = {}
    for number, person in enumerate(people, start=1):
        age = int(draw.triangular(1, 1100, 300))
        created_at = as_of - age * DAY - draw.randrange(DAY // SECOND) * SECOND
        labels: list[Label] = []
        tier: Tier | None = None
        if draw.random() < 0.4:
            named = draw.choice(_TIERS)
            tier = by_name.get(named)
            labels.append(("tier", named))
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
            # One set for all who have the same labels: a hundred thousand take 20 MB else.
            labels=shared.setdefault(found := frozenset(labels), found),
            tier=tier,
            address=draw.choice(_ADDRESSES),
            custom_fields=draw.choice(_CUSTOM_FIELDS),
        )


def live(
    members: Sequence[Member],
    *,
    first: int,
    seed: str,
    as_of: int,
    shared: Catalogue,
    programme: Programme,
    activity: Activity,
) -> None:
    """Tell what made-up members did between their registration and `as_of`.

    About ten transactions each. `first` is the position of the first of them.
    """
    draw = _random(seed, "activity")
    shop = _Shop(shared, activity.purchases)
    for owner, member in enumerate(members, start=first):
        seconds = (as_of - member.created_at) // SECOND
        shop.buy(owner, draw, as_of, seconds)
        for event in shared.events:
            if draw.random() < 0.3:
                activity.trigger(owner, event, as_of - int(draw.random() * seconds) * SECOND)
        for campaign in programme.campaigns:
            if draw.random() < 0.25:
                activity.reach(owner, 1, "campaign", campaign)
        for whole, step, known in (
            ("achievement", "rule", programme.achievements),
            ("challenge", "milestone", programme.challenges),
        ):
            for name, steps in known.items():
                if draw.random() < 0.4:
                    activity.reach(owner, draw.randrange(4), whole, name)
                    for each in steps:
                        activity.reach(owner, draw.randrange(11), step, name, each)


class _Shop:
    """Where made-up members buy: the columns of a store's purchases, at hand.

    It writes rows itself, where `Purchases.tell` says it better: a large population buys
    a million times.
    """

    def __init__(self, shared: Catalogue, purchases: Purchases) -> None:
        self._purchases = purchases
        self._products = [
            (purchases.buyers[product.sku].append, product.price)
            for product in shared.products.values()
        ]
        self._channels = [purchases.channel(channel) for channel in shared.channels]

    def buy(self, owner: int, draw: random.Random, as_of: int, seconds: int) -> None:
        """Let a member buy about ten times in the seconds before `as_of`."""
        chance, products, channels = draw.random, self._products, self._channels
        favourite = draw.choice(channels)
        into = self._purchases
        for _ in range(min(int(draw.expovariate(0.095)), 80)):
            amount = 0
            for _ in range(int(chance() * 3) + 1):
                add_buyer, price = products[int(chance() * len(products))]
                add_buyer(owner)
                amount += price
            into.owners.append(owner)
            into.dates.append(as_of - int(chance() * seconds) * SECOND)
            into.amounts.append(amount)
            into.channels.append(
                favourite if chance() < 0.7 else channels[int(chance() * len(channels))]
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

    None of their criteria selects a member who bought nothing, is in no tier and has no labels.
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
        yield "customer_in_tiers", {"tierIds": [tier]}
    for year in (2024, 2025, 2026):
        yield "purchase_period", {"fromDate": f"{year}-01-01", "toDate": f"{year}-12-31"}
