"""An exchange as a curl command that runs: secrets are environment variables."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def curl(exchange: Mapping[str, Any], base_url: str) -> str:
    """Return the command for the request of an exchange of `results.json`."""
    request = exchange["request"]
    parts = ["curl", "-sS", "-i"]
    if request["method"] != "GET":
        parts += ["-X", request["method"]]
    for name, value in request["headers"]:
        if name.lower() not in ("content-length", "host"):
            parts += ["-H", _quoted(f"{name}: {value}")]
    if request["body"]:
        parts += ["--data-raw", _quoted(request["body"])]
    parts.append(_quoted(base_url + request["url"]))
    return " ".join(parts)


def variables(exchange: Mapping[str, Any]) -> list[str]:
    """Return the names of the environment variables that the command needs."""
    found = _VARIABLE.findall(json.dumps(exchange["request"]))
    return list(dict.fromkeys(each[2:-1] for each in found))


def _quoted(text: str) -> str:
    """Return a text as one word of a shell that fills in variables and nothing else."""
    if not _VARIABLE.search(text):
        return shlex.quote(text)
    parts = re.split(f"({_VARIABLE.pattern})", text)
    return "".join(
        f'"{part}"' if _VARIABLE.fullmatch(part) else shlex.quote(part) for part in parts if part
    )
