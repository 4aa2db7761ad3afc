"""Groups of customers in segments: the contract version 2026-09, in a test's hands.

Groups themselves are not made here: they are the identity service's, and known ones are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.journal import Removal

READS = (op.LIST_GROUPS, op.SEARCH_GROUPS, op.READ_GROUP)
LISTINGS = (op.LIST_GROUPS, op.SEARCH_GROUPS)


def customer_groups(case: Emporix, at_least: int = 1) -> list[str]:
    """Return the ids of known groups of customers. Raises Unmet."""
    found = [
        str(each["id"])
        for each in case.known("groups", "user_type")
        if each["user_type"] == "CUSTOMER"
    ]
    if len(found) < at_least:
        raise case.lacking(f"emporix.known.groups with user_type CUSTOMER (at least {at_least})")
    return found


def group_of(case: Emporix, customer: str, legal_entity: str = "") -> str:
    """Return a known group that a customer is in, bound to a legal entity or to none.

    Raises Unmet.
    """
    for each in case.known("groups", "members"):
        if (
            each.get("user_type", "CUSTOMER") == "CUSTOMER"
            and customer in each["members"]
            and each.get("legal_entity", "") == legal_entity
        ):
            return str(each["id"])
    bound = f"legal_entity {legal_entity}" if legal_entity else "no legal_entity"
    raise case.lacking(f"emporix.known.groups with {customer} among its members and {bound}")


def put(
    case: Emporix,
    segment: str,
    group: str,
    body: Any = None,
    *,
    by: str = "manage",
    step: str = "",
) -> Reply:
    """Send PUT …/groups/{groupId}, journalled as if it assigned the group."""
    path = {"segmentId": segment, "groupId": group}
    creation = case.plan(
        "group assignment", group, Removal(op.REMOVE_GROUP, path, {}, "manage"), group
    )
    reply = case.send(op.ASSIGN_GROUP, by=by, path=path, body=body or {}, step=step)
    case.settled(creation, reply)
    return reply


def update(case: Emporix, segment: str, group: str, body: Mapping[str, Any]) -> Reply:
    """Send PUT …/groups/{groupId} for an assignment that is there, with its version."""
    stored = read(case, segment, group, step="set up").at("/metadata/version")
    given = body.get("metadata", {})
    known = isinstance(stored, int)
    metadata = {**given, "version": stored} if known else dict(given)
    return case.send(
        op.ASSIGN_GROUP,
        path={"segmentId": segment, "groupId": group},
        body={**body, "metadata": metadata},
    )


def assign(case: Emporix, segment: str, *groups: str) -> None:
    """Assign groups, one after the other. Raises Unmet."""
    for group in groups:
        reply = put(case, segment, group, step="set up")
        case.need(reply, 200, 201, 204, what="assigning a group")


def read(case: Emporix, segment: str, group: str, *, by: str = "read", **sending: Any) -> Reply:
    """Send GET …/groups/{groupId}."""
    return case.send(op.READ_GROUP, by=by, path={"segmentId": segment, "groupId": group}, **sending)


def listed(
    case: Emporix,
    operation: str,
    segment: str,
    *,
    by: str = "read",
    q: str = "",
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """List or search for the groups of a segment."""
    asked = dict(query or {})
    body: Any = UNSENT
    if operation == op.SEARCH_GROUPS:
        body = {"q": q} if q else {}
    elif q:
        asked["q"] = q
    path = {"segmentId": segment}
    return case.send(operation, by=by, path=path, query=asked, headers=headers, body=body)


def first_page(case: Emporix, operation: str, segment: str, groups: Sequence[str]) -> int:
    """Return the number of the first page, which is not documented: 1, or else 0."""
    last = listed(
        case, operation, segment, query={"pageSize": 1, "pageNumber": len(groups)}
    )  # fmt: skip
    return 1 if last.entries() else 0


def settled(case: Emporix, operation: str, segment: str, groups: Sequence[str]) -> Reply:
    """Return the list once it holds as many groups as were assigned, or its last look."""
    return case.settle(
        lambda: listed(case, operation, segment),
        until=lambda reply: len(reply.entries()) == len(groups),
    )


def assignment(
    case: Emporix,
    operation: str,
    segment: str,
    group: str,
    *,
    by: str = "read",
    headers: Mapping[str, str] | None = None,
) -> tuple[Reply, str]:
    """Read one assignment by any operation; return the reply and where the assignment is.

    The pointer leads nowhere when a list lacks the assignment.
    """
    if operation == op.READ_GROUP:
        return read(case, segment, group, by=by, headers=headers), ""
    reply = listed(case, operation, segment, by=by, headers=headers)
    ids = reply.each("/group/id")
    return reply, f"/{ids.index(group) if group in ids else len(ids)}"
