"""Every reply of the login operations is one that the companion document describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.kernel.call import Call
from mockserver.kernel.service import Service

TOKEN = "POST-oauth-request-client-credentials"
ANONYMOUS = "GET-oauth-generate-anonymous-access-token"
ANONYMOUS_REFRESH = "GET-oauth-refresh-anonymous-access-token"
LOGIN = "POST-customer-authenticate-customer"
REFRESH = "GET-customer-refresh-authtoken"
VALIDATE = "GET-customer-validate-token"
LOGOUT = "GET-customer-logout-customer"

CLIENT = {
    "grant_type": "client_credentials",
    "client_id": "acme-backoffice",
    "client_secret": "segment-demo",
}
VISIT = {"tenant": "acme", "client_id": "acme-storefront"}
ANNA = {"email": "anna.bauer@example.com", "password": "segment-demo"}


def schema_of(operation: str, status: int) -> Mapping[str, Any] | None:
    """Return the schema of a reply; `None` when it has no body. Raises KeyError."""
    document = contracts.contract("emporix").companions
    found = next(
        one
        for item in document["paths"].values()
        for method, one in item.items()
        if method != "parameters" and one["operationId"] == operation
    )
    response = found["responses"][str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        return None
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "allOf": [response["content"]["application/json"]["schema"]],
        "components": document["components"],
    }


@pytest.mark.parametrize("names", ["both", "snake_case"])
@pytest.mark.parametrize(
    ("operation", "bearer", "parts", "status"),
    [
        (TOKEN, None, {"body": CLIENT}, 200),
        (TOKEN, None, {"body": {**CLIENT, "scope": "x"}}, 400),
        (TOKEN, None, {"body": {**CLIENT, "client_secret": "x"}}, 401),
        (ANONYMOUS, None, {"query": VISIT}, 200),
        (ANONYMOUS, None, {"query": {**VISIT, "tenant": "x"}}, 400),
        (ANONYMOUS_REFRESH, None, {"query": {**VISIT, "refresh_token": "{anonymous}"}}, 200),
        (ANONYMOUS_REFRESH, None, {"query": {**VISIT, "client_id": "x", "refresh_token": ""}}, 400),
        (ANONYMOUS_REFRESH, None, {"query": {**VISIT, "refresh_token": "x"}}, 401),
        (LOGIN, "{visitor}", {"body": ANNA}, 200),
        (LOGIN, "demo-globex-anna", {"body": ANNA}, 401),
        (LOGIN, "{globex}", {"body": ANNA}, 400),
        (REFRESH, "{visitor}", {"query": {"refreshToken": "{customer}"}}, 200),
        (
            REFRESH,
            "{visitor}",
            {"query": {"refreshToken": "{customer}", "legalEntityId": "x"}},
            400,
        ),
        (REFRESH, "{visitor}", {"query": {"refreshToken": "x"}}, 401),
        (VALIDATE, "demo-acme-anna", {}, 200),
        (VALIDATE, "demo-acme-ben-trading", {}, 200),
        (VALIDATE, "demo-globex-anna", {}, 400),
        (VALIDATE, "x", {}, 401),
        (LOGOUT, "demo-acme-anna", {"query": {"accessToken": "demo-acme-anna"}}, 204),
        (LOGOUT, "demo-acme-anna", {"query": {"accessToken": "x"}}, 400),
        (LOGOUT, None, {"query": {"accessToken": "x"}}, 401),
    ],
)
def test_a_reply_fits_the_document(
    open_vendor: Callable[..., Service],
    names: str,
    operation: str,
    bearer: str | None,
    parts: dict[str, Any],
    status: int,
) -> None:
    """Status and body of a login reply are among those that the document lists."""
    service = open_vendor("emporix", choices={"emporix.token-names": names})
    held = _sessions(service)
    query = {
        name: value.format(**held) if value.startswith("{") else value
        for name, value in parts.get("query", {}).items()
    }
    sent = {} if bearer is None else {"authorization": f"Bearer {bearer.format(**held)}"}
    body = parts.get("body")
    reply = service.answer(
        Call(operation, {"tenant": "acme"}, query, body=body, has_body=body is not None, sent=sent)
    )
    assert reply.status == status
    schema = schema_of(operation, status)
    if schema is None:
        assert reply.body is None
    else:
        jsonschema_rs.validate(schema, reply.body)


def _sessions(service: Service) -> dict[str, str]:
    """Open one session of each kind and return its tokens by short names."""
    visit = service.answer(Call(ANONYMOUS, query=VISIT)).body
    foreign = service.answer(
        Call(ANONYMOUS, query={"tenant": "globex", "client_id": "globex-storefront"})
    ).body
    sent = {"authorization": f"Bearer {visit['access_token']}"}
    customer = service.answer(Call(LOGIN, {"tenant": "acme"}, body=ANNA, sent=sent)).body
    return {
        "anonymous": visit["refresh_token"],
        "visitor": visit["access_token"],
        "globex": foreign["access_token"],
        "customer": customer["refresh_token"],
    }
