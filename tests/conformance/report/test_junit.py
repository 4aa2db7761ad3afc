"""The run as JUnit XML, as CI systems read it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from conformance.execution import Result, disabled
from conformance.judging import Judgement
from conformance.report.junit import junit
from conformance.session import BACKGROUND

from .documents import NASTY, ONE, OTHER, exchange, failing, off_contract, passing, told


def _suite(*results: Result, **changes: object) -> ET.Element:
    root = ET.fromstring(junit(told(*results, **changes)))  # noqa: S314 - we have just written it
    assert root.tag == "testsuites"
    (suite,) = root
    return suite


def _case(*results: Result, **changes: object) -> ET.Element:
    (case,) = _suite(*results, **changes).findall("testcase")
    return case


def _kinds(case: ET.Element) -> list[str]:
    return [each.tag for each in case if each.tag != "properties"]


ERROR = Result(
    "t.py::e", "", (OTHER,), "error", "it broke", (Judgement(OTHER, "error", "it broke"),)
)


def test_a_test_case_has_its_requirements_as_properties() -> None:
    """And is named by file and function."""
    case = _case(failing())
    assert case.attrib == {
        "classname": "akinon.journeys.test_choosing", "name": "test_it[1]", "time": "0.250"
    }  # fmt: skip
    properties = [each.attrib for each in case.iter("property")]
    assert properties == [{"name": "requirement", "value": ONE}]


def test_a_failure_can_be_read_by_a_person() -> None:
    """The rule and its source, what came, the requests up to it, and the command."""
    (failure,) = _case(failing()).findall("failure")
    assert failure.attrib["message"] == f"{ONE}: expected 401, came 200"
    text = str(failure.text)
    assert text.startswith("A stranger is refused.\n")
    for each in (
        f"{ONE} (must): ",
        "  source:   Segments page, listSegments and setSegment, response 401\n",
        "  expected: 401 at /detail\n",
        "  came:     200\n",
        "1. GET /users/segments/ -> 200 (set up)\n2. GET /users/segments/ -> 200\ncurl -sS -i ",
    ):
        assert each in text
    assert "3. GET" not in text
    assert "Traceback" not in text


def test_the_suite_counts_what_is_in_it() -> None:
    """Tests, failures, errors and what was skipped; the seed stands beside them."""
    skipped = disabled("t.py::d", "", (ONE,), "not part of the smoke profile")
    unmet = replace(ERROR, test="t.py::u", ending="unmet", reason="add a member", judgements=())
    between = Result(BACKGROUND, "Logins.", (), "completed")
    suite = _suite(failing(), passing(), ERROR, skipped, unmet, between, broken=["gw0\ndied"])
    counts = {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "1", "errors": "2", "skipped": "2"}
    assert suite.attrib["timestamp"] == "2026-11-21T12:00:00Z"
    properties = {each.attrib["name"]: each.attrib["value"] for each in suite[0]}
    assert properties["seed"] == "0"
    assert properties["id"] == "abcdef"
    messages = [each.attrib["message"] for each in suite.iter("skipped")]
    assert messages == ["disabled: not part of the smoke profile", "unmet: add a member"]
    assert [each.attrib["message"] for each in suite.iter("error")] == ["it broke", "gw0"]


def test_what_passes_has_nothing_to_say() -> None:
    """Whatever else happened in the run."""
    suite = _suite(passing(), failing())
    passed = next(each for each in suite.findall("testcase") if each.get("name") == "test_that")
    assert _kinds(passed) == []


def test_a_known_failure_is_skipped() -> None:
    """One that is not known beside it counts."""
    case = _case(failing(), known={ONE: "SEG-1"})
    assert _kinds(case) == ["skipped"]
    assert case[1].attrib["message"] == f"known to fail: {ONE}"
    both = failing()
    more = Judgement(OTHER, "fail", "", "a", "", "", 0)
    both = replace(both, judgements=(*both.judgements, more))
    case = _case(both, known={ONE: "SEG-1"})
    assert _kinds(case) == ["failure"]
    assert case[1].attrib["message"] == f"{OTHER}: expected a, came (nothing)"


def test_an_answer_off_the_contract_is_a_failure() -> None:
    """Though the test itself went well, and names no requirement."""
    case = _case(off_contract(2))
    assert _kinds(case) == ["failure"]
    assert (
        case[0].attrib["message"].startswith("contract:listSegments: expected an object, came []")
    )
    assert case[0].attrib["message"].endswith("(and 1 more)")


@pytest.mark.parametrize("text", [NASTY, "]]> &amp; <x>", "\ufffe\uffff\x7f\x01"])
def test_any_text_stays_well_formed(text: str) -> None:
    """What XML cannot hold is replaced."""
    nasty = failing(
        actual=text, expected=text, title=text, exchanges=(exchange(2, method="PUT", body=text),)
    )
    case = _case(nasty)
    for character in "<&>":
        if character in text:
            assert character in case.findtext("failure", "")
    assert "\x01" not in ET.tostring(case, "unicode")
