"""One proper request to each operation, and the same question put to many of them.

Sends; who may do what is said by the tests. A request names things that need not be there:
whether somebody may send it is decided before anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix, segment_removal
from conformance.exchange import Reply

WRITES: Final = (
    op.CREATE,
    op.UPDATE,
    op.PATCH,
    op.CREATE_BULK,
    op.UPDATE_BULK,
    op.ASSIGN_CUSTOMER,
    op.ASSIGN_BUYER,
    op.ASSIGN_ITEM,
    op.ASSIGN_CUSTOMERS_BULK,
    op.ASSIGN_ITEMS_BULK,
    # What removes comes last, so that the others have something to work on.
    op.REMOVE_CUSTOMER,
    op.REMOVE_BUYER,
    op.REMOVE_ITEM,
    op.REMOVE_CUSTOMERS_BULK,
    op.REMOVE_ITEMS_BULK,
    op.REMOVE_BULK,
    op.REMOVE,
)
"""The operations that need customersegment.segment_manage, matching aside."""

OPEN_READS: Final = (
    op.LIST,
    op.SEARCH,
    op.READ,
    op.LIST_CUSTOMERS,
    op.LIST_ALL_ITEMS,
    op.LIST_ITEMS,
    op.SEARCH_ITEMS,
    op.READ_ITEM,
)
"""The operations that take segment_read as well as segment_read_own."""

LOOK_UPS: Final = (op.SEARCH_CUSTOMERS, op.READ_CUSTOMER, op.READ_BUYER)
"""The operations that take segment_read alone."""


@dataclass(frozen=True, slots=True)
class Things:
    """What the requests of a test are about."""

    segment: str
    customer: str
    legal_entity: str
    type: str
    item: str
    group: str

    def path(self) -> Mapping[str, str]:
        """Return every path parameter that there is beside the tenant."""
        return {
            "segmentId": self.segment,
            "customerId": self.customer,
            "legalEntityId": self.legal_entity,
            "type": self.type,
            "itemId": self.item,
            "groupId": self.group,
        }


def nothing(case: Emporix) -> Things:
    """Return names of things that are not there."""
    one, other = case.fresh_id(), case.fresh_id()
    return Things(one, other, other, "PRODUCT", other, other)


def something(
    case: Emporix, *, segment: str = "", customer: str = "", item: tuple[str, str] | None = None
) -> Things:
    """Return a segment of our own, and things that are there as far as they are known."""
    other = case.fresh_id()
    known = case.session.config.known
    customers = known.get("customers", ())
    buyer = next((each for each in customers if each.get("legal_entities")), {})
    somebody: Mapping[str, Any] = buyer or next(iter(customers), {})
    kind, named = item or _some_item(known) or ("PRODUCT", other)
    return Things(
        segment or case.segment(),
        customer or str(somebody.get("id", other)),
        str(next(iter(buyer.get("legal_entities", ())), other)),
        kind,
        named,
        other,
    )


def _some_item(known: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[str, str] | None:
    for kind, type_ in (("products", "PRODUCT"), ("categories", "CATEGORY")):
        for each in known.get(kind, ()):
            return type_, str(each["id"])
    return None


@dataclass(slots=True)
class Asking:
    """The same question put to one operation after the other."""

    case: Emporix
    things: Things
    by: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def each(self, operations: Iterable[str]) -> list[Reply]:
        """Send a request to each of the operations."""
        return [self.one(operation) for operation in operations]

    def one(self, operation: str) -> Reply:
        """Send a request that is right in everything, but perhaps for who sends it."""
        case, things = self.case, self.things
        if operation in (op.CREATE, op.CREATE_BULK):
            return self._making(operation)
        if operation in (op.UPDATE, op.UPDATE_BULK):
            return self._updating(operation)
        bodies: Mapping[str, Any] = {
            op.PATCH: [{"op": "replace", "path": "/status", "value": "ACTIVE"}],
            op.REMOVE_BULK: [things.segment],
            op.MATCH: match_body(case, [things.segment], [things.item]),
            op.ASSIGN_CUSTOMER: {},
            op.ASSIGN_BUYER: {},
            op.ASSIGN_ITEM: {},
            op.ASSIGN_GROUP: {},
            op.ASSIGN_CUSTOMERS_BULK: [{"customerId": things.customer}],
            op.REMOVE_CUSTOMERS_BULK: [{"customerId": things.customer}],
            op.ASSIGN_ITEMS_BULK: [{"id": things.item}],
            op.REMOVE_ITEMS_BULK: [things.item],
            op.SEARCH: {"q": f"id:{things.segment}"},
            op.SEARCH_CUSTOMERS: {"q": f"customer.id:{things.customer}"},
            op.SEARCH_ITEMS: {"q": f"type:{things.type}"},
            op.SEARCH_GROUPS: {"q": f"group.id:{things.group}"},
        }
        queries: Mapping[str, Mapping[str, str]] = {
            op.LIST: {"q": f"id:{things.segment}"},
            op.LIST_ALL_ITEMS: {"q": f"segmentId:{things.segment}"},
        }
        return self._send(operation, bodies.get(operation, UNSENT), queries.get(operation, {}))

    def _making(self, operation: str) -> Reply:
        body = self.case.draft(id=self.case.fresh_id())
        if operation == op.CREATE:
            return self.case.create(body, by=self.by, headers=self.headers)
        made = str(next(iter(body["name"].values())))
        creation = self.case.plan("segment", made, segment_removal(), body["id"])
        reply = self._send(operation, [body])
        self.case.settled(creation, reply)
        return reply

    def _updating(self, operation: str) -> Reply:
        body = self.case.draft()
        if operation == op.UPDATE:
            return self.case.put(self.things.segment, body, by=self.by, headers=self.headers)
        made = str(next(iter(body["name"].values())))
        creation = self.case.plan("segment", made, segment_removal(), self.things.segment)
        reply = self._send(operation, [{**body, "id": self.things.segment}])
        self.case.settled(creation, reply)
        return reply

    def _send(
        self, operation: str, body: Any = UNSENT, query: Mapping[str, str] | None = None
    ) -> Reply:
        return self.case.send(
            operation,
            by=self.by,
            path=self.things.path(),
            query=query or {},
            headers=self.headers,
            body=body,
        )


def match_body(case: Emporix, segments: Sequence[str], items: Sequence[str]) -> dict[str, Any]:
    """Return what asks for a match, with the site under both of its names."""
    site = case.option("site_code")
    return {
        "site": site,
        "siteCode": site,
        "segmentIds": list(segments),
        "items": [{"id": each} for each in items],
    }


def all_operations(case: Emporix) -> list[str]:
    """Return every operation of the contract, what removes last."""
    found = [each for each in case.session.catalogue if not each.is_companion]
    return [each.id for each in sorted(found, key=lambda each: each.method == "DELETE")]


def judge_each(
    case: Emporix,
    requirements: str | Sequence[str],
    replies: Sequence[Reply],
    holds: Callable[[Reply], bool],
    expected: str,
) -> None:
    """Judge that something holds for every one of several replies; tell all for which not."""
    wrong = [reply for reply in replies if not holds(reply)]
    told = "; ".join(
        f"{reply.request.method} {reply.request.url.partition('?')[0]}: "
        f"{reply.status} {reply.text[:120]}".rstrip()
        for reply in wrong
    )
    case.judge(requirements, (wrong or replies)[0]).that(
        not wrong, f"{expected} from each of {len(replies)} requests", told, "the answers"
    )
