"""The report as one self-contained page: searchable, without anything from elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from conformance.report.curl import curl, variables
from conformance.report.words import (
    NOTHING,
    WORDS,
    by_area,
    difference,
    used_verdicts,
    why_not_judged,
)
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
    tests: dict[str, Any] = {}
    for test in document["tests"]:
        known = {name: test[name] for name in ("title", "reason")}
        # What was sent between the tests comes once from every process.
        told = tests.setdefault(test["name"], {**known, "exchanges": []})
        told["exchanges"] += [
            {**exchange, "curl": curl(exchange, base_url), "needs": variables(exchange)}
            for exchange in test["exchanges"]
        ]
    areas = by_area(document)
    return _template().render(
        document=document,
        areas=areas,
        rulings=sorted(
            document["rulings"],
            key=lambda ruling: (ORDER.index(ruling["verdict"]), ruling["kind"] == "contract"),
        ),
        totals=sum((counts for _, counts in areas), Counter()),
        order=used_verdicts(areas),
        statuses=sorted({each for row in document["operations"] for each in row["statuses"]}),
        word=WORDS[document["exit_code"]],
        why=why_not_judged(document),
        difference=lambda failure: difference(failure["expected"], failure["actual"] or NOTHING),
        # `<` must not end the script element that the JSON stands in.
        tests=json.dumps(tests, ensure_ascii=False).replace("<", "\\u003c"),
    )
