"""Category trees: what the categories of some segments look like to a storefront.

A tree holds the assigned categories, those above them as mere labels, and (by choice)
those below. Values only; `wire.py` turns them into JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.vendors.emporix.assignments import ancestors
from mockserver.vendors.emporix.model import Category
from mockserver.vendors.emporix.world import World


@dataclass(frozen=True, slots=True)
class Node:
    """A category in a tree."""

    category: Category
    assigned: bool
    """False for a category that is there only because of one below it."""
    children: tuple[Node, ...]


def category_trees(world: World, segment_ids: Iterable[str]) -> list[Node]:
    """Return the trees of the categories that the segments hold, ordered by position."""
    assigned = {
        item.item_id
        for segment_id in segment_ids
        for item in world.items.having("segmentId", segment_id)
        if item.type == "CATEGORY" and item.item_id in world.categories
    }
    children = _children(world)
    if world.choices.tree_descendants:
        waiting = list(assigned)
        while waiting:
            below = {child.id for child in children.get(waiting.pop(), ())} - assigned
            assigned |= below
            waiting.extend(below)
    shown = assigned.union(*(ancestors(world, category_id) for category_id in assigned))

    def node(category: Category) -> Node:
        below = (child for child in children.get(category.id, ()) if child.id in shown)
        return Node(category, category.id in assigned, tuple(map(node, below)))

    return [node(root) for root in children.get(None, ()) if root.id in shown]


def _children(world: World) -> dict[str | None, list[Category]]:
    """Return the categories by parent, by position; `None` for those without one."""
    found: dict[str | None, list[Category]] = {}
    for category in sorted(world.categories.values(), key=_place):
        parent = category.parent_id if category.parent_id in world.categories else None
        found.setdefault(parent, []).append(category)
    return found


def _place(category: Category) -> tuple[int, str]:
    return (category.position, category.id)
