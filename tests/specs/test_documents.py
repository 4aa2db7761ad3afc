"""Every document in `specs/` is valid, fresh and explained."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from mockserver import contracts
from mockserver.vendors import ROOMS
from mockserver.web.compiled import operations_of

SPECS = contracts.specs_folder()
every_vendor = pytest.mark.parametrize("vendor", ROOMS)


def document(vendor: str, name: str) -> Any:
    """Return a parsed document."""
    return json.loads((SPECS / vendor / f"{name}.json").read_text("utf-8"))


def overlay(vendor: str) -> Any:
    """Return the errata of a vendor."""
    return yaml.safe_load((SPECS / vendor / "overlay.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def regenerate() -> ModuleType:
    """The tool that writes the contracts; it is a script, not part of the package."""
    tool = Path(__file__).parents[2] / "tools" / "regenerate_contracts.py"
    spec = importlib.util.spec_from_file_location("regenerate_contracts", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_vendor_has_a_folder_and_every_folder_a_vendor() -> None:
    """With the same files in each."""
    folders = {path.name: path for path in SPECS.iterdir() if path.is_dir()}
    assert folders.keys() == set(ROOMS)
    for folder in folders.values():
        editions = {name: folder / name for name in contracts.editions(folder.name)}
        for edition in editions.values():
            assert {path.name for path in edition.iterdir()} == {"openapi.json", "overlay.yaml"}
        assert {path.name for path in folder.iterdir()} - editions.keys() == {
            "README.md",
            "companions.json",
            "openapi.json",
            "overlay.yaml",
            "published.json",
            "requirements.toml",
        }


@every_vendor
@pytest.mark.parametrize("name", ["openapi", "companions"])
def test_what_is_served_is_valid_openapi(vendor: str, name: str) -> None:
    """In the corrected form; that is what an erratum is for."""
    validate(document(vendor, name))


@every_vendor
def test_the_contract_is_fresh(vendor: str, regenerate: ModuleType) -> None:
    """`openapi.json` is exactly what published document and errata give."""
    fresh = regenerate.rendered(regenerate.corrected(SPECS / vendor))
    kept = (SPECS / vendor / "openapi.json").read_text("utf-8")
    assert kept == fresh, "run python tools/regenerate_contracts.py"


@every_vendor
def test_every_erratum_says_why_and_on_whose_word(vendor: str) -> None:
    """One action, one correction, with its reason and its source."""
    errata = overlay(vendor)
    assert errata["overlay"] == "1.0.0"
    assert errata["actions"]
    for action in errata["actions"]:
        reason, _, source = " ".join(action["description"].split()).partition("Source: ")
        assert len(reason) > 20, action["target"]
        assert len(source) > 5, action["target"]
        assert source.endswith("."), action["target"]
        assert ("update" in action) != (action.get("remove") is True), action["target"]


@every_vendor
def test_every_erratum_changes_something(vendor: str, regenerate: ModuleType) -> None:
    """A target that matches nothing would be an erratum that is only believed."""
    before = document(vendor, "published")
    errata = overlay(vendor)
    for action in errata["actions"]:
        after = regenerate.apply_overlay(
            json.loads(json.dumps(before)), {**errata, "actions": [action]}
        )
        assert after != before, action["target"]
        before = after


@every_vendor
def test_operation_ids_name_one_operation(vendor: str) -> None:
    """Over contract and companions together, for the room binds by them."""
    found = [
        operation["operationId"]
        for name in ("openapi", "companions")
        for _, __, operation in operations_of(document(vendor, name))
    ]
    assert len(found) == len(set(found))


def test_operation_ids_are_unique_over_all_vendors() -> None:
    """One process serves them all, and finds the room by the operation."""
    found = [
        operation["operationId"]
        for vendor in ROOMS
        for name in ("openapi", "companions")
        for _, __, operation in operations_of(document(vendor, name))
    ]
    assert len(found) == len(set(found))


@every_vendor
def test_an_erratum_adds_no_operation_and_drops_none(vendor: str) -> None:
    """Those that a vendor forgot would be companions."""
    before, after = (
        [(path, method) for path, method, _ in operations_of(document(vendor, name))]
        for name in ("published", "openapi")
    )
    assert sorted(before) == sorted(after)
