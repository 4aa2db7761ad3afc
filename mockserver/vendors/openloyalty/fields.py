"""Readers for the own fields of criteria: a JSON value in, a checked value out, or `Unfit`.

Each reader is for one kind of value and knows no criterion type; `criteria.py` says
which type has which fields.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from mockserver.kernel import instants
from mockserver.vendors.openloyalty.model import Json, Label, Scalar

MOST = 2**31 - 1
"""The largest integer. Help pages, limits of the API: integers have 32 bits. Amounts are
numbers, not integers, and may be larger (OLO-016)."""
DECIMALS = 6
"""Of numbers that are no integers. Help pages, limits of the API."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unfit(Exception):
    """A value that a field does not take; `where` is a JSON pointer below the field."""

    def __init__(self, message: str, code: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where


Reader: TypeAlias = Callable[[Json], Any]
"""Returns the checked value, in the form that the predicates need. Raises Unfit."""


def text(value: Json) -> str:
    """Read a text that is not empty; `writable.py` has judged its length."""
    if not isinstance(value, str):
        raise Unfit("This value should be of type string.", "type")
    if not value:
        raise Unfit("This value should not be blank.", "blank")
    return value


def folded(value: Json) -> str:
    """Read a text that is compared without regard to case."""
    return text(value).casefold()


def scalar(value: Json) -> tuple[str, Scalar]:
    """Read a text, a number or a truth value as `tagged` gives it."""
    if isinstance(value, str):
        return tagged(text(value))
    if isinstance(value, (bool, int, float)) and math.isfinite(value):
        return tagged(value)
    raise Unfit("This value should be a text, a number, true or false.", "type")


def tagged(value: Scalar) -> tuple[str, Scalar]:
    """Return a value that equals only values of its own kind; in Python 1 is also True."""
    if isinstance(value, bool):
        return "boolean", value
    return ("text", value) if isinstance(value, str) else ("number", value)


def one_of(*allowed: str) -> Reader:
    """Return a reader for one of some words."""

    def read(value: Json) -> str:
        if text(value) not in allowed:
            raise Unfit(f"This value should be one of {', '.join(allowed)}.", "enum")
        return str(value)

    return read


def number(value: Json) -> float:
    """Read a number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unfit("This value should be of type number.", "type")
    if not math.isfinite(value) or value < 0:
        raise Unfit("This value should be 0 or more.", "minimum")
    # An integer has no decimals, even one that no float equals.
    if isinstance(value, float) and float(f"{value:.{DECIMALS}f}") != value:
        raise Unfit(f"This value should have at most {DECIMALS} decimals.", "decimals")
    return value


def amount(value: Json) -> float:
    """Read an amount of money of at least 0, as hundredths."""
    return round(number(value) * 100, 4)


def whole(least: int) -> Reader:
    """Return a reader for whole numbers of at least `least`."""

    def read(value: Json) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON has one kind of number: 2.0 is a whole one
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unfit("This value should be of type integer.", "type")
        if value < least:
            raise Unfit(f"This value should be {least} or more.", "minimum")
        if value > MOST:
            raise Unfit(f"This value should be {MOST} or less.", "int32")
        return value

    return read


def _instant(value: Json) -> int:
    named = text(value)
    try:
        return instants.parse(f"{named}T00:00:00Z" if _DAY.fullmatch(named) else named)
    except ValueError:
        message = "This value should be a day such as 2026-01-31, or a date-time with time zone."
        raise Unfit(message, "format") from None


def start(value: Json) -> int:
    """Read a day (in UTC) or date-time as the instant at which it begins (OLO-157)."""
    return _instant(value)


def end(value: Json) -> int:
    """Read a day or date-time as the instant at which it ends: of a day its last moment."""
    instant = _instant(value)
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return instant + instants.DAY - 1 if is_day else instant


def some(entry: Callable[[Json], Any], most: int | None = None) -> Reader:
    """Return a reader for a list of one to `most` entries; it gives a frozen set."""

    def read(value: Json) -> frozenset[Any]:
        if not isinstance(value, list):
            raise Unfit("This value should be of type array.", "type")
        if not value:
            raise Unfit("This collection should contain 1 element or more.", "minItems")
        if most is not None and len(value) > most:
            message = f"This collection should contain {most:,} elements or less."
            raise Unfit(message, "maxItems")
        found = []
        for position, each in enumerate(value):
            try:
                found.append(entry(each))
            except Unfit as unfit:
                where = f"/{position}{unfit.where}"
                raise Unfit(unfit.message, unfit.code, where) from None
        return frozenset(found)

    return read


def _property(value: Json, name: str) -> str:
    if not isinstance(value, dict):
        raise Unfit("This value should be of type object.", "type")
    if name not in value:
        # Not "required": that is a field of the criterion, which may be left out by choice.
        raise Unfit("This field is missing.", "incomplete", f"/{name}")
    try:
        return text(value[name])
    except Unfit as unfit:
        raise Unfit(unfit.message, unfit.code, f"/{name}") from None


def label_key(value: Json) -> str:
    """Read the key of `{key}`."""
    return _property(value, "key")


def label(value: Json) -> Label:
    """Read `{key, value}`."""
    return _property(value, "key"), _property(value, "value")
