"""`run`, `replay` and `check-har`: what they print and write, and how they end."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ...conftest import running  # noqa: TID252 - the tests are no package with a name
from ..test_running import DEFECT, VIOLATED, configured  # noqa: TID252 - as above
from .commands import mistake, run, written

ONE_FILE = ("--", "-k", "test_csrf or test_choosing", "-p", "no:terminal")
CSRF = ("run", "akinon", "--self", "--requirement", "AKN-020")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a configuration for a mock with a defect, which is running."""
    folder = tmp_path_factory.mktemp("broken")
    with running(folder, "--vendor", "akinon", "--defect", DEFECT) as url:
        configured(folder, "akinon", url).rename(folder / "conformance.toml")
        yield folder


@pytest.fixture
def here(broken: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, as the working directory."""
    monkeypatch.chdir(broken)
    return broken


def test_a_conformant_target_ends_with_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thing that a new user tries; nothing is written unless it is asked for."""
    monkeypatch.chdir(tmp_path)
    result = run(*CSRF)
    assert result.exit_code == 0
    assert "Akinon at http://segment-mock: conformant (1 pass)" in result.stdout
    assert result.stderr.startswith("run aaaaaa, seed 0, profile full\n")
    assert list(tmp_path.iterdir()) == []


def test_a_violation_ends_with_1(here: Path) -> None:
    """And is told with all that is needed; `conformance.toml` is found where the user is."""
    result = run(
        "run", "akinon", "--requirement", VIOLATED, "--report-dir", "a/b", "--junitxml", "c/j.xml"
    )
    assert result.exit_code == 1
    assert f"{VIOLATED} (must)" in result.stdout
    assert "curl -sS -i -X POST" in result.stdout
    assert "wrote a/b/report.html\n" in result.stderr
    assert "wrote c/j.xml\n" in result.stderr
    suite = ET.parse(here / "c" / "j.xml").getroot()[0]  # noqa: S314 - we have just written it
    assert int(suite.attrib["failures"]) > 0
    assert not (here / ".segment-conformance").exists()


def test_a_scenario_fails_again_until_it_is_mended(here: Path) -> None:
    """Against the target with exit code 1, against the clean mock with 0."""
    run("run", "akinon", "--requirement", VIOLATED, "--report-dir", "r")
    file = f"r/scenarios/{VIOLATED}.json"
    again = run("replay", file)
    assert again.exit_code == 1
    assert again.stdout.endswith(f"{VIOLATED} fails as it did\n")
    assert ": 201 then, 201 now\n" in again.stdout
    clean = run("replay", file, "--self")
    assert clean.exit_code == 0
    assert clean.stdout.endswith(f"{VIOLATED} does not fail any more\n")
    assert "! " in clean.stdout
    assert ": 201 then, 200 now\n" in clean.stdout
    scenario = json.loads((here / file).read_text("utf-8"))
    gone = written(
        here, "gone.json", {**scenario, "test": scenario["test"].rpartition("::")[0] + "::no"}
    )
    nothing = run("replay", gone, "--self")
    assert nothing.exit_code == 2
    assert f"{VIOLATED} could not be judged (inconclusive)" in nothing.stdout
    assert ": 201 then, - now\n" in nothing.stdout


def test_the_traffic_of_a_run_can_be_judged(here: Path) -> None:
    """The defect is seen there too; without it nothing is."""
    run("run", "akinon", "--requirement", VIOLATED, "--report-dir", "h")
    found = run("check-har", "h/traffic.har", "akinon")
    assert found.exit_code == 1
    assert "-> 201: status: " in found.stdout
    assert " off the contract" in found.stdout
    run(*CSRF, "--report-dir", "g")
    clean = run("check-har", "g/traffic.har", "akinon")
    assert clean.exit_code == 0
    assert clean.stdout.splitlines()[-1].endswith(" within the contract")
    assert "off the contract" not in clean.stdout
    other = run("check-har", "g/traffic.har", "emporix")
    assert other.exit_code == 2
    assert "nothing in g/traffic.har belongs to emporix, so nothing was judged" in other.stderr


def test_a_known_failure_does_not_count(here: Path) -> None:
    """Until it expires."""
    wanted = ("--requirement", VIOLATED, "--baseline", "known.toml", "--report-dir", "k")
    args = ("run", "akinon", *wanted)
    (here / "known.toml").write_text("")
    assert run(*args).exit_code == 1
    added = run("baseline", "update", "known.toml", "--results", "k/results.json")
    assert added.stdout == "known.toml: 1 added, 1 known\n"
    result = run(*args)
    assert result.exit_code == 0
    assert "known: not looked at yet" in result.stdout
    text = (here / "known.toml").read_text()
    (here / "known.toml").write_text(text + "expires = 2020-01-01\n")
    assert run(*args).exit_code == 1
    again = run("baseline", "update", "known.toml", "--results", "k/results.json")
    assert again.stdout == (
        f"known.toml: 0 added, 1 known\n{VIOLATED} fails, but is not excused since 2020-01-01\n"
    )


def test_pytest_gets_what_stands_behind_the_dashes() -> None:
    """Whoever selects by it wants to see pytest."""
    result = run("run", "akinon", "--self", "--", "-k", "nothing_is_called_so")
    assert result.exit_code == 2
    assert "not judged (nothing was tested)" in result.stdout


def test_github_gets_annotations(here: Path) -> None:
    """And the summary of the step."""
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(here / "step.md")}
    result = run("run", "akinon", "--requirement", VIOLATED, env=environment)
    assert f"\n::error title={VIOLATED}::" in result.stdout
    assert (here / "step.md").read_text("utf-8").startswith("# Akinon: not conformant\n")


