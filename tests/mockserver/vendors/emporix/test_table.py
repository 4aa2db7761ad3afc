"""Tables keep order, keys and indexes together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from mockserver.vendors.emporix.matching import Candidates
from mockserver.vendors.emporix.table import Table


@dataclass(frozen=True)
class Row:
    """A record with one indexed value."""

    number: int
    key: str
    color: str


actions = st.tuples(
    st.sampled_from(["add", "paint", "remove"]),
    st.sampled_from("abcdef"),
    st.sampled_from(["red", "blue"]),
)


@given(st.lists(actions, max_size=40))
def test_a_table_agrees_with_a_list(steps: list[tuple[str, str, str]]) -> None:
    """After any steps the table holds what a plain list would, in the same order."""
    table: Table[Row] = Table(attrgetter("key"), {"color": attrgetter("color")})
    plain: list[Row] = []
    for action, key, color in steps:
        stored = next((row for row in plain if row.key == key), None)
        assert table.get(key) == stored
        if action == "add" and stored is None:
            row = Row(table.next_number, key, color)
            table.add(row)
            plain.append(row)
        elif action == "paint" and stored is not None:
            painted = replace(stored, color=color)
            table.replace(stored, painted)
            plain[plain.index(stored)] = painted
        elif action == "remove" and stored is not None:
            table.remove(stored)
            plain.remove(stored)
        assert list(table.rows) == plain
        assert len(table) == len(plain)
        for wanted in ("red", "blue"):
            expected = [row for row in plain if row.color == wanted]
            assert list(table.having("color", wanted)) == expected
        both = Candidates(table.having("color", "red"), table.having("color", "blue"))
        assert list(both.all()) == plain
        assert both.slice(1, 3) == plain[1:3]
        assert len(both) == len(plain)


@given(st.lists(st.sampled_from(["red", "blue"]), max_size=12), st.integers(0, 12))
def test_many_are_added_as_one_by_one(colors: list[str], before: int) -> None:
    """Adding records at once leaves what adding each of them leaves."""
    rows = [Row(number, str(number), color) for number, color in enumerate(colors, 1)]
    one, many = (Table[Row](attrgetter("key"), {"color": attrgetter("color")}) for _ in range(2))
    for row in rows:
        one.add(row)
    for row in rows[:before]:
        many.add(row)
    many.extend(rows[before:])
    assert list(many.rows) == list(one.rows)
    assert many.next_number == one.next_number
    for row in rows:
        assert many.get(row.key) is row
    for color in ("red", "blue"):
        assert list(many.having("color", color)) == list(one.having("color", color))
