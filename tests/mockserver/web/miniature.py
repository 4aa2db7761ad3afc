"""A miniature of a vendor: one small contract and one small room that keeps, or breaks, it.

The web layer is judged against this, so that its tests know no vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.contracts import Contract
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.namespaces import Namespaces
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
)
from mockserver.kernel.room import Admission, Blueprint, Room, Rules
from mockserver.kernel.service import Service
from mockserver.web.compiled import compile_room, route
from mockserver.web.dispatch import ContractDispatch

from .miniature_contract import COMPANIONS, DOCUMENT

STATUSES: Mapping[type[Refusal], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    Invalid: 400,
    Missing: 404,
    Conflict: 409,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    UnsupportedMediaType: 415,
    TooLarge: 413,
    Broken: 500,
}


RULES = Rules(
    unknown_path="MIN-001",
    method="MIN-002",
    media_type="MIN-003",
    too_large="MIN-004",
    path="MIN-007",
    parameters="MIN-005",
    body="MIN-006",
)


@dataclass(slots=True)
class Shelf:
    """The state of the room: things by id, in order."""

    things: dict[str, Document] = field(default_factory=dict)

    def put(self, thing: Mapping[str, Any]) -> Document:
        """Keep a thing."""
        document = self.things[thing["id"]] = Document(thing)
        return document

    def find(self, name: str) -> Document:
        """Return a thing, or refuse."""
        if name not in self.things:
            raise Missing(f"no {name}", requirement="MIN-010", resource=name)
        return self.things[name]


def _list(shelf: Shelf, _: Call, __: str) -> Reply:
    return Reply(200, list(shelf.things.values()))


def _page(shelf: Shelf, _: Call, __: str) -> Reply:
    entries = list(shelf.things.values())
    return Reply(200, {"total": len(entries), "items": entries})


def _add(shelf: Shelf, call: Call, _: str) -> Reply:
    if call.body["id"] in shelf.things:
        raise Conflict("taken", requirement="MIN-011", pointer="/id")
    return Reply(201, shelf.put(call.body), [("Location", call.body["id"])])


def _put_many(shelf: Shelf, call: Call, _: str) -> Reply:
    results = []
    for position, entry in enumerate(call.body):
        fault = call.faults.get(position)
        if fault is None:
            shelf.put(entry)
        results.append({"code": 201} if fault is None else {"code": 400, "at": fault.pointer})
    return Reply(207, results)


def _delete(shelf: Shelf, call: Call, _: str) -> Reply:
    shelf.find(call.path["thing"])
    del shelf.things[call.path["thing"]]
    return Reply(204)


def _echo(_: Shelf, call: Call, caller: str) -> Reply:
    told = {
        "caller": caller,
        "path": dict(call.path),
        "query": dict(call.query),
        "headers": dict(call.headers),
        "undeclared": list(call.undeclared),
        "body": call.body,
        "has_body": call.has_body,
    }
    return Reply(200, told)


def _oops(_: Shelf, call: Call, __: str) -> Reply:
    how = call.path["how"]
    if how == "crash":
        raise RuntimeError("the room fell down")
    return {
        "status": Reply(418, {"id": "teapot"}),
        "body": Reply(200, {"id": 5}),
        "nothing": Reply(200),
    }[how]


def _admit(shelf: Shelf, call: Call) -> Admission:
    if call.operation == "login":
        return Admission(shelf, "nobody")
    scheme, _, name = call.sent.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Unauthenticated("who are you?", requirement="MIN-020")
    if name == "mallory":
        raise Forbidden("not you", requirement="MIN-021")
    return Admission(shelf, name)


def _refuse(refusal: Refusal, _: Mapping[str, str], _operation: str) -> Reply:
    body: dict[str, Any] = {"kind": type(refusal).__name__, "message": refusal.message}
    headers = []
    if isinstance(refusal, Invalid):
        body["violations"] = [[each.pointer, each.code] for each in refusal.violations]
    if isinstance(refusal, MethodNotAllowed):
        headers.append(("Allow", ", ".join(refusal.allowed)))
    return Reply(STATUSES[type(refusal)], body, headers)


ROOM = Room(
    vendor="mini",
    title="Miniature",
    operations={
        "getThing": lambda shelf, call, _: Reply(200, shelf.find(call.path["thing"])),
        "deleteThing": _delete,
        "putThings": _put_many,
        "listThings": _list,
        "pageThings": _page,
        "addThing": _add,
        "echoGet": _echo,
        "echoPost": _echo,
        "silent": lambda *_: Reply(204),
        "oops": _oops,
        "login": _echo,
    },
    rules=RULES,
    base_path="/mini",
    open=lambda _: Shelf(),
    admit=_admit,
    refuse=_refuse,
    demos=lambda _: (),
    example=lambda *_: "",
    cite=lambda operation, violation: (
        "MIN-009" if (operation, violation.pointer) == ("addThing", "/id") else ""
    ),
    max_body=1000,
)

CONTRACT = Contract(
    vendor="mini", published=DOCUMENT, document=DOCUMENT, companions=COMPANIONS, requirements={}
)


@dataclass(frozen=True, slots=True)
class Mini:
    """The dispatch over the miniature room, and what lies behind it."""

    dispatch: ASGIApp
    namespaces: Namespaces[Service]
    fallen: list[str]
    """What was handed on to the application behind: paths, or types of scopes."""

    def shelf(self, namespace: str = "default") -> Shelf:
        """Return the state of a namespace."""
        service = self.namespaces.get(namespace)
        assert service is not None
        state: Shelf = service.state("mini")
        return state


def open_service() -> Service:
    """Build a namespace."""
    return Service([ROOM], {"mini": Blueprint(fixture={})}, Clock())


def serve(
    *, validate_replies: bool = True, limit: int = 3, open_one: Callable[[], Service] = open_service
) -> Mini:
    """Serve the miniature room as the real ones are served."""
    fallen: list[str] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        fallen.append(scope.get("path", scope["type"]))
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"behind"})

    namespaces = Namespaces(open_one, limit=limit)
    operations = compile_room(CONTRACT, ROOM)
    dispatch = ContractDispatch(
        behind,
        router=route(operations),
        namespaces=namespaces,
        roots={"mini": operations[0]},
        validate_replies=validate_replies,
    )
    return Mini(dispatch, namespaces, fallen)
