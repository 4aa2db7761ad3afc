"""What must not get through: writes without the scope, other tenants, other customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.emporix import operations as op
from conformance.emporix import own, updates
from conformance.emporix.access import WRITES, Asking, Things, judge_each, match_body, something
from conformance.emporix.case import Emporix
from conformance.emporix.writing import EVERY_LANGUAGE
from conformance.exchange import Reply
from conformance.judging import Unmet, judges

_ASSIGNMENTS = (op.READ_CUSTOMER, op.READ_BUYER, op.READ_ITEM)


def _held(case: Emporix) -> tuple[Things, dict[str, object]]:
    """Return an inactive segment with a customer, a buyer and an item, and its body."""
    body = case.draft()
    things = something(case, segment=case.segment(**body))
    case.assign_item(things.segment, things.type, things.item)
    for entity in ("", things.legal_entity):
        case.assign_customer(things.segment, things.customer, entity)
    return things, body


def _assigned(case: Emporix, things: Things) -> list[Reply]:
    return [
        case.settle(
            lambda o=each: case.send(o, by="read", path=things.path()),  # type: ignore[misc]
            lambda reply: reply.status == 200,
        )
        for each in _ASSIGNMENTS
    ]


def _is_there(reply: Reply) -> bool:
    return reply.status == 200


@judges("EMX-008")
def test_who_may_not_write_changes_nothing(emporix: Emporix) -> None:
    """What somebody without the scope sends has no effect, however it is answered."""
    emporix.known("customers", "id", "legal_entities")
    things, body = _held(emporix)
    for reply in _assigned(emporix, things):
        emporix.need(reply, 200, what="reading an assignment")
    version = updates.stored_version(emporix, things.segment)
    asking = Asking(emporix, things, "read")
    journal = emporix.session.journal
    planned = journal.count
    asking.each(WRITES)
    empty = emporix.segment()
    emporix.send(op.REMOVE, by="read", path={"segmentId": empty})
    emporix.judge("EMX-008", emporix.read(empty)).status(200)
    emporix.send(op.REMOVE_BULK, by="read", body=[empty])
    emporix.judge("EMX-008", emporix.read(empty)).status(200)
    read = emporix.read(things.segment, headers=EVERY_LANGUAGE)
    judging = emporix.judge("EMX-008", read).status(200)
    judging.value("/name", body["name"]).value("/status", "INACTIVE")
    judging.value("/metadata/version", version)
    replies = _assigned(emporix, things)
    judge_each(emporix, "EMX-008", replies, _is_there, "200")
    versions = [reply.at("/metadata/version") for reply in replies]
    emporix.judge("EMX-008", replies[0]).same([1, 1, 1], versions, "the versions")
    for number in range(planned + 1, journal.count + 1):
        creation = journal.numbered(number)
        if creation.id and creation.id not in (things.segment, empty):
            reply = emporix.read(creation.id)
            if reply.status == 200:
                journal.made(creation)  # it is there after all, and has to go
            emporix.judge("EMX-008", reply).status(404)


@judges("EMX-094")
def test_assignments_stay_within_their_tenant(emporix: Emporix) -> None:
    """A manager of another tenant neither sees nor removes what is assigned to a segment."""
    emporix.known("customers", "id", "legal_entities")
    things, _ = _held(emporix)
    for reply in _assigned(emporix, things):
        emporix.need(reply, 200, what="reading an assignment")
    version = updates.stored_version(emporix, things.segment)
    send = _other_tenant(emporix, things)
    total = {"X-Total-Count": "true"}
    lists = [
        send(op.LIST_CUSTOMERS, headers=total), send(op.SEARCH_CUSTOMERS, body={}, headers=total),
        send(op.LIST_ITEMS, headers=total), send(op.SEARCH_ITEMS, body={}, headers=total),
        send(op.LIST_ALL_ITEMS, query={"q": f"segmentId:{things.segment}"}, headers=total),
        send(op.LIST, query={"q": f"id:{things.segment}"}, headers=total),
        send(op.SEARCH, body={"q": f"id:{things.segment}"}, headers=total),
    ]  # fmt: skip
    judge_each(emporix, "EMX-094", lists, lambda reply: not reply.entries(), "nothing")
    judge_each(
        emporix, "EMX-094", lists,
        lambda reply: reply.status >= 400 or reply.header("X-Total-Count") in (None, "0"),
        "X-Total-Count: 0",
    )  # fmt: skip
    ones = [send(each) for each in _ASSIGNMENTS]
    judge_each(emporix, "EMX-094", ones, lambda reply: reply.status >= 400, "a refusal")
    for operation in (op.REMOVE_CUSTOMER, op.REMOVE_BUYER, op.REMOVE_ITEM):
        send(operation)
    send(op.REMOVE_CUSTOMERS_BULK, body=[{"customerId": things.customer}])
    send(op.REMOVE_ITEMS_BULK, body=[things.item])
    send(op.REMOVE_BULK, body=[things.segment], query={"forceDelete": "true"})
    replies = [*_assigned(emporix, things), emporix.read(things.segment)]
    judge_each(emporix, "EMX-094", replies, _is_there, "200")
    versions = [reply.at("/metadata/version") for reply in replies]
    emporix.judge("EMX-094", replies[0]).same([1, 1, 1, version], versions, "the versions")


@judges("EMX-094")
def test_nothing_is_assigned_across_tenants(emporix: Emporix) -> None:
    """A manager of another tenant assigns nothing to a segment, one by one or in bulk."""
    emporix.known("customers", "id", "legal_entities")
    things = something(emporix)
    send = _other_tenant(emporix, things)
    for operation in (op.ASSIGN_CUSTOMER, op.ASSIGN_BUYER, op.ASSIGN_ITEM):
        send(operation, body={})
    send(op.ASSIGN_CUSTOMERS_BULK, body=[{"customerId": things.customer}])
    send(op.ASSIGN_ITEMS_BULK, body=[{"id": things.item}])
    path = {"segmentId": things.segment}
    replies = [
        emporix.send(each, by="read", path=path) for each in (op.LIST_CUSTOMERS, op.LIST_ITEMS)
    ]
    judge_each(emporix, "EMX-094", replies, lambda reply: not reply.entries(), "nothing")
    replies = [emporix.send(each, by="read", path=things.path()) for each in _ASSIGNMENTS]
    judge_each(emporix, "EMX-094", replies, lambda reply: reply.status != 200, "no assignment")


@judges("EMX-094")
def test_matches_stay_within_their_tenant(emporix: Emporix) -> None:
    """A product does not match, for a manager of another tenant, by a segment of this one."""
    product = str(emporix.known("products", "id")[0]["id"])
    things = something(emporix, segment=own.active(emporix), item=("PRODUCT", product))
    emporix.assign_item(things.segment, "PRODUCT", product)
    body = match_body(emporix, [things.segment], [product])
    mine = emporix.settle(
        lambda: emporix.send(op.MATCH, body=body), lambda reply: reply.each("/id") == [product]
    )
    if mine.each("/id") != [product]:
        raise Unmet("the product does not match in its own tenant, so there was nothing to judge")
    theirs = _other_tenant(emporix, things)(op.MATCH, body=body)
    emporix.judge("EMX-094", theirs).that(
        not theirs.entries(), "a refusal, or no item", theirs.text[:300], "the match"
    )


def _other_tenant(case: Emporix, things: Things) -> Callable[..., Reply]:
    """Return what sends to another tenant, in its name, about things of this one."""
    tenant = str(case.session.config.credentials.get("other_tenant", {}).get("tenant", ""))
    path = {**things.path(), **({"tenant": tenant} if tenant else {})}

    def send(operation: str, **sending: Any) -> Reply:
        return case.send(operation, by="other_tenant", path=path, **sending)

    return send


@judges("EMX-110")
def test_a_customer_is_not_told_how_many_others_there_are(emporix: Emporix) -> None:
    """A customer's own assignments are all that the total of its list counts."""
    me = emporix.me()
    others = own.strangers(emporix, me)[:2]
    if not others:
        raise emporix.lacking("emporix.known.customers beside the customer itself")
    segment = own.active(emporix, me, *others)
    reply = emporix.settle(
        lambda: emporix.send(
            op.LIST_CUSTOMERS, by="customer", path={"segmentId": segment},
            headers={"X-Total-Count": "true"},
        ),
        lambda reply: reply.each("/customer/id") == [me],
    )  # fmt: skip
    judging = emporix.judge("EMX-110", reply).status(200).same([me], reply.each("/customer/id"))
    told = reply.header("X-Total-Count")
    judging.that(told in (None, "1"), "X-Total-Count: 1", told, "the header X-Total-Count")


