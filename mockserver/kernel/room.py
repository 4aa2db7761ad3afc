"""What a vendor's room hands to the rest: one value that ties its parts together.

`mockserver/vendors/__init__.py` lists the rooms; nothing else needs to change when
one is added. A room never imports another room, a framework or the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.refusals import Refusal, Violation


class FixtureError(Exception):
    """A fixture says something that cannot be; `pointer` tells where."""

    def __init__(self, message: str, pointer: str) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        """JSON pointer into the fixture; empty when a setting is at fault instead."""
        self.vendor = ""
        """Whose fixture it is; filled in by whoever opens the room."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything that the first state of a room is made from."""

    fixture: Mapping[str, Any]
    """The parsed `world.json` of the room."""
    seed: int = 0
    segments: int = 40
    """How many segments each world holds, the named ones included."""
    customers: int = 200
    products: int = 200
    assignments: int | None = None
    """How many customers and how many items a made-up segment holds; `None`: a few."""
    scopes: Sequence[str] = ()
    """Names of further scopes (tenants, stores) that get a world of their own."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """The value of every named choice of the room, by its full name."""
    edition: str = ""
    """The contract version that is served; empty for the one of the bundled documents."""
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller who was let in, and what the operation works on."""

    world: Any
    """The world of the scope that was addressed; for logins the room's whole state."""
    caller: Any
    """Who calls and what it may see; the room's own type."""


@dataclass(frozen=True, slots=True)
class Demo:
    """One well-known credential that a developer can use at once."""

    scope: str
    """Tenant, store or site."""
    name: str
    """Short name, unique in its scope: `segment-mock token VENDOR --as NAME`."""
    description: str
    """Who this is and what it may do, for people."""
    header: str
    """The request header that carries the token, for example `Authorization`."""
    value: str
    """The full value of that header."""
    token: str
    """The bare token."""
    login: Mapping[str, str] = field(default_factory=dict)
    """What to log in with instead (client id and secret, e-mail and password)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The requirements behind what the web layer refuses before a room is asked."""

    unknown_path: str
    method: str
    media_type: str
    too_large: str
    path: str
    """A path parameter of the wrong form."""
    parameters: str
    """A query or header parameter of the wrong form."""
    body: str


Operation = Callable[[Any, Call, Any], Reply]
"""`(world, call, caller) -> Reply`, or a refusal raised."""


@dataclass(frozen=True, slots=True)
class Room:
    """One vendor: its operations and the functions around them."""

    vendor: str
    title: str
    operations: Mapping[str, Operation]
    """operationId -> function; contract and companion operations alike."""
    rules: Rules
    base_path: str
    """Where the segment operations of a scope stand; `{scope}` is its name."""
    open: Callable[[Blueprint], Any]
    """Build the room's first state. Raises FixtureError."""
    admit: Callable[[Any, Call], Admission]
    """`(state, call)` -> who calls and on what, or a refusal. The call carries only
    path parameters (undecoded text) and `sent` headers: access precedes validation."""
    refuse: Callable[[Refusal, Mapping[str, str], str], Reply]
    """`(refusal, choices, operation)` -> the refusal in the vendor's own shape and status.
    The operationId is empty where there is none; services of one vendor may differ."""
    demos: Callable[[Any], Sequence[Demo]]
    """The well-known credentials of a state, best one first."""
    example: Callable[[Any, str], str]
    """`(state, base_url)` -> one curl command that works as it stands."""
    cite: Callable[[str, Violation], str] = lambda _operation, _violation: ""
    """`(operationId, violation)` -> the requirement behind one thing that the contract
    refused, where the ledger has a more exact one than `rules`; else empty."""
    max_body: int = 10 * 1024 * 1024
    """Bytes; a larger body is refused with TooLarge."""
    editions: Mapping[str, Mapping[str, Operation]] = field(default_factory=dict)
    """Newer contract version -> the operations that it adds."""

    def at(self, edition: str) -> Room:
        """Return the room as a contract version has it; empty for the bundled one."""
        if not edition:
            return self
        return replace(self, operations={**self.operations, **self.editions[edition]})
