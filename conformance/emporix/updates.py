"""Updates of a segment, in the three ways that there are, and what they do to its metadata."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import Judging, Unmet

WAYS: Final = (op.UPDATE, op.PATCH, op.UPDATE_BULK)
"""The operations that update a segment."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a stored segment."""

    version: int
    created: float
    """Seconds since 1970."""
    modified: float


def instant(value: Any) -> float | None:
    """Return the seconds since 1970 that a date-time stands for; `None` where it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def version_of(reply: Reply) -> int | None:
    """Return metadata.version of a segment that was read."""
    found = reply.at("/metadata/version")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def stored_version(case: Emporix, segment: str) -> int:
    """Return the version that is stored. Raises Unmet."""
    reply = case.need(case.read(segment, step="set up"), 200, what="reading the segment")
    found = version_of(reply)
    if found is None:
        raise Unmet("metadata.version was not told, so there was nothing to update with")
    return found


def stored_metadata(case: Emporix, segment: str) -> Metadata:
    """Return the metadata that is stored. Raises Unmet."""
    reply = case.need(case.read(segment, step="set up"), 200, what="reading the segment")
    version = version_of(reply)
    created = instant(reply.at("/metadata/createdAt"))
    modified = instant(reply.at("/metadata/modifiedAt"))
    if version is None or created is None or modified is None:
        raise Unmet("the metadata of a new segment was not told in full")
    return Metadata(version, created, modified)


def versioned(body: dict[str, Any], version: int) -> dict[str, Any]:
    """Return the body of an update that names the version to update."""
    return {**body, "metadata": {"version": version}}


def put(case: Emporix, segment: str, body: Any, *, step: str = "") -> Reply:
    """Send PUT for a segment that the test has made."""
    return case.send(op.UPDATE, path={"segmentId": segment}, body=body, step=step)


def patch(case: Emporix, segment: str, *operations: Any, step: str = "") -> Reply:
    """Send PATCH with some operations."""
    path = {"segmentId": segment}
    return case.send(op.PATCH, path=path, body=list(operations), step=step)


def set_status(case: Emporix, way: str, segment: str, status: str, version: int) -> None:
    """Change the status of a segment, its version being known. Raises Unmet."""
    body = versioned(case.draft(status=status), version)
    what = f"updating a segment by {way}"
    if way == op.UPDATE_BULK:
        entries = [{**body, "id": segment}]
        reply = case.need(case.send(way, body=entries, step="set up"), 207, what=what)
        code = reply.at("/0/code")
        if code != 204:
            raise Unmet(f"{what} has the code {code}, so there was nothing to judge")
    elif way == op.PATCH:
        changed = {"op": "replace", "path": "/status", "value": status}
        case.need(patch(case, segment, changed, step="set up"), 204, what=what)
    else:
        case.need(put(case, segment, body, step="set up"), 204, what=what)


def succeeded(case: Emporix, requirement: str, reply: Reply) -> Judging:
    """Check that a request succeeded; with which status exactly is said by another requirement."""
    told = f"status {reply.status}: {reply.text[:300]}"
    return case.judge(requirement, reply).that(
        200 <= reply.status < 300, "a success (2xx)", told, "the status"
    )
