"""Requests that Schemathesis generates: sent by the session, and harmless."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from conformance.bundled import bundled_target
from conformance.catalogue import Catalogue
from conformance.generated import _Bridge, before_call, generated_operations, rules_of
from conformance.running import Finished, Order, carry_out
from conformance.safety import Limits
from conformance.vendors import VENDORS
from mockserver import contract
from tests.conformance.targets import Target, case_with

OWN_WORLD = {"segmentId", "segment", "code"}
"""Path parameters that name what a kit could destroy."""
FEW = {
    "akinon": ["setSegment", "listSegments"],
    "emporix": [
        "POST-customer-segment-create-segment", "PUT-customer-segment-update-segment",
        "PUT-customer-segment-update-segments-bulk", "DELETE-customer-segment-remove-segments-bulk",
        "PATCH-customer-segment-update-segment", "POST-coupon-create-coupon",
        "GET-customer-segment-retrieve-category-trees",
    ],
    "openloyalty": ["segmentPost", "segmentPut", "segmentDelete", "segmentGetMembers"],
}  # fmt: skip


def judged(vendor: str, *tests: str, seed: int = 3) -> Finished:
    """Run some generated tests against the bundled mock."""
    order = Order(
        vendor,
        bundled=True,
        seed=seed,
        max_examples=4,
        tests=tuple(f"{vendor}/test_contract.py::{test}" for test in tests),
    )
    return carry_out(order, "aaaaad", lambda _gathered, _result: None)


def test_headers_have_no_odd_characters() -> None:
    """A server in front of an API answers those itself, and not as the API does."""

    class Fits:
        def fit(self, *_: Any) -> None:
            """Change nothing."""

    app = _Bridge(case_with(Target()), cast("Any", Fits()))
    generated = SimpleNamespace(
        operation=SimpleNamespace(schema=SimpleNamespace(app=app)),
        method="GET",
        formatted_path="/customer-segment/acme/segments",
        headers={"Accept-Language": " d\x80e,\u20ac *\n", "Cookie": "a=b; c=~"},
    )
    before_call(None, generated, {})
    assert generated.headers == {"Accept-Language": "de, *", "Cookie": "a=b; c=~"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_clean_mock_is_within_its_contract(vendor: str) -> None:
    """Nothing is found, nothing stays, and what was sent got past 404."""
    tests = [f"test_every_answer_is_within_the_contract[{name}]" for name in FEW[vendor]]
    if vendor != "akinon":
        tests.append("test_every_sequence_is_within_the_contract")
    finished = judged(vendor, *tests)
    assert finished.exit_code == 0
    assert finished.gathered.left == []
    assert finished.gathered.broken == []
    seen: Counter[str] = Counter()
    for result in finished.gathered.results:
        assert result.ending == "completed", result.reason
        assert result.failures == ()
        for exchange in result.exchanges:
            assert exchange.response is not None
            if exchange.response.status < 300 and not exchange.step:
                seen[exchange.request.operation] += 1
    assert set(FEW[vendor]) <= seen.keys()


@pytest.mark.parametrize("vendor", VENDORS)
def test_unsafe_requests_touch_only_what_the_kit_made(vendor: str) -> None:
    """Whatever is generated, and whatever ids were seen before."""
    tests = [f"test_every_answer_is_within_the_contract[{name}]" for name in FEW[vendor]]
    finished = judged(vendor, *tests, seed=11)
    catalogue = Catalogue(contract(vendor))
    theirs = {"golden-segment", "WELCOME5", "000005e9-0000-4000-8000-000000000001"}
    for result in finished.gathered.results:
        made = set()
        for exchange in result.exchanges:
            found = catalogue.find(exchange.request.method, exchange.request.url)
            if exchange.request.is_safe or exchange.step == "log in":
                continue
            assert found is not None, exchange.request.url
            made.add(found[0].id)
            named = {value for name, value in found[1].items() if name in OWN_WORLD}
            assert not named & theirs
            assert all(name not in exchange.request.body.decode() for name in theirs)
            if vendor == "emporix":
                assert all(name.lower().startswith("scaaaaad") for name in named)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_left_out_has_a_reason(vendor: str) -> None:
    """And names what there is: operations of the contract, checks of Schemathesis."""
    rules = rules_of(vendor)
    catalogue = Catalogue(contract(vendor))
    assert all(reason.strip() for reason in (*rules.checks.values(), *rules.operations.values()))
    assert all(name in catalogue for name in rules.operations)
    assert not set(generated_operations(vendor)) & rules.operations.keys()
    for link in rules.links:
        assert {link["from"], *link["to"]} <= {operation.id for operation in catalogue}


def test_limits_hold_for_generated_requests(tmp_path: Path) -> None:
    """A run of ten requests sends ten, and says that the rest was not judged."""
    order = Order(
        "akinon",
        bundled=True,
        limits=Limits(requests=12),
        tests=("akinon/test_contract.py",),
        folder=tmp_path,
    )
    finished = carry_out(order, "aaaaae", lambda _gathered, _result: None)
    reasons = {result.reason for result in finished.gathered.results if result.reason}
    assert any("limit of" in reason for reason in reasons)
    assert finished.gathered.counts.requests <= 12 + 4  # putting the segment back is urgent


def test_what_schemathesis_says_of_companions_is_a_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are documents of ours; the same thing about the vendor's own contract is a fault."""

    def stray(vendor: str, **how: object) -> object:
        names = ("akinon.basket-without-segment",)
        return bundled_target(vendor, defects=names, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("conformance.plugin.bundled_target", stray)
    finished = judged("akinon", "test_every_answer_is_within_the_contract[getBasket]")
    [ruling] = [each for each in finished.verdicts.rulings if each.id == "contract:getBasket"]
    seen = {
        finding.what: finding.is_remark
        for result in finished.gathered.results
        for _, finding in result.findings
    }
    assert seen["response_schema_conformance"] is True
    assert all(seen.values())
    assert ruling.verdict == "pass"
    assert ruling.remarks
