"""The verbs on group assignments: groups of customers in segments.

Only the contract version 2026-09 has operations for them; without those no world holds
any group, and what asks for groups finds none. No JSON, no HTTP.
"""

from __future__ import annotations

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.assignments import updated, writable
from mockserver.vendors.emporix.model import AssignmentDraft, GroupAssignment
from mockserver.vendors.emporix.world import World


def plant_group_assignment(
    world: World,
    segment_id: str,
    group_id: str,
    *,
    created_at: int,
    draft: AssignmentDraft | None = None,
) -> None:
    """Assign a group, asking no rule; the assignment must be new."""
    draft = draft or AssignmentDraft()
    world.group_assignments.add(
        GroupAssignment(
            number=world.group_assignments.next_number,
            segment_id=segment_id,
            group_id=group_id,
            created_at=created_at,
            modified_at=created_at,
            mixins=draft.mixins,
            mixin_schemas=draft.mixin_schemas,
        )
    )


def put_group(
    world: World, segment_id: str, group_id: str, draft: AssignmentDraft, version: int | None
) -> bool:
    """Assign a group or update the assignment; return True when it is new.

    Raises Missing, Invalid, Conflict.
    """
    writable(world, segment_id)  # (EMX-434)
    world.check_mixins(draft)
    _check_group(world, group_id)
    stored = world.group_assignments.get((segment_id, group_id))
    if stored is None:
        now = world.clock.now()
        plant_group_assignment(world, segment_id, group_id, created_at=now, draft=draft)
        return True
    world.check_put_version(stored.version, version, group_id, requirement="EMX-407")
    # Its own next version (EMX-408); the segment is not touched (EMX-436).
    world.group_assignments.replace(stored, updated(world, stored, draft))
    return False


def _check_group(world: World, group_id: str) -> None:
    """Refuse a group that is not there, or is not one of customers. Raises Invalid."""
    group = world.groups.get(group_id)
    if group is None:
        if world.choices.references_checked:
            raise Invalid(
                f"There is no group with id {group_id}.",
                requirement="EMX-409",
                pointer="/path/groupId",
                code="reference",
                resource=group_id,
            )
    elif group.user_type != "CUSTOMER":
        raise Invalid(
            f"The userType of group {group_id} is not CUSTOMER.",
            requirement="EMX-403",
            pointer="/path/groupId",
            code="userType",
            resource=group_id,
        )


def delete_group(world: World, segment_id: str, group_id: str) -> None:
    """Take a group out of a segment; a segment that is not there is nothing to delete.

    Raises Missing.
    """
    stored = world.group_assignments.get((segment_id, group_id))
    if stored is None:
        world.note_nothing_deleted(group_id)  # (EMX-435)
    else:
        world.group_assignments.remove(stored)
