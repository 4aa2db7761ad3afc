"""How a fixture writes rules, and how its mistakes are told: with the place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.kernel.instants import DAY, parse
from mockserver.kernel.room import FixtureError
from mockserver.kernel.service import Service
from mockserver.vendors.akinon import ROOM
from mockserver.vendors.akinon.grammar import DEEPEST, rule_of
from mockserver.vendors.akinon.model import User
from mockserver.vendors.akinon.rules import (
    Age,
    All,
    AnyOf,
    AttributeExists,
    AttributeIn,
    AttributeNumber,
    Condition,
    DateJoined,
    EmailDomain,
    Gender,
    IsGuest,
    LastOrder,
    Not,
    Orders,
    Period,
    Span,
)

SINCE = parse("2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("rule", "conditions"),
    [
        ({}, ()),
        ({"is_guest": True}, (IsGuest(value=True),)),
        ({"email_domain": ["Example.COM"]}, (EmailDomain(frozenset({"example.com"})),)),
        ({"gender": ["a", "b"]}, (Gender(frozenset({"a", "b"})),)),
        ({"attributes": {"a": ["x", 1]}}, (AttributeIn("a", ("x", 1)),)),
        ({"attributes": {"a": {"equals": True}}}, (AttributeIn("a", (True,)),)),
        (
            {"attributes": {"a": {"in": [1], "exists": False, "at_most": 2.5}}},
            (
                AttributeIn("a", (1,)),
                AttributeExists("a", value=False),
                AttributeNumber("a", Span(None, 2.5)),
            ),
        ),
        ({"age": {"at_least": 18}}, (Age(18),)),
        ({"age": {"at_most": 25}}, (Age(0, 25),)),
        ({"age": {"at_least": 0}}, (Age(0),)),
        ({"date_joined": {"since": "2026-01-01T00:00:00Z"}}, (DateJoined(Period(SINCE)),)),
        (
            {"date_joined": {"until": "2026-01-01T01:00:00+01:00"}},
            (DateJoined(Period(None, SINCE)),),
        ),
        (
            {"last_order": {"within_days": 60, "not_within_days": 30}},
            (LastOrder(Period(None, None, 60, 30)),),
        ),
        ({"order_count": {"at_least": 1}}, (Orders(count=Span(1)),)),
        ({"order_total": {"at_most": 1}}, (Orders(total=Span(None, 1)),)),
        ({"orders": {"within_days": 9}}, (Orders(Period(None, None, 9), Span(1)),)),
        ({"orders": {"total": {"at_most": 9}}}, (Orders(total=Span(None, 9)),)),
        ({"orders": {"count": {"at_most": 0}}}, (Orders(count=Span(None, 0)),)),
        (
            {"any": [{"is_guest": True}, {}], "not": {"gender": ["x"]}},
            (AnyOf((All((IsGuest(value=True),)), All())), Not(All((Gender(frozenset({"x"})),)))),
        ),
        ({"all": [{}, {}]}, (All((All(), All())),)),
    ],
)
def test_a_rule_is_read(
    rule: dict[str, Any], conditions: tuple[Condition, ...], in_schema: Callable
) -> None:
    """Each word of a rule becomes its condition, in order; all of them must hold."""
    assert in_schema(rule) == []
    assert rule_of(rule, "") == All(conditions)


@pytest.fixture
def in_schema() -> Callable[[Any], list[str]]:
    """Return the pointers of what the schema finds wrong with the rule of a first segment."""
    validator = jsonschema_rs.Draft202012Validator(
        contracts.fixture_schema("akinon"), validate_formats=True
    )
    fixture = copy.deepcopy(contracts.fixture(contracts.fixture_path("akinon")))

    def check(rule: Any) -> list[str]:
        world: Any = fixture
        world["segments"][0]["rule"] = rule
        found = validator.iter_errors(world)
        return ["/".join(("", *map(str, error.instance_path))) for error in found]

    return check


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"order_cuont": {"at_least": 1}}, ""),
        ({"is_guest": "yes"}, "/is_guest"),
        ({"email_domain": []}, "/email_domain"),
        ({"gender": "female"}, "/gender"),
        ({"attributes": {}}, "/attributes"),
        ({"attributes": {"a": []}}, "/attributes/a"),
        ({"attributes": {"a": "x"}}, "/attributes/a"),
        ({"attributes": {"a": [None]}}, "/attributes/a/0"),
        ({"attributes": {"a": {}}}, "/attributes/a"),
        ({"attributes": {"a": {"eqauls": 1}}}, "/attributes/a"),
        ({"attributes": {"a": {"equals": []}}}, "/attributes/a/equals"),
        ({"attributes": {"a": {"at_least": "1"}}}, "/attributes/a/at_least"),
        ({"age": {"at_least": -1}}, "/age/at_least"),
        ({"age": {"at_most": 17.5}}, "/age/at_most"),
        ({"age": {}}, "/age"),
        ({"date_joined": {}}, "/date_joined"),
        ({"date_joined": {"within_days": -1}}, "/date_joined/within_days"),
        ({"last_order": {"since": "yesterday"}}, "/last_order/since"),
        ({"orders": {"count": {}}}, "/orders/count"),
        ({"orders": {"at_least": 1}}, "/orders"),
        ({"all": []}, "/all"),
        ({"any": {}}, "/any"),
        ({"not": []}, "/not"),
        ({"any": [{}, {"not": {"all": [{"is_gest": True}]}}]}, "/any/1/not/all/0"),
    ],
)
def test_the_schema_finds_a_mistake_in_a_rule(
    in_schema: Callable, rule: dict[str, Any], pointer: str
) -> None:
    """A word that no rule has, or a value of another kind, is told where it stands."""
    assert in_schema(rule) == [f"/segments/0/rule{pointer}"]


def _nested(times: int) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    for _ in range(times):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"age": {"at_least": 26, "at_most": 25}}, "/age/at_most"),
        ({"order_count": {"at_least": 2, "at_most": 1}}, "/order_count/at_most"),
        ({"order_total": {"at_least": 2, "at_most": 1}}, "/order_total/at_most"),
        ({"orders": {"count": {"at_least": 2, "at_most": 1}}}, "/orders/count/at_most"),
        ({"orders": {"total": {"at_least": 2, "at_most": 1}}}, "/orders/total/at_most"),
        (
            {"attributes": {"a/b~c": {"at_least": 2, "at_most": 1}}},
            "/attributes/a~1b~0c/at_most",
        ),
        (
            {"orders": {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}},
            "/orders/until",
        ),
        ({"last_order": {"within_days": 5, "not_within_days": 5}}, "/last_order/not_within_days"),
        ({"last_order": {"until": "0000-01-01T00:00:00Z"}}, "/last_order/until"),
        ({"all": [{}, {"date_joined": {"since": "x"}}]}, "/all/1/date_joined/since"),
        ({"any": [{"not": {"age": {"at_least": 2, "at_most": 1}}}]}, "/any/0/not/age/at_most"),
        ({"a/b": 1}, "/a~1b"),
        (_nested(DEEPEST + 1), "/not" * (DEEPEST + 1)),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    service: Service, rule: dict[str, Any], pointer: str
) -> None:
    """A rule that nobody could fit, or that goes too deep, is told with its place."""
    fixture = copy.deepcopy(contracts.fixture(contracts.fixture_path("akinon")))
    changed: Any = fixture
    changed["segments"][3]["rule"] = rule
    with pytest.raises(FixtureError) as caught:
        ROOM.open(replace(service.blueprints["akinon"], fixture=fixture))
    assert caught.value.pointer == f"/segments/3/rule{pointer}"


def test_rules_may_go_deep() -> None:
    """An even number of turns leads back to yes."""
    assert DEEPEST % 2 == 0
    assert rule_of(_nested(DEEPEST), "").holds(None, 0)


def test_days_may_reach_further_than_any_calendar() -> None:
    """The longest period that a fixture can ask for includes everything that happened."""
    rule = rule_of({"date_joined": {"within_days": 1_000_000}}, "")
    who = User(1, "e", "", "", "", "", -1_000 * DAY)
    assert rule.holds(who, 1_000 * DAY)


def test_ages_may_be_written_as_any_json_number() -> None:
    """18.0 is a whole number in JSON, and works as 18 does."""
    (age,) = rule_of({"age": {"at_least": 18.0, "at_most": 25.0}}, "").parts
    user = User(1, "a@example.com", "A", "B", "p", "k", 0, birth_date=date(2008, 2, 29))

    assert not age.holds(user, parse("2026-02-28T23:59:59.999Z"))
    assert age.holds(user, parse("2026-03-01T00:00:00Z"))
