"""Associations: the rewards, achievements and campaigns that use a segment."""

from __future__ import annotations

import pytest

from conformance.exchange import MISSING, at
from conformance.judging import Unmet, judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import MOST_ON_PAGE, OpenLoyalty

KINDS = {
    "id": (str, "a text"),
    "name": (str, "a text"),
    "active": (bool, "true or false"),
    "additionalData": (dict, "an object"),
}
"""What an item shows, and as what."""


@judges("OLO-110", "OLO-111")
@pytest.mark.parametrize("resource", op.RESOURCES)
def test_what_uses_a_new_segment_can_be_listed(openloyalty: OpenLoyalty, resource: str) -> None:
    """Nothing uses a new segment, which is said with no items and a total of two fields."""
    reply = openloyalty.associated(openloyalty.segment(), resource)
    openloyalty.judge("OLO-110", reply).status(200).same([], reply.at("/items"), "items", "/items")
    total = reply.at("/total")
    openloyalty.judge("OLO-111", reply).same_set(
        ["all", "estimated"], total if isinstance(total, dict) else [], "the fields of total"
    )


@judges("OLO-110", "OLO-111", read_only=True)
def test_what_uses_a_known_segment_is_listed(openloyalty: OpenLoyalty) -> None:
    """Each thing that uses a segment shows its id, name, active flag and additional data."""
    for known in openloyalty.known("associated"):
        segment, resource = str(known["segment"]), str(known["resource"])
        reply = openloyalty.associated(segment, resource)
        told = openloyalty.judge("OLO-110", reply).status(200)
        told.that(
            bool(reply.entries("/items")), f"a {resource} that uses {segment}",
            reply.at("/items"), "the body", "/items",
        )  # fmt: skip
        for entry in reply.entries("/items"):
            for name in KINDS:
                told.that(
                    at(entry, f"/{name}") is not MISSING, f"{name} of each item", entry,
                    "the body", f"/items/*/{name}",
                )  # fmt: skip
                told.that(
                    isinstance(at(entry, f"/{name}"), KINDS[name][0]),
                    f"{name} of each item, {KINDS[name][1]}", entry,
                    "the body", f"/items/*/{name}",
                )  # fmt: skip
        total = reply.at("/total")
        counted = openloyalty.judge("OLO-111", reply).same_set(
            ["all", "estimated"], total if isinstance(total, dict) else [], "the fields of total"
        )
        count, estimated = at(total, "/all"), at(total, "/estimated")
        counted.that(
            isinstance(count, int) and isinstance(estimated, bool),
            "a number and true or false", total, "total", "/total",
        )  # fmt: skip


@judges("OLO-112", read_only=True)
def test_only_the_kind_that_was_asked_for_is_listed(openloyalty: OpenLoyalty) -> None:
    """A reward that uses a segment is not listed among its achievements or campaigns."""
    for known in openloyalty.known("associated"):
        segment, resource = str(known["segment"]), str(known["resource"])
        most = {"_itemsOnPage": MOST_ON_PAGE}
        reply = openloyalty.associated(segment, resource, most)
        openloyalty.need(reply, 200, what="listing what uses a segment")
        found = reply.each("/id", of="/items")
        if not found:
            raise Unmet(f"no {resource} uses the known segment {segment}")
        for other in op.RESOURCES:
            if other != resource:
                others = openloyalty.associated(segment, other, most)
                openloyalty.judge("OLO-112", others).status(200).that(
                    not any(each in found for each in others.each("/id", of="/items")),
                    f"no {resource} among {other}", others.at("/items"), "the body", "/items",
                )  # fmt: skip
