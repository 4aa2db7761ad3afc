"""One function for each operation of the coupon service; ends with the table of them.

They read the call, ask `rules.py`, and shape the reply; rules live there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.listing import Listing, page
from mockserver.vendors.emporix.matching import ABSENT, Candidates, Field, narrow
from mockserver.vendors.emporix.query import Clause
from mockserver.vendors.emporix.replies import read_clauses
from mockserver.vendors.emporix.runs import Record
from mockserver.vendors.emporix.sisters.coupons import rules
from mockserver.vendors.emporix.sisters.coupons.drafts import read_coupon, read_purchase
from mockserver.vendors.emporix.sisters.coupons.model import Amount, Coupon, Redemption
from mockserver.vendors.emporix.sisters.listing import read_sort, whole
from mockserver.vendors.emporix.world import World

Row = TypeVar("Row", bound=Record)
Json = dict[str, Any]

PAGE_SIZE = 16


def create_coupon(world: World, call: Call, caller: Caller) -> Reply:
    """POST /coupons: the code is the id (EMX-600)."""
    draft = read_coupon(call.body, world.shop.choices)
    coupon = rules.create_coupon(world, caller.tenant, draft)
    return Reply(201, {"id": coupon.code})


def list_coupons(world: World, call: Call, caller: Caller) -> Reply:
    """GET /coupons; the deleted ones only with showDeleted (EMX-642)."""
    seller = rules.is_seller(caller)
    also = None if call.query.get("showDeleted") else _is_there
    clauses = _clauses(world, call)
    candidates, clauses = narrow(world.shop.coupons, clauses)
    return _page(call, candidates, clauses, lambda each: _coupon(world, each, seller=seller), also)


def retrieve_coupon(world: World, call: Call, caller: Caller) -> Reply:
    """GET /coupons/{code}."""
    customer = call.query.get("customerNumber")
    coupon = rules.visible_coupon(world, caller, call.path["code"], customer)
    return Reply(200, _coupon(world, coupon, seller=rules.is_seller(caller)))


def delete_coupon(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /coupons/{code} (EMX-643)."""
    rules.delete_coupon(world, call.path["code"])
    return Reply(204)


def validate_coupon(world: World, call: Call, caller: Caller) -> Reply:
    """POST /coupons/{code}/validation: no body when the coupon applies (EMX-660)."""
    rules.check_redeemable(world, caller, call.path["code"], read_purchase(call.body))
    return Reply(200)


def redeem_coupon(world: World, call: Call, caller: Caller) -> Reply:
    """POST /coupons/{code}/redemptions (EMX-661)."""
    redemption = rules.redeem(world, caller, call.path["code"], read_purchase(call.body))
    return Reply(201, {"id": redemption.id})


def list_redemptions(world: World, call: Call, caller: Caller) -> Reply:
    """GET /coupons/{code}/redemptions."""
    coupon = rules.find_coupon(world, call.path["code"])
    made = world.shop.redemptions.having("code", coupon.code)
    return _page(call, Candidates(made), _clauses(world, call), _redemption)


# ---- lists -----------------------------------------------------------------------------


def _is_there(coupon: Coupon) -> bool:
    return not coupon.deleted


def _clauses(world: World, call: Call) -> tuple[Clause, ...]:
    """Read q (EMX-649)."""
    return read_clauses(world, call.query.get("q"), "/query/q")


def _page(
    call: Call,
    candidates: Candidates[Row],
    clauses: tuple[Clause, ...],
    shape: Callable[[Row], Json],
    also: Callable[[Row], bool] | None = None,
) -> Reply:
    """Return a page of records, read by queries as they are shown.

    With totalCount the header Items-Count tells how many there are (EMX-648).
    """
    wanted = Listing(
        whole(call, "pageSize", PAGE_SIZE),
        whole(call, "pageNumber"),
        read_sort(call.query.get("sort")),
        call.query.get("totalCount") is True,
    )

    def fields(path: tuple[str, ...]) -> Field[Row]:
        return Field(lambda row: _at(shape(row), path))

    found = page(candidates, clauses, fields, wanted, also)
    headers = () if found.total is None else (("Items-Count", str(found.total)),)
    return Reply(200, [shape(row) for row in found.rows], headers)


