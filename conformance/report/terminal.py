"""What a person reads in the terminal: progress while a run lasts, then what came of it."""

from __future__ import annotations

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
from conformance.verdicts import ORDER

STYLES: Final = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "known": "yellow",
    "inconclusive": "yellow",
    "unsupported": "cyan",
    "disabled": "dim",
}
_SHOWN_EXCHANGES = 6
_SHOWN_FAILURES = 3
_PLAIN_EVERY = 5.0
"""Seconds between two lines where no progress bar can be drawn."""


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
            self._console.print(f"{done} of {gathered.collected} tests: {told}", highlight=False)

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
        console.print(Text(ruling["statement"], "bold"))
        console.print(Text(f"source: {ruling['source']}", "dim"))
        told = set()
        for failure in ruling["failures"]:
            said = (failure["expected"], failure["actual"])
            if said in told or len(told) == _SHOWN_FAILURES:
                continue
            told.add(said)
            test = tests.get(failure["test"])
            console.print(Text(f"test: {failure['test']}", "dim"))
            where = f" at {failure['pointer']}" if failure["pointer"] else ""
            console.print(Text.assemble(("expected ", "green"), failure["expected"], where))
            console.print(Text.assemble(("came     ", "red"), _difference(failure)))
            if test is not None:
                _sequence(console, document, test, failure["exchange"])
        more = len(ruling["failures"]) - len(told)
        if more:
            console.print(Text(f"… and {more} more", "dim"))
        console.print()


def _difference(failure: Mapping[str, Any]) -> Text:
    """Return what came, with the part that differs from what was expected marked."""
    expected, actual = failure["expected"], failure["actual"] or "(nothing)"
    start = 0
    while start < min(len(expected), len(actual)) and expected[start] == actual[start]:
        start += 1
    end = 0
    while end < min(len(expected), len(actual)) - start and expected[-1 - end] == actual[-1 - end]:
        end += 1
    stop = len(actual) - end
    return Text.assemble(actual[:start], (actual[start:stop], "bold red reverse"), actual[stop:])


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
        console.print(Text(line + step, "bold" if mark == ">" else "dim"), overflow="fold")
    judged = next((each for each in upto if each["number"] == number), None)
    if judged is not None:
        needed = variables(judged)
        if needed:
            console.print(Text(f"  needs {', '.join(needed)}", "dim"))
        command = curl(judged, document["target"]["base_url"])
        console.print(Text(command, "cyan"), soft_wrap=True)


def _areas(console: Console, document: Mapping[str, Any]) -> None:
    areas: dict[str, Counter[str]] = {}
    for ruling in document["rulings"]:
        if ruling["kind"] == "requirement":
            areas.setdefault(ruling["area"], Counter())[ruling["verdict"]] += 1
    _table(console, "Requirements by area", "area", sorted(areas.items()))


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
    if rows:
        _table(console, "By operation", "operation", rows)


def _table(
    console: Console, title: str, first: str, rows: Sequence[tuple[str, Mapping[str, int]]]
) -> None:
    used = [each for each in ORDER if any(counts.get(each) for _, counts in rows)]
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
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
            for reason in ruling["reasons"][:1]:
                key = (ruling["verdict"], reason.partition(" to judge ")[0])
                reasons.setdefault(key, []).append(ruling["id"])
    for (verdict, reason), ids in sorted(reasons.items()):
        named = ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
        console.print(Text.assemble((f"{verdict}: ", STYLES[verdict]), f"{reason} ({named})"))
    for each in document["observations"]:
        seen = "; ".join(each["variants"])
        console.print(Text.assemble((f"observed {each['id']}: ", "cyan"), seen))
    for each in document["left"]:
        what = f"{each['kind']} {each['name']} {each['id']}".strip()
        console.print(
            Text(f"left at the target: {what} ({each['reason'] or 'not removed'})", "bold yellow")
        )
    if document["left"]:
        run = document["run"]["id"]
        console.print(Text(f"`segment-conformance cleanup --run {run}` tries again", "yellow"))
    for each in document["broken"]:
        console.print(Text(f"error: {each}", STYLES["error"]))


def _closing(console: Console, document: Mapping[str, Any]) -> None:
    counts = document["counts"]
    words = {
        0: ("conformant", "bold green"),
        1: ("not conformant", "bold red"),
        2: ("not judged", "bold magenta"),
        130: ("interrupted", "bold yellow"),
    }
    word, style = words[document["exit_code"]]
    told = ", ".join(
        f"{count} {verdict}" for verdict, count in counts["requirements"].items() if count
    )
    off = counts["contract"]["fail"]
    contract = f"; {off} operations off the contract" if off else ""
    run = document["run"]
    console.print(
        Text.assemble(
            (f"{document['title']} at {document['target']['base_url']}: ", "bold"),
            (word, style),
            f" ({told}{contract})",
        ),
        soft_wrap=True,
    )
    console.print(
        Text(
            f"{counts['requests']} requests ({counts['retries']} repeated), "
            f"{counts['created']} things made, {len(document['left'])} left, "
            f"{run['seconds']:.1f} s, profile {run['profile']}, seed {run['seed']}, "
            f"run {run['id']}",
            "dim",
        ),
        soft_wrap=True,
    )
