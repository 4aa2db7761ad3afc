"""GET /segments/me with segments too many, too few, or for the wrong caller (2026-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.fields import segment_field
from mockserver.vendors.emporix.listing import listing, page
from mockserver.vendors.emporix.matching import Candidates
from mockserver.vendors.emporix.model import Segment
from mockserver.vendors.emporix.records import segments
from mockserver.vendors.emporix.replies import listed, read_clauses, view
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.visibility import own_segments
from mockserver.vendors.emporix.world import World

ME = "GET-customer-segment-retrieve-my-segments"
LIST = "GET-customer-segment-retrieve-segments"
EDITION = "2026-09"

Mine = Callable[[World, Caller], Iterable[Segment]]


def _showing(mine: Mine) -> Change:
    """Show what `mine` says, with the pages and filters of the true operation."""

    def answer(_run: Operation, world: World, call: Call, caller: Caller) -> Reply:
        found = page(
            Candidates(list(mine(world, caller))),
            read_clauses(world, call.query.get("q"), "/query/q"),
            segment_field,
            listing(call, world.choices),
        )
        shown: list[Document | dict[str, Any]] = list(segments(found.rows, view(world, call)))
        return listed(shown, found.total)

    return changes.around(answer, ME)


def _inactive_too(world: World, caller: Caller) -> Iterable[Segment]:
    return own_segments(world, caller, None, active=False, through_groups=True)


def _all_active(world: World, _caller: Caller) -> Iterable[Segment]:
    return filter(world.is_active, world.segments.rows)


def _direct_only(world: World, caller: Caller) -> Iterable[Segment]:
    return own_segments(world, caller, None)


def _through(world: World, caller: Caller, counts: Callable[[str | None], bool]) -> list[Segment]:
    """Return the caller's direct segments, and those of its groups whose entity counts."""
    mine = {segment.id: segment for segment in own_segments(world, caller, None)}
    for group in world.groups_of.get(caller.customer or "", ()):
        if not counts(group.legal_entity_id):
            continue
        for one in world.group_assignments.having("group.id", group.id):
            segment = world.segment(one.segment_id)
            if world.is_active(segment):
                mine[segment.id] = segment
    return sorted(mine.values(), key=lambda segment: segment.number)


def _unbound_groups(world: World, caller: Caller) -> Iterable[Segment]:
    return _through(world, caller, lambda entity: entity is None)


def _bound_groups(world: World, caller: Caller) -> Iterable[Segment]:
    return _through(world, caller, lambda entity: entity == caller.legal_entity is not None)


def _all_groups(world: World, caller: Caller) -> Iterable[Segment]:
    return _through(world, caller, lambda _: True)


def _twice(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Name a segment once for each way in which the customer is in it."""
    reply = run(world, call, caller)
    if reply.body is None:
        return reply
    direct = {segment.id for segment in own_segments(world, caller, None)}
    groups = world.groups_of.get(caller.customer or "", ())
    shown = []
    for entry in changes.plain(reply.body):
        ways = sum(
            world.group_assignments.get((entry["id"], group.id)) is not None for group in groups
        )
        shown += [entry] * max(1, ways + (entry["id"] in direct))
    return replace(reply, body=shown)


def _readers_too(
    admit: Callable[[Any, Call], Admission], platform: Platform, call: Call
) -> Admission:
    return admit(platform, replace(call, operation=LIST))


def _defect(
    name: str,
    violates: str,
    kind: Kind,
    summary: str,
    change: Change,
    fault: int | None = None,
) -> Defect:
    return Defect(
        name=f"emporix.{name}",
        violates=(violates,),
        summary=summary,
        kind=kind,
        operations=(ME,),
        change=change,
        fault=fault,
        edition=EDITION,
    )


DEFECTS = (
    _defect(
        "me-shows-inactive", "EMX-420", "state",
        "Inactive segments are among a customer's own.",
        _showing(_inactive_too),
    ),
    _defect(
        "me-shows-everything", "EMX-420", "isolation",
        "Every active segment is shown as the customer's own.",
        _showing(_all_active), 206,
    ),
    _defect(
        "me-shows-twice", "EMX-420", "totals",
        "A segment comes once for each way in which the customer is in it.",
        changes.around(_twice, ME),
    ),
    _defect(
        "me-without-groups", "EMX-421", "state",
        "Groups do not count for a customer's own segments.",
        _showing(_direct_only),
    ),
    _defect(
        "me-with-bound-groups-only", "EMX-421", "state",
        "Only groups that are bound to a legal entity count for a customer's own segments.",
        _showing(_bound_groups),
    ),
    _defect(
        "me-without-bound-groups", "EMX-422", "state",
        "Groups that are bound to a legal entity never count.",
        _showing(_unbound_groups),
    ),
    _defect(
        "me-with-groups-of-any-entity", "EMX-422", "isolation",
        "Groups count whatever legal entity they are bound to.",
        _showing(_all_groups), 206,
    ),
    _defect(
        "me-for-readers", "EMX-424", "scope",
        "One's own segments are read with customersegment.segment_read alone.",
        changes.admitting(_readers_too, ME), 206,
    ),
)  # fmt: skip
