"""Coupons that cannot be redeemed: every documented reason once, for validations too.

A validation makes every check of a redemption (EMX-660), so each is judged for both.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.case import UNSENT
from conformance.emporix import coupons
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import judges

CHECKED = pytest.mark.parametrize(
    "operation", [op.VALIDATE_COUPON, op.REDEEM_COUPON], ids=["validation", "redemption"]
)


def refused(
    emporix: Emporix,
    requirement: str,
    operation: str,
    code: str,
    body: Any = None,
    **sending: Any,
) -> Reply:
    """Judge that a coupon cannot be used."""
    order = coupons.purchase() if body is None else body
    reply = coupons.use_coupon(emporix, operation, code, order, **sending)
    emporix.judge(requirement, reply).refused()
    return reply


# --- the order ---


@CHECKED
@pytest.mark.parametrize(
    "amount",
    [{"amount": -1, "currency": "EUR"}, {"amount": 1, "currency": "eur"}],
    ids=["negative", "small-letters"],
)
@judges("EMX-609")
def test_an_order_has_amounts(emporix: Emporix, operation: str, amount: dict[str, Any]) -> None:
    """A negative amount or a currency without three capital letters is refused in an order."""
    code = coupons.coupon(emporix)
    for name in ("orderTotal", "discount"):
        refused(emporix, "EMX-609", operation, code, coupons.purchase(**{name: amount}))


@CHECKED
@judges("EMX-662", "EMX-687")
def test_an_order_has_a_total_and_a_discount(emporix: Emporix, operation: str) -> None:
    """An order without orderTotal or without discount is refused."""
    code = coupons.coupon(emporix)
    for name in ("orderTotal", "discount"):
        body = coupons.purchase(**{name: UNSENT})
        reply = refused(emporix, "EMX-662", operation, code, body)
        emporix.need(reply, 400, what=f"an order without {name}")
        judging = emporix.judge("EMX-687", reply).present("/type", "/message")
        judging.value("/status", reply.status)
        kinds = reply.each("/type", of="/details")
        judging.that(
            bool(kinds) and all(isinstance(kind, str) and kind for kind in kinds),
            "details, each with a type", reply.json, "the body", "/details",
        )  # fmt: skip


@CHECKED
@judges("EMX-634")
def test_an_order_is_needed(emporix: Emporix, operation: str) -> None:
    """A request without a body is refused with 400 and a detail of the type missing_payload."""
    code = coupons.coupon(emporix)
    headers = {"Content-Type": "application/json"}
    reply = coupons.use_coupon(emporix, operation, code, UNSENT, headers=headers)
    emporix.judge("EMX-634", reply).status(400).that(
        "missing_payload" in reply.each("/type", of="/details"),
        "a detail of the type missing_payload", reply.json, "the body", "/details",
    )  # fmt: skip


@CHECKED
@judges("EMX-671")
def test_an_order_is_worth_enough(emporix: Emporix, operation: str) -> None:
    """An order below minOrderValue cannot use the coupon."""
    least = {"amount": 50.5, "currency": coupons.CURRENCY}
    code = coupons.coupon(emporix, restrictions={"minOrderValue": least})
    for total in (50.49, 9):
        refused(emporix, "EMX-671", operation, code, coupons.purchase(total))


# --- who ---


@CHECKED
@pytest.mark.parametrize("who", ["customer", "no_scope", "coupon_manage", "coupon_read"])
@judges("EMX-663")
def test_nobody_redeems_for_others_without_scope(
    emporix: Emporix, who: str, operation: str
) -> None:
    """Without coupon.coupon_redeem_on_behalf no other customer is named who redeems."""
    code = coupons.coupon(emporix)
    body = coupons.purchase(customerNumber=emporix.me("other_customer"))
    refused(emporix, "EMX-663", operation, code, body, by=who)


@CHECKED
@judges("EMX-663")
def test_nobody_names_himself_without_scope(emporix: Emporix, operation: str) -> None:
    """Without coupon.coupon_redeem_on_behalf a customer names no customer, not itself either."""
    body = coupons.purchase(customerNumber=emporix.me())
    refused(emporix, "EMX-663", operation, coupons.coupon(emporix), body)


@CHECKED
@judges("EMX-685")
def test_nobody_of_another_tenant_redeems(emporix: Emporix, operation: str) -> None:
    """Any token of the tenant may use a coupon for all, and no token of another tenant."""
    code = coupons.coupon(emporix, allowAnonymous=True)
    refused(emporix, "EMX-685", operation, code, by="other_tenant")
    read = coupons.read_coupon(emporix, code, by="other_tenant")
    emporix.judge("EMX-685", read).refused()


@CHECKED
@pytest.mark.parametrize("who", ["no_scope", "anonymous"])
@judges("EMX-665")
def test_only_customers_redeem(emporix: Emporix, who: str, operation: str) -> None:
    """A coupon that is not for anonymous users is for logged-in customers alone."""
    code = coupons.coupon(emporix, allowAnonymous=False)
    headers = coupons.anonymous(emporix) if who == "anonymous" else None
    by = "" if who == "anonymous" else who
    refused(emporix, "EMX-665", operation, code, by=by, headers=headers)


@CHECKED
@judges("EMX-670")
def test_only_certain_customers_redeem(emporix: Emporix, operation: str) -> None:
    """A coupon for certain customers is for nobody else."""
    me, other = emporix.me(), emporix.me("other_customer")
    code = coupons.coupon(emporix, restrictions={"validFor": [me]})
    reply = coupons.validate(emporix, code, coupons.purchase())
    emporix.judge("EMX-670", reply).status(200)
    refused(emporix, "EMX-670", operation, code, by="other_customer")
    both = coupons.coupon(emporix, restrictions={"validFor": [me, other]})
    for who in ("customer", "other_customer"):
        reply = coupons.use_coupon(emporix, operation, both, coupons.purchase(), by=who)
        emporix.judge("EMX-670", reply).status(200 if operation == op.VALIDATE_COUPON else 201)


@CHECKED
@judges("EMX-670")
def test_nobody_redeems_for_customers_that_it_is_not_for(emporix: Emporix, operation: str) -> None:
    """A coupon for certain customers cannot be redeemed on behalf of others either."""
    me, other = emporix.me(), emporix.me("other_customer")
    code = coupons.coupon(emporix, restrictions={"validFor": [me]})
    body = coupons.purchase(customerNumber=me)
    reply = coupons.validate(emporix, code, body, by="manage")
    coupons.scoped(emporix, reply, coupons.ON_BEHALF)
    emporix.judge("EMX-670", reply).status(200)
    body = coupons.purchase(customerNumber=other)
    refused(emporix, "EMX-670", operation, code, body, by="manage")


# --- when, and how often ---


@CHECKED
@pytest.mark.parametrize(
    "days",
    [
        {"validFrom": 0.1, "validUntil": 2},
        {"validFrom": 1},
        {"validFrom": -2, "validUntil": -0.1},
        {"validUntil": -1},
    ],
    ids=["soon", "before", "just now", "after"],
)
@judges("EMX-666")
def test_a_coupon_has_its_time(emporix: Emporix, days: dict[str, float], operation: str) -> None:
    """A coupon cannot be used before validFrom, nor after validUntil."""
    restrictions = {name: coupons.instant(emporix, day) for name, day in days.items()}
    refused(emporix, "EMX-666", operation, coupons.coupon(emporix, restrictions=restrictions))


@CHECKED
@judges("EMX-666")
def test_a_coupon_is_used_in_its_time(emporix: Emporix, operation: str) -> None:
    """A coupon can be used between validFrom and validUntil, whatever offsets they have."""
    days = {"validFrom": -0.1, "validUntil": 0.1}
    for restrictions in (
        {name: coupons.instant(emporix, day) for name, day in days.items()},
        *coupons.open_by_offset(emporix),
    ):
        code = coupons.coupon(emporix, restrictions=restrictions)
        reply = coupons.use_coupon(emporix, operation, code, coupons.purchase())
        emporix.judge("EMX-666", reply).status(200 if operation == op.VALIDATE_COUPON else 201)


@CHECKED
@judges("EMX-667")
def test_anonymous_users_use_a_coupon_up(emporix: Emporix, operation: str) -> None:
    """Redemptions by anonymous users count, and they too are refused once a coupon is used."""
    visitor = coupons.anonymous(emporix)
    code = coupons.coupon(emporix, allowAnonymous=True, maxRedemptions=1)
    coupons.redemption(emporix, code, by="", headers=visitor)
    coupons.until_redeemed(emporix, code, 1)
    refused(emporix, "EMX-667", operation, code)
    refused(emporix, "EMX-667", operation, code, by="", headers=visitor)


@CHECKED
@judges("EMX-667")
def test_a_coupon_is_used_up(emporix: Emporix, operation: str) -> None:
    """A coupon is redeemed as often as maxRedemptions says, and no more by anybody."""
    code = coupons.coupon(emporix, maxRedemptions=2)
    for times in (1, 2):
        if operation == op.VALIDATE_COUPON:
            reply = coupons.validate(emporix, code, coupons.purchase())
            emporix.judge("EMX-667", reply).status(200)
        reply = coupons.redeem(emporix, code, coupons.purchase())
        emporix.judge("EMX-667", reply).status(201)
        coupons.until_redeemed(emporix, code, times)
    refused(emporix, "EMX-667", operation, code, by="other_customer")


@CHECKED
@judges("EMX-668")
def test_a_customer_has_a_limit(emporix: Emporix, operation: str) -> None:
    """A customer redeems a coupon as often as the limit for each says; others still may."""
    code = coupons.coupon(emporix, maxRedemptionsPerCustomer=2)
    for times in (1, 2):
        reply = coupons.redeem(emporix, code, coupons.purchase())
        emporix.judge("EMX-668", reply).status(201)
        coupons.until_redeemed(emporix, code, times)
    refused(emporix, "EMX-668", operation, code)
    other = coupons.use_coupon(emporix, operation, code, coupons.purchase(), by="other_customer")
    emporix.judge("EMX-668", other).status(200 if operation == op.VALIDATE_COUPON else 201)


@judges("EMX-660")
def test_a_validation_refuses_what_a_redemption_refuses(emporix: Emporix) -> None:
    """A validation makes the checks of a redemption: time, number, customer and order."""
    tomorrow = coupons.instant(emporix, 1)
    least = {"amount": 500, "currency": coupons.CURRENCY}
    used = coupons.coupon(emporix, maxRedemptions=1)
    mine = coupons.coupon(emporix, maxRedemptionsPerCustomer=1)
    for code in (used, mine):
        coupons.redemption(emporix, code)
        coupons.until_redeemed(emporix, code, 1)
    for code in (
        used,
        mine,
        coupons.coupon(emporix, restrictions={"validFrom": tomorrow}),
        coupons.coupon(emporix, restrictions={"minOrderValue": least}),
        coupons.coupon(emporix, restrictions={"validFor": [emporix.me("other_customer")]}),
    ):
        refused(emporix, "EMX-660", op.VALIDATE_COUPON, code)
