"""The verbs on coupons: create, find, delete, validate and redeem.

Rules on a coupon's own fields are in `drafts.py`; here are those that look at
the world: the clock, customers, segments, products, and redemptions made before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mockserver.kernel import instants
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Missing
from mockserver.vendors.emporix.assignments import categories_of
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import ItemType
from mockserver.vendors.emporix.sisters.access import (
    COUPON_MANAGE,
    COUPON_READ,
    REDEEM_ON_BEHALF,
    require,
)
from mockserver.vendors.emporix.sisters.coupons.model import (
    UNLIMITED,
    Amount,
    Coupon,
    CouponDraft,
    CouponStatus,
    Purchase,
    Redemption,
)
from mockserver.vendors.emporix.visibility import own_segments
from mockserver.vendors.emporix.world import World

_SELLER = frozenset({COUPON_MANAGE, COUPON_READ})
_ON_BEHALF = frozenset({REDEEM_ON_BEHALF})


# ---- coupons ---------------------------------------------------------------------------


def create_coupon(world: World, tenant: str, draft: CouponDraft) -> Coupon:
    """Add a coupon under its own code or a generated one. Raises Conflict, Invalid.

    Its version is 0 (EMX-632).
    """
    if world.shop.choices.unknown_segments_refused:
        _check_segments_exist(world, draft)
    if draft.code is None:
        # In capitals, so that any setting of the case finds it (EMX-602).
        code = world.ids.token(8).upper()
        while world.shop.coupons.get(code) is not None:
            code = world.ids.token(8).upper()
    else:
        code = _stored_code(world, draft.code)
        if world.shop.coupons.get(code) is not None:
            # Also when that coupon has been deleted (EMX-646).
            raise Conflict(
                f"Duplicate Coupon '{code}' on tenant '{tenant}'",
                requirement="EMX-606",
                pointer="/code",
                resource=code,
            )
    coupon = Coupon(world.shop.coupons.next_number, code, draft)
    world.shop.coupons.add(coupon)
    return coupon


def _stored_code(world: World, code: str) -> str:
    """Return a code as it is saved and looked up (EMX-603, EMX-604, EMX-605)."""
    return code if world.shop.choices.codes_keep_case else code.upper()


def _check_segments_exist(world: World, draft: CouponDraft) -> None:
    for place, segment_id in enumerate(draft.restrictions.segments):
        if world.segments.get(segment_id) is None:
            raise Invalid(
                f"There is no segment {segment_id[:60]!r}.",
                requirement="EMX-629",
                pointer=f"/restrictions/segments/{place}",
                code="reference",
            )


def find_coupon(world: World, code: str) -> Coupon:
    """Return a coupon that has not been deleted (EMX-645). Raises Missing."""
    coupon = world.shop.coupons.get(_stored_code(world, code))
    if coupon is None or coupon.deleted:
        raise Missing(
            f"Coupon with code {code} not found.",
            requirement="EMX-644",
            pointer="/path/code",
            resource=code,
        )
    return coupon


def delete_coupon(world: World, code: str) -> None:
    """Mark a coupon as deleted; it stays in the list of deleted ones (EMX-642). Raises Missing."""
    coupon = find_coupon(world, code)
    world.shop.coupons.replace(coupon, replace(coupon, deleted=True))


def status_of(world: World, coupon: Coupon) -> CouponStatus:
    """Return what state a coupon is in at the present time (EMX-640)."""
    content, now = coupon.content, world.clock.now()
    start, end = content.restrictions.valid_from, content.restrictions.valid_until
    if start is not None and now < start:
        return "INACTIVE"
    if end is not None and end < now:
        return "EXPIRED"
    if content.max_redemptions != UNLIMITED and redeemed(world, coupon) >= content.max_redemptions:
        return "USED"
    return "VALID"


def redeemed(world: World, coupon: Coupon) -> int:
    """Return how often a coupon was redeemed (EMX-641)."""
    return len(world.shop.redemptions.having("code", coupon.code))


def redeemed_by_entity(world: World, coupon: Coupon) -> dict[str, int]:
    """Return how often a coupon was redeemed for each legal entity (EMX-655)."""
    entities = (
        each.purchase.legal_entity for each in world.shop.redemptions.having("code", coupon.code)
    )
    return Counter(entity for entity in entities if entity is not None)


# ---- who may see a coupon --------------------------------------------------------------


def is_seller(caller: Caller) -> bool:
    """True for callers who may see what is for sellers only (EMX-653)."""
    return not _SELLER.isdisjoint(caller.scopes)


def visible_coupon(world: World, caller: Caller, code: str, customer: str | None) -> Coupon:
    """Return a coupon that the caller, or a customer on whose behalf it asks, may see.

    Raises Missing, Forbidden, Invalid.
    """
    coupon = find_coupon(world, code)
    if customer is not None:
        require(caller, _ON_BEHALF, "EMX-652", "/query/customerNumber")
        _check_customer(world, customer, "/query/customerNumber")
    wanted = coupon.content.restrictions.valid_for
    if wanted and not is_seller(caller) and (customer or caller.customer) not in wanted:
        raise Forbidden(
            f"Insufficient permissions to retrieve the coupon with Id {coupon.code}",
            requirement="EMX-654",
            pointer="/path/code",
            resource=coupon.code,
        )
    return coupon


# ---- validating and redeeming ----------------------------------------------------------


def redeem(world: World, caller: Caller, code: str, purchase: Purchase) -> Redemption:
    """Use a coupon once. Raises what `check_redeemable` raises, and changes nothing then."""
    coupon, purchase = check_redeemable(world, caller, code, purchase)
    redemptions = world.shop.redemptions
    redemption = Redemption(
        redemptions.next_number, world.ids.object_id(), coupon.code, purchase, world.clock.now()
    )
    redemptions.add(redemption)
    return redemption


def check_redeemable(
    world: World, caller: Caller, code: str, purchase: Purchase
) -> tuple[Coupon, Purchase]:
    """Return the coupon, and the purchase with whoever makes it.

    Every check of a redemption is made here, and a validation makes no other (EMX-660).
    Raises Missing, Forbidden, Invalid.
    """
    coupon = find_coupon(world, code)
    purchase = _by_whom(world, caller, purchase)
    _check_status(world, coupon)
    if purchase.customer is None and not coupon.content.allow_anonymous:
        raise _refused(
            "Only logged-in customers can redeem the coupon; the token is of no customer, and "
            "customerNumber names none.",
            "anonymous",
            "EMX-665",
        )
    _check_customers(world, coupon.content, purchase)
    _check_times(world, coupon, purchase)
    _check_order(coupon.content.restrictions.min_order_value, purchase.total)
    if coupon.content.segment_restricted:
        _check_membership(world, coupon.content, purchase)
    if coupon.content.category_restricted:
        _check_categories(world, coupon.content, purchase)
    return coupon, purchase


def _refused(message: str, code: str, requirement: str, pointer: str = "") -> Invalid:
    """Return the refusal of a coupon that cannot be redeemed, with the reason (EMX-679)."""
    return Invalid(message, requirement=requirement, pointer=pointer, code=f"coupon_{code}")


def _by_whom(world: World, caller: Caller, purchase: Purchase) -> Purchase:
    """Fill in the customer of the token (EMX-664) and its legal entity (EMX-686)."""
    if purchase.customer is not None:
        require(caller, _ON_BEHALF, "EMX-663", "/customerNumber")
        _check_customer(world, purchase.customer, "/customerNumber")
    else:
        entity = purchase.legal_entity
        if entity is None:
            entity = caller.legal_entity
        purchase = replace(purchase, customer=caller.customer, legal_entity=entity)
    customer = world.customers.get(purchase.customer or "")
    entities = customer.legal_entity_ids if customer is not None else ()
    if purchase.legal_entity is not None and purchase.legal_entity not in entities:
        raise Invalid(
            "The customer does not belong to this legal entity.",
            requirement="EMX-680",
            pointer="/legalEntityId",
            code="reference",
        )
    return purchase


def _check_customer(world: World, customer: str, pointer: str) -> None:
    if customer not in world.customers:
        raise Invalid(
            f"There is no customer {customer[:60]!r}.",
            requirement="EMX-680",
            pointer=pointer,
            code="reference",
        )


def _check_status(world: World, coupon: Coupon) -> None:
    now = instants.text(world.clock.now())
    match status_of(world, coupon):
        case "INACTIVE":
            raise _refused(f"The coupon is not valid yet, at {now}.", "inactive", "EMX-666")
        case "EXPIRED":
            raise _refused(f"The coupon has expired, at {now}.", "expired", "EMX-666")
        case "USED":
            raise _refused("The coupon has been redeemed as often as it may be.", "used", "EMX-667")


def _check_customers(world: World, content: CouponDraft, purchase: Purchase) -> None:
    allowed = content.restrictions.valid_for
    if allowed and purchase.customer not in allowed:
        raise _refused("The coupon is for other customers.", "customer", "EMX-670")
    owner = content.issued_to if world.shop.choices.issued_to_restricts else None
    if owner and purchase.customer != owner:
        raise _refused("The coupon was issued to somebody else.", "customer", "EMX-628")


def _check_times(world: World, coupon: Coupon, purchase: Purchase) -> None:
    """Refuse a customer who has had all of it.

    Of several legal entities each has its own count (EMX-669).
    """
    limit = coupon.content.max_per_customer
    if limit == UNLIMITED or purchase.customer is None:
        return
    made = world.shop.redemptions.having("buyer", (coupon.code, purchase.customer))
    several = len(world.customers[purchase.customer].legal_entity_ids) > 1
    times = sum(not several or each.purchase.legal_entity == purchase.legal_entity for each in made)
    if times >= limit:
        raise _refused("The customer has redeemed the coupon before.", "used", "EMX-668")


def _check_order(least: Amount | None, total: Amount) -> None:
    if least is None or not least.amount:
        return
    if total.currency != least.currency:
        raise _refused(
            f"The order must be in {least.currency}, not in {total.currency}.",
            "currency",
            "EMX-672",
            "/orderTotal/currency",
        )
    if total.amount < least.amount:
        raise _refused(
            f"The order must be worth at least {least.amount} {least.currency}.",
            "order_value",
            "EMX-671",
            "/orderTotal/amount",
        )


def _check_membership(world: World, content: CouponDraft, purchase: Purchase) -> None:
    """Refuse who is no member of an active segment (EMX-674) of the coupon, or buys none of it."""
    wanted = content.restrictions.segments
    held = [each.id for each in own_segments(world, purchase, None) if each.id in wanted]
    if not held:
        raise _refused(
            f"The customer is in no segment of the coupon that is active: {_shown(wanted)}.",
            "segment",
            "EMX-673",
        )
    # Products of segments that the customer is not in do not count (EMX-677).
    if purchase.products is not None and not any(
        _is_in(world, product, held) for product in purchase.products
    ):
        raise _refused(
            f"No item belongs to a segment of the coupon that the customer is in: {_shown(held)}.",
            "items",
            "EMX-675",
            "/items",
        )


def _shown(ids: Sequence[str]) -> str:
    """Return some ids for a message: the first few, cut."""
    return ", ".join(each[:60] for each in ids[:5]) + (", …" if len(ids) > 5 else "")


def _is_in(world: World, product_id: str, segments: Iterable[str]) -> bool:
    """True when one of the segments holds a product, itself or through a category."""
    held: list[tuple[ItemType, str]] = [("PRODUCT", product_id)]
    held += [("CATEGORY", each) for each in categories_of(world, product_id)]
    return any(
        world.items.get((segment, kind, item)) is not None
        for segment in segments
        for kind, item in held
    )


def _check_categories(world: World, content: CouponDraft, purchase: Purchase) -> None:
    if purchase.products is None:
        return  # Nobody told what is bought (EMX-676).
    included = set(content.restrictions.included_categories)
    excluded = set(content.restrictions.excluded_categories)
    for product in purchase.products:
        categories = set(categories_of(world, product))
        if categories & included and not categories & excluded:
            return
    raise _refused("No item belongs to the coupon's categories.", "items", "EMX-678", "/items")
