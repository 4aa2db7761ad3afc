"""Settings in, a service out."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from mockserver import contracts
from mockserver.assembly import (
    Settings,
    UnknownChoice,
    UnknownEdition,
    known_choices,
    open_service,
    resolve_choices,
)
from mockserver.contracts import FixtureUnreadable
from mockserver.kernel.call import Call
from mockserver.kernel.clock import Clock
from mockserver.kernel.room import FixtureError
from mockserver.vendors import ROOMS, room

CHOICE = next(iter(contracts.contract("emporix").choices.values()))
OTHER = next(value for value in CHOICE.values if value != CHOICE.default)


def test_all_vendors_are_opened_by_default() -> None:
    """With the settings of each in its blueprint."""
    clock = Clock(0, frozen=True)
    service = open_service(
        Settings(
            seed=7,
            segments=12,
            customers=13,
            products=14,
            tenants=("mytenant",),
            stores=("MYSTORE",),
            choices={CHOICE.name: OTHER},
            assignments=3,
            clock=lambda: clock,
        )
    )
    assert tuple(service.rooms) == ROOMS
    assert service.clock is clock
    for vendor, blueprint in service.blueprints.items():
        assert (blueprint.seed, blueprint.segments) == (7, 12)
        assert (blueprint.customers, blueprint.products) == (13, 14)
        assert blueprint.clock is clock
        assert (blueprint.assignments, blueprint.edition) == (3, "")
        assert blueprint.fixture is contracts.fixture(contracts.fixture_path(vendor))
        assert blueprint.choices.keys() == contracts.contract(vendor).choices.keys()
    scopes = {vendor: tuple(each.scopes) for vendor, each in service.blueprints.items()}
    assert scopes == {"akinon": (), "emporix": ("mytenant",), "openloyalty": ("MYSTORE",)}
    assert service.blueprints["emporix"].choices[CHOICE.name] == OTHER


def test_every_namespace_has_a_clock_of_its_own() -> None:
    """Moving one leaves the others alone."""
    settings = Settings(vendors=("akinon",), clock=lambda: Clock(1_000, frozen=True))
    one, other = open_service(settings), open_service(settings)
    one.clock.advance(5)
    assert (one.clock.now(), other.clock.now()) == (1_005, 1_000)


@pytest.mark.parametrize("collected", [True, False])
def test_the_garbage_collector_is_as_it_was(collected: bool) -> None:
    """Also when the worlds could not be built."""
    if not collected:
        gc.disable()
    try:
        open_service(Settings(vendors=("akinon",), segments=0, customers=0))
        assert gc.isenabled() is collected
        with pytest.raises(FixtureError):
            open_service(Settings(vendors=("emporix",), tenants=("A",)))
        assert gc.isenabled() is collected
    finally:
        gc.enable()


def test_an_unknown_contract_version_is_refused_with_those_that_are_known() -> None:
    """Whichever vendor it is asked of."""
    with pytest.raises(UnknownEdition, match="akinon has no contract '2030-01'; there is the bund"):
        open_service(Settings(vendors=("akinon",), editions={"akinon": "2030-01"}))


@pytest.mark.parametrize("vendor", ROOMS)
def test_one_vendor_can_be_opened_alone(vendor: str) -> None:
    """The others are not there."""
    service = open_service(Settings(vendors=(vendor,), segments=0, customers=0, products=0))
    assert tuple(service.rooms) == (vendor,)
    assert service.rooms[vendor] is room(vendor)
    stranger = next(each for each in ROOMS if each != vendor)
    with pytest.raises(KeyError):
        service.answer(Call(next(iter(room(stranger).operations))))


def test_there_is_no_room_of_a_stranger() -> None:
    """Not by any spelling."""
    for name in ("shopify", "Emporix", "", "emporix.world"):
        with pytest.raises(KeyError):
            room(name)


def test_choices_have_their_defaults_unless_chosen() -> None:
    """For every vendor that is asked for."""
    resolved = resolve_choices(ROOMS, {CHOICE.name: OTHER})
    assert resolved.keys() == set(ROOMS)
    for vendor in ROOMS:
        for name, choice in known_choices(vendor).items():
            expected = OTHER if name == CHOICE.name else choice.default
            assert resolved[vendor][name] == expected


def test_choices_of_vendors_that_are_not_served_may_be_named() -> None:
    """One list of choices serves every script."""
    assert CHOICE.name not in resolve_choices(("akinon",), {CHOICE.name: OTHER})["akinon"]


@pytest.mark.parametrize("name", ["emporix.nothing", "shopify.x", "emporix", "", "akinon."])
def test_an_unknown_choice_is_refused(name: str) -> None:
    """By its name."""
    with pytest.raises(UnknownChoice, match=f"there is no choice named '{name}'"):
        resolve_choices(ROOMS, {name: "1"})


def test_an_unknown_value_is_refused_with_those_that_are_known() -> None:
    """In the order of the ledger."""
    with pytest.raises(UnknownChoice) as caught:
        resolve_choices(("akinon",), {CHOICE.name: "nonsense"})
    allowed = ", ".join(CHOICE.values)
    assert str(caught.value) == f"{CHOICE.name} takes {allowed}; it cannot be 'nonsense'"


def test_nobody_has_choices_who_is_no_vendor() -> None:
    """An empty table, not an error."""
    assert known_choices("shopify") == {}


def test_an_unreadable_fixture_is_said_so(tmp_path: Path) -> None:
    """Before any world is built."""
    own = tmp_path / "akinon" / "world.json"
    own.parent.mkdir()
    own.write_text("{", "utf-8")
    with pytest.raises(FixtureUnreadable, match="not JSON"):
        open_service(Settings(vendors=("akinon",), fixtures=tmp_path))
