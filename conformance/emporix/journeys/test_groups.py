"""Groups in segments: assigned, changed, listed, searched for, taken out (2026-09)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.case import UNSENT
from conformance.emporix import groups
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.groups import LISTINGS, READS
from conformance.exchange import Reply
from conformance.judging import equal, judges, shown

SCHEMA = (
    "https://res.cloudinary.com/saas-ag/raw/upload/v1600077014/schemata/segmentAttributes_v1.json"
)
"""The vendor's own example of a link to the schema of mixins."""


# ---- assigning -----------------------------------------------------------------------


@judges("EMX-404", "EMX-406", smoke=True)
def test_a_group_is_assigned(emporix: Emporix) -> None:
    """A new group assignment is answered with 201."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    reply = groups.put(emporix, segment, group)
    emporix.judge("EMX-404", reply).status(201)
    named = reply.at("/id") == group
    emporix.observe("EMX-406", "the id of the group" if named else "no id of the group", reply)


@judges("EMX-412")
def test_an_assigned_group_is_read(emporix: Emporix) -> None:
    """A group assignment is read with its segment and its group, wherever it is read."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    groups.assign(emporix, segment, group)
    for operation in READS:
        _judge_one(emporix, operation, segment, group)


def _judge_one(emporix: Emporix, operation: str, segment: str, group: str) -> None:
    found, at = _settled(emporix, operation, segment, group, "/group/id", group)
    emporix.judge("EMX-412", found).status(200).value(f"{at}/segmentId", segment).value(
        f"{at}/group/id", group
    ).present(f"{at}/group/name")


@judges("EMX-405", "EMX-408")
def test_an_assignment_has_its_own_version(emporix: Emporix) -> None:
    """The version of an assignment begins with 1 and grows by one with every update."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    groups.assign(emporix, segment, group)
    _judge_version(emporix, segment, group, 1)
    for version in (2, 3):
        reply = groups.update(emporix, segment, group, {})
        emporix.judge("EMX-405", reply).status(204).bodiless()
        _judge_version(emporix, segment, group, version)


def _judge_version(emporix: Emporix, segment: str, group: str, version: int) -> None:
    for operation in READS:
        found, at = _settled(emporix, operation, segment, group, "/metadata/version", version)
        emporix.judge("EMX-408", found).value(f"{at}/metadata/version", version)


@judges("EMX-413")
def test_an_assignment_keeps_its_mixins(emporix: Emporix) -> None:
    """Mixins and metadata.mixins come back as they were written, and as they were changed."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    first, second = _mixins("early", 15), _mixins("late", 20.5)
    reply = groups.put(emporix, segment, group, first, step="set up")
    emporix.need(reply, 201, 204, what="assigning a group with mixins")
    _judge_mixins(emporix, segment, group, first)
    reply = groups.update(emporix, segment, group, second)
    emporix.need(reply, 204, what="changing the mixins of an assignment")
    _judge_mixins(emporix, segment, group, second)


def _mixins(tier: str, discount: float) -> dict[str, Any]:
    return {
        "mixins": {"segmentAttributes": {"tier": tier, "discount": discount}},
        "metadata": {"mixins": {"segmentAttributes": SCHEMA}},
    }


def _judge_mixins(emporix: Emporix, segment: str, group: str, written: dict[str, Any]) -> None:
    for operation in READS:
        for pointer, value in (
            ("/mixins", written["mixins"]),
            ("/metadata/mixins", written["metadata"]["mixins"]),
        ):
            found, at = _settled(emporix, operation, segment, group, pointer, value)
            emporix.judge("EMX-413", found).value(f"{at}{pointer}", value)


def _settled(
    emporix: Emporix, operation: str, segment: str, group: str, pointer: str, value: Any
) -> tuple[Reply, str]:
    """Look at an assignment until it has a value; return the last look and where it is."""
    at = ""

    def look() -> Reply:
        nonlocal at
        reply, at = groups.assignment(emporix, operation, segment, group)
        return reply

    return emporix.settle(look, until=lambda reply: equal(value, reply.at(f"{at}{pointer}"))), at


@judges("EMX-411")
def test_a_group_is_taken_out(emporix: Emporix) -> None:
    """A deleted group assignment is answered with 204, and is gone from every read."""
    one, other = groups.customer_groups(emporix, 2)[:2]
    segment, elsewhere = emporix.segment(), emporix.segment()
    groups.assign(emporix, segment, one, other)
    groups.assign(emporix, elsewhere, one)
    path = {"segmentId": segment, "groupId": one}
    emporix.judge("EMX-411", emporix.send(op.REMOVE_GROUP, path=path)).status(204)
    last = emporix.settle(
        lambda: groups.read(emporix, segment, one), until=lambda reply: reply.status != 200
    )
    emporix.judge("EMX-411", last).refused()
    for operation in LISTINGS:
        left = groups.settled(emporix, operation, segment, [other])
        emporix.judge("EMX-411", left).same_set([other], left.each("/group/id"))
    emporix.judge("EMX-411", groups.read(emporix, elsewhere, one)).status(200)


