"""Customers and items in segments: assigned, read, versioned, listed and removed."""

from __future__ import annotations

from typing import Any

import pytest

MIXINS = {
    "mixins": {"segmentAttributes": {"membershipStatus": "PREMIUM"}},
    "metadata": {"mixins": {"segmentAttributes": "https://example.com/a.json"}},
}


@pytest.fixture
def filled(shop: Any) -> Any:
    """A shop with the segment `s`, which nobody is in."""
    shop.add("s")
    return shop


def customer(shop: Any, method: str, name: str, entity: str | None = None, **more: Any) -> Any:
    """Call one of the operations on a customer of `s`."""
    verb = {"GET": "retrieve", "PUT": "update", "DELETE": "remove"}[method]
    path = {"segmentId": "s", "customerId": name}
    if entity is None:
        return shop.call(f"{method}-{verb}-customer-by-customerId", path=path, **more)
    return shop.call(f"{method}-{verb}-customer", path=path | {"legalEntityId": entity}, **more)


def item(shop: Any, method: str, name: str, item_type: str = "PRODUCT", **more: Any) -> Any:
    """Call one of the operations on an item of `s`."""
    verb = {"GET": "retrieve", "PUT": "update", "DELETE": "remove"}[method]
    path = {"segmentId": "s", "type": item_type, "itemId": name}
    return shop.call(f"{method}-{verb}-item", path=path, **more)


def test_a_b2b_assignment(filled: Any, value_of: Any) -> None:
    """It names the customer and the legal entity and carries its own metadata.

    EMX-270, EMX-276, EMX-277, EMX-288.
    """
    reply = customer(filled, "PUT", "ben", "e1", body=MIXINS)
    assert (reply.status, reply.body) == (201, None)
    assert value_of(customer(filled, "GET", "ben", "e1").body) == {
        "customer": {
            "id": "ben",
            "firstName": "Ben",
            "lastName": "Test",
            "email": "ben@example.com",
        },
        "legalEntity": {"id": "e1", "name": "Company e1"},
        "assignmentType": "MANUAL",
        "mixins": MIXINS["mixins"],
        "metadata": {
            "createdAt": "2026-11-20T12:00:00.000Z",
            "modifiedAt": "2026-11-20T12:00:00.000Z",
            "version": 1,
            "mixins": MIXINS["metadata"]["mixins"],
        },
    }


def test_the_path_without_an_entity_is_about_b2c(filled: Any, value_of: Any) -> None:
    """B2B and B2C assignments of one customer are apart; each entity counts.

    EMX-278, EMX-279, EMX-274.
    """
    assert customer(filled, "PUT", "ben", "e1").status == 201
    assert customer(filled, "GET", "ben").status == 404
    assert customer(filled, "PUT", "ben").status == 201
    assert customer(filled, "PUT", "ben", "e2").status == 201
    assert "legalEntity" not in value_of(customer(filled, "GET", "ben").body)
    assert customer(filled, "DELETE", "ben").status == 204
    assert customer(filled, "GET", "ben").status == 404
    assert customer(filled, "GET", "ben", "e1").status == 200


def test_an_assignment_has_its_own_version(
    filled: Any, clock: Any, value_of: Any, headers_of: Any
) -> None:
    """Updating an assignment checks and raises its version and leaves the segment alone.

    EMX-271, EMX-272.
    """
    segment = filled.world.segments.rows[0]
    customer(filled, "PUT", "anna", body=MIXINS)
    clock.wait(5)
    reply = customer(filled, "PUT", "anna", body={"metadata": {"version": 1}})
    assert (reply.status, reply.body) == (204, None)
    stored = value_of(customer(filled, "GET", "anna").body)
    assert "mixins" not in stored
    assert stored["metadata"] == {
        "createdAt": "2026-11-20T12:00:00.000Z",
        "modifiedAt": "2026-11-20T12:00:05.000Z",
        "version": 2,
    }
    before = filled.snapshot()
    for reply in (
        customer(filled, "PUT", "anna", body={"metadata": {"version": 1}}),
        customer(filled, "PUT", "anna", body={"metadata": {"version": 3}}),
    ):
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (409, "EMX-272")
    assert filled.snapshot() == before
    assert filled.world.segments.rows[0] is segment


