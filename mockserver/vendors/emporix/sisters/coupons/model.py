"""The nouns of the coupon service: coupons, what restricts them, and their redemptions.

Frozen values; instants are whole milliseconds since the epoch. No JSON, no HTTP, no
clock, no rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockserver.vendors.emporix.model import Json

DiscountType: TypeAlias = Literal["PERCENT", "ABSOLUTE", "FREE_SHIPPING"]
CouponStatus: TypeAlias = Literal["VALID", "INACTIVE", "EXPIRED", "USED"]

UNLIMITED = -1
"""As a number of redemptions: any number of them."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money."""

    amount: float = 0
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Who may redeem a coupon, when, and for what."""

    valid_for: tuple[str, ...] = ()
    """Customers; everybody when empty."""
    valid_from: int | None = None
    valid_until: int | None = None
    min_order_value: Amount | None = None
    included_categories: tuple[str, ...] = ()
    excluded_categories: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CouponDraft:
    """What a caller may say about a coupon: everything but what is counted and computed."""

    name: str
    code: str | None = None
    description: str | None = None
    discount_type: DiscountType = "ABSOLUTE"
    percentage: float | None = None
    absolute: Amount | None = None
    allow_anonymous: bool = False
    max_redemptions: float = UNLIMITED
    max_per_customer: float = UNLIMITED
    calculation: Literal["TOTAL", "SUBTOTAL"] = "SUBTOTAL"
    category_restricted: bool = False
    segment_restricted: bool = False
    restrictions: Restrictions = Restrictions()
    issued_to: str | None = None
    mixins: Json = None
    mixin_schemas: Json = None
    """`metadata.mixins`: mixin name -> URL of its schema."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon, as one version of it."""

    number: int
    """Position in order of creation; unique in its world."""
    code: str
    content: CouponDraft
    version: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Purchase:
    """The order that a coupon is to be redeemed with."""

    total: Amount
    discount: Amount
    order_code: str | None = None
    customer: str | None = None
    """The customer who redeems; `None` for somebody anonymous."""
    legal_entity: str | None = None
    products: tuple[str, ...] | None = None
    """The products of the order; `None` when they were not told."""


@dataclass(frozen=True, slots=True)
class Redemption:
    """One use of a coupon."""

    number: int
    id: str
    code: str
    purchase: Purchase
    redeemed_at: int

    @property
    def buyer(self) -> tuple[str, str | None]:
        """The coupon and the customer: what the limit per customer counts."""
        return (self.code, self.purchase.customer)
