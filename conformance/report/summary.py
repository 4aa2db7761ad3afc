"""The run in Markdown, and as annotations of GitHub Actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.report.curl import curl
from conformance.verdicts import ORDER

_WORDS = {0: "conformant", 1: "not conformant", 2: "not judged", 130: "interrupted"}
_MOST_ANNOTATIONS = 10
"""GitHub shows no more of one step."""


def summary(document: Mapping[str, Any]) -> str:
    """Return the run in Markdown."""
    run, target, counts = document["run"], document["target"], document["counts"]
    lines = [
        f"# {document['title']}: {_WORDS[document['exit_code']]}",
        "",
        (
            f"{target['base_url']}, contract {target['contract']}, judged by "
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
            f"- {each['id']}: {'; '.join(each['variants'])} ({_text(each['statement'])})"
            for each in document["observations"]
        ]
    open_ends = [
        ruling for ruling in document["rulings"] if ruling["verdict"] in ("inconclusive", "error")
    ]
    if open_ends:
        lines += ["", "## Not judged", ""]
        lines += [
            f"- {ruling['id']}, {ruling['verdict']}: {_text('; '.join(ruling['reasons'][:1]))}"
            for ruling in open_ends
        ]
    if document["left"]:
        lines += ["", "## Left at the target", ""]
        lines += [
            f"- {each['kind']} {_text(each['name'])} {each['id']}: {_text(each['reason'])}"
            for each in document["left"]
        ]
    return "\n".join(lines) + "\n"


def _verdicts(document: Mapping[str, Any]) -> list[str]:
    areas: dict[str, Counter[str]] = {}
    for ruling in document["rulings"]:
        areas.setdefault(ruling["area"], Counter())[ruling["verdict"]] += 1
    used = [each for each in ORDER if any(counts[each] for counts in areas.values())]
    return [
        f"| area | {' | '.join(used)} |",
        "|---|" + "---:|" * len(used),
        *(
            f"| {area} | {' | '.join(str(counts[each] or '') for each in used)} |"
            for area, counts in sorted(areas.items())
        ),
    ]


def _failure(document: Mapping[str, Any], ruling: Mapping[str, Any]) -> list[str]:
    lines = ["", f"### {ruling['id']}", "", f"{_text(ruling['statement'])}", ""]
    lines.append(f"Source: {_text(ruling['source'])}")
    tests = {test["name"]: test for test in document["tests"]}
    for failure in ruling["failures"][:1]:
        where = f" at `{failure['pointer']}`" if failure["pointer"] else ""
        lines += [
            "",
            f"- expected {_text(failure['expected'])}{where}",
            f"- came {_text(failure['actual'] or '(nothing)')}",
            f"- test `{failure['test']}`",
        ]
        exchanges = tests.get(failure["test"], {}).get("exchanges", [])
        for exchange in exchanges:
            if exchange["number"] == failure["exchange"]:
                lines += ["", "```sh", curl(exchange, document["target"]["base_url"]), "```"]
    return lines


def _text(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    for mark in "\\`*_<>|[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def workflow_commands(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield workflow commands, one per failure."""
    failed = [ruling for ruling in document["rulings"] if ruling["verdict"] == "fail"]
    for ruling in failed[:_MOST_ANNOTATIONS]:
        failure = ruling["failures"][0]
        text = f"{ruling['statement']}\nexpected {failure['expected']}\ncame {failure['actual']}"
        yield f"::error title={_property(ruling['id'])}::{_data(text)}"
    if len(failed) > _MOST_ANNOTATIONS:
        yield f"::error ::{len(failed) - _MOST_ANNOTATIONS} more requirements are violated"
    for each in document["broken"][:1]:
        yield f"::error title=segment-conformance::{_data(each)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
