"""Variants of Emporix: what its documents leave open beyond the named choices."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver import contract
from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Missing, Refusal
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.table import Table
from mockserver.vendors.emporix.visibility import visible_segment

from . import neighbours, wires
from .lagging import lists_late
from .varied import Variant

_S = "customer-segment-"
LISTS = (
    f"GET-{_S}retrieve-segments", f"POST-{_S}search-segments", f"GET-{_S}retrieve-customers",
    f"POST-{_S}search-customers", f"GET-{_S}retrieve-segments-items",
    f"GET-{_S}retrieve-segment-items", f"POST-{_S}search-items",
)  # fmt: skip
_SEARCHES = tuple(each for each in LISTS if each.startswith("POST"))
_READ = f"GET-{_S}retrieve-segment"
_PUT = f"PUT-{_S}update-segment"
_PATCH = f"PATCH-{_S}update-segment"
_ASSIGN = (
    f"PUT-{_S}update-customer-by-customerId", f"PUT-{_S}update-customer", f"PUT-{_S}update-item",
)  # fmt: skip
_BULK = tuple(
    f"{method}-{_S}{what}-bulk"
    for method, what in (
        ("POST", "create-segments"), ("PUT", "update-segments"), ("DELETE", "remove-segments"),
        ("PUT", "update-customers"), ("DELETE", "remove-customers"), ("PUT", "update-items"),
        ("DELETE", "remove-items"),
    )
)  # fmt: skip
_WRITES = (
    f"POST-{_S}create-segment", _PUT, _PATCH, f"DELETE-{_S}remove-segment", *_ASSIGN, *_BULK,
    f"DELETE-{_S}remove-customer-by-customerId", f"DELETE-{_S}remove-customer",
    f"DELETE-{_S}remove-item",
)  # fmt: skip


# ---- refusals ---------------------------------------------------------------------------


def _unprocessable(reply: Reply, refusal: Refusal) -> Reply:
    rule = contract("emporix").requirements.get(refusal.requirement)
    if rule is None or rule.strength == "documented" or reply.status in (401, 404):
        return reply
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


# ---- lists ------------------------------------------------------------------------------


def _backwards(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """List in the reverse order where no order is asked for."""
    if call.query.get("sort"):
        return true(world, call, caller)
    size = int(call.query.get("pageSize", world.choices.page_size))
    start = (int(call.query.get("pageNumber", 1)) - 1) * size
    whole = {**call.query, "pageSize": "999999999", "pageNumber": "1"}
    reply = true(world, replace(call, query=whole), caller)
    return replace(reply, body=list(reversed(reply.body))[start : start + size])


def _query(edit: Callable[[dict[str, Any]], dict[str, Any]], *operations: str) -> Change:
    return changes.before(
        lambda call: replace(call, query=edit(dict(call.query))), *(operations or LISTS)
    )


def _small_pages(query: dict[str, Any]) -> dict[str, Any]:
    asked = query.get("pageSize", "20")
    return {**query, "pageSize": str(min(int(asked), 50)) if asked.isdecimal() else asked}


def _from_zero(query: dict[str, Any]) -> dict[str, Any]:
    asked = query.get("pageNumber", "0")
    counted = asked.isdecimal() and len(asked) < 9
    return {**query, "pageNumber": str(int(asked) + 1) if counted else asked}


def _any_page(document: dict[str, Any]) -> None:
    for each in document["components"]["parameters"].values():
        if each["name"] == "pageNumber":
            each["schema"].pop("pattern", None)


def _always_counted(call: Call) -> Call:
    return replace(call, headers={**call.headers, "X-Total-Count": True})


def _without_id(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Leave the id out unless fields names it."""
    reply = true(world, call, caller)
    fields = str(call.query.get("fields") or "id").replace(" ", "").split(",")
    if reply.status != 200 or "id" in fields:
        return reply
    body = changes.plain(reply.body)
    for each in body if isinstance(body, list) else [body]:
        each.pop("id", None)
    return replace(reply, body=body)