def test_references_are_a_choice(filled: Any, open_shop: Any, value_of: Any) -> None:
    """Unknown customers, entities and items are refused, or, by choice, assigned as ids."""
    before = filled.snapshot()
    assert customer(filled, "PUT", "nobody").status == 400
    assert customer(filled, "PUT", "ben", "nothing").status == 400
    assert customer(filled, "PUT", "carl", "e2").status == 400
    assert item(filled, "PUT", "nothing").status == 400
    assert item(filled, "PUT", "p1", "CATEGORY").status == 400
    assert filled.snapshot() == before
    lenient = open_shop(unknown_reference="accept")
    lenient.add("s")
    assert customer(lenient, "PUT", "nobody", "nothing").status == 201
    assert item(lenient, "PUT", "nothing").status == 201
    assert customer(lenient, "PUT", "\ud800").status == 400
    assert customer(lenient, "PUT", "x", "\ud800").status == 400
    assert item(lenient, "PUT", "\ud800").status == 400
    stored = value_of(customer(lenient, "GET", "nobody", "nothing").body)
    assert (stored["customer"], stored["legalEntity"]) == ({"id": "nobody"}, {"id": "nothing"})
    assert value_of(item(lenient, "GET", "nothing").body)["item"] == {"id": "nothing"}
    query = {"q": "item.code:missing item.name:missing item.name.en:null"}
    path = {"segmentId": "s"}
    assert len(lenient.call("GET-retrieve-segment-items", path=path, query=query).body) == 1
    query = {"q": "customer.email:missing legalEntity.name:missing legalEntity:exists"}
    assert len(lenient.call("GET-retrieve-customers", path=path, query=query).body) == 1


def test_an_unknown_segment_is_a_choice(shop: Any, open_shop: Any) -> None:
    """Reads and writes below an unknown segment are 404, or by choice what is listed.

    Deletions are like any other deletion of what is not there.
    """
    listing = {"path": {"segmentId": "s"}}

    def statuses(shop: Any) -> list[int]:
        return [
            shop.call("GET-retrieve-customers", **listing).status,
            shop.call("POST-search-customers", **listing).status,
            shop.call("GET-retrieve-segment-items", **listing).status,
            shop.call("POST-search-items", **listing).status,
            customer(shop, "GET", "anna").status,
            item(shop, "GET", "p1").status,
            customer(shop, "PUT", "anna").status,
            item(shop, "PUT", "p1").status,
            customer(shop, "DELETE", "anna").status,
            item(shop, "DELETE", "p1").status,
        ]

    assert statuses(shop) == [404] * 8 + [204] * 2
    listed = [200] * 4 + [404] * 2 + [400] * 2
    assert statuses(open_shop(missing_segment="listed")) == listed + [204] * 2
    assert statuses(open_shop(delete_missing="404")) == [404] * 10
    strict = open_shop(missing_segment="listed", delete_missing="404")
    assert statuses(strict) == listed + [404] * 2


def test_what_the_path_names_and_nobody_knows_is_told(filled: Any, headers_of: Any) -> None:
    """An unknown customer, legal entity or item is told by its parameter, not as a body."""
    for reply, name, message in (
        (customer(filled, "PUT", "nobody"), "customerId", "There is no customer with id nobody."),
        (
            customer(filled, "PUT", "ben", "nothing"),
            "legalEntityId",
            "There is no legal entity with id nothing.",
        ),
        (
            customer(filled, "PUT", "carl", "e2"),
            "legalEntityId",
            "Customer carl does not belong to legal entity e2.",
        ),
        (item(filled, "PUT", "nothing"), "itemId", "There is no product with id nothing."),
    ):
        assert headers_of(reply)["X-Mock-Pointer"] == f"/path/{name}"
        assert (reply.status, reply.body["message"]) == (400, message)


def test_what_is_not_there_is_told_by_the_pointer(filled: Any, anna: Any, headers_of: Any) -> None:
    """EMX-274, EMX-286, EMX-298, EMX-109: a 404 points at the part of the path it is about."""
    for reply, name in (
        (customer(filled, "GET", "nobody"), "customerId"),
        (item(filled, "GET", "nothing"), "itemId"),
        (
            filled.call(
                "GET-retrieve-item", path={"segmentId": "s1", "type": "product", "itemId": "p1"}
            ),
            "type",
        ),
        (filled.call("GET-retrieve-customers", path={"segmentId": "none"}), "segmentId"),
        (filled.call("GET-retrieve-segment", path={"segmentId": "none"}, by=anna), "segmentId"),
    ):
        assert (reply.status, headers_of(reply).get("X-Mock-Pointer")) == (404, f"/path/{name}")


def test_deleting_no_assignment_is_a_choice(filled: Any, open_shop: Any) -> None:
    """Deleting what is not assigned is 204, or 404 by choice (EMX-275)."""
    assert customer(filled, "DELETE", "anna").status == 204
    assert item(filled, "DELETE", "p1").status == 204
    strict = open_shop(delete_missing="404")
    strict.add("s")
    assert customer(strict, "DELETE", "anna").status == 404
    assert item(strict, "DELETE", "p1").status == 404


