"""What the operations share: reading a search, choosing a view, shaping a list.

Nothing in this room looks at query parameters that the contract does not declare (EMX-034).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.kernel.call import Call, Reply
from mockserver.vendors.emporix.languages import speech
from mockserver.vendors.emporix.query import Clause, parse
from mockserver.vendors.emporix.records import PLAIN, View, read_fields
from mockserver.vendors.emporix.world import World


def view(world: World, call: Call) -> View:
    """Return how the reply to a call shows records. Raises Invalid."""
    language = call.headers.get("Accept-Language")
    fields = call.query.get("fields")
    if language is None and fields is None and not world.choices.default_language_only:
        return PLAIN
    return View(speech(world, language), read_fields(fields))


def named(call: Call, parameter: str) -> str | None:
    """Return what a query parameter names; an empty one counts as absent (EMX-101)."""
    return call.query.get(parameter) or None


def read_query(call: Call) -> str | None:
    """Return the q in the body of a search; a body is optional, and so is its q (EMX-032)."""
    return call.body.get("q") if call.has_body else None


def listed(records: Sequence[Any], total: int | None) -> Reply:
    """Return a list, with its total in a header alone (EMX-222) when that was asked for."""
    # Not asked for, not told (EMX-223).
    headers = () if total is None else (("X-Total-Count", str(total)),)
    return Reply(200, records, headers)


def read_clauses(world: World, q: str | None, pointer: str) -> tuple[Clause, ...]:
    """Return the clauses of a q, none for an empty one (EMX-262). Raises Invalid at `pointer`."""
    return parse(q, legacy_in=world.choices.legacy_in, pointer=pointer) if q else ()
