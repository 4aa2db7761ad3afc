"""Customers of segments: assigned with and without a legal entity, read, listed, taken out."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix.assignments import (
    BUYER,
    CUSTOMER,
    KINDS,
    Place,
    bulk,
    bulk_entry,
    buyer,
    place,
)
from conformance.emporix.case import Emporix
from conformance.emporix.lists import MIXIN, mixins
from conformance.exchange import at
from conformance.judging import Unmet, judges

PEOPLE = (CUSTOMER, BUYER)


@judges("EMX-270", "EMX-275", smoke=True)
def test_a_customer_comes_and_goes(emporix: Emporix) -> None:
    """A customer that was assigned is in the segment until it is taken out."""
    _comes_and_goes(place(emporix, CUSTOMER))


@judges("EMX-270", "EMX-275")
@pytest.mark.parametrize("kind", KINDS[1:])
def test_what_is_assigned_comes_and_goes(emporix: Emporix, kind: str) -> None:
    """What was assigned is in the segment until it is taken out."""
    _comes_and_goes(place(emporix, kind))


def _comes_and_goes(there: Place) -> None:
    judge = there.case.judge
    judge("EMX-270", there.write()).status(201).bodiless()
    judge("EMX-270", there.read_until(200)).status(200)
    judge("EMX-275", there.remove()).status(204)
    judge("EMX-275", there.read_until(404)).status(404)


@judges("EMX-275")
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_out_is_not_listed(emporix: Emporix, kind: str) -> None:
    """What was taken out of a segment is in no list of it; what was not still is."""
    there = place(emporix, kind)
    other = place(emporix, BUYER if kind != BUYER else CUSTOMER, there.segment)
    there.make()
    other.make()
    emporix.judge("EMX-275", there.remove()).status(204)
    for search in (False, True):
        gone = there.listed(search=search, present=False)
        emporix.need(gone, 200, what="listing what is assigned")
        emporix.judge("EMX-275", gone).same([], there.entries(gone), "what was taken out")
    emporix.judge("EMX-275", other.read()).status(200)


@judges("EMX-271", "EMX-273")
@pytest.mark.parametrize("kind", KINDS)
def test_versions_of_an_assignment_grow(emporix: Emporix, kind: str) -> None:
    """An assignment begins with version 1, and every update, without a body, adds one."""
    there = place(emporix, kind)
    there.make()
    for version in (1, 2):
        read = _until_version(there, version)
        emporix.judge("EMX-273", read).status(200).value("/metadata/version", version)
        emporix.judge("EMX-271", there.write(version=version)).status(204).bodiless()
    read = _until_version(there, 3)
    emporix.judge("EMX-273", read).value("/metadata/version", 3)
    listed = there.listed()
    emporix.judge("EMX-271", listed).that(
        len(there.entries(listed)) <= 1,
        "one entry for what was assigned once and then updated",
        f"{len(there.entries(listed))} entries",
        "the list",
    )


@judges("EMX-272")
@pytest.mark.parametrize("kind", KINDS)
def test_an_assignment_is_locked_by_its_version(emporix: Emporix, kind: str) -> None:
    """An update with another version than the stored one, lower or higher, is answered with 409."""
    there = place(emporix, kind)
    there.make()
    first = there.version()
    emporix.need(there.write(version=first, step="set up"), 204, what="updating an assignment")
    emporix.settle(there.read, lambda reply: reply.at("/metadata/version") != first)
    stored = there.version()
    for version in (first, stored + 1):
        if version != stored:
            emporix.judge("EMX-272", there.write(version=version)).status(409)


@judges("EMX-276")
@pytest.mark.parametrize("kind", PEOPLE)
def test_an_assignment_names_its_customer(emporix: Emporix, kind: str) -> None:
    """An assignment, read or listed, names the customer by id, first and last name and e-mail."""
    there = place(emporix, kind)
    there.make()
    for entry in _everywhere(there):
        for name in ("id", "firstName", "lastName", "email"):
            told = at(entry, f"/customer/{name}")
            emporix.judge("EMX-276").that(
                isinstance(told, str) and bool(told), f"customer.{name}", entry, "the assignment"
            )
        emporix.judge("EMX-276").same(there.path["customerId"], at(entry, "/customer/id"))
        known = {each["id"]: each for each in emporix.known("customers", "id")}
        email = known[there.path["customerId"]].get("email")
        if email:
            emporix.judge("EMX-276").same(
                str(email).lower(), str(at(entry, "/customer/email")).lower(), "the e-mail"
            )


@judges("EMX-277")
def test_an_assignment_names_its_legal_entity(emporix: Emporix) -> None:
    """An assignment for a legal entity, read or listed, names it by id and name."""
    there = place(emporix, BUYER)
    there.make()
    for entry in _everywhere(there):
        emporix.judge("EMX-277").same(
            there.path["legalEntityId"], at(entry, "/legalEntity/id"), "legalEntity.id"
        )
        told = at(entry, "/legalEntity/name")
        emporix.judge("EMX-277").that(
            isinstance(told, str) and bool(told), "legalEntity.name", entry, "the assignment"
        )


@judges("EMX-278")
def test_without_a_legal_entity_is_another_assignment(emporix: Emporix) -> None:
    """The path without a legal entity neither shows, changes nor removes one that has it."""
    there = place(emporix, BUYER)
    there.make()
    bare = {name: value for name, value in there.path.items() if name != "legalEntityId"}
    without = Place(emporix, CUSTOMER, bare)
    emporix.judge("EMX-278", without.read()).status(404)
    # Whether deleting what is not there is refused is not documented; that it spares others is.
    without.remove()
    emporix.judge("EMX-278", there.read()).status(200)
    version = there.version()
    written = without.write()
    if written.status >= 400:
        return  # whether a customer of a legal entity may be assigned without it is not documented
    emporix.judge("EMX-278", written).status(200, 201)
    emporix.judge("EMX-278", there.read()).status(200).value("/metadata/version", version)
    emporix.judge("EMX-278", without.read_until(200)).status(200).absent("/legalEntity/id")
    emporix.need(without.remove(), 200, 204, what="taking the customer out again")
    emporix.judge("EMX-278", there.read()).status(200)


@judges("EMX-279")
def test_a_customer_is_assigned_for_each_legal_entity(emporix: Emporix) -> None:
    """One customer may be in a segment for several legal entities, once for each."""
    customer, entities = buyer(emporix, 2)
    segment = emporix.segment()
    path = {"segmentId": segment, "customerId": customer}
    first, second = (
        Place(emporix, BUYER, {**path, "legalEntityId": each}) for each in entities[:2]
    )
    emporix.judge("EMX-279", first.write()).status(200, 201)
    emporix.judge("EMX-279", second.write()).status(200, 201)
    emporix.judge("EMX-279", first.read_until(200)).status(200)
    again = first.write(version=first.version())
    emporix.need(again, 200, 201, 204, what="updating an assignment")
    for each in (first, second):
        emporix.judge("EMX-279", each.read_until(200)).status(200).value(
            "/legalEntity/id", each.path["legalEntityId"]
        )
        for search in (False, True):
            listed = each.listed(search=search)
            entries = each.entries(listed)
            emporix.judge("EMX-279", listed).same(1, len(entries), "entries in the list")
    emporix.need(second.remove(), 200, 204, what="taking the customer out for one legal entity")
    emporix.judge("EMX-279", first.read()).status(200)


@judges("EMX-280")
def test_bulk_without_a_legal_entity_assigns_the_customer_alone(emporix: Emporix) -> None:
    """A bulk entry without legalEntityId assigns the customer for none."""
    there = place(emporix, CUSTOMER)
    reply = bulk(emporix, op.ASSIGN_CUSTOMERS_BULK, there, [bulk_entry(there)])
    emporix.judge("EMX-280", reply).status(207).that(
        reply.at("/0/code") in (200, 201, 204), "an entry that succeeded", reply.json, "the entry"
    )
    read = there.read_until(200)
    emporix.judge("EMX-280", read).status(200).absent("/legalEntity/id")


@judges("EMX-282")
def test_bulk_takes_out_whom_it_names(emporix: Emporix) -> None:
    """A bulk DELETE takes a customer out for the legal entity it names, and for no other."""
    there = place(emporix, BUYER)
    bare = {name: value for name, value in there.path.items() if name != "legalEntityId"}
    _, entities = buyer(emporix)
    others = [Place(emporix, CUSTOMER, bare)]
    others += [Place(emporix, BUYER, {**bare, "legalEntityId": each}) for each in entities[1:2]]
    there.make()
    kept = [each for each in others if each.write(step="set up").status == 201]
    reply = bulk(emporix, op.REMOVE_CUSTOMERS_BULK, there, [bulk_entry(there)])
    emporix.judge("EMX-282", reply).status(207)
    emporix.judge("EMX-282", there.read_until(404)).status(404)
    for each in kept:
        emporix.judge("EMX-282", each.read()).status(200)


@judges("EMX-290")
def test_bulk_takes_customers_out(emporix: Emporix) -> None:
    """Customers that a bulk DELETE says to have taken out are gone, every one of them."""
    customer, entities = buyer(emporix, 2)
    path = {"segmentId": emporix.segment(), "customerId": customer}
    named = [Place(emporix, BUYER, {**path, "legalEntityId": each}) for each in entities[:2]]
    for each in named:
        each.make()
    body = [bulk_entry(each) for each in named]
    reply = bulk(emporix, op.REMOVE_CUSTOMERS_BULK, named[0], body)
    emporix.judge("EMX-290", reply).status(207).same(
        [[204, "OK"], [204, "OK"]],
        [[at(each, "/code"), at(each, "/status")] for each in reply.entries()],
        "code and status of the entries",
    )
    for each in named:
        emporix.judge("EMX-290", each.read_until(404)).status(404)


@judges("EMX-289")
@pytest.mark.parametrize("kind", PEOPLE)
def test_bulk_assigns_and_updates_customers(emporix: Emporix, kind: str) -> None:
    """A bulk PUT assigns customers that are not in the segment and updates those that are."""
    old = place(emporix, kind)
    new = place(emporix, CUSTOMER if kind == BUYER else BUYER, old.segment)
    old.make()
    version = old.version()
    body = [{**bulk_entry(old), "metadata": {"version": version}}, bulk_entry(new)]
    reply = bulk(emporix, op.ASSIGN_CUSTOMERS_BULK, old, body)
    emporix.judge("EMX-289", reply).status(207).same(
        [[204, "OK"], [201, "Created"]],
        [[at(each, "/code"), at(each, "/status")] for each in reply.entries()],
        "code and status of the entries",
    )
    updated = emporix.settle(old.read, lambda found: found.at("/metadata/version") != version)
    emporix.judge("EMX-289", updated).status(200).that(
        updated.at("/metadata/version") != version, "another version", version, "the version"
    )
    emporix.judge("EMX-289", new.read_until(200)).status(200)


@judges("EMX-288")
@pytest.mark.parametrize("kind", PEOPLE)
def test_mixins_of_a_customer_come_back(emporix: Emporix, kind: str) -> None:
    """Mixins of an assignment and the links to their schemas come back, the latest ones."""
    there = place(emporix, kind)
    first = mixins(emporix, word="one", flag=True, count=3, inner={"words": ["a", "b"]})
    there.make(first)
    _judge_mixins(there, "EMX-288", first)
    second = mixins(emporix, word="two")
    emporix.need(
        there.write(second, version=there.version()), 200, 201, 204, what="updating an assignment"
    )
    _judge_mixins(there, "EMX-288", second)


@judges("EMX-288")
@pytest.mark.parametrize("kind", PEOPLE)
def test_mixins_of_customers_come_back_from_bulk(emporix: Emporix, kind: str) -> None:
    """Mixins that a bulk PUT wrote come back, the latest ones, with the links to their schemas."""
    there = place(emporix, kind)
    written = mixins(emporix, word="bulk", inner={"count": 1.5})
    body = [{**bulk_entry(there), **written}]
    reply = bulk(emporix, op.ASSIGN_CUSTOMERS_BULK, there, body)
    emporix.need(reply, 207, what="assigning in bulk")
    _judge_mixins(there, "EMX-288", written)
    latest = mixins(emporix, word="latest")
    entry = {**bulk_entry(there), **latest}
    entry["metadata"] = {**latest["metadata"], "version": there.version()}
    again = bulk(emporix, op.ASSIGN_CUSTOMERS_BULK, there, [entry])
    emporix.need(again, 207, what="updating in bulk")
    if again.at("/0/code") not in (200, 201, 204):
        raise Unmet("a bulk PUT did not update the customer, so there was nothing to judge")
    _judge_mixins(there, "EMX-288", latest)


def _judge_mixins(there: Place, requirement: str, written: dict[str, Any]) -> None:
    wanted = (written["mixins"], written["metadata"]["mixins"])

    def found(entry: Any) -> tuple[Any, Any]:
        return at(entry, "/mixins"), at(entry, "/metadata/mixins")

    reply = there.case.settle(there.read, lambda each: found(each.json) == wanted)
    there.case.need(reply, 200, what="reading an assignment")
    judging = there.case.judge(requirement, reply)
    judging.value(f"/mixins/{MIXIN}", wanted[0][MIXIN])
    judging.value("/metadata/mixins", wanted[1])
    listed = there.case.settle(
        there.listed, lambda each: [found(one) for one in there.entries(each)] == [wanted]
    )
    there.must_be_in(listed)
    judging = there.case.judge(requirement, listed)
    judging.same([list(wanted)], [list(found(each)) for each in there.entries(listed)], "the list")


def _until_version(there: Place, version: int) -> Any:
    return there.case.settle(there.read, lambda reply: reply.at("/metadata/version") == version)


def _everywhere(there: Place) -> list[Any]:
    """Return the assignment as it is read, listed and found. Raises Unmet."""
    read = there.read_until(200)
    there.case.need(read, 200, what="reading an assignment")
    found = [read.json]
    for search in (False, True):
        listed = there.listed(search=search)
        there.case.need(listed, 200, what="listing what is assigned")
        # A list that names nobody cannot be searched for a customer: then the first entry counts.
        found += there.entries(listed)[:1] or listed.entries()[:1]
    return found
