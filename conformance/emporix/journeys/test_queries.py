"""What q leaves of the seven lists, form by form."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from conformance.emporix import operations as op
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
def test_records_are_found_by_their_values(emporix: Emporix, kind: str) -> None:
    """A q keeps the records with one value, with one of several values, and with all pairs."""
    made = scene(emporix, kind)
    made.update(1)
    field = ID_FIELD[kind]
    one, other, third = made.ids
    for operation in LISTS_OF[kind]:
        if kind == CUSTOMERS or operation in (op.LIST_ITEMS, op.SEARCH_ITEMS):
            made.ready(operation)  # these need no q to show the scene alone
        if operation == op.LIST_ALL_ITEMS:
            q = f"segmentId:{made.segment}"
            _judge(made, operation, "EMX-240", q, made.ids, alone=True)
            _judge(made, operation, "EMX-240", f"{q}x", [], alone=True)
        else:
            _judge(made, operation, "EMX-240", f"{field}:{one}", [one], alone=True)
            _judge(made, operation, "EMX-240", f"{field}:{emporix.fresh_id()}", [], alone=True)
        _judge(made, operation, "EMX-242", f"{field}:({one},{third})", [one, third])
        _judge(made, operation, "EMX-241", f"{field}:{other} metadata.version:2", [other])
        _judge(made, operation, "EMX-241", f"metadata.version:2 {field}:{one}", [])


@judges("EMX-240", read_only=True)
def test_a_known_segment_is_found_by_its_id(emporix: Emporix) -> None:
    """A q with the id of a known segment keeps that segment alone."""
    known = str(emporix.known("segments", "id")[0]["id"])
    reply = emporix.send(op.LIST, by="read", query={"q": f"id:{known}"})
    emporix.judge("EMX-240", reply).status(200).same([known], reply.each("/id"))
    query = {"q": f"id:{known}x{emporix.fresh()}"}
    reply = emporix.send(op.LIST, by="read", query=query)
    emporix.judge("EMX-240", reply).status(200).same([], reply.each("/id"))


@judges("EMX-244", "EMX-245")
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_compared(emporix: Emporix, kind: str) -> None:
    """A q compares numbers with >, >=, < and <=, and keeps those within a range."""
    made = scene(emporix, kind)
    made.update(1)
    made.update(2, times=2)
    one, two, three = made.ids
    field = "metadata.version"
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        for condition, expected in (
            (">1", [two, three]),
            (">=2", [two, three]),
            ("<2", [one]),
            ("<=2", [one, two]),
            (">3", []),
        ):
            _judge(made, operation, "EMX-244", f"{field}:{condition}", expected)
        for condition, expected in (
            ("(>=1 AND <=2)", [one, two]),
            ("(>=2 AND <=3)", [two, three]),
            ("(>1 AND <3)", [two]),
        ):
            _judge(made, operation, "EMX-245", f"{field}:{condition}", expected)


@judges("EMX-246")
@pytest.mark.parametrize("kind", KINDS)
def test_dates_are_compared(emporix: Emporix, kind: str) -> None:
    """A q compares dates in double quotes like numbers, ranges included."""
    made = scene(emporix, kind, {}, {}, pause=1.0)
    early, late = made.ids
    field = "metadata.createdAt"
    for operation in LISTS_OF[kind]:
        reply = made.ready(operation)
        first = _moment(at(made.record(reply, 0), "/metadata/createdAt"))
        last = _moment(at(made.record(reply, 1), "/metadata/createdAt"))
        if not last - first > timedelta(milliseconds=100):
            raise Unmet("what was made a second apart does not differ in metadata.createdAt")
        before, middle, after = (
            f'"{_text(each)}"'
            for each in (
                first - timedelta(hours=1), first + (last - first) / 2, last + timedelta(hours=1)
            )
        )  # fmt: skip
        for condition, expected in (
            (f">{middle}", [late]),
            (f">={middle}", [late]),
            (f"<{middle}", [early]),
            (f"<={middle}", [early]),
            (f"(>={before} AND <{middle})", [early]),
            (f"(>{middle} AND <={after})", [late]),
            (f"(>={before} AND <={after})", [early, late]),
        ):
            _judge(made, operation, "EMX-246", f"{field}:{condition}", expected)


@judges("EMX-243")
def test_segments_are_found_by_one_language_of_their_name(emporix: Emporix) -> None:
    """A q compares the language of a name that it mentions, and no other."""
    main, *more = languages(emporix)
    other = more[0] if more else main
    same, apart = word(emporix), word(emporix)
    made = scene(
        emporix, SEGMENTS,
        {"name": {main: same}}, {"name": {other: apart, main: apart if other == main else same}},
        {"name": {main: apart}},
    )  # fmt: skip
    one, two, three = made.ids
    in_main = {one: same, two: apart if other == main else same, three: apart}
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        for text in (same, apart):
            expected = [each for each, name in in_main.items() if name == text]
            _judge(made, operation, "EMX-243", f"name.{main}:{text}", expected)
        if other != main:
            _judge(made, operation, "EMX-243", f"name.{other}:{apart}", [two])
            _judge(made, operation, "EMX-243", f"name.{other}:{same}", [])


@judges("EMX-243")
def test_items_are_found_by_one_language_of_their_name(emporix: Emporix) -> None:
    """A q compares the language of an item's name that it mentions, and no other."""
    made = _items_with_names(emporix)
    for operation in LISTS_OF[ITEMS]:
        shown = made.look(operation, headers={"Accept-Language": "*"})
        names = {at(each, "/item/id"): at(each, "/item/name") for each in shown.entries()}
        language, text = _one_word(names)
        for asked in dict.fromkeys((language, *languages(emporix))):
            expected = [
                named for named, name in names.items()
                if isinstance(name, dict) and name.get(asked) == text
            ]  # fmt: skip
            _judge(made, operation, "EMX-243", f"item.name.{asked}:{text}", expected)


