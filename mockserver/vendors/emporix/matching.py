"""What the clauses of a query do to records: predicates, and the use of indexes.

A field is read as `ABSENT`, as an instant (an int, when the reader says so) or as a
JSON value. No parsing, no rules about callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter, ge, gt, le, lt
from typing import Any, Final, Generic, TypeVar

from mockserver.vendors.emporix.query import (
    Bound,
    Clause,
    Equal,
    Like,
    Presence,
    Test,
    Value,
    Within,
    moment,
)
from mockserver.vendors.emporix.runs import Record, merged
from mockserver.vendors.emporix.table import Table


class _Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What a reader returns for a field that a record does not have (EMX-259)."""

Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """How to read one field of a kind of record."""

    read: Callable[[Row], object]
    is_instant: bool = False
    """True when values are instants in milliseconds rather than JSON values."""


Fields = Callable[[tuple[str, ...]], Field[Any]]
"""Path -> field; every path gives a field, unknown ones one that is always absent."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {">": gt, "<": lt, ">=": ge, "<=": le}
_by_number = attrgetter("number")


class Candidates(Generic[Row]):
    """Records in order of creation, out of one or several disjoint sorted lists."""

    __slots__ = ("_lists",)

    def __init__(self, *lists: Sequence[Row]) -> None:
        self._lists = [rows for rows in lists if rows]

    def __len__(self) -> int:
        """Return how many records there are, without looking at them."""
        return sum(map(len, self._lists))

    def slice(self, start: int, stop: int) -> list[Row]:
        """Return some of the records; from one list without walking to them."""
        if len(self._lists) == 1:
            return list(self._lists[0][start:stop])
        return list(islice(self.all(), start, stop))

    def all(self) -> Iterable[Row]:
        """Return every record."""
        if len(self._lists) == 1:
            return self._lists[0]
        return merged(self._lists)


def narrow(
    table: Table[Row], clauses: Sequence[Clause]
) -> tuple[Candidates[Row], tuple[Clause, ...]]:
    """Return the records that the best index leaves, and the clauses still to check."""
    best: Candidates[Row] = Candidates(table.rows)
    used: Clause | None = None
    for clause in clauses:
        found = _indexed(table, clause)
        if found is not None and (used is None or len(found) < len(best)):
            best, used = found, clause
    return best, tuple(clause for clause in clauses if clause is not used)


def narrow_by(
    clauses: Sequence[Clause], name: str
) -> tuple[frozenset[str] | None, tuple[Clause, ...]]:
    """Return the texts that a field must equal one of, and the clauses still to check.

    `None` where no clause says so.
    """
    for clause in clauses:
        if clause.path == (name,) and (texts := _equal_texts(clause)) is not None:
            return frozenset(texts), tuple(one for one in clauses if one is not clause)
    return None, tuple(clauses)


def _equal_texts(clause: Clause) -> list[str] | None:
    """Return the texts that a clause looks up, each once; `None` for another kind of test."""
    if not isinstance(clause.test, Equal):
        return None
    values = clause.test.values
    if any(value.instant is not None for value in values):
        return None  # one instant has many spellings, an index knows one
    return list(dict.fromkeys(value.text for value in values))


def _indexed(table: Table[Row], clause: Clause) -> Candidates[Row] | None:
    wanted = _equal_texts(clause)
    if wanted is None:
        return None
    name = ".".join(clause.path)
    if name == table.key_name:
        rows = filter(None, map(table.get, wanted))
        return Candidates(sorted(rows, key=_by_number))
    if name in table.indexed:
        return Candidates(*(table.having(name, text) for text in wanted))
    return None


def predicate(
    clauses: Sequence[Clause], fields: Fields, also: Callable[[Any], bool] | None = None
) -> Callable[[Any], bool] | None:
    """Return what tells whether a record fulfils all clauses, and `also`; `None` for none."""
    checks = [_check(clause.test, fields(clause.path)) for clause in clauses]
    if also is not None:
        checks.append(also)
    if not checks:
        return None
    if len(checks) == 1:
        return checks[0]
    return lambda row: all(check(row) for check in checks)


def _check(test: Test, field: Field[Any]) -> Callable[[Any], bool]:
    read = field.read
    match test:
        case Presence():
            holds = _PRESENCE[test.kind]
        case Like():
            found_in = test.pattern.found_in

            def holds(value: object) -> bool:
                return _any(value, lambda one: isinstance(one, str) and found_in(one))
        case Within():
            holds = _within(test.bounds, field.is_instant)
        case _:
            holds = _equal(test.values, field.is_instant)
    return lambda row: holds(read(row))


_PRESENCE: dict[str, Callable[[object], bool]] = {
    "exists": lambda value: value is not ABSENT,
    "missing": lambda value: value is ABSENT,
    "null": lambda value: value is None or value is ABSENT,
}


def _any(value: object, holds: Callable[[object], bool]) -> bool:
    """An array fulfils what one of its members fulfils."""
    return any(map(holds, value)) if isinstance(value, list) else holds(value)


def _equal(values: Sequence[Value], is_instant: bool) -> Callable[[object], bool]:
    moments = frozenset(value.instant for value in values if value.instant is not None)
    if is_instant:
        return lambda value: value in moments
    texts = frozenset(value.text for value in values)
    numbers = frozenset(value.number for value in values if value.number is not None)
    truths = frozenset(value.truth for value in values if value.truth is not None)

    def same(one: object) -> bool:
        if isinstance(one, str):
            return one in texts or bool(moments and moment(one) in moments)
        if isinstance(one, bool):
            return one in truths
        return isinstance(one, (int, float)) and one in numbers

    return lambda value: _any(value, same)


def _within(bounds: Sequence[Bound], is_instant: bool) -> Callable[[object], bool]:
    parts = [(_COMPARE[bound.operator], bound.limit, bound.is_instant) for bound in bounds]

    def inside(one: object) -> bool:
        if isinstance(one, str):
            one, dated = moment(one), True
        else:
            dated = is_instant
        if not isinstance(one, (int, float)) or isinstance(one, bool):
            return False
        return all(wants is dated and compare(one, limit) for compare, limit, wants in parts)

    return lambda value: _any(value, inside)