# ---- listing and searching -----------------------------------------------------------


def _assigned(emporix: Emporix, at_least: int = 2) -> tuple[str, list[str]]:
    """Make a segment with some known groups in it."""
    first, *rest = sorted(groups.customer_groups(emporix, at_least)[:3])
    # Neither this order nor its reverse is alphabetical, where there are three.
    known = [*rest[::-1][:1], first, *rest[:-1]]
    segment = emporix.segment()
    groups.assign(emporix, segment, *known)
    for operation in LISTINGS:
        groups.settled(emporix, operation, segment, known)
    return segment, known


@judges("EMX-400")
def test_all_groups_of_a_segment_are_listed(emporix: Emporix) -> None:
    """Whoever may read gets every group of a segment and none of another segment."""
    segment, known = _assigned(emporix)
    groups.assign(emporix, emporix.segment(), known[0])
    for operation in LISTINGS:
        reply = groups.settled(emporix, operation, segment, known)
        emporix.judge("EMX-400", reply).status(200).same_set(known, reply.each("/group/id"))


@judges("EMX-094", "EMX-400")
def test_groups_stay_within_their_tenant(emporix: Emporix) -> None:
    """The groups of a segment are shown to its own tenant, and to nobody of another."""
    tenant = emporix.session.config.credentials.get("other_tenant", {}).get("tenant")
    if not tenant:
        raise emporix.lacking("emporix.credentials.other_tenant with its tenant")
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    groups.assign(emporix, segment, group)
    path = {"tenant": str(tenant), "segmentId": segment, "groupId": group}
    for operation in READS:
        mine = emporix.settle(
            lambda o=operation: groups.assignment(emporix, o, segment, group)[0],  # type: ignore[misc]
            lambda reply: group in reply.text,
        )
        emporix.judge("EMX-400", mine).status(200)
        body: Any = {} if operation == op.SEARCH_GROUPS else UNSENT
        theirs = emporix.send(operation, by="other_tenant", path=path, body=body)
        emporix.judge("EMX-094", theirs).that(
            400 <= theirs.status < 500 or theirs.json == [], "a refusal, or an empty list",
            f"{theirs.status} {theirs.text[:300]}",
        )  # fmt: skip


@judges("EMX-432")
@pytest.mark.parametrize("operation", LISTINGS)
def test_groups_are_found_by_dotted_paths(emporix: Emporix, operation: str) -> None:
    """Q reaches into the group and the metadata of an assignment by dotted paths."""
    segment, known = _assigned(emporix)
    changed = groups.update(emporix, segment, known[1], {})
    emporix.need(changed, 204, what="updating a group assignment")
    whole = groups.listed(emporix, operation, segment)
    versions = dict(
        zip(map(str, whole.each("/group/id")), whole.each("/metadata/version"), strict=True)
    )
    version = versions.get(known[1])
    of_version = [group for group in known if versions.get(group) == version]
    for q, wanted in (
        (f"group.id:{known[0]}", known[:1]),
        (f"group.id:({known[0]},{known[1]})", known[:2]),
        (f"metadata.version:{version}", of_version),
    ):
        found = emporix.settle(
            lambda q=q: groups.listed(emporix, operation, segment, q=q),  # type: ignore[misc]
            until=lambda reply, wanted=wanted: (  # type: ignore[misc]
                sorted(map(str, reply.each("/group/id"))) == sorted(wanted)
            ),
        )
        emporix.judge("EMX-432", found).status(200).same_set(wanted, found.each("/group/id"))


@judges("EMX-416")
def test_a_search_finds_the_groups_that_fulfil_it(emporix: Emporix) -> None:
    """A search with q in its body returns the assignments that fulfil it, and no other."""
    segment, known = _assigned(emporix)
    for group in known:
        found = groups.listed(emporix, op.SEARCH_GROUPS, segment, q=f"group.id:{group}")
        emporix.judge("EMX-416", found).status(200).same_set([group], found.each("/group/id"))
    for q, wanted in (
        (f"group.id:({known[0]},{known[1]})", known[:2]),
        (f"group.id:{known[0]} metadata.version:1", known[:1]),
        (f"group.id:{known[0]} metadata.version:7", []),
    ):
        found = groups.listed(emporix, op.SEARCH_GROUPS, segment, q=q)
        emporix.judge("EMX-416", found).status(200).same_set(wanted, found.each("/group/id"))
    nothing = groups.listed(emporix, op.SEARCH_GROUPS, segment, q=f"group.id:{emporix.fresh_id()}")
    emporix.judge("EMX-416", nothing).status(200).same([], nothing.json)


