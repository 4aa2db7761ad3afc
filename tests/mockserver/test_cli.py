"""The command line: what is asked is answered, and what is wrong is one line with a hint."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockserver import __main__, contracts
from mockserver.cli import cli
from mockserver.cli.arguments import did_you_mean
from mockserver.defects import known_defects
from mockserver.ties import STRENGTH, ties
from mockserver.vendors import ROOMS
from mockserver.web.compiled import operations_of

COMMANDS = {"serve", "token", "choices", "operations", "contract", "defects", "completion"}
CHOICE = next(iter(contracts.contract("emporix").choices.values()))


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """Return the outcome of a command line; nothing but an exit may leave it."""
    result = CliRunner().invoke(cli, arguments, prog_name="segment-mock", env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def said(*arguments: str) -> str:
    """Return what a command prints when all is well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def complaint(*arguments: str, code: int = 2) -> str:
    """Return the one line that a command complains with."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("segment-mock: ")
    return line


class TestHelp:
    """It can be found out without a manual."""

    def test_the_commands_and_examples_are_shown(self) -> None:
        """With -h too."""
        shown = said("--help")
        assert shown == said("-h")
        for word in COMMANDS:
            assert f"\n  {word} " in shown
        assert "segment-mock --vendor emporix --tenant myshop" in shown

    @pytest.mark.parametrize("command", sorted(COMMANDS))
    def test_every_command_explains_itself(self, command: str) -> None:
        """Each of its options has a word, too."""
        shown = said(command, "--help")
        assert shown.startswith(f"Usage: segment-mock {command}")
        missing = [option.name for option in cli.commands[command].params if not _helped(option)]
        assert missing == []

    def test_the_version_is_that_of_the_distribution(self) -> None:
        """With the name of the command."""
        assert said("--version").startswith("segment-mock, version ")


def _helped(option: Any) -> bool:
    return (
        option.param_type_name == "argument" or bool(option.help) or hasattr(option.type, "choices")
    )


class TestMistakes:
    """One line, a hint, and never a traceback."""

    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            (("serv",), "There is no command 'serv'. Did you mean serve?"),
            (("tokn", "emporix"), "Did you mean token?"),
            (("qqqq",), "There is no command 'qqqq'. Commands: serve,"),
            (("token", "emporixx"), "There is no vendor 'emporixx'. Did you mean emporix?"),
            (("contract", "loyalty"), "Did you mean openloyalty?"),
            (
                ("choices", "qqqq"),
                "There is no vendor 'qqqq'. Known: akinon, emporix, openloyalty.",
            ),
            (("--vendor", "akinonn"), "Did you mean akinon?"),
            (("serve", "--port", "70000"), "0<=x<=65535"),
            (("serve", "--segments", "-1"), "x>=0"),
            (("--log-level", "loud"), "'debug', 'info'"),
            (("--fixtures", "/nowhere/at/all"), "does not exist"),
            (("completion", "tcsh"), "'bash', 'zsh', 'fish'"),
            (("--choose", "emporix.bulk-index"), "--choose takes NAME=VALUE, not"),
            (("--choose", "emporix.bulk-indx=1"), "Did you mean emporix.bulk-index?"),
            (("--choose", "qqqq=1"), "`segment-mock choices` lists them."),
            (("--nonsense",), "No such option"),
            (("--contract", "emporix"), "--contract takes VENDOR=VERSION, not 'emporix'."),
            (("--contract", "emporx=2026-09"), "Did you mean emporix?"),
            (("--defect", "emporix.id-in-body-ignord"), "Did you mean emporix.id-in-body-ignored?"),
            (("--defect", "qqqq"), "`segment-mock defects` lists them."),
            (("--time", "tomorrow"), "'tomorrow' is no moment. Write 2026-12-24T08:00:00Z,"),
            (("--time", "2026-13-01T00:00:00Z"), "is no moment."),
            (("--time", "+10"), "or a distance from now such as +10d, -36h or +1w2d."),
            (("--time", "-9999w"), "(the clock can be set to the years 1970 to 8999 only)"),
        ],
    )
    def test_a_misspelt_word_is_answered_with_the_nearest(
        self, arguments: tuple[str, ...], hint: str
    ) -> None:
        """Or with all there are."""
        assert hint in complaint(*arguments)

    def test_an_unknown_value_of_a_choice_is_answered_with_all(self) -> None:
        """Before anything is served."""
        line = complaint("--port", "0", "--choose", f"{CHOICE.name}=nonsense", code=1)
        assert line == (
            f"segment-mock: {CHOICE.name} takes {', '.join(CHOICE.values)}; it cannot be 'nonsense'"
        )

    @pytest.mark.parametrize("command", [("serve", "--port", "0"), ("operations",)])
    def test_an_unknown_contract_version_is_answered_with_all(
        self, command: tuple[str, ...]
    ) -> None:
        """Of the vendor."""
        line = complaint(*command, "--contract", "akinon=2030-01", code=1)
        assert line == (
            "segment-mock: akinon has no contract '2030-01'; there is the bundled one only"
        )

    def test_a_taken_port_is_said_so(self) -> None:
        """With the way out."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            line = complaint("--port", str(port), code=1)
        assert line.startswith(
            f"segment-mock: cannot listen on 127.0.0.1:{port} (Address already in use)"
        )
        assert line.endswith("Try --port 0 for a free port.")

    def test_an_address_of_another_machine_is_said_so(self) -> None:
        """192.0.2.1 belongs to documentation (RFC 5737), never to this machine."""
        line = complaint("--host", "192.0.2.1", "--port", "0", code=1)
        assert line.startswith("segment-mock: cannot listen on 192.0.2.1:0 (")

    def test_nothing_close_is_no_hint(self) -> None:
        """A wrong hint is worse than none."""
        assert did_you_mean("qqqq", ROOMS) == ""
        assert did_you_mean("emporx", ROOMS) == " Did you mean emporix?"


