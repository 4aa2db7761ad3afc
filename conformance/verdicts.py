"""Folds what the tests found into one verdict per requirement, and one for the run.

A requirement that nothing exercised never passes; one violation outweighs everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from conformance.catalogue import Catalogue
from conformance.execution import CONTRACT, Result
from conformance.judging import Judgement
from conformance.scope import judged, observed
from mockserver import Contract, Requirement

Verdict = Literal["pass", "fail", "known", "unsupported", "inconclusive", "disabled", "error"]

ORDER: Final[tuple[Verdict, ...]] = (
    "fail",
    "error",
    "known",
    "inconclusive",
    "unsupported",
    "disabled",
    "pass",
)
"""Worst first."""

EXIT_CONFORMANT: Final = 0
EXIT_VIOLATED: Final = 1
EXIT_UNJUDGED: Final = 2
"""The kit failed, or nothing was tested."""
EXIT_INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Evidence:
    """One judgement with the test that made it."""

    result: Result
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on one requirement, or on the contract of one operation."""

    id: str
    statement: str
    source: str
    level: str
    operations: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    """Why it is neither pass nor fail; for `known` the reason of the baseline."""
    failures: tuple[Evidence, ...] = ()
    tests: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """What was seen beside the verdict, such as statuses that are not documented."""

    @property
    def is_contract(self) -> bool:
        """True when it is about a document, not about a row of the ledger."""
        return self.id.startswith(CONTRACT)


@dataclass(frozen=True, slots=True)
class Observation:
    """Which variant of a contradicted point the target shows."""

    id: str
    statement: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Everything that was found out about a target."""

    rulings: tuple[Ruling, ...]
    observations: tuple[Observation, ...]

    def counts(self, *, contract: bool | None = None) -> dict[Verdict, int]:
        """Return how many rulings have each verdict; of the ledger or the contract alone."""
        wanted = [
            ruling.verdict
            for ruling in self.rulings
            if contract is None or ruling.is_contract == contract
        ]
        return {verdict: wanted.count(verdict) for verdict in ORDER}

    def exit_code(self, fail_on: Literal["must", "should"] = "must") -> int:
        """Return the exit code: violations first, then what kept the kit from judging.

        What fails without being decisive was judged: a `should`, unless it is to count.
        """
        if any(self.fails(ruling, fail_on) for ruling in self.rulings):
            return EXIT_VIOLATED
        if any(ruling.verdict == "error" for ruling in self.rulings):
            return EXIT_UNJUDGED
        if not any(ruling.verdict in ("pass", "known", "fail") for ruling in self.rulings):
            return EXIT_UNJUDGED
        return EXIT_CONFORMANT

    @staticmethod
    def fails(ruling: Ruling, fail_on: Literal["must", "should"]) -> bool:
        """Return whether a ruling makes the target non-conformant."""
        return ruling.verdict == "fail" and (ruling.level == "must" or fail_on == "should")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run was to judge."""

    contract: Contract
    edition: str = ""
    only: frozenset[str] = field(default_factory=frozenset)
    """The requirements asked for; empty for all."""
    as_published: bool = False


def fold(
    results: Sequence[Result], scope: Scope, known: Mapping[str, str] | None = None
) -> Verdicts:
    """Return the verdicts. `known` maps failures of the baseline to their reasons."""
    baseline = known or {}
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for result in results:
        for judgement in result.judgements:
            evidence[judgement.requirement].append(Evidence(result, judgement))
    rulings = [
        _ruling(requirement, evidence[name], baseline)
        for name, requirement in judged(scope.contract.vendor).items()
        if not scope.only or name in scope.only
        if not requirement.edition or requirement.edition <= scope.edition
    ]
    rulings += _of_contract(scope, evidence, baseline)
    return Verdicts(tuple(rulings), tuple(_observations(scope, evidence)))


def _ruling(
    requirement: Requirement, found: Sequence[Evidence], baseline: Mapping[str, str]
) -> Ruling:
    verdict, reasons = _weighed(requirement.id, found, baseline)
    return Ruling(
        requirement.id,
        requirement.statement,
        requirement.source,
        requirement.level,
        requirement.operations,
        verdict,
        reasons,
        _failures(found),
        _tests(found),
    )


def _of_contract(
    scope: Scope, evidence: Mapping[str, Sequence[Evidence]], baseline: Mapping[str, str]
) -> Iterable[Ruling]:
    catalogue = Catalogue(scope.contract, as_published=scope.as_published)
    document = "published" if scope.as_published else "corrected"
    for operation in catalogue:
        name = CONTRACT + operation.id
        if scope.only and name not in scope.only:
            continue
        found = evidence.get(name, ())
        verdict, reasons = _weighed(name, found, baseline)
        if not found:
            verdict, reasons = "disabled", ("no test of this run used the operation",)
        yield Ruling(
            name,
            f"{operation.method} {operation.template} answers within the {document} contract.",
            "OpenAPI document",
            "must",
            (operation.id,),
            verdict,
            reasons,
            _failures(found),
            _tests(found),
            _unique(
                each.judgement.message for each in found if each.judgement.outcome == "observed"
            ),
        )


_WEIGHT: Final[tuple[Verdict, ...]] = (
    "fail",
    "error",
    "pass",
    "inconclusive",
    "unsupported",
    "disabled",
)
"""What counts when tests came to different ends: the first of these that occurs."""


def _weighed(
    name: str, found: Sequence[Evidence], baseline: Mapping[str, str]
) -> tuple[Verdict, tuple[str, ...]]:
    outcomes = {each.judgement.outcome for each in found}
    verdict = next((each for each in _WEIGHT if each in outcomes), None)
    if verdict is None:
        return "inconclusive", ("no test of this run exercised it",)
    if verdict == "fail" and name in baseline:
        return "known", (baseline[name],)
    if verdict in ("pass", "fail"):
        return verdict, ()
    return verdict, _reasons(found, verdict)


def _observations(
    scope: Scope, evidence: Mapping[str, Sequence[Evidence]]
) -> Iterable[Observation]:
    for name, requirement in observed(scope.contract.vendor).items():
        seen = _unique(
            each.judgement.message
            for each in evidence.get(name, ())
            if each.judgement.outcome == "observed"
        )
        if seen:
            yield Observation(name, requirement.statement, seen)


def _failures(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(each for each in found if each.judgement.outcome == "fail")


def _tests(found: Sequence[Evidence]) -> tuple[str, ...]:
    return _unique(each.result.test for each in found)


def _reasons(found: Sequence[Evidence], outcome: str) -> tuple[str, ...]:
    return _unique(each.judgement.message for each in found if each.judgement.outcome == outcome)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
