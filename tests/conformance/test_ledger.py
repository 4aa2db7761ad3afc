"""The kit covers the ledger: all that may be judged is judged, and nothing else."""

from __future__ import annotations

import pytest

from conformance.coverage import rows_of
from conformance.plugin import named_by, title_of
from conformance.selftest import Column, collected, run_column
from conformance.session import SMOKE_REQUESTS
from conformance.vendors import VENDORS
from mockserver import contract, editions


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_judged_requirement_has_a_test_and_a_defect(vendor: str) -> None:
    """And whatever is documented is judged, or it is said why not."""
    rows = rows_of(vendor)
    judged = [row for row in rows if row["how"] == "judged"]
    assert len(judged) > 30
    assert [row["id"] for row in judged if not row["tests"]] == []
    assert [row["id"] for row in judged if not row["defects"]] == []
    silent = [row["id"] for row in rows if row["how"] == "not judged" and not row["reason"]]
    assert silent == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_contradicted_requirement_is_observed(vendor: str) -> None:
    """By a test that names it."""
    observed = [row for row in rows_of(vendor) if row["how"] == "observed"]
    assert observed
    assert [row["id"] for row in observed if not row["tests"]] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_else_is_named(vendor: str) -> None:
    """Tests name what is judged or observed, and say in a sentence what they show."""
    rows = {row["id"]: row for row in rows_of(vendor)}
    for test in collected(vendor):
        names = named_by(test.item)
        assert names, test.name
        assert {rows[name]["how"] for name in names} <= {"judged", "observed"}, test.name
        assert title_of(test.item).endswith("."), test.name


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_clean_mock_keeps_everything(vendor: str) -> None:
    """Every test ends well, judges all that it names, and leaves nothing behind."""
    for edition in ("", *editions(vendor)):
        outcome, results = run_column(vendor, Column(edition=edition), collected(vendor))
        assert outcome.failed == {}
        assert outcome.stumbled == {}
        assert outcome.inconclusive == {}
        assert outcome.left == ()
        judged = {
            judgement.requirement
            for result in results
            for judgement in result.judgements
            if judgement.outcome in ("pass", "observed")
        }
        ledger = contract(vendor).requirements
        due = {
            row["id"]
            for row in rows_of(vendor)
            if row["how"] == "judged" and ledger[row["id"]].edition <= edition
        }
        assert due - judged == set()


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_smoke_profile_is_small(vendor: str) -> None:
    """Fewer than fifty requests, logins and cleaning up included."""
    smoke = [test for test in collected(vendor) if test.item.get_closest_marker("smoke")]
    assert smoke
    for edition in ("", *editions(vendor)):
        outcome, _ = run_column(vendor, Column(edition=edition), smoke)
        assert outcome.failed == {}
        # Two are for looking at the target; a late effect takes some more looks.
        assert outcome.requests + 5 <= SMOKE_REQUESTS


@pytest.mark.parametrize("vendor", VENDORS)
def test_read_only_tests_only_read(vendor: str) -> None:
    """They send no unsafe method but to log in."""
    only = [test for test in collected(vendor) if test.item.get_closest_marker("read_only")]
    _, results = run_column(vendor, Column(), only, evidence=True)
    unsafe = {
        exchange.request.operation
        for result in results
        for exchange in result.exchanges
        if not exchange.request.is_safe and exchange.step != "log in"
    }
    assert only
    assert unsafe == set()
