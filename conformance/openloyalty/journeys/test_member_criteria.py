"""Criteria about who a member is, and how several criteria are combined.

Judged by known members: the fields are documented for an older edition, so a target that
refuses them is not judged.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conformance.judging import Unmet, judges
from conformance.openloyalty.bought import days_since
from conformance.openloyalty.case import OpenLoyalty, part
from conformance.openloyalty.criteria import (
    Member,
    Selection,
    criterion,
    crossed,
    having_one,
    pair,
    refuses,
    selecting,
)

NO_LISTS: tuple[Any, ...] = ("a text", [])
"""What a field that takes a list of at least one entry does not take."""


@judges("OLO-173")
@pytest.mark.parametrize("identifier", ["id", "email", "phone", "card"])
def test_customer_list_names_members(openloyalty: OpenLoyalty, identifier: str) -> None:
    """customer_list selects who is named by id, e-mail address, phone or card number."""
    one, other = _two(openloyalty, identifier)
    listed = criterion("customer_list", customers=[str(one[identifier])])
    segment = selecting(openloyalty, part(listed))
    selection = Selection(openloyalty, "OLO-173", segment)
    selection.has(one, f"is named by {identifier}").lacks(other, "is not named")


@judges("OLO-173", "OLO-151")
def test_customer_list_names_several_members(openloyalty: OpenLoyalty) -> None:
    """customer_list selects everybody who is named, each in a way of their own."""
    one, other = _two(openloyalty, "email")
    kind = "customer_list"
    listed = criterion(kind, customers=[str(one["id"]), str(other["email"])])
    segment = selecting(openloyalty, part(listed))
    selection = Selection(openloyalty, "OLO-173", segment)
    selection.has(one, "is named by id").has(other, "is named by email")
    for bad in (*NO_LISTS, [str(one["id"]), ["a list"]]):
        refuses(openloyalty, "OLO-151", "customers", criterion(kind, customers=bad))


@judges("OLO-171", "OLO-151")
def test_customer_has_labels(openloyalty: OpenLoyalty) -> None:
    """customer_has_labels selects who has a label with one of the keys, whatever its value."""
    known = openloyalty.known("members", "id", "labels", at_least=2)
    kind = "customer_has_labels"
    found = pair(known, _keys)
    if found is None:
        raise Unmet("the known members have labels with the same keys")
    one, mine, other, theirs = found
    segment = selecting(openloyalty, part(criterion(kind, labels=[{"key": mine}])))
    selection = Selection(openloyalty, "OLO-171", segment)
    holders = [each for each in known if mine in (label["key"] for label in each["labels"])]
    for each in holders:
        selection.has(each, f"has a label {mine}")
    selection.lacks(other, f"has no label {mine}")
    if theirs is not None:
        keys = [{"key": mine}, {"key": theirs}]
        segment = selecting(openloyalty, part(criterion(kind, labels=keys)))
        selection = Selection(openloyalty, "OLO-171", segment)
        selection.has(one, f"has a label {mine}").has(other, f"has a label {theirs}")
    if (having := having_one(known, _keys)) is not None:
        one, had, lacked = having
        keys = [{"key": lacked}, {"key": had}]
        segment = selecting(openloyalty, part(criterion(kind, labels=keys)))
        Selection(openloyalty, "OLO-171", segment).has(one, f"has {had}, though not {lacked}")
    for bad in NO_LISTS:
        refuses(openloyalty, "OLO-151", "labels", criterion(kind, labels=bad))


@judges("OLO-172", "OLO-151")
def test_customer_with_labels_values(openloyalty: OpenLoyalty) -> None:
    """customer_with_labels_values selects who has one of the labels, key and value."""
    known = openloyalty.known("members", "id", "labels", at_least=2)
    kind = "customer_with_labels_values"
    found = pair(known, lambda each: each["labels"])
    if found is None:
        raise Unmet("the known members have the same labels")
    one, mine, other, theirs = found
    segment = selecting(openloyalty, part(criterion(kind, labels=[mine])))
    selection = Selection(openloyalty, "OLO-172", segment)
    selection.has(one, f"has {mine}").lacks(other, f"has no {mine}")
    if theirs is not None:
        segment = selecting(openloyalty, part(criterion(kind, labels=[mine, theirs])))
        selection = Selection(openloyalty, "OLO-172", segment)
        selection.has(one, f"has {mine}").has(other, f"has {theirs}")
    if (cross := crossed(known, lambda each: each["labels"])) is not None:
        one, never, other, theirs = cross
        segment = selecting(openloyalty, part(criterion(kind, labels=[never, theirs])))
        selection = Selection(openloyalty, "OLO-172", segment)
        selection.has(other, f"has {theirs}").lacks(one, f"has no {never}")
    for bad in (*NO_LISTS, [{"value": "without a key"}], [mine, "a text"]):
        refuses(openloyalty, "OLO-151", "labels", criterion(kind, labels=bad))


@judges("OLO-152")
def test_how_criteria_combine_is_seen(openloyalty: OpenLoyalty) -> None:
    """Criteria of a part, and parts of a segment, are combined by AND or by OR."""
    one, other = _two(openloyalty, "id")
    named = [criterion("customer_list", customers=[str(each["id"])]) for each in (one, other)]
    shown = []
    for parts in ([part(*named)], [part(named[0]), part(named[1])]):
        selection = Selection(openloyalty, "OLO-152", selecting(openloyalty, *parts))
        either = selection.selects(one) and selection.selects(other)
        shown.append("OR" if either else "AND")
    openloyalty.observe("OLO-152", f"{shown[0]} within a part, {shown[1]} between parts")


@judges("OLO-167")
def test_the_reading_of_anniversary_is_seen(openloyalty: OpenLoyalty) -> None:
    """The criterion anniversary counts the days until the birthday, or the days of the window."""
    for each in openloyalty.known("members", "id", "birth_date"):
        days = _until(openloyalty, str(each["birth_date"]))
        if days:
            break
    else:
        raise Unmet("every known member has the birthday today")
    own = {"anniversaryType": "birthday", "days": days}
    segment = selecting(openloyalty, part(criterion("anniversary", **own)))
    counted = Selection(openloyalty, "OLO-167", segment).selects(each)
    openloyalty.observe(
        "OLO-167",
        "from today until today plus days" if counted else "a window of so many days, today first",
    )


def _keys(member: Member) -> list[str]:
    return [str(each["key"]) for each in member["labels"]]


def _two(case: OpenLoyalty, field: str) -> tuple[Member, Member]:
    """Return a known member who has a field, and another one. Raises Unmet."""
    known = case.known("members", "id", at_least=2)
    one = case.known("members", "id", field)[0]
    others = [each for each in known if each["id"] != one["id"]]
    other = next((each for each in others if field in each), others[0] if others else None)
    if other is None:
        raise case.lacking("another member to openloyalty.known.members")
    return one, other


def _until(case: OpenLoyalty, birth: str) -> int:
    """Return how many days it is until the next birthday; 0 today, and around a leap day."""
    born = date.fromisoformat(birth)
    if (born.month, born.day) == (2, 29):
        return 0
    year = date.fromordinal(date(1970, 1, 1).toordinal() + int(case.now() // 86400)).year
    turns = (-days_since(case, born.replace(year=each).isoformat()) for each in (year, year + 1))
    return next(each for each in turns if each >= 0)
