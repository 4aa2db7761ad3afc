"""Tests of the kit that are run by pytest in this process, with the plugin, and watched."""

from __future__ import annotations

import pytest

from conformance.execution import Result
from conformance.gathering import Gathered, Gatherer
from conformance.plugin import GATHERER, KIT, Kit

PLAIN = ("-p", "conformance.plugin", "-p", "no:cacheprovider", "-p", "no:xdist")
SELF = (*PLAIN, "--conformance-self")
IMPORTS = """
import pytest
from conformance.emporix import operations as op
from conformance.judging import Unmet, judges
"""
KINDS = f"""{IMPORTS}
@judges("EMX-001", smoke=True)
def test_smoke(emporix):
    emporix.judge("EMX-001", emporix.send(op.LIST, by="")).status(401)

@judges("EMX-001", "EMX-002", read_only=True)
def test_read_only(emporix):
    \"\"\"The first
    sentence.

    More.\"\"\"
    emporix.judge(("EMX-001", "EMX-002"), emporix.send(op.LIST, by="")).status(401)

@judges("EMX-600")
def test_coupons(emporix):
    emporix.judge("EMX-600").that(True, "fine")

@judges("EMX-400")
def test_newer(emporix):
    emporix.judge("EMX-400").that(True, "fine")

@judges("EMX-050")
def test_wrong(emporix):
    emporix.judge("EMX-050", emporix.send(op.LIST)).status(418)

@judges("EMX-051")
def test_unmet(emporix):
    raise Unmet("there is nothing")
"""


class Watching:
    """Keeps the kit, and gathers what was found."""

    def __init__(self) -> None:
        self.kit: Kit | None = None
        self.told: list[Result] = []
        self.gatherer = Gatherer(self.listen)

    def listen(self, _gathered: Gathered, result: Result | None) -> None:
        """Keep a result."""
        if result is not None:
            self.told.append(result)

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the gatherer before the plugin registers its own."""
        config.pluginmanager.register(self.gatherer, GATHERER)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the kit."""
        self.kit = session.config.stash[KIT]

    def endings(self) -> dict[str, str]:
        """Return how every test ended."""
        return {each.test.rpartition("::")[2]: each.ending for each in self.told}


class Running:
    """Runs tests with the plugin in this process."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.watching = Watching()

    def __call__(self, text: str, *options: str, interrupted: bool = False) -> pytest.RunResult:
        """Run a file of tests; `watching` has what was found."""
        self.watching = Watching()
        path = self.pytester.makepyfile(test_file=text)
        return self.pytester.runpytest_inprocess(
            path, *options, plugins=[self.watching], no_reraise_ctrlc=interrupted
        )

    @property
    def results(self) -> dict[str, Result]:
        """What came of every test."""
        return {each.test.rpartition("::")[2]: each for each in self.watching.told}
