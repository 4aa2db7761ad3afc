"""One function per operation: `(world, call, caller) -> Reply`.

They translate and delegate: no rules, and no validation that the contract does already.
Login operations work on the room's whole state instead of one store's world.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty import query, wire
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.columns import MEMBER_COLUMNS, SEGMENT_COLUMNS
from mockserver.vendors.openloyalty.model import Resource
from mockserver.vendors.openloyalty.tokens import Holder
from mockserver.vendors.openloyalty.world import World


def segment_get_list(world: World, call: Call, _caller: Holder) -> Reply:
    """List segments."""
    asked = query.read(SEGMENT_COLUMNS, call.query, call.undeclared, world.choices)
    found = world.rows(asked)
    return Reply(200, wire.page([wire.row(record) for record in found.rows], found))


def segment_post(world: World, call: Call, _caller: Holder) -> Reply:
    """Create a segment: 200 and its id (OLO-040)."""
    segment = world.create(wire.read_draft(call.body, world.ids.uuid))
    return Reply(200, {"segmentId": segment.segment_id})


def segment_get(world: World, call: Call, _caller: Holder) -> Reply:
    """Show a segment."""
    return Reply(200, wire.detail(world, world.record(call.path["segment"])))


def segment_put(world: World, call: Call, _caller: Holder) -> Reply:
    """Change a segment: 200 and its id (OLO-065)."""
    draft = wire.read_draft(call.body, world.ids.uuid)
    return Reply(200, {"segmentId": world.change(call.path["segment"], draft).segment_id})


def segment_delete(world: World, call: Call, _caller: Holder) -> Reply:
    """Remove a segment: 204 (OLO-075)."""
    world.remove(call.path["segment"])
    return Reply(204)


def segment_get_members(world: World, call: Call, _caller: Holder) -> Reply:
    """List the members of a segment."""
    record = world.record(call.path["segment"])
    asked = query.read(MEMBER_COLUMNS, call.query, call.undeclared, world.choices)
    found = asked.apply(record.members, len(record.members))
    calculated_at = record.segment.calculated_at
    return Reply(200, wire.page([wire.member(each, calculated_at) for each in found.rows], found))


def segment_post_activate(world: World, call: Call, _caller: Holder) -> Reply:
    """Activate a segment: 204 (OLO-080)."""
    world.activate(call.path["segment"])
    return Reply(204)


def segment_post_deactivate(world: World, call: Call, _caller: Holder) -> Reply:
    """Deactivate a segment: 204 (OLO-082)."""
    world.deactivate(call.path["segment"])
    return Reply(204)


def get_segment_association(world: World, call: Call, _caller: Holder) -> Reply:
    """List what uses a segment."""
    uses = world.uses(call.path["segment"], call.path["resourceName"])
    no_columns: Mapping[str, query.Column[Resource]] = {}
    asked = query.read(no_columns, call.query, call.undeclared, world.choices)
    return Reply(200, wire.resources_page(asked.apply(uses, len(uses))))


def admin_login_check(state: Stores, call: Call, _caller: None) -> Reply:
    """Log an admin in (OLO-030)."""
    return _log_in(state, call, None)


def member_login_check(state: Stores, call: Call, _caller: None) -> Reply:
    """Log a member in (OLO-031)."""
    return _log_in(state, call, call.path["storeCode"])


def token_refresh(state: Stores, call: Call, _caller: None) -> Reply:
    """Renew an admin's token, and the refresh token with it (OLO-033)."""
    return _refresh(state, call, None)


def token_refresh_member(state: Stores, call: Call, _caller: None) -> Reply:
    """Renew a member's token."""
    return _refresh(state, call, call.path["storeCode"])


def _log_in(state: Stores, call: Call, store: str | None) -> Reply:
    state.accounts.count(call.operation)
    return Reply(200, wire.session(state.accounts.log_in(store, *wire.credentials(call))))


def _refresh(state: Stores, call: Call, store: str | None) -> Reply:
    state.accounts.count(call.operation)
    return Reply(200, wire.session(state.accounts.refresh(store, wire.refresh_token(call))))


OPERATIONS: Mapping[str, Operation] = {
    "segmentGetList": segment_get_list,
    "segmentPost": segment_post,
    "segmentGet": segment_get,
    "segmentPut": segment_put,
    "segmentDelete": segment_delete,
    "segmentGetMembers": segment_get_members,
    "segmentPostActivate": segment_post_activate,
    "segmentPostDeactivate": segment_post_deactivate,
    "_getSegmentAssociation": get_segment_association,
    "adminLoginCheck": admin_login_check,
    "memberLoginCheck": member_login_check,
    "tokenRefresh": token_refresh,
    "tokenRefreshMember": token_refresh_member,
}
