"""Filters that find too much, too little or the wrong thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.openloyalty.paging import LIST, NAMES, SEARCHABLE, Document, query_of
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World


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


def _as_text(field: str) -> Callable[[Document], None]:
    def loosen(document: Document) -> None:
        for path in document["paths"].values():
            for operation in path.values():
                if isinstance(operation, dict) and operation.get("operationId") == LIST:
                    for each in operation["parameters"]:
                        if each.get("name") == field:
                            each["schema"] = {"type": "string"}

    return loosen


def _value(field: str, text: str) -> Any:
    """Return a filter's text in the type of its field. Raises LookupError and ValueError."""
    if field == "active":
        return {"true": True, "false": False}[text]
    if field == "createdAt":
        instants.parse(text)
        return text
    return float(text)


def _read(field: str) -> Callable[[dict[str, Any]], None]:
    """Read a filter that came as a text; pass over what cannot be read."""

    def edit(query: dict[str, Any]) -> None:
        if field in query:
            try:
                query[field] = _value(field, query[field])
            except (LookupError, ValueError):
                del query[field]

    return edit


DEFECTS = (
    *(
        Defect(
            name=f"openloyalty.wrong-{name}-passed-over",
            violates=("OLO-005",),
            summary=f"A filter by {field} of the wrong type counts as not sent.",
            kind="validation",
            operations=(LIST,),
            loosen=_as_text(field),
            change=query_of(_read(field), LIST),
            fault=102,
        )
        for name, field in (
            ("active", "active"),
            ("customers-count", "customersCount"),
            ("average-clv", "averageClv"),
            ("created-at", "createdAt"),
        )
    ),
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
