"""Bulk requests: every entry is done or refused by itself, in order, and gets its own entry.

What an entry means is the business of the operation that passes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Conflict, Invalid, Missing, Violation
from mockserver.vendors.emporix import wire
from mockserver.vendors.emporix.model import Json
from mockserver.vendors.emporix.world import World

MAX_ENTRIES = 200

Act: TypeAlias = Callable[[Json], tuple[bool, str | None]]
"""Entry -> (whether something was created, the id to name in the reply)."""


def run(world: World, call: Call, act: Act, identity: Callable[[Json], Hashable | None]) -> Reply:
    """Do the entries of a body one after the other. Raises Invalid for a bad body.

    The answer is 207 with one entry for each, in order (EMX-175); none for none (EMX-190).

    `identity` tells what an entry addresses; `None` where that is not known yet.
    """
    entries = call.body
    if not isinstance(entries, list):
        raise Invalid("An array is needed.", requirement="EMX-189", code="type")
    if len(entries) > MAX_ENTRIES:
        raise Invalid(
            f"At most {MAX_ENTRIES} entries are taken at once.",
            requirement="EMX-176",
            code="maxItems",
        )
    seen: set[Hashable] = set()
    results = []
    for position, entry in enumerate(entries):
        index = position + world.choices.first_index  # (EMX-178)
        try:
            _check_fault(call.faults.get(position))
            if world.choices.bulk_duplicates_refused:
                _check_new(identity(entry), seen)
            created, named = act(entry)
        except (Invalid, Conflict, Missing) as refusal:
            # The entry has the code that the single request would have had
            # (EMX-185, EMX-186, EMX-188, EMX-291).
            results.append(wire.entry_refused(index, refusal))
        else:
            results.append(wire.entry_done(index, created=created, segment_id=named))
    return Reply(207, results)


def _check_fault(fault: Violation | None) -> None:
    """Refuse an entry that breaks the contract. Raises Invalid."""
    if fault is not None:
        raise Invalid(fault.message, requirement="EMX-177", pointer=fault.pointer, code=fault.code)


def _check_new(identity: Hashable | None, seen: set[Hashable]) -> None:
    if identity is None:
        return
    if identity in seen:
        raise Invalid("An entry before has the same id.", requirement="EMX-191", code="uniqueItems")
    seen.add(identity)
