"""Categories that a search finds, and the languages that it names them in."""

from __future__ import annotations

import re
from itertools import permutations

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    CATEGORY_SCOPE,
    EVERYTHING,
    categories,
    entitled,
    hidden_category,
    languages,
    listed_ids,
    parents,
    published_categories,
    translations,
)
from conformance.exchange import MISSING, at
from conformance.judging import judges


@judges("EMX-724")
def test_categories_that_fulfil_a_query(emporix: Emporix) -> None:
    """A search finds the categories that fulfil q, and no others."""
    one, other = published_categories(emporix, 2)[:2]
    for q, expected in (
        (f"id:{one}", [one]),
        (listed_ids([one, other]), [one, other]),
        (f"id:{emporix.fresh_id()}", []),
    ):
        reply = categories(emporix, q)
        emporix.judge("EMX-724", reply).status(200).same_set(
            expected, reply.each("/id"), f"what fulfils {q}"
        )


@judges("EMX-724")
def test_categories_with_a_code(emporix: Emporix) -> None:
    """All conditions of q must hold, whichever fields they are about."""
    ids = published_categories(emporix, 2)
    found = categories(emporix, listed_ids(ids), step="set up")
    emporix.need(found, 200, what="searching categories")
    codes = {
        each: code
        for each in ids
        if isinstance(code := at(found.entry("/id", each), "/code"), str)
        and re.fullmatch(r"[A-Za-z][\w-]*", code, re.ASCII)
    }
    pair = next(((a, b) for a, b in permutations(codes, 2) if codes[a] != codes[b]), None)
    if pair is None:
        raise emporix.lacking("emporix.known.categories with codes (at least 2)")
    one, other = pair
    reply = categories(emporix, f"code:{codes[one]}")
    judging = emporix.judge("EMX-724", reply).status(200)
    judging.that(one in reply.each("/id"), f"the category {one}", reply.each("/id"), "the list")
    judging.same(
        [], [each for each in reply.each("/code") if each != codes[one]], "other codes found"
    )
    for q, expected in (
        (f"id:{one} code:{codes[other]}", []),
        (f"code:{codes[one]} {listed_ids([one, other])}", [one]),
    ):
        reply = categories(emporix, q)
        emporix.judge("EMX-724", reply).status(200).same_set(
            expected, reply.each("/id"), f"what fulfils {q}"
        )


@judges("EMX-725")
def test_root_categories(emporix: Emporix) -> None:
    """Only categories that have no parent are found with showRoots."""
    parent_of = parents(emporix)
    ids = dict.fromkeys([*parent_of, *parent_of.values()])
    found = categories(emporix, listed_ids(ids), {"pageSize": len(ids)}, step="set up")
    emporix.need(found, 200, what="searching categories")
    roots = [
        at(each, "/id") for each in found.entries() if not at(each, "/parentId")
    ]  # fmt: skip
    if not roots:
        raise emporix.lacking("emporix.known.categories whose parent is a root")
    reply = categories(emporix, listed_ids(ids), {"pageSize": len(ids), "showRoots": True})
    emporix.judge("EMX-725", reply).status(200).same_set(
        roots, reply.each("/id"), "the categories without a parent"
    )
    for child in parent_of:
        emporix.judge("EMX-725", reply).that(
            child not in reply.each("/id"), f"not {child}, which has a parent",
            reply.each("/id"), "the list",
        )  # fmt: skip


@judges("EMX-726")
def test_unpublished_categories(emporix: Emporix) -> None:
    """Categories that are not published are found only with showUnpublished."""
    category, _ = hidden_category(emporix)
    for by in ("", "manage"):
        reply = categories(emporix, f"id:{category}", by=by)
        emporix.judge("EMX-726", reply).status(200).same_set(
            [], reply.each("/id"), "what is found without showUnpublished"
        )
    reply = categories(emporix, f"id:{category}", {"showUnpublished": True}, by="manage")
    entitled(emporix, reply, CATEGORY_SCOPE)
    emporix.judge("EMX-726", reply).status(200).same_set(
        [category], reply.each("/id"), "what is found with showUnpublished"
    )
    both = [category, published_categories(emporix)[0]]
    reply = categories(emporix, listed_ids(both), {"showUnpublished": True}, by="manage")
    emporix.judge("EMX-726", reply).status(200).same_set(
        both, reply.each("/id"), "what is found with showUnpublished"
    )


