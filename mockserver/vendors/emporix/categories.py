"""The categories of a tenant, found by id and by the category above them.

What lies below a category is worked out once and kept until a category changes, since
a tenant may have tens of thousands of them. No rules about segments, no JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence

from mockserver.vendors.emporix.model import Category


class Categories(MutableMapping[str, Category]):
    """Categories by id."""

    __slots__ = ("_below", "_held")

    def __init__(self) -> None:
        self._held: dict[str, Category] = {}
        self._below: dict[str | None, list[Category]] | None = None

    def __getitem__(self, category_id: str) -> Category:
        """Return a category. Raises KeyError."""
        return self._held[category_id]

    def __setitem__(self, category_id: str, category: Category) -> None:
        """Add a category, or put a newer version in its place."""
        self._held[category_id] = category
        self._below = None

    def __delitem__(self, category_id: str) -> None:
        """Take a category out. Raises KeyError."""
        del self._held[category_id]
        self._below = None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids, in the order in which they were added."""
        return iter(self._held)

    def __len__(self) -> int:
        """Return how many categories there are."""
        return len(self._held)

    def below(self, category_id: str | None) -> Sequence[Category]:
        """Return the categories right below one, by position (EMX-319); `None`: the roots.

        A category whose parent does not exist is a root.
        """
        if self._below is None:
            self._below = {}
            for category in sorted(self._held.values(), key=_place):
                parent = category.parent_id if category.parent_id in self._held else None
                self._below.setdefault(parent, []).append(category)
        return self._below.get(category_id, ())

    def with_descendants(self, category_id: str) -> Iterator[str]:
        """Yield the ids of a category and of every category below it, each once."""
        seen = {category_id}
        waiting = [category_id]
        while waiting:
            current = waiting.pop()
            yield current
            below = [each.id for each in self.below(current) if each.id not in seen]
            seen.update(below)
            waiting.extend(reversed(below))

    def above(self, category_id: str) -> Iterator[Category]:
        """Yield the categories above one, the nearest first; a circle ends where it closes."""
        seen = {category_id}
        category = self._held.get(category_id)
        while category is not None and category.parent_id not in seen:
            category = self._held.get(category.parent_id or "")
            if category is not None:
                seen.add(category.id)
                yield category


def _place(category: Category) -> tuple[int, str]:
    return (category.position, category.id)
