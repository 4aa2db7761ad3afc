"""The report as one self-contained page: searchable, without anything from elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from conformance.report.curl import curl, variables
from conformance.verdicts import ORDER


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=select_autoescape(["html", "j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def page(document: Mapping[str, Any]) -> str:
    """Return the page."""
    base_url = document["target"]["base_url"]
    tests = {
        test["name"]: {
            **{name: test[name] for name in ("title", "requirements", "ending", "reason")},
            "exchanges": [
                {
                    **exchange,
                    "curl": curl(exchange, base_url),
                    "needs": variables(exchange),
                }
                for exchange in test["exchanges"]
            ],
        }
        for test in document["tests"]
    }
    statuses = sorted({status for each in document["operations"] for status in each["statuses"]})
    areas: dict[str, Counter[str]] = {}
    for ruling in document["rulings"]:
        areas.setdefault(ruling["area"], Counter())[ruling["verdict"]] += 1
    return _template().render(
        document=document,
        areas=sorted(areas.items()),
        rulings=sorted(
            document["rulings"],
            key=lambda ruling: (ORDER.index(ruling["verdict"]), ruling["kind"] == "contract"),
        ),
        totals=sum(areas.values(), Counter()),
        order=[each for each in ORDER if any(counts[each] for counts in areas.values())],
        statuses=statuses,
        word={0: "conformant", 1: "not conformant", 2: "not judged", 130: "interrupted"}[
            document["exit_code"]
        ],
        # `<` must not end the script element that the JSON stands in.
        tests=json.dumps(tests, ensure_ascii=False).replace("<", "\\u003c"),
    )
