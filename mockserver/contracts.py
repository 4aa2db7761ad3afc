"""The only reader of `specs/` and `fixtures/`. Every file is read at most once.

Standard library only, so that anything may import it. It reads and names what is
there; compiling a contract is the business of `mockserver.web`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Level = Literal["must", "should", "may"]
Strength = Literal["documented", "contradicted", "observed", "undocumented"]


class FixtureUnreadable(Exception):
    """A fixture file that cannot be read or is no JSON object."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


@dataclass(frozen=True, slots=True)
class Choice:
    """A point that the vendor leaves open, or contradicts, and that the mock had to settle."""

    name: str
    """For example `emporix.bulk-index`; the prefix is the vendor."""
    values: Mapping[str, str]
    """Every allowed value with what it means."""
    default: str
    requirement: str
    """The id of the requirement that the choice belongs to."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One documented statement about behaviour."""

    id: str
    operations: tuple[str, ...]
    """operationIds; empty for statements about the API as a whole."""
    statement: str
    source: str
    level: Level
    strength: Strength
    choice: Choice | None = None
    edition: str = ""
    """The contract version from which on it holds; empty for the bundled one."""
    contract: tuple[str, ...] = ()
    """Where the documents themselves say it: JSON pointers into `openapi.json`, or
    `FILE#POINTER` into another document of the vendor's folder."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A vendor's documents as this project reads them."""

    vendor: str
    published: Mapping[str, Any]
    """The vendor's document, structure untouched."""
    document: Mapping[str, Any]
    """Published plus errata: what the mock serves and the kit judges by."""
    companions: Mapping[str, Any]
    """Login, token and sister operations, as their own OpenAPI document."""
    requirements: Mapping[str, Requirement]
    """The ledger, by id, in the order of the file."""

    @property
    def choices(self) -> dict[str, Choice]:
        """Every choice of the ledger by its full name."""
        found = (requirement.choice for requirement in self.requirements.values())
        return {choice.name: choice for choice in found if choice is not None}


def _data(folder: str) -> Path:
    """Return a data folder: inside an installed package, else beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "data" / folder
    return installed if installed.is_dir() else package.parent / folder


def specs_folder() -> Path:
    """Return the folder that holds the contracts."""
    return _data("specs")


def fixtures_folder() -> Path:
    """Return the folder that holds the bundled fixtures."""
    return _data("fixtures")


def editions(vendor: str) -> tuple[str, ...]:
    """Return the newer versions of a vendor's contract, by date."""
    found = (specs_folder() / vendor).glob("*/openapi.json")
    return tuple(sorted(path.parent.name for path in found))


@cache
def contract(vendor: str, edition: str = "") -> Contract:
    """Return a vendor's contract. Raises OSError when there is none of that name.

    `edition` is one of `editions(vendor)`, or empty for the bundled documents.
    """
    folder = specs_folder() / vendor
    ledger = tomllib.loads((folder / "requirements.toml").read_text("utf-8"))
    requirements = (_requirement(row) for row in ledger["requirement"])
    return Contract(
        vendor=vendor,
        published=_json(folder / "published.json"),
        document=_json(folder / edition / "openapi.json"),
        companions=_json(folder / "companions.json"),
        requirements={requirement.id: requirement for requirement in requirements},
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    choice = row.get("choice")
    return Requirement(
        id=row["id"],
        operations=tuple(row["operations"]),
        statement=row["statement"],
        source=row["source"],
        level=row["level"],
        strength=row["strength"],
        choice=None
        if choice is None
        else Choice(choice["name"], dict(choice["values"]), choice["default"], row["id"]),
        edition=row.get("edition", ""),
        contract=tuple(row.get("contract", ())),
    )


def fixture_path(vendor: str, folder: Path | None = None) -> Path:
    """Return where a vendor's world lies: in `folder` when it has one, else the bundled one."""
    if folder is not None and (own := folder / vendor / "world.json").is_file():
        return own
    return fixtures_folder() / vendor / "world.json"


@cache
def fixture(path: Path) -> Mapping[str, Any]:
    """Return a parsed fixture. Raises FixtureUnreadable."""
    try:
        text = path.read_text("utf-8-sig")  # some editors begin a file with a mark
        data = json.loads(text, object_pairs_hook=_each_name_once)
        if "\\u" in text:
            # Half of a surrogate pair is no character, so nobody could be shown it.
            json.dumps(data, ensure_ascii=False).encode()
    except OSError as error:
        raise FixtureUnreadable(error.strerror or str(error), path) from error
    except RecursionError:
        raise FixtureUnreadable("nested too deeply", path) from None
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise FixtureUnreadable(f"{half!r} is half of a character", path) from None
    except ValueError as error:
        raise FixtureUnreadable(f"not JSON: {error}", path) from error
    if not isinstance(data, dict):
        raise FixtureUnreadable("a JSON object is needed at the top", path)
    return data


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError where a name would hide another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} is named twice in one object")
    return found


@cache
def fixture_schema(vendor: str) -> dict[str, Any]:
    """Return the JSON Schema of a vendor's `world.json`."""
    schema: dict[str, Any] = _json(fixtures_folder() / vendor / "world.schema.json")
    return schema


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
