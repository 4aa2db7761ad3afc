"""Sorted lists: upwards and downwards by a field."""

from __future__ import annotations

from conformance.judging import Unmet, judges
from conformance.openloyalty.case import MOST_ON_PAGE, Batch, OpenLoyalty
from conformance.openloyalty.criteria import listing


@judges("OLO-128")
def test_segments_are_sorted_by_name(openloyalty: OpenLoyalty) -> None:
    """Segments come from A to Z with asc and from Z to A with desc."""
    batch = Batch(openloyalty)
    # Neither the order of creation nor its reverse: names begin with what sorts them.
    for label in "bca":
        name = f"{label} {openloyalty.fresh_name()} {batch.word}"
        batch.ids[label] = openloyalty.segment(name=name)
    batch.settled()
    for direction, expected in (("asc", "abc"), ("desc", "cba")):
        reply, labels = batch.found({"_orderBy[name]": direction})
        if reply.status == 400:
            raise Unmet("segments cannot be sorted by name; not all fields can")
        openloyalty.judge("OLO-128", reply).status(200).same(
            list(expected), labels, f"the segments by name, {direction}"
        )


@judges("OLO-128")
def test_a_sort_goes_on_over_pages(openloyalty: OpenLoyalty) -> None:
    """Pages are cut after sorting: the second one of two goes on where the first one ended."""
    batch = Batch(openloyalty)
    for label in "acb":
        name = f"{label} {openloyalty.fresh_name()} {batch.word}"
        batch.ids[label] = openloyalty.segment(name=name)
    batch.settled()
    came: list[str] = []
    for page in (1, 2):
        reply, labels = batch.found({"_orderBy[name]": "desc", "_itemsOnPage": 2, "_page": page})
        if reply.status == 400:
            raise Unmet("segments cannot be sorted by name; not all fields can")
        openloyalty.judge("OLO-128", reply).status(200)
        came += labels
    openloyalty.judge("OLO-128", reply).same(list("cba"), came, "pages 1 and 2 by name, desc")


@judges("OLO-128")
def test_members_are_sorted(openloyalty: OpenLoyalty) -> None:
    """Members of a segment come from A to Z by lastName with asc and from Z to A with desc."""
    segment = listing(openloyalty, openloyalty.known("members", "id", at_least=2))
    shown = openloyalty.members(segment, {"_itemsOnPage": MOST_ON_PAGE})
    openloyalty.need(shown, 200, what="listing the members of a segment")
    names = [str(each) for each in shown.each("/lastName", of="/items")]
    # How letters with accents, and names that differ in case only, sort is not promised.
    if not all(each.isascii() and each.isalpha() for each in names):
        raise Unmet("a last name of the known members has more than plain letters")
    if len({each.lower() for each in names}) < 2:
        raise Unmet("the known members have one last name")
    for direction in ("asc", "desc"):
        query = {"_orderBy[lastName]": direction, "_itemsOnPage": MOST_ON_PAGE}
        reply = openloyalty.members(segment, query)
        if reply.status == 400:
            raise Unmet("members cannot be sorted by lastName; not all fields can")
        openloyalty.judge("OLO-128", reply).status(200).same(
            sorted((each.lower() for each in names), reverse=direction == "desc"),
            [str(each).lower() for each in reply.each("/lastName", of="/items")],
            f"the members by lastName, {direction}",
        )
