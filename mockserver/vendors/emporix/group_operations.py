"""The operations that the contract version 2026-09 adds: group assignments, /segments/me.

They read the call, ask the world, and shape the reply; rules live elsewhere.
"""

from __future__ import annotations

from functools import partial

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import assignments, drafts, groups, records, visibility
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.fields import group_field, segment_field
from mockserver.vendors.emporix.listing import listing, page
from mockserver.vendors.emporix.matching import Candidates
from mockserver.vendors.emporix.model import GroupAssignment
from mockserver.vendors.emporix.query import Clause
from mockserver.vendors.emporix.replies import listed, named, read_clauses, read_query, view
from mockserver.vendors.emporix.world import World, missing


def retrieve_groups(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/groups."""
    return _groups(world, call, caller, read_clauses(world, call.query.get("q"), "/query/q"))


def search_groups(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/{segmentId}/groups/search."""
    return _groups(world, call, caller, read_clauses(world, read_query(call), "/q"))


def _groups(world: World, call: Call, caller: Caller, clauses: tuple[Clause, ...]) -> Reply:
    """List what the caller may see of a segment's groups: all (EMX-400), or those found (EMX-416).

    Pages, order, fields (EMX-430) and totals (EMX-431) as on every list.
    """
    wanted = listing(call, world.choices)
    shown = view(world, call)
    candidates: Candidates[GroupAssignment] = Candidates(_visible(world, call, caller))
    found = page(candidates, clauses, partial(group_field, world), wanted)
    return listed([records.group(world, row, shown) for row in found.rows], found.total)


def _visible(world: World, call: Call, caller: Caller) -> list[GroupAssignment]:
    """Return the assignments of the segment in the path that the caller may see."""
    segment_id = call.path["segmentId"]
    if not assignments.parent_exists(world, segment_id):
        return []
    visibility.visible_segment(world, caller, segment_id, through_groups=True)  # (EMX-415)
    found = list(world.group_assignments.having("segmentId", segment_id))
    if caller.reads_all or world.choices.all_groups_shown:  # (EMX-414)
        return found
    own = {group.id for group in visibility.own_groups(world, caller, None)}
    return [one for one in found if one.group_id in own]


def retrieve_group(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}/groups/{groupId}."""
    group_id = call.path["groupId"]
    for found in _visible(world, call, caller):
        if found.group_id == group_id:
            return Reply(200, records.group(world, found, view(world, call)))
    raise missing(group_id, requirement="EMX-410", pointer="/path/groupId")


def put_group(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}/groups/{groupId}: 201 (EMX-404) or 204 without a body (EMX-405)."""
    group_id = drafts.read_id(call.path["groupId"], "/path/groupId")
    draft, version = drafts.read_assignment(call.body), drafts.read_version(call.body)
    if not groups.put_group(world, call.path["segmentId"], group_id, draft, version):
        return Reply(204)
    # By choice without a body (EMX-406).
    return Reply(201, {"id": group_id} if world.choices.group_created_with_id else None)


def delete_group(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}/groups/{groupId}: 204, and gone (EMX-411)."""
    groups.delete_group(world, call.path["segmentId"], call.path["groupId"])
    return Reply(204)


def retrieve_my_segments(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/me: the active segments of the customer, each once (EMX-420).

    A token of no customer has none (EMX-423). As on GET /segments: q, order, pages (EMX-425),
    fields, totals, languages, legalEntityId (EMX-426).
    """
    wanted = listing(call, world.choices)
    shown = view(world, call)
    clauses = read_clauses(world, call.query.get("q"), "/query/q")
    mine = visibility.own_segments(world, caller, named(call, "legalEntityId"), through_groups=True)
    found = page(Candidates(mine), clauses, segment_field, wanted)
    return listed(records.segments(found.rows, shown), found.total)


GROUP_OPERATIONS: dict[str, Operation] = {
    "GET-customer-segment-retrieve-groups": retrieve_groups,
    "POST-customer-segment-search-groups": search_groups,
    "GET-customer-segment-retrieve-group": retrieve_group,
    "PUT-customer-segment-update-group": put_group,
    "DELETE-customer-segment-remove-group": delete_group,
    "GET-customer-segment-retrieve-my-segments": retrieve_my_segments,
}
"""operationId -> function."""
