"""Creating, reading, replacing and deleting segments."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.kernel.ids import Ids

FULL = {
    "id": "gold",
    "name": {"en": "Gold", "de": "Gold (de)"},
    "description": {"en": "The best"},
    "validity": {"from": "2024-04-17T08:00:00.000Z", "to": "2025-04-17T10:00:00+02:00"},
    "status": "ACTIVE",
    "siteCode": "main",
    "mixins": {"level": {"points": 5}},
    "metadata": {"mixins": {"level": "https://example.com/level.json"}},
}
BARE = {"name": {"en": "Bare"}, "siteCode": "main"}


def put(shop: Any, segment_id: str, body: Any, **more: Any) -> Any:
    """PUT a segment."""
    return shop.call("PUT-update-segment", path={"segmentId": segment_id}, body=body, **more)


def delete(shop: Any, segment_id: str, **query: Any) -> Any:
    """DELETE a segment."""
    return shop.call("DELETE-remove-segment", path={"segmentId": segment_id}, query=query)


def test_a_created_segment_comes_back_as_it_was_written(shop: Any) -> None:
    """A created segment is read back with version 1 and equal timestamps.

    EMX-050, EMX-051, EMX-052, EMX-064, EMX-067, EMX-068, EMX-069, EMX-070, EMX-091, EMX-093.
    """
    reply = shop.call("POST-create-segment", body=FULL)
    assert (reply.status, reply.body) == (201, {"id": "gold"})
    assert shop.read("gold") == FULL | {
        "validity": {"from": "2024-04-17T08:00:00.000Z", "to": "2025-04-17T08:00:00.000Z"},
        "metadata": {
            "createdAt": "2026-11-20T12:00:00.000Z",
            "modifiedAt": "2026-11-20T12:00:00.000Z",
            "version": 1,
            "mixins": {"level": "https://example.com/level.json"},
        },
    }


def test_what_was_not_written_is_absent(shop: Any) -> None:
    """Optional properties that were never set are absent, and the status is INACTIVE.

    EMX-061, EMX-053, EMX-064.
    """
    reply = shop.call("POST-create-segment", body=BARE)
    assert re.fullmatch("[0-9a-f]{24}", reply.body["id"])
    stored = shop.read(reply.body["id"])
    assert stored.keys() == {"id", "name", "siteCode", "status", "metadata"}
    assert stored["status"] == "INACTIVE"
    assert stored["metadata"].keys() == {"createdAt", "modifiedAt", "version"}


def test_an_empty_validity_comes_back(shop: Any) -> None:
    """An empty validity is stored as an empty validity."""
    shop.add("a", validity={})
    assert shop.read("a")["validity"] == {}


def test_a_taken_id_is_refused(shop: Any) -> None:
    """A second segment with the same id is a conflict; another case is another id.

    EMX-054, EMX-055, EMX-023, EMX-135.
    """
    shop.add("gold")
    before = shop.snapshot()
    reply = shop.call("POST-create-segment", body=BARE | {"id": "gold"})
    assert reply.status == 409
    assert reply.body["message"] == "The resource already exists."
    assert shop.snapshot() == before
    shop.add("Gold")


def test_generated_ids_step_over_taken_ones(shop: Any) -> None:
    """A generated id is never one that is taken (EMX-053, EMX-056)."""
    taken = Ids("test").object_id()
    shop.add(taken)
    made = shop.call("POST-create-segment", body=BARE).body["id"]
    assert made != taken
    assert made == made.lower()


@pytest.mark.parametrize("odd", ["a/b", "bulk", "..", "\0", "ä ö", "x" * 100_000])
def test_any_text_is_an_id(shop: Any, odd: str) -> None:
    """Any text that is not empty can be an id."""
    shop.add(odd)
    assert shop.read(odd)["id"] == odd


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": ""}, "/id"),
        ({"id": 5}, "/id"),
        ({"id": "\ud800"}, "/id"),
        ({"name": ["x"]}, "/name"),
        ({"name": "plain"}, "/name"),
        ({"name": {"en": 5}}, "/name/en"),
        ({"name": {"\udfff": "x"}}, "/name"),
        ({"siteCode": None}, "/siteCode"),
        ({"status": "active"}, "/status"),
        ({"status": None}, "/status"),
        ({"validity": []}, "/validity"),
        ({"validity": {"from": "yesterday"}}, "/validity/from"),
        ({"validity": {"from": "0000-01-01T00:00:00Z"}}, "/validity/from"),
        ({"validity": {"to": "0001-01-01T00:00:00+14:00"}}, "/validity/to"),
        ({"validity": {"to": "9999-12-31T23:59:59-14:00"}}, "/validity/to"),
        ({"validity": {"to": "2016-12-31T23:59:60Z"}}, "/validity/to"),
        ({"validity": {"to": 5}}, "/validity/to"),
        ({"mixins": None}, "/mixins"),
        ({"mixins": {"a": {"b": ["\ud800"]}}}, "/mixins"),
        ({"mixins": {"a": 2**64}}, "/mixins"),
        ({"metadata": 1}, "/metadata"),
        ({"metadata": {"mixins": []}}, "/metadata/mixins"),
    ],
)
def test_a_bad_body_is_refused_with_a_pointer(
    shop: Any, headers_of: Any, change: Any, pointer: str
) -> None:
    """A body with a wrong value is refused, tells where, and changes nothing.

    EMX-062, EMX-063, EMX-021.
    """
    reply = shop.call("POST-create-segment", body=BARE | change)
    assert reply.status == 400
    assert headers_of(reply)["X-Mock-Pointer"] == pointer
    assert shop.find() == []


def test_a_text_of_another_form_is_no_date_time(shop: Any, headers_of: Any) -> None:
    """That is another refusal than that of a date-time which does not exist (EMX-063)."""
    reply = shop.call("POST-create-segment", body=BARE | {"validity": {"from": "yesterday"}})
    assert headers_of(reply)["X-Mock-Requirement"] == "EMX-063"


@pytest.mark.parametrize("name", ["name", "siteCode"])
def test_name_and_site_code_are_required(shop: Any, headers_of: Any, name: str) -> None:
    """A body without name or siteCode is refused (EMX-060)."""
    body = {key: value for key, value in BARE.items() if key != name}
    reply = shop.call("POST-create-segment", body=body)
    assert reply.status == 400
    assert headers_of(reply)["X-Mock-Requirement"] == "EMX-060"
    assert reply.body["details"]["field"] == f"/{name}"


def test_bodies_are_needed(shop: Any) -> None:
    """POST, PUT and match without a body are refused; so is a body that is no object."""
    shop.add("a")
    assert shop.call("POST-create-segment").status == 400
    assert shop.call("POST-check-match").status == 400
    assert shop.call("PUT-update-segment", path={"segmentId": "a"}).status == 400
    assert shop.call("POST-create-segment", body=None).status == 400


@pytest.mark.parametrize("deep", [["x"], {"k": "x"}])
def test_mixins_are_not_bottomless(shop: Any, headers_of: Any, deep: Any) -> None:
    """Mixins may be nested, but not deeper than a reply could be encoded."""
    for _ in range(90):
        deep = [deep]
    shop.add("a", mixins={"m": deep})
    assert shop.read("a")["mixins"]["m"] == deep
    for _ in range(900):
        deep = {"k": deep}
    reply = shop.call("POST-create-segment", body=BARE | {"mixins": {"m": deep}})
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-390")


@pytest.mark.parametrize("year", ["0001-06-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_early_and_late_years_come_back(shop: Any, year: str) -> None:
    """Instants from year 1 to 9999 come back with four digits of a year."""
    shop.add("a", validity={"from": year})
    assert shop.read("a")["validity"] == {"from": year}


def test_dates_are_read_as_rfc_3339_writes_them(shop: Any) -> None:
    """Small letters, offsets and long fractions are date-times too."""
    shop.add("a", validity={"from": "2024-05-14t12:00:00.1239z", "to": "2024-05-14T12:00:00-01:30"})
    assert shop.read("a")["validity"] == {
        "from": "2024-05-14T12:00:00.123Z",
        "to": "2024-05-14T13:30:00.000Z",
    }


def test_put_creates_what_is_not_there(shop: Any) -> None:
    """A PUT on an unknown id creates it at version 1, whatever version the body has (EMX-125)."""
    reply = put(shop, "new", BARE | {"id": "other", "metadata": {"version": 7}})
    assert (reply.status, reply.body) == (201, {"id": "new"})
    assert shop.read("new")["metadata"]["version"] == 1


def test_put_tells_ids_by_case(shop: Any) -> None:
    """A PUT on an id that differs in case alone creates another segment (EMX-055)."""
    shop.add("new")
    assert put(shop, "NEW", BARE).status == 201
    assert shop.find() == ["new", "NEW"]


def test_put_replaces_the_whole_segment(shop: Any, clock: Any) -> None:
    """A PUT replaces everything: what it leaves out is gone; createdAt and place stay.

    EMX-126, EMX-129, EMX-130.
    """
    shop.call("POST-create-segment", body=FULL)
    shop.add("later")
    clock.wait(60)
    reply = put(shop, "gold", BARE | {"metadata": {"version": 1}})
    assert (reply.status, reply.body) == (204, None)
    assert shop.read("gold") == BARE | {
        "id": "gold",
        "status": "INACTIVE",
        "metadata": {
            "createdAt": "2026-11-20T12:00:00.000Z",
            "modifiedAt": "2026-11-20T12:01:00.000Z",
            "version": 2,
        },
    }
    assert shop.find() == ["gold", "later"]


def test_a_stale_version_is_refused(shop: Any, headers_of: Any) -> None:
    """A PUT with another version than the stored one is a conflict and changes nothing.

    EMX-127, EMX-128, EMX-135.
    """
    shop.add("a")
    assert put(shop, "a", BARE | {"metadata": {"version": 1}}).status == 204
    before = shop.snapshot()
    reply = put(shop, "a", BARE | {"metadata": {"version": 1}})
    assert reply.status == 409
    assert reply.body == {
        "code": 409,
        "status": "Conflict",
        "message": "The resource you are attempting to access has changed.",
        "resourceId": "a",
    }
    assert headers_of(reply)["X-Mock-Requirement"] == "EMX-127"
    assert headers_of(reply)["X-Mock-Pointer"] == "/metadata/version"
    assert shop.snapshot() == before
    assert put(shop, "a", BARE | {"metadata": {"version": 10**40}}).status == 409


def test_put_without_a_version_is_a_choice(shop: Any, open_shop: Any, headers_of: Any) -> None:
    """Without a version the last write wins, or, by choice, the PUT is refused."""
    shop.add("a")
    assert put(shop, "a", BARE).status == 204
    strict = open_shop(put_without_version="refuse")
    strict.add("a")
    reply = put(strict, "a", BARE)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-131")
    assert put(strict, "b", BARE).status == 201


def test_an_id_in_a_path_must_be_encodable(shop: Any) -> None:
    """Half a character in a path is refused."""
    assert put(shop, "\ud800", BARE).status == 400


def test_a_deleted_segment_is_gone(shop: Any) -> None:
    """A deleted segment is gone for every later request, and its id is free again.

    EMX-160, EMX-161, EMX-165.
    """
    shop.add("a")
    shop.add("b")
    assert delete(shop, "a").status == 204
    assert shop.call("GET-retrieve-segment", path={"segmentId": "a"}).status == 404
    assert shop.find() == ["b"]
    assert shop.find("siteCode:main") == ["b"]
    shop.add("a")
    assert shop.find() == ["b", "a"]


@pytest.mark.parametrize("kind", ["customer", "item"])
def test_a_segment_in_use_needs_force(shop: Any, headers_of: Any, kind: str) -> None:
    """A segment with assignments is deleted with forceDelete only, and then with them.

    EMX-162, EMX-163, EMX-164.
    """
    shop.add("a")
    assert (shop.assign("a", "anna") if kind == "customer" else shop.stock("a", "p1")).status == 201
    before = shop.snapshot()
    for query in ({}, {"forceDelete": False}):
        reply = delete(shop, "a", **query)
        assert reply.status == 400
        assert "assigned" in reply.body["message"]
        assert headers_of(reply)["X-Mock-Requirement"] == "EMX-162"
    assert shop.snapshot() == before
    assert delete(shop, "a", forceDelete=True).status == 204
    assert shop.snapshot() == ((), (), (), ())
    shop.add("a")
    assert delete(shop, "a").status == 204


def test_deleting_nothing_is_a_choice(shop: Any, open_shop: Any, headers_of: Any) -> None:
    """Deleting an unknown segment is 204, or 404 by choice."""
    assert delete(shop, "nope").status == 204
    reply = delete(open_shop(delete_missing="404"), "nope")
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (404, "EMX-166")


def test_an_unknown_segment_is_missing(shop: Any) -> None:
    """An unknown id is 404 in the vendor's words (EMX-092, EMX-022)."""
    reply = shop.call("GET-retrieve-segment", path={"segmentId": "nope"})
    assert (reply.status, reply.body) == (
        404,
        {
            "code": 404,
            "status": "Not Found",
            "message": "The resource with id nope has not been found.",
            "resourceId": "nope",
        },
    )


