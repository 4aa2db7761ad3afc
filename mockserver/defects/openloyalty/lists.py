"""Lists that are paged, sorted or filtered in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World

LIST = "segmentGetList"
MEMBERS = "segmentGetMembers"
ASSOCIATION = "_getSegmentAssociation"
SEARCHABLE = (LIST, MEMBERS)
ALL = (*SEARCHABLE, ASSOCIATION)
NAMES = {LIST: "segments", MEMBERS: "members", ASSOCIATION: "associations"}
OrderBy = "_orderBy"
Document = dict[str, Any]
Rename = Callable[[str, str], str]


def _parameter(name: str, edit: Callable[[Any], None]) -> Callable[[Document], None]:
    """Edit the schema of a shared query parameter."""
    return lambda document: edit(document["components"]["parameters"][name]["schema"])


def _query(edit: Callable[[dict[str, Any]], Any], *operations: str) -> Change:
    """Edit the declared query parameters, a copy."""

    def edited(call: Call) -> Call:
        query = dict(call.query)
        edit(query)
        return replace(call, query=query)

    return changes.before(edited, *operations)


def _operators(rename: Callable[[str, str], str | None], *operations: str) -> Change:
    """Rename the operators of filters, `rename(field, operator)`; None passes a filter over."""

    def edited(call: Call) -> Call:
        kept = []
        for name, value in call.undeclared:
            field, bracket, rest = name.partition("[")
            operator = rename(field, rest.removesuffix("]")) if bracket else rest
            if operator is not None:
                kept.append((f"{field}[{operator}]" if bracket else name, value))
        return replace(call, undeclared=kept)

    return changes.before(edited, *operations)


def _instead(**names: str | None) -> Callable[[str, str], str | None]:
    return lambda _field, operator: names.get(operator, operator)


def _items(keep: Callable[[Any, dict[str, str]], bool], *operations: str) -> Change:
    """Leave items out of what an operation answers: `keep(item, undeclared parameters)`."""

    def edited(reply: Reply, call: Call) -> Reply:
        body = changes.plain(reply.body)
        items = [each for each in body["items"] if keep(each, dict(call.undeclared))]
        return replace(reply, body={**body, "items": items})

    return changes.after(edited, *operations)


def _is_like(item: Any, asked: dict[str, str], *, begins: bool) -> bool:
    for name, value in asked.items():
        field, _, operator = name.partition("[")
        if operator != "like]":
            continue
        text = item.get(field, "")
        fits = text.lower().startswith(value.lower()) if begins else value in text
        if not fits:
            return False
    return True


def _not_empty(item: Any, asked: dict[str, str]) -> bool:
    return "description[hasValue]" not in asked or bool(item.get("description"))


def _empty_is_none(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    kept = [pair for pair in call.undeclared if pair[0] != "description[notHasValue]"]
    reply = operation(world, replace(call, undeclared=kept), caller)
    if len(kept) == len(call.undeclared):
        return reply
    body = changes.plain(reply.body)
    items = [each for each in body["items"] if not each.get("description")]
    return replace(reply, body={**body, "items": items})


def _sorted_afterwards(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    order = call.query.get(OrderBy, {})
    query = {name: value for name, value in call.query.items() if name != OrderBy}
    reply = operation(world, replace(call, query=query), caller)
    body = changes.plain(reply.body)
    for field, direction in order.items():
        body["items"].sort(key=lambda each: each.get(field, ""), reverse=direction == "desc")
    return replace(reply, body=body)


def _one_of_several(call: Call) -> Call:
    """Keep only the first filter that is declared, or the first one that is not."""
    declared = [name for name in call.query if not name.startswith("_")]
    query = {
        name: value
        for name, value in call.query.items()
        if name.startswith("_") or name == declared[0]
    }
    return replace(call, query=query, undeclared=() if declared else call.undeclared[:1])


def _any_case(call: Call) -> Call:
    """Compare texts as a database does that was set up so: without regard to case."""
    texts = {"name", "description", "firstName", "lastName", "email"}
    query, undeclared = {}, list(call.undeclared)
    for name, value in call.query.items():
        if name in texts:
            undeclared.append((f"{name}[like]", value))
        else:
            query[name] = value
    renamed = [
        (
            f"{name.removesuffix('[eq]')}[like]" if name.removesuffix("[eq]") in texts else name,
            value,
        )
        for name, value in undeclared
    ]
    return replace(call, query=query, undeclared=renamed)


def _from_zero(query: dict[str, Any]) -> None:
    if "_page" in query:
        query["_page"] += 1


def _without(name: str) -> Callable[[Any], Any]:
    return lambda body: {each: value for each, value in body.items() if each != name}


def _renamed(body: Any) -> Any:
    return {"segments": body["items"], "total": body["total"]}


def _at_least(name: str, least: int) -> Callable[[dict[str, Any]], None]:
    def edit(query: dict[str, Any]) -> None:
        if isinstance(query.get(name), int):
            query[name] = max(query[name], least)

    return edit


def _loosely_typed(query: dict[str, Any]) -> None:
    for name in ("_page", "_itemsOnPage"):
        value = query.get(name)
        if isinstance(value, str):
            if value.lstrip("-").isdecimal():
                query[name] = int(value)
            else:
                del query[name]


def _texts(document: Document) -> None:
    for name in ("page", "itemsOnPage"):
        document["components"]["parameters"][name]["schema"] = {"type": "string"}


def _as_text(field: str) -> Callable[[Document], None]:
    def loosen(document: Document) -> None:
        for path in document["paths"].values():
            for operation in path.values():
                if isinstance(operation, dict) and operation.get("operationId") == LIST:
                    for each in operation["parameters"]:
                        if each.get("name") == field:
                            each["schema"] = {"type": "string"}

    return loosen


def _read(field: str) -> Callable[[dict[str, Any]], None]:
    """Read a filter that came as a text; pass over what cannot be read."""

    def edit(query: dict[str, Any]) -> None:
        value = query.get(field)
        if value is None:
            return
        try:
            if field == "active":
                query[field] = {"true": True, "false": False}[value]
            elif field == "createdAt":
                query[field] = value if value[:4].isdecimal() else value[:0] + _never(value)
            else:
                query[field] = float(value)
        except (KeyError, ValueError):
            del query[field]

    return edit


def _never(value: str) -> str:
    raise ValueError(value)


def _minimum(schema: Any) -> None:
    schema.pop("minimum", None)


def _maximum(schema: Any) -> None:
    schema.pop("maximum", None)


def _twenty(schema: Any) -> None:
    schema["default"] = 20


def _no_default(schema: Any) -> None:
    schema.pop("default", None)


def _any_direction(schema: Any) -> None:
    schema["additionalProperties"] = {"type": "string"}


def _upwards_unless_desc(query: dict[str, Any]) -> None:
    order = query.get(OrderBy, {})
    query[OrderBy] = {name: "desc" if value == "desc" else "asc" for name, value in order.items()}


def _always_upwards(query: dict[str, Any]) -> None:
    query[OrderBy] = dict.fromkeys(query.get(OrderBy, {}), "asc")


PAGES = (
    Defect(
        name="openloyalty.page-may-be-a-word",
        violates=("OLO-005",),
        summary="A _page or _itemsOnPage that is no number counts as not sent.",
        kind="validation",
        operations=ALL,
        loosen=_texts,
        change=changes.together(_query(_at_least("_page", 1), *ALL), _query(_loosely_typed, *ALL)),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.wrong-{name}-passed-over",
            violates=("OLO-005",),
            summary=f"A filter by {field} of the wrong type counts as not sent.",
            kind="validation",
            operations=(LIST,),
            loosen=_as_text(field),
            change=_query(_read(field), LIST),
            fault=102,
        )
        for name, field in (
            ("active", "active"),
            ("customers-count", "customersCount"),
            ("average-clv", "averageClv"),
            ("created-at", "createdAt"),
        )
    ),
    Defect(
        name="openloyalty.large-page-passed-over",
        violates=("OLO-016",),
        summary="A _page beyond 32 bits is a page without items.",
        kind="validation",
        operations=ALL,
        loosen=_parameter("page", _maximum),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.pages-of-{NAMES[operation]}-from-zero",
            violates=("OLO-123",),
            summary="Pages count from 0.",
            kind="paging",
            operations=(operation,),
            loosen=_parameter("page", _no_default),
            change=_query(_from_zero, operation),
        )
        for operation in ALL
    ),
    *(
        Defect(
            name=f"openloyalty.page-of-{NAMES[operation]}-ignored",
            violates=("OLO-123",),
            summary="The first page comes whichever is asked for.",
            kind="paging",
            operations=(operation,),
            change=changes.without_query("_page", operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.page-zero-of-{NAMES[operation]}",
            violates=("OLO-124",),
            summary="A _page below 1 counts as the first.",
            kind="paging",
            operations=(operation,),
            loosen=_parameter("page", _minimum),
            change=changes.together(
                _query(_at_least("_page", 1), operation),
                *(_query(_positive, other) for other in ALL if other != operation),
            ),
            fault=102,
        )
        for operation, _positive in ((each, _at_least("_page", 1)) for each in ALL)
    ),
    Defect(
        name="openloyalty.twenty-on-a-page",
        violates=("OLO-125",),
        summary="A page holds 20 items unless told otherwise.",
        kind="paging",
        operations=ALL,
        loosen=_parameter("itemsOnPage", _twenty),
    ),
    *(
        Defect(
            name=f"openloyalty.items-on-page-of-{NAMES[operation]}-ignored",
            violates=("OLO-125",),
            summary="A page holds 10 items whatever is asked for.",
            kind="paging",
            operations=(operation,),
            change=changes.without_query("_itemsOnPage", operation),
        )
        for operation in ALL
    ),
    Defect(
        name="openloyalty.no-limit-of-a-page",
        violates=("OLO-126",),
        summary="A page may hold more than 50 items.",
        kind="paging",
        operations=ALL,
        loosen=_parameter("itemsOnPage", _maximum),
        fault=102,
    ),
    Defect(
        name="openloyalty.pages-of-nothing",
        violates=("OLO-126",),
        summary="A page may hold no items.",
        kind="paging",
        operations=ALL,
        loosen=_parameter("itemsOnPage", _minimum),
        change=_query(_at_least("_itemsOnPage", 0), *ALL),
        fault=102,
    ),
    Defect(
        name="openloyalty.list-without-total",
        violates=("OLO-120",),
        summary="The list of segments has no total.",
        kind="totals",
        operations=(LIST,),
        change=changes.body(_without("total"), LIST),
    ),
    Defect(
        name="openloyalty.list-as-in-the-older-edition",
        violates=("OLO-120",),
        summary="The list has its segments in a field segments.",
        kind="schema",
        operations=(LIST,),
        change=changes.body(_renamed, LIST),
    ),
)

SORTS = (
    *(
        Defect(
            name=f"openloyalty.order-of-{NAMES[operation]}-ignored",
            violates=("OLO-128",),
            summary="_orderBy is passed over.",
            kind="sort",
            operations=(operation,),
            change=changes.without_query(OrderBy, operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.{NAMES[operation]}-never-downwards",
            violates=("OLO-128",),
            summary="desc sorts upwards too.",
            kind="sort",
            operations=(operation,),
            change=_query(_always_upwards, operation),
        )
        for operation in SEARCHABLE
    ),
    Defect(
        name="openloyalty.pages-sorted-one-by-one",
        violates=("OLO-128",),
        summary="Each page is sorted by itself.",
        kind="sort",
        operations=(LIST,),
        change=changes.around(_sorted_afterwards, LIST),
    ),
    Defect(
        name="openloyalty.any-direction",
        violates=("OLO-131",),
        summary="A direction that is neither asc nor desc counts as asc.",
        kind="validation",
        operations=SEARCHABLE,
        loosen=_parameter("orderBy", _any_direction),
        change=_query(_upwards_unless_desc, *SEARCHABLE),
        fault=102,
    ),
)

FILTERS = (
    *(
        Defect(
            name=f"openloyalty.eq-of-{NAMES[operation]}-unknown",
            violates=("OLO-132",),
            summary="A filter with eq is passed over.",
            kind="filter",
            operations=(operation,),
            change=_operators(_instead(eq=None), operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.eq-of-{NAMES[operation]}-in-any-case",
            violates=("OLO-133",),
            summary="A filter finds texts that differ in case.",
            kind="filter",
            operations=(operation,),
            change=changes.before(_any_case, operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.like-of-{NAMES[operation]}-heeds-case",
            violates=("OLO-134",),
            summary="like finds texts in the same case only.",
            kind="filter",
            operations=(operation,),
            change=_items(lambda item, asked: _is_like(item, asked, begins=False), operation),
        )
        for operation in SEARCHABLE
    ),
    Defect(
        name="openloyalty.like-finds-beginnings",
        violates=("OLO-134",),
        summary="like finds texts that begin with the value.",
        kind="filter",
        operations=(LIST,),
        change=_items(lambda item, asked: _is_like(item, asked, begins=True), LIST),
    ),
    Defect(
        name="openloyalty.like-means-eq",
        violates=("OLO-134",),
        summary="like finds texts that equal the value.",
        kind="filter",
        operations=SEARCHABLE,
        change=_operators(_instead(like="eq"), *SEARCHABLE),
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-value-of-{NAMES[operation]}-ignored",
            violates=("OLO-135",),
            summary=f"A filter with {operator} is passed over.",
            kind="filter",
            operations=(operation,),
            change=_operators(_instead(**{operator: None}), operation),
        )
        for operation in SEARCHABLE
        for name, operator in (("has", "hasValue"), ("not-has", "notHasValue"))
    ),
    Defect(
        name="openloyalty.has-value-the-other-way-round",
        violates=("OLO-135",),
        summary="hasValue finds what has none, and notHasValue the rest.",
        kind="filter",
        operations=SEARCHABLE,
        change=_operators(_instead(hasValue="notHasValue", notHasValue="hasValue"), *SEARCHABLE),
    ),
    Defect(
        name="openloyalty.empty-text-is-no-value",
        violates=("OLO-136",),
        summary="hasValue does not find an empty text.",
        kind="filter",
        operations=(LIST,),
        change=_items(_not_empty, LIST),
    ),
    Defect(
        name="openloyalty.empty-text-is-none",
        violates=("OLO-136",),
        summary="notHasValue finds an empty text.",
        kind="filter",
        operations=(LIST,),
        change=changes.around(_empty_is_none, LIST),
    ),
    *(
        Defect(
            name=f"openloyalty.{one}-means-{other}",
            violates=("OLO-138",),
            summary=f"{one} compares as {other} does.",
            kind="filter",
            operations=(LIST,),
            change=_operators(_instead(**{one: other}), LIST),
        )
        for one, other in (
            ("gt", "gte"),
            ("gte", "gt"),
            ("lt", "lte"),
            ("lte", "lt"),
            ("gte", "lte"),
        )
    ),
    Defect(
        name="openloyalty.times-not-compared",
        violates=("OLO-138",),
        summary="Comparisons of createdAt are passed over.",
        kind="filter",
        operations=(LIST,),
        change=_operators(lambda field, operator: None if field == "createdAt" else operator, LIST),
    ),
    *(
        Defect(
            name=f"openloyalty.one-filter-of-{NAMES[operation]}-only",
            violates=("OLO-139",),
            summary="Of several filters only the first one counts.",
            kind="filter",
            operations=(operation,),
            change=changes.before(_one_of_several, operation),
        )
        for operation in SEARCHABLE
    ),
    *(
        Defect(
            name=f"openloyalty.filter-by-{name}-ignored",
            violates=("OLO-143",),
            summary=f"The filter {field} is passed over.",
            kind="filter",
            operations=(LIST,),
            change=changes.without_query(field, LIST),
        )
        for name, field in (
            ("name", "name"),
            ("active", "active"),
            ("description", "description"),
            ("customers-count", "customersCount"),
            ("average-transaction-amount", "averageTransactionAmount"),
            ("average-transactions", "averageTransactions"),
            ("average-clv", "averageClv"),
            ("created-at", "createdAt"),
        )
    ),
)

DEFECTS = (*PAGES, *SORTS, *FILTERS)
