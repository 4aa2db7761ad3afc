"""The kit as a pytest plugin: what runs, what is handed over, how a run ends."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.bundled import bundled_config
from conformance.gathering import OUTPUT
from conformance.plugin import KIT, Kit, pytest_configure_node
from tests.conformance.plugged import IMPORTS, KINDS, PLAIN, SELF, Running

pytest_plugins = ["pytester"]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Running:
    """Runs tests with the plugin."""
    return Running(pytester)


class TestRunning:
    """Tests of the kit are run through it; others are left alone."""

    def test_results_travel_with_reports(self, run: Running) -> None:
        """Whoever gathers gets a result of every test, whatever it was to pytest."""
        done = run(KINDS, *SELF)
        done.assert_outcomes(passed=3, failed=1, skipped=2)
        assert run.watching.endings() == {
            "test_smoke": "completed", "test_read_only": "completed", "test_coupons": "completed",
            "test_newer": "disabled", "test_wrong": "violated", "test_unmet": "unmet",
        }  # fmt: skip
        assert run.results["test_read_only"].named == ("EMX-001", "EMX-002")
        assert run.results["test_read_only"].title == "The first sentence."
        assert run.results["test_smoke"].title == "test_smoke"
        done.stdout.fnmatch_lines(["*Violation: EMX-050: expected status 418, came status *"])

    def test_tests_of_somebody_else_are_left_alone(self, run: Running) -> None:
        """They need no marks, send nothing and have no result."""
        done = run("def test_it(): pass\ndef test_other(tmp_path): assert 0", *SELF)
        done.assert_outcomes(passed=1, failed=1)
        assert run.watching.told == []
        [broken] = run.watching.gatherer.gathered.broken
        assert "test_other" in broken

    def test_tests_may_have_parameters_and_fixtures(self, run: Running) -> None:
        """Only what a test asks for by name is handed to it."""
        text = f"""{IMPORTS}
@pytest.fixture
def five():
    return 5

@pytest.fixture(autouse=True)
def unasked():
    return 6

@pytest.mark.parametrize("number", [5])
@judges("EMX-001")
def test_it(five, number, emporix):
    emporix.judge("EMX-001").that(five == number, "five")
"""
        run(text, *SELF).assert_outcomes(passed=1)
        assert run.watching.endings() == {"test_it[5]": "completed"}

    def test_every_vendor_has_a_fixture(self, run: Running) -> None:
        """Sessions are opened when they are first needed, one for each vendor."""
        text = """
def test_one(akinon): pass
def test_two(openloyalty): pass
def test_three(openloyalty): pass
"""
        run(text, *SELF).assert_outcomes(passed=3)
        assert run.watching.kit is not None
        assert sorted(run.watching.kit.sessions) == ["akinon", "openloyalty"]

    def test_arguments_of_pytest_work(self, run: Running) -> None:
        """Choosing by name, and stopping at the first failure."""
        run(KINDS, *SELF, "-k", "smoke or wrong").assert_outcomes(passed=1, failed=1, deselected=4)
        run(KINDS, *SELF, "-x", "-k", "wrong or unmet").assert_outcomes(failed=1, deselected=4)

    def test_an_answer_off_the_contract_fails_a_test(self, run: Running) -> None:
        """Though it judged nothing itself; remarks fail nothing."""
        text = f"""{IMPORTS}
from conformance.exchange import Response
@pytest.mark.parametrize("status", [200, 418])
def test_it(emporix, status):
    target = emporix.session.transport
    send, target.send = target.send, lambda request: Response(status)
    emporix.send(op.LIST)
    target.send = send
"""
        done = run(text, *SELF)
        done.assert_outcomes(passed=1, failed=1)
        done.stdout.fnmatch_lines(["*OffContract: GET-customer-segment-retrieve-segments: 200 is*"])

    def test_a_requirement_of_no_ledger_is_a_fault_of_the_kit(self, run: Running) -> None:
        """A test that names one runs into it; the target is not blamed."""
        text = (
            IMPORTS
            + """
@judges("EMX-999")
def test_it(emporix):
    emporix.judge("EMX-999")
