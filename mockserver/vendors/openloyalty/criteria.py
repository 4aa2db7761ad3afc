"""The criterion types as one table: type -> own fields, pure predicate, requirement.

A type is added or changed by its row in `KINDS`. How criteria combine is not here but
in `population.py`; reading single values is the business of `fields.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from mockserver.kernel import instants
from mockserver.kernel.refusals import Violation
from mockserver.vendors.openloyalty.fields import (
    Reader,
    Unfit,
    amount,
    end,
    label,
    label_key,
    number,
    one_of,
    some,
    start,
    text,
    whole,
)
from mockserver.vendors.openloyalty.model import Criterion, Member
from mockserver.vendors.openloyalty.query import token


@dataclass(frozen=True, slots=True)
class Reading:
    """When criteria are evaluated, and how contradicted ones are understood."""

    now: int
    last_purchase: str = "within"
    """The choice `openloyalty.last-purchase`."""
    anniversary: str = "within-days"
    """The choice `openloyalty.anniversary`."""
    percent_scale: str = "fraction"
    """The choice `openloyalty.percent-scale`."""

    @property
    def midnight(self) -> int:
        """The instant at which today began, in UTC."""
        return self.now - self.now % instants.DAY


SCALES: Mapping[str, int] = {"fraction": 1, "percent": 100}
"""Value of the choice `openloyalty.percent-scale` -> what stands for the whole."""

Values: TypeAlias = Mapping[str, Any]
"""Own fields by name, as their readers returned them."""
Test: TypeAlias = Callable[[Member], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One criterion type."""

    requirement: str
    """The ledger's sentence about what it selects."""
    fields: Mapping[str, Reader] = field(default_factory=dict)
    test: Callable[[Values, Reading], Test] | None = None
    """Makes the predicate; `None` while the type selects nobody (OLO-155)."""
    buyers: bool = False
    """It is about transactions, so it selects active members only (OLO-153)."""
    share: str = ""
    """The field that is a share of a whole, if there is one (OLO-156)."""
    timed: bool = False
    """The answer changes as time goes by, even when nothing else does."""


def _bought_through_channel(values: Values, _: Reading) -> Test:
    channels = values["posIds"]
    return lambda member: not channels.isdisjoint(member.history.channels)


def _transaction_count(values: Values, _: Reading) -> Test:
    least, most = values["min"], values["max"]
    return lambda member: least <= len(member.history.dates) <= most


def _transaction_amount(values: Values, _: Reading) -> Test:
    least, most = values["fromAmount"], values["toAmount"]
    return lambda member: least <= member.history.total <= most


def _average_transaction_amount(values: Values, _: Reading) -> Test:
    least, most = values["fromAmount"], values["toAmount"]

    def test(member: Member) -> bool:
        count = len(member.history.dates)
        return count > 0 and least <= member.history.total / count <= most

    return test


def _transaction_percent_in_channel(values: Values, reading: Reading) -> Test:
    channel, share = values["posId"], values["percent"] / SCALES[reading.percent_scale]

    def test(member: Member) -> bool:
        count = len(member.history.dates)
        return count > 0 and member.history.channels.get(channel, 0) / count >= share

    return test


def _bought_between(first: int, last: int) -> Test:
    def test(member: Member) -> bool:
        dates = member.history.dates
        position = bisect_left(dates, first)
        return position < len(dates) and dates[position] <= last

    return test


def _purchase_period(values: Values, _: Reading) -> Test:
    return _bought_between(values["fromDate"], values["toDate"])


def _last_purchase_n_days_before(values: Values, reading: Reading) -> Test:
    days = values["days"]
    if reading.last_purchase == "within":
        return _bought_between(reading.midnight - days * instants.DAY, reading.now)
    # "1 is yesterday": so many days ago means before the end of that day.
    limit = reading.midnight - (days - 1) * instants.DAY
    return lambda member: bool(member.history.dates) and member.history.dates[-1] < limit


def _anniversary(values: Values, reading: Reading) -> Test:
    today = instants.moment(reading.now).date()
    width = values["days"] + (1 if reading.anniversary == "within-days" else 0)
    days = window(today, min(width, 366))
    if values["anniversaryType"] == "birthday":
        return lambda member: (
            member.birth_date is not None
            and (member.birth_date.month, member.birth_date.day) in days
        )

    def registered(member: Member) -> bool:
        moment = instants.moment(member.created_at)
        return (moment.month, moment.day) in days

    return registered


