"""Texts in several languages: written under Content-Language, read under Accept-Language."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import languages
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.languages import (
    OF_ITEMS,
    OF_SEGMENTS,
    Shown,
    form,
    name_in_tree,
    name_of_item,
    name_of_segment,
    two_languages,
)
from conformance.emporix.writing import EVERY_LANGUAGE, WAYS, code, is_refused, write, written
from conformance.exchange import MISSING, Reply
from conformance.judging import judges

# --- written ---


@judges("EMX-075")
@pytest.mark.parametrize("way", WAYS)
def test_texts_are_kept_by_language(emporix: Emporix, way: str) -> None:
    """Name and description are kept in every language in which they were written."""
    body = _in_two_languages(emporix)
    read = written(emporix, way, body, "creating a segment in two languages")
    judging = emporix.judge("EMX-075", read)
    judging.value("/name", body["name"]).value("/description", body["description"])


@judges("EMX-076")
@pytest.mark.parametrize("way", [op.CREATE, op.UPDATE])
def test_a_star_announces_maps(emporix: Emporix, way: str) -> None:
    """With Content-Language * name and description are taken as maps, with all of their texts."""
    body = _in_two_languages(emporix)
    reply = write(emporix, way, body, headers={"Content-Language": "*"})
    emporix.judge("EMX-076", reply).status(201)
    read = emporix.read(body["id"], headers=EVERY_LANGUAGE)
    judging = emporix.judge("EMX-076", read).status(200)
    judging.value("/name", body["name"]).value("/description", body["description"])


@judges("EMX-076")
def test_a_star_announces_maps_of_updates(emporix: Emporix) -> None:
    """With Content-Language * an update gives texts in several languages at once."""
    segment = emporix.segment()
    body = {**_in_two_languages(emporix), "id": segment, "metadata": {"version": 1}}
    reply = write(emporix, op.UPDATE, body, headers={"Content-Language": "*"})
    emporix.judge("EMX-076", reply).status(200, 204)
    read = emporix.settle(
        lambda: emporix.read(segment, headers=EVERY_LANGUAGE),
        lambda reply: reply.at("/name") == body["name"],
    )
    emporix.judge("EMX-076", read).status(200).value("/name", body["name"])


@judges("EMX-077")
@pytest.mark.parametrize("way", WAYS)
def test_what_becomes_of_a_text_in_one_language(emporix: Emporix, way: str) -> None:
    """A plain text under one Content-Language is stored in that language, or refused."""
    language = two_languages(emporix)[1]
    text = emporix.fresh_name()
    body = emporix.draft(id=emporix.fresh_id(), name=text)
    reply = write(emporix, way, body, headers={"Content-Language": language})
    emporix.observe("EMX-077", _what_became(emporix, body, reply, {language: text}), reply)


@judges("EMX-078")
@pytest.mark.parametrize("way", WAYS)
def test_what_becomes_of_a_text_in_no_language(emporix: Emporix, way: str) -> None:
    """A plain text without Content-Language is refused, or stored in the default language."""
    text = emporix.fresh_name()
    body = emporix.draft(id=emporix.fresh_id(), name=text)
    default = str(emporix.session.config.options.get("languages", ("en",))[0])
    reply = write(emporix, way, body)
    emporix.observe("EMX-078", _what_became(emporix, body, reply, {default: text}), reply)


def _what_became(case: Emporix, body: dict[str, Any], reply: Reply, expected: Any) -> str:
    if is_refused(reply):
        return f"refused with {code(reply)}"
    if code(reply) != 201:
        return f"answered with {code(reply)}"
    name = case.read(body["id"], headers=EVERY_LANGUAGE).at("/name")
    (language,) = expected
    if name == expected:
        return f"stored as {{{language}: …}}"
    if isinstance(name, dict):
        return f"stored under {', '.join(sorted(map(str, name))) or 'no language'}"
    return f"stored, and shown as {form(name)}"


def _in_two_languages(case: Emporix) -> dict[str, Any]:
    """Return a new segment with name and description in as many languages as there are, or two."""
    told = case.languages[:2]
    return case.draft(
        id=case.fresh_id(),
        name={each: case.fresh_name() for each in told},
        description={each: f"In {each}" for each in told},
    )


# --- read: every language ---


@judges("EMX-079")
@pytest.mark.parametrize("operation", OF_SEGMENTS)
def test_a_star_shows_segments_in_every_language(emporix: Emporix, operation: str) -> None:
    """With Accept-Language * the name of a segment is a map with every language."""
    names = {each: emporix.fresh_name() for each in two_languages(emporix)}
    segment = emporix.segment(name=names)
    came, reply = name_of_segment(emporix, operation, segment).said("*")
    emporix.judge("EMX-079", reply).same(names, came, "the name")


@judges("EMX-079")
@pytest.mark.parametrize("operation", OF_ITEMS)
def test_a_star_shows_items_in_every_language(emporix: Emporix, operation: str) -> None:
    """With Accept-Language * the name of an item is a map with every language."""
    kind, item, names = languages.item_in_languages(emporix)
    segment = emporix.segment()
    emporix.assign_item(segment, kind, item)
    came, reply = name_of_item(emporix, operation, segment, (kind, item)).said("*")
    emporix.judge("EMX-079", reply).same(names, came, "the name of the item")


@judges("EMX-079")
def test_a_star_shows_trees_in_every_language(emporix: Emporix) -> None:
    """With Accept-Language * the name of a category in a tree is a map with every language."""
    category, names = languages.category_in_languages(emporix)
    segment = languages.own_segment_with(emporix, ("CATEGORY", category))
    came, reply = name_in_tree(emporix, segment, category).said("*")
    emporix.judge("EMX-079", reply).same(names, came, "the name of the category")


# --- read: the first language that there is ---


@judges("EMX-082")
@pytest.mark.parametrize("operation", OF_SEGMENTS)
def test_segments_are_shown_in_the_first_language(emporix: Emporix, operation: str) -> None:
    """The name of a segment is shown in the first of the accepted languages that it has."""
    default, other = two_languages(emporix)
    names = {default: emporix.fresh_name(), other: emporix.fresh_name()}
    shown = name_of_segment(emporix, operation, emporix.segment(name=names))
    _judge_first(emporix, shown, names, default, other)


@judges("EMX-082")
@pytest.mark.parametrize("operation", OF_ITEMS)
def test_items_are_shown_in_the_first_language(emporix: Emporix, operation: str) -> None:
    """The name of an item is shown in the first of the accepted languages that it has."""
    kind, item, names = languages.item_in_languages(emporix)
    segment = emporix.segment()
    emporix.assign_item(segment, kind, item)
    first, second = list(names)[:2]
    shown = name_of_item(emporix, operation, segment, (kind, item))
    _judge_first(emporix, shown, names, first, second)


@judges("EMX-082")
def test_trees_are_shown_in_the_first_language(emporix: Emporix) -> None:
    """The name of a category in a tree is shown in the first accepted language that it has."""
    category, names = languages.category_in_languages(emporix)
    segment = languages.own_segment_with(emporix, ("CATEGORY", category))
    first, second = list(names)[:2]
    _judge_first(emporix, name_in_tree(emporix, segment, category), names, first, second)


def _judge_first(case: Emporix, shown: Shown, names: dict[str, str], one: str, other: str) -> None:
    """Judge what is shown for lists whose best language the text has, or lacks."""
    asked = {
        f"{one}, {other};q=0.5": one,
        f"{other}, {one};q=0.5": other,
    }
    told = map(str, case.session.config.options.get("languages", ()))
    lacking = next((each for each in told if each not in names), "")
    if lacking:
        asked[f"{lacking}, {other};q=0.8, {one};q=0.3"] = other
    for accepted, language in asked.items():
        came, reply = shown.said(accepted)
        # Whether one language comes as a map or as a plain text is an open point (EMX-081).
        case.judge("EMX-082", reply).that(
            came in (names[language], {language: names[language]}),
            f"{names[language]!r} for Accept-Language {accepted!r}", came, "the name",
        )  # fmt: skip


# --- read: what is left open ---


@judges("EMX-080", "EMX-081")
@pytest.mark.parametrize("operation", OF_SEGMENTS)
def test_forms_of_names_of_segments(emporix: Emporix, operation: str) -> None:
    """Without Accept-Language, and with one language, services show names in several forms."""
    default, other = two_languages(emporix)
    names = {default: emporix.fresh_name(), other: emporix.fresh_name()}
    shown = name_of_segment(emporix, operation, emporix.segment(name=names))
    _observe_forms(emporix, shown, other)


@judges("EMX-080", "EMX-081")
@pytest.mark.parametrize("operation", OF_ITEMS)
def test_forms_of_names_of_items(emporix: Emporix, operation: str) -> None:
    """Items are named in one of several forms without Accept-Language and with one language."""
    kind, item, names = languages.item_in_languages(emporix)
    segment = emporix.segment()
    emporix.assign_item(segment, kind, item)
    _observe_forms(emporix, name_of_item(emporix, operation, segment, (kind, item)), list(names)[1])


def _observe_forms(case: Emporix, shown: Shown, language: str) -> None:
    came, reply = shown.said(None)
    case.observe("EMX-080", form(came), reply)
    came, reply = shown.said(language)
    case.observe("EMX-081", form(came), reply)


@judges("EMX-084")
def test_what_becomes_of_a_foreign_language(emporix: Emporix) -> None:
    """A language that the tenant does not have is taken as it is, or refused."""
    known = {each.lower() for each in emporix.languages}
    foreign = next(each for each in ("zu", "is", "mt") if each not in known)
    accepted = emporix.read(emporix.segment(), headers={"Accept-Language": foreign})
    emporix.observe("EMX-084", _taken("Accept-Language", accepted), accepted)
    draft = emporix.draft(id=emporix.fresh_id())
    written_ = emporix.create(draft, headers={"Content-Language": foreign})
    emporix.observe("EMX-084", _taken("Content-Language", written_), written_)
    name = {**draft["name"], foreign: emporix.fresh_name()}
    keyed = emporix.create(emporix.draft(id=emporix.fresh_id(), name=name))
    emporix.observe("EMX-084", _taken("a key of a map", keyed), keyed)


def _taken(where: str, reply: Reply) -> str:
    taken = 200 <= reply.status < 300 and reply.json is not MISSING
    return f"in {where}: " + ("taken" if taken else f"answered with {reply.status}")
