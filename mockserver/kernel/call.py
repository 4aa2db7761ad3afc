"""The values that cross the seam between the web and a room: call, document, reply.

Nothing here knows HTTP beyond the names of headers, and nothing here knows a
vendor. The web builds a `Call`; a room answers with a `Reply`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.kernel.refusals import Violation


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a room sees it: decoded and valid against the contract."""

    operation: str
    """The operationId of the contract."""
    path: Mapping[str, Any] = field(default_factory=dict)
    """Path parameters by name, decoded to the type that the contract declares."""
    query: Mapping[str, Any] = field(default_factory=dict)
    """Declared query parameters by name; defaults of the contract are filled in."""
    headers: Mapping[str, Any] = field(default_factory=dict)
    """Declared header parameters by the contract's spelling, decoded."""
    body: Any = None
    """The decoded JSON or form body; `None` when there is none (see `has_body`)."""
    has_body: bool = False
    """True when a body was sent; tells a missing body from the JSON value `null`."""
    faults: Mapping[int, Violation] = field(default_factory=dict)
    """For bulk operations: position of a bad entry in the body -> what is wrong with
    it. Every other entry is valid. Empty for all other operations."""
    undeclared: Sequence[tuple[str, str]] = ()
    """Query parameters that the contract does not declare, decoded, in order."""
    sent: Mapping[str, str] = field(default_factory=dict)
    """Every header of the request by its lower-case name; for access rules."""


class Document:
    """A JSON object that is encoded and checked once per version of its record.

    A room keeps the document beside the record it was made from and hands the
    same one out until the record changes. The web layer fills in `data` and
    `checked`, so a list of unchanged records is joined rather than built.
    """

    __slots__ = ("checked", "data", "value")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value: Mapping[str, Any] | None = value
        """The JSON object; `None` once it has been encoded, to save memory."""
        self.data: bytes | None = None
        """The encoded bytes, once the web layer has made them."""
        self.checked: object = None
        """The reply validator that accepted the value, or `None`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as a room gives it: a status, a JSON body and extra headers."""

    status: int
    body: Any = None
    """A JSON value, a `Document`, a list of documents, or a dict in which one
    top-level value is a list of documents. `None` means no body at all."""
    headers: Sequence[tuple[str, str]] = ()
    """Response headers beside the content type, in order; names may repeat."""
