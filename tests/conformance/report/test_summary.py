"""The run in Markdown and as annotations: whatever a target answers, it stays a text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from conformance.execution import Result
from conformance.judging import Judgement
from conformance.report.summary import shortened, summary, workflow_commands

from .documents import NASTY, ONE, OTHER, TEST, exchange, failing, off_contract, passing, told

LEFT = [{"kind": "coupon", "name": "N*1*", "id": "c_1", "reason": ""}]


def _many(number: int) -> dict[str, Any]:
    """Return a run in which so many requirements fail."""
    document = told(failing())
    ruling = next(each for each in document["rulings"] if each["id"] == ONE)
    return {
        **document,
        "rulings": [{**ruling, "id": f"X-{each}"} for each in range(number)],
    }


def test_a_failure_has_all_that_a_person_needs() -> None:
    """The rule, its source, what was expected, what came, the test and the command."""
    text = summary(told(failing(), passing()))
    assert text.startswith("# Akinon: not conformant\n")
    ruling = next(each for each in told(failing())["rulings"] if each["id"] == ONE)
    for each in (
        f"### {ONE}\n\n",
        f"Source: {ruling['source']}",
        "- expected 401 at /detail",
        "- came 200",
        r"test\_choosing.py::test\_it\[1\]",
        "```sh\ncurl -sS -i -H 'Accept: application/json' http://127.0.0.1:1/users/segments/\n```",
        "run abcdef",
        "7 requests",
    ):
        assert each in text
    assert "| choosing | 1 |" in text


def test_marks_are_shown_and_not_obeyed() -> None:
    """Every mark of Markdown, and line ends, in whatever came."""
    text = summary(told(failing(actual="*a* _b_ `c` <d> [e](f) | #g ~h~ &amp; $i$ \\\n## no")))
    assert r"- came \*a\* \_b\_ \`c\` \<d\> \[e\](f) \| \#g \~h\~ \&amp; \$i\$ \\ \#\# no" in text
    assert "\n## no" not in text


def test_a_fence_is_longer_than_those_in_the_command() -> None:
    """So that a body cannot end it."""
    text = summary(told(failing(exchanges=(exchange(2, method="PUT", body="`````"),))))
    assert "\n``````sh\ncurl" in text
    assert text.count("\n``````\n") == 1


def test_what_is_open_is_told() -> None:
    """Known failures, what was not judged, what was left, errors of the run."""
    error = Result("t.py::e", "", (OTHER,), "error", "", (Judgement(OTHER, "error", "it | broke"),))
    document = told(failing(), error, known={ONE: "SEG_1"}, left=LEFT, broken=["a\nworker"])
    text = summary(document)
    assert f"## Known failures\n\n- {ONE}: SEG\\_1\n" in text
    assert f"- {OTHER}, error: it \\| broke\n" in text
    assert "## Left at the target\n\n- coupon N\\*1\\* c\\_1: not removed\n" in text
    assert "## Errors of the run\n\n- a worker\n" in text
    assert "## Failures" not in text


def test_observations_are_told_as_they_are() -> None:
    """With the variant that was seen."""
    seen = Result("t.py::o", "", (), "completed", "", (Judgement("AKN-012", "observed", "a|b"),))
    assert "## Observed\n\n- AKN-012: a\\|b (" in summary(told(seen))


def test_a_run_without_verdict_says_why() -> None:
    """In its heading."""
    assert summary(told()).startswith("# Akinon: not judged, nothing was tested\n")
    broken = told(broken=["x"], exit_code=2)
    assert summary(broken).startswith("# Akinon: not judged, the run itself did not go well\n")
    error = Result("t.py::e", "", (OTHER,), "error", "", (Judgement(OTHER, "error", "x"),))
    assert "not judged, 1 could not be judged because of errors\n" in summary(told(error))


def test_github_takes_no_more_than_a_mebibyte() -> None:
    """A longer summary ends at a line, and says so; a shorter one is left as it is."""
    assert shortened("a\nb\n") == "a\nb\n"
    found = shortened("ä" * 99 + "\n" + ("ü" * 100 + "\n") * 6000)
    assert 990_000 < len(found.encode()) < 1_048_576
    lines = found.splitlines()
    assert lines[-1] == "The rest was too long: see summary.md."
    assert {len(line) for line in lines[1:-4]} == {100}


@pytest.mark.parametrize(
    ("number", "lines", "last"),
    [
        (1, 1, "::error title=X-0::"),
        (10, 10, "::error title=X-9::"),
        (11, 10, "::error ::2 more requirements are violated"),
        (30, 10, "::error ::21 more requirements are violated"),
    ],
)
def test_github_shows_ten_errors_of_a_step(number: int, lines: int, last: str) -> None:
    """The tenth tells how many more there are, where there are more."""
    said = list(workflow_commands(_many(number)))
    assert len(said) == lines
    assert said[-1].startswith(last)


def test_an_annotation_cannot_be_left() -> None:
    """Line ends and signs of the language are escaped, in title and text."""
    document = _many(1)
    document["rulings"][0]["id"] = "contract:a,b\n100%"
    document["rulings"][0]["failures"][0]["actual"] = NASTY
    (line,) = workflow_commands(document)
    assert line.startswith("::error title=contract%3Aa%2Cb%0A100%25::")
    assert "\n" not in line
    assert "%0A::error::" in line
    assert "%0Aexpected 401%0Acame " in line


def test_errors_of_the_run_come_first() -> None:
    """They take the place of a failure."""
    document = {**_many(12), "broken": ["it\nbroke", "twice"]}
    said = list(workflow_commands(document))
    assert said[0] == "::error title=segment-conformance::it%0Abroke"
    assert len(said) == 10
    assert said[-1] == "::error ::4 more requirements are violated"


def test_a_run_without_verdict_is_an_annotation_too() -> None:
    """A clean run is none."""
    (line,) = workflow_commands(told())
    assert line == "::error title=segment-conformance::not judged, nothing was tested"
    assert list(workflow_commands(told(passing()))) == []


def test_only_the_first_failure_of_a_requirement_is_told() -> None:
    """A contract is often left in many places."""
    assert summary(told(off_contract(9))).count("- expected ") == 1
    found = summary(told(failing(exchanges=()), replace(failing(), test="other")))
    assert re.findall(r"- test (\S+)", found) == [
        TEST.replace("_", r"\_").replace("[", r"\[").replace("]", r"\]")
    ]
