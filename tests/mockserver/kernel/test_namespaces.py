"""Namespaces are made when they are first named; the ones used last are kept."""

from __future__ import annotations

from itertools import count

from mockserver.kernel.namespaces import DEFAULT, Namespaces


def test_the_default_is_there_from_the_start() -> None:
    """And stays, whatever else comes."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers), limit=1)
    assert namespaces.default == namespaces.get() == namespaces.get(DEFAULT) == 0
    assert [namespaces.get(name) for name in ("a", "b", "c")] == [1, 2, 3]
    assert namespaces.get() == 0
    assert namespaces.names() == (DEFAULT, "c")


def test_each_name_has_its_own_and_keeps_it() -> None:
    """In order of last use."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers))
    assert [namespaces.get(name) for name in ("b", "a", "b")] == [1, 2, 1]
    assert namespaces.names() == (DEFAULT, "a", "b")


def test_the_one_left_alone_for_longest_makes_room() -> None:
    """A name that was dropped starts anew."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers), limit=2)
    assert [namespaces.get(name) for name in ("a", "b", "a", "c")] == [1, 2, 1, 3]
    assert namespaces.names() == (DEFAULT, "a", "c")
    assert namespaces.get("b") == 4
