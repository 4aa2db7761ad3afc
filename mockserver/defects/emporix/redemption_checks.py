"""Checks of validations and redemptions that are left out, or made where they must not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import REDEEM, VALIDATE
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.refusals import Invalid, Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.sisters.access import COUPON_MANAGE, REDEEM_ON_BEHALF
from mockserver.vendors.emporix.sisters.coupons.drafts import read_purchase
from mockserver.vendors.emporix.sisters.coupons.model import Redemption
from mockserver.vendors.emporix.sisters.coupons.rules import find_coupon, redeemed
from mockserver.vendors.emporix.visibility import own_segments

Check = Callable[[Any, Call, Any], bool]
"""`(world, call, caller)` -> whether something is the case."""

USES = {VALIDATE: "validation", REDEEM: "redemption"}


# ---- ways to be wrong ------------------------------------------------------------------------


def _always(*_: object) -> bool:
    return True


def use_unchecked(world: Any, call: Call, caller: Any) -> Reply:
    """Answer as if every check had held."""
    if call.operation == VALIDATE:
        return Reply(200)
    purchase = read_purchase(call.body)
    if purchase.customer is None:
        purchase = replace(purchase, customer=caller.customer, legal_entity=caller.legal_entity)
    table = world.shop.redemptions
    made = Redemption(
        table.next_number,
        world.ids.object_id(),
        find_coupon(world, call.path["code"]).code,
        purchase,
        world.clock.now(),
    )
    table.add(made)
    return Reply(201, {"id": made.id})


def _skipping(requirement: str, operation: str, only: Check = _always) -> Change:
    """Leave a check out."""

    def run(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
        try:
            return use(world, call, caller)
        except Refusal as refusal:
            if refusal.requirement != requirement or not only(world, call, caller):
                raise
            return use_unchecked(world, call, caller)

    return changes.around(run, operation)


def refusing_if(check: Check, *operations: str) -> Change:
    """Add a check."""

    def run(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
        if check(world, call, caller):
            raise Invalid("The coupon cannot be used.", requirement="EMX-679", code="coupon_used")
        return use(world, call, caller)

    return changes.around(run, *operations)


# ---- what is checked too much, or too little ---------------------------------------------------


def _is_too_early(world: Any, call: Call, _: Any) -> bool:
    start = find_coupon(world, call.path["code"]).content.restrictions.valid_from
    return start is not None and world.clock.now() < start


def _is_too_late(world: Any, call: Call, caller: Any) -> bool:
    return not _is_too_early(world, call, caller)


def _has_one_left(world: Any, call: Call, _: Any) -> bool:
    coupon = find_coupon(world, call.path["code"])
    return coupon.content.max_redemptions == redeemed(world, coupon) + 1 > 1


def _was_redeemed_by_anybody(world: Any, call: Call, _: Any) -> bool:
    coupon = find_coupon(world, call.path["code"])
    return 0 <= coupon.content.max_per_customer <= redeemed(world, coupon)


def _was_redeemed_before(world: Any, call: Call, caller: Any) -> bool:
    coupon = find_coupon(world, call.path["code"])
    customer = call.body.get("customerNumber", caller.customer)
    times = len(world.shop.redemptions.having("buyer", (coupon.code, customer)))
    return 0 <= coupon.content.max_per_customer <= times


def _is_just_enough(world: Any, call: Call, _: Any) -> bool:
    least = find_coupon(world, call.path["code"]).content.restrictions.min_order_value
    return least is not None and read_purchase(call.body).total == least


def _is_in_a_segment(world: Any, _: Call, caller: Any) -> bool:
    return bool(own_segments(world, caller, None))


def _lacks_a_segment(world: Any, call: Call, caller: Any) -> bool:
    wanted = find_coupon(world, call.path["code"]).content.restrictions.segments
    return not set(wanted) <= {each.id for each in own_segments(world, caller, None)}


def _is_anonymous(_: Any, __: Call, caller: Any) -> bool:
    return bool(caller.kind == "anonymous")


def _manages(_: Any, __: Call, caller: Any) -> bool:
    return COUPON_MANAGE in caller.scopes


# ---- who may name a customer --------------------------------------------------------------------


def _own_number_instead(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if caller.customer is None:
        return use(world, call, caller)
    body = {name: value for name, value in call.body.items() if name != "customerNumber"}
    return use(world, replace(call, body=body), caller)


def _whoever_is_named(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    scopes = caller.scopes | {REDEEM_ON_BEHALF}
    return use(world, call, replace(caller, scopes=scopes))


def _managers_name(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if _manages(world, call, caller):
        return _whoever_is_named(use, world, call, caller)
    return use(world, call, caller)


def redemption_defect(
    name: str,
    violates: str | tuple[str, ...],
    summary: str,
    change: Change,
    *operations: str,
    kind: Kind = "state",
    **more: Any,
) -> Defect:
    """Return a defect of validations or redemptions."""
    rows = (violates,) if isinstance(violates, str) else violates
    return Defect(f"emporix.{name}", rows, summary, kind, operations, change, **more)


def _of_checks() -> tuple[Defect, ...]:
    """Return the checks that a validation or a redemption may lack.

    A validation that lacks one is wrong as a validation, too (EMX-660).
    """
    found = []
    for operation, use in USES.items():
        also = ("EMX-660",) if operation == VALIDATE else ()
        for name, violates, summary, requirement, only, kind in (
            ("too-early", ("EMX-666", *also), "does not look at validFrom",
             "EMX-666", _is_too_early, "time"),
            ("too-late", ("EMX-666",), "does not look at validUntil",
             "EMX-666", _is_too_late, "time"),
            ("without-limit", ("EMX-667", *also), "does not look at maxRedemptions",
             "EMX-667", _always, "state"),
            ("without-limit-each", ("EMX-668", *also),
             "does not look at maxRedemptionsPerCustomer", "EMX-668", _always, "state"),
            ("for-all-customers", ("EMX-670", *also), "does not look at validFor",
             "EMX-670", _always, "auth"),
            ("for-any-order", ("EMX-671", *also), "does not look at minOrderValue",
             "EMX-671", _always, "validation"),
            ("for-non-members", ("EMX-673",), "does not look at segments",
             "EMX-673", _always, "auth"),
            ("for-members-of-any", ("EMX-673",), "takes members of any segment",
             "EMX-673", _is_in_a_segment, "auth"),
            ("for-visitors", ("EMX-665",), "lets anonymous users have any coupon",
             "EMX-665", _is_anonymous, "auth"),
            ("by-services", ("EMX-665",), "lets tokens of no customer have any coupon",
             "EMX-665", lambda *given: not _is_anonymous(*given), "auth"),
        ):  # fmt: skip
            found.append(
                redemption_defect(
                    f"{use}-{name}",
                    violates,
                    f"A {use} {summary}.",
                    _skipping(requirement, operation, only),
                    operation,
                    kind=kind,  # type: ignore[arg-type]
                )
            )
        for name, row, summary, check in (
            ("last-one-kept", "EMX-667", "The last of several times is refused by a",
             _has_one_left),
            ("limit-of-all", "EMX-668", "The limit for each customer counts all of them in a",
             _was_redeemed_by_anybody),
            ("limit-of-all-entities", "EMX-669", "Legal entities share one limit in a",
             _was_redeemed_before),
            ("just-enough-refused", "EMX-671", "An order of exactly minOrderValue is refused by a",
             _is_just_enough),
            ("all-segments-needed", "EMX-673", "Membership in all segments is needed for a",
             _lacks_a_segment),
        ):  # fmt: skip
            found.append(
                redemption_defect(
                    f"{use}-{name}",
                    row,
                    f"{summary} {use}.",
                    refusing_if(check, operation),
                    operation,
                    kind="state",
                )
            )
        for name, summary, change in (
            ("for-others", "anybody who redeems", changes.around(_whoever_is_named, operation)),
            ("for-others-by-managers", "whoever manages coupons",
             changes.around(_managers_name, operation)),
            ("for-oneself", "customers, without effect",
             changes.around(_own_number_instead, operation)),
        ):  # fmt: skip
            found.append(
                redemption_defect(
                    f"{use}-{name}",
                    "EMX-663",
                    f"customerNumber of a {use} is taken from {summary}.",
                    change,
                    operation,
                    kind="scope",
                    fault=206,
                )
            )
    return tuple(found)


DEFECTS = _of_checks()
