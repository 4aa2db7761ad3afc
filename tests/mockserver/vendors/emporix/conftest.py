"""A small world of one tenant, and a short way to call operations on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mockserver import contracts
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.refusals import Violation
from mockserver.kernel.room import Admission, Blueprint
from mockserver.kernel.service import Service
from mockserver.vendors.emporix import ROOM
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import (
    MANAGE,
    READ,
    READ_OWN,
    Category,
    Customer,
    LegalEntity,
    Product,
    localized,
)
from mockserver.vendors.emporix.world import World
from tests.mockserver.vendors.emporix.sisters import Sisters

Sent = Mapping[str, Any]

DEFAULTS = {name: choice.default for name, choice in contracts.contract("emporix").choices.items()}


def caller(*scopes: str, customer: str | None = None, legal_entity: str | None = None) -> Caller:
    """Return a caller with these scopes."""
    return Caller(
        tenant="acme",
        client="storefront",
        kind="service" if customer is None else "customer",
        scopes=frozenset(scopes),
        expires=2**52,
        customer=customer,
        legal_entity=legal_entity,
    )


class Shop:
    """A world, and the calls that tests make on it."""

    staff = caller(READ, MANAGE)

    def __init__(self, clock: Clock, choices: Mapping[str, str], edition: str = "") -> None:
        self.world = World(
            clock=clock,
            ids=Ids("test"),
            choices=choices,
            sites=("main", "outlet"),
            languages=("en", "de"),
        )
        room = replace(ROOM.at(edition), open=lambda _: self.world)
        self.service = Service([room], {"emporix": Blueprint(fixture={}, choices=choices)}, clock)

    def call(
        self,
        operation: str,
        *,
        path: Sent | None = None,
        query: Sent | None = None,
        headers: Sent | None = None,
        body: Any = ...,
        faults: Mapping[int, Violation] | None = None,
        by: Caller | None = None,
    ) -> Reply:
        """Answer one call; `operation` is an operationId without its common middle."""
        method, _, name = operation.partition("-")
        sent = Call(
            operation=f"{method}-customer-segment-{name}",
            path=path or {},
            query=query or {},
            headers=headers or {},
            body=None if body is ... else body,
            has_body=body is not ...,
            faults=faults or {},
        )
        return self.service.answer(sent, Admission(self.world, by or self.staff))

    def add(self, segment_id: str, **fields: Any) -> None:
        """Create a segment; it is active on the main site unless told otherwise."""
        body = {
            "id": segment_id,
            "name": {"en": segment_id},
            "siteCode": "main",
            "status": "ACTIVE",
        } | fields
        assert self.call("POST-create-segment", body=body).status == 201

    def read(self, segment_id: str) -> dict[str, Any]:
        """Return a segment as a caller reads it."""
        reply = self.call("GET-retrieve-segment", path={"segmentId": segment_id})
        assert reply.status == 200
        return value(reply.body)

    def ids(self, reply: Reply) -> list[str]:
        """Return the ids in a list of segments."""
        assert reply.status == 200, reply.body
        return [value(one)["id"] for one in reply.body]

    def find(self, q: str | None = None, **query: Any) -> list[str]:
        """Return the ids of the segments that a query finds."""
        query |= {} if q is None else {"q": q}
        return self.ids(self.call("GET-retrieve-segments", query=query))

    def assign(self, segment_id: str, customer: str, entity: str | None = None) -> Reply:
        """Assign a customer, B2B with a legal entity."""
        path = {"segmentId": segment_id, "customerId": customer}
        if entity is None:
            return self.call("PUT-update-customer-by-customerId", path=path)
        return self.call("PUT-update-customer", path=path | {"legalEntityId": entity})

    def stock(self, segment_id: str, item: str, item_type: str = "PRODUCT") -> Reply:
        """Assign an item."""
        path = {"segmentId": segment_id, "type": item_type, "itemId": item}
        return self.call("PUT-update-item", path=path)

    def snapshot(self) -> tuple[object, ...]:
        """Return everything that a request could change."""
        world = self.world
        tables = (world.segments, world.members, world.items, world.group_assignments)
        return tuple(tuple(table.rows) for table in tables)


def value(shown: Any) -> Any:
    """Return the JSON of a document, or the JSON itself."""
    return shown.value if isinstance(shown, Document) else shown


def headers(reply: Reply) -> dict[str, str]:
    """Return the headers of a reply by name."""
    return dict(reply.headers)


@pytest.fixture
def open_shop(clock: Clock) -> Any:
    """Open a shop; keywords are choices without their prefix, `_` for `-`, and `edition`."""

    def open_one(*, edition: str = "", **choices: str) -> Shop:
        named = {f"emporix.{name.replace('_', '-')}": value for name, value in choices.items()}
        assert named.keys() <= DEFAULTS.keys()
        shop = Shop(clock, DEFAULTS | named, edition)
        world = shop.world
        for entity in ("e1", "e2"):
            world.legal_entities[entity] = LegalEntity(entity, f"Company {entity}")
        for customer, entities in (("anna", ()), ("ben", ("e1", "e2")), ("carl", ("e1",))):
            world.customers[customer] = Customer(
                customer, customer.title(), "Test", f"{customer}@example.com", entities
            )
        for position, (category, parent) in enumerate(
            (("shoes", None), ("boots", "shoes"), ("winter", "boots"), ("bags", None))
        ):
            world.categories[category] = Category(
                category,
                f"C-{category}",
                localized({"en": category.title(), "de": f"{category} (de)"}),
                parent_id=parent,
                position=9 - position,
            )
        for product, held in (("p1", ("boots",)), ("p2", ("winter",)), ("p3", ())):
            world.products[product] = Product(
                product, f"SKU-{product}", localized({"en": f"Product {product}"}), held
            )
        return shop

    return open_one


@pytest.fixture
def shop(open_shop: Any) -> Shop:
    """A shop with every choice at its default, without any segment."""
    shop: Shop = open_shop()
    return shop


@pytest.fixture
def service(open_vendor: Any) -> Service:
    """A fresh platform with every choice at its default."""
    opened: Service = open_vendor("emporix")
    return opened


@pytest.fixture
def sisters(service: Service) -> Sisters:
    """The sister services of a fresh platform with every choice at its default."""
    return Sisters(service)


@pytest.fixture
def open_sisters(open_vendor: Any) -> Any:
    """Open sister services; keywords are choices without their prefix, `_` for `-`."""

    def open_one(**choices: str) -> Sisters:
        named = {f"emporix.{name.replace('_', '-')}": value for name, value in choices.items()}
        return Sisters(open_vendor("emporix", choices=named))

    return open_one


@pytest.fixture
def anna() -> Caller:
    """A B2C customer with nothing but the right to read what is its own."""
    return caller(READ_OWN, customer="anna")


@pytest.fixture
def call_as() -> Any:
    """Make callers."""
    return caller


@pytest.fixture
def value_of() -> Any:
    """Read the JSON of a document."""
    return value


@pytest.fixture
def headers_of() -> Any:
    """Read the headers of a reply."""
    return headers