@judges("EMX-430", "EMX-431")
@pytest.mark.parametrize("operation", LISTINGS)
def test_groups_come_in_pages(emporix: Emporix, operation: str) -> None:
    """PageSize and pageNumber cut the groups of a segment into pages; the total counts all."""
    segment, known = _assigned(emporix)
    found: list[Any] = []
    first = groups.first_page(emporix, operation, segment, known)
    for number in range(first, first + len(known)):
        reply = groups.listed(
            emporix, operation, segment,
            query={"pageSize": 1, "pageNumber": number, "sort": "group.id"},
            headers={"X-Total-Count": "true"},
        )  # fmt: skip
        emporix.judge("EMX-430", reply).status(200).same(
            1, len(reply.entries()), "the number of entries"
        )
        emporix.judge("EMX-431", reply).header("X-Total-Count", str(len(known)))
        found += reply.each("/group/id")
    emporix.judge("EMX-430").same_set(known, found, "all pages together")
    for q, total in ((f"group.id:{known[0]}", "1"), (f"group.id:{emporix.fresh_id()}", "0")):
        reply = groups.listed(emporix, operation, segment, q=q, headers={"X-Total-Count": "true"})
        emporix.judge("EMX-431", reply).status(200).header("X-Total-Count", total)


@judges("EMX-430")
@pytest.mark.parametrize("operation", LISTINGS)
def test_groups_are_sorted_and_cut_down(emporix: Emporix, operation: str) -> None:
    """Sort orders the groups of a segment, and fields leaves out what is not named."""
    segment, known = _assigned(emporix)
    # Alphabets differ in where they have capitals and signs.
    orders = [
        sorted(known),
        sorted(known, key=str.casefold),
        sorted(known, key=lambda each: "".join(filter(str.isalnum, each)).casefold()),
    ]
    reply = groups.listed(emporix, operation, segment, query={"sort": "group.id"})
    came = reply.each("/group/id")
    emporix.judge("EMX-430", reply).status(200).that(
        came in orders, shown(orders[0]), came, "the list sorted by group.id"
    )
    reply = groups.listed(emporix, operation, segment, query={"sort": "group.id:desc"})
    came = reply.each("/group/id")
    emporix.judge("EMX-430", reply).status(200).that(
        came[::-1] in orders, shown(orders[0][::-1]), came, "the list sorted by group.id:desc"
    )
    reply = groups.listed(emporix, operation, segment, query={"fields": "segmentId"})
    cut = emporix.judge("EMX-430", reply).status(200)
    cut.same([segment] * len(known), reply.each("/segmentId"), "segmentId of each entry")
    cut.absent("/0/metadata", "/1/metadata", "/0/group/name", "/1/group/name")
    for fields in ("segmentId,metadata", "metadata,segmentId"):
        reply = groups.listed(emporix, operation, segment, query={"fields": fields})
        cut = emporix.judge("EMX-430", reply).status(200)
        cut.same([segment] * len(known), reply.each("/segmentId"), "segmentId of each entry")
        cut.present("/0/metadata", "/1/metadata").absent("/0/group/name", "/1/group/name")


def _languages(emporix: Emporix) -> set[str]:
    """Return the languages of the tenant. Raises Unmet."""
    found = emporix.session.config.options.get("languages")
    if not isinstance(found, list):
        raise emporix.lacking("emporix.languages")
    return set(map(str, found))


@judges("EMX-433")
@pytest.mark.parametrize("operation", READS)
def test_the_name_of_a_group_is_shown_in_a_language(emporix: Emporix, operation: str) -> None:
    """Accept-Language names the languages in which the name of a group is shown."""
    segment = emporix.segment()
    languages = _languages(emporix)
    for group in groups.customer_groups(emporix):
        groups.assign(emporix, segment, group)
        everything, at = groups.assignment(
            emporix, operation, segment, group, headers={"Accept-Language": "*"}
        )
        names = everything.at(f"{at}/group/name")
        if isinstance(names, dict) and len(names) > 1 and languages & names.keys():
            break
    else:
        raise emporix.lacking("emporix.known.groups with one whose name has two languages")
    for language in sorted(languages & names.keys()):
        text = names[language]
        reply, at = groups.assignment(
            emporix, operation, segment, group, headers={"Accept-Language": language}
        )
        came = reply.at(f"{at}/group/name")
        # Services differ in whether one language is a text or a map with one entry.
        emporix.judge("EMX-433", reply).status(200).that(
            came in (text, {language: text}), f"{text!r} alone", came,
            f"the name in {language}", f"{at}/group/name",
        )  # fmt: skip


@judges("EMX-401")
@pytest.mark.parametrize("operation", READS)
def test_a_customer_may_read_the_groups_of_its_segment(emporix: Emporix, operation: str) -> None:
    """segment_read_own opens the groups of a segment that the customer is in, twice over."""
    me = emporix.me()
    group = groups.group_of(emporix, me)
    segment = emporix.segment(status="ACTIVE")
    emporix.assign_customer(segment, me)
    groups.assign(emporix, segment, group)
    last = emporix.settle(
        lambda: groups.assignment(emporix, operation, segment, group, by="customer")[0],
        until=lambda reply: reply.status == 200 and group in reply.text,
    )
    _, at = groups.assignment(emporix, operation, segment, group, by="customer")
    emporix.judge("EMX-401", last).status(200).value(f"{at}/group/id", group)
