"""Contract and room must agree on every operation before anything is served."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.web.compiled import Unbound, compile_room, operations_of

from .miniature import CONTRACT, ROOM
from .miniature_contract import DOCUMENT


def test_parameters_of_the_path_belong_to_each_operation() -> None:
    """They come before the operation's own; what is no method is no operation."""
    found = {
        operation["operationId"]: (path, method, [each["name"] for each in operation["parameters"]])
        for path, method, operation in operations_of(DOCUMENT)
    }
    assert found["deleteThing"] == ("/mini/{shop}/things/{thing}", "DELETE", ["shop", "thing"])
    assert found["echoGet"][2][:3] == ["shop", "number", "page"]
    assert len(found) == 10


def test_contract_and_companions_are_compiled_together() -> None:
    """Every operation knows its room and its function."""
    compiled = {operation.id: operation for operation in compile_room(CONTRACT, ROOM)}
    assert compiled.keys() == ROOM.operations.keys()
    assert compiled["login"].template == "/mini/login"
    assert compiled["addThing"].run is ROOM.operations["addThing"]
    assert compiled["getThing"].body is None


def test_an_operation_without_function_stops_the_start() -> None:
    """It is named."""
    fewer = {name: run for name, run in ROOM.operations.items() if name != "addThing"}
    with pytest.raises(Unbound, match="mini has no function for addThing"):
        compile_room(CONTRACT, replace(ROOM, operations=fewer))


def test_a_function_without_operation_stops_the_start() -> None:
    """It could never be reached."""
    more = {**ROOM.operations, "lost": ROOM.operations["addThing"]}
    with pytest.raises(Unbound, match=r"no contract: \['lost'\]"):
        compile_room(CONTRACT, replace(ROOM, operations=more))
