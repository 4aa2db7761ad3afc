"""The one path of all contract requests, from bytes to bytes.

A Connexion `SpecMiddleware` in front of Connexion's own stack: what belongs to a
contract is answered here by compiled operations; everything else falls through to
Flask. The order of answers is fixed: unknown path, wrong method, access, media type
and size, parameters and body, the operation.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from connexion.middleware.abstract import SpecMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.namespaces import DEFAULT, Namespaces
from mockserver.kernel.refusals import (
    Broken,
    Invalid,
    MethodNotAllowed,
    Refusal,
    TooLarge,
    UnknownPath,
    UnsupportedMediaType,
    Violation,
)
from mockserver.kernel.room import Room
from mockserver.kernel.service import Service
from mockserver.web.bodies import NO_BODY, Body
from mockserver.web.compiled import CompiledOperation
from mockserver.web.replies import OffContract, encode_freely
from mockserver.web.router import Match, Router

NAMESPACE_HEADER = "x-mock-namespace"
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})

_access = logging.getLogger("segment_mock.access")
_faults = logging.getLogger("segment_mock.faults")


class Disconnected(Exception):
    """The client went away before its request was complete."""


class ContractDispatch(SpecMiddleware):  # type: ignore[misc]  # Connexion is untyped
    """Answers every request whose path belongs to a contract."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        router: Router[CompiledOperation],
        namespaces: Namespaces[Service],
        roots: Mapping[str, CompiledOperation],
        validate_replies: bool = True,
    ) -> None:
        """`roots` holds, by the first path segment, an operation whose 404 unknown paths get."""
        self.app = app
        self._router = router
        self._namespaces = namespaces
        self._roots = roots
        self._check = validate_replies

    def add_api(self, specification: object, **options: object) -> None:
        """Ignore Connexion's own APIs; they are routed further down the stack."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw_path: str = scope["raw_path"].decode("latin-1")
        match = self._router.find(raw_path)
        neighbour = None if match else self._roots.get(raw_path[1:].partition("/")[0])
        if match is None and neighbour is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        method: str = scope["method"]
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        exchange = _Exchange(self._namespaces, self._check, method, raw_path, sent)
        try:
            if neighbour is not None:
                status, headers, data = exchange.unknown_path(neighbour)
            elif match is not None:
                query: bytes = scope["query_string"]
                status, headers, data = await exchange.answer(match, query, receive)
        except Disconnected:
            return
        if _access.isEnabledFor(logging.INFO):
            _log(exchange, method, raw_path, status, headers, started)
        sendable = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        if data or status not in (204, 304):
            sendable.append((b"content-length", b"%d" % len(data)))
        if data and not any(name == b"content-type" for name, _ in sendable):
            sendable.append((b"content-type", b"application/json"))
        await send({"type": "http.response.start", "status": status, "headers": sendable})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else data})


_Answer = tuple[int, "list[tuple[str, str]]", bytes]


class _Exchange:
    """One request on its way through the order of answers."""

    __slots__ = ("_check", "_method", "_namespaces", "_path", "_sent", "operation")

    def __init__(
        self,
        namespaces: Namespaces[Service],
        check: bool,
        method: str,
        raw_path: str,
        sent: Mapping[str, str],
    ) -> None:
        self._namespaces = namespaces
        self._check = check
        self._method = method
        self._path = raw_path
        self._sent = sent
        self.operation: CompiledOperation | None = None

    def unknown_path(self, neighbour: CompiledOperation) -> _Answer:
        """Answer for a path that no contract has, below the same root as a neighbour."""
        rules = neighbour.room.rules
        message = f"There is no operation at {self._path[:200]}."
        return self._refused(UnknownPath(message, requirement=rules.unknown_path), neighbour)

    async def answer(
        self, match: Match[CompiledOperation], query: bytes, receive: Receive
    ) -> _Answer:
        """Answer for a path that a contract has."""
        methods = match.methods
        operation = methods.get("GET" if self._method == "HEAD" else self._method)
        if operation is None:
            return self._without_operation(methods)
        self.operation = operation
        try:
            reply = await self._run(operation, match.parameters, query, receive)
            data = operation.replies.encode(reply, check=self._check)
        except Refusal as refusal:
            return self._refused(refusal, operation)
        except OffContract as fault:
            return self._broken(operation, f"off the contract: {fault}")
        except Disconnected:
            raise
        except Exception:  # noqa: BLE001 - a bug of ours must not end in a dropped connection
            return self._broken(operation, "the mock failed", trace=True)
        return reply.status, list(reply.headers), data

    async def _run(
        self,
        operation: CompiledOperation,
        path: Mapping[str, str],
        raw_query: bytes,
        receive: Receive,
    ) -> Reply:
        sent = self._sent
        service = self._namespaces.get(sent.get(NAMESPACE_HEADER) or DEFAULT)
        vendor = operation.room.vendor
        try:
            admission = service.admit(Call(operation.id, path=path, sent=sent))
            body = NO_BODY
            if self._method not in _BODILESS:
                body = await self._body(operation, receive)
            found: list[Violation] = []
            parameters = operation.parameters
            decoded = parameters.decode_path(self._path, path, found)
            query, undeclared = parameters.decode_query(raw_query, found)
            headers = parameters.decode_headers(sent, found)
            if found or body.violations:
                raise _invalid(operation, found, body.violations)
        except Refusal as refusal:
            # What is wrong with the message itself is no reply of the operation, so the
            # contract of the operation need not list it.
            if isinstance(refusal, UnsupportedMediaType | TooLarge) or refusal.code == "encoding":
                raise
            return service.refuse(vendor, refusal, operation.id)
        call = Call(
            operation.id,
            path=decoded,
            query=query,
            headers=headers,
            body=body.value,
            has_body=body.sent,
            faults=body.faults,
            undeclared=undeclared,
            sent=sent,
        )
        return service.answer(call, admission)

    async def _body(self, operation: CompiledOperation, receive: Receive) -> Body:
        data = await self._bytes(operation.room, receive)
        declared = operation.body
        if declared is None:
            return NO_BODY
        content_type = self._sent.get("content-type")
        if data and not declared.takes(content_type):
            told = f"{content_type!r}" if content_type else "a body without a Content-Type"
            raise UnsupportedMediaType(
                f"This operation takes {' or '.join(declared.media_types)}, not {told[:200]}.",
                requirement=operation.room.rules.media_type,
                resource=(content_type or "")[:200],
            )
        return declared.read(data, content_type)

    async def _bytes(self, room: Room, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > room.max_body:
                raise TooLarge(
                    f"The body is larger than {room.max_body} bytes.",
                    requirement=room.rules.too_large,
                )
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)

    def _without_operation(self, methods: Mapping[str, CompiledOperation]) -> _Answer:
        allowed = sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())})
        if self._method == "OPTIONS":
            return 204, [("Allow", ", ".join(allowed))], b""
        neighbour = next(iter(methods.values()))
        rule = neighbour.room.rules.method
        message = f'Method "{self._method[:40]}" not allowed.'
        refusal = MethodNotAllowed(message, requirement=rule, allowed=allowed)
        return self._refused(refusal, neighbour)

    def _refused(self, refusal: Refusal, operation: CompiledOperation) -> _Answer:
        """Answer with a refusal that is no reply of the operation.

        Services of one vendor have error bodies of their own: where there is no operation,
        a neighbour tells whose form is meant.
        """
        reply = self._namespaces.default.refuse(operation.room.vendor, refusal, operation.id)
        return reply.status, list(reply.headers), encode_freely(reply)

    def _broken(self, operation: CompiledOperation, what: str, *, trace: bool = False) -> _Answer:
        _faults.error("%s %s: %s", operation.id, self._path, what, exc_info=trace)
        return self._refused(Broken(f"A fault of the mock: {what}."), operation)


def _invalid(
    operation: CompiledOperation, parameters: list[Violation], body: list[Violation]
) -> Invalid:
    """Return one refusal for all that is wrong, what came first in the request first."""
    room = operation.room
    found = [*parameters, *body]
    rule = room.rules.body
    if parameters:
        of_path = found[0].pointer.startswith("/path")
        rule = room.rules.path if of_path else room.rules.parameters
    return Invalid(
        found[0].message,
        requirement=room.cite(operation.id, found[0]) or rule,
        pointer=found[0].pointer,
        code=found[0].code,
        violations=found,
    )


def _log(
    exchange: _Exchange,
    method: str,
    raw_path: str,
    status: int,
    headers: list[tuple[str, str]],
    started: float,
) -> None:
    told: dict[str, Any] = dict(headers)
    _access.info(
        "%s %s %d",
        method,
        raw_path,
        status,
        extra={
            "method": method,
            "path": raw_path,
            "status": status,
            "operation": exchange.operation.id if exchange.operation else None,
            "requirement": told.get("X-Mock-Requirement"),
            "pointer": told.get("X-Mock-Pointer"),
            "milliseconds": round((time.perf_counter() - started) * 1000, 2),
        },
    )
