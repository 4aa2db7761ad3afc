"""What a JWT says of itself; signatures are the business of whoever issued it."""

from __future__ import annotations

import base64
import json
from typing import Any

from conformance.exchange import MISSING


def read_jwt(token: Any) -> Any:
    """Return the claims of a JWT of three parts; `MISSING` when it is none."""
    parts = parts_of(token)
    return MISSING if parts is None else parts[1]


def parts_of(token: Any) -> tuple[Any, Any, str] | None:
    """Return header, claims and signature of a JWT; None when it is none."""
    if not isinstance(token, str) or token.count(".") != 2:
        return None
    header, claims, signature = token.split(".")
    read = _decoded(header), _decoded(claims)
    if not all(isinstance(each, dict) for each in read):
        return None
    return (*read, signature)


def _decoded(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return MISSING
