"""Queries of the product service: the common grammar, and `compoundLogicalQuery` around it.

    compoundLogicalQuery:((code:apple) OR (code:onion)) published:true

Text in, an expression out; `holds` turns it into a predicate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.matching import Fields, predicate
from mockserver.vendors.emporix.query import Clause, parse

MARK = "compoundLogicalQuery:"
MAX_LEVELS = 20
_BLANKS = " \t\r\n"
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
    return _Reader(legacy_in, pointer).query(text)


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
    def __init__(self, legacy_in: bool, pointer: str) -> None:
        self._legacy_in = legacy_in
        self._pointer = pointer

    def _fail(self, message: str, requirement: str = "EMX-755") -> NoReturn:
        raise Invalid(message, requirement=requirement, pointer=self._pointer, code="q")

    def query(self, text: str) -> Expression:
        """Read a whole query: clauses and compounds side by side, all of which must hold."""
        parts: list[Expression] = []
        rest = ""
        while (at := _mark(text)) is not None:
            start = at + len(MARK)
            if text[start : start + 1] != "(":
                self._fail("compoundLogicalQuery needs queries in brackets.")
            end = self._closing(text, start)
            if text[end : end + 1] not in ("", *_BLANKS):
                self._fail(f"Unexpected {text[end]!r} behind compoundLogicalQuery.")
            parts.append(self._group(text[start + 1 : end - 1], 1))
            rest += text[:at]
            text = text[end:]
        clauses = parse(rest + text, legacy_in=self._legacy_in, pointer=self._pointer)
        if not parts:
            return Plain(clauses)
        return Joined("AND", (Plain(clauses), *parts))

    def _group(self, text: str, level: int) -> Expression:
        """Read `(query) OR (query)`, without the brackets around it."""
        if level > MAX_LEVELS:
            self._fail(f"compoundLogicalQuery has more than {MAX_LEVELS} levels.", "EMX-743")
        parts: list[Expression] = []
        words: set[Literal["AND", "OR"]] = set()
        text = text.strip(_BLANKS)
        while True:
            if not text.startswith("("):
                self._fail("compoundLogicalQuery needs a query in brackets here: " + text[:40])
            end = self._closing(text, 0)
            inner = text[1 : end - 1].strip(_BLANKS)
            parts.append(self._group(inner, level + 1) if inner[:1] == "(" else self._plain(inner))
            text = text[end:].lstrip(_BLANKS)
            if not text:
                break
            word = next((each for each in _WORDS if text.startswith(each)), None)
            if word is None:
                self._fail(f"AND or OR is needed before {text[:40]!r}.")
            words.add(word)
            text = text[len(word) :].lstrip(_BLANKS)
        if len(words) > 1:
            self._fail("AND and OR need brackets of their own.", "EMX-742")
        return Joined(words.pop(), tuple(parts)) if words else parts[0]

    def _plain(self, text: str) -> Plain:
        if not text:
            self._fail("compoundLogicalQuery has empty brackets.")
        return Plain(parse(text, legacy_in=self._legacy_in, pointer=self._pointer))

    def _closing(self, text: str, start: int) -> int:
        """Return the position behind the bracket that closes the one at `start`."""
        depth, quoted = 0, False
        at = start
        while not at - start or depth:
            if at == len(text):
                self._fail("Missing closing parenthesis in compoundLogicalQuery.")
            if text[at] == '"':
                quoted = not quoted
            elif not quoted:
                depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        return at


def _mark(text: str) -> int | None:
    """Return where a compound begins outside quotes, brackets and other clauses."""
    at = text.find(MARK)
    while at >= 0:
        before = text[:at]
        outside = before.count('"') % 2 == 0 and before.count("(") <= before.count(")")
        if outside and (not before or before[-1] in _BLANKS):
            return at
        at = text.find(MARK, at + 1)
    return None