def test_an_item_assignment(filled: Any, value_of: Any, headers_of: Any) -> None:
    """It names segment, type and item; it has its own version; it can be removed.

    EMX-270, EMX-271, EMX-275, EMX-295, EMX-296, EMX-297, EMX-305.
    """
    assert item(filled, "PUT", "p1", body=MIXINS).status == 201
    assert item(filled, "PUT", "boots", "CATEGORY").status == 201
    stored = value_of(item(filled, "GET", "p1").body)
    assert stored == {
        "segmentId": "s",
        "item": {"id": "p1", "code": "SKU-p1", "name": {"en": "Product p1"}},
        "type": "PRODUCT",
        "mixins": MIXINS["mixins"],
        "metadata": stored["metadata"],
    }
    assert stored["metadata"]["mixins"] == MIXINS["metadata"]["mixins"]
    assert item(filled, "PUT", "p1", body={"metadata": {"version": 1}}).status == 204
    reply = item(filled, "PUT", "p1", body={"metadata": {"version": 1}})
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (409, "EMX-272")
    assert item(filled, "GET", "p1", "CATEGORY").status == 404
    assert item(filled, "DELETE", "p1").status == 204
    assert item(filled, "GET", "p1").status == 404


def test_another_type_is_missing(filled: Any, headers_of: Any) -> None:
    """A type other than PRODUCT and CATEGORY is 404 for every operation."""
    path = {"segmentId": "s", "type": "product", "itemId": "p1"}
    for operation in (
        "GET-retrieve-item",
        "PUT-update-item",
        "DELETE-remove-item",
        "PUT-update-items-bulk",
        "DELETE-remove-items-bulk",
    ):
        reply = filled.call(operation, path=path, body=[])
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (404, "EMX-298")


@pytest.mark.parametrize("body", [{"mixins": 5}, {"metadata": 5}, [], {"metadata": {"mixins": 1}}])
def test_a_bad_assignment_body_is_refused(filled: Any, body: Any) -> None:
    """A body with wrong types is refused and assigns nobody."""
    assert customer(filled, "PUT", "anna", body=body).status == 400
    assert item(filled, "PUT", "p1", body=body).status == 400
    assert filled.snapshot()[1:] == ((), (), ())


def test_assignments_need_schemas_by_choice(open_shop: Any) -> None:
    """By choice the mixins of an assignment need links to their schemas."""
    strict = open_shop(mixins_without_schema="400")
    strict.add("s")
    assert customer(strict, "PUT", "anna", body={"mixins": {"m": 1}}).status == 400
    assert customer(strict, "PUT", "anna", body=MIXINS).status == 201


@pytest.fixture
def peopled(filled: Any) -> Any:
    """The segment `s` with four assignments of three customers."""
    for name, entity in (("ben", "e1"), ("anna", None), ("ben", "e2"), ("carl", "e1")):
        assert filled.assign("s", name, entity).status == 201
    return filled


@pytest.fixture
def found(peopled: Any, value_of: Any, headers_of: Any) -> Any:
    """List the customers of `s` as pairs of ids; GET and search have to agree."""

    def find(q: str | None = None, **query: Any) -> list[tuple[str, str | None]]:
        sent = {"path": {"segmentId": "s"}, "headers": {"X-Total-Count": True}}
        asked = {"q": q} if q else {}
        reply = peopled.call("GET-retrieve-customers", query=query | asked, **sent)
        search = peopled.call("POST-search-customers", query=query, body=asked, **sent)
        rows = [value_of(row) for row in reply.body]
        assert rows == [value_of(row) for row in search.body]
        assert headers_of(reply) == headers_of(search)
        return [(row["customer"]["id"], row.get("legalEntity", {}).get("id")) for row in rows]

    return find


def test_customers_are_listed_and_searched(found: Any) -> None:
    """GET and search agree on what a query finds, page by page, and on the headers.

    EMX-215, EMX-216, EMX-221, EMX-222, EMX-240, EMX-251.
    """
    assert found() == [("ben", "e1"), ("anna", None), ("ben", "e2"), ("carl", "e1")]
    assert found("customer.id:ben legalEntity.id:e2") == [("ben", "e2")]
    assert found("customer.firstName:Anna") == [("anna", None)]
    assert found("customer.email:~carl@") == [("carl", "e1")]
    assert found('legalEntity.name:"Company e2"') == [("ben", "e2")]
    assert found("legalEntity:missing") == [("anna", None)]
    assert found("customer:exists assignmentType:MANUAL", pageSize="1") == [("ben", "e1")]
    assert found("assignmentType:AUTOMATIC") == []
    assert found("metadata:exists metadata.version:1 nothing:missing", pageNumber="2") == []


def test_customers_are_sorted(found: Any) -> None:
    """Assignments are sorted by several fields; later ones decide between equals."""
    assert found(sort="customer.lastName,customer.firstName:desc,legalEntity.id:desc") == [
        ("carl", "e1"),
        ("ben", "e2"),
        ("ben", "e1"),
        ("anna", None),
    ]


def test_customers_are_projected(peopled: Any) -> None:
    """Only the named fields of an assignment are shown, unknown names are ignored (EMX-230)."""
    reply = peopled.call(
        "GET-retrieve-customers",
        path={"segmentId": "s"},
        query={"fields": "customer.id,assignmentType,nope", "pageSize": "1"},
    )
    assert reply.body == [{"customer": {"id": "ben"}, "assignmentType": "MANUAL"}]
