"""What customers may see: their own active segments and what is assigned to those."""

from __future__ import annotations

import pytest

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.case import Emporix
from conformance.judging import judges


@judges("EMX-105")
def test_the_list_of_a_customer_is_observed(emporix: Emporix) -> None:
    """GET /segments shows a customer its own active segments, or those of the whole tenant."""
    me = emporix.me()
    mine = own.active(emporix, me)
    others = own.foreign(emporix, me)
    query = {"q": own.any_of(mine, others)}
    found = emporix.settle(
        lambda: emporix.send(op.LIST, by="customer", query=query),
        lambda reply: mine in reply.each("/id"),
    )
    shown = {mine, others} & {each for each in found.each("/id") if isinstance(each, str)}
    variants = {
        frozenset({mine}): "its own segments alone",
        frozenset({mine, others}): "segments of the tenant that it is not in as well",
        frozenset({others}): "segments that it is not in, and not its own",
    }
    variant = variants.get(frozenset(shown), f"neither (status {found.status})")
    emporix.observe("EMX-105", variant, found)


@judges("EMX-106", "EMX-107")
def test_a_customer_finds_its_own_segments_alone(emporix: Emporix) -> None:
    """A search by a customer finds segments that it is assigned to, and nobody else's."""
    me = emporix.me()
    mine, others = own.active(emporix, me), own.foreign(emporix, me)
    found = emporix.settle(
        lambda: own.search(emporix, "customer", mine, others),
        lambda reply: reply.each("/id") == [mine],
    )
    emporix.judge("EMX-106", found).status(200).same_set([mine], found.each("/id"))
    sleeping = own.inactive(emporix, me)
    # Inactive ones may turn up or not: the reference says "active" for the list alone.
    both = own.search(emporix, "customer", mine, sleeping)
    variant = "inactive segments too" if sleeping in both.each("/id") else "active segments alone"
    emporix.observe("EMX-107", f"a search shows {variant}", both)


@judges("EMX-106", "EMX-108", "EMX-110", "EMX-111", "EMX-112")
def test_a_customer_that_was_taken_out_sees_the_segment_no_more(emporix: Emporix) -> None:
    """A customer whose assignment was deleted sees neither the segment nor what is in it."""
    me = emporix.me()
    item = own.any_item(emporix)
    segment = own.active(emporix, me)
    emporix.assign_item(segment, *item)
    looks = own.looks(emporix, "customer", segment, item)
    for each in looks:
        emporix.settle(each.look, each.shows)  # so that whoever remembers has something to forget
    own.take_out(emporix, segment, me)
    for each in looks:
        last = emporix.settle(each.look, lambda reply, e=each: not e.shows(reply))  # type: ignore[misc]
        emporix.judge(each.requirement, last).that(
            not each.shows(last), "nothing of a segment that the customer is in no more",
            f"{last.status} {last.text[:300]}",
        )  # fmt: skip


@judges("EMX-108", smoke=True)
def test_a_customer_reads_its_segment(emporix: Emporix) -> None:
    """A customer reads an active segment that it is assigned to."""
    mine = own.active(emporix, emporix.me())
    read = emporix.settle(
        lambda: emporix.read(mine, by="customer"), lambda reply: reply.status == 200
    )
    emporix.judge("EMX-108", read).status(200).value("/id", mine)


@judges("EMX-108")
@pytest.mark.parametrize("kind", ["inactive", "foreign"])
def test_a_customer_reads_no_other_segment(emporix: Emporix, kind: str) -> None:
    """A segment that is inactive, or that the customer is not in, is not shown to it."""
    me = emporix.me()
    segment = own.inactive(emporix, me) if kind == "inactive" else own.foreign(emporix, me)
    read = emporix.settle(
        lambda: emporix.read(segment, by="customer"), lambda reply: reply.at("/id") != segment
    )
    emporix.judge("EMX-108", read).that(
        read.at("/id") != segment, f"anything but the {kind} segment", read.json, pointer="/id"
    )


