"""What the kit may import; the drawing of it is in ARCHITECTURE.md.

cli -> report, running … -> plugin -> session, case, execution … -> judging, exchange
conformance.<vendor> -> case, judging …   conformance -> mockserver.__all__
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import conformance
import mockserver

PACKAGE = Path(conformance.__file__).parent
VENDORS = ("akinon", "emporix", "openloyalty")
HOMES = {
    "openapi_core": {"witness"},
    "schemathesis": {"generated"},
    "werkzeug": {"generated", "witness"},
    "requests": {"transports"},
    "rich": {"cli", "report.terminal"},
    "click": {"cli", "report.files"},
    "jinja2": {"report.page"},
    "harfile": {"report.har"},
    "jsonschema": {"config"},
    "tomli_w": {"baseline"},
    "filelock": {"runs"},
}
"""Library -> the modules, or packages, that may import it."""
OUTER = ("cli", "report", "running", "selftest", "matrix", "coverage", "planning", "plugin")
"""What stands around the tests; a vendor's tests know none of it."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, and who imports it."""

    importer: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.name}"


def _imports() -> Iterator[Import]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        importer = ".".join(parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (Import(importer, each.name, node.lineno) for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{importer}:{node.lineno}: imports are absolute"
                for each in node.names:
                    yield Import(importer, f"{node.module}.{each.name}", node.lineno)


IMPORTS = list(_imports())


def _within(name: str, area: str) -> bool:
    return name == area or name.startswith(f"{area}.")


def test_the_scan_sees_the_kit() -> None:
    """An empty list would keep every rule."""
    importers = {each.importer for each in IMPORTS}
    assert {"case", "cli.running", "report.page", "emporix.case"} <= importers


def test_the_kit_sees_only_what_the_mock_offers() -> None:
    """Names of `mockserver.__all__`, never a module inside."""
    ours = [each for each in IMPORTS if _within(each.name, "mockserver")]
    offered = {f"mockserver.{name}" for name in mockserver.__all__}
    assert len(ours) > 5
    assert [str(each) for each in ours if each.name not in offered] == []


def test_what_the_mock_offers_is_there() -> None:
    """`__all__` is sorted, complete and loadable."""
    assert list(mockserver.__all__) == sorted(mockserver.__all__, key=_as_ruff_sorts)
    for name in mockserver.__all__:
        assert getattr(mockserver, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mockserver.nothing  # noqa: B018 - the access is the test


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_stays_in_its_place(library: str) -> None:
    """One place to change when a library does."""
    users = [each for each in IMPORTS if _within(each.name, library)]
    assert users
    homes = HOMES[library]
    assert [
        str(each) for each in users if not any(_within(each.importer, home) for home in homes)
    ] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_vendors_do_not_know_each_other(vendor: str) -> None:
    """Nor what stands around the tests."""
    own = [each for each in IMPORTS if _within(each.importer, vendor)]
    assert own
    others = [f"conformance.{other}" for other in (*VENDORS, *OUTER) if other != vendor]
    assert [str(each) for each in own if any(_within(each.name, other) for other in others)] == []


def test_nobody_else_knows_a_vendor_by_name() -> None:
    """`vendors.py` finds them; nothing changes when one is added."""
    inner = [
        each
        for each in IMPORTS
        if not any(_within(each.importer, vendor) for vendor in VENDORS)
        and any(_within(each.name, f"conformance.{vendor}") for vendor in VENDORS)
    ]
    assert [str(each) for each in inner] == []


def test_nobody_imports_the_command_line_but_its_entry_point() -> None:
    """It is the outermost layer."""
    users = {each.importer for each in IMPORTS if _within(each.name, "conformance.cli")}
    assert {user for user in users if not _within(user, "cli")} == {"__main__"}
