"""What each condition of a segment rule means, and when its answer may change."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.kernel.instants import DAY, EARLIEST, LATEST, parse
from mockserver.vendors.akinon.model import Order, Segment, User
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

NOW = 1_000 * DAY
WHO = User(
    pk=1,
    email="Who@Example.COM",
    first_name="W",
    last_name="H",
    password="",
    key="",
    date_joined=NOW - 30 * DAY,
    gender="female",
    birth_date=date(1950, 1, 1),
    attributes={"city": "Paris", "points": 12, "vip": True, "size": "12"},
    orders=(Order(NOW - 10 * DAY, 20), Order(NOW - 20 * DAY, 10), Order(NOW + DAY, 500)),
)
BARE = User(pk=2, email="bare", first_name="", last_name="", password="", key="", date_joined=NOW)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (IsGuest(value=False), True),
        (IsGuest(value=True), False),
        (EmailDomain(frozenset({"example.com"})), True),
        (EmailDomain(frozenset({"le.com", "www.example.com"})), False),
        (Gender(frozenset({"male", "female"})), True),
        (Gender(frozenset({"male"})), False),
        (AttributeIn("city", ("Rome", "Paris")), True),
        (AttributeIn("city", ("paris",)), False),
        (AttributeIn("town", ("Paris",)), False),
        (AttributeIn("points", (12,)), True),
        (AttributeIn("points", (12.0,)), True),
        (AttributeIn("points", ("12",)), False),
        (AttributeIn("vip", (True,)), True),
        (AttributeIn("vip", (1, "true")), False),
        (AttributeExists("vip"), True),
        (AttributeExists("town"), False),
        (AttributeExists("vip", value=False), False),
        (AttributeExists("town", value=False), True),
        (AttributeNumber("points", Span(12, 12)), True),
        (AttributeNumber("points", Span(at_least=12.5)), False),
        (AttributeNumber("points", Span(at_most=11)), False),
        (AttributeNumber("size", Span()), False),
        (AttributeNumber("vip", Span()), False),
        (AttributeNumber("town", Span()), False),
        (DateJoined(Period(since=NOW - 30 * DAY, until=NOW - 30 * DAY)), True),
        (DateJoined(Period(since=NOW - 30 * DAY + 1)), False),
        (DateJoined(Period(until=NOW - 30 * DAY - 1)), False),
        (DateJoined(Period(within_days=30)), True),
        (DateJoined(Period(within_days=29)), False),
        (DateJoined(Period(not_within_days=30)), False),
        (DateJoined(Period(not_within_days=29)), True),
        (LastOrder(Period(since=NOW - 10 * DAY, until=NOW - 10 * DAY)), True),
        (LastOrder(Period(until=NOW - 20 * DAY)), False),
        (LastOrder(Period(within_days=10)), True),
        (LastOrder(Period(not_within_days=10)), False),
        (Orders(count=Span(2, 2)), True),
        (Orders(count=Span(at_least=3)), False),
        (Orders(total=Span(30, 30)), True),
        (Orders(total=Span(at_most=29)), False),
        (Orders(Period(within_days=10), Span(1, 1), Span(20, 20)), True),
        (Orders(Period(within_days=10), Span(1, 1), Span(10, 10)), False),
        (Orders(Period(until=NOW - 11 * DAY), total=Span(10, 10)), True),
        (Orders(), True),
    ],
)
def test_a_condition_of_a_user(condition: Condition, holds: bool) -> None:
    """A condition answers one question about a user; the ends of a range belong to it.

    (AKN-110 to AKN-120.)
    """
    assert condition.holds(WHO, NOW) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Gender(frozenset({"female"})), False),
        (EmailDomain(frozenset({"example.com"})), False),
        (Age(), False),
        (LastOrder(Period()), False),
        (Orders(count=Span(at_most=0)), True),
        (Orders(total=Span(at_most=0)), True),
        (Orders(count=Span(at_least=1)), False),
    ],
)
def test_a_condition_of_somebody_unknown(condition: Condition, holds: bool) -> None:
    """What is not known about a user does not fit; no orders are a count and a total of 0."""
    assert condition.holds(BARE, NOW) is holds
    assert list(condition.turns(BARE)) == []


@pytest.mark.parametrize(
    "condition",
    [
        EmailDomain(frozenset({""})),
        Gender(frozenset({"female"})),
        AttributeIn("city", ("Paris",)),
        AttributeExists("city", value=False),
        AttributeNumber("points", Span()),
        Age(),
        DateJoined(Period(within_days=1)),
        LastOrder(Period(within_days=1)),
        Orders(),
        IsGuest(value=False),
    ],
)
def test_a_guest_fits_no_question_about_users(condition: Condition) -> None:
    """Only a condition about guests lets a guest in, or one turned around (AKN-061)."""
    assert condition.holds(None, NOW) is False
    assert list(condition.turns(None)) == []
    assert IsGuest(value=True).holds(None, NOW) is True
    assert Not(condition).holds(None, NOW) is True


YES, NO = IsGuest(value=False), IsGuest(value=True)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (All(()), True),
        (All((YES, YES)), True),
        (All((YES, NO)), False),
        (AnyOf((NO, YES)), True),
        (AnyOf((NO, NO)), False),
        (Not(YES), False),
        (Not(All((YES, Not(AnyOf((NO, NO)))))), False),
    ],
)
def test_conditions_combine(condition: Condition, holds: bool) -> None:
    """All, any and not mean what they say, at any depth (AKN-122)."""
    assert condition.holds(WHO, NOW) is holds


@pytest.mark.parametrize(
    ("born", "span", "instant", "holds"),
    [
        ("2000-06-15", Age(18, 25), "2018-06-14T23:59:59.999Z", False),
        ("2000-06-15", Age(18, 25), "2018-06-15T00:00:00Z", True),
        ("2000-06-15", Age(18, 25), "2026-06-14T23:59:59.999Z", True),
        ("2000-06-15", Age(18, 25), "2026-06-15T00:00:00Z", False),
        ("2000-02-29", Age(at_least=18), "2018-02-28T23:59:59.999Z", False),
        ("2000-02-29", Age(at_least=18), "2018-03-01T00:00:00Z", True),
        ("2000-02-29", Age(at_least=20), "2020-02-29T00:00:00Z", True),
        ("2000-06-15", Age(at_most=0), "2000-06-14T23:59:59.999Z", False),
        ("2000-06-15", Age(at_most=0), "2000-06-15T00:00:00Z", True),
        ("2000-06-15", Age(at_most=0), "2001-06-15T00:00:00Z", False),
        ("9900-01-01", Age(at_least=200), "9998-12-31T00:00:00Z", False),
    ],
)
def test_age(born: str, span: Age, instant: str, holds: bool) -> None:
    """Full years count by the UTC calendar; nobody has an age before the birth (AKN-116)."""
    who = User(3, "e", "", "", "", "", 0, birth_date=date.fromisoformat(born))
    assert span.holds(who, parse(instant)) is holds


def test_what_the_clock_has_not_reached_has_not_happened() -> None:
    """An order counts from its instant on, and so does a registration (AKN-121)."""
    ordered = WHO.orders[2].placed_at
    rich, lately = Orders(total=Span(at_least=500)), LastOrder(Period(since=NOW))
    assert [rich.holds(WHO, at) for at in (ordered - 1, ordered)] == [False, True]
    assert [lately.holds(WHO, at) for at in (ordered - 1, ordered)] == [False, True]
    joined = DateJoined(Period())
    assert [joined.holds(WHO, at) for at in (WHO.date_joined - 1, WHO.date_joined)] == [False, True]


def test_days_are_reckoned_to_the_millisecond() -> None:
    """Within and not within are each other's opposite for what has happened (AKN-118)."""
    end = WHO.date_joined + 45 * DAY
    within, beyond = DateJoined(Period(within_days=45)), DateJoined(Period(not_within_days=45))
    assert [within.holds(WHO, at) for at in (end, end + 1)] == [True, False]
    assert [beyond.holds(WHO, at) for at in (end, end + 1)] == [False, True]


