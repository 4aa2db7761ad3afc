"""The named cast: one tenant of the fixture becomes a tenant of the platform.

The JSON Schema of the fixture has checked the form; here is checked what a schema
cannot say: that references exist, that ids are unique, that nothing is later than
the instant at which the world stands. Nothing made up happens here (`seed.py`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.ids import Ids
from mockserver.kernel.room import Blueprint, Demo, FixtureError
from mockserver.vendors.emporix.access import with_implied
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.groups import plant_group_assignment
from mockserver.vendors.emporix.identity.grants import customer_caller
from mockserver.vendors.emporix.model import (
    Category,
    Customer,
    Draft,
    Group,
    LegalEntity,
    Localized,
    Product,
    localized,
)
from mockserver.vendors.emporix.sisters.coupons.cast import plant_coupons
from mockserver.vendors.emporix.tenants import Account, Client, Platform, Tenant, account_key
from mockserver.vendors.emporix.world import World

Row = Mapping[str, Any]
"""A JSON object of the fixture."""

MAX_LEVELS = 60
"""How deep categories go: a category tree is written as JSON, which has its limits."""


class Cast:
    """Reads one tenant of the fixture into the platform."""

    def __init__(
        self,
        platform: Platform,
        row: Row,
        pointer: str,
        *,
        name: str,
        as_of: int,
        blueprint: Blueprint,
    ) -> None:
        """`name` differs from the row's own when the tenant is a copy under a new name."""
        seed = blueprint.seed
        # The bundled contract version knows no groups: they must not show there either.
        self._has_groups = bool(blueprint.edition)
        self._platform = platform
        self._row = row
        self._pointer = pointer
        self._as_of = as_of
        self.tenant = Tenant(
            name=name,
            world=World(
                clock=platform.clock,
                ids=Ids("emporix", seed, name, "records"),
                choices=platform.choices,
                sites=row["sites"],
                languages=row["languages"],
            ),
            ids=Ids("emporix", seed, name, "tokens"),
        )

    def enact(self) -> Tenant:
        """Add the tenant with everybody and everything. Raises FixtureError."""
        self._platform.tenants[self.tenant.name] = self.tenant
        self._clients()
        self._legal_entities()
        self._customers()
        if self._has_groups:
            self._groups()
        self._categories()
        self._products()
        self._segments()
        plant_coupons(self.tenant.world, self.tenant.name, self._rows("coupons"))
        self._tokens()
        return self.tenant

    def _rows(self, section: str) -> list[tuple[str, Row]]:
        """Return the rows of a section, each with its pointer."""
        rows: Sequence[Row] = self._row.get(section, ())
        return [(f"{self._pointer}/{section}/{place}", row) for place, row in enumerate(rows)]

    def _renamed(self, text: str) -> str:
        """Return an id that is unique on the platform, for a copy under another name."""
        original, name = self._row["name"], self.tenant.name
        if original == name:
            return text
        return text.replace(original, name) if original in text else f"{name}-{text}"

    def _clients(self) -> None:
        for pointer, row in self._rows("clients"):
            client_id = self._renamed(row["id"])
            _new(client_id, self._platform.clients, f"{pointer}/id", "client")
            self._platform.clients[client_id] = Client(
                client_id, row["secret"], self.tenant.name, tuple(row["scopes"])
            )

    def _legal_entities(self) -> None:
        entities = self.tenant.world.legal_entities
        for pointer, row in self._rows("legalEntities"):
            _new(row["id"], entities, f"{pointer}/id", "legal entity")
            entities[row["id"]] = LegalEntity(row["id"], row["name"])

    def _customers(self) -> None:
        world = self.tenant.world
        for pointer, row in self._rows("customers"):
            _new(row["id"], world.customers, f"{pointer}/id", "customer")
            key = account_key(row["email"])
            _new(key, self.tenant.accounts, f"{pointer}/email", "e-mail")
            entities = tuple(row.get("legalEntityIds", ()))
            for place, entity in enumerate(entities):
                _known(
                    entity,
                    world.legal_entities,
                    f"{pointer}/legalEntityIds/{place}",
                    "legal entity",
                )
            world.customers[row["id"]] = Customer(
                row["id"], row["firstName"], row["lastName"], row["email"], entities
            )
            self.tenant.accounts[key] = Account(
                row["id"], row["email"], row["password"], row.get("active", True), entities
            )

    def _groups(self) -> None:
        world = self.tenant.world
        for pointer, row in self._rows("groups"):
            _new(row["id"], world.groups, f"{pointer}/id", "group")
            entity = row.get("legalEntityId")
            if entity is not None:
                _known(entity, world.legal_entities, f"{pointer}/legalEntityId", "legal entity")
            customers: Sequence[str] = row.get("customers", ())
            for place, customer in enumerate(customers):
                _known(customer, world.customers, f"{pointer}/customers/{place}", "customer")
            world.plant_group(
                Group(
                    row["id"],
                    localized(row["name"]),
                    row.get("userType", "CUSTOMER"),
                    entity,
                    frozenset(customers),
                )
            )

    def _categories(self) -> None:
        categories = self.tenant.world.categories
        rows = self._rows("categories")
        for pointer, row in rows:
            _new(row["id"], categories, f"{pointer}/id", "category")
            valid_from, valid_to = self._validity(row, pointer)
            categories[row["id"]] = Category(
                id=row["id"],
                code=row["code"],
                name=localized(row["name"]),
                parent_id=row.get("parentId"),
                position=row.get("position", 0),
                published=row.get("published", True),
                description=_text(row.get("localizedDescription")),
                slug=_text(row.get("localizedSlug")),
                ecn=tuple(row.get("ecn", ())),
                valid_from=valid_from,
                valid_to=valid_to,
            )
        for pointer, row in rows:
            above, passed = row.get("parentId"), {row["id"]}
            while above is not None:
                _known(above, categories, f"{pointer}/parentId", "category")
                if above in passed:
                    raise FixtureError(
                        f"category {row['id']!r} is below itself", f"{pointer}/parentId"
                    )
                passed.add(above)
                if len(passed) > MAX_LEVELS:
                    raise FixtureError(
                        f"category {row['id']!r} is below more than {MAX_LEVELS - 1} others",
                        f"{pointer}/parentId",
                    )
                above = categories[above].parent_id

    def _products(self) -> None:
        world = self.tenant.world
        for pointer, row in self._rows("products"):
            _new(row["id"], world.products, f"{pointer}/id", "product")
            categories = tuple(row.get("categoryIds", ()))
            for place, category in enumerate(categories):
                _known(category, world.categories, f"{pointer}/categoryIds/{place}", "category")
            world.products[row["id"]] = Product(
                row["id"],
                row["code"],
                localized(row["name"]),
                categories,
                row.get("published", True),
            )

    def _segments(self) -> None:
        # Lists show the order of creation, whatever the order of the fixture.
        dated = [
            (self._past(row["createdAt"], f"{pointer}/createdAt"), pointer, row)
            for pointer, row in self._rows("segments")
        ]
        seen: set[str] = set()
        for created_at, pointer, row in sorted(dated, key=lambda found: found[0]):
            _new(row["id"], seen, f"{pointer}/id", "segment")
            seen.add(row["id"])
            self._segment(row, pointer, created_at)

    def _segment(self, row: Row, pointer: str, created_at: int) -> None:
        world = self.tenant.world
        _known(row["siteCode"], world.sites, f"{pointer}/siteCode", "site")
        modified_at = created_at
        if "modifiedAt" in row:
            modified_at = self._past(row["modifiedAt"], f"{pointer}/modifiedAt")
            if modified_at < created_at:
                raise FixtureError("modifiedAt is before createdAt", f"{pointer}/modifiedAt")
        valid_from, valid_to = self._validity(row, pointer)
        draft = Draft(
            name=localized(row["name"]),
            site_code=row["siteCode"],
            description=localized(row["description"]) if "description" in row else None,
            valid_from=valid_from,
            valid_to=valid_to,
            has_validity="validity" in row,
            status=row.get("status", "INACTIVE"),
            mixins=row.get("mixins"),
            mixin_schemas=row.get("mixinSchemas"),
        )
        world.plant_segment(
            draft,
            row["id"],
            created_at=created_at,
            modified_at=modified_at,
            version=row.get("version", 1),
        )
        self._assignments(row, pointer, modified_at)

    def _assignments(self, row: Row, pointer: str, created_at: int) -> None:
        world, segment_id = self.tenant.world, row["id"]
        members: set[tuple[str, str | None]] = set()
        for place, member in enumerate(row.get("customers", ())):
            here = f"{pointer}/customers/{place}"
            customer_id, entity = member["id"], member.get("legalEntityId")
            self._buyer(customer_id, entity, f"{here}/id", f"{here}/legalEntityId")
            _new((customer_id, entity), members, here, "customer")
            members.add((customer_id, entity))
            world.plant_member(segment_id, customer_id, entity, created_at=created_at)
        items: set[tuple[str, str]] = set()
        for place, item in enumerate(row.get("items", ())):
            here = f"{pointer}/items/{place}"
            known: Mapping[str, Product | Category] = (
                world.products if item["type"] == "PRODUCT" else world.categories
            )
            _known(item["id"], known, f"{here}/id", item["type"].lower())
            _new((item["type"], item["id"]), items, here, "item")
            items.add((item["type"], item["id"]))
            world.plant_item(segment_id, item["type"], item["id"], created_at=created_at)

        for place, group_id in enumerate(row.get("groups", ()) if self._has_groups else ()):
            _known(group_id, world.groups, f"{pointer}/groups/{place}", "group")
            if world.groups[group_id].user_type != "CUSTOMER":
                raise FixtureError(
                    f"group {group_id!r} is not one of customers", f"{pointer}/groups/{place}"
                )
            plant_group_assignment(world, segment_id, group_id, created_at=created_at)

    def _tokens(self) -> None:
        names: set[str] = set()
        for pointer, row in self._rows("tokens"):
            _new(row["name"], names, f"{pointer}/name", "token")
            names.add(row["name"])
            token = self._renamed(row["token"])
            _new(token, self._platform.tokens.grants, f"{pointer}/token", "token")
            client_id = self._renamed(row["client"])
            _known(client_id, self._platform.clients, f"{pointer}/client", "client")
            client = self._platform.clients[client_id]
            expires = _instant(row["expires"], f"{pointer}/expires")
            caller, login = self._bearer(row, pointer, client, expires)
            self._platform.tokens.plant(token, caller, self.tenant.world, seeded=True)
            self.tenant.demos.append(
                Demo(
                    scope=self.tenant.name,
                    name=row["name"],
                    description=row["description"],
                    header="Authorization",
                    value=f"Bearer {token}",
                    token=token,
                    login=login,
                )
            )

    def _bearer(
        self, row: Row, pointer: str, client: Client, expires: int
    ) -> tuple[Caller, dict[str, str]]:
        """Return whom a well-known token stands for, and what to log in with instead."""
        if "customer" not in row:
            caller = Caller(
                tenant=self.tenant.name,
                client=client.id,
                kind="service",
                scopes=with_implied(client.scopes, self._platform.choices),
                expires=expires,
            )
            return caller, {"client_id": client.id, "client_secret": client.secret}
        entity = row.get("legalEntityId")
        self._buyer(row["customer"], entity, f"{pointer}/customer", f"{pointer}/legalEntityId")
        account = self._platform.account(row["customer"], self.tenant.name)
        caller = customer_caller(
            self.tenant.name,
            client.id,
            account,
            session=self.tenant.ids.uuid(),
            expires=expires,
            legal_entity=entity,
        )
        return caller, {"email": account.email, "password": account.password}

    def _buyer(
        self, customer_id: str, entity: str | None, at_customer: str, at_entity: str
    ) -> None:
        """Check a customer, and that it buys for the legal entity if one is named."""
        customers = self.tenant.world.customers
        _known(customer_id, customers, at_customer, "customer")
        if entity is not None and entity not in customers[customer_id].legal_entity_ids:
            raise FixtureError(
                f"customer {customer_id!r} does not buy for legal entity {entity!r}", at_entity
            )

    def _validity(self, row: Row, pointer: str) -> tuple[int | None, int | None]:
        validity = row.get("validity", {})
        ends = (
            _instant(validity[end], f"{pointer}/validity/{end}") if end in validity else None
            for end in ("from", "to")
        )
        return next(ends), next(ends)

    def _past(self, text: str, pointer: str) -> int:
        instant = _instant(text, pointer)
        if instant > self._as_of:
            raise FixtureError("the instant is later than asOf", pointer)
        return instant


def instant_of(row: Row, name: str, pointer: str = "") -> int:
    """Return the instant that a property names. Raises FixtureError."""
    return _instant(row[name], f"{pointer}/{name}")


def _instant(text: str, pointer: str) -> int:
    try:
        return instants.parse(text)
    except ValueError as error:
        raise FixtureError(str(error), pointer) from error


def _text(by_language: Mapping[str, str] | None) -> Localized:
    return () if by_language is None else localized(by_language)


def _new(key: Hashable, taken: Mapping[Any, object] | set[Any], pointer: str, what: str) -> None:
    if key in taken:
        raise FixtureError(f"{what} {key!r} is there twice", pointer)


def _known(key: str, known: Mapping[str, object] | frozenset[str], pointer: str, what: str) -> None:
    if key not in known:
        raise FixtureError(f"there is no {what} {key!r}", pointer)
