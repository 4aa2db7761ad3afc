"""Criterion types about transactions: how many, how much, when, where, and of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from mockserver.kernel.instants import DAY
from mockserver.vendors.openloyalty.criteria.days import between_days, n_days_before
from mockserver.vendors.openloyalty.criteria.kind import Kind, Reading, Values, within
from mockserver.vendors.openloyalty.fields import (
    Reader,
    amount,
    end,
    label,
    number,
    some,
    start,
    text,
    whole,
)
from mockserver.vendors.openloyalty.population import Mask, Population, mask_of, without

SCALES: Mapping[str, int] = {"fraction": 1, "percent": 100}
"""Value of the choice `openloyalty.percent-scale` -> what stands for the whole."""

_COUNTS: Mapping[str, Reader] = {"min": whole(0), "max": whole(0)}
_AMOUNTS: Mapping[str, Reader] = {"fromAmount": amount, "toAmount": amount}
_PERIOD: Mapping[str, Reader] = {"fromDate": start, "toDate": end}
_DAYS: Mapping[str, Reader] = {"days": whole(1)}


def _bought_through_channel(values: Values, people: Population, _: Reading) -> Mask:
    through = people.activity.purchases.through
    return people.at(owner for channel in values["posIds"] for owner in through(channel))


def _transaction_count(values: Values, people: Population, _: Reading) -> Mask:
    return within(people.counts, values["min"], values["max"])


def _transaction_amount(values: Values, people: Population, _: Reading) -> Mask:
    return within(people.sums, values["fromAmount"], values["toAmount"])


def _average_transaction_amount(values: Values, people: Population, _: Reading) -> Mask:
    least, most = values["fromAmount"], values["toAmount"]
    rows = zip(people.sums, people.counts, strict=True)
    return mask_of([count > 0 and least <= total / count <= most for total, count in rows])


def _transaction_percent_in_channel(values: Values, people: Population, reading: Reading) -> Mask:
    # In millionths, since percent has six decimals: of two equal shares the binary
    # fractions may differ (9 of 125 is not quite 7.2 / 100).
    share, whole = round(values["percent"] * 10**6), SCALES[reading.percent_scale] * 10**6
    there = Counter(people.activity.purchases.through(values["posId"]))
    return mask_of(
        [
            count > 0 and there[member] * whole >= share * count
            for member, count in enumerate(people.counts)
        ]
    )


def _bought(people: Population, first: int, last: int) -> Mask:
    return people.at(people.activity.purchases.between(first, last))


def _purchase_period(values: Values, people: Population, _: Reading) -> Mask:
    return _bought(people, values["fromDate"], values["toDate"])


def _last_purchase_n_days_before(values: Values, people: Population, reading: Reading) -> Mask:
    return n_days_before(partial(_bought, people), values["days"], reading)


def _last_transaction_between_days(values: Values, people: Population, reading: Reading) -> Mask:
    bought = partial(_bought, people)
    return between_days(bought, values["fromDays"], values["toDays"], reading)


def _spent(values: Values, people: Population, first: int, last: int) -> Mask:
    sums = people.activity.purchases.sums_between(len(people.members), first, last)
    return within(sums, values["fromAmount"], values["toAmount"])


def _transaction_amount_in_period(values: Values, people: Population, _: Reading) -> Mask:
    return _spent(values, people, values["fromDate"], values["toDate"])


def _transaction_amount_in_last_n_days(
    values: Values, people: Population, reading: Reading
) -> Mask:
    return _spent(values, people, reading.ago(values["days"]), reading.now)


def _transaction_count_in_period(values: Values, people: Population, _: Reading) -> Mask:
    found = people.activity.purchases.between(values["fromDate"], values["toDate"])
    counts = Counter(found)
    return within(map(counts.__getitem__, range(len(people.members))), values["min"], values["max"])


def _spent_each_day(values: Values, people: Population, first: int, last: int) -> Mask:
    least, most = values["fromAmount"], values["toAmount"]
    days = last // DAY - first // DAY + 1
    if days < 1:
        return 0
    good: Counter[int] = Counter()
    bad: set[int] = set()
    for (owner, _day), total in people.activity.purchases.daily_sums(first, last).items():
        if least <= total <= most:
            good[owner] += 1
        else:
            bad.add(owner)
    if least <= 0:  # days without a purchase are good ones too
        return without(people.everybody, people.at(bad))
    return people.at(owner for owner, count in good.items() if count == days)


def _transaction_amount_each_day_in_period(values: Values, people: Population, _: Reading) -> Mask:
    return _spent_each_day(values, people, values["fromDate"], values["toDate"])


def _transaction_amount_each_day_in_last_n_days(
    values: Values, people: Population, reading: Reading
) -> Mask:
    # Today is not over, so it cannot be judged.
    return _spent_each_day(values, people, reading.ago(values["days"]), reading.midnight - 1)


def _bought_skus(values: Values, people: Population, _: Reading) -> Mask:
    skus = values["skuIds"]
    return people.bought(lambda product: product.sku in skus)


def _bought_makers(values: Values, people: Population, _: Reading) -> Mask:
    makers = values["makers"]
    return people.bought(lambda product: product.maker in makers)


def _bought_labels(values: Values, people: Population, _: Reading) -> Mask:
    labels = values["labels"]
    return people.bought(lambda product: not labels.isdisjoint(product.labels))


_published = partial(Kind, published=True, buyers=True)
_ours = partial(Kind, buyers=True)

PURCHASES: Mapping[str, Kind] = {
    "bought_through_channel": _published(
        "OLO-160", {"posIds": some(text)}, _bought_through_channel
    ),
    "transaction_count": _published("OLO-161", _COUNTS, _transaction_count),
    "average_transaction_amount": _published("OLO-162", _AMOUNTS, _average_transaction_amount),
    "transaction_amount": _published("OLO-163", _AMOUNTS, _transaction_amount),
    "transaction_percent_in_channel": _published(
        "OLO-164",
        {"posId": text, "percent": number},
        _transaction_percent_in_channel,
        share="percent",
    ),
    "purchase_period": _published("OLO-165", _PERIOD, _purchase_period),
    "last_purchase_n_days_before": _published(
        "OLO-166", _DAYS, _last_purchase_n_days_before, timed=True
    ),
    "bought_skus": _published("OLO-168", {"skuIds": some(text)}, _bought_skus),
    "bought_makers": _published("OLO-169", {"makers": some(text)}, _bought_makers),
    "bought_labels": _published("OLO-170", {"labels": some(label)}, _bought_labels),
    "last_transaction_between_days": _ours(
        "OLO-180",
        {"fromDays": whole(0), "toDays": whole(0)},
        _last_transaction_between_days,
        timed=True,
    ),
    "transaction_amount_each_day_in_period": _ours(
        "OLO-183", {**_PERIOD, **_AMOUNTS}, _transaction_amount_each_day_in_period
    ),
    "transaction_amount_in_period": _ours(
        "OLO-184", {**_PERIOD, **_AMOUNTS}, _transaction_amount_in_period
    ),
    "transaction_count_in_period": _ours(
        "OLO-185", {**_PERIOD, **_COUNTS}, _transaction_count_in_period
    ),
    "transaction_amount_each_day_in_last_n_days": _ours(
        "OLO-186", {**_DAYS, **_AMOUNTS}, _transaction_amount_each_day_in_last_n_days, timed=True
    ),
    "transaction_amount_in_last_n_days": _ours(
        "OLO-187", {**_DAYS, **_AMOUNTS}, _transaction_amount_in_last_n_days, timed=True
    ),
}
