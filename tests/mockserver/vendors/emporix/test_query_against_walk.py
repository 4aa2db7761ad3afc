"""Compiled queries, compared with a naive walk over the JSON of every segment."""

from __future__ import annotations

from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import contracts
from mockserver.kernel import instants
from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.vendors.emporix.drafts import read_segment
from mockserver.vendors.emporix.fields import segment_field
from mockserver.vendors.emporix.listing import Listing, page
from mockserver.vendors.emporix.matching import narrow
from mockserver.vendors.emporix.query import parse
from mockserver.vendors.emporix.records import segment_document
from mockserver.vendors.emporix.world import World


@dataclass
class Term:
    """One clause: its text, its path and what it wants of a value."""

    text: str
    path: tuple[str, ...]
    holds: Any


NOTHING = object()
WORDS = ("a", "b", "main", "outlet", "ACTIVE", "INACTIVE", "x y", "20", "true")
NUMBERS = (-1, 0, 1, 2.5, 20)
DATES = ("2024-01-01T00:00:00.000Z", "2026-11-20T12:00:01.000Z", "2026-11-20T12:00:02.000Z")
PATHS = (
    ("id",),
    ("siteCode",),
    ("status",),
    ("name", "en"),
    ("name", "de"),
    ("description", "en"),
    ("validity", "from"),
    ("metadata", "version"),
    ("metadata", "createdAt"),
    ("mixins", "m", "v"),
    ("mixins", "gone"),
)
COMPARISONS = {">": gt, "<": lt, ">=": ge, "<=": le}


def look(value: Any, path: tuple[str, ...]) -> Any:
    """Follow a path into JSON."""
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return NOTHING
        value = value[step]
    return value


def is_number(value: Any) -> bool:
    """Tell numbers from booleans."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equals(value: Any, word: str) -> bool:
    """Compare as the grammar says: text by text, numbers and booleans by their spelling."""
    if isinstance(value, str):
        return value == word
    if isinstance(value, bool):
        return word == str(value).lower()
    return is_number(value) and word in (str(value), f"{value}.0")


paths = st.sampled_from(PATHS)
words = st.sampled_from(WORDS)


def quoted(word: str) -> str:
    """Write a value of a query."""
    return f'"{word}"' if " " in word else word


@st.composite
def terms(draw: Any) -> Term:
    """Draw one clause."""
    path = draw(paths)
    name = ".".join(path)
    kind = draw(st.sampled_from(["word", "list", "presence", "number", "date", "like"]))
    if kind == "word":
        word = draw(words)
        return Term(f"{name}:{quoted(word)}", path, lambda value: equals(value, word))
    if kind == "list":
        several = draw(st.lists(words, min_size=1, max_size=4))
        text = f"{name}:({','.join(map(quoted, several))})"
        return Term(text, path, lambda value: any(equals(value, word) for word in several))
    if kind == "presence":
        word, holds = draw(
            st.sampled_from(
                [
                    ("exists", lambda value: value is not NOTHING),
                    ("missing", lambda value: value is NOTHING),
                    ("null", lambda value: value is None or value is NOTHING),
                ]
            )
        )
        return Term(f"{name}:{word}", path, holds)
    if kind == "like":
        part = draw(st.sampled_from(["a", "ma", "IN", "y$", "^x"]))
        bare = part.strip("^$")
        return Term(
            f"{name}:~{part}",
            path,
            lambda value: (
                isinstance(value, str)
                and (
                    value.endswith(bare)
                    if part.endswith("$")
                    else value.startswith(bare)
                    if part.startswith("^")
                    else bare in value
                )
            ),
        )
    return draw(ranges(path, name, kind))


@st.composite
def ranges(draw: Any, path: tuple[str, ...], name: str, kind: str) -> Term:
    """Draw comparisons with numbers or dates."""
    limits = NUMBERS if kind == "number" else DATES
    bounds = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(COMPARISONS)), st.sampled_from(limits)),
            min_size=1,
            max_size=3,
        )
    )

    def spell(limit: Any) -> str:
        return f'"{limit}"' if kind == "date" else str(limit)

    def holds(value: Any) -> bool:
        if kind == "date":
            dated = isinstance(value, str) and value[:2] == "20" and value.endswith("Z")
        else:
            dated = is_number(value)
        return dated and all(COMPARISONS[sign](value, limit) for sign, limit in bounds)

    text = " AND ".join(f"{sign}{spell(limit)}" for sign, limit in bounds)
    return Term(f"{name}:({text})" if len(bounds) > 1 else f"{name}:{text}", path, holds)


bodies = st.fixed_dictionaries(
    {
        "name": st.dictionaries(st.sampled_from(["en", "de"]), words),
        "siteCode": st.sampled_from(["main", "outlet", "20"]),
    },
    optional={
        "status": st.sampled_from(["ACTIVE", "INACTIVE"]),
        "description": st.dictionaries(st.just("en"), words),
        "validity": st.fixed_dictionaries({}, optional={"from": st.sampled_from(DATES)}),
        "mixins": st.fixed_dictionaries(
            {"m": st.dictionaries(st.just("v"), words | st.sampled_from([*NUMBERS, True, None]))}
        ),
    },
)


@given(
    st.lists(bodies, max_size=6),
    st.lists(terms(), min_size=1, max_size=3),
    st.booleans(),
)
@settings(deadline=None)
def test_queries_find_what_a_naive_reading_finds(
    contents: list[Any], asked: list[Term], counted: bool
) -> None:
    """Compiled queries, with indexes, agree with a walk over the JSON of every segment."""
    choices = {
        name: choice.default for name, choice in contracts.contract("emporix").choices.items()
    }
    world = World(clock=Clock(0, frozen=True), ids=Ids(0), choices=choices)
    for number, body in enumerate(contents):
        at = instants.parse("2026-11-20T12:00:00Z") + 1000 * number
        world.plant_segment(
            read_segment(body, None),
            "ab"[number % 2] * (number // 2 + 1),
            created_at=at,
            modified_at=at,
        )
    expected = [
        segment.id
        for segment in world.segments.rows
        if all(term.holds(look(segment_document(segment), term.path)) for term in asked)
    ]
    clauses = parse(" ".join(term.text for term in asked))
    candidates, rest = narrow(world.segments, clauses)
    found = page(candidates, rest, segment_field, Listing(100, 1, (), counted))
    assert [segment.id for segment in found.rows] == expected
    assert found.total == (len(expected) if counted else None)
