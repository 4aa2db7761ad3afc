"""Items of segments: products and categories, one by one, in bulk, and of all segments."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix import updates
from conformance.emporix.assignments import (
    CATEGORY,
    PRODUCT,
    Place,
    bulk,
    bulk_entry,
    place,
)
from conformance.emporix.case import Emporix
from conformance.emporix.lists import MIXIN, mixins
from conformance.exchange import MISSING, Reply, at
from conformance.judging import Unmet, judges

ITEMS = (PRODUCT, CATEGORY)


@judges("EMX-295", "EMX-297")
@pytest.mark.parametrize("kind", ITEMS)
def test_an_item_is_assigned_under_its_type(emporix: Emporix, kind: str) -> None:
    """A product or a category is assigned under its type and id, and shows both everywhere."""
    there = place(emporix, kind)
    emporix.judge("EMX-295", there.write()).status(200, 201)
    read = there.read_until(200)
    emporix.judge("EMX-295", read).status(200).value("/item/id", there.path["itemId"])
    emporix.judge("EMX-297", read).value("/type", there.path["type"])
    listed, found, among_all = _lists(there)
    for reply in (listed, found):
        emporix.judge("EMX-295", reply).status(200).that(
            there.path["itemId"] in reply.each("/item/id") or bool(_not_named(reply)),
            f"{there.path['itemId']} among the items of the segment", reply.each("/item/id"),
            "the list",
        )  # fmt: skip
    for reply in (listed, found, among_all):
        if len(reply.entries()) != 1:
            raise Unmet("a list does not show what was assigned alone")
        emporix.judge("EMX-297", reply).same(
            [there.path["type"]], reply.each("/type"), "the types in the list"
        )


@judges("EMX-297", read_only=True)
def test_items_of_all_segments_have_a_type(emporix: Emporix) -> None:
    """Every item of any segment is a PRODUCT or a CATEGORY."""
    reply = emporix.send(op.LIST_ALL_ITEMS, by="read", query={"pageSize": 50})
    emporix.need(reply, 200, what="listing the items of all segments")
    if not reply.entries():
        raise Unmet("no segment has an item, so there was nothing to judge")
    emporix.judge("EMX-297", reply).that(
        all(each in ("PRODUCT", "CATEGORY") for each in reply.each("/type")),
        "PRODUCT or CATEGORY", reply.each("/type"), "the types",
    )  # fmt: skip


@judges("EMX-296")
@pytest.mark.parametrize("kind", ITEMS)
def test_an_assignment_names_its_item(emporix: Emporix, kind: str) -> None:
    """An assignment, read or listed, names segment, type, and the item with code and name."""
    there = place(emporix, kind)
    there.make()
    read = there.read_until(200)
    emporix.need(read, 200, what="reading an assignment")
    for reply in _lists(there):
        emporix.need(reply, 200, what="listing what is assigned")
        if len(reply.entries()) != 1:
            raise Unmet("a list does not show what was assigned alone")
    for entry in (read.json, *(reply.at("/0") for reply in _lists(there))):
        judging = emporix.judge("EMX-296")
        judging.same(there.segment, at(entry, "/segmentId"), "segmentId")
        judging.that(_is_text(at(entry, "/type")), "type", entry, "the assignment")
        judging.same(there.path["itemId"], at(entry, "/item/id"), "item.id")
        judging.that(_is_text(at(entry, "/item/code")), "item.code", entry, "the assignment")
        name = at(entry, "/item/name")
        # How a single language is shown is not documented: as a map or as text.
        texts = list(name.values()) if isinstance(name, dict) else [name]
        judging.that(
            bool(texts) and all(map(_is_text, texts)), "item.name", entry, "the assignment"
        )


@judges("EMX-299", "EMX-289")
@pytest.mark.parametrize("kind", ITEMS)
def test_bulk_assigns_and_updates_items(emporix: Emporix, kind: str) -> None:
    """A bulk PUT assigns new items, updates those that are there, and needs the id of each."""
    there = place(emporix, kind)
    body = [bulk_entry(there)]
    first = bulk(emporix, op.ASSIGN_ITEMS_BULK, there, body)
    emporix.judge("EMX-289", first).status(207).same(
        [[201, "Created"]], _told(first), "code and status of the entries"
    )
    emporix.judge("EMX-289", there.read_until(200)).status(200)
    version = there.version()
    entry = {**bulk_entry(there), "metadata": {"version": version}}
    again = bulk(emporix, op.ASSIGN_ITEMS_BULK, there, [entry])
    emporix.judge("EMX-289", again).status(207).same(
        [[204, "OK"]], _told(again), "code and status of the entries"
    )
    read = emporix.settle(there.read, lambda reply: reply.at("/metadata/version") != version)
    emporix.judge("EMX-289", read).status(200).that(
        read.at("/metadata/version") != version, "another version", version, "the version"
    )
    nobody = bulk(emporix, op.ASSIGN_ITEMS_BULK, there, [{"mixins": {}}])
    if nobody.status == 207:
        code = nobody.at("/0/code")
        emporix.judge("EMX-299", nobody).that(
            isinstance(code, int) and 400 <= code < 500, "an entry with a code of 4xx",
            nobody.json, "the entry without an id",
        )  # fmt: skip
    else:
        emporix.judge("EMX-299", nobody).refused()


@judges("EMX-290", "EMX-300")
@pytest.mark.parametrize("kind", ITEMS)
def test_bulk_takes_out_the_items_it_names(emporix: Emporix, kind: str) -> None:
    """A bulk DELETE takes out the items whose ids it holds, and no other."""
    there = place(emporix, kind)
    known = emporix.known("products" if kind == PRODUCT else "categories", "id", at_least=3)
    places = [Place(emporix, kind, {**there.path, "itemId": str(each["id"])}) for each in known[:3]]
    other = place(emporix, CATEGORY if kind == PRODUCT else PRODUCT, there.segment)
    for each in (*places, other):
        each.make()
    *taken, stays = places
    ids = [each.path["itemId"] for each in taken]
    reply = bulk(emporix, op.REMOVE_ITEMS_BULK, there, ids)
    emporix.judge(("EMX-290", "EMX-300"), reply).status(207)
    for each in taken:
        emporix.judge("EMX-300", each.read_until(404)).status(404)
    for each in (stays, other):
        emporix.judge("EMX-300", each.read_until(200)).status(200)
    emporix.judge("EMX-290", reply).same(
        [[204, "OK"], [204, "OK"]], _told(reply), "code and status of the entries"
    )


@judges("EMX-290")
@pytest.mark.parametrize("kind", ITEMS)
def test_bulk_takes_an_item_out(emporix: Emporix, kind: str) -> None:
    """An item that a bulk DELETE says to have taken out is gone."""
    there = place(emporix, kind)
    there.make()
    second = Place(emporix, kind, {**there.path, "itemId": _another(there)})
    second.make()
    ids = [there.path["itemId"], second.path["itemId"]]
    reply = bulk(emporix, op.REMOVE_ITEMS_BULK, there, ids)
    emporix.judge("EMX-290", reply).status(207).same(
        [[204, "OK"], [204, "OK"]], _told(reply), "code and status of the entries"
    )
    for each in (there, second):
        emporix.judge("EMX-290", each.read_until(404)).status(404)


@judges("EMX-305")
@pytest.mark.parametrize("kind", ITEMS)
def test_mixins_of_an_item_come_back(emporix: Emporix, kind: str) -> None:
    """Mixins of an item's assignment and the links to their schemas come back, the latest ones."""
    there = place(emporix, kind)
    first = mixins(emporix, word="one", flag=True, count=3, inner={"words": ["a", "b"]})
    there.make(first)
    _judge_mixins(there, first)
    second = mixins(emporix, word="two")
    again = there.write(second, version=there.version())
    emporix.need(again, 200, 201, 204, what="updating an assignment")
    _judge_mixins(there, second)
    third = mixins(emporix, word="three", inner={"count": 1.5})
    entry = {**bulk_entry(there), **third}
    entry["metadata"] = {**third["metadata"], "version": there.version()}
    done = bulk(emporix, op.ASSIGN_ITEMS_BULK, there, [entry])
    emporix.need(done, 207, what="updating in bulk")
    if done.at("/0/code") not in (200, 201, 204):
        raise Unmet("a bulk PUT did not update the item, so there was nothing to judge")
    _judge_mixins(there, third)


