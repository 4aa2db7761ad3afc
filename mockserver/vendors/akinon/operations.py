"""One function per operation of the contract and its companions, and their table.

Rules stand in `world.py`; what the contract checks is not checked again here.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller, check_form
from mockserver.vendors.akinon.world import World


def list_segments(world: World, _call: Call, caller: Caller) -> Reply:
    """Return the segments on offer to the user (AKN-055, AKN-056)."""
    offered = world.available(caller.signed_in())
    return Reply(200, [wire.segment_summary(world, segment) for segment in offered])


def set_segment(world: World, call: Call, caller: Caller) -> Reply:
    """Give the user the segment that the path names (AKN-065)."""
    segment = world.choose(caller.signed_in(), call.path["segment_id"])
    return Reply(200, wire.segment_current(world, segment))


def recalculate_segment(world: World, _call: Call, caller: Caller) -> Reply:
    """Give the visitor the best segment that matches, and say so (AKN-080)."""
    headers = []
    if caller.user is not None:
        world.recalculate(caller.user)
    else:
        session, opened = world.visit(caller.session)
        world.recalculate_guest(session)
        headers = [wire.session_cookie(world, session)] if opened else []
    return Reply(200, {"message": "Segment recalculated."}, headers)


def get_csrf_token(world: World, _call: Call, caller: Caller) -> Reply:
    """Hand out a CSRF token and its cookie (AKN-028)."""
    token = world.csrf_token(caller.csrf_cookie)
    return Reply(200, {"csrf_token": token}, [wire.csrf_cookie(token)])


def login_user(world: World, call: Call, caller: Caller) -> Reply:
    """Sign a user in: a key (AKN-035), a session cookie (AKN-036), a new CSRF secret (AKN-043)."""
    email, password = call.body["email"], call.body["password"]
    user, session = world.log_in(email, password, caller.session)
    return Reply(
        200,
        {"key": user.key},
        [wire.session_cookie(world, session), wire.csrf_cookie(world.csrf_token())],
    )


def logout_user(world: World, call: Call, caller: Caller) -> Reply:
    """Sign out: the session and its cookie are gone (AKN-045)."""
    check_form(world, call, caller)
    world.log_out(caller.session)
    return Reply(204, None, [wire.dropped_session_cookie(world)])


def get_current_user(world: World, _call: Call, caller: Caller) -> Reply:
    """Show the user with the segment that the user has."""
    user = caller.signed_in()
    return Reply(200, wire.current_user(user, world.current(user)))


def get_basket(world: World, _call: Call, caller: Caller) -> Reply:
    """Show the basket with the current segment of a user (AKN-100) or a guest (AKN-103)."""
    if caller.user is not None:
        return Reply(200, wire.basket(world.current(caller.user)))
    session, opened = world.visit(caller.session)
    headers = [wire.session_cookie(world, session)] if opened else []
    return Reply(200, wire.basket(world.current_of_guest(session)), headers)


OPERATIONS: Mapping[str, Operation] = {
    "listSegments": list_segments,
    "setSegment": set_segment,
    "recalculateSegment": recalculate_segment,
    "getCsrfToken": get_csrf_token,
    "loginUser": login_user,
    "logoutUser": logout_user,
    "getCurrentUser": get_current_user,
    "getBasket": get_basket,
}
