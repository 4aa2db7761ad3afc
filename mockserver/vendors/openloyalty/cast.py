"""The named part of a fixture: what there is in a store, who is in it and what they did.

Turns parsed JSON into values and raises FixtureError, with the place, for what a JSON
Schema cannot say. Nothing is made up here; that is `crowd.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.clock import EARLIEST, LATEST
from mockserver.kernel.room import FixtureError
from mockserver.vendors.openloyalty.activity import Activity
from mockserver.vendors.openloyalty.model import (
    Address,
    Member,
    Product,
    Resource,
    ResourceName,
    Tier,
)

Form = Mapping[str, Any]
Uses = dict[tuple[ResourceName, str], list[Resource]]
"""Kind of resource and segment id -> what uses the segment."""

_RESOURCES: Mapping[str, ResourceName] = {
    "rewards": "reward",
    "achievements": "achievement",
    "campaigns": "campaign",
}
_COMPLETED: Mapping[str, str] = {
    "campaigns": "",
    "achievements": "rules",
    "challenges": "milestones",
}
"""What members complete -> where its steps stand, if it has any."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What all stores of a fixture share."""

    as_of: int
    """The instant at which they stand; nothing in them is dated later."""
    products: Mapping[str, Product]
    """By SKU."""
    channels: tuple[str, ...]
    """Ids."""
    tiers: Mapping[str, Tier]
    """By id, lowest first."""
    events: tuple[str, ...]
    """Types of custom events."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What members of one store can complete: ids, with those of rules and milestones."""

    campaigns: tuple[str, ...]
    achievements: Mapping[str, tuple[str, ...]]
    challenges: Mapping[str, tuple[str, ...]]


def catalogue(fixture: Form) -> Catalogue:
    """Read what all stores share. Raises FixtureError."""
    as_of = instant(fixture["asOf"], "/asOf")
    if not EARLIEST <= as_of < LATEST:
        raise FixtureError("a world can stand in the years 1970 to 8999 only", "/asOf")
    for name, key in (("channels", "id"), ("tiers", "id"), ("customEvents", "type")):
        once(fixture.get(name, ()), key, f"/{name}")
    products: dict[str, Product] = {}
    for position, each in enumerate(fixture["products"]):
        if each["sku"] in products:
            raise FixtureError("this SKU is used twice", f"/products/{position}/sku")
        labels = tuple((label["key"], label["value"]) for label in each["labels"])
        price = round(each["price"] * 100)
        products[each["sku"]] = Product(each["sku"], each["maker"], labels, price)
    return Catalogue(
        as_of=as_of,
        products=products,
        channels=tuple(each["id"] for each in fixture["channels"]),
        tiers={each["id"]: Tier(each["id"], each["name"]) for each in fixture.get("tiers", ())},
        events=tuple(each["type"] for each in fixture.get("customEvents", ())),
    )


def once(forms: Iterable[Form], key: str, pointer: str) -> None:
    """Raise FixtureError when two of the forms have the same value under the key."""
    seen = set()
    for position, form in enumerate(forms):
        if form[key] in seen:
            raise FixtureError("this is used twice", f"{pointer}/{position}/{key}")
        seen.add(form[key])


def programme(store: Form, pointer: str) -> Programme:
    """Read what members of a store can complete. Raises FixtureError."""
    for name, steps in _COMPLETED.items():
        once(store.get(name, ()), "id", f"{pointer}/{name}")
        for position, form in enumerate(store.get(name, ())):
            once(form.get(steps, ()), "id", f"{pointer}/{name}/{position}/{steps}")
    once(store.get("rewards", ()), "id", f"{pointer}/rewards")
    return Programme(
        campaigns=tuple(each["id"] for each in store.get("campaigns", ())),
        achievements=_with_steps(store, "achievements"),
        challenges=_with_steps(store, "challenges"),
    )


def _with_steps(store: Form, name: str) -> dict[str, tuple[str, ...]]:
    steps = _COMPLETED[name]
    return {
        each["id"]: tuple(step["id"] for step in each.get(steps, ()))
        for each in store.get(name, ())
    }


def members(forms: Sequence[Form], pointer: str, shared: Catalogue) -> list[Member]:
    """Read the named members of a store. Raises FixtureError."""
    found: dict[str, Member] = {}
    emails: set[str] = set()
    for position, form in enumerate(forms):
        where = f"{pointer}/{position}"
        member = _member(form, where, shared)
        if member.customer_id in found or member.email in emails:
            raise FixtureError("this member's id or e-mail address is used twice", where)
        found[member.customer_id] = member
        emails.add(member.email)
    return list(found.values())


