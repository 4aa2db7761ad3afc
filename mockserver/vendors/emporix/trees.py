"""Category trees: what the categories of some segments look like to a storefront.

A tree holds the assigned categories, those above them as mere labels, and (by choice)
those below. Values only; `wire.py` turns them into JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.vendors.emporix.model import Category
from mockserver.vendors.emporix.world import OF_SEGMENT_AND_TYPE, World


@dataclass(frozen=True, slots=True)
class Node:
    """A category in a tree."""

    category: Category
    assigned: bool
    """False for a category that is there only because of one below it."""
    children: tuple[Node, ...]


def category_trees(world: World, segment_ids: Iterable[str]) -> list[Node]:
    """Return the trees of the categories that the segments hold, ordered by position.

    Products play no part (EMX-314): their categories come in only when assigned themselves.
    """
    categories = world.categories
    assigned = {
        item.item_id
        for segment_id in segment_ids
        for item in world.items.having(OF_SEGMENT_AND_TYPE, (segment_id, "CATEGORY"))
        if item.item_id in categories
    }
    if world.choices.tree_descendants:  # (EMX-313)
        assigned = {each for top in assigned for each in categories.with_descendants(top)}
    # Assigned categories with the categories above them (EMX-310) …
    shown = assigned.union(
        label.id for category_id in assigned for label in categories.above(category_id)
    )

    def nodes(parent: str | None) -> tuple[Node, ...]:
        # … which are mere labels (EMX-311). What is hidden takes along what is below it.
        return tuple(
            Node(category, category.id in assigned, nodes(category.id))
            for category in categories.below(parent)
            if category.id in shown and _is_visible(world, category)
        )

    return list(nodes(None))


def _is_visible(world: World, category: Category) -> bool:
    """True unless a choice keeps the category from shoppers now."""
    if world.choices.tree_hides_unpublished and not category.published:  # (EMX-317)
        return False
    if not world.choices.tree_needs_validity:  # (EMX-318)
        return True
    return world.is_now(category.valid_from, category.valid_to)
