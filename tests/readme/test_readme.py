"""What README.md says is true."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockserver import contracts
from mockserver.cli import cli
from mockserver.vendors import ROOMS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = [block.strip() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]


def test_ci_runs_the_test_line() -> None:
    """The script of CI runs the line that passes the tests, to the letter."""
    start, test, *_ = BLOCKS

    assert start.endswith("segment-mock")
    assert test.endswith("tox")
    assert test in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_every_option_is_told() -> None:
    """The table of options names the options of `serve`, all of them and no others."""
    table = README.partition("## Options")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(--[a-z-]+)(?:`| )", table.partition("`segment-mock choices`")[0]))
    there = {
        option
        for parameter in cli.commands["serve"].params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }

    assert told - there == set()
    assert there - told == {"--validate-replies", "--cors"}


@pytest.mark.parametrize("line", BLOCKS[2].splitlines(), ids=["emporix", "openloyalty", "akinon"])
def test_the_first_steps_work(line: str, served: str) -> None:
    """Every curl of the first steps answers 200 on a mock started without options."""
    asked = re.search(r"\$\(\.venv/bin/segment-mock ([^)]*)\)", line)
    assert asked is not None
    printed = subprocess.run(  # noqa: S603 - a line of our README
        [sys.executable, "-m", "mockserver", *asked[1].split()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    _, _, header, url = shlex.split(line.replace(asked[0], printed))
    name, _, value = header.partition(": ")
    answer = httpx.get(url.replace("http://127.0.0.1:8080", served), headers={name: value})

    assert answer.status_code == 200
    assert answer.json()


@pytest.mark.parametrize("vendor", ROOMS)
def test_the_cast_is_who_it_is_said_to_be(vendor: str) -> None:
    """Everybody in the table of the cast stands in every world, under the e-mail given there."""
    table = (contracts.fixtures_folder() / "README.md").read_text("utf-8")
    told = set(re.findall(r"[a-z.]+@example\.com", table))
    world = contracts.fixture_path(vendor).read_text("utf-8")

    assert len(told) == 5
    assert all(email in world for email in told)
