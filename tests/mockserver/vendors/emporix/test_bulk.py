"""Bulk requests: 207 with one entry per entry."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.refusals import Violation

BARE = {"name": {"en": "x"}, "siteCode": "main"}


def test_bulk_create(shop: Any) -> None:
    """Good entries are applied, bad ones are not, and every one gets its entry in order.

    EMX-175, EMX-177, EMX-179, EMX-182, EMX-052, EMX-053, EMX-193.
    """
    shop.add("taken")
    body = [BARE | {"id": "a"}, {"name": {}}, BARE | {"id": "taken"}, BARE | {"id": "b"}, 7]
    reply = shop.call(
        "POST-create-segments-bulk", body=body, faults={4: Violation("no object", "/4", "type")}
    )
    assert reply.status == 207
    sentence = "Validation problem with request body."
    bad = {"code": 400, "status": "Bad Request"}
    assert reply.body == [
        {"index": 1, "id": "a", "code": 201, "status": "Created"},
        bad | {"index": 2, "message": f"{sentence} siteCode is required."},
        {"index": 3, "code": 409, "status": "Conflict", "message": "The resource already exists."},
        {"index": 4, "id": "b", "code": 201, "status": "Created"},
        bad | {"index": 5, "message": f"{sentence} no object"},
    ]
    assert shop.find() == ["taken", "a", "b"]


def test_bulk_put(shop: Any) -> None:
    """A bulk PUT creates and updates; a stale version fails alone; without id it creates.

    EMX-180, EMX-184, EMX-129.
    """
    shop.add("a")
    body = [
        BARE | {"id": "a", "metadata": {"version": 1}},
        BARE | {"id": "a", "metadata": {"version": 1}},
        BARE | {"id": "new"},
        BARE,
        BARE | {"id": ""},
    ]
    reply = shop.call("PUT-update-segments-bulk", body=body)
    assert reply.status == 207
    assert [entry["code"] for entry in reply.body] == [204, 409, 201, 201, 400]
    assert reply.body[0] == {"index": 1, "id": "a", "code": 204, "status": "OK"}
    assert shop.find() == ["a", "new", reply.body[3]["id"]]
    assert shop.read("a")["metadata"]["version"] == 2


def test_bulk_put_without_an_id_is_a_choice(open_shop: Any) -> None:
    """By choice an entry of a bulk PUT needs an id."""
    shop = open_shop(bulk_put_without_id="400")
    reply = shop.call("PUT-update-segments-bulk", body=[BARE, BARE | {"id": "a"}])
    assert [entry["code"] for entry in reply.body] == [400, 201]
    assert shop.find() == ["a"]


def test_bulk_delete(shop: Any, open_shop: Any) -> None:
    """A bulk DELETE takes ids; a segment in use fails alone unless forced.

    EMX-181, EMX-187, EMX-161, EMX-162, EMX-163.
    """
    for segment in ("a", "b", "c"):
        shop.add(segment)
    shop.stock("b", "p1")
    reply = shop.call("DELETE-remove-segments-bulk", body=["a", "b", "nope"])
    assert reply.body == [
        {"index": 1, "id": "a", "code": 204, "status": "OK"},
        {
            "index": 2,
            "code": 400,
            "status": "Bad Request",
            "message": "The segment has items or customers assigned to it.",
        },
        {"index": 3, "id": "nope", "code": 204, "status": "OK"},
    ]
    assert shop.find() == ["b", "c"]
    forced = {"forceDelete": True}
    reply = shop.call("DELETE-remove-segments-bulk", body=["b"], query=forced)
    assert reply.body[0]["code"] == 204
    strict = open_shop(delete_missing="404")
    reply = strict.call("DELETE-remove-segments-bulk", body=["nope"])
    assert [entry["code"] for entry in reply.body] == [404]


@pytest.mark.parametrize(
    "operation",
    ["POST-create-segments-bulk", "PUT-update-segments-bulk", "DELETE-remove-segments-bulk"],
)
def test_a_bulk_body_is_an_array_of_at_most_200(shop: Any, headers_of: Any, operation: str) -> None:
    """{} and no body are refused, 201 entries too; none at all is fine (EMX-176)."""
    for body in ({}, None, "x"):
        reply = shop.call(operation, body=body)
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-189")
    reply = shop.call(operation, body=[{}] * 201)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-176")
    reply = shop.call(operation, body=[])
    assert (reply.status, reply.body) == (207, [])


def test_200_entries_are_taken(shop: Any) -> None:
    """A bulk request with 200 entries succeeds (EMX-175)."""
    reply = shop.call("POST-create-segments-bulk", body=[BARE] * 200)
    assert {entry["code"] for entry in reply.body} == {201}
    assert len(shop.world.segments) == 200


def test_the_first_index_is_a_choice(open_shop: Any) -> None:
    """By choice index counts from zero."""
    shop = open_shop(bulk_index="0")
    reply = shop.call("DELETE-remove-segments-bulk", body=["a", "b"])
    assert [entry["index"] for entry in reply.body] == [0, 1]


def test_duplicates_are_a_choice(shop: Any, open_shop: Any) -> None:
    """Entries with one id are applied in order, or, by choice, all but the first fail."""
    body = [BARE | {"id": "a"}, BARE | {"id": "a", "status": "ACTIVE"}, BARE, BARE, "x"]
    faults = {4: Violation("no object")}

    def codes(shop: Any) -> list[int]:
        reply = shop.call("PUT-update-segments-bulk", body=body, faults=faults)
        return [entry["code"] for entry in reply.body]

    assert codes(shop) == [201, 204, 201, 201, 400]
    strict = open_shop(bulk_duplicates="refuse")
    assert codes(strict) == [201, 400, 201, 201, 400]
    assert strict.read("a")["status"] == "INACTIVE"
    customers = [{"customerId": "ben"}, {"customerId": "ben", "legalEntityId": "e1"}] * 2
    reply = strict.call("PUT-update-customers-bulk", path={"segmentId": "a"}, body=customers)
    assert [entry["code"] for entry in reply.body] == [201, 201, 400, 400]
    strict.add("b")
    reply = strict.call("DELETE-remove-segments-bulk", body=["b", "b"])
    assert [entry["code"] for entry in reply.body] == [204, 400]


def test_customers_in_bulk(shop: Any, headers_of: Any) -> None:
    """Entries of assignments carry no id; a bad customer or entity fails alone.

    EMX-183, EMX-280, EMX-282, EMX-289, EMX-290.
    """
    shop.add("s")
    body = [
        {"customerId": "anna"},
        {"customerId": "ben", "legalEntityId": "e1", "mixins": {"m": 1}},
        {"customerId": "anna"},
        {"customerId": "nobody"},
        {"customerId": "anna", "legalEntityId": "e1"},
        {"customerId": "ben", "legalEntityId": "nothing"},
        {"legalEntityId": "e1"},
        {"customerId": "anna", "metadata": {"version": 9}},
    ]
    path = {"segmentId": "s"}
    reply = shop.call("PUT-update-customers-bulk", path=path, body=body)
    assert [entry["code"] for entry in reply.body] == [201, 201, 204, 400, 400, 400, 400, 409]
    assert reply.body[0] == {"index": 1, "code": 201, "status": "Created"}
    assert not any("id" in entry for entry in reply.body)
    assert [member.customer_id for member in shop.world.members.rows] == ["anna", "ben"]
    body = [{"customerId": "anna"}, {"customerId": "ben"}, {}]
    reply = shop.call("DELETE-remove-customers-bulk", path=path, body=body)
    assert [entry["code"] for entry in reply.body] == [204, 204, 400]
    assert not any("id" in entry for entry in reply.body)
    assert [member.customer_id for member in shop.world.members.rows] == ["ben"]
    reply = shop.call("PUT-update-customers-bulk", path=path, body={})
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-189")


def test_items_in_bulk(shop: Any) -> None:
    """Items are assigned and removed in bulk under the type of the path.

    EMX-183, EMX-299, EMX-300, EMX-289, EMX-290.
    """
    shop.add("s")
    path = {"segmentId": "s", "type": "PRODUCT"}
    body = [{"id": "p1"}, {"id": "boots"}, {}, {"id": "p1"}]
    reply = shop.call("PUT-update-items-bulk", path=path, body=body)
    assert [entry["code"] for entry in reply.body] == [201, 400, 400, 204]
    assert not any("id" in entry for entry in reply.body)
    reply = shop.call("DELETE-remove-items-bulk", path=path, body=["p1", "p2", ""])
    assert [entry["code"] for entry in reply.body] == [204, 204, 400]
    assert not any("id" in entry for entry in reply.body)
    assert shop.snapshot()[2] == ()


@pytest.mark.parametrize("kind", ["customers", "items"])
def test_a_bulk_request_below_an_unknown_segment(open_shop: Any, kind: str) -> None:
    """A PUT is refused as a whole, or by choice per entry; nothing is there to delete."""
    path = {"segmentId": "nope", "type": "PRODUCT"}
    entry = {"id": "p1", "customerId": "anna"}
    gone = "p1" if kind == "items" else entry
    shop = open_shop()
    assert shop.call(f"PUT-update-{kind}-bulk", path=path, body=[entry]).status == 404
    reply = shop.call(f"DELETE-remove-{kind}-bulk", path=path, body=[gone])
    assert (reply.status, [entry["code"] for entry in reply.body]) == (207, [204])
    shop = open_shop(missing_segment="listed")
    reply = shop.call(f"PUT-update-{kind}-bulk", path=path, body=[entry])
    assert (reply.status, reply.body[0]["code"]) == (207, 400)
    reply = shop.call(f"DELETE-remove-{kind}-bulk", path=path, body=[gone])
    assert (reply.status, reply.body[0]["code"]) == (207, 204)
    shop = open_shop(delete_missing="404")
    reply = shop.call(f"DELETE-remove-{kind}-bulk", path=path, body=[gone])
    assert (reply.status, reply.body[0]["code"]) == (207, 404)
