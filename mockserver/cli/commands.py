"""The command line: what a user can say, and what is said back.

Building and serving is the business of `mockserver.web`; every fault of a user ends
here in one line with a hint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from mockserver import contracts
from mockserver.assembly import Settings, known_choices, open_service
from mockserver.cli.arguments import (
    DefaultsToServe,
    Moment,
    VendorName,
    chosen,
    chosen_editions,
    did_you_mean,
    edition_option,
    shown_defects,
    size_options,
    stopped,
    users_mistakes,
    world_options,
)
from mockserver.defects import known_defects
from mockserver.kernel.clock import Clock
from mockserver.kernel.room import Demo
from mockserver.ties import Tie, ties
from mockserver.vendors import ROOMS

EXAMPLES = """
\b
Examples:
  segment-mock                                  all vendors on port 8080
  segment-mock --port 0 --ready-file url.txt    a free port, for scripts
  segment-mock --vendor emporix --tenant myshop your own tenant name
  segment-mock --choose emporix.bulk-index=0    settle an open point otherwise
  segment-mock --time +30d                      see who has lost a segment in a month
  segment-mock token emporix --as anna          a token for curl
\b
Without a command the mock is served; `segment-mock serve --help` lists its options.
"""


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
@size_options
@world_options
@click.option(
    "--choose",
    "choose",
    multiple=True,
    metavar="NAME=VALUE",
    help="Settle an open point; repeatable.",
)
@click.option(
    "--defect",
    "shown",
    multiple=True,
    metavar="NAME",
    help="Break one documented rule on purpose; repeatable. `segment-mock defects` lists them.",
)
@edition_option
@click.option(
    "--time",
    "start",
    type=Moment(),
    default=lambda: Clock,
    show_default="now",
    help="Where the mock's clock starts: 2026-12-24T08:00:00Z, +10d or -36h.",
)
@click.option("--freeze-time", is_flag=True, help="Let the mock's clock stand still.")
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
    assignments: int | None,
    seed: int,
    tenants: tuple[str, ...],
    stores: tuple[str, ...],
    fixtures: Path | None,
    choose: tuple[str, ...],
    shown: tuple[str, ...],
    editions: tuple[str, ...],
    start: Callable[[], Clock],
    freeze_time: bool,
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
        assignments=assignments,
        tenants=tenants,
        stores=stores,
        fixtures=fixtures,
        choices=chosen(choose),
        editions=chosen_editions(editions),
        clock=stopped(start) if freeze_time else start,
        defects=shown_defects(shown),
    )
    try:
        bound = server.listen(host, port)
    except server.AddressTaken as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error}). Try --port 0 for a free port."
        ) from None
    with closing(bound):
        with users_mistakes(settings):
            mock = build(settings, validate_replies=validate_replies, cors=cors)
            server.prepare_ready_file(ready_file)
        logs.configure(log_level, log_format)

        def announce(url: str) -> None:
            # The file first: who reads the page may look for it at once.
            server.write_ready_file(ready_file, url)
            for name in settings.defects:
                click.echo(f"Broken on purpose: {name}")
            click.echo(welcome.as_text(mock.service, url, seed))

        server.serve(mock, bound, announce)


@cli.command()
@click.argument("vendor", type=VendorName())
@click.option("--as", "name", help="Who to be; without it the first credential is taken.")
@click.option("--header", is_flag=True, help="Print the whole request header.")
@click.option("--list", "listed", is_flag=True, help="List who there is.")
@world_options
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

    with users_mistakes(settings):
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
def defects(vendor: str | None) -> None:
    """List the ways in which the mock can be told to be wrong."""
    for each in (vendor,) if vendor else ROOMS:
        ledger = contracts.contract(each).requirements
        for defect in known_defects(each).values():
            needs = [f"--contract {each}={defect.edition}"] if defect.edition else []
            needs += [f"--choose {name}={value}" for name, value in defect.choices.items()]
            about = [defect.kind] + ([f"WFC {defect.fault}"] if defect.fault else [])
            click.echo(f"{defect.name}  ({', '.join(about + needs)})")
            click.echo(f"  {defect.summary}")
            for name in defect.violates:
                click.echo(f"    {name}: {ledger[name].statement}")


@cli.command()
@click.argument("vendor", type=VendorName(), required=False)
@edition_option
def operations(vendor: str | None, editions: tuple[str, ...]) -> None:
    r"""List every operation with its requirements, and what upholds each.

    \b
    enforced   the mock refuses what breaks it
    contract   the documents say it, and calls or replies are checked by them
    shown      the mock behaves that way
    -          nothing upholds it
    """
    from mockserver.web.compiled import operations_of  # noqa: PLC0415 - as in `serve`

    settings = Settings(editions=chosen_editions(editions))
    for each in (vendor,) if vendor else ROOMS:
        with users_mistakes(settings):
            served = settings.contract_of(each)
        upheld = ties(each)
        rows = [
            (
                row.operations,
                f"  {row.id}  {row.level:<6}  {_mark(upheld, row.id):<8}  {row.statement}",
            )
            for row in served.requirements.values()
            if row.edition in ("", settings.edition_of(each))
        ]
        found = [
            (f"{method} {path}  {operation['operationId']}", operation["operationId"])
            for document in (served.document, served.companions)
            for path, method, operation in operations_of(document)
        ]
        for title, name in [(f"{each}, every operation", ""), *found]:
            click.echo(title)
            for names, line in rows:
                if name in names or not (name or names):
                    click.echo(line)


def _mark(upheld: Mapping[str, Sequence[Tie]], requirement: str) -> str:
    return upheld[requirement][0].kind if requirement in upheld else "-"


@cli.command()
@click.argument("vendor", type=VendorName())
@click.option("--edition", default="", help="A newer version than the bundled one.")
@click.option(
    "--published", "kind", flag_value="published", help="The vendor's document, without errata."
)
@click.option(
    "--companions", "kind", flag_value="companions", help="Login, token and sister operations."
)
def contract(vendor: str, edition: str, kind: str | None) -> None:
    """Print a vendor's contract as JSON."""
    settings = Settings(editions={vendor: edition})
    with users_mistakes(settings):
        document = getattr(settings.contract_of(vendor), kind or "document")
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell completion script; load it with eval."""
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click.Choice allows only known shells
    click.echo(found(cli, {}, "segment-mock", "_SEGMENT_MOCK_COMPLETE").source())
