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
    """Items of all segments are listed, by site, activity and query.

    EMX-301, EMX-302, EMX-303, EMX-304, EMX-253.
    """
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
    """GET and search agree on the items of one segment (EMX-253, EMX-296, EMX-230)."""
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
    """A customer sees items of its own active segments only (EMX-111, EMX-112, EMX-114)."""
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
    """Products match directly or by category, in active segments of the site, once each.

    EMX-200, EMX-201, EMX-202, EMX-203.
    """
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
    """Assigned categories come with labels above and everything below, by position.

    EMX-310, EMX-311, EMX-312, EMX-113, EMX-302.
    """
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


def test_every_category_above_is_a_label(shop: Any, anna: Any) -> None:
    """From the assigned one up to the root, and none of them counts as assigned.

    EMX-310, EMX-311.
    """
    shop.add("s")
    shop.assign("s", "anna")
    shop.stock("s", "winter", "CATEGORY")
    assert shape(tree(shop, anna)) == [("shoes", False, [("boots", False, [("winter", True, [])])])]


def test_a_tree_without_descendants(open_shop: Any, anna: Any) -> None:
    """By choice what lies below an assigned category is left out."""
    shop = open_shop(tree_descendants="exclude")
    shop.add("s")
    shop.assign("s", "anna")
    shop.stock("s", "boots", "CATEGORY")
    assert shape(tree(shop, anna)) == [("shoes", False, [("boots", True, [])])]


def test_a_node_shows_its_category(stocked: Any, anna: Any) -> None:
    """A node has the properties of its category, in the language asked for (EMX-315)."""
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


def test_a_tree_may_hide_categories(open_shop: Any, anna: Any, clock: Any) -> None:
    """By choice what is unpublished or not valid now is left out with what is below it."""
    hour = 3_600_000
    for choices, shown in (
        ({}, ["bags", "shoes"]),
        ({"tree_unpublished": "hide"}, ["shoes"]),
        ({"tree_validity": "hide"}, ["bags"]),
        ({"tree_unpublished": "hide", "tree_validity": "hide"}, []),
    ):
        shop = open_shop(**choices)
        categories = shop.world.categories
        categories["bags"] = replace(categories["bags"], published=False)
        # The label above the assigned category is what is not valid yet.
        begin = clock.now() + hour
        categories["shoes"] = replace(categories["shoes"], valid_from=begin, valid_to=begin + hour)
        shop.add("s")
        shop.assign("s", "anna")
        shop.stock("s", "boots", "CATEGORY")
        shop.stock("s", "bags", "CATEGORY")
        assert [node["id"] for node in tree(shop, anna)] == shown
        if choices == {"tree_validity": "hide"}:
            for wait, ids in ((hour, ["bags", "shoes"]), (hour, ["bags", "shoes"]), (1, ["bags"])):
                clock.advance(wait)
                assert [node["id"] for node in tree(shop, anna)] == ids
            clock.advance(-2 * hour - 1)
            assert [node["id"] for node in tree(shop, anna)] == ["bags"]


def test_a_tree_follows_the_catalogue(stocked: Any, anna: Any) -> None:
    """A category that is added, moved or gone is so in the next tree; equal places go by id."""
    stocked.assign("s", "anna")
    categories = stocked.world.categories
    categories["clogs"] = replace(categories["boots"], id="clogs", parent_id="boots")
    categories["alpine"] = replace(categories["clogs"], id="alpine")
    below = tree(stocked, anna)[0]["subcategories"][0]["subcategories"]
    assert [node["id"] for node in below] == ["winter", "alpine", "clogs"]
    del categories["winter"]
    below = tree(stocked, anna)[0]["subcategories"][0]["subcategories"]
    assert [node["id"] for node in below] == ["alpine", "clogs"]
    assert list(categories) == ["shoes", "boots", "bags", "clogs", "alpine"]
    assert len(categories) == 5


def test_a_category_below_an_unknown_one_is_a_root(shop: Any, anna: Any) -> None:
    """A tree has no holes: what hangs on nothing stands alone."""
    categories = shop.world.categories
    categories["bags"] = replace(categories["bags"], parent_id="ghost")
    shop.add("s")
    shop.assign("s", "anna")
    shop.stock("s", "bags", "CATEGORY")
    assert shape(tree(shop, anna)) == [("bags", True, [])]


def test_matching_many_products(open_shop: Any) -> None:
    """Few segments with many items, and many segments with few, match alike."""
    shop = open_shop(unknown_reference="accept", match_ancestors="ancestors")
    names = [f"s{number}" for number in range(30)]
    for name in names:
        shop.add(name)
        shop.stock(name, f"x-{name}")
    shop.stock("s7", "shoes", "CATEGORY")
    for product in ("a", "b", "c"):
        for name in names[:20]:
            shop.stock(name, product)
    body = {"site": "main", "items": [{"id": each} for each in ("p2", "x-s3", "c", "q")]}
    for wanted, found in (
        (names, ["p2", "x-s3", "c"]),
        (["s3"], ["x-s3", "c"]),
        (["s7", "s29"], ["p2", "c"]),
        (["s29"], []),
    ):
        reply = shop.call("POST-check-match", body=body | {"segmentIds": wanted})
        assert [one["id"] for one in reply.body] == found


def test_items_are_narrowed_and_still_checked(stocked: Any, value_of: Any, anna: Any) -> None:
    """Clauses that an index answers and clauses that it does not give the same together."""
    stocked.assign("s", "anna")
    stocked.assign("t", "anna")
    for by in (None, anna):
        assert items(stocked, value_of, "segmentId:s segmentId:t", by=by) == []
        assert items(stocked, value_of, "type:PRODUCT type:CATEGORY", by=by) == []
        assert items(stocked, value_of, "type:(PRODUCT,CATEGORY) segmentId:t", by=by) == [
            "t/p1",
            "t/bags",
        ]
        assert items(stocked, value_of, "segmentId:(ghost,t) item.id:~a", by=by) == ["t/bags"]
        assert items(stocked, value_of, 'segmentId:"2026-11-20T12:00:00Z"', by=by) == []
        assert items(stocked, value_of, "type:~PROD segmentId:s", by=by) == ["s/p1"]
    found = items(stocked, value_of, "segmentId:(s,t,u)", onlyActive=True, siteCode="main")
    assert found == ["s/p1", "s/boots"]
