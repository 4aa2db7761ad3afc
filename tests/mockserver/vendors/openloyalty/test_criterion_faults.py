"""Which criteria are refused, where the refusal points, and which rule it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.vendors.openloyalty.activity import Activity
from mockserver.vendors.openloyalty.criteria import Reading, select
from mockserver.vendors.openloyalty.model import Criterion, Member
from mockserver.vendors.openloyalty.population import Population

APP = "00000c4a-0000-4000-8000-000000000003"
GOLD = {"type": "customer_with_labels_values", "labels": [{"key": "tier", "value": "gold"}]}


def wrong(client: Any, **criterion: Any) -> list[tuple[str, str]]:
    """Return path and code of each error that a criterion gets, in the second place."""
    parts = [{"criteria": []}, {"criteria": [GOLD, criterion]}]
    reply = client.ask("segmentPost", body={"segment": {"name": "Wrong", "parts": parts}})
    assert reply.status == 400, reply
    prefix = "parts[1].criteria[1]."
    assert all(error["path"].startswith(prefix) for error in reply.body["errors"])
    return [(each["path"].removeprefix(prefix), each["code"]) for each in reply.body["errors"]]


@pytest.mark.parametrize(
    ("criterion", "errors"),
    [
        ({"type": "transaction_count", "min": "1", "max": 2}, [("min", "type")]),
        (
            {"type": "transaction_count", "min": True, "max": 1.5},
            [("min", "type"), ("max", "type")],
        ),
        (
            {"type": "transaction_count", "min": -1, "max": None},
            [("min", "minimum"), ("max", "type")],
        ),
        (
            {"type": "transaction_amount", "fromAmount": "1", "toAmount": False},
            [("fromAmount", "type"), ("toAmount", "type")],
        ),
        (
            {"type": "average_transaction_amount", "fromAmount": -0.01, "toAmount": float("inf")},
            [("fromAmount", "minimum"), ("toAmount", "minimum")],
        ),
        ({"type": "bought_through_channel", "posIds": []}, [("posIds", "minItems")]),
        ({"type": "bought_through_channel", "posIds": "x"}, [("posIds", "type")]),
        ({"type": "bought_through_channel", "posIds": ["x", 1]}, [("posIds[1]", "type")]),
        ({"type": "bought_skus", "skuIds": [""]}, [("skuIds[0]", "blank")]),
        ({"type": "bought_makers", "makers": ["x" * 256]}, [("makers[0]", "maxLength")]),
        ({"type": "customer_list", "customers": [[]]}, [("customers[0]", "type")]),
        (
            {"type": "transaction_percent_in_channel", "posId": 7, "percent": "0.5"},
            [("posId", "type"), ("percent", "type")],
        ),
        (
            {"type": "purchase_period", "fromDate": "soon", "toDate": 5},
            [("fromDate", "format"), ("toDate", "type")],
        ),
        (
            {
                "type": "purchase_period",
                "fromDate": "0000-01-01",
                "toDate": "9999-12-31",
            },
            [("fromDate", "format")],
        ),
        ({"type": "last_purchase_n_days_before", "days": 0}, [("days", "minimum")]),
        (
            {"type": "last_transaction_between_days", "fromDays": -1, "toDays": 2**31},
            [("fromDays", "minimum"), ("toDays", "int32")],
        ),
        (
            {"type": "transaction_amount_in_last_n_days", "days": 0, "fromAmount": 1e-7},
            [("days", "minimum"), ("fromAmount", "decimals")],
        ),
        (
            {"type": "transaction_count_in_period", "fromDate": "x", "toDate": "", "min": 0.5},
            [("fromDate", "format"), ("toDate", "blank"), ("min", "type")],
        ),
        ({"type": "customer_in_tiers", "tierIds": []}, [("tierIds", "minItems")]),
        ({"type": "customer_in_level", "levelId": ["x"]}, [("levelId", "type")]),
        ({"type": "gender", "gender": "diverse"}, [("gender", "enum")]),
        ({"type": "country", "countries": ["DE", 49]}, [("countries[1]", "type")]),
        ({"type": "age", "min": "18", "max": True}, [("min", "type"), ("max", "type")]),
        (
            {"type": "member_custom_field_value", "key": "", "values": [1, None, float("inf"), ""]},
            [("key", "blank"), ("values[1]", "type")],
        ),
        (
            {"type": "member_custom_field_value", "key": "x", "values": [float("inf")]},
            [("values[0]", "type")],
        ),
        (
            {"type": "achievement_rule_progress", "ruleId": "", "min": -0.5},
            [("ruleId", "blank"), ("min", "minimum")],
        ),
        ({"type": "customer_csv_list", "customers": "a,b"}, [("customers", "type")]),
        ({"type": "last_purchase_n_days_before", "days": 2**31}, [("days", "int32")]),
        ({"type": "transaction_count", "min": 0, "max": 2.0**31}, [("max", "int32")]),
        (
            {"type": "transaction_amount", "fromAmount": 0.1234567, "toAmount": 1e-7},
            [("fromAmount", "decimals"), ("toAmount", "decimals")],
        ),
        ({"type": "bought_skus", "skuIds": ["x"], "x": ["y" * 256]}, [("x[0]", "maxLength")]),
        (
            {"type": "anniversary", "anniversaryType": "wedding", "days": 1},
            [("anniversaryType", "enum")],
        ),
        ({"type": "bought_labels", "labels": [{"key": "k"}]}, [("labels[0].value", "incomplete")]),
        ({"type": "bought_labels", "labels": ["k"]}, [("labels[0]", "type")]),
        (
            {"type": "customer_with_labels_values", "labels": [{"key": "k", "value": 1}]},
            [("labels[0].value", "type")],
        ),
        ({"type": "customer_has_labels", "labels": [{}]}, [("labels[0].key", "incomplete")]),
    ],
)
def test_wrong_values_are_refused_with_their_path(
    cast: Any, criterion: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    """A value of the wrong type or range is 400, and the path leads to it."""
    assert wrong(cast, **criterion) == errors


@pytest.mark.parametrize(
    "date",
    [
        "20251126",
        "2025-W48-1",
        "2026-01-31T10",
        "2026-01-31T10:00",
        "2026-01-31T10:00:00",
        "2026-01-31 10:00:00Z",
        "2026-02-30",
        "",
        "\uff12026-01-31",
    ],
)
def test_only_days_and_date_times_are_dates(cast: Any, date: str) -> None:
    """What is neither YYYY-MM-DD nor RFC 3339 is refused rather than read as a day's start."""
    errors = wrong(cast, type="purchase_period", fromDate="2025-01-01", toDate=date)

    assert errors == [("toDate", "blank" if not date else "format")]


