"""Write `specs/<vendor>/openapi.json` from the published document and its errata.

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


def corrected(folder: Path) -> dict[str, Any]:
    """Return the published document of a vendor with its errata applied."""
    published = json.loads((folder / "published.json").read_text("utf-8"))
    overlay = yaml.safe_load((folder / "overlay.yaml").read_text("utf-8"))
    document: dict[str, Any] = apply_overlay(copy.deepcopy(published), overlay)
    return document


def rendered(document: dict[str, Any]) -> str:
    """Return a document as it is checked in."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Return 0 when every contract is fresh, or was made so."""
    stale = 0
    for folder in sorted(path.parent for path in SPECS.glob("*/overlay.yaml")):
        target = folder / "openapi.json"
        fresh = rendered(corrected(folder))
        if target.exists() and target.read_text("utf-8") == fresh:
            continue
        stale += 1
        print(
            f"{'stale' if '--check' in sys.argv else 'written'}: specs/{folder.name}/openapi.json"
        )
        if "--check" not in sys.argv:
            target.write_text(fresh, "utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
