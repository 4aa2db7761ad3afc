"""What all reports say in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from conformance.verdicts import ORDER

WORDS: Final = {0: "conformant", 1: "not conformant", 2: "not judged", 130: "interrupted"}
"""Exit code -> what became of the target."""

NOTHING: Final = "(nothing)"
"""Stands for an answer where none came."""


def why_not_judged(document: Mapping[str, Any]) -> str:
    """Return why a run ended without a verdict on the target; nothing where it has one."""
    if document["exit_code"] != 2:
        return ""
    if document["broken"]:
        return "the run itself did not go well"
    counts = [document["counts"][kind] for kind in ("requirements", "contract")]
    errors = sum(each.get("error", 0) for each in counts)
    if errors:
        return f"{errors} could not be judged because of errors"
    return "nothing was tested"


def by_area(document: Mapping[str, Any]) -> list[tuple[str, Counter[str]]]:
    """Return how many requirements of each area have each verdict; the contract comes last."""
    areas: dict[str, Counter[str]] = {}
    for ruling in sorted(
        document["rulings"], key=lambda each: (each["kind"] == "contract", each["area"])
    ):
        areas.setdefault(ruling["area"], Counter())[ruling["verdict"]] += 1
    return list(areas.items())


def used_verdicts(rows: Sequence[tuple[str, Mapping[str, int]]]) -> list[str]:
    """Return the verdicts that occur in a table, worst first."""
    return [verdict for verdict in ORDER if any(counts.get(verdict) for _, counts in rows)]


def difference(expected: str, actual: str) -> tuple[str, str, str]:
    """Return what came in three parts; the middle one is where it differs from the expected."""
    shorter = min(len(expected), len(actual))
    start = 0
    while start < shorter and expected[start] == actual[start]:
        start += 1
    end = 0
    while end < shorter - start and expected[-1 - end] == actual[-1 - end]:
        end += 1
    stop = len(actual) - end
    return actual[:start], actual[start:stop], actual[stop:]
