"""Patches that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.updates import patch
from conformance.judging import judges

REPLACE = {"op": "replace", "path": "/status", "value": "ACTIVE"}


@judges("EMX-140")
def test_a_patch_that_is_no_array_is_refused(emporix: Emporix) -> None:
    """A body that is no array of operations is no patch."""
    segment = emporix.segment()
    for body in ({"status": "ACTIVE"}, REPLACE):
        reply = emporix.send(op.PATCH, path={"segmentId": segment}, body=body)
        emporix.judge("EMX-140", reply).refused()


@judges("EMX-141")
@pytest.mark.parametrize("name", ["REPLACE", "Add", "move", "copy", "test", "merge", ""])
def test_any_other_operation_is_refused(emporix: Emporix, name: str) -> None:
    """An op that is not add, remove or replace in lower case is answered with 400."""
    segment = emporix.segment(description={"en": "first"})
    operation: dict[str, Any] = {"op": name, "path": "/description", "value": {"en": "first"}}
    if name in ("move", "copy"):
        # Complete as RFC 6902 has it, so that nothing else is wrong with it.
        operation = {"op": name, "from": "/name", "path": "/description"}
    reply = patch(emporix, segment, operation)
    emporix.judge("EMX-141", reply).status(400)


@judges("EMX-142")
@pytest.mark.parametrize("name", ["op", "path"])
def test_an_operation_without_op_or_path_is_refused(emporix: Emporix, name: str) -> None:
    """An operation needs both op and path; the other operations do not help it."""
    segment = emporix.segment()
    incomplete = {key: value for key, value in REPLACE.items() if key != name}
    for operations in ([incomplete], [REPLACE, incomplete]):
        reply = patch(emporix, segment, *operations)
        emporix.judge("EMX-142", reply).refused()


@judges("EMX-143")
def test_a_patch_of_an_unknown_segment_is_refused(emporix: Emporix) -> None:
    """A patch on an unknown id is answered with 404."""
    segment = emporix.fresh_id()
    reply = patch(emporix, segment, REPLACE)
    emporix.judge("EMX-143", reply).status(404)


@judges("EMX-149")
def test_removing_what_is_not_there_is_refused(emporix: Emporix) -> None:
    """A remove on a path that does not exist is answered with 400."""
    segment = emporix.segment(name={"en": emporix.fresh_name()})
    reply = patch(emporix, segment, {"op": "remove", "path": "/name/de"})
    emporix.judge("EMX-149", reply).status(400)
