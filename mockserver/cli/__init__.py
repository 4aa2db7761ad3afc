"""The command line: `commands.py` says what can be asked, `arguments.py` what it is made of."""

from mockserver.cli.commands import cli

__all__ = ["cli"]
