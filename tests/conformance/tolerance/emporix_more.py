"""Further variants of Emporix: who owns what, trees, stricter queries, tokens, coupons."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Refusal
from mockserver.kernel.room import Operation

from .emporix import LISTS
from .emporix_refusals import also_refused
from .varied import Variant

_S = "customer-segment-"
_OWN = (
    *LISTS, f"GET-{_S}retrieve-segment", f"GET-{_S}retrieve-item",
    f"GET-{_S}retrieve-category-trees",
)  # fmt: skip
_TREES = f"GET-{_S}retrieve-category-trees"


# ---- who owns what ----------------------------------------------------------------------


class _Narrowed:
    """Members of segments, without some of them."""

    def __init__(self, table: Any, keeps: Callable[[Any], bool]) -> None:
        self._table, self._keeps = table, keeps

    def having(self, index: str, value: Any) -> list[Any]:
        return [each for each in self._table.having(index, value) if self._keeps(each)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


def _owning(owns: Callable[[Any, Any], bool]) -> Change:
    """Let a customer own those of its assignments for which `owns(caller, assignment)`."""

    def run(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
        if getattr(caller, "customer", None) is None or call.query.get("legalEntityId"):
            return true(world, call, caller)
        view = copy.copy(world)
        view.members = _Narrowed(
            world.members, lambda each: each.customer_id != caller.customer or owns(caller, each)
        )
        return true(view, call, caller)

    return changes.around(run, *_OWN)


def _of_its_entity_alone(caller: Any, assignment: Any) -> bool:
    return caller.legal_entity is None or assignment.legal_entity_id == caller.legal_entity


def _of_no_entity(caller: Any, assignment: Any) -> bool:
    return caller.legal_entity is not None or assignment.legal_entity_id is None


def _customers_only(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if not getattr(caller, "reads_all", True) and caller.customer is None:
        raise Forbidden("Only customers own something.", requirement="")
    return true(world, call, caller)


# ---- trees ------------------------------------------------------------------------------


def _turned(nodes: Any) -> Any:
    """Show neighbours in another order, without parentId, and position only where it is set."""
    return [
        {
            name: _turned(value) if name == "subcategories" else value
            for name, value in each.items()
            if name != "parentId"
        }
        for each in reversed(nodes)
    ]


# ---- stricter queries -------------------------------------------------------------------

_KNOWN = frozenset(
    {
        "id", "name", "description", "status", "siteCode", "validity", "metadata", "mixins",
        "customer", "legalEntity", "item", "type", "segmentId", "assignmentType", "group",
    }
)  # fmt: skip


def _if_unknown_names(_: Any, call: Call) -> Refusal | None:
    for parameter in ("fields", "sort"):
        for each in filter(None, str(call.query.get(parameter) or "").split(",")):
            if each.strip().partition(":")[0].partition(".")[0] not in _KNOWN:
                return Invalid(f"There is no {each}.", requirement="")
    return None


def _if_reused(deleted: set[str]) -> Callable[[Any, Call], Refusal | None]:
    def refuses(world: Any, call: Call) -> Refusal | None:
        if call.operation.startswith("DELETE"):
            deleted.add(call.path["segmentId"])
            return None
        named = call.body.get("id") if call.has_body else None
        taken = named in deleted and world.segments.get(named) is None
        return Conflict("The resource already exists.", requirement="") if taken else None

    return refuses


def _missing_first(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Put records without the property to sort by before the others."""
    sort = call.query.get("sort")
    if not sort:
        return true(world, call, caller)
    size = int(call.query.get("pageSize", world.choices.page_size))
    start = (int(call.query.get("pageNumber", 1)) - 1) * size
    whole = {**call.query, "pageSize": "999999999", "pageNumber": "1", "fields": None}
    wide = true(world, replace(call, query=whole), caller)
    reply = true(world, replace(call, query={**whole, "fields": call.query.get("fields")}), caller)
    path = sort.split(",")[0].partition(":")[0].split(".")

    def lacks(record: Any) -> bool:
        for name in path:
            record = record.get(name) if isinstance(record, dict) else None
        return record is None

    pairs = list(zip(changes.plain(wide.body), changes.plain(reply.body), strict=True))
    pairs.sort(key=lambda pair: not lacks(pair[0]))
    return replace(reply, body=[shown for _, shown in pairs][start : start + size])


