"""Refusals in the vendor's shape, and the ledger behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver import contracts
from mockserver.kernel.call import Call
from mockserver.kernel.refusals import (
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    Missing,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnknownPath,
    UnsupportedMediaType,
    Violation,
)
from mockserver.kernel.service import Service
from mockserver.vendors import openloyalty
from mockserver.vendors.openloyalty.wire import RULES, cite, property_path, refuse
from mockserver.web.bodies import RequestBody
from mockserver.web.parameters import Parameters
from mockserver.web.schemas import Schemas


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", ""),
        ("/segment", "segment"),
        ("/segment/name", "name"),
        ("/segment/parts/0/criteria/1/type", "parts[0].criteria[1].type"),
        ("/segment/parts/10/criteria/0/a~1b~0c", "parts[10].criteria[0].a/b~c"),
        ("/query", "query"),
        ("/query/name/", "name[]"),
        ("/query/name/eq/x", "name[eq][x]"),
        ("/query/_page", "_page"),
        ("/query/_orderBy/name", "_orderBy[name]"),
        ("/header/X-AUTH-TOKEN", "X-AUTH-TOKEN"),
        ("/path/segment", "segment"),
        ("/refresh_token", "refresh_token"),
        ("/0", "[0]"),
    ],
)
def test_pointers_become_property_paths(pointer: str, path: str) -> None:
    """A JSON pointer is told in the manner of a Symfony property path, below the envelope."""
    assert property_path(pointer) == path


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Unauthenticated("m", requirement="r"), 401),
        (Forbidden("m", requirement="r"), 403),
        (Missing("m", requirement="r"), 404),
        (UnknownPath("m", requirement="r"), 404),
        (MethodNotAllowed("m", requirement="r", allowed=["GET", "POST"]), 405),
        (UnsupportedMediaType("m", requirement="r"), 415),
        (TooLarge("m", requirement="r"), 413),
        (Broken("m"), 500),
    ],
)
def test_most_refusals_have_code_and_message(refusal: Refusal, status: int) -> None:
    """Every refusal but 400 has a body of code and message, and the code is the status.

    OLO-010, OLO-012.
    """
    reply = refuse(refusal, {})

    assert (reply.status, reply.body) == (status, {"code": status, "message": "m"})
    allow = dict(reply.headers).get("Allow")
    assert allow == ("GET, POST" if status == 405 else None)


def test_a_400_has_errors() -> None:
    """Everything that is wrong is listed with its path; a code is never empty (OLO-008)."""
    violations = [
        Violation("a", "/query/_page", "minimum", {"limit": 1}),
        Violation("b", "/segment/name"),
    ]

    reply = refuse(Invalid("m", requirement="r", violations=violations), {})

    assert reply.status == 400
    assert reply.body == {
        "code": 400,
        "message": "a",
        "errors": [
            {
                "message": "a",
                "parameters": {"limit": 1},
                "plural": None,
                "code": "minimum",
                "path": "_page",
            },
            {"message": "b", "parameters": {}, "plural": None, "code": "invalid", "path": "name"},
        ],
    }


def test_a_wrong_date_is_told_how_to_write_one() -> None:
    """A date-time that the contract refuses gets the message that operator filters get."""
    found = Violation('"x" is not a "date-time"', "/query/createdAt", "format")

    body = refuse(Invalid(found.message, requirement="r", violations=[found]), {}).body

    assert "2026-01-31T00:00:00Z" in body["message"]
    assert body["errors"][0]["message"] == body["message"]


def test_a_conflict_is_a_400_with_one_error() -> None:
    """Open Loyalty has no 409."""
    reply = refuse(Conflict("m", requirement="r", pointer="/segment/name", code="unique"), {})

    assert (reply.status, len(reply.body["errors"])) == (400, 1)


def test_a_blank_name_is_told_in_words() -> None:
    """The answer says what is wrong with the name, not which pattern it does not match."""
    blank = Violation('" " does not match "\\S"', "/segment/name", "pattern")

    reply = refuse(Invalid("m", requirement="r", violations=[blank]), {})

    assert reply.body["message"] == "This value should not be blank."
    assert reply.body["errors"][0]["message"] == "This value should not be blank."


def test_an_impossible_address_is_404() -> None:
    """A segment id that is no UUID addresses nothing, whatever else is wrong."""
    address = Violation("not a uuid", "/path/segment", "format")

    alone = refuse(Invalid("m", requirement="r", violations=[address]), {})
    both = refuse(
        Invalid("m", requirement="r", violations=[address, Violation("b", "/query/_page")]), {}
    )

    assert (alone.status, alone.body) == (404, {"code": 404, "message": "m"})
    assert both.status == 404


@pytest.mark.parametrize(
    ("body", "requirement"),
    [
        ({"segment": {}}, "OLO-043"),
        ({"segment": {"name": "  "}}, "OLO-044"),
        ({"segment": {"name": ""}}, "OLO-044"),
        ({"segment": {"name": "x" * 256}}, "OLO-013"),
        ({"segment": {"name": 1}}, "OLO-007"),
        ({}, "OLO-042"),
        ([], "OLO-042"),
        ({"segment": []}, "OLO-042"),
        ({"segment": {"name": "x", "parts": [{"criteria": [{"type": "x"}]}]}}, "OLO-049"),
        ({"segment": {"name": "x", "parts": [{"criteria": [{}]}]}}, "OLO-050"),
        ({"segment": {"name": "x", "parts": [{"segmentPartId": "x" * 256}]}}, "OLO-013"),
    ],
)
def test_what_the_contract_refuses_cites_its_rule(body: Any, requirement: str) -> None:
    """Faults of a segment's form cite the sentence about them, or else the general one."""
    document = contracts.contract("openloyalty").document
    operation = document["paths"]["/api/{storeCode}/segment"]["post"]
    form = RequestBody(operation["requestBody"], Schemas(document))

    first = form.read(json.dumps(body).encode(), "application/json").violations[0]

    assert (cite("segmentPost", first) or RULES.body) == requirement
    assert cite("adminLoginCheck", first) == ""


