"""Filters of the list of segments: fields, operators, and several at once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exchange import MISSING
from conformance.judging import Unmet, judges
from conformance.openloyalty.case import MOST_ON_PAGE, Batch, OpenLoyalty
from conformance.openloyalty.criteria import listing, worked_out
from conformance.openloyalty.instants import instant, written

AVERAGES = ("averageTransactionAmount", "averageTransactions", "averageClv")
NOBODYS = 98765432.1
"""An average that no segment has."""
LONG_AGO = "2001-02-03T04:05:06Z"
"""Before any segment."""
FAR_AHEAD = "2037-02-03T04:05:06Z"
"""After any segment."""


@judges("OLO-120", read_only=True, smoke=True)
def test_the_list_of_segments_has_items_and_a_total(openloyalty: OpenLoyalty) -> None:
    """The segments of a store are answered with items and a total."""
    reply = openloyalty.list()
    openloyalty.judge("OLO-120", reply).status(200).that(
        isinstance(reply.at("/items"), list), "a list", reply.at("/items"), "the body", "/items"
    ).that(
        isinstance(reply.at("/total"), dict), "an object", reply.at("/total"), "the body", "/total"
    )


@judges("OLO-120")
def test_the_list_shows_a_new_segment(openloyalty: OpenLoyalty) -> None:
    """A segment that was created is in the list of the store."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name)
    reply = openloyalty.row(segment, name)
    if any(each != name for each in reply.each("/name", of="/items")):
        raise Unmet("the list cannot be narrowed by name")
    openloyalty.judge("OLO-120", reply).status(200).that(
        segment in reply.each("/segmentId", of="/items"), f"the segment {segment}",
        reply.each("/segmentId", of="/items"), "the list", "/items",
    )  # fmt: skip


@judges("OLO-143", "OLO-132", "OLO-133")
def test_segments_are_filtered_by_name(openloyalty: OpenLoyalty) -> None:
    """A name finds the segment that has it, in one spelling only, and eq means the same."""
    batch = Batch(openloyalty)
    batch.add("wanted", description=f"Wanted {batch.word}")
    batch.add("other")
    rows = batch.settled()
    name = str(_shown(batch, rows, "wanted").get("name"))
    for query in ({"name": name}, {"name[eq]": name}):
        requirements = ("OLO-132",) if "name[eq]" in query else ("OLO-143", "OLO-132")
        reply = openloyalty.list({**query, "_itemsOnPage": MOST_ON_PAGE})
        openloyalty.judge(requirements, reply).status(200).same(
            ["wanted"], batch.labels(reply), f"what {next(iter(query))} finds"
        )
    # Pages are cut after filtering.
    reply = openloyalty.list({"name": name, "_itemsOnPage": 1})
    openloyalty.judge("OLO-143", reply).status(200).same(
        ["wanted"], batch.labels(reply), "what name finds on a page of one"
    )
    for query in (
        {"name": name.swapcase()},
        {"name[eq]": name.swapcase()},
        {"description[eq]": f"wANTED {batch.word}"},
    ):
        reply = openloyalty.list({**query, "_itemsOnPage": MOST_ON_PAGE})
        openloyalty.judge("OLO-133", reply).status(200).that(
            "wanted" not in batch.labels(reply), "nothing, for the case differs",
            batch.labels(reply), f"what {next(iter(query))} finds",
        )  # fmt: skip


@judges("OLO-132")
def test_a_part_of_a_name_is_not_equal_to_it(openloyalty: OpenLoyalty) -> None:
    """A part of a name does not find the segment, neither by itself nor with eq."""
    batch = Batch(openloyalty)
    batch.add("wanted")
    name = str(_shown(batch, batch.settled(), "wanted").get("name"))
    for query in ({"name": name[:-3]}, {"name[eq]": name[:-3]}):
        reply = openloyalty.list({**query, "_itemsOnPage": MOST_ON_PAGE})
        openloyalty.judge("OLO-132", reply).status(200).that(
            "wanted" not in batch.labels(reply), "nothing, for it is a part of the name only",
            batch.labels(reply), f"what {next(iter(query))} finds",
        )  # fmt: skip


