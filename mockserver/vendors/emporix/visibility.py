"""What a caller may see: everything, or what belongs to the customer of its token.

Scopes of operations are checked by `access.py`; here it is about which records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from mockserver.kernel.refusals import Forbidden
from mockserver.vendors.emporix.callers import Caller, Owner
from mockserver.vendors.emporix.model import CustomerAssignment, Group, ItemAssignment, Segment
from mockserver.vendors.emporix.world import World, missing

_by_number = attrgetter("number")


def visible_segment(
    world: World,
    caller: Caller,
    segment_id: str,
    asked_entity: str | None = None,
    *,
    through_groups: bool = False,
) -> Segment:
    """Return a segment that the caller may see. Raises Missing, Forbidden.

    `asked_entity` is the parameter legalEntityId, where the operation has it;
    `through_groups` lets membership in an assigned group count in any case.
    """
    segment = world.segment(segment_id)
    if caller.reads_all:
        return segment
    if world.is_active(segment) and (
        own_members(world, caller, segment_id, asked_entity)
        or _is_in_group_of(world, caller, segment_id, asked_entity, anyway=through_groups)
    ):
        return segment  # a customer's own, and active (EMX-108, EMX-112)
    if world.choices.foreign_is_forbidden:
        raise Forbidden(
            "The access to the requested resource has been forbidden by the server.",
            requirement="EMX-109",
            pointer="/path/segmentId",
            resource=segment_id,
        )
    raise missing(segment_id, requirement="EMX-109", pointer="/path/segmentId")


def own_members(
    world: World, owner: Owner, segment_id: str, asked_entity: str | None = None
) -> list[CustomerAssignment]:
    """Return the owner's own assignments to one segment."""
    if owner.customer is None:
        return []
    mine = _in_force(
        world, world.members.having("customer.id", owner.customer), owner, asked_entity
    )
    return [member for member in mine if member.segment_id == segment_id]


def own_segments(
    world: World,
    owner: Owner,
    asked_entity: str | None,
    *,
    active: bool = True,
    through_groups: bool = False,
) -> list[Segment]:
    """Return the segments of the owner in order of creation; none for others.

    `through_groups` lets membership in an assigned group count in any case (EMX-421).
    """
    if owner.customer is None:
        return []  # (EMX-118)
    members = world.members.having("customer.id", owner.customer)
    ids = [member.segment_id for member in _in_force(world, members, owner, asked_entity)]
    if through_groups or world.choices.groups_open_all:  # (EMX-428)
        for group in own_groups(world, owner, asked_entity):
            ids += (one.segment_id for one in world.group_assignments.having("group.id", group.id))
    found = _segments(world, ids)
    return [segment for segment in found if world.is_active(segment)] if active else found


def own_groups(world: World, owner: Owner, asked_entity: str | None) -> list[Group]:
    """Return the owner's groups that count now.

    Those bound to no legal entity (EMX-421), and those bound to the current one (EMX-422),
    if there is one (EMX-427).
    """
    groups = world.groups_of.get(owner.customer or "", ())
    if not groups:
        return []
    entity = _entity_in_force(world, owner, asked_entity)
    return [group for group in groups if group.legal_entity_id in (None, entity)]


def _is_in_group_of(
    world: World, owner: Owner, segment_id: str, asked_entity: str | None, *, anyway: bool
) -> bool:
    """True when the owner is in a group of the segment, and that counts here."""
    if not anyway and not world.choices.groups_open_all:
        return False
    return any(
        world.group_assignments.get((segment_id, group.id)) is not None
        for group in own_groups(world, owner, asked_entity)
    )


def segments_of(world: World, customer_id: str, asked_entity: str | None) -> list[Segment]:
    """Return the segments of any customer (EMX-097), active or not, in order of creation."""
    members: Iterable[CustomerAssignment] = world.members.having("customer.id", customer_id)
    if asked_entity is not None and _has_several_entities(world, customer_id):
        # For that legal entity, or for none in particular (EMX-100).
        members = (one for one in members if one.legal_entity_id in (None, asked_entity))
    return _segments(world, (member.segment_id for member in members))


def _in_force(
    world: World,
    members: Sequence[CustomerAssignment],
    owner: Owner,
    asked_entity: str | None,
) -> Sequence[CustomerAssignment]:
    """Keep the assignments for the legal entity in force, and those for none (EMX-116)."""
    entity = _entity_in_force(world, owner, asked_entity)
    if entity is None:
        return members  # (EMX-117)
    return [member for member in members if member.legal_entity_id in (None, entity)]


def _entity_in_force(world: World, owner: Owner, asked_entity: str | None) -> str | None:
    """Return the legal entity that the owner acts for now; `None` for no one in particular.

    The parameter narrows what a token bound to no entity owns (EMX-099); what a token is
    bound to, it cannot change (EMX-115).
    """
    if (
        owner.legal_entity is None
        and asked_entity is not None
        and owner.customer is not None
        and _has_several_entities(world, owner.customer)
    ):
        return asked_entity
    return owner.legal_entity


def _has_several_entities(world: World, customer_id: str) -> bool:
    customer = world.customers.get(customer_id)
    return customer is not None and len(customer.legal_entity_ids) > 1


def _segments(world: World, ids: Iterable[str]) -> list[Segment]:
    """Return segments by their ids, each once, in order of creation."""
    return sorted(map(world.segment, dict.fromkeys(ids)), key=_by_number)


def of_site(segments: Iterable[Segment], site: str | None) -> list[Segment]:
    """Keep the segments of a site, all of them without one (EMX-302)."""
    return [segment for segment in segments if site is None or segment.site_code == site]


def counting(
    world: World, *, site: str | None, only_active: bool
) -> Callable[[ItemAssignment], bool] | None:
    """Return what tells whether an item's segment is one of a site (EMX-302) and active (EMX-303).

    `None` where neither is asked for. A segment is judged once, not for each of its items.
    """
    if site is None and not only_active:
        return None
    judged: dict[str, bool] = {}

    def counts(item: ItemAssignment) -> bool:
        known = judged.get(item.segment_id)
        if known is None:
            segment = world.segment(item.segment_id)
            known = bool(of_site((segment,), site)) and (
                not only_active or world.is_active(segment)
            )
            judged[item.segment_id] = known
        return known

    return counts
