"""Criterion types about who a member is: tier, labels, address, age, registration."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial

from mockserver.kernel import instants
from mockserver.vendors.openloyalty.criteria.kind import (
    Kind,
    Reading,
    Select,
    Values,
    within,
)
from mockserver.vendors.openloyalty.fields import (
    end,
    folded,
    label,
    label_key,
    one_of,
    scalar,
    some,
    start,
    tagged,
    text,
    whole,
)
from mockserver.vendors.openloyalty.model import Member
from mockserver.vendors.openloyalty.population import Mask, Population, mask_of


def _one_of(name: str, keys: Callable[[Member], Iterable[Hashable]]) -> Select:
    """Return the selection of members who have one of the keys in the only field."""

    def select(values: Values, people: Population, _: Reading) -> Mask:
        (wanted,) = values.values()
        return people.having(name, keys, wanted)

    return select


def _known(value: str | None) -> Iterable[str]:
    return () if value is None else (value.casefold(),)


def _tier(member: Member) -> Iterable[str]:
    tier = member.tier
    return () if tier is None else {tier.tier_id.casefold(), tier.name.casefold()}


def _customer_in_level(values: Values, people: Population, _: Reading) -> Mask:
    return people.having("tier", _tier, [values["levelId"]])


def _gender(values: Values, people: Population, _: Reading) -> Mask:
    # A member who said nothing has not disclosed it.
    return people.having(
        "gender", lambda member: [member.gender or "not_disclosed"], [values["gender"]]
    )


def _age(values: Values, people: Population, reading: Reading) -> Mask:
    today = instants.moment(reading.now).date()
    births = (member.birth_date for member in people.members)
    ages = (-1 if birth is None else age(birth, today) for birth in births)
    return within(ages, values["min"], values["max"])


def age(birth: date, today: date) -> int:
    """Return whole years of life; -1 and less for those who are not born yet.

    Born on 29 February means a birthday on the 28th in years that have none.
    """
    turns = birth.month, birth.day
    if turns == (2, 29) and (today + timedelta(days=1)).month == 3 and today.month == 2:
        turns = 2, 28
    return today.year - birth.year - ((today.month, today.day) < turns)


def _anniversary(values: Values, people: Population, reading: Reading) -> Mask:
    today = instants.moment(reading.now).date()
    # From today until today plus days, or a window as wide as days, by choice (OLO-167).
    width = values["days"] + (1 if reading.anniversary == "within-days" else 0)
    days = window(today, min(width, 366))
    kept = people.birthdays if values["anniversaryType"] == "birthday" else people.registrations
    return mask_of([day in days for day in kept])


def window(first: date, width: int) -> frozenset[tuple[int, int]]:
    """Return month and day of `width` days from `first` on.

    29 February is kept on the 28th in years that have none.
    """
    days = [first + timedelta(days=offset) for offset in range(width)]
    found = {(day.month, day.day) for day in days}
    if any(
        (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3 for day in days
    ):
        found.add((2, 29))
    return frozenset(found)


def _member_registration_date(values: Values, people: Population, _: Reading) -> Mask:
    moments = (member.created_at for member in people.members)
    return within(moments, values["fromDate"], values["toDate"])


def _member_custom_field_value(values: Values, people: Population, _: Reading) -> Mask:
    return people.having(
        "custom fields",
        lambda member: [(key, tagged(value)) for key, value in member.custom_fields],
        [(values["key"], value) for value in values["values"]],
    )


_published = partial(Kind, published=True)

PROFILE: Mapping[str, Kind] = {
    "anniversary": _published(
        "OLO-167",
        {"anniversaryType": one_of("birthday", "registration"), "days": whole(1)},
        _anniversary,
        timed=True,
    ),
    "customer_has_labels": _published(
        "OLO-171",
        {"labels": some(label_key)},
        _one_of("label keys", lambda member: {key for key, _ in member.labels}),
    ),
    "customer_with_labels_values": _published(
        "OLO-172", {"labels": some(label)}, _one_of("labels", lambda member: member.labels)
    ),
    "customer_in_level": Kind("OLO-188", {"levelId": folded}, _customer_in_level),
    "customer_in_tiers": Kind("OLO-189", {"tierIds": some(folded)}, _one_of("tier", _tier)),
    "gender": Kind("OLO-190", {"gender": one_of("female", "male", "not_disclosed")}, _gender),
    "city": Kind(
        "OLO-191", {"cities": some(folded)}, _one_of("city", lambda each: _known(each.address.city))
    ),
    "province": Kind(
        "OLO-192",
        {"provinces": some(folded)},
        _one_of("province", lambda each: _known(each.address.province)),
    ),
    "country": Kind(
        "OLO-193",
        {"countries": some(folded)},
        _one_of("country", lambda each: _known(each.address.country)),
    ),
    "postal": Kind(
        "OLO-194",
        {"postalCodes": some(folded)},
        _one_of("postal", lambda each: _known(each.address.postal)),
    ),
    "age": Kind("OLO-195", {"min": whole(0), "max": whole(0)}, _age, timed=True),
    "member_registration_date": Kind(
        "OLO-196", {"fromDate": start, "toDate": end}, _member_registration_date
    ),
    "member_custom_field_value": Kind(
        "OLO-197", {"key": text, "values": some(scalar)}, _member_custom_field_value
    ),
    "member_loyalty_card_number": Kind(
        "OLO-198",
        {"loyaltyCardNumbers": some(folded)},
        _one_of("card", lambda each: _known(each.loyalty_card_number)),
    ),
}
