"""Criteria about transactions: who bought how much, how often, when, where and what.

Judged by known members: the fields are documented for an older edition, so a target that
refuses them is not judged. What is refused of a field is judged after the field was seen to
be understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from conformance.judging import Unmet, judges
from conformance.openloyalty.bought import Buyer, between, buyers, days_since
from conformance.openloyalty.case import OpenLoyalty, part
from conformance.openloyalty.criteria import (
    Member,
    Selection,
    criterion,
    crossed,
    having_one,
    pair,
    refuses,
    refuses_changes,
    selecting,
    worked_out,
)

NO_LISTS: tuple[Any, ...] = ("a text", [])
"""What a field that takes a list of at least one entry does not take."""


@judges("OLO-160", "OLO-151")
def test_bought_through_channel(openloyalty: OpenLoyalty) -> None:
    """bought_through_channel selects who bought in one of the channels."""
    known = buyers(openloyalty)
    _selects_any_of(
        openloyalty, "OLO-160", "bought_through_channel", "posIds",
        {str(each.member["id"]): each.channels for each in known},
        [each.member for each in known],
    )  # fmt: skip


@judges("OLO-161", "OLO-151", "OLO-016")
def test_transaction_count(openloyalty: OpenLoyalty) -> None:
    """transaction_count selects whose number of transactions is from min to max, both included."""
    known = buyers(openloyalty)
    kind = "transaction_count"
    count = _range(openloyalty, "OLO-161", kind, known, [each.count for each in known])
    for field, bad in (("min", "a few"), ("max", -1), ("min", 0.5)):
        good = {"min": count, "max": count}
        refuses(openloyalty, "OLO-151", field, criterion(kind, **{**good, field: bad}))
    refuses(openloyalty, "OLO-016", "max", criterion(kind, min=count, max=2**31))
    segment = openloyalty.segment()
    refuses_changes(openloyalty, segment, "min", criterion(kind, min="a few", max=count))


@judges("OLO-161")
def test_transaction_count_of_none(openloyalty: OpenLoyalty) -> None:
    """transaction_count from 0 to 0 selects who has no transaction, and nobody else."""
    known = buyers(openloyalty)
    none = next((each for each in known if not each.count), None)
    if none is None:
        raise Unmet("every known member bought something; one with transactions = [] is needed")
    segment = selecting(openloyalty, part(criterion("transaction_count", min=0, max=0)))
    selection = Selection(openloyalty, "OLO-161", segment)
    selection.has(none.member, "has no transaction")
    for each in known:
        if each.count:
            selection.lacks(each.member, f"has {each.count}")


@judges("OLO-162", "OLO-151", "OLO-017")
def test_average_transaction_amount(openloyalty: OpenLoyalty) -> None:
    """average_transaction_amount selects whose average is in a range, its ends included."""
    known = buyers(openloyalty)
    _range(
        openloyalty, "OLO-162", "average_transaction_amount", known,
        [each.average for each in known],
    )  # fmt: skip
    exact = next((each for each in known if each.average and each.average.denominator == 1), None)
    if exact is not None and exact.average is not None:
        amount = _amount(exact.average, ROUND_FLOOR)
        own = criterion("average_transaction_amount", fromAmount=amount, toAmount=amount)
        selection = Selection(openloyalty, "OLO-162", selecting(openloyalty, part(own)))
        selection.has(exact.member, f"has exactly {amount}")
    _amounts_are_checked(openloyalty, "average_transaction_amount")


@judges("OLO-163", "OLO-151", "OLO-017")
def test_transaction_amount(openloyalty: OpenLoyalty) -> None:
    """transaction_amount selects the sum of whose transactions is in a range, ends included."""
    known = buyers(openloyalty)
    _range(openloyalty, "OLO-163", "transaction_amount", known, [each.cents for each in known])
    _amounts_are_checked(openloyalty, "transaction_amount")


@judges("OLO-164", "OLO-151", "OLO-017")
def test_transaction_percent_in_channel(openloyalty: OpenLoyalty) -> None:
    """transaction_percent_in_channel selects who made at least that share in the channel.

    Whether 1 stands for all or for one per cent is not documented: either will do.
    """
    known = buyers(openloyalty)
    channel = _dividing_channel(known)
    kind, half = "transaction_percent_in_channel", 0.5
    segment = selecting(openloyalty, part(criterion(kind, posId=channel, percent=half)))
    selection = Selection(openloyalty, "OLO-164", segment)
    for each in known:
        if each.share(channel) >= Fraction(half):
            selection.has(each.member, f"made {float(each.share(channel)):.0%} of all there")
    for each in known:
        if each.share(channel) == 0:
            selection.lacks(each.member, "made no transaction there")
    lower = [each for each in known if 0 < each.share(channel) < Fraction(half)]
    if any(selection.selects(each.member) for each in lower):
        # 0.5 stood for half a per cent, if it stood for anything: then 50 is one half.
        form = openloyalty.draft(
            active=True, parts=[part(criterion(kind, posId=channel, percent=100 * half))]
        )
        reply = openloyalty.create({"segment": form})
        openloyalty.judge("OLO-164", reply).status(200)
        segment = openloyalty.id_of(reply)
        worked_out(openloyalty, segment, form)
        selection = Selection(openloyalty, "OLO-164", segment)
        for each in sorted(known, key=lambda each: each.share(channel), reverse=True):
            if each.share(channel) >= Fraction(half):
                selection.has(each.member, "made half of all there")
            else:
                selection.lacks(each.member, "made less than half of all there")
    for bad in ("half", -0.5):
        refuses(openloyalty, "OLO-151", "percent", criterion(kind, posId=channel, percent=bad))
    refuses(openloyalty, "OLO-151", "posId", criterion(kind, posId=[channel], percent=half))
    refuses(openloyalty, "OLO-017", "percent", criterion(kind, posId=channel, percent=0.1234567))


@judges("OLO-165", "OLO-151")
def test_purchase_period(openloyalty: OpenLoyalty) -> None:
    """purchase_period selects who bought from one day to another, both whole days included."""
    known = buyers(openloyalty)
    kind = "purchase_period"
    found = pair(
        [each.member for each in known], lambda each: [one["date"] for one in each["transactions"]]
    )
    if found is None:
        raise Unmet("the known members bought on the same days")
    one, day, other, _ = found
    segment = selecting(openloyalty, part(criterion(kind, fromDate=day, toDate=day)))
    selection = Selection(openloyalty, "OLO-165", segment)
    selection.has(one, f"bought on {day}").lacks(other, f"did not buy on {day}")
    days = sorted(each["date"] for each in other["transactions"])
    later = [each for each in days if each > day]
    if later:
        segment = selecting(openloyalty, part(criterion(kind, fromDate=day, toDate=later[0])))
        Selection(openloyalty, "OLO-165", segment).has(one, f"bought on {day}, the first day").has(
            other, f"bought on {later[0]}, the last day"
        )
    refuses(openloyalty, "OLO-151", "fromDate", criterion(kind, fromDate="soon", toDate=day))
    refuses(openloyalty, "OLO-151", "toDate", criterion(kind, fromDate=day, toDate=7))
    never = "2026-02-30"
    refuses(openloyalty, "OLO-151", "fromDate", criterion(kind, fromDate=never, toDate=day))


@judges("OLO-168", "OLO-151")
def test_bought_skus(openloyalty: OpenLoyalty) -> None:
    """bought_skus selects who bought one of the products."""
    known = openloyalty.known("members", "id", "skus", at_least=2)
    values = {str(each["id"]): each["skus"] for each in known}
    _selects_any_of(openloyalty, "OLO-168", "bought_skus", "skuIds", values, known)


@judges("OLO-169", "OLO-151")
def test_bought_makers(openloyalty: OpenLoyalty) -> None:
    """bought_makers selects who bought a product of one of the makers."""
    known = openloyalty.known("members", "id", "makers", at_least=2)
    values = {str(each["id"]): each["makers"] for each in known}
    _selects_any_of(openloyalty, "OLO-169", "bought_makers", "makers", values, known)


@judges("OLO-170", "OLO-151")
def test_bought_labels(openloyalty: OpenLoyalty) -> None:
    """bought_labels selects who bought a product with one of the labels, key and value."""
    known = openloyalty.known("members", "id", "product_labels", at_least=2)
    values = {str(each["id"]): each["product_labels"] for each in known}
    _selects_any_of(openloyalty, "OLO-170", "bought_labels", "labels", values, known)


@judges("OLO-166")
def test_the_reading_of_last_purchase_is_seen(openloyalty: OpenLoyalty) -> None:
    """last_purchase_n_days_before means at most, or at least, so many days ago."""
    for each in buyers(openloyalty, least=1):
        ago = days_since(openloyalty, each.days[-1]) if each.count else -1
        if ago >= 0:
            break
    else:
        raise Unmet("no known member bought anything before today")
    kind = "last_purchase_n_days_before"
    segment = selecting(openloyalty, part(criterion(kind, days=ago + 5)))
    selection = Selection(openloyalty, "OLO-166", segment)
    within = selection.selects(each.member)
    openloyalty.observe(
        "OLO-166", "at most so many days ago" if within else "at least so many days ago"
    )


def _range(
    case: OpenLoyalty, requirement: str, kind: str, known: list[Buyer], values: list[Any]
) -> Any:
    """Judge that a range holds exactly the buyer with its value; return that value."""
    position = between(known, values)
    value = values[position]
    one = known[position].member
    names = ("min", "max") if kind == "transaction_count" else ("fromAmount", "toAmount")
    ends: tuple[Any, Any] = (value, value)
    if kind != "transaction_count":
        ends = _amount(value, ROUND_FLOOR), _amount(value, ROUND_CEILING)
    segment = selecting(case, part(criterion(kind, **dict(zip(names, ends, strict=True)))))
    selection = Selection(case, requirement, segment)
    selection.has(one, f"has exactly {ends[0]}")
    for each, other in zip(known, values, strict=True):
        # An average may be next to another within the hundredths of the range.
        apart = other is None or kind == "transaction_count" or abs(other - value) > 1
        if apart and each.member is not one:
            selection.lacks(each.member, "has another")
    return value


def _amount(cents: Any, rounding: str) -> float:
    """Return hundredths as an amount: exact where two decimals can tell it, else rounded."""
    exact = Fraction(cents)
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return float(whole.quantize(Decimal(1), rounding=rounding) / 100)


def _amounts_are_checked(case: OpenLoyalty, kind: str) -> None:
    good = {"fromAmount": 1, "toAmount": 2}
    for field, bad in (("fromAmount", "much"), ("toAmount", -1)):
        refuses(case, "OLO-151", field, criterion(kind, **{**good, field: bad}))
    for field in good:
        refuses(case, "OLO-017", field, criterion(kind, **{**good, field: 1.1234567}))


def _dividing_channel(known: list[Buyer]) -> str:
    """Return a channel where somebody made more than half of theirs. Raises Unmet."""
    channels = dict.fromkeys(channel for each in known for channel in each.channels)

    def divides(channel: str) -> tuple[bool, bool, int]:
        shares = [each.share(channel) for each in known if each.count]
        return (
            max(shares) > Fraction(1, 2),
            min(shares) == 0,
            sum(0 < each < Fraction(1, 2) for each in shares),
        )

    best = max(channels, key=divides, default="")
    if not best or divides(best)[:2] != (True, True):
        raise Unmet("no known member made most transactions in a channel where another made none")
    return best


def _selects_any_of(
    case: OpenLoyalty,
    requirement: str,
    kind: str,
    field: str,
    values: Mapping[str, Iterable[Any]],
    known: list[Member],
) -> None:
    """Judge that a list in a field selects who has one of its entries, and nobody else."""
    found = pair(known, lambda each: values[str(each["id"])])
    if found is None:
        raise Unmet(f"the known members cannot be told apart by {kind}")
    one, mine, other, theirs = found
    segment = selecting(case, part(criterion(kind, **{field: [mine]})))
    selection = Selection(case, requirement, segment)
    selection.has(one, f"has {mine}").lacks(other, f"has no {mine}")
    if theirs is not None:
        segment = selecting(case, part(criterion(kind, **{field: [mine, theirs]})))
        selection = Selection(case, requirement, segment)
        selection.has(one, f"has {mine}").has(other, f"has {theirs}")
    elif (having := having_one(known, lambda each: values[str(each["id"])])) is not None:
        one, had, lacked = having
        segment = selecting(case, part(criterion(kind, **{field: [lacked, had]})))
        Selection(case, requirement, segment).has(one, f"has {had}, though not {lacked}")
    if field == "labels":
        cross = crossed(known, lambda each: values[str(each["id"])])
        if cross is not None:
            one, never, other, theirs = cross
            segment = selecting(case, part(criterion(kind, labels=[never, theirs])))
            selection = Selection(case, requirement, segment)
            selection.has(other, f"has {theirs}").lacks(one, f"has no {never}")
    for bad in (*NO_LISTS, [mine, ["a list"]]):
        refuses(case, "OLO-151", field, criterion(kind, **{field: bad}))
