"""Both lists of the category service, paged, sorted, translated and refused in the wrong way.

What the defects of categories have in common stands here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid, Unauthenticated
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.sisters.access import CATEGORY_UNPUBLISHED
from mockserver.vendors.emporix.world import World

ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"
SEARCH = "POST-category-tree-search-categories"
BOTH = (ASSIGNMENTS, SEARCH)


def queried(call: Call, **query: Any) -> Call:
    """Return a call with other query parameters; None takes one out."""
    changed = {**call.query, **query}
    return replace(call, query={name: each for name, each in changed.items() if each is not None})


def spoken(call: Call, language: str) -> Call:
    """Return a call with another Accept-Language."""
    return replace(call, headers={**call.headers, "Accept-Language": language})


def entitled(caller: Caller) -> Caller:
    """Return a caller that may see unpublished categories."""
    return replace(caller, scopes=caller.scopes | {CATEGORY_UNPUBLISHED})


def anybody_sees_unpublished(operation: str) -> Change:
    """Ask nobody for the scope of showUnpublished."""
    return changes.around(lambda run, world, call, caller: run(world, call, entitled(caller)),
                          operation)  # fmt: skip


def always_unpublished(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Show what is unpublished to whoever does not ask."""
    if call.query.get("showUnpublished") is True:
        return run(world, call, caller)
    return run(world, queried(call, showUnpublished=True), entitled(caller))


