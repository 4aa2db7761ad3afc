"""Imports go one way only; the drawing of it is in ARCHITECTURE.md.

cli -> web -> assembly -> vendors.<v> -> kernel -> standard library
                     |--> defects.<v> -> vendors.<v>, kernel
                     `--> contracts -> standard library

The kit is another package and sees `mockserver.__all__` alone: `test_kit_imports.py`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import mockserver

PACKAGE = Path(mockserver.__file__).parent
LIBRARIES = {"openloyalty": {"jwt"}, "emporix": {"jsonpatch", "jsonpointer"}}
"""What a room may import besides the kernel and the standard library."""
WEB_ONLY = {
    "a2wsgi",
    "connexion",
    "flask",
    "flask_swagger_ui",
    "jsonschema_rs",
    "orjson",
    "starlette",
    "uvicorn",
    "uvloop",
    "werkzeug",
}
NEVER = {"conformance", "httpx", "openapi_core", "pytest", "requests", "schemathesis", "yaml"}
"""What belongs to the kit, the tools and the tests."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and who imports it."""

    importer: str
    """Dotted, without `mockserver.`; a package is named like its folder."""
    name: str
    line: int

    @property
    def top(self) -> str:
        """The top-level package."""
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.name}"


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def imported(importer: str, tree: ast.AST) -> Iterator[Import]:
    """Yield what a module imports, inside functions too; `from x import y` is x and x.y."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(importer, each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{importer}:{node.lineno}: imports are absolute"
            assert node.module is not None
            yield Import(importer, node.module, node.lineno)
            if node.module.partition(".")[0] == "mockserver":
                for each in node.names:
                    yield Import(importer, f"{node.module}.{each.name}", node.lineno)


IMPORTS = [
    each
    for name, path in modules().items()
    for each in imported(name, ast.parse(path.read_text("utf-8")))
]


def broken(area: str, *ours: str, libraries: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """Return what an area imports beside some of our modules, some libraries and the stdlib."""
    return [
        str(each)
        for each in IMPORTS
        if _within(each.importer, area)
        and not (
            each.top in sys.stdlib_module_names
            or each.top in libraries
            or each.name == "mockserver"
            or any(_within(each.name, f"mockserver.{name}") for name in ours)
        )
    ]


def _within(name: str, area: str) -> bool:
    return name == area or name.startswith(f"{area}.")


ROOMS = sorted(path.parent.name for path in (PACKAGE / "vendors").glob("*/__init__.py"))


def test_the_scan_sees_the_package() -> None:
    """An empty list would keep every rule."""
    assert {"cli", "kernel.call", "web.dispatch", "vendors"} <= modules().keys()
    assert len(ROOMS) == 3
    assert any(each.name == "mockserver.web.app" for each in IMPORTS)


def test_the_kernel_knows_itself_and_the_standard_library() -> None:
    """No vendor, no web, no library."""
    assert broken("kernel", "kernel") == []


def test_the_reader_of_contracts_needs_nothing() -> None:
    """So that anything may import it."""
    assert broken("contracts") == []


@pytest.mark.parametrize("vendor", ROOMS)
def test_a_room_knows_the_kernel_and_itself(vendor: str) -> None:
    """No other room, no contract, no framework; Faker where the world is seeded."""
    allowed = {*LIBRARIES.get(vendor, ()), "faker"}
    assert broken(f"vendors.{vendor}", "kernel", f"vendors.{vendor}", libraries=allowed) == []


def test_the_table_of_rooms_knows_what_a_room_is() -> None:
    """And imports none by name."""
    own = [each for each in IMPORTS if each.importer == "vendors"]
    assert {each.name for each in own if each.top == "mockserver"} == {
        "mockserver.kernel.room",
        "mockserver.kernel.room.Room",
    }


def test_the_assembly_puts_contracts_and_rooms_together() -> None:
    """It knows no web."""
    assert broken("assembly", "contracts", "defects", "kernel", "vendors") == []


@pytest.mark.parametrize("vendor", ROOMS)
def test_defects_know_the_kernel_and_their_room(vendor: str) -> None:
    """And the ways to change a room."""
    ours = ("kernel", "defects.changes", f"defects.{vendor}", f"vendors.{vendor}")
    found = broken(f"defects.{vendor}", *ours)
    assert [each for each in found if "imports mockserver.defects" not in each] == []
    assert broken("defects.changes", "kernel") == []


def test_the_web_knows_everything_but_the_command_line() -> None:
    """And no room by name."""
    reached = [each for each in IMPORTS if _within(each.importer, "web")]
    assert [str(each) for each in reached if _within(each.name, "mockserver.cli")] == []
    rooms = tuple(f"mockserver.vendors.{vendor}" for vendor in ROOMS)
    assert [str(each) for each in reached if each.name.startswith(rooms)] == []


@pytest.mark.parametrize(
    ("libraries", "area"),
    [(WEB_ONLY, "web"), ({"click"}, "cli"), (NEVER, "nowhere")],
    ids=["web", "cli", "nowhere"],
)
def test_a_library_stays_in_its_place(libraries: set[str], area: str) -> None:
    """One place to change when a library does."""
    elsewhere = [
        str(each) for each in IMPORTS if each.top in libraries and not _within(each.importer, area)
    ]
    assert elsewhere == []


def test_faker_is_imported_where_worlds_are_seeded() -> None:
    """Nothing random happens elsewhere."""
    users = {each.importer for each in IMPORTS if each.top == "faker"}
    assert {name for name in users if not name.endswith(".seed")} == set()


def test_nobody_imports_the_command_line_but_its_entry_point() -> None:
    """It is the outermost layer."""
    users = {each.importer for each in IMPORTS if _within(each.name, "mockserver.cli")}
    assert {user for user in users if not _within(user, "cli")} == {"__main__"}


def test_a_forbidden_import_is_seen() -> None:
    """Inside a function, by any spelling."""
    code = (
        "def f():\n    import flask.json\n    from mockserver import cli\n    import os.path as p\n"
    )
    found = [(each.name, each.line) for each in imported("kernel.x", ast.parse(code))]
    assert found == [
        ("flask.json", 2),
        ("mockserver", 3),
        ("mockserver.cli", 3),
        ("os.path", 4),
    ]
