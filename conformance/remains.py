"""What runs left at their targets, as their journals tell it, and how it is removed later."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance.journal import Creation, read
from conformance.session import Session


def remaining(path: Path) -> list[Creation]:
    """Return what a journal says is, or may be, at the target. Raises OSError."""
    return read(path).remaining()


def remove_again(session: Session, path: Path) -> list[Creation]:
    """Remove what a journal says is left; return what became of each of it, last first.

    Forgets the journal when nothing of it is left. Raises OSError.
    """
    journal = read(path)
    before = journal.remaining()
    session.journal = journal
    session.clean_up()
    if not journal.remaining():
        journal.forget()
    return [journal.current(creation) for creation in reversed(before)]


def was_tried(creations: Iterable[Creation]) -> bool:
    """Return whether somebody tried to remove all of it, and could not."""
    return all(creation.state in ("left", "stray") for creation in creations)


def told(creation: Creation) -> dict[str, Any]:
    """Return a creation as reports have it."""
    return {
        "kind": creation.kind,
        "name": creation.name,
        "id": creation.id,
        "reason": creation.reason,
    }
