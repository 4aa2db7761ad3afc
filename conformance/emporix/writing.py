"""The four ways in which a whole segment is written, one like the other.

Sends and reads back; what is right is said by the tests.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix, segment_removal
from conformance.exchange import Reply
from conformance.judging import unmet

WAYS: Final = (op.CREATE, op.UPDATE, op.CREATE_BULK, op.UPDATE_BULK)
"""Operations that make a segment under an id that was not there."""

EVERY_LANGUAGE: Final = {"Accept-Language": "*"}


def write(case: Emporix, way: str, body: dict[str, Any], **sending: Any) -> Reply:
    """Send a new segment, whose body has its id, in one of the ways; journalled."""
    if way == op.CREATE:
        return case.create(body, **sending)
    if way == op.UPDATE:
        rest = {name: value for name, value in body.items() if name != "id"}
        return case.put(body["id"], rest, **sending)
    return write_bulk(case, way, body, **sending)


def write_bulk(case: Emporix, way: str, body: dict[str, Any], **sending: Any) -> Reply:
    """Send a new segment, with or without an id, as the one entry of a bulk; journalled."""
    name = body.get("name")
    told = str(next(iter(name.values()), "")) if isinstance(name, dict) else ""
    creation = case.plan("segment", told, segment_removal(), str(body.get("id", "")))
    reply = case.send(way, body=[body], **sending)
    if reply.status == 207 and code(reply) not in (200, 201, 204):
        case.session.journal.refused(creation)
    else:
        case.settled(creation, reply, "/0/id")
    return reply


def code(reply: Reply) -> Any:
    """Return what the segment was answered with: the code of the entry in a bulk reply."""
    return reply.at("/0/code") if reply.status == 207 else reply.status


def written(case: Emporix, way: str, body: dict[str, Any], what: str, **sending: Any) -> Reply:
    """Write a segment and read it in every language. Raises Unmet when it was not made."""
    reply = write(case, way, body, **sending)
    if code(reply) != 201:
        unmet(f"{what} was answered with {code(reply)}, so there was nothing to judge")
    read = case.read(body["id"], headers=EVERY_LANGUAGE)
    return case.need(read, 200, what="reading what was made")


def is_refused(reply: Reply) -> bool:
    """Return whether a segment was refused: as a whole, or as an entry of a bulk."""
    found = code(reply)
    return isinstance(found, int) and not isinstance(found, bool) and 400 <= found < 500
