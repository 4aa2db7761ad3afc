"""Which fields the two lists can be filtered and sorted by; the forms are in `query.py`."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.instants import DAY
from mockserver.vendors.openloyalty.model import Member
from mockserver.vendors.openloyalty.query import Column
from mockserver.vendors.openloyalty.world import Record

SEGMENT_COLUMNS: Mapping[str, Column[Record]] = {
    "name": Column("text", lambda row: row.segment.name),
    "active": Column("boolean", lambda row: row.segment.active),
    "description": Column("text", lambda row: row.segment.description),
    "customersCount": Column(
        "integer", lambda row: row.segment.figures.customers_count, settled=False
    ),
    "averageTransactionAmount": Column(
        "number", lambda row: row.segment.figures.average_transaction_amount, settled=False
    ),
    "averageTransactions": Column(
        "number", lambda row: row.segment.figures.average_transactions, settled=False
    ),
    "averageClv": Column("number", lambda row: row.segment.figures.average_clv, settled=False),
    "createdAt": Column("instant", lambda row: row.segment.created_at),
    "segmentId": Column("text", lambda row: row.segment.segment_id, filterable=False),
    "calculatedAt": Column(
        "instant", lambda row: row.segment.calculated_at, filterable=False, settled=False
    ),
}
"""The filters are those of the contract (OLO-143); which fields sort is our choice (OLO-130)."""

# The filters are those of the contract (OLO-106).
MEMBER_COLUMNS: Mapping[str, Column[Member]] = {
    "customerId": Column("text", lambda row: row.customer_id),
    "firstName": Column("text", lambda row: row.first_name),
    "lastName": Column("text", lambda row: row.last_name),
    "email": Column("text", lambda row: row.email),
    "phone": Column("text", lambda row: row.phone),
    "createdAt": Column("instant", lambda row: row.created_at, filterable=False),
    "birthDate": Column(
        "instant",
        lambda row: None if row.birth_date is None else row.birth_date.toordinal() * DAY,
        filterable=False,
    ),
    "gender": Column("text", lambda row: row.gender, filterable=False),
}
