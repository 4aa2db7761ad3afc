"""What a defect is: a deliberate, named violation of documented behaviour.

A defect changes a room as a value (`Room -> Room`), or lets requests pass that the contract
refuses. The defects themselves stand in `mockserver/defects/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockserver.kernel.room import Room

Kind = Literal[
    "schema",
    "status",
    "auth",
    "scope",
    "state",
    "paging",
    "filter",
    "sort",
    "projection",
    "locking",
    "idempotency",
    "validation",
    "bulk",
    "cascade",
    "isolation",
    "time",
    "totals",
    "error shape",
]
"""What a defect is about."""

FAULTS: Mapping[int, str] = {
    100: "HTTP status 500",
    101: "response that does not match its schema",
    102: "success on invalid input",
    103: "deleted resource still accessible",
    104: "failed creation has side effects",
    203: "mass assignment",
    204: "existence of a protected resource leaks",
    205: "authenticated caller told it is not",
    206: "missed authorization check",
    207: "protected resource open without authentication",
}
"""The fault categories of the Web Fuzzing Commons that defects belong to, in our words."""

Change = Callable[[Room], Room]
"""How a room is made to misbehave."""


def _unchanged(room: Room) -> Room:
    return room


@dataclass(frozen=True, slots=True)
class Defect:
    """One way in which the mock can be told to be wrong."""

    name: str
    """The vendor, a dot, and what goes wrong: `emporix.version-ignored`."""
    violates: tuple[str, ...]
    """Ids of the requirements that are broken; the one that it is about comes first."""
    summary: str
    """What the mock does instead, in one sentence."""
    kind: Kind
    operations: tuple[str, ...]
    """operationIds that answer otherwise; empty where all of a vendor may."""
    change: Change = _unchanged
    loosen: Callable[[dict[str, Any]], None] | None = None
    """Edits a copy of the document that has the first of `operations` (the contract where
    there is none), so that requests pass which the contract refuses."""
    fault: int | None = None
    """A key of `FAULTS`, where one fits."""
    edition: str = ""
    """The contract version that is needed to see it; empty for the bundled one."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Choices without which it could not be seen."""

    @property
    def vendor(self) -> str:
        """Whose room it changes."""
        return self.name.partition(".")[0]