@judges("EMX-732")
def test_categories_are_found_without_a_token(emporix: Emporix) -> None:
    """Nobody needs a token to search published categories."""
    category = published_categories(emporix)[0]
    reply = categories(emporix, f"id:{category}", by="")
    emporix.judge("EMX-732", reply).status(200).same_set(
        [category], reply.each("/id"), "what is found"
    )


# --- languages ---


@judges("EMX-718")
def test_names_of_categories_in_every_language(emporix: Emporix) -> None:
    """Names of categories come in every language unless a language is asked for."""
    category, names = _named(emporix)
    shown = []
    for headers in ({}, EVERYTHING):
        reply = categories(emporix, f"id:{category}", headers=headers)
        shown.append(at(reply.entry("/id", category), "/localizedName"))
        # The tenant may speak more languages than the configuration says.
        emporix.judge("EMX-718", reply).status(200).same(
            names,
            {
                language: text
                for language, text in translations(shown[-1], "").items()
                if language in names
            },
            "the translations shown",
        )
    emporix.judge("EMX-718").same(shown[0], shown[1], "the name with * and without Accept-Language")


@judges("EMX-719")
def test_names_of_categories_in_the_languages_asked_for(emporix: Emporix) -> None:
    """Names of categories are maps with the accepted translations alone."""
    category, names = _named(emporix)
    having = [each for each in languages(emporix, 2) if each in names]
    for wanted in ([having[1]], [having[-1], having[0]]):
        reply = categories(
            emporix, f"id:{category}", headers={"Accept-Language": ", ".join(wanted)}
        )
        emporix.judge("EMX-719", reply).status(200).same(
            {each: names[each] for each in wanted},
            at(reply.entry("/id", category), "/localizedName"),
            f"the name in {' and '.join(wanted)}",
        )


@judges("EMX-719")
def test_texts_of_categories_in_the_language_asked_for(emporix: Emporix) -> None:
    """Names, descriptions and slugs alike are maps with the accepted translation alone."""
    ids = published_categories(emporix)
    q, whole_page = listed_ids(ids), {"pageSize": len(ids)}
    whole = categories(emporix, q, whole_page, headers=EVERYTHING, step="set up")
    emporix.need(whole, 200, what="searching categories")
    language = languages(emporix, 2)[1]
    reply = categories(emporix, q, whole_page, headers={"Accept-Language": language})
    judging = emporix.judge("EMX-719", reply).status(200)
    for each in whole.entries():
        shown = reply.entry("/id", at(each, "/id"))
        for name in ("localizedName", "localizedDescription", "localizedSlug"):
            text = translations(each, f"/{name}").get(language)
            # How a text without the accepted language is shown is nowhere said.
            if text is not None and shown is not MISSING:
                judging.same(
                    {language: text}, at(shown, f"/{name}"),
                    f"{name} of {at(each, '/id')} in {language}",
                )  # fmt: skip


def _named(case: Emporix) -> tuple[str, dict[str, str]]:
    """Return a category with names in several languages, asked for one by one. Raises Unmet."""
    spoken = languages(case, 2)
    q = listed_ids(published_categories(case))
    found: dict[str, dict[str, str]] = {}
    for language in spoken:
        reply = categories(case, q, headers={"Accept-Language": language}, step="set up")
        case.need(reply, 200, what="searching categories")
        for each in reply.entries():
            text = translations(each, "/localizedName").get(language)
            if text is not None:
                found.setdefault(str(at(each, "/id")), {})[language] = text
    category, names = max(found.items(), key=lambda pair: len(pair[1]), default=("", {}))
    if len(names) < 2:
        raise case.lacking("emporix.known.categories with names in two languages")
    return category, names
