"""Records in order of creation, found by key and by indexed values.

Every list holds the records themselves, sorted by `number`, so that a page is a
slice and an update is a binary search. No rules, no JSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import attrgetter
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """What a table can hold."""

    @property
    def number(self) -> int:
        """Position in order of creation; unique in a table."""


Row = TypeVar("Row", bound=Record)

_number: Callable[[Record], int] = attrgetter("number")


class Table(Generic[Row]):
    """Records of one kind; the default order is the order of creation."""

    __slots__ = ("_by_key", "_indexes", "_key", "_rows", "key_name")

    def __init__(
        self,
        key: Callable[[Row], Hashable],
        indexes: Mapping[str, Callable[[Row], Hashable]],
        key_name: str = "",
    ) -> None:
        """`key` tells what is unique; `indexes` maps an index name to the indexed value.

        `key_name` is the name that queries have for the key, if they have one.
        """
        self._key = key
        self.key_name = key_name
        self._rows: list[Row] = []
        self._by_key: dict[Hashable, Row] = {}
        self._indexes: dict[str, tuple[Callable[[Row], Hashable], dict[Hashable, list[Row]]]] = {
            name: (value, {}) for name, value in indexes.items()
        }

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self._rows)

    @property
    def rows(self) -> Sequence[Row]:
        """Every record, in order of creation. A live view: read it, do not keep it."""
        return self._rows

    @property
    def next_number(self) -> int:
        """The number that a new record must have."""
        return self._rows[-1].number + 1 if self._rows else 1

    @property
    def indexed(self) -> frozenset[str]:
        """The names of the indexes."""
        return frozenset(self._indexes)

    def get(self, key: Hashable) -> Row | None:
        """Return the record with this key."""
        return self._by_key.get(key)

    def having(self, index: str, value: Hashable) -> Sequence[Row]:
        """Return the records with an indexed value, in order of creation. A live view."""
        return self._indexes[index][1].get(value, ())

    def add(self, row: Row) -> None:
        """Append a new record. Its key must be new and its number the highest."""
        self._by_key[self._key(row)] = row
        self._rows.append(row)
        for value_of, lists in self._indexes.values():
            value = value_of(row)
            rows = lists.get(value)
            if rows is None:
                lists[value] = [row]
            else:
                rows.append(row)

    def replace(self, old: Row, new: Row) -> None:
        """Put a newer version in the place of a record: same key, same number."""
        self._by_key[self._key(new)] = new
        self._rows[_position(self._rows, old)] = new
        for value_of, lists in self._indexes.values():
            before, after = value_of(old), value_of(new)
            if before == after:
                rows = lists[before]
                rows[_position(rows, old)] = new
            else:
                _withdraw(lists, before, old)
                rows = lists.setdefault(after, [])
                rows.insert(_position(rows, new), new)

    def remove(self, row: Row) -> None:
        """Take a record out."""
        del self._by_key[self._key(row)]
        del self._rows[_position(self._rows, row)]
        for value_of, lists in self._indexes.values():
            _withdraw(lists, value_of(row), row)


def _position(rows: list[Row], row: Row) -> int:
    return bisect_left(rows, row.number, key=_number)


def _withdraw(lists: dict[Hashable, list[Row]], value: Hashable, row: Row) -> None:
    rows = lists[value]
    del rows[_position(rows, row)]
    if not rows:
        del lists[value]
