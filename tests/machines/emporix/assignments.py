"""A second reading of the Emporix ledger, continued: patches, and assignments of segments.

Written from the requirements and never from the room, of which it imports nothing.
"""

from __future__ import annotations

import json
from typing import Any

from .model import (
    Answer,
    Ask,
    Caller,
    Key,
    Model,
    Reasons,
    Refused,
    Row,
    is_item,
)

PROTECTED = {"", "/id", "/metadata/createdAt"}
"""What no patch may touch."""


class Assigning(Model):
    """The verbs that change a part of a segment, and what is assigned to it."""

    # ---- patches -----------------------------------------------------------------------

    def patch(self, ask: Ask, caller: Caller) -> Answer:
        """PATCH /segments/{segmentId}."""
        stored = self.segments.get(ask.path["segmentId"])
        if stored is None:
            raise Refused((404, "EMX-143"))
        if not ask.body:
            return Answer(204)
        reasons: Reasons = set()
        document = self.patched(stored, ask.body, reasons)
        result = self.content(document, ask.headers, reasons)
        if reasons:
            # Which of several faults is told is open, and so is the name of the last one.
            raise Refused(*reasons, *((400, "EMX-153") for status, _ in reasons if status == 400))
        metadata = self.metadata(document, stored)
        self.segments[stored["id"]] = {"id": stored["id"], **result, "metadata": metadata}
        return Answer(204)

    def patched(self, stored: Row, operations: list[Row], reasons: Reasons) -> Row:
        """Return a patched copy of a segment; add what is wrong with the operations."""
        document: Row = json.loads(json.dumps(stored))
        adds = self.choices["patch-replace-missing"] == "create"
        for operation in operations:
            if operation["path"] == "/metadata/version":
                given = operation.get("value")
                if operation["op"] == "remove" or not isinstance(given, int):
                    reasons.add((400, "EMX-155"))
                elif given != stored["metadata"]["version"]:
                    reasons.add((409, "EMX-155"))
                continue
            if operation["op"] != "remove" and "value" not in operation:
                reasons.add((400, "EMX-151"))
            elif operation["path"] in PROTECTED:
                reasons.add((400, "EMX-154"))
            elif operation["path"].startswith(("/color", "/nothing")):
                # Refused, but no requirement says so.
                reasons.add((400, ""))
            else:
                change(document, operation, reasons, adds=adds)
        return document

    # ---- assignments -------------------------------------------------------------------

    def table(self, ask: Ask) -> dict[Key, Row]:
        """Return the assignments that an operation is about."""
        return self.items if is_item(ask) else self.members

    def key(self, ask: Ask, entry: Row | str | None = None) -> Key:
        """Return the key of the assignment that a path, or an entry below it, addresses."""
        segment_id = ask.path["segmentId"]
        if is_item(ask):
            named = ask.path["itemId"] if entry is None else entry
            named = named["id"] if isinstance(named, dict) else named
            return (segment_id, ask.path["type"], str(named))
        named = ask.path if entry is None else entry
        assert isinstance(named, dict)
        return (segment_id, named["customerId"], named.get("legalEntityId", ""))

    def assign(self, ask: Ask, caller: Caller) -> Answer:
        """PUT of one assignment; 201 carries no body (EMX-270)."""
        self.check_type(ask)
        created = self.put_assignment(self.key(ask), {} if ask.body is ... else ask.body, ask)
        return Answer(201 if created else 204)

    def assign_entry(self, entry: Row, ask: Ask) -> tuple[bool, str]:
        """Assign one entry of a bulk request."""
        if entry.get("id") == "":
            raise Refused((400, "EMX-299"))
        return self.put_assignment(self.key(ask, entry), entry, ask), ""

    def put_assignment(self, key: Key, body: Row, ask: Ask) -> bool:
        """Create or update an assignment."""
        self.known(key[0])
        table = self.table(ask)
        reasons: Reasons = set()
        self.check_mixins(body, reasons)
        if self.choices["unknown-reference"] == "400":
            self.check_reference(key, is_item(ask), reasons)
        stored = table.get(key)
        if stored is not None:
            self.check_version(body, stored, "EMX-272", reasons)
        if reasons:
            raise Refused(*reasons)
        row = self.item_row(key) if is_item(ask) else self.member_row(key)
        if "mixins" in body:
            row["mixins"] = body["mixins"]
        table[key] = row | {"metadata": self.metadata(body, stored)}
        if stored is None:
            self.born(*key)
        return stored is None

    def check_reference(self, key: Key, is_item: bool, reasons: Reasons) -> None:
        """Add a reason where a customer, a legal entity or an item is unknown."""
        _, first, second = key
        if is_item:
            if second not in self.shelves[first]:
                reasons.add((400, "EMX-284"))
        elif first not in self.customers or second not in {"", *self.entities}:
            reasons.add((400, "EMX-284"))
        elif second and second not in self.customers[first]["legalEntityIds"]:
            reasons.add((400, "EMX-285"))

    def item_row(self, key: Key) -> Row:
        """Return what an item assignment says of its segment and item."""
        segment_id, kind, item_id = key
        found = self.shelves[kind].get(item_id, {})
        item = {name: found[name] for name in ("code", "name") if name in found}
        return {"segmentId": segment_id, "item": {"id": item_id, **item}, "type": kind}

    def member_row(self, key: Key) -> Row:
        """Return what a customer assignment says of its customer and legal entity."""
        _, customer_id, entity_id = key
        found = self.customers.get(customer_id, {})
        named = {name: found[name] for name in ("firstName", "lastName", "email") if found}
        row: Row = {"customer": {"id": customer_id, **named}, "assignmentType": "MANUAL"}
        if entity_id:
            entity = self.entities.get(entity_id, {})
            name = {"name": entity["name"]} if entity else {}
            row["legalEntity"] = {"id": entity_id, **name}
        return row

    def unassign(self, ask: Ask, caller: Caller) -> Answer:
        """DELETE of one assignment."""
        self.check_type(ask)
        self.remove(self.key(ask), ask)
        return Answer(204)

    def unassign_entry(self, entry: Row | str, ask: Ask) -> tuple[bool, str]:
        """Delete what one entry of a bulk request names."""
        if entry == "":
            raise Refused((400, "EMX-059"))
        self.remove(self.key(ask, entry), ask)
        return False, ""

    def remove(self, key: Key, ask: Ask) -> None:
        """Take an assignment away."""
        if self.table(ask).pop(key, None) is None:
            self.nothing_deleted()


def change(document: Row, operation: Row, reasons: Reasons, *, adds: bool) -> None:
    """Do one operation of a patch on a copy of the stored segment; add what is wrong with it.

    `adds` is whether a replace of what is not there adds it, where it has a place.
    """
    path, op, value = operation["path"], operation["op"], operation.get("value")
    if not path.startswith("/"):
        reasons.add((400, "EMX-152"))
        return
    *parents, last = path[1:].split("/")
    holder: Any = document
    for name in parents:
        holder = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(holder, list):
        there = last.isdigit() and int(last) < len(holder)
        room = there or last in {"-", str(len(holder))}
    else:
        room = isinstance(holder, dict)
        there = room and last in holder
    adds = adds and op == "replace"
    if op in {"replace", "remove"} and not there and not (adds and room):
        reasons.update({(400, "EMX-148" if op == "replace" else "EMX-149"), (400, "EMX-152")})
    elif not room:
        reasons.add((400, "EMX-152"))
    elif isinstance(holder, list):
        place = len(holder) if last == "-" else int(last)
        if op != "add" and there:
            del holder[place]
        if op != "remove":
            holder.insert(place, value)
    elif op == "remove":
        del holder[last]
    else:
        holder[last] = value
