"""Who a criterion of Open Loyalty selects, read plainly from the ledger and the facts.

For the state machine only: loops over dicts of the fixture, and nothing of the room.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_FORM = re.compile(r"\d{4}-\d{2}-\d{2}")

Json = Any
Dict = Mapping[str, Any]
Fault = tuple[str, str]
"""Where, as the end of a property path, and the requirement that is broken."""


def instant(text: str) -> int:
    """Return milliseconds since the epoch. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError(text)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def written(milliseconds: int) -> str:
    """Return an instant as answers show it."""
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def day_of(milliseconds: int) -> date:
    """Return the day, in UTC, that an instant lies in."""
    return (EPOCH + timedelta(milliseconds=milliseconds)).date()


# What a criterion selects


def selected(
    parts: Sequence[Dict], members: Sequence[Dict], at: int, choices: Mapping[str, str]
) -> list[Dict]:
    """Return the members that the parts select at an instant (OLO-152, OLO-154)."""
    found = []
    for member in members:
        answers = [
            [holds(criterion, member, at, choices) for criterion in part["criteria"]]
            for part in parts
        ]
        if choices["criteria-logic"] == "or-in-part":
            if answers and all(any(answer) for answer in answers):
                found.append(member)
        elif any(answer and all(answer) for answer in answers):
            found.append(member)
    return found


def holds(criterion: Dict, member: Dict, at: int, choices: Mapping[str, str]) -> bool:
    """Tell whether one criterion selects one member at an instant."""
    kind = criterion["type"]
    if any(name not in criterion for name in FIELDS[kind]):
        return False  # only a lenient room takes it at all (OLO-150)
    if kind in BUYERS and not member.get("active", True):
        return False  # (OLO-153)
    return _RULES[kind](criterion, member, at, choices)


def _bought(member: Dict) -> list[Dict]:
    bought: list[Dict] = member.get("transactions", [])
    return bought


def _products(member: Dict) -> Iterator[Dict]:
    for transaction in _bought(member):
        yield from transaction["products"]


def cents(member: Dict) -> int:
    """Return what a member has spent, in hundredths."""
    return sum(round(transaction["amount"] * 100) for transaction in _bought(member))


def exact(number: float) -> Fraction:
    """Return a JSON number as it was written."""
    return Fraction(repr(number))


