"""Coupons whose fields contradict each other, and are taken; and those that do not, and are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import (
    CREATE,
    Edit,
    Json,
    accepted,
    coupon_defect,
    without,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation


def accepting(requirement: str, mend: Edit, only: Callable[[Json], bool] | None = None) -> Change:
    """Create a coupon that a rule forbids, mended so that the rule holds for what is stored."""

    def run(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
        try:
            return create(world, call, caller)
        except Invalid as refusal:
            if refusal.requirement != requirement or (only and not only(call.body)):
                raise
            return create(world, replace(call, body=mend(changes.plain(call.body))), caller)

    return changes.around(run, CREATE)


def _refuse_empty_lists(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    given = call.body.get("restrictions", {})
    if call.body.get("segmentRestricted") and [] in (
        given.get("validFor"), given.get("includedCategories"),
    ):  # fmt: skip
        raise Invalid("not with segments", requirement="EMX-625", pointer="/restrictions")
    return create(world, call, caller)


def _nobody(body: Json) -> Json:
    if body.get("restrictions", {}).get("validFor") == []:
        body["restrictions"]["validFor"] = ["nobody"]
    return body


DEFECTS = (
    *(
        accepted(
            name,
            requirement,
            summary,
            accepting(requirement, lambda body, gone=gone: without(body, *gone)),  # type: ignore[misc]
        )
        for name, requirement, summary, gone in (
            (
                "anonymous-counted",
                "EMX-615",
                "A limit for each customer is accepted with allowAnonymous.",
                ("maxRedemptionsPerCustomer",),
            ),
            (
                "anonymous-named",
                "EMX-616",
                "Customers are accepted with allowAnonymous.",
                ("restrictions.validFor",),
            ),
            (
                "included-without-flag",
                "EMX-618",
                "Included categories are accepted without categoryRestricted.",
                ("restrictions.includedCategories",),
            ),
            (
                "excluded-without-flag",
                "EMX-619",
                "Excluded categories are accepted without categoryRestricted.",
                ("restrictions.excludedCategories",),
            ),
            (
                "included-and-excluded",
                "EMX-620",
                "A category may be included and excluded.",
                ("restrictions.excludedCategories",),
            ),
            (
                "free-shipping-by-category",
                "EMX-622",
                "Free shipping may be category restricted.",
                ("categoryRestricted", "restrictions.includedCategories"),
            ),
            (
                "segments-unsaid",
                "EMX-623",
                "A segment restricted coupon needs no segment.",
                ("segmentRestricted",),
            ),
            (
                "segments-and-categories",
                "EMX-624",
                "A coupon may be segment restricted and category restricted.",
                ("categoryRestricted", "restrictions.includedCategories"),
            ),
            (
                "segments-and-customers",
                "EMX-625",
                "A segment restricted coupon may name customers.",
                ("restrictions.validFor",),
            ),
            (
                "segments-without-flag",
                "EMX-626",
                "Segments are accepted without segmentRestricted.",
                ("restrictions.segments",),
            ),
        )
    ),
    accepted(
        "no-segments",
        "EMX-623",
        "An empty list of segments is enough for segmentRestricted.",
        accepting(
            "EMX-623",
            lambda body: without(body, "segmentRestricted"),
            only=lambda body: "segments" in body.get("restrictions", {}),
        ),
    ),
    coupon_defect(
        "empty-lists-refused",
        "EMX-627",
        "Empty lists are refused beside segmentRestricted.",
        changes.around(_refuse_empty_lists, CREATE),
    ),
    coupon_defect(
        "for-nobody",
        "EMX-627",
        "With an empty list of customers nobody can redeem a coupon.",
        changes.with_body(_nobody, CREATE),
        kind="state",
    ),
)
