"""Segments: made, read, changed, removed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from conformance.exchange import MISSING, Reply, at
from conformance.judging import Unmet, judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty
from conformance.openloyalty.criteria import is_calculated, worked_out
from conformance.openloyalty.instants import instant

CLOCKS = 300
"""Seconds by which the clock of a target may be off."""
LONGEST = 255
"""Characters that a text may have."""


@judges("OLO-040", "OLO-041", smoke=True)
@pytest.mark.parametrize("active", [False, True])
def test_a_new_segment_can_be_read(openloyalty: OpenLoyalty, active: bool) -> None:
    """A segment that was created can be read under its segmentId as it was sent."""
    form = openloyalty.draft(description="Made to be read", active=active)
    reply = openloyalty.create({"segment": form})
    openloyalty.judge("OLO-040", reply).status(200).that(
        isinstance(reply.at("/segmentId"), str), "a text", reply.at("/segmentId"), "", "/segmentId"
    )
    segment = openloyalty.id_of(reply)
    read = openloyalty.settle(lambda: openloyalty.read(segment), lambda found: found.status == 200)
    openloyalty.judge("OLO-041", read).status(200).value("/segmentId", segment).value(
        "/name", form["name"]
    ).value("/description", form["description"]).value("/active", active)


@judges("OLO-040", "OLO-041")
def test_texts_may_have_255_characters(openloyalty: OpenLoyalty) -> None:
    """A name and a description of 255 characters, whatever their bytes, are kept whole."""
    form = openloyalty.draft(description="ä€ß" * (LONGEST // 3))
    form["name"] = form["name"].ljust(LONGEST, "x")
    reply = openloyalty.create({"segment": form})
    openloyalty.judge("OLO-040", reply).status(200)
    _is_kept(openloyalty, openloyalty.id_of(reply), form)


@judges("OLO-041")
def test_texts_are_kept_as_they_were_sent(openloyalty: OpenLoyalty) -> None:
    """Whatever signs a name and a description have, and however many blanks, they are kept."""
    signs = "Ä é € & < > ' \" \\ %  two blanks"
    form = openloyalty.draft(description=f"For {signs} \N{PARTY POPPER}")
    form["name"] = f"{form['name']} {signs}"
    reply = openloyalty.create({"segment": form})
    openloyalty.need(reply, 200, what="creating a segment with signs of many kinds in its texts")
    _is_kept(openloyalty, openloyalty.id_of(reply), form)


@judges("OLO-052")
def test_a_name_is_all_that_a_segment_needs(openloyalty: OpenLoyalty) -> None:
    """A segment can be created with nothing but a name, so without parts."""
    reply = openloyalty.create({"segment": {"name": openloyalty.fresh_name()}})
    openloyalty.judge("OLO-052", reply).that(
        200 <= reply.status < 300, "the segment is created", f"status {reply.status}", "the status"
    )


@judges("OLO-051")
def test_created_at_is_the_time_of_creation(openloyalty: OpenLoyalty) -> None:
    """The createdAt of a segment is the time of its creation, and stays so."""
    before = openloyalty.now()
    segment = openloyalty.segment()
    after = openloyalty.now()
    reply = openloyalty.settle(lambda: openloyalty.read(segment), lambda found: found.status == 200)
    openloyalty.need(reply, 200, what="reading a new segment")
    shown = reply.at("/createdAt")
    at = instant(shown)
    openloyalty.judge("OLO-051", reply).that(
        at is not None and before - CLOCKS <= at <= after + CLOCKS,
        "the time of its creation", shown, "the body", "/createdAt",
    )  # fmt: skip
    openloyalty.pause(1.5)
    changed = openloyalty.change(segment, {"segment": openloyalty.draft()}, step="set up")
    openloyalty.need(changed, 200, what="changing a segment")
    again = openloyalty.read(segment)
    openloyalty.judge("OLO-051", again).that(
        instant(again.at("/createdAt")) == at, f"still {shown}", again.at("/createdAt"),
        "the body after a change", "/createdAt",
    )  # fmt: skip


@judges("OLO-055")
def test_a_segment_shows_its_fields(openloyalty: OpenLoyalty) -> None:
    """A segment shows what it is, since when it is there, and the figures of its members."""
    form = openloyalty.draft(active=True)
    segment = openloyalty.segment(**form)
    reply = worked_out(openloyalty, segment, form)
    told = openloyalty.judge("OLO-055", reply).status(200).value("/segmentId", segment)
    told.present("/name", "/active", "/createdAt")
    figures = "customersCount", "averageTransactionAmount", "averageTransactions", "averageClv"
    # A target may have no figures before it has reckoned.
    if not is_calculated(reply) and any(
        reply.at(f"/{each}") in (None, MISSING) for each in figures
    ):
        raise Unmet(
            "the segment was not recalculated within "
            f"{openloyalty.session.settle_seconds:g} s; set openloyalty.settle to more"
        )
    told.present(*(f"/{each}" for each in figures), "/currency")


@judges("OLO-055", read_only=True)
def test_a_known_segment_shows_its_fields(openloyalty: OpenLoyalty) -> None:
    """A segment that is there already shows its fields too."""
    segment = str(openloyalty.known("segments")[0]["id"])
    reply = openloyalty.read(segment)
    openloyalty.judge("OLO-055", reply).status(200).value("/segmentId", segment).present(
        "/name", "/active", "/createdAt"
    )


@judges("OLO-065", "OLO-071")
@pytest.mark.parametrize("active", [False, True])
def test_a_change_is_shown_later(openloyalty: OpenLoyalty, active: bool) -> None:
    """A segment is answered as the last change left it, by itself and in the list."""
    old = openloyalty.fresh_name()
    segment = openloyalty.segment(name=old, description="As it was", active=not active)
    form = openloyalty.draft(description="As it was changed", active=active)
    reply = openloyalty.change(segment, {"segment": form})
    openloyalty.judge("OLO-065", reply).status(200).value("/segmentId", segment)
    read = openloyalty.settle(
        lambda: openloyalty.read(segment), lambda found: found.at("/name") == form["name"]
    )
    openloyalty.judge("OLO-071", read).status(200).value("/name", form["name"]).value(
        "/description", form["description"]
    ).value("/active", active)
    before = openloyalty.settle(
        lambda: openloyalty.list({"name": old}), lambda found: not _names(found, segment, old)
    )
    openloyalty.judge("OLO-071", before).that(
        not _names(before, segment, old), "the segment is not listed under its old name",
        "it is listed so", "the list", "/items",
    )  # fmt: skip
    wanted = form["name"], form["description"], active

    def is_changed(row: dict[str, Any]) -> bool:
        return (row.get("name"), row.get("description"), row.get("active")) == wanted

    listed, row = openloyalty.shown_row(segment, form["name"], is_changed)
    openloyalty.judge("OLO-071", listed).that(
        is_changed(row), "the segment as it was changed", row, "the list", "/items"
    )
    # What an empty description becomes, a text or none, is open.
    reply = openloyalty.change(segment, {"segment": {**form, "description": ""}})
    if reply.status == 200:
        read = openloyalty.settle(
            lambda: openloyalty.read(segment), lambda found: not found.at("/description")
        )
        openloyalty.judge("OLO-071", read).status(200).that(
            not read.at("/description"), "an empty description, or none",
            read.at("/description"), "the body", "/description",
        )  # fmt: skip


@judges("OLO-075", "OLO-076", smoke=True)
def test_a_removed_segment_is_gone(openloyalty: OpenLoyalty) -> None:
    """A removed segment is found neither under its id nor in the list."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name)
    openloyalty.row(segment, name)
    reply = openloyalty.remove(segment)
    openloyalty.judge("OLO-075", reply).status(204).bodiless()
    read = openloyalty.settle(lambda: openloyalty.read(segment), lambda found: found.status == 404)
    openloyalty.judge("OLO-076", read).status(404)
    listed = openloyalty.row(segment, name, shown=False)
    openloyalty.judge("OLO-076", listed).status(200).that(
        segment not in listed.each("/segmentId", of="/items"), "the segment is not listed",
        "it is listed", "the list", "/items",
    )  # fmt: skip


