"""Builds the first state of the room: the fixture's named cast, then Faker up to size.

The only importer of Faker. Everything comes from the seed and the fixture's `asOf`;
nothing from the real clock, except which ten-minute cycle the world starts in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.ids import Ids
from mockserver.kernel.room import Blueprint, Demo, FixtureError
from mockserver.vendors.openloyalty import crowd
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.accounts import Accounts
from mockserver.vendors.openloyalty.criteria import faults
from mockserver.vendors.openloyalty.model import (
    History,
    Member,
    Product,
    Resource,
    ResourceName,
    Segment,
    Transaction,
)
from mockserver.vendors.openloyalty.population import Population
from mockserver.vendors.openloyalty.tokens import Holder, Tokens
from mockserver.vendors.openloyalty.wire import read_part
from mockserver.vendors.openloyalty.world import CYCLE, Record, World

DEMO_EXPIRY = 4_102_444_800_000
"""The start of the year 2100: demo tokens outlive every test."""

_RESOURCES: Mapping[str, ResourceName] = {
    "rewards": "reward",
    "achievements": "achievement",
    "campaigns": "campaign",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be bought, and where."""

    products: Mapping[str, Product]
    """By SKU."""
    channels: tuple[str, ...]
    """Ids."""


def open_stores(blueprint: Blueprint) -> Stores:
    """Build every store. Raises FixtureError for what a JSON Schema cannot say."""
    fixture = blueprint.fixture
    as_of = _instant(fixture["asOf"], "/asOf")
    catalogue = _catalogue(fixture, blueprint)
    places = _places(fixture, blueprint.scopes)
    passwords: dict[tuple[str | None, str], str] = {
        (None, admin["username"]): admin["password"] for admin in fixture["admins"]
    }
    worlds = {}
    for code, place in places.items():
        worlds[code] = _world(code, fixture["stores"][place], place, catalogue, as_of, blueprint)
        for member in fixture["stores"][place]["members"]:
            if "password" in member:
                passwords[code, member["email"].lower()] = member["password"]
    tokens = Tokens(fixture["tokenSecret"])
    return Stores(
        worlds=worlds,
        accounts=Accounts(
            passwords=passwords,
            tokens=tokens,
            choices=blueprint.choices,
            clock=blueprint.clock,
            ids=Ids(blueprint.seed, "openloyalty", "accounts"),
        ),
        tokens=tokens,
        api_keys={
            each["key"]: Holder(each["name"], "ROLE_ADMIN", None) for each in fixture["apiKeys"]
        },
        demos=tuple(_demos(fixture, places, tokens, as_of)),
        choices=blueprint.choices,
        clock=blueprint.clock,
    )


def _places(fixture: Mapping[str, Any], scopes: Sequence[str]) -> dict[str, int]:
    """Return store code -> which store of the fixture it is made from; new ones from the first."""
    places: dict[str, int] = {}
    for position, store in enumerate(fixture["stores"]):
        if store["code"] in places:
            raise FixtureError("this store code is used twice", f"/stores/{position}/code")
        places[store["code"]] = position
    for code in scopes:
        places.setdefault(code, 0)
    return places


def _catalogue(fixture: Mapping[str, Any], blueprint: Blueprint) -> Catalogue:
    products: dict[str, Product] = {}
    for position, each in enumerate(fixture["products"]):
        if each["sku"] in products:
            raise FixtureError("this SKU is used twice", f"/products/{position}/sku")
        labels = tuple((label["key"], label["value"]) for label in each["labels"])
        products[each["sku"]] = Product(
            each["sku"], each["maker"], labels, round(each["price"] * 100)
        )
    missing = blueprint.products - len(products)
    for product in crowd.products(missing, list(products.values()), blueprint.seed):
        products.setdefault(product.sku, product)
    return Catalogue(products, tuple(each["id"] for each in fixture["channels"]))


