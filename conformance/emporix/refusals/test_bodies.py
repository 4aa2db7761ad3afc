"""Bodies and parameters that the contract does not allow, each refused once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix.access import judge_each, match_body, something
from conformance.emporix.case import Emporix
from conformance.emporix.writing import EVERY_LANGUAGE, WAYS, code, is_refused, write
from conformance.exchange import Reply
from conformance.judging import judges


def _is_bad_request(reply: Reply) -> bool:
    return reply.status == 400


# --- the schema of a body ---


@judges("EMX-029")
def test_broken_segments_are_refused(emporix: Emporix) -> None:
    """A segment with a property of another type, or a body that is none, is answered with 400."""
    segment, site = emporix.segment(), emporix.option("site_code")
    named = emporix.draft()["name"]
    wrong: tuple[Any, ...] = (
        {"name": named, "siteCode": {"code": site}},
        {"name": named, "siteCode": site, "mixins": "none"},
        {"name": named, "siteCode": site, "validity": "always"},
        {"name": named, "siteCode": site, "metadata": "none"},
        {"name": named, "siteCode": site, "metadata": {"mixins": "none"}},
        ["a segment"],
    )
    replies = []
    for body in wrong:
        replies += [
            emporix.create({**body, "id": emporix.fresh_id()} if isinstance(body, dict) else body),
            emporix.put(segment, body),
        ]
    judge_each(emporix, "EMX-029", replies, _is_bad_request, "400")


@judges("EMX-029")
def test_broken_requests_are_refused(emporix: Emporix) -> None:
    """Patches, searches, matches and assignments that break their schema are answered with 400."""
    things = something(emporix)
    path, send = things.path(), emporix.send
    replies = [
        send(op.PATCH, path=path, body={"op": "remove", "path": "/description"}),
        send(op.MATCH, body={**match_body(emporix, [], []), "segmentIds": things.segment}),
        send(op.SEARCH, by="read", body={"q": ["id", things.segment]}),
        send(op.SEARCH_CUSTOMERS, by="read", path=path, body={"q": ["id"]}),
        send(op.ASSIGN_CUSTOMER, path=path, body={"mixins": "none"}),
        send(op.ASSIGN_BUYER, path=path, body={"metadata": "none"}),
        send(op.ASSIGN_ITEM, path=path, body={"mixins": "none"}),
        send(op.SEARCH_ITEMS, by="read", path=path, body={"q": ["type"]}),
        send(op.MATCH, body={**match_body(emporix, [things.segment], []), "items": ["an id"]}),
        send(op.ASSIGN_CUSTOMERS_BULK, path=path, body={"customerId": things.customer}),
        send(op.ASSIGN_ITEMS_BULK, path=path, body={"id": things.item}),
        send(op.UPDATE_BULK, body={"id": things.segment}),
    ]
    judge_each(emporix, "EMX-029", replies, _is_bad_request, "400")


@judges("EMX-029")
def test_what_is_no_json_is_refused(emporix: Emporix) -> None:
    """A body that ends in the middle of its JSON is answered with 400."""
    search = emporix.send(op.SEARCH, by="read", raw=b'{"q": "id:')
    emporix.judge("EMX-029", search).status(400)


@judges("EMX-029")
def test_segments_that_are_no_json_are_refused(emporix: Emporix) -> None:
    """A segment or a patch that ends in the middle of its JSON is answered with 400."""
    path = {"segmentId": emporix.segment()}
    replies = [
        emporix.send(op.CREATE, raw=b'{"name": {"en": '),
        emporix.send(op.UPDATE, path=path, raw=b'{"name": {"en": '),
        emporix.send(op.PATCH, path=path, raw=b'[{"op": "remove"'),
        emporix.send(op.CREATE_BULK, raw=b'[{"name": '),
    ]
    judge_each(emporix, "EMX-029", replies, _is_bad_request, "400")


# --- parameters ---


@judges("EMX-030")
def test_broken_parameters_are_refused(emporix: Emporix) -> None:
    """A parameter that must be true or false, and is something else, is answered with 400."""
    segment = emporix.segment()
    perhaps = {"forceDelete": "perhaps"}
    replies = [
        emporix.send(op.REMOVE, path={"segmentId": segment}, query=perhaps),
        emporix.send(op.REMOVE_BULK, body=[segment], query=perhaps),
        emporix.send(op.LIST_ALL_ITEMS, by="read", query={"onlyActive": "perhaps", "pageSize": 1}),
        emporix.send(
            op.SEARCH, by="read", body={"q": f"id:{segment}"}, headers={"X-Total-Count": "perhaps"}
        ),
    ]
    judge_each(emporix, "EMX-030", replies, _is_bad_request, "400")


@judges("EMX-030", read_only=True)
def test_broken_parameters_of_reads_are_refused(emporix: Emporix) -> None:
    """A flag of a list that is neither true nor false is answered with 400."""
    page = {"pageSize": 1}
    replies = [
        emporix.send(op.LIST, by="read", query=page, headers={"X-Total-Count": "perhaps"}),
        emporix.send(op.LIST_ALL_ITEMS, by="read", query={"onlyActive": "perhaps", **page}),
    ]
    judge_each(emporix, "EMX-030", replies, _is_bad_request, "400")


# --- segments ---


@judges("EMX-060")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("missing", ["name", "siteCode"])
def test_a_segment_needs_name_and_site(emporix: Emporix, way: str, missing: str) -> None:
    """A segment without a name, or without a siteCode, is refused and not made."""
    whole = emporix.draft(id=emporix.fresh_id())
    reply = write(emporix, way, {name: each for name, each in whole.items() if name != missing})
    _judge_refused(emporix, "EMX-060", reply)
    emporix.judge("EMX-060", emporix.read(whole["id"])).status(404)


@judges("EMX-060")
def test_an_update_needs_name_and_site(emporix: Emporix) -> None:
    """A segment is not replaced by one that has no name, or no siteCode."""
    segment = emporix.segment()
    whole = {**emporix.draft(), "metadata": {"version": 1}}
    for missing in ("name", "siteCode"):
        body = {name: each for name, each in whole.items() if name != missing}
        emporix.judge("EMX-060", emporix.put(segment, body)).refused()


@judges("EMX-060")
@pytest.mark.parametrize("name", ["name", "siteCode"])
def test_a_patch_leaves_name_and_site(emporix: Emporix, name: str) -> None:
    """A segment that was made keeps its name and its siteCode, whatever a patch removes."""
    body = emporix.draft()
    segment = emporix.segment(**body)
    path = {"segmentId": segment}
    emporix.send(op.PATCH, path=path, body=[{"op": "remove", "path": f"/{name}"}])
    read = emporix.read(segment, headers=EVERY_LANGUAGE)
    judging = emporix.judge("EMX-060", read).status(200)
    judging.value("/name", body["name"]).value("/siteCode", body["siteCode"])


@judges("EMX-062")
@pytest.mark.parametrize("way", WAYS)
def test_a_status_is_active_or_inactive(emporix: Emporix, way: str) -> None:
    """A segment whose status is neither ACTIVE nor INACTIVE is refused."""
    for status in ("DRAFT", "active"):
        body = emporix.draft(id=emporix.fresh_id(), status=status)
        _judge_refused(emporix, "EMX-062", write(emporix, way, body))


@judges("EMX-062")
@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE"])
def test_both_statuses_are_taken(emporix: Emporix, status: str) -> None:
    """A segment may be made ACTIVE or INACTIVE, and is what it was made."""
    body = emporix.draft(id=emporix.fresh_id(), status=status)
    emporix.judge("EMX-062", emporix.create(body)).status(201)
    emporix.judge("EMX-062", emporix.read(body["id"])).status(200).value("/status", status)


@judges("EMX-063")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["from", "to"])
def test_a_validity_has_date_times(emporix: Emporix, way: str, end: str) -> None:
    """A validity that begins or ends with another text than a date-time is refused with 400."""
    for text in ("tomorrow", "01.02.2027", "2027-02-01", "2027-02-01T10:00:00"):
        body = emporix.draft(id=emporix.fresh_id(), validity={end: text})
        reply = write(emporix, way, body)
        emporix.judge("EMX-063", reply).that(
            code(reply) == 400, "400", f"{code(reply)} for {text!r}", f"validity.{end}"
        )


@judges("EMX-075")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["name", "description"])
def test_texts_are_maps_of_texts(emporix: Emporix, way: str, name: str) -> None:
    """A name or description that is a list, or maps a language to no text, is refused."""
    for value in (["Gold"], {emporix.languages[0]: {"text": "Gold"}}, 7):
        body = emporix.draft(**{"id": emporix.fresh_id(), name: value})
        _judge_refused(emporix, "EMX-075", write(emporix, way, body))


@judges("EMX-075")
@pytest.mark.parametrize("name", ["name", "description"])
def test_a_patched_text_stays_a_map(emporix: Emporix, name: str) -> None:
    """A patch can give a text in another map of languages, and nothing but a map."""
    language = emporix.languages[0]
    segment = emporix.segment(description={language: "As it was"})
    path = {"segmentId": segment}
    new = {each: emporix.fresh_name() for each in emporix.languages[:2]}
    patch = [{"op": "replace", "path": f"/{name}", "value": new}]
    emporix.judge("EMX-075", emporix.send(op.PATCH, path=path, body=patch)).status(204)
    read = emporix.settle(
        lambda: emporix.read(segment, headers=EVERY_LANGUAGE),
        lambda reply: reply.at(f"/{name}") == new,
    )
    emporix.judge("EMX-075", read).value(f"/{name}", new)
    emporix.send(
        op.PATCH, path=path, body=[{"op": "replace", "path": f"/{name}", "value": ["Gold"]}]
    )
    read = emporix.read(segment, headers=EVERY_LANGUAGE)
    emporix.judge("EMX-075", read).value(f"/{name}", new)


def _judge_refused(case: Emporix, requirement: str, reply: Reply) -> None:
    case.judge(requirement, reply).that(
        is_refused(reply), "a refusal (4xx)", f"{code(reply)} with {reply.text[:300]}", "the answer"
    )
