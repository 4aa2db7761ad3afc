"""What a test made is taken away again: all of it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.case import Case
from conformance.emporix import operations as op
from conformance.exchange import Request, Response
from conformance.journal import Creation, Journal, read
from conformance.judging import Unmet
from conformance.safety import Limits, TransportFailure
from conformance.session import Session
from tests.conformance.targets import (
    Target,
    case_with,
    json_of,
    lost,
    make,
    removal,
    session_with,
)

URL = "/customer-segment/acme/segments"


def created(request: Request) -> Response:
    """Make whatever is asked for, and remove it again."""
    return json_of(204) if request.method == "DELETE" else json_of(201)


def deletions(target: Target) -> list[str]:
    """Return what was removed, in order."""
    start = f"DELETE {URL}/"
    return [line.removeprefix(start).partition("?")[0] for line in target.lines if start in line]


def test_what_was_made_goes_in_reverse_order() -> None:
    """The last thing goes first, with the request that its removal describes."""
    target = Target(created)
    case = case_with(target)
    for each in "abc":
        make(case, each)
    case.clean_up()
    assert deletions(target) == ["c", "b", "a"]
    assert target.lines[-1] == f"DELETE {URL}/a?forceDelete=true"
    assert case.record.exchanges[-1].step == "clean up"
    assert target.sent[-1].credential == "manage"
    assert case.session.journal.remaining() == []


def test_cleaning_up_twice_removes_once() -> None:
    """What is gone is not asked for again."""
    target = Target(created)
    case = case_with(target)
    make(case, "a")
    case.clean_up()
    case.clean_up()
    assert deletions(target) == ["a"]


def test_a_removal_may_have_a_body() -> None:
    """Bulk removals name in a body what they remove."""
    target = Target(created)
    case = case_with(target)
    creation = case.plan("segment", "a", removal(body=[{"id": "a"}]), "a")
    case.settled(creation, case.send(op.CREATE, body={}))
    case.clean_up()
    assert target.sent[-1].body == b'[{"id": "a"}]'


def test_what_was_refused_is_not_removed() -> None:
    """A 4xx made nothing, so there is nothing to take away: the id may be somebody else's."""
    target = Target(json_of(409))
    case = case_with(target)
    make(case, "theirs")
    case.clean_up()
    assert deletions(target) == []
    assert case.session.journal.remaining() == []


def test_what_the_test_removed_itself_is_gone() -> None:
    """A test that removes what it made says so."""
    target = Target(created)
    case = case_with(target)
    creation = case.plan("segment", "a", removal(), "a")
    case.settled(creation, case.send(op.CREATE, body={}))
    case.session.journal.removed(creation)
    case.clean_up()
    assert deletions(target) == []


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_removed(status: int) -> None:
    """A removal that finds nothing has nothing left to do."""
    case = case_with(Target(json_of(201), json_of(status)))
    make(case, "a")
    case.clean_up()
    assert case.session.journal.remaining() == []


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_removes(status: int) -> None:
    """Which success a target answers with does not matter."""
    case = case_with(Target(json_of(201), json_of(status)))
    make(case, "a")
    case.clean_up()
    assert case.session.journal.remaining() == []


@pytest.mark.parametrize("status", [300, 400, 403, 409, 500])
def test_what_cannot_be_removed_is_left_and_told(status: int) -> None:
    """It stays in the journal with the reason, and the rest goes all the same."""

    def answer(request: Request) -> Response:
        if request.method == "DELETE":
            return json_of(status if "/b?" in request.url else 204)
        return json_of(201)

    target = Target(answer)
    case = case_with(target)
    for each in "abc":
        make(case, each)
    case.clean_up()
    assert deletions(target) == ["c", "b", "a"]
    [left] = case.session.journal.remaining()
    assert (left.id, left.state, left.reason) == (
        "b", "left", f"its removal was answered with {status}",
    )  # fmt: skip


def test_a_target_that_is_gone_keeps_everything() -> None:
    """Where no answer comes any more, all is told as left."""
    target = Target(json_of(201), json_of(201), lost())
    case = case_with(target)
    make(case, "a")
    make(case, "b")
    case.clean_up()
    left = case.session.journal.remaining()
    assert [(each.id, each.state, each.reason) for each in left] == [
        ("a", "left", "the line is dead"),
        ("b", "left", "the line is dead"),
    ]


