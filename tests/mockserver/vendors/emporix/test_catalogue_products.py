"""The product search: queries with and without compounds, and what they may find."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver.vendors.emporix.sisters import PRODUCTS, Sisters, header, told

CAST = ["p1234", "p2345", "p3456", "p4567", "p5678", "p6789"]


@pytest.fixture
def sisters(open_vendor: Any) -> Sisters:
    """The sister services on the named cast alone."""
    return Sisters(open_vendor("emporix", segments=0, customers=0, products=0))


def found(sisters: Sisters, q: str | None = None, by: str = "manager", **query: Any) -> list[str]:
    """Return the ids that a search finds."""
    reply = sisters.call(PRODUCTS, by, query=query, body=None if q is None else {"q": q})
    assert reply.status == 200, reply.body
    return [each["id"] for each in reply.body]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("id:(p1234,p3456,nothing,p1234)", ["p1234", "p3456"]),
        ("id:p1234 code:ESP-100", ["p1234"]),
        ("id:p1234 code:LMP-200", []),
        ("code:(LMP-200,ESP-100)", ["p1234", "p2345"]),
        ("name.de:~maschine", ["p1234"]),
        ("name:exists code:~^H", ["p4567"]),
        ("name.ru:exists", []),
        ("published:false", ["p5678"]),
        ("productType:BASIC id:p1234", ["p1234"]),
        ("categoryIds:beans", ["p3456", "p5678"]),
        ("categoryIds:(beans,headphones)", ["p3456", "p4567", "p5678"]),
        ("categoryIds:nowhere", []),
        ("customerSegmentIds:golden-segment", ["p3456"]),
        ("customerSegmentIds:missing id:p1234", []),
        ("metadata.version:1 version:1 id:p6789", ["p6789"]),
        ("mixins.a:exists", []),
        ('id:"2026-01-01T00:00:00Z"', []),
    ],
)
def test_a_query_finds_products(sisters: Sisters, q: str, expected: list[str]) -> None:
    """EMX-740: the grammar of the standard practices, by index where there is one."""
    assert found(sisters, q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("((code:ESP-100) OR (code:BNS-300))", ["p1234", "p3456"]),
        ("((code:ESP-100) OR (code:BNS-300) OR (id:p6789))", ["p1234", "p3456", "p6789"]),
        ("((categoryIds:beans) AND (published:true) AND (version:1))", ["p3456"]),
        ('((code:("ESP-100","x")) OR (id:("p2345","p4567")))', ["p1234", "p2345", "p4567"]),
        ("((version:>=5) OR (version:<=2))", CAST),
        (
            "(((id:p3456) AND (published:true)) OR ((id:p5678) AND (published:false)))",
            ["p3456", "p5678"],
        ),
        ("((id:p1234))", ["p1234"]),
        ("( ( id:p1234 ) OR(id:p2345)  ) code:LMP-200", ["p2345"]),
        ("((id:p1234) OR (id:p2345)) compoundLogicalQuery:((id:p2345) OR (id:p3456))", ["p2345"]),
        ("((name.en:~lamp) OR (id:p1234))", ["p1234", "p2345"]),
        ('((code:")") OR (id:p1234))', ["p1234"]),
    ],
)
def test_compounds(sisters: Sisters, q: str, expected: list[str]) -> None:
    """EMX-741: the vendor's own examples, and clauses beside them."""
    assert found(sisters, f"compoundLogicalQuery:{q}") == expected
    assert found(sisters, f"productType:BASIC compoundLogicalQuery:{q}") == expected


@pytest.mark.parametrize(
    ("q", "requirement"),
    [
        ("compoundLogicalQuery:((id:a) OR (id:b) AND (id:c))", "EMX-742"),
        ("compoundLogicalQuery:" + "(" * 30 + "id:a" + ")" * 30, "EMX-743"),
        ("compoundLogicalQuery:" + "(" * 5000, "EMX-755"),
        ("compoundLogicalQuery:id", "EMX-755"),
        ("compoundLogicalQuery:()", "EMX-755"),
        ("compoundLogicalQuery:(())", "EMX-755"),
        ("compoundLogicalQuery:(id:a)", "EMX-755"),
        ("compoundLogicalQuery:((compoundLogicalQuery:((id:a))))", "EMX-755"),
        ("compoundLogicalQuery:((id:a) OR)", "EMX-755"),
        ("compoundLogicalQuery:((id:a) XOR (id:b))", "EMX-755"),
        ("compoundLogicalQuery:((id:a))x", "EMX-755"),
        ("compoundLogicalQuery:((id:a)", "EMX-755"),
        ("compoundLogicalQuery:((id))", "EMX-255"),
        ("compoundLogicalQuery", "EMX-255"),
        ('code:"a compoundLogicalQuery:b', "EMX-254"),
        ("code", "EMX-255"),
    ],
)
def test_bad_queries(sisters: Sisters, q: str, requirement: str) -> None:
    """EMX-742, EMX-743, EMX-754, EMX-755: refused with 400 in the form of the product service."""
    reply = sisters.call(PRODUCTS, body={"q": q})
    assert (reply.status, told(reply)) == (400, requirement)
    assert header(reply, "X-Mock-Pointer") == "/q"
    assert reply.body.keys() == {"code", "status", "message"}


