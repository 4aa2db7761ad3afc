"""How queries and sorting read the fields of records, without building their JSON.

`reader(path)` resolves a path once per query; the field it returns is then read from
every record. Paths that lead nowhere read as `ABSENT`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from mockserver.vendors.emporix.matching import ABSENT, Field
from mockserver.vendors.emporix.model import (
    CustomerAssignment,
    GroupAssignment,
    ItemAssignment,
    Json,
    Localized,
    Segment,
    texts,
)
from mockserver.vendors.emporix.world import World

Path = tuple[str, ...]


def segment_field(path: Path) -> Field[Segment]:
    """Return how to read a field of a segment."""
    if path in _SEGMENT:
        return _SEGMENT[path]
    if path[0] in ("name", "description"):
        return Field(_localized(attrgetter(path[0]), path[1:]))
    return _stored_field(path)


def member_field(world: World, path: Path) -> Field[CustomerAssignment]:
    """Return how to read a field of a customer assignment."""
    if path in _MEMBER:
        return _MEMBER[path]
    if path[0] == "customer" and path[1:] in _CUSTOMER:
        attribute = _CUSTOMER[path[1:]]
        return Field(lambda row: getattr(world.customers.get(row.customer_id), attribute, ABSENT))
    if path == ("legalEntity", "name"):
        entities = world.legal_entities
        return Field(lambda row: getattr(entities.get(row.legal_entity_id or ""), "name", ABSENT))
    return _stored_field(path)


def item_field(world: World, path: Path) -> Field[ItemAssignment]:
    """Return how to read a field of an item assignment."""
    if path in _ITEM:
        return _ITEM[path]

    def known(item: ItemAssignment, attribute: str) -> Any:
        shelf = world.products if item.type == "PRODUCT" else world.categories
        return getattr(shelf.get(item.item_id), attribute, None)

    if path == ("item", "code"):
        return Field(lambda item: _present(known(item, "code")))
    if path[:2] == ("item", "name"):
        return Field(_localized(lambda item: known(item, "name"), path[2:]))
    return _stored_field(path)


def group_field(world: World, path: Path) -> Field[GroupAssignment]:
    """Return how to read a field of a group assignment, group.id for one (EMX-432)."""
    if path in _GROUP:
        return _GROUP[path]
    if path[:2] == ("group", "name"):
        return Field(
            _localized(lambda row: getattr(world.groups.get(row.group_id), "name", None), path[2:])
        )
    return _stored_field(path)


def _stored_field(path: Path) -> Field[Any]:
    """Return how to read what every kind of record has: mixins and metadata."""
    if path in _METADATA:
        return _METADATA[path]
    if path[0] == "mixins":
        return Field(lambda record: _walk(record.mixins, path[1:]))
    if path[:2] == ("metadata", "mixins"):
        return Field(lambda record: _walk(record.mixin_schemas, path[2:]))
    return Field(lambda _: ABSENT)


def _object(_: object) -> Any:
    """Read what is always there and is no single value."""
    return {}


_SEGMENT: dict[Path, Field[Segment]] = {
    ("id",): Field(attrgetter("id")),
    ("siteCode",): Field(attrgetter("site_code")),  # (EMX-252)
    ("status",): Field(attrgetter("status")),
    ("validity",): Field(lambda segment: {} if segment.has_validity else ABSENT),
    ("validity", "from"): Field(lambda segment: _present(segment.valid_from), is_instant=True),
    ("validity", "to"): Field(lambda segment: _present(segment.valid_to), is_instant=True),
}
_MEMBER: dict[Path, Field[CustomerAssignment]] = {
    ("customer",): Field(_object),
    ("customer", "id"): Field(attrgetter("customer_id")),
    ("legalEntity",): Field(lambda row: ABSENT if row.legal_entity_id is None else {}),
    ("legalEntity", "id"): Field(lambda row: _present(row.legal_entity_id)),
    ("assignmentType",): Field(lambda _: "MANUAL"),
}
_CUSTOMER: dict[Path, str] = {
    ("firstName",): "first_name",
    ("lastName",): "last_name",
    ("email",): "email",
}
_ITEM: dict[Path, Field[ItemAssignment]] = {
    ("segmentId",): Field(attrgetter("segment_id")),
    ("type",): Field(attrgetter("type")),  # (EMX-253)
    ("item",): Field(_object),
    ("item", "id"): Field(attrgetter("item_id")),
}
_GROUP: dict[Path, Field[GroupAssignment]] = {
    ("segmentId",): Field(attrgetter("segment_id")),
    ("group",): Field(_object),
    ("group", "id"): Field(attrgetter("group_id")),
}
_METADATA: dict[Path, Field[Any]] = {
    ("metadata",): Field(_object),
    ("metadata", "version"): Field(attrgetter("version")),
    ("metadata", "createdAt"): Field(attrgetter("created_at"), is_instant=True),
    ("metadata", "modifiedAt"): Field(attrgetter("modified_at"), is_instant=True),
}


def _present(value: object) -> object:
    return ABSENT if value is None else value


def _localized(read: Callable[[Any], Localized | None], rest: Path) -> Callable[[Any], object]:
    language = ".".join(rest)  # (EMX-243)

    def read_all(record: object) -> object:
        compact = read(record)
        return ABSENT if compact is None else texts(compact)

    def read_one(record: object) -> object:
        compact = read(record) or ()
        for position in range(0, len(compact), 2):
            if compact[position] == language:
                return compact[position + 1]
        return ABSENT

    return read_one if rest else read_all


def _walk(value: Json, rest: Path) -> object:
    """Follow a path into a stored JSON value (EMX-251); a number steps into an array."""
    if value is None:
        return ABSENT
    for step in rest:
        if isinstance(value, Mapping):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 7:
            value = value[int(step)] if int(step) < len(value) else ABSENT
        else:
            return ABSENT
    return value
