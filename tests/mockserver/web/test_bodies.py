"""Bodies: media type, decoding, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.web.bodies import NO_BODY, Body, RequestBody
from mockserver.web.schemas import Schemas

SCHEMAS = Schemas(
    {
        "openapi": "3.0.0",
        "components": {
            "schemas": {"Things": {"type": "array", "maxItems": 3, "items": {"required": ["id"]}}},
            "requestBodies": {
                "Thing": {"required": True, "content": {"application/json": {"schema": {}}}}
            },
        },
    }
)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def taking(schema: dict[str, Any], media_type: str = JSON, **declared: Any) -> RequestBody:
    """Return a body of one media type."""
    return RequestBody({"content": {media_type: {"schema": schema}}, **declared}, SCHEMAS)


def told(body: Body) -> list[tuple[str, str]]:
    """Return pointer and code of everything that is wrong."""
    return [(each.pointer, each.code) for each in body.violations]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json ; Charset = utf8; q=1",
        "application/json; version=2",
    ],
)
def test_a_declared_media_type_is_taken_however_it_is_written(content_type: str) -> None:
    """Case, spaces and other options do not matter."""
    body = taking({})
    assert body.takes(content_type)
    assert body.read(b"5", content_type) == Body(5, sent=True)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/jsonx",
        f"{JSON}; charset=utf-16",
        f"{JSON};CHARSET=latin1",
    ],
)
def test_anything_else_is_not_taken(content_type: str | None) -> None:
    """JSON is UTF-8 (RFC 8259); another charset is another media type."""
    assert not taking({}).takes(content_type)


def test_the_media_types_can_be_told() -> None:
    """The 415 names them."""
    both = RequestBody({"content": {JSON: {}, FORM: {}}}, SCHEMAS)
    assert both.media_types == (JSON, FORM)
    assert both.read(b"a=1", FORM).value == {"a": "1"}
    assert both.read(b"1", JSON).value == 1


def test_an_unknown_media_type_is_refused_at_start() -> None:
    """A contract that asks for more than this reading knows is never half served."""
    with pytest.raises(ValueError, match="no reading for bodies of text/xml"):
        taking({}, "text/xml")


def test_a_missing_body_differs_from_null() -> None:
    """`null` is a value that was sent."""
    optional, required = (
        taking({}),
        RequestBody({"$ref": "#/components/requestBodies/Thing"}, SCHEMAS),
    )
    assert optional.read(b"", None) == NO_BODY
    assert told(required.read(b"", JSON)) == [("", "required")]
    assert not required.read(b"", JSON).sent
    assert required.read(b"null", JSON) == Body(None, sent=True)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"nope",
        b"NaN",
        b"'a'",
        b"1 2",
        b" ",
        b"\xff",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"{}".decode().encode("utf-16"),
    ],
)
def test_bytes_that_are_no_json_are_one_violation(data: bytes) -> None:
    """Deep nesting, lone surrogates and other encodings included."""
    body = taking({}).read(data, JSON)
    assert told(body) == [("", "json")]
    assert body.sent


def test_a_json_body_is_checked_against_its_schema() -> None:
    """Every fault is told, and the value handed on."""
    schema = {"required": ["a"], "properties": {"b": {"type": "integer"}}}
    body = taking(schema).read(b'{"b": "x"}', JSON)
    assert sorted(told(body)) == [("/a", "required"), ("/b", "type")]
    assert told(taking(schema).read(b'{"a": 1, "b": 2}', JSON)) == []


@pytest.mark.parametrize("number", [b"1.0", b"1e2", b"123456789012345678901234567890"])
def test_an_integer_is_written_as_one_and_fits(number: bytes) -> None:
    """Draft 4: no fraction, no exponent; what does not fit 64 bits is no exact number here."""
    assert told(taking({"type": "integer"}).read(number, JSON)) == [("", "type")]


class TestForms:
    """Forms are texts by name."""

    BODY = taking({"type": "object", "required": ["grant_type"]}, FORM)

    def test_names_and_values_are_decoded(self) -> None:
        """Of a repeated name the first counts; blank values are values."""
        body = self.BODY.read(b"grant_type=a+b%26&grant_type=c&empty=&raw=\xc3\xa9&flag", FORM)
        assert body.value == {"grant_type": "a b&", "empty": "", "raw": "é", "flag": ""}
        assert told(body) == []

    def test_it_is_checked_as_an_object(self) -> None:
        """A missing field is told by its name."""
        assert told(self.BODY.read(b"x=1", FORM)) == [("/grant_type", "required")]

    @pytest.mark.parametrize("data", [b"\xff=1", b"grant_type=%FF"])
    def test_bytes_that_are_no_utf_8_are_one_violation(self, data: bytes) -> None:
        """Escaped or not."""
        assert told(self.BODY.read(data, FORM)) == [("", "json")]


class TestPerEntry:
    """A list whose entries stand or fall alone."""

    BODY = RequestBody(
        {
            "x-per-entry-validation": True,
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/Things"}}},
        },
        SCHEMAS,
    )

    def test_bad_entries_are_faults_and_no_violations(self) -> None:
        """By position, with the pointer into the whole body."""
        body = self.BODY.read(b'[{"id": 1}, {}, {"id": 2}]', JSON)
        assert told(body) == []
        assert {at: (each.pointer, each.code) for at, each in body.faults.items()} == {
            1: ("/1/id", "required")
        }

    @pytest.mark.parametrize(
        ("data", "wrong"), [(b"{}", ("", "type")), (b"[{},{},{},{}]", ("", "maxItems"))]
    )
    def test_the_list_itself_is_judged_as_a_whole(
        self, data: bytes, wrong: tuple[str, str]
    ) -> None:
        """Then no entry is looked at."""
        body = self.BODY.read(data, JSON)
        assert told(body) == [wrong]
        assert body.faults == {}

    def test_an_empty_list_has_no_faults(self) -> None:
        """There is nothing to be wrong."""
        assert self.BODY.read(b"[]", JSON) == Body([], sent=True)
