"""What a run made is written down before it is sent, and forgotten by nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.journal import Creation, Journal, Removal, read

REMOVAL = Removal("remove", {"id": "{id}"}, {"force": "true"}, "manage", ["x"])
STRANGE = "Conformance \u2028 \x85 \ud800 ü\n"
"""Ends of lines that are none of a file's, half a character, and one that is."""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal in a folder that is not there yet."""
    return Journal(tmp_path / "run" / "vendor.jsonl")


def written(journal: Journal) -> list[Creation]:
    """Return the creations that a reader of the file finds."""
    assert journal.path is not None
    found = read(journal.path)
    return [found.numbered(number) for number in range(1, found.count + 1)]


def test_what_is_planned_is_written_at_once(journal: Journal) -> None:
    """Before anything is sent, the file has what is needed to remove it again."""
    creation = journal.plan("segment", STRANGE, REMOVAL, "id-1")
    assert written(journal) == [creation]
    assert creation == Creation(1, "segment", STRANGE, REMOVAL, "id-1", "planned", "")


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal in memory knows the same, and writes nothing."""
    monkeypatch.chdir(tmp_path)
    journal = Journal()
    journal.removed(journal.plan("segment", "a", REMOVAL))
    journal.forget()
    assert journal.count == 1
    assert list(tmp_path.iterdir()) == []


def test_every_event_is_written(journal: Journal) -> None:
    """The file has what became of every creation."""
    made, refused, removed, left, planned = (
        journal.plan("segment", name, REMOVAL) for name in "abcde"
    )
    journal.made(made, "id-of-a")
    journal.refused(refused)
    journal.removed(removed)
    journal.left(left, "locked")
    rows = written(journal)
    assert [(each.name, each.state, each.id, each.reason) for each in rows] == [
        ("a", "made", "id-of-a", ""),
        ("b", "refused", "", ""),
        ("c", "removed", "", ""),
        ("d", "left", "", "locked"),
        ("e", "planned", "", ""),
    ]
    assert [journal.current(each) for each in (made, refused, removed, left, planned)] == rows
    assert journal.count == 5


def test_an_id_that_was_asked_for_stays() -> None:
    """Where the target tells no id, the one that was asked for is kept."""
    journal = Journal()
    assert journal.made(journal.plan("segment", "a", REMOVAL, "mine")).id == "mine"


def test_what_may_be_at_the_target_is_open_last_first() -> None:
    """What is planned, made or left may be there; it is taken away in reverse order."""
    journal = Journal()
    planned, refused, made, removed, left = (
        journal.plan("segment", name, REMOVAL) for name in "abcde"
    )
    journal.refused(refused)
    journal.made(made)
    journal.removed(removed)
    journal.left(left, "locked")
    assert [each.name for each in journal.open()] == ["e", "c", "a"]
    assert [each.name for each in journal.open(since=planned.number)] == ["e", "c"]
    assert [each.name for each in journal.open(since=left.number)] == []
    assert [each.name for each in journal.remaining()] == ["a", "c", "e"]


def test_a_stray_is_told_and_never_open(journal: Journal) -> None:
    """An id that may be somebody else's remains, and is not among what is removed.

    No line of the file says otherwise: it would be removed if the run ended there.
    """
    creation = journal.plan("segment", "a", REMOVAL, "mine")
    journal.removed(creation)
    journal.stray(creation, "theirs", "answered for mine")
    assert journal.open() == []
    [stray] = journal.remaining()
    assert (stray.number, stray.id, stray.state, stray.reason) == (
        2, "theirs", "stray", "answered for mine",
    )  # fmt: skip
    assert journal.path is not None
    rows = [json.loads(line) for line in journal.path.read_text("utf-8").split("\n") if line]
    assert {row["state"] for row in rows if row["id"] == "theirs"} == {"stray"}


def test_the_kit_owns_what_it_planned() -> None:
    """An id is the kit's from when it was planned on, also after it was removed."""
    journal = Journal()
    journal.removed(journal.plan("segment", "a", REMOVAL, "mine"))
    journal.made(journal.plan("segment", "b", REMOVAL), "given")
    journal.plan("segment", "c", REMOVAL)
    assert journal.owns("mine")
    assert journal.owns("given")
    assert not journal.owns("theirs")
    assert not journal.owns("")


def test_a_line_that_was_cut_short_is_left_out(journal: Journal) -> None:
    """Whatever stands in the file of a run that was killed, the rest of it is read."""
    first = journal.plan("segment", "a", REMOVAL, "id-1")
    second = journal.plan("segment", "b", REMOVAL, "id-2")
    assert journal.path is not None
    whole = journal.path.read_bytes()
    for torn in (
        b'\n{"number": 2, "kind": "seg',
        b"\n\xff\x00",
        b"\n7\n[]\n{}\n",
        b'\n{"removal": 1}',
    ):
        journal.path.write_bytes(whole + torn)
        assert written(journal) == [first, second]


def test_what_comes_after_a_line_that_was_cut_short_is_read(journal: Journal) -> None:
    """Cleaning up goes on in the same file: what it notes is not lost in the torn line."""
    journal.plan("segment", "a", REMOVAL, "id-1")
    assert journal.path is not None
    journal.path.write_bytes(journal.path.read_bytes() + b'\n{"number": 2')
    again = read(journal.path)
    again.removed(again.numbered(1))
    assert [each.state for each in written(journal)] == ["removed"]


def test_a_new_number_is_nobody_elses(journal: Journal) -> None:
    """Where lines were lost, what is planned next still gets a number of its own."""
    for name in "abc":
        journal.plan("segment", name, REMOVAL)
    assert journal.path is not None
    lines = journal.path.read_text("utf-8").split("\n")
    journal.path.write_text("\n".join(line for line in lines if '"b"' not in line), "utf-8")
    again = read(journal.path)
    assert again.plan("segment", "d", REMOVAL).number == 4
    assert [each.name for each in again.open()] == ["d", "c", "a"]
    with pytest.raises(KeyError):
        again.numbered(2)


def test_what_was_planned_first_is_first(journal: Journal) -> None:
    """Where the first line of a creation is lost, its place among the others is not."""
    first, second = journal.plan("segment", "a", REMOVAL), journal.plan("segment", "b", REMOVAL)
    journal.made(first)
    assert journal.path is not None
    lines = journal.path.read_text("utf-8").split("\n")
    journal.path.write_text("\n".join(lines[2:]), "utf-8")
    again = read(journal.path)
    assert [each.name for each in again.open()] == ["b", "a"]
    assert [each.name for each in again.open(since=first.number)] == ["b"]
    assert again.count == second.number


def test_a_journal_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    """Reading what nobody wrote is the caller's mistake."""
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.jsonl")


def test_a_journal_can_be_forgotten(journal: Journal) -> None:
    """Once nothing in it is needed the file goes; forgetting twice is fine."""
    journal.plan("segment", "a", REMOVAL)
    assert journal.path is not None
    journal.forget()
    journal.forget()
    assert not journal.path.exists()
