"""`plan`, `cleanup`, `baseline`, `init`, `requirements` and `selftest`."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.journal import Journal, Removal
from conformance.runs import RunFolder

from ..report.documents import ONE, failing, passing, told  # noqa: TID252 - no package with a name
from ..test_running import configured  # noqa: TID252 - as above
from .commands import mistake, run, written


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_plan_counts_by_profile() -> None:
    """Requests by operation, what is made, and whose credentials are used."""
    result = run("plan", "akinon")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["smoke", "read-only", "full"]
    counts = {line.rsplit(maxsplit=3)[0].strip(): line.split()[-3:] for line in lines[1:3]}
    smoke, reading, full = map(int, counts["requests"])
    assert 0 < smoke < 50 <= full
    assert 0 < reading < full
    assert any(line.strip().startswith("POST /users/segments/") for line in lines)
    assert lines[-1].startswith("credentials that are used: ")


def test_a_plan_counts_what_the_configuration_can_judge(tmp_path: Path) -> None:
    """The one in the working directory, unless another is named."""
    text = '[akinon]\nbase_url = "http://127.0.0.1:9"\n'
    (tmp_path / "conformance.toml").write_text(text)
    poor = run("plan", "akinon")
    (tmp_path / "conformance.toml").rename(tmp_path / "other.toml")
    assert run("plan", "akinon", "--config", "other.toml").stdout == poor.stdout
    assert run("plan", "akinon").stdout != poor.stdout
    assert "none.toml: No such file" in mistake("plan", "akinon", "--config", "none.toml")


def _journal(folder: Path, run_: str = "abcdef") -> Journal:
    return Journal(RunFolder(run_, folder).journal("emporix"))


REMOVAL = Removal("DELETE-customer-segment-remove-segment", {"segmentId": "{id}"}, {}, "manage")


@pytest.mark.parametrize("name", ["zzzzzz", "../x", ".", "a/b", ""])
def test_a_run_that_left_nothing_is_not_known(tmp_path: Path, name: str) -> None:
    """Those that did are named; a path is no run."""
    journal = _journal(tmp_path / ".segment-conformance")
    journal.plan("segment", "N", REMOVAL)
    told_ = mistake("cleanup", "--run", name)
    assert told_.startswith(f"there is no run {name!r} that left something behind")
    assert told_.endswith("; there are abcdef") == (name == "zzzzzz")


def test_a_run_is_cleaned_up_at_the_target_of_the_configuration(tmp_path: Path) -> None:
    """Which is looked at first."""
    _journal(tmp_path / "runs").plan("segment", "N", REMOVAL)
    arguments = ("cleanup", "--run", "abcdef", "--folder", "runs")
    assert "there is no conformance.toml here" in mistake(*arguments)
    (tmp_path / "runs" / "abcdef" / "emporix.jsonl").rename(
        tmp_path / "runs" / "abcdef" / "x.jsonl"
    )
    assert "there is no vendor 'x'" in mistake(*arguments)


def test_what_became_of_everything_is_told(tmp_path: Path, served: str) -> None:
    """Then the run is forgotten, unless something may be somebody else's."""
    configured(tmp_path, "emporix", served).rename(tmp_path / "conformance.toml")
    journal = _journal(tmp_path / ".segment-conformance")
    journal.plan("segment", "Conformance abcdef 0123456789", REMOVAL)
    journal.made(journal.plan("segment", "N", REMOVAL), "sc-nobody-has-this")
    result = run("cleanup", "--run", "abcdef")
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "removed: segment N sc-nobody-has-this\n"
        "was never made: segment Conformance abcdef 0123456789\n"
        "run abcdef: nothing is left\n"
    )
    assert not (tmp_path / ".segment-conformance").exists()
    journal = _journal(tmp_path / ".segment-conformance")
    journal.stray(journal.plan("segment", "N", REMOVAL), "golden-segment", "it was there before")
    result = run("cleanup", "--run", "abcdef", "--base-url", f"{served}/")
    assert result.exit_code == 2
    assert (
        "may be somebody else's and was not touched: segment N golden-segment (it was there before)"
        in result.stdout
    )
    assert result.stdout.endswith("run abcdef: something is still there\n")
    assert (tmp_path / ".segment-conformance" / "abcdef" / "emporix.jsonl").exists()