def test_amounts_may_have_six_decimals(cast: Any) -> None:
    """Up to six decimals are taken, and large amounts too."""
    criterion = {"type": "transaction_amount", "fromAmount": 0.123456, "toAmount": 1e300}

    assert cast.selected([criterion]) == {"Anna", "Ben", "Emi"}


def test_the_scale_of_percent_is_a_choice(choosing: Callable[..., Any]) -> None:
    """A percent is a fraction up to 1, or by choice a percentage up to 100; more is refused."""
    for scale, whole, share in (("fraction", 1, 0.75), ("percent", 100, 75)):
        client = choosing(percent_scale=scale)
        criterion = {"type": "transaction_percent_in_channel", "posId": APP}
        assert client.selected([criterion | {"percent": share}]) == {"Emi"}
        assert client.selected([criterion | {"percent": whole}]) == set()
        for percent in (whole + 0.01, whole + 1):
            assert wrong(client, **criterion, percent=percent) == [("percent", "maximum")]


def test_long_texts_are_refused_wherever_they_stand(cast: Any) -> None:
    """Names of unknown fields and texts deep inside them have at most 255 characters."""
    for own, path in (
        ({"y" * 256: 1}, "parts[0].criteria[0]"),
        ({"y": {"z" * 256: 1}}, "parts[0].criteria[0].y"),
        ({"y": [{"z": "ö" * 256}]}, "parts[0].criteria[0].y[0].z"),
    ):
        parts = [{"criteria": [{"type": "age", **own}]}]
        reply = cast.ask("segmentPost", body={"segment": {"name": "Long", "parts": parts}})
        assert (reply.status, reply.body["errors"][0]["path"]) == (400, path)
        assert cast.header(reply, "X-Mock-Requirement") == "OLO-013"
    assert cast.selected([{"type": "age", "y" * 255: ["z" * 255]}]) == set()


