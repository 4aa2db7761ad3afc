"""The reader of specs and fixtures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver import contracts
from mockserver.contracts import FixtureUnreadable
from mockserver.vendors import ROOMS


@pytest.mark.parametrize("vendor", ROOMS)
def test_a_contract_holds_what_the_folder_holds(vendor: str) -> None:
    """Three documents and a ledger, by id and in the order of the file."""
    contract = contracts.contract(vendor)
    folder = contracts.specs_folder() / vendor
    assert contract.vendor == vendor
    assert contract.published == json.loads((folder / "published.json").read_text("utf-8"))
    assert contract.document == json.loads((folder / "openapi.json").read_text("utf-8"))
    assert contract.companions == json.loads((folder / "companions.json").read_text("utf-8"))
    assert all(key == row.id for key, row in contract.requirements.items())
    assert contract.requirements


@pytest.mark.parametrize("vendor", ROOMS)
def test_choices_are_found_by_their_full_name(vendor: str) -> None:
    """Each knows its requirement."""
    contract = contracts.contract(vendor)
    assert contract.choices
    for name, choice in contract.choices.items():
        assert name == choice.name
        assert contract.requirements[choice.requirement].choice is choice
        assert choice.default in choice.values


def test_a_contract_is_read_once() -> None:
    """The second time it is the very same."""
    assert contracts.contract("akinon") is contracts.contract("akinon")


def test_there_is_no_contract_of_a_stranger() -> None:
    """The error names the file that is missing."""
    with pytest.raises(FileNotFoundError, match=r"requirements\.toml"):
        contracts.contract("shopify")


@pytest.mark.parametrize("vendor", ROOMS)
def test_bundled_fixtures_and_their_schemas_are_there(vendor: str) -> None:
    """For every vendor."""
    path = contracts.fixture_path(vendor)
    assert path.parent.parent == contracts.fixtures_folder()
    assert contracts.fixture(path)["asOf"]
    assert contracts.fixture_schema(vendor)["$schema"].endswith("2020-12/schema")


def test_an_own_fixture_comes_before_the_bundled_one(tmp_path: Path) -> None:
    """Vendor by vendor: what the folder lacks is taken from the bundle."""
    own = tmp_path / "akinon" / "world.json"
    own.parent.mkdir()
    own.write_text('{"own": true}', "utf-8")
    assert contracts.fixture_path("akinon", tmp_path) == own
    assert contracts.fixture(own) == {"own": True}
    assert contracts.fixture_path("emporix", tmp_path) == contracts.fixture_path("emporix")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "not JSON: Expecting property name"),
        (b"", "not JSON: Expecting value"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "not JSON: 'c' is named twice in one object"),
        (b'{"a": "\\ud800"}', "'\\ud800' is half of a character"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xff", "not JSON: 'utf-8' codec"),
        (b"[]", "a JSON object is needed at the top"),
        (b"null", "a JSON object is needed at the top"),
    ],
)
def test_a_fixture_that_is_no_json_object_is_named(
    tmp_path: Path, content: bytes, why: str
) -> None:
    """By path and cause."""
    path = tmp_path / "world.json"
    path.write_bytes(content)
    with pytest.raises(FixtureUnreadable) as caught:
        contracts.fixture(path)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}: {why}")


def test_a_fixture_may_begin_with_a_mark(tmp_path: Path) -> None:
    """As some editors write it."""
    path = tmp_path / "world.json"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"name": "Chlo\\u00e9"}')
    assert contracts.fixture(path) == {"name": "Chloé"}


def test_a_fixture_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A folder is none either."""
    for path in (tmp_path / "world.json", tmp_path):
        with pytest.raises(FixtureUnreadable, match=str(path)):
            contracts.fixture(path)


def test_data_inside_the_package_comes_before_data_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel carries its own; in a checkout the folders lie beside the package."""
    package = tmp_path / "mockserver"
    monkeypatch.setattr(contracts, "__file__", str(package / "contracts.py"))
    assert contracts.specs_folder() == tmp_path / "specs"
    (package / "data" / "specs").mkdir(parents=True)
    assert contracts.specs_folder() == package / "data" / "specs"
    assert contracts.fixtures_folder() == tmp_path / "fixtures"
