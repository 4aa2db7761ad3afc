"""Puts contracts, rooms and the kernel together: settings in, a service out.

The command line, the web layer and the tests all start here.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from mockserver import contracts
from mockserver.defects import known_defects
from mockserver.kernel.clock import Clock
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Blueprint, Room
from mockserver.kernel.service import Service
from mockserver.vendors import ROOMS, room


class UnknownChoice(Exception):
    """A choice, or a value of one, that no ledger knows."""


class UnknownEdition(Exception):
    """A contract version that is not bundled."""


class UnknownDefect(Exception):
    """A defect that does not exist, or that could not be seen with the other settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can say about the worlds of a mock."""

    vendors: tuple[str, ...] = ROOMS
    seed: int = 0
    segments: int = 40
    customers: int = 200
    products: int = 200
    tenants: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    fixtures: Path | None = None
    assignments: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    """Full name -> value, for the choices that differ from their default."""
    editions: Mapping[str, str] = field(default_factory=dict)
    """Vendor -> the newer contract version that is served instead of the bundled one."""
    clock: Callable[[], Clock] = Clock
    """Makes the clock of each namespace."""
    defects: tuple[str, ...] = ()
    """Names of the defects that the mock shows; none unless asked for."""

    def scopes_of(self, vendor: str) -> tuple[str, ...]:
        """Return the further scopes that were asked for; Akinon has one site and no names."""
        return {"emporix": self.tenants, "openloyalty": self.stores}.get(vendor, ())

    def edition_of(self, vendor: str) -> str:
        """Return the contract version of a vendor. Raises UnknownEdition."""
        edition = self.editions.get(vendor, "")
        known = contracts.editions(vendor)
        if edition and edition not in known:
            told = f"there are {', '.join(known)}" if known else "there is the bundled one only"
            raise UnknownEdition(f"{vendor} has no contract {edition!r}; {told}")
        return edition

    def contract_of(self, vendor: str) -> contracts.Contract:
        """Return the contract that is served. Raises UnknownEdition."""
        return contracts.contract(vendor, self.edition_of(vendor))

    def enforced_contract_of(self, vendor: str) -> contracts.Contract:
        """Return the contract that requests are held to: defects may loosen it.

        Raises UnknownEdition and UnknownDefect.
        """
        contract = self.contract_of(vendor)
        for defect in self.defects_of(vendor):
            contract = _loosened(contract, defect)
        return contract

    def room_of(self, vendor: str) -> Room:
        """Return the room as it is served. Raises UnknownEdition and UnknownDefect."""
        found = room(vendor).at(self.edition_of(vendor))
        for defect in self.defects_of(vendor):
            found = defect.change(found)
        return found

    def defects_of(self, vendor: str) -> tuple[Defect, ...]:
        """Return the defects of a vendor that are shown. Raises UnknownDefect.

        Defects of vendors that are not served may be named too, as choices may.
        """
        named = [name for name in self.defects if name.partition(".")[0] == vendor]
        known = known_defects(vendor) if named else {}
        for name in named:
            if name not in known:
                raise UnknownDefect(f"there is no defect named {name!r}")
            needed = known[name]
            if needed.edition and needed.edition != self.editions.get(vendor):
                raise UnknownDefect(
                    f"{name} cannot be seen without --contract {vendor}={needed.edition}"
                )
            for choice, value in needed.choices.items():
                if self.choices.get(choice) != value:
                    raise UnknownDefect(f"{name} cannot be seen without --choose {choice}={value}")
        return tuple(known[name] for name in named)


def open_service(settings: Settings) -> Service:
    """Build the worlds.

    Raises FixtureUnreadable, FixtureError, UnknownChoice, UnknownEdition and UnknownDefect.
    """
    for name in settings.defects:
        if name.partition(".")[0] not in ROOMS:
            raise UnknownDefect(f"there is no defect named {name!r}")
    choices = resolve_choices(settings.vendors, settings.choices)
    blueprints = {
        vendor: Blueprint(
            fixture=contracts.fixture(contracts.fixture_path(vendor, settings.fixtures)),
            seed=settings.seed,
            segments=settings.segments,
            customers=settings.customers,
            products=settings.products,
            assignments=settings.assignments,
            scopes=settings.scopes_of(vendor),
            choices=choices[vendor],
            edition=settings.edition_of(vendor),
        )
        for vendor in settings.vendors
    }
    rooms = [settings.room_of(vendor) for vendor in settings.vendors]
    with _nothing_collected():
        return Service(rooms, blueprints, settings.clock())


def _loosened(contract: contracts.Contract, defect: Defect) -> contracts.Contract:
    """Return a contract whose document of the defect's operation was edited."""
    if defect.loosen is None:
        return contract
    name = "companions" if _of_companions(contract, defect) else "document"
    document = copy.deepcopy(dict(getattr(contract, name)))
    defect.loosen(document)
    return (
        replace(contract, companions=document)
        if name == "companions"
        else replace(contract, document=document)
    )


def _of_companions(contract: contracts.Contract, defect: Defect) -> bool:
    named = defect.operations[:1]
    return any(
        operation.get("operationId") in named
        for item in contract.companions["paths"].values()
        for operation in item.values()
        if isinstance(operation, Mapping)
    )


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep the garbage collector away while worlds are built: nothing of them is garbage."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def resolve_choices(vendors: Sequence[str], chosen: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return, per vendor, every choice with its value. Raises UnknownChoice.

    Choices of vendors that are not served may be named too: a script can carry one
    list of choices for all.
    """
    for name, value in chosen.items():
        known = known_choices(name.partition(".")[0])
        if name not in known:
            raise UnknownChoice(f"there is no choice named {name!r}")
        if value not in known[name].values:
            allowed = ", ".join(known[name].values)
            raise UnknownChoice(f"{name} takes {allowed}; it cannot be {value!r}")
    return {
        vendor: {
            name: chosen.get(name, choice.default) for name, choice in known_choices(vendor).items()
        }
        for vendor in vendors
    }


def known_choices(vendor: str) -> Mapping[str, contracts.Choice]:
    """Return the choices of a vendor by name; none for a name that is no vendor."""
    return contracts.contract(vendor).choices if vendor in ROOMS else {}