# ---- tokens -----------------------------------------------------------------------------


def _ended(true: Operation, platform: Any, call: Call, caller: Any) -> Reply:
    """End the former access tokens of a session when it is renewed."""
    former = [
        token for token, grant in platform.tokens.grants.items()
        if grant.caller.session == caller.session and grant.caller.customer
    ]  # fmt: skip
    reply = true(platform, call, caller)
    for token in former:
        if not token.startswith("demo-"):
            platform.tokens.grants.pop(token, None)
    return reply


# ---- coupons ----------------------------------------------------------------------------


def _shown_though_deleted(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Show a deleted coupon to whoever knows its code."""
    stored = world.shop.coupons.get(call.path["code"].upper())
    if stored is None or not stored.deleted:
        return true(world, call, caller)
    world.shop.coupons.replace(stored, replace(stored, deleted=False))
    try:
        reply = true(world, call, caller)
    finally:
        world.shop.coupons.replace(world.shop.coupons.get(stored.code), stored)
    return replace(reply, body={**changes.plain(reply.body), "deleted": True})


def _freed(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Let the code of a deleted coupon be used anew."""
    code = (call.body or {}).get("code") if call.has_body else None
    stored = world.shop.coupons.get(code.upper()) if isinstance(code, str) else None
    if stored is not None and stored.deleted:
        world.shop.coupons.remove(stored)
    return true(world, call, caller)


def _without_product_extras(body: Any) -> Any:
    return [
        {n: v for n, v in each.items() if n not in ("customerSegmentIds", "description")}
        for each in body
    ]


def _automatic(body: Any) -> Any:
    for each in body if isinstance(body, list) else [body]:
        if "assignmentType" in each:
            each["assignmentType"] = "AUTOMATIC"
    return body


HARMLESS = (
    Variant(
        "owned-by-entity-alone", "A bound token may own only what is for its legal entity.",
        "EMX-116", change=_owning(_of_its_entity_alone),
    ),
    Variant(
        "owned-by-no-entity", "A token bound to none may own only what is for none.",
        "EMX-117", change=_owning(_of_no_entity), inconclusive=20,
    ),
    Variant(
        "only-customers-own", "Who is no customer and owns nothing may be refused.",
        "EMX-118", change=changes.around(_customers_only, *LISTS),
    ),
    Variant(
        "trees-turned-round", "Neither the order of neighbours nor parentId is documented.",
        "EMX-316, EMX-319", change=changes.body(_turned, _TREES),
    ),
    Variant(
        "unknown-names-refused", "Names that no record has may be refused.",
        "EMX-228, EMX-232", change=also_refused(_if_unknown_names, *LISTS),
    ),
    Variant(
        "missing-first", "Where records stand that lack what is sorted by is not said.",
        "EMX-228", change=changes.around(_missing_first, *LISTS),
    ),
    Variant(
        "ids-used-once", "Whether the id of a deleted segment is free again is not said.",
        "EMX-167",
        change=also_refused(
            _if_reused(set()), f"POST-{_S}create-segment", f"DELETE-{_S}remove-segment"
        ),
    ),
    Variant(
        "renewing-ends-the-former", "What becomes of the former token is not said.",
        "EMX-367", change=changes.around(_ended, "GET-customer-refresh-authtoken"),
    ),
    Variant(
        "deleted-coupons-shown", "A coupon is only marked as deleted and may still be read.",
        "EMX-645", change=changes.around(_shown_though_deleted, "GET-coupon-retrieve-coupon"),
    ),
    Variant(
        "codes-used-again", "Whether the code of a deleted coupon is free is not said.",
        "EMX-646", change=changes.around(_freed, "POST-coupon-create-coupon"),
    ),
    Variant(
        "automatic-assignments", "When an assignment is AUTOMATIC is not said.",
        "EMX-283",
        change=changes.body(
            _automatic, f"GET-{_S}retrieve-customers", f"POST-{_S}search-customers",
            f"GET-{_S}retrieve-customer", f"GET-{_S}retrieve-customer-by-customerId",
        ),
    ),
    Variant(
        "lean-products", "What products show of segments, and deprecated texts, may be absent.",
        "EMX-736, EMX-752",
        change=changes.body(_without_product_extras, "POST-product-search-products"),
    ),
)  # fmt: skip
