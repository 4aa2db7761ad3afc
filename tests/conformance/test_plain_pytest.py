"""The kit under plain pytest, as a user starts it: alone, with workers, interrupted, misled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

import conformance

SEGMENTS = "conformance.emporix.journeys.test_segments"
SENTENCE = "there is no conformance.toml here; `segment-conformance init emporix` writes one"
PACKAGE = Path(conformance.__file__).parent
BUNDLED = PACKAGE / "emporix" / "bundled.toml"

Plain = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def plain(tmp_path: Path) -> Plain:
    """Runs pytest with the plugin in a process of its own, in a folder of its own."""
    # Whoever runs these tests with workers or coverage means these tests.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        plugins = ("-p", "conformance.plugin", "-p", "no:cacheprovider")
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "pytest", *plugins, *arguments],
            cwd=tmp_path,
            env=kept,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_tests_of_the_package_can_be_run(plain: Plain, tmp_path: Path) -> None:
    """One module of a vendor, against the bundled mock; nothing is written."""
    done = plain("--pyargs", SEGMENTS, "--conformance-self")
    assert done.returncode == 0, done.stdout
    assert "conformance: run aaaaaa, seed 0, profile full" in done.stdout
    assert re.search(r"= \d\d passed in ", done.stdout)
    assert list(tmp_path.iterdir()) == []


def test_tests_can_be_run_by_workers(plain: Plain) -> None:
    """Each has a target of its own part; the same tests pass."""
    done = plain("--pyargs", SEGMENTS, "--conformance-self", "-n", "2", "-q")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d\d passed in ", done.stdout)


def test_workers_wait_for_each_other_where_they_would_be_in_the_way(
    plain: Plain, tmp_path: Path, served: str
) -> None:
    """A user of Akinon has one current segment: the tests take turns, and all pass."""
    shutil.copy(PACKAGE / "akinon" / "bundled.toml", tmp_path / "conformance.toml")
    tests = "conformance.akinon.journeys"
    done = plain("--pyargs", tests, "--conformance-url", served, "-n", "4", "-q")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d\d passed", done.stdout)
    assert [path.name for path in tmp_path.iterdir()] == ["conformance.toml"]


def test_a_run_that_judged_nothing_is_no_success(plain: Plain) -> None:
    """The exit code is 2 when every test was left out; one that was not makes it 0."""
    choosing = "conformance.akinon.journeys.test_choosing"
    reading = ("--conformance-self", "--conformance-profile", "read-only")
    done = plain("--pyargs", choosing, *reading)
    assert done.returncode == 2, done.stdout
    assert "nothing was judged" in done.stdout
    done = plain("--pyargs", choosing, "conformance.akinon.journeys.test_offers", *reading)
    assert done.returncode == 0, done.stdout
    assert "nothing was judged" not in done.stdout


def test_one_requirement_can_be_judged(plain: Plain) -> None:
    """Only the tests that name it are run, and `-k` chooses among them."""
    done = plain(
        "--pyargs", SEGMENTS, "--conformance-self", "--conformance-requirement", "EMX-051",
        "-k", "can_be_read",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert re.search(r"= 1 passed, \d\d deselected", done.stdout)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_missing_configuration_is_one_sentence(plain: Plain, workers: tuple[str, ...]) -> None:
    """The exit code is 2, with workers too: none of them is taken for dead."""
    done = plain("--pyargs", SEGMENTS, *workers)
    assert done.returncode == 2
    assert done.stdout.count(SENTENCE) == 1
    for word in ("Traceback", "crashed", "INTERNALERROR"):
        assert word not in done.stdout + done.stderr


STORY = """
import os, signal
from conformance.journal import Removal
from conformance.judging import judges

@judges("EMX-050")
def test_it(emporix):
    segment = emporix.segment()
    print("made", segment)
    END
"""
INTERRUPTED = """signal.signal(signal.SIGINT, signal.default_int_handler)
    os.kill(os.getpid(), signal.SIGINT)"""
STUCK = 'emporix.session.journal.made(emporix.plan("thing", "a", Removal("no-such"), "it"))'


@pytest.mark.parametrize(
    ("end", "code", "left"),
    [("pass", 0, 0), (INTERRUPTED, 2, 0), (STUCK, 0, 1)],
    ids=["completed", "interrupted", "stuck"],
)
def test_what_was_made_is_removed(
    plain: Plain, tmp_path: Path, served: str, end: str, code: int, left: int
) -> None:
    """From a target on the network, on Ctrl-C too; a journal stays only where something does."""
    (tmp_path / "test_story.py").write_text(STORY.replace("END", end))
    (tmp_path / "conformance.toml").write_text(BUNDLED.read_text("utf-8"), "utf-8")
    done = plain("test_story.py", "--conformance-url", served, "-s")
    assert done.returncode == code, done.stdout
    found = re.search(r"made (\S+)", done.stdout)
    assert found is not None, done.stdout
    answer = requests.get(
        f"{served}/customer-segment/acme/segments/{found[1]}",
        headers={"Authorization": f"Bearer {token(served)}"},
        timeout=10,
    )
    assert answer.status_code == 404
    journals = list(tmp_path.glob(".segment-conformance/*/emporix.jsonl"))
    assert len(journals) == left
    assert (tmp_path / ".segment-conformance").exists() == bool(left)
    assert ("left at the target by run" in done.stdout) == bool(left)
    if left:
        run = journals[0].parent.name
        assert f"conformance: run {run}, seed 0" in done.stdout
        assert f"segment-conformance cleanup --run {run} tries again" in done.stdout


def token(served: str) -> str:
    """Return an access token of the mock that may read segments."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "acme-reader",
        "client_secret": "segment-demo",
        "scope": "customersegment.segment_read",
    }
    answer = requests.post(f"{served}/oauth/token", data=form, timeout=10)
    return str(answer.json()["access_token"])
