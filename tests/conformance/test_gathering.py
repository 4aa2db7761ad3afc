"""What all processes of a run found is gathered in the one that decides."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.case import Case
from conformance.emporix import operations as op
from conformance.execution import Result, disabled, execute
from conformance.gathering import OUTPUT, Gathered, Gatherer, parts_of
from conformance.judging import Judgement
from conformance.results import packed
from conformance.session import BACKGROUND
from tests.conformance.targets import Target, json_of, make, session_with

Told = list[Result | None]


@pytest.fixture
def told() -> Told:
    """What the listener was told."""
    return []


@pytest.fixture
def gatherer(told: Told) -> Gatherer:
    """A gatherer with a listener."""

    def listen(gathered: Gathered, result: Result | None) -> None:
        assert isinstance(gathered, Gathered)
        told.append(result)

    return Gatherer(listen)


def report(when: str = "call", outcome: str = "passed", row: Any = None) -> Any:
    """Return a report as pytest makes it."""
    made = pytest.TestReport("test_it", ("x", 1, "x"), {}, outcome, "why not", when)  # type: ignore[arg-type]
    if row is not None:
        made.conformance = row  # type: ignore[attr-defined]
    return made


def result(name: str = "test_it") -> Result:
    """Return what came of a test."""
    return Result(name, "A title.", (), "completed")


def test_what_is_left_out_judges_nothing() -> None:
    """Neither do logins, which belong to no test; a single verdict is enough."""
    left_out = disabled("test_it", "A title.", ("EMX-050",), "why")
    gathered = Gathered(results=[left_out])
    assert gathered.judged_nothing
    passed = Judgement("EMX-050", "pass")
    gathered.results.append(replace(result(BACKGROUND), judgements=(passed,)))
    assert gathered.judged_nothing
    gathered.results.append(replace(result(), judgements=(passed,)))
    assert not gathered.judged_nothing
    assert not Gathered().judged_nothing


def handed_over() -> dict[str, Any]:
    """Return what a session hands over that made two things and could remove one."""
    target = Target(json_of(201), json_of(201), json_of(204), json_of(500), json_of(200, []))
    session = session_with(target)
    case = Case(session, "test_it", ())
    make(case, "a", "A")
    make(case, "b", "B")
    case.clean_up()
    session.background.send(op.LIST)
    return parts_of(session, execute(session.background, lambda: None, "Between.").result)


def test_a_session_hands_over_what_it_knows() -> None:
    """Counts, what it made and what it left, and what was sent between the tests."""
    parts = handed_over()
    assert parts["counts"]["requests"] == 5
    assert parts["created"] == 2
    assert parts["left"] == [
        {"kind": "segment", "name": "A", "id": "a", "reason": "its removal was answered with 500"}
    ]
    [background] = parts["results"]
    assert background["title"] == "Between."
    assert len(background["exchanges"]) == 1


def test_what_processes_hand_over_is_added_up() -> None:
    """Counts are summed, and nothing of any process is lost."""
    gathered = Gathered()
    for _ in range(2):
        gathered.add(handed_over())
    assert (gathered.counts.requests, gathered.created) == (10, 4)
    assert [each["id"] for each in gathered.left] == ["a", "a"]
    assert [each.title for each in gathered.results] == ["Between.", "Between."]


class TestListening:
    """What pytest tells."""

    def test_tests_are_counted(self, gatherer: Gatherer, told: Told) -> None:
        """The listener learns how many there are before the first one runs."""
        gatherer.pytest_collection_finish(SimpleNamespace(items=[1, 2, 3]))  # type: ignore[arg-type]
        assert gatherer.gathered.collected == 3
        assert told == [None]

    def test_workers_count_the_same_tests(self, gatherer: Gatherer, told: Told) -> None:
        """Each worker collects all of them: they are not added up, and told once."""
        for worker in "ab":
            gatherer.pytest_xdist_node_collection_finished(worker, ["1", "2"])
        assert gatherer.gathered.collected == 2
        assert told == [None]

    def test_a_result_is_taken_from_its_report(self, gatherer: Gatherer, told: Told) -> None:
        """Whatever the outcome was to pytest, the result says what came of the test."""
        for outcome in ("passed", "failed", "skipped"):
            gatherer.pytest_runtest_logreport(report(outcome=outcome, row=packed(result(outcome))))
        assert told == gatherer.gathered.results
        assert [each.test for each in gatherer.gathered.results] == ["passed", "failed", "skipped"]
        assert gatherer.gathered.broken == []

    @pytest.mark.parametrize("when", ["setup", "call", "teardown"])
    def test_a_failure_without_a_result_breaks_the_run(
        self, gatherer: Gatherer, told: Told, when: str
    ) -> None:
        """A test that was not judged must not be taken for one that found nothing."""
        gatherer.pytest_runtest_logreport(report(when, "failed"))
        assert gatherer.gathered.broken == ["test_it: why not"]
        assert told == []

    def test_what_went_well_around_a_test_is_nothing(self, gatherer: Gatherer, told: Told) -> None:
        """Setting up and tearing down are no results; a skipped fixture is none either."""
        for when, outcome in (("setup", "passed"), ("teardown", "passed"), ("setup", "skipped")):
            gatherer.pytest_runtest_logreport(report(when, outcome))
        assert (gatherer.gathered.results, gatherer.gathered.broken, told) == ([], [], [])

    def test_what_cannot_be_collected_breaks_the_run(self, gatherer: Gatherer) -> None:
        """A file with a mistake in it is told."""
        for outcome in ("passed", "failed"):
            gatherer.pytest_collectreport(
                pytest.CollectReport("x.py", outcome, "no such name", [])  # type: ignore[arg-type]
            )
        assert gatherer.gathered.broken == ["no such name"]

    def test_a_worker_hands_over_what_it_knows(self, gatherer: Gatherer) -> None:
        """At its end; one that had no session has nothing."""
        output = {OUTPUT: [handed_over(), handed_over()]}
        gatherer.pytest_testnodedown(SimpleNamespace(workeroutput=output), None)
        gatherer.pytest_testnodedown(SimpleNamespace(workeroutput={}), None)
        assert gatherer.gathered.created == 4
        assert gatherer.gathered.broken == []

    def test_a_worker_that_died_breaks_the_run(self, gatherer: Gatherer) -> None:
        """It says nothing any more; that it died is told."""
        gatherer.pytest_testnodedown(SimpleNamespace(), "Not properly terminated")
        assert gatherer.gathered.broken == ["a worker died: Not properly terminated"]
