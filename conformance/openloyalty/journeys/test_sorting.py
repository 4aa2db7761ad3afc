"""Sorted lists: upwards and downwards by a field."""

from __future__ import annotations

from typing import Any

from conformance.judging import Unmet, judges
from conformance.openloyalty.case import MOST_ON_PAGE, Batch, OpenLoyalty
from conformance.openloyalty.criteria import listing
from conformance.openloyalty.instants import instant
from conformance.openloyalty.sorting import sorts, total_order


@judges("OLO-128")
def test_segments_are_sorted(openloyalty: OpenLoyalty) -> None:
    """Segments come upwards with asc and downwards with desc, by name or another field."""
    batch = _unsorted(openloyalty)
    rows = [each for each in batch.settled().entries("/items") if isinstance(each, dict)]
    # A target may pass over the one or the other field, though not all of them.
    found = [sorts(openloyalty, batch.show, name, _text(name), rows) for name in FIELDS]
    plain = batch.show()
    refused = batch.show({"_orderBy[name]": "asc"}).status == 400
    if refused and not any(found):
        raise Unmet("segments cannot be sorted by name; not all fields can")
    openloyalty.judge("OLO-128", plain).that(
        any(found), f"segments sorted by one of {', '.join(FIELDS)}", "none of them makes a"
        " difference", "the list", "/items",
    )  # fmt: skip


@judges("OLO-128")
def test_a_sort_goes_on_over_pages(openloyalty: OpenLoyalty) -> None:
    """Pages are cut after sorting: the second one of two goes on where the first one ended."""
    batch = _unsorted(openloyalty)
    batch.settled()
    sort = total_order(batch.show, FIELDS, "/segmentId", len(batch.ids))
    if sort is None:
        raise Unmet("segments cannot be sorted by name or description; not all fields can")
    whole = batch.labels(batch.show(sort))
    came: list[str] = []
    for page in (1, 2):
        reply, labels = batch.found({**sort, "_itemsOnPage": 2, "_page": page})
        openloyalty.judge("OLO-128", reply).status(200)
        came += labels
    openloyalty.judge("OLO-128", reply).same(whole, came, f"pages 1 and 2 by {next(iter(sort))}")


@judges("OLO-128")
def test_members_are_sorted(openloyalty: OpenLoyalty) -> None:
    """Members of a segment come upwards with asc and downwards with desc, by one field or more."""
    segment = listing(openloyalty, openloyalty.known("members", "id", at_least=2))

    def ask(query: Any) -> Any:
        return openloyalty.members(segment, {"_itemsOnPage": MOST_ON_PAGE, **query})

    shown = ask({})
    openloyalty.need(shown, 200, what="listing the members of a segment")
    rows = [each for each in shown.entries("/items") if isinstance(each, dict)]
    found = []
    for field in ("lastName", "firstName"):
        # How letters with accents, and names that differ in their case, sort is not promised.
        names = [str(each.get(field)) for each in rows]
        plain = all(each.isascii() and each.isalpha() and each.istitle() for each in names)
        if plain and len(set(names)) > 1:
            found.append(sorts(openloyalty, ask, field, _text(field), rows))
    if len({_time(each) for each in rows}) > 1 and all(map(_time, rows)):
        found.append(sorts(openloyalty, ask, "createdAt", _time, rows))
    if not found:
        raise Unmet("the known members have names and times that cannot be told apart by sorting")
    refused = ask({"_orderBy[lastName]": "asc"}).status == 400
    if refused and not any(found):
        raise Unmet("members cannot be sorted by lastName; not all fields can")
    openloyalty.judge("OLO-128", shown).that(
        any(found), "members sorted by lastName, firstName or createdAt",
        "none of them makes a difference", "the list", "/items",
    )  # fmt: skip


FIELDS = ("name", "description")


def _unsorted(case: OpenLoyalty) -> Batch:
    """Make segments in neither the order of their names nor its reverse."""
    batch = Batch(case)
    # Names and descriptions begin with what sorts them, each in another order.
    for label, other in zip("bdac", "cbda", strict=True):
        name = f"{label} {case.fresh_name()} {batch.word}"
        batch.ids[label] = case.segment(name=name, description=f"{other} {batch.word}")
    return batch


def _text(field: str) -> Any:
    return lambda row: str(row.get(field))


def _time(row: Any) -> float:
    return instant(row.get("createdAt")) or 0
