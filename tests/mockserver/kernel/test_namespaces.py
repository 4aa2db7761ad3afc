"""Namespaces are made when they are first named, and bounded."""

from __future__ import annotations

from itertools import count

from mockserver.kernel.namespaces import DEFAULT, Namespaces


def test_the_default_is_there_from_the_start() -> None:
    """It counts towards the limit."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers), limit=1)
    assert namespaces.default == namespaces.get() == namespaces.get(DEFAULT) == 0
    assert namespaces.get("other") is None
    assert next(numbers) == 1


def test_each_name_has_its_own_and_keeps_it() -> None:
    """In order of first use."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers))
    assert [namespaces.get(name) for name in ("b", "a", "b")] == [1, 2, 1]
    assert namespaces.names() == (DEFAULT, "b", "a")


def test_the_limit_refuses_new_names_only() -> None:
    """Nothing is built for those."""
    numbers = count()
    namespaces = Namespaces(lambda: next(numbers), limit=2)
    assert namespaces.get("a") == 1
    assert namespaces.get("b") is None
    assert namespaces.get("a") == 1
    assert namespaces.names() == (DEFAULT, "a")
