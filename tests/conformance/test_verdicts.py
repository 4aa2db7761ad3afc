"""What the tests found is folded into one verdict per requirement, and one for the run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.execution import CONTRACT, Result
from conformance.judging import Judgement, Outcome
from conformance.scope import judged, observed
from conformance.verdicts import (
    EXIT_CONFORMANT,
    EXIT_UNJUDGED,
    EXIT_VIOLATED,
    ORDER,
    Ruling,
    Scope,
    Verdict,
    Verdicts,
    fold,
)
from mockserver import contract
from tests.conformance.targets import CONTRADICTED, DOCUMENTED, NEWER, SHOULD, UNDOCUMENTED

EMPORIX = contract("emporix")
LIST = CONTRACT + op.LIST
WEIGHTS: tuple[Outcome, ...] = (
    "fail", "error", "pass", "inconclusive", "unsupported", "disabled",
)  # fmt: skip


def result(*judgements: Judgement, test: str = "test_it") -> Result:
    """Return what came of a test."""
    named = tuple(each.requirement for each in judgements)
    return Result(test, "", named, "completed", judgements=judgements)


def found(*outcomes: Outcome, about: str = DOCUMENTED) -> list[Result]:
    """Return what tests found of a requirement, one outcome each, with a reason."""
    return [
        result(Judgement(about, outcome, f"because {number}"), test=f"test_{number}")
        for number, outcome in enumerate(outcomes)
    ]


def ruling(results: Iterable[Result], about: str = DOCUMENTED, **scope: Any) -> Ruling:
    """Return the ruling on one requirement."""
    known = scope.pop("known", None)
    verdicts = fold(list(results), Scope(EMPORIX, **scope), known)
    [ruling] = [each for each in verdicts.rulings if each.id == about]
    return ruling


class TestRulings:
    """The verdict on one requirement."""

    def test_what_nothing_exercised_never_passes(self) -> None:
        """A requirement that no test came to is inconclusive, and says so."""
        of_nothing = ruling([])
        assert of_nothing.verdict == "inconclusive"
        assert of_nothing.reasons == ("no test of this run exercised it",)
        assert of_nothing.tests == ()

    def test_what_was_merely_seen_does_not_pass(self) -> None:
        """An observation is no judgement."""
        assert ruling(found("observed")).verdict == "inconclusive"

    @pytest.mark.parametrize("outcome", WEIGHTS)
    def test_one_outcome_is_the_verdict(self, outcome: Outcome) -> None:
        """A requirement of a single test has that test's outcome."""
        assert ruling(found(outcome)).verdict == outcome

    @pytest.mark.parametrize(
        "outcomes",
        list(itertools.permutations(WEIGHTS, 2)),
    )
    def test_the_weightiest_outcome_counts(self, outcomes: tuple[Outcome, Outcome]) -> None:
        """A violation outweighs everything, then an error; else one pass is enough."""
        assert ruling(found(*outcomes)).verdict == min(outcomes, key=WEIGHTS.index)

    def test_the_reasons_are_those_of_the_verdict(self) -> None:
        """Each is told once, in order; a pass needs none."""
        results = [*found("inconclusive", "disabled", "inconclusive"), *found("inconclusive")]
        assert ruling(results).reasons == ("because 0", "because 2")
        assert ruling(found("pass", "inconclusive")).reasons == ()
        assert ruling(found("fail", "error")).reasons == ()

    def test_the_evidence_is_kept(self) -> None:
        """Every failure with its test, and every test once."""
        results = found("fail", "pass", "fail") + found("pass")
        of_these = ruling(results)
        assert [each.result.test for each in of_these.failures] == ["test_0", "test_2"]
        assert {each.judgement.outcome for each in of_these.failures} == {"fail"}
        assert of_these.tests == ("test_0", "test_1", "test_2")

    def test_the_ledger_is_told(self) -> None:
        """Statement, source, level and operations are those of the requirement."""
        row = EMPORIX.requirements[DOCUMENTED]
        of_it = ruling([])
        assert (of_it.statement, of_it.source, of_it.level) == (row.statement, row.source, "must")
        assert of_it.operations == row.operations
        assert not of_it.is_contract

    def test_a_known_failure_is_known(self) -> None:
        """The baseline excuses a failure with its reason, and nothing else."""
        known = {DOCUMENTED: "ticket 7"}
        excused = ruling(found("fail", "pass"), known=known)
        assert (excused.verdict, excused.reasons) == ("known", ("ticket 7",))
        assert len(excused.failures) == 1
        assert ruling(found("pass"), known=known).verdict == "pass"
        assert ruling(found("error"), known=known).verdict == "error"
        assert ruling(found("fail"), known={SHOULD: "x"}).verdict == "fail"


