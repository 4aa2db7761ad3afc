"""What a refusal looks like: code and status in words, and what it is about."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.access import WRITES, Asking, judge_each, nothing, something
from conformance.emporix.case import Emporix
from conformance.exchange import MISSING, Reply
from conformance.judging import judges, unmet


def _says(code: int, status: str) -> Any:
    return lambda reply: (
        isinstance(reply.at("/code"), int)
        and reply.at("/code") == code
        and reply.at("/status") == status
    )


def _with_status(replies: list[Reply], status: int) -> list[Reply]:
    """Return the replies of a status: whether it is the right one is judged elsewhere."""
    found = [reply for reply in replies if reply.status == status]
    if not found:
        unmet(f"nothing was answered with {status}, so there was nothing to judge")
    return found


# --- 400 ---


@judges("EMX-021", "EMX-024")
def test_a_400_says_so(emporix: Emporix) -> None:
    """The body of a 400 has code 400 and status "Bad Request"."""
    segment = emporix.segment()
    draft = emporix.draft(id=emporix.fresh_id())
    path = {"segmentId": segment}
    someone = {"customerId": emporix.fresh_id()}
    something_ = {"type": "PRODUCT", "itemId": emporix.fresh_id()}
    send = emporix.send
    replies = [
        emporix.create({name: value for name, value in draft.items() if name != "siteCode"}),
        emporix.create({**draft, "status": "DRAFT"}),
        emporix.put(emporix.fresh_id(), {"siteCode": emporix.option("site_code")}),
        send(op.PATCH, path=path, body=[{"op": "REPLACE", "path": "/status", "value": "ACTIVE"}]),
        send(op.MATCH, body={"segmentIds": [segment]}),
        send(op.SEARCH, by="read", body={"q": {}}),
        send(op.SEARCH_CUSTOMERS, by="read", path=path, body={"q": {}}),
        send(op.SEARCH_ITEMS, by="read", path=path, body={"q": {}}),
        send(op.CREATE_BULK, body={"name": "none"}),
        send(op.ASSIGN_CUSTOMER, path={**path, **someone}, body={"mixins": "none"}),
        send(op.ASSIGN_ITEM, path={**path, **something_}, body={"mixins": "none"}),
    ]
    found = _with_status(replies, 400)
    judge_each(emporix, "EMX-021", found, _says(400, "Bad Request"), "400 and Bad Request")
    for reply in found:
        if reply.at("/details") is not MISSING:
            emporix.observe("EMX-024", f"details is {_form(reply.at('/details'))}", reply)
            return
    emporix.observe("EMX-024", "there are no details", found[0])


def _form(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(value)) or 'nothing'}"
    if isinstance(value, list):
        return f"a list of {_form(value[0])}" if value else "an empty list"
    return "null" if value is None else f"a {type(value).__name__}"


# --- 403 ---


@judges("EMX-006")
def test_a_403_says_so(emporix: Emporix) -> None:
    """The body of a 403 from the service has code 403 and status "Forbidden"."""
    things = something(emporix)
    replies = [
        reply
        for reply in Asking(emporix, things, "read").each((*WRITES, op.MATCH))
        if reply.status == 403
    ]
    # A gateway that looks at scopes before the service does has a form of its own.
    own_words = [reply for reply in replies if reply.at("/fault") is MISSING]
    if not own_words and emporix.has_credential("other_tenant"):
        foreign = Asking(emporix, things, "other_tenant").one(op.READ)
        own_words = [foreign] if foreign.status == 403 and not foreign.at("/fault") else []
    if not own_words:
        unmet("no 403 came from the service itself, so there was nothing to judge")
    judge_each(emporix, "EMX-006", own_words, _says(403, "Forbidden"), "403 and Forbidden")


# --- 404 ---


@judges("EMX-022", "EMX-039")
@pytest.mark.parametrize(
    "operation", [op.READ, op.PATCH, op.READ_CUSTOMER, op.READ_BUYER, op.READ_ITEM]
)
def test_a_404_says_what_is_missing(emporix: Emporix, operation: str) -> None:
    """The body of a 404 has code 404 and status "Not Found", and its message names the id."""
    of_nothing = operation in (op.READ, op.PATCH)
    things = nothing(emporix) if of_nothing else something(emporix)
    by = "manage" if operation == op.PATCH else "read"
    reply = Asking(emporix, things, by).one(operation)
    emporix.need(reply, 404, what="asking for what is not there")
    judging = emporix.judge("EMX-022", reply)
    judging.value("/code", 404).value("/status", "Not Found")
    message = reply.at("/message")
    ids = [value for name, value in things.path().items() if name != "type"]
    judging.that(
        isinstance(message, str) and any(each in message for each in ids),
        f"a message with the id {ids[0]}", message, "the message", "/message",
    )  # fmt: skip
    _judge_resource(emporix, reply, ids)


def _judge_resource(case: Emporix, reply: Reply, ids: list[str]) -> None:
    """Judge that `resourceId`, which may be left out, names one of the ids in question."""
    found = reply.at("/resourceId")
    case.judge("EMX-039", reply).that(
        found is MISSING or found is None or any(each in str(found) for each in ids),
        f"one of {', '.join(ids)}, or nothing", found, "the resource", "/resourceId",
    )  # fmt: skip


@judges("EMX-022", read_only=True)
def test_an_unknown_segment_is_named(emporix: Emporix) -> None:
    """The message about an unknown segment names its id."""
    unknown = emporix.fresh_id()
    reply = emporix.need(emporix.read(unknown), 404, what="asking for what is not there")
    message = reply.at("/message")
    emporix.judge("EMX-022", reply).value("/code", 404).value("/status", "Not Found").that(
        isinstance(message, str) and unknown in message, f"a message with {unknown}", message
    )


# --- 409 ---


@judges("EMX-023", "EMX-039")
def test_a_conflict_of_segments_says_so(emporix: Emporix) -> None:
    """The 409 for an id that is taken, or a stale version, has code 409 and status "Conflict"."""
    segment = emporix.segment()
    taken = emporix.create(emporix.draft(id=segment))
    stale = emporix.put(segment, {**emporix.draft(), "metadata": {"version": 77}})
    replies = [taken, stale]
    for reply in replies:
        emporix.need(reply, 409, what="a contradiction")
    judge_each(emporix, "EMX-023", replies, _says(409, "Conflict"), "409 and Conflict")
    for reply in replies:
        _judge_resource(emporix, reply, [segment])


@judges("EMX-023", "EMX-039")
@pytest.mark.parametrize("operation", [op.ASSIGN_CUSTOMER, op.ASSIGN_BUYER, op.ASSIGN_ITEM])
def test_a_conflict_of_assignments_says_so(emporix: Emporix, operation: str) -> None:
    """The 409 for a stale version of an assignment has code 409 and status "Conflict"."""
    path = {"segmentId": emporix.segment(), **_assignable(emporix, operation)}
    made = emporix.send(operation, path=path, body={}, step="set up")
    emporix.need(made, 201, 204, what="assigning")
    reply = emporix.send(operation, path=path, body={"metadata": {"version": 77}})
    emporix.need(reply, 409, what="a stale version")
    judge_each(emporix, "EMX-023", [reply], _says(409, "Conflict"), "409 and Conflict")
    _judge_resource(emporix, reply, [value for name, value in path.items() if name != "type"])


@judges("EMX-021", "EMX-039")
def test_a_refused_deletion_says_so(emporix: Emporix) -> None:
    """The 400 for a segment that holds an item has code 400, and is about that segment."""
    segment = emporix.segment()
    kind, item = own.any_item(emporix)
    emporix.assign_item(segment, kind, item)
    reply = emporix.send(op.REMOVE, path={"segmentId": segment})
    emporix.need(reply, 400, what="deleting a segment that holds an item")
    emporix.judge("EMX-021", reply).value("/code", 400).value("/status", "Bad Request")
    _judge_resource(emporix, reply, [segment, item])


def _assignable(case: Emporix, operation: str) -> dict[str, str]:
    """Return the path of something known that can be assigned. Raises Unmet."""
    if operation == op.ASSIGN_ITEM:
        kind, item = own.any_item(case)
        return {"type": kind, "itemId": item}
    if operation == op.ASSIGN_CUSTOMER:
        return {"customerId": str(case.known("customers", "id")[0]["id"])}
    buyer = case.known("customers", "id", "legal_entities")[0]
    return {"customerId": str(buyer["id"]), "legalEntityId": str(buyer["legal_entities"][0])}
