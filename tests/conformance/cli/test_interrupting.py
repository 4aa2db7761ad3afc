"""A run that is stopped: politely it cleans up, brutally somebody else can do so later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import requests

from ...conftest import running  # noqa: TID252 - the tests are no package with a name
from ..test_running import configured  # noqa: TID252 - as above

START = """
import signal
# Whoever runs the tests in the background of a shell ignores Ctrl-C; a run must not.
signal.signal(signal.SIGINT, signal.default_int_handler)
from conformance.cli import main
main()
"""
ENOUGH = 25
"""Events in the journal after which something is bound to be at the target."""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The base URL of a mock, and a configuration for it."""
    folder = tmp_path_factory.mktemp("stopped")
    with running(folder, "--vendor", "emporix") as url:
        yield url, configured(folder, "emporix", url)


def _at(url: str) -> set[str]:
    """Return the ids of the segments and coupons that the target has."""
    login = {
        "grant_type": "client_credentials",
        "client_id": "acme-backoffice",
        "client_secret": "segment-demo",
    }
    found: set[str] = set()
    with requests.Session() as session:
        session.trust_env = False
        token = session.post(f"{url}/oauth/token", data=login, timeout=10).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        for path, field in (
            ("customer-segment/acme/segments", "id"),
            ("coupon/acme/coupons", "code"),
        ):
            rows = session.get(f"{url}/{path}?pageSize=500", timeout=10).json()
            found |= {row[field] for row in rows}
    return found


@contextmanager
def _run(folder: Path, config: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a run; yield it and its id once it has made something."""
    command = [sys.executable, "-c", START, "run", "emporix", "--config", str(config)]
    log = folder / "log"
    with log.open("w") as file, _process([*command, *options], folder, file) as process:
        deadline = time.monotonic() + 60
        while not (journals := _events(folder)):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, "nothing was made in a minute"
            time.sleep(0.01)
        yield process, journals


@contextmanager
def _process(command: list[str], folder: Path, file: IO[str]) -> Iterator[subprocess.Popen[str]]:
    root = str(Path(__file__).parents[3])
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=folder, env={**os.environ, "PYTHONPATH": root}, text=True,
        stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def _events(folder: Path) -> str:
    """Return the id of the run once its journals have enough events."""
    paths = list(folder.glob(".segment-conformance/*/*.jsonl"))
    events = sum(path.read_text("utf-8").count('"made"') for path in paths)
    return paths[0].parent.name if events >= ENOUGH else ""


@pytest.mark.parametrize(
    ("stop", "options"),
    [(signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGINT, ("--workers", "2"))],
)
def test_a_run_that_is_asked_to_stop_leaves_nothing(
    mock: tuple[str, Path], tmp_path: Path, stop: signal.Signals, options: tuple[str, ...]
) -> None:
    """Ctrl-C, which reaches every process, and SIGTERM, which reaches one: exit code 130."""
    url, config = mock
    before = _at(url)
    with _run(tmp_path, config, *options, "--report-dir", "report") as (process, _):
        if stop is signal.SIGINT:
            os.killpg(process.pid, stop)
        else:
            process.send_signal(stop)
        assert process.wait(timeout=60) == 130
    assert _at(url) == before
    assert not (tmp_path / ".segment-conformance").exists()
    assert '"exit_code": 130' in (tmp_path / "report" / "results.json").read_text("utf-8")
    assert ": interrupted (" in (tmp_path / "log").read_text("utf-8")


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_what_a_killed_run_left_can_be_removed(
    mock: tuple[str, Path], tmp_path: Path, options: tuple[str, ...]
) -> None:
    """By its id, in the same folder; then there is nothing more to remove."""
    url, config = mock
    before = _at(url)
    with _run(tmp_path, config, *options) as (process, name):
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL
    command = [
        sys.executable,
        "-m",
        "conformance",
        "cleanup",
        "--config",
        str(config),
        "--run",
        name,
    ]
    log = tmp_path / "cleanup.log"
    with log.open("w") as file, _process(command, tmp_path, file) as cleaning:
        assert cleaning.wait(timeout=60) == 0, log.read_text()
    assert log.read_text().endswith(f"run {name}: nothing is left\n")
    assert _at(url) == before
    with log.open("w") as file, _process(command, tmp_path, file) as cleaning:
        assert cleaning.wait(timeout=60) == 2
    assert "there is no run" in log.read_text()
