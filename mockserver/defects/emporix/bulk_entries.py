"""Entries of bulk replies that say the wrong thing, or say it in the wrong form."""

from __future__ import annotations

from dataclasses import replace

from mockserver.defects import changes
from mockserver.defects.emporix.bulk import (
    ALL,
    CREATE,
    OF_ASSIGNMENTS,
    REMOVE,
    REMOVE_ITEMS,
    SHORT,
    UPDATE,
    entries,
    with_values,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect


def _given_ids_only(reply: Reply, call: Call) -> Reply:
    given = [isinstance(entry, dict) and "id" in entry for entry in call.body]
    told = [
        entry if known else changes.without("id")(entry)
        for entry, known in zip(reply.body, given, strict=True)
    ]
    return replace(reply, body=told)


DEFECTS = (
    *(
        Defect(
            name=f"emporix.{name}-{done}-{wrong}",
            violates=(requirement,),
            summary=f"An entry of {told} that {said} has {what}.",
            kind="bulk",
            operations=(operation,),
            change=entries(edit, operation, code=code),
        )
        for operation, requirement, done, said, code, word in (
            (CREATE, "EMX-179", "created", "was created", 201, "Success"),
            (UPDATE, "EMX-180", "updated", "was updated", 204, "No Content"),
            (REMOVE, "EMX-181", "deleted", "was deleted", 204, "No Content"),
        )
        for name, told in (SHORT[operation],)
        for wrong, what, edit in (
            ("without-id", "no id", changes.without("id")),
            ("has-code-200", "code 200", with_values(code=200)),
            ("has-other-status", f"the status {word}", with_values(status=word)),
        )
    ),
    Defect(
        name="emporix.bulk-generated-id-untold",
        violates=("EMX-179",),
        summary="An entry of POST /segments/bulk without an id is created, its new id not told.",
        kind="bulk",
        operations=(CREATE,),
        change=changes.after(_given_ids_only, CREATE),
    ),
    *(
        Defect(
            name=f"emporix.bulk-bad-entry-{wrong}",
            violates=("EMX-182",),
            summary=f"An entry that is no valid segment has {what}.",
            kind="error shape",
            operations=(CREATE, UPDATE),
            change=entries(edit, CREATE, UPDATE, code=400),
        )
        for wrong, what, edit in (
            ("without-message", "no message", changes.without("message")),
            ("with-id", "an id", with_values(id="none")),
            ("has-other-status", "the status BAD_REQUEST", with_values(status="BAD_REQUEST")),
        )
    ),
    Defect(
        name="emporix.bulk-put-bad-entry-without-message",
        violates=("EMX-182",),
        summary="An entry of PUT /segments/bulk that is no valid segment has no message.",
        kind="error shape",
        operations=(UPDATE,),
        change=entries(changes.without("message"), UPDATE, code=400),
    ),
    *(
        Defect(
            name=f"emporix.{name}-tells-ids",
            violates=("EMX-183",),
            summary=f"Entries of the reply to {told} carry an id.",
            kind="schema",
            operations=(operation,),
            change=entries(with_values(id="628cd20c6e8b2432b6346ca6"), operation),
        )
        for operation, (name, told) in SHORT.items()
        if operation in OF_ASSIGNMENTS
    ),
    *(
        Defect(
            name=f"emporix.bulk-entry-without-{lacking}",
            violates=("EMX-193",),
            summary=f"Entries of bulk replies have no {lacking}.",
            kind="schema",
            operations=ALL,
            change=entries(changes.without(lacking), *ALL),
        )
        for lacking in ("index", "code", "status")
    ),
    Defect(
        name="emporix.bulk-delete-items-entry-without-status",
        violates=("EMX-193",),
        summary="Entries of the reply to DELETE …/items/{type}/bulk have no status.",
        kind="schema",
        operations=(REMOVE_ITEMS,),
        change=entries(changes.without("status"), REMOVE_ITEMS),
    ),
    Defect(
        name="emporix.bulk-code-is-text",
        violates=("EMX-193",),
        summary="The code of an entry in a bulk reply is text.",
        kind="schema",
        operations=ALL,
        change=entries(lambda entry: {**entry, "code": str(entry["code"])}, *ALL),
        fault=101,
    ),
)