@judges("OLO-143", "OLO-132", "OLO-139")
@pytest.mark.parametrize("field", ["active", "description"])
def test_segments_are_filtered_by_what_was_sent(openloyalty: OpenLoyalty, field: str) -> None:
    """A value finds the segments that have it, by itself and with eq, among those named so."""
    batch = Batch(openloyalty)
    batch.add("a", active=True, description=f"First {batch.word}")
    batch.add("b", active=False, description=f"Second {batch.word}")
    batch.settled()
    values = {
        "active": {"a": "true", "b": "false"},
        "description": {"a": f"First {batch.word}", "b": f"Second {batch.word}"},
    }[field]
    for label, value in values.items():
        reply, labels = batch.found({field: value})
        openloyalty.judge(("OLO-143", "OLO-139"), reply).status(200).same(
            [label], labels, f"what {field}={value} finds"
        )
        reply, again = batch.found({f"{field}[eq]": value})
        openloyalty.judge("OLO-132", reply).status(200).same(
            labels, again, f"what {field}[eq]={value} finds"
        )


@judges("OLO-143")
@pytest.mark.parametrize("field", AVERAGES)
def test_segments_are_filtered_by_averages(openloyalty: OpenLoyalty, field: str) -> None:
    """An average finds the segments that have it and no others."""
    batch = Batch(openloyalty)
    segment = batch.add("idle")
    form = openloyalty.draft(active=True)
    form["name"] += f" {batch.word}"
    batch.ids["active"] = openloyalty.segment(**form)
    worked_out(openloyalty, batch.ids["active"], form)
    rows = batch.settled()
    none = [label for label in batch.ids if _number(_shown(batch, rows, label).get(field)) == 0]
    reply, labels = batch.found({field: NOBODYS})
    openloyalty.judge("OLO-143", reply).status(200).same(
        [], labels, f"what {field}={NOBODYS} finds"
    )
    if not none:
        raise Unmet(f"the new segment {segment} does not show {field} as 0")
    reply, labels = batch.found({field: 0.5})
    openloyalty.judge("OLO-143", reply).status(200).that(
        not set(none) & set(labels), f"none of {none}, whose {field} is shown as 0", labels,
        f"what {field}=0.5 finds",
    )  # fmt: skip
    reply, labels = batch.found({field: 0})
    openloyalty.judge("OLO-143", reply).status(200).that(
        set(none) <= set(labels), f"{none}, whose {field} is shown as 0", labels,
        f"what {field}=0 finds",
    )  # fmt: skip


@judges("OLO-143", "OLO-138")
def test_segments_are_filtered_by_how_many_members_they_have(openloyalty: OpenLoyalty) -> None:
    """A number finds the segments with so many members, and with more or fewer by operator."""
    known = openloyalty.known("members", "id")[:1]
    batch = Batch(openloyalty)
    batch.add("empty")
    name = f"{openloyalty.fresh_name()} {batch.word} full"
    batch.ids["full"] = listing(openloyalty, known, name)
    rows = openloyalty.settle(
        batch.show,
        lambda found: (
            _count(batch, found, "full") is not None
            and _count(batch, found, "full") != _count(batch, found, "empty")
        ),
    )
    openloyalty.need(rows, 200, what="listing segments by name[like]")
    most, least = _count(batch, rows, "full"), _count(batch, rows, "empty")
    if most is None or least is None or most <= least:
        raise Unmet("a segment with a member does not show more customersCount than one without")
    for value, expected in ((most, "full"), (least, "empty")):
        reply, labels = batch.found({"customersCount": value})
        openloyalty.judge("OLO-143", reply).status(200).same(
            [expected], labels, f"what customersCount={value} finds"
        )
    for operator, value, several in (
        ("gt", least, ["full"]),
        ("gt", most, []),
        ("gte", most, ["full"]),
        ("gte", least, ["empty", "full"]),
        ("lt", most, ["empty"]),
        ("lt", least, []),
        ("lte", least, ["empty"]),
        ("lte", most, ["empty", "full"]),
    ):
        reply, labels = batch.found({f"customersCount[{operator}]": value})
        openloyalty.judge("OLO-138", reply).status(200).same_set(
            several, labels, f"what customersCount[{operator}]={value} finds"
        )


