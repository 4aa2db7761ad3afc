"""One test is run, cleaned up after, and what came of it is said without secrets."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from conformance.case import Case
from conformance.emporix import operations as op
from conformance.exchange import Request
from conformance.execution import CONTRACT, Executed, OffContract, disabled, execute
from conformance.judging import KitFault, Unmet, Unsupported, Violation
from conformance.safety import TransportFailure
from tests.conformance.targets import (
    ALSO_DOCUMENTED,
    CONTRADICTED,
    DOCUMENTED,
    Target,
    case_with,
    json_of,
    lost,
    make,
)

NAMED = (DOCUMENTED, ALSO_DOCUMENTED)
LIST, CREATE = CONTRACT + op.LIST, CONTRACT + op.CREATE


def run(
    story: Callable[[Case], object], target: Target | None = None, named: tuple[str, ...] = NAMED
) -> Executed:
    """Run a story as a test that names some requirements."""
    case = case_with(target or Target(json_of(200, [])), *named)
    return execute(case, lambda: story(case), "A title.")


def outcomes(executed: Executed) -> dict[str, str]:
    """Return what was found of every requirement."""
    return {each.requirement: each.outcome for each in executed.result.judgements}


def both(case: Case) -> None:
    """Judge all that is named."""
    case.judge(NAMED, case.send(op.LIST)).status(200)


def test_a_test_that_completes_passes_what_it_judged() -> None:
    """Every requirement that was checked passes, and so does the contract of what answered."""
    executed = run(both)
    assert executed.trouble is None
    result = executed.result
    assert (result.test, result.title, result.named) == ("test_it", "A title.", NAMED)
    assert (result.ending, result.reason) == ("completed", "")
    assert outcomes(executed) == {DOCUMENTED: "pass", ALSO_DOCUMENTED: "pass", LIST: "pass"}
    assert len(result.exchanges) == 1


def test_what_a_test_never_judged_does_not_pass() -> None:
    """A requirement that is named and not exercised is inconclusive, however well the test went."""
    executed = run(lambda case: case.judge(DOCUMENTED, case.send(op.LIST)).status(200))
    assert outcomes(executed)[DOCUMENTED] == "pass"
    assert outcomes(executed)[ALSO_DOCUMENTED] == "inconclusive"
    [judgement] = [j for j in executed.result.judgements if j.requirement == ALSO_DOCUMENTED]
    assert judgement.message == "the test did not come to it"


def test_a_violation_fails_what_it_is_about() -> None:
    """Passes of a test that did not complete do not count: later checks may have undone them."""

    def story(case: Case) -> None:
        reply = case.send(op.LIST)
        case.judge(ALSO_DOCUMENTED, reply).status(200)
        case.judge(DOCUMENTED, reply).status(404)

    executed = run(story)
    assert isinstance(executed.trouble, Violation)
    assert executed.trouble.__traceback__ is not None
    assert executed.result.ending == "violated"
    assert outcomes(executed) == {
        DOCUMENTED: "fail", ALSO_DOCUMENTED: "inconclusive", LIST: "pass",
    }  # fmt: skip
    assert [each.requirement for each in executed.result.failures] == [DOCUMENTED]
    [judgement] = [j for j in executed.result.judgements if j.requirement == ALSO_DOCUMENTED]
    assert judgement.message == f"the test ended when {DOCUMENTED} was violated"


def raising(error: BaseException) -> Callable[[Case], None]:
    """Return a story that judges everything and then ends with an error."""

    def story(case: Case) -> None:
        both(case)
        raise error

    return story


ENDINGS: dict[str, tuple[BaseException, str, str, str]] = {
    "unmet": (Unmet("no products"), "unmet", "inconclusive", "no products"),
    "skipped": (pytest.skip.Exception("not now"), "unmet", "inconclusive", "not now"),
    "unsupported": (Unsupported("no coupons"), "unsupported", "unsupported", "no coupons"),
    "transport": (TransportFailure("no line"), "error", "error", "no line"),
    "fault": (KitFault("it does not"), "error", "error", "it does not"),
    "stumble": (IndexError("7"), "error", "error", "the kit stumbled: IndexError: 7"),
    "assertion": (AssertionError("x"), "error", "error", "the kit stumbled: AssertionError: x"),
    "pytest.fail": (pytest.fail.Exception("x"), "error", "error", "the kit stumbled: Failed: x"),
}


@pytest.mark.parametrize(
    ("error", "ending", "outcome", "reason"), ENDINGS.values(), ids=list(ENDINGS)
)
def test_no_pass_counts_where_a_test_did_not_complete(
    error: BaseException, ending: str, outcome: str, reason: str
) -> None:
    """However a test ends early, what it named has that end, with the reason."""
    executed = run(raising(error))
    assert executed.trouble is error
    assert (executed.result.ending, executed.result.reason) == (ending, reason)
    judged = [each for each in executed.result.judgements if each.requirement in NAMED]
    assert [(each.outcome, each.message) for each in judged] == [(outcome, reason)] * 2
    assert outcomes(executed)[LIST] == "pass"


def test_a_fault_of_the_kit_is_no_fault_of_the_target() -> None:
    """A test that judges what it does not name ends as an error."""
    executed = run(lambda case: case.judge("EMX-003"), named=(DOCUMENTED,))
    assert isinstance(executed.trouble, KitFault)
    assert outcomes(executed) == {DOCUMENTED: "error"}


def test_what_is_observed_is_kept() -> None:
    """The variant that was seen is told, and is no pass."""
    executed = run(lambda case: case.observe(CONTRADICTED, "a list"), named=(CONTRADICTED,))
    [judgement] = executed.result.judgements
    assert (judgement.outcome, judgement.message) == ("observed", "a list")


class TestContract:
    """Beside the ledger, every operation that answered is held to its document."""

    def test_a_finding_fails_the_operation_not_the_requirement(self) -> None:
        """The test went well all the same; pytest is told that the answer did not."""
        executed = run(both, Target(json_of(200, {"no": "list"})))
        assert executed.result.ending == "completed"
        assert outcomes(executed) == {DOCUMENTED: "pass", ALSO_DOCUMENTED: "pass", LIST: "fail"}
        assert isinstance(executed.trouble, OffContract)
        assert str(executed.trouble).startswith(f"{op.LIST}: {{'no': 'list'}} is not of type")
        [(number, finding)] = executed.result.findings
        assert (number, finding.operation, finding.what) == (1, op.LIST, "body")

    def test_several_findings_are_all_told(self) -> None:
        """Each is a failure of its own; the message counts them and says where the first is."""
        executed = run(both, Target(json_of(200, [1, 2, 3])))
        failures = executed.result.failures
        assert [each.pointer for each in failures] == ["/0", "/1", "/2"]
        assert {each.exchange for each in failures} == {1}
        assert " at /0; expected " in str(executed.trouble)
        assert str(executed.trouble).endswith("came 1 (and 2 more)")

    def test_a_remark_fails_nothing(self) -> None:
        """What the document merely does not list is observed, and the operation passes."""
        executed = run(lambda case: case.send(op.LIST), Target(json_of(418)))
        assert executed.trouble is None
        found = [each for each in executed.result.judgements if each.requirement == LIST]
        assert [each.outcome for each in found] == ["observed", "pass"]

    def test_a_fault_outweighs_the_answers_within(self) -> None:
        """An operation that was once off the contract does not pass; another one does."""

        def story(case: Case) -> None:
            for _ in range(2):
                case.send(op.LIST)
            case.send(op.CREATE, body={})

        executed = run(story, Target(json_of(200, []), json_of(200, 1), json_of(201, {"id": "a"})))
        found = [(each.requirement, each.outcome) for each in executed.result.judgements]
        assert found[2:] == [(LIST, "fail"), (CREATE, "pass")]

    def test_what_is_no_operation_is_not_judged(self) -> None:
        """A path of no document has no contract."""
        executed = run(lambda case: case.exchange(Request("GET", "/nowhere")), named=())
        assert executed.result.judgements == ()
        assert len(executed.result.exchanges) == 1

    def test_what_never_answered_is_not_judged(self) -> None:
        """Where no answer came there is nothing to pass."""
        executed = run(both, Target(lost()))
        assert outcomes(executed) == {DOCUMENTED: "error", ALSO_DOCUMENTED: "error"}

    def test_a_violation_is_told_before_a_finding(self) -> None:
        """Pytest is told what ended the test; the finding is in the result."""
        executed = run(
            lambda case: case.judge(DOCUMENTED, case.send(op.LIST)).status(204),
            Target(json_of(200, 1)),
        )
        assert isinstance(executed.trouble, Violation)
        assert outcomes(executed)[LIST] == "fail"


class TestCleaningUp:
    """Whatever happens, what a test made is removed before anything else."""

    @pytest.mark.parametrize("error", [None, Unmet("x"), IndexError("x")])
    def test_every_end_cleans_up(self, error: Exception | None) -> None:
        """The removal is among the exchanges of the test."""
        target = Target(json_of(201, {"id": "a"}), json_of(204))

        def story(case: Case) -> None:
            make(case, "a")
            if error is not None:
                raise error

        executed = run(story, target)
        assert [request.method for request in target.sent] == ["POST", "DELETE"]
        assert executed.result.exchanges[-1].step == "clean up"

    @pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
    def test_an_interrupted_test_cleans_up(self, end: type[BaseException]) -> None:
        """Ctrl-C in the middle of a test removes what it made, and ends the run."""
        target = Target(json_of(201, {"id": "a"}), json_of(204))

        def story(case: Case) -> None:
            make(case, "a")
            raise end

        with pytest.raises(end):
            run(story, target)
        assert [request.method for request in target.sent] == ["POST", "DELETE"]


class TestSecrets:
    """Nothing that leaves a test has a secret in it, what pytest prints included."""

    SECRET = "hunter22-hunter22"

    def case(self, target: Target) -> Case:
        """Return a case whose configuration has the secret."""
        return case_with(target, *NAMED, config={"secrets": {self.SECRET: "PASSWORD"}})

    def shown(self, executed: Executed) -> str:
        """Return all that anybody can see."""
        return f"{executed.result!r} {executed.trouble} {executed.trouble!r}"

    def test_a_violation_holds_none(self) -> None:
        """Neither what was expected nor what came."""
        case = self.case(Target(json_of(404, {"message": self.SECRET})))

        def story() -> None:
            judging = case.judge(DOCUMENTED, case.send(op.LIST, query={"token": self.SECRET}))
            judging.that(False, f"not {self.SECRET}", self.SECRET, f"about {self.SECRET}")

        executed = execute(case, story)
        assert isinstance(executed.trouble, Violation)
        assert "${PASSWORD}" in str(executed.trouble)
        assert self.SECRET not in self.shown(executed)

    def test_a_finding_holds_none(self) -> None:
        """Nor what the witness quotes."""
        case = self.case(Target(json_of(200, {"at": self.SECRET})))
        executed = execute(case, lambda: case.send(op.LIST))
        assert isinstance(executed.trouble, OffContract)
        assert "${PASSWORD}" in str(executed.trouble)
        assert self.SECRET not in self.shown(executed)

    @pytest.mark.parametrize(
        "kind",
        [Unmet, Unsupported, pytest.skip.Exception, pytest.fail.Exception, KitFault, ValueError],
    )
    def test_a_reason_holds_none(self, kind: type[Exception]) -> None:
        """Nor why a test did not complete."""

        def story() -> None:
            raise kind(f"it was {self.SECRET}")

        executed = execute(self.case(Target()), story)
        assert executed.result.reason.endswith("it was ${PASSWORD}")
        assert self.SECRET not in self.shown(executed)

    def test_what_led_to_a_failure_of_the_line_is_not_told(self) -> None:
        """Libraries quote URLs as they are; the kit's own sentence is enough."""
        cause = lost()
        cause.__cause__ = OSError(f"GET /?token={self.SECRET}")
        case = self.case(Target(cause))
        executed = execute(case, lambda: case.send(op.LIST))
        assert isinstance(executed.trouble, TransportFailure)
        told = "".join(traceback.format_exception(executed.trouble))
        assert "the line is dead" in told
        assert self.SECRET not in told


