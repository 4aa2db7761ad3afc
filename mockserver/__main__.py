"""The entry point of `segment-mock` and `python -m mockserver`."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution


def main() -> None:
    """Run the command line, unless somebody else's package shares our name."""
    # The distribution mockserver-client installs an import package `mockserver` too;
    # whichever was installed last has overwritten files of the other.
    try:
        distribution("mockserver-client")
    except PackageNotFoundError:
        pass
    else:
        sys.exit(
            "segment-mock: the distribution mockserver-client owns a package named mockserver "
            "too; install segment-testbed into an environment of its own."
        )
    from mockserver.cli import cli  # noqa: PLC0415 - only when the package is really ours

    cli(prog_name="segment-mock")


if __name__ == "__main__":
    main()
