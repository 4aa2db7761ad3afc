"""Two readings of one contract: the compiled one that serves, and openapi-core's.

Both are asked the same question about the same bytes: is this request, is this reply,
within the contract? Security is taken out, so that only parameters and bodies count.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema_path import SchemaPath
from openapi_core import (
    V30RequestValidator,
    V30ResponseValidator,
    V31RequestValidator,
    V31ResponseValidator,
)
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from mockserver import contracts
from mockserver.kernel.call import Document, Reply
from mockserver.kernel.refusals import Violation
from mockserver.vendors import ROOMS
from mockserver.web.bodies import NO_BODY, RequestBody
from mockserver.web.compiled import operations_of
from mockserver.web.parameters import Parameters
from mockserver.web.replies import OffContract, Replies
from mockserver.web.router import Router
from mockserver.web.schemas import Schemas

HOST = "http://localhost"


@dataclass(frozen=True, slots=True)
class Message:
    """One request as it stands on the wire."""

    path: str
    """Percent-encoded."""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str | None = None


@dataclass(slots=True)
class _CoreRequest:
    """What openapi-core wants to know of a request."""

    method: str
    path: str
    path_pattern: str
    parameters: RequestParameters
    body: bytes | None
    content_type: str
    host_url: str = HOST


@dataclass(frozen=True, slots=True)
class _CoreResponse:
    """What openapi-core wants to know of a response."""

    status_code: int
    data: bytes | None
    content_type: str = "application/json"
    headers: Headers = field(default_factory=Headers)


class Reading:
    """One operation, read twice."""

    def __init__(
        self, document: Mapping[str, Any], template: str, method: str, schemas: Schemas
    ) -> None:
        operation = next(
            each
            for path, verb, each in operations_of(document)
            if (path, verb) == (template, method)
        )
        self.operation = operation
        self.schemas = schemas
        self.template = template
        self.method = method
        declared = operation.get("requestBody")
        self.body = None if declared is None else RequestBody(declared, schemas)
        self.parameters = Parameters(operation["parameters"], schemas)
        self.replies = Replies(operation["responses"], schemas)
        self._router: Router[str] = Router()
        self._router.add(template, method, "here")
        self._spec = SchemaPath.from_dict(_without_security(document, template, method))
        is_31 = document["openapi"].startswith("3.1")
        self._requests = (V31RequestValidator if is_31 else V30RequestValidator)(self._spec)
        self._responses = (V31ResponseValidator if is_31 else V30ResponseValidator)(self._spec)

    def path_of(self, message: Message) -> Mapping[str, str] | None:
        """Return the path parameters as text; `None` when the path is another one."""
        match = self._router.find(message.path)
        return None if match is None else match.parameters

    def violations(self, message: Message) -> list[Violation]:
        """Return what the compiled reading finds, faults of single entries included."""
        found: list[Violation] = []
        path = self.path_of(message)
        assert path is not None
        self.parameters.decode_path(message.path, path, found)
        self.parameters.decode_query(message.query.encode(), found)
        sent = {name.lower(): value for name, value in message.headers.items()}
        self.parameters.decode_headers(sent, found)
        body = NO_BODY
        if self.body is not None:
            if message.body and not self.body.takes(message.content_type):
                return [*found, Violation("415")]
            body = self.body.read(message.body, message.content_type)
        return [*found, *body.violations, *body.faults.values()]

    def core_errors(self, message: Message) -> list[Exception]:
        """Return what openapi-core finds."""
        path = self.path_of(message)
        assert path is not None
        pairs = parse_qsl(message.query, keep_blank_values=True)
        request = _CoreRequest(
            method=self.method.lower(),
            path=unquote(message.path),
            path_pattern=self.template,
            parameters=RequestParameters(
                path=dict(path),
                query=ImmutableMultiDict(pairs),
                header=Headers(list(message.headers.items())),
            ),
            body=message.body or None,
            content_type=message.content_type or "",
        )
        with warnings.catch_warnings():
            # It warns of every deprecated parameter that is sent.
            warnings.filterwarnings("ignore", "\\w+ parameter is deprecated", DeprecationWarning)
            return list(self._requests.iter_errors(request))

    def fault_of_reply(self, status: int, value: Any, *, documents: bool = False) -> str | None:
        """Return what the compiled reading finds; `documents` wraps the records first."""
        body = self._as_documents(status, value) if documents else value
        try:
            self.replies.encode(Reply(status, body), check=True)
        except OffContract as fault:
            return str(fault)
        return None

    def _as_documents(self, status: int, value: Any) -> Any:
        """Wrap a record, or the entries of plain lists, as a room may."""
        response = self.schemas.resolve(self.operation["responses"][str(status)])
        schema = self.schemas.resolve(response["content"]["application/json"].get("schema", {}))
        if isinstance(value, list):
            return _wrapped(value) if self.schemas.items_of(schema) is not None else value
        if not isinstance(value, dict):
            return value
        lists = {
            name
            for name, inner in schema.get("properties", {}).items()
            if self.schemas.items_of(inner) is not None
        }
        found = {name: _wrapped(each) for name, each in value.items() if name in lists}
        return {**value, **found} if found else Document(value)

    def core_errors_of_reply(self, status: int, value: Any) -> list[Exception]:
        """Return what openapi-core finds."""
        request = _CoreRequest(
            method=self.method.lower(),
            path=self.template,
            path_pattern=self.template,
            parameters=RequestParameters(),
            body=None,
            content_type="",
        )
        data = None if value is None else json.dumps(value).encode()
        return list(self._responses.iter_errors(request, _CoreResponse(status, data)))


def _wrapped(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [Document(each) for each in value]
    return value


def _without_security(document: Mapping[str, Any], template: str, method: str) -> dict[str, Any]:
    """Return a document with one operation, no security and no servers."""
    item = document["paths"][template]
    operation = {key: value for key, value in item[method.lower()].items() if key != "security"}
    kept = {key: value for key, value in document.items() if key not in ("security", "servers")}
    shared = {"parameters": item["parameters"]} if "parameters" in item else {}
    return {**kept, "paths": {template: {**shared, method.lower(): operation}}}


Key = tuple[str, str, str, str]
"""Vendor, `document` or `companions`, path template, method."""


def operations() -> Iterable[Key]:
    """Yield every operation of every vendor."""
    for vendor in ROOMS:
        for kind in ("document", "companions"):
            for template, method, _ in operations_of(document_of(vendor, kind)):
                yield vendor, kind, template, method


def document_of(vendor: str, kind: str) -> Mapping[str, Any]:
    """Return one of a vendor's documents."""
    document: Mapping[str, Any] = getattr(contracts.contract(vendor), kind)
    return document


@cache
def _schemas(vendor: str, kind: str) -> Schemas:
    return Schemas(document_of(vendor, kind))


@cache
def reading(vendor: str, kind: str, template: str, method: str) -> Reading:
    """Return the two readings of an operation."""
    return Reading(document_of(vendor, kind), template, method, _schemas(vendor, kind))