@judges("EMX-108", read_only=True)
def test_a_customer_reads_a_known_segment(emporix: Emporix) -> None:
    """A customer reads an active segment of which it is known to be a member."""
    segment = _known_segment(emporix)
    read = emporix.read(segment, by="customer")
    emporix.judge("EMX-108", read).status(200).value("/id", segment)


@judges("EMX-110", read_only=True)
def test_a_customer_sees_itself_in_a_known_segment(emporix: Emporix) -> None:
    """The customers of a known segment are, to one of them, that one alone."""
    me = emporix.me()
    path = {"segmentId": _known_segment(emporix)}
    found = emporix.send(op.LIST_CUSTOMERS, by="customer", path=path)
    emporix.judge("EMX-110", found).status(200).same_set(
        [me], dict.fromkeys(map(str, found.each("/customer/id"))), "the customers"
    )


@judges("EMX-110")
def test_a_customer_sees_its_own_assignment_alone(emporix: Emporix) -> None:
    """Of the customers of a segment a customer sees itself, and nobody else."""
    me = emporix.me()
    (other, *_) = own.strangers(emporix, me) or [""]
    if not other:
        raise emporix.lacking("a second customer to emporix.known.customers")
    segment = own.active(emporix, me, other)
    path = {"segmentId": segment}
    found = emporix.settle(
        lambda: emporix.send(op.LIST_CUSTOMERS, by="customer", path=path),
        lambda reply: reply.each("/customer/id") == [me],
    )
    emporix.judge("EMX-110", found).status(200).same_set([me], found.each("/customer/id"))
    query = {"q": f"customer.id:{other}"}
    asked = emporix.send(op.LIST_CUSTOMERS, by="customer", path=path, query=query)
    emporix.judge("EMX-110", asked).that(
        other not in asked.each("/customer/id"), f"nothing about {other}", asked.json, "the list"
    )


@judges("EMX-110")
@pytest.mark.parametrize("kind", ["inactive", "foreign"])
def test_a_customer_sees_no_customers_of_other_segments(emporix: Emporix, kind: str) -> None:
    """Who is in an inactive segment, or in one that it is not in, is not shown to a customer."""
    me = emporix.me()
    segment = own.inactive(emporix, me) if kind == "inactive" else own.foreign(emporix, me)
    path = {"segmentId": segment}
    found = emporix.settle(
        lambda: emporix.send(op.LIST_CUSTOMERS, by="customer", path=path),
        lambda reply: not reply.entries(),
    )
    emporix.judge("EMX-110", found).that(
        not found.entries(), "no assignment", found.json, "the list"
    )


@judges("EMX-111", "EMX-114")
def test_a_customer_sees_items_of_its_active_segments_alone(emporix: Emporix) -> None:
    """The items that a customer sees belong to the active segments that it is in."""
    me = emporix.me()
    item = own.any_item(emporix)
    mine, asleep = own.active(emporix, me), own.inactive(emporix, me)
    others = own.foreign(emporix, me)
    for each in (mine, asleep, others):
        emporix.assign_item(each, *item)
    found = emporix.settle(
        lambda: own.items_of_all(emporix, "customer", (mine, others)),
        lambda reply: reply.each("/segmentId") == [mine],
    )
    judging = emporix.judge("EMX-111", found).status(200)
    judging.same_set([mine], found.each("/segmentId"), "the segments of the items")
    judging.same_set([item[1]], found.each("/item/id"), "the items")
    for query in ({}, {"onlyActive": True}, {"onlyActive": False}):
        found = emporix.settle(
            lambda q=query: own.items_of_all(emporix, "customer", (mine, asleep), **q),  # type: ignore[misc]
            lambda reply: reply.each("/segmentId") == [mine],
        )
        judging = emporix.judge(("EMX-114", "EMX-111"), found).status(200)
        judging.same_set([mine], found.each("/segmentId"), "the segments of the items")


