"""The criterion types as one table: type -> own fields, whom it selects, requirement.

| File | Types about |
|---|---|
| `purchases.py` | transactions: how many, how much, when, where, of what |
| `profile.py` | who a member is: tier, labels, address, age, registration |
| `engagement.py` | custom events, campaigns, achievements, challenges |
| `lists.py` | members that are named one by one |
| `kind.py`, `days.py` | what a type is; what "days ago" means |

A type is added or changed by its row in one of the tables, and told to people in
`specs/openloyalty/README.md`. How criteria combine is said in `segmentation.py`;
reading single values is the business of `fields.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from mockserver.kernel.refusals import Violation
from mockserver.vendors.openloyalty.criteria.engagement import ENGAGEMENT
from mockserver.vendors.openloyalty.criteria.kind import Kind, Reading
from mockserver.vendors.openloyalty.criteria.lists import LISTS
from mockserver.vendors.openloyalty.criteria.profile import PROFILE
from mockserver.vendors.openloyalty.criteria.purchases import PURCHASES, SCALES
from mockserver.vendors.openloyalty.fields import Unfit
from mockserver.vendors.openloyalty.model import Criterion
from mockserver.vendors.openloyalty.population import Mask, Population
from mockserver.vendors.openloyalty.query import token

__all__ = ["KINDS", "REQUIREMENTS", "Kind", "Reading", "faults", "select"]

KINDS: Mapping[str, Kind] = {**PURCHASES, **PROFILE, **ENGAGEMENT, **LISTS}

REQUIREMENTS: Mapping[str, str] = {
    "required": "OLO-150",
    "unexpected": "OLO-150",
    "int32": "OLO-016",
    "decimals": "OLO-017",
    "maximum": "OLO-156",
    "maxItems": "OLO-205",
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
            # Names that the vendor did not publish can be demanded of nobody (OLO-155).
            if kind.published and mode != "lenient":
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
    if mode == "strict" and kind.published:
        found += [
            Violation("This field was not expected.", f"{pointer}/{token(name)}", "unexpected")
            for name in criterion.own
            if name not in fields
        ]
    return found


_OPEN_ENDS: Mapping[str, tuple[str, float]] = {
    "min": ("max", 0),
    "max": ("min", inf),
    "fromAmount": ("toAmount", 0),
    "toAmount": ("fromAmount", inf),
}
"""End of a range -> its other end, and what it means to leave this one out (OLO-211)."""


def select(criterion: Criterion, people: Population, reading: Reading) -> Mask:
    """Return whom a faultless criterion selects; one without its fields selects nobody."""
    kind, own = KINDS[criterion.type], criterion.own
    values: dict[str, Any] = {}
    for name, read in kind.fields.items():
        other, limit = _OPEN_ENDS.get(name, ("", 0))
        if name in own:
            values[name] = read(own[name])
        elif other in own and not kind.published:
            values[name] = limit
        else:
            return 0
    mask = kind.select(values, people, reading)
    # About transactions only active members are asked (OLO-153).
    return mask & people.active if kind.buyers else mask
