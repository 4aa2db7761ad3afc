"""The kit as a pytest plugin: `pytest --pyargs conformance.emporix -p conformance.plugin …`.

It gives tests their case (fixtures named like the vendors), runs them through
`execution.execute`, and attaches every result to its report, for `gathering.Gatherer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from conformance.bundled import bundled_config, bundled_target
from conformance.case import Case
from conformance.config import DEFAULT_FILE, Config, ConfigError, load
from conformance.execution import CONTRACT, Result, disabled, execute
from conformance.gathering import OUTPUT, Gatherer, parts_of
from conformance.journal import Journal
from conformance.options import declare, mistake_in
from conformance.preflight import NotReady, look
from conformance.results import packed
from conformance.runs import RunFolder, new_run_id
from conformance.safety import Limits
from conformance.session import SMOKE_REQUESTS, Run, Session
from conformance.traces import take_secrets_out
from conformance.transports import Network, Transport
from conformance.vendors import VENDORS, profile_of
from conformance.verdicts import EXIT_UNJUDGED

MARKERS: Final = (
    "judges(*requirements): the requirements that a test judges",
    "smoke: part of the smallest profile",
    "read_only: sends no unsafe method",
    "generated: requests are generated from the contract",
)


@dataclass(slots=True)
class Kit:
    """The kit's state in one pytest process."""

    options: Options
    folder: RunFolder
    worker: str
    sessions: dict[str, Session] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)

    def session(self, vendor: str) -> Session:
        """Return the session of a vendor, opened when it is first needed.

        Raises ConfigError and NotReady.
        """
        if vendor not in self.sessions:
            self.sessions[vendor] = opened(vendor, self.options, self.folder, self.worker)
        return self.sessions[vendor]

    def turn(self, session: Session) -> AbstractContextManager[None]:
        """Keep tests of other workers off the target where they would be in the way."""
        alone = not self.worker or self.options.bundled
        if alone or session.profile.parallel:
            return nullcontext()
        return self.folder.turn(session.profile.vendor)


@dataclass(frozen=True, slots=True)
class Options:
    """What the options of the plugin say."""

    config: Path | None
    url: str
    bundled: bool
    profile: Any
    seed: int
    run: str
    settle: float | None
    limits: Limits
    requirements: tuple[str, ...]
    edition: str
    """The newer contract to judge by; empty for what the configuration says."""
    as_published: bool
    max_examples: int
    ready: bool
    """True when somebody has looked whether the target can be judged."""


KIT: Final = pytest.StashKey[Kit]()
GATHERER: Final = "conformance-gatherer"
"""The name of the `Gatherer`; whoever wants to listen registers one before the plugin does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the options; a worker of pytest-xdist shares the id of the run.

    Raises pytest.UsageError.
    """
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    option = config.option
    mistake = mistake_in(option)
    if mistake:
        raise pytest.UsageError(mistake)
    shared = getattr(config, "workerinput", None)
    worker = "" if shared is None else str(shared["workerid"])
    run = option.conformance_run or (shared or {}).get("conformance_run", "")
    if not run:
        run = new_run_id(option.conformance_seed if option.conformance_self else None)
    option.conformance_run = run
    options = Options(
        config=Path(option.conformance_config) if option.conformance_config else None,
        url=option.conformance_url,
        bundled=option.conformance_self,
        profile=option.conformance_profile,
        seed=option.conformance_seed,
        run=run,
        settle=option.conformance_settle,
        limits=Limits(
            option.conformance_requests,
            option.conformance_rate,
            option.conformance_time_limit,
        ),
        requirements=tuple(option.conformance_requirement),
        edition=option.conformance_contract,
        as_published=option.conformance_as_published,
        max_examples=option.conformance_max_examples,
        ready=option.conformance_ready,
    )
    folder = RunFolder(run, Path(option.conformance_folder) if option.conformance_folder else None)
    config.stash[KIT] = Kit(options, folder, worker)
    if shared is None and not config.pluginmanager.has_plugin(GATHERER):
        config.pluginmanager.register(Gatherer(lambda _gathered, _result: None), GATHERER)


