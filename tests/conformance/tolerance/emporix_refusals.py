"""Variants of Emporix: refusals where none is documented, or not which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver import contract
from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Missing, Refusal
from mockserver.kernel.room import Admission, Operation

from .emporix import ASSIGN, BULK, LISTS, PATCH, PUT
from .varied import Variant

_SEARCHES = tuple(each for each in LISTS if each.startswith("POST"))


def _unprocessable(reply: Reply, refusal: Refusal) -> Reply:
    rule = contract("emporix").requirements.get(refusal.requirement)
    if rule is None or rule.strength == "documented" or reply.status in (401, 404):
        return reply
    if refusal.requirement == "EMX-189":
        return reply  # what is no array breaks the schema, too (EMX-029)
    if "type" in reply.body and refusal.code == "q":
        return reply  # for coupons it is documented (EMX-650)
    body = changes.plain(reply.body)
    for name, value in (("code", 422), ("status", "Unprocessable Entity")):
        if type(body) is dict and type(body.get(name)) is type(value):
            body[name] = value
    return replace(reply, status=422, body=body)


def _entries_unprocessable(entries: Any) -> Any:
    return [
        {**each, "code": 422, "status": "Unprocessable Entity"}
        if each["code"] not in (201, 204, 400)
        else each
        for each in entries
    ]


def also_refused(refuses: Callable[[Any, Call], Refusal | None], *operations: str) -> Change:
    """Refuse what the mock takes, where `refuses(world, call)` returns a refusal."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        refusal = refuses(world, call)
        if refusal is not None:
            raise refusal
        return true(world, call, caller)

    return changes.around(run, *operations)


def _if_bodiless(_: Any, call: Call) -> Refusal | None:
    return None if call.has_body else Invalid("A body is needed.", requirement="")


def _if_empty(_: Any, call: Call) -> Refusal | None:
    return Invalid("Nothing to do.", requirement="") if call.body == [] else None


def _if_idle_query(_: Any, call: Call) -> Refusal | None:
    # A body without q is one that the schema allows.
    q = call.body.get("q", "-") if call.has_body else ""
    return None if q.strip() else Invalid("q is empty.", requirement="")


def _if_another_id(_: Any, call: Call) -> Refusal | None:
    named = call.body.get("id", call.path["segmentId"]) if call.has_body else ""
    wrong = call.has_body and named != call.path["segmentId"]
    return Invalid("The ids differ.", requirement="") if wrong else None


def _if_new_with_version(world: Any, call: Call) -> Refusal | None:
    given = (call.body or {}).get("metadata", {}).get("version")
    new = world.segments.get(call.path["segmentId"]) is None
    return Conflict("It has changed.", requirement="") if new and given is not None else None


class _Deferred:
    """A caller whose refusal waits until the rest of the request was looked at."""

    def __init__(self, refusal: Refusal, admission: Admission) -> None:
        self.refusal, self.admission = refusal, admission


def _scopes_last() -> Change:
    """Look at scopes after the body, and after whether the segment exists."""

    def admitted(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
        try:
            return admit(state, call)
        except Forbidden as refusal:
            tenant = state.tenants.get(call.path.get("tenant"))
            if tenant is None:
                raise
            return Admission(tenant.world, _Deferred(refusal, Admission(tenant.world, None)))

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        if isinstance(caller, _Deferred):
            segment = call.path.get("segmentId")
            if segment is not None and world.segments.get(segment) is None:
                raise Missing(f"There is no {segment}.", requirement="", resource=segment)
            raise caller.refusal
        return true(world, call, caller)

    return changes.together(changes.around(run), changes.admitting(admitted))


HARMLESS = (
    Variant(
        "other-refusals", "Where no status is documented, 422 says no as well as any.",
        "every row that is not documented; the judged ones name their status",
        change=changes.refusing(_unprocessable),
    ),
    Variant(
        "other-codes-of-entries", "Which code a stale or taken entry has is not said.",
        "EMX-185, EMX-186, EMX-188, EMX-281, EMX-291",
        change=changes.body(_entries_unprocessable, *BULK),
    ),
    Variant(
        "scopes-after-the-rest", "Whether scopes come before the body and the id is not said.",
        "EMX-016", change=_scopes_last(),
    ),
    Variant(
        "nothing-for-nothing", "What has nothing in it may be refused.",
        "EMX-031, EMX-032, EMX-156, EMX-190, EMX-262",
        change=changes.together(
            also_refused(_if_empty, *BULK, PATCH), also_refused(_if_idle_query, *_SEARCHES),
        ),
    ),
    Variant(
        "assignments-need-a-body", "An upsert may need a body.",
        "EMX-033", change=also_refused(_if_bodiless, *ASSIGN),
    ),
    Variant(
        "one-id-only", "A PUT with another id in its body may be refused.",
        "EMX-134", change=also_refused(_if_another_id, PUT),
    ),
    Variant(
        "no-version-of-what-is-new", "A PUT that expects a version of what is not there may fail.",
        "EMX-133", change=also_refused(_if_new_with_version, PUT),
    ),
)  # fmt: skip
