"""What the state machine of Open Loyalty sends: members, criteria, drafts, queries, instants.

Strategies and the cast; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from .criteria import TYPES, instant
from .lists import MEMBER_FIELDS, SEGMENT_FIELDS, Asked, Fields

DAY = 86_400_000
"""Milliseconds."""
KINDS = {"reward": "rewards", "achievement": "achievements", "campaign": "campaigns"}
"""What may use a segment, and what the fixture calls it."""
SHOP, BERLIN, APP = (f"00000c4a-0000-4000-8000-00000000000{place}" for place in (1, 2, 3))


def cast(fixture: dict[str, Any]) -> dict[str, Any]:
    """Return the bundled fixture with more members, at the edges of the rules."""
    fixture["stores"][0]["members"] += [
        _member(
            0x21,
            ("Zoe", "Leap", "2900000001021"),
            birthDate="1992-02-29",
            registeredAt="2020-02-29T23:59:59.999Z",
            labels=[{"key": "tier", "value": "Gold"}, {"key": "Tier", "value": "gold"}],
            transactions=[
                _bought("2026-10-31T00:00:00.000Z", BERLIN, 0.01, "WOOL-SOCKS-3"),
                _bought("2026-10-31T23:59:59.999Z", APP, 0.02, "YOGA-MAT-7", "YOGA-MAT-7"),
                _bought("2026-10-29T12:10:00.000Z", APP, 100.32, "CAMP-STOVE-1"),
            ],
        ),
        _member(
            0x22,
            ("anna", "bauer-Leap", None),
            birthDate="1999-12-31",
            registeredAt="2025-12-31T23:59:59.999Z",
            phone="+4915100000022",
            gender="not_disclosed",
            labels=[{"key": "newsletter", "value": "weekly"}],
        ),
        _member(
            0x23,
            ("Émile", "Zoë", "2900000001023"),
            birthDate="2001-01-01",
            registeredAt="2026-10-31T00:00:00.000Z",
            gender="male",
            transactions=[
                _bought("2024-02-29T10:00:00.000Z", SHOP, 0.0, "GIFT-CARD-50"),
                _bought("2026-10-21T00:00:00.000Z", SHOP, 706.5, "TRAIL-SHOE-1"),
                _bought("2025-11-30T23:59:59.999Z", APP, 0.0, "YOGA-MAT-7"),
                _bought("2025-11-23T23:59:59.999Z", BERLIN, 0.0, "WOOL-SOCKS-3"),
            ],
        ),
        _member(
            0x24,
            ("Olaf", "Idle", "2900000001024"),
            birthDate="1988-02-28",
            registeredAt="2024-03-01T00:00:00.000Z",
            active=False,
            labels=[{"key": "tier", "value": "gold"}],
            transactions=[_bought("2026-10-31T12:00:00.000Z", APP, 1000.0, "TRAIL-PACK-20")],
        ),
        _member(
            0x25,
            ("Nia", "Noon", None),
            birthDate="1990-03-01",
            registeredAt="2026-10-31T12:00:00.000Z",
            transactions=[
                _bought("2026-10-31T12:00:00.000Z", APP, 2.5, "CAMP-STOVE-1"),
                _bought("2025-12-01T00:00:00.000Z", APP, 2.5, "CAMP-STOVE-1"),
            ],
        ),
    ]
    for store in fixture["stores"]:
        # What the other types select is not documented.
        store["segments"] = [
            segment
            for segment in store["segments"]
            if all(
                criterion["type"] in TYPES
                for part in segment["parts"]
                for criterion in part["criteria"]
            )
        ]
        known = {segment["segmentId"] for segment in store["segments"]}
        for use in (use for kind in KINDS.values() for use in store.get(kind, [])):
            use["segments"] = [each for each in use["segments"] if each in known]
    return fixture


def _member(number: int, names: tuple[str, str, str | None], **further: Any) -> dict[str, Any]:
    first, last, card = names
    shown = {
        "customerId": f"00000a11-0000-4000-8000-{number:012x}",
        "firstName": first,
        "lastName": last,
        "email": f"machine.{number}@example.com",
    }
    return shown | further | ({} if card is None else {"loyaltyCardNumber": card})


def _bought(moment: str, channel: str, amount: float, *skus: str) -> dict[str, Any]:
    return {"date": moment, "channel": channel, "skus": list(skus), "amount": amount}


def _mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual, usual, usual, rare]).flatmap(lambda chosen: chosen)


# Criteria

CHANNELS = st.sampled_from([SHOP, BERLIN, APP, "no-such-channel"])
SUMS = st.sampled_from([0, 706.5, 100.35, 293.4, 1000, 706.51, 706.49, 1805.5, 3.0, 10**9])
AVERAGES = st.sampled_from([0, 117.75, 33.45, 117.750001, 33.449999, 146.7, 150, 353.25, 10**9])
LEAST = st.sampled_from([0, 1, 2, 3, 6, 7, 12, 2.0])
MOST = st.sampled_from([2**31 - 1, 0, 1, 2, 3, 6, 12, 13])
DAYS = st.sampled_from([1, 2, 5, 7, 12, 14, 27, 28, 30, 60, 364, 365, 366, 1000, 2**31 - 1])
SINCE = st.sampled_from(
    [
        *("2026-10-20", "2025-11-24", "2024-02-29", "1970-01-01", "2026-10-31T23:59:59.999Z"),
        *("2026-10-31T00:00:00Z", "2026-01-17T12:20:00+01:00", "2026-10-20T07:55:00.001Z"),
    ]
)
UNTIL = st.sampled_from(
    [
        *("2026-10-20", "2026-10-31", "2025-11-30", "2025-11-23", "2024-02-29", "2027-06-01"),
        *("2026-10-31T23:59:59.999Z", "2026-10-31T23:59:59.998Z", "2025-11-26T17:34:00-00:30"),
    ]
)
PERCENTS = st.sampled_from([0.5, 0.25, 1, 0, 0.75, 0.333333, 0.666667, 50, 25])
LABELS = st.sampled_from(
    [{"key": key, "value": value} for key in ("tier", "newsletter") for value in ("gold", "weekly")]
    + [{"key": "tier", "value": "platinum"}, {"key": "status", "value": "lapsed"}]
    + [{"key": "Tier", "value": "gold"}, {"key": "company2", "value": "x", "note": "kept"}]
)
BOUGHT_LABELS = st.sampled_from(
    [
        {"key": "sport", "value": value}
        for value in ("trail", "hiking", "yoga", "camping", "bags", "Trail")
    ]
    + [{"key": "category", "value": value} for value in ("shoes", "gifts", "socks", "trail")]
)
SKUS = ("TRAIL-SHOE-1", "TRAIL-PACK-20", "CITY-SNEAKER-2", "CAMP-STOVE-1", "YOGA-MAT-7", "trail")
MAKERS = ("Alpenhaus", "Borealis", "Corvid", "Estuary", "Fjordline", "alpenhaus", "Nobody")
CUSTOMERS = (
    "00000a11-0000-4000-8000-000000000001",
    "ben.okafor@example.com",
    "2900000001005",
    "+4915100000004",
    "CHLOE.martin@example.com",
    "+4915100000022",
    "00000a11-0000-4000-8000-000000000105",
    "nobody@example.com",
)


def _some(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(entries, min_size=1, max_size=2)


_OWN: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "bought_through_channel": {"posIds": _some(CHANNELS)},
    "transaction_count": {"min": LEAST, "max": MOST},
    "average_transaction_amount": {"fromAmount": AVERAGES, "toAmount": AVERAGES},
    "transaction_amount": {"fromAmount": SUMS, "toAmount": SUMS},
    "transaction_percent_in_channel": {"posId": CHANNELS, "percent": PERCENTS},
    "purchase_period": {"fromDate": SINCE, "toDate": UNTIL},
    "last_purchase_n_days_before": {"days": DAYS},
    "anniversary": {
        "anniversaryType": st.sampled_from(["birthday", "registration"]),
        "days": DAYS,
    },
    "bought_skus": {"skuIds": _some(st.sampled_from(SKUS))},
    "bought_makers": {"makers": _some(st.sampled_from(MAKERS))},
    "bought_labels": {"labels": _some(BOUGHT_LABELS)},
    "customer_has_labels": {"labels": _some(LABELS)},
    "customer_with_labels_values": {"labels": _some(LABELS)},
    "customer_list": {"customers": _some(st.sampled_from(CUSTOMERS))},
}
_IDS = st.sampled_from(["", "c-1", "00000c17-0000-4000-8000-0000000000ff"])
_GOOD = {kind: st.fixed_dictionaries({"type": st.just(kind), **own}) for kind, own in _OWN.items()}
_TIMED = ("last_purchase_n_days_before", "anniversary")
GOOD: st.SearchStrategy[dict[str, Any]] = st.sampled_from([*TYPES, *_TIMED, *_TIMED]).flatmap(
    _GOOD.__getitem__
)
"""Criteria with the fields of their type; types that time moves come more often."""

_COUNT: dict[str, Any] = {"type": "transaction_count", "min": 0, "max": 3}
_SPENT: dict[str, Any] = {"type": "transaction_amount", "fromAmount": 0, "toAmount": 10}
_SHARE: dict[str, Any] = {"type": "transaction_percent_in_channel", "posId": APP, "percent": 0.5}
_PERIOD: dict[str, Any] = {
    "type": "purchase_period",
    "fromDate": "2026-01-01",
    "toDate": "2026-02-01",
}
_LABELS: dict[str, Any] = {
    "type": "customer_with_labels_values",
    "labels": [{"key": "tier", "value": "gold"}],
}
_SINCE: dict[str, Any] = {"type": "last_purchase_n_days_before", "days": 1}
BAD: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *({"type": kind} for kind in TYPES),
        *(_COUNT | {"min": wrong} for wrong in (-1, "1", 1.5, True, None, 2**31, 2**70)),
        *(_SPENT | {"toAmount": wrong} for wrong in (-0.01, "10", False, [0], 0.0000001)),
        *(_SHARE | {"percent": wrong} for wrong in (1.5, 100.5, -1, "half")),
        *(_SHARE | {"posId": wrong} for wrong in ("", 7, "x" * 256)),
        *(_PERIOD | {"toDate": wrong} for wrong in ("2026-02-30", "soon", 2026, "", "20260201")),
        _PERIOD | {"fromDate": "2026-01-01T10:00:00"},
        *(_LABELS | {"labels": wrong} for wrong in ([], "gold", [{"key": "tier"}], ["tier"])),
        _LABELS | {"labels": [{"key": "tier", "value": ""}]},
        *(_SINCE | {"days": wrong} for wrong in (0, -3, 0.5, 2**31)),
        {"type": "anniversary", "anniversaryType": "wedding", "days": 1},
        {"type": "bought_skus", "skuIds": []},
        {"type": "customer_list", "customers": ["a", ""]},
        {"type": "bought_makers", "makers": "Corvid"},
        _COUNT | {"note": "only a strict room refuses it"},
    ]
)
"""Criteria that are wrong with most choices; the model tells what is wrong with them."""


# Drafts


def drafts(*, changed: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return forms of a segment, new ones most of them with parts and active."""
    flags = st.sampled_from([True, True, False] if changed else [True, True, True, False])
    texts = st.sampled_from(["", "", "About", "about it", "Über"])
    further = {"active": flags, "description": texts}
    without = st.fixed_dictionaries({"name": NEW_NAMES}, optional=further)
    parts = st.fixed_dictionaries({"name": NEW_NAMES, "parts": PARTS}, optional=further)
    if changed:
        return without | parts
    usual = {"name": NEW_NAMES, "active": flags, "parts": PARTS}
    return _mostly(st.fixed_dictionaries(usual, optional={"description": texts}), without)


