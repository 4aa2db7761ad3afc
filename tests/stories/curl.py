"""Reads the curl commands of a tutorial, so that a test can send what a reader would."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Curl:
    """What a curl command sends."""

    method: str
    path: str
    """Path and query, with `{placeholders}` as the page prints them."""
    headers: Mapping[str, str]
    body: Any

    def at(self, **values: str) -> str:
        """Return the path with placeholders filled in."""
        path = self.path
        for name, value in values.items():
            path = path.replace("{" + name + "}", value)
        assert "{" not in path, path
        return path


def read(command: str) -> Curl:
    """Return what a curl command with -X, -H and -d sends."""
    words = iter(shlex.split(command.replace("\\\n", " ")))
    method, url, headers, body = "GET", "", {}, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = json.loads(next(words))
        elif word.startswith("https://"):
            parts = urlsplit(word)
            url = parts.path + (f"?{parts.query}" if parts.query else "")
    headers.pop("Authorization")
    return Curl(method, url, headers, body)
