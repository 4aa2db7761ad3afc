"""From JSON to coupons and purchases: what a body says, and the rules on a coupon's fields.

The contract has been checked before; here is checked what it cannot say, first of all
which restrictions go with which. Nothing here knows stored coupons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.drafts import read_assignment
from mockserver.vendors.emporix.model import Json
from mockserver.vendors.emporix.sisters.coupons.model import (
    UNLIMITED,
    Amount,
    CouponDraft,
    Purchase,
    Restrictions,
)
from mockserver.vendors.emporix.sisters.shop import ShopChoices


def read_coupon(body: Mapping[str, Any], choices: ShopChoices) -> CouponDraft:
    """Return what a body says about a coupon, once it breaks no rule. Raises Invalid.

    What is not said has its default (EMX-607, EMX-612, EMX-614).
    """
    # Mixins are stored unread, as those of assignments are (EMX-633).
    stored = read_assignment({key: body[key] for key in ("mixins", "metadata") if key in body})
    draft = CouponDraft(
        name=body["name"],
        code=body.get("code") or None,
        description=body.get("description"),
        discount_type=body.get("discountType", "ABSOLUTE"),
        percentage=body.get("discountPercentage"),
        absolute=_amount(body.get("discountAbsolute")),
        allow_anonymous=body.get("allowAnonymous", False),
        max_redemptions=_limit(body, "maxRedemptions"),
        max_per_customer=_limit(body, "maxRedemptionsPerCustomer"),
        calculation=body.get("discountCalculationType", "SUBTOTAL"),
        category_restricted=body.get("categoryRestricted", False),
        segment_restricted=body.get("segmentRestricted", False),
        restrictions=_restrictions(body.get("restrictions", {})),
        issued_to=body.get("issuedTo"),
        mixins=stored.mixins,
        mixin_schemas=stored.mixin_schemas,
    )
    if choices.foreign_discounts_refused:
        _check_discount(draft)
    _check_anonymous(draft)
    _check_categories(draft)
    _check_segments(draft)
    return draft


def read_purchase(body: Mapping[str, Any]) -> Purchase:
    """Return what a body says about the order that a coupon is to be used with."""
    items = body.get("items")
    return Purchase(
        total=_amount(body["orderTotal"]) or Amount(),
        discount=_amount(body["discount"]) or Amount(),
        order_code=body.get("orderCode"),
        customer=body.get("customerNumber"),
        legal_entity=body.get("legalEntityId"),
        products=None if items is None else tuple(each["id"] for each in items),
    )


def _amount(value: Json) -> Amount | None:
    """Read an amount of money: 0 and USD are the defaults (EMX-610)."""
    return None if value is None else Amount(value.get("amount", 0), value.get("currency", "USD"))


def _limit(body: Mapping[str, Any], name: str) -> float:
    """Read a number of redemptions; without one there is no limit (EMX-613)."""
    limit: float = body.get(name, UNLIMITED)
    if limit != UNLIMITED and (limit < 0 or limit % 1):
        raise _invalid(
            f"{name} is a whole number from 0 on, or -1.", f"/{name}", "limit", "EMX-617"
        )
    return limit


def _restrictions(given: Mapping[str, Any]) -> Restrictions:
    found = Restrictions(
        valid_for=tuple(given.get("validFor", ())),
        valid_from=_instant(given, "validFrom"),
        valid_until=_instant(given, "validUntil"),
        min_order_value=_amount(given.get("minOrderValue")),
        included_categories=tuple(given.get("includedCategories", ())),
        excluded_categories=tuple(given.get("excludedCategories", ())),
        segments=tuple(given.get("segments", ())),
    )
    ends = (found.valid_from, found.valid_until)
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise _invalid(
            "validFrom lies after validUntil.", "/restrictions/validFrom", "period", "EMX-630"
        )
    return found


def _instant(given: Mapping[str, Any], name: str) -> int | None:
    if name not in given:
        return None
    try:
        return instants.parse(given[name])
    except ValueError as error:
        raise _invalid(
            f"{given[name][:40]!r} is no date-time.", f"/restrictions/{name}", "format", "EMX-631"
        ) from error


def _check_discount(draft: CouponDraft) -> None:
    for name, value, kind in (
        ("discountPercentage", draft.percentage, "PERCENT"),
        ("discountAbsolute", draft.absolute, "ABSOLUTE"),
    ):
        if value is not None and draft.discount_type != kind:
            raise _invalid(
                f"{name} must be specified only if discountType is {kind}.",
                f"/{name}",
                "discount",
                "EMX-611",
            )


def _check_anonymous(draft: CouponDraft) -> None:
    if not draft.allow_anonymous:
        return
    if draft.max_per_customer != UNLIMITED:
        raise _invalid(
            "maxRedemptionsPerCustomer cannot be specified when allowAnonymous is true.",
            "/maxRedemptionsPerCustomer",
            "anonymous",
            "EMX-615",
        )
    if draft.restrictions.valid_for:
        raise _invalid(
            "validFor cannot be specified when allowAnonymous is true.",
            "/restrictions/validFor",
            "anonymous",
            "EMX-616",
        )


def _check_categories(draft: CouponDraft) -> None:
    """Check what goes with category restrictions; an empty list is none (EMX-627)."""
    included = draft.restrictions.included_categories
    excluded = draft.restrictions.excluded_categories
    if not draft.category_restricted:
        for name, named, requirement in (
            ("includedCategories", included, "EMX-618"),
            ("excludedCategories", excluded, "EMX-619"),
        ):
            if named:
                raise _invalid(
                    f"{name} can be specified only if categoryRestricted is true.",
                    f"/restrictions/{name}",
                    "category_restricted",
                    requirement,
                )
        return
    if draft.segment_restricted:
        raise _invalid(
            "segmentRestricted cannot be combined with category restrictions.",
            "/segmentRestricted",
            "segment_restricted",
            "EMX-624",
        )
    if draft.discount_type == "FREE_SHIPPING":
        raise _invalid(
            "A free shipping coupon cannot be category restricted.",
            "/categoryRestricted",
            "category_restricted",
            "EMX-622",
        )
    if not included:
        raise _invalid(
            "includedCategories must be provided when categoryRestricted is true.",
            "/restrictions/includedCategories",
            "required",
            "EMX-621",
        )
    if shared := sorted(set(included) & set(excluded)):
        raise _invalid(
            f"Category {shared[0][:60]!r} is both included and excluded.",
            "/restrictions/excludedCategories",
            "disjoint",
            "EMX-620",
        )


def _check_segments(draft: CouponDraft) -> None:
    segments = draft.restrictions.segments
    if not draft.segment_restricted:
        if segments:
            raise _invalid(
                "segments can be specified only if segmentRestricted is true.",
                "/restrictions/segments",
                "segment_restricted",
                "EMX-626",
            )
        return
    if not segments:
        raise _invalid(
            "segments must be provided when segmentRestricted is true.",
            "/restrictions/segments",
            "required",
            "EMX-623",
        )
    if draft.restrictions.valid_for:
        raise _invalid(
            "segmentRestricted cannot be combined with validFor.",
            "/restrictions/validFor",
            "segment_restricted",
            "EMX-625",
        )


def _invalid(message: str, pointer: str, code: str, requirement: str) -> Invalid:
    return Invalid(message, requirement=requirement, pointer=pointer, code=code)