def _member(form: Form, pointer: str, shared: Catalogue) -> Member:
    tier = form.get("tier")
    if tier is not None and tier not in shared.tiers:
        raise FixtureError("there is no tier with this id", f"{pointer}/tier")
    address = form.get("address", {})
    return Member(
        customer_id=form["customerId"],
        created_at=instant(form["registeredAt"], f"{pointer}/registeredAt", shared.as_of),
        first_name=form["firstName"],
        last_name=form["lastName"],
        email=form["email"].lower(),
        phone=form.get("phone"),
        birth_date=_day(form["birthDate"], f"{pointer}/birthDate") if "birthDate" in form else None,
        gender=form.get("gender"),
        active=form.get("active", True),
        loyalty_card_number=form.get("loyaltyCardNumber"),
        labels=frozenset((label["key"], label["value"]) for label in form.get("labels", ())),
        tier=None if tier is None else shared.tiers[tier],
        address=Address(
            address.get("city"),
            address.get("province"),
            address.get("country"),
            address.get("postal"),
        ),
        custom_fields=tuple(form.get("customFields", {}).items()),
    )


def tell(
    forms: Sequence[Form], pointer: str, shared: Catalogue, own: Programme, activity: Activity
) -> None:
    """Add what the named members did, who are the first ones. Raises FixtureError."""
    for owner, form in enumerate(forms):
        where = f"{pointer}/{owner}"
        for position, each in enumerate(form.get("transactions", ())):
            _tell_purchase(owner, each, f"{where}/transactions/{position}", shared, activity)
        for position, each in enumerate(form.get("events", ())):
            place = f"{where}/events/{position}"
            if each["type"] not in shared.events:
                raise FixtureError("there is no custom event of this type", f"{place}/type")
            date = instant(each["date"], f"{place}/date", shared.as_of)
            activity.trigger(owner, each["type"], date)
        for position, campaign in enumerate(form.get("completedCampaigns", ())):
            if campaign not in own.campaigns:
                place = f"{where}/completedCampaigns/{position}"
                raise FixtureError("there is no campaign with this id", place)
            activity.reach(owner, 1, "campaign", campaign)
        _tell_progress(
            owner, form, f"{where}/achievements", own.achievements, ("achievement", "rule"),
            activity,
        )  # fmt: skip
        _tell_progress(
            owner, form, f"{where}/challenges", own.challenges, ("challenge", "milestone"),
            activity,
        )  # fmt: skip


def _tell_purchase(
    owner: int, form: Form, pointer: str, shared: Catalogue, activity: Activity
) -> None:
    if form["channel"] not in shared.channels:
        raise FixtureError("there is no channel with this id", f"{pointer}/channel")
    for position, sku in enumerate(form["skus"]):
        if sku not in shared.products:
            raise FixtureError("there is no product with this SKU", f"{pointer}/skus/{position}")
    moment = instant(form["date"], f"{pointer}/date", shared.as_of)
    amount = round(form["amount"] * 100)
    activity.purchases.tell(owner, moment, amount, form["channel"], form["skus"])


def _tell_progress(
    owner: int,
    form: Form,
    pointer: str,
    known: Mapping[str, tuple[str, ...]],
    words: tuple[str, str],
    activity: Activity,
) -> None:
    whole, step = words
    once(form.get(f"{whole}s", ()), "id", pointer)
    for position, each in enumerate(form.get(f"{whole}s", ())):
        if each["id"] not in known:
            raise FixtureError(f"there is no {whole} with this id", f"{pointer}/{position}/id")
        activity.reach(owner, each.get("completions", 0), whole, each["id"])
        for name, value in each.get("progress", {}).items():
            if name not in known[each["id"]]:
                where = f"{pointer}/{position}/progress/{name}"
                raise FixtureError(f"there is no {step} with this id", where)
            activity.reach(owner, value, step, each["id"], name)


def uses(store: Form, pointer: str) -> Uses:
    """Read which resources use which segments. Raises FixtureError."""
    known = {segment["segmentId"].lower() for segment in store["segments"]}
    found: Uses = {}
    for kind, where, form in _resources(store, pointer):
        resource = Resource(
            form["id"], form["name"], form["active"], form.get("additionalData", {})
        )
        for place, segment_id in enumerate(form["segments"]):
            if segment_id.lower() not in known:
                raise FixtureError("there is no segment with this id", f"{where}/segments/{place}")
            found.setdefault((kind, segment_id.lower()), []).append(resource)
    return found


def _resources(store: Form, pointer: str) -> Iterator[tuple[ResourceName, str, Form]]:
    for plural, kind in _RESOURCES.items():
        for position, form in enumerate(store.get(plural, ())):
            yield kind, f"{pointer}/{plural}/{position}", form


def _day(text: str, pointer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FixtureError("this is no day between the years 1 and 9999", pointer) from None


def instant(text: str, pointer: str, latest: int | None = None) -> int:
    """Read a point in time, at or before the instant `latest`. Raises FixtureError."""
    try:
        found = instants.parse(text)
    except ValueError:
        raise FixtureError("this is no point in time with a time zone", pointer) from None
    if latest is not None and found > latest:
        raise FixtureError(f"{text} is later than asOf", pointer)
    return found
