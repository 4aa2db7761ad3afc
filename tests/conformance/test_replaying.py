"""A failure that was written down is run again, and compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.config import ConfigError
from conformance.gathering import Gathered
from conformance.replaying import Replayed, read, replay
from conformance.results import packed_exchange
from conformance.running import Finished, Order
from conformance.scenario import FORMAT, scenarios
from conformance.verdicts import Verdicts

from .report.documents import ONE, exchange, failing, off_contract, passing, told
from .test_running import silent


def scenario(**changes: Any) -> dict[str, Any]:
    """Return a scenario as a run writes it."""
    return {**scenarios(told(failing()))[ONE], **changes}


def _read(folder: Path, value: Any) -> Any:
    path = folder / "scenario.json"
    path.write_text(json.dumps(value), "utf-8")
    return read(path)


def _known(folder: Path, **changes: Any) -> Any:
    return _read(folder, scenario(test="akinon/journeys/test_choosing.py::test_it", **changes))


def test_every_failed_requirement_becomes_a_scenario() -> None:
    """Known ones, and what the contract does not allow, too; what passes does not."""
    found = scenarios(told(failing(), passing(), off_contract(3)))
    assert set(found) == {ONE, "contract-listSegments"}
    assert set(scenarios(told(failing(), known={ONE: "SEG-1"}))) == {ONE}
    one = found[ONE]
    assert one["format"] == FORMAT
    assert one["run"] == {"id": "abcdef", "seed": 0, "profile": "full"}
    assert one["failure"]["exchange"] == 2
    assert [each["number"] for each in one["exchanges"]] == [1, 2, 3]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """As it is."""
    assert _known(tmp_path)["requirement"] == ONE


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "not a scenario; a run writes them into scenarios/"),
        ({}, "not a scenario"),
        ({"run": {}}, "not a scenario"),
        ({"run": {"seed": "0", "profile": "full"}}, "not a scenario"),
        ({"run": {"seed": 0, "profile": "fast"}}, "not a scenario"),
        ({"run": None}, "not a scenario"),
        ({"exchanges": [{}]}, "not a scenario"),
        ({"exchanges": 1}, "not a scenario"),
        ({"exchanges": ["x"]}, "not a scenario"),
        ({"test": 1}, "not a scenario"),
        ({"contract": None}, "not a scenario"),
        ({"format": 2}, "has format 2, this kit knows 1"),
        ({"vendor": "akeno"}, "there is no vendor 'akeno'"),
        ({"test": "akinon/test_nothing.py::test_it"}, "has no test akinon/test_nothing.py"),
        ({"test": "../setup.py::x"}, "has no test"),
        ({"test": "akinon/../emporix/test_contract.py::x"}, "has no test"),
        ({"test": "/etc/passwd"}, "has no test"),
        ({"test": __file__}, "has no test"),
        ({"test": "emporix/journeys/test_removal.py::x"}, "has no test"),
        ({"test": ""}, "has no test"),
    ],
)
def test_what_is_no_scenario_is_told(tmp_path: Path, value: Any, words: str) -> None:
    """With the file; nothing outside of the kit's tests is ever run."""
    whole = value if not value else scenario(**value)
    with pytest.raises(ConfigError, match=words) as caught:
        _read(tmp_path, whole)
    assert str(caught.value).startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "not JSON"), (b"[" * 100_000, "not JSON"), (b"\xff", "not UTF-8")],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    """Not there, not a text, not JSON."""
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        read(tmp_path / "x")
    with pytest.raises(ConfigError, match="No such file"):
        read(tmp_path / "none")


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("fail", 1), ("known", 1), ("pass", 0), ("inconclusive", 2), ("error", 2), ("disabled", 2)],
)
def test_the_exit_code_follows_the_verdict(verdict: str, code: int) -> None:
    """Unless it was interrupted."""
    order = Order("akinon")
    finished = Finished(order, "r", "u", "", Gathered(), Verdicts((), ()), 0, 0.0, 0.0)
    assert Replayed(scenario(), finished, verdict).exit_code == code
    stopped = replace(finished, exit_code=130)
    assert Replayed(scenario(), stopped, verdict).exit_code == 130


def _test_of(requirement: str, vendor: str = "akinon") -> str:
    """Return a test that names a requirement."""
    from conformance.coverage import rows_of  # noqa: PLC0415 - collects the tests

    row = next(each for each in rows_of(vendor) if each["id"] == requirement)
    return f"{vendor}/{row['tests'][0]}"


def test_a_clean_mock_does_not_fail_any_more(tmp_path: Path) -> None:
    """Only the one test is run, with the seed of the scenario."""
    told_ = scenario(
        test=_test_of("AKN-065"),
        requirement="AKN-065",
        run={"seed": 7, "profile": "full", "id": "x"},
    )
    again = replay(_read(tmp_path, told_), Order("akinon", bundled=True), "replay", silent)
    assert (again.verdict, again.exit_code) == ("pass", 0)
    assert again.finished.order.seed == 7
    assert again.result is not None
    assert again.result.test == again.test == told_["test"]


def test_a_contract_is_judged_again_too(tmp_path: Path) -> None:
    """By the document that it was judged by."""
    told_ = scenario(
        test=_test_of("AKN-065"), requirement="contract:setSegment",
        judged_by="the published document",
    )  # fmt: skip
    again = replay(_read(tmp_path, told_), Order("akinon", bundled=True), "replay", silent)
    assert again.verdict == "pass"
    assert again.finished.order.as_published
    assert [ruling.id for ruling in again.finished.verdicts.rulings] == ["contract:setSegment"]


def test_a_newer_contract_is_the_scenarios(tmp_path: Path) -> None:
    """What it asks for exists from that version on."""
    told_ = scenario(
        vendor="emporix", test=_test_of("EMX-424", "emporix"), requirement="EMX-424",
        contract="2026-09",
    )  # fmt: skip
    order = Order("emporix", bundled=True)
    again = replay(_read(tmp_path, told_), order, "replay", silent)
    assert (again.verdict, again.finished.edition) == ("pass", "2026-09")
    unknown = _read(tmp_path, {**told_, "contract": "2020-01"})
    with pytest.raises(ConfigError, match="no contract '2020-01'; newer ones: 2026-09"):
        replay(unknown, order, "replay", silent)


def test_a_test_that_is_gone_is_not_judged(tmp_path: Path) -> None:
    """Exit code 2, and no result."""
    gone = scenario(test="akinon/refusals/test_csrf.py::test_gone", requirement="AKN-020")
    again = replay(_read(tmp_path, gone), Order("akinon", bundled=True), "replay", silent)
    assert (again.verdict, again.exit_code, again.result) == ("inconclusive", 2, None)


def test_exchanges_are_told_as_reports_have_them(tmp_path: Path) -> None:
    """So that what is compared is the same."""
    found = _known(tmp_path, exchanges=[packed_exchange(exchange(1, status=None))])
    assert found["exchanges"][0]["response"] is None
