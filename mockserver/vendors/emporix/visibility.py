"""What a caller may see: everything, or what belongs to the customer of its token.

Scopes of operations are checked by `access.py`; here it is about which records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from mockserver.kernel.refusals import Forbidden
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import CustomerAssignment, Segment
from mockserver.vendors.emporix.world import World, missing

_by_number = attrgetter("number")


def visible_segment(
    world: World, caller: Caller, segment_id: str, asked_entity: str | None = None
) -> Segment:
    """Return a segment that the caller may see. Raises Missing, Forbidden.

    `asked_entity` is the parameter legalEntityId, where the operation has it.
    """
    segment = world.segment(segment_id)
    if caller.reads_all:
        return segment
    if world.is_active(segment) and own_members(world, caller, segment_id, asked_entity):
        return segment
    if world.choices.foreign_is_forbidden:
        raise Forbidden(
            "The access to the requested resource has been forbidden by the server.",
            requirement="EMX-109",
            resource=segment_id,
        )
    raise missing(segment_id, requirement="EMX-109")


def own_members(
    world: World, caller: Caller, segment_id: str, asked_entity: str | None = None
) -> list[CustomerAssignment]:
    """Return the caller's own assignments to one segment."""
    if caller.customer is None:
        return []
    mine = _in_force(
        world, world.members.having("customer.id", caller.customer), caller, asked_entity
    )
    return [member for member in mine if member.segment_id == segment_id]


def own_segments(
    world: World, caller: Caller, asked_entity: str | None, *, active: bool = True
) -> list[Segment]:
    """Return the segments of the caller's customer in order of creation; none for others."""
    if caller.customer is None:
        return []
    members = world.members.having("customer.id", caller.customer)
    found = _segments(world, _in_force(world, members, caller, asked_entity))
    return [segment for segment in found if world.is_active(segment)] if active else found


def segments_of(world: World, customer_id: str, asked_entity: str | None) -> list[Segment]:
    """Return the segments of any customer, active or not, in order of creation."""
    members = world.members.having("customer.id", customer_id)
    if asked_entity is not None and _has_several_entities(world, customer_id):
        members = [one for one in members if one.legal_entity_id in (None, asked_entity)]
    return _segments(world, members)


def _in_force(
    world: World,
    members: Sequence[CustomerAssignment],
    caller: Caller,
    asked_entity: str | None,
) -> Sequence[CustomerAssignment]:
    """Keep the assignments for the legal entity in force, and those for none.

    The parameter narrows what a token bound to no entity owns; what a token is bound
    to, it cannot change.
    """
    entity = caller.legal_entity
    if (
        entity is None
        and asked_entity is not None
        and caller.customer is not None
        and _has_several_entities(world, caller.customer)
    ):
        entity = asked_entity
    if entity is None:
        return members
    return [member for member in members if member.legal_entity_id in (None, entity)]


def _has_several_entities(world: World, customer_id: str) -> bool:
    customer = world.customers.get(customer_id)
    return customer is not None and len(customer.legal_entity_ids) > 1


def _segments(world: World, members: Iterable[CustomerAssignment]) -> list[Segment]:
    ids = dict.fromkeys(member.segment_id for member in members)
    return sorted((world.segment(segment_id) for segment_id in ids), key=_by_number)
