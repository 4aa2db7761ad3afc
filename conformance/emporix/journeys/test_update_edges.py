"""Updates and deletions at their edges: several operations, last entries, refused attempts."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import assignments, bulk, own, updates
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import MIXIN, mixins
from conformance.emporix.updates import patch
from conformance.emporix.writing import EVERY_LANGUAGE
from conformance.exchange import MISSING, Reply
from conformance.judging import judges

# --- refused attempts ---


@judges("EMX-135")
def test_a_taken_id_overwrites_nothing(emporix: Emporix) -> None:
    """A segment stays as it was when another one shall be created under its id."""
    body = emporix.draft(id=emporix.fresh_id())
    emporix.need(emporix.create(body, step="set up"), 201, what="creating a segment")
    taken = emporix.create(emporix.draft(status="ACTIVE", id=body["id"]))
    emporix.need(taken, 409, what="creating under an id that is taken")
    _judge_untouched(emporix, body)


@judges("EMX-135")
def test_a_stale_version_overwrites_nothing(emporix: Emporix) -> None:
    """A segment stays as it was when another version than its own is named."""
    body = emporix.draft(id=emporix.fresh_id())
    emporix.need(emporix.create(body, step="set up"), 201, what="creating a segment")
    stale = emporix.put(body["id"], updates.versioned(emporix.draft(status="ACTIVE"), 77))
    emporix.need(stale, 409, what="an update with another version")
    _judge_untouched(emporix, body)


def _judge_untouched(case: Emporix, body: dict[str, Any]) -> None:
    read = case.read(body["id"], headers=EVERY_LANGUAGE)
    judging = case.judge("EMX-135", read).status(200).value("/name", body["name"])
    judging.value("/status", "INACTIVE").value("/metadata/version", 1)


@judges("EMX-135")
@pytest.mark.parametrize("kind", assignments.KINDS)
def test_a_conflict_overwrites_no_assignment(emporix: Emporix, kind: str) -> None:
    """An assignment stays as it was when another version than its own is named."""
    place = assignments.place(emporix, kind)
    body = mixins(emporix, word="first")
    place.make(body)
    place.version()
    stale = place.write(mixins(emporix, word="second"), version=77)
    emporix.need(stale, 409, what="another version than the stored one")
    read = place.read()
    judging = emporix.judge("EMX-135", read).status(200).value("/metadata/version", 1)
    judging.value("/mixins", body["mixins"])


@judges("EMX-162")
@pytest.mark.parametrize("way", ["single", "bulk"])
def test_what_is_not_deleted_keeps_its_assignments(emporix: Emporix, way: str) -> None:
    """A segment that is not deleted without forceDelete keeps its customers and items."""
    places = [assignments.place(emporix, assignments.PRODUCT)]
    places.append(assignments.place(emporix, assignments.CUSTOMER, places[0].segment))
    segment = places[0].segment
    for place in places:
        place.make()
    if way == "bulk":
        before, after = emporix.segment(), emporix.segment()
        reply = bulk.send(emporix, op.REMOVE_BULK, [before, segment, after])
        judging = emporix.judge("EMX-162", reply).value("/1/code", 400)
        judging.that(reply.at("/0/code") == reply.at("/2/code") == 204, "204", reply.text)
    else:
        path = {"segmentId": segment}
        emporix.judge("EMX-162", emporix.send(op.REMOVE, path=path)).status(400)
    for place in places:
        emporix.judge("EMX-162", place.read_until(200)).status(200)


# --- versions ---


@judges("EMX-129")
def test_a_patch_is_one_update(emporix: Emporix) -> None:
    """A patch of several operations adds one to the version, a refused one adds nothing."""
    segment = emporix.segment()
    before = updates.stored_version(emporix, segment)
    refused = patch(emporix, segment, {"op": "replace", "path": "/status", "value": "DRAFT"})
    emporix.need(refused, *range(400, 500), what="a patch to no status")
    operations = [
        {"op": "replace", "path": "/status", "value": "ACTIVE"},
        {"op": "add", "path": "/description", "value": {"en": "added"}},
    ]
    emporix.need(patch(emporix, segment, *operations), 204, what="patching a segment")
    read = _until_active(emporix, segment)
    emporix.judge("EMX-129", read).status(200).value("/metadata/version", before + 1)


@judges("EMX-129", "EMX-184")
def test_a_bulk_updates_every_segment(emporix: Emporix) -> None:
    """Every existing segment of a bulk PUT is updated to its next version, the last one too."""
    segments = [emporix.segment() for _ in range(3)]
    versions = [updates.stored_version(emporix, each) for each in segments]
    entries = [
        {**updates.versioned(emporix.draft(status="ACTIVE"), version), "id": each}
        for each, version in zip(segments, versions, strict=True)
    ]
    reply = bulk.send(emporix, op.UPDATE_BULK, entries)
    emporix.judge("EMX-184", reply).same([204] * 3, reply.each("/code"), "the codes")
    for each, version in zip(segments, versions, strict=True):
        read = _until_active(emporix, each)
        emporix.judge("EMX-184", read).status(200).value("/status", "ACTIVE")
        emporix.judge("EMX-129", read).value("/metadata/version", version + 1)


def _until_active(case: Emporix, segment: str) -> Reply:
    return case.settle(
        lambda: case.read(segment), lambda reply: reply.at("/status") == "ACTIVE"
    )  # fmt: skip


# --- in bulk ---


@judges("EMX-052", "EMX-053", "EMX-179")
def test_every_entry_makes_its_own_segment(emporix: Emporix) -> None:
    """Every entry of a bulk gets the id in it, or one of its own, and is told that id."""
    drafts = [emporix.draft(), emporix.draft(id=emporix.fresh_id()), emporix.draft(),
              emporix.draft(id=emporix.fresh_id().upper())]  # fmt: skip
    reply = bulk.send(emporix, op.CREATE_BULK, drafts)
    emporix.need(reply, 207, what="creating segments in bulk")
    ids = reply.each("/id")
    judging = emporix.judge(("EMX-053", "EMX-179"), reply)
    judging.that(len(set(map(str, ids))) == len(drafts), "an id for each entry", ids, "the ids")
    for draft, told in zip(drafts, ids, strict=True):
        named = str(draft.get("id", told))
        read = emporix.read(named, headers=EVERY_LANGUAGE)
        requirement = "EMX-052" if "id" in draft else "EMX-053"
        emporix.judge(requirement, read).status(200).value("/name", draft["name"])
        emporix.judge("EMX-179", reply).same(named, told, "the id")


@judges("EMX-052", "EMX-055")
def test_the_case_of_an_id_is_kept(emporix: Emporix) -> None:
    """An id in capitals is kept as it is; in small letters there is nothing to read or remove."""
    body = emporix.draft(id=emporix.fresh_id().upper())
    emporix.need(emporix.create(body), 201, what="creating a segment")
    emporix.judge("EMX-052", emporix.read(body["id"])).status(200).value("/id", body["id"])
    small = {"segmentId": body["id"].lower()}
    emporix.judge("EMX-055", emporix.read(small["segmentId"])).status(404)
    changed = {"op": "replace", "path": "/status", "value": "ACTIVE"}
    emporix.judge("EMX-055", patch(emporix, small["segmentId"], changed)).status(404)
    emporix.send(op.REMOVE, path=small)
    read = emporix.read(body["id"])
    emporix.judge("EMX-055", read).status(200).value("/status", "INACTIVE")


# --- patches ---


@judges("EMX-144", "EMX-145", "EMX-146")
def test_a_patch_reaches_into_maps(emporix: Emporix) -> None:
    """One language is added, replaced and removed by its path, and the other ones stay."""
    segment = emporix.segment(
        name={"en": "one", "de": "eins"}, description={"en": "one", "de": "eins"}
    )
    _judge_patched(emporix, segment, "EMX-144", "/description", {"en": "one", "de": "zwei"},
                   _op("replace", "/description/de", "zwei"))  # fmt: skip
    _judge_patched(emporix, segment, "EMX-145", "/description", {"en": "one"},
                   _op("remove", "/description/de"))  # fmt: skip
    _judge_patched(emporix, segment, "EMX-146", "/description", {"en": "one", "de": "drei"},
                   _op("add", "/description/de", "drei"))  # fmt: skip
    _judge_patched(emporix, segment, "EMX-146", "/name", {"en": "one", "de": "vier"},
                   _op("add", "/name/de", "vier"))  # fmt: skip
    _judge_patched(emporix, segment, "EMX-144", "/description", {"en": "new"},
                   _op("replace", "/description", {"en": "new"}))  # fmt: skip
    _judge_patched(emporix, segment, "EMX-144", "/name", {"en": "new"},
                   _op("replace", "/name", {"en": "new"}))  # fmt: skip


@judges("EMX-144")
def test_a_patch_moves_a_segment_to_another_site(emporix: Emporix) -> None:
    """Replace sets another siteCode."""
    segment, there = emporix.segment(), emporix.option("other_site_code")
    _judge_patched(emporix, segment, "EMX-144", "/siteCode", there,
                   _op("replace", "/siteCode", there))  # fmt: skip


@judges("EMX-070", "EMX-144", "EMX-145", "EMX-146")
def test_a_patch_reaches_into_mixins(emporix: Emporix) -> None:
    """Values of a mixin, lists included, are added, replaced and removed by their paths."""
    body = mixins(emporix, word="a", list=["a", "b"], kept={"deep": 1})
    reply = emporix.create(emporix.draft(id=emporix.fresh_id(), **body), step="set up")
    if reply.status != 201 and not emporix.session.config.options.get("mixin_schema"):
        raise emporix.lacking("emporix.mixin_schema")
    segment = str(emporix.need(reply, 201, what="creating a segment").at("/id"))
    root = f"/mixins/{MIXIN}"
    for requirement, operation, pointer, value in (
        ("EMX-144", _op("replace", f"{root}/word", "b"), "word", "b"),
        ("EMX-144", _op("replace", f"{root}/kept/deep", 2), "kept", {"deep": 2}),
        ("EMX-144", _op("replace", f"{root}/list/1", "c"), "list", ["a", "c"]),
        ("EMX-146", _op("add", f"{root}/list/0", "z"), "list", ["z", "a", "c"]),
        ("EMX-146", _op("add", f"{root}/list/-", "d"), "list", ["z", "a", "c", "d"]),
        ("EMX-146", _op("add", f"{root}/more", "new"), "more", "new"),
        ("EMX-145", _op("remove", f"{root}/word"), "word", MISSING),
    ):
        _judge_patched(emporix, segment, requirement, f"{root}/{pointer}", value, operation)
    read = emporix.read(segment)
    emporix.judge("EMX-070", read).value("/metadata/mixins", body["metadata"]["mixins"])


@judges("EMX-149")
def test_what_is_not_there_is_not_removed(emporix: Emporix) -> None:
    """Remove on a property that the segment does not have is answered with 400."""
    reply = patch(emporix, emporix.segment(), _op("remove", f"/mixins/{MIXIN}"))
    emporix.judge("EMX-149", reply).status(400)
    reply = patch(emporix, emporix.segment(), _op("remove", "/description"))
    emporix.judge("EMX-149", reply).status(400)


def _judge_patched(
    case: Emporix, segment: str, requirement: str, pointer: str, value: Any, operation: Any
) -> None:
    updates.succeeded(case, requirement, patch(case, segment, operation))
    read = case.settle(
        lambda: case.read(segment, headers=EVERY_LANGUAGE),
        lambda reply: reply.at(pointer) == value,
    )
    judging = case.judge(requirement, read).status(200)
    if value is MISSING:
        judging.that(
            read.at(pointer) is MISSING, f"nothing at {pointer}", read.at(pointer), pointer=pointer
        )
    else:
        judging.value(pointer, value)


def _op(op: str, path: str, value: Any = MISSING) -> dict[str, Any]:
    named = {"op": op, "path": path}
    return named if value is MISSING else {**named, "value": value}


# --- content ---


@judges("EMX-064", "EMX-070")
@pytest.mark.parametrize("way", [op.UPDATE, op.UPDATE_BULK])
def test_an_update_brings_its_content(emporix: Emporix, way: str) -> None:
    """What an update says about texts, validity and mixins comes back as it was written."""
    segment = emporix.segment()
    language = emporix.languages[0]
    content = {
        **mixins(emporix, off=False, zero=0, empty="", none=[]),
        "name": {language: "Größe 東京 \U0001f389"},
        "description": {language: "a  <b> & \U0001f389"},
        "validity": {"from": "2031-01-01T10:00:00.250Z"},
    }
    links = content["metadata"]["mixins"]
    body = emporix.draft(
        **{**content, "metadata": {"mixins": links, "version": 1}}, status="ACTIVE"
    )
    if way == op.UPDATE_BULK:
        reply = bulk.send(emporix, way, [{**body, "id": segment}])
        code = reply.at("/0/code")
    else:
        reply = updates.put(emporix, segment, body)
        code = reply.status
    if code != 204 and not emporix.session.config.options.get("mixin_schema"):
        raise emporix.lacking("emporix.mixin_schema")
    emporix.need(reply, 204, 207, what="updating a segment")
    read = emporix.settle(
        lambda: emporix.read(segment, headers=EVERY_LANGUAGE),
        lambda reply: reply.at("/status") == "ACTIVE",
    )
    judging = emporix.judge("EMX-064", read).status(200)
    for name in ("name", "description", "mixins"):
        judging.value(f"/{name}", content[name])
    came = read.at("/validity/from")
    judging.that(
        updates.instant(came) == updates.instant(content["validity"]["from"]),
        content["validity"]["from"], came, pointer="/validity/from",
    )  # fmt: skip
    emporix.judge("EMX-070", read).value("/metadata/mixins", links)


# --- deletions ---


@judges("EMX-161")
@pytest.mark.parametrize("way", ["single", "bulk"])
def test_a_deleted_segment_is_not_patched(emporix: Emporix, way: str) -> None:
    """A patch of a deleted segment finds nothing, and brings nothing back."""
    segment = emporix.segment()
    path = {"segmentId": segment}
    if way == "bulk":
        removed = emporix.send(op.REMOVE_BULK, body=[segment])
    else:
        removed = emporix.send(op.REMOVE, path=path)
    emporix.need(removed, 204, 207, what="deleting a segment")
    changed = {"op": "replace", "path": "/status", "value": "ACTIVE"}
    reply = emporix.settle(
        lambda: patch(emporix, segment, changed), lambda reply: reply.status == 404
    )  # fmt: skip
    emporix.judge("EMX-161", reply).status(404)
    emporix.judge("EMX-161", emporix.read(segment)).status(404)


@judges("EMX-165")
def test_a_segment_that_is_empty_again_is_deleted(emporix: Emporix) -> None:
    """A segment whose customers and items were all taken out is deleted without forceDelete."""
    place = assignments.place(emporix, assignments.PRODUCT)
    customer = assignments.place(emporix, assignments.CUSTOMER, place.segment)
    for each in (place, customer):
        each.make()
        emporix.need(each.remove(), 204, what="removing an assignment")
        each.read_until(404)
    path = {"segmentId": place.segment}
    reply = emporix.settle(
        lambda: emporix.send(op.REMOVE, path=path), lambda reply: reply.status == 204
    )
    emporix.judge("EMX-165", reply).status(204)


# --- matching ---


@judges("EMX-200", "EMX-201", "EMX-202")
def test_segments_of_a_match_count_one_by_one(emporix: Emporix) -> None:
    """Of several segments the active ones count, each for itself, and only for given items."""
    first, product = _two_products(emporix)
    direct, by_category, inactive = own.active(emporix), own.active(emporix), own.inactive(emporix)
    emporix.assign_item(direct, "PRODUCT", first)
    emporix.assign_item(by_category, "CATEGORY", str(product["category"]))
    emporix.assign_item(inactive, "PRODUCT", str(product["id"]))
    named = str(product["id"])
    _judge_match(emporix, "EMX-200", [named], [direct], [])
    _judge_match(emporix, "EMX-200", [first, named], [], [])
    _judge_match(emporix, "EMX-202", [first, named], [direct, inactive], [first])
    _judge_match(emporix, "EMX-202", [first], [inactive, direct], [first])
    _judge_match(emporix, "EMX-201", [named], [direct, by_category], [named])


def _two_products(case: Emporix) -> tuple[str, Any]:
    """Return the id of a product, and another one of another category. Raises Unmet."""
    known = case.known("products", "id", "category", at_least=2)
    one = known[0]
    for other in known[1:]:
        if other["category"] != one["category"]:
            return str(one["id"]), other
    raise case.lacking("emporix.known.products with two of different categories")


def _judge_match(
    case: Emporix, requirement: str, items: list[str], segments: list[str], wanted: list[str]
) -> None:
    site = case.option("site_code")
    body = {
        "items": [{"id": each} for each in items], "segmentIds": segments,
        "site": site, "siteCode": site,
    }  # fmt: skip
    found = case.settle(
        lambda: case.send(op.MATCH, body=body),
        lambda reply: reply.status == 200 and set(map(str, reply.each("/id"))) == set(wanted),
    )
    judging = updates.succeeded(case, requirement, found)
    judging.same_set(set(wanted), set(map(str, found.each("/id"))), "the items")
