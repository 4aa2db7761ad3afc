"""Segments are read: one, all of them, those that a search, a customer or a company leaves."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.case import Emporix, segment_removal
from conformance.emporix.writing import EVERY_LANGUAGE
from conformance.exchange import MISSING, Reply, at
from conformance.journal import Removal
from conformance.judging import judges, unmet

# --- one, and all ---


@judges("EMX-090")
def test_readers_see_every_segment(emporix: Emporix) -> None:
    """A reader is shown every segment: active or not, of whatever site, with members or none."""
    site = emporix.session.config.options.get("other_site_code") or emporix.option("site_code")
    ids = [
        emporix.segment(status="ACTIVE"),
        emporix.segment(status="INACTIVE"),
        emporix.segment(status="ACTIVE", siteCode=str(site)),
    ]
    customers = emporix.session.config.known.get("customers", ())
    if customers:
        emporix.assign_customer(ids[0], str(customers[0]["id"]))
    query = {"q": own.any_of(*ids), "pageSize": 10}
    listed = emporix.settle(
        lambda: emporix.send(op.LIST, by="read", query=query),
        lambda reply: len(reply.entries()) >= len(ids),
    )
    emporix.judge("EMX-090", listed).status(200).same_set(ids, listed.each("/id"))


@judges("EMX-090", "EMX-091", "EMX-093", read_only=True)
def test_known_segments_are_there(emporix: Emporix) -> None:
    """A segment that is known to be there is read by its id, and is in the list."""
    known = str(emporix.known("segments", "id")[0]["id"])
    one = emporix.read(known)
    emporix.judge("EMX-091", one).status(200).value("/id", known)
    _judge_whole(emporix, one, one.json)
    listed = emporix.send(op.LIST, by="read", query={"q": f"id:{known}"})
    emporix.judge("EMX-090", listed).status(200).same_set([known], listed.each("/id"))


@judges("EMX-091")
def test_a_segment_is_read_by_its_id(emporix: Emporix) -> None:
    """Each id leads to the segment that was made under it."""
    drafts = [emporix.draft(id=emporix.fresh_id()) for _ in range(2)]
    for body in drafts:
        emporix.need(emporix.create(body, step="set up"), 201, what="creating a segment")
    for body in drafts:
        read = emporix.read(body["id"], headers=EVERY_LANGUAGE)
        judging = emporix.judge("EMX-091", read).status(200)
        judging.value("/id", body["id"]).value("/name", body["name"])


@judges("EMX-092", smoke=True, read_only=True)
def test_an_unknown_segment_is_not_found(emporix: Emporix) -> None:
    """An id that no segment has is answered with 404."""
    emporix.judge("EMX-092", emporix.read(emporix.fresh_id())).status(404)


@judges("EMX-093")
def test_segments_are_shown_with_what_they_have(emporix: Emporix) -> None:
    """A segment has id, name, siteCode and metadata wherever it is shown."""
    body = emporix.draft()
    segment = emporix.segment(**body)
    q = f"id:{segment}"
    one = emporix.read(segment, headers=EVERY_LANGUAGE)
    shown = [(one, one.json)]
    for look in (
        lambda: emporix.send(op.LIST, by="read", query={"q": q}, headers=EVERY_LANGUAGE),
        lambda: emporix.send(op.SEARCH, by="read", body={"q": q}, headers=EVERY_LANGUAGE),
    ):
        reply = emporix.settle(look, lambda reply: bool(reply.entries()))
        shown.append((reply, next(iter(reply.entries()), MISSING)))
    for reply, value in shown:
        _judge_whole(emporix, reply, value)
        judging = emporix.judge("EMX-093", reply)
        judging.same(segment, at(value, "/id"), "the id")
        judging.same(body["name"], at(value, "/name"), "the name")
        judging.same(body["siteCode"], at(value, "/siteCode"), "the siteCode")


def _judge_whole(case: Emporix, reply: Reply, value: Any) -> None:
    for name in ("id", "name", "siteCode", "metadata"):
        found = at(value, f"/{name}")
        case.judge("EMX-093", reply).that(
            found is not MISSING and found is not None, f"a value for {name}", found, "the segment"
        )


# --- searched for ---


@judges("EMX-095")
def test_a_search_keeps_to_its_q(emporix: Emporix) -> None:
    """A search returns the segments that fulfil the q in its body, and no other."""
    active, inactive = emporix.segment(status="ACTIVE"), emporix.segment(status="INACTIVE")
    cases = {
        f"id:{active}": [active],
        own.any_of(active, inactive): [active, inactive],
        f"{own.any_of(active, inactive)} status:INACTIVE": [inactive],
    }
    for q, expected in cases.items():
        _judge_found(emporix, q, expected)


def _judge_found(case: Emporix, q: str, expected: list[str]) -> None:
    reply = case.settle(
        lambda: case.send(op.SEARCH, by="read", body={"q": q}),
        lambda reply: set(map(str, reply.each("/id"))) == set(expected),
    )
    case.judge("EMX-095", reply).status(200).same_set(expected, reply.each("/id"))


# --- of a customer ---


def _listed(case: Emporix, operation: str, by: str, ids: list[str], **query: str) -> Reply:
    """List or search for segments of some ids, with further query parameters."""
    q = own.any_of(*ids)
    if operation == op.LIST:
        return case.send(operation, by=by, query={"q": q, **query})
    return case.send(operation, by=by, query=query, body={"q": q})


@judges("EMX-097")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_segments_of_a_customer(emporix: Emporix, operation: str) -> None:
    """CustomerId leaves the segments that the customer is assigned to."""
    customer, *others = (str(each["id"]) for each in emporix.known("customers", "id"))
    his, nobodys, anothers = emporix.segment(), emporix.segment(), emporix.segment()
    emporix.assign_customer(his, customer)
    if others:
        emporix.assign_customer(anothers, others[0])
    ids = [his, nobodys, anothers]
    reply = emporix.settle(
        lambda: _listed(emporix, operation, "read", ids, customerId=customer),
        lambda reply: reply.each("/id") == [his],
    )
    emporix.judge("EMX-097", reply).status(200).same_set([his], reply.each("/id"))


@judges("EMX-098")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_a_customer_that_names_another(emporix: Emporix, operation: str) -> None:
    """A customer that asks for somebody's segments by customerId is refused, or not heard."""
    me = emporix.me()
    segment = own.active(emporix, me)
    somebody = next(iter(own.strangers(emporix, me)), emporix.fresh_id())
    reply = _listed(emporix, operation, "customer", [segment], customerId=somebody)
    variant = f"answered with {reply.status}"
    if reply.status == 200:
        variant = "ignored" if segment in reply.each("/id") else "answered with what is left"
    emporix.observe("EMX-098", variant, reply)


