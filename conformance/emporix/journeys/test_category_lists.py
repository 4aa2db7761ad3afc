"""How both lists of the category service are cut into pages, counted and sorted."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import pytest

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    EVERYTHING,
    TOTAL,
    Look,
    assignments_of_a_tree,
    categories,
    differ,
    known_categories,
    languages,
    misplaced,
    translations,
)
from conformance.exchange import Reply, at
from conformance.judging import judges

LISTINGS = ("assignments", "categories")
"""Both lists of the category service that page, sort and count."""
SORTED = {"assignments": ("categoryId", "ref.id", "id"), "categories": ("position", "code", "id")}
NAME = {"assignments": "ref.localizedName", "categories": "localizedName"}


def _look(case: Emporix, listing: str) -> Look:
    return assignments_of_a_tree(case) if listing == "assignments" else known_categories(case)


def _pointer(field: str) -> str:
    return "/" + field.replace(".", "/")


# --- pages and totals ---


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-712")
def test_pages_of_the_category_service(emporix: Emporix, listing: str) -> None:
    """Pages are counted from one, and the first is shown when none is asked for."""
    look = _look(emporix, listing)
    for field in reversed(SORTED[listing]):
        order = {"sort": f"{field}:ASC"}  # without one no order is promised
        whole = look({**order, "pageSize": 5})
        if whole.status != 400:
            break
    else:
        raise emporix.lacking(f"a field that {listing} can be sorted by")
    emporix.judge("EMX-712", whole).status(200)
    ids = whole.each("/id")
    if len(ids) < 3:
        raise emporix.lacking(f"emporix.known for at least 3 of the {listing}")
    for query, expected in (
        ({}, ids[:2]),
        ({"pageNumber": 1}, ids[:2]),
        ({"pageNumber": 2}, ids[2:4]),
    ):
        page = look({**order, "pageSize": 2, **query})
        emporix.judge("EMX-712", page).status(200).same(
            expected, page.each("/id"), f"the page of two at {query or 'no pageNumber'}"
        )
    if field == "id":  # no two records are alike
        _judge_last_page(emporix, look, order)


def _judge_last_page(case: Emporix, look: Look, order: dict[str, Any]) -> None:
    """Judge that the last page, which others come before, holds the last records."""
    for most in (500, 60):
        whole = look({**order, "pageSize": most})
        ids = whole.each("/id")
        if whole.status == 200 and ids:
            break
    else:
        return  # how large a page may be is nowhere said
    size = max(1, len(ids) // 2)
    before = (len(ids) - 1) // size * size
    page = look({**order, "pageSize": size, "pageNumber": before // size + 1})
    # More may follow, where no page is as large as the one that was asked for.
    case.judge("EMX-712", page).status(200).same(
        ids[before:], page.each("/id")[: len(ids) - before],
        f"the records after the first {before}, on a page of {size}",
    )  # fmt: skip


@judges("EMX-712")
def test_pages_of_the_category_service_hold_sixty(emporix: Emporix) -> None:
    """A page holds sixty records when pageSize is not given."""
    most = 0
    everything: Look = lambda query=None: categories(emporix, None, query)  # noqa: E731
    for look in (assignments_of_a_tree(emporix), everything):
        for _ in range(3):
            before, page, after = look({"pageSize": 61}), look({}), look({"pageSize": 61})
            there = len(before.entries())
            if there == len(after.entries()):
                break
        else:
            continue  # somebody is at work there
        most = max(most, there)
        emporix.judge("EMX-712", page).status(200).same(
            min(there, 60), len(page.entries()), f"how many of {there} records a page holds"
        )
    if most <= 60:
        raise emporix.lacking("emporix.known.categories with more than 60 assignments below")


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-717")
def test_totals_of_the_category_service(emporix: Emporix, listing: str) -> None:
    """X-Total-Count tells how many records there are on all pages."""
    look = _look(emporix, listing)
    first = look({"pageSize": 1}, headers=TOTAL)
    judging = emporix.judge("EMX-717", first).status(200).header("X-Total-Count")
    told = (first.header("X-Total-Count") or "").strip()
    judging.that(told.isdecimal(), "a number", told, "the header X-Total-Count")
    total = int(told[:9])
    if total > 1:
        second = look({"pageSize": 1, "pageNumber": 2}, headers=TOTAL)
        emporix.judge("EMX-717", second).status(200).header("X-Total-Count", told)
    for number, there in ((total, 1), (total + 1, 0)):
        if number:
            page = look({"pageSize": 1, "pageNumber": number})
            judging.same(there, len(page.entries()), f"records on page {number} of {total}")
    nothing = emporix.fresh_id()
    if listing == "assignments":
        none = look({"ref.id": nothing}, headers=TOTAL)
    else:
        none = categories(emporix, f"id:{nothing}", headers=TOTAL)
    emporix.judge("EMX-717", none).status(200).header("X-Total-Count", "0")
    if total < 2:
        judging.same(1, total, "the number of records")
        raise emporix.lacking(f"emporix.known for more than one of the {listing}")


# --- order ---


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-713")
def test_order_of_the_category_service(emporix: Emporix, listing: str) -> None:
    """Lists are sorted by field:ASC and field:DESC."""
    look = _look(emporix, listing)
    ascending = _ascending(emporix, look, listing)
    told = 0
    for field, reply in ascending.items():
        values = reply.each(_pointer(field))
        told += any(one != other for one, other in combinations(values, 2))
        _in_order(emporix, reply, field)
        _in_order(emporix, look({"sort": f"{field}:DESC"}), field, descending=True)
        # The order is that of all pages, not of each.
        for direction in ("ASC", "DESC"):
            pages = [
                look({"sort": f"{field}:{direction}", "pageSize": 1, "pageNumber": number})
                for number in (1, 2)
            ]
            first = [value for page in pages for value in page.each(_pointer(field))]
            emporix.judge("EMX-713", pages[0]).status(200).same(
                None,
                misplaced(first, descending=direction == "DESC"),
                f"values of {field} out of order on two pages",
            )
    if not told:
        raise emporix.lacking(f"emporix.known for more than one of the {listing}")


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-713")
def test_order_by_several_fields(emporix: Emporix, listing: str) -> None:
    """Of several fields that commas separate the first decides, then the next."""
    look = _look(emporix, listing)
    ascending = _ascending(emporix, look, listing)
    for first, second in permutations(ascending, 2):
        groups = _grouped(ascending[first], first, second)
        if not any(one != other for group in groups for one, other in combinations(group, 2)):
            continue
        for direction in ("ASC", "DESC"):
            reply = look({"sort": f"{first}:ASC,{second}:{direction}"})
            _in_order(emporix, reply, first)
            for group in _grouped(reply, first, second):
                emporix.judge("EMX-713", reply).same(
                    None,
                    misplaced(group, descending=direction == "DESC"),
                    f"values of {second} out of order among equal values of {first}",
                )
        return
    raise emporix.lacking(f"emporix.known for two {listing} with something in common")


def _ascending(case: Emporix, look: Look, listing: str) -> dict[str, Reply]:
    """Return the list as it is sorted by each of the fields that the target sorts by."""
    found: dict[str, Reply] = {}
    for field in (*SORTED[listing], NAME[listing]):
        if field == NAME[listing] and found:
            break  # its order is a matter of languages
        reply = look({"sort": f"{field}:ASC"})
        if reply.status == 200:
            found[field] = reply
    case.judge("EMX-713").that(
        bool(found), f"200 for one of {', '.join(SORTED[listing])}", "none", "sorting"
    )
    return found


def _grouped(reply: Reply, first: str, second: str) -> list[list[Any]]:
    """Return the values of a second field for each value of a first one, as they come."""
    groups: dict[str, list[Any]] = {}
    for each in reply.entries():
        groups.setdefault(repr(at(each, _pointer(first))), []).append(at(each, _pointer(second)))
    return list(groups.values())


def _in_order(
    case: Emporix, reply: Reply, field: str, *, descending: bool = False
) -> None:  # fmt: skip
    values = reply.each(_pointer(field))
    case.judge("EMX-713", reply).status(200).same(
        None, misplaced(values, descending=descending), f"values of {field} out of order"
    )


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-715")
def test_order_in_a_language(emporix: Emporix, listing: str) -> None:
    """A localized field is sorted in the language that is named with it."""
    look, field = _look(emporix, listing), NAME[listing]
    default, language = languages(emporix, 2)[:2]
    names = _names(emporix, look, field)
    if sum(language in each for each in names.values()) < 2:
        raise emporix.lacking(f"emporix.known for two {listing} with names in {language}")
    for accepted in (language, f"{default}, {language}", "*"):
        for direction in ("ASC", "DESC"):
            reply = look(
                {"sort": f"{field}.{language}:{direction}"}, headers={"Accept-Language": accepted}
            )
            emporix.judge("EMX-715", reply).status(200).same(
                None,
                misplaced(_said(reply, names, language), descending=direction == "DESC"),
                f"names in {language} out of order",
            )


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-716")
def test_order_in_the_best_language(emporix: Emporix, listing: str) -> None:
    """A localized field without a language is sorted in the best accepted one, or the default."""
    look, field = _look(emporix, listing), NAME[listing]
    default, language = languages(emporix, 2)[:2]
    names = _names(emporix, look, field)
    for accepted, best in (("*", default), (f"{default};q=0.5, {language}", language)):
        reply = look({"sort": f"{field}:ASC"}, headers={"Accept-Language": accepted})
        emporix.judge("EMX-716", reply).status(200).same(
            None, misplaced(_said(reply, names, best)), f"names in {best} out of order"
        )
    both = [each for each in names.values() if default in each and language in each]
    tell = any(
        differ(one[default], other[default])
        and differ(one[language], other[language])
        and (one[default] < other[default]) != (one[language] < other[language])
        for one, other in combinations(both, 2)
    )
    if listing == "categories" and not tell:
        raise emporix.lacking(
            f"emporix.known.categories whose names sort differently in {default} and {language}"
        )


def _names(case: Emporix, look: Look, field: str) -> dict[str, dict[str, str]]:
    """Return the translations of every name on a page by the id of its entry. Raises Unmet."""
    reply = look(headers=EVERYTHING, step="set up")
    case.need(reply, 200, what="listing what is to be sorted")
    return {
        str(at(each, "/id")): translations(each, _pointer(field)) for each in reply.entries()
    }  # fmt: skip


def _said(reply: Reply, names: dict[str, dict[str, str]], language: str) -> list[str]:
    """Return the names in a language in the order of a reply; those without are passed over."""
    found = (names.get(str(each), {}).get(language) for each in reply.each("/id"))
    return [each for each in found if each is not None]
