"""The kill matrix: what counts as caught, as missed and as a false alarm."""

from __future__ import annotations

import pytest

from conformance import matrix as module
from conformance.matrix import Matrix, prove
from conformance.selftest import Column, Outcome
from mockserver import known_defects

DEFECT = known_defects("akinon")["akinon.set-answers-201"]
VIOLATED = DEFECT.violates[0]


def test_a_defect_is_caught_by_a_test_that_finds_what_it_violates() -> None:
    """What else was found stands beside it."""
    matrix = Matrix("akinon")
    failed = {"a": (VIOLATED, "contract:setSegment"), "b": ("AKN-024",)}
    matrix.add(Outcome(Column(DEFECT.name), failed, requests=3))
    (row,) = matrix.rows
    assert row.caught == ("a",)
    assert set(row.others) == {"AKN-024", "contract:setSegment"} - set(DEFECT.violates)
    assert matrix.proven
    assert matrix.summary().startswith("akinon: 1 of 1 defects caught, ")


def test_another_finding_catches_no_defect() -> None:
    """Nor does a test that stumbles."""
    matrix = Matrix("akinon")
    matrix.add(Outcome(Column(DEFECT.name), {"b": ("AKN-024",)}, {"c": "broke"}))
    assert matrix.missed == [DEFECT.name]
    assert matrix.rows[0].stumbled == ("c: broke",)
    assert not matrix.proven
    assert matrix.as_json()["rows"][0]["caught"] == []


@pytest.mark.parametrize(
    ("outcome", "alarm"),
    [
        (Outcome(Column(), {"a": ("X", "Y")}), "(clean) a finds X, Y violated"),
        (Outcome(Column(choices=(("c", "v"),)), {}, {"a": "broke"}), "(c=v) a: broke"),
        (Outcome(Column(edition="2"), left=("segment N",)), "(contract 2) left behind: segment N"),
    ],
)
def test_everything_on_a_clean_mock_is_an_alarm(outcome: Outcome, alarm: str) -> None:
    """Findings, errors of the kit, and things left behind."""
    matrix = Matrix("akinon")
    matrix.add(Outcome(Column(), requests=2))
    assert matrix.proven
    matrix.add(outcome)
    assert matrix.alarms == [alarm]
    assert not matrix.proven
    assert (matrix.clean, matrix.requests) == (2, 2)


def test_all_defects_and_all_choices_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every contract version with all of them; named defects alone."""
    monkeypatch.setattr(module, "kill", lambda _vendor, name: Outcome(Column(name)))
    monkeypatch.setattr(module, "try_choices", lambda _vendor, column: Outcome(column))
    steps = prove("emporix")
    columns = [outcome.column for outcome in steps]
    assert len(columns) == steps.total
    assert [each.defect for each in columns if each.defect] == list(known_defects("emporix"))
    clean = [each for each in columns if not each.defect]
    assert {each.edition for each in clean} == {"", "2026-09"}
    by_edition = [{each.choices for each in clean if each.edition == v} for v in ("", "2026-09")]
    assert by_edition[0] == by_edition[1]
    assert () in by_edition[0]
    some = prove("akinon", [DEFECT.name])
    assert [outcome.column.defect for outcome in some] == [DEFECT.name]
    assert some.total == 1
