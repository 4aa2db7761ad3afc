"""The exact requirement behind what the contract refuses."""

from __future__ import annotations

import pytest

from mockserver import contracts
from mockserver.kernel.refusals import Violation
from mockserver.vendors.emporix import ROOM

CREATE = "POST-customer-segment-create-segment"
BULK = "POST-customer-segment-create-segments-bulk"
PATCH = "PATCH-customer-segment-update-segment"
MATCH = "POST-customer-segment-check-match"
LIST = "GET-customer-segment-retrieve-segments"
LOGIN = "POST-customer-authenticate-customer"
LOGOUT = "GET-customer-logout-customer"
COUPON = "POST-coupon-create-coupon"
ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"


@pytest.mark.parametrize(
    ("operation", "pointer", "code", "requirement"),
    [
        (CREATE, "", "required", "EMX-031"),
        (BULK, "", "required", "EMX-031"),
        (BULK, "", "type", "EMX-189"),
        (BULK, "", "maxItems", "EMX-176"),
        ("PUT-customer-segment-update-items-bulk", "", "type", "EMX-189"),
        ("DELETE-customer-segment-remove-customers-bulk", "", "maxItems", "EMX-176"),
        (CREATE, "/name", "required", "EMX-060"),
        (CREATE, "/status", "enum", "EMX-062"),
        (CREATE, "/validity/from", "format", "EMX-063"),
        (PATCH, "/12/op", "enum", "EMX-141"),
        (PATCH, "/0/path", "required", "EMX-142"),
        (MATCH, "/site", "required", "EMX-204"),
        (MATCH, "/items", "required", "EMX-205"),
        (LIST, "/query/pageSize", "pattern", "EMX-219"),
        (LIST, "/query/pageNumber", "pattern", "EMX-219"),
        (LIST, "/header/X-Total-Count", "type", "EMX-224"),
        (LOGIN, "/password", "minLength", "EMX-359"),
        (LOGOUT, "/query/accessToken", "required", "EMX-376"),
        (COUPON, "", "required", "EMX-634"),
        (COUPON, "/name", "required", "EMX-601"),
        (COUPON, "/discountType", "enum", "EMX-607"),
        (COUPON, "/discountPercentage", "maximum", "EMX-608"),
        (COUPON, "/restrictions/minOrderValue/amount", "minimum", "EMX-609"),
        (COUPON, "/discountAbsolute/currency", "pattern", "EMX-609"),
        (COUPON, "/discountCalculationType", "enum", "EMX-614"),
        (COUPON, "/restrictions/validFrom", "format", "EMX-631"),
        ("POST-coupon-invalidate-coupon", "", "required", "EMX-634"),
        ("POST-coupon-validate-coupon", "/discount", "required", "EMX-662"),
        ("POST-coupon-validate-coupon", "/orderTotal/amount", "minimum", "EMX-609"),
        ("GET-coupon-list-coupon-redemptions", "/query/pageSize", "minimum", "EMX-647"),
        (ASSIGNMENTS, "/query/assignmentType", "enum", "EMX-701"),
        (ASSIGNMENTS, "/query/pageNumber", "minimum", "EMX-712"),
        ("GET-category-tree-retrieve-category-tree", "/header/X-Version", "pattern", "EMX-723"),
        ("POST-product-search-products", "/query/pageNumber", "minimum", "EMX-745"),
    ],
)
def test_a_violation_has_its_requirement(
    operation: str, pointer: str, code: str, requirement: str
) -> None:
    """The requirement says exactly this, of this operation, and is in the ledger."""
    assert ROOM.cite(operation, Violation("no", pointer, code)) == requirement
    operations = contracts.contract("emporix").requirements[requirement].operations
    assert operation in operations


@pytest.mark.parametrize(
    ("operation", "pointer", "code"),
    [
        (CREATE, "", "type"),
        (CREATE, "/name", "type"),
        (PATCH, "/0/value/op", "enum"),
        (LIST, "/query/fields", "type"),
        (LOGIN, "", "required"),
        (LOGIN, "/email", "minLength"),
        (LOGOUT, "/query/accessToken", "type"),
    ],
)
def test_other_violations_are_left_to_the_rules(operation: str, pointer: str, code: str) -> None:
    """Where there is nothing more exact to say, nothing is said."""
    assert ROOM.cite(operation, Violation("no", pointer, code)) == ""
