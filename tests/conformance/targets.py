"""A target of the tests' own, and a session with it: it answers as it is told, and remembers.

Its time stands still unless somebody waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from conformance.case import Case
from conformance.config import Config
from conformance.emporix import operations as op
from conformance.emporix.profile import service_of
from conformance.exchange import Exchange, Reply, Request, Response
from conformance.journal import Creation, Journal, Removal
from conformance.safety import Limits
from conformance.session import Credential, Run, Session, VendorProfile
from conformance.transports import Unreachable
from conformance.witness import Witness
from mockserver import contract

DOCUMENTED, ALSO_DOCUMENTED, CONTRADICTED, UNDOCUMENTED = "EMX-001", "EMX-002", "EMX-024", "EMX-007"
ABOUT_COUPONS = "EMX-600"
NEWER = "EMX-400"
SHOULD = "EMX-029"

Answer = Response | Exception | Callable[[Request], Response]


class Target:
    """A transport: answers in turn, the last one for ever."""

    base_url = "http://target"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [json_of(200, {})]
        self.sent: list[Request] = []
        self.waits: list[float] = []
        self.seconds = 1_000_000.0
        self.closed = False

    def send(self, request: Request) -> Response:
        """Return the next answer."""
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    def wait(self, seconds: float) -> None:
        """Let time pass at once."""
        self.waits.append(seconds)
        self.seconds += seconds

    def now(self) -> float:
        """Return the time."""
        return self.seconds

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    @property
    def lines(self) -> list[str]:
        """Everything that was sent, as `METHOD /path?query`."""
        return [f"{request.method} {request.url}" for request in self.sent]


def json_of(status: int, value: Any = None, **headers: str) -> Response:
    """Return a response with a JSON body, or with none where the value is None."""
    pairs = [(name.replace("_", "-"), text) for name, text in headers.items()]
    if value is None:
        return Response(status, tuple(pairs))
    return Response(
        status, (("Content-Type", "application/json"), *pairs), json.dumps(value).encode()
    )


def reply_of(response: Response, number: int = 1, url: str = "/things") -> Reply:
    """Return a reply that was never sent for."""
    return Reply(Exchange(number, Request("GET", url), response))


def lost(*, sent: bool = True) -> Unreachable:
    """Return what a transport raises when no answer comes."""
    return Unreachable("the line is dead", sent=sent)


def token(_session: Session, name: str) -> Credential:
    """Return a credential that needs no login."""
    return Credential((("Authorization", f"Bearer {name}"),), (("X-Proof", "signed"),))


def nowhere(_session: Session, _creation: Creation) -> str | None:
    """Find nothing."""
    return None


CONFIG = Config(
    "emporix",
    options={"tenant": "acme"},
    credentials={"manage": {}, "read": {}},
    settle=1.0,
)
PROFILE = VendorProfile(
    vendor="emporix",
    title="Emporix",
    case=Case,
    log_in=token,
    parameters=lambda config: {"tenant": str(config.options["tenant"])},
    preflight=lambda _session: None,
    find=nowhere,
    service_of=service_of,
)


def session_with(
    target: Target,
    *,
    run: Run | None = None,
    limits: Limits | None = None,
    config: Mapping[str, Any] | None = None,
    journal: Journal | None = None,
    witness: Witness | None = None,
    **profile: Any,
) -> Session:
    """Return a session; what is named replaces what is usual."""
    return Session(
        replace(PROFILE, **profile),
        replace(CONFIG, **(config or {})),
        target,
        run=run or Run(id="unit", limits=limits or Limits()),
        journal=journal,
        witness=witness,
    )


def case_with(target: Target, *named: str, test: str = "test_it", **others: Any) -> Case:
    """Return a case of a new session."""
    return Case(session_with(target, **others), test, named)


def removal(**fields: Any) -> Removal:
    """Return the request that removes a segment."""
    return replace(
        Removal(op.REMOVE, {"segmentId": "{id}"}, {"forceDelete": "true"}, "manage"), **fields
    )


def make(case: Case, id: str = "", name: str = "", **sending: Any) -> Reply:  # noqa: A002 - the vendor's word
    """Make a segment as the vendors' cases do: planned, sent, settled."""
    creation = case.plan("segment", name or f"Segment {id}", removal(), id)
    reply = case.send(op.CREATE, by="manage", body={"id": id}, **sending)
    case.settled(creation, reply, "/id")
    return reply


def ledger(*names: str) -> Iterable[Any]:
    """Return rows of the ledger."""
    return [contract("emporix").requirements[name] for name in names]
