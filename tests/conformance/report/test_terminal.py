"""What a person reads in the terminal, and CI in its log."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from conformance.execution import Result
from conformance.gathering import Gathered
from conformance.judging import Judgement
from conformance.report.terminal import Live, screen, show

from .documents import NASTY, ONE, OTHER, exchange, failing, off_contract, passing, told


def _shown(document: object, *, verbose: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=100, highlight=False, markup=False, soft_wrap=True)
    show(console, document, verbose=verbose)  # type: ignore[arg-type]
    return file.getvalue()


def test_a_failure_is_told_as_a_person_needs_it() -> None:
    """The rule, its source, what came, the sequence that led there, and the command."""
    text = _shown(told(failing(), passing()))
    for each in (
        f"{ONE} (must) ",
        "source: Segments page, listSegments and setSegment, response 401\n",
        "expected 401 at /detail\ncame     200\n",
        "  1. GET /users/segments/ -> 200 (set up)\n> 2. GET /users/segments/ -> 200\n",
        "curl -sS -i -H 'Accept: application/json' http://127.0.0.1:1/users/segments/\n",
        "Akinon at http://127.0.0.1:1: not conformant (1 fail, ",
        "7 requests (0 repeated), 0 things made, 0 left, 1.5 s, profile full, seed 0, run abcdef",
    ):
        assert each in text
    assert "clean up" not in text


def test_no_line_is_broken() -> None:
    """However long: a command is copied as a whole."""
    long = "/users/segments/?" + "x" * 500
    text = _shown(told(failing(actual="y" * 300, exchanges=(exchange(2, url=long),))))
    assert f"came     {'y' * 300}\n" in text
    assert f"{long}'\n" in text or f"{long}\n" in text


def test_the_same_failure_is_told_once() -> None:
    """And at most three different ones."""
    text = _shown(told(off_contract(5)))
    assert text.count("expected an object at /results") == 1
    assert "… and 4 more" in text
    several = [failing(actual=str(status)) for status in (200, 201, 202, 204)]
    text = _shown(told(*several))
    assert text.count("expected 401") == 3
    assert "… and 1 more" in text


def test_a_target_cannot_steer_the_terminal() -> None:
    """Nor the markup of the library that prints."""
    text = _shown(
        told(
            failing(
                actual=NASTY + "[bold]", expected="\x9b1m[/]", exchanges=(exchange(2, body=NASTY),)
            ),
            broken=["[red]\x1b]0;x\x07"],
            left=[{"kind": "k", "name": "[/]\x1b", "id": "", "reason": "\x08"}],
        )
    )
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "\\x1b[31m" in text
    assert "[bold]" in text
    assert "error: [red]\\x1b]0;x\\x07" in text
    assert "left at the target: k [/]\\x1b (\\x08)\n" in text


def test_what_needs_a_variable_says_so() -> None:
    """Before the command."""
    headers = (("Authorization", "Bearer ${A_TOKEN}"),)
    text = _shown(told(failing(exchanges=(exchange(2, headers=headers),))))
    assert "  needs A_TOKEN\ncurl -sS -i -H 'Authorization: Bearer '\"${A_TOKEN}\"" in text


def test_no_answer_says_why() -> None:
    """In the sequence."""
    text = _shown(told(failing(exchanges=(exchange(2, status=None),))))
    assert "> 2. GET /users/segments/ -> no answer: the connection failed\n" in text


def test_open_ends_are_gathered_by_their_reason() -> None:
    """With the first requirements, and how many more."""
    text = _shown(told(passing()))
    assert "inconclusive: no test of this run exercised it (" in text
    assert text.count("no test of this run exercised it") == 1
    assert " more)" in text


def test_every_reason_is_told() -> None:
    """A requirement may lack several things; the first few are shown."""
    lacking = [
        Result(f"t.py::{number}", "", (ONE,), "unmet", f"add thing {number} to judge {ONE}",
               (Judgement(ONE, "inconclusive", f"add thing {number} to judge {ONE}"),))
        for number in range(5)
    ]  # fmt: skip
    text = _shown(told(*lacking))
    assert f"inconclusive: add thing 0 ({ONE})\n" in text
    assert f"inconclusive: add thing 2 ({ONE})\n" in text
    assert "add thing 3" not in text


def test_what_passed_without_some_of_its_tests_is_told() -> None:
    """With what they lacked: a test of a requirement is not all that its others are."""
    unmet = (Judgement(ONE, "inconclusive", "add a buyer"),)
    lacking = [Result(f"t.py::{each}", "", (ONE,), "unmet", "add a buyer", unmet) for each in "ab"]
    text = _shown(told(passing(id_=ONE), *lacking))
    assert f"left out: add a buyer (2 tests more of {ONE})\n" in text
    assert "left out" not in _shown(told(passing(id_=ONE)))
    assert "left out" not in _shown(told(*lacking))


def test_what_was_left_can_be_removed_later() -> None:
    """The command stands there."""
    text = _shown(told(left=[{"kind": "segment", "name": "N", "id": "1", "reason": ""}]))
    assert "left at the target: segment N 1 (not removed)\n" in text
    assert "`segment-conformance cleanup --run abcdef` tries again" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "conformant ("), (1, "not conformant ("), (130, "interrupted ("), (2, "not judged (")],
)
def test_the_last_lines_say_what_became_of_the_target(code: int, words: str) -> None:
    """In words."""
    assert f"http://127.0.0.1:1: {words}" in _shown(told(passing(), exit_code=code))


def test_nothing_tested_is_said() -> None:
    """And no empty table is drawn."""
    text = _shown(told(only=["AKN-9"]))
    assert "not judged (nothing was tested)\n" in text
    assert "area" not in text


def test_operations_are_shown_where_something_is_wrong() -> None:
    """All that were used, when that is asked for."""
    assert "Operations" not in _shown(told(passing()))
    assert "GET /users/segments/" in _shown(told(passing()), verbose=True)
    text = _shown(told(off_contract()))
    assert "GET /users/segments/  (answers off the contract)" in text
    assert "; 1 operation off the contract)" in text


def test_a_pipe_gets_wide_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless somebody says how wide they may be."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert screen().width == 120
    monkeypatch.setenv("COLUMNS", "70")
    assert screen().width == 70
    assert screen(stderr=True).stderr


def test_progress_is_lines_where_nothing_can_move() -> None:
    """At the beginning and at the end."""
    file = io.StringIO()
    with Live(Console(file=file, width=100)) as live:
        gathered = Gathered(collected=2)
        live(gathered, None)
        live(gathered, passing())
        live(gathered, failing())
    lines = file.getvalue().splitlines()
    assert lines[0].startswith("0 of 2 tests: 0 requests, ")
    assert lines[-1].startswith("2 of 2 tests: 1 completed, 1 failed; 4 requests, ")
    assert len(lines) == 2


def test_progress_is_a_bar_on_a_terminal() -> None:
    """Which goes away."""
    file = io.StringIO()
    with Live(Console(file=file, width=100, force_terminal=True)) as live:
        live(Gathered(collected=1), passing())
    assert "1 of 1 tests" not in file.getvalue()
    assert "judging" in file.getvalue()
    assert OTHER not in file.getvalue()