@judges("OLO-076")
def test_nothing_can_be_done_with_a_removed_segment(openloyalty: OpenLoyalty) -> None:
    """A removed segment cannot be changed or switched, nor can anything of it be listed."""
    segment = openloyalty.segment()
    openloyalty.need(
        openloyalty.remove(segment, step="set up"), 204, 200, what="removing a segment"
    )
    for operation in op.OF_A_SEGMENT:
        if operation != op.REMOVE:
            reply = openloyalty.settle(
                partial(openloyalty.perform, operation, segment), lambda found: found.status == 404
            )
            openloyalty.judge("OLO-076", reply).status(404)


@judges("OLO-056", "OLO-057")
def test_the_types_of_averages_are_seen(openloyalty: OpenLoyalty) -> None:
    """The averages are numbers or texts, by themselves and in the list."""
    name = openloyalty.fresh_name()
    form = openloyalty.draft(name=name, active=True)
    segment = openloyalty.segment(**form)
    detail = worked_out(openloyalty, segment, form)
    openloyalty.need(detail, 200, what="reading a segment")
    openloyalty.observe("OLO-056", _kinds(detail.json), detail)
    listed, row = openloyalty.shown_row(segment, name)
    openloyalty.observe("OLO-057", _kinds(row), listed)


def _is_kept(case: OpenLoyalty, segment: str, form: dict[str, Any]) -> None:
    read = case.settle(lambda: case.read(segment), lambda found: found.status == 200)
    case.judge("OLO-041", read).status(200).value("/name", form["name"]).value(
        "/description", form["description"]
    )


def _names(reply: Reply, segment: str, name: str) -> bool:
    """Return whether a list shows a segment under a name."""
    return any(
        (at(each, "/segmentId"), at(each, "/name")) == (segment, name)
        for each in reply.entries("/items")
    )


def _kinds(shown: object) -> str:
    """Say in which types a segment shows its averages."""
    names = ("averageTransactionAmount", "averageTransactions", "averageClv")
    values = [shown.get(name) for name in names] if isinstance(shown, dict) else [None]
    kinds = {
        "none" if each is None else "texts" if isinstance(each, str) else "numbers"
        for each in values
    }
    return f"averages are {' and '.join(sorted(kinds))}"
