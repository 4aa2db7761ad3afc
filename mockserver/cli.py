"""The command line: what a user can say, and what is said back.

Building and serving is the business of `mockserver.web`; every fault of a user ends
here in one line with a hint.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import get_completion_class

from mockserver import contracts
from mockserver.assembly import Settings, UnknownChoice, known_choices, open_service
from mockserver.kernel.room import Demo, FixtureError
from mockserver.vendors import ROOMS

Command = TypeVar("Command", bound=Callable[..., Any])

EXAMPLES = """
\b
Examples:
  segment-mock                                  all vendors on port 8080
  segment-mock --port 0 --ready-file url.txt    a free port, for scripts
  segment-mock --vendor emporix --tenant myshop your own tenant name
  segment-mock --choose emporix.bulk-index=0    settle an open point otherwise
  segment-mock token emporix --as anna          a token for curl
\b
Without a command the mock is served; `segment-mock serve --help` lists its options.
"""


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


@contextmanager
def _users_mistakes(settings: Settings) -> Iterator[None]:
    """Turn what a user got wrong into one line."""
    try:
        yield
    except FixtureError as error:
        where = ""
        if error.pointer:
            path = contracts.fixture_path(error.vendor, settings.fixtures)
            where = f"{path}, at {error.pointer}: "
        raise click.ClickException(f"{where}{error.message}") from None
    except (contracts.FixtureUnreadable, UnknownChoice) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


def _chosen(pairs: Sequence[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--choose takes NAME=VALUE, not {pair!r}.")
        everything = [choice for vendor in ROOMS for choice in known_choices(vendor)]
        if name not in everything:
            raise click.UsageError(
                f"There is no choice {name!r}.{did_you_mean(name, everything)} "
                "`segment-mock choices` lists them."
            )
        chosen[name] = value
    return chosen


def _world_options(command: Command) -> Command:
    """Add the options that say what the worlds look like."""
    for option in reversed(
        (
            click.option(
                "--seed", default=0, show_default=True, help="Seed of every random choice."
            ),
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
    ):
        command = option(command)
    return command


@click.group(
    cls=DefaultsToServe, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="segment-testbed", prog_name="segment-mock")
def cli() -> None:
    """A stateful mock of the Akinon, Open Loyalty and Emporix segment APIs."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--vendor",
    "vendors",
    type=VendorName(),
    multiple=True,
    help="Serve only this vendor; repeatable.",
)
@click.option(
    "--segments", type=click.IntRange(0), default=40, show_default=True, help="Segments per world."
)
@click.option(
    "--customers",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Customers per world.",
)
@click.option(
    "--products", type=click.IntRange(0), default=200, show_default=True, help="Products per world."
)
@_world_options
@click.option(
    "--choose",
    "choose",
    multiple=True,
    metavar="NAME=VALUE",
    help="Settle an open point; repeatable.",
)
@click.option(
    "--validate-replies/--no-validate-replies",
    default=True,
    show_default=True,
    help="Check every answer against the contract.",
)
@click.option(
    "--cors/--no-cors", default=True, show_default=True, help="Answer browsers of any origin."
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
)
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the bound URL here once requests are answered.",
)
def serve(
    host: str,
    port: int,
    vendors: tuple[str, ...],
    segments: int,
    customers: int,
    products: int,
    seed: int,
    tenants: tuple[str, ...],
    stores: tuple[str, ...],
    fixtures: Path | None,
    choose: tuple[str, ...],
    validate_replies: bool,
    cors: bool,
    log_level: str,
    log_format: str,
    ready_file: Path | None,
) -> None:
    """Serve the mock (the default command)."""
    # Connexion takes a quarter of a second to import; the other commands need none of it.
    from mockserver.web import logs, server, welcome  # noqa: PLC0415
    from mockserver.web.app import build  # noqa: PLC0415

    settings = Settings(
        vendors=tuple(dict.fromkeys(vendors)) or ROOMS,
        seed=seed,
        segments=segments,
        customers=customers,
        products=products,
        tenants=tenants,
        stores=stores,
        fixtures=fixtures,
        choices=_chosen(choose),
    )
    try:
        bound = server.listen(host, port)
    except server.AddressTaken as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error}). Try --port 0 for a free port."
        ) from None
    with closing(bound):
        with _users_mistakes(settings):
            mock = build(settings, validate_replies=validate_replies, cors=cors)
            server.prepare_ready_file(ready_file)
        logs.configure(log_level, log_format)

        def announce(url: str) -> None:
            # The file first: who reads the page may look for it at once.
            server.write_ready_file(ready_file, url)
            click.echo(welcome.as_text(mock.service, url, seed))

        server.serve(mock, bound, announce)


