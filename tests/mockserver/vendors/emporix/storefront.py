"""What a storefront sends to the login services, and how tests read the replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.service import Service

ANONYMOUS = "GET-oauth-generate-anonymous-access-token"
LOGIN = "POST-customer-authenticate-customer"
LIST = "GET-customer-segment-retrieve-segments"

PASSWORD = "segment-demo"
READ_OWN = "customersegment.segment_read_own"

OpenVendor = Callable[..., Service]


def visit(service: Service, tenant: str = "acme", client: str = "acme-storefront") -> Reply:
    """Open an anonymous session."""
    return service.answer(Call(ANONYMOUS, query={"tenant": tenant, "client_id": client}))


def customer_call(
    service: Service,
    operation: str,
    token: str | None,
    *,
    tenant: str = "acme",
    body: Any = None,
    **query: str,
) -> Reply:
    """Call the customer service with a bearer token."""
    sent = {} if token is None else {"authorization": f"Bearer {token}"}
    return service.answer(
        Call(operation, path={"tenant": tenant}, query=query, body=body, sent=sent)
    )


def log_in(
    service: Service,
    email: str = "anna.bauer@example.com",
    password: str = PASSWORD,
    *,
    body: dict[str, str] | None = None,
    **query: str,
) -> Reply:
    """Log a customer in, as a storefront does; `body` holds further properties."""
    visitor = visit(service).body["access_token"]
    sent = {"email": email, "password": password} | (body or {})
    return customer_call(service, LOGIN, visitor, body=sent, **query)


def listed(service: Service, token: str, tenant: str = "acme") -> Reply:
    """List segments with a token."""
    return service.answer(
        Call(LIST, path={"tenant": tenant}, sent={"authorization": f"Bearer {token}"})
    )


def requirement(reply: Reply) -> str:
    """Return the requirement that a refusal names."""
    return dict(reply.headers)["X-Mock-Requirement"]
