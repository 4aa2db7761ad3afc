"""What the seven lists of the contract have in common: records of our own, and looks at them.

A scene is a handful of segments, or one segment with customers or items. A look is always
narrowed to the scene, so that nothing else at the target matters. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.judging import Unmet

SEGMENTS: Final = "segments"
CUSTOMERS: Final = "customers"
ITEMS: Final = "items"
KINDS: Final = (SEGMENTS, CUSTOMERS, ITEMS)

LISTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    SEGMENTS: (op.LIST, op.SEARCH),
    CUSTOMERS: (op.LIST_CUSTOMERS, op.SEARCH_CUSTOMERS),
    ITEMS: (op.LIST_ALL_ITEMS, op.LIST_ITEMS, op.SEARCH_ITEMS),
}
"""Kind of record -> the operations that list it."""

SEARCHES: Final = frozenset({op.SEARCH, op.SEARCH_CUSTOMERS, op.SEARCH_ITEMS})
"""The lists that take q in the body."""

ID_FIELD: Final[Mapping[str, str]] = {
    SEGMENTS: "id",
    CUSTOMERS: "customer.id",
    ITEMS: "item.id",
}
"""Kind of record -> the field, in words of q, that tells its records from each other."""

MIXIN: Final = "conformance"
_ANY_OBJECT: Final = "https://json-schema.org/draft-07/schema"
"""A schema that can be fetched and that the mixins of the tests fulfil."""

_ENOUGH: Final = 50
"""A page size that holds every scene as a whole."""


def kind_of(operation: str) -> str:
    """Return which kind of record an operation lists."""
    return next(kind for kind, listed in LISTS_OF.items() if operation in listed)


def mixins(case: Emporix, **values: Any) -> dict[str, Any]:
    """Return the part of a body that holds one mixin, with the link to its schema."""
    link = str(case.session.config.options.get("mixin_schema") or _ANY_OBJECT)
    return {"mixins": {MIXIN: values}, "metadata": {"mixins": {MIXIN: link}}}


def another_link(body: Mapping[str, Any]) -> str:
    """Return a second link to the schema in a body of `mixins`: the same one, spelled otherwise."""
    link = str(body["metadata"]["mixins"][MIXIN])
    return link.partition("#")[0] if "#" in link else f"{link}#"


def languages(case: Emporix) -> list[str]:
    """Return the languages of the tenant as far as they are known, the default one first."""
    named = case.session.config.options.get("languages")
    return [str(each) for each in named] if isinstance(named, list | tuple) and named else ["en"]


def word(case: Emporix) -> str:
    """Return a recognisable name without blanks, which q can compare as it is."""
    return f"Conformance{case.session.run.id}{case.fresh()}"


@dataclass(frozen=True, slots=True)
class Scene:
    """Records of one kind that a test made."""

    case: Emporix
    kind: str
    ids: tuple[str, ...]
    """In the order in which they were made, which is neither ascending nor descending."""
    bodies: tuple[Mapping[str, Any], ...]
    segment: str = ""
    """The segment that customers or items are assigned to."""
    types: tuple[str, ...] = ()
    """PRODUCT or CATEGORY of each item."""

    # --- looking ---

    def look(
        self,
        operation: str,
        q: str = "",
        *,
        narrowed: bool = True,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Reply:
        """List the records of the scene, those that fulfil a q where one is given."""
        if narrowed:
            q = f"{self._narrow(operation)} {q}".strip()
        sent: dict[str, Any] = {"pageSize": _ENOUGH, **query}
        in_body = operation in SEARCHES
        if q and not in_body:
            sent["q"] = q
        return self.case.send(
            operation,
            by="read",
            path={"segmentId": self.segment} if self.segment else {},
            query={name: value for name, value in sent.items() if value is not None},
            headers=headers,
            body=({"q": q} if q else {}) if in_body else UNSENT,
        )

    def first_page(self, operation: str) -> int:
        """Return the number of the first page, which is not documented: 1, or else 0."""
        last = self.look(operation, pageSize=1, pageNumber=len(self.ids))
        return 1 if self.found(last) else 0

    def _narrow(self, operation: str) -> str:
        if self.kind == SEGMENTS:
            return f"id:({','.join(self.ids)})"
        return f"segmentId:{self.segment}" if operation == op.LIST_ALL_ITEMS else ""

    def found(self, reply: Reply) -> list[Any]:
        """Return the ids of the records in a reply."""
        return reply.each("/" + ID_FIELD[self.kind].replace(".", "/"))

    def finds(
        self, operation: str, q: str, expected: Collection[str], *, narrowed: bool = True
    ) -> Reply:
        """Look for what fulfils a q until it is what is expected, or for the settling time."""
        return self.case.settle(
            lambda: self.look(operation, q, narrowed=narrowed),
            lambda reply: same_ids(self.found(reply), expected),
        )

    def ready(self, operation: str) -> Reply:
        """Return the list of all records once they are there. Raises Unmet."""
        reply = self.case.settle(
            lambda: self.look(operation), lambda reply: same_ids(self.found(reply), self.ids)
        )
        self.case.need(reply, 200, what="listing what was made")
        if not same_ids(self.found(reply), self.ids):
            raise Unmet("the list did not show what was made, so there was nothing to judge")
        return reply

    def record(self, reply: Reply, position: int) -> Any:
        """Return the record that was made at a position, as a reply shows it, or `MISSING`."""
        return reply.entry("/" + ID_FIELD[self.kind].replace(".", "/"), self.ids[position])

    # --- setting up ---

    def update(self, position: int, times: int = 1) -> None:
        """Write a record anew, so that its version grows with each time. Raises Unmet."""
        read, write, path = self._at(position)
        for version in range(1, times + 1):
            body = dict(self.bodies[position])
            body["metadata"] = {**body.get("metadata", {}), "version": version}
            reply = self.case.send(write, path=path, body=body, step="set up")
            self.case.need(reply, 204, what="updating what was made")
        shown = self.case.settle(
            lambda: self.case.send(read, by="read", path=path, step="set up"),
            lambda reply: reply.at("/metadata/version") == times + 1,
        )
        if shown.at("/metadata/version") != times + 1:
            raise Unmet("updates do not count metadata.version, so there was nothing to judge")

    def _at(self, position: int) -> tuple[str, str, dict[str, str]]:
        """Return the operations that read and write a record, and its path."""
        named = self.ids[position]
        if self.kind == SEGMENTS:
            return op.READ, op.UPDATE, {"segmentId": named}
        path = {"segmentId": self.segment}
        if self.kind == CUSTOMERS:
            return op.READ_CUSTOMER, op.ASSIGN_CUSTOMER, {**path, "customerId": named}
        path |= {"type": self.types[position], "itemId": named}
        return op.READ_ITEM, op.ASSIGN_ITEM, path


def same_ids(found: Sequence[Any], expected: Collection[str]) -> bool:
    """Return whether a list holds the expected ids, in any order, each once."""
    return len(found) == len(expected) and all(each in found for each in expected)


def scene(case: Emporix, kind: str, *bodies: Mapping[str, Any], pause: float = 0.0) -> Scene:
    """Make a record of a kind for each body, which says what it has beside the necessary.

    `pause` is how many seconds pass between them. Raises Unmet.
    """
    made = {SEGMENTS: _segments, CUSTOMERS: _customers, ITEMS: _items}[kind]
    return made(case, bodies or ({}, {}, {}), pause)


def _segments(case: Emporix, bodies: Sequence[Mapping[str, Any]], pause: float) -> Scene:
    # One id begins another, and the order is neither that of the ids nor its reverse.
    stem = case.fresh_id()
    ids = [stem + end for end in ("b", "bb", "a", "c")[: len(bodies)]]
    drafts = []
    for position, (named, fields) in enumerate(zip(ids, bodies, strict=True)):
        _pass(case, pause if position else 0.0)
        draft = case.draft(**{"name": {"en": f"Conformance{named}"}, **fields}, id=named)
        drafts.append(draft)
        case.need(case.create(draft, step="set up"), 201, what="creating a segment")
    return Scene(case, SEGMENTS, tuple(ids), tuple(drafts))


def _customers(case: Emporix, bodies: Sequence[Mapping[str, Any]], pause: float) -> Scene:
    known = case.known("customers", "id", at_least=len(bodies))
    # Those without legal entities first: it is they whom the path without one is made for.
    plain = sorted(known, key=lambda each: "legal_entities" in each)
    ids = [str(each["id"]) for each in plain[: len(bodies)]]
    segment = case.segment()
    for position, (named, body) in enumerate(zip(ids, bodies, strict=True)):
        _pass(case, pause if position else 0.0)
        case.assign_customer(segment, named, body=dict(body))
    return Scene(case, CUSTOMERS, tuple(ids), tuple(bodies), segment)


def _items(case: Emporix, bodies: Sequence[Mapping[str, Any]], pause: float) -> Scene:
    chosen = some_items(case)[: len(bodies)]
    if len(chosen) < len(bodies):
        raise case.lacking("emporix.known.products with an id (at least 2)")
    segment = case.segment()
    for position, ((type_, named), body) in enumerate(zip(chosen, bodies, strict=True)):
        _pass(case, pause if position else 0.0)
        case.assign_item(segment, type_, named, body=dict(body))
    types, ids = zip(*chosen, strict=True)
    return Scene(case, ITEMS, ids, tuple(bodies), segment, types)


def some_items(case: Emporix) -> list[tuple[str, str]]:
    """Return type and id of things to assign: a product, a category, a product. Raises Unmet."""
    products = [("PRODUCT", str(each["id"])) for each in case.known("products", "id", at_least=2)]
    category = ("CATEGORY", str(case.known("categories", "id")[0]["id"]))
    return [products[0], category, *products[1:]]


def _pass(case: Emporix, seconds: float) -> None:
    if seconds:
        case.pause(seconds)
