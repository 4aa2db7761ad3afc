"""Variants of Emporix: what its documents leave open beyond the named choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import records
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
_READ = f"GET-{_S}retrieve-segment"
PUT = f"PUT-{_S}update-segment"
PATCH = f"PATCH-{_S}update-segment"
ASSIGN = (
    f"PUT-{_S}update-customer-by-customerId", f"PUT-{_S}update-customer", f"PUT-{_S}update-item",
)  # fmt: skip
BULK = tuple(
    f"{method}-{_S}{what}-bulk"
    for method, what in (
        ("POST", "create-segments"), ("PUT", "update-segments"), ("DELETE", "remove-segments"),
        ("PUT", "update-customers"), ("DELETE", "remove-customers"), ("PUT", "update-items"),
        ("DELETE", "remove-items"),
    )
)  # fmt: skip
_WRITES = (
    f"POST-{_S}create-segment", PUT, PATCH, f"DELETE-{_S}remove-segment", *ASSIGN, *BULK,
    f"DELETE-{_S}remove-customer-by-customerId", f"DELETE-{_S}remove-customer",
    f"DELETE-{_S}remove-item",
)  # fmt: skip


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
        return {
            name: each if name == "mixins" else _bare(each)
            for name, each in value.items()
            if each not in ({}, [], None)
        }
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
            _stored(world, replace(call, operation=_READ, query={}, headers={}), _Everybody)
        )
        former.pop("metadata"), former.pop("id")
        call = replace(call, body={**former, **changes.plain(call.body)})
    return true(world, call, caller)


class _Everybody:
    reads_all = True


def _stored(world: Any, call: Call, caller: Any) -> Any:
    """Return the JSON of a segment as it is stored."""
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


def _late(milliseconds: int, reads: dict[str, tuple[str, ...]]) -> Change:
    return lists_late(milliseconds, _tables, writes=_WRITES, reads=reads)


def _updates_late(milliseconds: int) -> Change:
    return lists_late(
        milliseconds,
        lambda world: {"segments": _copied(world.segments)},
        writes=_WRITES,
        reads={_READ: ()},
        unless=_just_made,
    )


# ---- the list ---------------------------------------------------------------------------

HARMLESS = (
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
        "EMX-287", change=changes.around(_bumped, *ASSIGN),
    ),
    Variant(
        "put-keeps-the-rest", "What a PUT leaves out may stay.",
        "EMX-132", change=changes.around(_merged, PUT),
    ),
    Variant(
        "uuids", "Of generated ids only the case is documented.",
        "EMX-057", change=_of_worlds(_with_uuids),
    ),
    Variant(
        "whole-seconds", "No precision of the timestamps is documented.",
        "EMX-073", change=_of_worlds(_by_seconds),
        wire=wires.instants(lambda at, ms: f"{at}Z" if ms == "000" else f"{at}.{ms}Z"),
    ),
    Variant(
        "customers-of-other-segments", "Known customers are in segments of other people.",
        "the target is shared", change=changes.opening(_crowd), inconclusive=4,
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
        change=_updates_late(600), wire=wires.slow(430),
    ),
    Variant(
        "noisy-neighbour", "Others work in the tenant at the same time.",
        "the target is shared", wire=neighbours.emporix, inconclusive=10,
    ),
)  # fmt: skip
