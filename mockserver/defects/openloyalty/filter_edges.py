"""Filters that are wrong at the edges: parts for wholes, signs, bounds, and pages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.openloyalty.paging import LIST, MEMBERS, query_of
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World

AVERAGES = ("averageTransactionAmount", "averageTransactions", "averageClv")
EVERYTHING = 1_000_000


def _wide(call: Call, **without: Any) -> Call:
    return replace(call, query={**call.query, "_page": 1, "_itemsOnPage": EVERYTHING}, **without)


def _cut(reply: Reply, call: Call, items: list[Any]) -> Reply:
    size = call.query.get("_itemsOnPage", 10)
    start = (call.query.get("_page", 1) - 1) * size
    return replace(reply, body={**reply.body, "items": items[start : start + size]})


def _last_of_a_field(call: Call) -> Call:
    kept = {name.partition("[")[0]: (name, value) for name, value in call.undeclared}
    return replace(call, undeclared=list(kept.values()))


def _paged_first(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    bare = {name: value for name, value in call.query.items() if name.startswith("_")}
    page = operation(world, replace(call, query=bare, undeclared=()), caller)
    found = operation(world, _wide(call), caller)
    ids = {changes.plain(each)["segmentId"] for each in found.body["items"]}
    items = [each for each in page.body["items"] if changes.plain(each)["segmentId"] in ids]
    return replace(found, body={**found.body, "items": items})


def _plain_is_like(call: Call) -> Call:
    texts = [(name, call.query[name]) for name in ("name", "description") if name in call.query]
    query = {name: call.query[name] for name in call.query if name not in dict(texts)}
    liked = [(f"{name}[like]", value) for name, value in texts]
    return replace(call, query=query, undeclared=[*call.undeclared, *liked])


def _eq_is_like(call: Call) -> Call:
    renamed = [
        (name.replace("[eq]", "[like]") if name in ("name[eq]", "lastName[eq]") else name, value)
        for name, value in call.undeclared
    ]
    return replace(call, undeclared=renamed)


def _searching(fits: Callable[[str, str], bool]) -> Change:
    """Find by `fits(text, value)` what like is given; both in small letters."""

    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        likes = [pair for pair in call.undeclared if pair[0].endswith("[like]")]
        if not likes:
            return operation(world, call, caller)
        rest = [pair for pair in call.undeclared if pair not in likes]
        reply = operation(world, _wide(call, undeclared=rest), caller)
        items = [
            each
            for each in changes.plain(reply.body)["items"]
            if all(
                fits(str(each.get(name.partition("[")[0], "")).lower(), value.lower())
                for name, value in likes
            )
        ]
        return _cut(reply, call, items)

    return changes.around(run, LIST)


def _matches(sign: str, meaning: str) -> Callable[[str, str], bool]:
    return lambda text, value: (
        re.search(meaning.join(map(re.escape, value.split(sign))), text) is not None
    )


def _of_times(**names: str) -> Change:
    def edited(call: Call) -> Call:
        renamed = []
        for name, value in call.undeclared:
            field, _, operator = name.removesuffix("]").partition("[")
            if field == "createdAt" and operator in names:
                renamed.append((f"{field}[{names[operator]}]", value))
            else:
                renamed.append((name, value))
        return replace(call, undeclared=renamed)

    return changes.before(edited, LIST)


def _floored(query: dict[str, Any]) -> None:
    for name in AVERAGES:
        if isinstance(query.get(name), float):
            query[name] = float(math.floor(query[name]))


def _schema_of(field: str, schema: Any) -> Callable[[dict[str, Any]], None]:
    def loosen(document: dict[str, Any]) -> None:
        for path in document["paths"].values():
            for operation in path.values():
                if isinstance(operation, dict) and operation.get("operationId") == LIST:
                    for each in operation["parameters"]:
                        if each.get("name") == field:
                            each["schema"] = schema

    return loosen


def _whole(query: dict[str, Any]) -> None:
    if "customersCount" in query:
        query["customersCount"] = int(query["customersCount"])


def _truthy(query: dict[str, Any]) -> None:
    if "active" in query:
        sent = query["active"]
        if sent not in ("true", "false") and not sent.isdecimal():
            raise Invalid("This value is not valid.", requirement="", pointer="/query/active")
        query["active"] = sent not in ("false", "0")


def _filter(
    name: str, requirement: str, summary: str, change: Change, operations: Any = (LIST,)
) -> Defect:
    return Defect(
        name=f"openloyalty.{name}",
        violates=(requirement,),
        summary=summary,
        kind="filter",
        operations=operations,
        change=change,
    )


DEFECTS = (
    _filter(
        "last-filter-of-a-field-only", "OLO-139",
        "Of several filters of one field only the last one counts.",
        changes.before(_last_of_a_field, LIST),
    ),
    _filter(
        "filtered-after-paging", "OLO-143", "A page is cut first, and filtered then.",
        changes.around(_paged_first, LIST),
    ),
    _filter(
        "plain-filters-find-parts", "OLO-132", "A filter without an operator finds parts of texts.",
        changes.before(_plain_is_like, LIST),
    ),
    _filter(
        "eq-finds-parts", "OLO-132", "eq finds parts of names.",
        changes.before(_eq_is_like, LIST, MEMBERS), (LIST, MEMBERS),
    ),
    _filter(
        "like-takes-underscores-for-any-sign", "OLO-134",
        "An underscore in what like is given stands for any sign.", _searching(_matches("_", ".")),
    ),
    _filter(
        "like-takes-percent-signs-for-anything", "OLO-134",
        "A percent sign in what like is given stands for anything.",
        _searching(_matches("%", ".*")),
    ),
    _filter(
        "like-takes-expressions", "OLO-134", "What like is given is a regular expression.",
        _searching(lambda text, value: re.search(value, text) is not None),
    ),
    _filter(
        "like-finds-words", "OLO-134", "like finds texts that have the same words.",
        _searching(lambda text, value: all(each in text for each in value.split())),
    ),
    _filter(
        "gte-of-times-means-gt", "OLO-138", "gte does not find the time itself.",
        _of_times(gte="gt"),
    ),
    _filter(
        "lt-of-times-means-lte", "OLO-138", "lt finds the time itself.", _of_times(lt="lte"),
    ),
    _filter(
        "averages-rounded-down", "OLO-143", "A filter by an average is rounded down.",
        query_of(_floored, LIST),
    ),
    Defect(
        name="openloyalty.counts-may-have-decimals",
        violates=("OLO-005",),
        summary="A customersCount with decimals is rounded down.",
        kind="validation",
        operations=(LIST,),
        loosen=_schema_of("customersCount", {"type": "number"}),
        change=query_of(_whole, LIST),
        fault=102,
    ),
    Defect(
        name="openloyalty.active-may-be-any-number",
        violates=("OLO-005",),
        summary="A number as the filter active counts as true.",
        kind="validation",
        operations=(LIST,),
        loosen=_schema_of("active", {"type": "string"}),
        change=query_of(_truthy, LIST),
        fault=102,
    ),
)  # fmt: skip
