"""Products that are found, counted, sorted and shown in the wrong way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.sisters.access import PRODUCT_UNPUBLISHED
from mockserver.vendors.emporix.world import World

SEARCH = "POST-product-search-products"


def _query(edit: Callable[[str], str]) -> Change:
    def edited(body: Mapping[str, Any]) -> dict[str, Any]:
        return {**body, "q": edit(body["q"])} if body.get("q") else dict(body)

    return changes.with_body(edited, SEARCH)


def _first_condition(q: str) -> str:
    return q if q.startswith("compoundLogicalQuery") else q.partition(" ")[0]


def _sorting(edit: Callable[[str], str]) -> Change:
    def edited(call: Call) -> Call:
        if "sort" not in call.query:
            return call
        return replace(call, query={**call.query, "sort": edit(call.query["sort"])})

    return changes.before(edited, SEARCH)


def _directed_alone(sort: str) -> str:
    return ",".join(each for each in sort.split(",") if ":" in each)


def _nested_refused(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    q = str(call.body.get("q", "")) if call.has_body else ""
    if q.startswith("compoundLogicalQuery:") and "((" in q.removeprefix("compoundLogicalQuery:(("):
        raise Invalid("Compounds cannot be nested.", requirement="EMX-755", pointer="/q")
    return run(world, call, caller)


def _page_size_of(size: int) -> Callable[[dict[str, Any]], None]:
    def loosen(document: dict[str, Any]) -> None:
        document["components"]["parameters"]["product_pageSize"]["schema"]["default"] = size

    return loosen


def _total_of_the_page(reply: Reply, _: Call) -> Reply:
    count = str(len(reply.body or []))
    told = [(name, count if name.lower() == "x-total-count" else value)
            for name, value in reply.headers]  # fmt: skip
    return replace(reply, headers=told)


def _without_id(reply: Reply, call: Call) -> Reply:
    named = str(call.query.get("fields", "id")).split(",")
    if "id" in named:
        return reply
    kept = [{name: value for name, value in each.items() if name != "id"}
            for each in changes.plain(reply.body)]  # fmt: skip
    return replace(reply, body=kept)


def _sees_all(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, replace(caller, scopes=caller.scopes | {PRODUCT_UNPUBLISHED}))


def _sees_less(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, replace(caller, scopes=caller.scopes - {PRODUCT_UNPUBLISHED}))


def _one_category(products: Any) -> Any:
    return [
        {**each, "categoryIds": each["categoryIds"][:1]} if "categoryIds" in each else each
        for each in products
    ]


def _categories_above(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    reply = run(world, call, caller)
    found = changes.plain(reply.body)
    for each in found:
        held = each.get("categoryIds", [])
        more = [above.id for one in held for above in world.categories.above(one)]
        if held:
            each["categoryIds"] = list(dict.fromkeys([*held, *more]))
    return replace(reply, body=found)


def _message_alone(reply: Reply) -> Reply:
    return replace(reply, body={"message": changes.plain(reply.body)["message"]})


DEFECTS = (
    Defect(
        name="emporix.product-query-ignored",
        violates=("EMX-740",),
        summary="A search finds every product, whatever q says.",
        kind="filter",
        operations=(SEARCH,),
        change=_query(lambda _: ""),
    ),
    Defect(
        name="emporix.product-query-cut",
        violates=("EMX-740",),
        summary="Of several conditions in q the first alone counts when products are searched.",
        kind="filter",
        operations=(SEARCH,),
        change=_query(_first_condition),
    ),
    Defect(
        name="emporix.product-ids-cut",
        violates=("EMX-740",),
        summary="Of several values of a condition the first alone counts.",
        kind="filter",
        operations=(SEARCH,),
        change=_query(lambda q: q.partition(",")[0] + ")" if q.startswith("id:(") else q),
    ),
    Defect(
        name="emporix.compound-or-means-and",
        violates=("EMX-741",),
        summary="In a compoundLogicalQuery OR means AND.",
        kind="filter",
        operations=(SEARCH,),
        change=_query(lambda q: q.replace(") OR (", ") AND (")),
    ),
    Defect(
        name="emporix.compound-and-means-or",
        violates=("EMX-741",),
        summary="In a compoundLogicalQuery AND means OR.",
        kind="filter",
        operations=(SEARCH,),
        change=_query(lambda q: q.replace(") AND (", ") OR (")),
    ),
    Defect(
        name="emporix.compound-not-nested",
        violates=("EMX-741",),
        summary="A compoundLogicalQuery with further brackets in it is refused.",
        kind="filter",
        operations=(SEARCH,),
        change=changes.around(_nested_refused, SEARCH),
    ),
    Defect(
        name="emporix.product-pages-of-sixteen",
        violates=("EMX-744",),
        summary="Product searches have pages of 16.",
        kind="paging",
        operations=(SEARCH,),
        loosen=_page_size_of(16),
    ),
    Defect(
        name="emporix.product-pages-of-a-hundred",
        violates=("EMX-744",),
        summary="Product searches have pages of 100.",
        kind="paging",
        operations=(SEARCH,),
        loosen=_page_size_of(100),
    ),
    Defect(
        name="emporix.products-counted-by-page",
        violates=("EMX-746",),
        summary="X-Total-Count tells how many products the page holds.",
        kind="totals",
        operations=(SEARCH,),
        change=changes.after(_total_of_the_page, SEARCH),
    ),
    Defect(
        name="emporix.products-not-counted",
        violates=("EMX-746",),
        summary="A product search does not tell the number of products.",
        kind="totals",
        operations=(SEARCH,),
        change=changes.without_reply_header("X-Total-Count", SEARCH),
    ),
    Defect(
        name="emporix.product-fields-ignored",
        violates=("EMX-747",),
        summary="Products are shown with every field, whatever is asked for.",
        kind="projection",
        operations=(SEARCH,),
        change=changes.without_query("fields", SEARCH),
    ),
    Defect(
        name="emporix.product-without-id",
        violates=("EMX-747",),
        summary="The id of a product is shown only when fields names it.",
        kind="projection",
        operations=(SEARCH,),
        change=changes.after(_without_id, SEARCH),
        fault=101,
    ),
    Defect(
        name="emporix.products-never-descending",
        violates=("EMX-748",),
        summary="Products are sorted in ascending order whatever is asked for.",
        kind="sort",
        operations=(SEARCH,),
        change=_sorting(lambda sort: sort.replace(":desc", ":asc")),
    ),
    Defect(
        name="emporix.products-by-one-field",
        violates=("EMX-748",),
        summary="Products are sorted by the first of several fields alone.",
        kind="sort",
        operations=(SEARCH,),
        change=_sorting(lambda sort: sort.partition(",")[0]),
    ),
    Defect(
        name="emporix.products-by-the-last-field",
        violates=("EMX-748",),
        summary="Of several fields the last one decides the order of products.",
        kind="sort",
        operations=(SEARCH,),
        change=_sorting(lambda sort: ",".join(sort.split(",")[::-1])),
    ),
    Defect(
        name="emporix.product-sort-needs-direction",
        violates=("EMX-748",),
        summary="A field to sort products by has no effect without :asc or :desc.",
        kind="sort",
        operations=(SEARCH,),
        change=_sorting(_directed_alone),
    ),
    Defect(
        name="emporix.unpublished-products-found",
        violates=("EMX-750",),
        summary="Anybody finds products that are not published.",
        kind="scope",
        operations=(SEARCH,),
        change=changes.around(_sees_all, SEARCH),
        fault=206,
    ),
    Defect(
        name="emporix.unpublished-products-missing",
        violates=("EMX-750",),
        summary="Products that are not published are found by nobody.",
        kind="scope",
        operations=(SEARCH,),
        change=changes.around(_sees_less, SEARCH),
    ),
    Defect(
        name="emporix.product-in-one-category",
        violates=("EMX-753",),
        summary="categoryIds lists the first category of a product alone.",
        kind="projection",
        operations=(SEARCH,),
        change=changes.body(_one_category, SEARCH),
    ),
    Defect(
        name="emporix.product-in-categories-above",
        violates=("EMX-753",),
        summary="categoryIds lists the categories above those of the product too.",
        kind="projection",
        operations=(SEARCH,),
        change=changes.around(_categories_above, SEARCH),
    ),
    Defect(
        name="emporix.product-refusal-is-a-message",
        violates=("EMX-754",),
        summary="A refusal of the product search is a message, without code and status.",
        kind="error shape",
        operations=(SEARCH,),
        change=changes.refusing(lambda reply, _: _message_alone(reply), SEARCH, kind=Invalid),
    ),
)