@judges("OLO-143", "OLO-138", "OLO-139")
def test_segments_are_filtered_by_the_time_of_creation(openloyalty: OpenLoyalty) -> None:
    """A createdAt finds the segment of that time, and earlier or later ones by operator."""
    batch = Batch(openloyalty)
    batch.add("old")
    openloyalty.pause(2)
    batch.add("new")
    rows = batch.settled()
    times = {label: _shown(batch, rows, label).get("createdAt") for label in batch.ids}
    old, new = instant(times["old"]), instant(times["new"])
    if old is None or new is None or int(old) + 1 > new:
        raise Unmet("segments that were made two seconds apart do not show it")
    reply, labels = batch.found({"createdAt": times["old"]})
    openloyalty.judge("OLO-143", reply).status(200).same(
        ["old"], labels, f"what createdAt={times['old']} finds"
    )
    reply, labels = batch.found({"createdAt": LONG_AGO})
    openloyalty.judge("OLO-143", reply).status(200).same(
        [], labels, f"what createdAt={LONG_AGO} finds"
    )
    between = written(old + 1)
    for operator, expected in (
        ("gt", ["new"]), ("gte", ["new"]), ("lt", ["old"]), ("lte", ["old"]),
    ):  # fmt: skip
        reply, labels = batch.found({f"createdAt[{operator}]": between})
        openloyalty.judge("OLO-138", reply).status(200).same(
            expected, labels, f"what createdAt[{operator}]={between} finds"
        )
    # Not of gt and lte: what is shown may be cut to the second.
    for operator, finds in (("gte", True), ("lt", False)):
        reply, labels = batch.found({f"createdAt[{operator}]": times["old"]})
        openloyalty.judge("OLO-138", reply).status(200).that(
            ("old" in labels) is finds, f"the segment of that time {'too' if finds else 'not'}",
            labels, f"what createdAt[{operator}]={times['old']} finds",
        )  # fmt: skip
    for begin, end, label in ((between, FAR_AHEAD, "new"), (LONG_AGO, between, "old")):
        reply, labels = batch.found({"createdAt[gte]": begin, "createdAt[lte]": end})
        openloyalty.judge("OLO-139", reply).status(200).same(
            [label], labels, f"what createdAt from {begin} to {end} finds"
        )


@judges("OLO-134")
def test_like_finds_a_part_of_a_name(openloyalty: OpenLoyalty) -> None:
    """What like is given may stand at the begin, in the middle or at the end, in any case."""
    word, other = openloyalty.fresh(12), openloyalty.fresh(12)
    names = {
        "begin": f"{word} {openloyalty.fresh_name()}",
        "middle": f"{openloyalty.fresh_name()} x{word}x end",
        "end": f"{openloyalty.fresh_name()} {word.upper()}",
        "none": f"{openloyalty.fresh_name()} {other}",
    }
    batch = Batch(openloyalty)
    for label, name in names.items():
        batch.ids[label] = openloyalty.segment(name=name)
        openloyalty.row(batch.ids[label], name)
    for asked in (word, word.upper()):
        reply = openloyalty.list({"name[like]": asked, "_itemsOnPage": MOST_ON_PAGE})
        openloyalty.judge("OLO-134", reply).status(200).same_set(
            ["begin", "middle", "end"], batch.labels(reply), f"what name[like]={asked} finds"
        )


@judges("OLO-134")
def test_like_finds_a_part_of_a_description(openloyalty: OpenLoyalty) -> None:
    """A part of a description finds the segments whose description has it."""
    batch = Batch(openloyalty)
    batch.add("a", description=f"For Friends {batch.word}")
    batch.add("b", description=f"For strangers {batch.word}")
    batch.settled()
    reply, labels = batch.found({"description[like]": "for FRIENDS"})
    openloyalty.judge("OLO-134", reply).status(200).same(
        ["a"], labels, "what description[like]=for FRIENDS finds"
    )
    reply, labels = batch.found({"description[like]": "Friends for"})
    openloyalty.judge("OLO-134", reply).status(200).same(
        [], labels, "what description[like]=Friends for finds, the words in another order"
    )


