"""The kill matrix: the kit's deterministic tests against every defect, and against no defect.

Runs in this process, without pytest around each test: the tests are collected once, and a
fresh mock is built for every column. Nothing is written and nothing leaves the process.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from typing import Any

import pytest

from conformance.bundled import bundled_config, bundled_target
from conformance.catalogue import Catalogue
from conformance.execution import CONTRACT, Result, execute
from conformance.plugin import named_by, title_of, vendor_of, why_disabled
from conformance.runs import new_run_id
from conformance.session import BACKGROUND, Run, Session
from conformance.vendors import profile_of
from conformance.witness import Witness
from mockserver import Defect, contract, known_choices, known_defects


@dataclass(frozen=True, slots=True)
class Collected:
    """One test, ready to be called."""

    item: pytest.Function
    name: str
    """Its name below the package of the vendor: `journeys/test_segments.py::test_…`."""
    call: Callable[..., object]
    arguments: Mapping[str, Any]
    """What it is parametrised with."""


@dataclass(frozen=True, slots=True)
class Column:
    """One way in which the mock is set up."""

    defect: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    edition: str = ""

    def __str__(self) -> str:
        """Return what tells it from the others."""
        chosen = ", ".join(f"{name}={value}" for name, value in self.choices)
        return self.defect or chosen or (f"contract {self.edition}" if self.edition else "clean")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the tests found in one column."""

    column: Column
    failed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Test -> the requirements that it found violated."""
    stumbled: Mapping[str, str] = field(default_factory=dict)
    """Test -> why it ended in an error of the kit."""
    inconclusive: Mapping[str, str] = field(default_factory=dict)
    """Test -> why it could not judge all that it names."""
    requests: int = 0
    left: tuple[str, ...] = ()
    """What was not removed."""

    def caught_by(self, defect: Defect) -> tuple[str, ...]:
        """Return the tests that found the very requirement violated that the defect is about."""
        wanted = set(defect.violates)
        return tuple(test for test, found in self.failed.items() if wanted & set(found))


class _Collector:
    """A pytest plugin that keeps what was collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the items."""
        self.items = list(session.items)


@cache
def collected(vendor: str) -> tuple[Collected, ...]:
    """Return the deterministic tests of a vendor."""
    collector = _Collector()
    arguments = [
        "--collect-only", "-q", "--pyargs", f"conformance.{vendor}",
        "-p", "conformance.plugin", "-p", "no:cacheprovider", "-p", "no:randomly",
        "-m", "not generated", "-c", "/dev/null",
    ]  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(arguments, plugins=[collector])
    if code != 0:
        raise RuntimeError(f"the tests could not be collected: {said.getvalue()[-2000:]}")
    found = []
    for item in collector.items:
        if isinstance(item, pytest.Function) and vendor_of(item) == vendor:
            spec = getattr(item, "callspec", None)
            parameters = dict(spec.params) if spec is not None else {}
            name = item.nodeid.partition(f"conformance/{vendor}/")[2] or item.nodeid
            found.append(Collected(item, name, item.obj, parameters))
    return tuple(found)


@cache
def _witness(vendor: str, edition: str) -> Witness:
    """Return one witness for all columns: equal answers are judged once."""
    return Witness(Catalogue(contract(vendor, edition)))


def _session(vendor: str, column: Column, *, seed: int) -> Session:
    config = bundled_config(vendor)
    if column.edition:
        config = config.judged_by(column.edition)
    transport = bundled_target(
        vendor,
        choices=dict(column.choices),
        defects=(column.defect,) if column.defect else (),
        edition=column.edition,
        frozen=True,
    )
    run = Run(seed=seed, id=new_run_id(seed))
    witness = _witness(vendor, column.edition)
    return Session(profile_of(vendor), config, transport, run=run, witness=witness)


def run_column(
    vendor: str,
    column: Column,
    tests: Sequence[Collected],
    *,
    seed: int = 0,
    evidence: bool = False,
) -> tuple[Outcome, list[Result]]:
    """Run tests against the mock as a column has it; results have exchanges with `evidence`."""
    session = _session(vendor, column, seed=seed)
    results = []
    for test in tests:
        if why_disabled(test.item, session):
            continue
        case = session.profile.case(session, test.name, named_by(test.item))
        call = partial(test.call, **{**test.arguments, vendor: case})
        results.append(execute(case, call, title_of(test.item), evidence=evidence).result)
    # What happened between the tests, logins above all, is judged by the contract too.
    between = execute(session.background, lambda: None, BACKGROUND, evidence=evidence)
    results.append(between.result)
    session.clean_up()
    outcome = Outcome(
        column,
        {
            result.test: tuple(dict.fromkeys(each.requirement for each in result.failures))
            for result in results
            if result.failures
        },
        {result.test: result.reason for result in results if result.ending == "error"},
        {
            result.test: judgement.message
            for result in results
            for judgement in result.judgements
            if judgement.outcome == "inconclusive"
        },
        session.governor.counts.requests,
        tuple(f"{each.kind} {each.name}: {each.reason}" for each in session.journal.remaining()),
    )
    session.transport.close()
    return outcome, results


def operations_of(results: Iterable[Result]) -> dict[str, frozenset[str]]:
    """Return which operations each test uses: those that the contract was held to."""
    return {
        result.test: frozenset(
            judgement.requirement.removeprefix(CONTRACT)
            for judgement in result.judgements
            if judgement.requirement.startswith(CONTRACT)
        )
        for result in results
    }


@cache
def _used(
    vendor: str, edition: str, choices: tuple[tuple[str, str], ...]
) -> Mapping[str, frozenset[str]]:
    column = Column(edition=edition, choices=choices)
    return operations_of(run_column(vendor, column, collected(vendor))[1])


def concerned(vendor: str, defect: Defect) -> list[Collected]:
    """Return the tests that could notice a defect: those that use one of its operations.

    A defect without operations concerns all tests, and so does one that bites while a
    credential is had, since any test may come upon it.
    """
    used = _used(vendor, defect.edition, tuple(defect.choices.items()))
    touched = set(defect.operations)
    everywhere = not touched or touched & used.get(BACKGROUND, frozenset())
    return [
        test
        for test in collected(vendor)
        if everywhere or touched & used.get(test.name, frozenset())
    ]


def kill(vendor: str, name: str) -> Outcome:
    """Run the tests that one defect concerns against it."""
    defect = known_defects(vendor)[name]
    column = Column(name, tuple(defect.choices.items()), defect.edition)
    return run_column(vendor, column, concerned(vendor, defect))[0]


def columns_of_choices(vendor: str, *, seed: int = 0) -> list[Column]:
    """Return columns in which every value, and every pair of values, of two choices occurs."""
    choices = {name: tuple(choice.values) for name, choice in known_choices(vendor).items()}
    columns = [Column()]
    columns += [
        Column(choices=((name, value),))
        for name, choice in known_choices(vendor).items()
        for value in choice.values
        if value != choice.default
    ]
    return columns + [Column(choices=tuple(row.items())) for row in _pairs(choices, seed)]


def _pairs(choices: Mapping[str, Sequence[str]], seed: int) -> Iterator[dict[str, str]]:
    """Yield rows that together hold every pair of values, found greedily."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    missing = {
        ((one, a), (other, b))
        for one, other in itertools.combinations(choices, 2)
        for a in choices[one]
        for b in choices[other]
    }
    while missing:
        best: dict[str, str] = {}
        gained = -1
        for _ in range(20):
            first = min(missing) if _ == 0 else draw.choice(sorted(missing))
            row = dict(first)
            for name, values in choices.items():
                if name in row:
                    continue
                row[name] = max(
                    draw.sample(list(values), len(values)),
                    key=lambda value, n=name, r=row: sum(  # type: ignore[misc]
                        _pair(n, value, m, v) in missing for m, v in r.items()
                    ),
                )
            covered = sum(
                _pair(n, v, m, w) in missing
                for (n, v), (m, w) in itertools.combinations(row.items(), 2)
            )
            if covered > gained:
                best, gained = row, covered
        order = list(choices)
        row = {name: best[name] for name in order}
        missing -= {((n, row[n]), (m, row[m])) for n, m in itertools.combinations(order, 2)}
        yield row


def _pair(one: str, a: str, other: str, b: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ((one, a), (other, b))


def tasks_in_processes(
    work: Callable[..., Outcome], tasks: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[Outcome]:
    """Yield the outcomes of tasks, in their order."""
    if workers <= 1:
        yield from (work(*task) for task in tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, *zip(*tasks, strict=True), chunksize=4)


def try_choices(vendor: str, column: Column) -> Outcome:
    """Run the tests against the clean mock as its choices have it.

    Of a newer contract only what it adds is tried under other choices: the rest is the same
    as in the bundled one.
    """
    tests: Sequence[Collected] = collected(vendor)
    if column.edition and column.choices:
        ledger = contract(vendor).requirements
        tests = [
            test for test in tests if any(ledger[each].edition for each in named_by(test.item))
        ]
    return run_column(vendor, column, tests)[0]
