"""`selftest` and `requirements`: what proves the kit, and what it covers."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from conformance.cli.arguments import Mistake, VendorName, did_you_mean
from conformance.report.terminal import screen
from conformance.vendors import VENDORS
from conformance.verdicts import EXIT_CONFORMANT, EXIT_VIOLATED


@click.command(short_help="Prove the kit: every defect is caught.")
@click.argument("vendor", type=VendorName(), required=False)
@click.option("--defect", "names", multiple=True, help="Only this defect; repeatable.")
@click.option("--seed", default=0, show_default=True, help="Seed of the combinations of choices.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="one per processor",
    help="Processes that judge.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show every row of the matrix.")
@click.option("--json", "as_json", is_flag=True, help="Print the matrix as JSON.")
def selftest(
    vendor: str | None,
    names: tuple[str, ...],
    seed: int,
    workers: int,
    verbose: bool,
    as_json: bool,
) -> int:
    """Prove the kit: every defect is caught, and the clean mock is never at fault.

    Each defect of the bundled mock must be caught by a test that names the requirement which it
    violates; the clean mock must give no finding, whatever its choices.
    """
    from conformance.matrix import Matrix, prove  # noqa: PLC0415 - imports pytest and the mock

    vendors: Sequence[str] = (vendor,) if vendor else VENDORS
    _check(names, vendors)
    console = screen(stderr=True)
    matrices: list[Matrix] = []
    for each in vendors:
        steps = prove(each, names, seed=seed, workers=workers)
        matrix = Matrix(each)
        shown = track(
            steps,
            description=each,
            total=steps.total,
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        for outcome in shown:
            matrix.add(outcome)
        matrices.append(matrix)
    if as_json:
        click.echo(json.dumps([matrix.as_json() for matrix in matrices], indent=2))
    else:
        out = screen()
        for matrix in matrices:
            _show(out, matrix, verbose=verbose or bool(names))
    return EXIT_CONFORMANT if all(matrix.proven for matrix in matrices) else EXIT_VIOLATED


def _check(names: Sequence[str], vendors: Sequence[str]) -> None:
    from mockserver import known_defects  # noqa: PLC0415 - as above

    known = [name for each in vendors for name in known_defects(each)]
    for name in names:
        if name not in known:
            raise Mistake(
                f"There is no defect {name!r}.{did_you_mean(name, known)} "
                "`segment-mock defects` lists them."
            )


def _show(console: Console, matrix: Any, *, verbose: bool) -> None:
    rows = [row for row in matrix.rows if verbose or not row.caught]
    if rows:
        console.print(Text(f"{matrix.vendor}: defects", "bold"))
        table = Table(box=None, pad_edge=False)
        for name in ("defect", "violates", "caught by"):
            table.add_column(name, overflow="fold")
        for row in rows:
            caught = ", ".join(row.caught[:3]) + (" …" if len(row.caught) > 3 else "")
            shown = Text(caught) if caught else Text("missed", "bold red")
            table.add_row(row.defect, ", ".join(row.violates), shown)
        console.print(table)
    for line in matrix.alarms:
        console.print(Text.assemble(("false alarm ", "bold red"), line))
    console.print(matrix.summary())


@click.command(short_help="Print the ledger with its tests and defects.")
@click.argument("vendor", type=VendorName(), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "json", "csv"]),
    default="md",
    show_default=True,
    help="How it is printed.",
)
def requirements(vendor: str | None, form: str) -> None:
    """Print the ledger with the tests and the defects of each requirement."""
    from conformance.coverage import COLUMNS, rows_of  # noqa: PLC0415 - collects the tests

    rows = [row for each in ((vendor,) if vendor else VENDORS) for row in rows_of(each)]
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(row[name]) for name in COLUMNS} for row in rows)
        click.echo(text.getvalue(), nl=False)
    else:
        click.echo("| " + " | ".join(COLUMNS) + " |")
        click.echo("|" + "---|" * len(COLUMNS))
        for row in rows:
            cells = (_cell(row[name]).replace("|", "\\|") for name in COLUMNS)
            click.echo("| " + " | ".join(cells) + " |")


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
