"""How tests say what they judge, and the words that a judgement is made of.

A test names its requirements with `@judges`; inside, `case.judge(id, reply)` makes one or
more checks in the name of some of them. Nothing here sends or stores.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeVar

import pytest
from _pytest.outcomes import Skipped  # what pytest.skip raises; mypy does not see the alias

from conformance.exchange import MISSING, Reply, printable

Test = TypeVar("Test", bound=Callable[..., None])

Outcome = Literal["pass", "fail", "inconclusive", "observed", "error", "disabled", "unsupported"]


class Violation(AssertionError):
    """The target breaks a requirement."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(
            f"{judgement.requirement}: expected {judgement.expected}, came {judgement.actual}"
        )
        self.judgement = judgement


class Unmet(Skipped):
    """A requirement could not be exercised; never the target's fault. Says why."""

    def __init__(self, reason: str) -> None:
        self.reason = printable(reason)
        super().__init__(self.reason)


class Unsupported(Unmet):
    """The target does not have an optional service, and says so."""


class KitFault(Exception):
    """A test of the kit does what it must not, for example judges what it does not name."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one test found about one requirement."""

    requirement: str
    outcome: Outcome
    message: str = ""
    """One sentence: what was looked at, why it is inconclusive, or which variant was seen."""
    expected: str = ""
    actual: str = ""
    pointer: str = ""
    exchange: int = 0
    """The number of the exchange within the test; 0 where there is none."""


def judges(
    *requirements: str, smoke: bool = False, read_only: bool = False
) -> Callable[[Test], Test]:
    """Name the requirements that a test judges or observes.

    `smoke`: part of the smallest profile. `read_only`: sends no unsafe method and needs
    known ids only, so it may run where nothing may be written.
    """
    if not requirements:
        raise KitFault("a test judges at least one requirement")

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.judges(*requirements)(test)
        if smoke:
            marked = pytest.mark.smoke(marked)
        if read_only:
            marked = pytest.mark.read_only(marked)
        return marked

    return mark


class Judging:
    """Checks in the name of some requirements; the first that fails ends the test.

    Every method returns the same object, so checks can be chained. They raise Violation.
    """

    __slots__ = ("_failed", "_ids", "_passed", "_reply")

    def __init__(
        self,
        ids: tuple[str, ...],
        reply: Reply | None,
        passed: Callable[[str], None],
        failed: Callable[[Judgement], None],
    ) -> None:
        """`passed` and `failed` are told about every judgement. Raises KitFault."""
        if not ids:
            raise KitFault("nothing is judged in the name of no requirement")
        self._ids = ids
        self._reply = reply
        self._passed = passed
        self._failed = failed

    def status(self, *allowed: int) -> Judging:
        """Check the status."""
        reply = self._answer()
        expected = "status " + " or ".join(map(str, allowed))
        return self.that(reply.status in allowed, expected, _status(reply), "the status")

    def refused(self) -> Judging:
        """Check that the request was refused: any 4xx."""
        reply = self._answer()
        return self.that(400 <= reply.status < 500, "a refusal (4xx)", _status(reply), "the status")

    def value(self, pointer: str, expected: Any) -> Judging:
        """Check that the value at a JSON pointer of the body equals another."""
        return self.same(expected, self._answer().at(pointer), pointer=pointer)

    def present(self, *pointers: str) -> Judging:
        """Check that something is at each of the JSON pointers; null counts as nothing."""
        for pointer in pointers:
            found = self._answer().at(pointer)
            self.that(
                found is not MISSING and found is not None,
                f"a value at {pointer}", shown(found), "the body", pointer,
            )  # fmt: skip
        return self

    def absent(self, *pointers: str) -> Judging:
        """Check that nothing, or null, is at each of the JSON pointers."""
        for pointer in pointers:
            found = self._answer().at(pointer)
            self.that(
                found is MISSING or found is None,
                f"nothing at {pointer}", shown(found), "the body", pointer,
            )  # fmt: skip
        return self

    def header(self, name: str, expected: str | None = None) -> Judging:
        """Check a response header: its value, or that it is there."""
        found = self._answer().header(name)
        if expected is None:
            return self.that(found is not None, f"the header {name}", MISSING, f"the header {name}")
        told = MISSING if found is None else f"{name}: {found}"
        return self.that(found == expected, f"{name}: {expected}", told, f"the header {name}")

    def bodiless(self) -> Judging:
        """Check that there is no body."""
        reply = self._answer()
        return self.that(not reply.text, "no body", reply.text[:200], "the body")

    def same(
        self, expected: Any, actual: Any, what: str = "the body", pointer: str = ""
    ) -> Judging:
        """Check that two JSON values are equal; `true` is not `1`, `1` is `1.0`."""
        return self.that(equal(expected, actual), shown(expected), shown(actual), what, pointer)

    def same_set(
        self, expected: Iterable[Any], actual: Iterable[Any], what: str = "the list"
    ) -> Judging:
        """Check that two lists hold the same, in any order, each as often."""
        wanted, came = list(expected), list(actual)
        expects = f"{_listed(wanted)} in any order"
        return self.that(_equal_in_any_order(wanted, came), expects, _listed(came), what)

    def that(
        self,
        condition: bool,
        expected: str,
        actual: Any = "",
        what: str = "",
        pointer: str = "",
    ) -> Judging:
        """Check a condition; `expected` says in words what should be, `actual` what is."""
        number = 0 if self._reply is None else self._reply.exchange.number
        told = printable(actual if isinstance(actual, str) else shown(actual))
        should = printable(expected)
        for each in self._ids:
            if condition:
                self._passed(each)
            else:
                self._failed(Judgement(each, "fail", what, should, told, pointer, number))
        if not condition:
            first = self._ids[0]
            raise Violation(Judgement(first, "fail", what, should, told, pointer, number))
        return self

    def _answer(self) -> Reply:
        if self._reply is None:
            raise KitFault("there is no reply to judge")
        return self._reply


def _status(reply: Reply) -> str:
    told = reply.text[:300]
    return f"status {reply.status}" + (f" with {told}" if told and reply.status >= 300 else "")


def equal(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            equal(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def _equal_in_any_order(wanted: Iterable[Any], came: list[Any]) -> bool:
    rest = list(came)
    for each in wanted:
        place = next((n for n, other in enumerate(rest) if equal(each, other)), None)
        if place is None:
            return False
        del rest[place]
    return not rest


def _listed(values: Iterable[Any]) -> str:
    return f"[{', '.join(sorted(map(shown, values)))}]"


def shown(value: Any, limit: int = 600) -> str:
    """Return a value as reports show it."""
    if value is MISSING:
        return repr(MISSING)
    try:
        text = printable(json.dumps(value, ensure_ascii=False, sort_keys=True))
    except (TypeError, ValueError):
        text = printable(repr(value))
    except RecursionError:
        text = "(nested too deeply to be shown)"
    return text if len(text) <= limit else text[:limit] + " …"


def unmet(reason: str) -> NoReturn:
    """End a test whose requirements could not be exercised. Raises Unmet."""
    raise Unmet(reason)
