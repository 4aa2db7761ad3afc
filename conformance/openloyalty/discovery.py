"""What an Open Loyalty target can tell about itself, asked with GET alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.case import Case
from conformance.exchange import at
from conformance.openloyalty import operations as op
from conformance.openloyalty.instants import instant

_MOST = 5
"""How many of each kind are worth knowing."""
_LOOKED_AT = 20
"""Segments whose uses are asked for, until there is something of each kind."""
_CENTURIES = 300 * 365 * 24 * 3600
"""Seconds before and after 1970 in which people are born."""
_FACTS = {
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "phone": "phone",
    "gender": "gender",
}
"""What a member shows -> what it is called here."""


def discover(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return known segments, members and associations. Raises Unmet."""
    listed = case.send(op.LIST, query={"_itemsOnPage": _LOOKED_AT})
    segments = [each for each in listed.each("/segmentId", of="/items") if isinstance(each, str)]
    members: dict[str, dict[str, Any]] = {}
    for segment in segments[:_MOST]:
        reply = case.send(op.MEMBERS, path={"segment": segment}, query={"_itemsOnPage": 10})
        for entry in reply.entries("/items"):
            name = at(entry, "/customerId")
            if isinstance(name, str) and (name in members or len(members) < _MOST):
                members[name] = {"id": name, **_facts(entry)}
    return {
        "segments": [{"id": each} for each in segments[:_MOST]],
        "members": list(members.values()),
        "associated": _associated(case, segments),
    }


def _facts(entry: dict[str, Any]) -> dict[str, str]:
    """Return what a member shows, as the configuration has it."""
    texts = {ours: entry.get(theirs) for theirs, ours in _FACTS.items()}
    found = {name: text for name, text in texts.items() if isinstance(text, str) and text}
    born = instant(entry.get("birthDate"))
    if born is not None and abs(born) < _CENTURIES:
        # It may be midnight in a zone of its own: the nearest one of UTC is of the same day.
        midday = datetime.fromtimestamp(born + 12 * 3600, UTC)
        found["birth_date"] = midday.date().isoformat()
    return found


def _associated(case: Case, segments: list[str]) -> list[dict[str, str]]:
    """Return some segments that something uses, of each kind as soon as one was found."""
    found: list[dict[str, str]] = []
    missing = list(op.RESOURCES)
    for segment in segments:
        for resource in list(missing):
            path = {"segment": segment, "resourceName": resource}
            if case.send(op.ASSOCIATION, path=path).entries("/items"):
                found.append({"segment": segment, "resource": resource})
                missing.remove(resource)
    return found
