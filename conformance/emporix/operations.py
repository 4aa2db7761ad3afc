"""The operationIds of Emporix under the names that tests use."""

from __future__ import annotations

from typing import Final

CREATE: Final = "POST-customer-segment-create-segment"
LIST: Final = "GET-customer-segment-retrieve-segments"
SEARCH: Final = "POST-customer-segment-search-segments"
READ: Final = "GET-customer-segment-retrieve-segment"
UPDATE: Final = "PUT-customer-segment-update-segment"
PATCH: Final = "PATCH-customer-segment-update-segment"
REMOVE: Final = "DELETE-customer-segment-remove-segment"
CREATE_BULK: Final = "POST-customer-segment-create-segments-bulk"
UPDATE_BULK: Final = "PUT-customer-segment-update-segments-bulk"
REMOVE_BULK: Final = "DELETE-customer-segment-remove-segments-bulk"
MATCH: Final = "POST-customer-segment-check-match"

LIST_CUSTOMERS: Final = "GET-customer-segment-retrieve-customers"
SEARCH_CUSTOMERS: Final = "POST-customer-segment-search-customers"
READ_CUSTOMER: Final = "GET-customer-segment-retrieve-customer-by-customerId"
ASSIGN_CUSTOMER: Final = "PUT-customer-segment-update-customer-by-customerId"
REMOVE_CUSTOMER: Final = "DELETE-customer-segment-remove-customer-by-customerId"
READ_BUYER: Final = "GET-customer-segment-retrieve-customer"
"""Buyer: a customer for a legal entity."""
ASSIGN_BUYER: Final = "PUT-customer-segment-update-customer"
REMOVE_BUYER: Final = "DELETE-customer-segment-remove-customer"
ASSIGN_CUSTOMERS_BULK: Final = "PUT-customer-segment-update-customers-bulk"
REMOVE_CUSTOMERS_BULK: Final = "DELETE-customer-segment-remove-customers-bulk"

TREES: Final = "GET-customer-segment-retrieve-category-trees"
LIST_ALL_ITEMS: Final = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS: Final = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS: Final = "POST-customer-segment-search-items"
READ_ITEM: Final = "GET-customer-segment-retrieve-item"
ASSIGN_ITEM: Final = "PUT-customer-segment-update-item"
REMOVE_ITEM: Final = "DELETE-customer-segment-remove-item"
ASSIGN_ITEMS_BULK: Final = "PUT-customer-segment-update-items-bulk"
REMOVE_ITEMS_BULK: Final = "DELETE-customer-segment-remove-items-bulk"

LIST_GROUPS: Final = "GET-customer-segment-retrieve-groups"
SEARCH_GROUPS: Final = "POST-customer-segment-search-groups"
READ_GROUP: Final = "GET-customer-segment-retrieve-group"
ASSIGN_GROUP: Final = "PUT-customer-segment-update-group"
REMOVE_GROUP: Final = "DELETE-customer-segment-remove-group"
LIST_MINE: Final = "GET-customer-segment-retrieve-my-segments"

SERVICE_TOKEN: Final = "POST-oauth-request-client-credentials"  # noqa: S105 - an operationId
ANONYMOUS_LOGIN: Final = "GET-oauth-generate-anonymous-access-token"
ANONYMOUS_REFRESH: Final = "GET-oauth-refresh-anonymous-access-token"
LOGIN: Final = "POST-customer-authenticate-customer"
REFRESH: Final = "GET-customer-refresh-authtoken"
VALIDATE: Final = "GET-customer-validate-token"
LOGOUT: Final = "GET-customer-logout-customer"

LIST_COUPONS: Final = "GET-coupon-list-specified-coupons"
CREATE_COUPON: Final = "POST-coupon-create-coupon"
READ_COUPON: Final = "GET-coupon-retrieve-coupon"
REMOVE_COUPON: Final = "DELETE-coupon-remove-coupon"
VALIDATE_COUPON: Final = "POST-coupon-validate-coupon"
LIST_REDEMPTIONS: Final = "GET-coupon-list-coupon-redemptions"
REDEEM_COUPON: Final = "POST-coupon-invalidate-coupon"

CATEGORY_ASSIGNMENTS: Final = "GET-category-tree-retrieve-category-assignments"
SEARCH_CATEGORIES: Final = "POST-category-tree-search-categories"
CATEGORY_TREES: Final = "GET-category-tree-retrieve-category-tree"
SEARCH_PRODUCTS: Final = "POST-product-search-products"

LISTS: Final = (
    LIST,
    SEARCH,
    LIST_CUSTOMERS,
    SEARCH_CUSTOMERS,
    LIST_ALL_ITEMS,
    LIST_ITEMS,
    SEARCH_ITEMS,
)
"""The operations of the bundled contract that page, sort, filter and count."""
