"""The group of commands, and who is in it."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from conformance.cli.arguments import Commands
from conformance.cli.keeping import baseline, cleanup, init, plan
from conformance.cli.proving import requirements, selftest
from conformance.cli.recorded import check_har, replay
from conformance.cli.running import run

EXAMPLES = """
\b
Examples:
  segment-conformance run emporix --self        judge the bundled mock: the first thing to try
  segment-conformance init emporix > conformance.toml
  segment-conformance run emporix --report-dir report
  segment-conformance selftest emporix          prove the kit: every defect must be caught
\b
Exit codes: 0 conformant, 1 not conformant, 2 could not judge (configuration, an error of the
kit, or nothing was tested), 130 interrupted.
"""


@click.group(
    cls=Commands,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="segment-testbed", prog_name="segment-conformance")
def cli() -> None:
    """Judge implementations of the Akinon, Open Loyalty and Emporix segment APIs."""


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell completion script; load it with eval."""
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click.Choice allows only known shells
    script = found(cli, {}, "segment-conformance", "_SEGMENT_CONFORMANCE_COMPLETE")
    click.echo(script.source())


_COMMANDS: tuple[click.Command, ...] = (
    run, selftest, plan, cleanup, baseline, requirements, check_har, init, replay,
)  # fmt: skip
for _command in _COMMANDS:
    cli.add_command(_command)
