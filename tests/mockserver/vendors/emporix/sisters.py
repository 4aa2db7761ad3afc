"""Calls to the sister services, each reply checked against the companion document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from mockserver import contracts
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.service import Service

LIST = "GET-coupon-list-specified-coupons"
CREATE = "POST-coupon-create-coupon"
GET = "GET-coupon-retrieve-coupon"
DELETE = "DELETE-coupon-remove-coupon"
VALIDATE = "POST-coupon-validate-coupon"
REDEEM = "POST-coupon-invalidate-coupon"
REDEMPTIONS = "GET-coupon-list-coupon-redemptions"
ASSIGNMENTS = "GET-category-tree-retrieve-category-assignments"
CATEGORIES = "POST-category-tree-search-categories"
TREES = "GET-category-tree-retrieve-category-tree"
PRODUCTS = "POST-product-search-products"

ANNA, BEN, CHLOE, EMI = "C0123456789", "C0123456788", "C01234567989", "C0123456786"
ORDER = {"orderTotal": {"amount": 500, "currency": "EUR"}, "discount": {"currency": "EUR"}}


@cache
def _schema(operation: str, status: int) -> Mapping[str, Any] | None:
    """Return the schema of a reply; `None` when it has no body. Raises KeyError."""
    document = contracts.contract("emporix").companions
    responses = next(
        one["responses"]
        for item in document["paths"].values()
        for method, one in item.items()
        if method != "parameters" and one["operationId"] == operation
    )
    response = responses[str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        return None
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "allOf": [response["content"]["application/json"]["schema"]],
        "components": document["components"],
    }


class Sisters:
    """The sister services of one platform."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def call(
        self,
        operation: str,
        by: str | None = "manager",
        *,
        tenant: str = "acme",
        code: str = "",
        category: str = "",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        body: Any = None,
        undeclared: tuple[tuple[str, str], ...] = (),
    ) -> Reply:
        """Answer a call with a well-known token of acme, or with none."""
        path = {"tenant": tenant}
        path |= {"code": code} if code else {}
        path |= {"categoryId": category} if category else {}
        reply = self.service.answer(
            Call(
                operation,
                path=path,
                query=query or {},
                headers=headers or {},
                body=body,
                has_body=body is not None,
                undeclared=undeclared,
                sent={} if by is None else {"authorization": f"Bearer demo-acme-{by}"},
            )
        )
        schema = _schema(operation, reply.status)
        if schema is None:
            assert reply.body is None
        else:
            jsonschema_rs.validate(schema, reply.body)
        return reply

    def create(self, **fields: Any) -> Reply:
        """Create a coupon; it has a name unless told otherwise."""
        return self.call(CREATE, body={"name": "A coupon"} | fields)

    def coupon(self, code: str, by: str = "manager") -> Any:
        """Return a coupon as somebody reads it."""
        reply = self.call(GET, by, code=code)
        assert reply.status == 200, reply.body
        return reply.body

    def validate(self, code: str, by: str, **order: Any) -> str:
        """Validate a coupon; return `ok` or the requirement that was upheld."""
        return told(self.call(VALIDATE, by, code=code, body=ORDER | order))

    def redeem(self, code: str, by: str, **order: Any) -> str:
        """Redeem a coupon; return `ok` or the requirement that was upheld."""
        return told(self.call(REDEEM, by, code=code, body=ORDER | order))


def told(reply: Reply) -> str:
    """Return `ok` for a success, else the requirement that a refusal names."""
    return "ok" if reply.status < 300 else header(reply, "X-Mock-Requirement")


def header(reply: Reply, name: str) -> str:
    """Return a header of a reply, empty when it is not there."""
    return dict(reply.headers).get(name, "")
