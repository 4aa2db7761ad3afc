"""Lists that read q in the wrong way, form by form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from mockserver.defects import changes
from mockserver.defects.emporix.paging import (
    LIST,
    LIST_ALL_ITEMS,
    LIST_CUSTOMERS,
    LIST_ITEMS,
    LISTS,
    SEARCH,
    SEARCH_CUSTOMERS,
    SEARCH_ITEMS,
)
from mockserver.kernel.call import Call
from mockserver.kernel.defect import Change, Defect

_CLAUSE = re.compile(r'[^\s:]+:(?:~?\((?:[^()"]|"[^"]*")*\)|[<>=]*"[^"]*"|\S+)')
"""One `field:value` of the queries that there are."""


def _reading(edit: Callable[[str], str], *operations: str) -> Change:
    """Read another q than the one that was sent, in the query or in the body."""

    def edited(call: Call) -> Call:
        if call.query.get("q"):
            return replace(call, query={**call.query, "q": edit(call.query["q"])})
        if call.has_body and call.body.get("q"):
            return replace(call, body={**call.body, "q": edit(call.body["q"])})
        return call

    return changes.before(edited, *operations)


def _clauses(keep: Callable[[str], bool]) -> Callable[[str], str]:
    """Read only some clauses."""
    return lambda q: " ".join(each for each in _CLAUSE.findall(q) if keep(each))


def _replacing(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    found = re.compile(pattern)
    return lambda q: found.sub(by, q)


def _first_clause(q: str) -> str:
    return "".join(_CLAUSE.findall(q)[:1])


def _last_clause(q: str) -> str:
    return "".join(_CLAUSE.findall(q)[-1:])


def _beginning(q: str) -> str:
    """Compare the beginning of ids instead of the whole."""
    return re.sub(r"((?:^|\s)(?:\w+\.)?\w*[iI]d):([\w-]+)(?=\s|$)", r"\1:(~^\2)", q)


def _literally(found: re.Match[str]) -> str:
    return found[1] + '"' + found[2] + '"'


DEFECTS = (
    *(
        Defect(
            name=f"emporix.q-ignored-{what}",
            violates=("EMX-240",),
            summary=f"q has no effect on {summary}.",
            kind="filter",
            operations=(operation,),
            change=_reading(lambda _: "", operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "the list of segments", LIST),
            ("by-segment-search", "a search for segments", SEARCH),
            ("by-customer-list", "the list of customers", LIST_CUSTOMERS),
            ("by-customer-search", "a search for customers", SEARCH_CUSTOMERS),
            ("by-all-items", "the items of all segments", LIST_ALL_ITEMS),
            ("by-item-list", "the items of a segment", LIST_ITEMS),
            ("by-item-search", "a search for items", SEARCH_ITEMS),
        )
    ),
    Defect(
        name="emporix.q-compares-beginnings",
        violates=("EMX-240",),
        summary="field:value finds every id that begins with the value.",
        kind="filter",
        operations=LISTS,
        change=_reading(_beginning, *LISTS),
    ),
    Defect(
        name="emporix.q-first-pair-alone",
        violates=("EMX-241",),
        summary="Of several pairs in q only the first counts.",
        kind="filter",
        operations=(LIST, LIST_CUSTOMERS, SEARCH_ITEMS),
        change=_reading(_first_clause, LIST, LIST_CUSTOMERS, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.q-last-pair-alone",
        violates=("EMX-241",),
        summary="Of several pairs in q only the last counts.",
        kind="filter",
        operations=(SEARCH, SEARCH_CUSTOMERS, LIST_ITEMS),
        change=_reading(_last_clause, SEARCH, SEARCH_CUSTOMERS, LIST_ITEMS),
    ),
    Defect(
        name="emporix.q-first-value-alone",
        violates=("EMX-242",),
        summary="Of several values in parentheses only the first counts.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"\(([\w-]+)(?:,[\w-]+)+\)", r"\1"), *LISTS),
    ),
    Defect(
        name="emporix.q-values-in-any-language",
        violates=("EMX-243",),
        summary="The language that q mentions has no effect: English is compared.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"\b(name|label)\.[a-z]{2}:", r"\1.en:"), *LISTS),
    ),
    Defect(
        name="emporix.q-without-languages",
        violates=("EMX-243",),
        summary="A language in q leads nowhere.",
        kind="filter",
        operations=(SEARCH, LIST_ALL_ITEMS, LIST_CUSTOMERS),
        change=_reading(
            _replacing(r"\b(name|label)\.[a-z]{2}:", r"\1.language:"),
            SEARCH,
            LIST_ALL_ITEMS,
            LIST_CUSTOMERS,
        ),
    ),
    Defect(
        name="emporix.q-bounds-are-exclusive",
        violates=("EMX-244",),
        summary="A single >= or <= with a number leaves out the number itself.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r":([<>])=(\d)", r":\1\2"), *LISTS),
    ),
    Defect(
        name="emporix.q-bounds-are-inclusive",
        violates=("EMX-244",),
        summary="A single > or < with a number keeps the number itself.",
        kind="filter",
        operations=(LIST, SEARCH_CUSTOMERS, LIST_ITEMS),
        change=_reading(_replacing(r":([<>])(\d)", r":\1=\2"), LIST, SEARCH_CUSTOMERS, LIST_ITEMS),
    ),
    Defect(
        name="emporix.q-less-means-more",
        violates=("EMX-244",),
        summary="Searches read < and > the wrong way round.",
        kind="filter",
        operations=(SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
        change=_reading(
            _replacing(
                r":([<>])(=?\d)", lambda found: f":{'<' if found[1] == '>' else '>'}{found[2]}"
            ),
            SEARCH,
            SEARCH_CUSTOMERS,
            SEARCH_ITEMS,
        ),
    ),
    Defect(
        name="emporix.q-range-without-end",
        violates=("EMX-245",),
        summary="The upper end of a range of numbers has no effect.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"\((>=?\d+) AND <=?\d+\)", r"\1"), *LISTS),
    ),
    Defect(
        name="emporix.q-range-without-beginning",
        violates=("EMX-245",),
        summary="The lower end of a range of numbers has no effect.",
        kind="filter",
        operations=(LIST_ALL_ITEMS, SEARCH_CUSTOMERS, SEARCH),
        change=_reading(
            _replacing(r"\(>=?\d+ AND (<=?\d+)\)", r"\1"), LIST_ALL_ITEMS, SEARCH_CUSTOMERS, SEARCH
        ),
    ),
    Defect(
        name="emporix.q-dates-by-the-day",
        violates=("EMX-246",),
        summary="Of a date in q only the day counts.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r'"(\d{4}-\d\d-\d\d)T[^"]*"', r'"\1T00:00:00.000Z"'), *LISTS),
    ),
    Defect(
        name="emporix.q-dates-ignored",
        violates=("EMX-246",),
        summary="Conditions with a date have no effect on searches.",
        kind="filter",
        operations=(SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
        change=_reading(
            _clauses(lambda clause: '"' not in clause), SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS
        ),
    ),
    Defect(
        name="emporix.q-date-range-without-end",
        violates=("EMX-246",),
        summary="The upper end of a range of dates has no effect.",
        kind="filter",
        operations=(LIST_ITEMS, LIST_CUSTOMERS, LIST),
        change=_reading(
            _replacing(r'\((>=?"[^"]*") AND <=?"[^"]*"\)', r"\1"), LIST_ITEMS, LIST_CUSTOMERS, LIST
        ),
    ),
    Defect(
        name="emporix.q-booleans-are-text",
        violates=("EMX-247",),
        summary="true and false in q are compared as text.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r":(true|false)\b", r':"\1"'), *LISTS),
    ),
    Defect(
        name="emporix.q-false-means-absent",
        violates=("EMX-247",),
        summary="field:false finds the records without the field.",
        kind="filter",
        operations=(LIST, SEARCH_ITEMS),
        change=_reading(_replacing(r":false\b", ":missing"), LIST, SEARCH_ITEMS),
    ),
    Defect(
        name="emporix.q-null-is-text",
        violates=("EMX-248",),
        summary="null in q is compared as text.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r":null\b", ':"null"'), *LISTS),
    ),
    Defect(
        name="emporix.q-null-finds-what-is-there",
        violates=("EMX-248",),
        summary="field:null keeps the records that have the field.",
        kind="filter",
        operations=(SEARCH, LIST_CUSTOMERS, LIST_ALL_ITEMS),
        change=_reading(_replacing(r":null\b", ":exists"), SEARCH, LIST_CUSTOMERS, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.q-exists-ignored",
        violates=("EMX-249",),
        summary="field:exists has no effect.",
        kind="filter",
        operations=LISTS,
        change=_reading(_clauses(lambda clause: not clause.endswith(":exists")), *LISTS),
    ),
    Defect(
        name="emporix.q-missing-finds-nothing",
        violates=("EMX-249",),
        summary="field:missing finds nothing.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r":missing\b", ':"missing"'), *LISTS),
    ),
    Defect(
        name="emporix.q-expressions-are-literal",
        violates=("EMX-250",),
        summary="A regular expression is compared as text.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"(:)~([^\s(]+)", _literally), *LISTS),
    ),
    Defect(
        name="emporix.q-bracketed-expressions-are-literal",
        violates=("EMX-250",),
        summary="A regular expression in parentheses is compared as text.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"(:)\(~([^()]+)\)", _literally), *LISTS),
    ),
    Defect(
        name="emporix.q-expressions-lose-blanks",
        violates=("EMX-250",),
        summary="Blanks in a regular expression in parentheses are dropped.",
        kind="filter",
        operations=(LIST, SEARCH),
        change=_reading(
            _replacing(r"\(~[^()]+\)", lambda found: found[0].replace(" ", "")), LIST, SEARCH
        ),
    ),
    Defect(
        name="emporix.q-mixins-out-of-reach",
        violates=("EMX-251",),
        summary="A dotted path leads into no mixin.",
        kind="filter",
        operations=LISTS,
        change=_reading(_replacing(r"\bmixins\.(\w+)\.", r"mixins.\1/"), *LISTS),
    ),
    Defect(
        name="emporix.q-paths-of-three-steps",
        violates=("EMX-251",),
        summary="A dotted path ends after three steps.",
        kind="filter",
        operations=(LIST, LIST_CUSTOMERS, LIST_ALL_ITEMS),
        change=_reading(
            _replacing(r"\b(mixins\.\w+)\.\w+\.(\w+):", r"\1.\2:"),
            LIST,
            LIST_CUSTOMERS,
            LIST_ALL_ITEMS,
        ),
    ),
    *(
        Defect(
            name=f"emporix.q-site-ignored-{what}",
            violates=("EMX-252",),
            summary=f"siteCode in q has no effect on {summary}.",
            kind="filter",
            operations=(operation,),
            change=_reading(_clauses(lambda clause: not clause.startswith("siteCode:")), operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "the list of segments", LIST),
            ("by-segment-search", "a search for segments", SEARCH),
        )
    ),
    *(
        Defect(
            name=f"emporix.q-type-ignored-{what}",
            violates=("EMX-253",),
            summary=f"type in q has no effect on {summary}.",
            kind="filter",
            operations=(operation,),
            change=_reading(_clauses(lambda clause: not clause.startswith("type:")), operation),
        )
        for what, summary, operation in (
            ("by-all-items", "the items of all segments", LIST_ALL_ITEMS),
            ("by-item-list", "the items of a segment", LIST_ITEMS),
            ("by-item-search", "a search for items", SEARCH_ITEMS),
        )
    ),
    Defect(
        name="emporix.q-compound-offered",
        violates=("EMX-261",),
        summary="A compoundLogicalQuery finds what fulfils one of its parts.",
        kind="filter",
        operations=LISTS,
        change=_reading(
            _replacing(
                r"compoundLogicalQuery:\(\(([\w.]+):([\w-]+)\) OR \(\1:([\w-]+)\)\)", r"\1:(\2,\3)"
            ),
            *LISTS,
        ),
    ),
)
