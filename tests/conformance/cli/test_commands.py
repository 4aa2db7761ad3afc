"""The command line as a whole: help, mistakes, and what is missing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from conformance.cli.arguments import ended_like_ctrl_c
from conformance.cli.commands import cli

from .commands import mistake, run

COMMANDS = sorted(cli.commands)
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
sys.argv[1:] = {arguments!r}
from conformance.cli import main
main()
"""


def _process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[3],
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("command", [(), *((each,) for each in COMMANDS), ("baseline", "update")])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    """Every option has a word of help, in lines of at most 100 characters."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout == run(*command, "-h").stdout
    found = cli
    for name in command:
        found = found.commands[name]  # type: ignore[assignment]
    assert found.help
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{command}: {parameter.name} has no help"
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_without_a_command_the_help_is_shown() -> None:
    """It is no success: nothing was done."""
    result = run()
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: segment-conformance")


def test_the_help_lists_commands_in_one_line_each() -> None:
    """Whole sentences, none cut off."""
    text = run("--help").stdout
    assert "..." not in text.partition("Commands:")[2].partition("Examples:")[0]
    assert "Exit codes: 0 conformant, 1 not conformant, 2 could not judge" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "There is no command 'rnu'. Did you mean run? Commands: "),
        (["xyz"], "There is no command 'xyz'. Commands: "),
        (["baseline", "updat", "x"], "There is no command 'updat'. Did you mean update?"),
        (["run", "emporx", "--self"], "There is no vendor 'emporx'. Did you mean emporix? Known: "),
        (["run"], "Missing argument 'VENDOR'."),
        (["run", "emporix", "--slef"], "No such option '--slef'. (Did you mean"),
        (
            ["run", "emporix", "--profile", "smok"],
            "'smok' is not one of 'smoke', 'read-only', 'full'",
        ),
        (["run", "emporix", "--seed", "x"], "'x' is not a valid integer"),
        (["run", "emporix", "--rate", "0"], "--rate"),
        (["run", "emporix", "--workers", "0"], "--workers"),
        (["run", "emporix", "--self", "--config", "x"], "--self judges the bundled mock; it goes"),
        (
            ["run", "emporix", "--self", "--base-url", "x"],
            "--self judges the bundled mock; it goes",
        ),
        (["replay"], "Missing argument 'FILE'."),
        (["cleanup"], "Missing option '--run'."),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (["requirements", "--format", "xml"], "'xml' is not one of 'md', 'json', 'csv'"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], words: str) -> None:
    """Which says what is nearest; the exit code is 2."""
    assert words in mistake(*arguments)


def test_a_completion_can_be_loaded() -> None:
    """It is a script, and completes vendors."""
    assert "_SEGMENT_CONFORMANCE_COMPLETE" in run("completion", "bash").stdout
    environment = {
        "_SEGMENT_CONFORMANCE_COMPLETE": "bash_complete",
        "COMP_WORDS": "segment-conformance run em",
        "COMP_CWORD": "2",
    }
    completed = _process("from conformance.cli import main; main()", **environment)
    assert completed.stdout == "plain,emporix\n"


def test_the_version_is_told() -> None:
    """With the name of the command."""
    assert re.fullmatch(r"segment-conformance, version \d+\.\d+\.\d+\S*\n", run("--version").stdout)


@pytest.mark.parametrize(
    "missing", ["rich", "jinja2", "pytest", "openapi_core", "tomli_w", "requests"]
)
def test_a_missing_library_is_one_sentence(missing: str) -> None:
    """That says how to get it."""
    ended = _process(WITHOUT.format(missing=missing, arguments=["run", "akinon", "--self"]))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"segment-conformance: {missing} is not installed; "
        "install the kit with its libraries: pip install 'segment-testbed[conformance]'\n"
    )


def test_a_fault_of_ours_is_not_called_a_missing_library() -> None:
    """It keeps its traceback."""
    ended = _process(WITHOUT.format(missing="mockserver", arguments=["--help"]))
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def test_the_module_runs_as_a_program() -> None:
    """Under the same name."""
    ended = _process("import runpy; runpy.run_module('conformance', run_name='__main__')")
    assert ended.returncode == 2
    assert ended.stderr.startswith("Usage: segment-conformance [OPTIONS] COMMAND")


def test_any_text_can_be_printed() -> None:
    """On a terminal that knows only ASCII, too."""
    ended = _process(
        "import sys; sys.argv[1:] = ['run', 'ü\\ud83d']; from conformance.cli import main; main()",
        PYTHONIOENCODING="ascii",
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("segment-conformance: Invalid value for 'VENDOR': There is no")


def test_a_polite_request_to_end_is_like_ctrl_c() -> None:
    """While a run lasts; afterwards it is what it was."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ended_like_ctrl_c():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
