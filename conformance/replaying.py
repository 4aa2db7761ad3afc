"""Runs the scenario of a failure again, and compares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.config import ConfigError
from conformance.execution import CONTRACT, Result
from conformance.running import PACKAGE, Finished, Listener, Order, carry_out
from conformance.scenario import FORMAT
from conformance.verdicts import EXIT_CONFORMANT, EXIT_UNJUDGED, EXIT_VIOLATED


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of running a scenario again."""

    scenario: Mapping[str, Any]
    finished: Finished
    verdict: str
    """The verdict on the scenario's requirement now."""

    @property
    def exit_code(self) -> int:
        """1 when it fails as it did, 0 when it does not, 2 when that could not be found out."""
        known = {"fail": EXIT_VIOLATED, "known": EXIT_VIOLATED, "pass": EXIT_CONFORMANT}
        return known.get(self.verdict, EXIT_UNJUDGED)

    @property
    def result(self) -> Result | None:
        """The test's result, when it was run."""
        found = [each for each in self.finished.gathered.results if each.test == self.test]
        return found[0] if found else None

    @property
    def test(self) -> str:
        """The name of the test."""
        return str(self.scenario["test"])


def read(path: Path) -> Mapping[str, Any]:
    """Return a scenario. Raises ConfigError."""
    try:
        scenario = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: {reason}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not JSON: {error}") from None
    needed = {"format", "vendor", "requirement", "test", "run", "exchanges", "failure"}
    if not isinstance(scenario, dict) or needed - scenario.keys():
        raise ConfigError(f"{path}: not a scenario; a run writes them into scenarios/")
    if scenario["format"] != FORMAT:
        raise ConfigError(f"{path}: has format {scenario['format']}, this kit knows {FORMAT}")
    file = str(scenario["test"]).partition("::")[0]
    if not (PACKAGE / file).is_file() or ".." in Path(file).parts:
        raise ConfigError(f"{path}: this kit has no test {scenario['test']}")
    return scenario


def replay(scenario: Mapping[str, Any], order: Order, run: str, listener: Listener) -> Replayed:
    """Run the test of a scenario with its seed. Raises ConfigError and NotReady."""
    wanted = str(scenario["requirement"])
    only = () if wanted.startswith(CONTRACT) else (wanted,)
    told = replace(
        order,
        seed=int(scenario["run"]["seed"]),
        profile=scenario["run"]["profile"],
        tests=(str(scenario["test"]),),
        requirements=only,
    )
    finished = carry_out(told, run, listener)
    found = [ruling.verdict for ruling in finished.verdicts.rulings if ruling.id == wanted]
    return Replayed(scenario, finished, found[0] if found else "inconclusive")
