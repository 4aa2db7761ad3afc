"""Refusals in the vendor's shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mockserver import contracts
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
from mockserver.vendors.emporix import ROOM, wire

CHOICES = {"emporix.error-details": "object", "emporix.missing-scope": "service"}
RULE = {"requirement": "EMX-029"}


@pytest.mark.parametrize(
    ("refusal", "status", "name"),
    [
        (Invalid("x", **RULE), 400, "Bad Request"),
        (Forbidden("x", **RULE), 403, "Forbidden"),
        (Missing("x", **RULE), 404, "Not Found"),
        (UnknownPath("x", **RULE), 404, "Not Found"),
        (MethodNotAllowed("x", allowed=["GET", "PUT"], **RULE), 405, "Method Not Allowed"),
        (Conflict("x", **RULE), 409, "Conflict"),
        (TooLarge("x", **RULE), 413, "Payload Too Large"),
        (UnsupportedMediaType("x", **RULE), 415, "Unsupported Media Type"),
        (Broken("x"), 500, "Internal Server Error"),
    ],
)
def test_every_refusal_has_the_error_shape(refusal: Refusal, status: int, name: str) -> None:
    """code, status and message are always there; 405 names the methods.

    EMX-006, EMX-021, EMX-022, EMX-023.
    """
    reply = ROOM.refuse(refusal, CHOICES)
    assert reply.status == reply.body["code"] == status
    assert reply.body["status"] == name
    assert reply.body["message"]
    allowed = [("Allow", "GET, PUT")] if status == 405 else []
    assert list(reply.headers) == allowed


@pytest.mark.parametrize("code", ["", "keymanagement.service.access_token_expired"])
def test_a_401_is_a_fault(code: str) -> None:
    """A missing or dead token is answered with the gateway's fault (EMX-003)."""
    reply = ROOM.refuse(Unauthenticated("Access Token expired", code=code, **RULE), CHOICES)
    assert reply.status == 401
    assert reply.body == {
        "fault": {
            "faultstring": "Access Token expired",
            "detail": {"errorcode": code or "oauth.v2.InvalidAccessToken"},
        }
    }


def test_a_missing_scope_has_two_shapes() -> None:
    """By choice a missing scope is said by the gateway instead of the service."""
    refusal = Forbidden("Required scope(s): [x]", code="steps.oauth.v2.InsufficientScope", **RULE)
    reply = wire.refuse(refusal, CHOICES)
    assert reply.body["message"] == wire.FORBIDDEN
    assert reply.body["details"]["message"] == "Required scope(s): [x]"
    reply = wire.refuse(refusal, CHOICES | {"emporix.missing-scope": "gateway"})
    assert (reply.status, reply.body) == (
        403,
        {
            "fault": {
                "faultstring": "Required scope(s): [x]",
                "detail": {"errorcode": "steps.oauth.v2.InsufficientScope"},
            }
        },
    )


@pytest.mark.parametrize("shape", ["object", "array", "none"])
def test_details_are_a_choice(shape: str) -> None:
    """Details are an object, an array of objects, or absent."""
    violations = [Violation("a is needed", "/a", "required"), Violation("bad b", "/b")]
    refusal = Invalid("a is needed", violations=violations, **RULE)
    reply = wire.refuse(refusal, CHOICES | {"emporix.error-details": shape})
    rows: list[dict[str, Any]] = [
        {"field": "/a", "type": "required", "message": "a is needed", "moreInfo": ""},
        {"field": "/b", "type": "invalid", "message": "bad b", "moreInfo": ""},
    ]
    expected = {"object": rows[0], "array": rows, "none": None}[shape]
    assert reply.body.get("details") == expected
    assert reply.body["message"] == "Validation problem with request body."


@pytest.mark.parametrize(
    "pointer",
    ["/query/pageSize", "/header/X-Total-Count", "/path/tenant", "/query", "/path", "/header"],
)
def test_bad_parameters_are_named_in_the_message(pointer: str) -> None:
    """What is wrong with a parameter stands in the message: it is no body."""
    reply = wire.refuse(Invalid("too odd", pointer=pointer, **RULE), CHOICES)
    assert reply.body["message"] == "too odd"