class TestFixtures:
    """A fixture of one's own is checked before a world is built from it."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Path:
        """A copy of the bundled fixture of Emporix."""
        path = tmp_path / "emporix" / "world.json"
        path.parent.mkdir()
        path.write_text(contracts.fixture_path("emporix").read_text("utf-8"), "utf-8")
        return path

    @pytest.mark.parametrize(
        "command", [("serve", "--port", "0", "--vendor", "emporix"), ("token", "emporix")]
    )
    def test_a_fault_is_told_by_path_and_pointer(self, own: Path, command: tuple[str, ...]) -> None:
        """In one line."""
        world = json.loads(own.read_text("utf-8"))
        world["asOf"] = 5
        own.write_text(json.dumps(world), "utf-8")
        line = complaint(*command, "--fixtures", str(own.parent.parent), code=1)
        assert line.startswith(f"segment-mock: {own}, at /asOf: ")

    def test_a_file_that_is_no_json_is_told_by_path(self, own: Path) -> None:
        """With the place in the text."""
        own.write_text("{oops", "utf-8")
        line = complaint("token", "emporix", "--fixtures", str(own.parent.parent), code=1)
        assert line.startswith(f"segment-mock: {own}: not JSON: ")
        assert "line 1 column 2" in line

    def test_a_copy_of_the_bundled_one_is_fine(self, own: Path) -> None:
        """And gives the same token."""
        folder = str(own.parent.parent)
        assert said("token", "emporix", "--fixtures", folder) == said("token", "emporix")


class TestToken:
    """A credential for curl, on one line."""

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_it_is_the_first_and_the_same_every_time(self, vendor: str) -> None:
        """With or without its header."""
        token = said("token", vendor)
        assert token.count("\n") == 1
        header = said("token", vendor, "--header")
        assert ": " in header
        assert token.strip() in header

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_everybody_who_is_listed_has_one(self, vendor: str) -> None:
        """Under the short name that the list begins with."""
        listed = said("token", vendor, "--list").splitlines()
        assert len(listed) > 1
        for line in listed:
            name = line.split()[0]
            assert said("token", vendor, "--as", name).strip()

    def test_nobody_is_answered_with_those_there_are(self) -> None:
        """And with the nearest."""
        line = complaint("token", "emporix", "--as", "ana", code=1)
        assert line.startswith(
            "segment-mock: there is nobody named 'ana'. Did you mean anna? Known: "
        )

    def test_a_scope_of_ones_own_has_its_own(self) -> None:
        """For the vendor that it belongs to."""
        assert said("token", "emporix", "--tenant", "myshop") != said("token", "emporix")
        assert "manager" in said("token", "emporix", "--tenant", "myshop", "--list")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("akinon", "--tenant", "myshop"),
            ("akinon", "--store", "MYSHOP"),
            ("openloyalty", "--tenant", "myshop"),
            ("emporix", "--store", "MYSHOP"),
        ],
    )
    def test_a_scope_of_another_vendor_changes_nothing(self, arguments: tuple[str, ...]) -> None:
        """One command line serves every vendor."""
        assert said("token", *arguments) == said("token", arguments[0])


class TestListings:
    """What the contracts and ledgers hold, as text."""

    def test_choices_are_listed_with_all_values_and_the_default(self) -> None:
        """Of one vendor, or of all."""
        everything = said("choices").splitlines()
        for vendor in ROOMS:
            lines = said("choices", vendor).splitlines()
            assert set(lines) <= set(everything)
            ledger = contracts.contract(vendor).requirements
            for choice in contracts.contract(vendor).choices.values():
                at = lines.index(f"{choice.name}={choice.default}")
                settled = ledger[choice.requirement]
                assert lines[at + 1] == f"  {settled.id}: {settled.statement}"
                values = lines[at + 2 : at + 2 + len(choice.values)]
                marks = {line[6:].partition(": ")[0]: line[4] for line in values}
                assert marks == {
                    value: "*" if value == choice.default else " " for value in choice.values
                }

    def test_defects_are_listed_with_what_they_violate(self) -> None:
        """And with what is needed to see them."""
        lines = said("defects", "emporix").splitlines()
        ledger = contracts.contract("emporix").requirements
        for defect in known_defects("emporix").values():
            at = next(n for n, line in enumerate(lines) if line.startswith(f"{defect.name}  ("))
            assert defect.kind in lines[at]
            assert (f"--contract emporix={defect.edition}" in lines[at]) is bool(defect.edition)
            assert lines[at + 1] == f"  {defect.summary}"
            assert lines[at + 2 : at + 2 + len(defect.violates)] == [
                f"    {name}: {ledger[name].statement}" for name in defect.violates
            ]
        assert said("defects") == "".join(said("defects", vendor) for vendor in ROOMS)

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_operations_are_listed_with_their_requirements(self, vendor: str) -> None:
        """Companions included; each requirement with what upholds it."""
        contract, upheld = contracts.contract(vendor), ties(vendor)
        served = [
            f"{method} {path}  {operation['operationId']}"
            for document in (contract.document, contract.companions)
            for path, method, operation in operations_of(document)
        ]
        told: dict[str, list[str]] = {}
        for line in said("operations", vendor).splitlines():
            if line.startswith("  "):
                title = next(reversed(told))
                told[title].append(line)
            else:
                told[line] = []
        assert list(told) == [f"{vendor}, every operation", *served]
        for title, lines in told.items():
            operation = title.rpartition("  ")[2]
            rows = [line.split(maxsplit=3) for line in lines]
            assert rows
            for name, level, mark, statement in rows:
                row = contract.requirements[name]
                assert (row.level, row.statement) == (level, statement)
                assert operation in row.operations or not row.operations
                kinds = [tie.kind for tie in upheld.get(name, ())]
                assert mark == next((kind for kind in STRENGTH if kind in kinds), "-")

    def test_operations_of_all_vendors_are_listed_together(self) -> None:
        """One after the other."""
        assert said("operations") == "".join(said("operations", vendor) for vendor in ROOMS)

    @pytest.mark.parametrize(
        ("option", "attribute"),
        [((), "document"), (("--published",), "published"), (("--companions",), "companions")],
    )
    def test_a_contract_is_printed_as_json(self, option: tuple[str, ...], attribute: str) -> None:
        """Non-ASCII letters as they are."""
        for vendor in ROOMS:
            printed = said("contract", vendor, *option)
            assert json.loads(printed) == getattr(contracts.contract(vendor), attribute)
            assert "\\u00" not in printed


class TestCompletion:
    """The shell helps with commands, options and vendors."""

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_a_script_is_printed(self, shell: str) -> None:
        """To be evaluated by the shell."""
        assert "_SEGMENT_MOCK_COMPLETE" in said("completion", shell)

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (
                "segment-mock ",
                COMMANDS,
            ),
            ("segment-mock to", {"token"}),
            ("segment-mock token ", set(ROOMS)),
            ("segment-mock token em", {"emporix"}),
            ("segment-mock serve --vendor o", {"openloyalty"}),
            ("segment-mock serve --log-f", {"--log-format"}),
            ("segment-mock nonsense x", set()),
        ],
    )
    def test_words_are_completed(self, words: str, expected: set[str]) -> None:
        """A line that makes no sense is completed with nothing."""
        env = {
            "_SEGMENT_MOCK_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        result = run(env=env)
        found = {line.partition(",")[2] for line in result.stdout.splitlines() if line}
        assert found == expected
        assert result.stderr == ""


class TestEntryPoint:
    """`segment-mock` and `python -m mockserver` are one."""

    def test_it_runs_as_a_module(self) -> None:
        """From any folder, under the name of the command."""
        done = subprocess.run(
            [sys.executable, "-m", "mockserver", "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        assert done.stdout.startswith("Usage: segment-mock ")
        assert done.stderr == ""

    def test_another_package_of_our_name_stops_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the one sentence that helps."""
        monkeypatch.setattr(__main__, "distribution", lambda name: name)
        with pytest.raises(SystemExit) as caught:
            __main__.main()
        assert "mockserver-client" in str(caught.value.code)
        assert "environment of its own" in str(caught.value.code)

    def test_without_it_the_command_line_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As it should."""

        def missing(name: str) -> None:
            raise PackageNotFoundError(name)

        monkeypatch.setattr(__main__, "distribution", missing)
        monkeypatch.setattr(sys, "argv", ["segment-mock", "--version"])
        with pytest.raises(SystemExit) as caught:
            __main__.main()
        assert caught.value.code == 0
