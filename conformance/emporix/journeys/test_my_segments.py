"""GET /segments/me: the segments of the customer that asks (2026-09)."""

from __future__ import annotations

from collections.abc import Collection

from conformance.emporix import groups, own
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges


def _mine(emporix: Emporix, by: str, *asked: str) -> Reply:
    """Ask for one's own segments, narrowed to some ids where the target knows q."""
    query = {"q": own.any_of(*asked)}
    reply = emporix.send(op.LIST_MINE, by=by, query=query)
    # That q works here was only observed, so nobody need know it.
    return emporix.send(op.LIST_MINE, by=by) if reply.status == 400 else reply


def _judge_mine(
    emporix: Emporix, row: str, by: str, mine: Collection[str], others: Collection[str]
) -> None:
    """Check that each of some segments is listed once, and that no other of ours is."""
    ours = (*mine, *others)

    def came(reply: Reply) -> list[str]:
        return sorted(each for each in reply.each("/id") if each in ours)

    last = emporix.settle(
        lambda: _mine(emporix, by, *ours), until=lambda reply: came(reply) == sorted(mine)
    )
    emporix.judge(row, last).status(200).same_set(
        mine, came(last), "the list, as far as this test made it"
    )


@judges("EMX-420")
def test_a_customer_gets_its_active_segments(emporix: Emporix) -> None:
    """A customer gets the active segments that it is in, and neither inactive nor others."""
    me = emporix.me()
    mine = [own.active(emporix, me), own.active(emporix, me)]
    _judge_mine(
        emporix, "EMX-420", "customer", mine, [own.inactive(emporix, me), own.foreign(emporix, me)]
    )


@judges("EMX-420")
def test_a_segment_comes_once(emporix: Emporix) -> None:
    """A segment that a customer is in both itself and through a group is listed once."""
    me = emporix.me()
    segment = own.active(emporix, me)
    group = groups.group_of(emporix, me)
    inactive = own.inactive(emporix)
    for each in (segment, inactive):
        groups.assign(emporix, each, group)
    _judge_mine(emporix, "EMX-420", "customer", [segment], [inactive])


@judges("EMX-421")
def test_groups_of_no_legal_entity_count(emporix: Emporix) -> None:
    """A customer is in the active segments of its groups that are bound to no legal entity."""
    group = groups.group_of(emporix, emporix.me())
    active, inactive = own.active(emporix), own.inactive(emporix)
    for segment in (active, inactive):
        groups.assign(emporix, segment, group)
    _judge_mine(emporix, "EMX-421", "customer", [active], [inactive, own.active(emporix)])


@judges("EMX-422")
def test_groups_of_the_current_legal_entity_count(emporix: Emporix) -> None:
    """Of the groups bound to legal entities those of the customer's current one count."""
    me = emporix.me("buyer")
    given = emporix.session.config.credentials.get("buyer", {})
    if "legal_entity_id" not in given:
        raise emporix.lacking("emporix.credentials.buyer with legal_entity_id")
    current = given["legal_entity_id"]
    bound = groups.group_of(emporix, me, current)
    mine = own.active(emporix)
    groups.assign(emporix, mine, bound)
    _judge_mine(emporix, "EMX-422", "buyer", [mine], [])


@judges("EMX-422")
def test_groups_of_another_legal_entity_do_not_count(emporix: Emporix) -> None:
    """A group that is bound to another legal entity than the current one does not count."""
    me = emporix.me("buyer")
    given = emporix.session.config.credentials.get("buyer", {})
    for each in emporix.known("groups", "members", "legal_entity"):
        if me in each["members"] and each["legal_entity"] != given.get("legal_entity_id", ""):
            break
    else:
        raise emporix.lacking("emporix.known.groups of the buyer with another legal_entity")
    if "legal_entity_id" not in given:
        raise emporix.lacking("emporix.credentials.buyer with legal_entity_id")
    foreign, mine = own.active(emporix), own.active(emporix)
    groups.assign(emporix, foreign, str(each["id"]))
    # Something of its own, so that an empty list is no proof.
    emporix.assign_customer(mine, me, given["legal_entity_id"])
    _judge_mine(emporix, "EMX-422", "buyer", [mine], [foreign])


@judges("EMX-424", smoke=True, read_only=True)
def test_a_customer_may_read_its_own_segments(emporix: Emporix) -> None:
    """Who has segment_read_own reads its own segments."""
    emporix.judge("EMX-424", emporix.send(op.LIST_MINE, by="customer")).status(200)


@judges("EMX-424", read_only=True)
def test_reading_all_segments_is_not_reading_ones_own(emporix: Emporix) -> None:
    """One's own segments need segment_read_own: with segment_read alone it is 403."""
    for by in ("read", "write_only", "coupon_read"):
        if by == "read" or emporix.has_credential(by):
            emporix.judge("EMX-424", emporix.send(op.LIST_MINE, by=by)).status(403)
