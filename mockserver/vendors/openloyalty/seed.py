"""Builds the first state of the room: the fixture's named cast, then Faker up to size.

The only importer of Faker. Everything comes from the seed and the fixture's `asOf`;
nothing from any clock.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.kernel.ids import Ids
from mockserver.kernel.room import Blueprint, Demo, FixtureError
from mockserver.vendors.openloyalty import cast, crowd
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.accounts import Accounts
from mockserver.vendors.openloyalty.activity import Activity
from mockserver.vendors.openloyalty.criteria import faults
from mockserver.vendors.openloyalty.model import Segment
from mockserver.vendors.openloyalty.population import Population
from mockserver.vendors.openloyalty.segmentation import Segmentation
from mockserver.vendors.openloyalty.tokens import Holder, Tokens
from mockserver.vendors.openloyalty.wire import read_part
from mockserver.vendors.openloyalty.world import CYCLE, Record, World
from mockserver.vendors.openloyalty.writable import DEEPEST, unwritable

DEMO_EXPIRY = 4_102_444_800_000
"""The start of the year 2100: demo tokens outlive every test."""


def open_stores(blueprint: Blueprint) -> Stores:
    """Build every store. Raises FixtureError for what a JSON Schema cannot say."""
    fixture = blueprint.fixture
    cast.once(fixture["admins"], "username", "/admins")
    cast.once(fixture["apiKeys"], "key", "/apiKeys")
    catalogue = _catalogue(fixture, blueprint)
    places = _places(fixture, blueprint.scopes)
    passwords: dict[tuple[str | None, str], str] = {
        (None, admin["username"]): admin["password"] for admin in fixture["admins"]
    }
    worlds = {}
    for code, place in places.items():
        worlds[code] = _world(code, fixture["stores"][place], place, catalogue, blueprint)
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
        demos=tuple(_demos(fixture, places, tokens, catalogue.as_of)),
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


def _catalogue(fixture: Mapping[str, Any], blueprint: Blueprint) -> cast.Catalogue:
    shared = cast.catalogue(fixture)
    products = dict(shared.products)
    missing = blueprint.products - len(products)
    for product in crowd.products(missing, list(products.values()), blueprint.seed):
        products.setdefault(product.sku, product)
    return replace(shared, products=products)


def _world(
    code: str,
    store: Mapping[str, Any],
    place: int,
    catalogue: cast.Catalogue,
    blueprint: Blueprint,
) -> World:
    as_of = catalogue.as_of
    pointer = f"/stores/{place}"
    ids = Ids(blueprint.seed, "openloyalty", code)
    seed = f"{blueprint.seed}/openloyalty/{code}"
    population = _population(store, pointer, catalogue, seed, blueprint.customers)
    world = World(
        code=code,
        name=store["name"],
        currency=store["currency"],
        segmentation=Segmentation(population, blueprint.choices["openloyalty.criteria-logic"]),
        choices=blueprint.choices,
        clock=blueprint.clock,
        ids=ids,
        uses=cast.uses(store, pointer),
    )
    # The ten-minute cycle has run ever since the instant of the fixture, so what the world
    # looks like follows from the clock and not from when the mock was started (OLO-209).
    cycle = as_of // CYCLE, 0
    names: set[str] = set()
    for position, form in enumerate(store["segments"]):
        where = f"{pointer}/segments/{position}"
        if form["name"] in names or form["segmentId"].lower() in world.records:
            raise FixtureError("this segment's id or name is used twice", where)
        names.add(form["name"])
        record = Record(_segment(form, where, ids, as_of, blueprint.choices), cycle)
        world.place(record, as_of)
        if form.get("calculated") and not record.segment.active:
            world.recalculate(record, as_of)
    for each in crowd.segments(
        blueprint.segments - len(world.records),
        ids=ids,
        seed=seed,
        as_of=as_of,
        products=tuple(catalogue.products.values()),
        channels=catalogue.channels,
    ):
        world.place(Record(each, cycle), as_of)
    return world


def _population(
    store: Mapping[str, Any],
    pointer: str,
    catalogue: cast.Catalogue,
    seed: str,
    customers: int,
) -> Population:
    named = cast.members(store["members"], f"{pointer}/members", catalogue)
    programme = cast.programme(store, pointer)
    activity = Activity()
    cast.tell(store["members"], f"{pointer}/members", catalogue, programme, activity)
    people = _people(customers - len(named), seed)
    tiers = catalogue.tiers.values()
    others = list(crowd.members(people, seed=seed, as_of=catalogue.as_of, tiers=tiers))
    crowd.live(
        others,
        first=len(named),
        seed=seed,
        as_of=catalogue.as_of,
        shared=catalogue,
        programme=programme,
        activity=activity,
    )
    return Population([*named, *others], activity, catalogue.products.values())


def _people(count: int, seed: str) -> Iterator[crowd.Person]:
    """Yield people with made-up names."""
    if count <= 0:
        return
    # Imported here because it is the slowest import of the room, and not always needed.
    from faker.providers.person.en_US import Provider  # noqa: PLC0415

    # Faker's own draws cost twenty times as much, which a large population would feel.
    draw = random.Random(f"{seed}/names")  # noqa: S311 - not for secrets
    women, men, families = (
        draw.choices(list(names), list(names.values()), k=count)
        for names in (
            Provider.first_names_female,
            Provider.first_names_male,
            Provider.last_names,
        )
    )
    for number, last in enumerate(families):
        first, gender = (men[number], "male") if number % 2 else (women[number], "female")
        yield crowd.Person(first, last, gender)


def _segment(
    form: Mapping[str, Any], pointer: str, ids: Ids, as_of: int, choices: Mapping[str, str]
) -> Segment:
    for name in ("name", "description", "parts"):
        for violation in unwritable(form.get(name), f"{pointer}/{name}", DEEPEST + 3):
            raise FixtureError(violation.message, violation.pointer)
    parts = tuple(read_part(part, ids.uuid) for part in form["parts"])
    for position, part in enumerate(parts):
        for place, criterion in enumerate(part.criteria):
            where = f"{pointer}/parts/{position}/criteria/{place}"
            scale = choices["openloyalty.percent-scale"]
            for violation in faults(criterion, where, "required", scale):
                raise FixtureError(violation.message, violation.pointer)
    return Segment(
        segment_id=form["segmentId"].lower(),
        name=form["name"],
        active=form["active"],
        created_at=cast.instant(form["createdAt"], f"{pointer}/createdAt", as_of),
        parts=parts,
        description=form.get("description"),
    )


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


def demos(state: Stores) -> Sequence[Demo]:
    """Return the well-known credentials, those of the main store first."""
    return state.demos


def example(state: Stores, base: str) -> str:
    """Return a curl command that lists segments of the main store."""
    demo = state.demos[0]
    return (
        f"curl -s -H '{demo.header}: {demo.value}' '{base}/api/{demo.scope}/segment?_itemsOnPage=3'"
    )
