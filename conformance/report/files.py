"""Writes the reports of a run into a folder, and what GitHub Actions shows of them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from conformance.report.badge import badge
from conformance.report.har import har
from conformance.report.junit import junit
from conformance.report.page import page
from conformance.report.summary import shortened, summary, workflow_commands
from conformance.scenario import scenarios

_HALVES: Final = "backslashreplace"
"""JSON may hold halves of characters, which UTF-8 cannot: `\\ud800` is what JSON calls them."""


def write_all(
    document: Mapping[str, Any],
    folder: Path | None,
    environment: Mapping[str, str] = os.environ,
) -> list[Path]:
    """Write every report that was asked for and return where. Raises OSError."""
    written = []
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (folder / "scenarios").glob("*.json"):
            old.unlink()  # of the run before: what fails no longer must not seem to
        for name, text in _texts(document).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", _HALVES)
            written.append(path)
        with (folder / "traffic.har").open("w", encoding="utf-8", errors=_HALVES) as file:
            har(document, file)
        written.append(folder / "traffic.har")
    if environment.get("GITHUB_ACTIONS") == "true":
        for line in workflow_commands(document):
            click.echo(line)
        if page_of_job := environment.get("GITHUB_STEP_SUMMARY"):
            with Path(page_of_job).open("a", encoding="utf-8", errors=_HALVES) as file:
                file.write(shortened(summary(document)))
    return written


def write_junit(document: Mapping[str, Any], path: Path) -> None:
    """Write JUnit XML. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(junit(document), "utf-8")


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    return {
        "results.json": json.dumps(document, ensure_ascii=False, indent=1),
        "report.html": page(document),
        "summary.md": summary(document),
        "badge.svg": badge(document),
        **{
            f"scenarios/{name}.json": json.dumps(scenario, ensure_ascii=False, indent=2)
            for name, scenario in scenarios(document).items()
        },
    }