@pytest.mark.parametrize(
    ("query", "requirement"),
    [
        (b"_page=0", "OLO-124"),
        (b"_page=x", "OLO-005"),
        (b"_itemsOnPage=0", "OLO-126"),
        (b"_itemsOnPage=51", "OLO-126"),
        (b"_orderBy[name]=up", "OLO-131"),
        (b"active=x", "OLO-005"),
    ],
)
def test_query_parameters_cite_their_rule(query: bytes, requirement: str) -> None:
    """Faults of pages and orders cite the sentence about them, or else the general one."""
    document = contracts.contract("openloyalty").document
    operation = document["paths"]["/api/{storeCode}/segment"]["get"]
    found: list[Violation] = []

    Parameters(operation["parameters"], Schemas(document)).decode_query(query, found)

    assert (cite("segmentGetList", found[0]) or RULES.parameters) == requirement


def test_every_requirement_that_is_named_exists() -> None:
    """The ids in the room's code are ids of the ledger."""
    known = contracts.contract("openloyalty").requirements.keys()
    folder = Path(openloyalty.__file__).parent
    named = {
        found
        for path in folder.rglob("*.py")
        for found in re.findall(r"OLO-\d{3}", path.read_text())
    }

    assert named <= known
    assert {getattr(RULES, name) for name in RULES.__slots__} <= known


def test_every_choice_is_read(open_vendor: Callable[..., Service]) -> None:
    """Each choice of the ledger is looked at by the room, in each of its values."""
    choices = contracts.contract("openloyalty").choices
    code = "".join(path.read_text() for path in Path(openloyalty.__file__).parent.glob("*.py"))

    for name, choice in choices.items():
        assert f'"{name}"' in code
        for value in choice.values:
            assert open_vendor("openloyalty", customers=0, segments=0, choices={name: value})


def test_the_room_answers_every_operation() -> None:
    """Contract and companions together have exactly the operations of the room."""
    contract = contracts.contract("openloyalty")
    declared = {
        operation["operationId"]
        for document in (contract.document, contract.companions)
        for item in document["paths"].values()
        for operation in item.values()
    }

    assert openloyalty.ROOM.operations.keys() == declared
    for requirement in contract.requirements.values():
        assert set(requirement.operations) <= declared


def test_answers_are_kept_until_the_segment_changes(cast: Any) -> None:
    """The same document is handed out for an unchanged segment, another one afterwards."""

    def documents() -> tuple[Any, Any]:
        detail = Call("segmentGet", {"storeCode": "default", "segment": cast.gold}, sent=cast.key)
        rows = Call("segmentGetList", {"storeCode": "default"}, sent=cast.key)
        return (
            cast.service.answer(detail).body,
            cast.service.answer(rows).body["items"][0],
        )

    before = documents()
    assert [id(each) for each in documents()] == [id(each) for each in before]
    cast.ask("segmentPostDeactivate", cast.gold)
    assert not {id(each) for each in documents()} & {id(each) for each in before}
