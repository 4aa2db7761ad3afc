"""Coupons are validated and redeemed: by whom, when, how often, and for which products."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver.vendors.emporix.sisters import (
    ANNA,
    BEN,
    CHLOE,
    ORDER,
    REDEEM,
    REDEMPTIONS,
    VALIDATE,
    Sisters,
    header,
    told,
)

TRADING, HARBOUR = "le-okafor-trading", "le-harbour-foods"


def both(sisters: Sisters, code: str, by: str, **order: Any) -> str:
    """Validate and redeem; return the requirement that both uphold."""
    validated = sisters.validate(code, by, **order)
    assert sisters.redeem(code, by, **order) == validated
    return validated


def test_a_validation_says_nothing_and_redeems_nothing(sisters: Sisters) -> None:
    """EMX-660: 200 without a body."""
    reply = sisters.call(VALIDATE, "anna", code="GOLD10", body=ORDER)
    assert (reply.status, reply.body) == (200, None)
    assert sisters.coupon("GOLD10")["redemptionCount"] == 0


def test_a_redemption_is_kept(sisters: Sisters) -> None:
    """EMX-661, EMX-664, EMX-681: it has an id, and shows who redeemed what and when."""
    body = {
        "orderCode": "O-1",
        "orderTotal": {"amount": 99.5, "currency": "EUR"},
        "discount": {"amount": 9.95, "currency": "EUR"},
        "items": [{"id": "p3456"}],
    }
    reply = sisters.call(REDEEM, "anna", code="gold10", body=body)
    assert reply.status == 201
    (found,) = sisters.call(REDEMPTIONS, code="GOLD10").body
    assert found == body | {
        "id": reply.body["id"],
        "code": "GOLD10",
        "customerNumber": ANNA,
        "redeemedAt": "2026-11-20T12:00:00.000Z",
    }


def test_amounts_have_defaults(sisters: Sisters) -> None:
    """EMX-610: no amount is 0, no currency is USD."""
    sisters.redeem("WELCOME5", "anna", orderTotal={}, discount={"amount": 5})
    (found,) = sisters.call(REDEMPTIONS, code="WELCOME5").body
    assert found["orderTotal"] == {"amount": 0, "currency": "USD"}
    assert found["discount"] == {"amount": 5, "currency": "USD"}


def test_redemptions_are_listed(sisters: Sisters, clock: Any) -> None:
    """EMX-648, EMX-649, EMX-651, EMX-682: to managers, by query, order and page."""
    for who in ("anna", "chloe", "emi"):
        assert sisters.redeem("WELCOME5", who) == "ok"
        clock.wait(60)
    assert sisters.redeem("GOLD10", "anna") == "ok"
    counts = [sisters.coupon(code)["redemptionCount"] for code in ("WELCOME5", "GOLD10")]
    assert counts == [3, 1]  # each counts its own (EMX-641)

    def listed(**query: Any) -> list[str]:
        rows = sisters.call(REDEMPTIONS, code="WELCOME5", query=query).body
        return [row["customerNumber"] for row in rows]

    assert listed()[:2] == [ANNA, CHLOE]
    assert listed(sort="redeemedAt:desc")[1:] == [CHLOE, ANNA]
    assert listed(q=f"customerNumber:{CHLOE}") == [CHLOE]
    assert listed(q='redeemedAt:<"2026-11-20T12:01:00Z"') == [ANNA]
    reply = sisters.call(REDEMPTIONS, code="WELCOME5", query={"totalCount": True, "pageSize": 1})
    assert (len(reply.body), header(reply, "Items-Count")) == (1, "3")
    for by in ("reader", "anna"):
        assert told(sisters.call(REDEMPTIONS, by, code="WELCOME5")) == "EMX-682"


# ---- who -------------------------------------------------------------------------------


def test_on_behalf_of_a_customer(sisters: Sisters) -> None:
    """EMX-663, EMX-680: with the scope, and for customers that exist."""
    assert both(sisters, "GOLD10", "manager", customerNumber=ANNA) == "ok"
    for by in ("reader", "anna"):
        assert both(sisters, "GOLD10", by, customerNumber=ANNA) == "EMX-663"
    reply = sisters.call(REDEEM, code="GOLD10", body=ORDER | {"customerNumber": "nobody"})
    assert (reply.status, told(reply)) == (400, "EMX-680")
    assert sisters.coupon("GOLD10")["redemptionCount"] == 1


def test_nobody_in_particular(sisters: Sisters) -> None:
    """EMX-665: a service token without a customer is anonymous."""
    assert both(sisters, "WELCOME5", "reader") == "ok"
    assert both(sisters, "BEANS20", "reader") == "EMX-665"
    (found,) = sisters.call(REDEMPTIONS, code="WELCOME5").body
    assert "customerNumber" not in found


def test_certain_customers(sisters: Sisters) -> None:
    """EMX-670: `validFor` names them all."""
    assert both(sisters, "CHLOE15", "anna") == "EMX-670"
    assert sisters.redeem("CHLOE15", "chloe") == "ok"


def test_issued_to_informs_or_restricts(sisters: Sisters, open_sisters: Any) -> None:
    """EMX-628: a choice."""
    strict: Sisters = open_sisters(coupon_issued_to="restricts")
    for shop, expected in ((sisters, "ok"), (strict, "EMX-628")):
        shop.create(code="MINE", issuedTo=CHLOE)
        assert both(shop, "MINE", "anna") == expected
        assert both(shop, "MINE", "chloe") == "ok"


# ---- when and how often ----------------------------------------------------------------


def test_the_time_of_a_coupon(sisters: Sisters, clock: Any) -> None:
    """EMX-666, EMX-679: neither before nor after, and the detail says which."""
    assert both(sisters, "ADVENT26", "anna") == "EMX-666"
    reply = sisters.call(VALIDATE, "anna", code="SUMMER25", body=ORDER)
    assert (reply.status, told(reply)) == (400, "EMX-666")
    assert reply.body["details"] == [
        {
            "type": "coupon_expired",
            "message": "The coupon has expired, at 2026-11-20T12:00:00.000Z.",
            "moreInfo": "",
        }
    ]
    clock.wait(10 * 24 * 3600)
    assert both(sisters, "ADVENT26", "anna") == "ok"


def test_all_redemptions_are_used(sisters: Sisters) -> None:
    """EMX-667: of all customers together."""
    sisters.create(code="TWO", maxRedemptions=2)
    assert [sisters.redeem("TWO", who) for who in ("anna", "emi", "anna")] == [
        "ok",
        "ok",
        "EMX-667",
    ]
    assert sisters.validate("TWO", "chloe") == "EMX-667"
    sisters.create(code="NONE", maxRedemptions=0)
    assert both(sisters, "NONE", "anna") == "EMX-667"


def test_a_customer_has_had_its_share(sisters: Sisters) -> None:
    """EMX-668: others have not."""
    sisters.create(code="ONCE", maxRedemptionsPerCustomer=1)
    assert [sisters.redeem("ONCE", who) for who in ("anna", "anna", "chloe")] == [
        "ok",
        "EMX-668",
        "ok",
    ]
    assert sisters.validate("ONCE", "anna") == "EMX-668"


def test_each_legal_entity_has_its_share(sisters: Sisters) -> None:
    """EMX-669, EMX-655: a customer of several redeems for each of them separately."""
    as_trading: dict[str, Any] = {"customerNumber": BEN, "legalEntityId": TRADING}
    as_harbour: dict[str, Any] = {"customerNumber": BEN, "legalEntityId": HARBOUR}
    assert sisters.redeem("WHOLESALE5", "manager", **as_trading) == "ok"
    assert sisters.validate("WHOLESALE5", "manager", **as_trading) == "EMX-668"
    assert sisters.redeem("WHOLESALE5", "manager", **as_harbour) == "ok"
    assert sisters.coupon("WHOLESALE5")["legalEntityRedemptions"] == [
        {"legalEntityId": TRADING, "count": 1},
        {"legalEntityId": HARBOUR, "count": 1},
    ]


def test_redemptions_are_counted_by_legal_entity(sisters: Sisters) -> None:
    """EMX-655: every redemption counts for the legal entity that it was made for."""
    assert sisters.create(code="OFTEN").status == 201
    for entity in (TRADING, HARBOUR, TRADING):
        assert sisters.redeem("OFTEN", "ben", legalEntityId=entity) == "ok"
    counted = sisters.coupon("OFTEN")["legalEntityRedemptions"]
    assert {each["legalEntityId"]: each["count"] for each in counted} == {TRADING: 2, HARBOUR: 1}


def test_the_legal_entity_of_the_token(sisters: Sisters) -> None:
    """EMX-686: it counts unless the body names another of the customer's."""
    assert sisters.redeem("WHOLESALE5", "ben-trading") == "ok"
    assert sisters.validate("WHOLESALE5", "ben-trading") == "EMX-668"
    assert sisters.redeem("WHOLESALE5", "ben-trading", legalEntityId=HARBOUR) == "ok"
    rows = sisters.call(REDEMPTIONS, code="WHOLESALE5").body
    assert [row["legalEntityId"] for row in rows] == [TRADING, HARBOUR]


