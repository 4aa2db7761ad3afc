"""A case in Emporix' own words: segments and what is assigned to them.

Whatever is particular to one subject (coupons, groups, logins) stands in a module of its own.
"""

from __future__ import annotations

from typing import Any

from conformance.case import UNSENT, Case
from conformance.emporix import operations as op
from conformance.exchange import Reply
from conformance.journal import Removal
from conformance.judging import Unmet


class Emporix(Case):
    """One test against an Emporix target; `manage` sends when nobody is named."""

    default_credential = "manage"

    # --- segments ---

    def draft(self, **fields: Any) -> dict[str, Any]:
        """Return the body of a new segment: recognisable, on the configured site."""
        name = {self.languages[0]: self.fresh_name()}
        return {"name": name, "siteCode": self.option("site_code"), **fields}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the tenant, English first where it has it: what is made is named in it."""
        told = self.session.config.options.get("languages", ("en",))
        return tuple(sorted(map(str, told), key=lambda each: each != "en"))

    def create(self, body: Any, *, by: str = "manage", **sending: Any) -> Reply:
        """Send POST /segments, journalled; the reply may be anything."""
        named = body.get("id") if isinstance(body, dict) else ""
        known = named if isinstance(named, str) else ""
        creation = self.plan("segment", _name(body), segment_removal(), known)
        reply = self.send(op.CREATE, by=by, body=body, **sending)
        self.settled(creation, reply, "/id")
        return reply

    def put(self, segment: str, body: Any, *, by: str = "manage", **sending: Any) -> Reply:
        """Send PUT /segments/{segmentId}, journalled as if it created the segment.

        Only for ids that `fresh_id` gave: whatever is there afterwards is removed.
        """
        creation = self.plan("segment", _name(body), segment_removal(), segment)
        reply = self.send(op.UPDATE, by=by, path={"segmentId": segment}, body=body, **sending)
        self.settled(creation, reply)
        return reply

    def segment(self, **fields: Any) -> str:
        """Make a segment to work with and return its id. Raises Unmet."""
        body = self.draft(**{"id": self.fresh_id(), **fields})
        reply = self.need(self.create(body, step="set up"), 201, what="creating a segment")
        found = reply.at("/id")
        return found if isinstance(found, str) else str(body["id"])

    def read(self, segment: str, *, by: str = "read", **sending: Any) -> Reply:
        """Send GET /segments/{segmentId} as somebody who may read."""
        return self.send(op.READ, by=by, path={"segmentId": segment}, **sending)

    # --- customers of a segment ---

    def assign_customer(
        self,
        segment: str,
        customer: str,
        legal_entity: str = "",
        *,
        body: Any = None,
        step: str = "set up",
    ) -> Reply:
        """Assign a customer, for a legal entity where one is named. Raises Unmet."""
        path = {"segmentId": segment, "customerId": customer}
        operation = op.ASSIGN_CUSTOMER
        if legal_entity:
            operation = op.ASSIGN_BUYER
            path["legalEntityId"] = legal_entity
        # Goes with its segment, which is of our making: nothing to journal.
        reply = self.send(operation, path=path, body={} if body is None else body, step=step)
        return self.need(reply, 201, 204, what="assigning a customer")

    # --- items of a segment ---

    def assign_item(
        self,
        segment: str,
        type: str,  # noqa: A002 - the vendor's word
        item: str,
        *,
        body: Any = None,
        step: str = "set up",
    ) -> Reply:
        """Assign a PRODUCT or a CATEGORY. Raises Unmet."""
        reply = self.send(
            op.ASSIGN_ITEM,
            path={"segmentId": segment, "type": type, "itemId": item},
            body={} if body is None else body,
            step=step,
        )
        return self.need(reply, 201, 204, what="assigning an item")

    def me(self, name: str = "customer") -> str:
        """Return the id of the customer that a credential belongs to. Raises Unmet.

        The credential's `customer` in the configuration, or the known customer with its e-mail.
        """
        given = self.session.config.credentials.get(name)
        if given is None:
            fields = "email, password" + (", legal_entity_id" if name == "buyer" else "")
            raise self.lacking(f"emporix.credentials.{name} with {fields}")
        if "customer" in given:
            return str(given["customer"])
        if "email" not in given:
            raise self.lacking(f"customer, the id of its customer, to emporix.credentials.{name}")
        for each in self.known("customers", "id", "email"):
            if each["email"] == given["email"]:
                return str(each["id"])
        raise self.lacking(f"emporix.known.customers with the e-mail of credentials.{name}")

    def entities(self, name: str = "buyer") -> tuple[str, str, str]:
        """Return a credential's customer and two legal entities that it buys for. Raises Unmet.

        The first one is the credential's own, where it has one.
        """
        me = self.me(name)
        bound = str(self.session.config.credentials[name].get("legal_entity_id", ""))
        known = [
            str(entity)
            for each in self.session.config.known.get("customers", ())
            if each.get("id") == me
            for entity in each.get("legal_entities", ())
        ]
        if bound and bound not in known:
            advice = f"legal_entity_id of emporix.credentials.{name} is not among the customer's"
            raise Unmet(self._to_judge(f"{advice} legal_entities in emporix.known: add it there"))
        if len(known) < 2:
            raise self.lacking(
                f"emporix.known.customers with two legal_entities for the one of credentials.{name}"
            )
        first = bound or known[0]
        return me, first, next(each for each in known if each != first)


def segment_removal() -> Removal:
    """Return the request that removes a segment and all that is assigned to it."""
    return Removal(op.REMOVE, {"segmentId": "{id}"}, {"forceDelete": "true"}, "manage")


def _name(body: Any) -> str:
    name = body.get("name") if isinstance(body, dict) else ""
    return str(next(iter(name.values()), "") if isinstance(name, dict) else name or "")


__all__ = ["UNSENT", "Emporix", "segment_removal"]