@pytest.mark.parametrize(
    ("q", "position"),
    [
        ("compoundLogicalQuery:((id:a)) oops", 31),
        ("compoundLogicalQuery:((id:a) OR (oops))", 34),
        ("id:a compoundLogicalQuery:((id:a) or (id:b))", 35),
        ("compoundLogicalQuery:((id:a) OR (id:b)", 22),
        ("compoundLogicalQuery:((id:~[) OR (id:b))", 29),
    ],
)
def test_where_a_query_is_wrong(sisters: Sisters, q: str, position: int) -> None:
    """The position counts from the beginning of q, inside compounds and behind them."""
    reply = sisters.call(PRODUCTS, body={"q": q})
    assert reply.status == 400
    assert reply.body["message"].endswith(f" at position {position}.")


def test_brackets_in_a_text_hide_no_compound(sisters: Sisters) -> None:
    """EMX-741: what stands in quotes opens and closes nothing."""
    assert found(sisters, 'name.en:"a ( b" compoundLogicalQuery:((id:p1234))') == []
    assert found(sisters, 'id:("p1234",")") compoundLogicalQuery:((id:p1234))') == ["p1234"]


def test_a_compound_inside_a_text_is_text(sisters: Sisters) -> None:
    """Quotes hide it."""
    assert found(sisters, 'code:"a compoundLogicalQuery:((id:p1234))"') == []


def test_everything_is_found(sisters: Sisters) -> None:
    """EMX-757: without a body, and without a q in it."""
    assert found(sisters) == CAST
    assert found(sisters, "") == CAST
    assert found(sisters, " ") == CAST


@pytest.mark.parametrize("by", ["reader", "anna", "widget"])
def test_shoppers_find_what_is_published(sisters: Sisters, by: str) -> None:
    """EMX-750, EMX-751: any token of the tenant will do."""
    published = [each for each in CAST if each != "p5678"]
    assert found(sisters, by=by) == published
    assert found(sisters, "id:(p5678,p1234)", by=by) == ["p1234"]
    assert found(sisters, "published:false", by=by) == []


def test_the_scope_is_needed_by_choice(open_sisters: Any) -> None:
    """EMX-751: as the security of the reference reads."""
    sisters: Sisters = open_sisters(product_search_scope="always")
    assert sisters.call(PRODUCTS).status == 200
    reply = sisters.call(PRODUCTS, "anna")
    assert (reply.status, told(reply)) == (403, "EMX-751")


def test_a_product_as_json(sisters: Sisters) -> None:
    """EMX-752, EMX-753: with its categories and the segments that hold it."""
    reply = sisters.call(PRODUCTS, "anna", body={"q": "id:p6789"})
    assert reply.body == [
        {
            "id": "p6789",
            "code": "GFT-600",
            "name": {"en": "Gift card", "de": "Gutschein", "fr": "Carte cadeau"},
            "productType": "BASIC",
            "published": True,
            "categoryIds": [],
            "customerSegmentIds": ["platinum-segment", "us-vip"],
            "metadata": {"version": 1},
        }
    ]


def test_fields_and_languages(sisters: Sisters, open_sisters: Any) -> None:
    """EMX-747, EMX-749: the id always; one language as a map, or by choice as text."""
    query, q = {"fields": "name,code,nothing"}, {"q": "id:p1234"}
    german = {"Accept-Language": "de"}
    (row,) = sisters.call(PRODUCTS, query=query, body=q, headers=german).body
    assert row == {"id": "p1234", "code": "ESP-100", "name": {"de": "Espressomaschine Uno"}}
    (row,) = sisters.call(PRODUCTS, query={"fields": "code"}, body=q, headers=german).body
    assert row == {"id": "p1234", "code": "ESP-100"}
    plain: Sisters = open_sisters(single_language="string")
    (row,) = plain.call(PRODUCTS, query=query, body=q, headers=german).body
    assert row["name"] == "Espressomaschine Uno"


def test_pages_and_order(sisters: Sisters) -> None:
    """EMX-744, EMX-746, EMX-748."""
    assert found(sisters, sort="code:desc", pageSize=2) == ["p2345", "p4567"]
    assert found(sisters, sort="name.en", pageSize=2, pageNumber=2) == ["p1234", "p6789"]
    assert found(sisters, pageNumber=2) == []
    total = {"X-Total-Count": True}
    reply = sisters.call(PRODUCTS, query={"pageSize": 1}, headers=total)
    assert (len(reply.body), header(reply, "X-Total-Count")) == (1, "6")
    reply = sisters.call(PRODUCTS, body={"q": "categoryIds:beans"}, headers=total)
    assert header(reply, "X-Total-Count") == "2"


def test_sixty_to_a_page(open_vendor: Any) -> None:
    """EMX-744: unless told otherwise; made-up products are not all published (EMX-750)."""
    sisters = Sisters(open_vendor("emporix", products=200))
    assert len(found(sisters)) == 60
    assert len(found(sisters, pageSize=500)) == 200
    assert 180 < len(found(sisters, by="anna", pageSize=500)) < 200


def test_segments_hide_no_products(sisters: Sisters) -> None:
    """EMX-758: who is in no segment finds what is assigned to segments all the same."""
    assert "p3456" in found(sisters, by="chloe") == found(sisters, by="emi")
