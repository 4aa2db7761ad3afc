"""A case in Open Loyalty's own words: segments, their members, and lists of either.

Whatever is particular to one subject (criteria, logins) stands in a module of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from conformance.case import UNSENT, Case
from conformance.exchange import Reply
from conformance.journal import Removal
from conformance.judging import Unmet
from conformance.openloyalty import operations as op

MOST_ON_PAGE: Final = 50
"""Items that the documents let a page hold."""


class OpenLoyalty(Case):
    """One test against an Open Loyalty target; `admin` sends when nobody is named."""

    default_credential = "admin"

    # --- segments ---

    def draft(self, **fields: Any) -> dict[str, Any]:
        """Return the fields of a new segment: recognisable, and inactive unless told."""
        return {"name": self.fresh_name(), "active": False, **fields}

    def create(self, body: Any, *, by: str = "admin", **sending: Any) -> Reply:
        """Send POST …/segment, journalled; `body` is the whole one, envelope included."""
        creation = self.plan(
            "segment", _name(body), segment_removal("admin" if is_member(by) else by)
        )
        reply = self.send(op.CREATE, by=by, body=body, **sending)
        self.settled(creation, reply, "/segmentId")
        return reply

    def segment(self, **fields: Any) -> str:
        """Make a segment to work with and return its id. Raises Unmet."""
        reply = self.create({"segment": self.draft(**fields)}, step="set up")
        self.need(reply, 200, what="creating a segment")
        return self.id_of(reply)

    def id_of(self, reply: Reply) -> str:
        """Return the segmentId that a creation answered with. Raises Unmet."""
        found = reply.at("/segmentId")
        if not isinstance(found, str):
            raise Unmet("creating a segment was answered without its id")
        return found

    def read(self, segment: str, *, by: str = "admin", **sending: Any) -> Reply:
        """Send GET …/segment/{segment}."""
        return self.send(op.READ, by=by, path={"segment": segment}, **sending)

    def change(self, segment: str, body: Any, *, by: str = "admin", **sending: Any) -> Reply:
        """Send PUT …/segment/{segment}; `body` is the whole one. Only for ids of our making."""
        return self.send(op.CHANGE, by=by, path={"segment": segment}, body=body, **sending)

    def switch(self, segment: str, *, on: bool, **sending: Any) -> Reply:
        """Send POST …/activate or …/deactivate. Only for ids of our making."""
        operation = op.ACTIVATE if on else op.DEACTIVATE
        return self.send(operation, path={"segment": segment}, **sending)

    def remove(self, segment: str, **sending: Any) -> Reply:
        """Send DELETE …/segment/{segment}. Only for ids of our making."""
        return self.send(op.REMOVE, path={"segment": segment}, **sending)

    def perform(self, operation: str, segment: str, **sending: Any) -> Reply:
        """Send any operation of a segment of our making, complete and valid."""
        path = {"segment": segment, **sending.pop("path", {})}
        if operation == op.ASSOCIATION:
            path.setdefault("resourceName", "reward")
        body = {"segment": self.draft()} if operation == op.CHANGE else UNSENT
        return self.send(operation, path=path, body=body, **sending)

    def unknown_id(self) -> str:
        """Return a UUID that names nothing."""
        return str(uuid.UUID(hex=self.fresh(32), version=4))

    # --- lists ---

    def list(self, query: Mapping[str, Any] | None = None, **sending: Any) -> Reply:
        """Send GET …/segment."""
        return self.send(op.LIST, query=query or {}, **sending)

    def members(
        self, segment: str, query: Mapping[str, Any] | None = None, **sending: Any
    ) -> Reply:
        """Send GET …/segment/{segment}/members."""
        return self.send(op.MEMBERS, path={"segment": segment}, query=query or {}, **sending)

    def associated(
        self, segment: str, resource: str, query: Mapping[str, Any] | None = None, **sending: Any
    ) -> Reply:
        """Send GET …/segment/{segment}/association/{resourceName}."""
        path = {"segment": segment, "resourceName": resource}
        return self.send(op.ASSOCIATION, path=path, query=query or {}, **sending)

    def row(self, segment: str, name: str, *, shown: bool = True) -> Reply:
        """Return the list narrowed to a name, as soon as it shows a segment, or hides it."""
        return self.settle(
            lambda: self.list({"name": name, "_itemsOnPage": MOST_ON_PAGE}),
            lambda reply: (segment in reply.each("/segmentId", of="/items")) is shown,
        )

    def shown_row(
        self, segment: str, name: str, until: Callable[[Any], bool] = lambda _: True
    ) -> tuple[Reply, dict[str, Any]]:
        """Return the list narrowed to a name, and the segment as it shows it. Raises Unmet.

        A list may follow later: it is asked again until the segment is shown as it should be.
        """

        def found_in(reply: Reply) -> Any:
            return reply.entry("/segmentId", segment, of="/items")

        reply = self.settle(
            lambda: self.list({"name": name, "_itemsOnPage": MOST_ON_PAGE}),
            lambda reply: isinstance(found_in(reply), dict) and until(found_in(reply)),
        )
        self.need(reply, 200, what="listing segments by name")
        found = found_in(reply)
        if not isinstance(found, dict):
            raise Unmet("the list, narrowed by name, does not show a segment of that name")
        return reply, found

    def any_segment(self) -> str:
        """Return the id of a known segment, or of one that is made. Raises Unmet."""
        known = self.session.config.known.get("segments", ())
        if known:
            return str(known[0]["id"])
        try:
            self.session.require_writing()
        except Unmet:
            raise self.lacking("openloyalty.known.segments with id") from None
        return self.segment()

    # --- credentials ---

    def bearer(self) -> str:
        """Return the name of an admin's credential that is a JWT. Raises Unmet."""
        for name, given in self.session.config.credentials.items():
            if not is_member(name) and ("token" in given or "username" in given):
                return name
        raise self.lacking("openloyalty.credentials.admin with username and password, or token")

    def key_holder(self) -> str:
        """Return the name of a credential that is a permanent token. Raises Unmet."""
        for name, given in self.session.config.credentials.items():
            if not is_member(name) and "api_key" in given:
                return name
        raise self.lacking("openloyalty.credentials.manager with api_key")


