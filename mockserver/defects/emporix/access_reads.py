"""Reads that are open to every valid token of the tenant, whatever its scopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden
from mockserver.kernel.room import Admission
from mockserver.vendors.emporix.access import MISSING_SCOPE
from mockserver.vendors.emporix.model import MANAGE, READ, READ_OWN

_OPEN = {
    "segment-list": "GET-customer-segment-retrieve-segments",
    "segment-search": "POST-customer-segment-search-segments",
    "segment": "GET-customer-segment-retrieve-segment",
    "customer-list": "GET-customer-segment-retrieve-customers",
    "all-items": "GET-customer-segment-retrieve-segments-items",
    "item-list": "GET-customer-segment-retrieve-segment-items",
    "item-search": "POST-customer-segment-search-items",
    "item": "GET-customer-segment-retrieve-item",
}
_LOOK_UPS = {
    "customer-search": "POST-customer-segment-search-customers",
    "customer": "GET-customer-segment-retrieve-customer-by-customerId",
    "buyer": "GET-customer-segment-retrieve-customer",
}
_TREES = {"tree": "GET-customer-segment-retrieve-category-trees"}


def _open_to_any_service(operation: str) -> Change:
    """Let service tokens in that have no scope for segments at all."""

    def admitted(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
        try:
            return admit(state, call)
        except Forbidden as refusal:
            token = call.sent.get("authorization", "").removeprefix("Bearer ")
            grant = state.tokens.grants.get(token)
            if refusal.code != MISSING_SCOPE or grant is None or grant.caller.kind != "service":
                raise
            if not grant.caller.scopes.isdisjoint((MANAGE, READ, READ_OWN)):
                raise
            admission: Admission = grant.admission
            return admission

    return changes.admitting(admitted, operation)  # fmt: skip


DEFECTS = tuple(
    Defect(
        name=f"emporix.{what}-open-to-any-token",
        violates=requirements,
        summary=f"A valid token needs no scope for segments ({what.replace('-', ' ')}).",
        kind="scope",
        operations=(operation,),
        change=_open_to_any_service(operation),
        fault=206,
    )
    for requirements, operations in (
        (("EMX-005",), _OPEN),
        (("EMX-012", "EMX-005"), _LOOK_UPS),
        (("EMX-013", "EMX-005"), _TREES),
    )
    for what, operation in operations.items()
)
