"""Known failures: each with a reason and a day on which it ends to be excused.

```toml
[[known]]
requirement = "EMX-127"
reason = "SEG-4711: versions are ignored until the next release"
expires = 2027-01-31
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import tomli_w

from conformance.config import ConfigError
from conformance.vendors import VENDORS

HEADER = "# Failures that are known. Each needs a reason; after `expires` it counts again.\n\n"
UNEXPLAINED = "not looked at yet"
_FIELDS = ("vendor", "requirement", "reason", "expires")


@dataclass(frozen=True, slots=True)
class Known:
    """One known failure."""

    vendor: str
    requirement: str
    """The id of the requirement, or `contract:` with an operationId."""
    reason: str
    expires: date | None = None
    """The last day on which it is excused."""

    def holds_on(self, day: date) -> bool:
        """Return whether it is still excused on a day."""
        return self.expires is None or day <= self.expires


def read(path: Path) -> list[Known]:
    """Return the known failures of a file. Raises ConfigError."""
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: {reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    rows = tables.get("known", [])
    if not isinstance(rows, list) or tables.keys() - {"known"}:
        raise ConfigError(f"{path}: a baseline is a list of [[known]] and nothing else")
    return [_known(path, number, row) for number, row in enumerate(rows, 1)]


def _known(path: Path, number: int, row: object) -> Known:
    where = f"{path}, [[known]] number {number}"
    if not isinstance(row, dict):
        raise ConfigError(f"{where}: is no table")
    unknown = row.keys() - set(_FIELDS)
    if unknown:
        known = ", ".join(_FIELDS)
        raise ConfigError(f"{where}: there is no {min(unknown)!r}; known are {known}")
    texts = {}
    for name in ("vendor", "requirement", "reason"):
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ConfigError(f"{where}: {name} is needed, as a text")
        texts[name] = value
    if texts["vendor"] not in VENDORS:
        known = ", ".join(VENDORS)
        raise ConfigError(f"{where}: there is no vendor {texts['vendor']!r}; known are {known}")
    expires = row.get("expires")
    if isinstance(expires, datetime):
        expires = expires.date()
    if expires is not None and not isinstance(expires, date):
        raise ConfigError(f"{where}: expires is a date such as 2027-01-31")
    return Known(texts["vendor"], texts["requirement"], texts["reason"], expires)


def known_failures(vendor: str, path: Path, today: date | None = None) -> dict[str, str]:
    """Return the failures of a vendor that are excused today. Raises ConfigError."""
    day = today or datetime.now(UTC).date()
    return {
        each.requirement: each.reason
        for each in read(path)
        if each.vendor == vendor and each.holds_on(day)
    }


def write(path: Path, known: Iterable[Known]) -> None:
    """Write a baseline. Raises OSError."""
    rows = [
        {
            "vendor": each.vendor,
            "requirement": each.requirement,
            "reason": each.reason,
            **({"expires": each.expires} if each.expires else {}),
        }
        for each in sorted(known, key=lambda each: (each.vendor, each.requirement))
    ]
    # One table each, however short: people write their reasons into it.
    tables = (f"[[known]]\n{tomli_w.dumps(row)}" for row in rows)
    path.write_text(HEADER + "\n".join(tables), "utf-8")


def updated(
    known: Iterable[Known], vendor: str, failing: Iterable[str], expires: date | None
) -> list[Known]:
    """Return a baseline in which everything that fails now is known; reasons are kept."""
    found = list(known)
    there = {each.requirement for each in found if each.vendor == vendor}
    found += [Known(vendor, each, UNEXPLAINED, expires) for each in failing if each not in there]
    return found


def pruned(known: Iterable[Known], vendor: str, mended: Iterable[str]) -> list[Known]:
    """Return a baseline without what passes by now; what was not judged stays."""
    passing = set(mended)
    return [each for each in known if each.vendor != vendor or each.requirement not in passing]