class Batch:
    """Segments of one test that the list can be narrowed to: they share a word."""

    def __init__(self, case: OpenLoyalty) -> None:
        """Nothing is made yet."""
        self.case = case
        self.word = case.fresh(12)
        self.ids: dict[str, str] = {}
        """What the test calls a segment -> its id."""

    def add(self, label: str, **fields: Any) -> str:
        """Make a segment; the label ends its name. Raises Unmet."""
        name = f"{self.case.fresh_name()} {self.word} {label}"
        self.ids[label] = self.case.segment(**{"name": name, **fields})
        return self.ids[label]

    def show(self, query: Mapping[str, Any] | None = None) -> Reply:
        """Send the list, narrowed to these segments and by a query."""
        narrowed = {"name[like]": self.word, "_itemsOnPage": MOST_ON_PAGE, **(query or {})}
        return self.case.list(narrowed)

    def settled(self) -> Reply:
        """Return the list once it shows all of these, and nothing else. Raises Unmet."""
        reply = self.case.settle(self.show, lambda reply: set(self.labels(reply)) == set(self.ids))
        self.case.need(reply, 200, what="listing segments by name[like]")
        if sorted(self.labels(reply)) != sorted(self.ids):
            raise Unmet("the list cannot be narrowed to what was made, by name[like]")
        return reply

    def labels(self, reply: Reply) -> list[str]:
        """Return what the test calls the segments of a reply, in their order."""
        names = {found: label for label, found in self.ids.items()}
        return [
            names.get(each, "something else") if isinstance(each, str) else "something else"
            for each in reply.each("/segmentId", of="/items")
        ]

    def found(self, query: Mapping[str, Any]) -> tuple[Reply, list[str]]:
        """Return the answer to a narrowed query, and which of these it shows.

        Raises Unmet when it shows others: then it was not narrowed, which is judged elsewhere.
        """
        reply = self.show(query)
        labels = self.labels(reply)
        if "something else" in labels:
            raise Unmet("the list cannot be narrowed by name[like] beside another filter")
        return reply, labels


def segment_removal(credential: str = "admin") -> Removal:
    """Return the request that removes a segment, sent by an admin's credential."""
    return Removal(op.REMOVE, {"segment": "{id}"}, credential=credential)


def is_member(name: str) -> bool:
    """Return whether a credential is a member's, which its name tells."""
    return name.startswith("member")


def part(*criteria: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a segment as it is sent."""
    return {"criteria": list(criteria)}


def same_id(one: Any, other: Any) -> bool:
    """Return whether two values are one id; letters of a UUID have no case."""
    return isinstance(one, str) and isinstance(other, str) and one.lower() == other.lower()


def holds(reply: Reply, member: str) -> bool:
    """Return whether a page of members shows one."""
    return any(same_id(each, member) for each in reply.each("/customerId", of="/items"))


def ids_of(members: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """Return the ids of known members."""
    return [str(each["id"]) for each in members]


def _name(body: Any) -> str:
    form = body.get("segment") if isinstance(body, dict) else None
    name = form.get("name") if isinstance(form, dict) else None
    return name if isinstance(name, str) else ""


__all__ = ["MOST_ON_PAGE", "UNSENT", "Batch", "OpenLoyalty", "holds", "is_member", "part"]
