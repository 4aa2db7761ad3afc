"""JSON of records: segments, assignments and category trees, as a request wants to see them.

The way in is `drafts.py`; refusals and bulk entries are in `wire.py`. No rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.call import Document
from mockserver.vendors.emporix.languages import Speech
from mockserver.vendors.emporix.model import (
    CustomerAssignment,
    GroupAssignment,
    ItemAssignment,
    Json,
    Localized,
    Segment,
    texts,
)
from mockserver.vendors.emporix.trees import Node
from mockserver.vendors.emporix.world import World

Assignment = CustomerAssignment | ItemAssignment | GroupAssignment


@dataclass(frozen=True, slots=True)
class View:
    """How a reply shows records: in which language, and which of their fields."""

    speech: Speech | None = None
    fields: tuple[tuple[str, ...], ...] | None = None

    @property
    def is_plain(self) -> bool:
        """True when records are shown as they are stored."""
        return self.speech is None and self.fields is None


PLAIN = View()


def read_fields(text: str | None) -> tuple[tuple[str, ...], ...] | None:
    """Return the paths that `fields` names, separated by commas; `None` when it names none."""
    if not text:
        return None
    names = [name.strip() for name in text.split(",")]
    return tuple(tuple(name.split(".")) for name in names if name) or None


def segment(record: Segment, view: View) -> Document | dict[str, Any]:
    """Return a segment as a view shows it."""
    if not view.is_plain:
        return _shown(_segment(record), view, _TEXTS_OF_SEGMENT)
    return record.document or _keep(record, _segment(record))


def segments(records: Iterable[Segment], view: View) -> Sequence[Document | dict[str, Any]]:
    """Return segments as a view shows them."""
    if not view.is_plain:
        return [_shown(_segment(record), view, _TEXTS_OF_SEGMENT) for record in records]
    return [record.document or _keep(record, _segment(record)) for record in records]


def segment_document(record: Segment) -> dict[str, Any]:
    """Return the full JSON of a segment, newly built."""
    return _segment(record)


def member(world: World, record: CustomerAssignment, view: View) -> Document | dict[str, Any]:
    """Return a customer assignment as a view shows it."""
    if not view.is_plain:
        return _shown(_member(world, record), view)
    return record.document or _keep(record, _member(world, record))


def item(world: World, record: ItemAssignment, view: View) -> Document | dict[str, Any]:
    """Return an item assignment as a view shows it."""
    if not view.is_plain:
        return _shown(_item(world, record), view, _TEXTS_OF_ITEM)
    return record.document or _keep(record, _item(world, record))


def group(world: World, record: GroupAssignment, view: View) -> Document | dict[str, Any]:
    """Return a group assignment as a view shows it (EMX-412)."""
    if not view.is_plain:
        return _shown(_group(world, record), view, _TEXTS_OF_GROUP)
    return record.document or _keep(record, _group(world, record))


def _keep(record: Segment | Assignment, value: Json) -> Document:
    document = Document(value)
    # The record is frozen; its cache is the one slot that is not part of its value.
    object.__setattr__(record, "document", document)
    return document


def _segment(record: Segment) -> dict[str, Any]:
    """Return the JSON of a segment: id, name, siteCode, metadata (EMX-093) and what it has.

    What it does not have is absent (EMX-065).
    """
    value: dict[str, Any] = {"id": record.id, "name": texts(record.name)}
    if record.description is not None:
        value["description"] = texts(record.description)
    if record.has_validity:
        value["validity"] = _validity(record.valid_from, record.valid_to)
    value["status"] = record.status
    value["siteCode"] = record.site_code
    return _with_stored(value, record)


def _member(world: World, record: CustomerAssignment) -> dict[str, Any]:
    """Return the JSON of a customer assignment.

    It names the customer (EMX-276) and, where there is one, the legal entity (EMX-277).
    """
    value: dict[str, Any] = {"customer": {"id": record.customer_id}}
    customer = world.customers.get(record.customer_id)
    if customer is not None:
        value["customer"] |= {
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "email": customer.email,
        }
    if record.legal_entity_id is not None:
        value["legalEntity"] = {"id": record.legal_entity_id}
        entity = world.legal_entities.get(record.legal_entity_id)
        if entity is not None:
            value["legalEntity"]["name"] = entity.name
    value["assignmentType"] = "MANUAL"  # (EMX-283)
    return _with_stored(value, record)


def _item(world: World, record: ItemAssignment) -> dict[str, Any]:
    """Return the JSON of an item assignment: segment, type and the item (EMX-296)."""
    named: dict[str, Any] = {"id": record.item_id}
    shelf = world.products if record.type == "PRODUCT" else world.categories
    known = shelf.get(record.item_id)
    if known is not None:
        named |= {"code": known.code, "name": texts(known.name)}
    value = {"segmentId": record.segment_id, "item": named, "type": record.type}
    return _with_stored(value, record)


def _group(world: World, record: GroupAssignment) -> dict[str, Any]:
    named: dict[str, Any] = {"id": record.group_id}
    known = world.groups.get(record.group_id)
    if known is not None:
        named["name"] = texts(known.name)  # in a language by _TEXTS_OF_GROUP (EMX-433)
    return _with_stored({"segmentId": record.segment_id, "group": named}, record)


def _with_stored(value: dict[str, Any], record: Segment | Assignment) -> dict[str, Any]:
    if record.mixins is not None:
        value["mixins"] = record.mixins
    created = instants.text(record.created_at)  # RFC 3339 (EMX-069)
    metadata = {
        "createdAt": created,
        "modifiedAt": (
            created
            if record.modified_at == record.created_at
            else instants.text(record.modified_at)
        ),
        "version": record.version,
    }
    if record.mixin_schemas is not None:
        metadata["mixins"] = record.mixin_schemas
    value["metadata"] = metadata
    return value


def trees(nodes: Iterable[Node], speech: Speech | None) -> list[Json]:
    """Return category trees as JSON."""
    return [_tree(node, speech) for node in nodes]


def _tree(node: Node, speech: Speech | None) -> dict[str, Any]:
    """Return the JSON of a node and what is below it; four properties always (EMX-315).

    What else the category has is shown too (EMX-309), and which one it is below (EMX-316).
    """
    category = node.category
    value: dict[str, Any] = {"id": category.id}
    if category.parent_id is not None:
        value["parentId"] = category.parent_id
    value |= {"code": category.code, "name": _localized(category.name, speech)}
    if category.description:
        value["localizedDescription"] = _localized(category.description, speech)
    if category.slug:
        value["localizedSlug"] = _localized(category.slug, speech)
    if category.ecn:
        value["ecn"] = list(category.ecn)
    if category.valid_from is not None or category.valid_to is not None:
        value["validity"] = _validity(category.valid_from, category.valid_to)
    return value | {
        "position": category.position,
        "published": category.published,
        "isSegmentAssigned": node.assigned,
        "subcategories": [_tree(child, speech) for child in node.children],
    }


def _localized(compact: Localized, speech: Speech | None) -> dict[str, str] | str:
    return texts(compact) if speech is None else speech.render(compact)


def _validity(start: int | None, end: int | None) -> dict[str, str]:
    value = {}
    if start is not None:
        value["from"] = instants.text(start)
    if end is not None:
        value["to"] = instants.text(end)
    return value


_TEXTS_OF_SEGMENT = (("name",), ("description",))
_TEXTS_OF_ITEM = (("item", "name"),)
_TEXTS_OF_GROUP = (("group", "name"),)


def _shown(
    value: dict[str, Any], view: View, localized: Sequence[tuple[str, ...]] = ()
) -> dict[str, Any]:
    """Return newly built JSON as a view shows it; `localized` are the paths of its texts.

    Fields are picked before a language is: `name.de` names a language of its own.
    """
    kept = projected(value, view)
    if view.speech is None:
        return kept
    for *above, name in localized:
        holder = kept
        for step in above:
            holder = holder.get(step, {})
        if name in holder:
            holder[name] = view.speech.choose(holder[name])
    return kept


def projected(value: dict[str, Any], view: View) -> dict[str, Any]:
    """Keep the id (EMX-231) and the fields that the view names (EMX-230).

    Unknown ones are ignored (EMX-232).
    """
    if view.fields is None:
        return value
    kept: dict[str, Any] = {"id": value["id"]} if "id" in value else {}
    for path in view.fields:
        _copy(value, kept, path)
    return kept


def _copy(source: Any, target: dict[str, Any], path: tuple[str, ...]) -> None:
    """Copy what lies at a path; nothing happens when nothing lies there."""
    holders = [source]
    for step in path[:-1]:
        source = source.get(step) if isinstance(source, dict) else None
        holders.append(source)
    if not isinstance(source, dict) or path[-1] not in source:
        return
    for step, holder in zip(path[:-1], holders, strict=False):
        inner = target.setdefault(step, {})
        if inner is holder[step]:
            return  # a field above has been copied as a whole
        target = inner
    target[path[-1]] = source[path[-1]]
