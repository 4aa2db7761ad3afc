"""What a run would do: a rehearsal on the bundled mock, counted. Sends nothing to a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conformance.bundled import bundled_config, bundled_target
from conformance.config import Config
from conformance.exchange import Exchange
from conformance.execution import execute
from conformance.plugin import named_by, why_disabled
from conformance.runs import new_run_id
from conformance.selftest import collected
from conformance.session import ProfileName, Run, Session
from conformance.vendors import profile_of


@dataclass(slots=True)
class Plan:
    """What one profile does."""

    profile: ProfileName
    tests: int = 0
    disabled: int = 0
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(method, operationId) -> how many."""
    created: Counter[str] = field(default_factory=Counter)
    """What is made, by kind; all of it is removed again."""
    credentials: set[str] = field(default_factory=set)


def plan(
    vendor: str, profile: ProfileName, config: Config | None = None, edition: str = ""
) -> Plan:
    """Return what the deterministic tests of a profile send, make and remove.

    With a configuration only what it has credentials and known things for is counted.
    `edition` is a newer contract than it names. Raises ConfigError.
    """
    rehearsed = bundled_config(vendor)
    if config is not None:
        rehearsed = replace(
            rehearsed,
            credentials={
                name: value
                for name, value in rehearsed.credentials.items()
                if name in config.credentials
            },
            known={name: value for name, value in rehearsed.known.items() if name in config.known},
            options={**rehearsed.options, **_what_matters(config)},
        )
    if edition:
        rehearsed = rehearsed.judged_by(edition)
    target = bundled_target(vendor, edition=rehearsed.edition, frozen=True)
    run = Run(profile=profile, id=new_run_id(0))
    session = Session(profile_of(vendor), rehearsed, target, run=run)
    found = Plan(profile)
    for test in collected(vendor):
        if why_disabled(test.item, session):
            found.disabled += 1
            continue
        found.tests += 1
        case = session.profile.case(session, test.name, named_by(test.item))
        arguments = {**test.arguments, vendor: case}
        result = execute(case, lambda t=test, a=arguments: t.call(**a)).result  # type: ignore[misc]
        _count(found, result.exchanges)
    _count(found, session.background.record.exchanges)
    for number in range(1, session.journal.count + 1):
        found.created[session.journal.numbered(number).kind] += 1
    target.close()
    return found


def _what_matters(config: Config) -> dict[str, object]:
    """Return the options that decide which tests run."""
    return {
        name: value for name, value in config.options.items() if name in ("contract", "without")
    }


def _count(found: Plan, exchanges: Iterable[Exchange]) -> None:
    for exchange in exchanges:
        request = exchange.request
        found.requests[request.method, request.operation] += 1
        if request.credential:
            found.credentials.add(request.credential)
