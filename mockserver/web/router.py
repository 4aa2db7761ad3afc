"""Finds the operation for a path and method. Knows path templates, nothing else.

Concrete segments win over templated ones, as OpenAPI asks, whatever the order of the
document; a request path is percent-decoded segment by segment, so an encoded slash
stays inside its parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Match(Generic[Target]):
    """A path that exists: its methods, and the values of its parameters."""

    methods: Mapping[str, Target]
    parameters: Mapping[str, str]


@dataclass(slots=True)
class _Node(Generic[Target]):
    literals: dict[str, _Node[Target]] = field(default_factory=dict)
    parameter: _Node[Target] | None = None
    methods: dict[str, Target] = field(default_factory=dict)
    names: tuple[str, ...] = ()


class Router(Generic[Target]):
    """A tree of path segments."""

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(self, template: str, method: str, target: Target) -> None:
        """Add an operation. Raises ValueError when the place is taken, or half templated."""
        node = self._root
        names = []
        for part in template.split("/")[1:]:
            if part.startswith("{") and part.endswith("}"):
                names.append(part[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            elif "{" in part:
                raise ValueError(f"{template}: a segment is either concrete or a parameter")
            else:
                node = node.literals.setdefault(part, _Node())
        if method in node.methods or (node.methods and node.names != tuple(names)):
            raise ValueError(f"{method} {template} stands twice")
        node.methods[method] = target
        node.names = tuple(names)

    def find(self, raw_path: str) -> Match[Target] | None:
        """Return what stands at a percent-encoded path, or `None`."""
        parts = raw_path.split("/")[1:]
        if "%" in raw_path:
            # Bytes that are no UTF-8 become U+FFFD, which no literal holds; a parameter
            # is decoded strictly later, when its refusal can be worded.
            parts = [unquote(part, errors="replace") for part in parts]
        values: list[str] = []
        node = self._walk(self._root, parts, 0, values)
        if node is None:
            return None
        return Match(node.methods, dict(zip(node.names, values, strict=True)))

    def _walk(
        self, node: _Node[Target], parts: list[str], depth: int, values: list[str]
    ) -> _Node[Target] | None:
        if depth == len(parts):
            return node if node.methods else None
        part = parts[depth]
        literal = node.literals.get(part)
        if literal is not None:
            found = self._walk(literal, parts, depth + 1, values)
            if found is not None:
                return found
        # An empty segment never fills a parameter: `/segments/` is not `/segments/{id}`.
        if node.parameter is not None and part:
            values.append(part)
            found = self._walk(node.parameter, parts, depth + 1, values)
            if found is not None:
                return found
            values.pop()
        return None
