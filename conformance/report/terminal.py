"""What a person reads in the terminal: progress while a run lasts, then what came of it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from conformance.execution import Result
from conformance.gathering import Gathered
from conformance.report.curl import curl, variables
from conformance.report.words import (
    NOTHING,
    WORDS,
    by_area,
    difference,
    used_verdicts,
    why_not_judged,
)

STYLES: Final = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "known": "yellow",
    "inconclusive": "yellow",
    "unsupported": "cyan",
    "disabled": "dim",
}
_ENDINGS: Final = {0: "bold green", 1: "bold red", 2: "bold magenta", 130: "bold yellow"}
_SHOWN_EXCHANGES = 6
_SHOWN_FAILURES = 3
_SHOWN_REASONS = 3
_SHOWN_IDS = 6
_PLAIN_EVERY = 5.0
"""Seconds between two lines where no progress bar can be drawn."""
_PLAIN_WIDTH = 120
"""Characters of a table where nobody says how wide the screen is."""
_CONTROLS: Final = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code not in (9, 10)
}
"""What a target sends must not steer the terminal."""


def screen(*, stderr: bool = False) -> Console:
    """Return where to print: texts as they are, and lines that nothing breaks."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = _PLAIN_WIDTH
    return found


class Live:
    """Shows how a run gets on: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._told = 0.0
        self._ended: Counter[str] = Counter()
        self._requests = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._progress.add_task("collecting", total=None, told="")

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._progress.stop()

    def __call__(self, gathered: Gathered, result: Result | None) -> None:
        """Be told about a test, or that the tests are collected."""
        if result is not None:
            wrong = any(judgement.outcome == "fail" for judgement in result.judgements)
            self._ended["failed" if wrong else result.ending] += 1
            self._requests += len(result.exchanges)
        done = self._ended.total()
        told = self._line()
        self._progress.update(
            self._task, description="judging", total=gathered.collected, completed=done, told=told
        )
        now = time.monotonic()
        if not self._console.is_terminal and (
            now - self._told >= _PLAIN_EVERY or done == gathered.collected
        ):
            self._told = now
            self._console.print(f"{done} of {gathered.collected} tests: {told}")

    def _line(self) -> str:
        seconds = max(time.monotonic() - self._started, 0.001)
        ended = ", ".join(f"{count} {name}" for name, count in sorted(self._ended.items()))
        rate = f"{self._requests} requests, {self._requests / seconds:.0f}/s"
        return f"{ended}; {rate}" if ended else rate


def show(console: Console, document: Mapping[str, Any], *, verbose: bool = False) -> None:
    """Show what came of a run."""
    _failures(console, document)
    _areas(console, document)
    _operations(console, document, everything=verbose)
    _open_ends(console, document)
    _closing(console, document)


def _failures(console: Console, document: Mapping[str, Any]) -> None:
    tests = {test["name"]: test for test in document["tests"]}
    for ruling in document["rulings"]:
        if ruling["verdict"] != "fail":
            continue
        console.rule(Text(f"{ruling['id']} ({ruling['level']})", "bold red"), align="left")
        console.print(_said(ruling["statement"], "bold"))
        console.print(_said(f"source: {ruling['source']}", "dim"))
        told: set[tuple[str, str]] = set()
        for failure in ruling["failures"]:
            said = (failure["expected"], failure["actual"])
            if said in told or len(told) == _SHOWN_FAILURES:
                continue
            told.add(said)
            test = tests.get(failure["test"])
            console.print(_said(f"test: {failure['test']}", "dim"))
            where = f" at {failure['pointer']}" if failure["pointer"] else ""
            console.print(_said("expected ", "green") + _said(failure["expected"] + where))
            console.print(_said("came     ", "red") + _difference(failure))
            if test is not None:
                _sequence(console, document, test, failure["exchange"])
        more = len(ruling["failures"]) - len(told)
        if more:
            console.print(Text(f"… and {more} more", "dim"))
        console.print()


def _said(text: str, style: str = "") -> Text:
    return Text(text.translate(_CONTROLS), style)


def _difference(failure: Mapping[str, Any]) -> Text:
    """Return what came, with the part that differs from what was expected marked."""
    before, other, after = difference(failure["expected"], failure["actual"] or NOTHING)
    return _said(before) + _said(other, "bold red reverse") + _said(after)


def _sequence(
    console: Console, document: Mapping[str, Any], test: Mapping[str, Any], number: int
) -> None:
    exchanges = [each for each in test["exchanges"] if each["step"] != "clean up"]
    upto = [each for each in exchanges if not number or each["number"] <= number]
    for each in upto[-_SHOWN_EXCHANGES:]:
        response = each["response"]
        status = response["status"] if response else f"no answer: {each['trouble']}"
        step = f" ({each['step']})" if each["step"] else ""
        mark = ">" if each["number"] == number else " "
        asked = f"{each['request']['method']} {each['request']['url']}"
        line = f"{mark} {each['number']}. {asked} -> {status}"
        console.print(_said(line + step, "bold" if mark == ">" else "dim"))
    judged = next((each for each in upto if each["number"] == number), None)
    if judged is not None:
        needed = variables(judged)
        if needed:
            console.print(Text(f"  needs {', '.join(needed)}", "dim"))
        console.print(_said(curl(judged, document["target"]["base_url"]), "cyan"))


def _areas(console: Console, document: Mapping[str, Any]) -> None:
    requirements = [each for each in document["rulings"] if each["kind"] == "requirement"]
    _table(console, "Requirements", "area", by_area({"rulings": requirements}))


def _operations(console: Console, document: Mapping[str, Any], *, everything: bool) -> None:
    rows = []
    for operation in document["operations"]:
        counts = Counter(operation["requirements"])
        troubled = operation["contract"] in ("fail", "error") or counts["fail"] + counts["error"]
        if (everything and operation["statuses"]) or troubled:
            name = f"{operation['method']} {operation['path']}"
            if operation["contract"] == "fail":
                name += "  (answers off the contract)"
            rows.append((name, counts))
    _table(console, "Operations", "operation", rows)


def _table(
    console: Console, title: str, first: str, rows: Sequence[tuple[str, Mapping[str, int]]]
) -> None:
    if not rows:
        return
    used = used_verdicts(rows)
    console.print(Text(title, "bold"))
    table = Table(box=None, pad_edge=False)
    table.add_column(first, overflow="fold")
    for verdict in used:
        table.add_column(verdict, justify="right", style=STYLES[verdict])
    for name, counts in rows:
        table.add_row(name, *(str(counts.get(verdict) or "") for verdict in used))
    console.print(table)
    console.print()


def _open_ends(console: Console, document: Mapping[str, Any]) -> None:
    """Tell what was not judged, and what would help."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for ruling in document["rulings"]:
        if ruling["verdict"] in ("inconclusive", "error", "unsupported", "known"):
            for reason in ruling["reasons"][:_SHOWN_REASONS]:
                key = (ruling["verdict"], reason.partition(" to judge ")[0])
                reasons.setdefault(key, []).append(ruling["id"])
    for (verdict, reason), ids in sorted(reasons.items()):
        told = _said(f"{reason} ({_listed(ids)})")
        console.print(_said(f"{verdict}: ", STYLES[verdict]) + told)
    for reason, tests in sorted(_passed_over(document).items()):
        many = "1 test" if len(tests) == 1 else f"{len(tests)} tests"
        ids = sorted({each for test in tests for each in test["requirements"]})
        console.print(
            _said("left out: ", "dim") + _said(f"{reason} ({many} more of {_listed(ids)})")
        )
    for each in document["observations"]:
        seen = "; ".join(each["variants"])
        console.print(_said(f"observed {each['id']}: ", "cyan") + _said(seen))
    for each in document["left"]:
        what = " ".join(filter(None, (each["kind"], each["name"], each["id"])))
        why = each["reason"] or "not removed"
        console.print(_said(f"left at the target: {what} ({why})", "bold yellow"))
    if document["left"]:
        run = document["run"]["id"]
        console.print(Text(f"`segment-conformance cleanup --run {run}` tries again", "yellow"))
    for each in document["broken"]:
        console.print(_said(f"error: {each}", STYLES["error"]))


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
    return ", ".join(ids[:_SHOWN_IDS]) + more


