"""How a list of Open Loyalty is asked for and what it holds, read plainly from How to query.

For the state machine only: loops over dicts, and nothing of the room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .criteria import instant

Row = dict[str, Any]


@dataclass(frozen=True)
class Fields:
    """The fields of a list, with the type of each."""

    filtered: Mapping[str, str]
    sorted: Mapping[str, str]
    """Those that sort but do not filter."""

    def type(self, name: str) -> str | None:
        """Return the type of a field that sorts."""
        return self.filtered.get(name) or self.sorted.get(name)


SEGMENT_FIELDS = Fields(
    {
        "name": "text",
        "active": "boolean",
        "description": "text",
        "customersCount": "integer",
        "averageTransactionAmount": "number",
        "averageTransactions": "number",
        "averageClv": "number",
        "createdAt": "instant",
    },
    {"segmentId": "text", "calculatedAt": "instant"},
)
"""OLO-143; that these sort is the room's choice (OLO-130)."""
MEMBER_FIELDS = Fields(
    dict.fromkeys(("customerId", "firstName", "lastName", "email", "phone"), "text"),
    {"createdAt": "instant", "birthDate": "instant", "gender": "text"},
)
"""OLO-106; that these sort is the room's choice (OLO-130)."""
OPERATORS = {
    "text": ("eq", "like", "IN", "hasValue", "notHasValue"),
    "boolean": ("eq", "IN", "hasValue", "notHasValue"),
}
ORDERED = ("eq", "IN", "hasValue", "notHasValue", "gt", "gte", "lt", "lte")


@dataclass(frozen=True)
class Asked:
    """One query of a list."""

    page: int = 1
    items: int = 10
    plain: Mapping[str, Any] = field(default_factory=dict)
    """Declared filters, decoded."""
    order: Mapping[str, str] = field(default_factory=dict)
    further: Sequence[tuple[str, str]] = ()
    """What the contract does not declare: filters with an operator, and misspelt ones."""

    @property
    def query(self) -> dict[str, Any]:
        """The declared parameters as the web hands them to a room."""
        order = {"_orderBy": dict(self.order)} if self.order else {}
        return {"_page": self.page, "_itemsOnPage": self.items, **self.plain, **order}


def page(
    rows: Sequence[Row], fields: Fields, asked: Asked, choices: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[Row], dict[str, Any]]:
    """Return what is wrong with a query (places and requirements), its page and its total."""
    wrong: list[tuple[str, str]] = []
    kept = list(rows)
    for name, value in asked.plain.items():
        wanted = instant(value) if fields.filtered[name] == "instant" else value
        kept = [row for row in kept if row.get(name) == wanted]  # (OLO-132, OLO-133)
    for name, text in asked.further:
        wrong += _refused(name, text, fields, choices)
        if not wrong:
            kept = _filter(kept, name, text, fields)
    for name in asked.order:
        if fields.type(name) is None and choices["unsortable"] == "refuse":
            wrong.append((f"_orderBy[{name}]", "OLO-130"))
    for name, direction in reversed(list(asked.order.items())):  # (OLO-128, OLO-129)
        if fields.type(name) is not None:
            kept.sort(key=lambda row, name=name: _rank(row.get(name)), reverse=direction == "desc")  # type: ignore[misc]
    first = (asked.page - 1) * asked.items
    total = {"all": len(rows), "filtered": len(kept), "estimated": False}
    return wrong, kept[first : first + asked.items], total


def _refused(
    name: str, text: str, fields: Fields, choices: Mapping[str, str]
) -> list[tuple[str, str]]:
    column, _, operator = name.removesuffix("]").partition("[")
    if column == "_orderBy":
        return [(name, "OLO-176")]
    kind = fields.filtered.get(column)
    if kind is None:
        return [(name, "OLO-142")] if choices["unknown-filter"] == "refuse" else []
    if operator not in OPERATORS.get(kind, ORDERED):
        return [(name, "OLO-140")]
    if operator in ("hasValue", "notHasValue", "like"):
        return []
    try:
        for value in text.split(",") if operator == "IN" else [text]:
            _value(kind, value)
    except ValueError:
        return [(name, "OLO-141")]
    return []


def _filter(rows: Sequence[Row], name: str, text: str, fields: Fields) -> list[Row]:
    column, _, operator = name.removesuffix("]").partition("[")
    kind = fields.filtered.get(column)
    if kind is None:
        return list(rows)  # (OLO-142)
    if operator in ("hasValue", "notHasValue"):
        return [row for row in rows if (row.get(column) is not None) == (operator == "hasValue")]
    present = [row for row in rows if row.get(column) is not None]
    if operator == "like":
        return [row for row in present if text.casefold() in row[column].casefold()]
    if operator == "IN":
        several = [_value(kind, each) for each in text.split(",")]
        return [row for row in present if row[column] in several]
    wanted = _value(kind, text)
    return [
        row
        for row in present
        if (operator in ("eq", "gte", "lte") and row[column] == wanted)
        or (operator in ("gt", "gte") and row[column] > wanted)
        or (operator in ("lt", "lte") and row[column] < wanted)
    ]


def _value(kind: str, text: str) -> Any:
    """Return a text in the type of its field. Raises ValueError."""
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    return instant(text) if kind == "instant" else text


def _rank(value: Any) -> tuple[int, Any, Any]:
    """Put what is missing first, and texts in the order of their letters before their case."""
    if value is None:
        return 0, "", ""
    if isinstance(value, bool | int | float):
        return 1, value, ""
    return 1, str(value).casefold(), str(value)
