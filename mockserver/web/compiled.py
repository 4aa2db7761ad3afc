"""Compiles contracts into routes: everything about an operation that start-up can know.

`dispatch.py` runs what is compiled here; no request ever reads an OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.contracts import Contract
from mockserver.kernel.room import Operation, Room
from mockserver.web.bodies import RequestBody
from mockserver.web.parameters import Parameters
from mockserver.web.replies import Replies
from mockserver.web.router import Router
from mockserver.web.schemas import Schemas

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


class Unbound(Exception):
    """Contract and room disagree about which operations there are."""


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """One operation, ready to be run."""

    id: str
    room: Room
    method: str
    template: str
    parameters: Parameters
    body: RequestBody | None
    replies: Replies
    run: Operation


def operations_of(document: Mapping[str, Any]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """Yield `(path, METHOD, operation)`; parameters of the path are merged in."""
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method in METHODS:
                own = operation.get("parameters", [])
                yield path, method.upper(), {**operation, "parameters": [*shared, *own]}


def compile_room(contract: Contract, room: Room) -> list[CompiledOperation]:
    """Compile the contract and the companions of a room. Raises Unbound."""
    compiled = [
        _compile(path, method, operation, room, schemas)
        for document in (contract.document, contract.companions)
        for schemas in (Schemas(document),)
        for path, method, operation in operations_of(document)
    ]
    unanswered = room.operations.keys() - {operation.id for operation in compiled}
    if unanswered:
        raise Unbound(f"{room.vendor} answers operations of no contract: {sorted(unanswered)}")
    return compiled


def route(operations: Iterable[CompiledOperation]) -> Router[CompiledOperation]:
    """Return a router over compiled operations."""
    router: Router[CompiledOperation] = Router()
    for operation in operations:
        router.add(operation.template, operation.method, operation)
    return router


def _compile(
    path: str, method: str, operation: Mapping[str, Any], room: Room, schemas: Schemas
) -> CompiledOperation:
    operation_id = operation["operationId"]
    if operation_id not in room.operations:
        raise Unbound(f"{room.vendor} has no function for {operation_id}")
    body = operation.get("requestBody")
    return CompiledOperation(
        id=operation_id,
        room=room,
        method=method,
        template=path,
        parameters=Parameters(operation["parameters"], schemas),
        body=None if body is None else RequestBody(body, schemas),
        replies=Replies(operation["responses"], schemas),
        run=room.operations[operation_id],
    )
