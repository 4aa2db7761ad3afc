"""Parameters are taken apart into what the contract declares, and never guessed at."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.refusals import Violation
from mockserver.web.parameters import Parameters
from mockserver.web.schemas import Schemas

SCHEMAS = Schemas(
    {
        "openapi": "3.0.0",
        "components": {
            "parameters": {
                "page": {
                    "name": "_page",
                    "in": "query",
                    "schema": {"$ref": "#/components/schemas/P"},
                }
            },
            "schemas": {"P": {"type": "integer", "minimum": 1, "default": 1}},
        },
    }
)
ORDER = {
    "name": "order",
    "in": "query",
    "style": "deepObject",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"enum": ["asc", "desc"]}},
}


def query(raw: str | bytes, *declared: dict[str, Any]) -> tuple[Any, Any, list[tuple[str, str]]]:
    """Return values, undeclared pairs and faults (pointer, code) of a query string."""
    found: list[Violation] = []
    data = raw if isinstance(raw, bytes) else raw.encode()
    values, undeclared = Parameters(declared, SCHEMAS).decode_query(data, found)
    return values, list(undeclared), [(each.pointer, each.code) for each in found]


def one(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Declare the query parameter `x`."""
    return {"name": "x", "in": "query", "schema": schema, **more}


INTEGER, NUMBER, BOOLEAN = ({"type": name} for name in ("integer", "number", "boolean"))


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        (INTEGER, "0", 0),
        (INTEGER, "-12", -12),
        (INTEGER, "007", 7),
        (INTEGER, "9" * 40, int("9" * 40)),
        (NUMBER, "1", 1.0),
        (NUMBER, "-1.5e-3", -0.0015),
        (BOOLEAN, "true", True),
        (BOOLEAN, "false", False),
        ({"type": "string"}, "", ""),
        ({"type": "string"}, "1", "1"),
        ({}, "text", "text"),
    ],
)
def test_a_text_becomes_a_value_of_the_declared_type(
    schema: dict[str, Any], text: str, value: object
) -> None:
    """JSON's own spelling of numbers and booleans is taken."""
    values, _, found = query(f"x={text}", one(schema))
    assert (values, found) == ({"x": value}, [])
    assert type(values["x"]) is type(value)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (INTEGER, text)
        for text in ("", "1.0", "1e3", "%2B1", "1_0", "%201", "0x1", "%EF%BC%99", "9" * 41)
    ]
    + [(NUMBER, text) for text in ("", "nan", "inf", "1e999", "1_0", ".5", "1.", "%2B1", "1,5")]
    + [(BOOLEAN, text) for text in ("", "TRUE", "1", "yes", "on", "null")],
)
def test_other_spellings_are_refused(schema: dict[str, Any], text: str) -> None:
    """What Python would read, and JSON would not, is no value."""
    _, __, found = query(f"x={text}", one(schema))
    assert found == [("/query/x", "type")]


def test_the_message_names_parameter_and_type() -> None:
    """It is for a person."""
    for schema, said in ((INTEGER, "x must be an integer"), (NUMBER, "x must be a number")):
        found: list[Violation] = []
        Parameters([one(schema)], SCHEMAS).decode_query(b"x=y", found)
        assert found[0].message == said


def test_limits_are_checked_after_decoding() -> None:
    """The reference to a component is followed."""
    page = {"$ref": "#/components/parameters/page"}
    assert query("_page=2", page) == ({"_page": 2}, [], [])
    assert query("_page=0", page) == ({"_page": 0}, [], [("/query/_page", "minimum")])


def test_a_default_stands_in_for_what_was_not_sent() -> None:
    """With and without a query string; a value that was sent, even a bad one, displaces it."""
    page = {"$ref": "#/components/parameters/page"}
    assert query("", page)[0] == {"_page": 1}
    assert query("other=5", page)[0] == {"_page": 1}
    assert query("_page=x", page)[2] == [("/query/_page", "type")]
    assert query("", one({"type": "string"}))[0] == {}


def test_what_is_required_must_be_sent() -> None:
    """Scalars and objects alike."""
    assert query("", one(INTEGER, required=True))[2] == [("/query/x", "required")]
    assert query("x=1", one(INTEGER, required=True))[2] == []
    assert query("", {**ORDER, "required": True})[2] == [("/query/order", "required")]


def test_of_a_repeated_scalar_the_first_counts() -> None:
    """The second is neither a value nor undeclared."""
    assert query("x=1&x=2", one(INTEGER)) == ({"x": 1}, [], [])


def test_an_object_keeps_the_order_of_the_request() -> None:
    """Sorting by two columns depends on it; of a repeated key the first counts."""
    values, undeclared, found = query("order[b]=asc&order%5Ba%5D=desc&order[b]=desc", ORDER)
    assert list(values["order"].items()) == [("b", "asc"), ("a", "desc")]
    assert (undeclared, found) == ([], [])


def test_an_object_is_checked_by_property() -> None:
    """The pointer names the property."""
    assert query("order[a]=up", ORDER)[2] == [("/query/order/a", "enum")]


def test_pairs_that_nobody_declared_are_handed_over_in_order() -> None:
    """Vendors filter by them; what only looks like an object parameter is one of them."""
    raw = "b=2&a=1&b=3&order=asc&order[]=asc&order[a=asc&other[a]=asc"
    assert query(raw, ORDER)[1] == [
        ("b", "2"),
        ("a", "1"),
        ("b", "3"),
        ("order", "asc"),
        ("order[]", "asc"),
        ("order[a", "asc"),
        ("other[a]", "asc"),
    ]


