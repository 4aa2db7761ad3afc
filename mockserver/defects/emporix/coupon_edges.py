"""Coupons that are wrong for some values, some people or some pages alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import (
    CREATE,
    LIST,
    READ,
    REDEEM,
    REDEMPTIONS,
    REMOVE,
    VALIDATE,
    Json,
)
from mockserver.defects.emporix.redemption_checks import redemption_defect, use_unchecked
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.sisters.coupons.model import Coupon
from mockserver.vendors.emporix.sisters.coupons.rules import find_coupon, redeemed

USES = (VALIDATE, REDEEM)
Case = Callable[[Any, Call, Any, Coupon], bool]
"""`(world, call, caller, coupon)` -> whether a check is left out."""


def _skipping(requirement: str, only: Case) -> Change:
    """Leave a check of validations and redemptions out in some cases."""

    def run(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
        try:
            return use(world, call, caller)
        except Refusal as refusal:
            if refusal.requirement != requirement:
                raise
            if not only(world, call, caller, find_coupon(world, call.path["code"])):
                raise
            return use_unchecked(world, call, caller)

    return changes.around(run, *USES)


def _named(_world: Any, call: Call, _caller: Any, _coupon: Coupon) -> bool:
    return "customerNumber" in call.body


def _nobody_known(_world: Any, call: Call, caller: Any, _coupon: Coupon) -> bool:
    return caller.customer is None and "customerNumber" not in call.body


def _within_a_day(world: Any, _call: Call, _caller: Any, coupon: Coupon) -> bool:
    ends = (coupon.content.restrictions.valid_from, coupon.content.restrictions.valid_until)
    return any(end is not None and abs(end - world.clock.now()) < 86_400_000 for end in ends)


def _more_than_one(_world: Any, _call: Call, _caller: Any, coupon: Coupon) -> bool:
    return coupon.content.max_per_customer > 1


def _nearly_enough(_world: Any, call: Call, _caller: Any, coupon: Coupon) -> bool:
    least = coupon.content.restrictions.min_order_value
    total = call.body["orderTotal"].get("amount", 0)
    return least is not None and int(total) >= int(least.amount)


def _first_customer_alone(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    coupon = find_coupon(world, call.path["code"])
    table = world.shop.coupons
    given = coupon.content.restrictions
    cut = replace(given, valid_for=given.valid_for[:1], segments=given.segments[-1:])
    table.replace(coupon, replace(coupon, content=replace(coupon.content, restrictions=cut)))
    try:
        return use(world, call, caller)
    finally:
        table.replace(table.get(coupon.code), coupon)


def _kept_although_refused(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return create(world, call, caller)
    except Refusal as refusal:
        body = {name: call.body[name] for name in ("name", "code") if name in call.body}
        if len(body) == 2 and refusal.requirement != "EMX-606":
            create(world, replace(call, body=body), caller)
        raise


def _counted_although_refused(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return use(world, call, caller)
    except Refusal as refusal:
        if refusal.requirement == "EMX-671":
            use_unchecked(world, call, caller)
        raise


def _count_of_all(read: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = read(world, call, caller)
    body = changes.plain(reply.body)
    if "redemptionCount" not in body:
        return reply
    return replace(reply, body={**body, "redemptionCount": len(world.shop.redemptions.rows)})


def _used_at_first(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    def seen(coupon: Json) -> Json:
        stored = world.shop.coupons.get(coupon["code"])
        used = coupon.get("status") == "VALID" and stored is not None and redeemed(world, stored)
        return {**coupon, "status": "USED"} if used and coupon["maxRedemptions"] > 0 else coupon

    reply = run(world, call, caller)
    body = changes.plain(reply.body)
    return replace(reply, body=list(map(seen, body)) if isinstance(body, list) else seen(body))


def _deleted_alone(reply: Reply, call: Call) -> Reply:
    if not call.query.get("showDeleted"):
        return reply
    return replace(reply, body=[each for each in changes.plain(reply.body) if each["deleted"]])


def _all_where_none(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    if changes.plain(reply.body) or "q" not in call.query:
        return reply
    rest = {name: value for name, value in call.query.items() if name != "q"}
    return run(world, replace(call, query=rest), caller)


def _cut_before_sorted(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if "sort" not in call.query or call.query.get("pageSize") is None:
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "sort"}
    return run(world, replace(call, query=query), caller)


def _silent_about_none(reply: Reply, _: Call) -> Reply:
    return reply if changes.plain(reply.body) else replace(reply, headers=[])


def _instead_of_generated(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.body.get("code"):
        return create(world, call, caller)
    return create(world, replace(call, body={**call.body, "code": "GENERATED"}), caller)


def _with_all_others(remove: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = remove(world, call, caller)
    table = world.shop.coupons
    for each in [each for each in table.rows if not each.deleted]:
        table.replace(each, replace(each, deleted=True))
    return reply


def _forgotten(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = create(world, call, caller)
    world.shop.coupons.remove(world.shop.coupons.get(reply.body["id"]))
    return reply


DEFECTS = (
    redemption_defect(
        "certain-customers-not-on-behalf", "EMX-670",
        "Who redeems on behalf of a customer is not asked whether the coupon is for that one.",
        _skipping("EMX-670", _named), *USES, kind="auth",
    ),
    redemption_defect(
        "first-certain-customer-alone", ("EMX-670", "EMX-673"),
        "Of the customers of a coupon the first one counts alone, of its segments the last one.",
        changes.around(_first_customer_alone, *USES), *USES, kind="filter",
    ),
    redemption_defect(
        "segments-not-on-behalf", "EMX-673",
        "Who redeems on behalf of a customer is not asked for that one's segments.",
        _skipping("EMX-673", _named), *USES, kind="auth",
    ),
    redemption_defect(
        "anonymous-uses-never-end", "EMX-667",
        "Anonymous users redeem a coupon that has been used up.",
        _skipping("EMX-667", _nobody_known), *USES,
    ),
    redemption_defect(
        "time-of-a-coupon-in-days", "EMX-666",
        "A coupon can be redeemed a day before validFrom and a day after validUntil.",
        _skipping("EMX-666", _within_a_day), *USES, kind="time",
    ),
    redemption_defect(
        "limit-of-one-alone", "EMX-668",
        "A limit for each customer counts when it is 1, and larger ones do not.",
        _skipping("EMX-668", _more_than_one), *USES,
    ),
    redemption_defect(
        "order-value-in-whole-numbers", "EMX-671",
        "What an order lacks of minOrderValue behind the decimal point is overlooked.",
        _skipping("EMX-671", _nearly_enough), *USES, kind="validation",
    ),
    redemption_defect(
        "refused-redemption-counted", "EMX-641",
        "A redemption for too little is refused, and counted all the same.",
        changes.around(_counted_although_refused, REDEEM), REDEEM, fault=104,
    ),
    redemption_defect(
        "redemptions-of-all-coupons-counted", "EMX-641",
        "The redemptionCount of a coupon counts those of all coupons.",
        changes.around(_count_of_all, READ), READ, kind="totals",
    ),
    redemption_defect(
        "coupon-kept-although-refused",
        ("EMX-615", "EMX-616", "EMX-618", "EMX-619", "EMX-620", "EMX-623", "EMX-625", "EMX-626"),
        "A coupon whose restrictions are refused is made without them.",
        changes.around(_kept_although_refused, CREATE), CREATE, kind="validation", fault=104,
    ),
    redemption_defect(
        "coupon-forgotten", "EMX-600",
        "A new coupon is answered with its code, and is not kept.",
        changes.around(_forgotten, CREATE), CREATE,
    ),
    redemption_defect(
        "one-generated-code", "EMX-602",
        "The code that is generated is always the same, so the second one is refused.",
        changes.around(_instead_of_generated, CREATE), CREATE,
    ),
    redemption_defect(
        "used-after-first-redemption", "EMX-640",
        "A coupon with a limit is shown as USED once it has been redeemed at all.",
        changes.around(_used_at_first, READ, LIST), READ, LIST,
    ),
    redemption_defect(
        "show-deleted-shows-no-other", "EMX-642",
        "With showDeleted the coupons that are not deleted are left out.",
        changes.after(_deleted_alone, LIST), LIST, kind="filter",
    ),
    *(
        redemption_defect(
            f"{what}-all-where-none-are-found", "EMX-649",
            f"A q that no {what} fulfil is answered with all of them.",
            changes.around(_all_where_none, operation), operation, kind="filter",
        )
        for operation, what in ((LIST, "coupons"), (REDEMPTIONS, "redemptions"))
    ),
    *(
        redemption_defect(
            f"{what}-without-a-zero", "EMX-648",
            f"Where there are no {what} Items-Count is missing.",
            changes.after(_silent_about_none, operation), operation, kind="totals",
        )
        for operation, what in ((LIST, "coupons"), (REDEMPTIONS, "redemptions"))
    ),
    redemption_defect(
        "coupons-cut-before-sorted", "EMX-651",
        "A page of coupons is cut out before the list is sorted.",
        changes.around(_cut_before_sorted, LIST), LIST, kind="sort",
    ),
    redemption_defect(
        "all-coupons-deleted", "EMX-643",
        "Deleting a coupon deletes every other one, too.",
        changes.around(_with_all_others, REMOVE), REMOVE, kind="cascade",
    ),
)  # fmt: skip
