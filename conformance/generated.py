"""Requests that Schemathesis generates from the contract, sent like all others.

Schemathesis believes that it talks to a WSGI application; that application is a bridge into the
session, so limits, journal, witness and secrets hold for generated requests too. A vendor's
`Fitting` keeps them away from everything that the kit did not make.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from conformance.case import Case
from conformance.catalogue import Catalogue, Operation
from conformance.exchange import Reply, Request
from conformance.judging import Unmet
from conformance.safety import LimitReached, TransportFailure
from conformance.witness import Finding, weighed
from mockserver import contract, editions

_DOCUMENT: Final = "/.conformance/document"
_CASE_ID: Final = "x-schemathesis-testcaseid"
_VISIBLE: Final = frozenset(map(chr, range(0x20, 0x7F)))
_OURS: Final = frozenset({"host", "content-length", "user-agent", _CASE_ID})


class Fitting(Protocol):
    """What keeps generated requests of a vendor harmless and makes them meaningful."""

    def credential(self, operation: str) -> str:
        """Return the name of the credential that sends an operation."""

    def fit(self, case: Case, operation: Operation, generated: Any) -> None:
        """Edit a generated case before it is sent: no foreign ids with unsafe methods."""

    def allows(self, case: Case, operation: Operation, path: Mapping[str, str], body: Any) -> bool:
        """Return whether a request touches only what the kit made."""

    def send(self, case: Case, request: Request, path: Mapping[str, str], body: Any) -> Reply:
        """Send a request; journal what it makes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is left out of generating, as data with reasons."""

    checks: Mapping[str, str] = field(default_factory=dict)
    """Checks of Schemathesis that are left out -> why."""
    operations: Mapping[str, str] = field(default_factory=dict)
    """operationIds that nothing is generated for -> why."""
    links: tuple[Mapping[str, Any], ...] = ()
    """What leads from an answer to further operations, where Schemathesis cannot infer it."""


@cache
def rules_of(vendor: str) -> Rules:
    """Return a vendor's rules: those of all vendors, and its own."""
    checks: dict[str, str] = {}
    operations: dict[str, str] = {}
    links: list[Mapping[str, Any]] = []
    here = Path(__file__).parent
    for path in (here / "generated.toml", here / vendor / "generated.toml"):
        tables = tomllib.loads(path.read_text("utf-8"))
        checks |= {row["check"]: row["reason"] for row in tables.get("left_out", ())}
        operations |= {row["operation"]: row["reason"] for row in tables.get("skipped", ())}
        links += tables.get("link", ())
    return Rules(checks, operations, tuple(links))


def generated_operations(vendor: str) -> list[str]:
    """Return the operations of a vendor's newest contract that requests are generated for."""
    skipped = rules_of(vendor).operations
    newest = contract(vendor, (editions(vendor) or ("",))[-1])
    return [operation.id for operation in Catalogue(newest) if operation.id not in skipped]


def generate(case: Case, fitting: Fitting, operation_ids: Iterable[str], *, stateful: bool) -> None:
    """Let Schemathesis send generated requests to some operations; its findings are recorded.

    Raises Unmet when nothing could be sent, LimitReached and TransportFailure.
    """
    session = case.session
    wanted = [session.catalogue[name] for name in operation_ids if name in session.catalogue]
    if not wanted:
        raise Unmet("the contract of this run does not have the operation")
    bridge = _Bridge(case, fitting)
    rules = rules_of(session.profile.vendor)
    document = _reduced(session.judged.document, session.judged.companions, wanted)
    _add_links(document, rules)
    bridge.document = json.dumps(document).encode()
    schema = schemathesis.openapi.from_wsgi(
        _DOCUMENT, bridge, config=_config(case, rules, wanted, stateful=stateful)
    )

    troubles: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(case, bridge, event)
        elif isinstance(event, events.NonFatalError):
            troubles.append(
                str(event.info.format()) if hasattr(event.info, "format") else str(event.value)
            )
        elif isinstance(event, events.FatalError):
            raise event.exception
    if bridge.stopped is not None:
        raise bridge.stopped
    if not bridge.sent:
        reason = troubles[0] if troubles else "Schemathesis generated no request"
        raise Unmet(f"nothing was sent: {reason}"[:300])


def _config(case: Case, rules: Rules, wanted: list[Operation], *, stateful: bool) -> Any:
    session = case.session
    examples = session.run.max_examples
    parameters = {
        f"path.{name}": value
        for name, value in session.profile.parameters(session.config).items()
        if value
    }
    return SchemathesisConfig.from_dict(
        {
            "seed": session.run.seed,
            "color": False,
            "suppress-health-check": ["all"],
            "continue-on-failure": True,
            "parameters": parameters,
            "generation": {"max-examples": examples, "database": "none"},
            "checks": {name: {"enabled": False} for name in rules.checks},
            "phases": {
                "examples": {"enabled": not stateful},
                # Methods that no document has could do anything.
                "coverage": {"enabled": not stateful, "unexpected-methods": []},
                "fuzzing": {"enabled": not stateful},
                "stateful": {"enabled": stateful},
            },
        }
    )


