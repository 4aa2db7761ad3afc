"""Category trees of the category service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    CATEGORY_SCOPE,
    above,
    categories,
    entitled,
    is_hidden,
    listed_ids,
    misplaced,
    parents,
    published_categories,
    trees,
)
from conformance.exchange import at
from conformance.judging import Judging, judges


@judges("EMX-728")
def test_category_trees(emporix: Emporix) -> None:
    """Every root category is a tree of the categories below it, ordered by position."""
    parent_of = parents(emporix)
    # Roots that have nothing below them are trees, too.
    ids = dict.fromkeys([*parent_of, *parent_of.values(), *published_categories(emporix)])
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
            _lies_below(judging, lies_below, child, parent)
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
    known = emporix.known("categories", "id", "published")
    published = {each["id"] for each in known if each["published"]}
    # What becomes of those below a category that is not published is nowhere said.
    hidden = {each["id"] for each in known if is_hidden(each)}
    for child, parent in parent_of.items():
        line = [child, *above(parent_of, child)]
        if published.issuperset(line[:-1]) and hidden.isdisjoint(line):
            _lies_below(judging, lies_below, child, parent)


def _lies_below(
    judging: Judging, found: Mapping[str, str | None], child: str, parent: str
) -> None:  # fmt: skip
    if child not in found:
        came = "it is in no tree"
    else:
        came = f"below {found[child]}" if found[child] else "at the top"
    judging.that(found.get(child) == parent, f"{child} right below {parent}", came, "the trees")


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
