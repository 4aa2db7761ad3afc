"""The first state of the room: the fixture's cast, filled up with made-up records.

The only importer of Faker. Everything made up is drawn from the seed and the name of
the tenant and lies before the fixture's `asOf`, so that the same seed gives the same
bytes in any process.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from itertools import count, islice
from typing import Any

from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import DAY
from mockserver.kernel.room import Blueprint, FixtureError
from mockserver.vendors.emporix.cast import Cast, instant_of
from mockserver.vendors.emporix.model import (
    Customer,
    CustomerAssignment,
    Draft,
    ItemAssignment,
    ItemType,
    LegalEntity,
    Localized,
    Product,
    Segment,
    localized,
)
from mockserver.vendors.emporix.tenants import Account, Platform, Tenant, account_key

TENANT_NAME = re.compile(r"[a-z][a-z0-9]{2,15}")
"""As the contract has it (EMX-020): pattern, minLength and maxLength of the path parameter."""

PASSWORD = "segment-demo"  # noqa: S105 - the password of every made-up customer
NAMES = 120
"""How many first and last names are asked of Faker; customers combine them."""
WITH_ASSIGNMENTS = 200
"""How many made-up segments get customers and items: enough to try, cheap to keep."""

QUALITIES = (
    ("Loyal", "Treue"),
    ("New", "Neue"),
    ("Frequent", "Häufige"),
    ("Seasonal", "Saisonale"),
    ("Curious", "Neugierige"),
    ("Local", "Lokale"),
    ("Thrifty", "Sparsame"),
    ("Early", "Frühe"),
    ("Returning", "Wiederkehrende"),
    ("Selective", "Wählerische"),
)
GROUPS = (
    ("shoppers", "Käufer"),
    ("readers", "Leser"),
    ("cooks", "Köche"),
    ("gardeners", "Gärtner"),
    ("listeners", "Hörer"),
    ("travellers", "Reisende"),
    ("collectors", "Sammler"),
    ("commuters", "Pendler"),
)
DESCRIPTIONS = (
    {"en": "Chosen by hand"},
    {"en": "From the spring campaign", "de": "Aus der Frühjahrskampagne"},
    {"en": "Asked for by the stores", "de": "Von den Filialen gewünscht"},
    {"en": "For newsletters"},
    {"en": "Kept for comparison", "de": "Zum Vergleich behalten"},
)
MATERIALS = ("Oak", "Steel", "Linen", "Glass", "Cork", "Copper", "Cotton", "Walnut", "Stone")
THINGS = ("lamp", "mug", "table", "grinder", "shelf", "blanket", "speaker", "kettle", "tray")


def open_state(blueprint: Blueprint) -> Platform:
    """Build the platform with its tenants. Raises FixtureError.

    Every scope of the blueprint becomes a tenant with a copy of the first one's cast.
    """
    fixture = blueprint.fixture
    as_of = instant_of(fixture, "asOf")
    platform = Platform(blueprint.clock, blueprint.choices)
    rows: list[Mapping[str, Any]] = fixture["tenants"]
    for place, row in enumerate(rows):
        if row["name"] in platform.tenants:
            raise FixtureError(f"tenant {row['name']!r} is there twice", f"/tenants/{place}/name")
        _add(platform, row, place, row["name"], blueprint, as_of)
    for name in blueprint.scopes:
        if not TENANT_NAME.fullmatch(name):
            raise FixtureError(
                f"{name!r} cannot be a tenant: 3 to 16 lower-case letters and digits are"
                " needed, the first one a letter",
                "",
            )
        if name not in platform.tenants:
            _add(platform, rows[0], 0, name, blueprint, as_of)
    return platform


def _add(
    platform: Platform,
    row: Mapping[str, Any],
    place: int,
    name: str,
    blueprint: Blueprint,
    as_of: int,
) -> None:
    pointer = f"/tenants/{place}"
    tenant = Cast(platform, row, pointer, name=name, as_of=as_of, blueprint=blueprint).enact()
    if row.get("fill", True):
        _Filler(tenant, blueprint, as_of).fill()


class _Filler:
    """Fills one tenant up to the sizes of the blueprint, the named records counted."""

    def __init__(self, tenant: Tenant, blueprint: Blueprint, as_of: int) -> None:
        self._tenant = tenant
        self._world = tenant.world
        self._blueprint = blueprint
        self._as_of = as_of
        self._named = len(tenant.world.customers)
        words = ("emporix", blueprint.seed, tenant.name)
        self._ids = Ids(*words, "fill")
        self._random = random.Random("/".join(map(str, words)))  # noqa: S311 - not for secrets

    def fill(self) -> None:
        """Add customers, products and segments, the latter with some assignments."""
        self._customers()
        self._products()
        self._segments()

    def _customers(self) -> None:
        held = self._world.customers
        missing = self._blueprint.customers - len(held)
        if missing <= 0:
            return
        firsts, lasts = self._names()
        draw = self._random
        entities = self._legal_entities(lasts, missing // 20)
        free = (number for number in count(1) if f"C{10**9 + number}" not in held)
        for number in islice(free, missing):
            first, last = draw.choice(firsts), draw.choice(lasts)
            customer_id = f"C{10**9 + number}"
            email = f"{first}.{last}.{number}@example.com".lower()
            # Every fifth one buys for a company.
            own = (draw.choice(entities),) if entities and number % 5 == 0 else ()
            held[customer_id] = Customer(customer_id, first, last, email, own)
            self._tenant.accounts[account_key(email)] = Account(
                customer_id, email, PASSWORD, active=draw.random() < 0.95, legal_entity_ids=own
            )

    def _names(self) -> tuple[list[str], list[str]]:
        """Return first and last names, drawn from the seed."""
        # Imported here, since small worlds of named records need no Faker. The parts
        # are put together by hand: Faker() loads every provider and costs 50 ms.
        from faker.generator import Generator  # noqa: PLC0415
        from faker.providers.person.en_US import Provider  # noqa: PLC0415

        generator = Generator()
        generator.seed_instance(f"{self._blueprint.seed}/{self._tenant.name}")
        person = Provider(generator)
        firsts = [person.first_name() for _ in range(NAMES)]
        lasts = [person.last_name() for _ in range(NAMES)]
        return firsts, lasts

    def _legal_entities(self, names: list[str], wanted: int) -> list[str]:
        held = self._world.legal_entities
        free = (f"le-{number:04d}" for number in count(1) if f"le-{number:04d}" not in held)
        made = list(islice(free, wanted))
        for entity_id in made:
            held[entity_id] = LegalEntity(entity_id, f"{self._random.choice(names)} & Co.")
        return made

    def _products(self) -> None:
        held, draw = self._world.products, self._random
        categories = tuple(self._world.categories)
        free = (number for number in count(10_001) if f"p{number}" not in held)
        for number in islice(free, max(self._blueprint.products - len(held), 0)):
            name = f"{draw.choice(MATERIALS)} {draw.choice(THINGS)}"
            own = (draw.choice(categories),) if categories else ()
            held[f"p{number}"] = Product(
                f"p{number}",
                f"SKU-{number}",
                localized({"en": name}),
                own,
                published=number % 20 > 0,
            )

    def _segments(self) -> None:
        world, draw = self._world, self._random
        missing = self._blueprint.segments - len(world.segments)
        if missing <= 0:
            return
        # Younger than every named segment and in order of creation, as lists show them.
        start = max((segment.created_at for segment in world.segments.rows), default=0)
        start = start or self._as_of - 365 * DAY
        step = (self._as_of - start) / (missing + 1)
        sites = sorted(world.sites)
        descriptions = [localized(texts) for texts in DESCRIPTIONS]
        # The named customers stay as the documentation describes them.
        customers = list(world.customers.values())[self._named :]
        products = list(world.products)
        categories = list(world.categories)
        shelf: list[tuple[ItemType, str]] = [("PRODUCT", each) for each in products]
        shelf += [("CATEGORY", each) for each in categories]
        for number in range(1, missing + 1):
            created_at = start + int(step * number)
            segment = self._segment(number, created_at, draw.choice(sites), descriptions)
            if self._blueprint.assignments is not None:
                self._assign_many(segment, customers, shelf)
            elif number <= WITH_ASSIGNMENTS:
                self._assign(segment, customers, products, categories)

    def _segment(
        self, number: int, created_at: int, site: str, descriptions: list[Localized]
    ) -> Segment:
        world, draw = self._world, self._random
        english, german = zip(draw.choice(QUALITIES), draw.choice(GROUPS), strict=True)
        texts = {"en": f"{' '.join(english)} {number}"}
        if "de" in world.languages and number % 3 == 0:
            texts["de"] = f"{' '.join(german)} {number}"
        modified_at, version = created_at, 1
        if number % 8 == 0:
            modified_at = draw.randint(created_at, self._as_of)
            version = draw.randint(2, 5)
        valid = number % 4 == 0
        draft = Draft(
            name=localized(texts),
            site_code=site,
            description=draw.choice(descriptions),
            valid_from=created_at if valid else None,
            valid_to=created_at + 90 * DAY if valid else None,
            has_validity=valid,
            status="ACTIVE" if draw.random() < 0.7 else "INACTIVE",
        )
        segment_id = self._ids.object_id()
        return world.plant_segment(
            draft, segment_id, created_at=created_at, modified_at=modified_at, version=version
        )

    def _assign(
        self,
        segment: Segment,
        customers: list[Customer],
        products: list[str],
        categories: list[str],
    ) -> None:
        world, draw, now = self._world, self._random, segment.created_at
        for customer in draw.sample(customers, min(len(customers), draw.randint(0, 5))):
            entity = customer.legal_entity_ids[0] if customer.legal_entity_ids else None
            world.plant_member(segment.id, customer.id, entity, created_at=now)
        for product in draw.sample(products, min(len(products), draw.randint(0, 3))):
            world.plant_item(segment.id, "PRODUCT", product, created_at=now)
        for category in draw.sample(categories, min(len(categories), draw.randint(0, 1))):
            world.plant_item(segment.id, "CATEGORY", category, created_at=now)

    def _assign_many(
        self, segment: Segment, customers: list[Customer], shelf: list[tuple[ItemType, str]]
    ) -> None:
        """Assign as many customers and as many items as the blueprint says, or as there are."""
        world, draw, now = self._world, self._random, segment.created_at
        wanted = self._blueprint.assignments or 0
        members = draw.sample(customers, min(len(customers), wanted))
        items = draw.sample(shelf, min(len(shelf), wanted))
        # Made as a whole: a benchmark asks for millions of them.
        world.members.extend(
            [
                CustomerAssignment(
                    number, segment.id, one.id, next(iter(one.legal_entity_ids), None), now, now
                )
                for number, one in enumerate(members, world.members.next_number)
            ]
        )
        world.items.extend(
            [
                ItemAssignment(number, segment.id, item_type, item_id, now, now)
                for number, (item_type, item_id) in enumerate(items, world.items.next_number)
            ]
        )
