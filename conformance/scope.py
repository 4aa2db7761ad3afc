"""Which requirements may be judged, which are only observed, and why some are neither.

Only what is documented and uncontradicted is judged. What is documented and still cannot be
judged from outside stands in `<vendor>/unjudged.toml`, each with its reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mockserver import Requirement, contract


@cache
def unjudged(vendor: str) -> Mapping[str, str]:
    """Return the documented requirements that are not judged, each with its reason."""
    path = Path(__file__).parent / vendor / "unjudged.toml"
    rows = tomllib.loads(path.read_text("utf-8")).get("requirement", [])
    return {row["id"]: row["reason"] for row in rows}


def judged(vendor: str) -> dict[str, Requirement]:
    """Return the requirements that a target is held to: documented musts and shoulds."""
    excepted = unjudged(vendor)
    return {
        name: requirement
        for name, requirement in contract(vendor).requirements.items()
        if requirement.strength == "documented"
        and requirement.level in ("must", "should")
        and name not in excepted
    }


def observed(vendor: str) -> dict[str, Requirement]:
    """Return the requirements of which only the variant is reported: contradicted ones."""
    return {
        name: requirement
        for name, requirement in contract(vendor).requirements.items()
        if requirement.strength == "contradicted"
    }
