"""Which requirement stands behind what the contract refuses, where there is an exact one.

One table; what it does not list falls back on the general rules of the room. Nothing
here refuses anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.kernel.refusals import Violation


@dataclass(frozen=True, slots=True)
class _Citation:
    operation: re.Pattern[str]
    pointer: re.Pattern[str]
    code: re.Pattern[str]
    requirement: str


def _of(requirement: str, operation: str, pointer: str, code: str = ".*") -> _Citation:
    """Make an entry: each of the three is a regular expression for the whole text."""
    return _Citation(re.compile(operation), re.compile(pointer), re.compile(code), requirement)


_SEGMENT = ".+-customer-segment-.+"
_BULK = ".+-customer-segment-.+-bulk"
_WRITTEN = "(POST-customer-segment-create|PUT-customer-segment-update)-segment"
_CREATE_COUPON = "POST-coupon-create-coupon"
_COUPON_BODY = "POST-coupon-(create|validate|invalidate)-coupon"
_ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"

_CITATIONS = (
    _of("EMX-031", _SEGMENT, "", "required"),
    _of("EMX-189", _BULK, "", "type"),
    _of("EMX-176", _BULK, "", "maxItems"),
    _of("EMX-060", _WRITTEN, "/(name|siteCode)", "required"),
    _of("EMX-062", _WRITTEN, "/status", "enum"),
    _of("EMX-063", _WRITTEN, "/validity/(from|to)", "format"),
    _of("EMX-141", "PATCH-customer-segment-update-segment", r"/\d+/op", "enum"),
    _of("EMX-142", "PATCH-customer-segment-update-segment", r"/\d+/(op|path)", "required"),
    _of("EMX-204", "POST-customer-segment-check-match", "/site(Code)?", "required"),
    _of("EMX-205", "POST-customer-segment-check-match", "/(items|segmentIds)", "required"),
    _of("EMX-219", _SEGMENT, "/query/page(Size|Number)"),
    _of("EMX-224", _SEGMENT, "/header/X-Total-Count"),
    _of("EMX-359", "POST-customer-authenticate-customer", "/password", "minLength"),
    _of("EMX-376", "GET-customer-logout-customer", "/query/accessToken", "required"),
    _of("EMX-634", _COUPON_BODY, "", "required"),
    _of("EMX-601", _CREATE_COUPON, "/name", "required"),
    _of("EMX-607", _CREATE_COUPON, "/discountType", "enum"),
    _of("EMX-608", _CREATE_COUPON, "/discountPercentage", "(min|max)imum"),
    _of("EMX-614", _CREATE_COUPON, "/discountCalculationType", "enum"),
    _of("EMX-631", _CREATE_COUPON, "/restrictions/valid(From|Until)", "format"),
    _of("EMX-609", _COUPON_BODY, ".*/amount", "minimum"),
    _of("EMX-609", _COUPON_BODY, ".*/currency", "pattern"),
    _of("EMX-662", _COUPON_BODY, "/(orderTotal|discount)", "required"),
    _of("EMX-647", "GET-coupon-.+", "/query/page(Size|Number)"),
    _of("EMX-701", _ASSIGNMENTS, "/query/assignmentType", "enum"),
    _of("EMX-712", ".+-category-tree-.+", "/query/page(Size|Number)"),
    _of("EMX-723", ".+-category-tree-.+", "/header/X-Version"),
    _of("EMX-745", "POST-product-search-products", "/query/page(Size|Number)"),
)


def cite(operation: str, violation: Violation) -> str:
    """Return the requirement behind a violation of the contract; empty without an exact one."""
    for one in _CITATIONS:
        if (
            one.code.fullmatch(violation.code)
            and one.pointer.fullmatch(violation.pointer)
            and one.operation.fullmatch(operation)
        ):
            return one.requirement
    return ""
