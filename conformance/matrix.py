"""The kill matrix of one vendor: what was caught, what was missed, what was a false alarm."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.scope import judged
from conformance.selftest import (
    Column,
    Outcome,
    columns_of_choices,
    kill,
    tasks_in_processes,
    try_choices,
)
from mockserver import editions, known_defects


@dataclass(frozen=True, slots=True)
class Row:
    """One defect and what the tests made of it."""

    defect: str
    violates: tuple[str, ...]
    caught: tuple[str, ...]
    """The tests that found a violated requirement which they name."""
    others: tuple[str, ...]
    """Requirements beside those that were found violated as well."""
    stumbled: tuple[str, ...]


@dataclass(slots=True)
class Matrix:
    """Everything that was tried."""

    vendor: str
    rows: list[Row] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    """Findings where nothing was wrong, errors of the kit, and things left behind."""
    clean: int = 0
    """Columns without a defect."""
    requests: int = 0
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    """From the first column to the last one so far."""

    def add(self, outcome: Outcome) -> None:
        """Add what one column gave."""
        self.requests += outcome.requests
        self.seconds = time.monotonic() - self.started
        column = outcome.column
        if column.defect:
            defect = known_defects(self.vendor)[column.defect]
            found = {each for names in outcome.failed.values() for each in names}
            self.rows.append(
                Row(
                    defect.name,
                    defect.violates,
                    outcome.caught_by(defect),
                    tuple(sorted(found - set(defect.violates))),
                    tuple(f"{test}: {why}" for test, why in outcome.stumbled.items()),
                )
            )
            return
        self.clean += 1
        for test, names in outcome.failed.items():
            self.alarms.append(f"({column}) {test} finds {', '.join(names)} violated")
        for test, reason in outcome.stumbled.items():
            self.alarms.append(f"({column}) {test}: {reason}")
        self.alarms += [f"({column}) left behind: {each}" for each in outcome.left]

    @property
    def missed(self) -> list[str]:
        """The defects that no test caught."""
        return [row.defect for row in self.rows if not row.caught]

    @property
    def proven(self) -> bool:
        """True when every defect was caught and nothing else was found."""
        return not self.missed and not self.alarms

    def summary(self) -> str:
        """Return one line."""
        caught = len(self.rows) - len(self.missed)
        names = {each for row in self.rows for each in row.violates}
        covered = len(names & judged(self.vendor).keys())
        return (
            f"{self.vendor}: {caught} of {len(self.rows)} defects caught, "
            f"{covered} of {len(judged(self.vendor))} judged requirements violated by them, "
            f"{len(self.alarms)} false alarms in {self.clean} clean columns; "
            f"{self.requests} requests in {self.seconds:.1f} s"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the matrix as JSON values."""
        return {
            "vendor": self.vendor,
            "proven": self.proven,
            "clean": self.clean,
            "alarms": self.alarms,
            "rows": [
                {
                    "defect": row.defect,
                    "violates": list(row.violates),
                    "caught": list(row.caught),
                    "others": list(row.others),
                    "stumbled": list(row.stumbled),
                }
                for row in self.rows
            ],
        }


class Steps:
    """The outcomes of all columns, one after the other; `total` says how many there are."""

    def __init__(self, outcomes: Iterator[Outcome], total: int) -> None:
        self._outcomes = outcomes
        self.total = total

    def __iter__(self) -> Iterator[Outcome]:
        """Iterate over the outcomes."""
        return self._outcomes


def prove(vendor: str, names: Sequence[str] = (), *, seed: int = 0, workers: int = 1) -> Steps:
    """Return the columns of a vendor as they are tried.

    With names only these defects are; without, all of them, and the clean mock under every
    value and every pair of values of its choices, and at every contract version.
    """
    defects = [name for name in known_defects(vendor) if not names or name in names]
    tasks: list[tuple[str, Any]] = [(vendor, name) for name in defects]
    clean: list[Column] = []
    if not names:
        bundled = columns_of_choices(vendor, seed=seed)
        clean = [
            replace(column, edition=edition)
            for edition in ("", *editions(vendor))
            for column in bundled
        ]
    tasks += [(vendor, column) for column in clean]
    return Steps(tasks_in_processes(_step, tasks, workers), len(tasks))


def _step(vendor: str, task: str | Column) -> Outcome:
    return kill(vendor, task) if isinstance(task, str) else try_choices(vendor, task)
