"""What may be judged, what is only observed, and what is neither."""

from __future__ import annotations

import pytest

from conformance.scope import judged, observed, unjudged
from conformance.vendors import VENDORS
from mockserver import contract


@pytest.mark.parametrize("vendor", VENDORS)
def test_only_what_is_documented_is_judged(vendor: str) -> None:
    """Every documented must and should is judged, unless it is said why not."""
    found = judged(vendor)
    for name, row in contract(vendor).requirements.items():
        documented = row.strength == "documented" and row.level in ("must", "should")
        assert (name in found) == (documented and name not in unjudged(vendor)), name
    assert found


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_contradicted_is_observed(vendor: str) -> None:
    """And never judged; what is undocumented is neither."""
    ledger = contract(vendor).requirements
    expected = {name for name, row in ledger.items() if row.strength == "contradicted"}
    assert set(observed(vendor)) == expected
    assert not set(observed(vendor)) & set(judged(vendor))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_not_judged_has_a_reason(vendor: str) -> None:
    """It is in the ledger, it could be judged by its strength, and a sentence says why not."""
    ledger = contract(vendor).requirements
    for name, reason in unjudged(vendor).items():
        assert ledger[name].strength == "documented", name
        assert ledger[name].level in ("must", "should"), name
        assert len(reason.split()) > 4, name
