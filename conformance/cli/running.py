"""`segment-conformance run`: judge a target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance.baseline import known_failures
from conformance.cli.arguments import (
    Mistake,
    VendorName,
    ended_like_ctrl_c,
    known_requirements,
    users_mistakes,
)
from conformance.cli.options import EDITION, FILE, FOLDER
from conformance.report.document import document
from conformance.report.files import write_all, write_junit
from conformance.report.terminal import Live, screen, show
from conformance.running import Order, carry_out, new_run
from conformance.safety import Limits


@click.command()
@click.argument("vendor", type=VendorName())
@click.option("--config", type=FILE, help="Configuration; conformance.toml unless told.")
@click.option("--base-url", "url", default="", help="The target, instead of the file's base_url.")
@click.option("--self", "bundled", is_flag=True, help="Judge the bundled mock, in this process.")
@click.option(
    "--profile",
    type=click.Choice(["smoke", "read-only", "full"]),
    default="full",
    show_default=True,
    help="smoke: under 50 requests; read-only: no unsafe method.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of every random choice.")
@click.option(
    "--max-examples",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Generated cases per operation.",
)
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that judge."
)
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Requests in a second.")
@click.option("--requests", type=click.IntRange(1), help="Requests at most.")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds at most.")
@click.option("--report-dir", type=FOLDER, help="Write every report here.")
@click.option("--junitxml", type=FILE, help="Write JUnit XML here.")
@click.option("--baseline", type=FILE, help="Known failures (TOML).")
@click.option(
    "--fail-on",
    type=click.Choice(["must", "should"]),
    default="must",
    show_default=True,
    help="Which level of requirements decides.",
)
@click.option("--requirement", "only", multiple=True, help="Judge only this one; repeatable.")
@EDITION
@click.option("--as-published", is_flag=True, help="Judge by the vendor's uncorrected document.")
@click.option("--verbose", "-v", is_flag=True, help="Show every operation in the table.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def run(
    vendor: str,
    config: Path | None,
    url: str,
    bundled: bool,
    profile: Any,
    seed: int,
    max_examples: int,
    workers: int,
    rate: float | None,
    requests: int | None,
    time_limit: float | None,
    report_dir: Path | None,
    junitxml: Path | None,
    baseline: Path | None,
    fail_on: Any,
    only: tuple[str, ...],
    edition: str,
    as_published: bool,
    verbose: bool,
    pytest_arguments: tuple[str, ...],
) -> int:
    """Judge a target by the documents and requirements of VENDOR.

    Arguments after `--` are handed to pytest: `-- -x -k paging`.
    """
    if bundled and (url or config):
        raise click.UsageError(
            "--self judges the bundled mock; it goes with neither --base-url nor --config."
        )
    with users_mistakes():
        order = Order(
            vendor,
            config=config,
            url=url.rstrip("/"),
            bundled=bundled,
            profile=profile,
            seed=seed,
            max_examples=max_examples,
            workers=workers,
            limits=Limits(requests, rate, time_limit),
            requirements=known_requirements(vendor, only),
            edition=edition,
            as_published=as_published,
            fail_on=fail_on,
            known=_excused(vendor, baseline),
            pytest=pytest_arguments,
        )
        for folder in filter(None, (report_dir, junitxml and junitxml.parent)):
            # What cannot be written is better known before a long run than after it.
            folder.mkdir(parents=True, exist_ok=True)
        console = screen(stderr=True)
        name = new_run(order)
        console.print(f"run {name}, seed {seed}, profile {profile}", style="dim")
        with Live(console) as live, ended_like_ctrl_c():
            finished = carry_out(order, name, live)
        found = document(finished)
        show(screen(), found, verbose=verbose)
        written = write_all(found, report_dir)
        if junitxml is not None:
            write_junit(found, junitxml)
            written.append(junitxml)
    for path in written:
        console.print(f"wrote {path}", style="dim")
    return finished.exit_code


def _excused(vendor: str, baseline: Path | None) -> dict[str, str]:
    """Return the known failures. Raises ConfigError, and Mistake for what no ledger has."""
    if baseline is None:
        return {}
    found = known_failures(vendor, baseline)
    try:
        known_requirements(vendor, tuple(found))
    except Mistake as mistake:
        raise Mistake(f"{baseline}: {mistake.message}") from None
    return found
