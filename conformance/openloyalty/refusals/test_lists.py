"""Refused queries: pages, sorts and filters of another form than the declared one."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exchange import Reply
from conformance.judging import judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty
from conformance.openloyalty.errors import tells_errors

LISTS = (op.LIST, op.MEMBERS, op.ASSOCIATION)


@judges("OLO-124", "OLO-008", read_only=True)
@pytest.mark.parametrize("operation", LISTS)
def test_there_is_no_page_before_the_first(openloyalty: OpenLoyalty, operation: str) -> None:
    """A page below 1 is refused with 400, and with each error in full."""
    for page in (0, -1):
        reply = _ask(openloyalty, operation, {"_page": page})
        openloyalty.judge("OLO-124", reply).status(400)
        tells_errors(openloyalty, reply)


@judges("OLO-016", read_only=True)
@pytest.mark.parametrize("operation", LISTS)
def test_a_page_is_a_number_of_32_bits(openloyalty: OpenLoyalty, operation: str) -> None:
    """A _page beyond 32 bits is refused with 400."""
    reply = _ask(openloyalty, operation, {"_page": 2**31})
    openloyalty.judge("OLO-016", reply).status(400)


@judges("OLO-005", read_only=True)
@pytest.mark.parametrize("operation", LISTS)
def test_pages_are_told_by_numbers(openloyalty: OpenLoyalty, operation: str) -> None:
    """A _page or an _itemsOnPage that is no whole number is refused with 400."""
    for query in ({"_page": "first"}, {"_page": "1.5"}, {"_itemsOnPage": "all"}):
        openloyalty.judge("OLO-005", _ask(openloyalty, operation, query)).status(400)


@judges("OLO-005", read_only=True)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("active", "perhaps"),
        ("active", "2"),
        ("customersCount", "many"),
        ("customersCount", "1.5"),
        ("averageTransactionAmount", "high"),
        ("averageTransactions", "few"),
        ("averageClv", "high"),
        ("createdAt", "no date"),
    ],
)
def test_a_filter_has_the_type_of_its_field(
    openloyalty: OpenLoyalty, field: str, value: str
) -> None:
    """A filter whose value has another type than the declared one is refused with 400."""
    openloyalty.judge("OLO-005", openloyalty.list({field: value})).status(400)


@judges("OLO-131", "OLO-008", read_only=True)
@pytest.mark.parametrize(("operation", "field"), [(op.LIST, "name"), (op.MEMBERS, "lastName")])
def test_lists_are_sorted_asc_or_desc(openloyalty: OpenLoyalty, operation: str, field: str) -> None:
    """A direction other than asc and desc is refused with 400, and with each error in full."""
    for direction in ("upwards", "ASC", "1", ""):
        reply = _ask(openloyalty, operation, {f"_orderBy[{field}]": direction})
        openloyalty.judge("OLO-131", reply).status(400)
        tells_errors(openloyalty, reply)


def _ask(case: OpenLoyalty, operation: str, query: dict[str, Any]) -> Reply:
    if operation == op.LIST:
        return case.list(query)
    if operation == op.MEMBERS:
        return case.members(case.any_segment(), query)
    return case.associated(case.any_segment(), "reward", query)