@judges("EMX-301")
def test_items_of_all_segments_are_shown(emporix: Emporix) -> None:
    """Whoever may read segments sees the items of all of them, of inactive ones too."""
    for status in ("ACTIVE", "INACTIVE"):
        there = place(emporix, PRODUCT, emporix.segment(status=status))
        there.make()
        reply = _all_items(there, True, onlyActive="false")
        emporix.judge("EMX-301", reply).status(200).same(
            [there.path["itemId"]], reply.each("/item/id"), f"items of a segment that is {status}"
        )


@judges("EMX-304")
def test_only_active_is_false_by_default(emporix: Emporix) -> None:
    """Without onlyActive the items of inactive segments are shown like those of active ones."""
    there = place(emporix, PRODUCT, emporix.segment(status="INACTIVE"))
    there.make()
    reply = _all_items(there, True)
    emporix.judge("EMX-304", reply).status(200).same(
        [there.path["itemId"]], reply.each("/item/id"), "items of an inactive segment"
    )


@judges("EMX-303")
def test_only_items_of_active_segments_are_shown(emporix: Emporix) -> None:
    """With onlyActive=true the items of all segments are those of active ones."""
    for status, shown in (("INACTIVE", False), ("ACTIVE", True)):
        there = place(emporix, PRODUCT, emporix.segment(status=status))
        there.make()
        there.must_be_in(_all_items(there, True))
        reply = _all_items(there, shown, onlyActive="true")
        emporix.judge("EMX-303", reply).status(200).same(
            [there.path["itemId"]] if shown else [],
            reply.each("/item/id"),
            f"items of a segment that is {status}",
        )
        other = "INACTIVE" if shown else "ACTIVE"
        change = {"op": "replace", "path": "/status", "value": other}
        changed = updates.patch(emporix, there.segment, change, step="set up")
        emporix.need(changed, 204, what="changing the status of a segment")
        reply = _all_items(there, not shown, onlyActive="true")
        emporix.judge("EMX-303", reply).status(200).same(
            [] if shown else [there.path["itemId"]],
            reply.each("/item/id"),
            f"items of a segment that has become {other}",
        )


