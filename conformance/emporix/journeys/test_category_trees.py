"""Category trees of the category service."""

from __future__ import annotations

from typing import Any

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    CATEGORY_SCOPE,
    above,
    categories,
    entitled,
    listed_ids,
    misplaced,
    parents,
    trees,
)
from conformance.exchange import at
from conformance.judging import judges


@judges("EMX-728")
def test_category_trees(emporix: Emporix) -> None:
    """Every root category is a tree of the categories below it, ordered by position."""
    parent_of = parents(emporix)
    ids = dict.fromkeys([*parent_of, *parent_of.values()])
    found = categories(emporix, listed_ids(ids), {"pageSize": len(ids)}, step="set up")
    emporix.need(found, 200, what="searching categories")
    shown = found.each("/id")
    roots = [at(each, "/id") for each in found.entries() if not at(each, "/parentId")]
    if not roots:
        raise emporix.lacking("emporix.known.categories whose parent is a root")
    reply = entitled(emporix, trees(emporix), CATEGORY_SCOPE)
    judging = emporix.judge("EMX-728", reply).status(200)
    top = reply.each("/id")
    for root in roots:
        judging.that(root in top, f"the root {root} at the top", top, "the trees")
    lies_below = _read(reply.json)
    for child, parent in parent_of.items():
        if child in shown and all(each in shown for each in above(parent_of, child)):
            judging.same(parent, lies_below.get(child), f"what {child} lies below")
    waiting: list[Any] = [reply.json]
    while waiting:
        level = waiting.pop()
        if isinstance(level, list):
            positions = [at(each, "/position") for each in level]
            judging.same(None, misplaced(positions), "positions out of order")
            waiting += [at(each, "/subcategories") for each in level]


@judges("EMX-728", smoke=True, read_only=True)
def test_known_categories_in_trees(emporix: Emporix) -> None:
    """A category is found in the trees right below its parent."""
    parent_of = parents(emporix)
    reply = entitled(emporix, trees(emporix), CATEGORY_SCOPE)
    judging = emporix.judge("EMX-728", reply).status(200)
    lies_below = _read(reply.json)
    published = {each["id"] for each in emporix.known("categories", "id", "published")
                 if each["published"]}  # fmt: skip
    for child, parent in parent_of.items():
        if published.issuperset([child, *above(parent_of, child)[:-1]]):
            judging.same(parent, lies_below.get(child), f"what {child} lies below")


def _read(trees: Any) -> dict[str, str | None]:
    """Return what every category of some trees lies right below; None for the top."""
    found: dict[str, str | None] = {}
    waiting: list[tuple[Any, str | None]] = [(trees, None)]
    while waiting:
        level, parent = waiting.pop()
        for each in level if isinstance(level, list) else ():
            name = at(each, "/id")
            if isinstance(name, str):
                found[name] = parent
                waiting.append((at(each, "/subcategories"), name))
    return found
