"""What all reports say in the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.report.words import by_area, difference, used_verdicts

from .documents import failing, off_contract, passing, told


@pytest.mark.parametrize(
    ("expected", "actual", "parts"),
    [
        ("401", "403", ("40", "3", "")),
        ("a b c", "a x c", ("a ", "x", " c")),
        ("same", "same", ("same", "", "")),
        ("aa", "aaa", ("aa", "a", "")),
        ("aaa", "aa", ("aa", "", "")),
        ("", "all", ("", "all", "")),
        ("xyx", "x", ("x", "", "")),
    ],
)
def test_the_difference_is_as_short_as_it_can_be(
    expected: str, actual: str, parts: tuple[str, str, str]
) -> None:
    """Common beginnings and ends are left out."""
    assert difference(expected, actual) == parts


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_the_parts_are_what_came(expected: str, actual: str) -> None:
    """Nothing is lost, and what is around the middle is common."""
    before, middle, after = difference(expected, actual)
    assert before + middle + after == actual
    assert expected.startswith(before)
    assert expected.endswith(after)
    assert len(before) + len(after) <= len(expected)


def test_areas_are_in_order_and_the_contract_is_last() -> None:
    """Each with its verdicts."""
    rows = by_area(told(failing(), passing(), off_contract()))
    names = [name for name, _ in rows]
    assert names == [*sorted(names[:-1]), "contract"]
    counts = dict(rows)
    assert counts["choosing"] == {"fail": 1}
    assert counts["contract"]["fail"] == 1


def test_only_verdicts_that_occur_are_columns() -> None:
    """Worst first."""
    assert used_verdicts([("a", {"pass": 1, "fail": 0}), ("b", {"error": 2})]) == ["error", "pass"]
    assert used_verdicts([]) == []
