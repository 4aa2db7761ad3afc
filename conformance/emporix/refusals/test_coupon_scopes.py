"""Who may not make, list, delete or read coupons: every missing scope once."""

from __future__ import annotations

import pytest

from conformance.emporix import coupons
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.coupons import has_refusal_shape
from conformance.exchange import MISSING
from conformance.judging import judges, unmet


@pytest.mark.parametrize("who", ["customer", "no_scope", "read", "write_only", "coupon_read"])
@judges("EMX-682", "EMX-684")
def test_coupons_are_managed_with_their_scope_alone(emporix: Emporix, who: str) -> None:
    """Without coupon.coupon_manage no coupon is created or deleted and no redemption listed."""
    reply = coupons.create_coupon(emporix, coupons.draft(emporix), by=who)
    emporix.judge("EMX-684", reply).refused()
    code = coupons.coupon(emporix)
    emporix.judge("EMX-682", coupons.list_redemptions(emporix, code, by=who)).refused()
    emporix.judge("EMX-684", coupons.delete_coupon(emporix, code, by=who)).refused()
    kept = coupons.read_coupon(emporix, code)
    emporix.judge("EMX-684", kept).status(200)


@judges("EMX-682", "EMX-683", "EMX-684")
def test_who_redeems_on_behalf_manages_no_coupons(emporix: Emporix) -> None:
    """coupon.coupon_redeem_on_behalf opens neither a list nor the making of coupons."""
    headers = coupons.with_scope(emporix, coupons.ON_BEHALF)
    body = coupons.draft(emporix)
    reply = coupons.create_coupon(emporix, body, by="", headers=headers)
    emporix.judge("EMX-684", reply).refused()
    reply = emporix.send(op.LIST_COUPONS, by="", headers=headers, query={"pageSize": 1})
    emporix.judge("EMX-683", reply).refused()
    path = {"code": coupons.coupon(emporix)}
    reply = emporix.send(op.LIST_REDEMPTIONS, by="", headers=headers, path=path)
    emporix.judge("EMX-682", reply).refused()
    reply = emporix.send(op.REMOVE_COUPON, by="", headers=headers, path=path)
    emporix.judge("EMX-684", reply).refused()


@judges("EMX-687", read_only=True)
def test_the_refusal_for_want_of_a_scope(emporix: Emporix) -> None:
    """A 403 of the coupon service has type, status and message."""
    reply = coupons.list_coupons(emporix, {"pageSize": 1}, by="customer")
    if reply.status != 403 or reply.at("/fault") is not MISSING:
        unmet("what lacks a scope is refused before the coupon service")
    has_refusal_shape(emporix, reply)


@pytest.mark.parametrize("who", ["customer", "no_scope", "read", "write_only"])
@judges("EMX-683", read_only=True)
def test_coupons_are_listed_with_a_scope_alone(emporix: Emporix, who: str) -> None:
    """Without coupon.coupon_read and coupon.coupon_manage coupons are not listed."""
    reply = coupons.list_coupons(emporix, {"pageSize": 1}, by=who)
    emporix.judge("EMX-683", reply).refused()


@pytest.mark.parametrize("who", ["customer", "no_scope", "coupon_manage", "coupon_read"])
@judges("EMX-652")
def test_a_coupon_is_not_read_for_others_without_scope(emporix: Emporix, who: str) -> None:
    """Without coupon.coupon_redeem_on_behalf no coupon is read for a customer that is named."""
    code = coupons.coupon(emporix)
    query = {"customerNumber": emporix.me("other_customer")}
    reply = emporix.send(op.READ_COUPON, by=who, path={"code": code}, query=query)
    emporix.judge("EMX-652", reply).refused()
