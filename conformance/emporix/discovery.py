"""What an Emporix target can tell about itself, asked with GET alone."""

from __future__ import annotations

from typing import Any

from conformance.case import Case
from conformance.emporix import operations as op

_MOST = 5
"""How many of each kind are worth knowing."""


def discover(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return known segments, customers, products and categories. Raises Unmet."""
    segments = case.send(op.LIST, by="read", query={"pageSize": 20}).entries()
    known: dict[str, list[dict[str, Any]]] = {
        "segments": [], "customers": [], "products": [], "categories": []
    }  # fmt: skip
    customers: dict[str, dict[str, Any]] = {}
    for segment in segments:
        name = segment.get("id") if isinstance(segment, dict) else None
        if not isinstance(name, str) or len(known["segments"]) >= _MOST:
            continue
        listed = case.send(
            op.LIST_CUSTOMERS, by="read", path={"segmentId": name}, query={"pageSize": 20}
        )
        members = [each for each in listed.each("/customer/id") if isinstance(each, str)]
        for entry in listed.entries():
            _add_customer(customers, entry)
        known["segments"].append(
            {"id": name, "status": segment.get("status"), "members": list(dict.fromkeys(members))}
            if segment.get("status") in ("ACTIVE", "INACTIVE")
            else {"id": name}
        )
    known["customers"] = list(customers.values())[:_MOST]
    items = case.send(op.LIST_ALL_ITEMS, by="read", query={"pageSize": 60}).entries()
    for kind, place in (("PRODUCT", "products"), ("CATEGORY", "categories")):
        ids = (
            item["item"].get("id")
            for item in items
            if isinstance(item, dict)
            and item.get("type") == kind
            and isinstance(item.get("item"), dict)
        )
        known[place] = [{"id": each} for each in dict.fromkeys(ids) if isinstance(each, str)][
            :_MOST
        ]
    return known


def _add_customer(customers: dict[str, dict[str, Any]], entry: Any) -> None:
    """Add the customer of an assignment, with its legal entity where it has one."""
    if not isinstance(entry, dict) or not isinstance(entry.get("customer"), dict):
        return
    name, email = entry["customer"].get("id"), entry["customer"].get("email")
    if not isinstance(name, str):
        return
    row = customers.setdefault(name, {"id": name})
    if isinstance(email, str) and email:
        row["email"] = email
    entity = entry.get("legalEntity")
    if isinstance(entity, dict) and isinstance(entity.get("id"), str):
        entities = row.setdefault("legal_entities", [])
        if entity["id"] not in entities:
            entities.append(entity["id"])
