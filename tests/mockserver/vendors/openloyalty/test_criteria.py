"""Whom criteria select, how they combine, and which of them are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import contracts
from mockserver.kernel import instants
from mockserver.vendors.openloyalty.activity import Activity
from mockserver.vendors.openloyalty.criteria import KINDS, Reading, select
from mockserver.vendors.openloyalty.criteria.profile import window
from mockserver.vendors.openloyalty.model import Criterion, Member, Part
from mockserver.vendors.openloyalty.population import Population
from mockserver.vendors.openloyalty.segmentation import Segmentation

CHANNEL = "00000c4a-0000-4000-8000-00000000000{}".format
ONLINE, BERLIN, APP = CHANNEL(1), CHANNEL(2), CHANNEL(3)
GOLD = {"type": "customer_with_labels_values", "labels": [{"key": "tier", "value": "gold"}]}
PLATINUM = {"type": "customer_with_labels_values", "labels": [{"key": "tier", "value": "platinum"}]}
JACKET = {"type": "bought_skus", "skuIds": ["RAIN-JACKET-5"]}


def labels(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Return labels as JSON."""
    return [{"key": key, "value": value} for key, value in pairs]


def test_the_table_has_every_type_of_the_contract() -> None:
    """There is one row for each of the 39 types, and each names a requirement that exists."""
    contract = contracts.contract("openloyalty")
    form = contract.document["components"]["schemas"]["CriterionFormType"]

    assert set(KINDS) == set(form["properties"]["type"]["enum"])
    assert len(KINDS) == 39
    assert {kind.requirement for kind in KINDS.values()} <= contract.requirements.keys()


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ({"type": "bought_through_channel", "posIds": [BERLIN]}, "Anna Ben Emi"),
        ({"type": "bought_through_channel", "posIds": [APP, "x"]}, "Anna Emi"),
        ({"type": "bought_through_channel", "posIds": ["x"]}, ""),
        ({"type": "transaction_count", "min": 12, "max": 13}, "Ben Emi"),
        ({"type": "transaction_count", "min": 6, "max": 12}, "Anna Ben"),
        ({"type": "transaction_count", "min": 0, "max": 0}, "Chloé"),
        ({"type": "transaction_count", "min": 5, "max": 1}, ""),
        ({"type": "transaction_count", "min": 12.0, "max": 2**31 - 1}, "Ben Emi"),
        ({"type": "transaction_amount", "fromAmount": 706.5, "toAmount": 1805.5}, "Anna Emi"),
        ({"type": "transaction_amount", "fromAmount": 706.51, "toAmount": 1805.49}, ""),
        ({"type": "transaction_amount", "fromAmount": 0, "toAmount": 1}, "Chloé"),
        (
            {"type": "average_transaction_amount", "fromAmount": 117.75, "toAmount": 138.9},
            "Anna Emi",
        ),
        (
            {"type": "average_transaction_amount", "fromAmount": 0, "toAmount": 1e300},
            "Anna Ben Emi",
        ),
        ({"type": "transaction_percent_in_channel", "posId": APP, "percent": 0.75}, "Emi"),
        ({"type": "transaction_percent_in_channel", "posId": BERLIN, "percent": 0.08}, "Anna Ben"),
        ({"type": "transaction_percent_in_channel", "posId": ONLINE, "percent": 1.0}, ""),
        ({"type": "transaction_percent_in_channel", "posId": "x", "percent": 0}, "Anna Ben Emi"),
        ({"type": "purchase_period", "fromDate": "2025-11-24", "toDate": "2025-11-28"}, "Anna Emi"),
        ({"type": "purchase_period", "fromDate": "2025-11-27", "toDate": "2025-11-28"}, "Emi"),
        (
            {
                "type": "purchase_period",
                "fromDate": "2025-11-26T18:04:00Z",
                "toDate": "2025-11-26T19:04:00+01:00",
            },
            "Anna",
        ),
        (
            {
                "type": "purchase_period",
                "fromDate": "2025-11-26t18:04:00.001z",
                "toDate": "2025-11-26T20:00:00Z",
            },
            "",
        ),
        ({"type": "purchase_period", "fromDate": "2024-01-01", "toDate": "2024-12-31"}, ""),
        ({"type": "bought_skus", "skuIds": ["YOGA-MAT-7", "CITY-SNEAKER-2"]}, "Ben Emi"),
        ({"type": "bought_makers", "makers": ["Fjordline"]}, "Anna Ben Emi"),
        ({"type": "bought_makers", "makers": ["Dunefield"]}, "Anna Emi"),
        ({"type": "bought_labels", "labels": labels(("sport", "yoga"))}, "Emi"),
        (
            {"type": "bought_labels", "labels": labels(("sport", "x"), ("sport", "trail"))},
            "Anna Emi",
        ),
        ({"type": "customer_has_labels", "labels": [{"key": "newsletter"}]}, "Anna Emi"),
        ({"type": "customer_has_labels", "labels": [{"key": "status", "value": "x"}]}, "Dmitri"),
        ({"type": "customer_with_labels_values", "labels": labels(("tier", "gold"))}, "Anna"),
        ({"type": "customer_with_labels_values", "labels": labels(("status", "lapsed"))}, "Dmitri"),
        ({"type": "customer_list", "customers": ["CHLOE.MARTIN@EXAMPLE.COM"]}, "Chloé"),
        ({"type": "customer_list", "customers": ["2900000001004", "+4915100000002"]}, "Ben Dmitri"),
        ({"type": "customer_list", "customers": ["00000A11-0000-4000-8000-000000000005"]}, "Emi"),
    ],
)
def test_each_type_selects(cast: Any, criterion: dict[str, Any], expected: str) -> None:
    """Each documented type selects those of the cast for whom it holds; Dmitri is inactive."""
    assert cast.selected([criterion]) == set(expected.split())