@judges("EMX-112")
def test_a_customer_sees_the_items_of_its_segment(emporix: Emporix) -> None:
    """The items of an active segment can be listed, searched and read by its customers."""
    mine = own.active(emporix, emporix.me())
    item = own.any_item(emporix)
    emporix.assign_item(mine, *item)
    for looked in own.three_looks(emporix, "customer", mine, item, [item[1]]).values():
        judging = emporix.judge("EMX-112", looked).status(200)
        judging.same_set([item[1]], own.items_in(looked), "the items")


@judges("EMX-112")
@pytest.mark.parametrize("kind", ["inactive", "foreign"])
def test_a_customer_sees_no_items_of_other_segments(emporix: Emporix, kind: str) -> None:
    """Items of an inactive segment, or of one that it is not in, are not shown to a customer."""
    me = emporix.me()
    segment = own.inactive(emporix, me) if kind == "inactive" else own.foreign(emporix, me)
    item = own.any_item(emporix)
    emporix.assign_item(segment, *item)
    for looked in own.three_looks(emporix, "customer", segment, item, []).values():
        emporix.judge("EMX-112", looked).same_set([], own.items_in(looked), "the items")


@judges("EMX-113")
def test_the_tree_of_a_customer_holds_categories_of_its_active_segments(emporix: Emporix) -> None:
    """A category comes into a customer's tree with an active segment that the customer is in."""
    me = emporix.me()
    category = own.category_outside(emporix, "customer")
    for segment in (own.inactive(emporix, me), own.foreign(emporix, me)):
        emporix.assign_item(segment, "CATEGORY", category)
    found = emporix.settle(
        lambda: own.tree(emporix, "customer"),
        lambda reply: reply.status == 200 and category not in own.categories_in(reply),
    )
    emporix.judge("EMX-113", found).status(200).that(
        category not in own.categories_in(found), f"a tree without {category}", found.json
    )
    mine = own.active(emporix, me)
    emporix.assign_item(mine, "CATEGORY", category)
    found = emporix.settle(
        lambda: own.tree(emporix, "customer"),
        lambda reply: category in own.categories_in(reply),
    )
    emporix.judge("EMX-113", found).status(200).that(
        category in own.categories_in(found), f"a tree with {category}", found.json
    )
    own.take_out(emporix, mine, me)
    found = emporix.settle(
        lambda: own.tree(emporix, "customer"),
        lambda reply: reply.status == 200 and category not in own.categories_in(reply),
    )
    emporix.judge("EMX-113", found).status(200).that(
        category not in own.categories_in(found), f"a tree without {category} again", found.json
    )


@judges("EMX-113", read_only=True)
def test_the_tree_of_a_customer_holds_nothing_else(emporix: Emporix) -> None:
    """What a customer's tree shows as assigned is an item of a segment that it is in."""
    found = own.tree(emporix, "customer")
    emporix.judge("EMX-113", found).status(200)
    tops = own.assigned_tops(found)[:20]
    if not tops:
        raise emporix.lacking("a category to an active segment of the customer")
    items = own.category_items(emporix, "customer", *tops)
    emporix.need(items, 200, what="listing the customer's items")
    for category in [each for each in tops if each not in items.each("/item/id")]:
        # On another page, or assigned and gone since: look again at both.
        emporix.settle(
            lambda c=category: own.category_items(emporix, "customer", c),  # type: ignore[misc]
            lambda reply, c=category: (  # type: ignore[misc]
                c in reply.each("/item/id")
                or c not in own.assigned_tops(own.tree(emporix, "customer"))
            ),
        )
        items = own.category_items(emporix, "customer", category)
        tree = own.tree(emporix, "customer")
        emporix.judge("EMX-113", tree).that(
            category in items.each("/item/id") or category not in own.assigned_tops(tree),
            f"a tree without {category}, which is in no active segment of the customer",
            tree.json,
        )