def never_unpublished(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Show nothing unpublished, though the scope is asked for."""
    run(world, call, caller)
    return run(world, queried(call, showUnpublished=None), caller)


def forgiving(requirement: str, instead: Callable[[Call], Call], *operations: str) -> Change:
    """Answer `instead` where a requirement would have been enforced."""

    def run(operation: Operation, world: World, call: Call, caller: Caller) -> Reply:
        try:
            return operation(world, call, caller)
        except Invalid as refusal:
            if refusal.requirement != requirement:
                raise
            return operation(world, instead(call), caller)

    return changes.around(run, *operations)


def by_the_first_alone(call: Call) -> Call:
    """Leave out all but the first field to sort by."""
    return queried(call, sort=call.query["sort"].partition(",")[0])


def total_of_the_page(reply: Reply, _: Call) -> Reply:
    """Tell how many records the page holds, instead of all."""
    count = str(len(changes.plain(reply.body) or []))
    told = [(name, count if name.lower() == "x-total-count" else value)
            for name, value in reply.headers]  # fmt: skip
    return replace(reply, headers=told)


def sorting(edit: Callable[[str], str], *operations: str) -> Change:
    """Edit the sort parameter."""
    return changes.before(
        lambda call: queried(call, sort=edit(call.query["sort"])) if "sort" in call.query else call,
        *operations,
    )


def token_needed(operation: str) -> Change:
    """Refuse requests without a token."""

    def admitted(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
        if "authorization" not in call.sent:
            raise Unauthenticated("Invalid access token", requirement="EMX-770")
        return admit(state, call)

    return changes.admitting(admitted, operation)


def one_language(call: Call) -> Call:
    """Accept the best language alone."""
    accepted = str(call.headers.get("Accept-Language", "*"))
    return spoken(call, accepted.partition(",")[0].strip())


def default_only(edit: Callable[[Any, Callable[[Any], Any]], Any], operation: str) -> Change:
    """Show texts in the tenant's first language alone when every one is accepted."""

    def run(true: Operation, world: World, call: Call, caller: Caller) -> Reply:
        reply = true(world, call, caller)
        if call.headers.get("Accept-Language", "*") != "*":
            return reply
        first = world.languages[0]

        def cut(text: Any) -> Any:
            return {first: text[first]} if first in text else text

        return replace(reply, body=[edit(each, cut) for each in changes.plain(reply.body)])

    return changes.around(run, operation)


def page_size_of(size: int) -> Callable[[dict[str, Any]], None]:
    """Have another default for pageSize."""

    def loosen(document: dict[str, Any]) -> None:
        document["components"]["parameters"]["category_pageSize"]["schema"]["default"] = size

    return loosen


def unnamed(reply: Reply, _: object) -> Reply:
    """Have details that do not say what they are about."""
    return replace(reply, body={**changes.plain(reply.body), "details": ["There is no category."]})


def _detail_as_text(reply: Reply, _: object) -> Reply:
    found = changes.plain(reply.body)
    return replace(reply, body={**found, "details": " ".join(found["details"])})


def _name_cut(entry: dict[str, Any], cut: Callable[[Any], Any]) -> dict[str, Any]:
    return {**entry, "ref": {**entry["ref"], "localizedName": cut(entry["ref"]["localizedName"])}}


DEFECTS = (
    Defect(
        name="emporix.category-pages-of-sixteen",
        violates=("EMX-712",),
        summary="Both lists of the category service have pages of 16.",
        kind="paging",
        operations=BOTH,
        loosen=page_size_of(16),
    ),
    Defect(
        name="emporix.category-pages-of-a-hundred",
        violates=("EMX-712",),
        summary="Both lists of the category service have pages of 100.",
        kind="paging",
        operations=BOTH,
        loosen=page_size_of(100),
    ),
    Defect(
        name="emporix.assignment-pages-from-zero",
        violates=("EMX-712",),
        summary="pageNumber=1 is the second page of assignments.",
        kind="paging",
        operations=(ASSIGNMENTS,),
        change=changes.before(
            lambda call: queried(call, pageNumber=int(call.query["pageNumber"]) + 1), ASSIGNMENTS
        ),
    ),
    Defect(
        name="emporix.assignments-never-descending",
        violates=("EMX-713",),
        summary="Assignments are sorted in ascending order whatever is asked for.",
        kind="sort",
        operations=(ASSIGNMENTS,),
        change=sorting(lambda sort: sort.replace(":DESC", ":ASC"), ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignments-by-anything",
        violates=("EMX-714",),
        summary="Sorting assignments by a field that there is not is ignored.",
        kind="validation",
        operations=(ASSIGNMENTS,),
        change=forgiving("EMX-714", lambda call: queried(call, sort=None), ASSIGNMENTS),
        fault=102,
    ),
    Defect(
        name="emporix.assignments-in-any-language",
        violates=("EMX-715",),
        summary="Sorting assignments in a language that is not accepted is ignored.",
        kind="validation",
        operations=(ASSIGNMENTS,),
        change=forgiving("EMX-715", lambda call: queried(call, sort=None), ASSIGNMENTS),
        fault=102,
    ),
    Defect(
        name="emporix.assignments-unsorted-without-language",
        violates=("EMX-716",),
        summary="Sorting assignments by name without a language has no effect.",
        kind="sort",
        operations=(ASSIGNMENTS,),
        change=changes.before(
            lambda call: (
                queried(call, sort=None)
                if str(call.query.get("sort", "")).startswith("ref.localizedName:")
                else call
            ),
            ASSIGNMENTS,
        ),
    ),
    Defect(
        name="emporix.assignments-counted-by-page",
        violates=("EMX-717",),
        summary="X-Total-Count tells how many assignments the page holds.",
        kind="totals",
        operations=(ASSIGNMENTS,),
        change=changes.after(total_of_the_page, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignments-in-the-default-language",
        violates=("EMX-718",),
        summary="Names of items come in the default language unless another one is asked for.",
        kind="projection",
        operations=(ASSIGNMENTS,),
        change=default_only(_name_cut, ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignments-in-every-language",
        violates=("EMX-719",),
        summary="Names of items come in every language though one is asked for.",
        kind="projection",
        operations=(ASSIGNMENTS,),
        change=changes.before(lambda call: spoken(call, "*"), ASSIGNMENTS),
    ),
    Defect(
        name="emporix.assignments-language-unchecked",
        violates=("EMX-720",),
        summary="A language that the tenant does not have is ignored by the list of assignments.",
        kind="validation",
        operations=(ASSIGNMENTS,),
        change=forgiving("EMX-720", lambda call: spoken(call, "*"), ASSIGNMENTS),
        fault=102,
    ),
    Defect(
        name="emporix.assignments-language-unnamed",
        violates=("EMX-720",),
        summary="The refusal of a foreign language does not say which language it is about.",
        kind="error shape",
        operations=(ASSIGNMENTS,),
        change=changes.refusing(
            lambda reply, refusal: (
                unnamed(reply, refusal) if refusal.requirement == "EMX-720" else reply
            ),
            ASSIGNMENTS,
            kind=Invalid,
        ),
    ),
    Defect(
        name="emporix.assignments-need-a-token",
        violates=("EMX-732",),
        summary="Assignments are not listed without a token.",
        kind="auth",
        operations=(ASSIGNMENTS,),
        change=token_needed(ASSIGNMENTS),
    ),
    Defect(
        name="emporix.category-details-as-text",
        violates=("EMX-734",),
        summary="The details of a refused list of assignments are one text, not a list.",
        kind="error shape",
        operations=(ASSIGNMENTS,),
        change=changes.refusing(_detail_as_text, ASSIGNMENTS),
        fault=101,
    ),
    Defect(
        name="emporix.assignments-by-anything-second",
        violates=("EMX-714",),
        summary="Sorting assignments by a second field that there is not is ignored.",
        kind="validation",
        operations=(ASSIGNMENTS,),
        change=forgiving("EMX-714", by_the_first_alone, ASSIGNMENTS),
        fault=102,
    ),
)
