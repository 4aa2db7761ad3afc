"""An exchange as a curl command that runs: secrets are environment variables."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_BY_CURL = frozenset({"content-length", "host", "connection", "transfer-encoding"})
"""Headers that curl knows best."""


def curl(exchange: Mapping[str, Any], base_url: str) -> str:
    """Return the command for the request of an exchange of `results.json`."""
    request = exchange["request"]
    method, url, body = request["method"], base_url + request["url"], request["body"]
    parts = ["curl", "-sS", "-i"]
    if re.search(r"[\[\]{}]", _VARIABLE.sub("", url)):
        parts.append("--globoff")
    if "/." in url:
        parts.append("--path-as-is")
    if method == "HEAD":
        parts.append("--head")
    elif method != "GET" or body:
        parts += ["-X", shlex.quote(method)]
    headers = [(name, value) for name, value in request["headers"] if name.lower() not in _BY_CURL]
    for name, value in headers:
        # To curl, `name:` takes a header away, and `name;` sends an empty one.
        parts += ["-H", _quoted(f"{name}: {value}" if value else f"{name};")]
    sent = {name.lower() for name, _ in headers}
    for name in ("Accept", "Content-Type") if body else ("Accept",):
        if name.lower() not in sent:
            parts += ["-H", f"'{name}:'"]
    if body:
        parts += ["--data-raw", _quoted(body)]
    parts.append(_quoted(url))
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
