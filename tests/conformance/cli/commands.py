"""Runs commands as a user does, in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from conformance.cli.commands import cli


def run(*arguments: object, **options: Any) -> Result:
    """Return what a command printed, and its exit code; a bug of ours is raised."""
    result = CliRunner().invoke(
        cli, [str(each) for each in arguments], prog_name="segment-conformance", **options
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def mistake(*arguments: object, **options: Any) -> str:
    """Return the one line that a mistake is answered with; its exit code is 2."""
    result = run(*arguments, **options)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    told = [line for line in result.stderr.splitlines() if not line.startswith("run ")]
    (line,) = told
    assert line.startswith("segment-conformance: ")
    return line.removeprefix("segment-conformance: ")


def written(folder: Path, name: str, value: Any) -> Path:
    """Return a file with a JSON value."""
    path = folder / name
    path.write_text(json.dumps(value), "utf-8")
    return path
