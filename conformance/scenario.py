"""A failure as a file that can be run again: the test, its seed, and what was exchanged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

FORMAT: Final = 1
PUBLISHED: Final = "the published document"
"""What a run judged by that was told to use the uncorrected document."""
BUNDLED: Final = "bundled"
"""The contract of a run that was told no newer one."""


def scenarios(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return one scenario per failed requirement, by the name of its file."""
    tests = {test["name"]: test for test in document["tests"]}
    found = {}
    for ruling in document["rulings"]:
        if ruling["verdict"] not in ("fail", "known") or not ruling["failures"]:
            continue
        failure = ruling["failures"][0]
        test = tests[failure["test"]]
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", ruling["id"])
        found[name] = {
            "format": FORMAT,
            "vendor": document["vendor"],
            "contract": document["target"]["contract"],
            "requirement": ruling["id"],
            "statement": ruling["statement"],
            "source": ruling["source"],
            "test": test["name"],
            "title": test["title"],
            "run": {name: document["run"][name] for name in ("id", "seed", "profile")},
            "judged_by": document["target"]["judged_by"],
            "failure": failure,
            "exchanges": test["exchanges"],
        }
    return found
