"""The operations of the category service: assignments, search, trees, and their JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Invalid, Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.listing import Listing, page
from mockserver.vendors.emporix.matching import ABSENT, Candidates, Field, narrow
from mockserver.vendors.emporix.model import Category, Localized, texts
from mockserver.vendors.emporix.replies import listed, read_clauses, read_query
from mockserver.vendors.emporix.sisters.access import CATEGORY_UNPUBLISHED, require
from mockserver.vendors.emporix.sisters.catalogue.index import Catalogue, Placement, ShelvedCategory
from mockserver.vendors.emporix.sisters.catalogue.languages import Accepted, accepted
from mockserver.vendors.emporix.sisters.listing import Sort, whole
from mockserver.vendors.emporix.world import World

Path = tuple[str, ...]

PAGE_SIZE = 60


def retrieve_assignments(world: World, call: Call, caller: Caller) -> Reply:
    """GET /categories/{categoryId}/assignments: the products of a category (EMX-700).

    withSubcategories adds those of every category below (EMX-705).
    """
    unpublished = _shows_unpublished(call, caller)
    languages = accepted(world, call.headers.get("Accept-Language", "*"))
    wanted = _listing(call, languages, _ASSIGNMENT_SORTS)
    category_id = call.path["categoryId"]
    if category_id not in world.categories:
        raise Missing(
            f"Category with id '{category_id}' not found",
            requirement="EMX-722",
            pointer="/path/categoryId",
            resource=category_id,
        )
    below = call.query.get("withSubcategories") is True
    ids = world.categories.with_descendants(category_id) if below else iter((category_id,))
    segments = _ids(call.query.get("segmentsIds"))
    counts = (
        each
        for each in ids
        if (unpublished or world.categories[each].published)  # (EMX-706)
        and (segments is None or _assigned(world, each, segments))
    )
    placements = _catalogue(world).placements
    found = page(
        Candidates(*(placements.get(each, []) for each in counts)),
        (),
        _assignment_field,
        wanted,
        _wanted_placements(call, languages),
    )
    return listed([_assignment(row, languages) for row in found.rows], found.total)


def search_categories(world: World, call: Call, caller: Caller) -> Reply:
    """POST /categories/search; without a q every category is found (EMX-727)."""
    unpublished = _shows_unpublished(call, caller)
    languages = accepted(world, call.headers.get("Accept-Language", "*"))
    wanted = _listing(call, languages, _CATEGORY_SORTS)
    clauses = read_clauses(world, read_query(call), "/q")  # (EMX-724)
    roots = call.query.get("showRoots") is True  # (EMX-725)

    def counts(row: ShelvedCategory) -> bool:
        category = row.category
        published = unpublished or category.published  # (EMX-726)
        return published and not (roots and category.parent_id is not None)

    candidates, clauses = narrow(_catalogue(world).categories, clauses)
    found = page(candidates, clauses, partial(_category_field, world), wanted, counts)
    rows = [_category(world, row.category, languages) for row in found.rows]
    return listed(rows, found.total)


def retrieve_trees(world: World, call: Call, caller: Caller) -> Reply:
    """GET /category-trees: the roots with all below them, by position (EMX-728)."""
    unpublished = _shows_unpublished(call, caller)
    ids = call.query.get("categoryIds")  # (EMX-730)

    def trees(parent: str | None) -> Iterator[dict[str, Any]]:
        for category in world.categories.below(parent):
            # With everything below it, as a tree has no holes (EMX-729).
            if unpublished or category.published:
                yield _tree(world, category) | {"subcategories": list(trees(category.id))}

    return Reply(200, [each for each in trees(None) if ids is None or each["id"] in ids])


# ---- what counts -----------------------------------------------------------------------


def _catalogue(world: World) -> Catalogue:
    return world.shop.catalogue(world.products, world.categories)


def _shows_unpublished(call: Call, caller: Caller) -> bool:
    """True when categories that are not published count too. Raises Forbidden."""
    if call.query.get("showUnpublished") is not True:
        return False
    require(caller, frozenset({CATEGORY_UNPUBLISHED}), "EMX-707", "/query/showUnpublished")
    return True


def _ids(text: str | None) -> list[str] | None:
    """Return ids that commas separate; `None` when there are none."""
    found = [each.strip() for each in (text or "").split(",")]
    return [each for each in found if each] or None


def _assigned(world: World, category_id: str, segments: list[str]) -> bool:
    """True when the segments hold a category (EMX-709): any of them, or all (EMX-710).

    By choice one above it will do (EMX-711).
    """
    held = {category_id}
    if world.shop.choices.below_assigned:
        held.update(above.id for above in world.categories.above(category_id))
    combine = all if world.shop.choices.all_segments else any
    return combine(
        any(world.items.get((segment, "CATEGORY", each)) is not None for each in held)
        for segment in segments
    )


def _wanted_placements(call: Call, languages: Accepted) -> Callable[[Placement], bool] | None:
    """Return what tells whether an assignment is asked for; `None` when all are."""
    item, name = call.query.get("ref.id"), call.query.get("ref.localizedName")
    hides = call.query.get("hideUnpublishedProducts") is True
    if item is None and name is None and not hides:
        return None

    def wanted(row: Placement) -> bool:
        return (
            (item is None or row.product.id == item)  # (EMX-702)
            and (not hides or row.product.published)  # (EMX-708)
            and (name is None or name in _in_accepted(row.product.name, languages))
        )

    return wanted


def _in_accepted(name: Localized, languages: Accepted) -> list[str]:
    """Return a name in every accepted language (EMX-703, EMX-704)."""
    return [text for tag, text in texts(name).items() if tag in languages.languages]


# ---- order -----------------------------------------------------------------------------

_ASSIGNMENT_SORTS = {
    "id": False,
    "categoryId": False,
    "ref.id": False,
    "ref.type": False,
    "ref.localizedName": True,
}
_CATEGORY_SORTS = {
    "id": False,
    "parentId": False,
    "code": False,
    "position": False,
    "published": False,
    "validity.from": False,
    "validity.to": False,
    "metadata.version": False,
    "localizedName": True,
    "localizedDescription": True,
    "localizedSlug": True,
}
"""Fields to sort by, each with True for a localized one; the deprecated ones are missing."""


def _listing(call: Call, languages: Accepted, known: dict[str, bool]) -> Listing:
    return Listing(
        whole(call, "pageSize", PAGE_SIZE),
        whole(call, "pageNumber"),
        _sort(call.query.get("sort"), languages, known),
        call.headers.get("X-Total-Count") is True,  # (EMX-717)
    )


def _sort(text: str | None, languages: Accepted, known: dict[str, bool]) -> Sort:
    """Read `field:ASC,field:DESC` (EMX-713). Raises Invalid."""
    keys = []
    for part in (each.strip() for each in (text or "").split(",")):
        if not part:
            continue
        name, _, direction = part.partition(":")
        if direction.upper() not in ("", "ASC", "DESC"):
            raise _unsortable(f"{direction[:40]!r} is neither ASC nor DESC.")
        field = next((each for each in (name, name.rpartition(".")[0]) if each in known), None)
        if field is None or (field != name and not known[field]):
            raise _unsortable(
                f"Sorting by {name[:60]!r} is not possible, only by {', '.join(known)}."
            )
        path = tuple(field.split("."))
        if known[field]:
            language = name.removeprefix(field).removeprefix(".") or None
            path = (*path, languages.sorting(language, "/query/sort"))
        keys.append((path, direction.upper() == "DESC"))
    return tuple(keys)


def _unsortable(message: str) -> Invalid:
    return Invalid(message, requirement="EMX-714", pointer="/query/sort", code="sort")


def _assignment_field(path: Path) -> Field[Placement]:
    match path:
        case ("id",):
            return Field(lambda row: row.id)
        case ("categoryId",):
            return Field(lambda row: row.category_id)
        case ("ref", "id"):
            return Field(lambda row: row.product.id)
        case ("ref", "type"):
            return Field(lambda _: "PRODUCT")
    return Field(lambda row: texts(row.product.name).get(path[-1], ABSENT))


_PLAIN: dict[Path, Callable[[Category], object]] = {
    ("id",): lambda category: category.id,
    ("code",): lambda category: category.code,
    ("position",): lambda category: category.position,
    ("published",): lambda category: category.published,
    ("parentId",): lambda category: _present(category.parent_id),
    ("ecn",): lambda category: list(category.ecn),
    ("metadata", "version"): lambda _: 1,
}
_INSTANTS: dict[Path, Callable[[Category], object]] = {
    ("validity", "from"): lambda category: _present(category.valid_from),
    ("validity", "to"): lambda category: _present(category.valid_to),
}
_DEPRECATED: dict[Path, Callable[[Category], Localized]] = {
    ("name",): lambda category: category.name,
    ("description",): lambda category: category.description,
}
_TEXTS: dict[str, Callable[[Category], Localized]] = {
    "localizedName": lambda category: category.name,
    "localizedDescription": lambda category: category.description,
    "localizedSlug": lambda category: category.slug,
}


def _category_field(world: World, path: Path) -> Field[ShelvedCategory]:
    """Return how queries and sorting read a field of a category."""
    if path in _DEPRECATED:
        deprecated = _DEPRECATED[path]
        return Field(lambda row: _plain(world, deprecated(row.category)) or ABSENT)
    if path in _INSTANTS:
        read = _INSTANTS[path]
        return Field(lambda row: read(row.category), is_instant=True)
    if path in _PLAIN:
        read = _PLAIN[path]
        return Field(lambda row: read(row.category))
    if path[0] in _TEXTS:
        text, language = _TEXTS[path[0]], ".".join(path[1:])
        if language:
            return Field(lambda row: texts(text(row.category)).get(language, ABSENT))
        return Field(lambda row: texts(text(row.category)) or ABSENT)
    return Field(lambda _: ABSENT)


def _present(value: object) -> object:
    return ABSENT if value is None else value


# ---- JSON ------------------------------------------------------------------------------


def _assignment(row: Placement, languages: Accepted) -> dict[str, Any]:
    name = languages.render(row.product.name)
    ref = {"id": row.product.id, "type": "PRODUCT", "localizedName": name}
    return {"id": row.id, "categoryId": row.category_id, "ref": ref}


def _category(world: World, category: Category, languages: Accepted) -> dict[str, Any]:
    value: dict[str, Any] = {"id": category.id}
    if category.parent_id is not None:
        value["parentId"] = category.parent_id
    value |= _described(world, category, languages.render)
    return value | {"metadata": {"version": 1}, "media": []}


def _tree(world: World, category: Category) -> dict[str, Any]:
    return {"id": category.id} | _described(world, category, texts)


def _described(
    world: World, category: Category, render: Callable[[Localized], dict[str, str]]
) -> dict[str, Any]:
    """Return what a category and a node of a tree have in common."""
    value: dict[str, Any] = {"name": _plain(world, category.name)}
    if category.description:
        value["description"] = _plain(world, category.description)
    value |= {"code": category.code, "localizedName": render(category.name)}
    if category.description:
        value["localizedDescription"] = render(category.description)
    if category.slug:
        value["localizedSlug"] = render(category.slug)
    validity = {
        name: instants.text(end)
        for name, end in (("from", category.valid_from), ("to", category.valid_to))
        if end is not None
    }
    if validity:
        value["validity"] = validity
    return value | {
        "position": category.position,
        "published": category.published,
        "ecn": list(category.ecn),
    }


def _plain(world: World, compact: Localized) -> str:
    """Return a text in the tenant's default language, or in any it has (EMX-736), or nothing."""
    full = texts(compact)
    return next((full[each] for each in chain(world.languages, full) if each in full), "")


CATEGORY_OPERATIONS: dict[str, Operation] = {
    "GET-category-tree-retrieve-category-assignments": retrieve_assignments,
    "POST-category-tree-search-categories": search_categories,
    "GET-category-tree-retrieve-category-tree": retrieve_trees,
}
"""operationId -> function."""
