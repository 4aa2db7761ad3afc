"""Replies that hold the properties asked for and no others."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import kind_of, scene
from conformance.exchange import MISSING, at
from conformance.judging import judges

NAMED = {
    "segments": ("siteCode", ("name", "status", "metadata")),
    "customers": ("customer", ("assignmentType", "metadata")),
    "items": ("item", ("type", "metadata")),
}
"""Kind of record -> a property that it always has, and others that it has too."""


@judges("EMX-230")
@pytest.mark.parametrize("operation", op.LISTS)
def test_a_list_shows_the_fields_asked_for(emporix: Emporix, operation: str) -> None:
    """A list with fields holds of every record the named property, as it is, and no other."""
    kind = kind_of(operation)
    made = scene(emporix, kind, {}, {})
    whole = made.ready(operation)
    named, others = NAMED[kind]
    reply = made.look(operation, fields=named)
    wanted = [at(each, f"/{named}") for each in whole.entries()]
    emporix.judge("EMX-230", reply).status(200).same_set(
        wanted, reply.each(f"/{named}"), f"{named} of the records"
    )
    for each in reply.entries():
        _only(emporix, each, others)
    other = others[-1]
    reply = made.look(operation, fields=other)
    for each in reply.entries():
        _only(emporix, each, (named, *others[:-1]))
        emporix.judge("EMX-230", reply).that(
            at(each, f"/{other}") is not MISSING, f"{other} in every record", each
        )


@judges("EMX-230")
@pytest.mark.parametrize("operation", [op.READ, op.READ_CUSTOMER, op.READ_BUYER, op.READ_ITEM])
def test_a_record_shows_the_fields_asked_for(emporix: Emporix, operation: str) -> None:
    """A record that is read with fields has the named property and no other."""
    kind, path = _one(emporix, operation)
    named, others = NAMED[kind]
    whole = emporix.settle(
        lambda: emporix.send(operation, by="read", path=path), lambda reply: reply.status == 200
    )
    emporix.need(whole, 200, what="reading what was made")
    reply = emporix.send(operation, by="read", path=path, query={"fields": named})
    emporix.judge("EMX-230", reply).status(200).value(f"/{named}", whole.at(f"/{named}"))
    _only(emporix, reply.json, others)
    reply = emporix.send(operation, by="read", path=path, query={"fields": "metadata"})
    emporix.judge("EMX-230", reply).status(200).value("/metadata", whole.at("/metadata"))
    _only(emporix, reply.json, (named, *others[:-1]))


@judges("EMX-230", read_only=True)
def test_a_known_segment_shows_the_fields_asked_for(emporix: Emporix) -> None:
    """A segment that is read with fields=status has its status, and neither name nor site."""
    known = str(emporix.known("segments", "id")[0]["id"])
    reply = emporix.read(known, query={"fields": "status"})
    emporix.judge("EMX-230", reply).status(200).present("/status").absent("/name", "/siteCode")


def _one(case: Emporix, operation: str) -> tuple[str, dict[str, str]]:
    """Make one record and return its kind and path. Raises Unmet."""
    if operation == op.READ:
        return "segments", {"segmentId": case.segment(status="ACTIVE")}
    if operation == op.READ_ITEM:
        made = scene(case, "items", {})
        return "items", {"segmentId": made.segment, "type": made.types[0], "itemId": made.ids[0]}
    if operation == op.READ_CUSTOMER:
        made = scene(case, "customers", {})
        return "customers", {"segmentId": made.segment, "customerId": made.ids[0]}
    buyer = case.known("customers", "id", "legal_entities")[0]
    path = {"segmentId": case.segment(), "customerId": str(buyer["id"])}
    entity = str(buyer["legal_entities"][0])
    case.assign_customer(path["segmentId"], path["customerId"], entity)
    return "customers", {**path, "legalEntityId": entity}


def _only(case: Emporix, record: Any, others: tuple[str, ...]) -> None:
    found = [name for name in others if at(record, f"/{name}") is not MISSING]
    case.judge("EMX-230").that(
        not found, f"a record without {', '.join(others)}", record, "the record"
    )
