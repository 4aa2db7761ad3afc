"""The seven bulk operations of Emporix as a client sends them: good and bad entries together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.assembly import Settings
from mockserver.web.app import build
from tests.mockserver.web.client import Answer, Client

BASE = "/customer-segment/acme/segments"
BARE = {"name": {"en": "New"}, "siteCode": "main"}
WRONG = [None, 1, True, "", [], [[]], {}, {"id": 1}, {"id": ""}, {"customerId": 7}]
"""Entries that none of the seven takes for good, whatever else it says about them."""

BULKS: dict[str, tuple[str, str, list[Any], list[int]]] = {
    "create": (
        "POST",
        "/bulk",
        [BARE | {"id": "n1"}, BARE, BARE | {"id": "n1"}, BARE | {"id": "golden-segment"}],
        [201, 201, 409, 409],
    ),
    "upsert": (
        "PUT",
        "/bulk",
        [BARE | {"id": "n1"}, BARE | {"id": "n1"}, BARE | {"id": "S1234", "status": "ACTIVE"}],
        [201, 204, 204],
    ),
    "delete": ("DELETE", "/bulk", ["empty-draft", "S1234", "empty-draft"], [204, 400, 204]),
    "assign customers": (
        "PUT",
        "/S1234/customers/bulk",
        [
            {"customerId": "C0123456789"},
            {"customerId": "C0123456789"},
            {"customerId": "C0123456788", "legalEntityId": "le-harbour-foods"},
            {"customerId": "C0123456789", "legalEntityId": "le-harbour-foods"},
            {"customerId": "C0123456789", "metadata": {"version": 1}},
        ],
        [201, 204, 201, 400, 409],
    ),
    "remove customers": (
        "DELETE",
        "/golden-segment/customers/bulk",
        [{"customerId": "C0123456789"}, {"customerId": "nobody"}],
        [204, 204],
    ),
    "assign items": (
        "PUT",
        "/S1234/items/PRODUCT/bulk",
        [{"id": "p1234"}, {"id": "p2345"}, {"id": "beans"}, {"id": "p2345", "mixins": []}],
        [204, 201, 400, 400],
    ),
    "remove items": (
        "DELETE",
        "/S1234/items/PRODUCT/bulk",
        ["p1234", "p2345"],
        [204, 204],
    ),
}
every_bulk = pytest.mark.parametrize("name", BULKS)


@pytest.fixture
def client() -> Client:
    """The back office, on worlds of its own."""
    app = build(Settings(vendors=("emporix",))).app
    return Client(app, {"authorization": "Bearer demo-acme-manager"})


def send(client: Client, name: str, body: Any) -> Answer:
    """Send a bulk request with a body."""
    method, path, _, _ = BULKS[name]
    sent = {"content-type": "application/json"}
    return client.send(method, BASE + path, headers=sent, body=json.dumps(body).encode())


def everything(client: Client) -> list[bytes]:
    """Return what a bulk request could have changed."""
    paths = ("", "/items", "/golden-segment/customers", "/S1234/customers")
    return [client.send("GET", BASE + path, "pageSize=999").data for path in paths]


@every_bulk
def test_good_entries_are_applied_among_bad_ones(name: str, client: Client) -> None:
    """Every entry has its own code (EMX-175, EMX-177), in order, with what is wrong in words."""
    _, _, good, codes = BULKS[name]
    mixed = [each for pair in zip(good, WRONG, strict=False) for each in pair]
    mixed += WRONG[len(good) :]
    answer = send(client, name, mixed)
    assert answer.status == 207, answer.data
    entries = answer.json
    assert [entry["index"] for entry in entries] == list(range(1, len(mixed) + 1))
    places = range(0, 2 * len(good), 2)
    assert [entries[place]["code"] for place in places] == codes
    for place, entry in enumerate(entries):
        assert entry.keys() >= {"index", "code", "status"}  # (EMX-193)
        if place not in places:
            assert (entry["code"], entry["status"]) == (400, "Bad Request")
            assert entry["message"].startswith("Validation problem with request body.")
            assert "id" not in entry


@every_bulk
def test_bad_entries_alone_change_nothing(name: str, client: Client) -> None:
    """They are told one by one all the same."""
    before = everything(client)
    answer = send(client, name, WRONG)
    assert {entry["code"] for entry in answer.json} == {400}
    assert everything(client) == before


@every_bulk
def test_how_many_entries_are_taken(name: str, client: Client) -> None:
    """None and 200 are fine; 201 are refused as a whole (EMX-176), and so is what is no array."""
    answer = send(client, name, [])
    assert (answer.status, answer.json) == (207, [])
    answer = send(client, name, [None] * 200)
    assert (answer.status, len(answer.json)) == (207, 200)
    before = everything(client)
    good = BULKS[name][2][0]
    for body, requirement in (([good] * 201, "EMX-176"), ({}, "EMX-189"), ("x", "EMX-189")):
        answer = send(client, name, body)
        assert (answer.status, answer.header("x-mock-requirement")) == (400, requirement)
    answer = client.send(*BULKS[name][:1], BASE + BULKS[name][1])
    assert (answer.status, answer.header("x-mock-requirement")) == (400, "EMX-031")
    assert everything(client) == before
