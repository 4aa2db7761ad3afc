"""Where q is easily read a little wrong: parts of values, last clauses, bounds, false and null."""

from __future__ import annotations

import re

import pytest

from conformance.emporix.case import Emporix
from conformance.emporix.lists import (
    CUSTOMERS,
    ID_FIELD,
    ITEMS,
    KINDS,
    LISTS_OF,
    MIXIN,
    SEGMENTS,
    Scene,
    languages,
    mixins,
    scene,
    word,
)
from conformance.exchange import at
from conformance.judging import Unmet, judges


@judges("EMX-240", "EMX-241", "EMX-242")
@pytest.mark.parametrize("kind", KINDS)
def test_values_and_pairs_count_to_the_last(emporix: Emporix, kind: str) -> None:
    """A q compares whole values, every value of a list and every pair, before pages are cut."""
    made = scene(emporix, kind)
    field = ID_FIELD[kind]
    one, two, last = made.ids
    parts = [part for each in made.ids for part in (each[:-1], each[1:])]
    parts = [part for part in parts if part not in made.ids]
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        _judge(made, operation, "EMX-240", f"{field}:({','.join(parts)})", [])
        _judge(made, operation, "EMX-242", f"{field}:({one},{last},{two})", [one, two, last])
        q = f"{field}:{one} metadata.version:1 metadata.version:7"
        _judge(made, operation, "EMX-241", q, [])
        for each in made.ids:
            page = made.look(operation, f"{field}:{each}", pageSize=1)
            judging = emporix.judge("EMX-240", page).status(200)
            judging.same([each], made.found(page), "the first page of one record")


@judges("EMX-240")
def test_letters_are_compared_as_they_are(emporix: Emporix) -> None:
    """A q tells small letters in an id from capitals, and finds letters beyond a to z."""
    language = languages(emporix)[0]
    names = [f"{word(emporix)}{end}" for end in ("Größe", "Menge")]
    small = emporix.fresh_id()
    ids = [small, small.upper()]
    for named, name in zip(ids, names, strict=True):
        emporix.segment(id=named, name={language: name})
    made = Scene(emporix, SEGMENTS, tuple(ids), ({}, {}))
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        for named, name in zip(ids, names, strict=True):
            _judge(made, operation, "EMX-240", f"id:{named}", [named], alone=True)
            _judge(made, operation, "EMX-240", f"name.{language}:{name}", [named])


@judges("EMX-244", "EMX-245")
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_not_compared_as_texts(emporix: Emporix, kind: str) -> None:
    """A q compares numbers as numbers: 10 is greater than 9, 9.5 lies between, -5 below."""
    sizes = (9, 10, 9.5)
    made = scene(emporix, kind, *(mixins(emporix, size=each) for each in sizes))
    nine, ten, half = made.ids
    field = f"mixins.{MIXIN}.size"
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        for condition, expected in (
            (">9", [ten, half]),
            ("<10", [nine, half]),
            (">9.5", [ten]),
            (">-5", [nine, ten, half]),
        ):
            _judge(made, operation, "EMX-244", f"{field}:{condition}", expected)
        _judge(made, operation, "EMX-245", f"{field}:(>=9 AND <=9.5)", [nine, half])


@judges("EMX-245")
@pytest.mark.parametrize("kind", KINDS)
def test_the_ends_of_a_range_count_by_their_signs(emporix: Emporix, kind: str) -> None:
    """An end of a range belongs to it with >= and <=, and does not with > and <."""
    made = scene(emporix, kind, *(mixins(emporix, size=size) for size in (1, 2, 3)))
    one, two, three = made.ids
    field = f"mixins.{MIXIN}.size"
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        for condition, expected in (
            ("(>=1 AND <3)", [one, two]),
            ("(>1 AND <=3)", [two, three]),
            ("(>=2 AND <=2)", [two]),
        ):
            _judge(made, operation, "EMX-245", f"{field}:{condition}", expected)


@judges("EMX-246")
def test_a_date_is_not_after_itself(emporix: Emporix) -> None:
    """A date equals itself: it counts with >= and <= and alone, and not with > and <."""
    first, last = "2031-01-01T10:00:00.000Z", "2031-01-01T11:00:00.000Z"
    made = scene(
        emporix, SEGMENTS, {"validity": {"from": first}}, {"validity": {"from": last}}
    )  # fmt: skip
    early, late = made.ids
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        for condition, expected in (
            (f'>"{first}"', [late]),
            (f'>="{first}"', [early, late]),
            (f'<"{last}"', [early]),
            (f'<="{last}"', [early, late]),
            (f'"{first}"', [early]),
            (f'(>"{first}" AND <"{last}")', []),
        ):
            _judge(made, operation, "EMX-246", f"validity.from:{condition}", expected)