def _world(
    code: str,
    store: Mapping[str, Any],
    place: int,
    catalogue: Catalogue,
    as_of: int,
    blueprint: Blueprint,
) -> World:
    pointer = f"/stores/{place}"
    ids = Ids(blueprint.seed, "openloyalty", code)
    members = _members(store["members"], f"{pointer}/members", catalogue)
    members += crowd.members(
        _people(blueprint.customers - len(members), f"{blueprint.seed}/openloyalty/{code}"),
        seed=f"{blueprint.seed}/openloyalty/{code}",
        as_of=as_of,
        products=tuple(catalogue.products.values()),
        channels=catalogue.channels,
    )
    world = World(
        code=code,
        name=store["name"],
        currency=store["currency"],
        population=Population(members, blueprint.choices["openloyalty.criteria-logic"]),
        choices=blueprint.choices,
        clock=blueprint.clock,
        ids=ids,
        uses=_uses(store, pointer),
    )
    cycle = blueprint.clock.now() // CYCLE
    names: set[str] = set()
    for position, form in enumerate(store["segments"]):
        where = f"{pointer}/segments/{position}"
        if form["name"] in names or form["segmentId"] in world.records:
            raise FixtureError("this segment's id or name is used twice", where)
        names.add(form["name"])
        record = Record(_segment(form, where, ids, blueprint.choices), cycle=cycle)
        world.place(record, as_of)
        if form.get("calculated") and not record.segment.active:
            world.recalculate(record, as_of)
    for each in crowd.segments(
        blueprint.segments - len(world.records),
        ids=ids,
        seed=f"{blueprint.seed}/openloyalty/{code}",
        as_of=as_of,
        products=tuple(catalogue.products.values()),
        channels=catalogue.channels,
    ):
        world.place(Record(each, cycle=cycle), as_of)
    return world


def _members(
    forms: Sequence[Mapping[str, Any]], pointer: str, catalogue: Catalogue
) -> list[Member]:
    members: dict[str, Member] = {}
    emails: set[str] = set()
    for position, form in enumerate(forms):
        where = f"{pointer}/{position}"
        member = _member(form, where, catalogue)
        if member.customer_id in members or member.email in emails:
            raise FixtureError("this member's id or e-mail address is used twice", where)
        members[member.customer_id] = member
        emails.add(member.email)
    return list(members.values())


def _member(form: Mapping[str, Any], pointer: str, catalogue: Catalogue) -> Member:
    return Member(
        customer_id=form["customerId"],
        created_at=_instant(form["registeredAt"], f"{pointer}/registeredAt"),
        first_name=form["firstName"],
        last_name=form["lastName"],
        email=form["email"].lower(),
        phone=form.get("phone"),
        birth_date=date.fromisoformat(form["birthDate"]) if "birthDate" in form else None,
        gender=form.get("gender"),
        active=form.get("active", True),
        loyalty_card_number=form.get("loyaltyCardNumber"),
        labels=frozenset((label["key"], label["value"]) for label in form.get("labels", ())),
        history=History.of(
            _transaction(each, f"{pointer}/transactions/{position}", catalogue)
            for position, each in enumerate(form.get("transactions", ()))
        ),
    )


def _transaction(form: Mapping[str, Any], pointer: str, catalogue: Catalogue) -> Transaction:
    if form["channel"] not in catalogue.channels:
        raise FixtureError("there is no channel with this id", f"{pointer}/channel")
    for position, sku in enumerate(form["skus"]):
        if sku not in catalogue.products:
            raise FixtureError("there is no product with this SKU", f"{pointer}/skus/{position}")
    return Transaction(
        date=_instant(form["date"], f"{pointer}/date"),
        amount=round(form["amount"] * 100),
        channel=form["channel"],
        products=tuple(catalogue.products[sku] for sku in form["skus"]),
    )


def _people(count: int, seed: str) -> Iterator[crowd.Person]:
    """Yield people with made-up names."""
    if count <= 0:
        return
    # Imported here because it is the slowest import of the room, and not always needed.
    from faker import Generator  # noqa: PLC0415
    from faker.providers.person.en_US import Provider  # noqa: PLC0415

    generator = Generator()
    generator.seed_instance(f"{seed}/names")
    names = Provider(generator)
    for number in range(count):
        first = names.first_name_male() if number % 2 else names.first_name_female()
        yield crowd.Person(first, names.last_name(), "male" if number % 2 else "female")