@judges("EMX-302")
def test_items_are_kept_by_the_site_of_their_segment(emporix: Emporix) -> None:
    """With siteCode the items of all segments are those of segments of that site."""
    here, elsewhere = emporix.option("site_code"), emporix.option("other_site_code")
    for site in (here, elsewhere):
        there = place(emporix, PRODUCT, emporix.segment(siteCode=site))
        there.make()
        there.must_be_in(_all_items(there, True))
        for asked in (here, elsewhere):
            reply = _all_items(there, asked == site, siteCode=asked)
            emporix.judge("EMX-302", reply).status(200).same(
                [there.path["itemId"]] if asked == site else [],
                reply.each("/item/id"),
                f"items of a segment of {site} with siteCode={asked}",
            )
    change = {"op": "replace", "path": "/siteCode", "value": here}
    moved = updates.patch(emporix, there.segment, change, step="set up")
    emporix.need(moved, 204, what="changing the site of a segment")
    for asked in (here, elsewhere):
        reply = _all_items(there, asked == here, siteCode=asked)
        emporix.judge("EMX-302", reply).status(200).same(
            [there.path["itemId"]] if asked == here else [],
            reply.each("/item/id"),
            f"items of a segment that was moved to {here}, with siteCode={asked}",
        )


def _judge_mixins(there: Place, written: dict[str, Any]) -> None:
    wanted = [written["mixins"], written["metadata"]["mixins"]]

    def found(entry: Any) -> list[Any]:
        return [at(entry, "/mixins"), at(entry, "/metadata/mixins")]

    read = there.case.settle(there.read, lambda reply: found(reply.json) == wanted)
    there.case.need(read, 200, what="reading an assignment")
    judging = there.case.judge("EMX-305", read)
    judging.value(f"/mixins/{MIXIN}", written["mixins"][MIXIN])
    judging.value("/metadata/mixins", written["metadata"]["mixins"])
    listed = there.case.settle(
        there.listed, lambda reply: [found(each) for each in reply.entries()] == [wanted]
    )
    if not listed.entries():
        raise Unmet("the list does not show what was assigned, so there was nothing to judge")
    there.case.judge("EMX-305", listed).same(
        [wanted], [found(each) for each in listed.entries()], "the list"
    )


def _all_items(there: Place, present: bool, **query: str) -> Reply:
    """List the items of all segments, narrowed to one, until its item shows or does not."""
    asked = {"q": f"segmentId:{there.segment}", **query}
    return there.case.settle(
        lambda: there.case.send(op.LIST_ALL_ITEMS, by="read", query=asked),
        lambda reply: bool(there.entries(reply)) is present,
    )


def _lists(there: Place) -> list[Reply]:
    """Return the three lists that hold the only item of a segment."""
    return [there.listed(), there.listed(search=True), _all_items(there, True)]


def _not_named(reply: Reply) -> list[Any]:
    """Return the entries of a list that do not say which item they are."""
    return [each for each in reply.entries() if at(each, "/item/id") is MISSING]


def _another(there: Place) -> str:
    """Return the id of another known thing of the same type. Raises Unmet."""
    kind = "products" if there.kind == PRODUCT else "categories"
    known = [str(each["id"]) for each in there.case.known(kind, "id", at_least=2)]
    return next(each for each in known if each != there.path["itemId"])


def _told(reply: Reply) -> list[list[Any]]:
    return [[at(each, "/code"), at(each, "/status")] for each in reply.entries()]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
