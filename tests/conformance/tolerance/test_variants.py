"""The kit finds no fault with a server that is right in another way than the mock."""

from __future__ import annotations

import pytest

from conformance.selftest import Outcome

from .composites import COMPOSITES, EVERY, Composite
from .varied import Variant, tried


def _complaints(outcome: Outcome) -> list[str]:
    return [
        *(f"{test} finds {', '.join(names)} violated" for test, names in outcome.failed.items()),
        *(f"{test} stumbles: {why}" for test, why in outcome.stumbled.items()),
        *(f"left behind: {each}" for each in outcome.left),
    ]


@pytest.mark.parametrize("composite", COMPOSITES, ids=str)
def test_nothing_is_wrong_with_a_legitimate_variant(
    composite: Composite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variants of the mock that the documents allow make no test fail, together or alone."""
    outcome = _try(composite, composite.variants, monkeypatch)
    if _complaints(outcome):
        alone = {
            each.name: _complaints(_try(composite, (each,), monkeypatch))
            for each in composite.variants
        }
        guilty = {name: found for name, found in alone.items() if found}
        pytest.fail(f"false alarms: {guilty or _complaints(outcome)}")
    allowed = sum(each.inconclusive for each in composite.variants)
    assert len(outcome.inconclusive) <= allowed, dict(outcome.inconclusive)


def _try(
    composite: Composite, variants: tuple[Variant, ...], monkeypatch: pytest.MonkeyPatch
) -> Outcome:
    return tried(
        monkeypatch, composite.vendor, variants,
        edition=composite.edition, settle=composite.settle,
    )  # fmt: skip


@pytest.mark.parametrize("vendor", sorted(EVERY))
def test_every_variant_is_tried(vendor: str) -> None:
    """No variant stands in a list and is in no composite; names are unique."""
    names = [each.name for each in EVERY[vendor]]
    tried_names = {
        each.name
        for composite in COMPOSITES
        if composite.vendor == vendor
        for each in composite.variants
    }
    assert len(names) == len(set(names))
    assert set(names) == tried_names


def test_every_variant_says_what_leaves_it_open() -> None:
    """A variant has a reason and names what leaves it open."""
    every = {each.name: each for variants in EVERY.values() for each in variants}
    assert all(each.why.endswith((".", "s")) and each.left_open_by for each in every.values())