@pytest.mark.parametrize(("scale", "percent"), [("fraction", 0.072), ("percent", 7.2)])
def test_a_share_that_is_met_exactly_selects(scale: str, percent: float) -> None:
    """9 of 125 transactions are 7.2 %, and not 7.200001 % (OLO-164)."""
    activity = Activity()
    for number in range(125):
        activity.purchases.tell(0, 0, 100, "app" if number < 9 else "shop", ())
    people = Population([Member("1", 0, "A", "B", "a@example.com")], activity)
    reading = Reading(0, percent_scale=scale)

    for share, selected in ((percent, 1), (percent + 1e-6, 0)):
        own = {"posId": "app", "percent": share}
        assert (
            select(Criterion("c", "transaction_percent_in_channel", own), people, reading)
            == selected
        )


def test_all_that_cannot_be_kept_is_told_at_once(cast: Any) -> None:
    """Every text that is too long is named, up to a hundred of them."""
    long = "x" * 256
    parts = [
        {"criteria": [{"type": "age", "x": long, "y": [1, long]}]},
        {"criteria": [{"type": "city", "cities": [long] * 150}]},
    ]

    reply = cast.ask("segmentPost", body={"segment": {"name": "Long", "parts": parts}})

    paths = [error["path"] for error in reply.body["errors"]]
    assert paths[:2] == ["parts[0].criteria[0].x", "parts[0].criteria[0].y[1]"]
    assert (len(paths), paths[-1]) == (100, "parts[1].criteria[0].cities[97]")


def test_an_integer_is_no_number_with_decimals(cast: Any) -> None:
    """An amount may be an integer that no binary fraction equals, and beyond 32 bits (OLO-016)."""
    amounts = {"fromAmount": 1, "toAmount": 2**53 + 1}

    assert cast.selected([{"type": "transaction_amount", **amounts}]) == {"Anna", "Ben", "Emi"}
    assert wrong(cast, type="transaction_amount", fromAmount=0, toAmount=1.1234567) == [
        ("toAmount", "decimals")
    ]


def test_a_taken_name_is_told_beside_faults_of_criteria(cast: Any) -> None:
    """One answer has the faulty fields of every criterion and the name (OLO-212)."""
    criteria = [{"type": "age", "min": "x", "max": -1}, {"type": "bought_skus"}]
    form = {"name": "Big spenders", "parts": [{"criteria": criteria}]}

    for operation, segment in (("segmentPost", ""), ("segmentPut", cast.gold)):
        reply = cast.ask(operation, segment, body={"segment": form})
        assert [(each["path"], each["code"]) for each in reply.body["errors"]] == [
            ("parts[0].criteria[0].min", "type"),
            ("parts[0].criteria[0].max", "minimum"),
            ("parts[0].criteria[1].skuIds", "required"),
            ("name", "unique"),
        ]
        assert cast.header(reply, "X-Mock-Requirement") == "OLO-151"


def test_which_fields_a_criterion_needs_is_a_choice(choosing: Callable[..., Any]) -> None:
    """Known fields are needed by default; they may be missing, or be the only ones, by choice."""
    bare = {"type": "transaction_count", "min": 1}
    full = {"type": "transaction_count", "min": 1, "max": 99}
    extra = full | {"posIds": ["x"], "a/b~c": 1}

    required, lenient, strict = (
        choosing(criterion_fields=mode) for mode in ("required", "lenient", "strict")
    )

    assert wrong(required, **bare) == [("max", "required")]
    assert required.selected([extra]) == {"Anna", "Ben", "Emi"}
    assert lenient.selected([bare]) == set()
    assert wrong(lenient, type="transaction_count", min="x") == [("min", "type")]
    assert wrong(strict, **bare) == [("max", "required")]
    assert wrong(strict, **extra) == [("posIds", "unexpected"), ("a/b~c", "unexpected")]
    assert strict.selected([full]) == {"Anna", "Ben", "Emi"}
    assert strict.selected([{"type": "age", "from": 18}]) == set()


def test_faults_name_their_rule(cast: Any) -> None:
    """A missing field and a wrong value break different requirements."""
    for criterion, requirement in (
        ({"type": "bought_skus"}, "OLO-150"),
        ({"type": "bought_skus", "skuIds": 1}, "OLO-151"),
        ({"type": "transaction_count", "min": 0, "max": 2**31}, "OLO-016"),
        ({"type": "transaction_amount", "fromAmount": 0, "toAmount": 1e-7}, "OLO-017"),
        (
            {"type": "transaction_percent_in_channel", "posId": "x", "percent": 40},
            "OLO-156",
        ),
    ):
        body = {"segment": {"name": "x", "parts": [{"criteria": [criterion]}]}}
        reply = cast.ask("segmentPost", body=body)
        assert cast.header(reply, "X-Mock-Requirement") == requirement
