"""Mocks that run as a user would start them, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running(folder: Path, *options: str) -> Iterator[str]:
    """Run a mock on a free port; yield its base URL."""
    ready, log = folder / "url", folder / "log"
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--ready-file", str(ready)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, *options], stdout=output, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, "the mock did not start in a minute"
                time.sleep(0.01)
            yield ready.read_text().strip()
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a mock."""
    with running(tmp_path_factory.mktemp("served")) as url:
        yield url


@pytest.fixture(scope="session")
def served_newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a mock of the newest contracts."""
    folder = tmp_path_factory.mktemp("newer")
    with running(folder, "--vendor", "emporix", "--contract", "emporix=2026-09") as url:
        yield url
