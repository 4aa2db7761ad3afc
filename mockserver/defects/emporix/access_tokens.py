"""Callers without a proper token that are let in, or turned away in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Unauthenticated
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.access import INVALID_TOKEN
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import MANAGE, READ, READ_OWN

LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
PATCH = "PATCH-customer-segment-update-segment"
REMOVE_BULK = "DELETE-customer-segment-remove-segments-bulk"
READ_BUYER = "GET-customer-segment-retrieve-customer"
REMOVE_CUSTOMERS_BULK = "DELETE-customer-segment-remove-customers-bulk"
READ_ITEM = "GET-customer-segment-retrieve-item"

Admit = Callable[[Any, Call], Admission]


def _bearer(call: Call) -> str:
    return call.sent.get("authorization", "").removeprefix("Bearer ")


def _anybody(state: Any, call: Call) -> Admission:
    """Let somebody in as a back office of the tenant that is addressed."""
    tenant = state.tenants[call.path["tenant"]]
    scopes = frozenset((READ, READ_OWN, MANAGE))
    return Admission(tenant.world, Caller(tenant.name, "anybody", "service", scopes, expires=2**62))


def _open(*operations: str) -> Change:
    """Ask for no token."""

    def admitted(admit: Admit, state: Any, call: Call) -> Admission:
        known = call.path["tenant"] in state.tenants
        if known and "authorization" not in call.sent:
            return _anybody(state, call)
        return admit(state, call)

    return changes.admitting(admitted, *operations)


def _taking_any_token(*operations: str) -> Change:
    def admitted(admit: Admit, state: Any, call: Call) -> Admission:
        token, known = _bearer(call), call.path["tenant"] in state.tenants
        if known and token and token not in state.tokens.grants:
            return _anybody(state, call)
        return admit(state, call)

    return changes.admitting(admitted, *operations)


def _finding_tokens(matches: Callable[[str, str], bool]) -> Change:
    """Take a token for an issued one that it merely resembles."""

    def admitted(admit: Admit, state: Any, call: Call) -> Admission:
        token = _bearer(call)
        for issued in state.tokens.grants if token else ():
            if matches(token, issued):
                return admit(state, replace(call, sent={"authorization": f"Bearer {issued}"}))
        return admit(state, call)

    return changes.admitting(admitted, LIST)


def _fault(reply: Reply, code: str) -> Reply:
    return Reply(reply.status, {"fault": {"faultstring": "no", "detail": {"errorcode": code}}})


DEFECTS = (
    Defect(
        name="emporix.segments-open-to-anybody",
        violates=("EMX-001",),
        summary="The segments are listed to callers without a token.",
        kind="auth",
        operations=(LIST,),
        change=_open(LIST),
        fault=207,
    ),
    Defect(
        name="emporix.items-open-to-anybody",
        violates=("EMX-001",),
        summary="An item of a segment is read without a token.",
        kind="auth",
        operations=(READ_ITEM,),
        change=_open(READ_ITEM),
        fault=207,
    ),
    Defect(
        name="emporix.bulk-removal-open-to-anybody",
        violates=("EMX-001",),
        summary="Customers are taken out of a segment in bulk without a token.",
        kind="auth",
        operations=(REMOVE_CUSTOMERS_BULK,),
        change=_open(REMOVE_CUSTOMERS_BULK),
        fault=207,
    ),
    Defect(
        name="emporix.missing-token-answered-403",
        violates=("EMX-001", "EMX-002"),
        summary="A search without a proper token is forbidden rather than unauthenticated.",
        kind="auth",
        operations=(SEARCH,),
        change=changes.refusing(
            lambda reply, _: replace(reply, status=403), SEARCH, kind=Unauthenticated
        ),
    ),
    Defect(
        name="emporix.any-token-taken",
        violates=("EMX-002",),
        summary="Deleting in bulk asks for a token and looks at none.",
        kind="auth",
        operations=(REMOVE_BULK,),
        change=_taking_any_token(REMOVE_BULK),
        fault=207,
    ),
    Defect(
        name="emporix.tokens-known-by-their-start",
        violates=("EMX-002",),
        summary="The first half of an issued token opens the list.",
        kind="auth",
        operations=(LIST,),
        change=_finding_tokens(lambda token, issued: len(token) > 3 and issued.startswith(token)),
        fault=207,
    ),
    Defect(
        name="emporix.tokens-read-to-their-length",
        violates=("EMX-002",),
        summary="What follows an issued token is not looked at.",
        kind="auth",
        operations=(LIST,),
        change=_finding_tokens(lambda token, issued: token.startswith(issued)),
        fault=207,
    ),
    Defect(
        name="emporix.invalid-token-under-another-code",
        violates=("EMX-002",),
        summary="The 401 for an unknown token has an error code of its own.",
        kind="error shape",
        operations=(),
        change=changes.refusing(
            lambda reply, refusal: (
                _fault(reply, "invalid_token") if refusal.code == INVALID_TOKEN else reply
            ),
            kind=Unauthenticated,
        ),
    ),
    Defect(
        name="emporix.401-in-the-form-of-the-service",
        violates=("EMX-003",),
        summary="A 401 has code, status and message instead of a fault.",
        kind="error shape",
        operations=(LIST, PATCH),
        change=changes.refusing(
            lambda reply, _: replace(
                reply, body={"code": 401, "status": "Unauthorized", "message": "no token"}
            ),
            LIST,
            PATCH,
            kind=Unauthenticated,
        ),
        fault=101,
    ),
    Defect(
        name="emporix.401-without-an-error-code",
        violates=("EMX-003",),
        summary="The fault of a 401 has a text and no error code.",
        kind="error shape",
        operations=(READ_BUYER,),
        change=changes.refusing(
            lambda reply, _: replace(reply, body={"fault": {"faultstring": "Invalid"}}),
            READ_BUYER,
            kind=Unauthenticated,
        ),
    ),
)
