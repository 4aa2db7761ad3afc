"""Tokens that the sister services take or refuse in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Refusal, Unauthenticated
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.access import EXPIRED_TOKEN
from mockserver.vendors.emporix.tenants import Platform

LIST = "GET-coupon-list-specified-coupons"
CREATE = "POST-coupon-create-coupon"
REDEEM = "POST-coupon-invalidate-coupon"
TREES = "GET-category-tree-retrieve-category-tree"
PRODUCTS = "POST-product-search-products"


def _back_office(platform: Platform, tenant: str) -> Admission:
    """Return what a client of the tenant that may do most is let in with."""
    grants = (grant for grant in platform.tokens.grants.values() if grant.caller.tenant == tenant)
    return max(grants, key=lambda grant: len(grant.caller.scopes)).admission


def _open(admit: Callable[[Any, Call], Admission], platform: Platform, call: Call) -> Admission:
    """Let in who sends no token."""
    if "authorization" in call.sent:
        return admit(platform, call)
    return _back_office(platform, call.path["tenant"])


def _any_token(
    admit: Callable[[Any, Call], Admission], platform: Platform, call: Call
) -> Admission:
    """Let in who sends a token that was never issued."""
    token = call.sent.get("authorization", "").partition(" ")[2]
    if not token or token in platform.tokens.grants:
        return admit(platform, call)
    return _back_office(platform, call.path["tenant"])


def _outlived(admit: Callable[[Any, Call], Admission], platform: Platform, call: Call) -> Admission:
    """Let in whose token has expired."""
    try:
        return admit(platform, call)
    except Unauthenticated as refusal:
        if refusal.code != EXPIRED_TOKEN:
            raise
        token = call.sent["authorization"].partition(" ")[2]
        return platform.tokens.grants[token].admission


def _as_service(reply: Reply, _: Refusal) -> Reply:
    body = {"code": 401, "status": "Unauthorized", "message": "Invalid access token"}
    return replace(reply, body=body)


DEFECTS = (
    Defect(
        name="emporix.coupons-listed-without-token",
        violates=("EMX-770",),
        summary="The list of coupons is open to everybody.",
        kind="auth",
        operations=(LIST,),
        change=changes.admitting(_open, LIST),
        fault=207,
    ),
    Defect(
        name="emporix.coupons-made-with-any-token",
        violates=("EMX-770",),
        summary="Coupons are made with a token that was never issued.",
        kind="auth",
        operations=(CREATE,),
        change=changes.admitting(_any_token, CREATE),
        fault=207,
    ),
    Defect(
        name="emporix.coupons-redeemed-with-expired-token",
        violates=("EMX-770",),
        summary="Coupons are redeemed with a token that has expired.",
        kind="time",
        operations=(REDEEM,),
        change=changes.admitting(_outlived, REDEEM),
        fault=206,
    ),
    Defect(
        name="emporix.products-without-token-403",
        violates=("EMX-770",),
        summary="A search for products without a valid token is answered with 403.",
        kind="status",
        operations=(PRODUCTS,),
        change=changes.refusing(
            lambda reply, _: replace(reply, status=403), PRODUCTS, kind=Unauthenticated
        ),
    ),
    Defect(
        name="emporix.trees-refused-in-own-form",
        violates=("EMX-770",),
        summary="The 401 for category trees has code, status and message, not the gateway's form.",
        kind="error shape",
        operations=(TREES,),
        change=changes.refusing(_as_service, TREES, kind=Unauthenticated),
        fault=101,
    ),
)
