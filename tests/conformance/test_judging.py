"""How tests name what they judge, and the checks that they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.exchange import MISSING, Response
from conformance.judging import (
    Judgement,
    Judging,
    KitFault,
    Unmet,
    Unsupported,
    Violation,
    equal,
    judges,
    shown,
    unmet,
)
from conformance.plugin import MARKERS
from tests.conformance.targets import json_of, reply_of

Check = Callable[[Judging], object]


class Book:
    """Notes what was judged."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: list[Judgement] = []

    def judging(self, response: Response | None, *ids: str) -> Judging:
        """Return checks that are noted here."""
        reply = None if response is None else reply_of(response, number=7)
        return Judging(ids or ("R-1", "R-2"), reply, self.passed.append, self.failed.append)


BODY = {"id": "s1", "none": None, "list": [1, 2.0, True], "deep": {"a": [{}]}}
OK = json_of(200, BODY, ETag="7")
HOLDS: dict[str, Check] = {
    "status": lambda j: j.status(200),
    "one of several": lambda j: j.status(201, 200),
    "value": lambda j: j.value("/id", "s1"),
    "null": lambda j: j.value("/none", None),
    "a whole number with a point": lambda j: j.value("/list/1", 2),
    "object": lambda j: j.value("/deep", {"a": [{}]}),
    "present": lambda j: j.present("/id", "/list"),
    "absent": lambda j: j.absent("/nothing", "/none"),
    "header": lambda j: j.header("etag"),
    "its value": lambda j: j.header("ETag", "7"),
    "same": lambda j: j.same([1], [1.0]),
    "same set": lambda j: j.same_set([{"a": 1, "b": 2}, 2, 2], [2.0, {"b": 2, "a": 1.0}, 2]),
    "nothing is the same set as nothing": lambda j: j.same_set([], []),
    "that": lambda j: j.that(True, "it holds"),
}
FAILS: dict[str, tuple[Check, str, str]] = {
    "status": (lambda j: j.status(201, 204), "status 201 or 204", "status 200"),
    "refused": (lambda j: j.refused(), "a refusal (4xx)", "status 200"),
    "value": (lambda j: j.value("/id", "s2"), '"s2"', '"s1"'),
    "nothing there": (lambda j: j.value("/nothing", 1), "1", "(absent)"),
    "null is something else than nothing": (lambda j: j.value("/x", None), "null", "(absent)"),
    "true is not 1": (lambda j: j.value("/list/2", 1), "1", "true"),
    "1 is not true": (lambda j: j.value("/list/0", True), "true", "1"),
    "not present": (lambda j: j.present("/id", "/nothing"), "a value at /nothing", "(absent)"),
    "null is not present": (lambda j: j.present("/none"), "a value at /none", "null"),
    "not absent": (lambda j: j.absent("/none", "/id"), "nothing at /id", '"s1"'),
    "no header": (lambda j: j.header("Date"), "the header Date", "(absent)"),
    "no header of a value": (lambda j: j.header("Date", "x"), "Date: x", "(absent)"),
    "1 is no text": (lambda j: j.same(1, "1"), "1", '"1"'),
    "another header": (lambda j: j.header("ETag", "8"), "ETag: 8", "ETag: 7"),
    "a body": (lambda j: j.bodiless(), "no body", OK.body.decode()),
    "as often": (lambda j: j.same_set([1, 1, 2], [1, 2, 2]), "[1, 1, 2] in any order", "[1, 2, 2]"),
    "too few": (lambda j: j.same_set([1, 2], [2]), "[1, 2] in any order", "[2]"),
    "too many": (lambda j: j.same_set([1], [1, 1]), "[1] in any order", "[1, 1]"),
    "in a set true is not 1": (lambda j: j.same_set([1], [True]), "[1] in any order", "[true]"),
    "order": (lambda j: j.same([1, 2], [2, 1]), "[1, 2]", "[2, 1]"),
    "another member": (
        lambda j: j.same({"a": 1}, {"a": 1, "b": 2}),
        '{"a": 1}',
        '{"a": 1, "b": 2}',
    ),
    "that": (lambda j: j.that(False, "it holds", {"b": 1}), "it holds", '{"b": 1}'),
}


@pytest.mark.parametrize("check", HOLDS.values(), ids=list(HOLDS))
def test_what_holds_passes_for_every_requirement(check: Check) -> None:
    """A check that holds is noted for each requirement, and the next can be chained to it."""
    book = Book()
    judging = book.judging(OK)
    assert check(judging) is judging
    assert set(book.passed) == {"R-1", "R-2"}
    assert book.failed == []


@pytest.mark.parametrize(("check", "expected", "actual"), FAILS.values(), ids=list(FAILS))
def test_what_does_not_hold_fails_for_every_requirement(
    check: Check, expected: str, actual: str
) -> None:
    """A check that fails is noted for each requirement, ends the test, and says what came."""
    book = Book()
    with pytest.raises(Violation) as caught:
        check(book.judging(OK))
    assert [(each.requirement, each.outcome) for each in book.failed] == [
        ("R-1", "fail"),
        ("R-2", "fail"),
    ]
    judgement = caught.value.judgement
    assert judgement == book.failed[0]
    assert (judgement.expected, judgement.actual, judgement.exchange) == (expected, actual, 7)
    assert str(caught.value) == f"R-1: expected {expected}, came {actual}"