@pytest.mark.parametrize(
    ("days", "within", "at_least"),
    [
        (1, "", "Anna Ben Emi"),
        (26, "Emi", "Anna Ben Emi"),
        (27, "Emi", "Anna Ben"),
        (31, "Anna Emi", "Anna Ben"),
        (32, "Anna Emi", "Ben"),
        (48, "Anna Ben Emi", "Ben"),
        (49, "Anna Ben Emi", ""),
        (2**31 - 1, "Anna Ben Emi", ""),
    ],
)
def test_last_purchase_has_two_readings(
    choosing: Callable[..., Any], days: int, within: str, at_least: str
) -> None:
    """Days count from midnight: bought since then, or, by choice, not since.

    At noon of 20 November the last purchases are 26 (Emi), 31 (Anna) and 48 (Ben) days ago.
    """
    criterion = {"type": "last_purchase_n_days_before", "days": days}

    assert choosing().selected([criterion]) == set(within.split())
    other = choosing(last_purchase="at-least")
    assert other.selected([criterion]) == set(at_least.split())


def test_anniversary_has_two_readings(choosing: Callable[..., Any], clock: Any) -> None:
    """A birthday counts from today until today plus days, or on as many days as said."""
    clock.wait(-13 * 24 * 3600)  # 7 November; Anna's birthday is tomorrow
    birthday = {"type": "anniversary", "anniversaryType": "birthday", "days": 1}
    assert choosing().selected([birthday]) == {"Anna"}
    exact = choosing(anniversary="exact-day")
    assert exact.selected([birthday]) == set()
    assert exact.selected([birthday | {"days": 2}]) == {"Anna"}
    clock.wait(24 * 3600)
    assert exact.selected([birthday]) == {"Anna"}
    clock.wait(24 * 3600)
    assert exact.selected([birthday]) == set()
    assert choosing().selected([birthday | {"days": 10**9}]) == {"Anna", "Ben", "Dmitri", "Emi"}


def test_registration_has_anniversaries_too(choosing: Callable[..., Any], clock: Any) -> None:
    """The day of registration comes round every year, and inactive members count."""
    clock.wait(100 * 24 * 3600)  # 28 February; Dmitri registered on 1 March
    criterion = {"type": "anniversary", "anniversaryType": "registration", "days": 1}

    assert choosing().selected([criterion]) == {"Dmitri"}


@pytest.mark.parametrize(
    ("first", "width", "expected"),
    [
        (date(2027, 2, 27), 2, {(2, 27), (2, 28), (2, 29)}),
        (date(2028, 2, 28), 1, {(2, 28)}),
        (date(2028, 2, 29), 1, {(2, 29)}),
        (date(2026, 12, 31), 2, {(12, 31), (1, 1)}),
    ],
)
def test_leap_days_are_kept(first: date, width: int, expected: set[tuple[int, int]]) -> None:
    """Born on 29 February means a birthday on the 28th in years without a 29th."""
    assert window(first, width) == expected


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("last_purchase_n_days_before", {"days": 3}),
        ("last_transaction_between_days", {"fromDays": 0, "toDays": 3}),
        ("transaction_amount_in_last_n_days", {"days": 3, "fromAmount": 1, "toAmount": 1}),
        ("last_custom_event_n_days_before", {"customEvent": "e", "days": 3}),
        ("last_custom_event_between_days", {"customEvent": "e", "fromDays": 0, "toDays": 0}),
    ],
)
def test_what_lies_in_the_future_does_not_count_yet(kind: str, own: dict[str, Any]) -> None:
    """What is dated after the time of the reading is not recent (OLO-207)."""
    now = instants.parse("2026-11-20T12:00:00Z")
    activity = Activity()
    activity.purchases.tell(0, now + 1, 100, "c", ())
    activity.trigger(0, "e", now + 1)
    people = Population([Member("1", 0, "A", "B", "a@b")], activity)

    found = [
        select(Criterion("1", kind, own), people, Reading(moment)) for moment in (now, now + 1)
    ]

    assert found == [0, 1]


