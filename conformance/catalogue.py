"""The operations of a vendor's documents: how to address one, and which one was addressed.

Knows OpenAPI documents; sends and judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote, urlencode

from mockserver import Contract

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_UNENCODED = "!$&'()*+,;=:@"
"""What may stand in a path segment as it is (RFC 3986, section 3.3)."""

Query = Mapping[str, Any] | Sequence[tuple[str, Any]]


class UnknownOperation(Exception):
    """No document of the vendor has an operation of that name: a fault of the kit."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract or of the companions."""

    id: str
    method: str
    template: str
    """The path with its parameters in braces."""
    declared: Mapping[str, Any]
    """The operation object, with the parameters of its path merged in."""
    is_companion: bool
    """True for logins, tokens and sister services."""
    ours: frozenset[str] = frozenset()
    """The statuses whose bodies no word of the vendor describes: an erratum added them."""

    def url(self, path: Mapping[str, str], query: Query = ()) -> str:
        """Return path and query. Raises KeyError for a path parameter that is not given."""

        def filled(found: re.Match[str]) -> str:
            return quote(str(path[found[1]]), safe=_UNENCODED, errors="replace")

        pairs = query.items() if isinstance(query, Mapping) else query
        text = urlencode([(name, _text(value)) for name, value in pairs], errors="replace")
        return re.sub(r"\{([^}]+)\}", filled, self.template) + (f"?{text}" if text else "")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Catalogue:
    """Every operation of a vendor, by name and by path."""

    def __init__(self, contract: Contract, *, as_published: bool = False) -> None:
        """`as_published` takes the vendor's own document, without its errata."""
        self.document = contract.published if as_published else contract.document
        self.companions = contract.companions
        found = [
            replace(each, ours=_added(self.document, each, contract.published))
            for each in _operations(self.document)
        ]
        found += _operations(self.companions, is_companion=True)
        self._by_id = {operation.id: operation for operation in found}
        # Concrete paths come first: `/segments/bulk` is no segment named bulk.
        self._by_path = sorted(
            ((_pattern(operation.template), operation) for operation in found),
            key=lambda pair: pair[1].template.count("{"),
        )

    def __iter__(self) -> Iterator[Operation]:
        """Iterate over every operation."""
        return iter(self._by_id.values())

    def __contains__(self, operation_id: object) -> bool:
        """Return whether a document has an operation."""
        return operation_id in self._by_id

    def __getitem__(self, operation_id: str) -> Operation:
        """Return an operation. Raises UnknownOperation."""
        try:
            return self._by_id[operation_id]
        except KeyError:
            raise UnknownOperation(operation_id) from None

    def find(self, method: str, url: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation at a path below the base URL, with its path parameters."""
        path = url.partition("?")[0].partition("#")[0]
        for pattern, operation in self._by_path:
            match = pattern.fullmatch(path)
            if match is not None and operation.method == method.upper():
                values = (unquote(value) for value in match.groups())
                return operation, dict(zip(names_of(operation.template), values, strict=True))
        return None


def _operations(document: Mapping[str, Any], *, is_companion: bool = False) -> Iterable[Operation]:
    for template, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method in METHODS:
                declared = {
                    **operation,
                    "parameters": [*shared, *operation.get("parameters", [])],
                }
                name = operation.get("operationId", f"{method.upper()} {template}")
                yield Operation(name, method.upper(), template, declared, is_companion)


def _added(
    document: Mapping[str, Any], operation: Operation, published: Mapping[str, Any]
) -> frozenset[str]:
    """Return the statuses that have a body in a document, and none in the published one."""
    theirs = published["paths"].get(operation.template, {}).get(operation.method.lower())
    if theirs is None:  # a newer contract has it
        return frozenset()
    described = theirs["responses"]
    return frozenset(
        status
        for status, response in operation.declared["responses"].items()
        if resolved(document, response).get("content")
        and not resolved(published, described.get(status, {})).get("content")
    )


def resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a value of a document, or what it refers to."""
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def names_of(template: str) -> list[str]:
    """Return the path parameters of a template, in order."""
    return re.findall(r"\{([^}]+)\}", template)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(map(re.escape, re.split(r"\{[^}]+\}", template))))