def test_all_conditions_must_hold() -> None:
    """A rule is true when every condition holds; an empty rule admits everybody."""
    fits, fails = Orders(count=Span(at_least=1)), Gender(frozenset({"male"}))
    assert Segment(1, "", 1, rule=fits).admits(WHO, NOW)
    assert not Segment(1, "", 1, rule=All((fits, fails))).admits(WHO, NOW)
    assert Segment(1, "", 1).admits(WHO, NOW)
    assert Segment(1, "", 1).admits(None, NOW)


instants = st.integers(NOW - 100 * DAY, NOW + 100 * DAY)
days = st.none() | st.integers(0, 60)
ends = st.none() | instants
spans = st.builds(Span, st.none() | st.integers(0, 3), st.none() | st.integers(0, 3))
periods = st.builds(Period, ends, ends, days, days)
leaves = (
    st.builds(IsGuest, st.booleans())
    | st.builds(DateJoined, periods)
    | st.builds(LastOrder, periods)
    | st.builds(Orders, periods, spans, spans)
    | st.builds(Age, st.integers(0, 4), st.none() | st.integers(0, 4))
)
conditions = st.recursive(
    leaves,
    lambda each: (
        st.builds(All, st.lists(each, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(each, max_size=3).map(tuple))
        | st.builds(Not, each)
    ),
    max_leaves=6,
)
users = st.builds(
    User,
    pk=st.just(1),
    email=st.just("e"),
    first_name=st.just(""),
    last_name=st.just(""),
    password=st.just(""),
    key=st.just(""),
    date_joined=instants,
    birth_date=st.none() | st.dates(date(1969, 1, 1), date(1973, 1, 1)),
    orders=st.lists(st.builds(Order, instants, st.integers(0, 3)), max_size=4).map(tuple),
)
segments = st.builds(
    Segment,
    pk=st.just(1),
    name=st.just(""),
    priority=st.just(1),
    is_active=st.just(True),
    starts_at=ends,
    ends_at=ends,
    rule=conditions,
)


@given(segment=segments, user=st.none() | users, looked=st.lists(instants, min_size=2, max_size=8))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_between_two_turns_the_answer_is_one(
    segment: Segment, user: User | None, looked: list[int]
) -> None:
    """Whatever a rule asks, its answer changes at none but the instants it tells."""
    turns = sorted(segment.turns(user))
    near = [turn + by for turn in turns for by in (-1, 0)]
    answers: dict[int, set[bool]] = {}
    for at in (EARLIEST, LATEST, *looked, *near):
        answers.setdefault(bisect_right(turns, at), set()).add(segment.admits(user, at))
    assert all(len(each) == 1 for each in answers.values())
