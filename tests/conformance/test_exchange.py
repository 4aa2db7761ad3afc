"""What goes over the wire, and how tests read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import MISSING, Reply, Request, Response, at, printable
from tests.conformance.targets import json_of, reply_of

BODY = {"a": {"b": [1, {"c": None}]}, "": 0, "x/y": {"m~n": 2}, "list": ["p", "q"]}


@pytest.mark.parametrize(
    ("method", "safe"),
    [("GET", True), ("HEAD", True), ("OPTIONS", True), ("POST", False), ("PUT", False),
     ("PATCH", False), ("DELETE", False)],
)  # fmt: skip
def test_a_method_is_safe_when_it_changes_nothing(method: str, safe: bool) -> None:
    """GET, HEAD and OPTIONS are safe; whatever else is sent may change something."""
    assert Request(method, "/").is_safe is safe


def test_a_header_is_found_in_any_case() -> None:
    """Names of headers have no case; one that came several times is joined by commas."""
    response = Response(200, (("ETag", "1"), ("Vary", "a"), ("vary", "b")))
    assert response.header("etag") == "1"
    assert response.header("VARY") == "a, b"
    assert response.header("Date") is None
    assert reply_of(response).header("eTAG") == "1"


def test_what_is_missing_is_unlike_null() -> None:
    """What is not there counts as nothing, and is not what JSON calls null."""
    assert not MISSING
    assert MISSING is not None
    assert repr(MISSING) == "(absent)"


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", BODY),
        ("/a/b/0", 1),
        ("/a/b/1/c", None),
        ("/", 0),
        ("/x~1y/m~0n", 2),
        ("/list/1", "q"),
        ("/list/2", MISSING),
        ("/list/-1", MISSING),
        ("/list/p", MISSING),
        ("/list/²", MISSING),
        ("/nothing", MISSING),
        ("/a/b/0/c", MISSING),
        ("/a/b/1/c/d", MISSING),
    ],
)
def test_a_pointer_leads_to_a_value(pointer: str, found: Any) -> None:
    """A JSON pointer leads to a value, or to nothing; it never fails."""
    assert at(BODY, pointer) == found
    assert reply_of(json_of(200, BODY)).at(pointer) == found


def test_a_text_that_is_no_pointer_leads_nowhere() -> None:
    """A pointer without its slash would lead to the whole body: a fault of the test."""
    with pytest.raises(ValueError, match="'id' is no JSON pointer"):
        at(BODY, "id")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b"NaN", b"[-Infinity]"]
)
def test_a_body_that_is_no_json_is_missing(body: bytes) -> None:
    """Whatever a target sends can be read: what is not JSON is not there."""
    reply = reply_of(Response(200, (), body))
    assert reply.json is MISSING
    assert reply.at("/id") is MISSING
    assert reply.entries() == []


def test_null_is_a_body() -> None:
    """The JSON value null is there."""
    assert reply_of(Response(200, (), b"null")).json is None


@given(st.binary(max_size=30), st.text(max_size=5))
def test_no_body_makes_reading_fail(body: bytes, name: str) -> None:
    """No bytes make any way of reading raise."""
    reply = reply_of(Response(200, (), body))
    reply.at(f"/{name}")
    reply.entries(f"/{name}")
    reply.each(f"/{name}")
    reply.entry(f"/{name}", 1)
    printable(reply.text).encode()


def test_the_entries_of_a_list_are_read_one_by_one() -> None:
    """Entries, one value of each, and the first with some value are read from a list."""
    rows = [{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}]
    nested = reply_of(json_of(200, {"data": rows}))
    reply = reply_of(json_of(200, rows))
    assert reply.entries() == nested.entries("/data") == rows
    assert nested.entries() == []
    assert reply.each("/n") == nested.each("/n", of="/data") == [1, MISSING, 2]
    assert reply.entry("/id", "a") == nested.entry("/id", "a", of="/data") == rows[0]
    assert reply.entry("/id", "c") is MISSING


def test_json_is_parsed_once() -> None:
    """Reading a body twice gives the very same value."""
    reply: Reply = reply_of(json_of(200, {"id": []}))
    assert reply.json is reply.json


def test_halves_of_characters_can_be_printed() -> None:
    """JSON may hold half of a character, which no file and no terminal takes."""
    half = json.loads('"a\\ud800b"')
    assert printable(half) == "a?b"
    assert printable("a€𝄞") == "a€𝄞"