def test_a_foreign_legal_entity(sisters: Sisters) -> None:
    """EMX-680: a customer redeems for its own only, and nobody anonymous for any."""
    assert both(sisters, "WELCOME5", "anna", legalEntityId=TRADING) == "EMX-680"
    assert both(sisters, "WELCOME5", "reader", legalEntityId=TRADING) == "EMX-680"


# ---- for what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ({"amount": 50, "currency": "EUR"}, "ok"),
        ({"amount": 49.99, "currency": "EUR"}, "EMX-671"),
        ({"amount": 500, "currency": "USD"}, "EMX-672"),
        ({"amount": 500}, "EMX-672"),
    ],
)
def test_the_order_must_be_worth_it(sisters: Sisters, total: dict[str, Any], expected: str) -> None:
    """EMX-671, EMX-672: the least value, in its own currency."""
    assert sisters.validate("CHLOE15", "chloe", orderTotal=total) == expected


def test_a_least_value_of_nothing_restricts_nothing(sisters: Sisters) -> None:
    """Whatever its currency."""
    sisters.create(code="ANY", restrictions={"minOrderValue": {"currency": "CHF"}})
    assert both(sisters, "ANY", "anna") == "ok"


def test_members_only(sisters: Sisters) -> None:
    """EMX-673: of one of the segments, in person."""
    assert both(sisters, "GOLD10", "anna") == "ok"
    assert both(sisters, "GOLD10", "chloe") == "EMX-673"
    sisters.create(
        code="OPENGOLD",
        allowAnonymous=True,
        segmentRestricted=True,
        restrictions={"segments": ["golden-segment"]},
    )
    assert both(sisters, "OPENGOLD", "reader") == "EMX-673"


