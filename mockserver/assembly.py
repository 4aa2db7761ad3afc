"""Puts contracts, rooms and the kernel together: settings in, a service out.

The command line, the web layer and the tests all start here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mockserver import contracts
from mockserver.kernel.clock import Clock
from mockserver.kernel.room import Blueprint
from mockserver.kernel.service import Service
from mockserver.vendors import ROOMS

SCOPED_BY = {"emporix": "tenants", "openloyalty": "stores"}
"""Which setting names further scopes of a vendor."""


class UnknownChoice(Exception):
    """A choice, or a value of one, that no ledger knows."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can say about the worlds of a mock."""

    vendors: tuple[str, ...] = contracts.VENDORS
    seed: int = 0
    segments: int = 40
    customers: int = 200
    products: int = 200
    tenants: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    fixtures: Path | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    """Full name -> value, for the choices that differ from their default."""
    clock: Clock = field(default_factory=Clock)


def open_service(settings: Settings) -> Service:
    """Build the worlds. Raises FixtureUnreadable, FixtureError and UnknownChoice."""
    choices = resolve_choices(settings.choices)
    blueprints = {
        vendor: Blueprint(
            fixture=contracts.fixture(contracts.fixture_path(vendor, settings.fixtures)),
            seed=settings.seed,
            segments=settings.segments,
            customers=settings.customers,
            products=settings.products,
            scopes=getattr(settings, SCOPED_BY[vendor]) if vendor in SCOPED_BY else (),
            choices=choices[vendor],
            clock=settings.clock,
        )
        for vendor in settings.vendors
    }
    return Service([ROOMS[vendor] for vendor in settings.vendors], blueprints)


def resolve_choices(chosen: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return, per vendor, every choice with its value. Raises UnknownChoice."""
    known = {vendor: contracts.contract(vendor).choices for vendor in contracts.VENDORS}
    everything = {name: choice for group in known.values() for name, choice in group.items()}
    for name, value in chosen.items():
        if name not in everything:
            raise UnknownChoice(f"there is no choice named {name!r}")
        if value not in everything[name].values:
            allowed = ", ".join(everything[name].values)
            raise UnknownChoice(f"{name} takes {allowed}; it cannot be {value!r}")
    return {
        vendor: {name: chosen.get(name, choice.default) for name, choice in group.items()}
        for vendor, group in known.items()
    }
