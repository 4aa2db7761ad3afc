"""Refusals of the coupon, category and product services, each in its service's own shape.

Status codes of these services live here and in their operations; no rules.
"""

from __future__ import annotations

import re
from typing import Any

from mockserver.kernel.call import Reply
from mockserver.kernel.refusals import (
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    Missing,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnknownPath,
    UnsupportedMediaType,
    Violation,
)
from mockserver.vendors.emporix.sisters.catalogue.categories import CATEGORY_OPERATIONS
from mockserver.vendors.emporix.sisters.catalogue.products import PRODUCT_OPERATIONS
from mockserver.vendors.emporix.sisters.coupons.operations import COUPON_OPERATIONS

SHOP_OPERATIONS = {**COUPON_OPERATIONS, **CATEGORY_OPERATIONS, **PRODUCT_OPERATIONS}
"""operationId -> function, for every operation of the sister services."""

_STATUS: dict[type[Refusal], tuple[int, str, str]] = {
    Invalid: (400, "Bad Request", "validation_violation"),
    Forbidden: (403, "Forbidden", "insufficient_permissions"),
    Missing: (404, "Not Found", "resource_not_found"),
    UnknownPath: (404, "Not Found", "resource_not_found"),
    MethodNotAllowed: (405, "Method Not Allowed", "method_not_allowed"),
    Conflict: (409, "Conflict", "conflict_resource"),
    TooLarge: (413, "Payload Too Large", "payload_too_large"),
    UnsupportedMediaType: (415, "Unsupported Media Type", "unsupported_media_type"),
    Broken: (500, "Internal Server Error", "internal_service_error"),
}
"""Status code, its text, and the type that the coupon service gives it (EMX-772)."""

_INVALID_TOKEN = "oauth.v2.InvalidAccessToken"  # noqa: S105 - an error code
_TYPE = re.compile(r"[a-z]+[a-z_]*[a-z]+")


def refuse(refusal: Refusal, operation: str) -> Reply:
    """Return a refusal as the service of an operation would say it."""
    if isinstance(refusal, Unauthenticated):  # as the gateway says it (EMX-770)
        detail = {"errorcode": refusal.code or _INVALID_TOKEN}
        return Reply(401, {"fault": {"faultstring": refusal.message, "detail": detail}})
    code, status, kind = next(_STATUS[each] for each in type(refusal).__mro__ if each in _STATUS)
    headers = ()
    if isinstance(refusal, MethodNotAllowed):
        headers = (("Allow", ", ".join(refusal.allowed)),)  # type: ignore[assignment]
    if operation in COUPON_OPERATIONS:
        return Reply(code, _of_coupons(refusal, code, kind), headers)
    if operation in PRODUCT_OPERATIONS:  # (EMX-754)
        return Reply(code, {"code": code, "status": status, "message": refusal.message}, headers)
    return Reply(code, _of_categories(refusal, code, status), headers)


# ---- coupons ---------------------------------------------------------------------------


def _of_coupons(refusal: Refusal, status: int, kind: str) -> dict[str, Any]:
    """Return type, status and message, and the details of a 400 (EMX-687)."""
    if not isinstance(refusal, Invalid):
        return {"type": kind, "status": status, "message": refusal.message}
    return {
        "type": kind,
        "status": status,
        "message": "The request violates validation constraints.",
        "details": [_coupon_detail(each) for each in refusal.violations],
    }


def _coupon_detail(violation: Violation) -> dict[str, str]:
    if not violation.pointer and violation.code == "required":
        # The vendor's own words (EMX-634).
        return {"type": "missing_payload", "message": "Empty payload was sent", "moreInfo": ""}
    field = _bean(violation.pointer)
    if violation.code == "q":
        message = f"not a valid query: {violation.message}"
        return {"field": field, "message": message, "type": "invalid_query_parameter"}  # EMX-650
    kind = {"required": "missing_value"}.get(violation.code, violation.code)
    return ({"field": field} if field else {}) | {
        "type": kind if _TYPE.fullmatch(kind) else "invalid_value",
        "message": violation.message,
        "moreInfo": "",
    }


def _bean(pointer: str) -> str:
    """Return `/restrictions/segments/0` as `restrictions.segments[0]`, `/query/q` as `q`."""
    parts = pointer.split("/")[1:]
    if parts[0:1] in (["query"], ["header"], ["path"]):
        parts = parts[1:]
    found = ""
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        found += f"[{name}]" if name.isdecimal() else f".{name}"
    return found.removeprefix(".")


# ---- categories ------------------------------------------------------------------------


def _of_categories(refusal: Refusal, code: int, status: str) -> dict[str, Any]:
    """Return code, status and message, and texts as details (EMX-734)."""
    message, details = refusal.message, [refusal.message]
    if isinstance(refusal, Invalid):
        message = "Request validation failed."
        if refusal.code == "language":
            message = "Accept-Language validation failed."
        details = [each.message for each in refusal.violations]
    elif isinstance(refusal, Forbidden) and refusal.pointer != "/path/tenant":
        message = "You need a scope for this action."
    elif isinstance(refusal, Missing):
        message = f"Error while getting {refusal.code or 'category'}"
    body: dict[str, Any] = {"code": code, "status": status, "message": message, "details": details}
    if isinstance(refusal, Missing) and refusal.resource:
        body = {"resourceId": refusal.resource, **body}
    return body