def test_an_update_adds_what_fails(tmp_path: Path) -> None:
    """With a day on which it ends; the reasons are to be written."""
    written(tmp_path, "r.json", told(failing(), passing()))
    result = run("baseline", "update", "k.toml", "--results", "r.json", "--expires", "2099-01-31")
    assert (result.exit_code, result.stdout) == (0, "k.toml: 1 added, 1 known\n")
    (row,) = tomllib.loads((tmp_path / "k.toml").read_text())["known"]
    assert row["requirement"] == ONE
    assert row["reason"] == "not looked at yet"
    assert str(row["expires"]) == "2099-01-31"


def test_pruning_keeps_what_was_not_judged(tmp_path: Path) -> None:
    """Only what passes is taken out: a short run proves nothing about the rest."""
    written(tmp_path, "fails.json", told(failing()))
    run("baseline", "update", "k.toml", "--results", "fails.json")
    written(tmp_path, "open.json", told(passing()))
    result = run("baseline", "prune", "k.toml", "--results", "open.json")
    assert result.stdout == "k.toml: 0 taken out, 1 known\n"
    written(tmp_path, "passes.json", told(passing(id_=ONE)))
    result = run("baseline", "prune", "k.toml", "--results", "passes.json")
    assert result.stdout == "k.toml: 1 taken out, 0 known\n"


@pytest.mark.parametrize("command", ["update", "prune"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "r.json: not JSON"),
        (b"\xff", "r.json: not JSON"),
        (b"[]", "r.json: not the results.json of a run"),
        (b'{"vendor": "emporix"}', "r.json: not the results.json of a run"),
        (None, "r.json: No such file or directory"),
    ],
)
def test_results_that_are_none_are_told(
    tmp_path: Path, command: str, content: bytes | None, words: str
) -> None:
    """And the baseline stays as it is."""
    if content is not None:
        (tmp_path / "r.json").write_bytes(content)
    (tmp_path / "k.toml").write_text("")
    assert words in mistake("baseline", command, "k.toml", "--results", "r.json")
    assert (tmp_path / "k.toml").read_text() == ""


def test_a_baseline_that_is_none_is_told(tmp_path: Path) -> None:
    """It is not overwritten."""
    written(tmp_path, "r.json", told(failing()))
    (tmp_path / "k.toml").write_text("x = 1")
    told_ = mistake("baseline", "update", "k.toml", "--results", "r.json")
    assert "a baseline is a list of [[known]] and nothing else" in told_
    assert (tmp_path / "k.toml").read_text() == "x = 1"


@pytest.mark.parametrize("vendor", ["akinon", "emporix", "openloyalty"])
def test_init_prints_a_configuration(vendor: str) -> None:
    """To be redirected into a file."""
    result = run("init", vendor)
    assert result.exit_code == 0
    assert list(tomllib.loads(result.stdout)) == [vendor]


def test_init_asks_the_target_of_a_configuration(tmp_path: Path, served: str) -> None:
    """And prints what it told, as facts to be added."""
    config = configured(tmp_path, "akinon", served)
    result = run("init", "akinon", "--config", config)
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["akinon"]["known"]["segments"]
    assert "none.toml: No such file" in mistake("init", "akinon", "--config", "none.toml")


def test_the_ledger_is_printed_in_three_forms() -> None:
    """With tests and defects of each requirement."""
    rows: list[dict[str, Any]] = json.loads(
        run("requirements", "akinon", "--format", "json").stdout
    )
    one = next(each for each in rows if each["id"] == "AKN-020")
    assert one["tests"]
    assert one["defects"]
    table = list(
        csv.DictReader(io.StringIO(run("requirements", "akinon", "--format", "csv").stdout))
    )
    assert [each["id"] for each in table] == [each["id"] for each in rows]
    assert table[0].keys() == one.keys()
    lines = run("requirements", "akinon").stdout.splitlines()
    assert lines[0].startswith("| id | level |")
    assert len(lines) == len(rows) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {10}


def test_one_defect_is_proven() -> None:
    """By a test that names what it violates."""
    result = run("selftest", "akinon", "--defect", "akinon.set-answers-201", "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "akinon.set-answers-201" in result.stdout
    assert "test_choosing.py::" in result.stdout
    assert "akinon: 1 of 1 defects caught, " in result.stdout
    printed = run(
        "selftest", "akinon", "--defect", "akinon.set-answers-201", "--workers", "1", "--json"
    )
    (matrix,) = json.loads(printed.stdout)
    assert matrix["proven"]
    assert matrix["rows"][0]["caught"]


def test_a_defect_that_is_not_there_is_told() -> None:
    """With the nearest."""
    told_ = mistake("selftest", "akinon", "--defect", "akinon.set-answers-20")
    assert (
        "There is no defect 'akinon.set-answers-20'. Did you mean akinon.set-answers-201?" in told_
    )