def _at(value: Any, path: tuple[str, ...]) -> object:
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return ABSENT
        value = value[step]
    return value


# ---- JSON ------------------------------------------------------------------------------


def _coupon(world: World, coupon: Coupon, *, seller: bool) -> Json:
    """Return the JSON of a coupon; what is for sellers only is left out for others (EMX-653)."""
    content = coupon.content
    value: Json = {"code": coupon.code, "name": content.name}
    if content.description is not None:
        value["description"] = content.description
    value["discountType"] = content.discount_type
    if content.percentage is not None:
        value["discountPercentage"] = content.percentage
    if content.absolute is not None:
        value["discountAbsolute"] = _amount(content.absolute)
    value |= {
        "allowAnonymous": content.allow_anonymous,
        "maxRedemptionsPerCustomer": content.max_per_customer,
        "discountCalculationType": content.calculation,
        "categoryRestricted": content.category_restricted,
        "segmentRestricted": content.segment_restricted,
        "restrictions": _restrictions(coupon),
        "status": rules.status_of(world, coupon),
    }
    if seller:
        value |= {
            "maxRedemptions": content.max_redemptions,
            "redemptionCount": rules.redeemed(world, coupon),
            "deleted": coupon.deleted,
        }
        if content.issued_to is not None:
            value["issuedTo"] = content.issued_to
        if by_entity := rules.redeemed_by_entity(world, coupon):
            value["legalEntityRedemptions"] = [
                {"legalEntityId": entity, "count": count} for entity, count in by_entity.items()
            ]
    if content.mixins is not None:
        value["mixins"] = content.mixins
    value["metadata"] = {"version": coupon.version}
    if content.mixin_schemas is not None:
        value["metadata"]["mixins"] = content.mixin_schemas
    return value


def _restrictions(coupon: Coupon) -> Json:
    given = coupon.content.restrictions
    value: Json = {"validFor": list(given.valid_for)}
    if given.valid_from is not None:
        value["validFrom"] = instants.text(given.valid_from)
    if given.valid_until is not None:
        value["validUntil"] = instants.text(given.valid_until)
    if given.min_order_value is not None:
        value["minOrderValue"] = _amount(given.min_order_value)
    for name, named in (
        ("includedCategories", given.included_categories),
        ("excludedCategories", given.excluded_categories),
        ("segments", given.segments),
    ):
        if named:
            value[name] = list(named)
    return value


def _redemption(redemption: Redemption) -> Json:
    """Return the JSON of a redemption (EMX-681)."""
    purchase = redemption.purchase
    value: Json = {"id": redemption.id, "code": redemption.code}
    for name, told in (
        ("orderCode", purchase.order_code),
        ("customerNumber", purchase.customer),
        ("legalEntityId", purchase.legal_entity),
    ):
        if told is not None:
            value[name] = told
    value["orderTotal"] = _amount(purchase.total)
    value["discount"] = _amount(purchase.discount)
    if purchase.products is not None:
        value["items"] = [{"id": product} for product in purchase.products]
    value["redeemedAt"] = instants.text(redemption.redeemed_at)
    return value


def _amount(amount: Amount) -> Json:
    return {"amount": amount.amount, "currency": amount.currency}


COUPON_OPERATIONS: dict[str, Operation] = {
    "GET-coupon-list-specified-coupons": list_coupons,
    "POST-coupon-create-coupon": create_coupon,
    "GET-coupon-retrieve-coupon": retrieve_coupon,
    "DELETE-coupon-remove-coupon": delete_coupon,
    "POST-coupon-validate-coupon": validate_coupon,
    "GET-coupon-list-coupon-redemptions": list_redemptions,
    "POST-coupon-invalidate-coupon": redeem_coupon,
}
"""operationId -> function."""
