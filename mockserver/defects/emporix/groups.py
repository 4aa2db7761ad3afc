"""Groups in segments that are assigned, shown or refused in the wrong way (2026-09)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Forbidden, Invalid, Missing
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.access import MISSING_SCOPE
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.tenants import Platform
from mockserver.vendors.emporix.world import World

LIST = "GET-customer-segment-retrieve-groups"
SEARCH = "POST-customer-segment-search-groups"
READ = "GET-customer-segment-retrieve-group"
ASSIGN = "PUT-customer-segment-update-group"
REMOVE = "DELETE-customer-segment-remove-group"
READS = (LIST, SEARCH, READ)

EDITION = "2026-09"

Admit = Callable[[Any, Call], Admission]


def _each(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """Edit each entry of a list, or the one assignment."""
    return lambda body: list(map(edit, body)) if isinstance(body, list) else edit(body)


# ---- scopes --------------------------------------------------------------------------


def _any_scope(admit: Admit, platform: Platform, call: Call) -> Admission:
    """Let in every live token of the tenant, as an operation without scopes does."""
    return admit(platform, replace(call, operation="GET-coupon-retrieve-coupon"))


def _readers_too(admit: Admit, platform: Platform, call: Call) -> Admission:
    return admit(platform, replace(call, operation=LIST))


def _no_customers(admit: Admit, platform: Platform, call: Call) -> Admission:
    admission = admit(platform, call)
    if not admission.caller.reads_all:
        raise Forbidden("No scope", requirement="EMX-401", code=MISSING_SCOPE)
    return admission


# ---- assigning -----------------------------------------------------------------------


def _all_are_customers(platform: Platform) -> None:
    for world in platform.worlds.values():
        for name, group in world.groups.items():
            world.groups[name] = replace(group, user_type="CUSTOMER")


def _key(call: Call) -> tuple[str, str]:
    return call.path["segmentId"], call.path["groupId"]


def _same_version(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Update an assignment and keep its version."""
    former = world.group_assignments.get(_key(call))
    reply = run(world, call, caller)
    stored = world.group_assignments.get(_key(call))
    if former is not None and stored is not None:
        world.group_assignments.replace(stored, replace(stored, version=former.version))
    return reply


