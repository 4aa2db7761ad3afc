"""Bulk requests that are counted, limited or applied in the wrong way.

What single entries of their replies say wrongly is in `bulk_entries.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid, TooLarge
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import World

CREATE = "POST-customer-segment-create-segments-bulk"
UPDATE = "PUT-customer-segment-update-segments-bulk"
REMOVE = "DELETE-customer-segment-remove-segments-bulk"
ASSIGN_CUSTOMERS = "PUT-customer-segment-update-customers-bulk"
REMOVE_CUSTOMERS = "DELETE-customer-segment-remove-customers-bulk"
ASSIGN_ITEMS = "PUT-customer-segment-update-items-bulk"
REMOVE_ITEMS = "DELETE-customer-segment-remove-items-bulk"
OF_ASSIGNMENTS = (ASSIGN_CUSTOMERS, REMOVE_CUSTOMERS, ASSIGN_ITEMS, REMOVE_ITEMS)
ALL = (CREATE, UPDATE, REMOVE, *OF_ASSIGNMENTS)
SHORT = {
    CREATE: ("bulk-post", "POST /segments/bulk"),
    UPDATE: ("bulk-put", "PUT /segments/bulk"),
    REMOVE: ("bulk-delete", "DELETE /segments/bulk"),
    ASSIGN_CUSTOMERS: ("bulk-put-customers", "PUT …/customers/bulk"),
    REMOVE_CUSTOMERS: ("bulk-delete-customers", "DELETE …/customers/bulk"),
    ASSIGN_ITEMS: ("bulk-put-items", "PUT …/items/{type}/bulk"),
    REMOVE_ITEMS: ("bulk-delete-items", "DELETE …/items/{type}/bulk"),
}
"""operationId -> how defects are named after it, and what people call it."""
LIMIT = 200


def entries(
    edit: Callable[[dict[str, Any]], dict[str, Any]], *operations: str, code: int | None = None
) -> Change:
    """Edit the entries of bulk replies, all of them or those of one code."""

    def edited(body: Any) -> Any:
        return [edit(entry) if code in (None, entry["code"]) else entry for entry in body]

    return changes.body(edited, *operations)


def with_values(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return an edit that gives an entry some values."""
    return lambda entry: {**entry, **values}


def _parts(call: Call, size: int) -> Iterator[Call]:
    """Yield a bulk call in parts of some entries."""
    for start in range(0, len(call.body), size):
        faults = {
            position - start: fault
            for position, fault in call.faults.items()
            if start <= position < start + size
        }
        yield replace(call, body=call.body[start : start + size], faults=faults)


def _joined(replies: list[Reply]) -> Reply:
    found = [entry for reply in replies for entry in reply.body]
    counted = [{**entry, "index": index} for index, entry in enumerate(found, 1)]
    return Reply(207, counted)


