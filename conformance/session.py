"""One run against one target: everything that its tests share.

A session sends, records and witnesses; what is right or wrong is said by the tests.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from conformance.catalogue import Catalogue, names_of
from conformance.config import Config
from conformance.exchange import SAFE_METHODS, Exchange, Headers, Reply, Request
from conformance.journal import Creation, Journal
from conformance.judging import Unmet, Unsupported
from conformance.safety import Governor, Limits, TransportFailure
from conformance.secrets import Secrets
from conformance.transports import Transport
from conformance.witness import Finding, Witness
from mockserver import Contract, Requirement, contract

if TYPE_CHECKING:
    from conformance.case import Case

ProfileName = Literal["smoke", "read-only", "full"]
BACKGROUND = "(between the tests)"
"""Stands for the name of a test where something is sent by none."""
_RENEWALS = 3
"""How often a credential that is refused is had anew in one run."""
SMOKE_REQUESTS = 49
"""The smoke profile stays under 50 requests."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What makes a request somebody's."""

    headers: Headers = ()
    unsafe_headers: Headers = ()
    """Sent beside them with methods that change something, for example a CSRF proof."""
    expires: float = float("inf")
    """The target's time, in seconds since 1970, from which on it must be had anew."""

    def sent_with(self, method: str) -> Headers:
        """Return the headers that a request of a method is sent with."""
        return self.headers if method in SAFE_METHODS else self.headers + self.unsafe_headers


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """What the kit knows of one vendor; `conformance/<vendor>/profile.py` has it."""

    vendor: str
    title: str
    case: type[Case]
    """What tests of the vendor are given."""
    log_in: Callable[[Session, str], Credential]
    """`(session, name)` -> the credential of that name. Raises Unmet, or Refused when
    the target does not take it."""
    parameters: Callable[[Config], Mapping[str, str]]
    """Path parameters that every request of a configuration has: tenant, store."""
    preflight: Callable[[Session], None]
    """Asks once whether the target is what it should be. Raises NotReady."""
    find: Callable[[Session, Creation], str | None]
    """The id of a creation whose answer was lost, by its name."""
    service_of: Callable[[str], str] = lambda _operation: ""
    """The optional service that an operationId belongs to; empty for the one that is
    judged in any case."""
    unwelcome: frozenset[str] = frozenset()
    """The credentials that the target is to refuse."""
    parallel: bool = True
    """False where tests at the same time would disturb each other at the target."""


class Refused(Unmet):
    """The target does not take a credential of the configuration."""


class NotReady(Exception):
    """The target cannot be judged; the message is one clear sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a session is to be."""

    profile: ProfileName = "full"
    seed: int = 0
    id: str = ""
    """Letters and digits; part of the name of everything that is made."""
    limits: Limits = field(default_factory=Limits)
    settle: float | None = None
    """Seconds; overrules the configuration."""
    as_published: bool = False
    max_examples: int = 20
    """Generated cases per operation."""


