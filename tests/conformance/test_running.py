"""A run from beginning to end, against the bundled mock and against one that misbehaves."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from jsonschema import Draft202012Validator

from conformance.config import SCHEMAS, ConfigError
from conformance.exchange import Request, Response
from conformance.execution import Result
from conformance.gathering import Gathered
from conformance.journal import Journal, Removal
from conformance.report.document import document
from conformance.report.files import write_all, write_junit
from conformance.running import PACKAGE, Finished, Order, carry_out, new_run
from conformance.runs import RunFolder
from conformance.safety import Limits
from conformance.session import BACKGROUND, NotReady
from conformance.transports import Network

from ..conftest import running  # noqa: TID252 - the tests are no package with a name

FILE = "akinon/refusals/test_csrf.py"
DEFECT = "akinon.set-answers-201"
VIOLATED = "AKN-065"
PASSWORD = "segment-demo"


def silent(_gathered: Gathered, _result: Result | None) -> None:
    """Listen to nothing."""


def configured(folder: Path, vendor: str, url: str) -> Path:
    """Return a configuration for a mock at a URL."""
    tables = tomllib.loads((PACKAGE / vendor / "bundled.toml").read_text("utf-8"))
    tables[vendor] |= {"base_url": url, "settle": 2}
    path = folder / f"{vendor}.toml"
    path.write_text(tomli_w.dumps(tables), "utf-8")
    return path


def bundled(**changes: Any) -> Finished:
    """Return a short run against the bundled mock."""
    order = Order("akinon", **{"bundled": True, "tests": (FILE,), **changes})
    return carry_out(order, new_run(order), silent)


@pytest.fixture(scope="module")
def clean() -> Finished:
    """A short run in which nothing is wrong."""
    return bundled()


@dataclass(frozen=True)
class Wrong:
    """A run over the network against a mock with a defect."""

    finished: Finished
    folder: Path
    issued: set[str]
    """The cookies that the target gave."""

    @property
    def reports(self) -> list[Path]:
        """The files that were written about it."""
        return [path for path in (self.folder / "report").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Wrong:
    """A run, and the reports about it."""
    folder = tmp_path_factory.mktemp("wrong")
    issued: set[str] = set()
    send = Network.send

    def listening(network: Network, request: Request) -> Response:
        response = send(network, request)
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                issued.add(value.partition(";")[0].partition("=")[2].strip('"'))
        return response

    with (
        running(folder, "--vendor", "akinon", "--defect", DEFECT) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(Network, "send", listening)
        order = Order(
            "akinon",
            config=configured(folder, "akinon", url),
            tests=("akinon/journeys/test_choosing.py", "akinon/journeys/test_logins.py"),
            folder=folder / "runs",
        )
        finished = carry_out(order, "wrongs", silent)
    found = document(finished)
    write_all(found, folder / "report", {})
    write_junit(found, folder / "report" / "junit.xml")
    return Wrong(finished, folder, {each for each in issued if len(each) > 5})


def test_a_clean_target_is_conformant(clean: Finished) -> None:
    """What was not tested does not pass, and does not fail."""
    assert clean.exit_code == 0
    assert clean.base_url == "http://segment-mock"
    verdicts = {ruling.id: ruling.verdict for ruling in clean.verdicts.rulings}
    assert "fail" not in verdicts.values()
    assert verdicts[VIOLATED] == "inconclusive"
    named = {each for result in clean.gathered.results for each in result.named}
    assert {verdicts[each] for each in named if each in verdicts} == {"pass"}


def test_every_request_is_counted(clean: Finished) -> None:
    """Those that looked at the target before the tests, too."""
    told = sum(len(result.exchanges) for result in clean.gathered.results)
    assert clean.gathered.counts.requests > told > 0
    assert any(result.test == BACKGROUND for result in clean.gathered.results)
    assert clean.seconds > 0


def test_equal_runs_are_equal(clean: Finished) -> None:
    """Names and order of requests come from the seed; another seed makes other names."""

    def asked(finished: Finished) -> list[tuple[str, str]]:
        return [
            (exchange.request.method, exchange.request.url)
            for result in finished.gathered.results
            for exchange in result.exchanges
        ]

    assert asked(bundled()) == asked(clean)
    assert bundled().run == clean.run == "aaaaaa"
    assert bundled(seed=1).run == "aaaaab"


def test_the_listener_hears_of_every_test() -> None:
    """And of the collection before."""
    heard: list[tuple[int, str]] = []
    order = Order("akinon", bundled=True, tests=(FILE,))
    carry_out(
        order,
        "heards",
        lambda gathered, result: heard.append((gathered.collected, result.test if result else "")),
    )
    assert heard[0] == (len(heard) - 1, "")
    assert all(name.startswith(FILE) for _, name in heard[1:])


def test_only_what_is_asked_for_is_judged() -> None:
    """And only its tests are run."""
    finished = bundled(requirements=("AKN-020",), tests=())
    assert [ruling.id for ruling in finished.verdicts.rulings] == ["AKN-020"]
    tests = [each for each in finished.gathered.results if each.test != BACKGROUND]
    assert tests
    assert all("AKN-020" in each.named for each in tests)


def test_any_test_may_judge_a_contract() -> None:
    """So all of them are run for it."""
    finished = bundled(requirements=("contract:setSegment",))
    (ruling,) = finished.verdicts.rulings
    assert (ruling.id, ruling.verdict) == ("contract:setSegment", "pass")
    assert finished.exit_code == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"tests": ("akinon/no_such_file.py",)},
        {"pytest": ("--no-such-option", "-p", "no:terminal")},
        {"pytest": ("-k", "nothing_is_called_so", "-p", "no:terminal")},
    ],
)
def test_nothing_tested_is_no_conformance(changes: dict[str, Any]) -> None:
    """Exit code 2; it was not interrupted."""
    assert bundled(**changes).exit_code == 2


def test_a_file_that_cannot_be_imported_breaks_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which pytest calls an interruption, and we do not."""
    (tmp_path / "test_broken.py").write_text("raise RuntimeError('no import')\n")
    monkeypatch.setattr("conformance.running.PACKAGE", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    finished = bundled(tests=("test_broken.py",))
    assert finished.exit_code == 2
    assert "no import" in finished.gathered.broken[0]
    assert finished.gathered.broken[-1].startswith("pytest stopped: ")


def test_ctrl_c_ends_a_run_with_130() -> None:
    """What was found before is kept."""

    def stop(_gathered: Gathered, result: Result | None) -> None:
        if result is not None:
            raise KeyboardInterrupt

    finished = carry_out(Order("akinon", bundled=True, tests=(FILE,)), "ctrlcs", stop)
    assert finished.exit_code == 130
    tests = [each for each in finished.gathered.results if each.test != BACKGROUND]
    assert len(tests) == 1
    assert finished.gathered.broken == []
    assert _schema_errors(document(finished)) == []


def test_a_limit_leaves_requirements_open() -> None:
    """What the look at the target used up counts, too."""
    finished = bundled(limits=Limits(requests=6))
    assert finished.gathered.counts.requests <= 6 + 2  # cleaning up knows no limit
    reasons = {each for ruling in finished.verdicts.rulings for each in ruling.reasons}
    assert any("limit of" in each for each in reasons)


def test_workers_share_a_run() -> None:
    """What they find is put together."""
    order = Order("emporix", bundled=True, workers=2, tests=("emporix/journeys/test_removal.py",))
    finished = carry_out(order, "shares", silent)
    assert finished.exit_code == 0, document(finished)["broken"]
    tests = [each.test for each in finished.gathered.results if each.test != BACKGROUND]
    assert len(tests) == finished.gathered.collected == len(set(tests))
    assert finished.gathered.created > 0
    assert finished.gathered.left == []


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"bundled": False, "config": Path("/no/such/file")}, ConfigError, "No such file"),
        ({"bundled": False, "config": "dead"}, NotReady, "time limit"),
    ],
)
def test_what_is_wrong_before_the_tests_is_raised(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    """In a sentence; nothing is left behind."""
    if changes["config"] == "dead":
        changes = {**changes, "config": configured(tmp_path, "akinon", "http://127.0.0.1:9")}
    with pytest.raises(error, match=words):
        bundled(folder=tmp_path / "runs", limits=Limits(seconds=0.1), **changes)
    assert not (tmp_path / "runs").exists()


def _schema_errors(found: dict[str, Any]) -> list[str]:
    schema = json.loads((SCHEMAS / "results.schema.json").read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(found)]


def test_a_defect_is_found(wrong: Wrong) -> None:
    """By a test that names the violated requirement, and by the second reader of the contract."""
    finished = wrong.finished
    assert finished.exit_code == 1
    failed = {ruling.id for ruling in finished.verdicts.rulings if ruling.verdict == "fail"}
    assert {VIOLATED, "contract:setSegment"} <= failed
    assert len(failed) < 5


def test_a_run_that_left_nothing_leaves_no_journal(wrong: Wrong) -> None:
    """A folder that was named stays."""
    assert wrong.finished.gathered.left == []
    assert list((wrong.folder / "runs").glob("**/*.jsonl")) == []


def test_real_results_are_valid_by_the_schema(wrong: Wrong) -> None:
    """As they are written."""
    results = json.loads((wrong.folder / "report" / "results.json").read_text("utf-8"))
    assert _schema_errors(results) == []
    assert results["exit_code"] == 1


def test_no_report_has_a_secret(wrong: Wrong) -> None:
    """Neither what was configured nor what the target gave; `${NAME}` stands there."""
    assert len(wrong.issued) > 4
    for path in wrong.reports:
        text = path.read_text("utf-8")
        assert [each for each in wrong.issued | {PASSWORD} if each in text] == [], path
    assert "${AKINON_USER_SESSION}" in (wrong.folder / "report/results.json").read_text("utf-8")


def test_what_a_stopped_worker_left_is_removed(tmp_path: Path) -> None:
    """Its journal tells; what somebody tried to remove in vain is only reported."""
    folder = RunFolder("stopped", tmp_path)
    removal = Removal("DELETE-customer-segment-remove-segment", {"segmentId": "{id}"}, {}, "manage")
    stopped = Journal(folder.journal("emporix", "gw7"))
    stopped.plan("segment", "Conformance stopped 0123456789", removal)
    tried = Journal(folder.journal("emporix", "gw8"))
    tried.left(tried.plan("segment", "N", removal, "s-1"), "answered with 500")
    order = Order(
        "emporix", bundled=True, folder=tmp_path, tests=("emporix/refusals/test_languages.py",)
    )
    finished = carry_out(order, "stopped", silent)
    assert finished.gathered.left == [
        {"kind": "segment", "name": "N", "id": "s-1", "reason": "answered with 500"}
    ]
    assert list(folder.journals().values()) == ["emporix"]
    assert not folder.journal("emporix", "gw7").exists()
