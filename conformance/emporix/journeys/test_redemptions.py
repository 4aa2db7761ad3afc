"""Redeeming coupons: who may, how often, and what is counted and shown of it.

What holds for a redemption holds for a validation, so most of it is judged for both.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import coupons
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply, at
from conformance.judging import judges

CHECKED = pytest.mark.parametrize(
    "operation", [op.VALIDATE_COUPON, op.REDEEM_COUPON], ids=["validation", "redemption"]
)
ANSWERS = {op.VALIDATE_COUPON: 200, op.REDEEM_COUPON: 201}


def applies(emporix: Emporix, requirement: str, reply: Reply) -> None:
    """Judge that a coupon can be used."""
    emporix.judge(requirement, reply).status(ANSWERS[reply.request.operation])


@judges("EMX-660", "EMX-613")
def test_a_validation_redeems_nothing(emporix: Emporix) -> None:
    """A coupon that was validated several times can still be redeemed as often as before."""
    code = coupons.coupon(emporix, maxRedemptions=1)
    for _ in range(2):
        reply = coupons.validate(emporix, code, coupons.purchase())
        emporix.judge("EMX-660", reply).status(200).bodiless()
    made = coupons.list_redemptions(emporix, code)
    emporix.judge("EMX-660", made).status(200).same([], made.json, "the redemptions")
    emporix.judge("EMX-660", coupons.redeem(emporix, code, coupons.purchase())).status(201)
    unlimited = coupons.coupon(emporix)
    for _ in range(2):
        reply = coupons.redeem(emporix, unlimited, coupons.purchase())
        emporix.judge("EMX-613", reply).status(201)


@judges("EMX-661", "EMX-681", "EMX-664")
def test_a_redemption_is_shown(emporix: Emporix) -> None:
    """A redemption is answered with its id, under which the customer and the order are shown."""
    code = coupons.coupon(emporix)
    order = {
        "orderTotal": {"amount": 120.5, "currency": "EUR"},
        "discount": {"amount": 12.05, "currency": "EUR"},
    }
    reply = coupons.redeem(emporix, code, order)
    emporix.judge("EMX-661", reply).status(201).present("/id")
    made = emporix.settle(
        lambda: coupons.list_redemptions(emporix, code), lambda reply: bool(reply.entries())
    )
    found = made.entry("/id", reply.at("/id"))
    emporix.judge("EMX-661", made).status(200).that(
        isinstance(found, dict), f"a redemption with the id {reply.at('/id')}", made.json
    )
    customer = emporix.me()
    emporix.judge(("EMX-664", "EMX-681"), made).same(
        customer, at(found, "/customerNumber"), "customerNumber"
    )
    judging = emporix.judge("EMX-681", made)
    judging.same(code, at(found, "/code"), "code")
    for name, money in order.items():
        for part, value in money.items():
            judging.same(value, at(found, f"/{name}/{part}"), f"{part} of {name}")
    told = at(found, "/redeemedAt")
    judging.that(coupons.same_instant(str(told), told), "a date-time", told, "redeemedAt")
    # Clocks differ, but not by a day.
    judging.that(
        any(str(told).startswith(coupons.instant(emporix, days)[:10]) for days in (-1, 0, 1)),
        "the time of the redemption", told, "redeemedAt",
    )  # fmt: skip
    coupons.redemption(emporix, coupons.coupon(emporix))
    judging.same_set(
        [reply.at("/id")], coupons.list_redemptions(emporix, code).each("/id"),
        "the redemptions of this coupon",
    )  # fmt: skip


@judges("EMX-610")
def test_an_order_has_defaults(emporix: Emporix) -> None:
    """In an order, too, an amount is 0 and in USD where nothing else is said."""
    code = coupons.coupon(
        emporix, restrictions={"minOrderValue": {"amount": 10, "currency": "USD"}}
    )
    nothing = {"amount": 1, "currency": "USD"}
    dollars = {"orderTotal": {"amount": 20}, "discount": nothing}
    emporix.judge("EMX-610", coupons.validate(emporix, code, dollars)).status(200)
    zero = {"orderTotal": {"currency": "USD"}, "discount": nothing}
    emporix.judge("EMX-610", coupons.validate(emporix, code, zero)).refused()
    body = {"orderTotal": {"amount": 20}, "discount": {}}
    reply = coupons.redeem(emporix, code, body)
    emporix.judge("EMX-610", reply).status(201)
    made = emporix.settle(
        lambda: coupons.list_redemptions(emporix, code), lambda reply: bool(reply.entries())
    )
    found = made.entry("/id", reply.at("/id"))
    judging = emporix.judge("EMX-610", made)
    judging.same("USD", at(found, "/orderTotal/currency"), "the currency of orderTotal")
    judging.same(0, at(found, "/discount/amount"), "the amount of discount")
    judging.same("USD", at(found, "/discount/currency"), "the currency of discount")
    free = coupons.coupon(emporix)
    nothing_said = {"orderTotal": {"currency": "USD"}, "discount": {}}
    reply = coupons.redeem(emporix, free, nothing_said)
    if reply.status == 201:  # whether an order may be worth nothing is nowhere said
        made = emporix.settle(
            lambda: coupons.list_redemptions(emporix, free), lambda reply: bool(reply.entries())
        )
        found = made.entry("/id", reply.at("/id"))
        emporix.judge("EMX-610", made).same(
            0, at(found, "/orderTotal/amount"), "the amount of orderTotal"
        )


@judges("EMX-641")
def test_redemptions_are_counted(emporix: Emporix) -> None:
    """The redemptionCount of a coupon is the number of its redemptions, validations apart."""
    least = {"minOrderValue": {"amount": 50, "currency": coupons.CURRENCY}}
    code, another = (coupons.coupon(emporix, restrictions=least) for _ in range(2))
    coupons.redemption(emporix, another)
    before = emporix.need(coupons.read_coupon(emporix, code), 200, what="reading a coupon")
    emporix.judge("EMX-641", before).that(
        not before.at("/redemptionCount"), "0", before.at("/redemptionCount"), "redemptionCount"
    )
    for _ in range(2):
        coupons.redemption(emporix, code)
    coupons.validate(emporix, code, coupons.purchase(), step="set up")
    read = coupons.until_redeemed(emporix, code, 2)
    # What is refused is no redemption.
    coupons.redeem(emporix, code, coupons.purchase(1), step="set up")
    read = coupons.read_coupon(emporix, code)
    emporix.judge("EMX-641", read).status(200).value("/redemptionCount", 2)
    query = {"q": f"code:{code}"}
    shown = coupons.listed(emporix, query, code)
    shown = emporix.settle(
        lambda: coupons.list_coupons(emporix, query),
        lambda reply: at(reply.entry("/code", code), "/redemptionCount") == 2,
    )
    emporix.judge("EMX-641", shown).same(
        2, at(shown.entry("/code", code), "/redemptionCount"), "redemptionCount in the list"
    )


@judges("EMX-655")
def test_redemptions_are_counted_by_legal_entity(emporix: Emporix) -> None:
    """The legalEntityRedemptions of a coupon tell how often it was redeemed for each of them."""
    customer, one, other = coupons.buyer_of_several(emporix)
    code = coupons.coupon(emporix)
    for entity in (one, other, one):
        body = coupons.purchase(customerNumber=customer, legalEntityId=entity)
        coupons.redemption(emporix, code, body, by="manage")
    coupons.until_redeemed(emporix, code, 3)
    body = coupons.purchase(customerNumber=customer, legalEntityId=other)
    coupons.redemption(emporix, coupons.coupon(emporix), body, by="manage")
    expected = [{"legalEntityId": one, "count": 2}, {"legalEntityId": other, "count": 1}]
    read = coupons.read_coupon(emporix, code)
    shown = coupons.listed(emporix, {"q": f"code:{code}"}, code)
    for reply, counts in (
        (read, read.at("/legalEntityRedemptions")),
        (shown, at(shown.entry("/code", code), "/legalEntityRedemptions")),
    ):
        judging = emporix.judge("EMX-655", reply).status(200)
        found = counts if isinstance(counts, list) else []
        for each in expected:
            count = next(
                (at(row, "/count") for row in found
                 if at(row, "/legalEntityId") == each["legalEntityId"]), 0,
            )  # fmt: skip
            judging.same(each["count"], count, f"redemptions for {each['legalEntityId']}")


@CHECKED
@judges("EMX-664")
def test_the_customer_of_the_token_redeems(emporix: Emporix, operation: str) -> None:
    """Without customerNumber a coupon for certain customers is for the customer of the token."""
    code = coupons.coupon(emporix, restrictions={"validFor": [emporix.me()]})
    reply = coupons.use_coupon(emporix, operation, code, coupons.purchase())
    applies(emporix, "EMX-664", reply)


@CHECKED
@judges("EMX-663")
def test_a_coupon_is_redeemed_on_behalf_of_a_customer(emporix: Emporix, operation: str) -> None:
    """With coupon.coupon_redeem_on_behalf a customer is named who redeems."""
    customer = emporix.me()
    code = coupons.coupon(emporix, restrictions={"validFor": [customer]})
    body = coupons.purchase(customerNumber=customer)
    reply = coupons.use_coupon(emporix, operation, code, body, by="manage")
    coupons.scoped(emporix, reply, coupons.ON_BEHALF)
    applies(emporix, "EMX-663", reply)


@judges("EMX-681")
def test_a_redemption_on_behalf_is_the_customers(emporix: Emporix) -> None:
    """A redemption shows the customer on whose behalf it was made."""
    customer = emporix.me()
    code = coupons.coupon(emporix)
    made = coupons.redemption(emporix, code, coupons.purchase(customerNumber=customer), by="manage")
    shown = emporix.settle(
        lambda: coupons.list_redemptions(emporix, code), lambda reply: bool(reply.entries())
    )
    emporix.judge("EMX-681", shown).status(200).same(
        customer, at(shown.entry("/id", made), "/customerNumber"), "customerNumber"
    )


@pytest.mark.parametrize("who", ["customer", "read", "no_scope", "anonymous"])
@judges("EMX-685")
def test_any_token_opens_a_coupon_for_all(emporix: Emporix, who: str) -> None:
    """A coupon that anonymous users may redeem is read, validated and redeemed by anybody."""
    code = coupons.coupon(emporix, allowAnonymous=True)
    by = "" if who == "anonymous" else who
    headers = coupons.anonymous(emporix) if who == "anonymous" else None
    read = coupons.read_coupon(emporix, code, by=by, headers=headers)
    emporix.judge("EMX-685", read).status(200)
    for operation in ANSWERS:
        reply = coupons.use_coupon(
            emporix, operation, code, coupons.purchase(), by=by, headers=headers
        )
        applies(emporix, "EMX-685", reply)


@CHECKED
@judges("EMX-669", "EMX-668")
def test_legal_entities_are_counted_apart(emporix: Emporix, operation: str) -> None:
    """A customer of several legal entities has the limit of a coupon for each of them."""
    customer, one, other = coupons.buyer_of_several(emporix)
    code = coupons.coupon(emporix, maxRedemptionsPerCustomer=1)

    def body(entity: str) -> dict[str, Any]:
        return coupons.purchase(customerNumber=customer, legalEntityId=entity)

    coupons.redemption(emporix, code, body(one), by="manage")
    coupons.until_redeemed(emporix, code, 1)
    again = coupons.use_coupon(emporix, operation, code, body(one), by="manage")
    emporix.judge("EMX-668", again).refused()
    reply = coupons.use_coupon(emporix, operation, code, body(other), by="manage")
    applies(emporix, "EMX-669", reply)


@CHECKED
@judges("EMX-671")
def test_an_order_may_be_worth_just_enough(emporix: Emporix, operation: str) -> None:
    """An order of exactly minOrderValue is not below it."""
    code = coupons.coupon(
        emporix, restrictions={"minOrderValue": {"amount": 50, "currency": "EUR"}}
    )
    for total in (50, 100):
        reply = coupons.use_coupon(emporix, operation, code, coupons.purchase(total))
        applies(emporix, "EMX-671", reply)


@CHECKED
@judges("EMX-673")
def test_a_segment_restricted_coupon_is_for_members(emporix: Emporix, operation: str) -> None:
    """Membership in one of the segments of a coupon is enough, in another one it is not."""
    customer, stranger = emporix.me(), emporix.me("other_customer")
    wanted = [emporix.segment(status="ACTIVE") for _ in range(2)]
    elsewhere = emporix.segment(status="ACTIVE")
    emporix.assign_customer(wanted[1], customer)
    emporix.assign_customer(elsewhere, stranger)
    code = coupons.coupon(emporix, segmentRestricted=True, restrictions={"segments": wanted})
    reply = emporix.settle(
        lambda: coupons.validate(emporix, code, coupons.purchase()),
        lambda reply: reply.status == 200,
    )
    if operation == op.REDEEM_COUPON:
        reply = coupons.redeem(emporix, code, coupons.purchase())
    applies(emporix, "EMX-673", reply)
    foreign = coupons.use_coupon(emporix, operation, code, coupons.purchase(), by="other_customer")
    emporix.judge("EMX-673", foreign).refused()
    # Which of its segments comes first does not matter, nor who asks for the customer.
    turned = coupons.coupon(
        emporix, segmentRestricted=True, restrictions={"segments": wanted[::-1]}
    )
    reply = coupons.use_coupon(emporix, operation, turned, coupons.purchase())
    applies(emporix, "EMX-673", reply)
    body = coupons.purchase(customerNumber=stranger)
    reply = coupons.use_coupon(emporix, operation, turned, body, by="manage")
    emporix.judge("EMX-673", reply).refused()


@CHECKED
@judges("EMX-673")
def test_who_is_no_member_any_more_has_no_coupon(emporix: Emporix, operation: str) -> None:
    """A segment restricted coupon is no longer valid for who was taken out of the segment."""
    customer = emporix.me()
    segment = emporix.segment(status="ACTIVE")
    emporix.assign_customer(segment, customer)
    code = coupons.coupon(
        emporix, segmentRestricted=True, restrictions={"segments": [segment]}
    )  # fmt: skip
    valid = emporix.settle(
        lambda: coupons.validate(emporix, code, coupons.purchase()),
        lambda reply: reply.status == 200,
    )
    emporix.judge("EMX-673", valid).status(200)
    path = {"segmentId": segment, "customerId": customer}
    gone = emporix.send(op.REMOVE_CUSTOMER, path=path, step="set up")
    emporix.need(gone, 200, 204, what="taking a customer out of a segment")
    last = emporix.settle(
        lambda: coupons.validate(emporix, code, coupons.purchase()),
        lambda reply: reply.status != 200,
    )
    if operation == op.REDEEM_COUPON:
        last = coupons.redeem(emporix, code, coupons.purchase())
    emporix.judge("EMX-673", last).refused()


@CHECKED
@judges("EMX-673")
def test_a_segment_restricted_coupon_is_for_no_visitor(emporix: Emporix, operation: str) -> None:
    """Who has not logged in is a member of no segment, so a coupon for members is not valid."""
    body = coupons.draft(
        emporix, allowAnonymous=True, segmentRestricted=True,
        restrictions={"segments": [emporix.segment(status="ACTIVE")]},
    )  # fmt: skip
    made = coupons.create_coupon(emporix, body, step="set up")
    emporix.need(made, 201, what="creating a coupon for members and for visitors")
    reply = coupons.use_coupon(
        emporix, operation, coupons.code_of(made, body["code"]), coupons.purchase(),
        by="", headers=coupons.anonymous(emporix),
    )  # fmt: skip
    emporix.judge("EMX-673", reply).refused()
