"""Category trees: what a customer's segments look like to a storefront."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.case import Emporix
from conformance.exchange import MISSING, Reply, at
from conformance.judging import Unmet, judges

_SHOWN = ("localizedDescription", "localizedSlug", "ecn", "validity", "position", "published")


@judges("EMX-310", "EMX-311", "EMX-315")
def test_a_tree_holds_the_category_below_those_above_it(emporix: Emporix) -> None:
    """An assigned category stands below those above it, which are not, until it is taken out."""
    category, ancestors = _free(emporix)
    segment = _assign(emporix, category)
    reply = _tree_with(emporix, category, present=True)
    emporix.judge("EMX-310", reply).status(200)
    node = _find(reply, category)[1]
    emporix.judge("EMX-310", reply).that(
        node is not MISSING, f"{category} in the tree", _ids(reply), "the tree"
    )
    emporix.judge("EMX-311", reply).same(
        True, at(node, "/isSegmentAssigned"), f"isSegmentAssigned of {category}"
    )
    if any(at(_find(reply, each)[1], "/isSegmentAssigned") is True for each in ancestors):
        _need_to_be_alone(emporix, segment, *ancestors)
    below = category
    for ancestor in ancestors:
        above = _find(reply, below)[0]
        emporix.judge("EMX-310", reply).same(
            ancestor, at(above, "/id"), f"the category above {below}"
        )
        emporix.judge("EMX-311", reply).same(
            False, at(above, "/isSegmentAssigned"), f"isSegmentAssigned of {ancestor}"
        )
        below = ancestor
    _judge_nodes(emporix, reply)
    _take_out(emporix, segment, category)
    gone = _tree_with(emporix, category, present=False)
    if _find(gone, category)[1] is not MISSING:
        _need_to_be_alone(emporix, segment, category, *ancestors)
    emporix.judge("EMX-310", gone).status(200).that(
        _find(gone, category)[1] is MISSING, f"no {category} in the tree", _ids(gone), "the tree"
    )


@judges("EMX-315", read_only=True)
def test_every_node_of_a_tree_is_complete(emporix: Emporix) -> None:
    """Every category in a customer's tree has id, code, name and isSegmentAssigned."""
    reply = _tree(emporix)
    emporix.need(reply, 200, what="reading the category tree")
    if not reply.entries():
        raise Unmet("the customer's tree is empty, so there was nothing to judge")
    _judge_nodes(emporix, reply)


@judges("EMX-312")
def test_inactive_segments_bring_nothing_into_the_tree(emporix: Emporix) -> None:
    """The categories of a segment leave the tree when it becomes inactive."""
    category, above = _free(emporix)
    segment = _assign(emporix, category)
    if _find(_tree_with(emporix, category, present=True), category)[1] is MISSING:
        raise Unmet("the category is not in the tree while its segment is active")
    change = [{"op": "replace", "path": "/status", "value": "INACTIVE"}]
    reply = emporix.send(op.PATCH, path={"segmentId": segment}, body=change, step="set up")
    emporix.need(reply, 204, what="making a segment inactive")
    gone = _tree_with(emporix, category, present=False)
    if _find(gone, category)[1] is not MISSING:
        _need_to_be_alone(emporix, segment, category, *above)
    emporix.judge("EMX-312", gone).status(200).that(
        _find(gone, category)[1] is MISSING, f"no {category} in the tree", _ids(gone), "the tree"
    )


@judges("EMX-302")
def test_a_tree_is_kept_by_the_site_of_its_segments(emporix: Emporix) -> None:
    """With siteCode a tree holds the categories of segments of that site alone."""
    here, elsewhere = emporix.option("site_code"), emporix.option("other_site_code")
    category, above = _free(emporix)
    segment = _assign(emporix, category, siteCode=elsewhere)
    there = _tree_with(emporix, category, present=True, siteCode=elsewhere)
    emporix.judge("EMX-302", there).status(200).that(
        _find(there, category)[1] is not MISSING,
        f"{category} with siteCode={elsewhere}", _ids(there), "the tree",
    )  # fmt: skip
    not_here = _tree_with(emporix, category, present=False, siteCode=here)
    if _find(not_here, category)[1] is not MISSING:
        _need_to_be_alone(emporix, segment, category, *above)
    emporix.judge("EMX-302", not_here).status(200).that(
        _find(not_here, category)[1] is MISSING,
        f"no {category} with siteCode={here}", _ids(not_here), "the tree",
    )  # fmt: skip


@judges("EMX-309")
def test_a_node_shows_what_its_category_has(emporix: Emporix) -> None:
    """A node shows what the category service knows of its category, and what is below it."""
    segment = emporix.segment(status="ACTIVE")
    emporix.assign_customer(segment, emporix.me())
    known = emporix.known("categories", "id")
    for each in known:
        emporix.assign_item(segment, "CATEGORY", str(each["id"]))
    parents = {str(each["id"]): str(each["parent"]) for each in known if "parent" in each}
    reply = emporix.settle(
        lambda: _tree(emporix),
        lambda found: all(_find(found, each)[1] is not MISSING for each in parents),
    )
    emporix.need(reply, 200, what="reading the category tree")
    ids = [str(each["id"]) for each in known]
    judged = 0
    for category in _of_the_service(emporix, [*ids, *parents.values()]):
        node = _find(reply, str(at(category, "/id")))[1]
        if node is MISSING:
            continue  # whether a tree hides what is not published or not valid is not documented
        judged += 1
        for name in _SHOWN:
            has = at(category, f"/{name}")
            if has is MISSING or has in (None, {}, []):
                continue
            emporix.judge("EMX-309", reply).same(
                _comparable(name, has), _comparable(name, at(node, f"/{name}")),
                f"{name} of {at(category, '/id')}",
            )  # fmt: skip
    for child, parent in parents.items():
        above, node = _find(reply, child)
        if node is not MISSING and _find(reply, parent)[1] is not MISSING:
            judged += 1
            emporix.judge("EMX-309", reply).same(
                parent, at(above, "/id"), f"the category that has {child} in subcategories"
            )
    if not judged:
        raise Unmet("the tree shows none of emporix.known.categories")


