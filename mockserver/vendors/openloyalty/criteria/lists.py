"""Criterion types that name their members: the lists behind static segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.vendors.openloyalty.criteria.kind import Kind, Reading, Values
from mockserver.vendors.openloyalty.fields import folded, some
from mockserver.vendors.openloyalty.model import Member
from mockserver.vendors.openloyalty.population import Mask, Population

LONGEST_CSV = 500_000
"""Members. Help pages, Segments: the limit of an import (OLO-205)."""


def _identifiers(member: Member) -> Iterable[str]:
    named = (member.customer_id, member.email, member.phone, member.loyalty_card_number)
    return {name.casefold() for name in named if name is not None}


def _listed(values: Values, people: Population, _: Reading) -> Mask:
    """Return who is named in a static list; names of nobody are passed over (OLO-206)."""
    return people.having("identifiers", _identifiers, values["customers"])


LISTS: Mapping[str, Kind] = {
    "customer_list": Kind("OLO-173", {"customers": some(folded)}, _listed, published=True),
    "customer_csv_list": Kind("OLO-204", {"customers": some(folded, LONGEST_CSV)}, _listed),
}