def _reduced(
    document: Mapping[str, Any], companions: Mapping[str, Any], wanted: list[Operation]
) -> dict[str, Any]:
    """Return the document of some operations, with nothing but them.

    Neither servers, for the bridge is the only one, nor security: credentials are the kit's.
    """
    whole = companions if wanted[0].is_companion else document
    left_out = ("servers", "security")
    found = copy.deepcopy({name: value for name, value in whole.items() if name not in left_out})
    names = {(operation.template, operation.method.lower()) for operation in wanted}
    for template, item in list(found["paths"].items()):
        for method in list(item):
            if method != "parameters" and (template, method) not in names:
                del item[method]
            elif method != "parameters":
                item[method].pop("security", None)
        if not item.keys() - {"parameters"}:
            del found["paths"][template]
    return found


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Fit a generated case (a hook that Schemathesis has only for the whole process)."""
    bridge = case.operation.schema.app
    if isinstance(bridge, _Bridge):
        bridge.fit(case)


def _add_links(document: dict[str, Any], rules: Rules) -> None:
    """Write links into the answers of a document, where both ends are in it."""
    operations = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters" and "operationId" in operation
    }
    for link in rules.links:
        if link["from"] not in operations:
            continue
        answer = operations[link["from"]]["responses"][link["status"]]
        for name in link["to"]:
            if name in operations:
                answer.setdefault("links", {})[name] = {
                    "operationId": name,
                    "parameters": {link["parameter"]: link["value"]},
                }


class _Bridge:
    """The application that Schemathesis believes to talk to."""

    def __init__(self, case: Case, fitting: Fitting) -> None:
        self.document = b""
        self.sent = 0
        self.numbers: dict[str, int] = {}
        """Id of a generated case -> the number of its exchange."""
        self.stopped: LimitReached | TransportFailure | None = None
        self._case = case
        self._fitting = fitting

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request by sending it to the target."""
        request = WerkzeugRequest(environ)
        if request.path == _DOCUMENT:
            return WerkzeugResponse(self.document, mimetype="application/json")(
                environ, start_response
            )
        if self.stopped is not None:
            raise ConnectionError("the run has ended")
        try:
            reply = self._forward(request, environ)
        except (LimitReached, TransportFailure) as stopped:
            self.stopped = stopped
            raise ConnectionError(str(stopped)) from stopped
        answer = WerkzeugResponse(reply.headers.body, reply.status)
        answer.headers.clear()
        for name, value in reply.headers.headers:
            if name.lower() not in ("content-length", "transfer-encoding", "content-encoding"):
                answer.headers.add(name, value)
        return answer(environ, start_response)

    def fit(self, generated: Any) -> None:
        """Edit a generated case before it is sent."""
        for name, value in (generated.headers or {}).items():
            # Servers in front of an API answer other characters themselves, as HTTP lets them.
            generated.headers[name] = "".join(filter(_VISIBLE.__contains__, str(value))).strip()
        found = self._case.session.catalogue.find(generated.method, generated.formatted_path)
        if found is not None:
            self._fitting.fit(self._case, found[0], generated)

    def _forward(self, request: WerkzeugRequest, environ: Mapping[str, Any]) -> Reply:
        case = self._case
        url = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path)
        if "?" not in url and request.query_string:
            url += "?" + request.query_string.decode("latin-1")
        found = case.session.catalogue.find(request.method, url)
        name = found[0].id if found else ""
        path = found[1] if found else {}
        by = self._fitting.credential(name) if name else ""
        headers = {
            header: value
            for header, value in request.headers.items()
            if header.lower() not in _OURS
        }
        if by:
            credential = case.session.credential(by)
            given = {header.lower() for header in headers}
            headers |= {
                header: value
                for header, value in credential.sent_with(request.method)
                if header.lower() not in given
            }
        data = request.get_data()
        sending = Request(request.method, url, tuple(headers.items()), data, name, by)
        body = _json(data)
        if not sending.is_safe and not (found and self._fitting.allows(case, found[0], path, body)):
            raise ConnectionError("a generated request would touch what the kit did not make")
        reply = self._fitting.send(case, sending, path, body)
        self.sent += 1
        identity = request.headers.get(_CASE_ID)
        if identity:
            self.numbers[identity] = reply.exchange.number
        return reply


def _json(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None


def _note(case: Case, bridge: _Bridge, event: Any) -> None:
    """Record what Schemathesis found in one scenario."""
    for identity, checks in event.recorder.checks.items():
        number = bridge.numbers.get(identity, 0)
        exchange = case.record.exchanges[number - 1] if number else None
        if exchange is None or exchange.response is None or not exchange.request.operation:
            continue
        operation = case.session.catalogue[exchange.request.operation]
        for check in checks:
            failure = check.failure_info.failure if check.failure_info is not None else None
            if failure is None:
                continue
            found = Finding(
                operation.id, check.name, str(failure.title), "what the contract says",
                " ".join(str(failure.message).split())[:500],
            )  # fmt: skip
            finding = weighed(found, operation, exchange.response.status)
            if (number, finding) not in case.record.findings:
                case.record.findings.append((number, finding))
