"""The report as a page: nothing from elsewhere, whatever a target answers, shown by a browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conformance.report.page import page
from conformance.session import BACKGROUND

from .documents import (
    NASTY,
    ONE,
    URL,
    exchange,
    failing,
    off_contract,
    passing,
    told,
)

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_LOADING = {"src", "href", "action", "data", "poster", "srcset"}


class _Reader(HTMLParser):
    """Keeps what would be loaded, and the scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.scripts: list[str] = []
        self.ends = 0
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what it would load."""
        self.loaded += [str(value) for name, value in attrs if name in _LOADING]
        if tag == "script":
            self._in_script = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a script."""
        if tag == "script":
            self._in_script = False
            self.ends += 1

    def handle_data(self, data: str) -> None:
        """Keep scripts."""
        if self._in_script:
            self.scripts[-1] += data


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


NASTY_RUN = told(
    failing(
        expected=NASTY,
        actual=NASTY,
        title=NASTY,
        reason=NASTY,
        exchanges=(exchange(2, method="PUT", body=NASTY, answer=NASTY, headers=(("A", NASTY),)),),
    ),
    broken=[NASTY],
    left=[{"kind": "segment", "name": NASTY, "id": NASTY, "reason": NASTY}],
)


def test_the_page_loads_nothing() -> None:
    """No address but the target's stands in it."""
    text = page(told(failing(), passing(), off_contract()))
    assert _read(text).loaded == []
    assert "@import" not in text
    assert "url(" not in text
    addresses = set(re.findall(r"https?://[^\s\"'<\\]*", text))
    assert {each for each in addresses if not each.startswith(URL)} == set()
    assert URL in text


def test_no_text_of_a_target_ends_a_script_or_becomes_an_element() -> None:
    """`</script>` in a body is a text like any other."""
    reader = _read(page(NASTY_RUN))
    assert len(reader.scripts) == reader.ends == 2
    tests = json.loads(reader.scripts[0])
    (exchange,) = next(iter(tests.values()))["exchanges"]
    assert exchange["request"]["headers"] == [["A", NASTY]]
    assert exchange["request"]["body"] == NASTY.replace("\ud83d", "?")
    assert "<!--" not in reader.scripts[0]
    assert page(NASTY_RUN).count("<!--") == 0


def test_what_came_is_marked_where_it_differs() -> None:
    """And nowhere else."""
    text = page(told(failing(expected="the status 401, sir", actual="the status 200, sir")))
    assert "<code>the status <mark>200</mark>, sir</code>" in text
    assert "<mark>(nothing)</mark>" in page(told(failing(actual="")))


def test_failures_come_first_and_are_open() -> None:
    """What passes is folded."""
    text = page(told(passing(), failing()))
    rulings = re.findall(r'<details class="ruling" data-verdict="(\w+)"( open)?>', text)
    assert rulings[0] == ("fail", " open")
    assert rulings[-1] == ("pass", "")
    assert all(not is_open for verdict, is_open in rulings if verdict != "fail")


def test_many_failures_of_one_requirement_are_folded() -> None:
    """Three are shown, and how many there are more."""
    text = page(told(off_contract(5)))
    ruling = text[text.index('data-verdict="fail"') :].partition("<summary>2 more</summary>")
    assert ruling[0].count('class="failure"') == 3
    assert ruling[2].count('class="failure"') == 2
    assert "more</summary>" not in page(told(off_contract(3)))


def test_everything_that_was_found_has_its_place() -> None:
    """Verdicts, statuses, what was left, and errors of the run."""
    left = [{"kind": "segment", "name": "N-1", "id": "id-1", "reason": ""}]
    text = page(told(failing(), passing(), known={}, left=left, broken=["it <broke>"]))
    for each in (
        "not conformant",
        "segment N-1 <code>id-1</code>: not removed",
        "it &lt;broke&gt;",
    ):
        assert each in text
    assert "<h2>Left at the target</h2>" not in page(told(passing()))
    assert "not judged, nothing was tested" in page(told())


def test_what_was_sent_between_the_tests_is_kept_for_every_process() -> None:
    """Though it has the same name in each."""
    between = replace(passing(), test=BACKGROUND)
    scripts = _read(page(told(between, between))).scripts
    assert len(json.loads(scripts[0])[BACKGROUND]["exchanges"]) == 2


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
def test_a_browser_shows_the_exchange_that_was_judged(tmp_path: Path) -> None:
    """Unfolded, with its body as it came: numbers and repeated names are not touched."""
    answer = '{"a":{},"n":[12345678901234567890,1.0],"n":"</script>","t":"a,b:{}"}'
    exchanges = (exchange(1), exchange(2, answer=answer), exchange(3))
    file = tmp_path / "report.html"
    file.write_text(page(told(failing(exchanges=exchanges), broken=[NASTY])), "utf-8", "replace")
    assert CHROMIUM is not None
    dom = subprocess.run(  # noqa: S603 - a browser, with a file of ours
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    ).stdout.decode()  # fmt: skip
    judged = html.unescape(
        re.findall(r'<details class="judged" open="">(.*?)</details>', dom, re.DOTALL)[0]
    )
    assert "2. GET /users/segments/ → 200" in judged
    assert "12345678901234567890,\n    1.0\n  ],\n" in judged
    assert '"a": {},\n' in judged
    assert '"n": "</script>",\n  "t": "a,b:{}"\n}' in judged
    assert f"{URL}/users/segments/" in judged
    assert f"{len(told(failing())['rulings'])} of" in dom
    assert ONE in dom
