"""One page out of many records: query, order, page, total.

Works on any kind of record; what a caller may see has been decided before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from mockserver.kernel.call import Call
from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.choices import Choices
from mockserver.vendors.emporix.matching import ABSENT, Candidates, Fields, predicate
from mockserver.vendors.emporix.query import Clause
from mockserver.vendors.emporix.runs import Record

Row = TypeVar("Row", bound=Record)

_PAGE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_TOO_LARGE = re.compile(r"[1-9][0-9]{9,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a request says about the page it wants."""

    size: int
    number: int
    sort: tuple[tuple[tuple[str, ...], bool], ...]
    """Paths to sort by, each with True for descending."""
    wants_total: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of records."""

    rows: Sequence[Row]
    total: int | None
    """Records on all pages, when that was asked for."""


def listing(call: Call, choices: Choices) -> Listing:
    """Read the paging parameters of a call. Raises Invalid."""
    sort = call.query.get("sort")
    return Listing(
        size=_positive(call, "pageSize", choices.page_size),  # (EMX-218)
        number=_positive(call, "pageNumber", 1),  # (EMX-217)
        sort=_sort(sort) if sort else (),
        wants_total=call.headers.get("X-Total-Count") is True,  # (EMX-221)
    )


def _positive(call: Call, name: str, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not _PAGE.fullmatch(text):
        raise Invalid(
            page_message(name, text),
            requirement="EMX-219",
            pointer=f"/query/{name}",
            code="pattern",
        )
    return int(text)


def page_message(name: str, text: str) -> str:
    """Say what is wrong with a page size or number, in the words of the fee service."""
    if _TOO_LARGE.fullmatch(text):
        return f"{name} is too large"
    return f"{name} must be greater than or equal to 1"


def _sort(text: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the paths to sort by (EMX-227), each with True for descending (EMX-226)."""
    keys = []
    for part in text.split(","):
        path, _, direction = part.strip().partition(":")
        if path:
            keys.append((tuple(path.split(".")), direction in ("desc", "DESC")))
    return tuple(keys)


def page(
    candidates: Candidates[Row],
    clauses: Sequence[Clause],
    fields: Fields,
    wanted: Listing,
    also: Callable[[Row], bool] | None = None,
) -> Page[Row]:
    """Return a page of the candidates that fulfil the clauses, and `also` if there is one.

    Pages are cut (EMX-216) by the size (EMX-215); beyond the last there is nothing (EMX-220).
    Without another order it is that of creation (EMX-096).
    """
    start = (wanted.number - 1) * wanted.size
    stop = start + wanted.size
    holds = predicate(clauses, fields, also)
    if not wanted.sort:
        if holds is None:
            total = len(candidates) if wanted.wants_total else None
            return Page(candidates.slice(start, stop), total)
        if not wanted.wants_total:
            return Page(list(islice(filter(holds, candidates.all()), start, stop)), None)
    rows = list(candidates.all() if holds is None else filter(holds, candidates.all()))
    for path, descending in reversed(wanted.sort):  # the first one decides (EMX-225)
        rows = _sorted(rows, fields(path).read, descending)
    return Page(rows[start:stop], len(rows) if wanted.wants_total else None)


def _sorted(rows: list[Row], read: Callable[[Any], object], descending: bool) -> list[Row]:
    """Sort stably (EMX-229); what has no value to sort by comes last either way (EMX-228)."""
    ranked = []
    rest = []
    for row in rows:
        value = read(row)
        if value is ABSENT or isinstance(value, (dict, list, type(None))):
            rest.append(row)
        else:
            # Kinds of values do not compare with each other: numbers before text.
            ranked.append(((isinstance(value, str), value), row))
    ranked.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in ranked] + rest
