"""Reading the catalogue: categories, their assignments, their trees, and products.

The catalogue is not made by tests: what is there is known from the configuration, and the
rest of it is compared with itself. Nothing here judges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from conformance.emporix import operations as op
from conformance.emporix.case import UNSENT, Emporix
from conformance.exchange import Reply, at

Look = Callable[..., Reply]
"""Sends one and the same listing with further `query` and `headers`."""

TOTAL: Final = {"X-Total-Count": "true"}
EVERYTHING: Final = {"Accept-Language": "*"}
VERSION: Final = {"X-Version": "v2"}
"""Older editions of the category service cannot do without it, newer ones do not mind."""
_FOREIGN: Final = ("cy", "mt", "eo", "is", "ga", "lb")
"""Languages that few shops speak."""


def assignments(
    case: Emporix,
    category: str,
    query: Mapping[str, Any] | None = None,
    *,
    by: str = "",
    headers: Mapping[str, str] | None = None,
    step: str = "",
) -> Reply:
    """Send GET /categories/{categoryId}/assignments; nobody sends unless somebody is named."""
    return case.send(
        op.CATEGORY_ASSIGNMENTS, by=by, path={"categoryId": category}, query=query or {},
        headers=_versioned(headers), step=step,
    )  # fmt: skip


def categories(
    case: Emporix,
    q: str | None = None,
    query: Mapping[str, Any] | None = None,
    *,
    by: str = "",
    headers: Mapping[str, str] | None = None,
    step: str = "",
) -> Reply:
    """Send POST /categories/search; nobody sends unless somebody is named."""
    return case.send(
        op.SEARCH_CATEGORIES, by=by, query=query or {}, body={} if q is None else {"q": q},
        headers=_versioned(headers), step=step,
    )  # fmt: skip


def trees(case: Emporix, query: Mapping[str, Any] | None = None, *, by: str = "manage") -> Reply:
    """Send GET /category-trees."""
    return case.send(op.CATEGORY_TREES, by=by, query=query or {}, headers=_versioned(None))


def products(
    case: Emporix,
    q: str | None = None,
    query: Mapping[str, Any] | None = None,
    *,
    by: str = "manage",
    headers: Mapping[str, str] | None = None,
    step: str = "",
) -> Reply:
    """Send POST /products/search."""
    return case.send(
        op.SEARCH_PRODUCTS, by=by, query=query or {}, body=UNSENT if q is None else {"q": q},
        headers=headers, step=step,
    )  # fmt: skip


def _versioned(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {**VERSION, **(headers or {})}


# --- what the configuration knows ---


def placed(case: Emporix) -> tuple[str, str]:
    """Return a published product and a published category that it is in. Raises Unmet."""
    found = case.known("products", "id", "category", "published")
    hidden = {each["id"] for each in case.known("categories", "id") if is_hidden(each)}
    for each in found:
        if each["published"] and each["category"] not in hidden:
            return str(each["id"]), str(each["category"])
    raise case.lacking("emporix.known.products with category and published = true")


def hidden_product(case: Emporix) -> tuple[str, str]:
    """Return an unpublished product and a published category that it is in. Raises Unmet."""
    hidden = {each["id"] for each in case.known("categories", "id") if is_hidden(each)}
    for each in case.known("products", "id", "category", "published"):
        if not each["published"] and each["category"] not in hidden:
            return str(each["id"]), str(each["category"])
    raise case.lacking("emporix.known.products with category and published = false")


def hidden_category(case: Emporix) -> tuple[str, str]:
    """Return an unpublished category and a product that is in it. Raises Unmet."""
    for each in case.known("categories", "id", "published", "product"):
        if is_hidden(each):
            return str(each["id"]), str(each["product"])
    raise case.lacking("emporix.known.categories with product and published = false")


def is_hidden(category: Mapping[str, Any]) -> bool:
    """Return whether a known category is said to be unpublished."""
    return category.get("published") is False


def published_categories(case: Emporix, at_least: int = 1) -> list[str]:
    """Return the ids of the known categories that nothing is said against. Raises Unmet."""
    found = [
        str(each["id"]) for each in case.known("categories", "id") if not is_hidden(each)
    ]  # fmt: skip
    if len(found) < at_least:
        raise case.lacking(f"emporix.known.categories (at least {at_least} published ones)")
    return found


def parents(case: Emporix) -> dict[str, str]:
    """Return the known parent of every published category that has one. Raises Unmet."""
    found = {
        str(each["id"]): str(each["parent"])
        for each in case.known("categories", "id", "parent")
        if not is_hidden(each)
    }
    if not found:
        raise case.lacking("emporix.known.categories with parent")
    return found


def above(parent_of: Mapping[str, str], category: str) -> list[str]:
    """Return the known categories above one, the nearest first."""
    found: list[str] = []
    while category in parent_of and parent_of[category] not in found:
        category = parent_of[category]
        found.append(category)
    return found


def listed_ids(ids: Iterable[str]) -> str:
    """Return a query for things with one of some ids."""
    return f"id:({','.join(ids)})"


def languages(case: Emporix, at_least: int = 1) -> list[str]:
    """Return the languages of the tenant, the default one first. Raises Unmet."""
    found = case.session.config.options.get("languages") or ()
    if len(found) < at_least:
        raise case.lacking(f"emporix.languages (at least {at_least})")
    return [str(each) for each in found]


def foreign_language(case: Emporix) -> str:
    """Return a language that the tenant does not have. Raises Unmet."""
    known = {each.partition("-")[0].lower() for each in languages(case)}
    return next(each for each in _FOREIGN if each not in known)


# --- order ---


def misplaced(values: Sequence[Any], *, descending: bool = False) -> tuple[Any, Any] | None:
    """Return the first two neighbours that no usual order of values would put like this.

    Texts are compared by code point, without case, and by letters and digits alone: only
    what is wrong by all of them counts. Values that are neither text nor number are skipped.
    """
    kept: list[Any] = [each for each in values if isinstance(each, str | int | float)]
    for pair in pairwise(kept):
        first, second = reversed(pair) if descending else pair
        if isinstance(first, str) != isinstance(second, str):
            continue
        if isinstance(first, str):
            wrong = all(key(first) > key(second) for key in _COLLATIONS)
        else:
            wrong = first > second
        if wrong:
            return pair
    return None


def differ(one: str, other: str) -> bool:
    """Return whether two texts stand apart in every usual order."""
    return len({key(one) < key(other) for key in _COLLATIONS}) == 1 and one != other


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if each.isalnum())


_COLLATIONS: Final[tuple[Callable[[str], str], ...]] = (str, str.casefold, _plain)


# --- texts ---


def translations(value: Any, pointer: str) -> dict[str, str]:
    """Return a localized text as a map; nothing where it is none."""
    found = at(value, pointer)
    if not isinstance(found, dict):
        return {}
    return {name: text for name, text in found.items() if isinstance(text, str)}


# --- listings that can be looked at again ---


def assignments_of_a_tree(case: Emporix) -> Look:
    """Return how to list the assignments of the highest known category above a known product.

    Raises Unmet.
    """
    _, category = placed(case)
    known = {str(each["id"]): str(each["parent"]) for each in case.known("categories", "id")
             if "parent" in each}  # fmt: skip
    top = [category, *above(known, category)][-1]

    def look(query: Mapping[str, Any] | None = None, **sending: Any) -> Reply:
        return assignments(case, top, {"withSubcategories": True, **(query or {})}, **sending)

    return look


def known_categories(case: Emporix, at_least: int = 2) -> Look:
    """Return how to find the known published categories, and no others. Raises Unmet."""
    q = listed_ids(published_categories(case, at_least))

    def look(query: Mapping[str, Any] | None = None, **sending: Any) -> Reply:
        return categories(case, q, query, **sending)

    return look


def entitled(case: Emporix, reply: Reply, scope: str) -> Reply:
    """Return a reply unless `manage` was refused for want of a scope. Raises Unmet."""
    if reply.status in (401, 403) and not has_scope(case, scope):
        raise case.lacking(f"the scope {scope} to emporix.credentials.manage")
    return reply


def has_scope(case: Emporix, scope: str) -> bool:
    """Return whether `manage` is granted a scope, as far as its login says so."""
    given = case.session.config.credentials.get("manage", {})
    if "client_secret" not in given or "token" in given:
        return False
    form = {name: given[name] for name in ("client_id", "client_secret", "scope") if name in given}
    form["grant_type"] = "client_credentials"
    reply = case.send(
        op.SERVICE_TOKEN, by="", raw=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded", step="log in",
    )  # fmt: skip
    granted = reply.at("/scope")
    return isinstance(granted, str) and scope in granted.split()


CATEGORY_SCOPE: Final = "category.category_read_unpublished"
PRODUCT_SCOPE: Final = "product.product_read_unpublished"
