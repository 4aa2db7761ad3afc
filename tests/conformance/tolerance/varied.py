"""What a variant is, and how the kit's tests are run against the mock that shows it.

A variant changes the mock's room as a value, what goes over the wire, or both. Nothing here
judges: the kit does, exactly as in its kill matrix.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from conformance import selftest
from conformance.bundled import bundled_config
from conformance.exchange import Request, Response
from conformance.transports import InProcess
from mockserver import Contract
from mockserver.assembly import Settings
from mockserver.defects import changes
from mockserver.kernel.clock import Clock
from mockserver.kernel.defect import Change
from mockserver.kernel.room import Room
from mockserver.web.app import build

FROZEN_AT = 1_795_262_400_000
"""2026-11-21T12:00:00Z in milliseconds, as in the kill matrix."""

Send = Callable[[Request], Response]


@dataclass(slots=True)
class Target:
    """The mock behind a wire: a transport of the kit."""

    inner: InProcess
    clock: Clock
    send: Send
    """Sends as the variant's wire does; `inner.send` goes past it."""
    skew: float = 0.0
    """Seconds by which the kit's clock is ahead of the target's."""

    @property
    def base_url(self) -> str:
        """Where the target is, for people."""
        return self.inner.base_url

    def wait(self, seconds: float) -> None:
        """Let time pass at the target."""
        self.clock.advance(round(seconds * 1000))

    def now(self) -> float:
        """Return what the kit believes to be the target's time."""
        return self.clock.now() / 1000 + self.skew

    def close(self) -> None:
        """Let go of the application."""
        self.inner.close()


Wire = Callable[[Target], Send]
"""Given a target, how it sends from now on; what it did so far is `target.send`."""


def _unchanged(room: Room) -> Room:
    return room


def _straight(target: Target) -> Send:
    return target.send


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a correct implementation may differ from the mock."""

    name: str
    why: str
    """Why a correct implementation may behave so, in one sentence."""
    left_open_by: str
    """The ledger rows, or the general rule, that leave it open."""
    change: Change = _unchanged
    wire: Wire = _straight
    loosen: Callable[[dict[str, Any]], None] | None = None
    """Edits a copy of the contract, so that requests pass which the mock's refuses."""
    inconclusive: int = 0
    """How many tests may find nothing to judge because of it."""


@dataclass(frozen=True, slots=True)
class Varied(Settings):
    """Settings of a mock whose room is changed by what is no registered defect."""

    variants: tuple[Variant, ...] = ()

    def room_of(self, vendor: str) -> Room:
        """Return the room as it is served."""
        change = changes.together(*(each.change for each in self.variants))
        return change(Settings.room_of(self, vendor))

    def enforced_contract_of(self, vendor: str) -> Contract:
        """Return the contract that requests are held to."""
        found = Settings.enforced_contract_of(self, vendor)
        document = copy.deepcopy(dict(found.document))
        for each in self.variants:
            if each.loosen is not None:
                each.loosen(document)
        return replace(found, document=document)


def target_of(vendor: str, variants: tuple[Variant, ...], edition: str = "") -> Target:
    """Return a newly built mock that shows some variants, the first one innermost."""
    settings = Varied(
        vendors=(vendor,),
        editions={vendor: edition} if edition else {},
        clock=lambda: Clock(FROZEN_AT, frozen=True),
        variants=variants,
    )
    mock = build(settings, validate_replies=False, cors=False)
    inner = InProcess(mock.app, base_url="http://segment-mock")
    target = Target(inner, mock.service.clock, inner.send)
    for each in variants:
        target.send = each.wire(target)
    return target


def tried(
    monkeypatch: Any,
    vendor: str,
    variants: tuple[Variant, ...],
    *,
    edition: str = "",
    settle: float | None = None,
) -> selftest.Outcome:
    """Run the deterministic tests of a vendor against the mock that shows some variants.

    Of a newer contract only what it adds is tried: the rest is the same. `settle` is the
    patience of the configuration in seconds, where it is not the bundled one.
    """
    config = bundled_config(vendor)
    if settle is not None:
        config = replace(config, settle=settle)
    monkeypatch.setattr(selftest, "bundled_config", lambda _: config)
    monkeypatch.setattr(
        selftest, "bundled_target", lambda *_, **__: target_of(vendor, variants, edition)
    )
    tests = selftest.collected(vendor)
    if edition:
        tests = tuple(each for each in tests if _is_of_edition(vendor, each, edition))
    return selftest.run_column(vendor, selftest.Column(edition=edition), tests)[0]


def _is_of_edition(vendor: str, test: selftest.Collected, edition: str) -> bool:
    ledger = selftest.contract(vendor, edition).requirements
    return any(ledger[each].edition for each in selftest.named_by(test.item))
