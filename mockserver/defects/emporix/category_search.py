"""Categories and their trees that are found in the wrong way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.category_lists import (
    SEARCH,
    always_unpublished,
    anybody_sees_unpublished,
    by_the_first_alone,
    default_only,
    forgiving,
    never_unpublished,
    one_language,
    queried,
    sorting,
    spoken,
    token_needed,
    total_of_the_page,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Forbidden, Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.world import World

TREES = "GET-category-tree-retrieve-category-tree"


def _first_condition(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "q": body["q"].partition(" ")[0]} if "q" in body else dict(body)


def _unweighted(call: Call) -> Call:
    """Take languages in the order in which they are named, whatever their weights."""
    accepted = str(call.headers.get("Accept-Language", "*"))
    return spoken(call, ", ".join(each.partition(";")[0] for each in accepted.split(",")))


def _last_language(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if call.headers.get("Accept-Language", "*") == "*" and "sort" in call.query:
        last = f"localizedName.{world.languages[-1]}:"
        call = queried(call, sort=call.query["sort"].replace("localizedName:", last))
    return run(world, call, caller)


def _without_message(reply: Reply) -> Reply:
    found = changes.plain(reply.body)
    return replace(reply, body={name: each for name, each in found.items() if name != "message"})


def _without_details(reply: Reply) -> Reply:
    found = changes.plain(reply.body)
    return replace(reply, body={name: each for name, each in found.items() if name != "details"})


def _roots_alone_hidden(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Take a category with nothing below it for none that is a root."""
    reply = run(world, call, caller)
    if not call.query.get("showRoots"):
        return reply
    kept = [each for each in changes.plain(reply.body) if not world.categories.below(each["id"])]
    return replace(reply, body=kept)


def _reversed(trees: Any) -> Any:
    turned = [
        {**tree, "subcategories": _reversed(tree.get("subcategories", []))} for tree in trees
    ]  # fmt: skip
    return turned[::-1]


def _two_levels(trees: Any) -> Any:
    return [
        {
            **tree,
            "subcategories": [{**each, "subcategories": []} for each in tree["subcategories"]],
        }
        for tree in trees
    ]


def _flat(trees: Any) -> Any:
    found = []
    for tree in trees:
        found += [tree, *_flat(tree["subcategories"])]
    return found


