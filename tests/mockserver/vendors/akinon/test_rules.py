"""What each condition of a segment rule means."""

from __future__ import annotations

import pytest

from mockserver.vendors.akinon.model import Order, Segment, User
from mockserver.vendors.akinon.rules import (
    Attribute,
    Condition,
    DateJoined,
    EmailDomain,
    Gender,
    IsGuest,
    LastOrder,
    OrderCount,
    OrderTotal,
    Span,
)

WHO = User(
    pk=1,
    email="Who@Example.COM",
    first_name="W",
    last_name="H",
    password="",
    key="",
    date_joined=100,
    gender="female",
    attributes={"city": "Paris"},
    orders=(Order(300, 20), Order(200, 10)),
)
BARE = User(pk=2, email="bare", first_name="", last_name="", password="", key="", date_joined=100)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (IsGuest(value=False), True),
        (IsGuest(value=True), False),
        (EmailDomain(frozenset({"example.com"})), True),
        (EmailDomain(frozenset({"le.com", "www.example.com"})), False),
        (Gender(frozenset({"male", "female"})), True),
        (Gender(frozenset({"male"})), False),
        (Attribute("city", frozenset({"Paris"})), True),
        (Attribute("city", frozenset({"paris"})), False),
        (Attribute("town", frozenset({"Paris"})), False),
        (DateJoined(Span(100, 100)), True),
        (DateJoined(Span(at_least=101)), False),
        (DateJoined(Span(at_most=99)), False),
        (LastOrder(Span(300, 300)), True),
        (LastOrder(Span(at_most=200)), False),
        (OrderCount(Span(2, 2)), True),
        (OrderCount(Span(at_least=3)), False),
        (OrderTotal(Span(30, 30)), True),
        (OrderTotal(Span(at_most=29)), False),
        (OrderTotal(Span()), True),
    ],
)
def test_a_condition_of_a_user(condition: Condition, holds: bool) -> None:
    """A condition answers one question about a user; the ends of a range belong to it."""
    assert condition.holds(WHO) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Gender(frozenset({"female"})), False),
        (EmailDomain(frozenset({"example.com"})), False),
        (LastOrder(Span()), False),
        (OrderCount(Span(at_most=0)), True),
        (OrderTotal(Span(at_most=0)), True),
    ],
)
def test_a_condition_of_somebody_unknown(condition: Condition, holds: bool) -> None:
    """What is not known about a user does not fit; no orders are a count and a total of 0."""
    assert condition.holds(BARE) is holds


@pytest.mark.parametrize(
    "condition",
    [
        EmailDomain(frozenset({""})),
        Gender(frozenset({"female"})),
        Attribute("city", frozenset({"Paris"})),
        DateJoined(Span()),
        LastOrder(Span()),
        OrderCount(Span()),
        OrderTotal(Span()),
        IsGuest(value=False),
    ],
)
def test_a_guest_fits_no_question_about_users(condition: Condition) -> None:
    """Only a condition about guests lets a guest in."""
    assert condition.holds(None) is False
    assert IsGuest(value=True).holds(None) is True


def test_all_conditions_must_hold() -> None:
    """A rule is true when every condition holds; an empty rule admits everybody."""
    fits, fails = OrderCount(Span(at_least=1)), Gender(frozenset({"male"}))
    assert Segment(1, "", 1, rule=(fits,)).admits(WHO)
    assert not Segment(1, "", 1, rule=(fits, fails)).admits(WHO)
    assert Segment(1, "", 1).admits(WHO)
    assert Segment(1, "", 1).admits(None)
