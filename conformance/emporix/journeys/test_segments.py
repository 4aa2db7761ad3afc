"""Segments are made: under which id, with which content, at what time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import another_link, mixins
from conformance.emporix.writing import (
    EVERY_LANGUAGE,
    WAYS,
    code,
    write,
    write_bulk,
    written,
)
from conformance.exchange import MISSING, Reply, at
from conformance.judging import judges, unmet

_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
"""RFC 3339, section 5.6."""


def instant(text: Any) -> float | None:
    """Return an RFC 3339 date-time in seconds since 1970; None for anything else."""
    found = _DATE_TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    day, time, fraction, zone = found.groups()
    offset = "+00:00" if zone in "Zz" else zone
    try:
        whole = datetime.fromisoformat(f"{day}T{time}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return whole.timestamp() + float(fraction or 0)


# --- ids ---


@judges("EMX-050", "EMX-051", "EMX-052", smoke=True)
def test_a_new_segment_can_be_read(emporix: Emporix) -> None:
    """A segment that was created can be read at once under the id that it was given."""
    body = emporix.draft(id=emporix.fresh_id())
    reply = emporix.create(body)
    emporix.judge("EMX-050", reply).status(201).present("/id")
    emporix.judge("EMX-052", reply).value("/id", body["id"])
    read = emporix.read(body["id"])
    emporix.judge("EMX-051", read).status(200).value("/id", body["id"])


@judges("EMX-051")
def test_a_new_segment_is_what_it_was_made(emporix: Emporix) -> None:
    """What is read right after a segment was made is that segment, with its name and site."""
    body = emporix.draft(id=emporix.fresh_id())
    emporix.need(emporix.create(body), 201, what="creating a segment")
    read = emporix.read(body["id"], headers=EVERY_LANGUAGE)
    judging = emporix.judge("EMX-051", read).status(200)
    judging.value("/name", body["name"]).value("/siteCode", body["siteCode"])


@judges("EMX-052")
def test_a_bulk_keeps_ids(emporix: Emporix) -> None:
    """A segment that is made in bulk is there under the id in its entry."""
    body = emporix.draft(id=emporix.fresh_id())
    reply = write_bulk(emporix, op.CREATE_BULK, body)
    emporix.need(reply, 207, what="creating segments in bulk")
    read = emporix.read(body["id"], headers=EVERY_LANGUAGE)
    emporix.judge("EMX-052", read).status(200).value("/name", body["name"])


@judges("EMX-050", "EMX-051", "EMX-053", "EMX-056")
def test_an_id_is_generated(emporix: Emporix) -> None:
    """Segments that name no id get ones of their own, in lower case, and are there under them."""
    drafts = [emporix.draft(), emporix.draft()]
    found = []
    for body in drafts:
        reply = emporix.create(body)
        emporix.judge(("EMX-050", "EMX-053"), reply).status(201)
        given = reply.at("/id")
        emporix.judge(("EMX-050", "EMX-053"), reply).that(
            isinstance(given, str) and bool(given), "an id", given, "the id", "/id"
        )
        emporix.judge("EMX-056", reply).same(str(given).lower(), given, "the id", "/id")
        found.append(str(given))
    emporix.judge("EMX-053").that(len(set(found)) == 2, "two ids", found, "the ids")
    for body, given in zip(drafts, found, strict=True):
        read = emporix.read(given, headers=EVERY_LANGUAGE)
        judging = emporix.judge(("EMX-051", "EMX-053"), read)
        judging.status(200).value("/name", body["name"])


@judges("EMX-053")
def test_a_bulk_generates_ids(emporix: Emporix) -> None:
    """A segment that is made in bulk without an id gets one, under which it is there."""
    body = emporix.draft()
    reply = write_bulk(emporix, op.CREATE_BULK, body)
    emporix.need(reply, 207, what="creating segments in bulk")
    given = reply.at("/0/id")
    emporix.judge("EMX-053", reply).that(
        code(reply) == 201 and isinstance(given, str) and bool(given),
        "code 201 and an id", reply.text[:300], "the entry", "/0",
    )  # fmt: skip
    read = emporix.read(given, headers=EVERY_LANGUAGE)
    emporix.judge("EMX-053", read).status(200).value("/name", body["name"])


@judges("EMX-054")
def test_an_id_is_taken_once(emporix: Emporix) -> None:
    """A second segment under an id that is taken is answered with 409."""
    segment = emporix.segment()
    emporix.judge("EMX-054", emporix.create(emporix.draft(id=segment))).status(409)


@judges("EMX-055")
def test_case_tells_ids_apart(emporix: Emporix) -> None:
    """Ids that differ in the case of their letters name different segments."""
    lower = emporix.fresh_id()
    ids = (lower, lower.upper(), lower.capitalize())
    names = []
    for id_ in ids[:2]:
        body = emporix.draft(id=id_)
        emporix.judge("EMX-055", emporix.create(body)).status(201)
        names.append(body["name"])
    body = emporix.draft()
    emporix.judge("EMX-055", emporix.put(ids[2], body)).status(201)
    for id_, name in zip(ids, [*names, body["name"]], strict=True):
        read = emporix.read(id_, headers=EVERY_LANGUAGE)
        emporix.judge("EMX-055", read).status(200).value("/id", id_).value("/name", name)


# --- content ---


@judges("EMX-061")
@pytest.mark.parametrize("way", WAYS)
def test_a_segment_begins_inactive(emporix: Emporix, way: str) -> None:
    """A segment that is made without a status is INACTIVE."""
    body = emporix.draft(id=emporix.fresh_id())
    read = written(emporix, way, body, "creating a segment without a status")
    emporix.judge("EMX-061", read).value("/status", "INACTIVE")


@judges("EMX-064")
@pytest.mark.parametrize("way", [op.CREATE, op.UPDATE])
def test_description_and_validity_come_back(emporix: Emporix, way: str) -> None:
    """A description comes back as it was written, and a validity as the same instants."""
    validity = {"from": "2027-01-01T00:00:00.000Z", "to": "2027-06-30T23:30:00+02:00"}
    body = emporix.draft(
        id=emporix.fresh_id(),
        description={each: f"Größe & more: {each}" for each in emporix.languages[:2]},
        validity=validity,
    )
    reply = write(emporix, way, body)
    emporix.judge("EMX-064", reply).status(201)
    read = emporix.read(body["id"], headers=EVERY_LANGUAGE)
    judging = emporix.judge("EMX-064", read).status(200)
    judging.value("/name", body["name"]).value("/description", body["description"])
    for end, written_ in validity.items():
        came = read.at(f"/validity/{end}")
        judging.that(
            instant(came) == instant(written_),
            f"the instant {written_}", came, f"validity.{end}", f"/validity/{end}",
        )  # fmt: skip


@judges("EMX-064")
@pytest.mark.parametrize("way", [op.CREATE, op.UPDATE])
def test_only_name_and_site_are_needed(emporix: Emporix, way: str) -> None:
    """A segment may be made without description, validity and mixins, and then has none."""
    body = emporix.draft(id=emporix.fresh_id())
    emporix.judge("EMX-064", write(emporix, way, body)).status(201)
    read = emporix.read(body["id"])
    emporix.judge("EMX-064", read).status(200)
    for name in ("description", "validity", "mixins"):
        found = read.at(f"/{name}")
        emporix.judge("EMX-064", read).that(not found, f"no {name}", found, "the body", f"/{name}")


@judges("EMX-064", "EMX-070")
@pytest.mark.parametrize("way", [op.CREATE, op.UPDATE])
def test_mixins_come_back(emporix: Emporix, way: str) -> None:
    """Mixins, and the links to their schemas, come back as they were written."""
    values = {"text": "gold", "number": 5, "flag": True, "list": ["a", 1.5], "map": {"a": "b"}}
    body = emporix.draft(id=emporix.fresh_id(), **mixins(emporix, **values))
    reply = write(emporix, way, body)
    if reply.status != 201 and not emporix.session.config.options.get("mixin_schema"):
        # The service may fetch the schema, and be unable to reach the public one.
        raise emporix.lacking("emporix.mixin_schema")
    emporix.judge(("EMX-064", "EMX-070"), reply).status(201)
    read = emporix.read(body["id"])
    emporix.judge("EMX-064", read).status(200).value("/mixins", body["mixins"])
    emporix.judge("EMX-070", read).value("/metadata/mixins", body["metadata"]["mixins"])


@judges("EMX-070")
def test_every_mixin_has_its_link(emporix: Emporix) -> None:
    """Two mixins have a link each, and both come back with the segment and in lists."""
    one = mixins(emporix, word="one")
    links = {**one["metadata"]["mixins"], "another": another_link(one)}
    body = emporix.draft(
        id=emporix.fresh_id(),
        mixins={**one["mixins"], "another": {"word": "two"}},
        metadata={"mixins": links},
    )
    emporix.need(emporix.create(body), 201, what="creating a segment with two mixins")
    emporix.judge("EMX-070", emporix.read(body["id"])).value("/metadata/mixins", links)


# --- metadata ---


@judges("EMX-067")
@pytest.mark.parametrize("way", [op.CREATE, op.CREATE_BULK])
def test_a_new_segment_is_version_one(emporix: Emporix, way: str) -> None:
    """A new segment has version 1, and was modified when it was created."""
    body = emporix.draft(id=emporix.fresh_id())
    read = written(emporix, way, body, "creating a segment")
    judging = emporix.judge("EMX-067", read).value("/metadata/version", 1)
    judging.present("/metadata/createdAt", "/metadata/modifiedAt")
    created, modified = read.at("/metadata/createdAt"), read.at("/metadata/modifiedAt")
    judging.that(
        created == modified or (instant(created) or 0) == instant(modified),
        f"createdAt {created}", modified, "metadata.modifiedAt", "/metadata/modifiedAt",
    )  # fmt: skip


_FORGED: Final = "2001-02-03T04:05:06.000Z"


@judges("EMX-068")
@pytest.mark.parametrize("way", WAYS)
def test_times_of_a_new_segment_are_the_services(emporix: Emporix, way: str) -> None:
    """When a segment was created is not taken from the body that creates it."""
    forged = {"createdAt": _FORGED, "modifiedAt": _FORGED}
    body = emporix.draft(id=emporix.fresh_id(), metadata=forged)
    if code(write(emporix, way, body)) != 201:
        # To refuse such a body is one way not to take anything from it.
        body = emporix.draft(id=emporix.fresh_id())
        if code(write(emporix, way, body)) != 201:
            unmet("no segment could be made, so there was nothing to judge")
    _judge_own_times(emporix, emporix.read(body["id"]))


@judges("EMX-068")
@pytest.mark.parametrize("way", [op.UPDATE, op.UPDATE_BULK])
def test_times_of_an_update_are_the_services(emporix: Emporix, way: str) -> None:
    """When a segment was created and modified is not taken from a body that updates it."""
    segment = emporix.segment()
    forged = {"version": 1, "createdAt": _FORGED, "modifiedAt": _FORGED}
    body = emporix.draft(id=segment, metadata=forged)
    if code(write(emporix, way, body)) not in (200, 204):
        body = emporix.draft(id=segment, metadata={"version": 1})
        if code(write(emporix, way, body)) not in (200, 204):
            unmet("the segment could not be updated, so there was nothing to judge")
    _judge_own_times(emporix, emporix.read(segment))


def _judge_own_times(case: Emporix, read: Reply) -> None:
    case.need(read, 200, what="reading the segment")
    for name in ("createdAt", "modifiedAt"):
        came = read.at(f"/metadata/{name}")
        case.judge("EMX-068", read).that(
            came is not MISSING and instant(came) != instant(_FORGED),
            f"another time than {_FORGED}", came, f"metadata.{name}", f"/metadata/{name}",
        )  # fmt: skip


@judges("EMX-069")
def test_times_are_date_times(emporix: Emporix) -> None:
    """Wherever a segment is shown, createdAt and modifiedAt are RFC 3339 date-times."""
    segment = emporix.segment()
    q = f"id:{segment}"
    one = emporix.need(emporix.read(segment), 200, what="reading the segment")
    listed = emporix.settle(lambda: emporix.send(op.LIST, by="read", query={"q": q}), _has_entries)
    found = emporix.settle(lambda: emporix.send(op.SEARCH, by="read", body={"q": q}), _has_entries)
    for reply, shown in ((one, one.json), (listed, _first(listed)), (found, _first(found))):
        for name in ("createdAt", "modifiedAt"):
            came = at(shown, f"/metadata/{name}")
            emporix.judge("EMX-069", reply).that(
                instant(came) is not None, "an RFC 3339 date-time", came, f"metadata.{name}"
            )


def _has_entries(reply: Reply) -> bool:
    return bool(reply.entries())


def _first(reply: Reply) -> Any:
    found = reply.entries()
    return found[0] if found else unmet("the segment was not found, so there was nothing to judge")
