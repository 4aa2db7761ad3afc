"""Records in order of creation, found by key and by indexed values.

Every run holds the records themselves, sorted by `number`, so that a page is a
slice and an update is a binary search. No rules, no JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic

from mockserver.vendors.emporix.runs import Row, Run


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
        self._rows: Run[Row] = Run()
        self._by_key: dict[Hashable, Row] = {}
        self._indexes: dict[str, tuple[Callable[[Row], Hashable], dict[Hashable, Run[Row]]]] = {
            name: (value, {}) for name, value in indexes.items()
        }

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self._rows)

    @property
    def rows(self) -> Run[Row]:
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

    def having(self, index: str, value: Hashable) -> Run[Row]:
        """Return the records with an indexed value, in order of creation. A live view."""
        return self._indexes[index][1].get(value) or Run()

    def add(self, row: Row) -> None:
        """Append a new record. Its key must be new and its number the highest."""
        self._by_key[self._key(row)] = row
        self._rows.append(row)
        for value_of, runs in self._indexes.values():
            value = value_of(row)
            run = runs.get(value)
            if run is None:
                run = runs[value] = Run()
            run.append(row)

    def extend(self, rows: Sequence[Row]) -> None:
        """Append many new records at once, under the conditions of `add`."""
        self._by_key.update(zip(map(self._key, rows), rows, strict=True))
        self._rows.extend(rows)
        for value_of, runs in self._indexes.values():
            values = list(map(value_of, rows))
            if values and values.count(values[0]) == len(values):
                runs.setdefault(values[0], Run()).extend(rows)
                continue
            for value, row in zip(values, rows, strict=True):
                run = runs.get(value)
                if run is None:
                    runs[value] = Run((row,))
                else:
                    run.append(row)

    def replace(self, old: Row, new: Row) -> None:
        """Put a newer version in the place of a record: same key, same number."""
        self._by_key[self._key(new)] = new
        self._rows.replace(new)
        for value_of, runs in self._indexes.values():
            before, after = value_of(old), value_of(new)
            if before == after:
                runs[before].replace(new)
            else:
                _withdraw(runs, before, old)
                runs.setdefault(after, Run()).insert(new)

    def remove(self, row: Row) -> None:
        """Take a record out."""
        del self._by_key[self._key(row)]
        self._rows.remove(row)
        for value_of, runs in self._indexes.values():
            _withdraw(runs, value_of(row), row)


def _withdraw(runs: dict[Hashable, Run[Row]], value: Hashable, row: Row) -> None:
    run = runs[value]
    run.remove(row)
    if not run:
        del runs[value]
