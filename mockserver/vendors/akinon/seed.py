"""The first state of a site: the named cast of the fixture, and as many more as asked.

The only importer of Faker in this room. Everything drawn comes from the seed, and every
instant is at or before the fixture's `asOf`; the real clock is never asked.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.kernel.clock import EARLIEST, LATEST
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import DAY
from mockserver.kernel.room import Blueprint, FixtureError
from mockserver.vendors.akinon import rules
from mockserver.vendors.akinon.grammar import day, instant, rule_of
from mockserver.vendors.akinon.model import Order, Segment, Session, User
from mockserver.vendors.akinon.rules import All, Condition, Period, Span
from mockserver.vendors.akinon.world import DemoSession, World

_CITIES = (
    "Aarhus", "Antwerp", "Bilbao", "Bologna", "Bursa", "Cork", "Delft", "Ghent", "Graz", "Izmir",
    "Krakow", "Leeds", "Lille", "Linz", "Malmo", "Nantes", "Porto", "Tampere", "Turin", "Utrecht",
)  # fmt: skip
"""Where the drawn users live. Nobody of the bundled cast does, so that the drawn segments,
each of one city, leave the offers of the cast alone."""

_FIRST_DRAWN_PK = 101
_FIRST_DRAWN_PRIORITY = 100


def open_world(blueprint: Blueprint) -> World:
    """Build the state of the site. Raises FixtureError for references that lead nowhere."""
    fixture = blueprint.fixture
    as_of = instant(fixture["asOf"], "/asOf")
    if not EARLIEST <= as_of < LATEST:
        raise FixtureError("a world can stand in the years 1970 to 8999 only", "/asOf")
    lists = {name: _pks(fixture[name], f"/{name}") for name in ("price_lists", "stock_lists")}
    segments = _named_segments(fixture["segments"], lists)
    users, chosen = _named_users(fixture, as_of, {segment.pk for segment in segments})
    demos = _demo_sessions(fixture["demo_sessions"], {user.pk: user for user in users})
    return World(
        site=fixture["site"],
        as_of=as_of,
        segments=[*segments, *_drawn_segments(blueprint, segments, lists["price_lists"])],
        users=[*users, *_drawn_users(blueprint, users, as_of)],
        chosen=chosen,
        demos=demos,
        ids=Ids("akinon", blueprint.seed, "made"),
        clock=blueprint.clock,
        choices=blueprint.choices,
    )


def _pks(rows: Iterable[Mapping[str, Any]], pointer: str) -> frozenset[int]:
    """Return the pks of some rows, each of which must have its own."""
    seen: set[int] = set()
    for position, row in enumerate(rows):
        if row["pk"] in seen:
            raise FixtureError(f"pk {row['pk']} stands twice", f"{pointer}/{position}/pk")
        seen.add(row["pk"])
    return frozenset(seen)


def _named_segments(
    rows: list[Mapping[str, Any]], lists: Mapping[str, frozenset[int]]
) -> list[Segment]:
    _pks(rows, "/segments")
    return [_segment(row, f"/segments/{position}", lists) for position, row in enumerate(rows)]


def _segment(row: Mapping[str, Any], at: str, lists: Mapping[str, frozenset[int]]) -> Segment:
    for name in ("price_list", "stock_list"):
        if row.get(name) is not None and row[name] not in lists[f"{name}s"]:
            raise FixtureError(f"there is no {name} {row[name]}", f"{at}/{name}")
    starts_at = instant(row["starts_at"], f"{at}/starts_at") if "starts_at" in row else None
    ends_at = instant(row["ends_at"], f"{at}/ends_at") if "ends_at" in row else None
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise FixtureError("ends_at is not after starts_at, so nobody fits", f"{at}/ends_at")
    return Segment(
        pk=row["pk"],
        name=row["name"],
        priority=row["priority"],
        is_active=row.get("is_active", True),
        starts_at=starts_at,
        ends_at=ends_at,
        price_list=row.get("price_list"),
        stock_list=row.get("stock_list"),
        currency=row.get("currency"),
        rule=rule_of(row["rule"], f"{at}/rule"),
    )


def _named_users(
    fixture: Mapping[str, Any], as_of: int, segments: set[int]
) -> tuple[list[User], dict[int, int]]:
    """Return the users of the fixture, and which segment was set for whom."""
    rows = fixture["users"]
    _pks(rows, "/users")
    users: list[User] = []
    chosen: dict[int, int] = {}
    emails: set[str] = set()
    for position, row in enumerate(rows):
        at = f"/users/{position}"
        if row["email"].casefold() in emails:
            raise FixtureError(f"{row['email']} stands twice", f"{at}/email")
        emails.add(row["email"].casefold())
        users.append(_user(row, at, fixture["password"], as_of))
        if "segment" in row:
            if row["segment"] not in segments:
                raise FixtureError(f"there is no segment {row['segment']}", f"{at}/segment")
            chosen[row["pk"]] = row["segment"]
    return users, chosen


def _user(row: Mapping[str, Any], at: str, password: str, as_of: int) -> User:
    return User(
        pk=row["pk"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        password=row.get("password", password),
        key=_key(row["pk"]),
        date_joined=instant(row["date_joined"], f"{at}/date_joined", as_of),
        gender=row.get("gender"),
        birth_date=day(row["birth_date"], f"{at}/birth_date", as_of)
        if "birth_date" in row
        else None,
        email_verified=row.get("email_verified", True),
        attributes=row.get("attributes", {}),
        orders=tuple(
            Order(instant(order["placed_at"], f"{at}/orders/{n}/placed_at", as_of), order["total"])
            for n, order in enumerate(row.get("orders", ()))
        ),
    )


def _key(pk: int) -> str:
    return Ids("akinon", "key", pk).hex(40)


def _demo_sessions(rows: list[Mapping[str, Any]], users: Mapping[int, User]) -> list[DemoSession]:
    demos: list[DemoSession] = []
    for position, row in enumerate(rows):
        at = f"/demo_sessions/{position}"
        if row["user"] not in users:
            raise FixtureError(f"there is no user {row['user']}", f"{at}/user")
        for demo in demos:
            if demo.name == row["name"]:
                raise FixtureError(f"{row['name']} stands twice", f"{at}/name")
            if demo.session.key == row["session"]:
                raise FixtureError(f"{row['session']} stands twice", f"{at}/session")
        expires_at = instant(row["expires_at"], f"{at}/expires_at")
        demos.append(
            DemoSession(
                name=row["name"],
                description=row["description"],
                session=Session(row["session"], expires_at, row["user"]),
                csrf_token=row["csrf_token"],
                user=users[row["user"]],
            )
        )
    return demos


def _drawn_users(blueprint: Blueprint, named: list[User], as_of: int) -> Iterator[User]:
    """Draw users until there are as many as asked, the named ones included."""
    missing = blueprint.customers - len(named)
    if missing <= 0:
        return
    # Importing Faker takes longer than all the rest of this room.
    from faker.generator import Generator  # noqa: PLC0415
    from faker.providers.person.en_US import Provider  # noqa: PLC0415

    faker = Generator()
    faker.seed_instance(f"akinon/{blueprint.seed}/users")
    person = Provider(faker)
    draw = random.Random(f"akinon/{blueprint.seed}/orders")  # noqa: S311 - not for secrets
    first = max([_FIRST_DRAWN_PK - 1, *(user.pk for user in named)]) + 1
    for pk in range(first, first + missing):
        female = draw.random() < 0.5
        first_name = person.first_name_female() if female else person.first_name_male()
        last_name = person.last_name()
        joined = as_of - draw.randrange(10, 1500) * DAY
        placed = sorted(
            draw.randrange(joined, as_of) for _ in range(draw.choice((0, 1, 1, 2, 3, 5, 8)))
        )
        yield User(
            pk=pk,
            email=f"{first_name}.{last_name}.{pk}@example.net".lower(),
            first_name=first_name,
            last_name=last_name,
            password=blueprint.fixture["password"],
            key=_key(pk),
            date_joined=joined,
            gender="female" if female else "male",
            attributes={"city": draw.choice(_CITIES)},
            orders=tuple(Order(at, draw.randrange(500, 40_000)) for at in placed),
        )


def _drawn_segments(
    blueprint: Blueprint, named: list[Segment], price_lists: frozenset[int]
) -> Iterator[Segment]:
    """Draw segments until there are as many as asked, the named ones included.

    Their priorities come after those of the named ones, so the named ones go first.
    """
    draw = random.Random(f"akinon/{blueprint.seed}/segments")  # noqa: S311 - not for secrets
    first = max([_FIRST_DRAWN_PK - 1, *(segment.pk for segment in named)]) + 1
    priority = max([_FIRST_DRAWN_PRIORITY - 1, *(segment.priority for segment in named)]) + 1
    prices: list[int | None] = [None, None, *sorted(price_lists)]
    lives_in = {city: rules.AttributeIn("city", (city,)) for city in _CITIES}
    for number in range(blueprint.segments - len(named)):
        city = draw.choice(_CITIES)
        who, condition = _drawn_condition(draw)
        yield Segment(
            pk=first + number,
            name=f"{city}: {who}",
            priority=priority + number,
            is_active=draw.random() < 0.9,
            price_list=draw.choice(prices),
            rule=All((lives_in[city], condition)),
        )


def _drawn_condition(draw: random.Random) -> tuple[str, Condition]:
    """Draw one condition and what it is called."""
    match draw.randrange(5):
        case 0:
            count = draw.randrange(1, 6)
            return f"{count} orders and more", rules.Orders(count=Span(at_least=count))
        case 1:
            total = draw.randrange(1, 20) * 5_000
            return f"{total // 100} and more spent", rules.Orders(total=Span(at_least=total))
        case 2:
            days = draw.randrange(1, 12) * 30
            return f"joined in the last {days} days", rules.DateJoined(Period(within_days=days))
        case 3:
            days = draw.randrange(3, 12) * 30
            return f"no order for {days} days", rules.LastOrder(Period(not_within_days=days))
        case _:
            gender = draw.choice(("female", "male"))
            return f"{gender} customers", rules.Gender(frozenset({gender}))
