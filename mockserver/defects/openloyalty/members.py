"""Members and uses of a segment that are listed or shown in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.world import World

MEMBERS = "segmentGetMembers"
ASSOCIATION = "_getSegmentAssociation"
KINDS = ("reward", "achievement", "campaign")


def _without(name: str) -> Callable[[Any], Any]:
    return lambda body: {each: value for each, value in body.items() if each != name}


def _each(edit: Callable[[Any], Any], operation: str) -> Change:
    """Edit each item of a list."""
    return changes.body(
        lambda body: {**body, "items": [edit(each) for each in body["items"]]}, operation
    )


def _a_day_late(item: Any) -> Any:
    if "birthDate" not in item:
        return item
    at = instants.parse(item["birthDate"]) + instants.DAY
    return {**item, "birthDate": instants.text(at)}


def _every_kind(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    items: list[Any] = []
    for kind in KINDS:
        path = {**call.path, "resourceName": kind}
        items += operation(world, replace(call, path=path), caller).body["items"]
    return Reply(200, {"items": items, "total": {"all": len(items), "estimated": False}})


def _total(edit: Callable[[Any], Any]) -> Change:
    return changes.body(lambda body: {**body, "total": edit(body["total"])}, ASSOCIATION)


DEFECTS = (
    Defect(
        name="openloyalty.members-without-total",
        violates=("OLO-105",),
        summary="The list of members has no total.",
        kind="totals",
        operations=(MEMBERS,),
        change=changes.body(_without("total"), MEMBERS),
    ),
    Defect(
        name="openloyalty.members-are-a-bare-list",
        violates=("OLO-105",),
        summary="The members are answered as a list, without what is around it.",
        kind="schema",
        operations=(MEMBERS,),
        change=changes.body(lambda body: body["items"], MEMBERS),
        fault=101,
    ),
    Defect(
        name="openloyalty.one-member-missing",
        violates=("OLO-105",),
        summary="The last member of a segment is never listed.",
        kind="state",
        operations=(MEMBERS,),
        change=changes.body(
            lambda body: {**body, "items": body["items"][:-1]} if len(body["items"]) > 1 else body,
            MEMBERS,
        ),
    ),
    *(
        Defect(
            name=f"openloyalty.members-by-{name}-ignored",
            violates=("OLO-106",),
            summary=f"The filter {field} of members is passed over.",
            kind="filter",
            operations=(MEMBERS,),
            change=changes.without_query(field, MEMBERS),
        )
        for name, field in (
            ("id", "customerId"),
            ("first-name", "firstName"),
            ("last-name", "lastName"),
            ("email", "email"),
            ("phone", "phone"),
        )
    ),
    *(
        Defect(
            name=f"openloyalty.member-without-{name}",
            violates=("OLO-107",),
            summary=f"A member does not show {field}.",
            kind="schema",
            operations=(MEMBERS,),
            change=_each(_without(field), MEMBERS),
        )
        for name, field in (
            ("created-at", "createdAt"),
            ("first-name", "firstName"),
            ("email", "email"),
            ("phone", "phone"),
            ("gender", "gender"),
            ("birth-date", "birthDate"),
        )
    ),
    Defect(
        name="openloyalty.members-have-a-member-id",
        violates=("OLO-107",),
        summary="The id of a member is shown as memberId.",
        kind="schema",
        operations=(MEMBERS,),
        change=_each(
            lambda each: {
                "memberId" if name == "customerId" else name: value for name, value in each.items()
            },
            MEMBERS,
        ),
        fault=101,
    ),
    Defect(
        name="openloyalty.names-of-members-swapped",
        violates=("OLO-107",),
        summary="A member's firstName and lastName are swapped.",
        kind="state",
        operations=(MEMBERS,),
        change=_each(
            lambda each: {**each, "firstName": each["lastName"], "lastName": each["firstName"]},
            MEMBERS,
        ),
    ),
    Defect(
        name="openloyalty.birth-date-a-day-late",
        violates=("OLO-107",),
        summary="A member's birthDate is that of the day after.",
        kind="time",
        operations=(MEMBERS,),
        change=_each(_a_day_late, MEMBERS),
    ),
    *(
        Defect(
            name=f"openloyalty.association-with-{name}",
            violates=("OLO-110",),
            summary=summary,
            kind="schema",
            operations=(ASSOCIATION,),
            change=_each(edit, ASSOCIATION),
            fault=101,
        )
        for name, summary, edit in (
            ("a-list-of-data", "additionalData is a list.", changes.saying(additionalData=[])),
            ("no-name", "The name of what uses a segment is null.", changes.saying(name=None)),
        )
    ),
    Defect(
        name="openloyalty.associations-counted-in-words",
        violates=("OLO-111",),
        summary="The total of associations has all as a text.",
        kind="totals",
        operations=(ASSOCIATION,),
        change=_total(lambda total: {**total, "all": str(total["all"])}),
        fault=101,
    ),
    *(
        Defect(
            name=f"openloyalty.association-without-{name}",
            violates=("OLO-110",),
            summary=f"What uses a segment does not show its {field}.",
            kind="schema",
            operations=(ASSOCIATION,),
            change=_each(_without(field), ASSOCIATION),
        )
        for name, field in (("additional-data", "additionalData"), ("active-flag", "active"))
    ),
    Defect(
        name="openloyalty.associations-never-found",
        violates=("OLO-110",),
        summary="What uses a segment is never listed.",
        kind="state",
        operations=(ASSOCIATION,),
        change=changes.body(lambda body: {**body, "items": []}, ASSOCIATION),
    ),
    Defect(
        name="openloyalty.associations-with-filtered",
        violates=("OLO-111",),
        summary="The total of associations has a field filtered too.",
        kind="totals",
        operations=(ASSOCIATION,),
        change=_total(lambda total: {**total, "filtered": total["all"]}),
        fault=101,
    ),
    Defect(
        name="openloyalty.associations-without-estimated",
        violates=("OLO-111",),
        summary="The total of associations does not say whether it is estimated.",
        kind="totals",
        operations=(ASSOCIATION,),
        change=_total(_without("estimated")),
    ),
    Defect(
        name="openloyalty.associations-of-every-kind",
        violates=("OLO-112",),
        summary="Rewards, achievements and campaigns are listed together.",
        kind="filter",
        operations=(ASSOCIATION,),
        change=changes.around(_every_kind, ASSOCIATION),
    ),
)
