"""Callers that are let in without the scope, kept out with it, or of a tenant that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Refusal
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.access import INVALID_TOKEN, MISSING_SCOPE
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import MANAGE, READ

CREATE = "POST-customer-segment-create-segment"
LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
PATCH = "PATCH-customer-segment-update-segment"
REMOVE = "DELETE-customer-segment-remove-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"
MATCH = "POST-customer-segment-check-match"
LIST_CUSTOMERS = "GET-customer-segment-retrieve-customers"
SEARCH_CUSTOMERS = "POST-customer-segment-search-customers"
READ_CUSTOMER = "GET-customer-segment-retrieve-customer-by-customerId"
READ_BUYER = "GET-customer-segment-retrieve-customer"
ASSIGN_CUSTOMER = "PUT-customer-segment-update-customer-by-customerId"
TREES = "GET-customer-segment-retrieve-category-trees"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS = "GET-customer-segment-retrieve-segment-items"
REMOVE_ITEM = "DELETE-customer-segment-remove-item"

Admit = Callable[[Any, Call], Admission]


def _bearer(call: Call) -> str:
    return call.sent.get("authorization", "").removeprefix("Bearer ")


def _without_scope(*operations: str, to: Callable[[Caller], bool] = lambda _: True) -> Change:
    """Let callers in that lack the scope."""

    def admitted(admit: Admit, state: Any, call: Call) -> Admission:
        try:
            return admit(state, call)
        except Forbidden as refusal:
            grant = state.tokens.grants.get(_bearer(call))
            if refusal.code != MISSING_SCOPE or grant is None or not to(grant.caller):
                raise
            admission: Admission = grant.admission
            return admission

    return changes.admitting(admitted, *operations)


def _keeping_out(which: Callable[[Caller], bool], *operations: str) -> Change:
    """Refuse callers that have the scope."""

    def admitted(admit: Admit, state: Any, call: Call) -> Admission:
        admission = admit(state, call)
        if which(admission.caller):
            raise Forbidden("", requirement="", code=MISSING_SCOPE)
        return admission

    return changes.admitting(admitted, *operations)


def _is_customer(caller: Caller) -> bool:
    return caller.kind == "customer"


def _reads_only(caller: Caller) -> bool:
    return READ in caller.scopes and MANAGE not in caller.scopes


def _fault(reply: Reply, code: str) -> Reply:
    return Reply(reply.status, {"fault": {"faultstring": "no", "detail": {"errorcode": code}}})


def _lacks_scope(refusal: Refusal) -> bool:
    return refusal.code == MISSING_SCOPE


def _in_lower_case(admit: Admit, state: Any, call: Call) -> Admission:
    path = {**call.path, "tenant": call.path["tenant"].lower()}
    return admit(state, replace(call, path=path))


def _by_its_start(admit: Admit, state: Any, call: Call) -> Admission:
    given = call.path["tenant"]
    found = next((name for name in state.tenants if given.startswith(name)), given)
    return admit(state, replace(call, path={**call.path, "tenant": found}))


def _any_tenant(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["tenant"]["schema"] = {"type": "string"}


DEFECTS = (
    Defect(
        name="emporix.readers-may-patch",
        violates=("EMX-008", "EMX-005"),
        summary="segment_read is enough to patch a segment.",
        kind="scope",
        operations=(PATCH,),
        change=_without_scope(PATCH, to=_reads_only),
        fault=206,
    ),
    Defect(
        name="emporix.readers-may-create-in-bulk",
        violates=("EMX-008", "EMX-005"),
        summary="segment_read is enough to create segments in bulk.",
        kind="scope",
        operations=(CREATE_BULK,),
        change=_without_scope(CREATE_BULK, to=_reads_only),
        fault=206,
    ),
    Defect(
        name="emporix.customers-may-remove-items",
        violates=("EMX-008", "EMX-005"),
        summary="A customer takes items out of segments.",
        kind="scope",
        operations=(REMOVE_ITEM,),
        change=_without_scope(REMOVE_ITEM, to=_is_customer),
        fault=206,
    ),
    Defect(
        name="emporix.missing-scope-answered-401",
        violates=("EMX-005", "EMX-008"),
        summary="Assigning a customer without the scope is answered as if the token were bad.",
        kind="scope",
        operations=(ASSIGN_CUSTOMER,),
        change=changes.refusing(
            lambda reply, refusal: (
                _fault(replace(reply, status=401), INVALID_TOKEN)
                if _lacks_scope(refusal)
                else reply
            ),
            ASSIGN_CUSTOMER,
            kind=Forbidden,
        ),
        fault=205,
    ),
    Defect(
        name="emporix.missing-scope-answered-404",
        violates=("EMX-005", "EMX-008"),
        summary="Deleting without the scope is answered as if the segment were not there.",
        kind="scope",
        operations=(REMOVE,),
        change=changes.refusing(
            lambda reply, refusal: replace(reply, status=404) if _lacks_scope(refusal) else reply,
            REMOVE,
            kind=Forbidden,
        ),
    ),
    Defect(
        name="emporix.creating-needs-to-read",
        violates=("EMX-008",),
        summary="segment_manage alone is not enough to create a segment.",
        kind="scope",
        operations=(CREATE,),
        change=_keeping_out(lambda caller: READ not in caller.scopes, CREATE),
    ),
    Defect(
        name="emporix.readers-may-match",
        violates=("EMX-009", "EMX-005"),
        summary="segment_read is enough to match items.",
        kind="scope",
        operations=(MATCH,),
        change=_without_scope(MATCH, to=_reads_only),
        fault=206,
    ),
    Defect(
        name="emporix.customers-may-match",
        violates=("EMX-009", "EMX-005"),
        summary="A customer matches items with segments.",
        kind="scope",
        operations=(MATCH,),
        change=_without_scope(MATCH, to=_is_customer),
        fault=206,
    ),
    Defect(
        name="emporix.managers-may-not-match",
        violates=("EMX-009",),
        summary="Matching is refused to segment_manage.",
        kind="scope",
        operations=(MATCH,),
        change=_keeping_out(lambda caller: MANAGE in caller.scopes, MATCH),
    ),
    Defect(
        name="emporix.customers-may-not-search",
        violates=("EMX-010",),
        summary="Searching segments is refused to segment_read_own.",
        kind="scope",
        operations=(SEARCH,),
        change=_keeping_out(_is_customer, SEARCH),
    ),
    Defect(
        name="emporix.customers-may-not-list-all-items",
        violates=("EMX-010",),
        summary="The items of all segments are refused to segment_read_own.",
        kind="scope",
        operations=(LIST_ALL_ITEMS,),
        change=_keeping_out(_is_customer, LIST_ALL_ITEMS),
    ),
    Defect(
        name="emporix.trees-closed-to-customers",
        violates=("EMX-010", "EMX-013"),
        summary="The category tree is refused to segment_read_own.",
        kind="scope",
        operations=(TREES,),
        change=_keeping_out(_is_customer, TREES),
    ),
    Defect(
        name="emporix.readers-may-not-list-members",
        violates=("EMX-011",),
        summary="The customers of a segment are refused to segment_read.",
        kind="scope",
        operations=(LIST_CUSTOMERS,),
        change=_keeping_out(_reads_only, LIST_CUSTOMERS),
    ),
    Defect(
        name="emporix.readers-may-not-list-items",
        violates=("EMX-011",),
        summary="The items of a segment are refused to segment_read.",
        kind="scope",
        operations=(LIST_ITEMS,),
        change=_keeping_out(_reads_only, LIST_ITEMS),
    ),
    Defect(
        name="emporix.customers-search-members",
        violates=("EMX-012",),
        summary="A customer searches the members of a segment.",
        kind="scope",
        operations=(SEARCH_CUSTOMERS,),
        change=_without_scope(SEARCH_CUSTOMERS, to=_is_customer),
        fault=206,
    ),
    Defect(
        name="emporix.customers-read-a-member",
        violates=("EMX-012",),
        summary="A customer reads the assignment of a single one.",
        kind="scope",
        operations=(READ_CUSTOMER,),
        change=_without_scope(READ_CUSTOMER, to=_is_customer),
        fault=206,
    ),
    Defect(
        name="emporix.customers-read-a-buyer",
        violates=("EMX-012",),
        summary="A customer reads the assignment of a buyer for a legal entity.",
        kind="scope",
        operations=(READ_BUYER,),
        change=_without_scope(READ_BUYER, to=_is_customer),
        fault=206,
    ),
    Defect(
        name="emporix.readers-may-not-read-a-buyer",
        violates=("EMX-012",),
        summary="The assignment of a buyer for a legal entity is refused to segment_read.",
        kind="scope",
        operations=(READ_BUYER,),
        change=_keeping_out(_reads_only, READ_BUYER),
    ),
    Defect(
        name="emporix.trees-open-to-readers",
        violates=("EMX-013", "EMX-005"),
        summary="The category tree is shown to segment_read too.",
        kind="scope",
        operations=(TREES,),
        change=_without_scope(TREES, to=_reads_only),
    ),
    Defect(
        name="emporix.tenant-in-any-case",
        violates=("EMX-020",),
        summary="The name of a tenant is taken in capitals too.",
        kind="validation",
        operations=(LIST,),
        change=changes.admitting(_in_lower_case, LIST),
        loosen=_any_tenant,
        fault=102,
    ),
    Defect(
        name="emporix.tenant-known-by-its-start",
        violates=("EMX-020",),
        summary="What follows the name of a tenant in the path is not looked at.",
        kind="validation",
        operations=(LIST,),
        change=changes.admitting(_by_its_start, LIST),
        loosen=_any_tenant,
        fault=102,
    ),
)
