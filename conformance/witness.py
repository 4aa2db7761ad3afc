"""openapi-core as the second, independent reader of the contract: it sees every exchange.

What it finds is the target's fault only where the contract is clear. Statuses that every
HTTP server may answer with (RFC 9110) and that the document merely does not list are remarks.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from jsonschema_path import SchemaPath
from openapi_core import V30ResponseValidator, V31ResponseValidator
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.response.exceptions import (
    DataValidationError,
    HeaderValidationError,
)
from werkzeug.datastructures import Headers

from conformance.catalogue import Catalogue, Operation, resolved
from conformance.exchange import Response, printable

OPTIONAL_BODY: Final = "x-optional-body"
"""Extension of a response whose body the vendor documents in one place and denies in another."""

TRANSIENT: Final = frozenset({502, 503, 504})
"""Statuses of a gateway that speaks for a target which it did not reach."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a response that the contract does not allow."""

    operation: str
    what: str
    """What was looked at: `status`, `media type`, `body` or `header`."""
    message: str
    """One sentence."""
    expected: str
    actual: str
    pointer: str = ""
    """JSON pointer into the body, where it is about a part of it."""
    is_remark: bool = False
    """True when the contract is merely silent."""


@dataclass(slots=True)
class _CoreRequest:
    """What openapi-core wants to know of a request."""

    method: str
    path: str
    path_pattern: str
    parameters: RequestParameters = field(default_factory=RequestParameters)
    body: bytes | None = None
    content_type: str = ""
    host_url: str = "http://witness"


@dataclass(slots=True)
class _CoreResponse:
    """What openapi-core wants to know of a response."""

    status_code: int
    data: bytes | None
    content_type: str
    headers: Headers


def weighed(finding: Finding, operation: Operation, status: int) -> Finding:
    """Return a finding as far as a target may be blamed for it, whoever found it.

    The companions are documents of ours, and so are the bodies that errata give to refusals
    which the vendor describes by their status alone: of the vendor's words they hold what
    the ledger holds, and there it is judged. A 5xx is a fault wherever it comes from.
    """
    by_us = operation.is_companion or str(status) in operation.ours
    return replace(finding, is_remark=True) if by_us and status < 500 else finding


_Key = tuple[str, int, str, bytes]