def test_no_removal_keeps_another_from_being_made() -> None:
    """A removal that the kit itself cannot send is told as left; the rest goes."""
    target = Target(created)
    case = case_with(target)
    make(case, "a")
    creation = case.plan("thing", "b", removal(operation="no-such-operation"), "b")
    case.settled(creation, case.send(op.CREATE, body={}))
    make(case, "c")
    case.clean_up()
    assert deletions(target) == ["c", "a"]
    [left] = case.session.journal.remaining()
    assert left.reason == "the kit stumbled: UnknownOperation: no-such-operation"


def test_limits_do_not_hold_for_cleaning_up() -> None:
    """What was made is removed even when the requests are used up."""
    target = Target(created)
    case = case_with(target, limits=Limits(requests=1))
    make(case, "a")
    case.clean_up()
    assert deletions(target) == ["a"]


class TestIds:
    """Ids that the kit did not make are never touched."""

    def test_an_id_that_the_target_gave_is_removed(self) -> None:
        """Where none was asked for, the answer tells what to remove."""
        target = Target(json_of(201, {"id": "given"}), json_of(204))
        case = case_with(target)
        make(case)
        case.clean_up()
        assert deletions(target) == ["given"]

    def test_another_id_than_asked_for_is_not_touched(self) -> None:
        """A target may be wrong about an id: the one that was asked for goes, the other is told."""
        target = Target(json_of(201, {"id": "theirs"}), json_of(204))
        case = case_with(target)
        make(case, "mine")
        case.clean_up()
        assert deletions(target) == ["mine"]
        [stray] = case.session.journal.remaining()
        assert (stray.id, stray.state) == ("theirs", "stray")
        assert stray.reason == "answered for mine; not touched"

    def test_case_makes_no_other_id(self) -> None:
        """Targets may write an id in another case."""
        target = Target(json_of(201, {"id": "MINE"}), json_of(204))
        case = case_with(target)
        make(case, "mine")
        case.clean_up()
        assert deletions(target) == ["mine"]
        assert case.session.journal.remaining() == []

    @pytest.mark.parametrize("answered", [7, None, ["x"], {"id": "x"}, ""])
    def test_an_id_that_is_no_text_is_looked_for(self, answered: object) -> None:
        """What cannot be an id is not taken for one; the creation is found by its name."""
        target = Target(json_of(201, {"id": answered}), json_of(204))
        case = case_with(target, find=lambda _session, creation: f"found-{creation.name}")
        make(case, name="a")
        case.clean_up()
        assert deletions(target) == ["found-a"]

    def test_things_of_before_are_not_touched(self) -> None:
        """A test removes what it made itself, not what an earlier one left."""
        target = Target(created)
        session = session_with(target)
        make(Case(session, "earlier", ()), "a")
        later = Case(session, "later", ())
        make(later, "b")
        later.clean_up()
        assert deletions(target) == ["b"]


class TestLostAnswers:
    """What was sent may have been made, whatever came back."""

    @pytest.mark.parametrize("answer", [lost(), json_of(500)])
    def test_what_has_an_id_is_removed_by_it(self, answer: Response | Exception) -> None:
        """An id that was asked for is removed although nobody confirmed it."""
        target = Target(answer, json_of(204))
        case = case_with(target)
        try:
            make(case, "a")
        except TransportFailure:
            assert isinstance(answer, Exception)
        case.clean_up()
        assert deletions(target) == ["a"]
        assert case.session.journal.remaining() == []

    def test_what_has_none_is_found_by_its_name(self) -> None:
        """The vendor looks for it; what is found goes, under the id that it has."""
        asked: list[Creation] = []

        def find(_session: Session, creation: Creation) -> str:
            asked.append(creation)
            return "found"

        target = Target(lost(), json_of(204))
        case = case_with(target, find=find)
        with pytest.raises(TransportFailure):
            make(case, name="Segment 1")
        case.clean_up()
        assert [each.name for each in asked] == ["Segment 1"]
        assert deletions(target) == ["found"]

    def test_what_is_nowhere_was_not_made(self) -> None:
        """Nothing is removed, and nothing remains."""
        target = Target(lost())
        case = case_with(target)
        with pytest.raises(TransportFailure):
            make(case, name="Segment 1")
        case.clean_up()
        assert deletions(target) == []
        assert case.session.journal.remaining() == []

    def test_what_cannot_be_looked_for_is_left(self) -> None:
        """Where the target does not let anybody look, it is told."""

        def find(_session: Session, _creation: Creation) -> str:
            raise Unmet("there is no list of them")

        case = case_with(Target(json_of(500)), find=find)
        make(case, name="Segment 1")
        case.clean_up()
        [left] = case.session.journal.remaining()
        assert (left.state, left.reason) == ("left", "there is no list of them")


