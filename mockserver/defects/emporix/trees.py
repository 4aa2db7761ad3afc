"""Category trees that grow in the wrong way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix import records, trees, visibility

TREES = "GET-customer-segment-retrieve-category-trees"

Node = dict[str, Any]


def _each_node(edit: Callable[[Node, bool], None]) -> Change:
    """Edit every node in place; the edit is told whether it is at the top."""

    def walk(nodes: Any, at_the_top: bool) -> None:
        for node in nodes:
            walk(node.get("subcategories", []), False)
            edit(node, at_the_top)

    def edited(body: Any) -> Any:
        walk(body, True)
        return body

    return changes.body(edited, TREES)


def _without(name: str, *, below_only: bool = False) -> Change:
    def edit(node: Node, at_the_top: bool) -> None:
        if not (below_only and at_the_top):
            node.pop(name, None)

    return _each_node(edit)


def _cut(body: Any) -> list[Node]:
    """Return the assigned categories without those above them."""
    found: list[Node] = []
    for node in body:
        found += [node] if node["isSegmentAssigned"] else _cut(node["subcategories"])
    return found


def _without_roots(body: Any) -> list[Node]:
    """Return the trees without labels that have nothing but labels right below them."""
    found: list[Node] = []
    for node in body:
        below = node["subcategories"]
        spare = not node["isSegmentAssigned"] and not any(
            each["isSegmentAssigned"] for each in below
        )
        found += _without_roots(below) if spare else [node]
    return found


def _only_tops(body: Any) -> Any:
    for node in body:
        node["subcategories"] = []
    return body


def _flat(body: Any) -> list[Node]:
    """Return every node side by side."""
    found: list[Node] = []
    for node in body:
        below = node.pop("subcategories", [])
        found += [{**node, "subcategories": []}, *_flat(below)]
    return found


def _all_assigned(node: Node, _: bool) -> None:
    node["isSegmentAssigned"] = True


def _only_leaves(node: Node, _: bool) -> None:
    node["isSegmentAssigned"] = False


def _drafts_too(_run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Let the categories of inactive segments in."""
    entity, site = call.query.get("legalEntityId"), call.query.get("siteCode")
    own = visibility.own_segments(world, caller, entity or None, active=False)
    ids = [segment.id for segment in visibility.of_site(own, site or None)]
    return Reply(200, records.trees(trees.category_trees(world, ids), None))


def _unlocalized(node: Node, _: bool) -> None:
    for name in ("localizedDescription", "localizedSlug"):
        if isinstance(node.get(name), dict):
            node[name] = dict(list(node[name].items())[:1])


def _positions(node: Node, _: bool) -> None:
    node["position"] = 0


def _says_published(node: Node, _: bool) -> None:
    node["published"] = True


def _moved(node: Node, _: bool) -> None:
    """Give the second and later categories below one to the first of them."""
    first, *rest = node.get("subcategories") or [None]
    if first is not None and rest:
        first["subcategories"] = [*first["subcategories"], *rest]
        node["subcategories"] = [first]


def _first_site(call: Call) -> Call:
    site = call.query.get("siteCode")
    return replace(call, query={**call.query, "siteCode": "main"}) if site else call


DEFECTS = (
    *(
        Defect(
            name=f"emporix.tree-without-{name.removeprefix('localized').lower()}",
            violates=("EMX-309",),
            summary=f"Categories in a tree do not show their {name}.",
            kind="schema",
            operations=(TREES,),
            change=_without(name),
        )
        for name in (
            "localizedDescription",
            "localizedSlug",
            "ecn",
            "validity",
            "position",
            "published",
        )
    ),
    Defect(
        name="emporix.tree-in-one-language",
        violates=("EMX-309",),
        summary="Descriptions and slugs in a tree have one language, though all are asked for.",
        kind="projection",
        operations=(TREES,),
        change=_each_node(_unlocalized),
    ),
    Defect(
        name="emporix.tree-without-positions",
        violates=("EMX-309",),
        summary="Every category in a tree has the position 0.",
        kind="state",
        operations=(TREES,),
        change=_each_node(_positions),
    ),
    Defect(
        name="emporix.tree-says-published",
        violates=("EMX-309",),
        summary="Every category in a tree says that it is published.",
        kind="state",
        operations=(TREES,),
        change=_each_node(_says_published),
    ),
    Defect(
        name="emporix.tree-misplaces-categories",
        violates=("EMX-309",),
        summary="Categories side by side hang below the first of them.",
        kind="state",
        operations=(TREES,),
        change=_each_node(_moved),
    ),
    Defect(
        name="emporix.tree-without-categories-above",
        violates=("EMX-310",),
        summary="A tree begins with the assigned categories.",
        kind="state",
        operations=(TREES,),
        change=changes.body(_cut, TREES),
    ),
    Defect(
        name="emporix.tree-with-one-category-above",
        violates=("EMX-310",),
        summary="Of the categories above an assigned one a tree holds the nearest alone.",
        kind="state",
        operations=(TREES,),
        change=changes.body(_without_roots, TREES),
    ),
    Defect(
        name="emporix.tree-of-roots",
        violates=("EMX-310",),
        summary="A tree holds nothing below its roots.",
        kind="state",
        operations=(TREES,),
        change=changes.body(_only_tops, TREES),
    ),
    Defect(
        name="emporix.tree-is-flat",
        violates=("EMX-310", "EMX-309"),
        summary="Categories come side by side instead of below each other.",
        kind="state",
        operations=(TREES,),
        change=changes.body(_flat, TREES),
    ),
    Defect(
        name="emporix.tree-labels-count-as-assigned",
        violates=("EMX-311",),
        summary="The categories above an assigned one count as assigned too.",
        kind="state",
        operations=(TREES,),
        change=_each_node(_all_assigned),
    ),
    Defect(
        name="emporix.tree-assigns-nothing",
        violates=("EMX-311",),
        summary="No category in a tree counts as assigned.",
        kind="state",
        operations=(TREES,),
        change=_each_node(_only_leaves),
    ),
    Defect(
        name="emporix.tree-keeps-inactive-segments",
        violates=("EMX-312",),
        summary="The categories of inactive segments stay in the tree.",
        kind="filter",
        operations=(TREES,),
        change=changes.around(_drafts_too, TREES),
    ),
    Defect(
        name="emporix.site-of-trees-ignored",
        violates=("EMX-302",),
        summary="siteCode has no effect on category trees.",
        kind="filter",
        operations=(TREES,),
        change=changes.without_query("siteCode", TREES),
    ),
    Defect(
        name="emporix.tree-of-the-main-site",
        violates=("EMX-302",),
        summary="A tree for any site is that of the main one.",
        kind="filter",
        operations=(TREES,),
        change=changes.before(_first_site, TREES),
    ),
    Defect(
        name="emporix.tree-without-code",
        violates=("EMX-315",),
        summary="Categories in a tree have no code.",
        kind="schema",
        operations=(TREES,),
        change=_without("code"),
        fault=101,
    ),
    Defect(
        name="emporix.tree-without-names-below",
        violates=("EMX-315",),
        summary="Only the roots of a tree have names.",
        kind="schema",
        operations=(TREES,),
        change=_without("name", below_only=True),
        fault=101,
    ),
    Defect(
        name="emporix.tree-never-tells-assignment",
        violates=("EMX-315",),
        summary="Categories above the assigned ones leave isSegmentAssigned out.",
        kind="schema",
        operations=(TREES,),
        change=_each_node(
            lambda node, _: None if node["isSegmentAssigned"] else node.pop("isSegmentAssigned")
        ),
        fault=101,
    ),
)