@judges("EMX-243")
def test_customers_are_found_by_one_language_of_a_mixin(emporix: Emporix) -> None:
    """A q compares the language of a localised mixin that it mentions, and no other."""
    made = scene(
        emporix, CUSTOMERS,
        mixins(emporix, label={"en": "north", "de": "nord"}),
        mixins(emporix, label={"en": "nord", "de": "north"}),
    )  # fmt: skip
    one, two = made.ids
    for operation in LISTS_OF[CUSTOMERS]:
        made.ready(operation)
        _judge(made, operation, "EMX-243", f"mixins.{MIXIN}.label.en:north", [one])
        _judge(made, operation, "EMX-243", f"mixins.{MIXIN}.label.de:north", [two])


@judges("EMX-250")
def test_segments_are_found_by_regular_expressions(emporix: Emporix) -> None:
    """A q matches names by regular expression, bare or in parentheses, where it may have blanks."""
    stem = word(emporix)
    made = scene(
        emporix, SEGMENTS,
        *({"name": {"en": f"{stem}{end}"}} for end in ("b", "bb", "a quick fox")),
    )  # fmt: skip
    b, bb, fox = made.ids
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        # The expressions mean the same whether a part must match or the whole.
        for pattern, expected in (
            (f"~{stem}b+", [b, bb]),
            (f"(~{stem}b+)", [b, bb]),
            (f"~.*{stem[-6:]}bb", [bb]),
            (f"(~.*{stem[-6:]}a quick f.*)", [fox]),
            (f"~{stem}c+", []),
        ):
            _judge(made, operation, "EMX-250", f"name.en:{pattern}", expected)


@judges("EMX-250")
@pytest.mark.parametrize("kind", [CUSTOMERS, ITEMS])
def test_assignments_are_found_by_regular_expressions(emporix: Emporix, kind: str) -> None:
    """A q matches the ids of what is assigned by regular expression, bare or in parentheses."""
    made = scene(emporix, kind)
    pattern = "." + re.sub(r"[^A-Za-z0-9]", ".", made.ids[0][1:])
    whole = [each for each in made.ids if re.fullmatch(pattern, each)]
    if whole != [each for each in made.ids if re.search(pattern, each)]:
        raise Unmet("the known ids are too alike to be told apart by an expression")
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        _judge(made, operation, "EMX-250", f"{ID_FIELD[kind]}:~{pattern}", whole)
        _judge(made, operation, "EMX-250", f"{ID_FIELD[kind]}:(~{pattern})", whole)
        _judge(made, operation, "EMX-250", f"{ID_FIELD[kind]}:~.*{emporix.fresh_id()}.*", [])


@judges("EMX-248")
def test_null_finds_segments_without_a_description(emporix: Emporix) -> None:
    """A q with null keeps the segments that have no description."""
    made = scene(emporix, SEGMENTS, {"description": {"en": "Something"}}, {})
    for operation in LISTS_OF[SEGMENTS]:
        made.ready(operation)
        _judge(made, operation, "EMX-248", "description.en:null", [made.ids[1]])


