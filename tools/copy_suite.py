"""Copy the test suite, and nothing that the wheel brings itself, to a folder.

    python tools/copy_suite.py FOLDER

The tests then see only what a user gets from the wheel.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
FOLDERS = ("tests", "tools", "benchmarks")


def main() -> None:
    """Copy everything."""
    target = Path(sys.argv[1])
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(CHECKOUT / name, target / name, dirs_exist_ok=True, ignore=ignored)
    for file in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("*.toml"), *CHECKOUT.glob("*.ini")):
        shutil.copy(file, target / file.name)
    shutil.copytree(CHECKOUT / ".ci", target / ".ci", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
