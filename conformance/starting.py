"""Helps to write the first configuration: a commented template, and what a target can tell."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from conformance.session import Session

_HERE = Path(__file__).parent


def template(vendor: str) -> str:
    """Return a commented configuration for a vendor."""
    return (_HERE / vendor / "template.toml").read_text("utf-8")


def found_out(session: Session) -> str:
    """Return what a target tells about itself, as `known` facts in TOML.

    Asks with safe methods only. Raises Unmet, Refused and TransportFailure.
    """
    vendor = session.profile.vendor
    known: dict[str, list[dict[str, Any]]] = import_module(
        f"conformance.{vendor}.discovery"
    ).discover(session.background)
    url = session.transport.base_url
    lines = [f"# What {url} told. Look at it, then add it to the configuration."]
    there = {name: rows for name, rows in known.items() if rows}
    if not there:
        return f"{lines[0]}\n# It told nothing: no segments, or none that these credentials see.\n"
    lines.append(f"[{vendor}.known]")
    for name, rows in there.items():
        lines.append(f"{name} = [")
        lines += [f"  {_inline(row)}," for row in rows]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _inline(row: dict[str, Any]) -> str:
    """Return a row as an inline table; texts and lists are written in TOML as in JSON."""
    pairs = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in row.items())
    return "{ " + ", ".join(pairs) + " }"
