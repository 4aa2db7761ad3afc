"""The examples of the vendor's reference page, sent and compared one by one.

The page's two segments are created as the page creates them; what differs in an answer
by nature (instants) is compared by form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

GOLDEN, PLATINUM = "628cd20c6e8b2432b6346ca6", "61ge81e13562e22001h6cf456"
BASE = "/customer-segment/acme/segments"


def segment(name: str, status: str, begin: str, end: str, **more: Any) -> dict[str, Any]:
    """Return a segment in the words of the page."""
    return {
        "name": {"en": name},
        "description": {"en": name},
        "validity": {"from": begin, "to": end},
        "status": status,
        "siteCode": "main",
        **more,
    }


def golden(**more: Any) -> dict[str, Any]:
    """Return the page's first segment."""
    begin, end = "2024-04-17T08:00:00.000Z", "2025-04-17T08:00:00.000Z"
    return segment("Golden Segment", "ACTIVE", begin, end, **more)


def platinum(**more: Any) -> dict[str, Any]:
    """Return the page's second segment."""
    begin, end = "2024-07-20T08:00:00.000Z", "2025-07-20T08:00:00.000Z"
    return segment("Platinum Segment", "INACTIVE", begin, end, **more)


def timeless(record: dict[str, Any]) -> dict[str, Any]:
    """Return a segment without its instants, which must be there and be equal."""
    metadata = dict(record["metadata"])
    created, modified = metadata.pop("createdAt"), metadata.pop("modifiedAt")
    assert created == modified
    assert len(created) == len("2024-05-14T12:00:00.000Z")
    return {**record, "metadata": metadata}


@pytest.fixture
def manager(client_for: Callable[..., httpx.Client]) -> httpx.Client:
    """The back office, on worlds of its own."""
    return client_for(Authorization="Bearer demo-acme-manager")


@pytest.fixture
def both(manager: httpx.Client) -> httpx.Client:
    """The back office, with both segments of the page created."""
    answer = manager.post(
        f"{BASE}/bulk", json=[{"id": GOLDEN, **golden()}, {"id": PLATINUM, **platinum()}]
    )
    assert [entry["code"] for entry in answer.json()] == [201, 201]
    return manager


def test_create(manager: httpx.Client) -> None:
    """POST /segments answers 201 with the id of the example."""
    answer = manager.post(BASE, json={"id": GOLDEN, **golden()}, headers={"Content-Language": "en"})

    assert (answer.status_code, answer.json()) == (201, {"id": GOLDEN})


def test_retrieve(both: httpx.Client) -> None:
    """GET /segments/{segmentId} answers the segment of the example, field by field."""
    answer = both.get(f"{BASE}/{GOLDEN}")

    assert answer.status_code == 200
    assert timeless(answer.json()) == {"id": GOLDEN, **golden(metadata={"version": 1})}


@pytest.mark.parametrize("how", ["list", "search"])
def test_list_and_search(both: httpx.Client, how: str) -> None:
    """Listing and searching answer both segments of the example in the order they were made."""
    if how == "list":
        answer = both.get(BASE, params={"q": f"id:({GOLDEN},{PLATINUM})"})
    else:
        answer = both.post(f"{BASE}/search?pageSize=500", json={"q": "siteCode:main"})
    found = [timeless(each) for each in answer.json() if each["id"] in (GOLDEN, PLATINUM)]

    assert found == [
        {"id": GOLDEN, **golden(metadata={"version": 1})},
        {"id": PLATINUM, **platinum(metadata={"version": 1})},
    ]


def test_upsert(manager: httpx.Client) -> None:
    """PUT /segments/{segmentId} answers 201 with the id at first and 204 afterwards."""
    body = golden(metadata={"version": 1})
    first = manager.put(f"{BASE}/{GOLDEN}", json=body, headers={"Content-Language": "en"})
    second = manager.put(f"{BASE}/{GOLDEN}", json=body)

    assert (first.status_code, first.json()) == (201, {"id": GOLDEN})
    assert (second.status_code, second.content) == (204, b"")