def _unlimited(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if len(call.body) <= LIMIT:
        return run(world, call, caller)
    return _joined([run(world, part, caller) for part in _parts(call, LIMIT)])


def _cut(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    return run(world, next(_parts(call, LIMIT), call), caller)


def _up_to_100(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if len(call.body) > LIMIT // 2:
        raise Invalid("At most 100 entries.", requirement="EMX-176", code="maxItems")
    return run(world, call, caller)


def _too_large(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if len(call.body) > LIMIT:
        raise TooLarge("Too many entries.", requirement="EMX-176")
    return run(world, call, caller)


def _without_limit(*operations: str) -> Callable[[dict[str, Any]], None]:
    def loosen(document: dict[str, Any]) -> None:
        for item in document["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict) and operation.get("operationId") in operations:
                    content = operation["requestBody"]["content"]["application/json"]
                    content["schema"].pop("maxItems", None)

    return loosen


def _stopping(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Do entries up to the first bad one, and call the others bad too."""
    replies: list[Reply] = []
    for part in _parts(call, 1):
        if replies and replies[-1].body[0]["code"] >= 400:
            told = {"code": 400, "status": "Bad Request", "message": "Not done."}
            replies.append(Reply(207, [told]))
        else:
            replies.append(run(world, part, caller))
    return _joined(replies)


def _first_only(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Do the first entry and claim the same of the others."""
    reply = run(world, next(_parts(call, 1), call), caller)
    told: list[Any] = list(reply.body)
    for position, entry in enumerate(call.body[1:], 2):
        named = {"id": entry} if "id" in told[0] else {}
        told.append({**told[0], **named, "index": position})
    return replace(reply, body=told)


def _all_or_nothing(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    if call.faults:
        raise Invalid("An entry is not valid.", requirement="EMX-177")
    return run(world, call, caller)


def _nothing_done(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Claim that everything was deleted."""
    done = {"code": 204, "status": "OK"}
    named = [{"id": entry} if call.operation == REMOVE else {} for entry in call.body]
    return Reply(207, [{"index": i, **one, **done} for i, one in enumerate(named, 1)])


def _updates_only(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    """Call an entry missing whose segment does not exist."""
    replies = []
    for part in _parts(call, 1):
        named = part.body[0].get("id") if isinstance(part.body[0], dict) else None
        if part.faults or world.segments.get(named) is not None:
            replies.append(run(world, part, caller))
        else:
            told = {"code": 404, "status": "Not Found", "message": "Not found."}
            replies.append(Reply(207, [told]))
    return _joined(replies)


def _ids_refused(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    raise Invalid("Objects with an id are needed.", requirement="EMX-187")


DEFECTS = (
    Defect(
        name="emporix.bulk-answers-200",
        violates=("EMX-175",),
        summary="A bulk request is answered with 200.",
        kind="status",
        operations=ALL,
        change=changes.status(200, *ALL),
    ),
    Defect(
        name="emporix.bulk-delete-customers-answers-204",
        violates=("EMX-175",),
        summary="DELETE …/customers/bulk is answered with 204 and no body.",
        kind="status",
        operations=(REMOVE_CUSTOMERS,),
        change=changes.after(lambda _reply, _call: Reply(204), REMOVE_CUSTOMERS),
    ),
    Defect(
        name="emporix.bulk-reply-reversed",
        violates=("EMX-175",),
        summary="The entries of a bulk reply come in the reverse order.",
        kind="bulk",
        operations=ALL,
        change=changes.body(lambda body: body[::-1], *ALL),
    ),
    Defect(
        name="emporix.bulk-tells-failures-only",
        violates=("EMX-175",),
        summary="A bulk reply has entries for what failed alone.",
        kind="bulk",
        operations=ALL,
        change=changes.body(lambda body: [one for one in body if one["code"] >= 400], *ALL),
    ),
    Defect(
        name="emporix.bulk-tells-successes-only",
        violates=("EMX-175", "EMX-177"),
        summary="A bulk reply has no entries for what failed.",
        kind="bulk",
        operations=ALL,
        change=changes.body(lambda body: [one for one in body if one["code"] < 400], *ALL),
    ),
    Defect(
        name="emporix.bulk-put-items-merges-entries",
        violates=("EMX-175",),
        summary="PUT …/items/{type}/bulk answers with one entry for all that were done.",
        kind="bulk",
        operations=(ASSIGN_ITEMS,),
        change=changes.body(
            lambda body: list({one["code"]: one for one in body}.values()), ASSIGN_ITEMS
        ),
    ),
    Defect(
        name="emporix.bulk-index-kept-at-one",
        violates=("EMX-175",),
        summary="Every entry of a bulk reply has the index 1.",
        kind="bulk",
        operations=ALL,
        change=entries(with_values(index=1), *ALL),
    ),
    Defect(
        name="emporix.bulk-unlimited",
        violates=("EMX-176",),
        summary="A bulk request takes any number of entries.",
        kind="bulk",
        operations=ALL,
        change=changes.around(_unlimited, *ALL),
        loosen=_without_limit(*ALL),
        fault=102,
    ),
    Defect(
        name="emporix.bulk-delete-items-unlimited",
        violates=("EMX-176",),
        summary="DELETE …/items/{type}/bulk takes any number of entries.",
        kind="bulk",
        operations=(REMOVE_ITEMS,),
        change=changes.around(_unlimited, REMOVE_ITEMS),
        loosen=_without_limit(REMOVE_ITEMS),
        fault=102,
    ),
    Defect(
        name="emporix.bulk-put-customers-cut",
        violates=("EMX-176",),
        summary="PUT …/customers/bulk drops what is beyond 200 entries without a word.",
        kind="bulk",
        operations=(ASSIGN_CUSTOMERS,),
        change=changes.around(_cut, ASSIGN_CUSTOMERS),
        loosen=_without_limit(ASSIGN_CUSTOMERS),
        fault=102,
    ),
    Defect(
        name="emporix.bulk-limited-to-100",
        violates=("EMX-176",),
        summary="A bulk request with more than 100 entries is refused.",
        kind="bulk",
        operations=ALL,
        change=changes.around(_up_to_100, *ALL),
    ),
    Defect(
        name="emporix.bulk-limit-answers-413",
        violates=("EMX-176",),
        summary="A bulk request with more than 200 entries is answered with 413.",
        kind="status",
        operations=ALL,
        change=changes.around(_too_large, *ALL),
        loosen=_without_limit(*ALL),
    ),
    *(
        Defect(
            name=f"emporix.{name}-all-or-nothing",
            violates=("EMX-177",),
            summary=f"{told} is refused as a whole for one bad entry.",
            kind="bulk",
            operations=(operation,),
            change=changes.around(_all_or_nothing, operation),
        )
        for operation, (name, told) in SHORT.items()
        if operation in (CREATE, UPDATE, ASSIGN_ITEMS)
    ),
    *(
        Defect(
            name=f"emporix.{name}-stops-at-bad-entry",
            violates=("EMX-177",),
            summary=f"{told} does nothing any more after a bad entry.",
            kind="bulk",
            operations=(operation,),
            change=changes.around(_stopping, operation),
        )
        for operation, (name, told) in SHORT.items()
        if operation in (CREATE, UPDATE, ASSIGN_CUSTOMERS, ASSIGN_ITEMS)
    ),
    *(
        Defect(
            name=f"emporix.{name}-does-first-entry-only",
            violates=("EMX-177",),
            summary=f"{told} does its first entry and claims the same of the others.",
            kind="bulk",
            operations=(operation,),
            change=changes.around(_first_only, operation),
        )
        for operation, (name, told) in SHORT.items()
        if operation in (REMOVE, REMOVE_CUSTOMERS, REMOVE_ITEMS)
    ),
    Defect(
        name="emporix.bulk-bad-entry-answers-422",
        violates=("EMX-177", "EMX-182"),
        summary="A bad entry of a bulk request has code 422.",
        kind="bulk",
        operations=ALL,
        change=entries(with_values(code=422), *ALL, code=400),
    ),
    Defect(
        name="emporix.bulk-bad-entry-counts-as-done",
        violates=("EMX-177",),
        summary="A bad entry of an assignment bulk request is passed over, with code 204.",
        kind="bulk",
        operations=(ASSIGN_CUSTOMERS, ASSIGN_ITEMS),
        change=entries(
            lambda entry: {"index": entry["index"], "code": 204, "status": "OK"},
            ASSIGN_CUSTOMERS,
            ASSIGN_ITEMS,
            code=400,
        ),
        fault=102,
    ),
    Defect(
        name="emporix.bulk-put-creates-nothing",
        violates=("EMX-184",),
        summary="An entry of PUT /segments/bulk on an unknown id has code 404.",
        kind="bulk",
        operations=(UPDATE,),
        change=changes.around(_updates_only, UPDATE),
    ),
    Defect(
        name="emporix.bulk-put-created-has-code-204",
        violates=("EMX-184",),
        summary="An entry of PUT /segments/bulk that was created has code 204.",
        kind="bulk",
        operations=(UPDATE,),
        change=entries(with_values(code=204, status="OK"), UPDATE, code=201),
    ),
    Defect(
        name="emporix.bulk-delete-deletes-nothing",
        violates=("EMX-187", "EMX-161", "EMX-163", "EMX-165"),
        summary="DELETE /segments/bulk names every segment as deleted and deletes none.",
        kind="state",
        operations=(REMOVE,),
        change=changes.around(_nothing_done, REMOVE),
        fault=103,
    ),
    Defect(
        name="emporix.bulk-delete-refuses-ids",
        violates=("EMX-187",),
        summary="DELETE /segments/bulk refuses an array of ids with 400.",
        kind="bulk",
        operations=(REMOVE,),
        change=changes.around(_ids_refused, REMOVE),
    ),
)