@judges("EMX-246")
@pytest.mark.parametrize("kind", [CUSTOMERS, ITEMS])
def test_a_date_is_not_before_itself(emporix: Emporix, kind: str) -> None:
    """What was created at a time is found from that time on, and not before it."""
    # More digits may be stored than are shown: where they are cut off, these two still hold.
    made = scene(emporix, kind, {}, {}, pause=1.0)
    early, late = made.ids
    for operation in LISTS_OF[kind]:
        told = at(made.record(made.ready(operation), 1), "/metadata/createdAt")
        if not isinstance(told, str):
            raise Unmet("metadata.createdAt is not shown, so there was nothing to compare with")
        _judge(made, operation, "EMX-246", f'metadata.createdAt:>="{told}"', [late])
        _judge(made, operation, "EMX-246", f'metadata.createdAt:<"{told}"', [early])


@judges("EMX-247", "EMX-248", "EMX-249")
@pytest.mark.parametrize("kind", KINDS)
def test_false_is_there(emporix: Emporix, kind: str) -> None:
    """A property that is false is there and not null; one that is null counts as null."""
    made = scene(
        emporix, kind, mixins(emporix, flag=False), mixins(emporix, other=0),
        mixins(emporix, flag=None, other="", word="x"),
    )  # fmt: skip
    false, absent, null = made.ids
    field, known = f"mixins.{MIXIN}.flag", f"{ID_FIELD[kind]}:({made.ids[0]},{made.ids[1]})"
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        _judge(made, operation, "EMX-248", f"{field}:null", [absent, null])
        _judge(made, operation, "EMX-248", f"mixins.{MIXIN}.other:null", [false])
        _judge(made, operation, "EMX-247", f"mixins.{MIXIN}.word:true", [])
        # Whether null is there, nobody says.
        _judge(made, operation, "EMX-249", f"{known} {field}:exists", [false])
        _judge(made, operation, "EMX-249", f"{known} {field}:missing", [absent])
        _judge(made, operation, "EMX-249", f"{known} mixins.{MIXIN}.other:exists", [absent])


@judges("EMX-250")
def test_the_signs_of_an_expression_count(emporix: Emporix) -> None:
    """Anchors and alternatives of a regular expression count, in either style of parentheses."""
    stem = word(emporix)
    made = scene(
        emporix, SEGMENTS, *({"name": {"en": f"{stem}{end}"}} for end in ("b", "bb", "a fox"))
    )  # fmt: skip
    b, bb, fox = made.ids
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        # Each means the same whether a part must match or the whole.
        for pattern, expected in (
            (f"~^{stem}b$", [b]),
            (f"(~^{stem}zz$|^{stem}bb$)", [bb]),
            (f"~({stem}a fo.)", [fox]),
            (f"~^{stem[1:]}b$", []),
        ):
            _judge(made, operation, "EMX-250", f"name.en:{pattern}", expected)


@judges("EMX-250")
@pytest.mark.parametrize("kind", [CUSTOMERS, ITEMS])
def test_the_signs_of_an_expression_count_for_assignments(emporix: Emporix, kind: str) -> None:
    """Anchors and alternatives count for the ids of what is assigned, in either style."""
    made = scene(emporix, kind)
    one, two, last = (re.sub(r"[^A-Za-z0-9]", ".", each) for each in made.ids)
    field = ID_FIELD[kind]
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        alternatives = f"(~^{one}x$|^{two}$)"
        _judge(made, operation, "EMX-250", f"{field}:{alternatives}", [made.ids[1]])
        _judge(made, operation, "EMX-250", f"{field}:~(^{last}$)", [made.ids[2]])
        _judge(made, operation, "EMX-250", f"{field}:~^{one[1:]}$", [])


def _judge(
    made: Scene,
    operation: str,
    requirement: str,
    q: str,
    expected: list[str],
    *,
    alone: bool = False,
) -> None:
    """Judge what a q leaves of the scene; `alone` asks for nothing but the q itself."""
    reply = made.finds(operation, q, expected, narrowed=not alone)
    judging = made.case.judge(requirement, reply).status(200)
    judging.same_set(expected, made.found(reply), f"what {q} leaves")