def _version_of_segment(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Show the version of the segment as that of the assignment."""
    reply = run(world, call, caller)
    body = changes.plain(reply.body)
    body["metadata"]["version"] = world.segment(call.path["segmentId"]).version
    return replace(reply, body=body)


def _mixins_kept(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Keep the mixins that an assignment was made with."""
    former = world.group_assignments.get(_key(call))
    reply = run(world, call, caller)
    stored = world.group_assignments.get(_key(call))
    if former is not None and stored is not None:
        world.group_assignments.replace(stored, replace(stored, mixins=former.mixins))
    return reply


def _missing_is_empty(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Missing:
        return Reply(200, {})


def _missing_is_400(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    try:
        return run(world, call, caller)
    except Missing as refusal:
        raise Invalid(refusal.message, requirement="EMX-410") from None


def _everywhere(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    """Append the groups of the other segments."""
    reply = run(world, call, caller)
    if not caller.reads_all or reply.body is None or call.query:
        return reply
    here = call.path["segmentId"]
    others = dict.fromkeys(one.segment_id for one in world.group_assignments.rows)
    found = list(changes.plain(reply.body))
    for each in others:
        if each != here:
            call = replace(call, path={**call.path, "segmentId": each})
            found += changes.plain(run(world, call, caller).body)
    return replace(reply, body=found)


def _not_removed(_run: Operation, _world: World, _call: Call, _caller: Caller) -> Reply:
    return Reply(204)


def _without_mixin_schemas(value: dict[str, Any]) -> dict[str, Any]:
    if "metadata" not in value:
        return value
    return {**value, "metadata": changes.without("mixins")(value["metadata"])}


def _nameless(value: dict[str, Any]) -> dict[str, Any]:
    return (
        {**value, "group": changes.without("name")(value["group"])} if "group" in value else value
    )


def _counted_by_page(reply: Reply, _: Call) -> Reply:
    shown = str(len(reply.body))
    return replace(
        reply,
        headers=[
            (name, shown if name.lower() == "x-total-count" else value)
            for name, value in reply.headers
        ],
    )


def _no_q(call: Call) -> Call:
    return replace(call, body=changes.without("q")(call.body)) if call.has_body else call


def _defect(
    name: str,
    violates: str,
    kind: Any,
    summary: str,
    operations: tuple[str, ...],
    change: Any,
    fault: int | None = None,
) -> Defect:
    return Defect(
        name=f"emporix.{name}",
        violates=(violates,),
        summary=summary,
        kind=kind,
        operations=operations,
        change=change,
        fault=fault,
        edition=EDITION,
    )


DEFECTS = (
    _defect(
        "groups-list-loses-last", "EMX-400", "state",
        "The last group of a segment is not listed.",
        (LIST,), changes.body(lambda body: body[:-1] if len(body) > 1 else body, LIST),
    ),
    _defect(
        "groups-search-of-every-segment", "EMX-400", "isolation",
        "A search for the groups of a segment returns those of all segments.",
        (SEARCH,), changes.around(_everywhere, SEARCH),
    ),
    _defect(
        "groups-listed-with-any-scope", "EMX-401", "scope",
        "The groups of a segment are listed for tokens of any scope.",
        (LIST,), changes.admitting(_any_scope, LIST), 206,
    ),
    _defect(
        "group-read-with-any-scope", "EMX-401", "scope",
        "A group of a segment is read with tokens of any scope.",
        (READ,), changes.admitting(_any_scope, READ), 206,
    ),
    _defect(
        "groups-search-closed-to-customers", "EMX-401", "scope",
        "A search for groups refuses customersegment.segment_read_own.",
        (SEARCH,), changes.admitting(_no_customers, SEARCH), 205,
    ),
    _defect(
        "group-assigned-by-readers", "EMX-402", "scope",
        "A group is assigned with customersegment.segment_read.",
        (ASSIGN,), changes.admitting(_readers_too, ASSIGN), 206,
    ),
    _defect(
        "group-removed-by-readers", "EMX-402", "scope",
        "A group is taken out with customersegment.segment_read.",
        (REMOVE,), changes.admitting(_readers_too, REMOVE), 206,
    ),
    _defect(
        "employees-assigned", "EMX-403", "validation",
        "A group of employees is assigned like one of customers.",
        (ASSIGN,), changes.opening(_all_are_customers), 102,
    ),
    _defect(
        "employees-refused-with-409", "EMX-403", "status",
        "A group of employees is refused with 409.",
        (ASSIGN,),
        changes.refusing(lambda reply, _: replace(reply, status=409), ASSIGN, kind=Invalid),
    ),
    _defect(
        "group-assigned-answers-200", "EMX-404", "status",
        "A new group assignment is answered with 200.",
        (ASSIGN,), changes.status(200, ASSIGN, instead_of=201),
    ),
    _defect(
        "group-update-answers-201", "EMX-405", "status",
        "An update of a group assignment is answered with 201.",
        (ASSIGN,), changes.status(201, ASSIGN, instead_of=204),
    ),
    _defect(
        "group-version-from-zero", "EMX-408", "locking",
        "The version of a group assignment begins with 0.",
        (LIST, SEARCH, READ),
        changes.body(
            _each(
                lambda value: {
                    **value,
                    "metadata": {**value["metadata"], "version": value["metadata"]["version"] - 1},
                }
                if "metadata" in value
                else value
            ),
            *READS,
        ),
    ),
    _defect(
        "group-version-stays", "EMX-408", "locking",
        "An update of a group assignment leaves its version as it was.",
        (ASSIGN,), changes.around(_same_version, ASSIGN),
    ),
    _defect(
        "group-version-of-segment", "EMX-408", "locking",
        "A group assignment is read with the version of its segment.",
        (READ,), changes.around(_version_of_segment, READ),
    ),
    _defect(
        "group-missing-is-empty", "EMX-410", "status",
        "A group that is not assigned is answered with 200 and an empty object.",
        (READ,), changes.around(_missing_is_empty, READ),
    ),
    _defect(
        "group-missing-is-400", "EMX-410", "status",
        "A group that is not assigned is answered with 400.",
        (READ,), changes.around(_missing_is_400, READ),
    ),
    _defect(
        "group-stays-assigned", "EMX-411", "state",
        "Deleting a group assignment is answered with 204 and does nothing.",
        (REMOVE,), changes.around(_not_removed, REMOVE), 103,
    ),
    _defect(
        "group-removal-answers-200", "EMX-411", "status",
        "Deleting a group assignment is answered with 200.",
        (REMOVE,), changes.status(200, REMOVE),
    ),
    _defect(
        "groups-listed-without-name", "EMX-412", "projection",
        "The list of a segment's groups lacks their names.",
        (LIST,), changes.body(_each(_nameless), LIST),
    ),
    _defect(
        "group-read-without-segment", "EMX-412", "projection",
        "A group assignment is read without segmentId.",
        (READ,), changes.body(_each(changes.without("segmentId")), READ),
    ),
    _defect(
        "group-mixins-kept", "EMX-413", "state",
        "An update of a group assignment keeps the former mixins.",
        (ASSIGN,), changes.around(_mixins_kept, ASSIGN),
    ),
    _defect(
        "group-mixin-schemas-hidden", "EMX-413", "projection",
        "A search for groups returns them without metadata.mixins.",
        (SEARCH,), changes.body(_each(_without_mixin_schemas), SEARCH),
    ),
    _defect(
        "group-search-ignores-q", "EMX-416", "filter",
        "A search for groups ignores q.",
        (SEARCH,), changes.before(_no_q, SEARCH),
    ),
    _defect(
        "groups-list-ignores-q", "EMX-432", "filter",
        "The list of a segment's groups ignores q.",
        (LIST,), changes.without_query("q", LIST),
    ),
    _defect(
        "group-search-pages-endless", "EMX-430", "paging",
        "A search for groups ignores pageSize.",
        (SEARCH,), changes.without_query("pageSize", SEARCH),
    ),
    _defect(
        "groups-first-page-only", "EMX-430", "paging",
        "The list of a segment's groups ignores pageNumber.",
        (LIST,), changes.without_query("pageNumber", LIST),
    ),
    _defect(
        "groups-unsorted", "EMX-430", "sort",
        "The list of a segment's groups ignores sort.",
        (LIST,), changes.without_query("sort", LIST),
    ),
    _defect(
        "group-search-shows-all-fields", "EMX-430", "projection",
        "A search for groups ignores fields.",
        (SEARCH,), changes.without_query("fields", SEARCH),
    ),
    _defect(
        "groups-uncounted", "EMX-431", "totals",
        "The list of a segment's groups never says how many there are.",
        (LIST,), changes.without_reply_header("X-Total-Count", LIST),
    ),
    _defect(
        "group-search-counted-by-page", "EMX-431", "totals",
        "A search for groups counts the page alone.",
        (SEARCH,), changes.after(_counted_by_page, SEARCH),
    ),
    _defect(
        "groups-in-every-language", "EMX-433", "projection",
        "The list of a segment's groups ignores Accept-Language.",
        (LIST,), changes.without_header("Accept-Language", LIST),
    ),
    _defect(
        "group-in-every-language", "EMX-433", "projection",
        "Reading a group assignment ignores Accept-Language.",
        (READ,), changes.without_header("Accept-Language", READ),
    ),
)  # fmt: skip
