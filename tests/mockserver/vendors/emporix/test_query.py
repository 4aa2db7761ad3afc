"""The query language of `q`: what it finds, and how it says no."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.fields import segment_field
from mockserver.vendors.emporix.matching import ABSENT
from mockserver.vendors.emporix.query import parse


@pytest.fixture
def filled(shop: Any, clock: Any) -> Any:
    """Four segments that differ in every kind of field."""
    shop.add("a", name={"en": "Gold (best)", "de": "Gold"}, mixins={"m": {"n": 5, "t": True}})
    clock.wait(3600)
    shop.add("b", siteCode="outlet", description={"en": "Yoghurt important"})
    clock.wait(3600)
    shop.add("c", status="INACTIVE", validity={"from": "2024-01-01T00:00:00Z"})
    shop.add(
        "20",
        name={"en": "n 20"},
        mixins={
            "m": {"n": 20.5, "t": "true", "list": [1, "x", 2], "none": None},
            "due": "2024-05-01T10:00:00+02:00",
        },
        metadata={"mixins": {"m": "https://example.com/m"}},
    )
    return shop


ALL = ["a", "b", "c", "20"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ALL),
        (" \t", ALL),
        ("id:a", ["a"]),
        ("id:A", []),
        ("id:20", ["20"]),
        ('id:"20"', ["20"]),
        ("id:(20,a)", ["a", "20"]),
        ('id:( "a" , c ,a)', ["a", "c"]),
        ("siteCode:main", ["a", "c", "20"]),
        ("siteCode:main status:ACTIVE", ["a", "20"]),
        ("  status:ACTIVE   siteCode:outlet ", ["b"]),
        ("siteCode:(outlet,main,none) id:b", ["b"]),
        ("name.de:Gold", ["a"]),
        ("name.en:Gold", []),
        ('name.en:"Gold (best)"', ["a"]),
        ("name:Gold", []),
        ("name:exists", ALL),
        ("name.de:exists", ["a"]),
        ("name.de:missing", ["b", "c", "20"]),
        ("description.en:null", ["a", "c", "20"]),
        ("description:missing", ["a", "c", "20"]),
        ("description:exists", ["b"]),
        ("mixins.m.n:5", ["a"]),
        ("mixins.m.n:5.0", ["a"]),
        ("mixins.m.n:>5", ["20"]),
        ("mixins.m.n:>=5", ["a", "20"]),
        ("mixins.m.n:<20.5", ["a"]),
        ("mixins.m.n:<=20.5", ["a", "20"]),
        ("mixins.m.n:(>=5 AND <20)", ["a"]),
        ("mixins.m.n:( >5 AND <=20.5 AND >1e0 )", ["20"]),
        ("mixins.m.n:>-1", ["a", "20"]),
        ("mixins.m.t:true", ["a", "20"]),
        ("mixins.m.t:false", []),
        ("mixins.m.t:>0", []),
        ("mixins.m.list:x", ["20"]),
        ("mixins.m.list:>1", ["20"]),
        ("mixins.m.list.1:x", ["20"]),
        ("mixins.m.none:missing", ["a", "b", "c"]),
        ("mixins.m.none:exists", ["20"]),
        ("mixins.m.list.9:missing mixins.m.list:exists", ["20"]),
        ("mixins.m.list.x:exists", []),
        ("mixins.m.none:null mixins.m.none:exists", ["20"]),
        ("mixins.m:exists", ["a", "20"]),
        ("mixins.m.n.deeper:missing mixins:exists", ["a", "20"]),
        ("metadata.mixins.m:~example", ["20"]),
        ("metadata:exists", ALL),
        ("metadata.version:1", ALL),
        ("metadata.version:>1", []),
        ('metadata.createdAt:"2026-11-20T13:00:00Z"', ["b"]),
        ('metadata.createdAt:"2026-11-20T14:00:00+01:00"', ["b"]),
        ("metadata.createdAt:2026-11-20T13:00:00Z", ["b"]),
        ("metadata.createdAt:1", []),
        ('metadata.createdAt:>="2026-11-20T13:00:00.000Z"', ["b", "c", "20"]),
        ('metadata.modifiedAt:(>"2026-11-20T12:00:00Z" AND <"2026-11-20T13:30:00Z")', ["b"]),
        ("metadata.createdAt:>5", []),
        ('mixins.m.n:>"2020-01-01T00:00:00Z"', []),
        ('validity.from:<"2025-01-01T00:00:00Z"', ["c"]),
        ("validity.from:exists", ["c"]),
        ("validity.to:missing validity:exists", ["c"]),
        ('mixins.due:"2024-05-01T08:00:00Z"', ["20"]),
        ('mixins.due:<"2024-05-01T09:00:00Z"', ["20"]),
        ('name.en:<"2024-05-01T09:00:00Z"', []),
        ("name.en:~Gold", ["a"]),
        ("name.en:~(Gold .best)", ["a"]),
        ("name.en:(~Gold [(]best[)]$)", ["a"]),
        ("name.en:~^n", ["20"]),
        ("name.en:( ~(?i)GOLD)", ["a"]),
        ("description.en:~(Yoghurt im)", ["b"]),
        ("mixins.m.list:~x", ["20"]),
        ("mixins.m.n:~5", []),
        ("nothing.at.all:x", []),
        ("nothing:null nothing:missing", ALL),
        ("group.id:groupId1", []),
        ("id:in(a,b)", ["a", "b"]),
        ("name.en:nullify", []),
        ("id:this-is-as-long-as-a-date-time", []),
        ("mixins.m.n:>0 mixins.m.n:exists mixins.m:>0", []),
    ],
)
def test_what_a_query_finds(filled: Any, q: str, found: list[str]) -> None:
    """GET and search find the same, and what the grammar says.

    EMX-240, EMX-241, EMX-242, EMX-243, EMX-244, EMX-245, EMX-246, EMX-248, EMX-249, EMX-250,
    EMX-251, EMX-252.
    """
    assert filled.find(q) == found
    assert filled.ids(filled.call("POST-search-segments", body={"q": q})) == found


@pytest.mark.parametrize(
    ("q", "message", "requirement"),
    [
        ("string", "No value for key string at position 1.", "EMX-255"),
        ("id:a string", "No value for key string at position 6.", "EMX-255"),
        ("id:", "No value for key id at position 4.", "EMX-255"),
        ("id: a", "No value for key id at position 4.", "EMX-255"),
        ("x" * 80, f"No value for key {'x' * 60}… at position 1.", "EMX-255"),
        (":a", "No key before ':' at position 1.", "EMX-254"),
        ("a..b:c", "a..b is no path at position 1.", "EMX-254"),
        ("(a:b)", "Unexpected '(' at position 1.", "EMX-254"),
        ('"a":b', "Unexpected '\"' at position 1.", "EMX-254"),
        ("id:a,b", "Unexpected ',' at position 5.", "EMX-254"),
        ("id:a(b)", "Unexpected '(' at position 5.", "EMX-254"),
        ('id:"a"b', "Unexpected 'b' at position 7.", "EMX-254"),
        ("id:(a", "the one that opens at position 4.", "EMX-256"),
        ("id:(a,", "the one that opens at position 4.", "EMX-256"),
        ("id:(>1", "the one that opens at position 4.", "EMX-256"),
        ("id:(~a", "the one that opens at position 4.", "EMX-256"),
        (r"id:(~a \()", "the one that opens at position 4.", "EMX-256"),
        ("id:~(a", "the one that opens at position 5.", "EMX-256"),
        ("id:()", "Missing value in a list at position 5.", "EMX-254"),
        ("id:(a,,b)", "Missing value in a list at position 7.", "EMX-254"),
        ("id:(a b)", "Unexpected 'b' at position 7.", "EMX-254"),
        ("id:((a))", "Unexpected '(' at position 5.", "EMX-254"),
        ('id:"a', "Missing closing quote for the one that opens at position 4.", "EMX-254"),
        ("v:>", "A comparison needs a number", "EMX-254"),
        ("v:>abc", "A comparison needs a number", "EMX-254"),
        ('v:>"abc"', "A comparison needs a number", "EMX-254"),
        ("v:(>1 AND 2)", "A comparison (>, >=, <, <=) is needed at position 11.", "EMX-254"),
        ("v:(>1 AND", "A comparison (>, >=, <, <=) is needed at position 10.", "EMX-254"),
        ("v:(>1 OR <2)", "Unexpected 'O' at position 7.", "EMX-254"),
        ("id:~", "An empty regular expression at position 5.", "EMX-257"),
        ("id:(~)", "An empty regular expression at position 6.", "EMX-257"),
        ("id:~()", "An empty regular expression at position 6.", "EMX-257"),
        ("id:~[a", "Bad regular expression: unexpected end, at position 7.", "EMX-258"),
        ("id:(~a**)", "Bad regular expression: nothing to repeat, at position 9.", "EMX-258"),
        ("id:~" + "a" * 501, "longer than 500 characters", "EMX-258"),
        ("compoundLogicalQuery:((id:a) OR (id:b))", "compoundLogicalQuery", "EMX-261"),
    ],
)
def test_what_cannot_be_read_is_refused(
    filled: Any, headers_of: Any, q: str, message: str, requirement: str
) -> None:
    """A bad query is 400, with a message that names the position."""
    for reply, pointer in (
        (filled.call("GET-retrieve-segments", query={"q": q}), "/query/q"),
        (filled.call("POST-search-segments", body={"q": q}), "/q"),
    ):
        assert reply.status == 400
        assert message in reply.body["message"]
        assert headers_of(reply)["X-Mock-Requirement"] == requirement
        assert headers_of(reply)["X-Mock-Pointer"] == pointer


def test_an_id_that_is_an_instant_has_many_spellings(shop: Any) -> None:
    """Indexed fields find date-times as other fields do."""
    shop.add("2024-01-01T00:00:00Z")
    assert shop.find('id:"2024-01-01T01:00:00+01:00"') == ["2024-01-01T00:00:00Z"]
    assert shop.find('id:"2024-01-01T00:00:01Z"') == []


def test_the_older_list_is_a_choice(open_shop: Any, headers_of: Any) -> None:
    """By choice `id:in(a,b)` is refused; `in` alone is a word like any other."""
    shop = open_shop(legacy_in="refuse")
    shop.add("in")
    reply = shop.call("GET-retrieve-segments", query={"q": "id:in(a,b)"})
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-260")
    assert shop.find("id:in") == ["in"]


def test_absence_has_a_name() -> None:
    """The marker for absent fields shows itself in failures."""
    assert repr(ABSENT) == "ABSENT"


@given(st.text() | st.text('ab.:(),"~<>=AND \\[]*+?{}|^$0159-TZ', max_size=40))
@settings(deadline=None)
def test_garbage_is_refused_or_read(text: str) -> None:
    """Any text is either a query or an Invalid; nothing else is ever raised."""
    for legacy in (True, False):
        try:
            clauses = parse(text, legacy_in=legacy)
        except Invalid:
            return
        for clause in clauses:
            assert segment_field(clause.path).read is not None


def test_whole_numbers_are_compared_exactly(shop: Any) -> None:
    """Numbers of 16 digits and more, which no float can tell apart, are found."""
    first, second = 9007199254740993, 9007199254740992
    for name, number in (("a", first), ("b", second), ("c", -first), ("d", 2.5)):
        shop.add(name, mixins={"m": {"n": number}})
    assert shop.find(f"mixins.m.n:{first}") == ["a"]
    assert shop.find(f"mixins.m.n:{second}") == ["b"]
    assert shop.find(f"mixins.m.n:({second},-{first})") == ["b", "c"]
    assert shop.find(f"mixins.m.n:>{second}") == ["a"]
    assert shop.find(f"mixins.m.n:(>=-{first} AND <{second})") == ["c", "d"]
    assert shop.find("mixins.m.n:(2.5,25e-1)") == ["d"]
