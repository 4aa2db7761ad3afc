"""New coupons whose discount, or whose amounts of money, are taken in the wrong way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import (
    CREATE,
    REDEEM,
    VALIDATE,
    Edit,
    Json,
    accepted,
    coupon_defect,
    loosened,
    property_of,
    with_default,
    without,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation


def _refuse_percentage(bound: int, create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.body.get("discountPercentage") == bound:
        raise Invalid("out of bounds", requirement="EMX-608", pointer="/discountPercentage")
    return create(world, call, caller)


def _refuse_free_shipping(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.body.get("discountType") == "FREE_SHIPPING":
        raise Invalid("no such type", requirement="EMX-607", pointer="/discountType")
    return create(world, call, caller)


def _fill_amounts(name: str, value: Any) -> Edit:
    def filled(body: Json) -> Json:
        for each in (body, body.get("restrictions", {})):
            for money in ("discountAbsolute", "minOrderValue"):
                if money in each:
                    each[money] = {name: value, **each[money]}
        return body

    return filled


DEFECTS = (
    accepted(
        "any-discount-type",
        "EMX-607",
        "Any text is a discountType.",
        changes.together(),
        loosen=loosened(property_of("coupon-creation", "discountType"), "enum"),
    ),
    coupon_defect(
        "no-free-shipping",
        "EMX-607",
        "FREE_SHIPPING is refused.",
        changes.around(_refuse_free_shipping, CREATE),
    ),
    coupon_defect(
        "free-shipping-by-default",
        "EMX-607",
        "A coupon without a type gives free shipping.",
        changes.together(
            with_default("discountType", "FREE_SHIPPING"),
            changes.around(
                lambda run, world, call, caller: run(
                    world,
                    call
                    if "discountType" in call.body
                    else replace(call, body=without(call.body, "discountAbsolute")),
                    caller,
                ),
                CREATE,
            ),
        ),
        kind="state",
    ),
    accepted(
        "percentage-above-100",
        "EMX-608",
        "More than 100 percent are accepted.",
        changes.together(),
        loosen=loosened(property_of("coupon-creation", "discountPercentage"), "maximum"),
    ),
    accepted(
        "percentage-negative",
        "EMX-608",
        "A negative percentage is accepted.",
        changes.together(),
        loosen=loosened(property_of("coupon-creation", "discountPercentage"), "minimum"),
    ),
    *(
        coupon_defect(
            f"percentage-not-{bound}",
            "EMX-608",
            f"{bound} percent are refused.",
            changes.around(partial(_refuse_percentage, bound), CREATE),
        )
        for bound in (0, 100)
    ),
    accepted(
        "amount-negative",
        "EMX-609",
        "Negative amounts are accepted.",
        changes.together(),
        loosen=loosened(property_of("currency-amount", "amount"), "minimum"),
        operations=(CREATE, VALIDATE, REDEEM),
    ),
    accepted(
        "any-currency",
        "EMX-609",
        "Any text is a currency.",
        changes.together(),
        loosen=loosened(property_of("currency-amount", "currency"), "pattern"),
        operations=(CREATE, VALIDATE, REDEEM),
    ),
    coupon_defect(
        "currency-by-default-another",
        "EMX-610",
        "Amounts of coupons without a currency are in EUR.",
        changes.with_body(_fill_amounts("currency", "EUR"), CREATE),
        kind="state",
    ),
    coupon_defect(
        "amount-by-default-one",
        "EMX-610",
        "Amounts of coupons that are not given are 1.",
        changes.with_body(_fill_amounts("amount", 1), CREATE),
        kind="state",
    ),
)
