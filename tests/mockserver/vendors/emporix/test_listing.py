"""Pages, totals, order and projection of lists."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def seven(shop: Any) -> Any:
    """Seven segments, `s0` to `s6`; only some have a description."""
    for number in range(7):
        extra = {"description": {"en": f"d{number % 2}"}} if number % 3 else {}
        shop.add(
            f"s{number}",
            name={"en": f"n{6 - number}"},
            siteCode="main" if number < 4 else "outlet",
            mixins={"m": {"rank": number % 3, "mixed": [1, "x", None, True][number % 4]}},
            **extra,
        )
    return shop


def test_pages(seven: Any) -> None:
    """Pages are cut from the order of creation; one beyond the end is empty (EMX-215, EMX-216)."""
    assert seven.find(pageSize="3") == ["s0", "s1", "s2"]
    assert seven.find(pageSize="3", pageNumber="3") == ["s6"]
    assert seven.find(pageSize="3", pageNumber="4") == []
    assert seven.find(pageSize="999999999", pageNumber="999999999") == []
    assert seven.find("siteCode:outlet", pageSize="2", pageNumber="2") == ["s6"]
    assert seven.find("name.en:~n", pageSize="2", pageNumber="2") == ["s2", "s3"]


@pytest.mark.parametrize(("choice", "size"), [("60", 60), ("16", 16)])
def test_the_default_size_is_a_choice(open_shop: Any, choice: str, size: int) -> None:
    """Without pageSize a page holds 60 records, or 16 by choice."""
    shop = open_shop(page_size=choice)
    for number in range(61):
        shop.add(str(number))
    assert len(shop.find()) == size


@pytest.mark.parametrize("name", ["pageSize", "pageNumber"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1.0", "01", " 1", "\u0661", "1\n"])
def test_bad_pages_are_refused(seven: Any, headers_of: Any, name: str, value: str) -> None:
    """What is no positive whole number is refused."""
    reply = seven.call("GET-retrieve-segments", query={name: value})
    assert reply.status == 400
    assert headers_of(reply)["X-Mock-Pointer"] == f"/query/{name}"
    assert reply.body["message"] == f"{name} must be greater than or equal to 1"


@pytest.mark.parametrize("name", ["pageSize", "pageNumber"])
def test_large_pages_are_refused(seven: Any, name: str) -> None:
    """A number of ten digits or more is too large."""
    for value in ("1" * 10, "9" * 300):
        reply = seven.call("GET-retrieve-segments", query={name: value})
        assert (reply.status, reply.body["message"]) == (400, f"{name} is too large")


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({}, 7),
        ({"q": "siteCode:outlet"}, 3),
        ({"q": "siteCode:(outlet,main,outlet)"}, 7),
        ({"q": "siteCode:outlet status:ACTIVE"}, 3),
        ({"q": "id:(s1,s5,nope)"}, 2),
        ({"q": "name.en:~n"}, 7),
        ({"sort": "name.en"}, 7),
        ({"q": "siteCode:nowhere"}, 0),
        ({"pageNumber": "9"}, 7),
    ],
)
def test_totals(seven: Any, headers_of: Any, query: Any, total: int) -> None:
    """The total counts all pages, appears when asked for, and leaves the body alone.

    EMX-221, EMX-222.
    """
    query = {"pageSize": "2"} | query
    plain = seven.call("GET-retrieve-segments", query=query)
    counted = seven.call("GET-retrieve-segments", query=query, headers={"X-Total-Count": True})
    uncounted = seven.call("GET-retrieve-segments", query=query, headers={"X-Total-Count": False})
    assert headers_of(counted) == {"X-Total-Count": str(total)}
    assert headers_of(plain) == headers_of(uncounted) == {}
    assert seven.ids(plain) == seven.ids(counted) == seven.ids(uncounted)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name.en", "6543210"),
        ("name.en:asc", "6543210"),
        ("name.en:desc", "0123456"),
        ("name.en:DESC", "0123456"),
        ("name.en:Desc", "6543210"),
        ("id:desc", "6543210"),
        ("description.en", "2415036"),
        ("description.en:desc", "1524036"),
        ("siteCode:desc,id:desc", "6543210"),
        ("siteCode:desc, name.en", "6543210"),
        ("mixins.m.rank:desc,id", "2514036"),
        ("mixins.m.mixed", "0341526"),  # 1 and true before text, null last
        ("metadata.version", "0123456"),
        ("validity.from", "0123456"),
        ("name", "0123456"),
        ("nothing,:desc,,", "0123456"),
        ("", "0123456"),
    ],
)
def test_order(seven: Any, sort: str, order: str) -> None:
    """Sorting is stable; what has no value comes last in either direction."""
    expected = [f"s{number}" for number in order]
    assert seven.find(sort=sort) == expected
    assert seven.find(sort=sort, pageSize="3") == expected[:3]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("name", {"id": "s1", "name": {"en": "n5"}}),
        ("id", {"id": "s1"}),
        ("name.en, siteCode", {"id": "s1", "name": {"en": "n5"}, "siteCode": "main"}),
        ("metadata.version", {"id": "s1", "metadata": {"version": 1}}),
        ("mixins.m.rank,mixins", {"id": "s1", "mixins": {"m": {"rank": 1, "mixed": "x"}}}),
        ("mixins,mixins.m.rank", {"id": "s1", "mixins": {"m": {"rank": 1, "mixed": "x"}}}),
        ("mixins.m.rank,mixins.m.mixed", {"id": "s1", "mixins": {"m": {"rank": 1, "mixed": "x"}}}),
        ("string,validity.from,name.fr,status.x", {"id": "s1"}),
    ],
)
def test_projection(seven: Any, fields: str, shown: Any) -> None:
    """Only named fields are shown, and the id; unknown names are ignored (EMX-230)."""
    query = {"fields": fields}
    path = {"segmentId": "s1"}
    assert seven.call("GET-retrieve-segment", path=path, query=query).body == shown
    reply = seven.call("GET-retrieve-segments", query=query | {"q": "id:s1"})
    assert reply.body == [shown]
    assert seven.read("s1")["mixins"] == {"m": {"rank": 1, "mixed": "x"}}


@pytest.mark.parametrize("fields", ["", ",", " , "])
def test_no_names_show_everything(seven: Any, value_of: Any, fields: str) -> None:
    """A list of fields without any name restricts nothing."""
    path = {"segmentId": "s1"}
    reply = seven.call("GET-retrieve-segment", path=path, query={"fields": fields})
    assert value_of(reply.body) == seven.read("s1")


def test_a_search_takes_the_same_parameters(seven: Any, headers_of: Any) -> None:
    """POST search pages, sorts and counts as GET does, with q in its body.

    EMX-095, EMX-215, EMX-221.
    """
    reply = seven.call(
        "POST-search-segments",
        query={"pageSize": "2", "sort": "id:desc"},
        headers={"X-Total-Count": True},
        body={"q": "siteCode:outlet"},
    )
    assert seven.ids(reply) == ["s6", "s5"]
    assert headers_of(reply) == {"X-Total-Count": "3"}
    assert len(seven.ids(seven.call("POST-search-segments"))) == 7
    assert len(seven.ids(seven.call("POST-search-segments", body={"q": " "}))) == 7
