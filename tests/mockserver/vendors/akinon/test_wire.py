"""Refusals in the form of Django REST framework, and the ids that they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from mockserver import contracts
from mockserver.kernel import refusals as no
from mockserver.kernel.call import Reply
from mockserver.kernel.refusals import Refusal, Violation
from mockserver.kernel.service import Service
from mockserver.vendors import akinon
from mockserver.vendors.akinon.wire import cite
from mockserver.web.router import Router

ID = "AKN-038"


@pytest.fixture
def refuse(service: Service) -> Callable[[Refusal], Reply]:
    """Shape a refusal as the site would."""
    return lambda refusal: service.refuse("akinon", refusal)


@pytest.mark.parametrize(
    ("refusal", "status", "detail"),
    [
        (no.UnknownPath("?", requirement=ID), 404, "Not found."),
        (
            no.UnsupportedMediaType("?", requirement=ID, resource="text/plain"),
            415,
            'Unsupported media type "text/plain" in request.',
        ),
        (no.UnsupportedMediaType("Not this one.", requirement=ID), 415, "Not this one."),
        (no.TooLarge("Too large.", requirement=ID), 413, "Too large."),
        (no.Conflict("Changed.", requirement=ID), 409, "Changed."),
        (no.Broken("Ours."), 500, "Ours."),
    ],
)
def test_a_refusal_has_a_detail(
    refuse: Callable, refusal: Refusal, status: int, detail: str
) -> None:
    """What is not about a field is told in `detail`."""
    reply = refuse(refusal)
    assert (reply.status, reply.body) == (status, {"detail": detail})


def test_a_wrong_method_is_told_what_is_allowed(refuse: Callable) -> None:
    """A 405 lists the methods that the path has."""
    message = 'Method "PUT" not allowed.'
    reply = refuse(no.MethodNotAllowed(message, requirement=ID, allowed=["GET", "HEAD"]))
    assert (reply.status, reply.body) == (405, {"detail": message})
    assert dict(reply.headers)["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("violation", "body"),
    [
        (("x", "/email", "required"), {"email": ["This field is required."]}),
        (("x", "/password", "minLength"), {"password": ["This field may not be blank."]}),
        (("x", "/email", "format"), {"email": ["Enter a valid email address."]}),
        (("x", "/password", "type"), {"password": ["Not a valid string."]}),
        (("x is odd", "/password", "maxLength"), {"password": ["x is odd"]}),
        (("x", "", "type"), {"non_field_errors": ["Invalid data. Expected a dictionary."]}),
        (("x", "", "required"), {"non_field_errors": ["No data provided."]}),
        (("x is odd", "", "minProperties"), {"non_field_errors": ["x is odd"]}),
        (("x", "/path/segment_id", "type"), {"segment_id": ["A valid integer is required."]}),
        (("x", "/path/segment_id", "minimum"), {"segment_id": ["x"]}),
        (("no UTF-8", "/query", "encoding"), {"query": ["no UTF-8"]}),
        (("the body is not JSON: no end", "", "syntax"), {"detail": "JSON parse error - no end"}),
        (("no end", "", "json"), {"detail": "JSON parse error - no end"}),
        (
            ("the body is not a UTF-8 form", "", "json"),
            {"detail": "Form parse error - the body is not a UTF-8 form"},
        ),
    ],
)
def test_a_violation_is_told_at_its_field(
    refuse: Callable, violation: tuple[str, str, str], body: dict[str, Any]
) -> None:
    """A field maps to its messages in the framework's words; a parse error has a detail."""
    message, pointer, code = violation
    reply = refuse(no.Invalid(message, requirement=ID, pointer=pointer, code=code))
    assert (reply.status, reply.body) == (400, body)


def test_all_violations_are_told(refuse: Callable) -> None:
    """Several messages of one field stand in one list, each once (AKN-006)."""
    violations = [
        Violation("a", "/email", "required"),
        Violation("b", "/password", "minLength"),
        Violation("c", "/email", "format"),
        Violation("d", "/email", "format"),
    ]
    reply = refuse(no.Invalid("a", requirement=ID, violations=violations))
    assert reply.body == {
        "email": ["This field is required.", "Enter a valid email address."],
        "password": ["This field may not be blank."],
    }


@pytest.mark.parametrize(("value", "status"), [("400", 400), ("404", 404)])
def test_a_path_of_another_type_is_a_choice(open_vendor: Callable, value: str, status: int) -> None:
    """A segment_id that is no integer is 400, or with akinon.path-type=404 not found."""
    service = open_vendor("akinon", choices={"akinon.path-type": value})
    invalid = no.Invalid("x", requirement="AKN-008", pointer="/path/segment_id", code="type")
    assert service.refuse("akinon", invalid).status == status
    other = no.Invalid("x", requirement=ID, pointer="/email", code="type")
    assert service.refuse("akinon", other).status == 400


@pytest.mark.parametrize(
    ("operation", "pointer", "requirement"),
    [
        ("logoutUser", "", "AKN-034"),
        ("logoutUser", "/query", ""),
        ("loginUser", "", ""),
    ],
)
def test_a_bad_sign_out_cites_its_rule(operation: str, pointer: str, requirement: str) -> None:
    """A body that signs nobody out cites its own sentence; all else the general one."""
    assert cite(operation, Violation("x", pointer, "json")) == requirement


def _ids_in_the_room() -> set[str]:
    folder = Path(akinon.__file__).parent
    return {
        found
        for path in folder.glob("*.py")
        for found in re.findall(r'"(AKN-\d{3})"', path.read_text("utf-8"))
    }


def test_every_id_is_in_the_ledger() -> None:
    """Refusals and rules name requirements that the ledger has."""
    ledger = contracts.contract("akinon").requirements
    assert _ids_in_the_room()
    assert set(astuple(akinon.ROOM.rules)) <= _ids_in_the_room() <= set(ledger)


def test_a_path_without_its_slash_is_another_path() -> None:
    """No operation stands at a path whose trailing slash was left out, so it is 404 (AKN-009)."""
    contract = contracts.contract("akinon")
    templates = [*contract.document["paths"], *contract.companions["paths"]]
    router = Router[str]()
    for template in templates:
        router.add(template, "GET", template)
    for template in templates:
        path = template.replace("{segment_id}", "12")
        assert router.find(path)
        assert router.find(path.removesuffix("/")) is None


def test_every_operation_is_answered() -> None:
    """The room answers the operations of both documents, and no other."""
    contract = contracts.contract("akinon")
    declared = {
        operation["operationId"]
        for document in (contract.document, contract.companions)
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert declared == set(akinon.ROOM.operations)
    named = {
        operation
        for requirement in contract.requirements.values()
        for operation in requirement.operations
    }
    assert named == declared