def test_a_refusal_is_any_4xx() -> None:
    """A refusal is a status from 400 to 499, and a failing server is none."""
    for status in (400, 404, 499):
        Book().judging(Response(status)).refused()
    for status in (399, 500):
        with pytest.raises(Violation):
            Book().judging(Response(status)).refused()


def test_a_refusal_is_shown_with_what_it_says() -> None:
    """Where a status is wrong, what a refusal says is told; what a success holds is not."""
    with pytest.raises(Violation, match=r'status 404 with \{"message": "no"\}'):
        Book().judging(json_of(404, {"message": "no"})).status(200)
    with pytest.raises(Violation, match=r"came status 404$"):
        Book().judging(Response(404)).status(200)


def test_where_a_value_is_wrong_is_told() -> None:
    """The pointer, and what was looked at, are kept with a failure."""
    book = Book()
    with pytest.raises(Violation):
        book.judging(OK).value("/id", 1)
    assert (book.failed[0].pointer, book.failed[0].message) == ("/id", "the body")


def test_no_body_is_no_body() -> None:
    """An answer without a body has none."""
    book = Book()
    book.judging(Response(204)).bodiless()
    assert book.passed == ["R-1", "R-2"]


@pytest.mark.parametrize("check", [lambda j: j.status(200), lambda j: j.value("/a", 1)])
def test_without_a_reply_only_conditions_are_judged(check: Check) -> None:
    """Looking at an answer that nobody handed over is a fault of the kit."""
    book = Book()
    with pytest.raises(KitFault, match="no reply"):
        check(book.judging(None))
    book.judging(None).that(True, "it holds")
    with pytest.raises(Violation):
        book.judging(None).that(False, "it holds")
    assert book.failed[0].exchange == 0


def test_somebody_is_judged_for_something() -> None:
    """Checks in the name of no requirement would judge nothing: a fault of the kit."""
    with pytest.raises(KitFault):
        Judging((), None, print, print)


def test_long_values_differ_where_they_are_no_longer_shown() -> None:
    """Lists are compared by what they hold, not by as much of it as is shown."""
    common = "x" * 1000
    with pytest.raises(Violation):
        Book().judging(OK).same_set([common + "a"], [common + "b"])


def test_what_is_shown_can_be_printed() -> None:
    """Halves of characters that a target sends do not reach a report."""
    book = Book()
    with pytest.raises(Violation) as caught:
        book.judging(OK).that(False, "a \ud800", "b \udfff")
    str(caught.value).encode()
    assert (book.failed[0].expected, book.failed[0].actual) == ("a ?", "b ?")
    assert str(Unmet("c \ud800")) == "c ?"


def test_a_value_is_shown_as_json() -> None:
    """Reports show JSON with sorted names, cut when it is long; anything else as Python does."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown({"b": "ü", "a": None}) == '{"a": null, "b": "ü"}'
    assert shown(MISSING) == "(absent)"
    assert shown("x" * 10, limit=5) == '"xxxx …'
    assert shown("xyz", limit=5) == '"xyz"'
    assert shown({1}) == "{1}"
    assert shown("\ud800") == '"?"'
    assert shown(deep) == "(nested too deeply to be shown)"
    while deep:  # a chain as long is not taken apart by the interpreter either
        deep = deep[0]


def test_json_values_are_equal() -> None:
    """Numbers are equal by value, booleans only to themselves, null only to null."""
    assert equal(1, 1.0)
    assert equal({"a": [1, {"b": True}]}, {"a": [1.0, {"b": True}]})
    for one, other in [
        (1, True), (0, False), (0, None), ("", None), (False, None), ([], {}), ([1], [1, 1]),
        ([1], [True]), ({"a": 1}, {"a": True}), ({"a": 1}, {"b": 1}), ("1", 1), (MISSING, None),
    ]:  # fmt: skip
        assert not equal(one, other), (one, other)
        assert not equal(other, one), (other, one)


def test_a_test_names_what_it_judges(pytestconfig: pytest.Config) -> None:
    """The marks of a test say which requirements it judges and where it may run."""
    for marker in MARKERS:
        pytestconfig.addinivalue_line("markers", marker)

    @judges("R-1", "R-2", read_only=True)
    def one() -> None: ...

    @judges("R-3", smoke=True)
    def other() -> None: ...

    def marks(test: Any) -> dict[str, tuple[str, ...]]:
        return {mark.name: mark.args for mark in test.pytestmark}

    assert marks(one) == {"judges": ("R-1", "R-2"), "read_only": ()}
    assert marks(other) == {"judges": ("R-3",), "smoke": ()}


def test_a_test_judges_something() -> None:
    """A test without a requirement is a fault of the kit."""
    with pytest.raises(KitFault, match="at least one"):
        judges()


def test_what_could_not_be_exercised_is_skipped() -> None:
    """What is unmet is a skipped test to pytest, with its reason; so is a missing service."""
    with pytest.raises(pytest.skip.Exception) as caught:
        unmet("there are no products")
    assert isinstance(caught.value, Unmet)
    assert caught.value.reason == str(caught.value) == "there are no products"
    assert issubclass(Unsupported, Unmet)