def test_members_of_active_segments_only(sisters: Sisters) -> None:
    """EMX-674: Anna is in `lapsed`, which is inactive."""
    sisters.create(
        code="BACK", segmentRestricted=True, restrictions={"segments": ["lapsed", "nowhere"]}
    )
    assert both(sisters, "BACK", "anna") == "EMX-673"


def test_membership_holds_for_the_legal_entity(sisters: Sisters) -> None:
    """Ben is in `b2b-wholesale` for one company; buying for the other he is no member."""
    sisters.create(
        code="TRADE", segmentRestricted=True, restrictions={"segments": ["b2b-wholesale"]}
    )
    assert both(sisters, "TRADE", "ben-trading") == "ok"
    assert both(sisters, "TRADE", "ben") == "ok"
    assert both(sisters, "TRADE", "ben-trading", legalEntityId=HARBOUR) == "EMX-673"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (None, "ok"),
        (["p3456"], "ok"),
        (["p6789", "p3456"], "ok"),
        (["p1234"], "EMX-675"),
        (["p6789", "nowhere"], "EMX-675"),
        ([], "EMX-675"),
    ],
)
def test_products_of_the_segments(sisters: Sisters, items: list[str] | None, expected: str) -> None:
    """EMX-675, EMX-676: one is enough, and none is asked for when none is told."""
    told_items = {} if items is None else {"items": [{"id": each} for each in items]}
    assert both(sisters, "GOLD10", "anna", **told_items) == expected


