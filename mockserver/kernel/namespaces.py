"""Namespaces: services by name, so that tests in parallel never meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

DEFAULT = "default"


class Namespaces(Generic[Item]):
    """Makes a namespace when it is first named and keeps it."""

    def __init__(self, build: Callable[[], Item], limit: int = 64) -> None:
        """`limit` bounds how many namespaces may exist at once, the default included."""
        self._build = build
        self.limit = limit
        self.default = build()
        self._items: dict[str, Item] = {DEFAULT: self.default}

    def get(self, name: str = DEFAULT) -> Item | None:
        """Return the namespace, made now if it is new; `None` when the limit is reached."""
        item = self._items.get(name)
        if item is None:
            if len(self._items) >= self.limit:
                return None
            item = self._items[name] = self._build()
        return item

    def names(self) -> tuple[str, ...]:
        """Return the names in order of first use."""
        return tuple(self._items)
