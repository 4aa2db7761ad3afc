"""Runs one test and says what came of it; pytest and the kill matrix both do it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest

from conformance.case import Case, Record
from conformance.exchange import Exchange, printable
from conformance.judging import Judgement, KitFault, Unmet, Unsupported, Violation
from conformance.safety import TransportFailure
from conformance.secrets import Secrets
from conformance.witness import Finding

Ending = Literal["completed", "violated", "unmet", "error", "disabled", "unsupported"]
"""How a test ended; `completed` says nothing about what the witness found."""

CONTRACT = "contract:"
"""Begins the name of what the contract asks of an operation, beside the ledger's ids."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test; the secrets are taken out."""

    test: str
    """Its name as pytest has it."""
    title: str
    """The first sentence of its docstring."""
    named: tuple[str, ...]
    ending: Ending
    reason: str = ""
    """Why it did not complete."""
    judgements: tuple[Judgement, ...] = ()
    """One for each requirement named, and one for each operation that was used."""
    exchanges: tuple[Exchange, ...] = ()
    findings: tuple[tuple[int, Finding], ...] = ()
    seconds: float = 0.0

    @property
    def failures(self) -> tuple[Judgement, ...]:
        """What the target did wrong."""
        return tuple(each for each in self.judgements if each.outcome == "fail")


@dataclass(slots=True)
class Executed:
    """A result, and what must be raised to tell pytest."""

    result: Result
    trouble: BaseException | None = field(default=None)


class OffContract(AssertionError):
    """Answers of the target are not within the contract, though the test itself went well."""


def execute(
    case: Case, run: Callable[[], object], title: str = "", *, evidence: bool = True
) -> Executed:
    """Run a test, clean up after it, and return what came of it.

    Without `evidence` the exchanges are left out: taking the secrets out of them takes a
    good part of the time, and the kill matrix shows none. Raises only what ends the whole
    run, such as KeyboardInterrupt.
    """
    started = case.now()
    ending: Ending = "completed"
    reason = ""
    trouble: BaseException | None = None
    try:
        run()
    except Violation as violation:
        ending, trouble = "violated", violation
        reason = f"the test ended when {violation.judgement.requirement} was violated"
    except pytest.skip.Exception as unmet:
        ending, trouble = "unsupported" if isinstance(unmet, Unsupported) else "unmet", unmet
        reason = unmet.reason if isinstance(unmet, Unmet) else str(unmet.msg)
    except (TransportFailure, KitFault) as fault:
        ending, trouble, reason = "error", fault, str(fault)
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever it stumbles over
        # is the kit's fault: a target is failed by judging it, and by nothing else.
        ending, trouble = "error", error
        reason = f"the kit stumbled: {type(error).__name__}: {error}"
    finally:
        case.clean_up()
    record = case.record
    secrets: Secrets = case.session.secrets
    judgements = (*_of_requirements(record, ending, reason), *_of_contract(record))
    findings = tuple((number, _told(finding, secrets)) for number, finding in record.findings)
    if trouble is None:
        trouble = _off_contract([finding for _, finding in findings])
    else:
        _take_secrets_out(trouble, secrets)
    result = Result(
        record.test,
        title,
        record.named,
        ending,
        printable(secrets.text(reason)),
        tuple(_shown(judgement, secrets) for judgement in judgements),
        tuple(map(secrets.exchange, record.exchanges)) if evidence else (),
        findings,
        case.now() - started,
    )
    return Executed(result, trouble)


def _take_secrets_out(trouble: BaseException, secrets: Secrets) -> None:
    """Leave no secret in what pytest will print: the message, and what led to it."""
    trouble.args = tuple(
        printable(secrets.text(each)) if isinstance(each, str) else each for each in trouble.args
    )
    if isinstance(trouble, Violation):
        trouble.judgement = _shown(trouble.judgement, secrets)
    elif isinstance(trouble, pytest.skip.Exception | pytest.fail.Exception):
        trouble.msg = printable(secrets.text(str(trouble.msg)))
    elif isinstance(trouble, TransportFailure):
        # Libraries quote whole URLs, and the sentence of ours says it all.
        trouble.__cause__, trouble.__suppress_context__ = None, True


def disabled(test: str, title: str, named: tuple[str, ...], reason: str) -> Result:
    """Return the result of a test that is not to be run."""
    judgements = tuple(Judgement(each, "disabled", reason) for each in named)
    return Result(test, title, named, "disabled", reason, judgements)


def _of_requirements(record: Record, ending: Ending, reason: str) -> list[Judgement]:
    found = list(record.judgements)
    told = {judgement.requirement for judgement in found}
    for each in record.named:
        if each in told:
            continue
        if ending == "completed" and each in record.passed:
            found.append(Judgement(each, "pass"))
        elif ending in ("error", "unsupported"):
            found.append(Judgement(each, ending, reason))
        else:
            found.append(Judgement(each, "inconclusive", reason or "the test did not come to it"))
    return found


def _of_contract(record: Record) -> list[Judgement]:
    """Return one judgement for each operation that answered, and each finding about it."""
    found = []
    faulty = set()
    for number, finding in record.findings:
        outcome: Literal["observed", "fail"] = "observed" if finding.is_remark else "fail"
        if outcome == "fail":
            faulty.add(finding.operation)
        found.append(
            Judgement(
                CONTRACT + finding.operation, outcome, finding.message,
                finding.expected, finding.actual, finding.pointer, number,
            )
        )  # fmt: skip
    answered = dict.fromkeys(
        exchange.request.operation
        for exchange in record.exchanges
        if exchange.response is not None and exchange.request.operation
    )
    found += [Judgement(CONTRACT + each, "pass") for each in answered if each not in faulty]
    return found


def _off_contract(findings: Iterable[Finding]) -> OffContract | None:
    faults = [finding for finding in findings if not finding.is_remark]
    if not faults:
        return None
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    where = f" at {first.pointer}" if first.pointer else ""
    return OffContract(
        f"{first.operation}: {first.message}{where}; expected {first.expected}, "
        f"came {first.actual}{more}"
    )


def _shown(judgement: Judgement, secrets: Secrets) -> Judgement:
    return replace(
        judgement,
        message=printable(secrets.text(judgement.message)),
        expected=secrets.text(judgement.expected),
        actual=secrets.text(judgement.actual),
    )


def _told(finding: Finding, secrets: Secrets) -> Finding:
    return replace(
        finding,
        message=secrets.text(finding.message),
        expected=secrets.text(finding.expected),
        actual=secrets.text(finding.actual),
    )