def pytest_report_header(config: pytest.Config) -> str:
    """Tell what is needed to repeat the run, or to clean up after it."""
    options = config.stash[KIT].options
    return f"conformance: run {options.run}, seed {options.seed}, profile {options.profile}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker which run it belongs to (a hook of pytest-xdist)."""
    node.workerinput["conformance_run"] = node.config.stash[KIT].options.run


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell reports what tests judge; keep those that judge what was asked for.

    What the contract asks of an operation is judged by every test that uses it.
    """
    for item in items:
        item.user_properties += [("requirement", each) for each in named_by(item)]
    wanted = set(config.stash[KIT].options.requirements)
    if not wanted or any(each.startswith(CONTRACT) for each in wanted):
        return
    kept = [item for item in items if wanted & set(named_by(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def named_by(item: pytest.Item) -> tuple[str, ...]:
    """Return the requirements that a test names."""
    return tuple(
        dict.fromkeys(str(each) for mark in item.iter_markers("judges") for each in mark.args)
    )


def vendor_of(item: pytest.Item) -> str:
    """Return whose API a test judges; empty for a test that is none of the kit's."""
    names = getattr(item, "fixturenames", ())
    return next((vendor for vendor in VENDORS if vendor in names), "")


def title_of(item: pytest.Item) -> str:
    """Return the first paragraph of a test's docstring, in one line."""
    text = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
    return " ".join(text.strip().partition("\n\n")[0].split())


