"""Compiles the declared parameters of an operation into decoders.

A decoder takes the text of a request apart into the types that the contract declares
and checks them against their schemas; it never guesses. Bodies live in `bodies.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from mockserver.kernel.refusals import Violation
from mockserver.web.schemas import Schemas, Validator, violations

# OpenAPI 3.0.3, parameter object: definitions of these three headers are ignored.
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
# Longer numbers name nothing in any of the contracts; Python itself stops at 4300.
_INTEGER = re.compile(r"-?[0-9]{1,40}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,4})?")


class Undecodable(Exception):
    """A text that is no value of the declared type."""


def _text(text: str) -> str:
    return text


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise Undecodable
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise Undecodable
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Undecodable
    return number


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise Undecodable
    return text == "true"


_DECODERS: Mapping[str, Callable[[str], Any]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}


def _list_of(decode: Callable[[str], Any]) -> Callable[[Sequence[str]], list[Any]]:
    return lambda texts: [decode(text) for text in texts]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter."""

    name: str
    key: str
    """The name to look for; lower case for headers."""
    pointer: str
    required: bool
    type: str
    decode: Callable[[Any], Any]
    """Takes a text, or the texts of a list."""
    validator: Validator | None
    """`None` when every text of the type is valid."""
    default: Any
    """The declared default, or `None`."""

    def read(self, sent: str | Sequence[str], found: list[Violation]) -> Any:
        """Return the decoded value of what was sent, or note what is wrong with it."""
        try:
            value = self.decode(sent)
        except Undecodable:
            article = "an" if self.type[0] in "aeiou" else "a"
            found.append(
                Violation(f"{self.name} must be {article} {self.type}", self.pointer, "type")
            )
            return None
        return self.check(value, found)

    def check(self, value: Any, found: list[Violation]) -> Any:
        """Return the value, or note what is wrong with it."""
        if self.validator is not None and not self.validator.is_valid(value):
            found += [
                Violation(f"{self.name}: {each.message}", each.pointer, each.code)
                for each in violations(self.validator, value, self.pointer)
            ]
        return value


class Parameters:
    """All declared parameters of one operation, ready to decode a request."""

    def __init__(self, declared: Sequence[Mapping[str, Any]], schemas: Schemas) -> None:
        """Raises ValueError for a style or type that this reading does not know."""
        self.path: tuple[Parameter, ...] = ()
        self.headers: tuple[Parameter, ...] = ()
        query: list[Parameter] = []
        self._deep: dict[str, Parameter] = {}
        self._repeated: set[str] = set()
        for reference in declared:
            raw = schemas.resolve(reference)
            location, name = raw["in"], raw["name"]
            if location == "header" and name.lower() in _IGNORED_HEADERS:
                continue
            parameter = _compile(raw, schemas)
            if location == "path":
                self.path += (parameter,)
            elif location == "header":
                self.headers += (parameter,)
            elif location == "query" and raw.get("style") == "deepObject":
                self._deep[name] = parameter
            elif location == "query":
                query.append(parameter)
                if parameter.type == "array":
                    self._repeated.add(name)
            else:
                raise ValueError(f"no reading for parameters in {location}")
        self.query = tuple(query)
        self._names = frozenset(parameter.key for parameter in query)
        self._defaults = {each.name: each.default for each in query if each.default is not None}
        self._required = any(each.required for each in (*query, *self._deep.values()))

    def decode_path(
        self, raw_path: str, values: Mapping[str, str], found: list[Violation]
    ) -> dict[str, Any]:
        """Return the path parameters of a request."""
        if "%" in raw_path and "\ufffd" in "".join(values.values()):
            try:
                unquote(raw_path, errors="strict")
            except UnicodeDecodeError:
                found.append(Violation("the path is not UTF-8", "/path", "encoding"))
        return {each.name: each.read(values[each.name], found) for each in self.path}

    def decode_headers(self, sent: Mapping[str, str], found: list[Violation]) -> dict[str, Any]:
        """Return the declared headers of a request."""
        values = {}
        for each in self.headers:
            text = sent.get(each.key)
            if text is not None:
                values[each.name] = each.read(text, found)
            elif each.required:
                found.append(Violation(f"header {each.name} is missing", each.pointer, "required"))
            elif each.default is not None:
                values[each.name] = each.default
        return values

    def decode_query(
        self, raw: bytes, found: list[Violation]
    ) -> tuple[dict[str, Any], Sequence[tuple[str, str]]]:
        """Return the declared query parameters, and the pairs that nobody declared.

        Of a scalar that is sent twice the first value counts; a list has one pair for each
        entry (style `form`, exploded, as is the default).
        """
        if not raw and not self._required:
            return dict(self._defaults), ()
        try:
            pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError:  # no ASCII, or percent-encoded bytes that are no UTF-8
            found.append(Violation("the query string is not UTF-8", "/query", "encoding"))
            return {}, ()
        texts: dict[str, str | list[str]] = {}
        deep: dict[str, dict[str, str]] = {}
        undeclared: list[tuple[str, str]] = []
        for name, text in pairs:
            if name in self._repeated:
                texts.setdefault(name, []).append(text)  # type: ignore[union-attr]
                continue
            if name in self._names:
                texts.setdefault(name, text)
                continue
            base, bracket, rest = name.partition("[")
            if bracket and base in self._deep and rest.endswith("]") and rest[:-1]:
                deep.setdefault(base, {}).setdefault(rest[:-1], text)
            else:
                undeclared.append((name, text))
        return self._decode_known(texts, deep, found), undeclared

    def _decode_known(
        self,
        texts: Mapping[str, str | list[str]],
        deep: Mapping[str, Mapping[str, str]],
        found: list[Violation],
    ) -> dict[str, Any]:
        values = dict(self._defaults)
        for each in self.query:
            sent = texts.get(each.key)
            if sent is not None:
                values[each.name] = each.read(sent, found)
            elif each.required:
                found.append(
                    Violation(f"query parameter {each.name} is missing", each.pointer, "required")
                )
        for name, each in self._deep.items():
            if name in deep:
                values[name] = each.check(deep[name], found)
            elif each.required:
                found.append(
                    Violation(f"query parameter {name} is missing", each.pointer, "required")
                )
        return values


def _compile(raw: Mapping[str, Any], schemas: Schemas) -> Parameter:
    location, name = raw["in"], raw["name"]
    schema = schemas.resolve(raw["schema"])
    declared = schema.get("type", "string")
    kind = declared if isinstance(declared, str) else next(t for t in declared if t != "null")
    deep = raw.get("style") == "deepObject"
    decode = _DECODERS.get(kind, _text)
    if kind == "array" and location == "query" and raw.get("style", "form") == "form":
        items = schemas.resolve(schema.get("items", {})).get("type", "")
        if items not in _DECODERS or not raw.get("explode", True):
            raise ValueError(f"no reading for parameter {name}: a list of {items}")
        decode = _list_of(_DECODERS[items])
    elif deep != (kind == "object") or (not deep and kind not in _DECODERS):
        raise ValueError(f"no reading for parameter {name} of type {kind}")
    plain_text = schema.keys() <= {"type", "description", "default", "example", "deprecated"}
    return Parameter(
        name=name,
        key=name.lower() if location == "header" else name,
        pointer=f"/{location}/{name}",
        required=bool(raw.get("required", False)),
        type=kind,
        decode=decode,
        validator=None if plain_text and kind != "object" else schemas.compile(raw["schema"]),
        default=schema.get("default"),
    )
