"""The run in Markdown, and as annotations of GitHub Actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.report.curl import curl
from conformance.report.words import NOTHING, WORDS, by_area, used_verdicts, why_not_judged

_MOST_ANNOTATIONS: Final = 10
"""GitHub shows no more errors of one step."""
_LONGEST: Final = 1_000_000
"""Bytes; GitHub takes no summary of a step beyond 1 MiB."""
_MARKS: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_<>|[]#~&$"})


def summary(document: Mapping[str, Any]) -> str:
    """Return the run in Markdown."""
    run, target, counts = document["run"], document["target"], document["counts"]
    why = why_not_judged(document)
    lines = [
        f"# {_text(document['title'])}: {WORDS[document['exit_code']]}{why and ', ' + why}",
        "",
        (
            f"{_text(target['base_url'])}, contract {_text(target['contract'])}, judged by "
            f"{target['judged_by']}. "
            f"Profile {run['profile']}, seed {run['seed']}, run {run['id']}, {run['started']}, "
            f"{run['seconds']:.1f} s, {counts['requests']} requests."
        ),
        "",
        *_verdicts(document),
    ]
    failed = [ruling for ruling in document["rulings"] if ruling["verdict"] == "fail"]
    if failed:
        lines += ["", "## Failures"]
    for ruling in failed:
        lines += _failure(document, ruling)
    if document["observations"]:
        lines += ["", "## Observed", ""]
        lines += [
            f"- {each['id']}: {_text('; '.join(each['variants']))} ({_text(each['statement'])})"
            for each in document["observations"]
        ]
    known = [ruling for ruling in document["rulings"] if ruling["verdict"] == "known"]
    if known:
        lines += ["", "## Known failures", ""]
        lines += [f"- {_text(each['id'])}: {_text('; '.join(each['reasons']))}" for each in known]
    open_ends = [
        ruling for ruling in document["rulings"] if ruling["verdict"] in ("inconclusive", "error")
    ]
    if open_ends:
        lines += ["", "## Not judged", ""]
        lines += [
            f"- {_text(ruling['id'])}, {ruling['verdict']}: "
            f"{_text('; '.join(ruling['reasons'][:1]))}"
            for ruling in open_ends
        ]
    if document["left"]:
        lines += ["", "## Left at the target", ""]
        lines += [
            f"- {_text(' '.join(filter(None, (each['kind'], each['name'], each['id']))))}: "
            f"{_text(each['reason'] or 'not removed')}"
            for each in document["left"]
        ]
    if document["broken"]:
        lines += ["", "## Errors of the run", ""]
        lines += [f"- {_text(each)}" for each in document["broken"]]
    return "\n".join(lines) + "\n"


def shortened(markdown: str) -> str:
    """Return as many lines of a text as GitHub takes."""
    if len(markdown.encode("utf-8", "replace")) <= _LONGEST:
        return markdown
    kept = markdown.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + "\n\n…\n\nThe rest was too long: see summary.md.\n"


def _verdicts(document: Mapping[str, Any]) -> list[str]:
    rows = by_area(document)
    used = used_verdicts(rows)
    if not used:
        return []
    return [
        f"| area | {' | '.join(used)} |",
        "|---|" + "---:|" * len(used),
        *(
            f"| {_text(area)} | {' | '.join(str(counts[each] or '') for each in used)} |"
            for area, counts in rows
        ),
    ]


def _failure(document: Mapping[str, Any], ruling: Mapping[str, Any]) -> list[str]:
    lines = ["", f"### {_text(ruling['id'])}", "", _text(ruling["statement"]), ""]
    lines.append(f"Source: {_text(ruling['source'])}")
    tests = {test["name"]: test for test in document["tests"]}
    for failure in ruling["failures"][:1]:
        where = f" at {_text(failure['pointer'])}" if failure["pointer"] else ""
        lines += [
            "",
            f"- expected {_text(failure['expected'])}{where}",
            f"- came {_text(failure['actual'] or NOTHING)}",
            f"- test {_text(failure['test'])}",
        ]
        exchanges = tests.get(failure["test"], {}).get("exchanges", [])
        for exchange in exchanges:
            if exchange["number"] == failure["exchange"]:
                lines += ["", *_fenced(curl(exchange, document["target"]["base_url"]))]
    return lines


def _fenced(code: str) -> tuple[str, str, str]:
    """Return a block of code; its fence is longer than any in the code."""
    longest = max((len(found) for found in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh", code, fence


def _text(text: str) -> str:
    """Return a text that Markdown shows as it is, in one line."""
    return " ".join(text.translate(_MARKS).split())


def workflow_commands(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield workflow commands: errors of the run, then one per failure."""
    said = [f"::error title=segment-conformance::{_data(each)}" for each in document["broken"][:1]]
    why = why_not_judged(document)
    if why and not said:
        said.append(f"::error title=segment-conformance::{_data(f'not judged, {why}')}")
    failed = [ruling for ruling in document["rulings"] if ruling["verdict"] == "fail"]
    room = _MOST_ANNOTATIONS - len(said)
    shown = failed if len(failed) <= room else failed[: room - 1]
    for ruling in shown:
        failure = ruling["failures"][0]
        came = failure["actual"] or NOTHING
        text = f"{ruling['statement']}\nexpected {failure['expected']}\ncame {came}"
        said.append(f"::error title={_property(ruling['id'])}::{_data(text)}")
    if len(failed) > len(shown):
        said.append(f"::error ::{len(failed) - len(shown)} more requirements are violated")
    yield from said


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