"""
        )
        run(text, *SELF).assert_outcomes(failed=1)
        assert run.results["test_it"].reason == "the ledger has no EMX-999"
        assert run.results["test_it"].ending == "error"


class TestChoosing:
    """What runs under which profile, edition, and requirement."""

    @pytest.mark.parametrize(
        ("profile", "runs", "reason"),
        [
            ("smoke", "test_smoke", "not part of the smoke profile"),
            ("read-only", "test_read_only", "needs to write, or is not part of the read-only"),
        ],
    )
    def test_a_profile_runs_its_own_tests(
        self, run: Running, profile: str, runs: str, reason: str
    ) -> None:
        """The others are disabled, and say why."""
        done = run(KINDS, *SELF, "--conformance-profile", profile, "-rs")
        done.assert_outcomes(passed=1, skipped=5)
        endings = run.watching.endings()
        assert endings.pop(runs) == "completed"
        assert set(endings.values()) == {"disabled"}
        done.stdout.fnmatch_lines([f"SKIPPED*{reason}*"])

    def test_a_read_only_run_sends_no_unsafe_method(self, run: Running) -> None:
        """Not even where a test that is marked so would write."""
        text = f"""{IMPORTS}
@judges("EMX-050", read_only=True)
def test_it(emporix):
    emporix.create(emporix.draft())
