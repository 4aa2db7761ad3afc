"""`check-har` and `replay`: judge what was recorded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from conformance.cli.arguments import Mistake, VendorName, ended_like_ctrl_c, users_mistakes
from conformance.cli.options import EDITION, FILE
from conformance.replaying import Replayed, read
from conformance.replaying import replay as run_again
from conformance.report.document import document
from conformance.report.terminal import Live, screen, show
from conformance.running import Order, new_run
from conformance.traffic import judge
from conformance.verdicts import EXIT_CONFORMANT, EXIT_VIOLATED


@click.command("check-har", short_help="Judge recorded traffic by the contract.")
@click.argument("file", type=FILE)
@click.argument("vendor", type=VendorName())
@EDITION
@click.option("--as-published", is_flag=True, help="Judge by the vendor's uncorrected document.")
def check_har(file: Path, vendor: str, edition: str, as_published: bool) -> int:
    """Judge the responses recorded in FILE (HTTP Archive) by the contract of VENDOR."""
    counts: Counter[str] = Counter()
    with users_mistakes():
        for entry in judge(file, vendor, edition=edition, as_published=as_published):
            if entry.operation is None:
                counts["of no operation"] += 1
                continue
            faults = [finding for finding in entry.findings if not finding.is_remark]
            counts["off the contract" if faults else "within the contract"] += 1
            for finding in entry.findings:
                kind = "remark" if finding.is_remark else finding.what
                where = f" at {finding.pointer}" if finding.pointer else ""
                path = entry.url.partition("?")[0]
                click.echo(
                    f"entry {entry.number}: {entry.method} {path} -> {entry.status}: "
                    f"{kind}{where}: "
                    f"{finding.message}; expected {finding.expected}, came {finding.actual}"
                )
    judged = counts["off the contract"] + counts["within the contract"]
    told = ", ".join(f"{count} {name}" for name, count in counts.items()) or "no entries"
    click.echo(f"{file}: {told}")
    if not judged:
        raise Mistake(f"nothing in {file} belongs to {vendor}, so nothing was judged")
    return EXIT_VIOLATED if counts["off the contract"] else EXIT_CONFORMANT


@click.command(short_help="Run a failure again.")
@click.argument("file", type=FILE)
@click.option("--config", type=FILE, help="Configuration; conformance.toml unless told.")
@click.option("--base-url", "url", default="", help="The target, instead of the file's base_url.")
@click.option("--self", "bundled", is_flag=True, help="Run it against the bundled mock.")
def replay(file: Path, config: Path | None, url: str, bundled: bool) -> int:
    """Run the scenario of a failure again, against a target or the bundled mock.

    Exit code 1 when it fails as it did, 0 when it does not fail any more.
    """
    console = screen(stderr=True)
    with users_mistakes():
        scenario = read(file)
        order = Order(scenario["vendor"], config=config, url=url.rstrip("/"), bundled=bundled)
        with Live(console) as live, ended_like_ctrl_c():
            again = run_again(scenario, order, new_run(order), live)
    out = screen()
    _compare(out, again)
    show(out, document(again.finished))
    words = {EXIT_VIOLATED: "fails as it did", EXIT_CONFORMANT: "does not fail any more"}
    told = words.get(again.exit_code, f"could not be judged ({again.verdict})")
    out.print(Text(f"{scenario['requirement']} {told}", "bold"))
    return again.exit_code


def _compare(console: Console, again: Replayed) -> None:
    """Show what was answered then and now, request by request."""
    result = again.result
    now = [] if result is None else list(result.exchanges)
    for position, then in enumerate(again.scenario["exchanges"]):
        before = str(then["response"]["status"]) if then["response"] else "no answer"
        after = "-"
        if position < len(now):
            response = now[position].response
            after = str(response.status) if response is not None else "no answer"
        mark = " " if before == after else "!"
        asked = f"{then['request']['method']} {then['request']['url'].partition('?')[0]}"
        console.print(f"{mark} {then['number']}. {asked}: {before} then, {after} now")
