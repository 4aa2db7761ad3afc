"""Who may not: callers without a token, with a bad one, without the scope, of another tenant."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.access import (
    LOOK_UPS,
    OPEN_READS,
    WRITES,
    Asking,
    all_operations,
    judge_each,
    nothing,
    something,
)
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges

INVALID_TOKEN = (
    "oauth.v2.InvalidAccessToken",
    # What the sister services say of the same.
    "keymanagement.service.invalid_access_token",
)


def _is_fault(reply: Reply) -> bool:
    """Return whether a body has the form that the gateway gives to a 401."""
    told: tuple[Any, ...] = (reply.at("/fault/faultstring"), reply.at("/fault/detail/errorcode"))
    return all(isinstance(each, str) and each for each in told)


def _has_status(status: int) -> Any:
    return lambda reply: reply.status == status


# --- no token, or a bad one ---


@judges("EMX-001", "EMX-003", smoke=True, read_only=True)
def test_nobody_reads_segments(emporix: Emporix) -> None:
    """Segments are not shown to a caller without an access token."""
    reply = emporix.send(op.LIST, by="", query={"pageSize": 1})
    emporix.judge("EMX-001", reply).status(401)
    emporix.judge("EMX-003", reply).that(
        _is_fault(reply), "{fault: {faultstring, detail: {errorcode}}}", reply.text[:300]
    )


@judges("EMX-001", "EMX-003")
def test_every_operation_needs_a_token(emporix: Emporix) -> None:
    """Every operation answers 401 to a caller without an access token."""
    replies = Asking(emporix, nothing(emporix), "").each(all_operations(emporix))
    judge_each(emporix, "EMX-001", replies, _has_status(401), "401")
    judge_each(emporix, "EMX-003", replies, _is_fault, "a body {fault: {faultstring, detail}}")


@judges("EMX-002", "EMX-003")
def test_no_operation_takes_a_made_up_token(emporix: Emporix) -> None:
    """Every operation answers 401 to an access token that was never issued."""
    made_up = {"Authorization": f"Bearer {emporix.fresh(28)}"}
    asking = Asking(emporix, nothing(emporix), "", made_up)
    replies = asking.each(all_operations(emporix))
    judge_each(emporix, "EMX-002", replies, _has_status(401), "401")
    judge_each(emporix, "EMX-003", replies, _is_fault, "a body {fault: {faultstring, detail}}")
    judge_each(emporix, "EMX-002", replies, _says_invalid, f"the error code {INVALID_TOKEN[0]}")


def _says_invalid(reply: Reply) -> bool:
    return reply.at("/fault/detail/errorcode") in INVALID_TOKEN


@judges("EMX-002", read_only=True)
def test_a_token_is_taken_as_a_whole(emporix: Emporix) -> None:
    """Half of an issued token, twice the same, or what is no token is answered with 401."""
    emporix.need(emporix.send(op.LIST, by="read", query={"pageSize": 1}), 200, what="reading")
    header = dict(emporix.session.credential("read").headers).get("Authorization", "")
    issued = header.removeprefix("Bearer ")
    replies = [
        emporix.send(
            op.LIST, by="", query={"pageSize": 1}, headers={"Authorization": f"Bearer {bad}"}
        )
        for bad in (issued[: len(issued) // 2], issued * 2, "%%%", "null")
    ]
    judge_each(emporix, "EMX-002", replies, _has_status(401), "401")


# --- without the scope ---


@judges("EMX-005", "EMX-008")
@pytest.mark.parametrize("by", ["read", "customer"])
def test_only_managers_write(emporix: Emporix, by: str) -> None:
    """Whoever may only read segments, all of them or its own, is refused every write with 403."""
    things = something(emporix)
    replies = Asking(emporix, things, by).each(WRITES)
    judge_each(emporix, ("EMX-008", "EMX-005"), replies, _has_status(403), "403")


@judges("EMX-005", "EMX-012", "EMX-013")
def test_reading_needs_a_scope(emporix: Emporix) -> None:
    """A valid token without any scope for segments is refused every read with 403."""
    asking = Asking(emporix, something(emporix), "no_scope")
    for requirements, operations in (
        (("EMX-005",), OPEN_READS),
        (("EMX-012", "EMX-005"), LOOK_UPS),
        (("EMX-013", "EMX-005"), (op.TREES,)),
    ):
        judge_each(emporix, requirements, asking.each(operations), _has_status(403), "403")


@judges("EMX-008")
def test_managing_is_enough_to_write(emporix: Emporix) -> None:
    """A token that holds customersegment.segment_manage alone makes and removes segments."""
    things = something(emporix)
    asking = Asking(emporix, things, "write_only")
    operations = (op.CREATE, op.PATCH, op.CREATE_BULK, op.REMOVE_BULK, op.UPDATE, op.REMOVE)
    replies = asking.each(operations)
    judge_each(
        emporix, "EMX-008", replies, lambda reply: reply.status in (200, 201, 204, 207), "success"
    )


@judges("EMX-009", "EMX-005")
def test_only_managers_match(emporix: Emporix) -> None:
    """Matching needs customersegment.segment_manage: neither readers nor customers may."""
    things = something(emporix)
    refused = [Asking(emporix, things, by).one(op.MATCH) for by in _readers(emporix)]
    judge_each(emporix, ("EMX-009", "EMX-005"), refused, _has_status(403), "403")
    allowed = Asking(emporix, things, "manage").one(op.MATCH)
    emporix.judge("EMX-009", allowed).status(200)


@judges("EMX-012")
def test_customers_do_not_look_customers_up(emporix: Emporix) -> None:
    """A customer may neither search the members of its segment nor read a single one."""
    me = emporix.me()
    things = something(emporix, segment=own.active(emporix, me), customer=me)
    replies = Asking(emporix, things, "customer").each(LOOK_UPS)
    judge_each(emporix, "EMX-012", replies, _has_status(403), "403")


@judges("EMX-012", "EMX-038")
@pytest.mark.parametrize("with_legal_entity", [False, True])
def test_readers_look_customers_up(emporix: Emporix, with_legal_entity: bool) -> None:
    """A token with customersegment.segment_read searches the members of a segment and reads one."""
    if with_legal_entity:
        known = emporix.known("customers", "id", "legal_entities")[0]
        entity, operation = str(known["legal_entities"][0]), op.READ_BUYER
    else:
        known = emporix.known("customers", "id")[0]
        entity, operation = "", op.READ_CUSTOMER
    customer, segment = str(known["id"]), emporix.segment()
    emporix.assign_customer(segment, customer, entity)
    path = {"segmentId": segment, "customerId": customer, "legalEntityId": entity}
    replies = [
        emporix.settle(
            lambda: emporix.send(operation, by="read", path=path), lambda reply: reply.status == 200
        ),
        emporix.send(
            op.SEARCH_CUSTOMERS, by="read", path=path, body={"q": f"customer.id:{customer}"}
        ),
    ]
    judge_each(emporix, ("EMX-012", "EMX-038"), replies, _is_json, "200 with application/json")


@judges("EMX-013", "EMX-005", read_only=True)
def test_trees_are_for_customers(emporix: Emporix) -> None:
    """A token with customersegment.segment_read alone does not get the category tree: 403."""
    reply = emporix.send(op.TREES, by="read", query={"siteCode": emporix.option("site_code")})
    emporix.judge(("EMX-013", "EMX-005"), reply).status(403)


# --- with the scope ---


@judges("EMX-011", "EMX-038")
def test_readers_read(emporix: Emporix) -> None:
    """Every read that lists customersegment.segment_read answers 200 with JSON to its holder."""
    kind, item = own.any_item(emporix)
    things = something(emporix, item=(kind, item))
    emporix.assign_item(things.segment, kind, item)
    asking = Asking(emporix, things, "read")
    emporix.settle(lambda: asking.one(op.READ_ITEM), lambda reply: reply.status == 200)
    replies = asking.each(OPEN_READS)
    judge_each(emporix, ("EMX-011", "EMX-038"), replies, _is_json, "200 with application/json")


@judges("EMX-010", "EMX-013", "EMX-038")
def test_customers_read_their_own(emporix: Emporix) -> None:
    """Every read that lists customersegment.segment_read_own answers 200 to a member."""
    me = emporix.me()
    kind, item = own.any_item(emporix)
    things = something(emporix, segment=own.active(emporix, me), customer=me, item=(kind, item))
    emporix.assign_item(things.segment, kind, item)
    asking = Asking(emporix, things, "customer")
    # Each may come to know of the membership at its own time.
    *replies, tree = [
        emporix.settle(lambda operation=each: asking.one(operation), _is_json)  # type: ignore[misc]
        for each in (*OPEN_READS, op.TREES)
    ]
    judge_each(emporix, ("EMX-010", "EMX-038"), replies, _is_json, "200 with application/json")
    requirements = ("EMX-010", "EMX-013", "EMX-038")
    judge_each(emporix, requirements, [tree], _is_json, "200 with application/json")


@judges("EMX-011", "EMX-038", read_only=True)
def test_readers_list(emporix: Emporix) -> None:
    """Lists of segments and of items answer 200 with JSON to customersegment.segment_read."""
    query = {"pageSize": 1}
    replies = [emporix.send(each, by="read", query=query) for each in (op.LIST, op.LIST_ALL_ITEMS)]
    judge_each(emporix, ("EMX-011", "EMX-038"), replies, _is_json, "200 with application/json")


def _is_json(reply: Reply) -> bool:
    media_type = (reply.header("content-type") or "").partition(";")[0].strip().lower()
    return reply.status == 200 and media_type == "application/json"


# --- of another tenant ---


@judges("EMX-020", read_only=True)
def test_a_tenant_is_named_in_lower_case(emporix: Emporix) -> None:
    """A name that no tenant can have opens nothing, however close it is to one that exists."""
    tenant = emporix.option("tenant")
    names = (tenant.upper(), f"{tenant}-", f"0{tenant}", f"{tenant}{'x' * 16}")
    replies = [
        emporix.send(op.LIST, by="read", path={"tenant": name}, query={"pageSize": 1})
        for name in names
    ]
    judge_each(
        emporix, "EMX-020", replies, lambda reply: 400 <= reply.status < 500, "a refusal (4xx)"
    )


def _readers(case: Emporix) -> list[str]:
    """Return who may read and not manage: `read`, and a customer where one is configured."""
    return ["read", *(["customer"] if case.has_credential("customer") else [])]
