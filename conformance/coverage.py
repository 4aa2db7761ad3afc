"""What the kit covers: every row of the ledger with its tests and its defects."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from conformance.plugin import named_by
from conformance.scope import judged, observed, unjudged
from conformance.selftest import collected
from mockserver import contract, known_defects

COLUMNS: Final = (
    "id", "level", "strength", "edition", "how", "statement", "tests", "defects", "reason",
)  # fmt: skip


def rows_of(vendor: str) -> list[dict[str, Any]]:
    """Return one row per requirement, in the order of the ledger.

    `how`: `judged`, `observed`, or `not judged` with a reason.
    """
    tests: dict[str, list[str]] = defaultdict(list)
    for test in collected(vendor):
        for each in named_by(test.item):
            name = test.name.partition("[")[0]
            if name not in tests[each]:
                tests[each].append(name)
    broken: dict[str, list[str]] = defaultdict(list)
    for defect in known_defects(vendor).values():
        for each in defect.violates:
            broken[each].append(defect.name)
    held, seen, excepted = judged(vendor), observed(vendor), unjudged(vendor)
    return [
        {
            "id": name,
            "level": row.level,
            "strength": row.strength,
            "edition": row.edition,
            "how": "judged" if name in held else "observed" if name in seen else "not judged",
            "statement": row.statement,
            "tests": tests[name],
            "defects": broken[name],
            "reason": excepted.get(name)
            or ("" if name in held or name in seen else f"{row.strength}, {row.level}"),
        }
        for name, row in contract(vendor).requirements.items()
    ]
