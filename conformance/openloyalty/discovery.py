"""What an Open Loyalty target can tell about itself, asked with GET alone."""

from __future__ import annotations

from typing import Any

from conformance.case import Case
from conformance.openloyalty import operations as op

_MOST = 5
"""How many of each kind are worth knowing."""


def discover(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return known segments, members and associations. Raises Unmet."""
    listed = case.send(op.LIST, query={"_itemsOnPage": 20})
    segments = [each for each in listed.each("/segmentId", of="/items") if isinstance(each, str)]
    members: dict[str, dict[str, Any]] = {}
    associated = []
    for segment in segments[:_MOST]:
        reply = case.send(op.MEMBERS, path={"segment": segment}, query={"_itemsOnPage": 10})
        for entry in reply.entries("/items"):
            name = entry.get("customerId") if isinstance(entry, dict) else None
            if isinstance(name, str) and len(members) < _MOST:
                row = members.setdefault(name, {"id": name})
                row |= {
                    field: entry[field]
                    for field in ("email", "gender")
                    if isinstance(entry.get(field), str) and entry[field]
                }
        for resource in op.RESOURCES:
            path = {"segment": segment, "resourceName": resource}
            if case.send(op.ASSOCIATION, path=path).entries("/items"):
                associated.append({"segment": segment, "resource": resource})
    return {
        "segments": [{"id": each} for each in segments[:_MOST]],
        "members": list(members.values()),
        "associated": associated[:_MOST],
    }