@judges("EMX-248", "EMX-249")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_and_what_is_not(emporix: Emporix, kind: str) -> None:
    """A q tells records that have a mixin from those that have none."""
    made = scene(emporix, kind, mixins(emporix, word="x"), {}, mixins(emporix, other="y"))
    word_, nothing, other = made.ids
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        _judge(made, operation, "EMX-249", f"mixins.{MIXIN}:exists", [word_, other])
        _judge(made, operation, "EMX-249", f"mixins.{MIXIN}:missing", [nothing])
        _judge(made, operation, "EMX-248", f"mixins.{MIXIN}.word:null", [nothing, other])


@judges("EMX-247", "EMX-251")
@pytest.mark.parametrize("kind", KINDS)
def test_mixins_are_reached_by_dotted_paths(emporix: Emporix, kind: str) -> None:
    """A q reaches the values of mixins by dotted paths, however deep, and compares booleans."""
    made = scene(
        emporix, kind,
        mixins(emporix, flag=True, inner={"word": "left"}),
        mixins(emporix, flag=False, inner={"word": "right"}, word="left"),
        {},
    )  # fmt: skip
    one, two, _ = made.ids
    for operation in LISTS_OF[kind]:
        made.ready(operation)
        _judge(made, operation, "EMX-251", f"mixins.{MIXIN}.inner.word:left", [one])
        _judge(made, operation, "EMX-251", f"mixins.{MIXIN}.word:left", [two])
        _judge(made, operation, "EMX-247", f"mixins.{MIXIN}.flag:true", [one])
        _judge(made, operation, "EMX-247", f"mixins.{MIXIN}.flag:false", [two])


@judges("EMX-252")
@pytest.mark.parametrize("operation", [op.LIST, op.SEARCH])
def test_segments_are_found_by_their_site(emporix: Emporix, operation: str) -> None:
    """A q with a site keeps the segments of that site."""
    here, there = emporix.option("site_code"), emporix.option("other_site_code")
    made = scene(emporix, SEGMENTS, {}, {"siteCode": there})
    made.ready(operation)
    _judge(made, operation, "EMX-252", f"siteCode:{here}", [made.ids[0]])
    _judge(made, operation, "EMX-252", f"siteCode:{there}", [made.ids[1]])


@judges("EMX-253")
@pytest.mark.parametrize("operation", [op.LIST_ALL_ITEMS, op.LIST_ITEMS, op.SEARCH_ITEMS])
def test_items_are_found_by_their_type(emporix: Emporix, operation: str) -> None:
    """A q with a type keeps the products or the categories."""
    made = scene(emporix, ITEMS)
    made.ready(operation)
    for type_ in ("PRODUCT", "CATEGORY"):
        expected = [named for named, is_ in zip(made.ids, made.types, strict=True) if is_ == type_]
        _judge(made, operation, "EMX-253", f"type:{type_}", expected)


@judges("EMX-260")
def test_whether_the_older_list_form_is_taken(emporix: Emporix) -> None:
    """Whether field:in(a,b) is taken beside field:(a,b) is shown by the target."""
    made = scene(emporix, SEGMENTS)
    made.ready(op.LIST)
    reply = made.look(op.LIST, f"id:in({made.ids[0]},{made.ids[1]})", narrowed=False)
    found = made.found(reply)
    if reply.status != 200:
        variant = f"answered with {reply.status}"
    elif len(found) == 2 and set(found) == set(made.ids[:2]):
        variant = "the same as field:(a,b)"
    else:
        variant = "taken, but it finds something else"
    emporix.observe("EMX-260", variant, reply)


def _judge(
    made: Scene,
    operation: str,
    requirement: str,
    q: str,
    expected: tuple[str, ...] | list[str],
    *,
    alone: bool = False,
) -> None:
    """Judge what a q leaves of the scene; `alone` asks for nothing but the q itself."""
    reply = made.finds(operation, q, expected, narrowed=not alone)
    judging = made.case.judge(requirement, reply).status(200)
    judging.same_set(expected, made.found(reply), f"what {q} leaves")


def _items_with_names(case: Emporix) -> Scene:
    made = scene(case, ITEMS)
    made.ready(op.LIST_ITEMS)
    return made


def _one_word(names: dict[Any, Any]) -> tuple[str, str]:
    """Return a language and a name in it that q can take as it is. Raises Unmet."""
    for name in names.values():
        for language, text in name.items() if isinstance(name, dict) else ():
            if isinstance(text, str) and re.fullmatch(r"[A-Za-z][A-Za-z-]+", text):
                return language, text
    raise Unmet("no known product or category has a name of one word")


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Unmet("metadata.createdAt cannot be read, so it cannot be compared") from None
    if found.tzinfo is None:
        raise Unmet("metadata.createdAt has no offset, so it cannot be compared")
    return found


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
