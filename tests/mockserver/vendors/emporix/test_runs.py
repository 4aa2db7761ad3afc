"""Runs of records hold against plain sorted lists, across blocks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.vendors.emporix import runs
from mockserver.vendors.emporix.runs import Run, merged


@dataclass(frozen=True, slots=True)
class Row:
    """The least that a run can hold."""

    number: int
    text: str = ""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four records, so that small runs have several."""
    monkeypatch.setattr(runs, "BLOCK", 4)


@given(
    st.lists(st.integers(0, 60), unique=True),
    st.lists(st.tuples(st.sampled_from("irdae"), st.integers(0, 60), st.integers(1, 9))),
    st.integers(-70, 70),
    st.integers(-70, 70),
)
def test_a_run_is_a_sorted_list(
    start: list[int], steps: list[tuple[str, int, int]], low: int, high: int
) -> None:
    """Whatever is inserted, replaced, removed and appended, positions and stretches agree."""
    plain = {number: Row(number) for number in sorted(start)}
    run = Run(plain.values())
    for step, number, more in steps:
        top = max(plain, default=0)
        if step == "a":
            plain[top + more] = Row(top + more)
            run.append(plain[top + more])
        elif step == "e":
            rows = [Row(top + each) for each in range(1, more)]
            plain |= {row.number: row for row in rows}
            run.extend(rows)
        elif step == "i" and number not in plain:
            plain[number] = Row(number)
            run.insert(plain[number])
        elif step == "r" and number in plain:
            plain[number] = Row(number, f"{more}")
            run.replace(plain[number])
        elif step == "d" and number in plain:
            run.remove(plain.pop(number))
    expected = [plain[number] for number in sorted(plain)]
    assert list(run) == expected
    assert len(run) == len(expected)
    assert run[low:high] == expected[low:high]
    for place in {0, -1, len(expected) // 2, len(expected), -len(expected) - 1}:
        if -len(expected) <= place < len(expected):
            assert run[place] == expected[place]
        else:
            with pytest.raises(IndexError):
                run[place]


def test_a_block_that_grows_is_split() -> None:
    """Records that come in backwards stay in order, in blocks of no more than twice the size."""
    run: Run[Row] = Run()
    for number in range(40, 0, -1):
        run.insert(Row(number))
    assert [row.number for row in run] == list(range(1, 41))
    assert run[10:13] == [Row(11), Row(12), Row(13)]
    for number in range(1, 41):
        run.remove(Row(number))
    assert list(run) == []


@given(st.lists(st.integers(0, 5), max_size=40))
def test_runs_are_merged_in_order(owners: list[int]) -> None:
    """Each record once, by number, out of whichever run holds it."""
    rows = [Row(number, str(owner)) for number, owner in enumerate(owners)]
    parts = [[row for row in rows if row.text == str(owner)] for owner in range(6)]
    assert list(merged([Run(part) for part in parts if part])) == rows
