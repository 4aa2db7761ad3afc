"""What segments open in the catalogue: lists of items, matching and category trees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.vendors.emporix.model import READ_OWN


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
