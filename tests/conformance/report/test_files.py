"""Reports as files: all of them, of any run, without secrets, and soon."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from conformance.report.files import write_all, write_junit

from .documents import NASTY, ONE, exchange, failing, off_contract, passing, told

FILES = {"results.json", "report.html", "summary.md", "badge.svg", "traffic.har"}
HALF = failing(actual="\ud83d", exchanges=(exchange(2, url="/\ud83d", headers=(("A", "\udc00"),)),))

ODD = failing(actual=NASTY, exchanges=(exchange(2, answer=NASTY),))


def _written(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_report_is_written_and_named(tmp_path: Path) -> None:
    """A failure becomes a scenario as well; folders are made."""
    folder = tmp_path / "not" / "there"
    paths = write_all(told(failing(), passing()), folder, {})
    assert _written(folder) == FILES | {f"scenarios/{ONE}.json"}
    assert {str(path.relative_to(folder)) for path in paths} == _written(folder)


def test_nothing_is_written_where_nothing_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is said outside of GitHub Actions."""
    assert write_all(told(failing()), None, {}) == []
    assert capsys.readouterr().out == ""


def test_scenarios_of_the_run_before_are_taken_away(tmp_path: Path) -> None:
    """What fails no longer must not seem to; other files stay."""
    write_all(told(failing(), off_contract()), tmp_path, {})
    assert (tmp_path / "scenarios" / "contract-listSegments.json").exists()
    (tmp_path / "scenarios" / "notes.txt").write_text("mine")
    write_all(told(failing()), tmp_path, {})
    assert _written(tmp_path) == FILES | {f"scenarios/{ONE}.json", "scenarios/notes.txt"}


@pytest.mark.parametrize(
    "result", [HALF, failing(actual=NASTY, exchanges=(exchange(2, answer=NASTY),))]
)
def test_any_text_can_be_written(tmp_path: Path, result: Any) -> None:
    """Halves of characters, which only JSON can hold, too."""
    document = told(result)
    write_all(
        document, tmp_path, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    )
    assert json.loads((tmp_path / "results.json").read_text("utf-8")) == document
    assert json.loads((tmp_path / "traffic.har").read_text("utf-8"))["log"]["entries"]
    ET.parse(tmp_path / "badge.svg")  # noqa: S314 - we have just written it
    write_junit(document, tmp_path / "junit.xml")
    ET.parse(tmp_path / "junit.xml")  # noqa: S314 - as above


def test_github_is_told_in_its_own_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Annotations, and a summary that is added to what is there."""
    file = tmp_path / "step.md"
    file.write_text("before\n")
    write_all(told(failing()), None, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(file)})
    assert capsys.readouterr().out.startswith(f"::error title={ONE}::")
    assert file.read_text("utf-8").startswith("before\n# Akinon: not conformant\n")


def test_a_folder_that_is_a_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """The command line tells it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="exists"):
        write_all(told(), tmp_path / "file", {})


def test_five_thousand_exchanges_are_written_in_two_seconds(tmp_path: Path) -> None:
    """Usual ones, of about two kilobytes; by the clock of this process, however busy others are."""
    answer = json.dumps([{"id": number, "name": "a segment"} for number in range(20)])
    headers = tuple((f"X-Header-{number}", "value " * 3) for number in range(6))
    exchanges = tuple(
        exchange(number, method="PUT", headers=headers, body='{"name": "x"}', answer=answer)
        for number in range(1, 51)
    )
    results = [
        replace(failing(exchanges=exchanges), test=f"akinon/journeys/test_x.py::test_{number}")
        for number in range(100)
    ]
    document = told(*results)
    assert document["counts"]["exchanges"] == 5000
    began = process_time()
    write_all(document, tmp_path, {})
    assert process_time() - began < 2