# --- for a legal entity ---

NARROWED = (op.LIST, op.SEARCH, op.READ, op.LIST_ALL_ITEMS, op.LIST_ITEMS, op.SEARCH_ITEMS)


@judges("EMX-099")
@pytest.mark.parametrize("operation", NARROWED)
def test_a_buyer_looks_at_one_company(emporix: Emporix, operation: str) -> None:
    """LegalEntityId narrows what a buyer of several legal entities sees to one of them."""
    buyer, entities = _companies(emporix)
    ids = [own.active(emporix, buyer, legal_entity=each) for each in entities]
    if operation not in (op.LIST, op.SEARCH, op.READ):
        for segment in ids:
            emporix.assign_item(segment, *own.any_item(emporix))
    if operation == op.LIST:
        _require_own_list(emporix)
    for entity, its in zip(entities, ids, strict=True):
        for segment in ids:
            _judge_shown(emporix, operation, ids, segment, entity, is_its=segment == its)


def _judge_shown(
    case: Emporix, operation: str, ids: list[str], segment: str, entity: str, *, is_its: bool
) -> None:
    def shows(reply: Reply) -> bool:
        return _shows(operation, reply, segment)

    reply = case.settle(
        lambda: _looked(case, operation, "unbound_buyer", ids, segment, entity),
        lambda reply: shows(reply) is is_its,
    )
    told = "what belongs to that legal entity" if is_its else "nothing of another legal entity"
    case.judge("EMX-099", reply).that(
        shows(reply) is is_its, told, f"{reply.status} {reply.text[:300]}", "what the buyer sees"
    )