TAKEN = ("Gold Members", "Draft", "Spring campaign 2026", "Outlet regulars", "Alpha", "alpha")
"""Names that some segment has, or may have."""
NEW_NAMES = st.builds(
    "{} {}".format, st.sampled_from(["Über", "alpha", "Beta", "gold"]), st.integers(0, 14)
)


@st.composite
def _criteria(draw: st.DrawFn) -> dict[str, Any]:
    criterion = draw(GOOD)
    extra = draw(st.integers(0, 15))
    if extra == 1:
        criterion["note"] = "kept"
    elif extra < 5:
        criterion["criterionId"] = draw(_IDS)
    return criterion


SPOILT: st.SearchStrategy[dict[str, Any] | str | None] = _mostly(
    st.none(), BAD | st.sampled_from(TAKEN)
)
"""What is wrong with a draft: a criterion or a name that is taken; mostly nothing."""
PARTS = _mostly(
    st.lists(
        st.fixed_dictionaries(
            {"criteria": st.lists(_criteria(), min_size=1, max_size=2)},
            optional={"segmentPartId": st.sampled_from(["", "p-1", "p-2"])},
        ),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from([[], [{}], [{"criteria": []}]]),
)


# Queries


def asked(fields: Fields) -> st.SearchStrategy[Asked]:
    """Return queries that a list of these fields can answer, most of them."""
    columns = [*fields.filtered, *fields.sorted, *fields.sorted]
    directions = st.sampled_from(["asc", "desc"])
    return st.builds(
        Asked,
        page=st.sampled_from([1, 1, 1, 1, 2, 3, 1000]),
        items=st.sampled_from([10, 50, 50, 1, 3]),
        plain=st.just({}) | st.sampled_from(_PLAIN[fields is SEGMENT_FIELDS]),
        order=st.just({}) | st.dictionaries(st.sampled_from(columns), directions, max_size=2),
        further=st.just(())
        | st.lists(st.sampled_from(_FURTHER[fields is SEGMENT_FIELDS]), max_size=2),
    )


def wrongly_asked(fields: Fields) -> st.SearchStrategy[Asked]:
    """Return queries with something that may be refused."""
    name = next(iter(fields.filtered))
    further = [("colour", "red"), ("gender[eq]", "male"), ("_orderBy", name), (f"{name}[gt]", "A")]
    further += [(f"{name}[]", "A"), (f"{name}[EQ]", "A"), ("segmentId[like]", "0")]
    if fields is SEGMENT_FIELDS:
        further += [("customersCount[gte]", "some"), ("createdAt[lt]", "2026"), ("active[eq]", "1")]
        further += [
            ("averageClv[like]", "1"),
            ("active[gt]", "true"),
            ("customersCount[IN]", "1,x"),
        ]
    order = st.sampled_from([{"currency": "asc"}, {"name": "asc", "nothing": "desc"}])
    return st.builds(Asked, order=order) | st.builds(
        Asked, further=st.lists(st.sampled_from(further), min_size=1, max_size=2)
    )


_PLAIN: Mapping[bool, list[dict[str, Any]]] = {
    True: [
        {"active": True},
        {"active": False},
        {"name": "Gold Members"},
        {"name": "gold members"},
        {"description": ""},
        {"customersCount": 2},
        {"active": True, "customersCount": 0},
        {"averageClv": 0.0},
        {"averageTransactions": 6.0},
        {"createdAt": "2025-01-15T09:00:00.000Z"},
    ],
    False: [
        {"firstName": "Anna"},
        {"firstName": "anna"},
        {"lastName": "Bauer", "firstName": "Anna"},
        {"email": "ben.okafor@example.com"},
        {"phone": "+4915100000005"},
        {"customerId": "00000a11-0000-4000-8000-000000000003"},
    ],
}
_FURTHER: Mapping[bool, list[tuple[str, str]]] = {
    True: [
        ("name[like]", "GOLD"),
        ("name[like]", "a"),
        ("name[eq]", "Draft"),
        ("name[IN]", "Draft,Big spenders,alpha 1"),
        ("description[hasValue]", ""),
        ("description[notHasValue]", "1"),
        ("description[like]", "ÜBER"),
        ("description[like]", ""),
        ("description[hasValue]", "1"),
        ("active[eq]", "true"),
        ("customersCount[gte]", "2"),
        ("customersCount[lt]", "3"),
        ("customersCount[IN]", "1,2,5"),
        ("averageClv[gt]", "700.5"),
        ("averageTransactionAmount[lte]", "150"),
        ("averageTransactions[gte]", "2.5"),
        ("createdAt[gte]", "2026-03-01T08:00:00Z"),
        ("createdAt[lt]", "2026-11-20T13:00:00+01:00"),
    ],
    False: [
        ("firstName[like]", "AN"),
        ("lastName[like]", "leap"),
        ("email[like]", "EXAMPLE"),
        ("email[eq]", "emi.tanaka@example.com"),
        ("phone[hasValue]", ""),
        ("phone[notHasValue]", ""),
        ("firstName[IN]", "Anna,Ben,emi"),
        ("customerId[like]", "-00000000002"),
    ],
}


SEGMENT_QUERIES = _mostly(asked(SEGMENT_FIELDS), wrongly_asked(SEGMENT_FIELDS))
MEMBER_QUERIES = _mostly(asked(MEMBER_FIELDS), wrongly_asked(MEMBER_FIELDS))

# Instants

_MOMENTS = [
    *("2026-11-20T12:00:00.000Z", "2026-11-01T08:00:00.000Z", "2026-10-31T23:59:59.999Z"),
    *("2026-11-19T00:00:00.000Z", "2026-11-08T00:00:00.000Z", "2026-11-07T23:55:00.000Z"),
    *("2027-02-28T10:00:00.000Z", "2028-02-29T00:00:00.000Z", "2028-02-28T23:50:00.000Z"),
    *("2026-10-31T11:55:00.000Z", "2026-10-31T12:00:00.000Z", "2026-10-31T00:00:00.000Z"),
    *("2026-12-31T23:59:00.000Z", "2027-01-01T00:00:00.000Z", "2026-10-26T18:30:00.000Z"),
    *("2026-01-01T00:00:00.000Z", "2020-02-29T12:00:00.000Z", "2100-02-28T09:00:00.000Z"),
]
MOMENTS = st.sampled_from([instant(moment) for moment in _MOMENTS])
"""Where the rules about days turn."""
MINUTES = st.sampled_from(
    [600_000, 1, 59_999, 60_000, 9 * 60_000, 600_000, 601_000, 3_600_000, DAY // 2]
)
EARLY = instant("2000-01-01T00:00:00Z")
"""Smaller numbers are spans of time."""
DAYS_ON = st.sampled_from(
    [DAY, DAY - 1, 2 * DAY, 7 * DAY, 27 * DAY, 30 * DAY, 365 * DAY, 4 * 365 * DAY]
)
"""Milliseconds."""