@pytest.mark.parametrize(
    ("code", "by", "order", "expected"),
    [
        ("GOLD10", "chloe", {}, ["active", "golden-segment"]),
        ("GOLD10", "reader", {}, ["logged-in", "customerNumber"]),
        ("GOLD10", "anna", {"items": []}, ["golden-segment"]),
        ("ADVENT26", "anna", {}, ["not valid yet", "2026-11-20T12:00:00.000Z"]),
        ("MANY", "chloe", {}, [": a, b, c, d, e, …."]),
        ("CHLOE15", "chloe", {"orderTotal": {"amount": 99}}, ["EUR", "USD"]),
    ],
)
def test_a_refusal_says_what_was_expected(
    sisters: Sisters, code: str, by: str, order: Any, expected: list[str]
) -> None:
    """EMX-679: the detail names the segments, the instant or the currencies that decided."""
    sisters.create(code="MANY", segmentRestricted=True, restrictions={"segments": list("abcdef")})
    reply = sisters.call(VALIDATE, by, code=code, body=ORDER | order)
    (detail,) = reply.body["details"]
    assert [each for each in expected if each not in detail["message"]] == []


def test_products_through_categories(sisters: Sisters, open_sisters: Any) -> None:
    """EMX-675: through the product's own categories, or by choice those above too."""
    wide: Sisters = open_sisters(match_ancestors="ancestors")
    for shop, expected in ((sisters, "EMX-675"), (wide, "ok")):
        # `golden-segment` holds the category above that of p1234.
        assert both(shop, "GOLD10", "anna", items=[{"id": "p1234"}]) == expected
    beans = {"items": [{"id": "p5678"}]}
    assert both(sisters, "WHOLESALE5", "ben-trading", **beans) == "ok"


def test_segments_of_others_open_no_products(sisters: Sisters) -> None:
    """EMX-677: a product of a segment that the customer is not in does not count."""
    segments = ["golden-segment", "platinum-segment"]
    sisters.create(code="BOTH", segmentRestricted=True, restrictions={"segments": segments})
    card = {"items": [{"id": "p6789"}]}  # in `platinum-segment` alone
    assert both(sisters, "BOTH", "anna", **card) == "EMX-675"
    assert both(sisters, "BOTH", "emi", **card) == "ok"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (None, "ok"),
        (["p3456"], "ok"),
        (["p5678"], "EMX-678"),
        (["p1234"], "EMX-678"),
        (["p5678", "p3456"], "ok"),
        ([], "EMX-678"),
    ],
)
def test_products_of_the_categories(
    sisters: Sisters, items: list[str] | None, expected: str
) -> None:
    """EMX-678: in an included category and in no excluded one."""
    told_items = {} if items is None else {"items": [{"id": each} for each in items]}
    assert both(sisters, "BEANS20", "anna", **told_items) == expected


def test_what_is_refused_leaves_no_trace(sisters: Sisters) -> None:
    """A refused redemption is not counted."""
    for by in ("chloe", "reader"):
        assert sisters.redeem("GOLD10", by) != "ok"
    assert sisters.coupon("GOLD10")["redemptionCount"] == 0
    assert sisters.call(REDEMPTIONS, code="GOLD10").body == []
