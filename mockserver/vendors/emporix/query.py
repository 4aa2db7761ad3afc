"""The query language of `q`: text in, clauses out.

    siteCode:main status:(ACTIVE,INACTIVE) metadata.version:(>=2 AND <5) name.en:~(Gold.*)

A hand-written scanner; every error names its position (the first character is 1).
What a clause does to records is the business of `matching.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal as OneWordOf
from typing import NoReturn, TypeAlias

from mockserver.kernel import instants
from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.regex import BadPattern, Pattern

_BLANKS = " \t\r\n"
_SPECIAL = '(),"' + _BLANKS
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?", re.ASCII)
_OPERATOR = re.compile(r">=|<=|>|<")
_COMPOUND = "compoundLogicalQuery"

Operator: TypeAlias = OneWordOf[">", "<", ">=", "<="]


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it stands in a query, with its other readings."""

    text: str
    number: float | None = None
    truth: bool | None = None  # (EMX-247)
    instant: int | None = None
    """Milliseconds since the epoch, when the text is a date-time."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One comparison with a number or an instant."""

    operator: Operator
    limit: float
    is_instant: bool
    """True for a date in double quotes, which compares like a number (EMX-246)."""


@dataclass(frozen=True, slots=True)
class Equal:
    """The field equals the value (EMX-240), or one of several (EMX-242)."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The field lies within every bound: of numbers (EMX-244), ranges (EMX-245), dates."""

    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """A part of the field matches the pattern (EMX-250)."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Presence:
    """The field is there, is not there (EMX-249), or is null, as an absent one is (EMX-248)."""

    kind: OneWordOf["exists", "missing", "null"]


Test: TypeAlias = Equal | Within | Like | Presence


@dataclass(frozen=True, slots=True)
class Clause:
    """One `field:value`."""

    path: tuple[str, ...]
    test: Test


def parse(
    text: str, *, legacy_in: bool = False, pointer: str = "/query/q", before: int = 0
) -> tuple[Clause, ...]:
    """Return the clauses of a query, all of which must hold (EMX-241); none for a blank text.

    `legacy_in` also takes `field:in(a,b)`; `before` is how many characters stand before the
    text in what the caller sent. Raises Invalid at `pointer`.
    """
    return _Scanner(text, legacy_in, pointer, before).clauses()


class _Scanner:
    def __init__(self, text: str, legacy_in: bool, pointer: str, before: int) -> None:
        self._text = text
        self._before = before
        self._legacy_in = legacy_in
        self._pointer = pointer
        self._at = 0

    def _fail(self, message: str, at: int, requirement: str = "EMX-254") -> NoReturn:
        raise Invalid(
            f"{message} at position {self._before + at + 1}.",
            requirement=requirement,
            pointer=self._pointer,
            code="q",
        )

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _starts(self, prefix: str) -> bool:
        return self._text.startswith(prefix, self._at)

    def _skip_blanks(self) -> None:
        while self._peek() and self._peek() in _BLANKS:
            self._at += 1

    def _until(self, stops: str) -> str:
        """Take characters up to one of the stops, or to the end."""
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in stops:
            self._at += 1
        return self._text[start : self._at]

    def clauses(self) -> tuple[Clause, ...]:
        found = []
        self._skip_blanks()
        while self._peek():
            found.append(self._clause())
            if self._peek() and self._peek() not in _BLANKS:
                self._fail(f"Unexpected {self._peek()!r}", self._at)
            self._skip_blanks()
        return tuple(found)

    def _clause(self) -> Clause:
        start = self._at
        key = self._until(":" + _SPECIAL)
        if self._peek() != ":":
            if key:
                self._fail(f"No value for key {_shown(key)}", start, "EMX-255")
            self._fail(f"Unexpected {self._peek()!r}", start)
        if not key:
            self._fail("No key before ':'", start)
        path = tuple(key.split("."))
        if "" in path:
            self._fail(f"{_shown(key)} is no path", start)
        if key == _COMPOUND:
            self._fail(f"{_COMPOUND} is not offered by this service", start, "EMX-261")
        self._at += 1
        return Clause(path, self._test(key))

    def _test(self, key: str) -> Test:
        special = {
            "(": self._group,
            "~": self._pattern,
            "<": self._comparison,
            ">": self._comparison,
            '"': self._text_value,
        }.get(self._peek())
        if special is not None:
            return special()
        start = self._at
        word = self._until(_SPECIAL)
        if word == "in" and self._peek() == "(":
            return self._in(start)
        if not word:
            self._fail(f"No value for key {_shown(key)}", start, "EMX-255")
        match word:
            case "exists" | "missing" | "null":
                return Presence(word)
        return Equal((_value(word),))

    def _comparison(self) -> Within:
        return Within((self._bound(_BLANKS),))

    def _text_value(self) -> Equal:
        return Equal((self._quoted(),))

    def _in(self, start: int) -> Test:
        if not self._legacy_in:
            self._fail("The older form in(…) is not offered; write field:(a,b)", start, "EMX-260")
        return self._list(self._open())

    def _group(self) -> Test:
        start = self._open()
        self._skip_blanks()
        char = self._peek()
        if char == "~":
            self._at += 1
            return self._like(self._bracketed(start))
        if char in ("<", ">"):
            return self._range(start)
        if char == "(":
            self._fail("Unexpected '('", self._at)
        return self._list(start)

    def _open(self) -> int:
        self._at += 1
        return self._at - 1

    def _range(self, start: int) -> Within:
        bounds = [self._bound(_SPECIAL)]
        self._skip_blanks()
        while self._starts("AND") and self._text[self._at + 3 : self._at + 4] in _BLANKS + "<>":
            self._at += 3
            self._skip_blanks()
            bounds.append(self._bound(_SPECIAL))
            self._skip_blanks()
        self._close(start)
        return Within(tuple(bounds))

    def _list(self, start: int) -> Equal:
        values = []
        while True:
            self._skip_blanks()
            at = self._at
            if self._peek() == '"':
                values.append(self._quoted())
            else:
                word = self._until(_SPECIAL)
                if not word:
                    if not self._peek():
                        self._missing_parenthesis(start)
                    self._fail("Missing value in a list", at)
                values.append(_value(word))
            self._skip_blanks()
            if self._peek() != ",":
                break
            self._at += 1
        self._close(start)
        return Equal(tuple(values))

    def _close(self, start: int) -> None:
        if not self._peek():
            self._missing_parenthesis(start)
        if self._peek() != ")":
            self._fail(f"Unexpected {self._peek()!r}", self._at)
        self._at += 1

    def _missing_parenthesis(self, start: int) -> NoReturn:
        self._fail("Missing closing parenthesis in value for the one that opens", start, "EMX-256")

    def _bound(self, stops: str) -> Bound:
        start = self._at
        operator = _OPERATOR.match(self._text, self._at)
        if operator is None:
            self._fail("A comparison (>, >=, <, <=) is needed", start)
        self._at = operator.end()
        value = self._quoted() if self._peek() == '"' else _value(self._until(stops + '"'))
        limit = value.number if value.number is not None else value.instant
        if limit is None:
            self._fail("A comparison needs a number, or a date-time in double quotes,", start)
        symbol: Operator = operator.group()  # type: ignore[assignment]  # what _OPERATOR takes
        return Bound(symbol, limit, value.number is None)

    def _quoted(self) -> Value:
        start = self._open()
        text = self._until('"')
        if not self._peek():
            self._fail("Missing closing quote for the one that opens", start)
        self._at += 1
        return Value(text, instant=moment(text))

    def _pattern(self) -> Like:
        start = self._at
        self._at += 1
        if self._peek() == "(":
            return self._like(self._bracketed(self._open()))
        source = self._until(_BLANKS)
        return self._like((start + 1, source))

    def _bracketed(self, start: int) -> tuple[int, str]:
        """Take up to the parenthesis that closes the one at `start`.

        A backslash does not hide one, as observed at a sister service.
        """
        first = self._at
        depth = 1
        while True:
            self._until("()")
            if not self._peek():
                self._missing_parenthesis(start)
            depth += 1 if self._peek() == "(" else -1
            self._at += 1
            if not depth:
                return first, self._text[first : self._at - 1]

    def _like(self, where: tuple[int, str]) -> Like:
        first, source = where
        if not source:
            self._fail("An empty regular expression", first, "EMX-257")
        try:
            return Like(Pattern(source))
        except BadPattern as error:
            self._fail(f"Bad regular expression: {error},", first + error.offset, "EMX-258")


def _value(word: str) -> Value:
    number: float | None = None
    if found := _NUMBER.fullmatch(word):
        # Whole numbers stay whole: a float knows no more than some 16 digits.
        number = float(word) if found[1] or found[2] else int(word)
    truth = {"true": True, "false": False}.get(word)
    return Value(word, number, truth, None if number is not None else moment(word))


def moment(text: str) -> int | None:
    """Return the instant that a text names; `None` for a text that is no date-time."""
    if not 20 <= len(text) <= 40:  # from seconds and Z to nanoseconds and an offset
        return None
    try:
        return instants.parse(text)
    except ValueError:
        return None


def _shown(key: str) -> str:
    return key if len(key) <= 60 else key[:60] + "…"
