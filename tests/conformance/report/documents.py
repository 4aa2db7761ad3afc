"""Runs that never were: results made by hand, folded and told as real ones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.exchange import Exchange, Request, Response
from conformance.execution import CONTRACT, Result
from conformance.gathering import Gathered
from conformance.judging import Judgement
from conformance.report.document import document
from conformance.running import Finished, Order
from conformance.safety import Counts
from conformance.verdicts import Scope, fold
from conformance.witness import Finding
from mockserver import contract

TEST = "akinon/journeys/test_choosing.py::test_it[1]"
ONE, OTHER = "AKN-010", "AKN-065"
LIST = "listSegments"
URL = "http://127.0.0.1:1"

NASTY = (
    "</script><!--\u2028\u202e'\"`|*_[x](y) ${HOME} $(touch x) \\ \x1b[31m\x00\ud83d ```\n::error::"
)
"""Text that means something in every language that reports are written in."""


def exchange(
    number: int = 1,
    *,
    status: int | None = 200,
    method: str = "GET",
    url: str = "/users/segments/",
    headers: Sequence[tuple[str, str]] = (("Accept", "application/json"),),
    body: str = "",
    answer: str = "{}",
    step: str = "",
) -> Exchange:
    """Return an exchange; without a status nothing came."""
    response = None
    if status is not None:
        response = Response(
            status, (("Content-Type", "application/json"),), answer.encode(errors="replace"), 0.01
        )
    asked = Request(method, url, tuple(headers), body.encode(errors="replace"), LIST, "user")
    return Exchange(number, asked, response, "" if response else "the connection failed", step)


def failing(*, expected: str = "401", actual: str = "200", **changes: Any) -> Result:
    """Return the result of a test that found `ONE` violated in its second exchange."""
    found = Result(
        TEST,
        "A stranger is refused.",
        (ONE,),
        "violated",
        f"the test ended when {ONE} was violated",
        (
            Judgement(ONE, "fail", "the status", expected, actual, "/detail", 2),
            Judgement(CONTRACT + LIST, "pass"),
        ),
        (exchange(1, step="set up"), exchange(2), exchange(3, step="clean up")),
        seconds=0.25,
    )
    return replace(found, **changes)


def passing(name: str = "akinon/journeys/test_offers.py::test_that", id_: str = OTHER) -> Result:
    """Return the result of a test that found nothing wrong."""
    judgements = (Judgement(id_, "pass"), Judgement(CONTRACT + LIST, "pass"))
    return Result(name, "It is so.", (id_,), "completed", "", judgements, (exchange(),))


def off_contract(times: int = 1) -> Result:
    """Return the result of a test whose answers the contract does not allow."""
    finding = Finding(LIST, "schema", "the body", "an object", "[]", "/results", is_remark=False)
    judgement = Judgement(CONTRACT + LIST, "fail", "the body", "an object", "[]", "/results", 1)
    return Result(
        "akinon/test_contract.py::test_contract", "As documented.", (), "completed", "",
        (judgement,) * times, (exchange(),), ((1, finding),),
    )  # fmt: skip


def finished(
    *results: Result,
    only: Sequence[str] = (),
    known: dict[str, str] | None = None,
    exit_code: int | None = None,
    **gathered: Any,
) -> Finished:
    """Return a run that had these results."""
    order = Order("akinon", requirements=tuple(only), known=known or {})
    verdicts = fold(results, Scope(contract("akinon"), only=frozenset(only)), order.known)
    code = verdicts.exit_code() if exit_code is None else exit_code
    held = Gathered(list(results), Counts(requests=7), collected=len(results), **gathered)
    return Finished(order, "abcdef", URL, "", held, verdicts, code, 1_795_262_400.0, 1.5)


def told(*results: Result, **changes: Any) -> dict[str, Any]:
    """Return `results.json` of a run that had these results."""
    return document(finished(*results, **changes))