def test_an_unknown_site_is_a_choice(shop: Any, open_shop: Any, headers_of: Any) -> None:
    """Any text is a siteCode; by choice only the sites of the tenant are."""
    shop.add("a", siteCode="nowhere")
    strict = open_shop(unknown_site="400")
    strict.add("a", siteCode="outlet")
    before = strict.snapshot()
    for reply in (
        strict.call("POST-create-segment", body=BARE | {"siteCode": "nowhere"}),
        put(strict, "a", BARE | {"siteCode": "nowhere"}),
    ):
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-072")
    assert strict.snapshot() == before


def test_mixins_without_a_schema_are_a_choice(open_shop: Any, headers_of: Any) -> None:
    """By choice every mixin needs a link to its schema."""
    strict = open_shop(mixins_without_schema="400")
    reply = strict.call("POST-create-segment", body=BARE | {"mixins": {"m": {}}})
    assert (reply.status, headers_of(reply)["X-Mock-Pointer"]) == (400, "/mixins/m")
    strict.add("a", mixins={"m": {}}, metadata={"mixins": {"m": "https://example.com/m"}})
    strict.add("b", mixins={})


def test_a_document_is_kept_until_the_record_changes(shop: Any) -> None:
    """Reading twice gives the same document; a PUT makes a new one."""
    shop.add("a")

    def document() -> Any:
        return shop.call("GET-retrieve-segment", path={"segmentId": "a"}).body

    first = document()
    assert document() is first
    assert shop.call("GET-retrieve-segments").body[0] is first
    put(shop, "a", BARE)
    assert document() is not first


def test_an_instant_comes_back_in_milliseconds_of_utc(shop: Any) -> None:
    """A date-time is stored as an instant and given back in one form."""
    validity = {"from": "2026-03-01T01:30:00.5+02:00", "to": "2026-03-01t00:00:00.123999z"}
    shop.add("a", validity=validity)
    assert shop.read("a")["validity"] == {
        "from": "2026-02-28T23:30:00.500Z",
        "to": "2026-03-01T00:00:00.123Z",
    }


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z"])
def test_instants_that_cannot_be_stored_are_refused(shop: Any, headers_of: Any, text: str) -> None:
    """The year 0000 and leap seconds are no instants here."""
    body = {"name": {"en": "x"}, "siteCode": "main", "validity": {"from": text}}
    reply = shop.call("POST-create-segment", body=body)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-073")
    assert shop.find() == []