"""
        run(text, *SELF, "--conformance-profile", "read-only").assert_outcomes(skipped=1)
        assert run.results["test_it"].reason == "the read-only profile sends no unsafe method"
        assert run.watching.kit is not None
        methods = {
            exchange.request.method
            for result in run.watching.gatherer.gathered.results
            for exchange in result.exchanges
            if exchange.step != "log in"
        }
        assert methods <= {"GET"}

    def test_only_one_requirement_may_be_judged(self, run: Running) -> None:
        """Tests that name none of those asked for are not run."""
        done = run(KINDS, *SELF, "--conformance-requirement", "EMX-002")
        done.assert_outcomes(passed=1, deselected=5)
        asked = ("--conformance-requirement", "EMX-002", "--conformance-requirement", "EMX-050")
        run(KINDS, *SELF, *asked).assert_outcomes(passed=1, failed=1, deselected=4)

    def test_the_contract_is_judged_by_every_test(self, run: Running) -> None:
        """Asking for an operation's contract leaves no test out."""
        run(KINDS, *SELF, "--conformance-requirement", "contract:nothing")
        assert len(run.results) == 6

    @pytest.mark.parametrize("without", [["coupon"], ["coupon", "product"]])
    def test_a_service_that_is_not_there_disables_its_tests(
        self, run: Running, without: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And those of a newer contract run where that is judged."""
        bundled = bundled_config("emporix")
        changed = {**bundled.options, "without": without, "contract": "2026-09"}
        config = replace(bundled, options=changed)
        monkeypatch.setattr("conformance.plugin.bundled_config", lambda _vendor: config)
        run(KINDS, *SELF)
        assert run.results["test_coupons"].ending == "disabled"
        assert run.results["test_coupons"].reason == (
            "the configuration says that there is no coupon service"
        )
        assert run.results["test_newer"].ending == "completed"


MAKES = f"""{IMPORTS}
@judges("EMX-050")
def test_it(emporix):
    emporix.segment()
    emporix.segment()
    BODY
"""
STUCK = MAKES.replace("BODY", "emporix.session.governor.send = None")


class TestEnding:
    """What was made is removed, and what could not be is told."""

    def test_counts_are_handed_over(self, run: Running) -> None:
        """What the sessions know reaches whoever gathers, logins included."""
        run(MAKES.replace("BODY", ""), *SELF).assert_outcomes(passed=1)
        gathered = run.watching.gatherer.gathered
        assert (gathered.created, gathered.left, gathered.broken) == (2, [], [])
        sent = sum(len(each.exchanges) for each in gathered.results)
        assert gathered.counts.requests == sent > 4
        assert gathered.results[-1].title == "Logins and cleaning up."

    def test_an_interrupted_run_cleans_up(self, run: Running) -> None:
        """Ctrl-C in a test removes what it made, and hands over what it knows."""
        done = run(MAKES.replace("BODY", "raise KeyboardInterrupt"), *SELF, interrupted=True)
        assert done.ret == pytest.ExitCode.INTERRUPTED
        gathered = run.watching.gatherer.gathered
        assert (gathered.created, gathered.left) == (2, [])
        assert run.watching.kit is not None
        journal = run.watching.kit.sessions["emporix"].journal
        assert [journal.numbered(number).state for number in (1, 2)] == ["removed"] * 2

    def test_what_is_left_is_told(self, pytester: pytest.Pytester) -> None:
        """By name and reason, with what to do about it, when nobody else gathers."""
        path = pytester.makepyfile(test_file=STUCK)
        done = pytester.runpytest_inprocess(path, *SELF)
        done.stdout.fnmatch_lines(
            [
                "*left at the target by run aaaaaa*",
                "segment Conformance aaaaaa * scaaaaaa*: the kit stumbled: TypeError: *",
                "segment Conformance aaaaaa * scaaaaaa*: the kit stumbled: TypeError: *",
                "segment-conformance cleanup --run aaaaaa tries again",
            ]
        )

    def test_nothing_is_told_where_nothing_is_left(self, pytester: pytest.Pytester) -> None:
        """The usual run ends as pytest does; its first lines say how to repeat it."""
        path = pytester.makepyfile(test_file=KINDS)
        done = pytester.runpytest_inprocess(path, *SELF, "--conformance-seed", "7", "-k", "smoke")
        done.stdout.fnmatch_lines(["conformance: run aaaaah, seed 7, profile full"])
        done.stdout.no_fnmatch_line("*left at the target*")

    def test_targets_are_let_go_of(self, run: Running) -> None:
        """No connection and no event loop outlives the run."""
        run(KINDS, *SELF)
        assert run.watching.kit is not None
        target: Any = run.watching.kit.sessions["emporix"].transport
        with pytest.raises(RuntimeError, match="closed"):
            target._loop.run_until_complete(None)


class Worker:
    """Makes a process look like a worker of pytest-xdist."""

    def __init__(self) -> None:
        self.output: dict[str, Any] = {}
        self.kit: Kit | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: Any) -> None:
        """Give it what a worker is given."""
        config.workerinput = {"workerid": "gw1", "conformance_run": "shared"}
        config.workeroutput = self.output

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the kit."""
        self.kit = session.config.stash[KIT]


class TestWorkers:
    """A worker belongs to the run of the process that started it."""

    def worker(self, pytester: pytest.Pytester, *options: str) -> tuple[Worker, pytest.RunResult]:
        """Run tests that make something as a worker does."""
        worker = Worker()
        path = pytester.makepyfile(test_file=MAKES.replace("BODY", ""))
        return worker, pytester.runpytest_inprocess(path, *options, plugins=[worker])

    def test_it_hands_over_what_it_knows(self, pytester: pytest.Pytester) -> None:
        """Not to a gatherer of its own: to the process that decides."""
        worker, done = self.worker(pytester, *SELF)
        done.assert_outcomes(passed=1)
        [parts] = worker.output[OUTPUT]
        assert (parts["created"], parts["left"]) == (2, [])
        assert worker.kit is not None
        assert worker.kit.options.run == "shared"
        assert worker.kit.sessions["emporix"].run.id == "shared1"

    def test_it_does_not_leave_by_itself(self, pytester: pytest.Pytester) -> None:
        """What is wrong with the configuration stops the run, not the process."""
        worker, done = self.worker(pytester, *PLAIN, "-rs")
        assert done.ret == pytest.ExitCode.INTERRUPTED
        assert worker.output[OUTPUT] == []
        done.stdout.fnmatch_lines(["*Interrupted: there is no conformance.toml here; *"])

    def test_it_is_told_of_the_run(self, pytester: pytest.Pytester) -> None:
        """Whoever starts a worker gives it the id of the run."""
        config = pytester.parseconfigure(*SELF, "--conformance-run", "abc1")
        node = SimpleNamespace(config=config, workerinput={})
        pytest_configure_node(node)
        assert node.workerinput == {"conformance_run": "abc1"}