def _segment(
    form: Mapping[str, Any], pointer: str, ids: Ids, choices: Mapping[str, str]
) -> Segment:
    parts = tuple(read_part(part, ids.uuid) for part in form["parts"])
    for position, part in enumerate(parts):
        for place, criterion in enumerate(part.criteria):
            where = f"{pointer}/parts/{position}/criteria/{place}"
            scale = choices["openloyalty.percent-scale"]
            for violation in faults(criterion, where, "required", scale):
                raise FixtureError(violation.message, violation.pointer)
    return Segment(
        segment_id=form["segmentId"],
        name=form["name"],
        active=form["active"],
        created_at=_instant(form["createdAt"], f"{pointer}/createdAt"),
        parts=parts,
        description=form.get("description"),
    )


def _uses(store: Mapping[str, Any], pointer: str) -> dict[tuple[ResourceName, str], list[Resource]]:
    known = {segment["segmentId"] for segment in store["segments"]}
    uses: dict[tuple[ResourceName, str], list[Resource]] = {}
    for plural, kind in _RESOURCES.items():
        for position, form in enumerate(store.get(plural, ())):
            resource = Resource(
                form["id"], form["name"], form["active"], form.get("additionalData", {})
            )
            for place, segment_id in enumerate(form["segments"]):
                if segment_id not in known:
                    where = f"{pointer}/{plural}/{position}/segments/{place}"
                    raise FixtureError("there is no segment with this id", where)
                uses.setdefault((kind, segment_id), []).append(resource)
    return uses


def _demos(
    fixture: Mapping[str, Any], places: Mapping[str, int], tokens: Tokens, as_of: int
) -> Iterator[Demo]:
    for code, place in places.items():
        for each in fixture["apiKeys"]:
            about = "permanent API key of a manager; every operation"
            yield Demo(code, each["name"], about, "X-AUTH-TOKEN", each["key"], each["key"])
        for admin in fixture["admins"]:
            holder = Holder(admin["username"], "ROLE_ADMIN", None)
            about = "JWT of an admin; every operation, every store"
            yield _jwt_demo(code, admin["username"], about, holder, admin, tokens, as_of)
        taken: set[str] = set()
        for member in fixture["stores"][place]["members"]:
            if "password" not in member:
                continue
            email = member["email"].lower()
            holder = Holder(email, "ROLE_PARTICIPANT", code)
            about = f"JWT of the member {member['firstName']}; segment operations refuse it"
            login = {"username": email, "password": member["password"]}
            name = _plain(member["firstName"])
            yield _jwt_demo(
                code, email if name in taken else name, about, holder, login, tokens, as_of
            )
            taken.add(name)


def _plain(name: str) -> str:
    """Return a name as it can be typed on any keyboard."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _jwt_demo(
    scope: str,
    name: str,
    about: str,
    holder: Holder,
    login: Mapping[str, str],
    tokens: Tokens,
    as_of: int,
) -> Demo:
    jti = f"demo-{holder.store or 'all'}-{holder.username}"
    token = tokens.write(holder, as_of, DEMO_EXPIRY, jti)
    return Demo(scope, name, about, "Authorization", f"Bearer {token}", token, dict(login))


def _instant(text: str, pointer: str) -> int:
    try:
        return instants.parse(text)
    except ValueError:
        raise FixtureError("this is no point in time with a time zone", pointer) from None


def demos(state: Stores) -> Sequence[Demo]:
    """Return the well-known credentials, those of the main store first."""
    return state.demos


def example(state: Stores, base: str) -> str:
    """Return a curl command that lists segments of the main store."""
    demo = state.demos[0]
    return (
        f"curl -s -H '{demo.header}: {demo.value}' '{base}/api/{demo.scope}/segment?_itemsOnPage=3'"
    )