@judges("EMX-111", "EMX-112", "EMX-302")
def test_a_customer_sees_products_and_categories(emporix: Emporix) -> None:
    """A member sees the product and the category of its active segment, in every look."""
    me = emporix.me()
    segment = own.active(emporix, me)
    items = [own.any_item(emporix), ("CATEGORY", str(emporix.known("categories", "id")[-1]["id"]))]
    for kind, item in items:
        emporix.assign_item(segment, kind, item)
    wanted = sorted(item for _, item in items)

    def shows_both(reply: Reply) -> bool:
        return sorted(map(str, own.items_in(reply))) == wanted

    everywhere = emporix.settle(
        lambda: own.items_of_all(emporix, "customer", [segment]), shows_both
    )
    emporix.judge("EMX-111", everywhere).status(200).same_set(wanted, own.items_in(everywhere))
    there = emporix.option("other_site_code")
    away = emporix.send(
        op.LIST_ALL_ITEMS, by="customer",
        query={"q": f"segmentId:{segment}", "siteCode": there},
    )  # fmt: skip
    emporix.judge("EMX-302", away).status(200).same([], away.json, "items of another site")
    looks = own.three_looks(emporix, "customer", segment, items[0], wanted)
    for operation, reply in looks.items():
        shown = [items[0][1]] if operation == op.READ_ITEM else wanted
        emporix.judge("EMX-112", reply).status(200).same_set(shown, own.items_in(reply))
    last = emporix.settle(
        lambda: own.look(emporix, "customer", op.READ_ITEM, segment, items[1]), _is_there
    )
    emporix.judge("EMX-112", last).status(200).value("/item/id", items[1][1])
