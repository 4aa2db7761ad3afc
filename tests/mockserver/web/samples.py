"""Values made from schemas, right ones mostly, and ways to spoil them.

Schemathesis makes requests; replies, and bodies with one thing wrong, are made here.
The texts and numbers below are ones that both readings judge alike; where they differ
by knowledge is written down in `test_reading.py`.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.web.schemas import Schemas

TEXTS = (
    "a",
    "gold",
    "Größe L",
    "0",
    "true",
    "1.5",
    "日本",
    "a/b?c#d",
    "x" * 300,
    "with\nline",
    "~",
)
INTEGERS = (0, 1, -1, 7, 60, 200, 2**31 - 1)
BY_FORMAT: Mapping[str, tuple[str, ...]] = {
    "uuid": ("0f8fad5b-d9cb-469f-a165-70867728950e", "7C9E6679-7425-40DE-944B-E07FC1F90AE7"),
    "date-time": ("2024-02-29T12:00:00Z", "1970-01-01T00:00:00.123+02:00", "9999-12-31t23:59:59z"),
    "email": ("anna.bauer@example.com", "a@b"),
    "uri": ("https://example.com/a", "urn:x"),
    "password": ("segment-demo",),
}
BAD_BY_FORMAT = ("nope", "2024-02-30T00:00:00Z", "2024-01-01", "12345", "a@", "")
BY_PATTERN: Mapping[str, tuple[str, ...]] = {
    r"\S": ("x", " x ", "日"),
    "^[a-z][a-z0-9]+$": ("acme", "shop2"),
    "^[1-9][0-9]{0,8}$": ("1", "60", "999999999"),
    "^v[1-9][0-9]?$": ("v2", "v99"),
    "^[A-Z]{3}$": ("USD", "EUR"),
    "[a-z]+[a-z_]*[a-z]+": ("client_credentials", "en"),
}
ANYTHING: tuple[Any, ...] = (None, 1, -2.5, True, "text", [], {}, [1, "a"], {"a": {"b": None}})


class Sampler:
    """Draws values for the schemas of one document."""

    def __init__(self, schemas: Schemas, rng: random.Random) -> None:
        self._schemas = schemas
        self._rng = rng

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Return a value that satisfies a schema, as a rule."""
        schema = self._schemas.resolve(schema)
        if "enum" in schema:
            return self._rng.choice(schema["enum"])
        if schema.get("nullable") and self._rng.random() < 0.2:
            return None
        chosen = [schema[key] for key in ("anyOf", "oneOf") if key in schema]
        branches = [*schema.get("allOf", ()), *(self._rng.choice(each) for each in chosen)]
        parts = [self.value(part, depth) for part in branches]
        own = self._typed(schema, depth)
        if not all(isinstance(part, dict) for part in (*parts, own)):
            return parts[0] if parts else own
        merged = {key: value for part in (*parts, own) for key, value in part.items()}
        # What is required here may be described in a branch.
        for name in schema.get("required", ()):
            if name not in merged:
                merged[name] = self.value(self._properties(schema).get(name, {}), depth + 1)
        return merged

    def _properties(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is described of an object, in all its branches."""
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found |= self._properties(self._schemas.resolve(part))
        return found

    def _typed(self, schema: Mapping[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = self._rng.choice(kind)
        if kind is None and (schema.keys() & {"properties", "required", "allOf"}):
            kind = "object"
        makers: Mapping[Any, Callable[[], Any]] = {
            "object": lambda: self._object(schema, depth),
            "array": lambda: self._list(schema, depth),
            "string": lambda: self._text(schema),
            "integer": lambda: self._rng.choice(_within(schema, INTEGERS)),
            "number": lambda: self._rng.choice(_within(schema, (*INTEGERS, 1.5, -0.25))),
            "boolean": lambda: self._rng.random() < 0.5,
            "null": lambda: None,
        }
        anything = copy.deepcopy(self._rng.choice(ANYTHING))
        return makers[kind]() if kind in makers else anything

    def _list(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        few = 0 if depth > 4 else self._rng.choice((0, 1, 2))
        size = max(few, schema.get("minItems", 0))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(size)]

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {
            name: self.value(inner, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if name in required or (depth < 5 and self._rng.random() < 0.7)
        }
        extra = schema.get("additionalProperties", True)
        few = max(self._rng.choice((0, 0, 1)), schema.get("minProperties", 0) - len(made))
        if extra is not False:
            inner = {} if extra is True else extra
            made |= {f"x{number}": self.value(inner, depth + 1) for number in range(few)}
        return made

    def _text(self, schema: Mapping[str, Any]) -> str:
        known = BY_PATTERN.get(schema.get("pattern", ""), TEXTS)
        known = BY_FORMAT.get(schema.get("format", ""), known)
        shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 1000)
        fitting = [each for each in known if shortest <= len(each) <= longest]
        chosen: str = self._rng.choice(fitting or ["x" * shortest])
        return chosen

    def spoilt(self, value: Any) -> Any:
        """Return a copy with one thing changed, somewhere."""
        whole = [copy.deepcopy(value)]
        places = list(_places(whole))
        holder, key = self._rng.choice(places)
        old = holder[key]
        changes: list[Any] = [
            *(each for each in ANYTHING if type(each) is not type(old)),
            self._rng.choice(BAD_BY_FORMAT),
        ]
        if isinstance(old, dict):
            changes += [{**old, "x": self._rng.choice(ANYTHING)}] * 2
        if isinstance(old, list):
            changes += [old * 300, [*old, self._rng.choice(ANYTHING)]]
        if isinstance(holder, dict) and self._rng.random() < 0.4:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(self._rng.choice(changes))
        return whole[0]


def _within(schema: Mapping[str, Any], numbers: Sequence[float]) -> list[float]:
    least, most = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
    return [each for each in numbers if least <= each <= most]


def _places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place inside a value, as its holder and key."""
    keys = holder.keys() if isinstance(holder, dict) else range(len(holder))
    for key in keys:
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])
