"""A stateful mock of the Akinon, Open Loyalty and Emporix segment APIs.

What stands in `__all__` is what others may build on; it is loaded when it is asked for,
so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.assembly import Settings, known_choices
    from mockserver.contracts import (
        Choice,
        Contract,
        Requirement,
        contract,
        editions,
        fixture,
        fixture_path,
    )
    from mockserver.defects import known_defects
    from mockserver.kernel.clock import Clock
    from mockserver.kernel.defect import FAULTS, Defect
    from mockserver.vendors import ROOMS
    from mockserver.web.app import Mock, build

__all__ = [
    "FAULTS",
    "ROOMS",
    "Choice",
    "Clock",
    "Contract",
    "Defect",
    "Mock",
    "Requirement",
    "Settings",
    "build",
    "contract",
    "editions",
    "fixture",
    "fixture_path",
    "known_choices",
    "known_defects",
]

_HOMES = {
    "FAULTS": "mockserver.kernel.defect",
    "ROOMS": "mockserver.vendors",
    "Choice": "mockserver.contracts",
    "Clock": "mockserver.kernel.clock",
    "Contract": "mockserver.contracts",
    "Defect": "mockserver.kernel.defect",
    "Mock": "mockserver.web.app",
    "Requirement": "mockserver.contracts",
    "Settings": "mockserver.assembly",
    "build": "mockserver.web.app",
    "contract": "mockserver.contracts",
    "editions": "mockserver.contracts",
    "fixture": "mockserver.contracts",
    "fixture_path": "mockserver.contracts",
    "known_choices": "mockserver.assembly",
    "known_defects": "mockserver.defects",
}


def __getattr__(name: str) -> object:
    """Return a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
