"""Metadata that is easily lost: links to schemas, versions, and names with signs in patches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import World

_IT = "customer-segment"
CREATE = f"POST-{_IT}-create-segment"
PATCH = f"PATCH-{_IT}-update-segment"
LIST = f"GET-{_IT}-retrieve-segments"
SEARCH = f"POST-{_IT}-search-segments"
ASSIGN_CUSTOMER = (f"PUT-{_IT}-update-customer-by-customerId", f"PUT-{_IT}-update-customer")
ASSIGN_ITEM = f"PUT-{_IT}-update-item"
_LINKS = "/metadata/mixins"


def _one_link(body: Any) -> Any:
    metadata = body.get("metadata")
    links = metadata.get("mixins") if isinstance(metadata, dict) else None
    if not isinstance(links, dict):
        return body
    return {**body, "metadata": {**metadata, "mixins": dict(list(links.items())[:1])}}


def _links_stay(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Keep the links that an assignment was made with."""
    path = call.path
    rows: Any = world.items if "itemId" in path else world.members
    who = ("type", "itemId") if "itemId" in path else ("customerId",)
    key = (path["segmentId"], *(path[each] for each in who))
    if rows is world.members:
        key = (*key, path.get("legalEntityId"))
    before = rows.get(key)
    reply = run(world, call, caller)
    if before is not None:
        after = rows.get(key)
        rows.replace(after, replace(after, mixin_schemas=before.mixin_schemas))
    return reply


def _links_left_alone(kind: str) -> Any:
    def edited(operations: Any) -> Any:
        return [
            each for each in operations
            if each.get("op") != kind or not str(each.get("path")).startswith(_LINKS)
        ]  # fmt: skip

    return edited


def _unescaped(kind: str) -> Any:
    """Take escapes for what they look like: names that have a tilde in them."""

    def edited(operations: Any) -> Any:
        return [
            {**each, "path": str(each.get("path")).replace("~", "~0")}
            if each.get("op") == kind
            else each
            for each in operations
        ]

    return edited


def _versionless(shown: Any) -> Any:
    for each in shown:
        each["metadata"] = {
            name: value for name, value in each.get("metadata", {}).items() if name != "version"
        }
    return shown


DEFECTS = (
    *(
        Defect(
            name=f"emporix.no-version-in-{what}",
            violates=("EMX-093",),
            summary=f"{summary} shows the metadata of segments without their versions.",
            kind="projection",
            operations=(operation,),
            change=changes.body(_versionless, operation),
        )
        for what, summary, operation in (
            ("the-list", "The list", LIST),
            ("searches", "The search", SEARCH),
        )
    ),
    Defect(
        name="emporix.only-one-schema-link",
        violates=("EMX-070",),
        summary="Of the links to the schemas of several mixins only the first is stored.",
        kind="state",
        operations=(CREATE,),
        change=changes.with_body(_one_link, CREATE),
    ),
    *(
        Defect(
            name=f"emporix.patch-{kind}-skips-schema-links",
            violates=(requirement,),
            summary=f"The operation {kind} has no effect on the links to the schemas of mixins.",
            kind="state",
            operations=(PATCH,),
            change=changes.with_body(_links_left_alone(kind), PATCH),
        )
        for kind, requirement in (
            ("replace", "EMX-144"),
            ("remove", "EMX-145"),
            ("add", "EMX-146"),
        )
    ),
    *(
        Defect(
            name=f"emporix.patch-{kind}-reads-no-escapes",
            violates=(requirement,),
            summary=f"The operation {kind} takes ~0 and ~1 in a path for two letters of a name.",
            kind="state",
            operations=(PATCH,),
            change=changes.with_body(_unescaped(kind), PATCH),
        )
        for kind, requirement in (
            ("replace", "EMX-144"),
            ("remove", "EMX-145"),
            ("add", "EMX-146"),
        )
    ),
    Defect(
        name="emporix.links-of-customers-stay",
        violates=("EMX-288",),
        summary="An update of a customer's assignment leaves the links to schemas as they were.",
        kind="state",
        operations=ASSIGN_CUSTOMER,
        change=changes.around(_links_stay, *ASSIGN_CUSTOMER),
    ),
    Defect(
        name="emporix.links-of-items-stay",
        violates=("EMX-305",),
        summary="An update of an item's assignment leaves the links to schemas as they were.",
        kind="state",
        operations=(ASSIGN_ITEM,),
        change=changes.around(_links_stay, ASSIGN_ITEM),
    ),
)