@judges("OLO-134")
def test_like_takes_signs_as_they_are(openloyalty: OpenLoyalty) -> None:
    """No sign stands for others in what like is given: it is contained as it is, or not."""
    batch = Batch(openloyalty)
    batch.add(f"{batch.word}_1")
    batch.add(f"{batch.word}x1")
    batch.settled()
    for sign in "_%.*":
        reply, labels = batch.found({"name[like]": f"{batch.word}{sign}1"})
        openloyalty.judge("OLO-134", reply).status(200).same(
            [f"{batch.word}_1"] if sign == "_" else [], labels,
            f"what name[like]={batch.word}{sign}1 finds",
        )  # fmt: skip


@judges("OLO-135")
def test_has_value_and_not_has_value_divide_the_list(openloyalty: OpenLoyalty) -> None:
    """Every segment is found by hasValue or by notHasValue: by the first if it shows the field."""
    batch = Batch(openloyalty)
    batch.add("with", description=f"Something {batch.word}")
    batch.add("without")
    rows = batch.settled()
    valued = [
        label
        for label in batch.ids
        if _shown(batch, rows, label).get("description") not in (None, "")
    ]
    if valued != ["with"]:
        raise Unmet("a segment made without a description shows one, or the other way round")
    if _shown(batch, rows, "without").get("description") == "":
        raise Unmet("a segment made without a description shows an empty one")
    reply, labels = batch.found({"description[hasValue]": "true"})
    openloyalty.judge("OLO-135", reply).status(200).same(
        ["with"], labels, "what description[hasValue] finds"
    )
    reply, labels = batch.found({"description[notHasValue]": "true"})
    openloyalty.judge("OLO-135", reply).status(200).same(
        ["without"], labels, "what description[notHasValue] finds"
    )


@judges("OLO-136")
def test_an_empty_text_is_a_value(openloyalty: OpenLoyalty) -> None:
    """A description that is empty counts as a value."""
    batch = Batch(openloyalty)
    batch.add("empty", description="")
    rows = batch.settled()
    if _shown(batch, rows, "empty").get("description") != "":
        raise Unmet("the target does not keep a description that is empty")
    reply, labels = batch.found({"description[hasValue]": "true"})
    openloyalty.judge("OLO-136", reply).status(200).same(
        ["empty"], labels, "what description[hasValue] finds"
    )
    reply, labels = batch.found({"description[notHasValue]": "true"})
    openloyalty.judge("OLO-136", reply).status(200).same(
        [], labels, "what description[notHasValue] finds"
    )


@judges("OLO-139")
def test_all_of_several_filters_must_hold(openloyalty: OpenLoyalty) -> None:
    """A segment that fulfils only some of several filters is not found."""
    batch = Batch(openloyalty)
    word = openloyalty.fresh(12)
    batch.add("both", active=True, description=f"Right {word}")
    batch.add("first", active=True, description=f"Wrong {word}")
    batch.add("second", active=False, description=f"Right {word}")
    batch.settled()
    query = {"name[like]": batch.word, "active": "true", "description[like]": f"right {word}"}
    reply = openloyalty.list({**query, "_itemsOnPage": MOST_ON_PAGE})
    openloyalty.judge("OLO-139", reply).status(200).same(
        ["both"], batch.labels(reply), "what three filters find"
    )


def _shown(batch: Batch, rows: Any, label: str) -> dict[str, Any]:
    """Return a segment as a list shows it; nothing where it does not."""
    row = rows.entry("/segmentId", batch.ids[label], of="/items")
    return row if isinstance(row, dict) else {}


def _count(batch: Batch, rows: Any, label: str) -> int | None:
    found = _shown(batch, rows, label).get("customersCount", MISSING)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _number(shown: Any) -> float | None:
    """Return an average, whichever of the two documented types it is shown in."""
    try:
        return float(shown) if isinstance(shown, (int, float, str)) else None
    except ValueError:
        return None
