"""What a criterion type is: its own fields, whom it selects, and the rule behind it.

The nouns of the tables in this package; no type is described here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mockserver.kernel import instants
from mockserver.vendors.openloyalty.fields import Reader
from mockserver.vendors.openloyalty.population import Mask, Population, mask_of


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

    def ago(self, days: int) -> int:
        """Return the instant at which the day so many days ago began."""
        return self.midnight - days * instants.DAY


Values: TypeAlias = Mapping[str, Any]
"""Own fields by name, as their readers returned them."""

Select: TypeAlias = Callable[[Values, Population, Reading], Mask]
"""Whom the values select. Pure: the same arguments give the same mask."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One criterion type."""

    requirement: str
    """The ledger's sentence about what it selects."""
    fields: Mapping[str, Reader]
    select: Select
    published: bool = False
    """The vendor has documented the fields, so they are needed; else they are ours (OLO-155)."""
    buyers: bool = False
    """It is about transactions, so it selects active members only (OLO-153)."""
    share: str = ""
    """The field that is a share of a whole, if there is one (OLO-156)."""
    timed: bool = False
    """The answer changes as time goes by, even when nothing else does."""


def within(values: Iterable[float], least: float, most: float) -> Mask:
    """Return the members whose value, one for each of them, is from `least` to `most`."""
    return mask_of([least <= value <= most for value in values])