@cli.command()
@click.argument("vendor", type=VendorName())
@click.option("--as", "name", help="Who to be; without it the first credential is taken.")
@click.option("--header", is_flag=True, help="Print the whole request header.")
@click.option("--list", "listed", is_flag=True, help="List who there is.")
@_world_options
def token(
    vendor: str,
    name: str | None,
    header: bool,
    listed: bool,
    seed: int,
    tenants: tuple[str, ...],
    stores: tuple[str, ...],
    fixtures: Path | None,
) -> None:
    """Print a long-lived token that every mock with the same fixtures accepts."""
    settings = Settings(
        vendors=(vendor,),
        seed=seed,
        segments=0,
        customers=0,
        products=0,
        tenants=tenants,
        stores=stores,
        fixtures=fixtures,
    )
    from mockserver.web.fixtures import check_fixture  # noqa: PLC0415 - as in `serve`

    with _users_mistakes(settings):
        check_fixture(vendor, fixtures)
        service = open_service(settings)
    demos = service.rooms[vendor].demos(service.state(vendor))
    scope = next(iter(settings.scopes_of(vendor)), demos[0].scope)
    mine = [demo for demo in demos if demo.scope == scope]
    if listed:
        width = max(len(demo.name) for demo in mine) + 2
        for demo in mine:
            click.echo(f"{demo.name:<{width}}{demo.description}")
        return
    found = _named(mine, name)
    click.echo(f"{found.header}: {found.value}" if header else found.token)


def _named(demos: Sequence[Demo], name: str | None) -> Demo:
    if name is None:
        return demos[0]
    for demo in demos:
        if demo.name == name:
            return demo
    names = [demo.name for demo in demos]
    raise click.ClickException(
        f"there is nobody named {name!r}.{did_you_mean(name, names)} Known: {', '.join(names)}."
    )


@cli.command()
@click.argument("vendor", type=VendorName(), required=False)
def choices(vendor: str | None) -> None:
    """List the points that the vendors leave open, and how each is settled."""
    for each in (vendor,) if vendor else ROOMS:
        ledger = contracts.contract(each).requirements
        for choice in known_choices(each).values():
            click.echo(f"{choice.name}={choice.default}")
            click.echo(f"  {choice.requirement}: {ledger[choice.requirement].statement}")
            for value, meaning in choice.values.items():
                mark = "*" if value == choice.default else " "
                click.echo(f"    {mark} {value}: {meaning}")


@cli.command()
@click.argument("vendor", type=VendorName(), required=False)
def operations(vendor: str | None) -> None:
    """List every operation with its requirements."""
    from mockserver.web.compiled import operations_of  # noqa: PLC0415

    for each in (vendor,) if vendor else ROOMS:
        contract = contracts.contract(each)
        ledger = contract.requirements.values()
        for document in (contract.document, contract.companions):
            for path, method, operation in operations_of(document):
                found = operation["operationId"]
                ids = [row.id for row in ledger if found in row.operations]
                click.echo(f"{method:<7}{path}  {found}  {' '.join(ids)}")


@cli.command()
@click.argument("vendor", type=VendorName())
@click.option(
    "--published", "kind", flag_value="published", help="The vendor's document, without errata."
)
@click.option("--companions", "kind", flag_value="companions", help="Login and token operations.")
def contract(vendor: str, kind: str | None) -> None:
    """Print a vendor's contract as JSON."""
    document = getattr(contracts.contract(vendor), kind or "document")
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell completion script; load it with eval."""
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click.Choice allows only known shells
    click.echo(found(cli, {}, "segment-mock", "_SEGMENT_MOCK_COMPLETE").source())
