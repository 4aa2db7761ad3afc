"""Gathers what all processes of a run found: a pytest plugin of the process that decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pytest

from conformance.execution import Result
from conformance.results import packed, unpacked
from conformance.safety import Counts
from conformance.session import BACKGROUND, Session

OUTPUT: Final = "conformance"
"""What a worker of pytest-xdist hands over stands under this name."""


@dataclass(slots=True)
class Gathered:
    """What was found, by all processes together."""

    results: list[Result] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    left: list[dict[str, Any]] = field(default_factory=list)
    """Creations that could not be removed."""
    created: int = 0
    collected: int = 0
    broken: list[str] = field(default_factory=list)
    """Why tests could not be collected, or workers died."""

    @property
    def judged_nothing(self) -> bool:
        """True when tests of the kit were run, and none of them came to judge anything."""
        tests = [result for result in self.results if result.test != BACKGROUND]
        judged = ("pass", "fail")
        return bool(tests) and not any(
            each.outcome in judged for result in tests for each in result.judgements
        )

    def add(self, parts: dict[str, Any]) -> None:
        """Add what one process hands over."""
        for name, value in parts["counts"].items():
            setattr(self.counts, name, getattr(self.counts, name) + value)
        self.left += parts["left"]
        self.created += parts["created"]
        self.results += [unpacked(row) for row in parts["results"]]


def parts_of(session: Session, background: Result) -> dict[str, Any]:
    """Return what a session hands over when it ends, as JSON values."""
    return {
        "counts": asdict(session.governor.counts),
        "created": session.journal.count,
        "left": [
            {"kind": each.kind, "name": each.name, "id": each.id, "reason": each.reason}
            for each in session.journal.remaining()
        ],
        "results": [packed(background)],
    }


class Gatherer:
    """Listens to pytest in the process that decides."""

    def __init__(self, listener: Callable[[Gathered, Result | None], None]) -> None:
        """`listener` is told after every test, and with None after the collection."""
        self.gathered = Gathered()
        self._listener = listener

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests."""
        self.gathered.collected = len(session.items)
        self._listener(self.gathered, None)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self.gathered.broken.append(str(report.longrepr))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Count the tests: with workers it is they who collect."""
        if not self.gathered.collected:
            self.gathered.collected = len(ids)
            self._listener(self.gathered, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result of a test."""
        row = getattr(report, "conformance", None)
        if row is not None:
            result = unpacked(row)
            self.gathered.results.append(result)
            self._listener(self.gathered, result)
        elif report.failed:
            self.gathered.broken.append(f"{report.nodeid}: {report.longreprtext[-2000:]}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker hands over when it ends."""
        if error:
            self.gathered.broken.append(f"a worker died: {error}")
        for parts in getattr(node, "workeroutput", {}).get(OUTPUT, ()):
            self.gathered.add(parts)
