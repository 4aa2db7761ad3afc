"""Schemas of OpenAPI 3.0 and 3.1 become validators that read them as the standard says."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.web.schemas import Schemas, Validator, violations

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def schemas(version: str = "3.0.0", **components: Any) -> Schemas:
    """Return the schemas of a document with some components."""
    return Schemas({"openapi": version, "components": {"schemas": components}})


def accepts(schema: dict[str, Any], value: Any, version: str = "3.0.0", **components: Any) -> bool:
    """Tell whether a schema accepts a value."""
    return schemas(version, **components).compile(schema).is_valid(value)


def told(validator: Validator, value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return pointer and code of everything that is wrong."""
    return [(each.pointer, each.code) for each in violations(validator, value, prefix)]


@pytest.mark.parametrize("where", ["flat", "property", "item", "component", "additional"])
def test_nullable_of_3_0_allows_null_wherever_it_stands(where: str) -> None:
    """`nullable` is no JSON Schema; it is written out as a second type."""
    text = {"type": "string", "nullable": True}
    cases: dict[str, tuple[dict[str, Any], Any]] = {
        "flat": (text, None),
        "property": ({"properties": {"nullable": text}}, {"nullable": None}),
        "item": ({"items": text}, [None]),
        "component": ({"$ref": "#/components/schemas/Text"}, None),
        "additional": ({"additionalProperties": text}, {"x": None}),
    }
    schema, value = cases[where]
    assert accepts(schema, value, Text=text)
    assert not accepts(schema, 5 if value is None else _with(value, 5), Text=text)


def _with(value: Any, other: Any) -> Any:
    return [other] if isinstance(value, list) else dict.fromkeys(value, other)


def test_nullable_widens_the_type_and_nothing_else() -> None:
    """OpenAPI 3.0.3, schema object: it adds null to the type that stands beside it."""
    assert not accepts({"type": "string", "nullable": True, "enum": ["a"]}, None)
    assert accepts({"type": "string", "nullable": True, "enum": ["a", None]}, None)
    assert not accepts({"type": "string", "nullable": False}, None)
    assert not accepts({"nullable": True, "allOf": [{"type": "string"}]}, None)


def test_nullable_means_nothing_in_3_1() -> None:
    """There, null is a type like any other."""
    assert not accepts({"type": "string", "nullable": True}, None, "3.1.0")
    assert accepts({"type": ["string", "null"]}, None, "3.1.0")


def test_keywords_beside_a_reference_count_in_3_1_only() -> None:
    """OpenAPI 3.0 ignores what stands beside `$ref`."""
    schema = {"$ref": "#/components/schemas/Text", "maxLength": 1}
    assert accepts(schema, "long", Text={"type": "string"})
    assert not accepts(schema, "long", "3.1.0", Text={"type": "string"})


def test_exclusive_limits_follow_the_dialect() -> None:
    """A flag in 3.0, a number in 3.1."""
    assert not accepts({"minimum": 1, "exclusiveMinimum": True}, 1)
    assert not accepts({"exclusiveMinimum": 1}, 1, "3.1.0")


def test_a_float_without_fraction_is_an_integer_in_3_1_only() -> None:
    """Draft 4 looks at how a number is written, 2020-12 at what it is."""
    assert not accepts({"type": "integer"}, 1.0)
    assert accepts({"type": "integer"}, 1.0, "3.1.0")


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("uuid", UUID, "nope"),
        ("uuid", UUID.upper(), UUID.replace("-", "")),
        ("uuid", UUID, f"urn:uuid:{UUID}"),
        ("uuid", UUID, f"{UUID}\n"),
        ("date-time", "2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z"),
        ("date-time", "2024-02-28t00:00:00.123456789+05:30", "2024-02-28T00:00:00"),
        ("email", "anna@example.com", "anna"),
        ("emporix-q", "anything", 5),
    ],
)
def test_formats_are_checked_in_both_dialects(
    version: str, form: str, good: str, bad: object
) -> None:
    """A format that nobody knows allows every text."""
    schema = {"type": "string", "format": form}
    assert accepts(schema, good, version)
    assert not accepts(schema, bad, version)


def test_recursive_components_compile() -> None:
    """A tree of categories is a schema that refers to itself."""
    tree = {
        "type": "object",
        "properties": {"below": {"items": {"$ref": "#/components/schemas/T"}}},
    }
    assert accepts({"$ref": "#/components/schemas/T"}, {"below": [{"below": []}]}, T=tree)
    assert not accepts({"$ref": "#/components/schemas/T"}, {"below": [{"below": [5]}]}, T=tree)


