"""The run as JUnit XML: a test case per test, with the requirements that it judges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from conformance.report.curl import curl
from conformance.report.document import ordinary_tests
from conformance.report.words import NOTHING

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold (XML 1.0, section 2.2)."""


def junit(document: Mapping[str, Any]) -> str:
    """Return the XML. What contradicts a requirement or the contract is a failure."""
    tests = ordinary_tests(document)
    violated = _violated(document)
    suite = ET.Element("testsuite", name=f"segment-conformance {document['vendor']}")
    run = document["run"]
    _properties(
        suite,
        ("base_url", document["target"]["base_url"]),
        *((name, str(run[name])) for name in ("id", "seed", "profile")),
    )
    for test in tests:
        suite.append(_case(document, test, violated.get(test["name"], [])))
    for number, trouble in enumerate(document["broken"], 1):
        case = ET.SubElement(suite, "testcase", classname="run", name=f"error {number}", time="0")
        _say(case, "error", trouble.strip().partition("\n")[0], trouble)
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in kinds.items():
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{run['seconds']:.3f}")
    suite.set("timestamp", run["started"])
    suites = ET.Element("testsuites", name="segment-conformance")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _violated(document: Mapping[str, Any]) -> dict[str, list[tuple[Mapping[str, Any], Any]]]:
    """Return, per test, the rulings that it decided, each with the failure."""
    found: dict[str, list[tuple[Mapping[str, Any], Any]]] = {}
    for ruling in document["rulings"]:
        for failure in ruling["failures"]:
            found.setdefault(failure["test"], []).append((ruling, failure))
    return found


def _case(
    document: Mapping[str, Any],
    test: Mapping[str, Any],
    violated: list[tuple[Mapping[str, Any], Any]],
) -> ET.Element:
    file, _, name = test["name"].partition("::")
    case = ET.Element(
        "testcase",
        classname=_clean(file.removesuffix(".py").replace("/", ".")),
        name=_clean(name or file),
        time=f"{test['seconds']:.3f}",
    )
    _properties(case, *(("requirement", each) for each in test["requirements"]))
    counting = [each for each in violated if each[0]["verdict"] == "fail"]
    known = [each for each in violated if each[0]["verdict"] == "known"]
    if counting:
        ruling, failure = counting[0]
        more = f" (and {len(counting) - 1} more)" if len(counting) > 1 else ""
        came = failure["actual"] or NOTHING
        headline = f"{ruling['id']}: expected {failure['expected']}, came {came}{more}"
        _say(case, "failure", headline, "\n".join(_told(document, test, counting)))
    elif test["ending"] == "error":
        _say(case, "error", test["reason"], test["reason"])
    elif known:
        ids = ", ".join(dict.fromkeys(ruling["id"] for ruling, _ in known))
        _say(case, "skipped", f"known to fail: {ids}", "")
    elif test["ending"] != "completed":
        _say(case, "skipped", f"{test['ending']}: {test['reason']}", "")
    return case


def _told(
    document: Mapping[str, Any],
    test: Mapping[str, Any],
    violated: list[tuple[Mapping[str, Any], Any]],
) -> Iterator[str]:
    """Yield what a person needs: the rules, what came, and the request to send again."""
    yield test["title"]
    for ruling, failure in violated:
        where = f" at {failure['pointer']}" if failure["pointer"] else ""
        yield ""
        yield f"{ruling['id']} ({ruling['level']}): {ruling['statement']}"
        yield f"  source:   {ruling['source']}"
        yield f"  expected: {failure['expected']}{where}"
        yield f"  came:     {failure['actual'] or NOTHING}"
    number = violated[0][1]["exchange"]
    yield ""
    for exchange in test["exchanges"]:
        if number and exchange["number"] > number:
            break
        request, response = exchange["request"], exchange["response"]
        status = response["status"] if response else f"no answer: {exchange['trouble']}"
        step = f" ({exchange['step']})" if exchange["step"] else ""
        yield f"{exchange['number']}. {request['method']} {request['url']} -> {status}{step}"
        if exchange["number"] == number:
            yield curl(exchange, document["target"]["base_url"])


def _say(case: ET.Element, tag: str, message: str, text: str) -> None:
    ET.SubElement(case, tag, message=_clean(message)).text = _clean(text)


def _properties(parent: ET.Element, *pairs: tuple[str, str]) -> None:
    if pairs:
        properties = ET.SubElement(parent, "properties")
        for name, value in pairs:
            ET.SubElement(properties, "property", name=name, value=_clean(value))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