def why_disabled(item: pytest.Item, session: Session) -> str:
    """Return why a test is not to be run under the profile and configuration; else nothing."""
    profile = session.run.profile
    if profile == "smoke" and item.get_closest_marker("smoke") is None:
        return "not part of the smoke profile"
    if profile == "read-only" and item.get_closest_marker("read_only") is None:
        return "needs to write, or is not part of the read-only profile"
    edition = session.config.edition
    without = set(session.config.options.get("without", ()))
    for each in named_by(item):
        requirement = session.requirements.get(each)
        if requirement is None:
            continue
        if requirement.edition and requirement.edition > edition:
            return f"holds from the contract version {requirement.edition} on"
        services = {session.profile.service_of(each) for each in requirement.operations}
        if services and services <= without:
            named = " and no ".join(sorted(services))
            return f"the configuration says that there is no {named} service"
    return ""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test of the kit through `execute`."""
    vendor = vendor_of(pyfuncitem)
    if not vendor:
        return None
    case = pyfuncitem.funcargs[vendor]
    assert isinstance(case, Case)  # noqa: S101 - the fixtures below make nothing else
    kit = pyfuncitem.config.stash[KIT]
    test, title = pyfuncitem.nodeid, title_of(pyfuncitem)
    reason = why_disabled(pyfuncitem, case.session)
    if reason:
        kit.results[test] = disabled(test, title, named_by(pyfuncitem), reason)
        pytest.skip(reason)
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    with kit.turn(case.session):
        executed = execute(case, lambda: pyfuncitem.obj(**arguments), title)
    kit.results[test] = executed.result
    if executed.trouble is not None:
        raise executed.trouble
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Attach the result to the report, so that it travels from a worker to the controller."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    kit = item.config.stash[KIT]
    if call.when == "call" and item.nodeid in kit.results:
        report.conformance = packed(kit.results.pop(item.nodeid))  # type: ignore[attr-defined]
    for session in kit.sessions.values():
        take_secrets_out(report, session.secrets)
    return report  # type: ignore[return-value]


def opened(vendor: str, options: Options, folder: RunFolder, worker: str = "") -> Session:
    """Open a session as the options say. Raises ConfigError and NotReady."""
    profile = profile_of(vendor)
    config = _config(vendor, options)
    if options.edition:
        config = config.judged_by(options.edition)
    transport: Transport
    if options.bundled:
        transport = bundled_target(vendor, seed=options.seed, edition=config.edition)
    else:
        url = options.url or config.base_url
        if not url:
            raise ConfigError(
                f"{vendor} has no base_url; add one, or name the target on the command line"
            )
        if not url.lower().startswith(("http://", "https://")):
            raise ConfigError(f"{url!r} is no base URL: it must begin with http:// or https://")
        transport = Network(url, timeout=config.timeout, verify=config.verify)
    limits = _tightest(options.limits, config.limits, smoke=options.profile == "smoke")
    session = Session(
        profile,
        config,
        transport,
        run=Run(
            profile=options.profile,
            seed=options.seed,
            id=options.run + worker.removeprefix("gw"),
            limits=limits,
            settle=options.settle,
            as_published=options.as_published,
            max_examples=options.max_examples,
        ),
        journal=Journal(None if options.bundled else folder.journal(vendor, worker)),
    )
    if not options.ready:
        try:
            look(session)
        except NotReady:
            session.close()
            raise
    return session


def _config(vendor: str, options: Options) -> Config:
    if options.bundled:
        return bundled_config(vendor)
    path = options.config
    if path is None:
        path = Path(DEFAULT_FILE)
        if not path.exists():
            raise ConfigError(
                f"there is no {DEFAULT_FILE} here; `segment-conformance init {vendor}` writes one, "
                f"`segment-conformance run {vendor} --self` judges the bundled mock"
            )
    return load(vendor, path)


def _tightest(one: Limits, other: Limits, *, smoke: bool) -> Limits:
    def least(*values: Any) -> Any:
        given = [value for value in values if value is not None]
        return min(given) if given else None

    return Limits(
        least(one.requests, other.requests, SMOKE_REQUESTS if smoke else None),
        least(one.rate, other.rate),
        least(one.seconds, other.seconds),
    )


def _case(request: pytest.FixtureRequest, vendor: str) -> Case:
    kit = request.config.stash[KIT]
    try:
        session = kit.session(vendor)
    except (ConfigError, NotReady) as mistake:
        if kit.worker:
            # pytest-xdist would take a worker that leaves for one that died.
            request.session.shouldstop = str(mistake)
            pytest.skip(str(mistake))
        pytest.exit(str(mistake), returncode=2)
    return session.profile.case(session, request.node.nodeid, named_by(request.node))


@pytest.fixture
def akinon(request: pytest.FixtureRequest) -> Case:
    """A case against the Akinon target."""
    return _case(request, "akinon")


@pytest.fixture
def emporix(request: pytest.FixtureRequest) -> Case:
    """A case against the Emporix target."""
    return _case(request, "emporix")


@pytest.fixture
def openloyalty(request: pytest.FixtureRequest) -> Case:
    """A case against the Open Loyalty target."""
    return _case(request, "openloyalty")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what is left at the targets, and hand over what the sessions know."""
    config = session.config
    handed = []
    for each in config.stash[KIT].sessions.values():
        each.clean_up()
        background = execute(each.background, lambda: None, "Logins and cleaning up.").result
        handed.append(parts_of(each, background))
        if not each.journal.remaining():
            each.journal.forget()
        each.close()
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[OUTPUT] = handed
        return
    config.stash[KIT].folder.tidy()
    gatherer = config.pluginmanager.get_plugin(GATHERER)
    if not isinstance(gatherer, Gatherer):
        return
    for parts in handed:
        gatherer.gathered.add(parts)
    if gatherer.gathered.judged_nothing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = EXIT_UNJUDGED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say that nothing was judged; what could not be removed, and how to remove it later."""
    gatherer = config.pluginmanager.get_plugin(GATHERER)
    if not isinstance(gatherer, Gatherer):
        return
    if gatherer.gathered.judged_nothing:
        terminalreporter.section("nothing was judged")
        terminalreporter.write_line("every test was left out, or lacked something: -rs tells why")
    if not gatherer.gathered.left:
        return
    run = config.stash[KIT].options.run
    terminalreporter.section(f"left at the target by run {run}")
    for each in gatherer.gathered.left:
        what = " ".join(filter(None, (each["kind"], each["name"], each["id"])))
        terminalreporter.write_line(f"{what}: {each['reason'] or 'not removed'}")
    terminalreporter.write_line(f"segment-conformance cleanup --run {run} tries again")