def window(first: date, width: int) -> frozenset[tuple[int, int]]:
    """Return month and day of `width` days from `first` on.

    29 February is kept on the 28th in years that have none.
    """
    days = [first + timedelta(days=offset) for offset in range(width)]
    found = {(day.month, day.day) for day in days}
    if any(
        (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3 for day in days
    ):
        found.add((2, 29))
    return frozenset(found)


def _bought_skus(values: Values, _: Reading) -> Test:
    skus = values["skuIds"]
    return lambda member: not skus.isdisjoint(member.history.skus)


def _bought_makers(values: Values, _: Reading) -> Test:
    makers = values["makers"]
    return lambda member: not makers.isdisjoint(member.history.makers)


def _bought_labels(values: Values, _: Reading) -> Test:
    labels = values["labels"]
    return lambda member: not labels.isdisjoint(member.history.labels)


def _customer_has_labels(values: Values, _: Reading) -> Test:
    keys = values["labels"]
    return lambda member: any(key in keys for key, _ in member.labels)


def _customer_with_labels_values(values: Values, _: Reading) -> Test:
    labels = values["labels"]
    return lambda member: not labels.isdisjoint(member.labels)


def _customer_list(values: Values, _: Reading) -> Test:
    names = values["customers"] | {name.lower() for name in values["customers"]}
    return lambda member: (
        member.customer_id in names
        or member.email in names
        or member.phone in names
        or member.loyalty_card_number in names
    )


_UNPUBLISHED = Kind("OLO-155")

KINDS: Mapping[str, Kind] = {
    "bought_through_channel": Kind(
        "OLO-160", {"posIds": some(text)}, _bought_through_channel, buyers=True
    ),
    "transaction_count": Kind(
        "OLO-161", {"min": whole(0), "max": whole(0)}, _transaction_count, buyers=True
    ),
    "average_transaction_amount": Kind(
        "OLO-162",
        {"fromAmount": amount, "toAmount": amount},
        _average_transaction_amount,
        buyers=True,
    ),
    "transaction_amount": Kind(
        "OLO-163", {"fromAmount": amount, "toAmount": amount}, _transaction_amount, buyers=True
    ),
    "transaction_percent_in_channel": Kind(
        "OLO-164",
        {"posId": text, "percent": number},
        _transaction_percent_in_channel,
        buyers=True,
        share="percent",
    ),
    "purchase_period": Kind(
        "OLO-165", {"fromDate": start, "toDate": end}, _purchase_period, buyers=True
    ),
    "last_purchase_n_days_before": Kind(
        "OLO-166", {"days": whole(1)}, _last_purchase_n_days_before, buyers=True, timed=True
    ),
    "anniversary": Kind(
        "OLO-167",
        {"anniversaryType": one_of("birthday", "registration"), "days": whole(1)},
        _anniversary,
        timed=True,
    ),
    "bought_skus": Kind("OLO-168", {"skuIds": some(text)}, _bought_skus, buyers=True),
    "bought_makers": Kind("OLO-169", {"makers": some(text)}, _bought_makers, buyers=True),
    "bought_labels": Kind("OLO-170", {"labels": some(label)}, _bought_labels, buyers=True),
    "customer_has_labels": Kind("OLO-171", {"labels": some(label_key)}, _customer_has_labels),
    "customer_with_labels_values": Kind(
        "OLO-172", {"labels": some(label)}, _customer_with_labels_values
    ),
    "customer_list": Kind("OLO-173", {"customers": some(text)}, _customer_list),
    "last_transaction_between_days": _UNPUBLISHED,
    "last_custom_event_n_days_before": _UNPUBLISHED,
    "last_custom_event_between_days": _UNPUBLISHED,
    "transaction_amount_each_day_in_period": _UNPUBLISHED,
    "transaction_amount_in_period": _UNPUBLISHED,
    "transaction_count_in_period": _UNPUBLISHED,
    "transaction_amount_each_day_in_last_n_days": _UNPUBLISHED,
    "transaction_amount_in_last_n_days": _UNPUBLISHED,
    "customer_in_level": _UNPUBLISHED,
    "gender": _UNPUBLISHED,
    "city": _UNPUBLISHED,
    "province": _UNPUBLISHED,
    "country": _UNPUBLISHED,
    "postal": _UNPUBLISHED,
    "age": _UNPUBLISHED,
    "campaign_completion": _UNPUBLISHED,
    "customer_csv_list": _UNPUBLISHED,
    "achievement_completion_count": _UNPUBLISHED,
    "achievement_rule_progress": _UNPUBLISHED,
    "customer_in_tiers": _UNPUBLISHED,
    "member_registration_date": _UNPUBLISHED,
    "member_custom_field_value": _UNPUBLISHED,
    "member_loyalty_card_number": _UNPUBLISHED,
    "challenge_campaign_completion_count": _UNPUBLISHED,
    "challenge_campaign_milestone_progress": _UNPUBLISHED,
}


REQUIREMENTS: Mapping[str, str] = {
    "required": "OLO-150",
    "unexpected": "OLO-150",
    "maxLength": "OLO-013",
    "int32": "OLO-016",
    "decimals": "OLO-017",
    "maximum": "OLO-156",
}
"""Code of a fault -> the requirement behind it; behind all others stands OLO-151."""


def faults(criterion: Criterion, pointer: str, mode: str, scale: str) -> list[Violation]:
    """Return what is wrong with a criterion's own fields.

    `pointer` is the criterion's place; `mode` and `scale` are the choices
    `openloyalty.criterion-fields` and `openloyalty.percent-scale`.
    """
    kind = KINDS[criterion.type]
    fields = kind.fields
    found: list[Violation] = []
    for name, read in fields.items():
        if name not in criterion.own:
            if mode != "lenient":
                found.append(Violation("This field is missing.", f"{pointer}/{name}", "required"))
            continue
        try:
            value = read(criterion.own[name])
        except Unfit as unfit:
            found.append(Violation(unfit.message, f"{pointer}/{name}{unfit.where}", unfit.code))
            continue
        if name == kind.share and value > SCALES[scale]:
            message = f"This value should be {SCALES[scale]} or less."
            found.append(Violation(message, f"{pointer}/{name}", "maximum"))
    if mode == "strict" and fields:
        found += [
            Violation("This field was not expected.", f"{pointer}/{token(name)}", "unexpected")
            for name in criterion.own
            if name not in fields
        ]
    return found


def predicate(criterion: Criterion, reading: Reading) -> Test | None:
    """Return the predicate of a faultless criterion; `None` when it selects nobody."""
    kind = KINDS[criterion.type]
    if kind.test is None or not kind.fields.keys() <= criterion.own.keys():
        return None
    values = {name: read(criterion.own[name]) for name, read in kind.fields.items()}
    return kind.test(values, reading)
