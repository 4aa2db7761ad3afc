"""How the model reads q, sort, fields and Accept-Language: over plain JSON, one row at a time.

A clause is drawn as its meaning and written as text for the room, so that the model needs
no parser and shares none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Clause:
    """One condition of a q."""

    path: str
    form: str
    """is, in, old-in, like, exists, missing, null, or a comparison such as `>=`."""
    value: Any = None

    def text(self) -> str:  # noqa: PLR0911 - one return for each form
        """Write it as a q has it."""
        match self.form:
            case "is":
                return f"{self.path}:{written(self.value)}"
            case "in":
                return f"{self.path}:({','.join(self.value)})"
            case "old-in":
                return f"{self.path}:in({','.join(self.value)})"
            case "like":
                bare = " " not in self.value
                return f"{self.path}:~{self.value if bare else f'({self.value})'}"
            case "between":
                low, high = map(written, self.value)
                return f"{self.path}:(>={low} AND <={high})"
            case "exists" | "missing" | "null":
                return f"{self.path}:{self.form}"
            case _:
                return f"{self.path}:{self.form}{written(self.value)}"


def written(value: Any) -> str:
    """Return a value as q writes it: instants in quotes, booleans in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value[:4].isdigit():
        return f'"{value}"'
    return str(value)


def at(row: Any, path: str) -> Any:
    """Return what a dotted path leads to, or None."""
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def holds(row: Row, clause: Clause) -> bool:  # noqa: PLR0911 - one return for each form
    """Return whether a row fulfils one condition."""
    found, value = at(row, clause.path), clause.value
    if clause.form == "exists":
        return found is not None
    if clause.form in {"missing", "null"}:
        return found is None
    if found is None:
        return False
    match clause.form:
        case "is":
            return bool(found == value)
        case "in" | "old-in":
            return found in value
        case "like":
            return re.search(value, found) is not None
        case "between":
            return bool(value[0] <= found <= value[1])
    compared = {">": found > value, ">=": found >= value, "<": found < value, "<=": found <= value}
    return bool(compared[clause.form])


def sort_rows(rows: list[Row], sort: str) -> list[Row]:
    """Order rows by `field`, `field:asc` or `field:desc`, the rows without the field last."""
    for part in reversed(sort.split(",") if sort else []):
        path, _, direction = part.partition(":")
        held = [row for row in rows if at(row, path) is not None]
        bare = [row for row in rows if at(row, path) is None]
        held.sort(key=lambda row: at(row, path), reverse=direction.lower() == "desc")
        rows = held + bare
    return rows


def spoken(texts: Row, header: str | None) -> Row:
    """Return the languages of a text that Accept-Language asks for (EMX-079 to EMX-083)."""
    if not header or header == "*":
        return texts
    for language in [*(one.strip() for one in header.split(",")), "en"]:
        if language in texts:
            return {language: texts[language]}
    return texts


def translated(row: Row, header: str | None) -> Row:
    """Return a row of a list in the languages asked for."""
    row = dict(row)
    for name in ("name", "description"):
        if name in row:
            row[name] = spoken(row[name], header)
    if "name" in row.get("item", {}):
        row["item"] = row["item"] | {"name": spoken(row["item"]["name"], header)}
    return row


def shown(row: Row, fields: str | None, language: str | None) -> Row:
    """Return a row as a reply shows it: the named fields, and always the id."""
    row = translated(row, language)
    if not fields:
        return row
    kept: Row = {"id": row["id"]} if "id" in row else {}
    for path in fields.split(","):
        value = at(row, path)
        if value is None:
            continue
        *parents, last = path.split(".")
        holder = kept
        for name in parents:
            holder = holder.setdefault(name, {})
        holder[last] = value
    return kept


def without_gaps(value: Any) -> Any:
    """Return a projected value without empty objects: whether one stays is open."""
    if not isinstance(value, dict):
        return value
    kept = {name: without_gaps(held) for name, held in value.items()}
    return {name: held for name, held in kept.items() if held != {}}
