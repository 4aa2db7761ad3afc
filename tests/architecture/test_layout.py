"""Files are small, named after what they hold, and say so in their first lines."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

import conformance
import mockserver
from mockserver import contracts

PACKAGE = Path(mockserver.__file__).parent
KIT = Path(conformance.__file__).parent
CHECKOUT = Path(__file__).parents[2]
FORBIDDEN = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
LONGEST = 400
# Not written out, or this file would be its own finding.
PRIVATE = tuple("".join(parts) for parts in (("/wo", "rk/"), ("../sha", "red"), (".lib", "rary")))
TEXTS = {".py", ".md", ".toml", ".json", ".yaml", ".ini", ".cfg", ".html", ".txt", ".sh"}


def python_files() -> list[Path]:
    """Return every Python file of the packages, tests and tools."""
    folders = [PACKAGE, KIT, *(CHECKOUT / name for name in ("tests", "tools", "benchmarks"))]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def text_files() -> list[Path]:
    """Return every text file that is ours."""
    folders = [PACKAGE, KIT, contracts.specs_folder(), contracts.fixtures_folder()]
    folders += [CHECKOUT / name for name in ("tests", "tools", "benchmarks", ".ci")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found += [path for path in CHECKOUT.iterdir() if path.is_file()]
    return sorted({path for path in found if path.suffix in TEXTS or path.parent.name == ".ci"})


@pytest.mark.parametrize("path", python_files(), ids=lambda path: "/".join(path.parts[-3:]))
class TestModules:
    """Every Python file."""

    def test_it_is_short_enough_to_be_about_one_thing(self, path: Path) -> None:
        """At 400 lines the second subject wants a file of its own."""
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST

    def test_its_name_says_what_it_holds(self, path: Path) -> None:
        """Names such as utils hold anything."""
        assert not {path.stem, path.parent.name} & FORBIDDEN

    def test_it_begins_by_saying_what_lives_here(self, path: Path) -> None:
        """A docstring before anything else."""
        assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_the_rooms_have_the_same_files() -> None:
    """Who knows one vendor's room finds the way in the others."""
    expected = {"model", "world", "access", "wire", "operations", "seed", "__init__"}
    for room in (path.parent for path in (PACKAGE / "vendors").glob("*/__init__.py")):
        assert {path.stem for path in room.glob("*.py")} >= expected, room.name


def test_no_text_names_a_place_that_only_one_machine_has() -> None:
    """What is written here is read elsewhere."""
    named = [
        f"{path}: {word}"
        for path in text_files()
        for word in PRIVATE
        if word in path.read_text("utf-8")
    ]
    assert named == []


def test_nothing_of_ours_is_ignored() -> None:
    """The wheel leaves out what git ignores, be it tracked or not."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("needs git")
    command = [git, "ls-files", "--cached", "--ignored", "--exclude-standard"]
    found = subprocess.run(  # noqa: S603 - nothing in it comes from outside
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip(f"no checkout that git can read: {found.stderr.strip()}")
    assert found.stdout.splitlines() == []


def test_the_data_folders_are_no_packages() -> None:
    """They would shadow distributions of the same names."""
    folders = (contracts.specs_folder(), contracts.fixtures_folder())
    assert [path for folder in folders for path in folder.rglob("*.py")] == []
