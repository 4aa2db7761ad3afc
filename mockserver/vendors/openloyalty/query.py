"""List queries: filters with operators, sort keys, pages, totals.

Works on any rows; which columns there are is told by the caller's table. Knows the
forms of the query string and nothing about segments. Source: help pages, How to query.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from mockserver.kernel import instants
from mockserver.kernel.refusals import Invalid, Violation

Row = TypeVar("Row")
Value: TypeAlias = "str | bool | int | float"
Type = Literal["text", "boolean", "integer", "number", "instant"]

ESTIMATED_BEYOND = 5000
"""Results. Segments API reference, SearchableTotalResponse2, estimated."""

_OPERATOR_FORM = re.compile(r"([^\[\]]+)\[([^\[\]]*)\](.*)", re.DOTALL)
_STEPS = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)", re.DOTALL)
_INTEGER = re.compile(r"-?[0-9]{1,40}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One field of a list."""

    type: Type
    value: Callable[[Row], Value | None]
    """`None` when the row has no value in the field."""
    filterable: bool = True
    settled: bool = True
    """False when the value may change by itself as time goes by (see `World.rows`)."""


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page of a list and how much there is in all."""

    rows: Sequence[Row]
    all: int
    filtered: int

    @property
    def estimated(self) -> bool:
        """Tell whether the vendor may estimate so many results (OLO-122)."""
        return self.filtered > ESTIMATED_BEYOND


@dataclass(frozen=True, slots=True)
class Query(Generic[Row]):
    """What a caller wants of a list, checked."""

    filters: tuple[Callable[[Row], bool], ...]
    order: tuple[tuple[Callable[[Row], Value | None], bool], ...]
    """Sort keys, most important first; True for downwards."""
    page: int
    items_on_page: int
    settled: bool
    """False when a filter or sort key reads a column that changes by itself."""

    @property
    def takes_all(self) -> bool:
        """Tell whether the rows come as they are, without filter and order."""
        return not self.filters and not self.order

    def apply(self, rows: Iterable[Row], count: int) -> Slice[Row]:
        """Return the page of the rows, of which there are `count`."""
        first = (self.page - 1) * self.items_on_page
        last = first + self.items_on_page
        # A page beyond the last one is an empty slice (OLO-127).
        if self.takes_all:
            found = [] if first >= count else list(islice(rows, first, last))
            return Slice(found, count, count)
        # All filters must hold (OLO-139).
        kept = [row for row in rows if all(test(row) for test in self.filters)]
        # Sorted by the least important key first, upwards or downwards (OLO-128, OLO-129).
        for value, downwards in reversed(self.order):
            kept.sort(key=lambda row, value=value: _rank(value(row)), reverse=downwards)  # type: ignore[misc]
        return Slice(kept[first:last], count, len(kept))


def _rank(value: Value | None) -> tuple[int, Any, Any]:
    """Order rows without a value first, and texts from A to Z before they differ in case."""
    if value is None:
        return 0, 0, 0
    return (1, value.casefold(), value) if isinstance(value, str) else (1, value, 0)


def read(
    columns: Mapping[str, Column[Row]],
    asked: Mapping[str, Any],
    undeclared: Sequence[tuple[str, str]],
    choices: Mapping[str, str],
) -> Query[Row]:
    """Read a query string. Raises Invalid, with everything that is wrong with it."""
    wrong: list[tuple[str, Violation]] = []
    filters: list[Callable[[Row], bool]] = []
    used: list[str] = []
    for name, value in asked.items():
        if not name.startswith("_"):
            used.append(name)
            # A plain filter is one with the operator eq (OLO-132).
            _add(filters, wrong, name, columns[name], "eq", value, f"/query/{name}")
    for name, text in undeclared:
        if columns and name.partition("[")[0] == "_orderBy":
            # A sort that is written in another form would be lost without a word.
            form = "A sort is written as _orderBy[field]=asc or _orderBy[field]=desc."
            wrong.append(("OLO-176", Violation(form, _pointer(name), "type")))
            continue
        found = _OPERATOR_FORM.fullmatch(name)
        column = columns.get(found[1]) if found else None
        if found is None or column is None or not column.filterable:
            if choices["openloyalty.unknown-filter"] == "refuse":
                unknown = Violation(
                    "This filter does not exist.", f"/query/{token(name)}", "filter"
                )
                wrong.append(("OLO-142", unknown))
            continue
        used.append(found[1])
        _add(filters, wrong, found[1], column, found[2] + found[3], text, _pointer(name))
    page = asked.get("_page", 1)
    order, sorted_by = _order(columns, asked.get("_orderBy", {}), wrong, choices)
    if wrong:
        requirement = wrong[0][0]
        violations = [violation for _, violation in wrong]
        first = violations[0]
        raise Invalid(
            first.message,
            requirement=requirement,
            pointer=first.pointer,
            code=first.code,
            violations=violations,
        )
    return Query(
        filters=tuple(filters),
        order=tuple(order),
        page=page,
        items_on_page=asked.get("_itemsOnPage", 10),
        settled=all(columns[name].settled for name in (*used, *sorted_by)),
    )


def _pointer(name: str) -> str:
    """Return the pointer of a query parameter; `name[eq]` is two steps."""
    found = _STEPS.fullmatch(name)
    if found is None:
        return f"/query/{token(name)}"
    return "/".join(["/query", found[1], *map(token, found[2][1:-1].split("]["))])


def token(name: str) -> str:
    """Return a name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _order(
    columns: Mapping[str, Column[Row]],
    asked: Mapping[str, str],
    wrong: list[tuple[str, Violation]],
    choices: Mapping[str, str],
) -> tuple[list[tuple[Callable[[Row], Value | None], bool]], Collection[str]]:
    order = []
    for name, direction in asked.items():
        if name in columns:
            order.append((columns[name].value, direction == "desc"))
        elif choices["openloyalty.unsortable"] == "refuse":
            pointer = f"/query/_orderBy/{token(name)}"
            wrong.append(("OLO-130", Violation("This field cannot be sorted by.", pointer, "sort")))
    return order, asked.keys() & columns.keys()