@pytest.mark.parametrize("raw", [b"x=%FF", b"%C3=1", b"x=\xff", b"a=1&b=%ED%A0%80"])
def test_a_query_that_is_no_utf_8_is_refused_whole(raw: bytes) -> None:
    """Half a query string is no query string."""
    assert query(raw, one({"type": "string"})) == ({}, [], [("/query", "encoding")])


def test_names_and_values_are_decoded_once() -> None:
    """A plus is a space in a query; NUL is a character like any other."""
    assert query("%78=a%2Bb+c%00%2525", one({"type": "string"}))[0] == {"x": "a+b c\0%25"}


class TestHeaders:
    """Headers by any case, values by type."""

    PARAMETERS = Parameters(
        [
            {"name": "X-Total-Count", "in": "header", "schema": BOOLEAN},
            {"name": "X-CSRFToken", "in": "header", "required": True, "schema": {"type": "string"}},
            {"name": "X-Mode", "in": "header", "schema": {"type": "string", "default": "a"}},
            *(
                {"name": name, "in": "header", "required": True, "schema": INTEGER}
                for name in ("Accept", "Content-Type", "AUTHORIZATION")
            ),
        ],
        SCHEMAS,
    )

    def read(self, sent: dict[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return values and faults."""
        found: list[Violation] = []
        values = self.PARAMETERS.decode_headers(sent, found)
        return values, [(each.pointer, each.code) for each in found]

    def test_a_boolean_header_is_a_boolean(self) -> None:
        """It comes under the contract's own spelling; a default is filled in."""
        values, found = self.read({"x-total-count": "true", "x-csrftoken": "t", "x-mode": "b"})
        assert values == {"X-Total-Count": True, "X-CSRFToken": "t", "X-Mode": "b"}
        assert found == []

    def test_missing_and_malformed_ones_are_told(self) -> None:
        """`Accept`, `Content-Type` and `Authorization` are no parameters, says OpenAPI."""
        values, found = self.read({"x-total-count": "1", "accept": "x"})
        assert found == [("/header/X-Total-Count", "type"), ("/header/X-CSRFToken", "required")]
        assert values["X-Mode"] == "a"


class TestPath:
    """Path parameters are strict about their bytes."""

    PARAMETERS = Parameters(
        [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "n", "in": "path", "required": True, "schema": INTEGER},
        ],
        SCHEMAS,
    )

    def read(self, raw: str, **values: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return values and faults."""
        found: list[Violation] = []
        decoded = self.PARAMETERS.decode_path(raw, values, found)
        return decoded, [(each.pointer, each.code) for each in found]

    def test_values_are_of_their_type(self) -> None:
        """The router has cut and decoded them already."""
        assert self.read("/a%20b/5", id="a b", n="5") == ({"id": "a b", "n": 5}, [])
        assert self.read("/a/b", id="a", n="b")[1] == [("/path/n", "type")]

    def test_bytes_that_are_no_utf_8_are_refused(self) -> None:
        """A replacement character that the client really sent is fine."""
        assert self.read("/%FF/5", id="\ufffd", n="5")[1] == [("/path", "encoding")]
        assert self.read("/%EF%BF%BD/5", id="\ufffd", n="5")[1] == []


@pytest.mark.parametrize(
    "declared",
    [
        {"name": "c", "in": "cookie", "schema": {"type": "string"}},
        {"name": "a", "in": "query", "schema": {"type": "array"}},
        {"name": "a", "in": "query", "schema": {"type": "array", "items": {"type": "object"}}},
        {"name": "a", "in": "header", "schema": {"type": "array", "items": {"type": "string"}}},
        {
            "name": "a",
            "in": "query",
            "explode": False,
            "schema": {"type": "array", "items": {"type": "string"}},
        },
        {"name": "o", "in": "query", "schema": {"type": "object"}},
        {"name": "d", "in": "query", "style": "deepObject", "schema": {"type": "string"}},
    ],
)
def test_what_cannot_be_read_is_refused_at_start(declared: dict[str, Any]) -> None:
    """A contract that asks for more than this reading knows is never half served."""
    with pytest.raises(ValueError, match="no reading for parameter"):
        Parameters([declared], SCHEMAS)


LISTED = {"type": "array", "items": {"type": "integer"}, "maxItems": 2}


@pytest.mark.parametrize(
    ("raw", "values", "found"),
    [
        ("x=1&x=2", {"x": [1, 2]}, []),
        ("x=1&y=7&x=1", {"x": [1, 1]}, []),
        ("", {}, []),
        ("x=1,2", {"x": None}, [("/query/x", "type")]),
        ("x=1&x=b", {"x": None}, [("/query/x", "type")]),
        ("x=1&x=2&x=3", {"x": [1, 2, 3]}, [("/query/x", "maxItems")]),
    ],
)
def test_a_list_is_sent_by_one_pair_for_each_entry(
    raw: str, values: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    """Style `form`, exploded: the default of OpenAPI; the whole list is then checked."""
    assert query(raw, one(LISTED))[::2] == (values, found)


def test_a_type_with_null_is_read_by_the_other_type() -> None:
    """3.1 writes nullable integers as a list of types."""
    known = Schemas({"openapi": "3.1.0"})
    parameters = Parameters([one({"type": ["null", "integer"]})], known)
    found: list[Violation] = []
    assert parameters.decode_query(b"x=5", found) == ({"x": 5}, [])
    assert found == []
