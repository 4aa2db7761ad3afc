"""The report as one JSON document, `results.json`; every other form is made from it.

`schemas/results.schema.json` describes it. Secrets were taken out before results come here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from conformance.catalogue import Catalogue
from conformance.execution import Result
from conformance.results import packed_exchange
from conformance.running import Finished
from conformance.scenario import BUNDLED, PUBLISHED
from conformance.session import BACKGROUND
from conformance.vendors import profile_of
from conformance.verdicts import Evidence, Ruling
from mockserver import contract

FORMAT: Final = 1
"""Grows when the meaning of a field changes."""

Document = Mapping[str, Any]


def document(finished: Finished) -> dict[str, Any]:
    """Return what is known about a finished run."""
    order, gathered, verdicts = finished.order, finished.gathered, finished.verdicts
    rulings = [_ruling(ruling) for ruling in verdicts.rulings]
    return {
        "format": FORMAT,
        "kit": _version(),
        "vendor": order.vendor,
        "title": profile_of(order.vendor).title,
        "target": {
            "base_url": finished.base_url,
            "options": dict(finished.options),
            "contract": finished.edition or BUNDLED,
            "judged_by": PUBLISHED if order.as_published else "the contract",
        },
        "run": {
            "id": finished.run,
            "seed": order.seed,
            "profile": order.profile,
            "workers": order.workers,
            "started": _instant(finished.started),
            "seconds": round(finished.seconds, 3),
            "fail_on": order.fail_on,
            "only": list(order.requirements),
        },
        "exit_code": finished.exit_code,
        "counts": {
            "requirements": verdicts.counts(contract=False),
            "contract": verdicts.counts(contract=True),
            "tests": dict(Counter(result.ending for result in gathered.results)),
            "exchanges": sum(len(result.exchanges) for result in gathered.results),
            "created": gathered.created,
            **asdict(gathered.counts),
        },
        "rulings": rulings,
        "observations": [asdict(each) for each in verdicts.observations],
        "operations": _operations(finished, rulings),
        "tests": [_test(result) for result in gathered.results],
        "left": gathered.left,
        "broken": gathered.broken,
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "id": ruling.id,
        "kind": "contract" if ruling.is_contract else "requirement",
        "area": "contract"
        if ruling.is_contract
        else area_of(ruling.tests[0] if ruling.tests else ""),
        "statement": ruling.statement,
        "source": ruling.source,
        "level": ruling.level,
        "operations": list(ruling.operations),
        "verdict": ruling.verdict,
        "reasons": list(ruling.reasons),
        "remarks": list(ruling.remarks),
        "tests": list(ruling.tests),
        "failures": [_failure(evidence) for evidence in ruling.failures],
    }


def _failure(evidence: Evidence) -> dict[str, Any]:
    judgement = evidence.judgement
    return {
        "test": evidence.result.test,
        "message": judgement.message,
        "expected": judgement.expected,
        "actual": judgement.actual,
        "pointer": judgement.pointer,
        "exchange": judgement.exchange,
    }


def area_of(test: str) -> str:
    """Return the subject of a test, from the name of its file; `other` for none."""
    found = re.search(r"test_(\w+)\.py", test)
    return found[1].replace("_", " ") if found else "other"


def _test(result: Result) -> dict[str, Any]:
    return {
        "name": result.test,
        "title": result.title,
        "requirements": list(result.named),
        "ending": result.ending,
        "reason": result.reason,
        "seconds": round(result.seconds, 4),
        "exchanges": [packed_exchange(exchange) for exchange in result.exchanges],
        "findings": [
            {"exchange": number, **asdict(finding)} for number, finding in result.findings
        ],
    }


def _operations(finished: Finished, rulings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, per operation, which statuses came how often and how it was ruled."""
    seen: dict[str, Counter[str]] = {}
    for result in finished.gathered.results:
        for exchange in result.exchanges:
            status = "none" if exchange.response is None else str(exchange.response.status)
            seen.setdefault(exchange.request.operation, Counter())[status] += 1
    found = []
    for operation in Catalogue(contract(finished.order.vendor, finished.edition)):
        ruled = Counter(
            ruling["verdict"]
            for ruling in rulings
            if operation.id in ruling["operations"] and ruling["kind"] == "requirement"
        )
        own = next((each for each in rulings if each["id"] == f"contract:{operation.id}"), None)
        found.append(
            {
                "id": operation.id,
                "method": operation.method,
                "path": operation.template,
                "companion": operation.is_companion,
                "documented": list(operation.declared["responses"]),
                "statuses": dict(sorted(seen.get(operation.id, Counter()).items())),
                "requirements": dict(ruled),
                "contract": "disabled" if own is None else own["verdict"],
            }
        )
    return found


def ordinary_tests(found: Document) -> list[dict[str, Any]]:
    """Return the tests of a document, without what was sent between them."""
    return [test for test in found["tests"] if test["name"] != BACKGROUND]


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _version() -> str:
    try:
        return version("segment-testbed")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