class TestScope:
    """What a run rules on."""

    def test_what_is_judged_is_ruled_on(self) -> None:
        """Every judged requirement of the bundled contract, and every operation."""
        ids = {each.id for each in fold([], Scope(EMPORIX)).rulings}
        expected = {name for name, row in judged("emporix").items() if not row.edition}
        assert {each for each in ids if not each.startswith(CONTRACT)} == expected
        assert DOCUMENTED in ids
        assert LIST in ids
        assert not {CONTRADICTED, UNDOCUMENTED, NEWER} & ids

    def test_nothing_else_is_ruled_on_whatever_was_found(self) -> None:
        """What is undocumented cannot fail, nor what is contradicted."""
        results = found("fail", about=UNDOCUMENTED) + found("fail", about=CONTRADICTED)
        assert fold(results, Scope(EMPORIX)).counts()["fail"] == 0

    def test_a_newer_edition_adds_its_requirements(self) -> None:
        """What holds from a version on is ruled on from that version on."""
        for edition, there in (("2026-08", False), ("2026-09", True), ("2026-10", True)):
            ids = {each.id for each in fold([], Scope(EMPORIX, edition)).rulings}
            assert (NEWER in ids) is there

    def test_only_what_was_asked_for_is_ruled_on(self) -> None:
        """A requirement, or the contract of an operation."""
        for asked in (DOCUMENTED, LIST):
            rulings = fold([], Scope(EMPORIX, only=frozenset({asked}))).rulings
            assert [each.id for each in rulings] == [asked]


class TestContract:
    """The contract of one operation is ruled on beside the ledger."""

    def test_what_was_not_used_is_disabled(self) -> None:
        """An operation that no test used does not pass."""
        unused = ruling([], LIST)
        assert (unused.verdict, unused.level, unused.is_contract) == ("disabled", "must", True)
        assert unused.reasons == ("no test of this run used the operation",)
        assert unused.operations == (op.LIST,)

    @pytest.mark.parametrize(("as_published", "word"), [(False, "corrected"), (True, "published")])
    def test_it_says_which_document_it_is(self, as_published: bool, word: str) -> None:
        """The vendor's own, or the corrected one."""
        statement = ruling([], LIST, as_published=as_published).statement
        path = "/customer-segment/{tenant}/segments"
        assert statement == f"GET {path} answers within the {word} contract."

    def test_remarks_are_told_beside_the_verdict(self) -> None:
        """Once each; they make nothing fail."""
        results = [
            result(Judgement(LIST, "observed", "418 is not documented"), Judgement(LIST, "pass"))
        ] * 2
        used = ruling(results, LIST)
        assert (used.verdict, used.remarks) == ("pass", ("418 is not documented",))
        assert ruling(found("fail", about=LIST), LIST).verdict == "fail"
        assert ruling(found("fail", about=LIST), LIST, known={LIST: "x"}).verdict == "known"


class TestObservations:
    """Which variant of a contradicted point a target shows."""

    def test_variants_are_told_once(self) -> None:
        """In the order in which they were seen, with the statement."""
        results = [
            result(Judgement(CONTRADICTED, "observed", variant)) for variant in ("a", "b", "a")
        ]
        [observation] = fold(results, Scope(EMPORIX)).observations
        assert (observation.id, observation.variants) == (CONTRADICTED, ("a", "b"))
        assert observation.statement == observed("emporix")[CONTRADICTED].statement

    def test_what_was_not_seen_is_not_told(self) -> None:
        """A test that could not look saw no variant."""
        assert fold(found("inconclusive", about=CONTRADICTED), Scope(EMPORIX)).observations == ()


def verdicts(*of: Verdict, level: str = "must") -> Verdicts:
    """Return rulings with some verdicts."""
    rulings = [Ruling(f"R-{n}", "", "", level, (), each) for n, each in enumerate(of)]
    return Verdicts(tuple(rulings), ())


class TestExitCodes:
    """0 conformant, 1 not, 2 the kit failed or nothing was tested."""

    @pytest.mark.parametrize(
        ("of", "code"),
        [
            (["pass"], EXIT_CONFORMANT),
            (["known"], EXIT_CONFORMANT),
            (["pass", "inconclusive", "unsupported", "disabled"], EXIT_CONFORMANT),
            (["pass", "fail"], EXIT_VIOLATED),
            (["fail", "error"], EXIT_VIOLATED),
            (["pass", "error"], EXIT_UNJUDGED),
            (["inconclusive"], EXIT_UNJUDGED),
            (["disabled"], EXIT_UNJUDGED),
            (["unsupported"], EXIT_UNJUDGED),
            ([], EXIT_UNJUDGED),
        ],
    )
    def test_the_verdicts_decide(self, of: list[Verdict], code: int) -> None:
        """A violation comes first, then what kept the kit from judging."""
        assert verdicts(*of).exit_code() == code
        assert verdicts(*of).exit_code("should") == code

    def test_a_should_counts_where_it_is_to_count(self) -> None:
        """Otherwise it was judged, and decides nothing."""
        for of in (["fail"], ["fail", "pass"]):
            assert verdicts(*of, level="should").exit_code() == EXIT_CONFORMANT  # type: ignore[arg-type]
            assert verdicts(*of, level="should").exit_code("should") == EXIT_VIOLATED  # type: ignore[arg-type]

    def test_the_codes_are_what_is_documented(self) -> None:
        """Scripts rest on them."""
        assert (EXIT_CONFORMANT, EXIT_VIOLATED, EXIT_UNJUDGED) == (0, 1, 2)


def test_verdicts_are_counted() -> None:
    """Of the ledger, of the contract, or of both."""
    results = found("pass") + found("fail", about=LIST)
    folded = fold(results, Scope(EMPORIX, only=frozenset({DOCUMENTED, LIST})))
    assert list(folded.counts()) == list(ORDER)
    for contract_alone, passed, failed in ((None, 1, 1), (False, 1, 0), (True, 0, 1)):
        counts = folded.counts(contract=contract_alone)
        assert (counts["pass"], counts["fail"], sum(counts.values())) == (
            passed, failed, passed + failed,
        )  # fmt: skip
