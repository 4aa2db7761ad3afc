"""Updates that do not reach everything they should, or reach more than that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.updates import PATCH, PUT, PUT_BULK, named_by
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation, Room
from mockserver.vendors.emporix.world import World

LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
ASSIGN_CUSTOMERS = "PUT-customer-segment-update-customers-bulk"
WAYS = (
    ("put", "A PUT", PUT, "EMX-128"),
    ("patch", "A PATCH", PATCH, "EMX-144"),
    ("bulk-put", "A bulk PUT", PUT_BULK, "EMX-184"),
)
"""How an update is named, what people call it, its operation, the requirement."""


def _remembered(field: str, listing: str) -> Change:
    """Show a field in a list as it was when the list showed the segment first."""

    def change(room: Room) -> Room:
        first: dict[tuple[int, str], Any] = {}

        def stale(run: Operation, world: World, call: Call, caller: Any) -> Reply:
            reply = run(world, call, caller)
            rows = changes.plain(reply.body)
            for row in rows:
                if "id" in row and field in row:
                    row[field] = first.setdefault((id(world), row["id"]), row[field])
            return replace(reply, body=rows)

        return changes.around(stale, listing)(room)

    return change


def _site_kept(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    before = {name: world.segments.get(name) for name in named_by(call)}
    reply = run(world, call, caller)
    for name, old in before.items():
        new = world.segments.get(name)
        if old is not None and new is not None and new is not old:
            world.segments.replace(new, replace(new, site_code=old.site_code))
    return reply


def _customers_dropped(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    for name in named_by(call):
        for member in tuple(world.members.having("segmentId", name)):
            world.members.remove(member)
    return reply


def _items_dropped(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    for name in named_by(call):
        for item in tuple(world.items.having("segmentId", name)):
            world.items.remove(item)
    return reply


def _mixins_kept(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Update versions alone: the mixins stay those that the assignment was made with."""
    segment = call.path["segmentId"]
    before = {row.key: row for row in world.members.having("segmentId", segment)}
    reply = run(world, call, caller)
    for row in tuple(world.members.having("segmentId", segment)):
        old = before.get(row.key)
        if old is not None and row is not old:
            kept = replace(row, mixins=old.mixins, mixin_schemas=old.mixin_schemas)
            world.members.replace(row, kept)
    return reply


DEFECTS = (
    *(
        Defect(
            name=f"emporix.{where}-remembers-{kebab}",
            violates=(requirement,),
            summary=f"{told} shows {field} of a segment as it was at first, whatever updates say.",
            kind="state",
            operations=(listing,),
            change=_remembered(field, listing),
        )
        for where, told, listing, requirement in (
            ("list", "The list of segments", LIST, "EMX-090"),
            ("search", "A search for segments", SEARCH, "EMX-095"),
        )
        for field, kebab in (("status", "status"), ("name", "name"), ("siteCode", "site"))
    ),
    *(
        Defect(
            name=f"emporix.{way}-keeps-site",
            violates=(requirement,),
            summary=f"{told} leaves siteCode of a segment as it was.",
            kind="state",
            operations=(operation,),
            change=changes.around(_site_kept, operation),
        )
        for way, told, operation, requirement in WAYS
        if operation != PATCH
    ),
    *(
        Defect(
            name=f"emporix.{way}-drops-customers",
            violates=(requirement,),
            summary=f"{told} on a segment takes all of its customers out.",
            kind="cascade",
            operations=(operation,),
            change=changes.around(_customers_dropped, operation),
        )
        for way, told, operation, requirement in WAYS
    ),
    Defect(
        name="emporix.put-drops-items",
        violates=("EMX-128",),
        summary="A PUT on a segment takes all of its items out.",
        kind="cascade",
        operations=(PUT,),
        change=changes.around(_items_dropped, PUT),
    ),
    Defect(
        name="emporix.bulk-put-customers-keeps-mixins",
        violates=("EMX-288",),
        summary="PUT …/customers/bulk updates the version of an assignment, and not its mixins.",
        kind="bulk",
        operations=(ASSIGN_CUSTOMERS,),
        change=changes.around(_mixins_kept, ASSIGN_CUSTOMERS),
    ),
)