class Witness:
    """Judges responses by the contract."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._readers: dict[str, _Reader] = {}
        # Equal answers are judged once: runs repeat themselves, and a list takes milliseconds.
        self._judged: dict[_Key, tuple[Finding, ...]] = {}

    def examine(self, operation_id: str, method: str, response: Response) -> tuple[Finding, ...]:
        """Return what the contract does not allow; nothing for operations of no document."""
        if operation_id not in self._catalogue or response.status in TRANSIENT:
            return ()
        headers = "\n".join(f"{name.lower()}:{value}" for name, value in response.headers)
        digest = hashlib.blake2b(headers.encode("utf-8", "replace") + b"\0" + response.body)
        key = (operation_id, response.status, method, digest.digest())
        found = self._judged.get(key)
        if found is None:
            operation = self._catalogue[operation_id]
            read = self._reader(operation_id).read(method, response)
            found = tuple(weighed(each, operation, response.status) for each in read)
            self._judged[key] = found
        return found

    def _reader(self, operation_id: str) -> _Reader:
        if operation_id not in self._readers:
            operation = self._catalogue[operation_id]
            document = (
                self._catalogue.companions if operation.is_companion else self._catalogue.document
            )
            self._readers[operation_id] = _Reader(document, operation)
        return self._readers[operation_id]


class _Reader:
    """One operation as openapi-core reads it."""

    def __init__(self, document: Mapping[str, Any], operation: Operation) -> None:
        self._operation = operation
        self._path = SchemaPath.from_dict(_alone(document, operation))
        is_31 = str(document["openapi"]).startswith("3.1")
        self._validator = (V31ResponseValidator if is_31 else V30ResponseValidator)(self._path)
        self._document = document

    def read(self, method: str, response: Response) -> list[Finding]:
        """Return the findings about one response."""
        declared = self._declared(response.status)
        if declared is None:
            return [self._undeclared(response)]
        found = []
        content = declared.get("content") or {}
        body = b"" if method == "HEAD" else response.body
        if body and not content:
            found.append(
                self._finding(
                    "body", f"{response.status} is documented without a body", "no body",
                    # What tells why something was refused is no harm.
                    _shown(body), is_remark=400 <= response.status < 500,
                )
            )  # fmt: skip
        media_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
        if content and not body and method != "HEAD" and not declared.get(OPTIONAL_BODY, False):
            found.append(
                self._finding(
                    "body", f"{response.status} is documented with a body",
                    f"a body of {' or '.join(content)}", "no body",
                )
            )  # fmt: skip
        if content and body and media_type not in content and "*/*" not in content:
            found.append(
                self._finding(
                    "media type", f"{response.status} has another media type",
                    " or ".join(content), media_type or "(no Content-Type)",
                )
            )  # fmt: skip
            body = b""
        return found + self._errors(media_type, body if content else b"", response)

    def _errors(self, media_type: str, body: bytes, response: Response) -> list[Finding]:
        request = _CoreRequest(
            self._operation.method.lower(), self._operation.template, self._operation.template
        )
        answer = _CoreResponse(
            response.status, body or None, media_type, Headers(list(response.headers))
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                errors = list(self._validator.iter_errors(request, answer))
            except (ValueError, RecursionError) as fault:
                # Bytes that are no text, or nesting without end, are nothing that it can read.
                told = f"the body cannot be read: {type(fault).__name__}"
                return [self._finding("body", told, media_type, _shown(body))]
        return [
            finding
            for error in errors
            # Whether there is to be a body was looked at before.
            if body or not isinstance(error, DataValidationError)
            for finding in self._explained(error, media_type, response)
        ]

    def _explained(
        self, error: Exception, media_type: str, response: Response
    ) -> Iterator[Finding]:
        cause: BaseException | None = error
        while cause is not None and not hasattr(cause, "schema_errors"):
            cause = cause.__cause__
        violations = [] if cause is None else cause.schema_errors
        if isinstance(error, HeaderValidationError):
            sentences = [each.message for each in violations] or [str(error.__cause__ or error)]
            actual = response.header(error.name) or "(absent)"
            for sentence in sentences:
                expected = f"the header {error.name} as it is documented"
                yield self._finding("header", f"{error.name}: {sentence[:300]}", expected, actual)
        elif not violations:
            told = f"the body cannot be read as {media_type}"
            yield self._finding("body", told, media_type, _shown(response.body))
        for each in violations if isinstance(error, DataValidationError) else ():
            yield self._finding(
                "body",
                each.message[:300],
                f"{each.validator}: {_brief(each.validator_value)}",
                _brief(each.instance),
                "".join(f"/{_escaped(part)}" for part in each.absolute_path),
            )

    def _declared(self, status: int) -> Mapping[str, Any] | None:
        responses = self._operation.declared["responses"]
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in responses:
                return resolved(self._document, responses[name])
        return None

    def _undeclared(self, response: Response) -> Finding:
        listed = ", ".join(self._operation.declared["responses"])
        return self._finding(
            "status",
            f"{response.status} is not among the documented statuses",
            f"one of {listed}",
            str(response.status),
            is_remark=400 <= response.status < 500,
        )

    def _finding(
        self, what: str, message: str, expected: str, actual: str, pointer: str = "",
        *, is_remark: bool = False,
    ) -> Finding:  # fmt: skip
        return Finding(
            self._operation.id,
            what,
            printable(message),
            printable(expected),
            printable(actual),
            printable(pointer),
            is_remark,
        )


def _alone(document: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """Return a document with one operation, no security and no servers: nothing can mislead."""
    kept = {
        name: value
        for name, value in document.items()
        if name not in ("security", "servers", "paths")
    }
    declared = {name: value for name, value in operation.declared.items() if name != "security"}
    return {**kept, "paths": {operation.template: {operation.method.lower(): declared}}}


def _escaped(part: str | int) -> str:
    """Return a part of a JSON pointer (RFC 6901, section 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _shown(body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace")
    return text + (" …" if len(body) > 200 else "")


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:200] + " …"
