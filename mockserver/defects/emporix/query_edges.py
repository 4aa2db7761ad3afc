"""Lists that read q nearly right: parts of values, the first clauses, bounds, signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

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
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation


def _reading(edit: Callable[[str], str], *operations: str) -> Change:
    """Read another q than the one that was sent."""

    def edited(call: Call) -> Call:
        if call.query.get("q"):
            return replace(call, query={**call.query, "q": edit(call.query["q"])})
        if call.has_body and call.body.get("q"):
            return replace(call, body={**call.body, "q": edit(call.body["q"])})
        return call

    return changes.before(edited, *operations)


def _has_q(call: Call) -> bool:
    return bool(call.query.get("q") or (call.has_body and call.body.get("q")))


def _after_paging(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Take a page of everything, and of that what fulfils the q."""
    if not _has_q(call):
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "q"}
    page = run(world, replace(call, query=query, body=None, has_body=False), caller)
    found = run(world, replace(call, query={**call.query, "pageNumber": "1"}), caller)
    kept = changes.plain(page.body)
    return replace(found, body=[each for each in changes.plain(found.body) if each in kept])


def _two_values(q: str) -> str:
    return re.sub(r":\(([^(),~<>]+,[^(),]+),[^()]+\)", r":(\1)", q)


def _open_end(q: str) -> str:
    return re.sub(r':([<>])(?=")', r":\1=", q)


def _shut_start(q: str) -> str:
    return re.sub(r':>=(?=")', ":>", q)


def _any_case(q: str) -> str:
    """Look for ids in small letters and in capitals as well."""
    return re.sub(
        r"((?:^|\s)id):([\w-]+)(?=\s|$)",
        lambda found: f"{found[1]}:({found[2]},{found[2].lower()},{found[2].upper()})",
        q,
    )


def _ascii(q: str) -> str:
    return q.encode("ascii", "ignore").decode()


def _whole(q: str) -> str:
    return re.sub(r"([<>]=?-?\d+)\.\d+", r"\1", q)


def _nothing_below_zero(q: str) -> str:
    return re.sub(r":[<>]=?-\d", ":>9999999", q)


def _dates_as_texts(q: str) -> str:
    return re.sub(r':"(?=\d{4}-\d\d-\d\dT)', ':"date ', q)


def _anchorless(q: str) -> str:
    return re.sub(r"(?<=~)\^|\$(?=\s|\)|$)|(?<=~\()\^", "", q)


DEFECTS = (
    *(
        Defect(
            name=f"emporix.q-after-paging-{what}",
            violates=("EMX-240",),
            summary=f"{summary} applies q to the page instead of to all records.",
            kind="filter",
            operations=(operation,),
            change=changes.around(_after_paging, operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "The list of segments", LIST),
            ("by-segment-search", "The search for segments", SEARCH),
            ("by-customer-list", "The list of customers", LIST_CUSTOMERS),
            ("by-customer-search", "The search for customers", SEARCH_CUSTOMERS),
            ("by-all-items", "The list of all items", LIST_ALL_ITEMS),
            ("by-item-list", "The list of items", LIST_ITEMS),
            ("by-item-search", "The search for items", SEARCH_ITEMS),
        )
    ),
    Defect(
        name="emporix.q-third-value-ignored",
        violates=("EMX-242",),
        summary="Of several values only the first two are looked for.",
        kind="filter",
        operations=LISTS,
        change=_reading(_two_values, *LISTS),
    ),
    Defect(
        name="emporix.q-date-ends-included",
        violates=("EMX-246",),
        summary="A comparison of dates with > or < takes the date itself too.",
        kind="filter",
        operations=LISTS,
        change=_reading(_open_end, *LISTS),
    ),
    Defect(
        name="emporix.q-anchors-ignored",
        violates=("EMX-250",),
        summary="A regular expression matches anywhere, whatever its anchors say.",
        kind="filter",
        operations=LISTS,
        change=_reading(_anchorless, *LISTS),
    ),
    Defect(
        name="emporix.q-date-starts-excluded",
        violates=("EMX-246",),
        summary="A comparison of dates with >= leaves the date itself out.",
        kind="filter",
        operations=LISTS,
        change=_reading(_shut_start, *LISTS),
    ),
    *(
        Defect(
            name=f"emporix.q-ids-in-any-case-{what}",
            violates=("EMX-240",),
            summary=f"{summary} does not tell small letters in ids from capitals.",
            kind="filter",
            operations=(operation,),
            change=_reading(_any_case, operation),
        )
        for what, summary, operation in (
            ("by-segment-list", "The list of segments", LIST),
            ("by-segment-search", "The search for segments", SEARCH),
        )
    ),
    Defect(
        name="emporix.q-without-umlauts",
        violates=("EMX-240",),
        summary="Letters beyond a to z are dropped from q.",
        kind="filter",
        operations=LISTS,
        change=_reading(_ascii, *LISTS),
    ),
    Defect(
        name="emporix.q-whole-numbers-alone",
        violates=("EMX-244",),
        summary="What follows the point of a number in q is not looked at.",
        kind="filter",
        operations=LISTS,
        change=_reading(_whole, *LISTS),
    ),
    Defect(
        name="emporix.q-nothing-below-zero",
        violates=("EMX-244",),
        summary="A comparison with a negative number finds nothing.",
        kind="filter",
        operations=LISTS,
        change=_reading(_nothing_below_zero, *LISTS),
    ),
    Defect(
        name="emporix.q-dates-equal-nothing",
        violates=("EMX-246",),
        summary="A date in q equals no date, since it is compared as text.",
        kind="filter",
        operations=(LIST, SEARCH),
        change=_reading(_dates_as_texts, LIST, SEARCH),
    ),
)