class Session:
    """A target, and all that is known and done about it."""

    def __init__(
        self,
        profile: VendorProfile,
        config: Config,
        transport: Transport,
        *,
        run: Run,
        journal: Journal | None = None,
        witness: Witness | None = None,
    ) -> None:
        """`witness` may be handed on from an earlier session of the same contract."""
        self.profile = profile
        self.config = config
        self.transport = transport
        self.run = run
        self.contract: Contract = contract(profile.vendor, config.edition)
        self.catalogue = Catalogue(self.contract)
        self.judged = (
            Catalogue(self.contract, as_published=True) if run.as_published else self.catalogue
        )
        self.witness = Witness(self.judged) if witness is None else witness
        self.journal = Journal() if journal is None else journal
        self.secrets = Secrets()
        for value, name in config.secrets.items():
            self.secrets.add(value, name)
        self.governor = Governor(transport, run.limits)
        self.settle_seconds = config.settle if run.settle is None else run.settle
        self.services: dict[str, str] = {}
        """Optional services that were asked for: why one is not there, or nothing."""
        self._credentials: dict[str, Credential] = {}
        self._renewals: Counter[str] = Counter()
        self._background: Case | None = None

    @property
    def background(self) -> Case:
        """What sends between the tests: logins, looking for what was lost."""
        if self._background is None:
            self._background = self.profile.case(self, BACKGROUND, ())
        return self._background

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """The ledger."""
        return self.contract.requirements

    def fresh(self, key: str, length: int = 10) -> str:
        """Return lower-case hex digits that are the same in every run of a seed and an id."""
        text = f"{self.run.seed}/{self.run.id}/{key}"
        return hashlib.blake2b(text.encode()).hexdigest()[:length]

    def credential(self, name: str) -> Credential:
        """Return a credential of the configuration, had anew when it ends within a minute.

        Raises Unmet and Refused.
        """
        found = self._credentials.get(name)
        if found is None or found.expires - 60 < self.transport.now():
            if name not in self.config.credentials:
                raise Unmet(f"add {self.config.vendor}.credentials.{name}")
            found = self._credentials[name] = self.profile.log_in(self, name)
        return found

    def require_service(self, operation: str) -> None:
        """Raise Unsupported for a service that is known not to be there."""
        service = self.profile.service_of(operation)
        if service and service in self.config.options.get("without", ()):
            raise Unsupported(f"the configuration says that there is no {service} service")
        if self.services.get(service):
            raise Unsupported(self.services[service])

    def note_service(self, operation: str, reply: Reply) -> None:
        """Note whether the target has the optional service of an operation.

        Its first answer tells: a path that names nothing but what the configuration does
        and is not there means that it has not. Raises Unsupported when it has not.
        """
        service = self.profile.service_of(operation)
        if not service or service in self.services:
            return
        given, found = self.profile.parameters(self.config), self.catalogue[operation]
        plain = set(names_of(found.template)) <= given.keys()
        path = reply.request.url.partition("?")[0]
        missing = plain and path == found.url(given) and reply.status in (404, 405, 501)
        told = f"the target has no {service} service: {found.method} {path} was answered with "
        self.services[service] = f"{told}{reply.status}" if missing else ""
        self.require_service(operation)

    def renew(self, name: str) -> bool:
        """Have a credential anew that the target refuses; return whether it is another one now.

        Tokens die before their time where a target is started anew. One that dies again and
        again is the target's fault, so it is done a few times only.
        """
        former = self._credentials.get(name)
        if former is None or self._renewals[name] == _RENEWALS:
            return False
        self._renewals[name] += 1
        self.forget(name)
        try:
            return self.credential(name) != former
        except (Unmet, TransportFailure):
            self._credentials[name] = former
            return False

    def forget(self, name: str) -> None:
        """Have a credential anew when it is needed next."""
        self._credentials.pop(name, None)

    def require_writing(self) -> None:
        """Raise Unmet under the profile that changes nothing."""
        if self.run.profile == "read-only":
            raise Unmet("the read-only profile sends no unsafe method")

    def exchange(
        self,
        request: Request,
        record: Callable[[Exchange, Sequence[Finding]], int],
        *,
        step: str = "",
        urgent: bool = False,
    ) -> Reply:
        """Send a request and hand the exchange, with what the witness found, to `record`.

        `record` returns the number of the exchange. Raises LimitReached, TransportFailure.
        """
        if not request.is_safe and step != "log in":
            self.require_writing()
        try:
            response = self.governor.send(request, urgent=urgent)
        except TransportFailure as trouble:
            record(Exchange(0, request, None, str(trouble), step), ())
            raise
        findings = self.witness.examine(request.operation, request.method, response)
        number = record(Exchange(0, request, response, "", step), findings)
        return Reply(Exchange(number, request, response, "", step))

    def close(self) -> None:
        """Let go of the target."""
        self.transport.close()

    def clean_up(self) -> list[Creation]:
        """Remove whatever is still at the target, last first; return what remains."""
        self.background.clean_up(since=0)
        return self.journal.remaining()
