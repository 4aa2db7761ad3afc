"""Where a run keeps what must outlive it: its journals, in one folder per run."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

DEFAULT_FOLDER = Path(".segment-conformance")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def new_run_id(seed: int | None = None) -> str:
    """Return six letters: from a seed where runs are to be equal, else nobody else's."""
    if seed is None:
        return "".join(secrets.choice(_LETTERS) for _ in range(6))
    number = seed % len(_LETTERS) ** 6
    found = ""
    for _ in range(6):
        number, rest = divmod(number, len(_LETTERS))
        found = _LETTERS[rest] + found
    return found


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run."""

    run: str
    parent: Path | None = None

    @property
    def path(self) -> Path:
        """Where it is; nothing is made before something is written."""
        return (self.parent or DEFAULT_FOLDER) / self.run

    def journal(self, vendor: str, worker: str = "") -> Path:
        """Return the journal of a vendor in one process."""
        return self.path / f"{vendor}{'-' if worker else ''}{worker}.jsonl"

    @contextmanager
    def turn(self, vendor: str) -> Iterator[None]:
        """Wait until no other process of the run is at its turn."""
        self.path.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path / f"{vendor}.lock"):
            yield

    def clear(self) -> None:
        """Forget a run that left nothing behind."""
        for path in self.journals():
            path.unlink()
        self.tidy()

    def tidy(self) -> None:
        """Remove the folder if nothing is in it; one that the user named stays.

        To be called when the processes of the run have ended.
        """
        for path in self.path.glob("*.lock"):
            path.unlink()
        for folder in (self.path, *(() if self.parent else (DEFAULT_FOLDER,))):
            with suppress(OSError):  # not there, or something is in it
                folder.rmdir()

    def journals(self) -> dict[Path, str]:
        """Return every journal with its vendor."""
        return {path: path.stem.partition("-")[0] for path in sorted(self.path.glob("*.jsonl"))}
