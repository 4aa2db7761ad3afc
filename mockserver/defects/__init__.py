"""The named defects: deliberate violations, so that a conformance kit can prove its worth.

Each stands in `<vendor>/<subject>.py`, whose `DEFECTS` lists it. They are served only on
demand (`segment-mock --defect NAME`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mockserver.kernel.defect import Defect


@cache
def known_defects(vendor: str) -> Mapping[str, Defect]:
    """Return the defects of a vendor by name, subject by subject.

    Raises ValueError when two have one name.
    """
    package = import_module(f"{__name__}.{vendor}")
    subjects = sorted(module.name for module in iter_modules(package.__path__))
    listed = [
        defect
        for subject in subjects
        for defect in import_module(f"{package.__name__}.{subject}").DEFECTS
    ]
    found = {defect.name: defect for defect in listed}
    if len(found) < len(listed):
        names = [defect.name for defect in listed]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"two defects have one name: {', '.join(twice)}")
    return found
