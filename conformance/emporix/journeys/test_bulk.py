"""Bulk requests: every entry is done or refused by itself and has its own entry in the reply."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import bulk, updates
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import MISSING, Reply, at
from conformance.judging import judges

ANSWERED = ("EMX-175", "EMX-177", "EMX-178", "EMX-193")


@judges(*ANSWERED)
@pytest.mark.parametrize("operation", bulk.SEGMENTS)
def test_every_segment_of_a_bulk_request_has_its_answer(emporix: Emporix, operation: str) -> None:
    """A bulk request on segments is answered entry by entry, and a bad entry fails alone."""
    scene = bulk.scene(emporix, operation)
    reply = bulk.send(emporix, operation, scene.entries)
    _judge_answer(emporix, scene, reply)
    for position, each in zip(scene.positions, scene.doable, strict=True):
        if reply.at(f"/{position}/id") is not MISSING:
            emporix.judge("EMX-175", reply).value(f"/{position}/id", each.segment)


@judges(*ANSWERED, "EMX-183")
@pytest.mark.parametrize("operation", bulk.ASSIGNMENTS)
def test_every_assignment_of_a_bulk_request_has_its_answer(
    emporix: Emporix, operation: str
) -> None:
    """A bulk request on assignments is answered entry by entry, without ids."""
    scene = bulk.scene(emporix, operation)
    reply = bulk.send(emporix, operation, scene.entries, path=scene.path)
    _judge_answer(emporix, scene, reply)
    pointers = [f"/{position}/id" for position in range(len(scene.entries))]
    emporix.judge("EMX-183", reply).absent(*pointers)


def _judge_answer(case: Emporix, scene: bulk.Scene, reply: Reply) -> None:
    """Judge each requirement by its own point: the first that is broken ends the test."""
    if reply.status >= 400:
        told = f"status {reply.status}: {reply.text}"
        case.judge("EMX-177", reply).that(False, "an answer entry by entry", told)
    codes = [code for code in reply.each("/code") if _is_number(code)]
    # Without codes there is no telling who failed: then the answer is what is wrong.
    if codes and len(codes) == len(reply.entries()):
        _judge_effect(case, scene, reply, codes)
    judging = case.judge("EMX-175", reply).status(207)
    judging.same(len(scene.entries), len(reply.entries()), "the number of entries")
    complete = case.judge("EMX-193", reply)
    for position, entry in enumerate(reply.entries()):
        for name in ("index", "code"):
            found = at(entry, f"/{name}")
            number = _is_number(found)
            complete.that(number, "a whole number", found, "an entry", f"/{position}/{name}")
        found = at(entry, "/status")
        is_text = isinstance(found, str) and bool(found)
        complete.that(is_text, "a text", found, "an entry", f"/{position}/status")
    indices = reply.each("/index")
    first = indices[0]
    judging.that(first in (0, 1), "a first index of 0 or 1", first, "the indices", "/0/index")
    judging.same([first + position for position in range(len(indices))], indices, "the indices")
    for position in scene.positions:
        code = reply.at(f"/{position}/code")
        judging.that(200 <= code < 300, "a success (2xx)", code, "the entry", f"/{position}/code")
    case.observe("EMX-178", f"index counts from {first}", reply)


def _judge_effect(case: Emporix, scene: bulk.Scene, reply: Reply, codes: list[Any]) -> None:
    """Judge that what can be done is done, and what cannot fails alone, in whatever order."""
    for each in scene.doable:
        seen = case.settle(each.look, scene.is_done)
        case.judge("EMX-177", seen).that(
            scene.is_done(seen), "what the good entry says", f"status {seen.status}: {seen.text}"
        )
    failed = [code for code in codes if not 200 <= code < 300]
    if scene.codes:
        told = "400" if scene.codes == (400,) else "a refusal (4xx)"
        # An entry that is missing altogether breaks what counts the entries, too.
        is_short = not failed and len(codes) < len(scene.entries)
        case.judge(("EMX-175", "EMX-177") if is_short else "EMX-177", reply).that(
            len(failed) == 1 and failed[0] in scene.codes,
            f"one bad entry, with the code {told}", failed, "the codes of what failed",
        )  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@judges("EMX-179")
def test_created_entries_are_named(emporix: Emporix) -> None:
    """An entry that was created has code 201, status Created and its id, given or generated."""
    segment = emporix.fresh_id()
    entries = [{**emporix.draft(), "id": segment}, emporix.draft()]
    reply = bulk.send(emporix, op.CREATE_BULK, entries)
    judging = emporix.judge("EMX-179", reply)
    judging.value("/0/id", segment).present("/1/id")
    for position in (0, 1):
        judging.value(f"/{position}/code", 201).value(f"/{position}/status", "Created")
    for named in reply.each("/id"):
        read = emporix.settle(
            lambda n=str(named): emporix.read(n),  # type: ignore[misc]
            lambda reply: reply.status == 200,
        )
        emporix.judge("EMX-179", read).status(200).value("/id", named)


@judges("EMX-180", "EMX-184")
def test_a_bulk_put_creates_and_updates(emporix: Emporix) -> None:
    """A bulk PUT updates what exists with code 204, and creates what does not with code 201."""
    new, old = emporix.fresh_id(), emporix.segment()
    version = updates.stored_version(emporix, old)
    body = emporix.draft(status="ACTIVE")
    entries = [{**body, "id": new}, {**updates.versioned(body, version), "id": old}]
    reply = bulk.send(emporix, op.UPDATE_BULK, entries)
    emporix.judge(("EMX-180", "EMX-184"), reply).value("/1/code", 204)
    emporix.judge("EMX-180", reply).value("/1/status", "OK").value("/1/id", old)
    emporix.judge("EMX-184", reply).value("/0/code", 201)
    for segment in (new, old):
        read = emporix.settle(
            lambda s=segment: emporix.read(s),  # type: ignore[misc]
            lambda reply: reply.at("/status") == "ACTIVE",
        )
        emporix.judge("EMX-184", read).status(200).value("/status", "ACTIVE")


@judges("EMX-181", "EMX-187")
def test_a_bulk_delete_takes_ids(emporix: Emporix) -> None:
    """A bulk DELETE takes segment ids, and names each that it deleted with code 204 and OK."""
    segments = [emporix.segment(), emporix.segment()]
    reply = bulk.send(emporix, op.REMOVE_BULK, segments)
    updates.succeeded(emporix, "EMX-187", reply)
    judging = emporix.judge("EMX-181", reply)
    for position, segment in enumerate(segments):
        judging.value(f"/{position}/code", 204).value(f"/{position}/status", "OK")
        judging.value(f"/{position}/id", segment)
    for segment in segments:
        read = emporix.settle(
            lambda s=segment: emporix.read(s),  # type: ignore[misc]
            lambda reply: reply.status == 404,
        )
        emporix.judge("EMX-187", read).status(404)


@judges("EMX-182")
@pytest.mark.parametrize("lacking", ["name", "siteCode"])
@pytest.mark.parametrize("operation", [op.CREATE_BULK, op.UPDATE_BULK])
def test_an_entry_that_is_no_segment_says_why(
    emporix: Emporix, operation: str, lacking: str
) -> None:
    """An entry that is no valid segment has code 400, its status, a message and no id."""
    entry: dict[str, Any] = {**emporix.draft(), "id": emporix.fresh_id()}
    del entry[lacking]
    reply = bulk.send(emporix, operation, [entry])
    judging = emporix.judge("EMX-182", reply)
    judging.value("/0/code", 400).value("/0/status", "Bad Request").absent("/0/id")
    message = reply.at("/0/message")
    is_text = isinstance(message, str) and bool(message)
    judging.that(is_text, "a message", message, "the entry", "/0/message")
