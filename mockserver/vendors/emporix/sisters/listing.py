"""What the lists of the sister services share: how pages and orders are read."""

from __future__ import annotations

from mockserver.kernel.call import Call

LARGEST = 2**31 - 1
"""No page lies beyond: larger numbers of the contract's integers mean as little."""

Sort = tuple[tuple[tuple[str, ...], bool], ...]
"""Paths to sort by, each with True for descending."""


def whole(call: Call, name: str, default: int = 1) -> int:
    """Return a page size or number, which the contract has checked."""
    return min(int(call.query.get(name, default)), LARGEST)


def read_sort(text: str | None) -> Sort:
    """Read `field,field:desc`; ascending is the default (EMX-651, EMX-748)."""
    keys = []
    for part in (text or "").split(","):
        path, _, direction = part.strip().partition(":")
        if path:
            keys.append((tuple(path.split(".")), direction.strip().lower() == "desc"))
    return tuple(keys)
