"""What a test holds in its hands: it sends, waits, judges, and cleans up after itself.

Vendors extend it with words of their own (`conformance/<vendor>/case.py`). Setting something
up never judges: what goes wrong there makes the test inconclusive, and is judged elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from conformance.catalogue import Query
from conformance.exchange import Exchange, Reply, Request
from conformance.journal import Creation, Removal
from conformance.judging import Judgement, Judging, KitFault, Unmet
from conformance.safety import LimitReached, TransportFailure
from conformance.session import Credential, Session
from conformance.witness import Finding

UNSENT: Final = object()
"""The body of a request that has none; `None` would be the JSON value null."""

_FIRST_PAUSE: Final = 0.05
"""Seconds between the first two looks at something that has to settle; it doubles."""


@dataclass(slots=True)
class Record:
    """What happened in one test."""

    test: str
    named: tuple[str, ...]
    judgements: list[Judgement] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    """Requirements of which every check so far held; they count once the test ends well."""
    exchanges: list[Exchange] = field(default_factory=list)
    """As they were; whoever shows or stores them takes the secrets out."""
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    """What the witness found, with the number of the exchange."""


class Case:
    """One test at work."""

    default_credential = ""
    """Who sends when nobody is named."""

    def __init__(self, session: Session, test: str, named: Sequence[str]) -> None:
        """`test` is the name of the test, `named` the requirements that it names."""
        self.session = session
        self.record = Record(test, tuple(named))
        self._names = 0
        self._before = session.journal.count
        self._planned: dict[int, int] = {}
        """Number of a creation -> how many unsafe requests had been begun by then."""
        self._begun = 0

    # --- sending ---

    def send(
        self,
        operation: str,
        *,
        by: str | None = None,
        path: Mapping[str, str] | None = None,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        body: Any = UNSENT,
        raw: bytes | None = None,
        content_type: str = "application/json",
        step: str = "",
        urgent: bool = False,
    ) -> Reply:
        """Send a request to an operation and return the reply, whatever it is.

        `by` names a credential; empty sends none. `body` is sent as JSON, `raw` as it is.
        `headers` come last and may replace a credential's. Raises Unmet (no such credential,
        limits) and TransportFailure.
        """
        found = self.session.catalogue[operation]
        self.session.require_service(operation)
        named = {**self.session.profile.parameters(self.session.config), **(path or {})}
        name = self.default_credential if by is None else by
        data = raw if raw is not None else b""
        if raw is None and body is not UNSENT:
            data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        usual = {"Accept": "application/json", **({"Content-Type": content_type} if data else {})}

        def request() -> Request:
            proof = self._credential(name).sent_with(found.method) if name else ()
            sent = {**usual, **dict(proof)}
            replaced = {header.lower() for header in headers or {}}
            kept = [pair for pair in sent.items() if pair[0].lower() not in replaced]
            given = (*kept, *(headers or {}).items())
            return Request(found.method, found.url(named, query), given, data, operation, name)

        reply = self.exchange(request(), step=step, urgent=urgent)
        if reply.status == 401 and name and step != "log in" and self.session.renew(name):
            reply = self.exchange(request(), step=step, urgent=urgent)
        self.session.note_service(operation, reply)
        return reply

    def exchange(self, request: Request, *, step: str = "", urgent: bool = False) -> Reply:
        """Send a request as it is. Raises Unmet and TransportFailure."""
        changes = not request.is_safe and step not in ("clean up", "log in")
        # Counted before it goes out: its answer may never be seen, after Ctrl-C for one.
        self._begun += changes
        try:
            return self.session.exchange(request, self._note, step=step, urgent=urgent)
        except Unmet:  # a limit or the profile: it did not go out
            self._begun -= changes
            raise

    def _note(self, exchange: Exchange, findings: Sequence[Finding]) -> int:
        number = len(self.record.exchanges) + 1
        self.record.exchanges.append(replace(exchange, number=number))
        self.record.findings.extend((number, finding) for finding in findings)
        return number

    def _credential(self, name: str) -> Credential:
        try:
            return self.session.credential(name)
        except LimitReached:
            raise
        except Unmet as reason:
            raise Unmet(self._to_judge(reason.reason)) from None

    # --- judging ---

    def judge(self, requirements: str | Sequence[str], reply: Reply | None = None) -> Judging:
        """Return checks in the name of one or more requirements that the test names."""
        ids = (requirements,) if isinstance(requirements, str) else tuple(requirements)
        for each in ids:
            self._must_be_named(each)
            if each not in self.session.requirements:
                raise KitFault(f"the ledger has no {each}")
            strength = self.session.requirements[each].strength
            if strength != "documented":
                raise KitFault(f"{each} is {strength}: it may be observed, never judged")
        return Judging(ids, reply, self._passed, self.record.judgements.append)

    def _passed(self, requirement: str) -> None:
        if requirement not in self.record.passed:
            self.record.passed.append(requirement)

    def observe(self, requirement: str, variant: str, reply: Reply | None = None) -> None:
        """Report which variant of a contradicted or open point the target shows."""
        self._must_be_named(requirement)
        number = 0 if reply is None else reply.exchange.number
        self.record.judgements.append(Judgement(requirement, "observed", variant, exchange=number))

    def _must_be_named(self, requirement: str) -> None:
        if requirement not in self.record.named:
            raise KitFault(f"{self.record.test} does not name {requirement}")

    # --- setting up ---

    def need(self, reply: Reply, *statuses: int, what: str) -> Reply:
        """Return a reply that the rest of the test rests on. Raises Unmet for another status.

        `what` completes the sentence "… was answered with 500": "creating a segment".
        """
        if reply.status not in statuses:
            raise Unmet(f"{what} was answered with {reply.status}, so there was nothing to judge")
        return reply

    def known(self, kind: str, *fields: str, at_least: int = 1) -> list[Mapping[str, Any]]:
        """Return the known things of a kind that have all of some fields. Raises Unmet."""
        found = [
            each
            for each in self.session.config.known.get(kind, ())
            if all(name in each for name in fields)
        ]
        if len(found) < at_least:
            with_ = f" with {' and '.join(fields)}" if fields else ""
            count = "" if at_least == 1 else f" (at least {at_least})"
            raise self.lacking(f"{self.session.config.vendor}.known.{kind}{with_}{count}")
        return found

    def option(self, name: str) -> str:
        """Return an option of the configuration, for example `site_code`. Raises Unmet."""
        value = self.session.config.options.get(name)
        if not value:
            raise self.lacking(f"{self.session.config.vendor}.{name}")
        return str(value)

    def has_credential(self, name: str) -> bool:
        """Return whether the configuration has a credential."""
        return name in self.session.config.credentials

    def lacking(self, what: str) -> Unmet:
        """Return what to raise when the configuration lacks something that is named."""
        return Unmet(self._to_judge(f"add {what}"))

    def _to_judge(self, advice: str) -> str:
        return f"{advice} to judge {', '.join(self.record.named)}" if self.record.named else advice

    def fresh(self, length: int = 10) -> str:
        """Return lower-case hex digits that no other call in this run returns."""
        self._names += 1
        return self.session.fresh(f"{self.record.test}/{self._names}", length)

    def fresh_id(self) -> str:
        """Return an id for something new: lower-case letters and digits, recognisable."""
        return f"sc{self.session.run.id}{self.fresh()}"

    def fresh_name(self) -> str:
        """Return a recognisable name for something new."""
        return f"Conformance {self.session.run.id} {self.fresh()}"

    def plan(self, kind: str, name: str, removal: Removal, id: str = "") -> Creation:  # noqa: A002 - the word of all three APIs
        """Write a creation down; call it before the request that makes it.

        Raises Unmet under the profile that makes nothing.
        """
        self.session.require_writing()
        creation = self.session.journal.plan(kind, name, removal, id)
        self._planned[creation.number] = self._begun
        return creation

    def settled(self, creation: Creation, reply: Reply, pointer: str = "") -> None:
        """Note what came of a creation; `pointer` leads to the id in a 2xx reply.

        An id that was asked for stays the only one that is removed: a target that answers
        another one may be wrong about it, and then it is somebody else's.
        """
        journal = self.session.journal
        if 200 <= reply.status < 300:
            found = reply.at(pointer) if pointer else ""
            told = found if isinstance(found, str) else ""
            journal.made(creation, creation.id or told)
            if creation.id and told and told.lower() != creation.id.lower():
                journal.stray(creation, told, f"answered for {creation.id}; not touched")
        elif reply.status < 500:
            journal.refused(creation)

    # --- time ---

    def settle(
        self,
        look: Callable[[], Reply],
        until: Callable[[Reply], bool],
        *,
        within: float | None = None,
    ) -> Reply:
        """Look until something holds; return the last look.

        Ends after the settling time, or after `within` seconds where that is less.
        """
        limit = self.session.settle_seconds
        if within is not None:
            limit = min(limit, within)
        pause, waited = _FIRST_PAUSE, 0.0
        reply = look()
        while not until(reply) and waited < limit:
            pause = min(pause, limit - waited)
            self.pause(pause)
            waited += pause
            pause *= 2
            reply = look()
        return reply

    def pause(self, seconds: float) -> None:
        """Let time pass at the target."""
        self.session.governor.counts.waited += seconds
        self.session.transport.wait(seconds)

    def now(self) -> float:
        """Return the target's time in seconds since 1970."""
        return self.session.transport.now()

    # --- cleaning up ---

    def clean_up(self, since: int | None = None) -> None:
        """Remove what this test made, or all after a number of the journal; last first.

        Never raises for what the target answers.
        """
        for creation in self.session.journal.open(self._before if since is None else since):
            if self._was_sent(creation):
                self._remove(creation)
            else:
                self.session.journal.refused(creation)

    def _was_sent(self, creation: Creation) -> bool:
        """Return whether anything that may have made it went out after it was planned."""
        if creation.state != "planned" or creation.number not in self._planned:
            return True  # what another test planned may have been sent
        return self._begun > self._planned[creation.number]

    def _remove(self, creation: Creation) -> None:
        journal = self.session.journal
        try:
            found = creation.id or self.session.profile.find(self.session, creation)
            if not found:
                # Planned, never confirmed, and nowhere to be found: it was not made.
                journal.refused(creation)
                return
            removal = creation.removal
            reply = self.send(
                removal.operation,
                by=removal.credential,
                path={name: value.replace("{id}", found) for name, value in removal.path.items()},
                query=removal.query,
                body=UNSENT if removal.body is None else removal.body,
                step="clean up",
                urgent=True,
            )
        except (Unmet, TransportFailure) as reason:
            journal.left(creation, str(reason))
            return
        except Exception as error:  # noqa: BLE001 - one fault of the kit must not keep the rest here
            journal.left(creation, f"the kit stumbled: {type(error).__name__}: {error}")
            return
        if 200 <= reply.status < 300 or reply.status in (404, 410):
            journal.removed(creation)
        else:
            journal.left(creation, f"its removal was answered with {reply.status}")
