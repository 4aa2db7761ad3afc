"""Sorted lists: which fields a target sorts by, and whether it sorts by them rightly.

Not all fields can be sorted by, and which ones is not documented: a field may be refused, or
passed over. One that sorts in one direction has to sort in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conformance.exchange import Reply
from conformance.openloyalty.case import OpenLoyalty

Ask = Callable[[Mapping[str, Any]], Reply]
"""Sends a list with some more of a query."""
Row = Mapping[str, Any]


def sorts(
    case: OpenLoyalty, ask: Ask, field: str, rank: Callable[[Row], Any], rows: Sequence[Row]
) -> bool:
    """Judge that a list comes upwards and downwards by a field; False where it cannot.

    `rank` tells a row's place, the same for rows that may come in any order.
    """
    upwards = sorted(rank(each) for each in rows)
    wanted = {"asc": upwards, "desc": upwards[::-1]}
    came: dict[str, tuple[Reply, list[Any]]] = {}
    for direction in wanted:
        reply = ask({f"_orderBy[{field}]": direction})
        if reply.status == 400:
            return False
        case.judge("OLO-128", reply).status(200)
        came[direction] = reply, _ranks(reply, rank)
    if any(came[each][1] != wanted[each] for each in wanted) and _is_passed_over(
        ask, field, rank, came
    ):
        return False
    for direction, expected in wanted.items():
        reply, shown = came[direction]
        case.judge("OLO-128", reply).same(
            list(map(str, expected)), list(map(str, shown)), f"the list by {field}, {direction}"
        )
    return True


def total_order(
    ask: Ask, fields: Sequence[str], id_pointer: str, count: int
) -> dict[str, str] | None:
    """Return a sort by which some rows have one order only; None where no field gives one."""
    for field in fields:
        upwards, downwards = (
            ask({f"_orderBy[{field}]": direction}).each(id_pointer, of="/items")
            for direction in ("asc", "desc")
        )
        again = ask({f"_orderBy[{field}]": "asc"}).each(id_pointer, of="/items")
        if len(upwards) == count and upwards == downwards[::-1] == again:
            return {f"_orderBy[{field}]": "asc"}
    return None


def _is_passed_over(
    ask: Ask,
    field: str,
    rank: Callable[[Row], Any],
    came: Mapping[str, tuple[Reply, list[Any]]],
) -> bool:
    """Return whether a sort makes no difference: rows come as they do without it."""
    plain = _ranks(ask({}), rank)
    if came["asc"][1] == came["desc"][1] == plain:
        return True
    # Where rows come in any order, they do so again.
    again = (_ranks(ask({f"_orderBy[{field}]": "asc"}), rank) for _ in range(2))
    return any(each != came["asc"][1] for each in again)


def _ranks(reply: Reply, rank: Callable[[Row], Any]) -> list[Any]:
    return [rank(each) for each in reply.entries("/items") if isinstance(each, dict)]