def _add(
    filters: list[Callable[[Row], bool]],
    wrong: list[tuple[str, Violation]],
    name: str,
    column: Column[Row],
    operator: str,
    sent: Value,
    pointer: str,
) -> None:
    allowed = _OPERATORS[column.type]
    if operator not in allowed:
        message = f"{name} has no such operator; it has {', '.join(allowed)}."
        wrong.append(("OLO-140", Violation(message, pointer, "operator")))
        return
    try:
        filters.append(_filter(column, operator, sent))
    except ValueError:
        wrong.append(("OLO-141", Violation(EXPECTED[column.type], pointer, "type")))


def _filter(column: Column[Row], operator: str, sent: Value) -> Callable[[Row], bool]:
    """Return the test of one filter. Raises ValueError for a value of the wrong type."""
    value = column.value
    # Has a value or has not (OLO-135); an empty text is one (OLO-136).
    if operator == "hasValue":
        return lambda row: value(row) is not None
    if operator == "notHasValue":
        return lambda row: value(row) is None
    # A part of the text, without regard to case (OLO-134).
    if operator == "like":
        return _contains(value, str(sent).casefold())
    # One of several values, separated by commas (OLO-137).
    if operator == "IN":
        several = {_value(column.type, each) for each in str(sent).split(",")}
        return lambda row: value(row) in several
    wanted = _value(column.type, sent)
    # Equal, with regard to case (OLO-133).
    if operator == "eq":
        return lambda row: value(row) == wanted
    compare = _COMPARISONS[operator]

    def test(row: Row) -> bool:
        found = value(row)
        return found is not None and compare(found, wanted)

    return test


def _contains(value: Callable[[Row], Value | None], part: str) -> Callable[[Row], bool]:
    def test(row: Row) -> bool:
        found = value(row)
        return found is not None and part in str(found).casefold()

    return test


def _value(kind: Type, sent: Value) -> Value:
    """Return a value in the type of its column; plain filters come typed already."""
    if not isinstance(sent, str) or kind == "text":
        return sent
    if kind == "boolean":
        if sent not in ("true", "false"):
            raise ValueError(sent)
        return sent == "true"
    if kind == "integer":
        if not _INTEGER.fullmatch(sent):
            raise ValueError(sent)
        return int(sent)
    if kind == "number":
        if not _NUMBER.fullmatch(sent):
            raise ValueError(sent)
        number = float(sent)
        if not math.isfinite(number):
            raise ValueError(sent)
        return number
    return instants.parse(sent)


EXPECTED: Mapping[Type, str] = {
    "text": "This value should be of type string.",
    "boolean": "This value should be true or false.",
    "integer": "This value should be of type integer.",
    "number": "This value should be of type number.",
    "instant": "This value should be a date-time such as 2026-01-31T00:00:00Z (write + as %2B).",
}
"""What a refusal says to a value that the type does not take."""
# Of numbers and points in time (OLO-138).
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": lambda found, wanted: bool(found > wanted),
    "gte": lambda found, wanted: bool(found >= wanted),
    "lt": lambda found, wanted: bool(found < wanted),
    "lte": lambda found, wanted: bool(found <= wanted),
}
_ANY = ("eq", "hasValue", "notHasValue", "IN")
_ORDERED = (*_ANY, *_COMPARISONS)
_OPERATORS: Mapping[Type, Sequence[str]] = {
    "text": (*_ANY, "like"),
    "boolean": _ANY,
    "integer": _ORDERED,
    "number": _ORDERED,
    "instant": _ORDERED,
}
