"""Queries of the product service: the common grammar, and `compoundLogicalQuery` around it.

    compoundLogicalQuery:((code:apple) OR (code:onion)) published:true

Text in, an expression out; `holds` turns it into a predicate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.matching import Fields, predicate
from mockserver.vendors.emporix.query import Clause, parse

MARK = "compoundLogicalQuery:"
MAX_LEVELS = 20
_BLANKS = " \t\r\n"
_BRACKET = re.compile(r'["()]')
_TOKEN = re.compile(rf'["()]|(?<![^{_BLANKS}]){MARK}')
_WORDS: tuple[Literal["AND", "OR"], ...] = ("AND", "OR")


@dataclass(frozen=True, slots=True)
class Plain:
    """A query without compounds; all clauses must hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Several expressions of which all must hold, or any."""

    word: Literal["AND", "OR"]
    parts: tuple[Expression, ...]


Expression: TypeAlias = Plain | Joined


def parse_compound(text: str, *, legacy_in: bool, pointer: str) -> Expression:
    """Return what a query says, its compounds included (EMX-741). Raises Invalid at `pointer`."""
    return _Reader(text, legacy_in, pointer).query()


def holds(expression: Expression, fields: Fields) -> Callable[[Any], bool]:
    """Return what tells whether a record fulfils an expression."""
    if isinstance(expression, Plain):
        return predicate(expression.clauses, fields) or _everything
    checks = [holds(part, fields) for part in expression.parts]
    combine = all if expression.word == "AND" else any
    return lambda row: combine(check(row) for check in checks)


def _everything(_row: object) -> bool:
    return True


class _Reader:
    def __init__(self, text: str, legacy_in: bool, pointer: str) -> None:
        self._text = text
        self._legacy_in = legacy_in
        self._pointer = pointer

    def _bad(self, message: str, at: int, requirement: str = "EMX-755") -> Invalid:
        return Invalid(
            f"{message} at position {at + 1}.",
            requirement=requirement,
            pointer=self._pointer,
            code="q",
        )

    def query(self) -> Expression:
        """Read the whole query: clauses and compounds side by side, all of which must hold."""
        parts: list[Expression] = []
        plain: list[str] = []
        begin = 0
        for start, end in self._compounds():
            parts.append(self._group(start + len(MARK) + 1, end - 1, 1))
            # Blanks in its place, so that positions stay what they are.
            plain += self._text[begin:start], " " * (end - start)
            begin = end
        clauses = self._parse("".join([*plain, self._text[begin:]]), 0)
        return Joined("AND", (clauses, *parts)) if parts else clauses

    def _compounds(self) -> Iterator[tuple[int, int]]:
        """Yield where compounds begin and end, outside quotes, brackets and other clauses."""
        at, depth, quoted = 0, 0, False
        while found := _TOKEN.search(self._text, at):
            at = found.end()
            if found[0] == '"':
                quoted = not quoted
            elif not quoted and found[0] in "()":
                depth += 1 if found[0] == "(" else -1
            elif not quoted and depth <= 0:
                if self._text[at : at + 1] != "(":
                    raise self._bad("compoundLogicalQuery needs queries in brackets", at)
                at = self._closing(at)
                if self._text[at : at + 1] not in ("", *_BLANKS):
                    raise self._bad(
                        f"Unexpected {self._text[at]!r} behind compoundLogicalQuery", at
                    )
                yield found.start(), at

    def _group(self, start: int, end: int, level: int) -> Expression:
        """Read `(query) OR (query)`, without the brackets around it."""
        if level > MAX_LEVELS:
            raise self._bad(
                f"compoundLogicalQuery has more than {MAX_LEVELS} levels", start, "EMX-743"
            )
        parts: list[Expression] = []
        words: set[Literal["AND", "OR"]] = set()
        at = self._skip(start, end)
        while True:
            if at == end or self._text[at] != "(":
                raise self._bad("compoundLogicalQuery needs a query in brackets", at)
            closed = self._closing(at)
            inner = self._skip(at + 1, closed - 1)
            if inner == closed - 1:
                raise self._bad("compoundLogicalQuery has empty brackets", at)
            if self._text.startswith(MARK, inner):
                raise self._bad("compoundLogicalQuery cannot stand inside itself", inner)
            if self._text[inner] == "(":
                parts.append(self._group(inner, closed - 1, level + 1))
            else:
                parts.append(self._parse(self._text[inner : closed - 1], inner))
            at = self._skip(closed, end)
            if at == end:
                break
            word = next((each for each in _WORDS if self._text.startswith(each, at)), None)
            if word is None:
                raise self._bad("AND or OR is needed", at)
            words.add(word)
            if len(words) > 1:
                raise self._bad("AND and OR need brackets of their own", at, "EMX-742")
            at = self._skip(at + len(word), end)
        return Joined(words.pop(), tuple(parts)) if words else parts[0]

    def _parse(self, text: str, before: int) -> Plain:
        clauses = parse(text, legacy_in=self._legacy_in, pointer=self._pointer, before=before)
        return Plain(clauses)

    def _skip(self, at: int, end: int) -> int:
        """Return where the next character is that is no blank, or the end."""
        while at < end and self._text[at] in _BLANKS:
            at += 1
        return at

    def _closing(self, start: int) -> int:
        """Return the position behind the bracket that closes the one at `start`."""
        depth, quoted = 0, False
        for found in _BRACKET.finditer(self._text, start):
            if found[0] == '"':
                quoted = not quoted
            elif not quoted:
                depth += 1 if found[0] == "(" else -1
                if not depth:
                    return found.end()
        raise self._bad("Missing closing parenthesis for the one that opens", start)