def _looked(
    case: Emporix, operation: str, by: str, ids: list[str], segment: str, entity: str
) -> Reply:
    """Look at segments, or at what one of them holds, for a legal entity."""
    if operation in (op.LIST, op.SEARCH):
        return _listed(case, operation, by, ids, legalEntityId=entity)
    if operation == op.LIST_ALL_ITEMS:
        return own.items_of_all(case, by, ids, legalEntityId=entity)
    path, query = {"segmentId": segment}, {"legalEntityId": entity}
    if operation == op.SEARCH_ITEMS:
        return case.send(operation, by=by, path=path, query=query, body={})
    return case.send(operation, by=by, path=path, query=query)


def _shows(operation: str, reply: Reply, segment: str) -> bool:
    """Return whether an answer shows a segment, or something that it holds."""
    if operation == op.READ:
        return bool(reply.at("/id") == segment)
    return segment in reply.each("/id" if operation in (op.LIST, op.SEARCH) else "/segmentId")


@judges("EMX-099")
def test_a_buyer_looks_at_the_tree_of_one_company(emporix: Emporix) -> None:
    """LegalEntityId narrows the category tree to the segments of one legal entity."""
    buyer, entities = _companies(emporix)
    there: set[str] = set()
    for query in ({}, *({"legalEntityId": entity} for entity in entities)):
        before = emporix.send(op.TREES, by="unbound_buyer", query=query)
        emporix.need(before, 200, what="reading the category tree")
        there |= own.categories_in(before)
    categories = _two_apart(emporix, there)
    for entity, category in zip(entities, categories, strict=True):
        segment = own.active(emporix, buyer, legal_entity=entity)
        emporix.assign_item(segment, "CATEGORY", category)
    one, other = categories
    _judge_tree(emporix, entities[0], one, other)
    _judge_tree(emporix, entities[1], other, one)


def _judge_tree(case: Emporix, entity: str, its: str, others: str) -> None:
    tree = case.settle(
        lambda: case.send(op.TREES, by="unbound_buyer", query={"legalEntityId": entity}),
        lambda reply: own.categories_in(reply) & {its, others} == {its},
    )
    found = own.categories_in(tree)
    judging = case.judge("EMX-099", tree).status(200)
    judging.that(its in found, f"the category {its}", sorted(found), "the tree")
    judging.that(others not in found, f"no category {others}", sorted(found), "the tree")


@judges("EMX-099")
def test_a_legal_entity_means_nothing_to_a_consumer(emporix: Emporix) -> None:
    """LegalEntityId has no effect for a customer that has not several legal entities."""
    me = emporix.me()
    mine = next((each for each in emporix.known("customers", "id") if each["id"] == me), {})
    if len(mine.get("legal_entities", ())) > 1:
        raise emporix.lacking("emporix.credentials.customer of at most one legal entity")
    segment = own.active(emporix, me)
    emporix.assign_item(segment, *own.any_item(emporix))
    entity = emporix.fresh_id()
    for operation in NARROWED:
        _judge_unaffected(emporix, operation, segment, entity)


def _judge_unaffected(case: Emporix, operation: str, segment: str, entity: str) -> None:
    reply = case.settle(
        lambda: _looked(case, operation, "customer", [segment], segment, entity),
        lambda reply: _shows(operation, reply, segment),
    )
    case.judge("EMX-099", reply).that(
        _shows(operation, reply, segment),
        "what the customer sees without legalEntityId",
        f"{reply.status} {reply.text[:300]}", "what the customer sees",
    )  # fmt: skip


def _companies(case: Emporix) -> tuple[str, list[str]]:
    """Return the buyer that is bound to none of its legal entities, and two of them."""
    me = case.me("unbound_buyer")
    for each in case.known("customers", "id", "legal_entities"):
        entities = [str(entity) for entity in each["legal_entities"]]
        if each["id"] == me and len(entities) > 1:
            _require_unbound(case)
            return me, entities[:2]
    raise case.lacking("emporix.known.customers with two legal entities of unbound_buyer")


def _require_unbound(case: Emporix) -> None:
    """Raise Unmet where the login chose a legal entity by itself: then nothing is narrowed."""
    token = case.send(op.VALIDATE, by="unbound_buyer", step="set up")
    if token.status == 200 and token.at("/legalEntityId"):
        unmet("the token of unbound_buyer is bound to a legal entity all the same")


