"""What command lines are made of: the types of arguments, and how a user's faults are told.

The commands themselves stand in `cli.py`.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from mockserver import contracts
from mockserver.assembly import (
    Settings,
    UnknownChoice,
    UnknownDefect,
    UnknownEdition,
    known_choices,
)
from mockserver.defects import known_defects
from mockserver.kernel import instants
from mockserver.kernel.clock import Clock, OutOfTime
from mockserver.kernel.room import FixtureError
from mockserver.vendors import ROOMS

Command = TypeVar("Command", bound=Callable[..., Any])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean …?` when something known is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""


class DefaultsToServe(click.Group):
    """A group whose options without a command are those of `serve`."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; whatever a user got wrong is told in one line."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        try:
            outcome: object = run()
        except click.ClickException as error:
            click.echo(f"segment-mock: {error.format_message()}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)
        sys.exit(outcome if isinstance(outcome, int) else 0)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` in front of arguments that name no command."""
        if ctx.resilient_parsing:  # completing a line that is not finished
            return super().parse_args(ctx, args)
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)

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
        if value not in ROOMS:
            known = ", ".join(ROOMS)
            self.fail(f"There is no vendor {value!r}.{did_you_mean(value, ROOMS)} Known: {known}.")
        return value

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> list[Any]:
        """Complete the names of vendors."""
        return [
            click.shell_completion.CompletionItem(name)
            for name in ROOMS
            if name.startswith(incomplete)
        ]


_UNITS = {
    "w": 7 * instants.DAY,
    "d": instants.DAY,
    "h": instants.HOUR,
    "m": instants.MINUTE,
    "s": instants.SECOND,
}
_DISTANCE = re.compile(r"([+-])((?:\d{1,9}[wdhms])+)", re.ASCII)


class Moment(click.ParamType[Callable[[], Clock]]):
    """Where a clock starts: an instant, or a distance from the real time."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> Callable[[], Clock]:
        """Return what makes such a clock, or fail with the two forms."""
        if callable(value):  # a default
            return value  # type: ignore[no-any-return]
        try:
            start = self._start(value)
            start()
        except (ValueError, OutOfTime) as error:
            reason = f" ({error})" if isinstance(error, OutOfTime) else ""
            self.fail(
                f"{value!r} is no moment{reason}. Write 2026-12-24T08:00:00Z, "
                "or a distance from now such as +10d, -36h or +1w2d."
            )
        return start

    def _start(self, value: str) -> Callable[[], Clock]:
        distance = _DISTANCE.fullmatch(value)
        if distance is None:
            return partial(Clock, instants.parse(value))
        parts = re.findall(r"(\d+)([wdhms])", distance[2])
        milliseconds = sum(int(count) * _UNITS[unit] for count, unit in parts)
        return partial(_shifted, milliseconds if distance[1] == "+" else -milliseconds)


def _shifted(milliseconds: int) -> Clock:
    clock = Clock()
    clock.advance(milliseconds)
    return clock


def stopped(start: Callable[[], Clock]) -> Callable[[], Clock]:
    """Return what makes the same clock, standing still."""

    def make() -> Clock:
        clock = start()
        clock.freeze()
        return clock

    return make


def chosen(pairs: Sequence[str]) -> dict[str, str]:
    """Read the values of `--choose`. Raises UsageError."""
    named = _pairs("--choose", pairs)
    everything = [choice for vendor in ROOMS for choice in known_choices(vendor)]
    for name in named:
        if name not in everything:
            raise click.UsageError(
                f"There is no choice {name!r}.{did_you_mean(name, everything)} "
                "`segment-mock choices` lists them."
            )
    return named


def shown_defects(names: Sequence[str]) -> tuple[str, ...]:
    """Read the values of `--defect`. Raises UsageError."""
    known = [name for vendor in ROOMS for name in known_defects(vendor)]
    for name in names:
        if name not in known:
            raise click.UsageError(
                f"There is no defect {name!r}.{did_you_mean(name, known)} "
                "`segment-mock defects` lists them."
            )
    return tuple(dict.fromkeys(names))


def chosen_editions(pairs: Sequence[str]) -> dict[str, str]:
    """Read the values of `--contract`. Raises UsageError."""
    named = _pairs("--contract", pairs, form="VENDOR=VERSION")
    for vendor in named:
        VendorName().convert(vendor, None, None)
    return named


def _pairs(option: str, pairs: Sequence[str], form: str = "NAME=VALUE") -> dict[str, str]:
    named = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"{option} takes {form}, not {pair!r}.")
        named[name] = value
    return named


@contextmanager
def users_mistakes(settings: Settings) -> Iterator[None]:
    """Turn what a user got wrong into one line."""
    try:
        yield
    except FixtureError as error:
        where = ""
        if error.pointer:
            path = contracts.fixture_path(error.vendor, settings.fixtures)
            where = f"{path}, at {error.pointer}: "
        raise click.ClickException(f"{where}{error.message}") from None
    except (contracts.FixtureUnreadable, UnknownChoice, UnknownEdition, UnknownDefect) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


def _all(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


world_options = _all(
    (
        click.option("--seed", default=0, show_default=True, help="Seed of every random choice."),
        click.option(
            "--tenant", "tenants", multiple=True, help="A further Emporix tenant; repeatable."
        ),
        click.option(
            "--store", "stores", multiple=True, help="A further Open Loyalty store; repeatable."
        ),
        click.option(
            "--fixtures",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Folder with your own VENDOR/world.json.",
        ),
    )
)
"""The options that say what the worlds look like."""

size_options = _all(
    (
        click.option(
            "--segments",
            type=click.IntRange(0),
            default=40,
            show_default=True,
            help="Segments per world.",
        ),
        click.option(
            "--customers",
            type=click.IntRange(0),
            default=200,
            show_default=True,
            help="Customers per world.",
        ),
        click.option(
            "--products",
            type=click.IntRange(0),
            default=200,
            show_default=True,
            help="Products per world.",
        ),
        click.option(
            "--assignments",
            type=click.IntRange(0),
            help="Emporix: customers and items per made-up segment; a few by default.",
        ),
    )
)
"""The options that say how large the worlds are."""

edition_option = click.option(
    "--contract",
    "editions",
    multiple=True,
    metavar="VENDOR=VERSION",
    help="A newer contract than the bundled one, for example emporix=2026-09.",
)
