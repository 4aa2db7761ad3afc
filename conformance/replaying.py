"""Runs the scenario of a failure again, and compares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from conformance.config import ConfigError
from conformance.execution import Result
from conformance.results import unpacked_exchange
from conformance.running import PACKAGE, Finished, Listener, Order, carry_out
from conformance.scenario import BUNDLED, FORMAT, PUBLISHED
from conformance.session import ProfileName
from conformance.vendors import VENDORS
from conformance.verdicts import EXIT_CONFORMANT, EXIT_INTERRUPTED, EXIT_UNJUDGED, EXIT_VIOLATED


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of running a scenario again."""

    scenario: Mapping[str, Any]
    finished: Finished
    verdict: str
    """The verdict on the scenario's requirement now."""

    @property
    def exit_code(self) -> int:
        """1 when it fails as it did, 0 when it does not, 2 when that could not be found out.

        130 when it was interrupted.
        """
        if self.finished.exit_code == EXIT_INTERRUPTED:
            return EXIT_INTERRUPTED
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
    if not isinstance(scenario, dict) or not _is_whole(scenario):
        raise ConfigError(f"{path}: not a scenario; a run writes them into scenarios/")
    if scenario["format"] != FORMAT:
        raise ConfigError(f"{path}: has format {scenario['format']}, this kit knows {FORMAT}")
    if scenario["vendor"] not in VENDORS:
        raise ConfigError(f"{path}: there is no vendor {scenario['vendor']!r}")
    file = PACKAGE / scenario["test"].partition("::")[0]
    ours = (PACKAGE / scenario["vendor"]).resolve()
    # Whoever wrote the file names what is imported and run: it must be one of our tests.
    if not file.is_file() or ours not in file.resolve().parents:
        raise ConfigError(f"{path}: this kit has no test {scenario['test']}")
    return scenario


def _is_whole(scenario: Mapping[str, Any]) -> bool:
    try:
        texts = [
            scenario[name] for name in ("vendor", "contract", "requirement", "test", "judged_by")
        ]
        run = scenario["run"]
        for each in scenario["exchanges"]:
            unpacked_exchange(each)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return (
        "format" in scenario
        and all(isinstance(text, str) for text in texts)
        and isinstance(run, dict)
        and isinstance(run.get("seed"), int)
        and run.get("profile") in get_args(ProfileName)
    )


def replay(scenario: Mapping[str, Any], order: Order, run: str, listener: Listener) -> Replayed:
    """Run the test of a scenario with its seed. Raises ConfigError and NotReady."""
    wanted = str(scenario["requirement"])
    told = replace(
        order,
        seed=scenario["run"]["seed"],
        profile=scenario["run"]["profile"],
        edition=scenario["contract"].removeprefix(BUNDLED),
        as_published=scenario["judged_by"] == PUBLISHED,
        tests=(str(scenario["test"]),),
        requirements=(wanted,),
    )
    finished = carry_out(told, run, listener)
    found = [ruling.verdict for ruling in finished.verdicts.rulings if ruling.id == wanted]
    return Replayed(scenario, finished, found[0] if found else "inconclusive")