def test_nothing_that_leaves_a_test_has_half_a_character() -> None:
    """Whatever a target sends can be written to files and handed to other processes."""

    def story(case: Case) -> None:
        reply = case.send(op.LIST)
        case.observe(CONTRADICTED, reply.at("/x"))
        raise ValueError(reply.at("/x"))

    executed = run(story, Target(json_of(200, {"x": "\ud800"})), (CONTRADICTED, DOCUMENTED))
    for judgement in executed.result.judgements:
        f"{judgement.message}{judgement.expected}{judgement.actual}{judgement.pointer}".encode()
    for _, finding in executed.result.findings:
        f"{finding.message}{finding.expected}{finding.actual}{finding.pointer}".encode()
    assert executed.result.reason == "the kit stumbled: ValueError: ?"


def test_the_time_is_the_targets() -> None:
    """How long a test took includes what it waited for."""
    assert run(lambda case: case.pause(3)).result.seconds == 3


def test_a_test_that_is_not_to_run_says_why() -> None:
    """Each requirement that it names is disabled for the same reason."""
    result = disabled("test_it", "A title.", NAMED, "not part of the smoke profile")
    assert (result.ending, result.reason) == ("disabled", "not part of the smoke profile")
    assert [(each.requirement, each.outcome, each.message) for each in result.judgements] == [
        (name, "disabled", "not part of the smoke profile") for name in NAMED
    ]
    assert result.exchanges == ()