def test_patch(both: httpx.Client) -> None:
    """PATCH with the operation of the example sets the status and nothing else."""
    body = [{"op": "replace", "path": "/status", "value": "INACTIVE"}]
    answer = both.patch(f"{BASE}/{GOLDEN}", json=body)
    record = both.get(f"{BASE}/{GOLDEN}").json()
    record.pop("metadata")

    assert (answer.status_code, answer.content) == (204, b"")
    assert record == {"id": GOLDEN, **golden(), "status": "INACTIVE"}


def test_bulk_create(manager: httpx.Client) -> None:
    """A bulk create answers per entry; the entry that is invalid has no id and a message."""
    broken = {"id": PLATINUM, **platinum()}
    del broken["siteCode"]
    answer = manager.post(f"{BASE}/bulk", json=[{"id": GOLDEN, **golden()}, broken])
    first, second = answer.json()

    assert answer.status_code == 207
    assert first == {"index": 1, "id": GOLDEN, "code": 201, "status": "Created"}
    message = second.pop("message")
    assert second == {"index": 2, "code": 400, "status": "Bad Request"}
    assert message


def test_bulk_upsert(both: httpx.Client) -> None:
    """A bulk upsert answers 204 with status OK for what was updated."""
    stale = platinum(id=PLATINUM, metadata={"version": 2})
    answer = both.put(f"{BASE}/bulk", json=[golden(id=GOLDEN, metadata={"version": 1}), stale])
    first, second = answer.json()

    assert answer.status_code == 207
    assert first == {"index": 1, "id": GOLDEN, "code": 204, "status": "OK"}
    assert (second["index"], second["code"], "id" in second) == (2, 409, False)


def test_delete(both: httpx.Client) -> None:
    """DELETE /segments/{segmentId} answers 204 and the segment is gone."""
    answer = both.delete(f"{BASE}/{GOLDEN}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert both.get(f"{BASE}/{GOLDEN}").status_code == 404


def test_bulk_delete(both: httpx.Client) -> None:
    """A bulk delete answers both ids of the example with 204 and OK."""
    answer = both.request("DELETE", f"{BASE}/bulk", json=[GOLDEN, PLATINUM])

    assert answer.status_code == 207
    assert answer.json() == [
        {"index": 1, "id": GOLDEN, "code": 204, "status": "OK"},
        {"index": 2, "id": PLATINUM, "code": 204, "status": "OK"},
    ]


@pytest.mark.parametrize("key", ["siteCode", "site"])
def test_match(manager: httpx.Client, key: str) -> None:
    """The match of the example finds p1234 and not p2345, by either name of the site."""
    body = {
        key: "main",
        "items": [{"id": "p1234"}, {"id": "p2345"}],
        "segmentIds": ["S1234", "S2456"],
    }
    answer = manager.post(f"{BASE}/match", json=body)

    assert (answer.status_code, answer.json()) == (200, [{"id": "p1234"}])


def test_unauthorized(client_for: Callable[..., httpx.Client]) -> None:
    """A token that nobody issued gets the fault of the example."""
    answer = client_for(Authorization="Bearer YOUR_OAUTH2_TOKEN").get(BASE)

    assert answer.status_code == 401
    assert answer.json() == {
        "fault": {
            "faultstring": "Invalid access token",
            "detail": {"errorcode": "oauth.v2.InvalidAccessToken"},
        }
    }


def test_other_errors(both: httpx.Client) -> None:
    """403, 404 and the two kinds of 409 have the bodies of the examples."""
    reader = {"Authorization": "Bearer demo-acme-reader"}
    forbidden = both.post(BASE, json=golden(), headers=reader)
    missing = both.get(f"{BASE}/628cd20c6e8b2432b6346ca7")
    taken = both.post(BASE, json={"id": GOLDEN, **golden()})
    stale = both.put(f"{BASE}/{GOLDEN}", json=golden(metadata={"version": 7}))

    assert forbidden.status_code == 403
    assert forbidden.json()["status"] == "Forbidden"
    assert missing.json() == {
        "code": 404,
        "status": "Not Found",
        "message": "The resource with id 628cd20c6e8b2432b6346ca7 has not been found.",
        "resourceId": "628cd20c6e8b2432b6346ca7",
    } | {key: value for key, value in missing.json().items() if key == "resourceId"}
    assert (taken.status_code, taken.json()["message"]) == (409, "The resource already exists.")
    assert (stale.status_code, stale.json()["message"]) == (
        409,
        "The resource you are attempting to access has changed.",
    )
