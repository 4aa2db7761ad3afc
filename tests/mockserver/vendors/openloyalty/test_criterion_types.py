"""Whom each criterion type selects whose fields are this mock's own choice.

The documented types stand in `test_criteria.py`, faults in `test_criterion_faults.py`.
It is noon of 20 November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mockserver import contracts
from mockserver.kernel import instants
from mockserver.vendors.openloyalty.criteria import KINDS, Reading, select
from mockserver.vendors.openloyalty.criteria.profile import age
from mockserver.vendors.openloyalty.model import Address, Criterion, Member
from mockserver.vendors.openloyalty.population import Population

TIER = "00000713-0000-4000-8000-00000000000{}".format
TEN, RULE = "000004e5-0000-4000-8000-00000000000b", "0000047e-0000-4000-8000-000000000001"
BLACK_WEEK = "000004e5-0000-4000-8000-000000000015"
HIKE = "00000ca1-0000-4000-8000-000000000001"
FIRST, SUMMIT = (f"00000e57-0000-4000-8000-00000000000{number}" for number in (1, 2))
APP = "00000c4a-0000-4000-8000-000000000003"
SUMMER = {"fromDate": "2026-06-01", "toDate": "2026-08-31"}
ONE_DAY = {"fromDate": "2026-10-20", "toDate": "2026-10-20"}
ALL = "Anna Ben Chloé Dmitri Emi"
BUYERS = "Anna Ben Emi"

TABLE: list[tuple[str, dict[str, Any], str]] = [
    # The last purchases are 26 (Emi), 31 (Anna) and 48 (Ben) days ago; Dmitri is inactive.
    ("last_transaction_between_days", {"fromDays": 26, "toDays": 31}, "Anna Emi"),
    ("last_transaction_between_days", {"fromDays": 27, "toDays": 47}, "Anna"),
    ("last_transaction_between_days", {"fromDays": 48, "toDays": 48}, "Ben"),
    ("last_transaction_between_days", {"fromDays": 0, "toDays": 25}, ""),
    ("last_transaction_between_days", {"fromDays": 31, "toDays": 26}, ""),
    ("last_transaction_between_days", {"fromDays": 0, "toDays": 2**31 - 1}, BUYERS),
    # Signed in 20 (Emi), 21 (Anna), 80 (Ben) days ago, and Dmitri in February 2024.
    ("last_custom_event_n_days_before", {"customEvent": "app_login", "days": 19}, ""),
    ("last_custom_event_n_days_before", {"customEvent": "app_login", "days": 20}, "Emi"),
    ("last_custom_event_n_days_before", {"customEvent": "app_login", "days": 80}, BUYERS),
    (
        "last_custom_event_n_days_before",
        {"customEvent": "app_login", "days": 2000},
        "Anna Ben Dmitri Emi",
    ),
    ("last_custom_event_n_days_before", {"customEvent": "review_written", "days": 27}, "Anna"),
    ("last_custom_event_n_days_before", {"customEvent": "APP_LOGIN", "days": 2000}, ""),
    (
        "last_custom_event_between_days",
        {"customEvent": "app_login", "fromDays": 21, "toDays": 80},
        "Anna Ben",
    ),
    (
        "last_custom_event_between_days",
        {"customEvent": "app_login", "fromDays": 31, "toDays": 31},
        "",  # Emi signed in then, but also later
    ),
    (
        "last_custom_event_between_days",
        {"customEvent": "review_written", "fromDays": 0, "toDays": 300},
        "Anna Emi",
    ),
    ("last_custom_event_between_days", {"customEvent": "x", "fromDays": 0, "toDays": 9}, ""),
    # On 20 October Anna bought for 129.90 and Emi for 199.
    (
        "transaction_amount_each_day_in_period",
        ONE_DAY | {"fromAmount": 129.9, "toAmount": 198.99},
        "Anna",
    ),
    (
        "transaction_amount_each_day_in_period",
        ONE_DAY | {"fromAmount": 0, "toAmount": 150},
        "Anna Ben Chloé",
    ),
    (
        "transaction_amount_each_day_in_period",
        {"fromDate": "2026-10-20", "toDate": "2026-10-21", "fromAmount": 1, "toAmount": 999},
        "",
    ),
    (
        "transaction_amount_each_day_in_period",
        {"fromDate": "2026-10-21", "toDate": "2026-10-20", "fromAmount": 0, "toAmount": 999},
        "",
    ),
    ("transaction_amount_in_period", SUMMER | {"fromAmount": 114, "toAmount": 407.8}, "Anna Emi"),
    ("transaction_amount_in_period", SUMMER | {"fromAmount": 407.81, "toAmount": 1983}, "Ben"),
    ("transaction_amount_in_period", SUMMER | {"fromAmount": 0, "toAmount": 113.99}, "Chloé"),
    ("transaction_count_in_period", SUMMER | {"min": 3, "max": 3}, "Ben Emi"),
    ("transaction_count_in_period", SUMMER | {"min": 1, "max": 2}, "Anna"),
    ("transaction_count_in_period", SUMMER | {"min": 0, "max": 0}, "Chloé"),
    ("transaction_count_in_period", SUMMER | {"min": 4, "max": 9}, ""),
    (
        "transaction_amount_in_last_n_days",
        {"days": 26, "fromAmount": 79.5, "toAmount": 79.5},
        "Emi",
    ),
    ("transaction_amount_in_last_n_days", {"days": 25, "fromAmount": 0.01, "toAmount": 999}, ""),
    (
        "transaction_amount_in_last_n_days",
        {"days": 31, "fromAmount": 129.9, "toAmount": 278.5},
        "Anna Emi",
    ),
    (
        "transaction_amount_each_day_in_last_n_days",
        {"days": 31, "fromAmount": 0, "toAmount": 150},
        "Anna Ben Chloé",
    ),
    ("customer_in_level", {"levelId": TIER(3)}, "Anna"),
    ("customer_in_level", {"levelId": "platinum"}, "Emi"),
    ("customer_in_level", {"levelId": "Tin"}, ""),
    ("customer_in_tiers", {"tierIds": [TIER(1), "SILVER", TIER(2)]}, "Ben Dmitri"),
    ("customer_in_tiers", {"tierIds": ["x"]}, ""),
    ("gender", {"gender": "female"}, "Anna Emi"),
    ("gender", {"gender": "male"}, "Ben Dmitri"),
    ("gender", {"gender": "not_disclosed"}, "Chloé"),
    ("city", {"cities": ["berlin", "LYON"]}, "Anna Chloé"),
    ("city", {"cities": ["Berli"]}, ""),
    ("province", {"provinces": ["auvergne-rhône-alpes"]}, "Chloé"),
    ("province", {"provinces": ["England", "Tokyo"]}, "Ben Emi"),
    ("country", {"countries": ["de"]}, "Anna Dmitri"),
    ("country", {"countries": ["Germany"]}, ""),
    ("postal", {"postalCodes": ["se1 9gf", "20095"]}, "Ben Dmitri"),
    ("postal", {"postalCodes": ["SE1"]}, ""),
    ("age", {"min": 32, "max": 38}, "Anna Emi"),
    ("age", {"min": 33, "max": 37}, ""),
    ("age", {"min": 0, "max": 200}, "Anna Ben Dmitri Emi"),
    ("age", {"min": 61, "max": 32}, ""),
    # One end may be left out, both may not (OLO-211, OLO-155).
    ("age", {"min": 38}, "Anna Ben Dmitri"),
    ("age", {"max": 38}, "Anna Emi"),
    ("age", {}, ""),
    ("member_registration_date", {"fromDate": "2022-05-14", "toDate": "2022-09-19"}, "Anna Emi"),
    (
        "member_registration_date",
        {"fromDate": "2022-05-14T09:30:00.001Z", "toDate": "2022-09-19T06:39:59.999Z"},
        "",
    ),
    ("member_registration_date", {"fromDate": "2026-10-30", "toDate": "2026-10-30"}, "Chloé"),
    ("member_custom_field_value", {"key": "shoeSize", "values": [37, 39.0]}, "Anna Emi"),
    ("member_custom_field_value", {"key": "shoeSize", "values": ["39"]}, ""),
    ("member_custom_field_value", {"key": "hasDog", "values": [True]}, "Anna"),
    ("member_custom_field_value", {"key": "hasDog", "values": [False]}, "Emi"),
    ("member_custom_field_value", {"key": "hasDog", "values": [1, 0]}, ""),
    ("member_custom_field_value", {"key": "favouriteSport", "values": ["camping"]}, "Dmitri"),
    ("member_custom_field_value", {"key": "size", "values": [39]}, ""),
    (
        "member_loyalty_card_number",
        {"loyaltyCardNumbers": ["2900000001003", "2900000001004", "1"]},
        "Chloé Dmitri",
    ),
    ("member_loyalty_card_number", {"loyaltyCardNumbers": ["anna.bauer@example.com"]}, ""),
    ("campaign_completion", {"campaignIds": ["x", BLACK_WEEK]}, "Anna Emi"),
    ("campaign_completion", {"campaignIds": [TEN]}, ""),
    ("achievement_completion_count", {"achievementId": TEN, "min": 1, "max": 1}, "Ben Emi"),
    (
        "achievement_completion_count",
        {"achievementId": TEN, "min": 0, "max": 0},
        "Anna Chloé Dmitri",
    ),
    ("achievement_completion_count", {"achievementId": "x", "min": 0, "max": 0}, ALL),
    ("achievement_completion_count", {"achievementId": "x", "min": 1, "max": 9}, ""),
    (
        "achievement_rule_progress",
        {"achievementId": TEN, "ruleId": RULE, "min": 2, "max": 12},
        "Anna Ben Dmitri",
    ),
    ("achievement_rule_progress", {"achievementId": TEN, "ruleId": TEN, "min": 1, "max": 99}, ""),
    ("challenge_campaign_completion_count", {"campaignId": HIKE, "min": 1, "max": 1}, "Anna"),
    ("challenge_campaign_completion_count", {"campaignId": HIKE, "min": 1, "max": 2}, "Anna Emi"),
    ("challenge_campaign_completion_count", {"campaignId": BLACK_WEEK, "min": 1, "max": 2}, ""),
    (
        "challenge_campaign_milestone_progress",
        {"campaignId": HIKE, "milestoneId": SUMMIT, "min": 4.5, "max": 9.999999},
        "Anna",
    ),
    (
        "challenge_campaign_milestone_progress",
        {"campaignId": HIKE, "milestoneId": FIRST, "min": 10, "max": 10},
        "Anna Emi",
    ),
    (
        "challenge_campaign_milestone_progress",
        {"campaignId": HIKE, "milestoneId": RULE, "min": 1, "max": 10},
        "",
    ),
    (
        "customer_csv_list",
        {
            "customers": [
                "EMI.TANAKA@example.com",
                "+4915100000002",
                "2900000001004",
                "00000A11-0000-4000-8000-000000000003",
                "nobody@example.com",
                "emi.tanaka@example.com",
            ]
        },
        "Ben Chloé Dmitri Emi",
    ),
    ("customer_csv_list", {"customers": ["Emi"]}, ""),
]


@pytest.mark.parametrize(("kind", "own", "expected"), TABLE)
def test_each_type_selects(cast: Any, kind: str, own: dict[str, Any], expected: str) -> None:
    """Each type selects those of the cast for whom it holds, boundaries included."""
    assert cast.selected([{"type": kind, **own}]) == set(expected.split())


def test_the_table_has_a_yes_and_a_no_for_each_type() -> None:
    """No type whose fields are ours is left untried."""
    ours = {name for name, kind in KINDS.items() if not kind.published}

    assert {kind for kind, _, expected in TABLE if expected} == ours
    assert {kind for kind, _, expected in TABLE if expected != ALL} == ours
    assert all(own.keys() <= KINDS[kind].fields.keys() for kind, own, _ in TABLE)


DOCUMENTED = [
    {"type": "bought_through_channel", "posIds": [APP]},
    {"type": "transaction_count", "min": 5, "max": 12},
    {"type": "average_transaction_amount", "fromAmount": 100, "toAmount": 200},
    {"type": "transaction_percent_in_channel", "posId": APP, "percent": 0.5},
    {"type": "purchase_period", "fromDate": "2026-10-01", "toDate": "2026-10-31"},
    {"type": "bought_labels", "labels": [{"key": "sport", "value": "yoga"}]},
    {"type": "bought_makers", "makers": ["Corvid"]},
    {"type": "anniversary", "anniversaryType": "registration", "days": 60},
    {"type": "last_purchase_n_days_before", "days": 40},
    {"type": "bought_skus", "skuIds": ["RAIN-JACKET-5"]},
    {"type": "transaction_amount", "fromAmount": 500, "toAmount": 5000},
    {"type": "customer_has_labels", "labels": [{"key": "newsletter"}]},
    {"type": "customer_with_labels_values", "labels": [{"key": "tier", "value": "gold"}]},
    {"type": "customer_list", "customers": ["anna.bauer@example.com", "2900000001005"]},
]


def test_every_type_divides_the_default_world(client: Any) -> None:
    """In a fresh mock each of the 39 types can select somebody and not everybody."""
    yes = {
        kind: {"type": kind, **own} for kind, own, expected in TABLE if expected not in ("", ALL)
    }
    yes |= {each["type"]: each for each in DOCUMENTED}
    assert yes.keys() == KINDS.keys()

    for name, criterion in yes.items():
        segment = client.create(name, active=True, parts=[{"criteria": [criterion]}])
        assert 0 < client.get(segment)["customersCount"] < 200, name


def test_each_of_the_last_days(cast: Any, clock: Any) -> None:
    """The days before today must all hold, each by itself; today is not judged (OLO-186)."""
    kind = "transaction_amount_each_day_in_last_n_days"
    clock.set(instants.parse("2026-10-21T12:00:00Z"))  # Anna 129.90, Emi 199 yesterday
    yesterday = {"type": kind, "days": 1, "fromAmount": 129.9, "toAmount": 199}
    assert cast.selected([yesterday]) == {"Anna", "Emi"}
    assert cast.selected([yesterday | {"toAmount": 198.99}]) == {"Anna"}
    assert cast.selected([yesterday | {"days": 2}]) == set()
    assert cast.selected([yesterday | {"days": 2, "fromAmount": 0}]) == {
        "Anna", "Ben", "Chloé", "Emi",
    }  # fmt: skip
    clock.set(instants.parse("2026-10-20T23:00:00Z"))
    assert cast.selected([yesterday]) == set()


@pytest.mark.parametrize(
    ("days", "within", "at_least"),
    [
        (19, "", "Anna Ben Dmitri Emi"),
        (20, "Emi", "Anna Ben Dmitri Emi"),
        (21, "Anna Emi", "Anna Ben Dmitri"),
    ],
)
def test_events_are_read_like_purchases(
    choosing: Callable[..., Any], days: int, within: str, at_least: str
) -> None:
    """The choice about the last purchase holds for the last custom event too (OLO-181)."""
    criterion = {
        "type": "last_custom_event_n_days_before",
        "customEvent": "app_login",
        "days": days,
    }

    assert choosing().selected([criterion]) == set(within.split())
    other = choosing(last_purchase="at-least")
    assert other.selected([criterion]) == set(at_least.split())


def test_ages_follow_the_clock(cast: Any, clock: Any) -> None:
    """Anna turns 38 on 8 November, at midnight in UTC (OLO-195)."""
    segment = cast.create(
        "38", active=True, parts=[{"criteria": [{"type": "age", "min": 38, "max": 38}]}]
    )
    for moment, members in (
        ("2026-11-07T23:59:59.999Z", []),
        ("2026-11-08T00:00:00.000Z", ["Anna"]),
        ("2027-11-07T23:59:59.999Z", ["Anna"]),
        ("2027-11-08T00:00:00.000Z", []),
    ):
        clock.set(instants.parse(moment))
        assert cast.members(segment) == members


@pytest.mark.parametrize(
    ("birth", "today", "expected"),
    [
        (date(2000, 2, 29), date(2027, 2, 27), 26),
        (date(2000, 2, 29), date(2027, 2, 28), 27),
        (date(2000, 2, 29), date(2028, 2, 28), 27),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2000, 1, 31), date(2027, 2, 28), 27),
        (date(2000, 12, 31), date(2000, 12, 31), 0),
        (date(2001, 1, 1), date(2000, 12, 31), -1),
    ],
)
def test_leap_days_are_birthdays(birth: date, today: date, expected: int) -> None:
    """Born on 29 February means a birthday on the 28th in years without a 29th."""
    assert age(birth, today) == expected


def test_members_without_a_value_are_not_selected() -> None:
    """Unknown tier, address, card or birth date fits no criterion about it."""
    people = Population(
        [Member("1", 0, "A", "B", "a@b"), Member("2", 0, "C", "D", "c@d", address=Address("Rome"))]
    )
    for kind, own, _ in TABLE:
        if kind in {"city", "province", "country", "postal", "age", "member_loyalty_card_number"}:
            assert select(Criterion("1", kind, own), people, Reading(0)) == 0
    rome = Criterion("1", "city", {"cities": ["ROME"]})
    assert people.flags(select(rome, people, Reading(0))) == b"\x00\x01"


def test_the_readme_tells_the_fields_of_every_type() -> None:
    """The table of specs/openloyalty/README.md is the one of the code."""
    text = (contracts.specs_folder() / "openloyalty" / "README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| .+ \| (yes|) ?\| (yes|ours) \| (OLO-\d{3}) \|$",
        text,
        re.MULTILINE,
    )

    told = {
        kind: (re.findall(r"`(\w+)`", fields), timed, published, requirement)
        for kind, fields, timed, published, requirement in rows
    }

    assert told == {
        name: (
            list(kind.fields),
            "yes" if kind.timed else "",
            "yes" if kind.published else "ours",
            kind.requirement,
        )
        for name, kind in KINDS.items()
    }
