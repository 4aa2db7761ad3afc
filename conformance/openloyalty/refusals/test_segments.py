"""Refused segments: bodies that are not as they must be, and ids that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exchange import Reply
from conformance.judging import judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import UNSENT, OpenLoyalty, part
from conformance.openloyalty.criteria import criterion
from conformance.openloyalty.errors import has_code_and_message, tells_errors

METHODS = (op.CREATE, op.CHANGE)
LONG = "x" * 256
"""One more character than a text may have."""


@judges("OLO-007")
@pytest.mark.parametrize("operation", METHODS)
def test_a_body_of_another_form_is_refused(openloyalty: OpenLoyalty, operation: str) -> None:
    """A body whose fields have other types than the declared ones, or no JSON, gets 400."""
    segment = _existing(openloyalty, operation)
    name = openloyalty.fresh_name()
    for form in (
        "a text",
        {"name": [name]},
        {"name": name, "active": "perhaps"},
        {"name": name, "description": {"en": "an object"}},
        {"name": name, "parts": "a text"},
        {"name": name, "parts": [{"criteria": "a text"}]},
    ):
        reply = _send(openloyalty, operation, segment, {"segment": form})
        openloyalty.judge("OLO-007", reply).status(400)
    reply = _send(openloyalty, operation, segment, raw=b'{"segment": {"name": ')
    openloyalty.judge("OLO-007", reply).status(400)


@judges("OLO-007")
@pytest.mark.parametrize("operation", METHODS)
def test_values_are_not_converted(openloyalty: OpenLoyalty, operation: str) -> None:
    """A number is no text, a text is no truth value, and a list no object: each gets 400."""
    segment = _existing(openloyalty, operation)
    name = openloyalty.fresh_name()
    kind = "customer_list"
    forms: tuple[Any, ...] = (
        [{"name": name}],
        {"name": 5},
        {"name": name, "description": 5},
        {"name": name, "active": "true"},
        {"name": name, "parts": ["a text"]},
        {"name": name, "parts": [{"criteria": ["a text"]}]},
        {"name": name, "parts": [{"segmentPartId": 5, "criteria": []}]},
        {"name": name, "parts": [part(criterion(kind, customers=["a"], criterionId=5))]},
    )
    for form in forms:
        reply = _send(openloyalty, operation, segment, {"segment": form})
        openloyalty.judge("OLO-007", reply).status(400)


@judges("OLO-042")
@pytest.mark.parametrize("operation", METHODS)
def test_a_segment_without_its_envelope_is_refused(
    openloyalty: OpenLoyalty, operation: str
) -> None:
    """A body whose fields are not wrapped in an object named segment is refused with 400."""
    segment = _existing(openloyalty, operation)
    for body in (openloyalty.draft(), {}):
        reply = _send(openloyalty, operation, segment, body)
        openloyalty.judge("OLO-042", reply).status(400)


@judges("OLO-043", "OLO-008")
@pytest.mark.parametrize("operation", METHODS)
def test_a_segment_without_a_name_is_refused(openloyalty: OpenLoyalty, operation: str) -> None:
    """A segment without a name is refused with 400, and with each error in full."""
    segment = _existing(openloyalty, operation)
    form = {"description": "Nobody named this", "active": False}
    for fields in (form, {**form, "name": None}):
        reply = _send(openloyalty, operation, segment, {"segment": fields})
        openloyalty.judge("OLO-043", reply).status(400)
        tells_errors(openloyalty, reply)


@judges("OLO-049", "OLO-050")
@pytest.mark.parametrize("operation", METHODS)
def test_the_type_of_a_criterion_is_one_of_those_listed(
    openloyalty: OpenLoyalty, operation: str
) -> None:
    """A criterion without a type, or of a type that is not listed, is refused with 400."""
    segment = _existing(openloyalty, operation)
    good = criterion("customer_list", customers=["a"])
    bad = [
        criterion("customer_favourite", customers=["a"]),
        criterion("CUSTOMER_LIST", customers=["a"]),
        criterion("bought_in_pos", posIds=["a"]),
    ]
    # Not only the first criterion of the first part has one.
    for parts in (
        *([part(each)] for each in bad),
        [part(good, bad[0])],
        [part(good), part(bad[0])],
    ):
        reply = _send(openloyalty, operation, segment, {"segment": openloyalty.draft(parts=parts)})
        openloyalty.judge("OLO-049", reply).status(400)
    for typeless in ({"min": 1, "max": 2}, {"type": None, "min": 1, "max": 2}):
        form = openloyalty.draft(parts=[part(typeless)])
        reply = _send(openloyalty, operation, segment, {"segment": form})
        openloyalty.judge("OLO-050", reply).status(400)


@judges("OLO-013")
@pytest.mark.parametrize("operation", METHODS)
@pytest.mark.parametrize(
    "fields",
    [
        {"name": LONG},
        {"description": LONG},
        {"parts": [{"segmentPartId": LONG, "criteria": []}]},
        {"parts": [part(criterion("customer_list", customers=["a"], criterionId=LONG))]},
        {"parts": [part(criterion("customer_list", customers=["a", LONG]))]},
        {"parts": [part({"type": "customer_list", "customers": ["a"], LONG: 1})]},
    ],
    ids=["name", "description", "segmentPartId", "criterionId", "own field", "name of a field"],
)
def test_a_long_text_is_refused(
    openloyalty: OpenLoyalty, operation: str, fields: dict[str, Any]
) -> None:
    """A text of 256 characters is refused with 400 wherever in a segment it stands."""
    segment = _existing(openloyalty, operation)
    reply = _send(openloyalty, operation, segment, {"segment": openloyalty.draft(**fields)})
    openloyalty.judge("OLO-013", reply).status(400)


@judges("OLO-061", "OLO-010")
@pytest.mark.parametrize("operation", op.OF_A_SEGMENT)
def test_a_segment_that_does_not_exist_is_not_found(
    openloyalty: OpenLoyalty, operation: str
) -> None:
    """An id that no segment has is answered with 404."""
    reply = openloyalty.perform(operation, openloyalty.unknown_id())
    # To remove what is not there may count as done.
    openloyalty.judge("OLO-061", reply).status(*((404, 204) if operation == op.REMOVE else (404,)))
    if reply.status == 404:
        has_code_and_message(openloyalty, reply)


def _existing(case: OpenLoyalty, operation: str) -> str:
    """Return a segment to change; none is needed to create one. Raises Unmet."""
    return case.segment() if operation == op.CHANGE else ""


def _send(
    case: OpenLoyalty, operation: str, segment: str, body: Any = UNSENT, **sending: Any
) -> Reply:
    if operation == op.CHANGE:
        return case.change(segment, body, **sending)
    return case.create(body, **sending)
