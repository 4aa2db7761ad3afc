"""One run from beginning to end: looks at the target, lets pytest run, folds the verdicts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from conformance import plugin
from conformance.execution import CONTRACT, Result
from conformance.gathering import Gathered, Gatherer
from conformance.remains import remaining, remove_again, told, was_tried
from conformance.runs import RunFolder, new_run_id
from conformance.safety import Limits
from conformance.session import ProfileName, Session
from conformance.verdicts import EXIT_INTERRUPTED, EXIT_UNJUDGED, Scope, Verdicts, fold
from mockserver import contract

PACKAGE = Path(__file__).parent

Listener = Callable[[Gathered, Result | None], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What the user wants done."""

    vendor: str
    config: Path | None = None
    url: str = ""
    bundled: bool = False
    profile: ProfileName = "full"
    seed: int = 0
    max_examples: int = 20
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    requirements: tuple[str, ...] = ()
    edition: str = ""
    """The newer contract to judge by; empty for what the configuration says."""
    as_published: bool = False
    fail_on: Literal["must", "should"] = "must"
    known: Mapping[str, str] = field(default_factory=dict)
    """Known failures with their reasons."""
    folder: Path | None = None
    """Where runs keep their journals."""
    tests: tuple[str, ...] = ()
    """Names of tests below the package, as reports have them; empty for all."""
    pytest: tuple[str, ...] = ()
    """Further arguments of pytest."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a run."""

    order: Order
    run: str
    base_url: str
    edition: str
    gathered: Gathered
    verdicts: Verdicts
    exit_code: int
    started: float
    """Seconds since 1970."""
    seconds: float
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the configuration says about the target, without secrets."""


def options_of(order: Order, run: str) -> plugin.Options:
    """Return an order as the plugin understands it."""
    return plugin.Options(
        config=order.config,
        url=order.url,
        bundled=order.bundled,
        profile=order.profile,
        seed=order.seed,
        run=run,
        settle=None,
        limits=order.limits,
        requirements=order.requirements,
        edition=order.edition,
        as_published=order.as_published,
        max_examples=order.max_examples,
        ready=False,
    )


def new_run(order: Order) -> str:
    """Return the id of a new run; runs against the bundled mock may be equal."""
    return new_run_id(order.seed if order.bundled else None)


def carry_out(order: Order, run: str, listener: Listener) -> Finished:
    """Judge a target.

    Raises ConfigError and NotReady; what happens later is told by the exit code.
    """
    started, clock = time.time(), time.perf_counter()
    folder = RunFolder(run, order.folder)
    session = plugin.opened(order.vendor, options_of(order, run), folder, "look")
    config = session.config
    watch = _Watch(Gatherer(listener))
    code = pytest.main(_arguments(order, run, session.governor.counts.requests), [watch])
    gathered = watch.gatherer.gathered
    _account(gathered, session, folder)
    session.close()
    edition = config.edition
    scope = Scope(
        contract(order.vendor, edition), edition, frozenset(order.requirements), order.as_published
    )
    verdicts = fold(gathered.results, scope, order.known)
    exit_code = verdicts.exit_code(order.fail_on)
    if watch.interrupted:
        exit_code = EXIT_INTERRUPTED
    elif exit_code == 0 and (gathered.broken or code not in _ORDINARY):
        exit_code = EXIT_UNJUDGED
    return Finished(
        order,
        run,
        session.transport.base_url,
        edition,
        gathered,
        verdicts,
        exit_code,
        started,
        time.perf_counter() - clock,
        {name: value for name, value in config.options.items() if isinstance(value, str)},
    )


_ORDINARY = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class _Watch:
    """Registers the gatherer under the name by which the plugin finds it; notes Ctrl-C."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self.interrupted = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Register it."""
        config.pluginmanager.register(self.gatherer, plugin.GATHERER)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell a person's Ctrl-C from what pytest stops for itself, with the same exit code."""
        self.interrupted = excinfo.type is KeyboardInterrupt
        if not self.interrupted:
            self.gatherer.gathered.broken.append(f"pytest stopped: {excinfo.value}")


def _account(gathered: Gathered, session: Session, folder: RunFolder) -> None:
    """Add what the processes of a run could not tell.

    A worker that was stopped hands nothing over, and did not come to clean up: its journal
    says what it made.
    """
    counts = gathered.counts
    sent = sum(len(result.exchanges) for result in gathered.results)
    counts.requests = max(counts.requests, sent) + session.governor.counts.requests
    journals = folder.journals()
    if journals:
        gathered.left = []
    for path in journals:
        found = remaining(path)
        if not was_tried(found):
            again = remove_again(session, path)[::-1]
            found = [each for each in again if each.state in ("left", "stray")]
        gathered.left += [told(each) for each in found]
    folder.tidy()


def _arguments(order: Order, run: str, used: int) -> list[str]:
    limits = order.limits
    if order.workers > 1:
        # Workers do not know of each other: each gets its share.
        limits = replace(
            limits,
            requests=None if limits.requests is None else limits.requests // order.workers,
            rate=None if limits.rate is None else limits.rate / order.workers,
        )
    given: dict[str, Any] = {
        "--conformance-config": order.config,
        "--conformance-url": order.url or None,
        "--conformance-folder": order.folder,
        "--conformance-contract": order.edition or None,
        "--conformance-requests": None
        if limits.requests is None
        else max(limits.requests - used, 0),
        "--conformance-rate": limits.rate,
        "--conformance-time-limit": limits.seconds,
    }
    named = [str(PACKAGE / test) for test in order.tests]
    arguments = [
        *(named or ["--pyargs", f"conformance.{order.vendor}"]),
        "-c", str(PACKAGE / "pytest.ini"), "--rootdir", str(PACKAGE),
        "-p", "conformance.plugin", "-p", "no:cacheprovider",
        # We have imported what pytest would like to rewrite; our tests raise, they do not assert.
        "-W", "ignore::pytest.PytestAssertRewriteWarning",
        "--conformance-run", run,
        "--conformance-profile", order.profile,
        "--conformance-seed", str(order.seed),
        "--conformance-max-examples", str(order.max_examples),
        "--conformance-ready",
    ]  # fmt: skip
    for name, value in given.items():
        if value is not None:
            arguments += [name, str(value)]
    if not any(each.startswith(CONTRACT) for each in order.requirements):
        # Any test may come upon what the contract does not allow: then all are run.
        for requirement in order.requirements:
            arguments += ["--conformance-requirement", requirement]
    if order.bundled:
        arguments.append("--conformance-self")
    if order.as_published:
        arguments.append("--conformance-as-published")
    if order.workers > 1:
        arguments += ["-n", str(order.workers)]
    if not order.pytest:
        # The progress is shown by us; whoever gives pytest arguments wants to see pytest.
        arguments += ["-p", "no:terminal"]
    return arguments + list(order.pytest)
