"""One namespace: the state of every room, and the way from a call to a reply.

The web layer and the room tests use the same two verbs, `admit` and `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.refusals import Refusal
from mockserver.kernel.room import Admission, Blueprint, FixtureError, Room

_POINTER_SAFE = "/~!$&'()*+,;=:@"
_POINTER_LIMIT = 160


class Service:
    """The worlds of some rooms, isolated from every other service."""

    def __init__(
        self, rooms: Sequence[Room], blueprints: Mapping[str, Blueprint], clock: Clock
    ) -> None:
        """`blueprints` holds one blueprint per vendor; all worlds live by the one clock.

        Raises FixtureError.
        """
        self.rooms = {room.vendor: room for room in rooms}
        self.blueprints = {
            vendor: replace(blueprint, clock=clock) for vendor, blueprint in blueprints.items()
        }
        self.clock = clock
        """Set, advance or freeze it at any time: every world follows on its next call."""
        self._owner = {operation: room for room in rooms for operation in room.operations}
        self._states: dict[str, Any] = {}
        self.reset()

    def reset(self, vendor: str | None = None) -> None:
        """Replace the state of one room, or of all, by a newly built one. Raises KeyError."""
        for name in self.rooms if vendor is None else (vendor,):
            try:
                self._states[name] = self.rooms[name].open(self.blueprints[name])
            except FixtureError as error:
                error.vendor = name
                raise

    def state(self, vendor: str) -> Any:
        """Return the state of a room."""
        return self._states[vendor]

    def admit(self, call: Call) -> Admission:
        """Return who calls and on what. Raises the room's refusal."""
        room = self._owner[call.operation]
        return room.admit(self._states[room.vendor], call)

    def answer(self, call: Call, admission: Admission | None = None) -> Reply:
        """Answer a valid call; a refusal becomes a reply in the vendor's shape."""
        room = self._owner[call.operation]
        try:
            if admission is None:
                admission = room.admit(self._states[room.vendor], call)
            return room.operations[call.operation](admission.world, call, admission.caller)
        except Refusal as refusal:
            return self.refuse(room.vendor, refusal, call.operation)

    def refuse(self, vendor: str, refusal: Refusal, operation: str = "") -> Reply:
        """Shape a refusal as the vendor would, with the headers that explain it."""
        choices = self.blueprints[vendor].choices
        reply = self.rooms[vendor].refuse(refusal, choices, operation)
        explained = list(reply.headers)
        if refusal.requirement:
            explained.append(("X-Mock-Requirement", refusal.requirement))
        if refusal.pointer:
            # A pointer may hold keys of the caller's own body: line breaks, any script, any
            # length. RFC 6901, section 6, says how one is written where only ASCII goes.
            pointer = quote(refusal.pointer[:_POINTER_LIMIT], safe=_POINTER_SAFE)
            explained.append(("X-Mock-Pointer", pointer))
        return Reply(reply.status, reply.body, explained)
