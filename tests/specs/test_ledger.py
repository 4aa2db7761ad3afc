"""The ledgers of requirements hold together, and with the documents and the code."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonpointer import resolve_pointer

import mockserver.vendors
from mockserver import contracts
from mockserver.contracts import Level, Strength
from mockserver.ties import ties
from mockserver.vendors import ROOMS, room
from mockserver.web.compiled import operations_of

PREFIXES = {"akinon": "AKN", "emporix": "EMX", "openloyalty": "OLO"}
ID = re.compile(r"(AKN|EMX|OLO)-\d{3}")
KEYS = {"id", "operations", "statement", "source", "level", "strength"}
every_vendor = pytest.mark.parametrize("vendor", ROOMS)


def rows(vendor: str) -> list[dict[str, Any]]:
    """Return the rows of a ledger as they stand in the file."""
    text = (contracts.specs_folder() / vendor / "requirements.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["requirement"]
    return found


def operation_ids(vendor: str, edition: str = "") -> set[str]:
    """Return every operationId of a vendor's contract."""
    contract = contracts.contract(vendor, edition)
    return {
        operation["operationId"]
        for document in (contract.document, contract.companions)
        for _, __, operation in operations_of(document)
    }


@every_vendor
def test_ids_are_well_formed_unique_and_in_order(vendor: str) -> None:
    """The vendor's prefix and three digits, in reading order."""
    ids = [row["id"] for row in rows(vendor)]
    assert [each for each in ids if not re.fullmatch(rf"{PREFIXES[vendor]}-\d{{3}}", each)] == []
    assert [each for each, times in Counter(ids).items() if times > 1] == []


@every_vendor
def test_every_row_is_whole(vendor: str) -> None:
    """One sentence, a source, and words from the lists."""
    for row in rows(vendor):
        assert row.keys() - {"choice", "contract", "edition"} == KEYS, row["id"]
        assert row["level"] in get_args(Level), row["id"]
        assert row["strength"] in get_args(Strength), row["id"]
        assert row["statement"].rstrip("\"`')").endswith("."), row["id"]
        assert len(row["statement"]) > 15, row["id"]
        assert row["source"].strip(), row["id"]


@every_vendor
def test_statements_are_made_once(vendor: str) -> None:
    """Of the same operations."""
    made = Counter((row["statement"], tuple(row["operations"])) for row in rows(vendor))
    assert [statement for statement, times in made.items() if times > 1] == []


@every_vendor
def test_only_the_documented_must_be(vendor: str) -> None:
    """What nobody wrote down, or somebody contradicted, can fail no one."""
    wrong = [
        row["id"]
        for row in rows(vendor)
        if row["level"] == "must" and row["strength"] != "documented"
    ]
    assert wrong == []


@every_vendor
def test_every_operation_exists_and_has_a_requirement(vendor: str) -> None:
    """A row about the whole API counts for none in particular."""
    known = operation_ids(vendor)
    for edition in contracts.editions(vendor):
        known |= operation_ids(vendor, edition)
    named = {name for row in rows(vendor) for name in row["operations"]}
    assert named - known == set()
    assert known - named == set()
    for row in rows(vendor):
        assert len(set(row["operations"])) == len(row["operations"]), row["id"]


@every_vendor
def test_choices_settle_what_the_vendor_left_open(vendor: str) -> None:
    """Each with at least two values, the default among them, each explained."""
    found = [(row, row["choice"]) for row in rows(vendor) if "choice" in row]
    names = [choice["name"] for _, choice in found]
    assert sorted(set(names)) == sorted(names)
    for row, choice in found:
        assert row["strength"] != "documented", row["id"]
        assert choice.keys() == {"name", "default", "values"}, row["id"]
        assert re.fullmatch(rf"{vendor}\.[a-z][a-z0-9-]*", choice["name"]), row["id"]
        assert choice["default"] in choice["values"], row["id"]
        assert len(choice["values"]) >= 2, row["id"]
        assert all(choice["values"].values()), row["id"]


def test_there_are_enough_of_them() -> None:
    """Three documents and their guides say well over 150 things."""
    assert sum(len(rows(vendor)) for vendor in ROOMS) > 150


@every_vendor
def test_newer_rows_name_a_version_that_exists(vendor: str) -> None:
    """And operations of the bundled contract have rows that hold there too."""
    newer = [row for row in rows(vendor) if "edition" in row]
    assert {row["edition"] for row in newer} == set(contracts.editions(vendor))
    bundled = {name for row in rows(vendor) if "edition" not in row for name in row["operations"]}
    assert operation_ids(vendor) <= bundled


@every_vendor
def test_every_requirement_that_the_room_cites_exists(vendor: str) -> None:
    """In refusals, rules and prose alike; and rooms cite only their own vendor."""
    cited = ties(vendor)
    known = {row["id"] for row in rows(vendor)}
    assert {name: cited[name] for name in cited if name not in known} == {}
    assert cited, "the room cites nothing"


@every_vendor
def test_whatever_must_be_is_tied_to_what_upholds_it(vendor: str) -> None:
    """To a refusal, to the contract, or to the code that behaves that way."""
    tied = ties(vendor)
    assert [
        row["id"] for row in rows(vendor) if row["level"] == "must" and row["id"] not in tied
    ] == []


@every_vendor
def test_ties_to_the_documents_resolve(vendor: str) -> None:
    """Each pointer leads somewhere."""
    for name, found in ties(vendor).items():
        for tie in found:
            if tie.kind == "contract":
                document, _, pointer = tie.where.partition("#")
                text = (contracts.specs_folder() / vendor / document).read_text("utf-8")
                assert resolve_pointer(json.loads(text), pointer, None) is not None, (name, tie)


@every_vendor
def test_the_rules_of_the_web_layer_exist(vendor: str) -> None:
    """They stand behind what is refused before a room is asked."""
    rules = room(vendor).rules
    cited = {name: getattr(rules, name) for name in rules.__slots__}
    known = {row["id"] for row in rows(vendor)}
    assert {name: each for name, each in cited.items() if each not in known} == {}


@every_vendor
def test_every_choice_is_asked_for_by_the_room(vendor: str) -> None:
    """A choice that no code reads is a promise that nobody keeps."""
    folder = Path(mockserver.vendors.__file__).parent / vendor
    code = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    names = [row["choice"]["name"] for row in rows(vendor) if "choice" in row]
    unread = [
        name
        for name in names
        if f'"{name}"' not in code and f'"{name.partition(".")[2]}"' not in code
    ]
    assert unread == []
