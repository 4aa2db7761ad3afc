"""Texts in several languages: where they are shown, and in which languages they came.

Knows which operations show localised texts and how each tenant's languages are told apart;
what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.emporix import operations as op
from conformance.emporix import own
from conformance.emporix.access import Asking, something
from conformance.emporix.case import Emporix
from conformance.exchange import MISSING, Reply, at

OF_SEGMENTS: Final = (op.READ, op.LIST, op.SEARCH)
"""Operations that show the texts of segments."""

OF_ITEMS: Final = (op.LIST_ALL_ITEMS, op.LIST_ITEMS, op.SEARCH_ITEMS, op.READ_ITEM)
"""Operations that show the name of an item."""


@dataclass(slots=True)
class Shown:
    """One text, as an operation shows it in the languages that are asked for."""

    look: Callable[[str | None], Reply]
    """Asks with a value of Accept-Language, or without one."""
    find: Callable[[Reply], Any]
    """Takes the text out of an answer; MISSING where there is none."""
    case: Emporix

    def said(self, accepted: str | None) -> tuple[Any, Reply]:
        """Return the text for a value of Accept-Language, looked for until it is there."""
        reply = self.case.settle(
            lambda: self.look(accepted), lambda reply: self.find(reply) is not MISSING
        )
        return self.find(reply), reply


def name_of_segment(case: Emporix, operation: str, segment: str, by: str = "read") -> Shown:
    """Return the name of a segment as one of `OF_SEGMENTS` shows it."""
    pointer = "/name" if operation == op.READ else "/0/name"
    return _shown(case, operation, by, segment, None, lambda reply: reply.at(pointer))


def name_of_item(case: Emporix, operation: str, segment: str, item: tuple[str, str]) -> Shown:
    """Return the name of a segment's only item as one of `OF_ITEMS` shows it."""
    pointer = "/item/name" if operation == op.READ_ITEM else "/0/item/name"
    return _shown(case, operation, "read", segment, item, lambda reply: reply.at(pointer))


def name_in_tree(case: Emporix, segment: str, category: str) -> Shown:
    """Return the name of a category as the customer's tree shows it."""

    def find(reply: Reply) -> Any:
        waiting = list(reply.entries())
        while waiting:
            node = waiting.pop()
            if at(node, "/id") == category:
                return at(node, "/name")
            below = at(node, "/subcategories")
            waiting += below if isinstance(below, list) else []
        return MISSING

    return _shown(case, op.TREES, "customer", segment, None, find)


def _shown(
    case: Emporix,
    operation: str,
    by: str,
    segment: str,
    item: tuple[str, str] | None,
    find: Callable[[Reply], Any],
) -> Shown:
    things = something(case, segment=segment, item=item)

    def look(accepted: str | None) -> Reply:
        headers = {} if accepted is None else {"Accept-Language": accepted}
        return Asking(case, things, by, headers).one(operation)

    return Shown(look, find, case)


def two_languages(case: Emporix) -> tuple[str, str]:
    """Return two languages of the tenant, the default one first. Raises Unmet."""
    told = tuple(map(str, case.session.config.options.get("languages", ())))
    if len(told) < 2:
        raise case.lacking("emporix.languages with two languages of the tenant")
    return told[0], told[1]


def item_in_languages(case: Emporix) -> tuple[str, str, dict[str, str]]:
    """Return type, id and name by language of a known item with several names. Raises Unmet."""
    for kind, type_ in (("categories", "CATEGORY"), ("products", "PRODUCT")):
        found = _named_in_several(case, case.session.config.known.get(kind, ()))
        if found:
            return type_, str(found[0]["id"]), found[0]["name"]
    raise case.lacking("emporix.known.categories with a name in two languages")


def category_in_languages(case: Emporix) -> tuple[str, dict[str, str]]:
    """Return id and name by language of a known published category. Raises Unmet."""
    known = case.known("categories", "id", "name", "published")
    found = _named_in_several(case, [each for each in known if each["published"]])
    if not found:
        raise case.lacking("emporix.known.categories, published, with a name in two languages")
    return str(found[0]["id"]), found[0]["name"]


def _named_in_several(case: Emporix, known: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what has several names; first what lacks a language of the tenant: it shows more."""
    told = set(case.languages)
    several = [each for each in known if len(each.get("name", ())) > 1]
    return sorted(several, key=lambda each: told <= each["name"].keys())


def own_segment_with(case: Emporix, *items: tuple[str, str]) -> str:
    """Make an active segment of the customer, with some items."""
    segment = own.active(case, case.me())
    for item in items:
        case.assign_item(segment, *item)
    return segment


def form(value: Any) -> str:
    """Return in which form a localised text came."""
    if value is MISSING:
        return "nothing"
    if isinstance(value, str):
        return "a plain text"
    if not isinstance(value, dict):
        return f"a {type(value).__name__}"
    return "a map with one language" if len(value) == 1 else f"a map with {len(value)} languages"
