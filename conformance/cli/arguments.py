"""What the commands share: types of arguments, and how a user's mistakes are told."""

from __future__ import annotations

import difflib
import io
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import click
from click.shell_completion import CompletionItem

from conformance.catalogue import Catalogue
from conformance.config import ConfigError
from conformance.execution import CONTRACT
from conformance.scope import judged, observed, unjudged
from conformance.session import NotReady
from conformance.vendors import VENDORS
from conformance.verdicts import EXIT_INTERRUPTED, EXIT_UNJUDGED
from mockserver import contract, editions


class Mistake(click.ClickException):
    """Something that the user can mend; ends with exit code 2."""

    exit_code = EXIT_UNJUDGED


class Commands(click.Group):
    """A group that tells every mistake in one line and names the nearest command."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; the exit code is what the command returns."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # What a target answers may have characters that the terminal does not.
                stream.reconfigure(errors="backslashreplace")
        try:
            outcome: object = run()
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.format_message(), err=True)
            sys.exit(EXIT_UNJUDGED)
        except click.ClickException as error:
            click.echo(f"segment-conformance: {error.format_message()}", err=True)
            sys.exit(EXIT_UNJUDGED)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(EXIT_INTERRUPTED)
        sys.exit(outcome if isinstance(outcome, int) else 0)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; a misspelt one is answered with the nearest."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            known = ", ".join(self.commands)
            raise click.UsageError(
                f"There is no command {args[0]!r}.{did_you_mean(args[0], self.commands)} "
                f"Commands: {known}."
            )
        return super().resolve_command(ctx, args)


class VendorName(click.ParamType[str]):
    """The name of a vendor."""

    name = "vendor"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        """Return the name, or fail with the nearest one."""
        if value not in VENDORS:
            known = ", ".join(VENDORS)
            near = did_you_mean(value, VENDORS)
            self.fail(f"There is no vendor {value!r}.{near} Known: {known}.")
        return value

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> list[CompletionItem]:
        """Complete the names of vendors."""
        return [CompletionItem(name) for name in VENDORS if name.startswith(incomplete)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean …?` when something known is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""


def known_requirements(vendor: str, named: Sequence[str]) -> tuple[str, ...]:
    """Return the requirements that a user names. Raises Mistake for one that is not there."""
    ledger = contract(vendor, (editions(vendor) or ("",))[-1])
    operations = [CONTRACT + operation.id for operation in Catalogue(ledger)]
    for each in named:
        if each.startswith(CONTRACT) and each not in operations:
            near = did_you_mean(each, operations)
            name = each.removeprefix(CONTRACT)
            raise Mistake(f"The documents of {vendor} have no operation {name!r}.{near}")
        if not each.startswith(CONTRACT) and each not in ledger.requirements:
            near = did_you_mean(each.upper(), ledger.requirements)
            raise Mistake(f"The ledger of {vendor} has no requirement {each!r}.{near}")
        if each in ledger.requirements and each not in {**judged(vendor), **observed(vendor)}:
            row = ledger.requirements[each]
            why = unjudged(vendor).get(each, f"it is {row.strength}, and a {row.level}")
            raise Mistake(f"{each} is not judged: {why}")
    return tuple(named)


@contextmanager
def users_mistakes() -> Iterator[None]:
    """Turn what a user got wrong, or a target that is not ready, into one line."""
    try:
        yield
    except (ConfigError, NotReady) as mistake:
        raise Mistake(str(mistake)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Mistake(f"{where}{error.strerror or error}") from None


@contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """Let a polite request to end (SIGTERM: a job that is cancelled) clean up like Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
