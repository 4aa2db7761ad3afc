"""Refusals that look wrong, and requests off the contract that are not refused properly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Missing, Refusal

CREATE = "POST-customer-segment-create-segment"
LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
PATCH = "PATCH-customer-segment-update-segment"
REMOVE = "DELETE-customer-segment-remove-segment"
REMOVE_BULK = "DELETE-customer-segment-remove-segments-bulk"
MATCH = "POST-customer-segment-check-match"
SEARCH_CUSTOMERS = "POST-customer-segment-search-customers"
READ_CUSTOMER = "GET-customer-segment-retrieve-customer-by-customerId"
ASSIGN_CUSTOMER = "PUT-customer-segment-update-customer-by-customerId"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
READ_ITEM = "GET-customer-segment-retrieve-item"
SEARCH_ITEMS = "POST-customer-segment-search-items"
ASSIGN_ITEM = "PUT-customer-segment-update-item"

_TEXT = {"type": "string"}


def _told(kind: type[Refusal], *operations: str, **told: Any) -> Change:
    """Say other things in the body of a refusal; None leaves a property out."""

    def edited(reply: Reply, _: Refusal) -> Reply:
        body = {**changes.plain(reply.body), **told}
        return replace(reply, body={name: each for name, each in body.items() if each is not None})

    return changes.refusing(edited, *operations, kind=kind)


def _answered(status: int, which: Callable[[Refusal], bool], *operations: str) -> Change:
    """Answer refusals with another status."""
    return changes.refusing(
        lambda reply, refusal: replace(reply, status=status) if which(refusal) else reply,
        *operations,
    )


def _is_off_schema(refusal: Refusal) -> bool:
    return isinstance(refusal, Invalid)


def _is_no_json(refusal: Refusal) -> bool:
    return isinstance(refusal, Invalid) and refusal.code == "json"


def _loosened(schema: str, name: str) -> Callable[[dict[str, Any]], None]:
    """Return what lets a property of a schema be anything."""

    def loosen(document: dict[str, Any]) -> None:
        whole = document["components"]["schemas"][schema]
        for part in (whole, *whole.get("allOf", ())):
            if name in part.get("properties", {}):
                part["properties"][name] = {}

    return loosen


def _texts(name: str) -> Callable[[Any], Any]:
    """Return what turns a property of a body into text."""

    def edit(body: Any) -> Any:
        if isinstance(body, Mapping) and name in body and not isinstance(body[name], str):
            return {**body, name: json.dumps(body[name])}
        return body

    return edit


def _only(name: str, type_: type) -> Callable[[Any], Any]:
    """Return what drops a property of a body that is of another type."""

    def edit(body: Any) -> Any:
        if isinstance(body, Mapping) and not isinstance(body.get(name), type_):
            return {each: value for each, value in body.items() if each != name}
        return body

    return edit


def _flag(name: str, *operations: str) -> Change:
    """Take any word for a flag of the query: only `true` is true."""

    def edit(call: Call) -> Call:
        if name not in call.query:
            return call
        return replace(call, query={**call.query, name: call.query[name] == "true"})

    return changes.before(edit, *operations)


def _any_word(name: str) -> Callable[[dict[str, Any]], None]:
    def loosen(document: dict[str, Any]) -> None:
        document["components"]["parameters"][name]["schema"] = _TEXT

    return loosen


DEFECTS = (
    Defect(
        name="emporix.403-without-code",
        violates=("EMX-006",),
        summary="The body of a 403 has no code.",
        kind="error shape",
        operations=(),
        change=_told(Forbidden, code=None),
    ),
    Defect(
        name="emporix.403-status-in-capitals",
        violates=("EMX-006",),
        summary="The body of a 403 says FORBIDDEN.",
        kind="error shape",
        operations=(PATCH,),
        change=_told(Forbidden, PATCH, status="FORBIDDEN"),
    ),
    Defect(
        name="emporix.400-code-as-text",
        violates=("EMX-021",),
        summary="The code in the body of a 400 is a text.",
        kind="error shape",
        operations=(CREATE,),
        change=_told(Invalid, CREATE, code="400"),
        fault=101,
    ),
    Defect(
        name="emporix.400-under-another-word",
        violates=("EMX-021",),
        summary='A refused match says "Validation Failed" instead of "Bad Request".',
        kind="error shape",
        operations=(MATCH,),
        change=_told(Invalid, MATCH, status="Validation Failed"),
    ),
    Defect(
        name="emporix.404-names-no-id",
        violates=("EMX-022",),
        summary="The message of a 404 does not say what is missing.",
        kind="error shape",
        operations=(READ,),
        change=_told(Missing, READ, message="Not found.", resourceId=None),
    ),
    Defect(
        name="emporix.404-status-in-capitals",
        violates=("EMX-022",),
        summary="The 404 about an item says NOT_FOUND.",
        kind="error shape",
        operations=(READ_ITEM,),
        change=_told(Missing, READ_ITEM, status="NOT_FOUND"),
    ),
    Defect(
        name="emporix.404-code-of-its-own",
        violates=("EMX-022",),
        summary="The 404 about a member has a code that is not 404.",
        kind="error shape",
        operations=(READ_CUSTOMER,),
        change=_told(Missing, READ_CUSTOMER, code=40401),
    ),
    Defect(
        name="emporix.409-status-in-capitals",
        violates=("EMX-023",),
        summary="The 409 about a segment says CONFLICT.",
        kind="error shape",
        operations=(UPDATE,),
        change=_told(Conflict, UPDATE, status="CONFLICT"),
    ),
    Defect(
        name="emporix.409-with-code-400",
        violates=("EMX-023",),
        summary="The 409 about an assignment has code 400 in its body.",
        kind="error shape",
        operations=(ASSIGN_ITEM,),
        change=_told(Conflict, ASSIGN_ITEM, code=400),
    ),
    Defect(
        name="emporix.resource-id-is-a-kind",
        violates=("EMX-039",),
        summary="resourceId says what kind of thing is missing, not which.",
        kind="error shape",
        operations=(READ,),
        change=_told(Missing, READ, resourceId="segment"),
    ),
    Defect(
        name="emporix.resource-id-of-a-conflict-unknown",
        violates=("EMX-039",),
        summary="resourceId of a 409 is a fixed word.",
        kind="error shape",
        operations=(CREATE,),
        change=_told(Conflict, CREATE, resourceId="unknown"),
    ),
    Defect(
        name="emporix.broken-json-answered-500",
        violates=("EMX-029",),
        summary="A search whose body is no JSON is answered with 500.",
        kind="validation",
        operations=(SEARCH,),
        change=_answered(500, _is_no_json, SEARCH),
        fault=100,
    ),
    Defect(
        name="emporix.broken-patch-answered-422",
        violates=("EMX-029",),
        summary="A patch that breaks its schema is answered with 422.",
        kind="status",
        operations=(PATCH,),
        change=_answered(422, _is_off_schema, PATCH),
    ),
    Defect(
        name="emporix.site-of-any-type",
        violates=("EMX-029",),
        summary="A siteCode that is no text is taken for one.",
        kind="validation",
        operations=(CREATE,),
        change=changes.with_body(_texts("siteCode"), CREATE),
        loosen=_loosened("CommonSegment", "siteCode"),
        fault=102,
    ),
    Defect(
        name="emporix.q-of-any-type",
        violates=("EMX-029",),
        summary="A q that is no text is passed over by every search.",
        kind="validation",
        operations=(SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
        change=changes.with_body(_only("q", str), SEARCH, SEARCH_CUSTOMERS, SEARCH_ITEMS),
        loosen=_loosened("SegmentsSearch", "q"),
        fault=102,
    ),
    Defect(
        name="emporix.mixins-of-any-type",
        violates=("EMX-029",),
        summary="Mixins of an assignment that are no object are passed over.",
        kind="validation",
        operations=(ASSIGN_CUSTOMER,),
        change=changes.with_body(_only("mixins", dict), ASSIGN_CUSTOMER),
        loosen=_loosened("CustomerAssignmentUpsert", "mixins"),
        fault=102,
    ),
    Defect(
        name="emporix.force-in-any-word",
        violates=("EMX-030",),
        summary="forceDelete may be any word.",
        kind="validation",
        operations=(REMOVE, REMOVE_BULK),
        change=_flag("forceDelete", REMOVE, REMOVE_BULK),
        loosen=_any_word("forceDelete"),
        fault=102,
    ),
    Defect(
        name="emporix.only-active-in-any-word",
        violates=("EMX-030",),
        summary="onlyActive may be any word.",
        kind="validation",
        operations=(LIST_ALL_ITEMS,),
        change=_flag("onlyActive", LIST_ALL_ITEMS),
        loosen=_any_word("onlyActive"),
        fault=102,
    ),
    Defect(
        name="emporix.parameters-answered-500",
        violates=("EMX-030",),
        summary="A search with a header off its schema is answered with 500.",
        kind="validation",
        operations=(SEARCH,),
        change=_answered(
            500,
            lambda refusal: refusal.pointer.startswith("/header/"),
            SEARCH,
        ),
        fault=100,
    ),
)
