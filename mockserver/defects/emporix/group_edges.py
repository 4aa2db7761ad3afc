"""Groups in segments: effects of refusals, and what else goes with an assignment (2026-09)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.refusals import Forbidden, Refusal
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.groups import plant_group_assignment
from mockserver.vendors.emporix.model import MANAGE

LIST = "GET-customer-segment-retrieve-groups"
SEARCH = "POST-customer-segment-search-groups"
READ = "GET-customer-segment-retrieve-group"
ASSIGN = "PUT-customer-segment-update-group"
REMOVE = "DELETE-customer-segment-remove-group"
MINE = "GET-customer-segment-retrieve-my-segments"


def _anybody(admit: Any, platform: Any, call: Call) -> Admission:
    try:
        admission: Admission = admit(platform, call)
    except Forbidden:
        token = call.sent.get("authorization", "")[7:]
        grant = platform.tokens.grants[token]
        if grant.caller.tenant != call.path["tenant"]:
            raise
        admission = grant.admission
    return admission


def _done_then_refused(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    if MANAGE not in caller.scopes:
        raise Forbidden("Required scope(s).", requirement="EMX-402")
    return reply


def _assigned_although_refused(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    segment, group = call.path["segmentId"], call.path["groupId"]
    try:
        return run(world, call, caller)
    except Refusal as refusal:
        known = world.group_assignments.get((segment, group)) is not None
        if refusal.requirement == "EMX-403" and not known:
            plant_group_assignment(world, segment, group, created_at=world.clock.now())
        raise


def _removed_everywhere(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    table = world.group_assignments
    for each in list(table.having("group.id", call.path["groupId"])):
        table.remove(each)
    return reply


def _inactive_through_groups(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    segments = world.segments
    inactive = [
        each for each in segments.rows
        if each.status == "INACTIVE" and world.group_assignments.having("segmentId", each.id)
    ]  # fmt: skip
    for each in inactive:
        segments.replace(each, replace(each, status="ACTIVE"))
    try:
        return run(world, call, caller)
    finally:
        for each in inactive:
            segments.replace(segments.get(each.id), each)


def _ascending(call: Call) -> Call:
    if "sort" not in call.query:
        return call
    sort = call.query["sort"].replace(":desc", "")
    return replace(call, query={**call.query, "sort": sort})


def _first_field(call: Call) -> Call:
    if "fields" not in call.query:
        return call
    return replace(call, query={**call.query, "fields": call.query["fields"].partition(",")[0]})


def _total_of_all(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "q"}
    body: Any = {} if call.has_body else call.body
    return replace(reply, headers=run(world, replace(call, query=query, body=body), caller).headers)


def _first_condition(body: Any) -> Any:
    return {**body, "q": body["q"].split(" ")[0]} if body.get("q") else body


def _defect(
    name: str, violates: str, summary: str, change: Change, *operations: str, kind: Kind = "state",
    fault: int | None = None,
) -> Defect:  # fmt: skip
    return Defect(
        f"emporix.{name}", (violates,), summary, kind, operations, change,
        fault=fault, edition="2026-09",
    )  # fmt: skip


DEFECTS = (
    *(
        _defect(
            f"group-{what}-although-forbidden", "EMX-402",
            f"A group is {what} without segment_manage, and the caller is told 403 afterwards.",
            changes.together(
                changes.admitting(_anybody, operation),
                changes.around(_done_then_refused, operation),
            ),
            operation, READ, kind="scope", fault=206,
        )
        for operation, what in ((ASSIGN, "assigned"), (REMOVE, "taken-out"))
    ),
    _defect(
        "employees-assigned-although-refused", "EMX-403",
        "A group of employees is refused with 400, and assigned all the same.",
        changes.around(_assigned_although_refused, ASSIGN), ASSIGN, READ,
        kind="validation", fault=104,
    ),
    _defect(
        "group-taken-out-of-every-segment", "EMX-411",
        "A group that is taken out of one segment is taken out of all.",
        changes.around(_removed_everywhere, REMOVE), REMOVE, READ, kind="cascade",
    ),
    _defect(
        "mine-inactive-through-groups", "EMX-420",
        "Inactive segments are among one's own when they have a group.",
        changes.around(_inactive_through_groups, MINE), MINE, kind="filter",
    ),
    *(
        _defect(
            f"groups-{what}-in-one-direction", "EMX-430",
            "Groups are sorted in ascending order, whatever is said.",
            changes.before(_ascending, operation), operation, kind="sort",
        )
        for operation, what in ((LIST, "listed"), (SEARCH, "searched"))
    ),
    *(
        _defect(
            f"groups-{what}-counted-without-q", "EMX-431",
            "X-Total-Count counts the groups that do not fulfil q as well.",
            changes.around(_total_of_all, operation), operation, kind="totals",
        )
        for operation, what in ((LIST, "listed"), (SEARCH, "searched"))
    ),
    _defect(
        "group-search-by-first-condition", "EMX-416",
        "Of several conditions in the q of a search for groups the first counts alone.",
        changes.with_body(_first_condition, SEARCH), SEARCH, kind="filter",
    ),
    *(
        _defect(
            f"groups-{what}-with-one-field", "EMX-430",
            "Of several fields the first alone is shown.",
            changes.before(_first_field, operation), operation, kind="projection",
        )
        for operation, what in ((LIST, "listed"), (SEARCH, "searched"))
    ),
)  # fmt: skip
