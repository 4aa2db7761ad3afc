"""Ways to change a room: what defects are written with.

Every function returns a `Change`, `Room -> Room`. Operations that are not named stay as
they are; without names all operations of the room are meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.defect import Change
from mockserver.kernel.refusals import Refusal
from mockserver.kernel.room import Admission, Operation, Room


def around(run: Callable[[Operation, Any, Call, Any], Reply], *operations: str) -> Change:
    """Answer by `run(operation, world, call, caller)`, which may call the true operation."""

    def wrapped(operation: Operation) -> Operation:
        return lambda world, call, caller: run(operation, world, call, caller)

    def change(room: Room) -> Room:
        named = operations or tuple(room.operations)
        missing = set(named) - room.operations.keys()
        if missing:
            raise KeyError(f"{room.vendor} has no operations {sorted(missing)}")
        return replace(
            room,
            operations={
                **room.operations,
                **{name: wrapped(room.operations[name]) for name in named},
            },
        )

    return change


def before(edit: Callable[[Call], Call], *operations: str) -> Change:
    """Edit a call before it is answered."""
    return around(lambda run, world, call, caller: run(world, edit(call), caller), *operations)


def after(edit: Callable[[Reply, Call], Reply], *operations: str) -> Change:
    """Edit what an operation answers; refusals are none of its answers."""
    return around(
        lambda run, world, call, caller: edit(run(world, call, caller), call), *operations
    )


def body(edit: Callable[[Any], Any], *operations: str) -> Change:
    """Edit the JSON value that an operation answers with; empty answers stay empty."""

    def edited(reply: Reply, _: Call) -> Reply:
        return reply if reply.body is None else replace(reply, body=edit(plain(reply.body)))

    return after(edited, *operations)


def status(code: int, *operations: str, instead_of: int | None = None) -> Change:
    """Answer with another status; `instead_of` says which one is replaced, else any."""
    return after(
        lambda reply, _: (
            replace(reply, status=code) if instead_of in (None, reply.status) else reply
        ),
        *operations,
    )


def without_query(name: str, *operations: str) -> Change:
    """Ignore a query parameter."""
    return before(lambda call: replace(call, query=_without(call.query, name)), *operations)


def without_header(name: str, *operations: str) -> Change:
    """Ignore a declared request header, by the spelling of the contract."""
    return before(lambda call: replace(call, headers=_without(call.headers, name)), *operations)


def with_body(edit: Callable[[Any], Any], *operations: str) -> Change:
    """Edit the body that was sent, a copy of its JSON value, before it is read."""
    return before(
        lambda call: replace(call, body=edit(plain(call.body))) if call.has_body else call,
        *operations,
    )


def without_reply_header(name: str, *operations: str) -> Change:
    """Leave a response header out."""

    def edited(reply: Reply, _: Call) -> Reply:
        kept = [pair for pair in reply.headers if pair[0].lower() != name.lower()]
        return replace(reply, headers=kept)

    return after(edited, *operations)


def admitting(
    edit: Callable[[Callable[[Any, Call], Admission], Any, Call], Admission], *operations: str
) -> Change:
    """Let callers in by `edit(admit, state, call)`, which may call the true `admit`."""

    def change(room: Room) -> Room:
        admit = room.admit

        def admitted(state: Any, call: Call) -> Admission:
            if operations and call.operation not in operations:
                return admit(state, call)
            return edit(admit, state, call)

        return replace(room, admit=admitted)

    return change


def refusing(
    edit: Callable[[Reply, Refusal], Reply], *operations: str, kind: type[Refusal] = Refusal
) -> Change:
    """Edit the reply that a refusal of a kind becomes; `plain` its body before changing it."""

    def change(room: Room) -> Room:
        refuse = room.refuse

        def refused(refusal: Refusal, choices: Mapping[str, str], operation: str) -> Reply:
            reply = refuse(refusal, choices, operation)
            if isinstance(refusal, kind) and (not operations or operation in operations):
                return edit(reply, refusal)
            return reply

        return replace(room, refuse=refused)

    return change


def opening(edit: Callable[[Any], None]) -> Change:
    """Edit the state of a room right after it was built."""

    def change(room: Room) -> Room:
        build = room.open

        def opened(blueprint: Any) -> Any:
            state = build(blueprint)
            edit(state)
            return state

        return replace(room, open=opened)

    return change


def together(*changes: Change) -> Change:
    """Make several changes, the first one innermost."""

    def change(room: Room) -> Room:
        for each in changes:
            room = each(room)
        return room

    return change


def without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return an edit that leaves properties out of a JSON object."""
    return lambda value: {name: kept for name, kept in value.items() if name not in names}


def saying(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return an edit that sets properties of a JSON object."""
    return lambda value: {**value, **values}


def kebab(name: str) -> str:
    """Return a camel-case name as names of defects have it: `validFrom` is `valid-from`."""
    return re.sub("([A-Z])", lambda found: f"-{found[1].lower()}", name)


def plain(value: Any) -> Any:
    """Return a copy of a JSON value that may be edited; documents become their values."""
    if isinstance(value, Document):
        return plain(value.value) if value.data is None else json.loads(value.data)
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _without(named: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in named.items() if each != name}
