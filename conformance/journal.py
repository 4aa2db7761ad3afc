"""What a run made at the target: written down before it is sent, so that nothing is forgotten.

A JSON line per event. An interrupted run leaves the file behind, and `cleanup` reads it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

State = Literal["planned", "made", "refused", "removed", "left", "stray"]
"""`left`: could not be removed; `stray`: may be somebody else's and is not touched."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The request that takes a creation away again."""

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    """`{id}` stands for the id that the target gave."""
    query: Mapping[str, str] = field(default_factory=dict)
    credential: str = ""
    body: Any = None


@dataclass(frozen=True, slots=True)
class Creation:
    """One thing that the kit made, or is about to make."""

    number: int
    kind: str
    """What it is, in the vendor's word: `segment`, `coupon` …"""
    name: str
    """The recognisable name that it was given."""
    removal: Removal
    id: str = ""
    """Empty while the target has not said it."""
    state: State = "planned"
    reason: str = ""
    """Why it was left, where it was."""

    @property
    def is_open(self) -> bool:
        """True when it is, or may be, at the target."""
        return self.state in ("planned", "made", "left")


class Journal:
    """Every creation of one process of a run."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` is the file; without one nothing is stored (targets in this process)."""
        self.path = path
        self._creations: dict[int, Creation] = {}
        """By number, which is the order in which they were planned."""

    def plan(self, kind: str, name: str, removal: Removal, id: str = "") -> Creation:  # noqa: A002 - the word of all three APIs
        """Write down what is about to be made."""
        creation = Creation(self.count + 1, kind, name, removal, id)
        self._write(creation)
        return creation

    def made(self, creation: Creation, id: str = "") -> Creation:  # noqa: A002 - as above
        """Note that the target made it, under an id of its own where it says so."""
        return self._write(replace(creation, id=id or creation.id, state="made"))

    def refused(self, creation: Creation) -> None:
        """Note that the target did not make it."""
        self._write(replace(creation, state="refused"))

    def removed(self, creation: Creation) -> None:
        """Note that it is gone."""
        self._write(replace(creation, state="removed"))

    def left(self, creation: Creation, reason: str) -> None:
        """Note that it could not be removed."""
        self._write(replace(creation, state="left", reason=reason))

    def stray(self, creation: Creation, id: str, reason: str) -> None:  # noqa: A002 - as above
        """Note an id that a target answered and that may be somebody else's."""
        # Written at once: planned for a moment only, it would be removed after a crash.
        found = replace(creation, number=self.count + 1, id=id, state="stray", reason=reason)
        self._write(found)

    def forget(self) -> None:
        """Delete the file: nothing in it is needed any more."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def remaining(self) -> list[Creation]:
        """Return what is, or may be, at the target, in the order in which it was made."""
        return [each for each in self._creations.values() if each.is_open or each.state == "stray"]

    def current(self, creation: Creation) -> Creation:
        """Return what is known of a creation by now."""
        return self.numbered(creation.number)

    def open(self, since: int = 0) -> list[Creation]:
        """Return what is, or may be, at the target and was planned after a number; last first."""
        latest_first = reversed(self._creations.values())
        later = itertools.takewhile(lambda each: each.number > since, latest_first)
        return [each for each in later if each.is_open]

    def owns(self, id: str) -> bool:  # noqa: A002 - as above
        """Return whether the kit made, or was about to make, something under an id."""
        return any(each.id == id for each in self._creations.values() if each.id)

    def numbered(self, number: int) -> Creation:
        """Return a creation by its number, which counts from 1. Raises KeyError."""
        return self._creations[number]

    @property
    def count(self) -> int:
        """How many creations were planned; the number of the last one."""
        return next(reversed(self._creations), 0)

    def _write(self, creation: Creation) -> Creation:
        self._creations[creation.number] = creation
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                # The line ends before it begins: the one before it may have been cut short.
                # Names are anybody's text, and only ASCII has no other ends of lines.
                file.write("\n" + json.dumps(asdict(creation)))
        return creation


def read(path: Path) -> Journal:
    """Return the journal of an interrupted run; a line cut short is left out.

    Raises OSError.
    """
    journal = Journal(path)
    for line in path.read_text("utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line)
            row["removal"] = Removal(**row["removal"])
            creation = Creation(**row)
        except (ValueError, TypeError, KeyError):
            continue
        journal._creations[creation.number] = creation
    # In the order of their numbers, also where the first line of one is lost.
    journal._creations = dict(sorted(journal._creations.items()))
    return journal
