"""`plan`, `cleanup`, `baseline` and `init`: before and after a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from conformance import baseline as known
from conformance.catalogue import Catalogue
from conformance.cli.arguments import Commands, Mistake, VendorName, users_mistakes
from conformance.cli.options import EDITION, FILE, FOLDER
from conformance.config import DEFAULT_FILE, ConfigError, load
from conformance.planning import plan as rehearse
from conformance.plugin import opened
from conformance.remains import remove_again
from conformance.report.terminal import screen
from conformance.running import Order, options_of
from conformance.runs import DEFAULT_FOLDER, RunFolder
from conformance.session import ProfileName
from conformance.starting import template
from conformance.vendors import VENDORS
from conformance.verdicts import EXIT_CONFORMANT, EXIT_UNJUDGED
from mockserver import contract, editions

PROFILES: tuple[ProfileName, ...] = ("smoke", "read-only", "full")


@click.command(short_help="Tell what a run would send, make and remove.")
@click.argument("vendor", type=VendorName())
@click.option("--config", type=FILE, help="Count only what this configuration can judge.")
@EDITION
def plan(vendor: str, config: Path | None, edition: str) -> None:
    """Tell what a run of VENDOR would send, make and remove, by profile; sends nothing.

    The deterministic tests are rehearsed on the bundled mock and counted. What is generated from
    the contract comes on top in the full profile: `--max-examples` cases and more per operation.
    """
    with users_mistakes():
        path = config or (Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None)
        given = load(vendor, path) if path is not None else None
        plans = [rehearse(vendor, profile, given, edition) for profile in PROFILES]
    console = screen()
    table = Table(box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    for each in plans:
        table.add_column(each.profile, justify="right")
    table.add_row("tests", *(str(each.tests) for each in plans))
    table.add_row("requests", *(str(each.requests.total()) for each in plans))
    for kind in sorted({kind for each in plans for kind in each.created}):
        table.add_row(
            f"made and removed: {kind}", *(str(each.created[kind] or "") for each in plans)
        )
    catalogue = Catalogue(contract(vendor, (editions(vendor) or ("",))[-1]))
    for method, operation in sorted({key for each in plans for key in each.requests}):
        counts = (str(each.requests[method, operation] or "") for each in plans)
        where = catalogue[operation].template if operation in catalogue else "(no operation)"
        table.add_row(f"  {method} {where}", *counts)
    console.print(table)
    used = ", ".join(sorted({name for each in plans for name in each.credentials}))
    console.print(f"credentials that are used: {used or 'none'}")


@click.command()
@click.option("--run", "run", required=True, help="The id of the run; its first line told it.")
@click.option("--config", type=FILE, help="Configuration; conformance.toml unless told.")
@click.option("--base-url", "url", default="", help="The target, instead of the file's base_url.")
@click.option("--folder", type=FOLDER, help=f"Where runs are; {DEFAULT_FOLDER} unless told.")
def cleanup(run: str, config: Path | None, url: str, folder: Path | None) -> int:
    """Remove what an interrupted run left at its target.

    Exit code 0 when nothing is left, 2 when something is.
    """
    found = RunFolder(run, folder)
    journals = found.journals() if run.isalnum() else {}
    if not journals:
        there = sorted(path.name for path in found.path.parent.glob("*") if path.is_dir())
        told = f"; there are {', '.join(there)}" if run.isalnum() and there else ""
        raise Mistake(f"there is no run {run!r} that left something behind{told}")
    left = False
    for path, vendor in journals.items():
        with users_mistakes():
            if vendor not in VENDORS:
                raise ConfigError(f"{path} is no journal: there is no vendor {vendor!r}")
            order = Order(vendor, config=config, url=url.rstrip("/"), folder=folder)
            session = opened(vendor, options_of(order, run), found, "cleanup")
            for creation in remove_again(session, path):
                what = " ".join(filter(None, (creation.kind, creation.name, creation.id)))
                state = _STATES.get(creation.state, creation.state)
                why = f" ({creation.reason})" if creation.reason else ""
                click.echo(f"{state}: {what}{why}")
                left = left or creation.state in ("left", "stray")
            session.close()
    found.tidy()
    click.echo(f"run {run}: {'something is still there' if left else 'nothing is left'}")
    return EXIT_UNJUDGED if left else EXIT_CONFORMANT


_STATES = {
    "refused": "was never made",
    "left": "could not be removed",
    "stray": "may be somebody else's and was not touched",
}


@click.group(cls=Commands, short_help="Keep the list of known failures.")
def baseline() -> None:
    """Keep the list of known failures: each with a reason and a day on which it ends."""


RESULTS = click.option(
    "--results",
    type=FILE,
    default=Path("report/results.json"),
    show_default=True,
    help="The results.json of a run.",
)
BASELINE = click.argument("path", metavar="BASELINE", type=FILE)


@baseline.command()
@BASELINE
@RESULTS
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Last day that it is excused.")
def update(path: Path, results: Path, expires: datetime | None) -> None:
    """Add what fails in a run to BASELINE.

    Write the reasons into it afterwards; those that are there are kept.
    """
    with users_mistakes():
        document = _results(results)
        before = known.read(path) if path.exists() else []
        day = None if expires is None else expires.date()
        failing = _ruled(document, "fail", "known")
        after = known.updated(before, document["vendor"], failing, day)
        known.write(path, after)
    click.echo(f"{path}: {len(after) - len(before)} added, {len(after)} known")
    today = datetime.now(UTC).date()
    for each in after:
        if each.requirement in failing and not each.holds_on(today):
            click.echo(f"{each.requirement} fails, but is not excused since {each.expires}")


@baseline.command()
@BASELINE
@RESULTS
def prune(path: Path, results: Path) -> None:
    """Take out of BASELINE what passes by now.

    What the run did not judge stays.
    """
    with users_mistakes():
        document = _results(results)
        before = known.read(path)
        after = known.pruned(before, document["vendor"], _ruled(document, "pass"))
        known.write(path, after)
    click.echo(f"{path}: {len(before) - len(after)} taken out, {len(after)} known")


def _results(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Mistake(f"{path}: not JSON: {error}") from None
    if not isinstance(document, dict) or not {"vendor", "rulings"} <= document.keys():
        raise Mistake(f"{path}: not the results.json of a run")
    return document


def _ruled(document: Mapping[str, Any], *verdicts: str) -> list[str]:
    return [ruling["id"] for ruling in document["rulings"] if ruling["verdict"] in verdicts]


@click.command()
@click.argument("vendor", type=VendorName())
@click.option("--config", type=FILE, help="A configuration to complete by asking the target.")
def init(vendor: str, config: Path | None) -> None:
    """Print a commented configuration for VENDOR.

    With --config the target is asked for what it can tell itself (segments, members, items), and
    the answer is printed as `known` facts to be added to that file.
    """
    if config is None:
        click.echo(template(vendor), nl=False)
        return
    from conformance.starting import found_out  # noqa: PLC0415 - only where a target is asked

    with users_mistakes():
        order = Order(vendor, config=config, profile="read-only")
        session = opened(vendor, options_of(order, "init"), RunFolder("init"), "")
        text = found_out(session)
    click.echo(text, nl=False)