class TestWhatWasNeverSent:
    """A creation that was planned only is not asked about."""

    def test_nothing_is_sent_for_it(self) -> None:
        """The target is neither searched nor told to remove anything."""
        looked: list[Creation] = []

        def find(_session: Session, creation: Creation) -> str:
            looked.append(creation)
            return "x"

        target = Target(json_of(200, []))
        case = case_with(target, find=find, limits=Limits(requests=1))
        case.send(op.LIST)
        for name in ("", "a"):
            with pytest.raises(Unmet):
                make(case, name, name="Segment 1")
        case.clean_up()
        assert (len(target.sent), looked) == (1, [])
        assert case.session.journal.remaining() == []

    def test_neither_reading_nor_logging_in_nor_cleaning_up_makes_it(self) -> None:
        """Only a request that may change something counts, from when it was planned on."""
        target = Target(created)
        case = case_with(target)
        make(case, "a")
        case.plan("segment", "b", removal(), "b")
        case.send(op.LIST)
        case.send(op.SERVICE_TOKEN, step="log in")
        case.clean_up()
        assert deletions(target) == ["a"]

    def test_what_was_interrupted_on_its_way_may_have_been_made(self) -> None:
        """Nobody saw the answer, and nothing was recorded: it is removed all the same."""

        def interrupted(_request: Request) -> Response:
            raise KeyboardInterrupt

        target = Target(interrupted, created)
        case = case_with(target)
        with pytest.raises(KeyboardInterrupt):
            make(case, "a")
        assert case.record.exchanges == []
        case.clean_up()
        assert deletions(target) == ["a"]

    def test_any_change_after_it_may_have_made_it(self) -> None:
        """Who plans several things and sends one request has them all removed."""
        target = Target(created)
        case = case_with(target)
        for each in "ab":
            case.plan("segment", each, removal(), each)
        case.send(op.CREATE_BULK, body=[])
        case.clean_up()
        assert deletions(target) == ["b", "a"]


class TestSessions:
    """At the end of a run, and after one that was interrupted, the rest goes."""

    def test_what_tests_left_is_tried_again(self) -> None:
        """What could not be removed before is removed at the end."""
        target = Target(json_of(201), json_of(409), json_of(204))
        session = session_with(target)
        case = Case(session, "test_it", ())
        make(case, "a")
        case.clean_up()
        assert [each.state for each in session.journal.remaining()] == ["left"]
        assert session.clean_up() == []
        assert deletions(target) == ["a", "a"]

    def test_what_was_interrupted_is_removed(self) -> None:
        """What another test planned may have been sent: it is looked for, not forgotten."""
        target = Target(created)
        session = session_with(target, find=lambda _session, creation: f"found-{creation.name}")
        Case(session, "test_it", ()).plan("segment", "a", removal())
        session.clean_up()
        assert deletions(target) == ["found-a"]

    def test_what_remains_is_returned(self) -> None:
        """Whoever ends a run can tell what could not be removed."""
        session = session_with(Target(json_of(201), json_of(500)))
        make(Case(session, "test_it", ()), "a")
        assert [each.reason for each in session.clean_up()] == ["its removal was answered with 500"]

    def test_the_journal_of_an_interrupted_run_is_enough(self, tmp_path: Path) -> None:
        """A later process removes, last first, what the file says; what was removed it leaves."""
        path = tmp_path / "emporix.jsonl"
        case = case_with(Target(created), journal=Journal(path))
        for each in "abc":
            make(case, each)
        case.session.journal.removed(case.session.journal.numbered(2))
        target = Target(created)
        later = session_with(target, journal=read(path))
        assert later.clean_up() == []
        assert deletions(target) == ["c", "a"]
        assert read(path).remaining() == []
