"""The operations on segments: one function per operationId, and the table of all thirty.

They read the call, ask the world, and shape the reply; rules live in the world.
"""

from __future__ import annotations

from typing import Any

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Forbidden, Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import assignments, bulk, drafts, patch, records, visibility
from mockserver.vendors.emporix.assignment_operations import ASSIGNMENT_OPERATIONS
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.fields import segment_field
from mockserver.vendors.emporix.languages import writing_language
from mockserver.vendors.emporix.listing import listing, page
from mockserver.vendors.emporix.matching import Candidates, narrow
from mockserver.vendors.emporix.model import Draft, Json
from mockserver.vendors.emporix.replies import listed, named, read_clauses, read_query, view
from mockserver.vendors.emporix.world import World, check_version


def create_segment(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments: 201 with the id (EMX-050)."""
    body = _body(call)
    draft = _draft(world, call, body)
    segment = world.create_segment(draft, _own_id(body))
    return Reply(201, {"id": segment.id})


def retrieve_segments(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments."""
    q = call.query.get("q")
    everything = world.choices.own_list_is_catalogue
    return _list(world, call, caller, q, "/query/q", own_active=True, everything=everything)


def search_segments(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/search, with q in the body (EMX-095)."""
    q = read_query(call)
    own_active = world.choices.search_own_active  # (EMX-107)
    return _list(world, call, caller, q, "/q", own_active=own_active)


def _list(
    world: World,
    call: Call,
    caller: Caller,
    q: str | None,
    pointer: str,
    *,
    own_active: bool,
    everything: bool = False,
) -> Reply:
    entity = named(call, "legalEntityId")
    customer = named(call, "customerId")
    if customer is not None and not caller.reads_all:
        if not world.choices.foreign_customer_ignored:
            raise Forbidden(
                "customerId needs the scope customersegment.segment_read.",
                requirement="EMX-098",
                pointer="/query/customerId",
                code="customerId",
            )
        customer = None
    wanted = listing(call, world.choices)
    shown = view(world, call)
    clauses = read_clauses(world, q, pointer)
    if customer is not None:
        candidates = Candidates(visibility.segments_of(world, customer, entity))
    elif caller.reads_all:
        # Every segment of the tenant (EMX-090), those that q leaves.
        candidates, clauses = narrow(world.segments, clauses)
    elif everything:
        candidates = Candidates([each for each in world.segments.rows if world.is_active(each)])
    else:
        # Those that the customer is assigned to (EMX-106), for GET the active ones (EMX-105).
        candidates = Candidates(visibility.own_segments(world, caller, entity, active=own_active))
    found = page(candidates, clauses, segment_field, wanted)
    return listed(records.segments(found.rows, shown), found.total)


def retrieve_segment(world: World, call: Call, caller: Caller) -> Reply:
    """GET /segments/{segmentId}: the segment of that id (EMX-091)."""
    segment = visibility.visible_segment(
        world, caller, call.path["segmentId"], named(call, "legalEntityId")
    )
    return Reply(200, records.segment(segment, view(world, call)))


def put_segment(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/{segmentId}: 201 with the id of a new one (EMX-125), else 204 (EMX-126)."""
    body = _body(call)
    draft = _draft(world, call, body)
    # The id in the path counts, not one in the body (EMX-134).
    segment_id = drafts.read_id(call.path["segmentId"], "/path/segmentId")
    created = world.put_segment(draft, segment_id, drafts.read_version(body))
    return Reply(201, {"id": segment_id}) if created else Reply(204)


def patch_segment(world: World, call: Call, caller: Caller) -> Reply:
    """PATCH /segments/{segmentId}: 204 without a body (EMX-140)."""
    segment = world.segment(call.path["segmentId"], requirement="EMX-143")
    operations = _body(call)
    language = writing_language(world, call.headers.get("Content-Language"))
    for expected in patch.expected_versions(operations):
        check_version(segment.version, expected, segment.id, requirement="EMX-155")
    if operations:  # without any, nothing changes (EMX-156)
        draft = patch.patched(
            records.segment_document(segment),
            operations,
            language,
            lenient=world.choices.patch_replace_creates,
        )
        world.replace_segment(segment, draft)
    return Reply(204)


def delete_segment(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/{segmentId}: 204 without a body (EMX-160)."""
    world.delete_segment(call.path["segmentId"], force=_force(call))
    return Reply(204)


def create_segments(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/bulk."""
    language = writing_language(world, call.headers.get("Content-Language"))

    def create(entry: Json) -> tuple[bool, str | None]:
        draft = drafts.read_segment(entry, language)
        return True, world.create_segment(draft, _own_id(entry)).id

    return bulk.run(world, call, create, _entry_id)


def put_segments(world: World, call: Call, caller: Caller) -> Reply:
    """PUT /segments/bulk: creates what is not there, updates what is (EMX-184)."""
    language = writing_language(world, call.headers.get("Content-Language"))

    def put(entry: Json) -> tuple[bool, str | None]:
        draft = drafts.read_segment(entry, language)
        segment_id = _own_id(entry)
        if segment_id is not None:
            version = drafts.read_version(entry)
            return world.put_segment(draft, segment_id, version), segment_id
        if world.choices.bulk_put_needs_id:
            raise Invalid("id is required.", requirement="EMX-192", pointer="/id", code="required")
        return True, world.create_segment(draft).id

    return bulk.run(world, call, put, _entry_id)


def delete_segments(world: World, call: Call, caller: Caller) -> Reply:
    """DELETE /segments/bulk: the entries are ids (EMX-187)."""
    force = _force(call)

    def delete(entry: Json) -> tuple[bool, str | None]:
        segment_id = drafts.read_id(entry, "")
        world.delete_segment(segment_id, force=force)
        return False, segment_id

    return bulk.run(world, call, delete, lambda entry: entry)


def match_items(world: World, call: Call, caller: Caller) -> Reply:
    """POST /segments/match: 200 with the ids of the items that match (EMX-203)."""
    body = _body(call)
    site = body.get("site", body.get("siteCode"))  # (EMX-210)
    if site is None:
        raise Invalid("site is required.", requirement="EMX-204", pointer="/site", code="required")
    wanted = [entry["id"] for entry in body["items"] if "id" in entry]  # (EMX-211)
    found = assignments.match(world, wanted, body["segmentIds"], site)
    return Reply(200, [{"id": item} for item in found])


def _body(call: Call) -> Any:
    if not call.has_body:
        raise Invalid("A body is needed.", requirement="EMX-031", code="required")
    return call.body


def _draft(world: World, call: Call, body: Json) -> Draft:
    language = writing_language(world, call.headers.get("Content-Language"))
    return drafts.read_segment(body, language)


def _own_id(body: Json) -> str | None:
    """Return the id in a body, which becomes that of the segment (EMX-052)."""
    return drafts.read_id(body["id"], "/id") if "id" in body else None


def _entry_id(entry: Json) -> str | None:
    return entry.get("id") if isinstance(entry, dict) else None


def _force(call: Call) -> bool:
    """Return forceDelete; without it: false (EMX-164)."""
    return call.query.get("forceDelete") is True


OPERATIONS: dict[str, Operation] = {
    "POST-customer-segment-create-segment": create_segment,
    "GET-customer-segment-retrieve-segments": retrieve_segments,
    "POST-customer-segment-search-segments": search_segments,
    "GET-customer-segment-retrieve-segment": retrieve_segment,
    "PUT-customer-segment-update-segment": put_segment,
    "PATCH-customer-segment-update-segment": patch_segment,
    "DELETE-customer-segment-remove-segment": delete_segment,
    "POST-customer-segment-create-segments-bulk": create_segments,
    "PUT-customer-segment-update-segments-bulk": put_segments,
    "DELETE-customer-segment-remove-segments-bulk": delete_segments,
    "POST-customer-segment-check-match": match_items,
    **ASSIGNMENT_OPERATIONS,
}
"""operationId -> function, for every operation of the contract."""
