"""Members of a segment: how they are listed, filtered and shown."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exchange import Reply, at
from conformance.judging import Unmet, judges
from conformance.openloyalty.case import MOST_ON_PAGE, OpenLoyalty, part, same_id
from conformance.openloyalty.criteria import Selection, criterion, listing, selecting
from conformance.openloyalty.instants import instant

FIELDS = ("customerId", "firstName", "lastName", "email", "phone")


@judges("OLO-105")
def test_the_list_of_members_has_items_and_a_total(openloyalty: OpenLoyalty) -> None:
    """The members of a segment are answered with items and a total, even when there are none."""
    _is_a_list(openloyalty, openloyalty.members(openloyalty.segment()))


@judges("OLO-105", read_only=True)
def test_the_members_of_a_known_segment_can_be_listed(openloyalty: OpenLoyalty) -> None:
    """The members of a segment that is there already can be listed."""
    _is_a_list(openloyalty, openloyalty.members(str(openloyalty.known("segments")[0]["id"])))


@judges("OLO-105")
def test_the_members_of_a_segment_are_listed(openloyalty: OpenLoyalty) -> None:
    """A segment of two members lists these two."""
    known = openloyalty.known("members", "id", at_least=2)[:2]
    ids = [str(each["id"]) for each in known]
    named = criterion("customer_list", customers=ids)
    selection = Selection(openloyalty, "OLO-105", selecting(openloyalty, part(named)))
    if not all(selection.selects(each) for each in known):
        count = openloyalty.read(selection.segment).at("/customersCount")
        reply = openloyalty.members(selection.segment)
        if isinstance(count, int) and count > 0:
            openloyalty.judge("OLO-105", reply).status(200).that(
                bool(reply.entries("/items")), f"members, of whom there are {count}",
                reply.at("/items"), "the list", "/items",
            )  # fmt: skip
        raise Unmet("a segment of the known members does not have them")
    reply = openloyalty.members(selection.segment, {"_itemsOnPage": MOST_ON_PAGE})
    openloyalty.judge("OLO-105", reply).status(200).same_set(
        [each.lower() for each in ids],
        [str(each).lower() for each in reply.each("/customerId", of="/items")],
        "the members",
    )


@judges("OLO-106", "OLO-132")
def test_members_are_filtered_by_each_field(openloyalty: OpenLoyalty) -> None:
    """A value finds the members who have it and no others, by itself and with eq."""
    segment, shown = _listed(openloyalty)
    without = []
    for field in FIELDS:
        rows = _by(shown, field)
        if not rows:
            without.append(field)
            continue
        value = rows[0][field]
        expected = [each["customerId"] for each in rows if each[field] == value]
        for name, requirements in ((field, ("OLO-106", "OLO-132")), (f"{field}[eq]", ("OLO-132",))):
            reply = openloyalty.members(segment, {name: value, "_itemsOnPage": MOST_ON_PAGE})
            openloyalty.judge(requirements, reply).status(200).same_set(
                expected, reply.each("/customerId", of="/items"), f"what {name}={value} finds"
            )
    if without:
        raise Unmet(f"no known member has {' or '.join(without)}, or all of them have the same")


@judges("OLO-133", "OLO-134", "OLO-139")
def test_operators_work_on_members(openloyalty: OpenLoyalty) -> None:
    """Case matters to eq and not to like, and several filters must all hold, with members too."""
    segment, shown = _listed(openloyalty)
    rows = _by(shown, "lastName")
    if not rows or not rows[0]["lastName"].isascii() or len(rows[0]["lastName"]) < 3:
        raise Unmet("no known member has a last name of its own in plain letters")
    name, member = rows[0]["lastName"], rows[0]["customerId"]
    other = next((each["customerId"] for each in rows if each["lastName"] != name), None)
    if other is None:
        raise Unmet("the known members have one last name")

    def found(query: dict[str, Any]) -> tuple[Reply, list[Any]]:
        reply = openloyalty.members(segment, {**query, "_itemsOnPage": MOST_ON_PAGE})
        return reply, reply.each("/customerId", of="/items")

    for field in ("lastName", "firstName"):
        text = str(rows[0].get(field))
        if text.swapcase() != text and text.isascii():
            reply, ids = found({f"{field}[eq]": text.swapcase()})
            openloyalty.judge("OLO-133", reply).status(200).that(
                member not in ids, "nothing, for the case differs", ids, f"what {field}[eq] finds"
            )
    part = name[1:].swapcase()
    expected = [
        each.get("customerId") for each in shown
        if isinstance(each.get("lastName"), str) and part.lower() in each["lastName"].lower()
    ]  # fmt: skip
    reply, ids = found({"lastName[like]": part})
    openloyalty.judge("OLO-134", reply).status(200).same_set(
        expected, ids, f"what lastName[like]={part} finds"
    )
    reply, ids = found({"lastName": name, "customerId": other})
    openloyalty.judge("OLO-139", reply).status(200).same(
        [], ids, "what the name of one and the id of another find"
    )


@judges("OLO-135")
def test_has_value_works_on_members(openloyalty: OpenLoyalty) -> None:
    """Members with a phone number are found by hasValue, those without by notHasValue."""
    segment, shown = _listed(openloyalty)
    if any(each.get("phone") == "" for each in shown):
        raise Unmet("a known member has a phone number that is empty")
    for operator, wanted in (("hasValue", True), ("notHasValue", False)):
        reply = openloyalty.members(
            segment, {f"phone[{operator}]": "true", "_itemsOnPage": MOST_ON_PAGE}
        )
        openloyalty.judge("OLO-135", reply).status(200).same_set(
            [each.get("customerId") for each in shown if ("phone" in each) is wanted],
            reply.each("/customerId", of="/items"), f"what phone[{operator}] finds",
        )  # fmt: skip


@judges("OLO-107")
@pytest.mark.parametrize(
    ("fact", "field"),
    [
        ("email", "email"),
        ("phone", "phone"),
        ("gender", "gender"),
        ("birth_date", "birthDate"),
        ("first_name", "firstName"),
        ("last_name", "lastName"),
    ],
)
def test_a_member_shows_what_is_known(openloyalty: OpenLoyalty, fact: str, field: str) -> None:
    """A member shows who they are, since when, and what is known of them."""
    known = openloyalty.known("members", "id", fact)[0]
    listed = part(criterion("customer_list", customers=[str(known["id"])]))
    segment = selecting(openloyalty, listed)
    reply = openloyalty.settle(
        lambda: openloyalty.members(segment), lambda found: bool(found.entries("/items"))
    )
    openloyalty.need(reply, 200, what="listing the members of a segment")
    if not reply.entries("/items"):
        raise Unmet("a segment of a known member does not show the member, so nothing was seen")
    for entry in reply.entries("/items"):
        openloyalty.judge("OLO-107", reply).that(
            isinstance(at(entry, "/customerId"), str), "the member's customerId", entry,
            "the list", "/items",
        )  # fmt: skip
    row = next(
        (
            each
            for each in reply.entries("/items")
            if isinstance(each, dict) and same_id(each.get("customerId"), known["id"])
        ),
        None,
    )
    if row is None:
        raise Unmet("a segment of a known member shows another member")
    told = openloyalty.judge("OLO-107", reply).status(200)
    for name in ("customerId", "createdAt", "firstName", "lastName"):
        told.that(isinstance(row.get(name), str), f"the member's {name}", row, "the list", "/items")
    shown, expected = row.get(field), str(known[fact])
    # Addresses are written in any case, dates with a time and its zone, numbers with gaps.
    matches = (
        isinstance(shown, str)
        and {
            "email": shown.lower() == expected.lower(),
            "gender": shown == expected,
            "first_name": shown == expected,
            "last_name": shown == expected,
            "phone": _digits(shown).endswith(_digits(expected)[-6:]),
            "birth_date": _is_day(shown, expected),
        }[fact]
    )
    told.that(matches, f"{field}: {expected}", row, "the list", "/items")


def _listed(case: OpenLoyalty) -> tuple[str, list[dict[str, str]]]:
    """Return a segment of all known members, and these as it lists them. Raises Unmet."""
    segment = listing(case, case.known("members", "id", at_least=2)[:MOST_ON_PAGE])
    reply = case.members(segment, {"_itemsOnPage": MOST_ON_PAGE})
    case.need(reply, 200, what="listing the members of a segment")
    rows = [each for each in reply.entries("/items") if isinstance(each, dict)]
    return segment, [{name: each[name] for name in each if each[name] is not None} for each in rows]


def _by(rows: list[dict[str, str]], field: str) -> list[dict[str, str]]:
    """Return the members who show a field, which must tell at least two of all apart."""
    found = [each for each in rows if isinstance(each.get(field), str) and "customerId" in each]
    values = {each[field] for each in found}
    return found if len(values) > 1 or len(found) < len(rows) else []


def _is_a_list(case: OpenLoyalty, reply: Reply) -> None:
    case.judge("OLO-105", reply).status(200).that(
        isinstance(reply.at("/items"), list), "a list", reply.at("/items"), "the body", "/items"
    ).that(
        isinstance(reply.at("/total"), dict), "an object", reply.at("/total"), "the body", "/total"
    )


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdecimal())


def _is_day(shown: str, day: str) -> bool:
    """Return whether a date-time is where a day begins, in whichever time zone, or its noon."""
    told, begin = instant(shown), instant(f"{day}T00:00:00Z")
    return told is not None and begin is not None and abs(told - begin) <= 15 * 3600
