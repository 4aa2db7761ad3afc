"""Types of options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

FILE: Final = click.Path(dir_okay=False, path_type=Path)
EDITION: Final = click.option(
    "--contract",
    "edition",
    default="",
    metavar="VERSION",
    help="A newer contract, for example 2026-09.",
)
FOLDER: Final = click.Path(file_okay=False, path_type=Path)