def test_data_inside_a_schema_is_left_alone() -> None:
    """Examples, defaults and enums are values, even when they look like schemas."""
    look_alike = {"type": "string", "nullable": True}
    assert accepts({"enum": [look_alike]}, look_alike)
    assert not accepts({"enum": [look_alike]}, {"type": ["string", "null"]})
    assert accepts({"default": look_alike, "example": look_alike}, 5)


def test_equal_schemas_share_one_validator() -> None:
    """So a document that was checked for one operation counts as checked for the next."""
    known = schemas(Text={"type": "string"})
    reference = {"$ref": "#/components/schemas/Text"}
    assert known.compile({"items": reference}) is known.compile({"items": dict(reference)})
    assert known.compile({"items": reference}) is not known.compile(reference)


def test_references_are_followed_to_the_end() -> None:
    """Escaped pointers are unescaped."""
    known = Schemas(
        {
            "openapi": "3.0.0",
            "paths": {"/a~b": {"get": {"x": 1}}},
            "components": {"parameters": {"P": {"$ref": "#/paths/~1a~0b/get"}}},
        }
    )
    assert known.resolve({"$ref": "#/components/parameters/P"}) == {"x": 1}
    assert known.resolve({"x": 2}) == {"x": 2}


@pytest.mark.parametrize(
    "keyword", [{"maxItems": 2}, {"minItems": 1}, {"uniqueItems": True}, {"nullable": True}]
)
def test_a_list_with_rules_of_its_own_is_not_judged_by_its_entries(
    keyword: dict[str, Any],
) -> None:
    """Only where entries are all there is to say may they be judged one by one."""
    known = schemas(List={"type": "array", "items": {"type": "string"}, "description": "Texts."})
    assert known.items_of({"$ref": "#/components/schemas/List"}) == {"type": "string"}
    assert known.items_of({"type": "array", "items": {}, **keyword}) is None
    assert known.items_of({"type": "array"}) is None
    assert known.items_of({"type": "object"}) is None


class TestViolations:
    """What is wrong is told by place and rule."""

    def test_a_missing_property_is_pointed_at_itself(self) -> None:
        """The pointer names what is missing, not where it was looked for."""
        validator = schemas().compile({"properties": {"a": {"required": ["b/c~d"]}}})
        assert told(validator, {"a": {}}) == [("/a/b~1c~0d", "required")]

    def test_a_prefix_places_the_value(self) -> None:
        """Parameters are told as `/query/NAME`."""
        validator = schemas().compile({"items": {"maximum": 1}})
        assert told(validator, [1, 2, 3], "/query/x") == [
            ("/query/x/1", "maximum"),
            ("/query/x/2", "maximum"),
        ]

    def test_of_alternatives_the_one_that_got_furthest_is_told(self) -> None:
        """`none of 2 schemas matches` helps nobody."""
        inner = {"type": "object", "properties": {"a": {"type": "integer"}}}
        validator = schemas().compile({"anyOf": [{"type": "string"}, inner]})
        assert told(validator, {"a": "x"}) == [("/a", "type")]
        assert told(validator, 5) == [("", "type")]
        (only,) = violations(validator, 5)
        assert only.message == "This value must be of type string or object"

    def test_an_alternative_of_the_right_type_is_told_by_what_it_lacks(self) -> None:
        """One of two names is needed: the first is asked for."""
        either = [{"required": ["site"]}, {"required": ["siteCode"]}]
        assert told(schemas().compile({"anyOf": either}), {}) == [("/site", "required")]

    def test_two_matches_of_one_are_told_as_such(self) -> None:
        """There is no branch that failed."""
        validator = schemas().compile({"oneOf": [{"type": "string"}, {"maxLength": 3}]})
        assert told(validator, "abc") == [("", "oneOf")]

    def test_no_more_are_told_than_anyone_reads(self) -> None:
        """At most twenty, whatever the size of the body."""
        validator = schemas().compile({"items": {"type": "integer"}})
        assert len(violations(validator, ["x"] * 1000)) == 20
        assert violations(validator, [1]) == []

    def test_a_huge_value_is_not_quoted_whole(self) -> None:
        """Errors stay readable."""
        (only,) = violations(schemas().compile({"type": "integer"}), "x" * 10_000)
        assert len(only.message) == 200
        assert only.message.startswith('"xxx')
        assert only.message.endswith('is not of type "integer"')