@judges("EMX-115")
def test_a_buyer_finds_segments_of_its_legal_entity(emporix: Emporix) -> None:
    """A token bound to a legal entity finds and reads what is assigned for that one alone."""
    me, bound, other = _buyer(emporix)
    mine = own.active(emporix, me, legal_entity=bound)
    others = own.active(emporix, me, legal_entity=other)
    found = emporix.settle(
        lambda: own.search(emporix, "buyer", mine, others),
        lambda reply: reply.each("/id") == [mine],
    )
    emporix.judge("EMX-115", found).status(200).same_set([mine], found.each("/id"))
    read = emporix.read(mine, by="buyer")
    emporix.judge("EMX-115", read).status(200).value("/id", mine)
    members = emporix.send(op.LIST_CUSTOMERS, by="buyer", path={"segmentId": mine})
    judging = emporix.judge("EMX-115", members).status(200)
    judging.same_set([bound], members.each("/legalEntity/id"), "the legal entities")
    read = emporix.read(others, by="buyer")
    emporix.judge("EMX-115", read).that(
        read.at("/id") != others, "anything but the segment of another legal entity", read.json
    )
    members = emporix.send(op.LIST_CUSTOMERS, by="buyer", path={"segmentId": others})
    emporix.judge("EMX-115", members).that(
        not members.entries(), "no assignment for another legal entity", members.json
    )


@judges("EMX-115")
def test_a_buyer_sees_one_legal_entity_of_a_segment(emporix: Emporix) -> None:
    """Of its assignments to one segment a buyer sees the one for the token's legal entity."""
    me, bound, other = _buyer(emporix)
    segment = own.active(emporix, me, legal_entity=bound)
    emporix.assign_customer(segment, me, other)
    found = emporix.settle(
        lambda: emporix.send(op.LIST_CUSTOMERS, by="buyer", path={"segmentId": segment}),
        lambda reply: reply.each("/legalEntity/id") == [bound],
    )
    judging = emporix.judge("EMX-115", found).status(200)
    judging.same_set([bound], found.each("/legalEntity/id"), "the legal entities")


@judges("EMX-115")
def test_a_buyer_sees_items_of_its_legal_entity(emporix: Emporix) -> None:
    """The items and categories that a buyer sees come with the token's legal entity."""
    me, bound, other = _buyer(emporix)
    category = own.category_outside(emporix, "buyer")
    others = own.active(emporix, me, legal_entity=other)
    emporix.assign_item(others, "CATEGORY", category)
    found = emporix.settle(
        lambda: own.tree(emporix, "buyer"),
        lambda reply: reply.status == 200 and category not in own.categories_in(reply),
    )
    emporix.judge("EMX-115", found).status(200).that(
        category not in own.categories_in(found), f"a tree without {category}", found.json
    )
    mine = own.active(emporix, me, legal_entity=bound)
    emporix.assign_item(mine, "CATEGORY", category)
    found = emporix.settle(
        lambda: own.tree(emporix, "buyer"), lambda reply: category in own.categories_in(reply)
    )
    emporix.judge("EMX-115", found).status(200).that(
        category in own.categories_in(found), f"a tree with {category}", found.json
    )
    found = emporix.settle(
        lambda: own.items_of_all(emporix, "buyer", (mine, others)),
        lambda reply: reply.each("/segmentId") == [mine],
    )
    judging = emporix.judge("EMX-115", found).status(200)
    judging.same_set([mine], found.each("/segmentId"), "the segments of the items")
    item = ("CATEGORY", category)
    for segment, shown in ((mine, [category]), (others, [])):
        for looked in own.three_looks(emporix, "buyer", segment, item, shown).values():
            emporix.judge("EMX-115", looked).same_set(shown, own.items_in(looked), "the items")


def _known_segment(case: Emporix) -> str:
    """Return a known active segment that the customer is in. Raises Unmet."""
    me = case.me()
    for each in case.known("segments", "id", "status", "members"):
        if each["status"] == "ACTIVE" and me in each["members"]:
            return str(each["id"])
    raise case.lacking(f"emporix.known.segments with an active one that has the member {me}")


def _buyer(case: Emporix) -> tuple[str, str, str]:
    """Return the buyer's id, the legal entity of its token, and another of its own."""
    found = case.entities("buyer")
    if "legal_entity_id" not in case.session.config.credentials["buyer"]:
        raise case.lacking("legal_entity_id to emporix.credentials.buyer")
    return found
