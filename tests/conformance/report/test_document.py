"""`results.json`: what is known about a run, by its own schema."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.config import SCHEMAS
from conformance.execution import Result, disabled
from conformance.judging import Judgement
from conformance.report.document import area_of, ordinary_tests
from conformance.session import BACKGROUND

from .documents import (
    LIST,
    NASTY,
    ONE,
    OTHER,
    TEST,
    exchange,
    failing,
    off_contract,
    passing,
    told,
)

SCHEMA = json.loads((SCHEMAS / "results.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

ERRONEOUS = Result(
    "t.py::e", "", (ONE,), "error", "it broke", (Judgement(ONE, "error", "it broke"),)
)
LEFT = [{"kind": "segment", "name": "Conformance x", "id": "1", "reason": "answered with 500"}]

RUNS: dict[str, dict[str, Any]] = {
    "clean": told(passing()),
    "failing": told(failing(), passing(), off_contract()),
    "nasty": told(failing(expected=NASTY, actual=NASTY, title=NASTY, reason=NASTY)),
    "erroneous": told(ERRONEOUS),
    "interrupted": told(passing(), exit_code=130, left=LEFT),
    "broken": told(broken=["a worker died"], exit_code=2),
    "empty": told(),
    "disabled": told(disabled("t.py::d", "", (ONE,), "not part of the smoke profile")),
    "known": told(failing(), known={ONE: "SEG-1"}),
}


def test_the_schema_is_a_schema() -> None:
    """And describes every property of it."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("run", RUNS)
def test_every_run_is_valid_by_the_schema(run: str) -> None:
    """Whatever came of it."""
    assert [error.message for error in VALIDATOR.iter_errors(RUNS[run])] == []


@pytest.mark.parametrize("name", sorted(SCHEMA["required"]))
def test_the_schema_asks_for_every_field(name: str) -> None:
    """So that nobody has to expect that one is missing."""
    document = {key: value for key, value in RUNS["failing"].items() if key != name}
    assert not VALIDATOR.is_valid(document)
    assert set(SCHEMA["required"]) == set(RUNS["failing"])


def test_a_failure_leads_to_its_exchange() -> None:
    """By test and number."""
    run = RUNS["failing"]
    ruling = next(each for each in run["rulings"] if each["id"] == ONE)
    assert ruling["verdict"] == "fail"
    assert ruling["area"] == "choosing"
    (failure,) = ruling["failures"]
    assert failure == {
        "test": TEST, "message": "the status", "expected": "401", "actual": "200",
        "pointer": "/detail", "exchange": 2,
    }  # fmt: skip
    test = next(each for each in run["tests"] if each["name"] == TEST)
    assert [each["number"] for each in test["exchanges"]] == [1, 2, 3]
    assert run["exit_code"] == 1


def test_an_operation_tells_which_statuses_came_and_how_it_was_ruled() -> None:
    """Documented statuses beside those that were seen."""
    run = RUNS["failing"]
    operation = next(each for each in run["operations"] if each["id"] == LIST)
    assert operation["statuses"] == {"200": 5}
    assert operation["contract"] == "fail"
    assert operation["requirements"]["fail"] == 1
    assert "401" in operation["documented"]
    unused = next(each for each in run["operations"] if not each["statuses"])
    assert unused["contract"] == "disabled"


def test_no_answer_is_counted_as_none() -> None:
    """As a status of its own."""
    silent = failing(exchanges=(exchange(status=None),))
    operation = next(each for each in told(silent)["operations"] if each["id"] == LIST)
    assert operation["statuses"] == {"none": 1}


def test_what_was_counted_is_told() -> None:
    """Requirements and operations apart."""
    counts = RUNS["failing"]["counts"]
    assert counts["requirements"]["fail"] == 1
    assert counts["requirements"]["pass"] == 1
    assert counts["contract"]["fail"] == 1
    assert counts["tests"] == {"violated": 1, "completed": 2}
    assert (counts["exchanges"], counts["requests"]) == (5, 7)


def test_what_was_sent_between_the_tests_is_no_test() -> None:
    """It is reported beside them."""
    between = Result(BACKGROUND, "Logins.", (), "completed")
    assert [test["name"] for test in ordinary_tests(told(between, passing()))] == [passing().test]


@pytest.mark.parametrize(
    ("test", "area"),
    [
        ("akinon/journeys/test_choosing.py::test_it[a.py]", "choosing"),
        ("akinon/refusals/test_choosing.py::test_it", "choosing"),
        ("akinon/journeys/test_two_words.py::x", "two words"),
        ("", "other"),
    ],
)
def test_an_area_is_named_by_the_file_of_the_test(test: str, area: str) -> None:
    """Journeys and refusals about one subject belong together."""
    assert area_of(test) == area


def test_requirements_that_nothing_exercised_have_no_area() -> None:
    """`other` stands for it."""
    ruling = next(each for each in RUNS["clean"]["rulings"] if each["id"] == ONE)
    assert (ruling["verdict"], ruling["area"]) == ("inconclusive", "other")
    assert (
        next(each for each in RUNS["clean"]["rulings"] if each["id"] == OTHER)["area"] == "offers"
    )


def test_a_checkout_that_was_never_installed_has_no_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told as 0."""

    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("conformance.report.document.version", unknown)
    assert told()["kit"] == "0"