def _tree(case: Emporix, **query: str) -> Reply:
    return case.send(op.TREES, by="customer", query=query, headers={"Accept-Language": "*"})


def _tree_with(case: Emporix, category: str, *, present: bool, **query: str) -> Reply:
    """Read the tree until a category is in it, or is not."""
    return case.settle(
        lambda: _tree(case, **query),
        lambda reply: (_find(reply, category)[1] is not MISSING) is present,
    )


def _free(case: Emporix) -> tuple[str, list[str]]:
    """Return a known category that is not in the customer's tree, and those above it.

    It is published, none of those above it is assigned to a segment of the customer, and as
    many of them are known as can be. Raises Unmet.
    """
    before = case.need(_tree(case), 200, what="reading the category tree")
    known = case.known("categories", "id", "parent", "published")
    parents = {str(each["id"]): str(each["parent"]) for each in known}
    found: list[tuple[str, list[str]]] = []
    for each in known:
        category = str(each["id"])
        above = _above(category, parents)
        taken = [at(_find(before, one)[1], "/isSegmentAssigned") for one in above]
        if each["published"] and True not in taken and _find(before, category)[1] is MISSING:
            found.append((category, above))
    if not found:
        raise case.lacking(
            "emporix.known.categories with a parent, published, and in no segment of the customer,"
        )
    return max(found, key=lambda pair: len(pair[1]))


def _above(category: str, parents: Mapping[str, str]) -> list[str]:
    above: list[str] = []
    while category in parents and parents[category] not in above:
        category = parents[category]
        above.append(category)
    return above


def _assign(case: Emporix, category: str, **fields: Any) -> str:
    """Make an active segment of the customer with a category. Raises Unmet."""
    segment = case.segment(**{"status": "ACTIVE", **fields})
    case.assign_customer(segment, case.me())
    case.assign_item(segment, "CATEGORY", category)
    return segment


def _take_out(case: Emporix, segment: str, category: str) -> None:
    """Take a category out of a segment. Raises Unmet."""
    path = {"segmentId": segment, "type": "CATEGORY", "itemId": category}
    reply = case.send(op.REMOVE_ITEM, path=path, step="set up")
    case.need(reply, 204, what="taking a category out of a segment")


def _need_to_be_alone(case: Emporix, segment: str, *categories: str) -> None:
    """Raise Unmet when another segment of the customer has come to hold one of the categories."""
    items = own.category_items(case, "customer", *categories)
    if set(items.each("/segmentId")) - {segment}:
        raise Unmet("somebody else assigned the category to a segment of the customer meanwhile")


def _nodes(reply: Reply) -> Iterator[tuple[Any, Any]]:
    """Yield every node of a tree with the node above it, `MISSING` for those at the top."""
    waiting: list[tuple[Any, Any]] = [(MISSING, each) for each in reply.entries()]
    for above, node in waiting:
        yield above, node
        below = at(node, "/subcategories")
        waiting += [(node, each) for each in below] if isinstance(below, list) else []


def _find(reply: Reply, category: str) -> tuple[Any, Any]:
    found = (pair for pair in _nodes(reply) if at(pair[1], "/id") == category)
    return next(found, (MISSING, MISSING))


def _ids(reply: Reply) -> list[Any]:
    return [at(node, "/id") for _, node in _nodes(reply)]


def _judge_nodes(case: Emporix, reply: Reply) -> None:
    for _, node in _nodes(reply):
        for name in ("id", "code", "name", "isSegmentAssigned"):
            case.judge("EMX-315", reply).that(
                at(node, f"/{name}") not in (MISSING, None), f"{name} in every node", node, "a node"
            )
        case.judge("EMX-315", reply).that(
            isinstance(at(node, "/isSegmentAssigned"), bool),
            "true or false in isSegmentAssigned", node, "a node",
        )  # fmt: skip


def _of_the_service(case: Emporix, ids: list[str]) -> list[Any]:
    """Return categories as the category service has them. Raises Unmet."""
    body = {"q": f"id:({','.join(dict.fromkeys(ids))})"}
    for query in ({"showUnpublished": "true"}, {}):
        reply = case.send(
            op.SEARCH_CATEGORIES, query=query, body=body,
            headers={"Accept-Language": "*", "X-Version": "v2"}, step="set up",
        )  # fmt: skip
        if reply.status == 200:
            break
    case.need(reply, 200, what="asking the category service")
    if not reply.entries():
        raise Unmet("the category service knows none of emporix.known.categories")
    return reply.entries()


def _comparable(name: str, value: Any) -> Any:
    """Return a value in which only what it means counts: instants, not how they are spelt."""
    if name == "validity" and isinstance(value, Mapping):
        return {end: _instant(value[end]) for end in ("from", "to") if value.get(end)}
    return sorted(map(str, value)) if isinstance(value, list) else value


def _instant(text: Any) -> Any:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return text
