"""The domain's ways to say no.

A refusal knows why and which requirement it upholds; it does not know a status
code. The table refusal -> status and body lives in each room's `wire.py`.
Refusals are raised by `access.py`, `world.py` and `operations.py`, and by the web
layer for what it finds before a room is asked (see `Rules` in `room.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a request."""

    message: str
    """One sentence for a person."""
    pointer: str = ""
    """JSON pointer (RFC 6901) into the body; for a parameter `/query/NAME`,
    `/path/NAME` or `/header/NAME`. Empty for the body as a whole."""
    code: str = ""
    """A machine-readable name of the failed rule, for example `required`."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Values that belong to the message, for vendors that list them."""


class Refusal(Exception):
    """A domain "no". Never raised itself; raise one of the subclasses."""

    def __init__(
        self,
        message: str,
        *,
        requirement: str,
        pointer: str = "",
        code: str = "",
        resource: str = "",
    ) -> None:
        """`requirement` is the ledger id upheld, for example `EMX-031`."""
        if type(self) is Refusal:
            raise TypeError("raise a subclass of Refusal, not Refusal itself")
        super().__init__(message)
        self.message = message
        self.requirement = requirement
        self.pointer = pointer
        self.code = code
        self.resource = resource
        """The id of the resource that the refusal is about, when there is one."""


class Unauthenticated(Refusal):
    """The caller did not prove who it is, or the proof has expired or was revoked."""


class Forbidden(Refusal):
    """The caller is known and may not do this."""


class Invalid(Refusal):
    """The request breaks the contract or a rule about its values."""

    def __init__(
        self,
        message: str,
        *,
        requirement: str,
        pointer: str = "",
        code: str = "",
        resource: str = "",
        violations: Sequence[Violation] = (),
    ) -> None:
        super().__init__(
            message, requirement=requirement, pointer=pointer, code=code, resource=resource
        )
        self.violations = tuple(violations) or (Violation(message, pointer, code),)
        """Everything that is wrong, first things first; never empty."""


class Missing(Refusal):
    """The addressed thing does not exist, or must not be known to this caller."""


class Conflict(Refusal):
    """The request contradicts the present state: an id that is taken, a stale version."""


class UnknownPath(Refusal):
    """No operation of the contract has this path."""


class MethodNotAllowed(Refusal):
    """The path exists, the method does not."""

    def __init__(self, message: str, *, requirement: str, allowed: Sequence[str]) -> None:
        super().__init__(message, requirement=requirement)
        self.allowed = tuple(allowed)
        """The methods that the path has, upper case, sorted."""


class UnsupportedMediaType(Refusal):
    """The body has a content type that the operation does not take."""


class TooLarge(Refusal):
    """The body is larger than the vendor takes."""


class Broken(Refusal):
    """The mock contradicted its own contract: a fault of ours, never of the caller."""

    def __init__(self, message: str) -> None:
        super().__init__(message, requirement="")
