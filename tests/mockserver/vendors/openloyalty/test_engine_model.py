"""The engine, which works on columns, against a model that asks one member after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.kernel import instants
from mockserver.kernel.instants import DAY, HOUR
from mockserver.vendors.openloyalty.activity import Activity
from mockserver.vendors.openloyalty.criteria import Reading
from mockserver.vendors.openloyalty.criteria import select as select_criterion
from mockserver.vendors.openloyalty.model import Criterion, Member, Part, Product
from mockserver.vendors.openloyalty.population import Population
from mockserver.vendors.openloyalty.segmentation import Segmentation

BASE = instants.parse("2026-11-20T00:00:00Z")
PRODUCTS = [Product(f"S{n}", f"M{n % 2}", (("k", str(n % 3)),), 100) for n in range(4)]
CHANNELS = ("a", "b")


@dataclass
class Life:
    """What one member did."""

    active: bool
    bought: list[tuple[int, int, str, list[str]]] = field(default_factory=list)
    """Instant, hundredths, channel, SKUs."""
    events: list[int] = field(default_factory=list)


moments = st.integers(-6 * 24, 3 * 24).map(lambda hours: BASE + hours * HOUR)
purchases = st.tuples(
    moments,
    st.sampled_from([0, 100, 250, 500]),
    st.sampled_from(CHANNELS),
    st.lists(st.sampled_from([product.sku for product in PRODUCTS]), max_size=2),
)
lives = st.builds(
    Life, st.booleans(), st.lists(purchases, max_size=5), st.lists(moments, max_size=3)
)
days = st.integers(1, 5)
amounts = st.sampled_from([0, 1, 2.5, 3.5, 5, 10])
dates = st.integers(-7, 4).map(lambda day: instants.text(BASE + day * DAY)[:10])
PERIOD = {"fromDate": dates, "toDate": dates}
MONEY = {"fromAmount": amounts, "toAmount": amounts}
COUNT = {"min": st.integers(0, 3), "max": st.integers(0, 4)}
AGO = {"fromDays": st.integers(0, 5), "toDays": st.integers(0, 6)}
EVENT = {"customEvent": st.just("e")}


def span(own: Mapping[str, Any]) -> tuple[int, int]:
    """Return the first and the last instant of a period of days."""
    first, last = (instants.parse(f"{own[name]}T00:00:00Z") for name in ("fromDate", "toDate"))
    return first, last + DAY - 1


def spent(life: Life, first: int, last: int) -> float:
    """Return what was spent in a time."""
    return sum(amount for date, amount, *_ in life.bought if first <= date <= last) / 100


def fits(own: Mapping[str, Any], value: float) -> bool:
    """Tell whether a value is in the range of a criterion."""
    names = ("fromAmount", "toAmount") if "fromAmount" in own else ("min", "max")
    return bool(own[names[0]] <= value <= own[names[1]])


def each_day(life: Life, own: Mapping[str, Any], first: int, last: int) -> bool:
    """Tell whether every day of a time fits."""
    starts = range(first, last + 1, DAY)
    return bool(starts) and all(fits(own, spent(life, day, day + DAY - 1)) for day in starts)


def latest(times: list[int], now: int) -> int | None:
    """Return how many days ago the last thing happened that has happened; today is 0."""
    past = [time for time in times if time <= now]
    return (now // DAY) - (max(past) // DAY) if past else None


def ago(times: list[int], own: Mapping[str, Any], now: int) -> bool:
    """Tell whether the last of some things lies in the range of days."""
    found = latest(times, now)
    if found is None:
        return False
    return bool(
        own["fromDays"] <= found <= own["toDays"] if "fromDays" in own else found <= own["days"]
    )


def dates_of(life: Life) -> list[int]:
    """Return when somebody bought."""
    return [date for date, *_ in life.bought]


def window(own: Mapping[str, Any], now: int) -> tuple[int, int]:
    """Return the last days until now."""
    return now - now % DAY - own["days"] * DAY, now


MODEL: dict[str, tuple[dict[str, Any], Callable[[Life, Mapping[str, Any], int], bool]]] = {
    "transaction_count": (COUNT, lambda life, own, _: fits(own, len(life.bought))),
    "transaction_amount": (MONEY, lambda life, own, _: fits(own, spent(life, 0, BASE * 2))),
    "average_transaction_amount": (
        MONEY,
        lambda life, own, _: (
            bool(life.bought) and fits(own, spent(life, 0, BASE * 2) / len(life.bought))
        ),
    ),
    "bought_through_channel": (
        {"posIds": st.lists(st.sampled_from("abc"), min_size=1)},
        lambda life, own, _: any(channel in own["posIds"] for _, _, channel, _ in life.bought),
    ),
    "transaction_percent_in_channel": (
        {"posId": st.sampled_from("abc"), "percent": st.sampled_from([0, 0.25, 0.5, 1])},
        lambda life, own, _: (
            bool(life.bought)
            and [channel for _, _, channel, _ in life.bought].count(own["posId"])
            >= own["percent"] * len(life.bought)
        ),
    ),
    "bought_makers": (
        {"makers": st.lists(st.sampled_from(["M0", "M1", "x"]), min_size=1)},
        lambda life, own, _: any(
            product.maker in own["makers"]
            for *_, skus in life.bought
            for product in PRODUCTS
            if product.sku in skus
        ),
    ),
    "purchase_period": (
        PERIOD,
        lambda life, own, _: any(span(own)[0] <= date <= span(own)[1] for date in dates_of(life)),
    ),
    "transaction_amount_in_period": (
        PERIOD | MONEY,
        lambda life, own, _: fits(own, spent(life, *span(own))),
    ),
    "transaction_count_in_period": (
        PERIOD | COUNT,
        lambda life, own, _: fits(
            own, sum(span(own)[0] <= date <= span(own)[1] for date in dates_of(life))
        ),
    ),
    "transaction_amount_each_day_in_period": (
        PERIOD | MONEY,
        lambda life, own, _: each_day(life, own, *span(own)),
    ),
    "transaction_amount_in_last_n_days": (
        {"days": days} | MONEY,
        lambda life, own, now: fits(own, spent(life, *window(own, now))),
    ),
    "transaction_amount_each_day_in_last_n_days": (
        {"days": days} | MONEY,
        lambda life, own, now: each_day(life, own, window(own, now)[0], now - now % DAY - 1),
    ),
    "last_purchase_n_days_before": (
        {"days": days},
        lambda life, own, now: ago(dates_of(life), own, now),
    ),
    "last_transaction_between_days": (
        AGO,
        lambda life, own, now: ago(dates_of(life), own, now),
    ),
    "last_custom_event_n_days_before": (
        EVENT | {"days": days},
        lambda life, own, now: ago(life.events, own, now),
    ),
    "last_custom_event_between_days": (
        EVENT | AGO,
        lambda life, own, now: ago(life.events, own, now),
    ),
}


def population(people: list[Life]) -> Population:
    """Return the same lives in columns."""
    activity = Activity()
    for owner, life in enumerate(people):
        for purchase in life.bought:
            activity.purchases.tell(owner, *purchase)
        for event in life.events:
            activity.trigger(owner, "e", event)
    members = [
        Member(str(n), 0, "A", "B", f"{n}@b", active=life.active) for n, life in enumerate(people)
    ]
    return Population(members, activity, PRODUCTS)


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    """Draw a criterion of one of the types of the model."""
    kind = draw(st.sampled_from(sorted(MODEL)))
    return Criterion("c", kind, {name: draw(each) for name, each in MODEL[kind][0].items()})


def expected(criterion: Criterion, people: list[Life], now: int) -> list[bool]:
    """Return whom the model selects."""
    test = MODEL[criterion.type][1]
    buyers = "event" not in criterion.type
    return [(life.active or not buyers) and test(life, criterion.own, now) for life in people]


@settings(max_examples=300, deadline=None)
@given(st.lists(lives, max_size=6), criteria(), moments)
def test_a_criterion_selects_whom_the_model_selects(
    people: list[Life], criterion: Criterion, now: int
) -> None:
    """Columns, indexes and masks change nothing about the meaning."""
    found = population(people)

    mask = select_criterion(criterion, found, Reading(now))

    assert list(map(bool, found.flags(mask))) == expected(criterion, people, now)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(lives, max_size=5),
    st.lists(st.lists(criteria(), max_size=2), max_size=3),
    st.lists(moments, min_size=1, max_size=4),
    st.booleans(),
)
def test_parts_combine_as_the_model_says_at_any_time(
    people: list[Life], parts: list[list[Criterion]], times: list[int], within: bool
) -> None:
    """What is remembered from one time is never told at another, in whichever order (OLO-152)."""
    segmentation = Segmentation(population(people), "or-in-part" if within else "and-in-part")
    inner, outer = (any, all) if within else (all, any)

    for now in times:
        selected = segmentation.select([Part("p", tuple(part)) for part in parts], Reading(now))
        told = [[expected(each, people, now) for each in part] for part in parts]
        assert [member.customer_id for member in selected] == [
            str(number)
            for number in range(len(people))
            if parts and outer(bool(part) and inner(each[number] for each in part) for part in told)
        ]
        assert len(selected) == len(list(selected)) == selected.figures.customers_count


def test_within_one_day_the_future_becomes_the_past_and_back(worked_out: list[str]) -> None:
    """A selection is not remembered over the hour of a purchase, in either direction (OLO-207)."""
    bought = Life(active=True, bought=[(BASE + 12 * HOUR, 100, "a", [])])
    segmentation = Segmentation(population([bought]))
    part = Part("p", (Criterion("c", "last_purchase_n_days_before", {"days": 1}),))

    found = [
        len(segmentation.select([part], Reading(BASE + hour * HOUR)))
        for hour in (11, 12, 13, 11, 23)
    ]

    assert found == [0, 1, 1, 0, 1]
    assert len(worked_out) == 2