def _channel(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    return any(each["channel"] in own["posIds"] for each in _bought(member))


def _count(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    return bool(own["min"] <= len(_bought(member)) <= own["max"])


def _amount(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    total = Fraction(cents(member), 100)
    return exact(own["fromAmount"]) <= total <= exact(own["toAmount"])


def _average(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    if not _bought(member):
        return False
    average = Fraction(cents(member), 100 * len(_bought(member)))
    return exact(own["fromAmount"]) <= average <= exact(own["toAmount"])


def _percent(own: Dict, member: Dict, _at: int, choices: Mapping[str, str]) -> bool:
    everything = len(_bought(member))
    there = sum(each["channel"] == own["posId"] for each in _bought(member))
    whole = 1 if choices["percent-scale"] == "fraction" else 100
    return everything > 0 and Fraction(there, everything) >= exact(own["percent"]) / whole


def _period(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    first, last = own["fromDate"], own["toDate"]
    begin = instant(f"{first}T00:00:00Z") if _DAY_FORM.fullmatch(first) else instant(first)
    end = instant(f"{last}T23:59:59.999Z") if _DAY_FORM.fullmatch(last) else instant(last)
    return any(begin <= instant(each["date"]) <= end for each in _bought(member))


def _last_purchase(own: Dict, member: Dict, at: int, choices: Mapping[str, str]) -> bool:
    dates = [instant(each["date"]) for each in _bought(member)]
    past = [each for each in dates if each <= at]  # (OLO-207)
    if not past:
        return False
    ago = (day_of(at) - day_of(max(past))).days
    within = choices["last-purchase"] == "within"
    return bool(ago <= own["days"] if within else ago >= own["days"])


def _anniversary(own: Dict, member: Dict, at: int, choices: Mapping[str, str]) -> bool:
    if own["anniversaryType"] == "registration":
        born = day_of(instant(member["registeredAt"]))
    elif "birthDate" in member:
        born = date.fromisoformat(member["birthDate"])
    else:
        return False
    today = day_of(at)
    until = own["days"] if choices["anniversary"] == "within-days" else own["days"] - 1
    years = (today.year, today.year + 1)
    return any(0 <= (_celebrated(born, year) - today).days <= until for year in years)


def _celebrated(born: date, year: int) -> date:
    """Return the anniversary in a year; 29 February is kept on the 28th where there is none."""
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, born.month, born.day)


def _skus(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    return any(product["sku"] in own["skuIds"] for product in _products(member))


def _makers(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    return any(product["maker"] in own["makers"] for product in _products(member))


def _pairs(labels: Sequence[Dict]) -> list[tuple[str, str]]:
    return [(label["key"], label["value"]) for label in labels]


def _bought_labels(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    wanted = _pairs(own["labels"])
    return any(pair in wanted for each in _products(member) for pair in _pairs(each["labels"]))


def _has_labels(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    keys = [label["key"] for label in own["labels"]]
    return any(label["key"] in keys for label in member.get("labels", []))


def _labels_values(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    wanted = _pairs(own["labels"])
    return any(pair in wanted for pair in _pairs(member.get("labels", [])))


def _list(own: Dict, member: Dict, _at: int, _choices: Mapping[str, str]) -> bool:
    known = [member.get(name) for name in ("customerId", "phone", "loyaltyCardNumber")]
    return any(
        name in known or name.lower() == member["email"].lower() for name in own["customers"]
    )


_RULES: Mapping[str, Callable[[Dict, Dict, int, Mapping[str, str]], bool]] = {
    "bought_through_channel": _channel,
    "transaction_count": _count,
    "average_transaction_amount": _average,
    "transaction_amount": _amount,
    "transaction_percent_in_channel": _percent,
    "purchase_period": _period,
    "last_purchase_n_days_before": _last_purchase,
    "anniversary": _anniversary,
    "bought_skus": _skus,
    "bought_makers": _makers,
    "bought_labels": _bought_labels,
    "customer_has_labels": _has_labels,
    "customer_with_labels_values": _labels_values,
    "customer_list": _list,
}
"""Criterion type -> what it selects, in the order of the ledger (OLO-160 to OLO-173)."""
TYPES = tuple(_RULES)
BUYERS = {"transaction_count", "purchase_period", "last_purchase_n_days_before"} | {
    kind for kind in TYPES if kind.startswith(("bought_", "transaction_", "average_"))
}


# What a criterion must be like


def faults(criterion: Dict, choices: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with the own fields of a criterion (OLO-150, OLO-151, OLO-013 …)."""
    fields = FIELDS[criterion["type"]]
    found: list[Fault] = []
    for name, check in fields.items():
        if name in criterion:
            found += [(f"{name}{where}", rule) for where, rule in check(criterion[name])]
            percent = criterion[name]
            whole = 1 if choices["percent-scale"] == "fraction" else 100
            if name == "percent" and isinstance(percent, int | float) and percent > whole:
                found.append((name, "OLO-156"))
        elif choices["criterion-fields"] != "lenient":
            found.append((name, "OLO-150"))
    if choices["criterion-fields"] == "strict":
        known = {"type", "criterionId", *fields}
        found += [(name, "OLO-150") for name in criterion if name not in known]
    return found


def _text(value: Json) -> list[Fault]:
    if not isinstance(value, str) or not value:
        return [("", "OLO-151")]
    return [("", "OLO-013")] if len(value) > 255 else []


def _whole(least: int) -> Callable[[Json], list[Fault]]:
    def check(value: Json) -> list[Fault]:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            return [("", "OLO-151")]
        if value < least:
            return [("", "OLO-151")]
        return [("", "OLO-016" if value < 2**64 else "OLO-014")] if value >= 2**31 else []

    return check


def _number(value: Json) -> list[Fault]:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return [("", "OLO-151")]
    return [("", "OLO-017")] if (exact(value) * 10**6).denominator > 1 else []


def _date(value: Json) -> list[Fault]:
    wrong = _text(value)
    if not wrong:
        try:
            instant(f"{value}T00:00:00Z" if _DAY_FORM.fullmatch(value) else value)
        except ValueError:
            wrong = [("", "OLO-151")]
    return wrong


def _which(value: Json) -> list[Fault]:
    return [] if value in ("birthday", "registration") else [("", "OLO-151")]


def _some(check: Callable[[Json], list[Fault]]) -> Callable[[Json], list[Fault]]:
    def check_all(value: Json) -> list[Fault]:
        if not isinstance(value, list) or not value:
            return [("", "OLO-151")]
        wrong = enumerate(map(check, value))
        return [(f"[{place}]{where}", rule) for place, each in wrong for where, rule in each]

    return check_all


def _label(*names: str) -> Callable[[Json], list[Fault]]:
    def check(value: Json) -> list[Fault]:
        if not isinstance(value, dict):
            return [("", "OLO-151")]
        missing = [name for name in names if name not in value]
        if missing:
            return [(f".{missing[0]}", "OLO-151")]
        return [(f".{name}", rule) for name in names for _, rule in _text(value[name])]

    return check


_AMOUNTS = {"fromAmount": _number, "toAmount": _number}
FIELDS: Mapping[str, Mapping[str, Callable[[Json], list[Fault]]]] = {
    "bought_through_channel": {"posIds": _some(_text)},
    "transaction_count": {"min": _whole(0), "max": _whole(0)},
    "average_transaction_amount": _AMOUNTS,
    "transaction_amount": _AMOUNTS,
    "transaction_percent_in_channel": {"posId": _text, "percent": _number},
    "purchase_period": {"fromDate": _date, "toDate": _date},
    "last_purchase_n_days_before": {"days": _whole(1)},
    "anniversary": {"anniversaryType": _which, "days": _whole(1)},
    "bought_skus": {"skuIds": _some(_text)},
    "bought_makers": {"makers": _some(_text)},
    "bought_labels": {"labels": _some(_label("key", "value"))},
    "customer_has_labels": {"labels": _some(_label("key"))},
    "customer_with_labels_values": {"labels": _some(_label("key", "value"))},
    "customer_list": {"customers": _some(_text)},
}
"""Criterion type -> its own fields, and what is wrong with a value of one."""