def _none_beyond(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = true(world, call, caller)
    if reply.status == 200 and not reply.body and int(call.query.get("pageNumber", 1)) > 1:
        raise Missing("There is no such page.", requirement="")
    return reply


# ---- records ----------------------------------------------------------------------------


def _filled(value: Any) -> Any:
    """Show what was never set as empty."""
    if isinstance(value, list):
        return [_filled(each) for each in value]
    shown = {"mixins": {}, "validity": {}, **value}
    if "siteCode" in value:
        shown = {"description": {}, **shown}
    if isinstance(value.get("metadata"), dict):
        shown["metadata"] = {"mixins": {}, **value["metadata"]}
    return shown


def _bare(value: Any) -> Any:
    """Leave empty objects out."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if each not in ({}, [], None)}
    return value


def _bumped(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Let an assignment count as a change of its segment."""
    reply = true(world, call, caller)
    stored = world.segments.get(call.path["segmentId"])
    if stored is not None:
        newer = replace(stored, version=stored.version + 1, modified_at=world.clock.now())
        world.segments.replace(stored, newer)
    return reply


def _merged(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Let a PUT keep what its body leaves out."""
    stored = world.segments.get(call.path["segmentId"])
    if stored is not None and call.has_body:
        former = changes.plain(
            true_read(world, replace(call, operation=_READ, query={}, headers={}), _Everybody)
        )
        former.pop("metadata"), former.pop("id")
        call = replace(call, body={**former, **changes.plain(call.body)})
    return true(world, call, caller)


class _Everybody:
    reads_all = True


def true_read(world: Any, call: Call, caller: Any) -> Any:
    """Return the JSON of a segment as it is stored."""
    from mockserver.vendors.emporix import records

    return records.segment_document(visible_segment(world, caller, call.path["segmentId"]))


def _of_worlds(edit: Callable[[Any], None]) -> Change:
    def edited(state: Any) -> None:
        for tenant in state.tenants.values():
            edit(tenant.world)

    return changes.opening(edited)


class _Uuids:
    """Draws UUIDs as ids."""

    def __init__(self, ids: Any) -> None:
        self._ids = ids

    def object_id(self) -> str:
        return str(self._ids.uuid())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ids, name)


def _with_uuids(world: Any) -> None:
    world.ids = _Uuids(world.ids)


class _Coarse:
    """A clock that stores instants to the second."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> int:
        return int(self._clock.now()) // 1000 * 1000


def _by_seconds(world: Any) -> None:
    world.clock = _Coarse(world.clock)


def _crowded(world: Any) -> None:
    """Put the known customers into further segments that are active and hold something."""
    now = world.clock.now()
    first = world.segments.get("golden-segment")
    for number, status in enumerate(("ACTIVE", "INACTIVE", "ACTIVE")):
        named = f"scforeign{number}"
        record = replace(first, number=world.segments.next_number, id=named, status=status)
        world.segments.add(record)
        for customer in ("C0123456789", "C0123456786", "C0123456788", "C01234567989"):
            if customer in world.customers:
                world.plant_member(named, customer, created_at=now)
        for kind, item in (
            ("PRODUCT", "p1234"), ("CATEGORY", "beans"), ("CATEGORY", "headphones"),
        ):  # fmt: skip
            world.plant_item(named, kind, item, created_at=now)


def _crowd(state: Any) -> None:
    _crowded(state.tenants["acme"].world)


# ---- time -------------------------------------------------------------------------------


def _tables(world: Any) -> dict[str, Any]:
    return {
        name: _copied(getattr(world, name))
        for name in ("segments", "members", "items", "group_assignments")
    }


def _copied(table: Any) -> Any:
    indexes = {name: value_of for name, (value_of, _) in table._indexes.items()}
    copy: Table[Any] = Table(table._key, indexes, table.key_name)
    copy.extend(list(table.rows))
    return copy


_NOW = ("segments",)
_LATE: dict[str, tuple[str, ...]] = {
    f"GET-{_S}retrieve-segments": (), f"POST-{_S}search-segments": (),
    f"GET-{_S}retrieve-segments-items": (), f"GET-{_S}retrieve-category-trees": (),
    f"POST-{_S}check-match": (), "GET-category-tree-retrieve-category-assignments": (),
    f"GET-{_S}retrieve-customers": _NOW, f"POST-{_S}search-customers": _NOW,
    f"GET-{_S}retrieve-segment-items": _NOW, f"POST-{_S}search-items": _NOW,
    "POST-coupon-validate-coupon": (), "POST-coupon-invalidate-coupon": (),
}  # fmt: skip
_UNDER_IDS: dict[str, tuple[str, ...]] = {
    _READ: _NOW,
    f"GET-{_S}retrieve-item": _NOW,
}


def _just_made(former: Any, call: Call) -> bool:
    """Tell whether a segment was not there yet: what was created is read at once (EMX-051)."""
    return former.segments.get(call.path["segmentId"]) is None


def _late(milliseconds: int, reads: dict[str, tuple[str, ...]], **options: Any) -> Change:
    return lists_late(milliseconds, _tables, writes=_WRITES, reads=reads, **options)


# ---- the list ---------------------------------------------------------------------------

HARMLESS = (
    Variant(
        "other-refusals", "Where no status is documented, 422 says no as well as any.",
        "every row that is not documented; the judged ones name their status",
        change=changes.refusing(_unprocessable),
    ),
    Variant(
        "other-codes-of-entries", "Which code a stale or taken entry has is not said.",
        "EMX-185, EMX-186, EMX-188, EMX-281, EMX-291",
        change=changes.body(_entries_unprocessable, *_BULK),
    ),
    Variant(
        "scopes-after-the-rest", "Whether scopes come before the body and the id is not said.",
        "EMX-016", change=_scopes_last(),
    ),
    Variant(
        "nothing-for-nothing", "What has nothing in it may be refused.",
        "EMX-031, EMX-032, EMX-156, EMX-190, EMX-262",
        change=changes.together(
            also_refused(_if_empty, *_BULK, _PATCH), also_refused(_if_idle_query, *_SEARCHES),
        ),
    ),
    Variant(
        "assignments-need-a-body", "An upsert may need a body.",
        "EMX-033", change=also_refused(_if_bodiless, *_ASSIGN),
    ),
    Variant(
        "one-id-only", "A PUT with another id in its body may be refused.",
        "EMX-134", change=also_refused(_if_another_id, _PUT),
    ),
    Variant(
        "no-version-of-what-is-new", "A PUT that expects a version of what is not there may fail.",
        "EMX-133", change=also_refused(_if_new_with_version, _PUT),
    ),
    Variant(
        "newest-first", "No order is promised where none is asked for.",
        "EMX-096, EMX-208", change=changes.around(_backwards, *LISTS),
    ),
    Variant(
        "small-pages", "Neither the default nor the largest page size is documented.",
        "EMX-218, EMX-219", change=_query(_small_pages),
    ),
    Variant(
        "pages-from-zero", "Which number the first page has is only known of sister services.",
        "EMX-217", change=_query(_from_zero), loosen=_any_page,
    ),
    Variant(
        "always-counted", "The total may be told unasked.",
        "EMX-223", change=changes.before(_always_counted, *LISTS),
    ),
    Variant(
        "no-page-beyond-the-last", "A page that is not there may be not found.",
        "EMX-220", change=changes.around(_none_beyond, *LISTS),
    ),
    Variant(
        "only-the-named-fields", "That id is always kept is only known of sister services.",
        "EMX-231", change=changes.around(_without_id, *LISTS, _READ),
    ),
    Variant(
        "empty-instead-of-absent", "What was never set may be shown as empty.",
        "EMX-065", change=changes.body(_filled, *LISTS, _READ),
    ),
    Variant(
        "absent-instead-of-empty", "What is empty may be left out.",
        "EMX-065", change=changes.body(_bare, *LISTS, _READ),
    ),
    Variant(
        "assignments-change-segments", "An assignment may count as a change of its segment.",
        "EMX-287", change=changes.around(_bumped, *_ASSIGN),
    ),
    Variant(
        "put-keeps-the-rest", "What a PUT leaves out may stay.",
        "EMX-132", change=changes.around(_merged, _PUT),
    ),
    Variant(
        "uuids", "Of generated ids only the case is documented.",
        "EMX-057", change=_of_worlds(_with_uuids),
    ),
    Variant(
        "whole-seconds", "No precision of the timestamps is documented.",
        "EMX-073", change=_of_worlds(_by_seconds), wire=wires.instants(lambda at, ms: f"{at}Z" if ms == "000" else f"{at}.{ms}Z"),
    ),
    Variant(
        "customers-of-other-segments", "Known customers are in segments of other people.",
        "the target is shared", change=changes.opening(_crowd),
    ),
    Variant(
        "long-tokens", "Access tokens are opaque; some gateways make JWTs.",
        "vendor-facts 1.15",
        wire=wires.renamed(
            r'(?<=_token":")[A-Za-z0-9]{20,}', lambda text, n: f"eyJhbGciOi.{text[::-1]}.{n}-_x" * 3
        ),
    ),
    Variant(
        "lists-late", "Lists and memberships may come from an index that follows in seconds.",
        "vendor-facts 5; only reading by id at once is documented (EMX-051)",
        change=_late(4000, _LATE),
    ),
    Variant(
        "memberships-late", "Who is in a segment may be known a few seconds later.",
        "vendor-facts 5", change=_late(4000, {**_LATE, **_UNDER_IDS}),
    ),
    Variant(
        "updates-late", "Reads may come from a replica that follows in seconds.",
        "vendor-facts 5; only reading what was created is documented to be immediate (EMX-051)",
        change=_late(600, {_READ: ()}, unless=_just_made), wire=wires.slow(430),
    ),
    Variant(
        "noisy-neighbour", "Others work in the tenant at the same time.",
        "the target is shared", wire=neighbours.emporix,
    ),
)  # fmt: skip
