"""Known failures: read, excused until their day, added and taken out."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from conformance.baseline import (
    HEADER,
    UNEXPLAINED,
    Known,
    known_failures,
    pruned,
    read,
    updated,
    write,
)
from conformance.config import ConfigError

TODAY = date(2026, 11, 21)
ONE = Known("emporix", "EMX-001", "SEG-1", date(2026, 11, 21))
OTHER = Known("emporix", "contract:GET-x", "SEG-2")
FOREIGN = Known("akinon", "AKN-010", "SEG-3")

ROW = '[[known]]\nvendor = "emporix"\nrequirement = "EMX-001"\nreason = "SEG-1"\n'


def _file(folder: Path, text: str) -> Path:
    path = folder / "known.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """In the order of vendor and requirement, with a word for the reader."""
    path = tmp_path / "known.toml"
    write(path, [OTHER, ONE, FOREIGN])
    assert path.read_text("utf-8").startswith(HEADER)
    assert read(path) == [FOREIGN, ONE, OTHER]
    assert tomllib.loads(path.read_text("utf-8"))["known"][1]["expires"] == ONE.expires


def test_an_empty_baseline_excuses_nothing(tmp_path: Path) -> None:
    """A new file may be empty; a byte order mark is no mistake."""
    assert read(_file(tmp_path, "")) == []
    assert read(_file(tmp_path, "\ufeff" + ROW))[0].expires is None
    write(tmp_path / "none.toml", [])
    assert read(tmp_path / "none.toml") == []


@pytest.mark.parametrize(
    ("day", "excused"),
    [(date(2026, 11, 20), True), (date(2026, 11, 21), True), (date(2026, 11, 22), False)],
)
def test_a_failure_is_excused_until_the_end_of_its_day(
    tmp_path: Path, day: date, excused: bool
) -> None:
    """After it the failure counts again; without a day it is excused for ever."""
    path = tmp_path / "known.toml"
    write(path, [ONE, OTHER, FOREIGN])
    expected = {"contract:GET-x": "SEG-2", **({"EMX-001": "SEG-1"} if excused else {})}
    assert known_failures("emporix", path, day) == expected
    assert known_failures("akinon", path, day) == {"AKN-010": "SEG-3"}


def test_today_is_today(tmp_path: Path) -> None:
    """When no day is given."""
    old = Known("emporix", "EMX-002", "x", date(2020, 1, 1))
    new = Known("emporix", "EMX-003", "x", date(9999, 1, 1))
    write(tmp_path / "k", [old, new])
    assert known_failures("emporix", tmp_path / "k") == {"EMX-003": "x"}


@pytest.mark.parametrize("expires", ["2026-11-21", "2026-11-21T23:00:00", "2026-11-21T01:00:00Z"])
def test_a_day_may_have_a_time(tmp_path: Path, expires: str) -> None:
    """Which does not matter."""
    (found,) = read(_file(tmp_path, f"{ROW}expires = {expires}\n"))
    assert found.expires == TODAY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[known]", "not TOML: "),
        ("other = 1", r"a list of \[\[known\]\] and nothing else"),
        ("[known]", r"a list of \[\[known\]\] and nothing else"),
        ("known = [1]", r"number 1: is no table"),
        (ROW + ROW + "expire = 2027-01-01\n", "number 2: there is no 'expire'; known are vendor, "),
        (ROW.replace('"SEG-1"', '" "'), "number 1: reason is needed, as a text"),
        (ROW.replace('"SEG-1"', "1"), "reason is needed"),
        (ROW.replace('reason = "SEG-1"\n', ""), "reason is needed"),
        (ROW.replace('"EMX-001"', "[]"), "requirement is needed"),
        (ROW.replace('vendor = "emporix"\n', ""), "vendor is needed"),
        (ROW.replace('"emporix"', '"emporx"'), "there is no vendor 'emporx'; known are akinon, "),
        (ROW + 'expires = "soon"\n', "expires is a date such as 2027-01-31"),
        (ROW + "expires = 12:00:00\n", "expires is a date"),
        (ROW + "expires = 2027\n", "expires is a date"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, words: str) -> None:
    """The file, the number of the entry, and what is wrong with it."""
    with pytest.raises(ConfigError, match=words) as caught:
        read(_file(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "known.toml"))


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    """Not there, a folder, or not a text."""
    with pytest.raises(ConfigError, match="No such file"):
        read(tmp_path / "none")
    with pytest.raises(ConfigError, match="directory"):
        read(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read(tmp_path / "binary")


def test_an_update_adds_what_is_not_known() -> None:
    """Reasons that are there are kept, and other vendors' entries."""
    found = updated([ONE, FOREIGN], "emporix", ["EMX-001", "AKN-010"], TODAY)
    assert found == [ONE, FOREIGN, Known("emporix", "AKN-010", UNEXPLAINED, TODAY)]


def test_pruning_takes_out_what_passes() -> None:
    """What was not judged stays, and other vendors' entries."""
    assert pruned([ONE, OTHER, FOREIGN], "emporix", ["EMX-001", "AKN-010"]) == [OTHER, FOREIGN]
    assert pruned([ONE, OTHER], "emporix", []) == [ONE, OTHER]
