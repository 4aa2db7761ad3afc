"""Where a run keeps what must outlive it."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from conformance.runs import DEFAULT_FOLDER, RunFolder, new_run_id
from conformance.vendors import VENDORS


def test_a_new_run_has_six_letters() -> None:
    """They are nobody else's, and can stand in any name."""
    ids = {new_run_id() for _ in range(100)}
    assert len(ids) == 100
    for each in ids:
        assert len(each) == 6
        assert each.isascii()
        assert each.isalpha()
        assert each.islower()


def test_equal_seeds_have_equal_ids() -> None:
    """Runs against the bundled mock are repeatable; other seeds have other ids."""
    assert new_run_id(0) == "aaaaaa"
    assert new_run_id(27) == "aaaabb"
    assert len({new_run_id(seed) for seed in range(1000)}) == 1000
    for seed in (-1, 26**6 - 1, 10**30):
        assert len(new_run_id(seed)) == 6


def test_every_process_has_a_journal_of_its_own(tmp_path: Path) -> None:
    """They are in one folder, and their names tell the vendor."""
    folder = RunFolder("abcdef", tmp_path)
    paths = {
        folder.journal(vendor, worker): vendor
        for vendor in VENDORS
        for worker in ("", "gw0", "gw1")
    }
    assert len(paths) == 9
    assert folder.journals() == {}
    assert not folder.path.exists()
    folder.path.mkdir()
    for path in paths:
        path.touch()
    (folder.path / "notes.txt").touch()
    assert folder.journals() == paths


def test_processes_take_turns(tmp_path: Path) -> None:
    """By vendor; the lock goes with the folder."""
    folder = RunFolder("abcdef", tmp_path / "runs")
    with folder.turn("akinon"):
        with folder.turn("emporix"):
            pass
        with pytest.raises(Timeout), FileLock(folder.path / "akinon.lock", timeout=0):
            pass
    with folder.turn("akinon"):
        pass
    folder.tidy()
    assert not folder.path.exists()


def test_a_run_that_left_nothing_is_forgotten(tmp_path: Path) -> None:
    """Its journals and its folder go; a folder that the user named stays."""
    folder = RunFolder("abcdef", tmp_path / "runs")
    folder.path.mkdir(parents=True)
    folder.journal("emporix").touch()
    folder.clear()
    assert list(tmp_path.rglob("*")) == [tmp_path / "runs"]
    folder.clear()


@pytest.mark.parametrize("there", ["folder", "nothing"])
def test_the_kits_own_folder_goes_when_it_is_empty(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody finds an empty folder in the way, but another run's is left alone."""
    monkeypatch.chdir(tmp_path)
    one, other = RunFolder("one"), RunFolder("other")
    other.path.mkdir(parents=True)
    if there == "folder":
        one.path.mkdir()
    one.clear()
    assert list(DEFAULT_FOLDER.iterdir()) == [other.path]
    other.clear()
    assert list(tmp_path.iterdir()) == []


def test_what_the_kit_did_not_write_stays(tmp_path: Path) -> None:
    """A folder with something else in it is not removed."""
    folder = RunFolder("abcdef", tmp_path)
    folder.path.mkdir()
    folder.journal("emporix").touch()
    (folder.path / "notes.txt").touch()
    folder.clear()
    assert [path.name for path in folder.path.iterdir()] == ["notes.txt"]


def test_tidying_keeps_journals(tmp_path: Path) -> None:
    """What is still needed keeps its folder."""
    folder = RunFolder("abcdef", tmp_path)
    folder.path.mkdir()
    folder.journal("emporix").touch()
    folder.tidy()
    assert folder.journals()
