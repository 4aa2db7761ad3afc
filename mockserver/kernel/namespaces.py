"""Namespaces: services by name, so that tests in parallel never meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

DEFAULT = "default"


class Namespaces(Generic[Item]):
    """Makes a namespace when it is first named, and keeps those that were used last."""

    def __init__(self, build: Callable[[], Item], limit: int = 64) -> None:
        """`limit` bounds how many there are beside the default, which always stays.

        A suite that names one namespace per test makes ever new ones; the one that was
        left alone for longest makes room.
        """
        self._build = build
        self._limit = limit
        self.default = build()
        self._items: dict[str, Item] = {}

    def get(self, name: str = DEFAULT) -> Item:
        """Return the namespace, made now if it is new or was dropped."""
        if name == DEFAULT:
            return self.default
        item = self._items.pop(name, None)
        if item is None:
            item = self._build()
            if len(self._items) >= self._limit:
                del self._items[next(iter(self._items))]
        self._items[name] = item  # a dict keeps order: the last one was used last
        return item

    def names(self) -> tuple[str, ...]:
        """Return the names, the default first, then in order of last use."""
        return (DEFAULT, *self._items)
