"""The world that the machine walks: the bundled one, and what it has no example of."""

from __future__ import annotations

from mockserver import contracts

from .model import milliseconds

_BUNDLED = contracts.fixture(contracts.fixture_path("akinon"))
_FURTHER = [  # what the bundled world has no example of
    {
        "pk": 7,
        "name": "Guests in December",
        "priority": 80,
        "starts_at": "2026-12-01T00:00:00Z",
        "ends_at": "2027-01-01T00:00:00Z",
        "price_list": 5,
        "rule": {"is_guest": True},
    },
    {
        "pk": 8,
        "name": "Twin of New customers",
        "priority": 30,
        "rule": {"gender": ["female"], "order_total": {"at_least": 20000, "at_most": 400000}},
    },
    {
        "pk": 9,
        "name": "Not lately",
        "priority": 60,
        "is_active": True,
        "rule": {
            "is_guest": False,
            "not": {
                "any": [
                    {"orders": {"within_days": 30}},
                    {"last_order": {"since": "2027-01-01T00:00:00Z"}},
                ]
            },
            "attributes": {"city": {"in": ["London", "Tokyo", "Paris"]}},
        },
    },
]
FIXTURE = {**_BUNDLED, "segments": [*_BUNDLED["segments"], *_FURTHER]}

# Instants at which the world looks different from the millisecond before, to whom.
EDGES = [
    (milliseconds(text), name)
    for text, name in (
        ("1970-01-01T00:00:00.001Z", "emi"),
        ("2025-12-02T20:30:00Z", "jonas"),  # orders
        ("2026-04-11T10:00:00Z", "anna"),  # orders for the third time
        ("2026-06-01T00:00:00Z", "chloe"),  # Summer 2026 begins
        ("2026-09-01T00:00:00Z", "chloe"),  # and is over
        ("2026-10-20T10:00:00Z", "goran"),  # orders
        ("2026-12-19T10:00:00.001Z", "goran"),  # 60 days after that
        ("2027-01-08T06:15:00.001Z", "goran"),  # 90 days after joining
        ("2029-05-04T00:00:00Z", "ingrid"),  # turns 26
        ("2099-12-01T00:00:00Z", "dmitri"),  # a segment begins
        ("2099-12-31T00:00:00Z", "ben"),  # demo sessions end
    )
]
