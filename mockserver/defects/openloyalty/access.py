"""Callers who are let in though they may not, or kept out though they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Missing, Refusal, Unauthenticated
from mockserver.kernel.room import Admission
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.tokens import Holder

SEGMENTS = ("segmentGetList", "segmentPost")
OF_A_SEGMENT = (
    "segmentGet",
    "segmentPut",
    "segmentDelete",
    "segmentGetMembers",
    "segmentPostActivate",
    "segmentPostDeactivate",
    "_getSegmentAssociation",
)
ALL = (*SEGMENTS, *OF_A_SEGMENT)
CHANGING = tuple(each for each in ALL if "Get" not in each and "get" not in each)
Admit = Callable[[Any, Call], Admission]


def _members_too(admit: Admit, state: Stores, call: Call) -> Admission:
    try:
        return admit(state, call)
    except Forbidden:
        world = state.worlds[call.path["storeCode"]]
        return Admission(world, Holder("somebody", "ROLE_ADMIN", None))


def _default_store(admit: Admit, state: Stores, call: Call) -> Admission:
    try:
        return admit(state, call)
    except Missing:
        return admit(
            state, replace(call, path={**call.path, "storeCode": next(iter(state.worlds))})
        )


def _any_store(admit: Admit, state: Stores, call: Call) -> Admission:
    try:
        return admit(state, call)
    except Missing:
        return Admission(state, None)


def _forbidden_store(admit: Admit, state: Stores, call: Call) -> Admission:
    try:
        return admit(state, call)
    except Missing:
        raise Forbidden("Access Denied.", requirement="") from None


def _without(header: str) -> Change:
    """Refuse who comes with one of the two headers."""

    def edit(admit: Admit, state: Stores, call: Call) -> Admission:
        admission = admit(state, call)
        if header in call.sent:
            raise Forbidden("Access Denied.", requirement="")
        return admission

    return changes.admitting(edit, "segmentPostActivate", "_getSegmentAssociation")


def _keys_only_read(admit: Admit, state: Stores, call: Call) -> Admission:
    admission = admit(state, call)
    if "x-auth-token" in call.sent:
        raise Forbidden("Access Denied.", requirement="")
    return admission


def _both_needed(admit: Admit, state: Stores, call: Call) -> Admission:
    if "x-auth-token" in call.sent and "authorization" not in call.sent:
        raise Unauthenticated("JWT Token not found", requirement="")
    return admit(state, call)


def _as_401(reply: Reply, _: Refusal) -> Reply:
    return replace(reply, status=401, body={"code": 401, "message": "Unauthorized"})


DEFECTS = (
    Defect(
        name="openloyalty.jwt-refused-by-some-operations",
        violates=("OLO-020",),
        summary="The JWT of an admin neither activates a segment nor shows what uses it.",
        kind="auth",
        operations=("segmentPostActivate", "_getSegmentAssociation"),
        change=_without("authorization"),
        fault=205,
    ),
    Defect(
        name="openloyalty.api-key-only-reads",
        violates=("OLO-021",),
        summary="A permanent token is refused by the operations that change something.",
        kind="auth",
        operations=CHANGING,
        change=changes.admitting(_keys_only_read, *CHANGING),
        fault=205,
    ),
    Defect(
        name="openloyalty.api-key-needs-a-jwt-too",
        violates=("OLO-021",),
        summary="Under a segment's path a permanent token is worth nothing without a JWT.",
        kind="auth",
        operations=OF_A_SEGMENT,
        change=changes.admitting(_both_needed, *OF_A_SEGMENT),
        fault=205,
    ),
    *(
        Defect(
            name=f"openloyalty.members-may-{what}",
            violates=("OLO-027",),
            summary=f"The token of a member opens {operation}.",
            kind="scope",
            operations=(operation,),
            change=changes.admitting(_members_too, operation),
            fault=206,
        )
        for what, operation in (
            ("list-segments", "segmentGetList"),
            ("create-segments", "segmentPost"),
            ("read-segments", "segmentGet"),
            ("change-segments", "segmentPut"),
            ("remove-segments", "segmentDelete"),
            ("list-members", "segmentGetMembers"),
            ("activate-segments", "segmentPostActivate"),
            ("deactivate-segments", "segmentPostDeactivate"),
            ("list-associations", "_getSegmentAssociation"),
        )
    ),
    Defect(
        name="openloyalty.members-get-401",
        violates=("OLO-027",),
        summary="A member is answered as if nobody had logged in.",
        kind="status",
        operations=ALL,
        change=changes.refusing(_as_401, *ALL, kind=Forbidden),
        fault=205,
    ),
    Defect(
        name="openloyalty.unknown-store-is-the-default-one",
        violates=("OLO-028",),
        summary="A store code that does not exist leads to the default store.",
        kind="isolation",
        operations=ALL,
        change=changes.admitting(_default_store, *ALL),
        fault=102,
    ),
    Defect(
        name="openloyalty.unknown-store-is-forbidden",
        violates=("OLO-028",),
        summary="A store code that does not exist is answered with 403.",
        kind="status",
        operations=OF_A_SEGMENT,
        change=changes.admitting(_forbidden_store, *OF_A_SEGMENT),
    ),
    Defect(
        name="openloyalty.unknown-store-is-wrong-credentials",
        violates=("OLO-028",),
        summary="Under a store code that does not exist members get 401.",
        kind="status",
        operations=("memberLoginCheck", "tokenRefreshMember"),
        change=changes.admitting(_any_store, "memberLoginCheck", "tokenRefreshMember"),
    ),
)