def _require_own_list(case: Emporix) -> None:
    """Raise Unmet where customers are listed every active segment of the tenant (EMX-105)."""
    foreign = own.foreign(case, case.me("unbound_buyer"))
    listed = _listed(case, op.LIST, "unbound_buyer", [foreign])
    if foreign in listed.each("/id"):
        unmet("customers are listed every active segment, so there is nothing to narrow (EMX-105)")


def _two_apart(case: Emporix, taken: set[str]) -> tuple[str, str]:
    """Return two known published categories that are not taken, with different roots."""
    known = {str(each["id"]): each for each in case.known("categories", "id", "parent")}
    free = [name for name, each in known.items() if each.get("published") and name not in taken]

    def root(name: str) -> str:
        seen = {name}
        while name in known and known[name]["parent"] not in seen:
            name = str(known[name]["parent"])
            seen.add(name)
        return name

    for one in free:
        for other in free:
            if root(one) != root(other) and other != known[one]["parent"]:
                return one, other
    raise case.lacking("emporix.known.categories with two, published, below different parents")


# --- of a tenant ---


def _foreign_tenant(case: Emporix) -> str:
    """Return the name of the tenant that other_tenant works for. Raises Unmet."""
    if not case.has_credential("other_tenant"):
        raise case.lacking("emporix.credentials.other_tenant")
    name = case.session.config.credentials["other_tenant"].get("tenant")
    if not name:
        raise case.lacking("emporix.credentials.other_tenant with its tenant")
    return str(name)


@judges("EMX-094")
def test_tenants_do_not_meet(emporix: Emporix) -> None:
    """A segment of one tenant is shown to nobody of another, on whichever tenant's path."""
    foreign = _foreign_tenant(emporix)
    body = emporix.draft(id=emporix.fresh_id(), status="ACTIVE")
    segment = body["id"]
    emporix.need(emporix.create(body, step="set up"), 201, what="creating a segment")
    query = {"q": f"id:{segment}"}
    for tenant in (foreign, emporix.option("tenant")):
        path = {"tenant": tenant, "segmentId": segment}
        one = emporix.send(op.READ, by="other_tenant", path=path)
        emporix.judge("EMX-094", one).refused()
        for reply in (
            emporix.send(op.LIST, by="other_tenant", path=path, query=query),
            emporix.send(op.SEARCH, by="other_tenant", path=path, body=query),
        ):
            emporix.judge("EMX-094", reply).that(
                segment not in reply.each("/id"),
                f"no segment {segment}", reply.text[:300], "the answer",
            )  # fmt: skip


@judges("EMX-094")
def test_tenants_do_not_write_each_other(emporix: Emporix) -> None:
    """Whoever manages the segments of one tenant changes and removes none of another."""
    foreign = _foreign_tenant(emporix)
    body = emporix.draft(id=emporix.fresh_id(), status="ACTIVE")
    segment = body["id"]
    emporix.need(emporix.create(body, step="set up"), 201, what="creating a segment")
    patch = [{"op": "replace", "path": "/status", "value": "INACTIVE"}]
    for tenant in (foreign, emporix.option("tenant")):
        path = {"tenant": tenant, "segmentId": segment}
        emporix.send(op.PATCH, by="other_tenant", path=path, body=patch)
        emporix.send(op.REMOVE, by="other_tenant", path=path, query={"forceDelete": "true"})
    read = emporix.read(segment)
    emporix.judge("EMX-094", read).status(200).value("/status", "ACTIVE")


@judges("EMX-094")
def test_tenants_may_use_the_same_id(emporix: Emporix) -> None:
    """Where two tenants use the same id, each has a segment of its own under it."""
    foreign = _foreign_tenant(emporix)
    mine = emporix.draft(id=emporix.fresh_id())
    emporix.need(emporix.create(mine, step="set up"), 201, what="creating a segment")
    theirs = emporix.draft(id=mine["id"])
    there = segment_removal()
    removal = Removal(
        there.operation, {**there.path, "tenant": foreign}, there.query, "other_tenant"
    )
    name = next(iter(theirs["name"].values()))
    creation = emporix.plan("segment", name, removal, mine["id"])
    reply = emporix.send(op.CREATE, by="other_tenant", path={"tenant": foreign}, body=theirs)
    emporix.settled(creation, reply)
    emporix.need(reply, 201, what="creating a segment as other_tenant")
    read = emporix.read(mine["id"], headers=EVERY_LANGUAGE)
    emporix.judge("EMX-094", read).status(200).value("/name", mine["name"])
