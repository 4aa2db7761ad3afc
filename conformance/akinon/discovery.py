"""What an Akinon shop can tell about itself, asked with GET alone."""

from __future__ import annotations

from typing import Any

from conformance.akinon import operations as op
from conformance.case import Case


def discover(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return the segments that each user is offered now. Raises Unmet."""
    unwelcome = case.session.profile.unwelcome
    users = [each for each in case.session.config.credentials if each not in unwelcome]
    return {
        "segments": [
            {
                "pk": entry["pk"],
                "priority": entry["priority"],
                **({} if by == "user" else {"user": by}),
            }
            for by in users or ["user"]
            for entry in case.send(op.LIST, by=by).entries()
            if isinstance(entry, dict)
            and _is_number(entry.get("pk"))
            and _is_number(entry.get("priority"))
        ]
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
