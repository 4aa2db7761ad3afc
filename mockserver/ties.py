"""What upholds a requirement: found in code and documents, never written down twice.

Three kinds of tie, the strongest first:

- enforced: the id is a value in the room's code, so something is refused in its name;
- contract: the documents say it themselves, so calls or replies are checked by it;
- shown: the id stands in a comment or docstring, beside the code that behaves that way.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mockserver import contracts

Kind = Literal["enforced", "contract", "shown"]
STRENGTH: tuple[Kind, ...] = ("enforced", "contract", "shown")

_ID = re.compile(r"\b(?:AKN|EMX|OLO)-\d{3}\b")
_ROOMS = Path(__file__).parent / "vendors"


@dataclass(frozen=True, slots=True)
class Tie:
    """One place that upholds a requirement."""

    kind: Kind
    where: str
    """`FILE:LINE` of the room, or `DOCUMENT#POINTER` of the vendor's folder."""


def ties(vendor: str) -> Mapping[str, list[Tie]]:
    """Return the ties of a vendor's requirements by id, the strongest first."""
    found: dict[str, list[Tie]] = defaultdict(list)
    folder = _ROOMS / vendor
    for path in sorted(folder.rglob("*.py")):
        for kind, line, text in _texts(path.read_text("utf-8")):
            for named in _ID.findall(text):
                found[named].append(Tie(kind, f"{path.relative_to(folder)}:{line}"))
    for requirement in contracts.contract(vendor).requirements.values():
        for pointer in requirement.contract:
            document, hash_, inside = pointer.rpartition("#")
            where = f"{document if hash_ else 'openapi.json'}#{inside}"
            found[requirement.id].append(Tie("contract", where))
    for tied in found.values():
        tied.sort(key=lambda tie: STRENGTH.index(tie.kind))
    return found


def _texts(source: str) -> Iterator[tuple[Kind, int, str]]:
    """Yield every string and comment of a module with what an id in it would mean."""
    tree = ast.parse(source)
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield "shown" if id(node) in prose else "enforced", node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield "shown", token.start[0], token.string
