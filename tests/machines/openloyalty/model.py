"""What Open Loyalty's documents promise, as plain dicts and loops: the state machine's model.

Written from the ledger, the fixture and the choices. It imports nothing of the room, keeps no
index and caches nothing, so that it is wrong in other places than the room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from .answers import (
    Answer,
    Figure,
    Fresh,
    Refusal,
    Text,
    bad,
)
from .criteria import (
    cents,
    faults,
    instant,
    selected,
    written,
)
from .drafts import KINDS
from .lists import MEMBER_FIELDS, SEGMENT_FIELDS, Asked, page

CYCLE = 600_000
"""Milliseconds (OLO-094)."""
Segment = dict[str, Any]


class Model:
    """The stores, as the documents say that they are."""

    def __init__(self, fixture: Mapping[str, Any], choices: Mapping[str, str]) -> None:
        """`choices` are named without the vendor."""
        self.choices = choices
        self.now = 0
        """The instant of the clock, as the machine tells it before each call."""
        self.seen: set[str] = set()
        products = {product["sku"]: product for product in fixture["products"]}
        as_of = instant(fixture["asOf"])
        self.stores: dict[str, dict[str, Any]] = {}
        for form in fixture["stores"]:
            for member in form["members"]:
                for transaction in member.get("transactions", []):
                    transaction["products"] = [products[sku] for sku in transaction["skus"]]
            store = {**form, "segments": [], "turn": as_of // CYCLE}
            self.stores[form["code"]] = store
            for each in form["segments"]:
                segment = self._segment(each, instant(each["createdAt"]))
                segment["segmentId"] = each["segmentId"]
                self.seen.add(each["segmentId"])
                store["segments"].append(segment)
                if segment["active"] or each.get("calculated"):
                    self.recalculate(store, segment, as_of)

    def _segment(self, draft: Mapping[str, Any], created: int) -> Segment:
        return {
            "segmentId": Fresh(self.seen),
            "name": draft["name"],
            "description": draft.get("description"),
            "active": draft.get("active", False),  # (OLO-046)
            "createdAt": created,
            "calculatedAt": None,
            "parts": self._parts(draft.get("parts", [])),
            "members": [],
            "customersCount": 0,
            "averageTransactionAmount": Figure.of(0, 0),
            "averageTransactions": Figure.of(0, 0),
            "averageClv": Figure.of(0, 0),
        }

    def _parts(self, forms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "segmentPartId": form.get("segmentPartId") or Fresh(self.seen),
                "criteria": [
                    {**criterion, "criterionId": criterion.get("criterionId") or Fresh(self.seen)}
                    for criterion in form.get("criteria", [])
                ],
            }
            for form in forms
        ]

    # Recalculation

    def recalculate(self, store: Mapping[str, Any], segment: Segment, at: int) -> None:
        """Work out who is in a segment at an instant (OLO-096 to OLO-100)."""
        found = selected(segment["parts"], store["members"], at, self.choices)
        spent = Fraction(sum(map(cents, found)), 100)
        bought = sum(len(member.get("transactions", [])) for member in found)
        segment |= {
            "members": found,
            "calculatedAt": at,
            "customersCount": len(found),
            "averageTransactionAmount": Figure.of(spent, bought),
            "averageTransactions": Figure.of(bought, len(found)),
            "averageClv": Figure.of(spent, len(found)),
        }

    def turn_back(self) -> None:
        """Recalculate everything that is active, as of the full ten minutes (OLO-208)."""
        for store in self.stores.values():
            store["turn"] = -1
            self.settle(store["code"])

    def settle(self, code: str) -> None:
        """Do what the ten-minute cycle has done to a store (OLO-094, OLO-095, OLO-208)."""
        store = self.stores[code]
        turn = self.now // CYCLE
        if turn == store["turn"]:
            return
        store["turn"] = turn
        for segment in store["segments"]:
            if segment["active"] and self.choices["recalculation"] == "ten-minutes":
                self.recalculate(store, segment, turn * CYCLE)

    # The segments of a store

    def find(self, code: str, segment_id: str) -> Segment | None:
        """Return a segment of a store."""
        for segment in self.stores[code]["segments"]:
            if str(segment["segmentId"]) == segment_id.lower():
                found: Segment = segment
                return found
        return None

    def _wrong(self, code: str, draft: Mapping[str, Any], own: Segment | None) -> list[Refusal]:
        found = [
            (f"parts[{position}].criteria[{place}].{where}", rule)
            for position, part in enumerate(draft.get("parts", []))
            for place, criterion in enumerate(part.get("criteria", []))
            for where, rule in faults(criterion, self.choices)
        ]
        if self.choices["duplicate-name"] == "refuse":
            others = (each for each in self.stores[code]["segments"] if each is not own)
            if any(other["name"] == draft["name"] for other in others):
                found.append(("name", "OLO-045"))
        return found

    def create(self, code: str, draft: Mapping[str, Any]) -> Answer:
        """Create a segment (OLO-040 to OLO-052, OLO-091)."""
        if found := self._wrong(code, draft, None):
            return bad(found)
        segment = self._segment(draft, self.now)
        self.stores[code]["segments"].append(segment)
        if segment["active"]:
            self.recalculate(self.stores[code], segment, self.now)
        return Answer(200, {"segmentId": segment["segmentId"]})

    def change(self, code: str, segment: Segment, draft: Mapping[str, Any]) -> Answer:
        """Change a segment (OLO-065 to OLO-071, OLO-085, OLO-092)."""
        if found := self._wrong(code, draft, segment):
            return bad(found)
        absent = segment["active"] if self.choices["put-without-active"] == "keep" else False
        segment["name"] = draft["name"]
        segment["active"] = draft.get("active", absent)
        segment["description"] = draft.get("description", segment["description"])
        if "parts" in draft:
            segment["parts"] = self._parts(draft["parts"])
        if segment["active"]:
            self.recalculate(self.stores[code], segment, self.now)
        return Answer(200, {"segmentId": segment["segmentId"]})

    def switch(self, code: str, segment: Segment, active: bool) -> Answer:
        """Activate or deactivate a segment (OLO-080 to OLO-085, OLO-093)."""
        segment["active"] = active
        if active:
            self.recalculate(self.stores[code], segment, self.now)
        return Answer(204)

    def remove(self, code: str, segment: Segment) -> Answer:
        """Remove a segment (OLO-075 to OLO-077)."""
        store = self.stores[code]
        used = any(self.uses(code, segment, kind) for kind in KINDS)
        if used and self.choices["delete-associated"] == "refuse":
            return bad([("segment", "OLO-077")])
        store["segments"].remove(segment)
        return Answer(204)

    def uses(self, code: str, segment: Segment, kind: str) -> list[dict[str, Any]]:
        """Return what uses a segment, as it is shown (OLO-110)."""
        return [
            {"id": use["id"], "name": use["name"], "active": use["active"]}
            | {"additionalData": use.get("additionalData", {})}
            for use in self.stores[code].get(KINDS[kind], [])
            if str(segment["segmentId"]) in use["segments"]
        ]

    def association(self, code: str, segment: Segment, kind: str, asked: Asked) -> Answer:
        """Show what uses a segment (OLO-110 to OLO-112)."""
        uses = self.uses(code, segment, kind)
        first = (asked.page - 1) * asked.items
        total = {"all": len(uses), "estimated": False}
        return Answer(200, {"items": uses[first : first + asked.items], "total": total})

    # Lists and details

    def listed(self, code: str, asked: Asked) -> Answer:
        """List segments (OLO-120 to OLO-144)."""
        segments = self.stores[code]["segments"]
        wrong, shown, total = page(segments, SEGMENT_FIELDS, asked, self.choices)
        return (
            bad(wrong)
            if wrong
            else Answer(200, {"items": [self._row(each) for each in shown], "total": total})
        )

    def members(self, _code: str, segment: Segment, asked: Asked) -> Answer:
        """List the members of a segment (OLO-105 to OLO-109)."""
        rows = []
        for member in segment["members"]:
            names = ("customerId", "firstName", "lastName", "phone", "email", "gender")
            row = {name: member[name] for name in names if name in member}
            row["createdAt"] = instant(member["registeredAt"])
            if "birthDate" in member:
                row["birthDate"] = instant(f"{member['birthDate']}T00:00:00Z")
            rows.append(row)
        wrong, shown, total = page(rows, MEMBER_FIELDS, asked, self.choices)
        calculated = {"calculatedAt": segment["calculatedAt"]}
        items = [_dated(row | calculated) for row in shown]
        return bad(wrong) if wrong else Answer(200, {"items": items, "total": total})

    def detail(self, code: str, segment: Segment) -> Answer:
        """Show a segment (OLO-055 to OLO-060, OLO-090)."""
        shown = _shared(segment) | {"currency": self.stores[code]["currency"]}
        if self.choices["detail-parts"] == "omit":
            del shown["parts"]
        return Answer(200, shown)

    def _row(self, segment: Segment) -> dict[str, Any]:
        shown = _shared(segment)
        return {
            name: Text(value) if isinstance(value, Figure) else value
            for name, value in shown.items()
        }


def _shared(segment: Segment) -> dict[str, Any]:
    return _dated({name: value for name, value in segment.items() if name != "members"})


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is there of a row, with its instants as texts (OLO-053, OLO-090)."""
    return {
        name: written(value) if name in ("createdAt", "calculatedAt", "birthDate") else value
        for name, value in row.items()
        if value is not None
    }
