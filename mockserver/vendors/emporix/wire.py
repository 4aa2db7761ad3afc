"""JSON of the segment service: records, bulk entries and refusals in the vendor's shape.

The one place that knows status codes. No rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.call import Document, Reply
from mockserver.kernel.refusals import (
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    Missing,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnknownPath,
    UnsupportedMediaType,
    Violation,
)
from mockserver.kernel.room import Rules
from mockserver.vendors.emporix.languages import Speech
from mockserver.vendors.emporix.listing import page_message
from mockserver.vendors.emporix.model import (
    CustomerAssignment,
    ItemAssignment,
    Json,
    Localized,
    Segment,
    texts,
)
from mockserver.vendors.emporix.trees import Node
from mockserver.vendors.emporix.world import World

RULES = Rules(
    unknown_path="EMX-025",
    method="EMX-026",
    media_type="EMX-027",
    too_large="EMX-028",
    path="EMX-030",
    parameters="EMX-030",
    body="EMX-029",
)

FORBIDDEN = "The access to the requested resource has been forbidden by the server."
_PAGING = ("/query/pageSize", "/query/pageNumber")
_QUOTED = re.compile(r'(?:page\w+: )?"([^"…]*)')
"""The value that a message about a pattern begins with, whole or cut."""
_BAD_BODY = "Validation problem with request body."

_STATUS: dict[type[Refusal], tuple[int, str]] = {
    Invalid: (400, "Bad Request"),
    Forbidden: (403, "Forbidden"),
    Missing: (404, "Not Found"),
    UnknownPath: (404, "Not Found"),
    MethodNotAllowed: (405, "Method Not Allowed"),
    Conflict: (409, "Conflict"),
    TooLarge: (413, "Payload Too Large"),
    UnsupportedMediaType: (415, "Unsupported Media Type"),
    Broken: (500, "Internal Server Error"),
}


# ---- refusals ------------------------------------------------------------------------


def refuse(refusal: Refusal, choices: Mapping[str, str]) -> Reply:
    """Return a refusal as the segment service would say it."""
    if isinstance(refusal, Unauthenticated):
        return Reply(401, _fault(refusal.message, refusal.code or "oauth.v2.InvalidAccessToken"))
    if isinstance(refusal, Invalid):
        refusal = _reworded(refusal)
    code, status = next(_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS)
    if (
        refusal.code == "steps.oauth.v2.InsufficientScope"
        and choices["emporix.missing-scope"] == "gateway"
    ):
        return Reply(code, _fault(refusal.message, refusal.code))
    body: dict[str, Any] = {"code": code, "status": status, "message": _message(refusal)}
    if refusal.resource and not isinstance(refusal, UnsupportedMediaType):
        body["resourceId"] = refusal.resource
    details = _details(refusal, choices["emporix.error-details"])
    if details:
        body["details"] = details
    headers: Sequence[tuple[str, str]] = ()
    if isinstance(refusal, MethodNotAllowed):
        headers = (("Allow", ", ".join(refusal.allowed)),)
    return Reply(code, body, headers)


def _reworded(refusal: Invalid) -> Invalid:
    """Say in words what the contract says about pages in a regular expression."""
    told = tuple(map(_without_pattern, refusal.violations))
    if told == refusal.violations:
        return refusal
    return Invalid(
        told[0].message,
        requirement=refusal.requirement,
        pointer=refusal.pointer,
        code=refusal.code,
        resource=refusal.resource,
        violations=told,
    )


def _without_pattern(violation: Violation) -> Violation:
    quoted = _QUOTED.match(violation.message)
    if violation.pointer not in _PAGING or violation.code != "pattern" or quoted is None:
        return violation
    name = violation.pointer.rpartition("/")[2]
    return replace(violation, message=page_message(name, quoted[1]))


def _fault(text: str, code: str) -> Json:
    return {"fault": {"faultstring": text, "detail": {"errorcode": code}}}


def _message(refusal: Refusal) -> str:
    """Return the vendor's sentence where it has one; the mock's own goes to the details."""
    if isinstance(refusal, Forbidden):
        return FORBIDDEN
    if isinstance(refusal, Invalid) and refusal.code != "q":
        first = refusal.violations[0].pointer
        if first.split("/")[1:2] not in (["query"], ["header"], ["path"]):
            return _BAD_BODY
    return refusal.message


def _details(refusal: Refusal, shape: str) -> Json:
    if shape == "none" or not isinstance(refusal, (Invalid, Forbidden)):
        return None
    if isinstance(refusal, Invalid):
        found = refusal.violations
    else:
        found = (Violation(refusal.message, refusal.pointer, refusal.code),)
    rows = [
        {
            "field": one.pointer,
            "type": one.code or "invalid",
            "message": one.message,
            "moreInfo": "",
        }
        for one in found
    ]
    return rows if shape == "array" else rows[0]


# ---- bulk entries ---------------------------------------------------------------------


def entry_done(index: int, *, created: bool, segment_id: str | None = None) -> Json:
    """Return the entry of a bulk reply for what succeeded; only segments are named."""
    named = {} if segment_id is None else {"id": segment_id}
    code, status = (201, "Created") if created else (204, "OK")
    return {"index": index, **named, "code": code, "status": status}


def entry_refused(index: int, refusal: Refusal) -> Json:
    """Return the entry of a bulk reply for what was refused.

    An entry has no details, so the message says the vendor's sentence and what is wrong.
    """
    code, status = _STATUS[type(refusal)]
    message = _message(refusal)
    if message is not refusal.message:
        message = f"{message} {refusal.message}"
    return {"index": index, "code": code, "status": status, "message": message}


# ---- records --------------------------------------------------------------------------


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
    """Return the paths that the parameter `fields` names; `None` when it names none."""
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


def _keep(record: Segment | CustomerAssignment | ItemAssignment, value: Json) -> Document:
    document = Document(value)
    # The record is frozen; its cache is the one slot that is not part of its value.
    object.__setattr__(record, "document", document)
    return document


def _segment(record: Segment) -> dict[str, Any]:
    value: dict[str, Any] = {"id": record.id, "name": texts(record.name)}
    if record.description is not None:
        value["description"] = texts(record.description)
    if record.has_validity:
        value["validity"] = _validity(record.valid_from, record.valid_to)
    value["status"] = record.status
    value["siteCode"] = record.site_code
    return _with_stored(value, record)


def _member(world: World, record: CustomerAssignment) -> dict[str, Any]:
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
    value["assignmentType"] = "MANUAL"
    return _with_stored(value, record)


def _item(world: World, record: ItemAssignment) -> dict[str, Any]:
    named: dict[str, Any] = {"id": record.item_id}
    shelf = world.products if record.type == "PRODUCT" else world.categories
    known = shelf.get(record.item_id)
    if known is not None:
        named |= {"code": known.code, "name": texts(known.name)}
    value = {"segmentId": record.segment_id, "item": named, "type": record.type}
    return _with_stored(value, record)


def _with_stored(
    value: dict[str, Any], record: Segment | CustomerAssignment | ItemAssignment
) -> dict[str, Any]:
    if record.mixins is not None:
        value["mixins"] = record.mixins
    created = instants.text(record.created_at)
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


def _shown(
    value: dict[str, Any], view: View, localized: Sequence[tuple[str, ...]] = ()
) -> dict[str, Any]:
    """Return newly built JSON as a view shows it; `localized` are the paths of its texts.

    Fields are picked before a language is: `name.de` names a language of its own.
    """
    kept = _project(value, view)
    if view.speech is None:
        return kept
    for *above, name in localized:
        holder = kept
        for step in above:
            holder = holder.get(step, {})
        if name in holder:
            holder[name] = view.speech.choose(holder[name])
    return kept


def _project(value: dict[str, Any], view: View) -> dict[str, Any]:
    """Keep the id and the fields that the view names; unknown ones are ignored."""
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
