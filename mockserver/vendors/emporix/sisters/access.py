"""Which tokens open the operations of the coupon, category and product services.

The table `SHOP_SCOPES` is the machine-readable twin of the `security` in the
companions, and a test compares the two. What a scope shows of the records is decided
by the operations.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.refusals import Forbidden
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.sisters.shop import ShopChoices

COUPON_MANAGE = "coupon.coupon_manage"
COUPON_READ = "coupon.coupon_read"
REDEEM_ON_BEHALF = "coupon.coupon_redeem_on_behalf"
CATEGORY_UNPUBLISHED = "category.category_read_unpublished"
PRODUCT_UNPUBLISHED = "product.product_read_unpublished"
PRODUCT_BY_VENDOR = "product.product_read_by_vendor"

_MANAGE = frozenset({COUPON_MANAGE})
_ANY_TOKEN: frozenset[str] = frozenset()

SHOP_SCOPES: Mapping[str, frozenset[str]] = {
    "GET-coupon-list-specified-coupons": frozenset({COUPON_MANAGE, COUPON_READ}),
    "POST-coupon-create-coupon": _MANAGE,
    "DELETE-coupon-remove-coupon": _MANAGE,
    "GET-coupon-list-coupon-redemptions": _MANAGE,
    "GET-coupon-retrieve-coupon": _ANY_TOKEN,
    "POST-coupon-validate-coupon": _ANY_TOKEN,
    "POST-coupon-invalidate-coupon": _ANY_TOKEN,
    "GET-category-tree-retrieve-category-tree": _ANY_TOKEN,
    "POST-product-search-products": _ANY_TOKEN,
}
"""Any one of the scopes opens an operation; with none, any token of the tenant does (EMX-685)."""

PUBLIC = frozenset(
    {
        "GET-category-tree-retrieve-category-assignments",
        "POST-category-tree-search-categories",
    }
)
"""Operations that need no token at all (EMX-732)."""

_UPHELD = {
    "GET-coupon-list-specified-coupons": "EMX-683",
    "POST-coupon-create-coupon": "EMX-684",
    "DELETE-coupon-remove-coupon": "EMX-684",
    "GET-coupon-list-coupon-redemptions": "EMX-682",
}


def nobody(tenant: str) -> Caller:
    """Return the caller of a request without a token: it may see what is published."""
    return Caller(tenant, client="", kind="anonymous", scopes=frozenset(), expires=0)


def check_shop(operation: str, caller: Caller, choices: ShopChoices) -> None:
    """Refuse a caller whose scopes do not open an operation. Raises Forbidden."""
    needed = SHOP_SCOPES.get(operation, _ANY_TOKEN)
    if needed:
        require(caller, needed, _UPHELD[operation])
    elif operation == "GET-category-tree-retrieve-category-tree" and choices.tree_needs_scope:
        require(caller, frozenset({CATEGORY_UNPUBLISHED}), "EMX-731")
    elif operation == "POST-product-search-products" and choices.search_needs_scope:
        require(caller, frozenset({PRODUCT_BY_VENDOR, PRODUCT_UNPUBLISHED}), "EMX-751")


def require(caller: Caller, scopes: frozenset[str], requirement: str, pointer: str = "") -> None:
    """Refuse a caller that has none of some scopes. Raises Forbidden."""
    if scopes.isdisjoint(caller.scopes):
        raise Forbidden(
            f"Required scope(s): {', '.join(sorted(scopes))}",
            requirement=requirement,
            pointer=pointer,
        )
