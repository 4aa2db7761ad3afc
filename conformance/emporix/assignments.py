"""Assignments by their paths: a customer, a customer for a legal entity, an item.

Says how each kind is addressed and sets up; what is right is said by the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import some_items
from conformance.exchange import Reply, at
from conformance.judging import Unmet

CUSTOMER: Final = "customer"
BUYER: Final = "buyer"
"""A customer for a legal entity."""
PRODUCT: Final = "product"
CATEGORY: Final = "category"
KINDS: Final = (CUSTOMER, BUYER, PRODUCT, CATEGORY)

_OPERATIONS: Final[Mapping[str, tuple[str, str, str]]] = {
    CUSTOMER: (op.READ_CUSTOMER, op.ASSIGN_CUSTOMER, op.REMOVE_CUSTOMER),
    BUYER: (op.READ_BUYER, op.ASSIGN_BUYER, op.REMOVE_BUYER),
    PRODUCT: (op.READ_ITEM, op.ASSIGN_ITEM, op.REMOVE_ITEM),
    CATEGORY: (op.READ_ITEM, op.ASSIGN_ITEM, op.REMOVE_ITEM),
}
"""Kind -> the operations that read, write and remove one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one assignment is, or may be."""

    case: Emporix
    kind: str
    path: Mapping[str, str]

    @property
    def segment(self) -> str:
        """The segment that it belongs to."""
        return self.path["segmentId"]

    def read(self, **sending: Any) -> Reply:
        """Read the assignment as somebody who may."""
        return self.case.send(_OPERATIONS[self.kind][0], by="read", path=self.path, **sending)

    def write(self, body: Any = UNSENT, *, version: int | None = None, step: str = "") -> Reply:
        """Write the assignment; it goes with its segment, so it is not journalled."""
        sent: Any = {} if body is UNSENT else dict(body)
        if version is not None:
            sent["metadata"] = {**sent.get("metadata", {}), "version": version}
        operation = _OPERATIONS[self.kind][1]
        return self.case.send(operation, path=self.path, body=sent, step=step)

    def make(self, body: Any = UNSENT) -> None:
        """Assign what is not assigned yet. Raises Unmet."""
        self.case.need(self.write(body, step="set up"), 201, what="assigning")

    def remove(self) -> Reply:
        """Remove the assignment."""
        return self.case.send(_OPERATIONS[self.kind][2], path=self.path)

    def version(self) -> int:
        """Return the version that is stored. Raises Unmet."""
        found = self.case.need(self.read_until(200), 200, what="reading an assignment")
        version = found.at("/metadata/version")
        if not isinstance(version, int) or isinstance(version, bool):
            raise Unmet("the assignment shows no metadata.version, so it cannot be updated")
        return version

    def read_until(self, status: int) -> Reply:
        """Read until the answer has a status, at most for the settling time."""
        return self.case.settle(self.read, lambda reply: reply.status == status)

    def listed(self, *, search: bool = False, present: bool = True) -> Reply:
        """List the segment until the assignment is there, or is not there."""
        operations = (
            (op.LIST_CUSTOMERS, op.SEARCH_CUSTOMERS)
            if self.kind in (CUSTOMER, BUYER)
            else (op.LIST_ITEMS, op.SEARCH_ITEMS)
        )
        return self.case.settle(
            lambda: self.case.send(
                operations[search],
                by="read",
                path={"segmentId": self.segment},
                body={} if search else UNSENT,
            ),
            lambda reply: bool(self.entries(reply)) is present,
        )

    def must_be_in(self, reply: Reply) -> None:
        """Go on only when a list holds the assignment. Raises Unmet."""
        self.case.need(reply, 200, what="listing what is assigned")
        if not self.entries(reply):
            raise Unmet("the list does not show what was assigned, so there was nothing to judge")

    def entries(self, reply: Reply) -> list[Any]:
        """Return the entries of a list that are this assignment."""
        return [each for each in reply.entries() if self._is(each)]

    def _is(self, entry: Any) -> bool:
        if self.kind in (PRODUCT, CATEGORY):
            return (at(entry, "/type"), at(entry, "/item/id")) == (
                self.path["type"], self.path["itemId"],
            )  # fmt: skip
        entity = at(entry, "/legalEntity/id") or None
        wanted = (self.path["customerId"], self.path.get("legalEntityId"))
        return (at(entry, "/customer/id"), entity) == wanted


def place(case: Emporix, kind: str, segment: str = "", *, entity: int = 0) -> Place:
    """Return where a known customer or item can be assigned. Raises Unmet.

    Without a segment one is made; `entity` says which of the customer's legal entities.
    """
    if kind in (PRODUCT, CATEGORY):
        type_, item = next(each for each in some_items(case) if each[0] == kind.upper())
        path = {"type": type_, "itemId": item}
    elif kind == BUYER:
        customer, entities = buyer(case, entity + 1)
        path = {"customerId": customer, "legalEntityId": entities[entity]}
    else:
        known = case.known("customers", "id")
        plain = sorted(known, key=lambda each: "legal_entities" in each)
        path = {"customerId": str(plain[0]["id"])}
    return Place(case, kind, {"segmentId": segment or case.segment(), **path})


def buyer(case: Emporix, entities: int = 1) -> tuple[str, list[str]]:
    """Return a known customer with at least so many legal entities. Raises Unmet."""
    for each in case.known("customers", "id", "legal_entities"):
        if len(each["legal_entities"]) >= entities:
            return str(each["id"]), [str(one) for one in each["legal_entities"]]
    raise case.lacking(f"emporix.known.customers with {entities} legal_entities")


def bulk(case: Emporix, operation: str, place: Place, body: Any) -> Reply:
    """Send a bulk request to the segment of a place, for items of its type."""
    path = {name: place.path[name] for name in ("segmentId", "type") if name in place.path}
    return case.send(operation, path=path, body=body)


def bulk_entry(place: Place) -> dict[str, str]:
    """Return how a bulk PUT names an assignment."""
    if "itemId" in place.path:
        return {"id": place.path["itemId"]}
    return {name: value for name, value in place.path.items() if name != "segmentId"}
