"""Customers and items in segments, matching, and category trees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.vendors.emporix.model import READ_OWN

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
    """It names the customer and the legal entity and carries its own metadata."""
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
    """B2B and B2C assignments of one customer are apart; each entity counts."""
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
    """Updating an assignment checks and raises its version and leaves the segment alone."""
    segment = filled.world.segments.rows[0]
    customer(filled, "PUT", "anna", body=MIXINS)
    clock.advance(5)
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
    """Below an unknown segment everything is 404; by choice only listed statuses appear."""
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

    assert set(statuses(shop)) == {404}
    assert (
        statuses(open_shop(missing_segment="listed"))
        == [200] * 4 + [404] * 2 + [400] * 2 + [204] * 2
    )


def test_deleting_no_assignment_is_a_choice(filled: Any, open_shop: Any) -> None:
    """Deleting what is not assigned is 204, or 404 by choice."""
    assert customer(filled, "DELETE", "anna").status == 204
    assert item(filled, "DELETE", "p1").status == 204
    strict = open_shop(delete_missing="404")
    strict.add("s")
    assert customer(strict, "DELETE", "anna").status == 404
    assert item(strict, "DELETE", "p1").status == 404


def test_an_item_assignment(filled: Any, value_of: Any, headers_of: Any) -> None:
    """It names segment, type and item; it has its own version; it can be removed."""
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
    assert filled.snapshot()[1:] == ((), ())


def test_assignments_need_schemas_by_choice(open_shop: Any) -> None:
    """By choice the mixins of an assignment need links to their schemas."""
    strict = open_shop(mixins_without_schema="400")
    strict.add("s")
    assert customer(strict, "PUT", "anna", body={"mixins": {"m": 1}}).status == 400
    assert customer(strict, "PUT", "anna", body=MIXINS).status == 201


def test_customers_are_listed_and_searched(filled: Any, value_of: Any, headers_of: Any) -> None:
    """Assignments of a segment can be queried, sorted, paged, projected and counted."""
    for name, entity in (("ben", "e1"), ("anna", None), ("ben", "e2"), ("carl", "e1")):
        assert filled.assign("s", name, entity).status == 201

    def found(q: str | None = None, **query: Any) -> list[tuple[str, str | None]]:
        path = {"segmentId": "s"}
        counted = {"X-Total-Count": True}
        sent = query | ({"q": q} if q else {})
        reply = filled.call("GET-retrieve-customers", path=path, query=sent, headers=counted)
        search = filled.call(
            "POST-search-customers",
            path=path,
            query=query,
            headers=counted,
            body={"q": q} if q else {},
        )
        rows = [value_of(row) for row in reply.body]
        assert rows == [value_of(row) for row in search.body]
        assert headers_of(reply) == headers_of(search)
        return [(row["customer"]["id"], row.get("legalEntity", {}).get("id")) for row in rows]

    assert found() == [("ben", "e1"), ("anna", None), ("ben", "e2"), ("carl", "e1")]
    assert found("customer.id:ben legalEntity.id:e2") == [("ben", "e2")]
    assert found("customer.firstName:Anna") == [("anna", None)]
    assert found("customer.email:~carl@") == [("carl", "e1")]
    assert found('legalEntity.name:"Company e2"') == [("ben", "e2")]
    assert found("legalEntity:missing") == [("anna", None)]
    assert found("customer:exists assignmentType:MANUAL", pageSize="1") == [("ben", "e1")]
    assert found("assignmentType:AUTOMATIC") == []
    assert found("metadata:exists metadata.version:1 nothing:missing", pageNumber="2") == []
    assert found(sort="customer.lastName,customer.firstName:desc,legalEntity.id:desc") == [
        ("carl", "e1"),
        ("ben", "e2"),
        ("ben", "e1"),
        ("anna", None),
    ]
    reply = filled.call(
        "GET-retrieve-customers",
        path={"segmentId": "s"},
        query={"fields": "customer.id,assignmentType,nope", "pageSize": "1"},
    )
    assert reply.body == [{"customer": {"id": "ben"}, "assignmentType": "MANUAL"}]


@pytest.fixture
def stocked(shop: Any) -> Any:
    """Three segments with items: `s` and `t` active on two sites, `u` inactive."""
    shop.add("s")
    shop.add("t", siteCode="outlet")
    shop.add("u", status="INACTIVE")
    for segment, name, item_type in (
        ("s", "p1", "PRODUCT"),
        ("t", "p1", "PRODUCT"),
        ("u", "p2", "PRODUCT"),
        ("s", "boots", "CATEGORY"),
        ("t", "bags", "CATEGORY"),
    ):
        assert shop.stock(segment, name, item_type).status == 201
    return shop


def items(shop: Any, value_of: Any, q: str | None = None, **query: Any) -> list[str]:
    """Return what GET /segments/items lists, as `segment/item`."""
    by = query.pop("by", None)
    sent = query | ({"q": q} if q else {})
    reply = shop.call("GET-retrieve-segments-items", query=sent, by=by)
    rows = [value_of(row) for row in reply.body]
    return [f"{row['segmentId']}/{row['item']['id']}" for row in rows]


def test_items_of_all_segments(stocked: Any, value_of: Any) -> None:
    """Items of all segments are listed, by site, activity and query."""
    assert items(stocked, value_of) == ["s/p1", "t/p1", "u/p2", "s/boots", "t/bags"]
    assert items(stocked, value_of, onlyActive=True) == ["s/p1", "t/p1", "s/boots", "t/bags"]
    assert items(stocked, value_of, siteCode="main") == ["s/p1", "u/p2", "s/boots"]
    assert items(stocked, value_of, "type:CATEGORY") == ["s/boots", "t/bags"]
    assert items(stocked, value_of, "type:PRODUCT segmentId:(t,s)") == ["s/p1", "t/p1"]
    assert items(stocked, value_of, "item.id:p1 segmentId:s") == ["s/p1"]
    assert items(stocked, value_of, "item.code:SKU-p2") == ["u/p2"]
    assert items(stocked, value_of, "item.name.de:~boots") == ["s/boots"]
    assert items(stocked, value_of, "item:exists item.name:exists", sort="item.code") == [
        "t/bags",
        "s/boots",
        "s/p1",
        "t/p1",
        "u/p2",
    ]
    assert items(stocked, value_of, "group.id:g1") == []


def test_items_of_one_segment(stocked: Any, value_of: Any) -> None:
    """GET and search agree on the items of one segment."""
    path = {"segmentId": "s"}
    reply = stocked.call("GET-retrieve-segment-items", path=path, query={"q": "type:CATEGORY"})
    assert [value_of(row)["item"]["id"] for row in reply.body] == ["boots"]
    search = stocked.call("POST-search-items", path=path, body={"q": "type:CATEGORY"})
    assert search.body == reply.body
    assert len(stocked.call("POST-search-items", path=path).body) == 2
    reply = stocked.call(
        "GET-retrieve-item",
        path=path | {"type": "CATEGORY", "itemId": "boots"},
        query={"fields": "item.name.de"},
    )
    assert reply.body == {"item": {"name": {"de": "boots (de)"}}}


def test_own_items(stocked: Any, call_as: Any, value_of: Any) -> None:
    """A customer sees items of its own active segments only."""
    anna = call_as(READ_OWN, customer="anna")
    for segment in ("t", "u"):
        stocked.assign(segment, "anna")
    assert items(stocked, value_of, by=anna) == ["t/p1", "t/bags"]
    assert items(stocked, value_of, by=anna, onlyActive=False) == ["t/p1", "t/bags"]
    assert items(stocked, value_of, "type:PRODUCT", by=anna) == ["t/p1"]
    assert items(stocked, value_of, siteCode="main", by=anna) == []
    for segment, status in (("t", 200), ("u", 404), ("s", 404)):
        path = {"segmentId": segment}
        assert stocked.call("GET-retrieve-segment-items", path=path, by=anna).status == status
        assert stocked.call("POST-search-items", path=path, by=anna).status == status
        path |= {"type": "PRODUCT", "itemId": "p2" if segment == "u" else "p1"}
        assert stocked.call("GET-retrieve-item", path=path, by=anna).status == status


def match(shop: Any, segments: list[str], site: str = "main", *, by_name: str = "site") -> Any:
    """Return which of some products match."""
    asked = [{"id": one} for one in ("p3", "p2", "p1", "p1", "ghost", "boots")]
    body = {"items": [*asked, {}], "segmentIds": segments, by_name: site}
    reply = shop.call("POST-check-match", body=body)
    assert reply.status == 200
    return [one["id"] for one in reply.body]


def test_match(stocked: Any, open_shop: Any, headers_of: Any) -> None:
    """Products match directly or by category, in active segments of the site, once each."""
    assert match(stocked, ["s", "ghost", "s"]) == ["p1"]
    assert match(stocked, ["s"], by_name="siteCode") == ["p1"]
    assert match(stocked, ["t"]) == []
    assert match(stocked, ["t"], "outlet") == ["p1"]
    assert match(stocked, ["u"]) == []
    stocked.stock("s", "p3")
    assert match(stocked, ["s"]) == ["p3", "p1"]
    stocked.stock("s", "winter", "CATEGORY")
    assert match(stocked, ["s"]) == ["p3", "p2", "p1"]
    body = {"items": [], "segmentIds": []}
    reply = stocked.call("POST-check-match", body=body)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-204")


def test_matching_has_choices(open_shop: Any) -> None:
    """By choice categories above count, and by choice the site does not."""
    shop = open_shop(match_ancestors="ancestors", match_site="ignore")
    shop.add("s")
    shop.stock("s", "shoes", "CATEGORY")
    assert match(shop, ["s"], "elsewhere") == ["p2", "p1"]


def tree(shop: Any, by: Any, **query: Any) -> Any:
    """Return the category trees of a caller."""
    headers = query.pop("headers", {})
    return shop.call("GET-retrieve-category-trees", query=query, headers=headers, by=by).body


def shape(nodes: Any) -> Any:
    """Return ids and flags of trees."""
    return [(node["id"], node["isSegmentAssigned"], shape(node["subcategories"])) for node in nodes]


def test_a_category_tree(stocked: Any, anna: Any) -> None:
    """Assigned categories come with labels above and everything below, by position."""
    assert tree(stocked, anna) == []
    stocked.assign("s", "anna")
    assert shape(tree(stocked, anna)) == [
        ("shoes", False, [("boots", True, [("winter", True, [])])])
    ]
    stocked.assign("t", "anna")
    assert [node["id"] for node in tree(stocked, anna)] == ["bags", "shoes"]
    assert [node["id"] for node in tree(stocked, anna, siteCode="outlet")] == ["bags"]
    stocked.call(
        "PATCH-update-segment",
        path={"segmentId": "s"},
        body=[{"op": "replace", "path": "/status", "value": "INACTIVE"}],
    )
    assert [node["id"] for node in tree(stocked, anna)] == ["bags"]


def test_a_tree_without_descendants(open_shop: Any, anna: Any) -> None:
    """By choice what lies below an assigned category is left out."""
    shop = open_shop(tree_descendants="exclude")
    shop.add("s")
    shop.assign("s", "anna")
    shop.stock("s", "boots", "CATEGORY")
    assert shape(tree(shop, anna)) == [("shoes", False, [("boots", True, [])])]


def test_a_node_shows_its_category(stocked: Any, anna: Any) -> None:
    """A node has the properties of its category, in the language asked for."""
    categories = stocked.world.categories
    categories["bags"] = replace(
        categories["bags"],
        description=("en", "All bags"),
        slug=("en", "bags"),
        ecn=("1", "2"),
        valid_from=0,
        published=False,
    )
    stocked.assign("t", "anna")
    assert tree(stocked, anna, headers={"Accept-Language": "de"}) == [
        {
            "id": "bags",
            "code": "C-bags",
            "name": {"de": "bags (de)"},
            "localizedDescription": {"en": "All bags"},
            "localizedSlug": {"en": "bags"},
            "ecn": ["1", "2"],
            "validity": {"from": "1970-01-01T00:00:00.000Z"},
            "position": 6,
            "published": False,
            "isSegmentAssigned": True,
            "subcategories": [],
        }
    ]
    stocked.assign("s", "anna")
    below = tree(stocked, anna)[1]["subcategories"][0]
    assert (below["id"], below["parentId"]) == ("boots", "shoes")


def test_categories_in_a_circle_end(shop: Any, anna: Any) -> None:
    """Categories whose parents form a circle are in no tree and hang nothing."""
    categories = shop.world.categories
    categories["shoes"] = replace(categories["shoes"], parent_id="winter")
    shop.add("s")
    shop.assign("s", "anna")
    shop.stock("s", "boots", "CATEGORY")
    assert tree(shop, anna) == []