@pytest.mark.parametrize("pointer", ["", "/queryable", "/name", "/0/path"])
def test_bad_bodies_are_told_in_the_sentence_of_the_vendor(pointer: str) -> None:
    """What is wrong with a body stands in the details."""
    reply = wire.refuse(Invalid("too odd", pointer=pointer, **RULE), CHOICES)
    assert reply.body["message"] == "Validation problem with request body."
    assert reply.body["details"]["message"] == "too odd"


@pytest.mark.parametrize("name", ["pageSize", "pageNumber"])
@pytest.mark.parametrize(
    ("quoted", "told"),
    [
        ('"0"', "must be greater than or equal to 1"),
        ('"x"', "must be greater than or equal to 1"),
        ('"99999999999"', "is too large"),
        (f'"{"1" * 40}…{"1" * 40}"', "is too large"),
    ],
)
def test_bad_pages_are_told_in_words(name: str, quoted: str, told: str) -> None:
    """The regular expression behind pageSize and pageNumber is shown to nobody."""
    pointer = f"/query/{name}"
    broken = Violation(f'{name}: {quoted} does not match "^[1-9]$"', pointer, "pattern")
    other = Violation("too odd", "/query/sort", "type")
    refusal = Invalid(broken.message, pointer=pointer, violations=[broken, other], **RULE)
    reply = wire.refuse(refusal, CHOICES | {"emporix.error-details": "array"})
    assert reply.body["message"] == f"{name} {told}"
    assert [row["message"] for row in reply.body["details"]] == [f"{name} {told}", "too odd"]


def test_every_rule_of_the_room_is_in_the_ledger() -> None:
    """Every requirement that the room's files name exists in the ledger."""
    folder = Path(wire.__file__).parent
    named = {
        found
        for file in folder.glob("*.py")
        for found in re.findall(r"EMX-\w+", file.read_text("utf-8"))
    }
    assert named <= contracts.contract("emporix").requirements.keys()
    assert len(named) > 40


def test_every_operation_of_the_contracts_is_answered() -> None:
    """The room's table has exactly the operations of its two documents."""
    contract = contracts.contract("emporix")
    declared = {
        operation["operationId"]
        for document in (contract.document, contract.companions)
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in ("get", "put", "post", "delete", "patch")
    }
    assert ROOM.operations.keys() == declared


def test_the_login_services_refuse_in_their_own_shapes() -> None:
    """What the contract refuses before the room is asked still looks like its own service."""
    refusal = Invalid("email is missing", pointer="/email", code="required", **RULE)
    customer = ROOM.refuse(refusal, CHOICES, "POST-customer-authenticate-customer")
    oauth = ROOM.refuse(refusal, CHOICES, "POST-oauth-request-client-credentials")
    assert (customer.status, customer.body["type"]) == (400, "bad_request")
    assert customer.body["details"] == [{"field": "email", "message": "email is missing"}]
    assert (oauth.status, oauth.body["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("kind", "status", "name"),
    [
        (UnsupportedMediaType, 415, "unsupported_media_type"),
        (TooLarge, 413, "payload_too_large"),
    ],
)
def test_the_login_services_refuse_bodies_in_their_own_shapes(
    kind: type[Refusal], status: int, name: str
) -> None:
    """A 413 or 415 looks like the other refusals of the service; no media type is a resource."""
    refusal = kind("not that", resource="text/plain", **RULE)
    segment = ROOM.refuse(refusal, CHOICES, "POST-customer-segment-create-segment")
    assert ("resourceId" in segment.body) == (status == 413)
    customer = ROOM.refuse(refusal, CHOICES, "POST-customer-authenticate-customer")
    assert customer.status == status
    assert customer.body == {"type": name, "status": status, "message": "not that"}
    oauth = ROOM.refuse(refusal, CHOICES, "POST-oauth-request-client-credentials")
    assert oauth.status == status
    assert oauth.body == {"error": "invalid_request", "error_description": "not that"}
