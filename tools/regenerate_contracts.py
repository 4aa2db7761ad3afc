"""Write `specs/<vendor>/openapi.json` from the published document and its errata.

A newer version of a contract is a folder in the vendor's folder with an overlay of its
own, which goes on top of the corrected document.

    python tools/regenerate_contracts.py          # write
    python tools/regenerate_contracts.py --check  # only tell whether they are fresh

The overlay is OpenAPI Overlay 1.0; oas-patch applies it.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import yaml
from oas_patch import apply_overlay

SPECS = Path(__file__).parent.parent / "specs"


def source_of(folder: Path) -> Path:
    """Return what the overlay of a folder goes on top of."""
    published = folder / "published.json"
    return published if published.exists() else folder.parent / "openapi.json"


def corrected(folder: Path) -> dict[str, Any]:
    """Return a document with the corrections, or additions, of its folder applied."""
    published = json.loads(source_of(folder).read_text("utf-8"))
    overlay = yaml.safe_load((folder / "overlay.yaml").read_text("utf-8"))
    document: dict[str, Any] = apply_overlay(copy.deepcopy(published), overlay)
    return document


def rendered(document: dict[str, Any]) -> str:
    """Return a document as it is checked in."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Return 0 when every contract is fresh, or was made so."""
    stale = 0
    # A vendor's folder sorts before the folders of its newer versions, which build on it.
    for folder in sorted(path.parent for path in SPECS.rglob("overlay.yaml")):
        target = folder / "openapi.json"
        fresh = rendered(corrected(folder))
        if target.exists() and target.read_text("utf-8") == fresh:
            continue
        stale += 1
        state = "stale" if "--check" in sys.argv else "written"
        print(f"{state}: {target.relative_to(SPECS.parent)}")
        if "--check" not in sys.argv:
            target.write_text(fresh, "utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
