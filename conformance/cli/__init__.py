"""The command line of the kit: `segment-conformance`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; without the kit's libraries, say how to get them."""
    try:
        from conformance.cli.commands import cli  # noqa: PLC0415 - the libraries are an extra
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in ("conformance", "mockserver"):
            raise
        sys.exit(
            f"segment-conformance: {missing.name} is not installed; "
            "install the kit with its libraries: pip install 'segment-testbed[conformance]'"
        )
    cli(prog_name="segment-conformance")
