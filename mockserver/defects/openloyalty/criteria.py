"""Criteria that select whom they must not, or not whom they must."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.defect import Change, Defect
from mockserver.vendors.openloyalty.access import Stores
from mockserver.vendors.openloyalty.criteria import Reading
from mockserver.vendors.openloyalty.model import Criterion, Part
from mockserver.vendors.openloyalty.segmentation import Segmentation, Selection

OPERATIONS = ("segmentPost", "segmentPut", "segmentGetMembers")
MOST = 2**31 - 1
Parts = Sequence[Part]


class Misread(Segmentation):
    """Selects as if other criteria had been sent; what is stored and shown stays right."""

    def __init__(self, true: Segmentation, edit: Callable[[Parts], Parts]) -> None:
        self.__dict__.update(true.__dict__)
        self._edit = edit

    def select(self, parts: Parts, reading: Reading) -> Selection:
        """Return who other parts than these select."""
        return super().select(self._edit(parts), reading)


def _misreading(edit: Callable[[Parts], Parts]) -> Change:
    def opened(state: Stores) -> None:
        for world in state.worlds.values():
            world.segmentation = Misread(world.segmentation, edit)

    return changes.opening(opened)


def _own(kind: str, edit: Callable[[dict[str, Any]], dict[str, Any]], becomes: str = "") -> Change:
    """Read criteria of a kind as if their own fields were others."""

    def misread(criterion: Criterion) -> Criterion:
        if criterion.type != kind:
            return criterion
        own = edit(dict(criterion.own))
        return replace(criterion, type=becomes or kind, own=own)

    return _misreading(
        lambda parts: [
            replace(part, criteria=tuple(misread(each) for each in part.criteria)) for part in parts
        ]
    )


def _all_of(kind: str, field: str) -> Change:
    """Select those who have all entries of a list instead of one of them."""

    def misread(parts: Parts) -> Parts:
        found = []
        for part in parts:
            listed = [each for each in part.criteria if each.type == kind]
            if len(part.criteria) != 1 or not listed:
                found.append(part)
                continue
            entries = listed[0].own[field]
            assert isinstance(entries, list)  # noqa: S101 - the criterion was judged
            found += [
                replace(part, criteria=(replace(listed[0], own={field: [each]}),))
                for each in entries
            ]
        return found

    return _misreading(misread)


def _first(field: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda own: {**own, field: own[field][:1]}


def _moved(**by: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda own: {**own, **{name: max(0, own[name] + by[name]) for name in by}}


def _with(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda own: {**own, **values}


def _keys(own: dict[str, Any]) -> dict[str, Any]:
    return {"labels": [{"key": each["key"]} for each in own["labels"]]}


def _gold(own: dict[str, Any]) -> dict[str, Any]:
    return {"labels": [{**each, "value": "gold"} for each in own["labels"]]}


def _any_value(own: dict[str, Any]) -> dict[str, Any]:
    every = [
        {"key": key, "value": value}
        for key in {each["key"] for each in own["labels"]}
        for value in ("trail", "hiking", "camping", "bags", "jackets", "socks", "gifts", "shoes")
    ]
    return {"labels": every}


def _any_key(*keys: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda own: {"labels": [{**each, "key": key} for each in own["labels"] for key in keys]}


def _only(keep: Callable[[str], bool]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda own: {"customers": [each for each in own["customers"] if keep(each)] or ["-"]}


def _misread(
    name: str,
    requirement: str,
    summary: str,
    change: Change,
) -> Defect:
    return Defect(
        name=f"openloyalty.{name}",
        violates=(requirement,),
        summary=summary,
        kind="filter",
        operations=OPERATIONS,
        change=change,
    )


DEFECTS = (
    _misread(
        "bought-through-first-channel-only",
        "OLO-160",
        "Of several channels only the first one counts.",
        _own("bought_through_channel", _first("posIds")),
    ),
    _misread(
        "bought-through-any-channel",
        "OLO-160",
        "Whoever bought anything bought through the channel.",
        _own(
            "bought_through_channel",
            lambda _: {"min": 1, "max": MOST},
            becomes="transaction_count",
        ),
    ),
    _misread(
        "transaction-count-without-max",
        "OLO-161",
        "The max of transaction_count does not count.",
        _own("transaction_count", _with(max=MOST)),
    ),
    _misread(
        "transaction-count-without-min",
        "OLO-161",
        "The min of transaction_count does not count.",
        _own("transaction_count", _with(min=0)),
    ),
    _misread(
        "transaction-count-excludes-min",
        "OLO-161",
        "Who has exactly min transactions is not selected.",
        _own("transaction_count", _moved(min=1)),
    ),
    _misread(
        "transaction-count-excludes-max",
        "OLO-161",
        "Who has exactly max transactions is not selected.",
        _own("transaction_count", _moved(max=-1)),
    ),
    _misread(
        "average-amount-is-the-sum",
        "OLO-162",
        "average_transaction_amount looks at the sum.",
        _own("average_transaction_amount", dict, becomes="transaction_amount"),
    ),
    _misread(
        "average-amount-without-from",
        "OLO-162",
        "The fromAmount of average_transaction_amount does not count.",
        _own("average_transaction_amount", _with(fromAmount=0)),
    ),
    _misread(
        "average-amount-without-to",
        "OLO-162",
        "The toAmount of average_transaction_amount does not count.",
        _own("average_transaction_amount", _with(toAmount=10**9)),
    ),
    _misread(
        "transaction-amount-is-the-average",
        "OLO-163",
        "transaction_amount looks at the average.",
        _own("transaction_amount", dict, becomes="average_transaction_amount"),
    ),
    _misread(
        "transaction-amount-excludes-from",
        "OLO-163",
        "Who spent exactly fromAmount is not selected.",
        _own("transaction_amount", _moved(fromAmount=0.01)),
    ),
    _misread(
        "transaction-amount-excludes-to",
        "OLO-163",
        "Who spent exactly toAmount is not selected.",
        _own("transaction_amount", _moved(toAmount=-0.01)),
    ),
    _misread(
        "transaction-amount-without-to",
        "OLO-163",
        "The toAmount of transaction_amount does not count.",
        _own("transaction_amount", _with(toAmount=10**9)),
    ),
    _misread(
        "average-amount-excludes-to",
        "OLO-162",
        "Whose average is exactly toAmount is not selected.",
        _own("average_transaction_amount", _moved(toAmount=-0.01)),
    ),
    _misread(
        "transaction-count-of-buyers-only",
        "OLO-161",
        "Who has no transaction is never selected.",
        _own("transaction_count", lambda own: {**own, "min": max(own["min"], 1)}),
    ),
    _misread(
        "first-label-key-only",
        "OLO-171",
        "Of several keys only the first one counts.",
        _own("customer_has_labels", _first("labels")),
    ),
    _misread(
        "keys-of-labels-ignored",
        "OLO-172",
        "customer_with_labels_values looks at the values of labels only.",
        _own("customer_with_labels_values", _any_key("tier", "newsletter", "company", "company2")),
    ),
    _misread(
        "keys-of-product-labels-ignored",
        "OLO-170",
        "bought_labels looks at the values of labels only.",
        _own("bought_labels", _any_key("sport", "category")),
    ),
    _misread(
        "percent-in-channel-is-any",
        "OLO-164",
        "Whoever bought in the channel at all made the share there.",
        _own(
            "transaction_percent_in_channel",
            lambda own: {"posIds": [own["posId"]]},
            becomes="bought_through_channel",
        ),
    ),
    _misread(
        "percent-in-channel-without-percent",
        "OLO-164",
        "Whoever bought anything made the share in the channel.",
        _own("transaction_percent_in_channel", _with(percent=0)),
    ),
    _misread(
        "percent-in-channel-means-all",
        "OLO-164",
        "Only who bought nowhere else made the share in the channel.",
        _own("transaction_percent_in_channel", _with(percent=1)),
    ),
    _misread(
        "purchase-period-excludes-the-last-day",
        "OLO-165",
        "A toDate without a time means the beginning of the day.",
        _own("purchase_period", lambda own: {**own, "toDate": f"{own['toDate']}T00:00:00Z"}),
    ),
    _misread(
        "purchase-period-excludes-the-first-day",
        "OLO-165",
        "A fromDate without a time means the end of the day.",
        _own("purchase_period", lambda own: {**own, "fromDate": f"{own['fromDate']}T23:59:59Z"}),
    ),
    _misread(
        "purchase-period-without-an-end",
        "OLO-165",
        "The toDate of purchase_period does not count.",
        _own("purchase_period", _with(toDate="2099-12-31")),
    ),
    _misread(
        "purchase-period-without-a-begin",
        "OLO-165",
        "The fromDate of purchase_period does not count.",
        _own("purchase_period", _with(fromDate="1999-01-01")),
    ),
    *(
        _misread(
            f"all-of-{name}-needed",
            requirement,
            f"{kind} selects only who has all entries of the list.",
            _all_of(kind, field),
        )
        for name, requirement, kind, field in (
            ("skus", "OLO-168", "bought_skus", "skuIds"),
            ("makers", "OLO-169", "bought_makers", "makers"),
            ("product-labels", "OLO-170", "bought_labels", "labels"),
            ("label-keys", "OLO-171", "customer_has_labels", "labels"),
            ("labels", "OLO-172", "customer_with_labels_values", "labels"),
            ("listed-customers", "OLO-173", "customer_list", "customers"),
        )
    ),
    _misread(
        "any-sku-will-do",
        "OLO-168",
        "Whoever bought anything bought one of the products.",
        _own("bought_skus", lambda _: {"min": 1, "max": MOST}, becomes="transaction_count"),
    ),
    _misread(
        "first-maker-only",
        "OLO-169",
        "Of several makers only the first one counts.",
        _own("bought_makers", _first("makers")),
    ),
    _misread(
        "values-of-product-labels-ignored",
        "OLO-170",
        "bought_labels looks at the keys of labels only.",
        _own("bought_labels", _any_value),
    ),
    _misread(
        "label-keys-with-one-value",
        "OLO-171",
        "customer_has_labels selects only who has the value gold.",
        _own("customer_has_labels", _gold, becomes="customer_with_labels_values"),
    ),
    _misread(
        "values-of-labels-ignored",
        "OLO-172",
        "customer_with_labels_values looks at the keys of labels only.",
        _own("customer_with_labels_values", _keys, becomes="customer_has_labels"),
    ),
    *(
        _misread(
            f"customers-not-listed-by-{name}",
            "OLO-173",
            f"customer_list does not know members by their {name}.",
            _own("customer_list", _only(keep)),
        )
        for name, keep in (
            ("id", lambda each: each.count("-") != 4),
            ("email", lambda each: "@" not in each),
            ("phone", lambda each: not each.startswith("+")),
            ("card", lambda each: not each.isdecimal()),
        )
    ),
)