DEFECTS = (
    Defect(
        name="emporix.category-query-ignored",
        violates=("EMX-724",),
        summary="A search finds every category, whatever q says.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.with_body(lambda body: {**body, "q": ""}, SEARCH),
    ),
    Defect(
        name="emporix.category-query-cut",
        violates=("EMX-724",),
        summary="Of several conditions in q the first alone counts when categories are searched.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.with_body(_first_condition, SEARCH),
    ),
    Defect(
        name="emporix.roots-not-kept",
        violates=("EMX-725",),
        summary="showRoots is ignored.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.without_query("showRoots", SEARCH),
    ),
    Defect(
        name="emporix.roots-are-leaves",
        violates=("EMX-725",),
        summary="showRoots keeps only roots with nothing below them.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.around(_roots_alone_hidden, SEARCH),
    ),
    Defect(
        name="emporix.unpublished-categories-found",
        violates=("EMX-726",),
        summary="Unpublished categories are found without showUnpublished.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.around(always_unpublished, SEARCH),
    ),
    Defect(
        name="emporix.unpublished-categories-missing",
        violates=("EMX-726",),
        summary="Unpublished categories are not found with showUnpublished either.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.around(never_unpublished, SEARCH),
    ),
    Defect(
        name="emporix.unpublished-categories-without-scope",
        violates=("EMX-707",),
        summary="Anybody may search unpublished categories.",
        kind="scope",
        operations=(SEARCH,),
        change=anybody_sees_unpublished(SEARCH),
        fault=206,
    ),
    Defect(
        name="emporix.unpublished-trees-without-scope",
        violates=("EMX-707",),
        summary="Anybody may read the trees of unpublished categories.",
        kind="scope",
        operations=(TREES,),
        change=anybody_sees_unpublished(TREES),
        fault=206,
    ),
    Defect(
        name="emporix.category-page-ignored",
        violates=("EMX-712",),
        summary="A search for categories answers with the first page, whichever is asked for.",
        kind="paging",
        operations=(SEARCH,),
        change=changes.before(lambda call: queried(call, pageNumber=1), SEARCH),
    ),
    Defect(
        name="emporix.categories-by-one-field",
        violates=("EMX-713",),
        summary="Categories are sorted by the first of several fields alone.",
        kind="sort",
        operations=(SEARCH,),
        change=sorting(lambda sort: sort.partition(",")[0], SEARCH),
    ),
    Defect(
        name="emporix.categories-by-the-deprecated-name",
        violates=("EMX-714",),
        summary="Categories can be sorted by the deprecated name.",
        kind="validation",
        operations=(SEARCH,),
        change=sorting(
            lambda sort: "localizedName" + sort[4:] if sort.startswith("name") else sort, SEARCH
        ),
        fault=102,
    ),
    Defect(
        name="emporix.categories-by-anything",
        violates=("EMX-714",),
        summary="Sorting categories by a field that there is not is ignored.",
        kind="validation",
        operations=(SEARCH,),
        change=forgiving("EMX-714", lambda call: queried(call, sort=None), SEARCH),
        fault=102,
    ),
    Defect(
        name="emporix.categories-unsorted-in-a-language",
        violates=("EMX-715",),
        summary="Sorting categories in a language has no effect.",
        kind="sort",
        operations=(SEARCH,),
        change=sorting(lambda sort: "" if sort.startswith("localizedName.") else sort, SEARCH),
    ),
    Defect(
        name="emporix.categories-in-any-language",
        violates=("EMX-715",),
        summary="Sorting categories in a language that is not accepted is ignored.",
        kind="validation",
        operations=(SEARCH,),
        change=forgiving("EMX-715", lambda call: queried(call, sort=None), SEARCH),
        fault=102,
    ),
    Defect(
        name="emporix.category-language-weights-ignored",
        violates=("EMX-716",),
        summary="Categories are sorted in the language that is named first, whatever its weight.",
        kind="sort",
        operations=(SEARCH,),
        change=changes.before(_unweighted, SEARCH),
    ),
    Defect(
        name="emporix.categories-sorted-in-the-last-language",
        violates=("EMX-716",),
        summary="Categories are sorted in the tenant's last language when all are accepted.",
        kind="sort",
        operations=(SEARCH,),
        change=changes.around(_last_language, SEARCH),
    ),
    Defect(
        name="emporix.categories-counted-by-page",
        violates=("EMX-717",),
        summary="X-Total-Count tells how many categories the page holds.",
        kind="totals",
        operations=(SEARCH,),
        change=changes.after(total_of_the_page, SEARCH),
    ),
    Defect(
        name="emporix.categories-not-counted",
        violates=("EMX-717",),
        summary="A search for categories does not tell their number.",
        kind="totals",
        operations=(SEARCH,),
        change=changes.without_reply_header("X-Total-Count", SEARCH),
    ),
    Defect(
        name="emporix.categories-in-the-default-language",
        violates=("EMX-718",),
        summary="Names of categories come in the default language unless another is asked for.",
        kind="projection",
        operations=(SEARCH,),
        change=default_only(
            lambda entry, cut: {**entry, "localizedName": cut(entry["localizedName"])}, SEARCH
        ),
    ),
    Defect(
        name="emporix.categories-in-one-language",
        violates=("EMX-719",),
        summary="Names of categories come in the first of several accepted languages alone.",
        kind="projection",
        operations=(SEARCH,),
        change=changes.before(one_language, SEARCH),
    ),
    Defect(
        name="emporix.categories-language-unchecked",
        violates=("EMX-720",),
        summary="A language that the tenant does not have is ignored by the category search.",
        kind="validation",
        operations=(SEARCH,),
        change=forgiving("EMX-720", lambda call: spoken(call, "*"), SEARCH),
        fault=102,
    ),
    Defect(
        name="emporix.trees-unordered",
        violates=("EMX-728",),
        summary="Category trees are ordered by position, the last first.",
        kind="sort",
        operations=(TREES,),
        change=changes.body(_reversed, TREES),
    ),
    Defect(
        name="emporix.trees-of-two-levels",
        violates=("EMX-728",),
        summary="Category trees end below the second level.",
        kind="projection",
        operations=(TREES,),
        change=changes.body(_two_levels, TREES),
    ),
    Defect(
        name="emporix.trees-of-every-category",
        violates=("EMX-728",),
        summary="Every category is a tree of its own, beside its place below its parent.",
        kind="projection",
        operations=(TREES,),
        change=changes.body(_flat, TREES),
    ),
    Defect(
        name="emporix.categories-need-a-token",
        violates=("EMX-732",),
        summary="Categories are not found without a token.",
        kind="auth",
        operations=(SEARCH,),
        change=token_needed(SEARCH),
    ),
    Defect(
        name="emporix.category-refusal-without-message",
        violates=("EMX-734",),
        summary="The refusal of a search for categories has no message.",
        kind="error shape",
        operations=(SEARCH,),
        change=changes.refusing(lambda reply, _: _without_message(reply), SEARCH, kind=Invalid),
        fault=101,
    ),
    Defect(
        name="emporix.tree-refusal-without-details",
        violates=("EMX-734",),
        summary="The refusal of category trees has no details.",
        kind="error shape",
        operations=(TREES,),
        change=changes.refusing(lambda reply, _: _without_details(reply), TREES, kind=Forbidden),
        fault=101,
    ),
    Defect(
        name="emporix.categories-by-anything-second",
        violates=("EMX-714",),
        summary="Sorting categories by a second field that there is not is ignored.",
        kind="validation",
        operations=(SEARCH,),
        change=forgiving("EMX-714", by_the_first_alone, SEARCH),
        fault=102,
    ),
)