def _passed_over(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the tests that could not run and are not missed: others judged the same."""
    passed = {ruling["id"] for ruling in document["rulings"] if ruling["verdict"] == "pass"}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for test in document["tests"]:
        named = set(test["requirements"])
        if test["ending"] == "unmet" and named and named <= passed:
            found.setdefault(test["reason"].partition(" to judge ")[0], []).append(test)
    return found


def _closing(console: Console, document: Mapping[str, Any]) -> None:
    counts = document["counts"]
    code = document["exit_code"]
    word, style = WORDS[code], _ENDINGS[code]
    told = ", ".join(
        f"{count} {verdict}" for verdict, count in counts["requirements"].items() if count
    )
    off = counts["contract"]["fail"]
    many = "" if off == 1 else "s"
    contract = f"; {off} operation{many} off the contract" if off else ""
    run = document["run"]
    console.print(
        Text.assemble(
            (f"{document['title']} at {document['target']['base_url']}: ", "bold"),
            (word, style),
            f" ({why_not_judged(document) or told}{contract})",
        ),
    )
    console.print(
        Text(
            f"{counts['requests']} requests ({counts['retries']} repeated), "
            f"{counts['created']} things made, {len(document['left'])} left, "
            f"{run['seconds']:.1f} s, profile {run['profile']}, seed {run['seed']}, "
            f"run {run['id']}",
            "dim",
        ),
    )
