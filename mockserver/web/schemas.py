"""Turns schemas of an OpenAPI document into jsonschema-rs validators.

OpenAPI 3.0 is read as JSON Schema draft 4 with `nullable` written out; 3.1 is JSON
Schema 2020-12 as it stands. Formats are checked. Nothing here knows about requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import jsonschema_rs

from mockserver.kernel.refusals import Violation

# JSON Schema knows `uuid` since 2019-09, so jsonschema-rs ignores it in draft 4; the form is
# that of RFC 4122, section 3.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


_SAYS_NO_MORE = frozenset(
    {"type", "items", "title", "description", "default", "example", "examples", "deprecated"}
)
"""Keywords of a list that say nothing about how its entries stand together."""


class Validator(Protocol):
    """The part of a jsonschema-rs validator that is used here."""

    def is_valid(self, instance: Any) -> bool:
        """Tell whether the instance satisfies the schema."""

    def iter_errors(self, instance: Any) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield everything that is wrong."""


class Schemas:
    """Compiles the schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._is_31 = str(document["openapi"]).startswith("3.1")
        components = document.get("components", {}).get("schemas", {})
        self._components = {name: self._plain(schema) for name, schema in components.items()}
        self._compiled: dict[str, Validator] = {}

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow `$ref` until something stands there itself."""
        while "$ref" in node:
            target: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def compile(self, schema: Mapping[str, Any]) -> Validator:
        """Return a validator for a schema that may refer to the document's components.

        Equal schemas share one validator, so a document that was checked for one
        operation counts as checked for the next.
        """
        plain = self._plain(schema)
        key = json.dumps(plain, sort_keys=True)
        if key not in self._compiled:
            whole = {"allOf": [plain], "components": {"schemas": self._components}}
            self._compiled[key] = (
                jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
                if self._is_31
                else jsonschema_rs.Draft4Validator(
                    whole, validate_formats=True, formats={"uuid": _is_uuid}
                )
            )
        return self._compiled[key]

    def items_of(self, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the schema of the entries when the schema is nothing but a list of them."""
        schema = self.resolve(schema)
        if schema.get("type") != "array" or schema.keys() - _SAYS_NO_MORE:
            return None
        items: Mapping[str, Any] | None = schema.get("items")
        return items

    def _plain(self, schema: Any) -> Any:
        """Return a schema in plain JSON Schema: `nullable` of 3.0 written out."""
        if isinstance(schema, list):
            return [self._plain(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema and not self._is_31:
            return {"$ref": schema["$ref"]}
        plain = {
            key: self._keyword(key, value) for key, value in schema.items() if key != "nullable"
        }
        if schema.get("nullable") is True and not self._is_31 and "type" in plain:
            # An enum without null still forbids it: `nullable` widens the type alone.
            plain["type"] = [plain["type"], "null"]
        return plain

    def _keyword(self, key: str, value: Any) -> Any:
        if key in ("properties", "patternProperties"):
            return {name: self._plain(schema) for name, schema in value.items()}
        return value if key in ("enum", "default", "example", "const") else self._plain(value)


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def violations(
    validator: Validator, instance: Any, prefix: str = "", limit: int = 20
) -> list[Violation]:
    """Return what is wrong with an instance, at most `limit` things, in document order.

    `prefix` is the pointer of the instance itself. Of a failed alternative the branch
    that got furthest is told, because "matches none of 3 schemas" helps nobody.
    """
    found: list[Violation] = []
    for error in validator.iter_errors(instance):
        found.append(_violation(error, prefix))
        if len(found) == limit:
            break
    return found


def _violation(error: jsonschema_rs.ValidationError, prefix: str) -> Violation:
    kind: Any = error.kind
    branches = [branch[0] for branch in getattr(kind, "context", None) or () if branch]
    if branches:
        nearest = max(branches, key=_nearness)
        if nearest.kind.name != "type" or len(nearest.instance_path) > len(error.instance_path):
            return _violation(nearest, prefix)
    steps = list(error.instance_path)
    if kind.name == "required":
        steps.append(kind.property)
    pointer = prefix + "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps
    )
    if branches:
        kinds = " or ".join(str(name) for each in branches for name in each.kind.types)
        return Violation(f"This value must be of type {kinds}", pointer, "type")
    return Violation(_shortened(error.message), pointer, kind.name)


def _nearness(error: jsonschema_rs.ValidationError) -> tuple[int, bool]:
    """Rank the failures of alternatives: how far it got, then whether the type was right."""
    return len(error.instance_path), error.kind.name != "type"


def _shortened(message: str, limit: int = 200) -> str:
    """Cut a message that quotes a huge value: the quote stands first, the reason last."""
    return message if len(message) <= limit else f"{message[:40]}…{message[41 - limit :]}"