def test_parts_and_criteria_combine_by_choice(choosing: Callable[..., Any]) -> None:
    """OR within a part and AND between parts, or the reverse by choice."""
    for logic, within, between in (("or-in-part", "or", "and"), ("and-in-part", "and", "or")):
        client = choosing(criteria_logic=logic)
        either, both = {"Anna", "Emi"}, set()
        expected = {"or": either, "and": both}
        assert client.selected([GOLD, PLATINUM]) == expected[within]
        assert client.selected([GOLD], [PLATINUM]) == expected[between]
        everybody = {"Anna", "Emi", "Ben"}
        assert client.selected([GOLD, JACKET]) == (everybody if within == "or" else {"Anna"})
        assert client.selected([GOLD], [JACKET]) == (everybody if between == "or" else {"Anna"})


@pytest.mark.parametrize("logic", ["or-in-part", "and-in-part"])
def test_nothing_selects_nobody(choosing: Callable[..., Any], logic: str) -> None:
    """No parts, or a part without criteria, select nobody in either reading."""
    client = choosing(criteria_logic=logic)

    assert client.selected() == set()
    assert client.selected([]) == set()


def test_a_world_without_members_selects_nobody() -> None:
    """Criteria can be evaluated over an empty store."""
    parts = [Part("p", (Criterion("c", "transaction_count", {"min": 0, "max": 9}),))]

    assert list(Segmentation(Population([])).select(parts, Reading(0))) == []


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if not kind.published))
def test_unpublished_types_need_no_fields(cast: Any, kind: str) -> None:
    """A type whose fields are not published is taken with any fields, and shows them (OLO-155)."""
    criterion = {"type": kind, "anything": {"goes": [1]}}
    segment = cast.create("Other names", active=True, parts=[{"criteria": [criterion]}])

    assert cast.members(segment) == []
    shown = cast.get(segment)["parts"][0]["criteria"][0]
    assert {name: shown[name] for name in criterion} == criterion


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (name, field)
        for name, kind in sorted(KINDS.items())
        if not kind.published
        for field in kind.fields
    ],
)
def test_unpublished_fields_have_types_all_the_same(cast: Any, kind: str, field: str) -> None:
    """Where a field of this mock is sent, a wrong value is refused with its place (OLO-151)."""
    criteria = [{"type": "gender"}, {"type": kind, field: {"wrong": 1}}]
    body = {"segment": {"name": "Wrong", "parts": [{"criteria": criteria}]}}

    reply = cast.ask("segmentPost", body=body)

    assert reply.status == 400
    assert [each["path"] for each in reply.body["errors"]] == [f"parts[0].criteria[1].{field}"]
    assert cast.header(reply, "X-Mock-Requirement") == "OLO-151"
    assert cast.header(reply, "X-Mock-Pointer") == f"/segment/parts/0/criteria/1/{field}"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_criterion_breaks_the_world(cast: Any, data: st.DataObject) -> None:
    """Whatever the own fields hold, the segment is created or refused, and reads work after."""
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    own = {name: data.draw(JSON) for name in KINDS[kind].fields}
    criterion = {
        **own,
        **data.draw(st.dictionaries(st.text(max_size=8), JSON, max_size=2)),
        "type": kind,
    }
    criterion.pop("criterionId", None)
    world = cast.world()
    before = len(world.records)
    body = {"segment": {"name": f"G{before}", "active": True, "parts": [{"criteria": [criterion]}]}}

    reply = cast.ask("segmentPost", body=body)

    assert reply.status in (200, 400)
    assert len(world.records) - before == (reply.status == 200)
    if reply.status == 200:
        assert cast.ask("segmentGetMembers", reply.body["segmentId"]).status == 200
