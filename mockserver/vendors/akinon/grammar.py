"""Reads the rules and the dates of a fixture; says where they make no sense.

What the schema of the fixture can say is checked before; here is the rest. Knows the
words of a rule, and none of what they mean: that stands in `rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from mockserver.kernel.instants import moment, parse
from mockserver.kernel.room import FixtureError
from mockserver.vendors.akinon import rules
from mockserver.vendors.akinon.rules import All, AnyOf, Condition, Not, Period, Span

Row = Mapping[str, Any]

DEEPEST = 20
"""How deep rules may stand in rules; deeper ones are a mistake, and would end the stack."""


def rule_of(row: Row, at: str, depth: int = 0) -> All:
    """Return the rule of a fixture; `at` is its JSON pointer. Raises FixtureError."""
    if depth > DEEPEST:
        raise FixtureError(f"rules stand at most {DEEPEST} deep in rules", at)
    return All(tuple(_conditions(row, at, depth)))


def instant(text: str, at: str, latest: int | None = None) -> int:
    """Return the instant of a date-time, at or before `latest`. Raises FixtureError."""
    try:
        found = parse(text)
    except ValueError as error:
        raise FixtureError(f"no date-time: {error}", at) from error
    if latest is not None and found > latest:
        raise FixtureError(f"{text} is later than asOf", at)
    return found


def day(text: str, at: str, latest: int) -> date:
    """Return a calendar day that began by the instant `latest`. Raises FixtureError."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise FixtureError(f"no date: {error}", at) from error
    if found > moment(latest).date():
        raise FixtureError(f"{text} is later than asOf", at)
    return found


def _conditions(row: Row, at: str, depth: int) -> Iterator[Condition]:
    for name, given in row.items():
        if name in _PLAIN:
            yield _PLAIN[name](given, f"{at}/{name}")
        elif name == "attributes":
            for attribute, test in given.items():
                yield from _attribute(attribute, test, f"{at}/attributes/{_escaped(attribute)}")
        elif name == "not":
            yield Not(rule_of(given, f"{at}/not", depth + 1))
        elif name in {"all", "any"}:
            parts = tuple(
                rule_of(part, f"{at}/{name}/{position}", depth + 1)
                for position, part in enumerate(given)
            )
            yield All(parts) if name == "all" else AnyOf(parts)
        else:
            raise FixtureError(f"there is no condition {name!r}", f"{at}/{_escaped(name)}")


def _attribute(name: str, test: Any, at: str) -> Iterator[Condition]:
    if isinstance(test, list):
        yield rules.AttributeIn(name, tuple(test))
        return
    if "equals" in test:
        yield rules.AttributeIn(name, (test["equals"],))
    if "in" in test:
        yield rules.AttributeIn(name, tuple(test["in"]))
    if "exists" in test:
        yield rules.AttributeExists(name, test["exists"])
    if "at_least" in test or "at_most" in test:
        yield rules.AttributeNumber(name, _span(test, at))


def _age(row: Row, at: str) -> Condition:
    span = _span(row, at)
    # JSON has one kind of number, a calendar has whole years: 18.0 is 18.
    most = None if span.at_most is None else int(span.at_most)
    return rules.Age(int(span.at_least or 0), most)


def _orders(row: Row, at: str) -> Condition:
    count = row.get("count", {} if "total" in row else {"at_least": 1})
    return rules.Orders(
        _period(row, at),
        _span(count, f"{at}/count"),
        _span(row.get("total", {}), f"{at}/total"),
    )


def _span(row: Row, at: str) -> Span:
    span = Span(row.get("at_least"), row.get("at_most"))
    if span.at_least is not None and span.at_most is not None and span.at_most < span.at_least:
        raise FixtureError("at_most is less than at_least, so nothing fits", f"{at}/at_most")
    return span


def _period(row: Row, at: str) -> Period:
    period = Period(
        since=instant(row["since"], f"{at}/since") if "since" in row else None,
        until=instant(row["until"], f"{at}/until") if "until" in row else None,
        within_days=row.get("within_days"),
        not_within_days=row.get("not_within_days"),
    )
    if period.since is not None and period.until is not None and period.until < period.since:
        raise FixtureError("until is before since, so nothing fits", f"{at}/until")
    within, beyond = period.within_days, period.not_within_days
    if within is not None and beyond is not None and within <= beyond:
        raise FixtureError(
            "not_within_days reaches as far back as within_days, so nothing fits",
            f"{at}/not_within_days",
        )
    return period


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


_PLAIN: Mapping[str, Callable[[Any, str], Condition]] = {
    "is_guest": lambda given, _: rules.IsGuest(given),
    "email_domain": lambda given, _: rules.EmailDomain(frozenset(map(str.lower, given))),
    "gender": lambda given, _: rules.Gender(frozenset(given)),
    "age": _age,
    "date_joined": lambda given, at: rules.DateJoined(_period(given, at)),
    "last_order": lambda given, at: rules.LastOrder(_period(given, at)),
    "order_count": lambda given, at: rules.Orders(count=_span(given, at)),
    "order_total": lambda given, at: rules.Orders(total=_span(given, at)),
    "orders": _orders,
}
"""How each condition that is no combination is read: `(what is given, where) -> condition`."""