def test_ctrl_c_before_the_tests_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.cli.running.carry_out", interrupted)
    assert run(*CSRF).exit_code == 130


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--requirement", "AKN-999"),
            "akinon has no requirement 'AKN-999'. Did you mean",
        ),
        (("--requirement", "akn-020"), "Did you mean AKN-020?"),
        (
            ("--requirement", "contract:setSegmen"),
            "akinon have no operation 'setSegmen'.",
        ),
        (("--contract", "2026-09"), "akinon has no contract '2026-09'; newer ones: none"),
        (("--requirement", "AKN-003"), "AKN-003 is not judged: "),
        (("--baseline", "none.toml"), "none.toml: No such file or directory"),
        (
            ("--baseline", "strange.toml"),
            "strange.toml: The ledger of akinon has no",
        ),
        (("--report-dir", "strange.toml/x"), "strange.toml/x: Not a directory"),
        (("--junitxml", "strange.toml/x/y"), "strange.toml/x: Not a directory"),
    ],
)
def test_mistakes_of_a_run_are_told_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """In one line; what cannot be written is known before anything is sent."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strange.toml").write_text(
        '[[known]]\nvendor = "akinon"\nrequirement = "AKN-9"\nreason = "x"\n'
    )
    assert words in mistake("run", "akinon", "--self", *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "akinon"), "there is no conformance.toml here"),
        (("run", "akinon", "--config", "none.toml"), "none.toml: No such file or directory"),
        (("replay", "none.json"), "none.json: No such file or directory"),
        (("check-har", "none.har", "akinon"), "none.har: No such file or directory"),
        (
            ("check-har", "x.har", "akinon", "--contract", "1"),
            "no contract '1'; newer ones: none",
        ),
        (("check-har", "x.har", "emporix", "--contract", "1"), "newer ones: 2026-09"),
    ],
)
def test_what_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """In one line."""
    monkeypatch.chdir(tmp_path)
    assert words in mistake(*arguments)


def test_an_archive_without_entries_is_not_judged(tmp_path: Path) -> None:
    """Which is no success."""
    empty: dict[str, Any] = {"log": {"entries": []}}
    result = run("check-har", written(tmp_path, "e.har", empty), "akinon")
    assert result.exit_code == 2
    assert "no entries" in result.stdout
