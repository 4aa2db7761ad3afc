"""What is wrong with options or configuration is one sentence, and nothing runs."""

from __future__ import annotations

import pytest

from tests.conformance.plugged import KINDS, PLAIN, SELF, Running

pytest_plugins = ["pytester"]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Running:
    """Runs tests with the plugin."""
    return Running(pytester)


FILE = """
[emporix]
tenant = "acme"
base_url = "http://target.example/api/"
timeout = 7
[emporix.limits]
requests = 30
rate = 5
"""


MISTAKES = {
    "--conformance-rate=0": "--conformance-rate must be more than 0, not 0.0",
    "--conformance-rate=nan": "--conformance-rate must be more than 0, not nan",
    "--conformance-requests=-1": "--conformance-requests must be more than 0, not -1",
    "--conformance-time-limit=-2": "--conformance-time-limit must be more than 0, not -2.0",
    "--conformance-max-examples=0": "--conformance-max-examples must be more than 0, not 0",
    "--conformance-settle=-1": "--conformance-settle must not be less than 0, not -1.0",
    "--conformance-run=../x": "--conformance-run is made of letters and digits; '../x' is not",
    "--conformance-requirement=EMX-999": "no ledger has a requirement 'EMX-999'",
    "--conformance-url=http://x": "--conformance-self judges the bundled mock; it goes with *",
    "--conformance-config=x.toml": "--conformance-self judges the bundled mock; it goes with *",
    "--conformance-profile=none": "*argument --conformance-profile: invalid choice: 'none'*",
}


@pytest.mark.parametrize("option", MISTAKES)
def test_a_mistake_in_the_options_is_one_sentence(run: Running, option: str) -> None:
    """Nothing is run, and what is wrong is told without a traceback."""
    done = run(KINDS, *SELF, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"*{MISTAKES[option]}"])
    for output in (done.stdout, done.stderr):
        output.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    "option", ["--conformance-settle=0", "--conformance-requests=0", "--conformance-time-limit=60"]
)
def test_small_numbers_are_none(run: Running, option: str) -> None:
    """Nothing to wait for, and nothing left to send, are no mistakes."""
    chosen = ("-k", "coupons", "--conformance-ready")
    run(KINDS, *SELF, *chosen, option).assert_outcomes(passed=1, deselected=5)


class TestConfiguration:
    """What is wrong with a configuration is one sentence and exit code 2."""

    def ended(self, run: Running, *options: str) -> str:
        """Return the last words of a run that ended at once."""
        done = run(KINDS, *PLAIN, *options)
        assert done.ret == 2
        assert "Traceback" not in done.stdout.str() + done.stderr.str()
        [line] = [each for each in done.outlines if "Exit: " in each]
        return line.partition("Exit: ")[2].strip(" !")

    def test_there_must_be_one(self, run: Running) -> None:
        """Without it the two ways to go on are named."""
        assert self.ended(run) == (
            "there is no conformance.toml here; `segment-conformance init emporix` writes one, "
            "`segment-conformance run emporix --self` judges the bundled mock"
        )

    def test_it_must_be_readable(self, run: Running) -> None:
        """A file that is not there, or not TOML, is named."""
        assert self.ended(run, "--conformance-config", "x.toml").startswith("x.toml: No such file")
        run.pytester.path.joinpath("conformance.toml").write_text("[emporix")
        assert self.ended(run).startswith("conformance.toml: not TOML: ")

    def test_it_must_say_where_the_target_is(self, run: Running) -> None:
        """In the file, or on the command line."""
        run.pytester.path.joinpath("conformance.toml").write_text("[emporix]\ntenant = 'acme'")
        assert self.ended(run).startswith("emporix has no base_url; add one, or name the target")

    def test_the_target_must_answer(self, run: Running) -> None:
        """A target that is down is told before any test; one that was looked at is not asked."""
        text = FILE + "[emporix.credentials.read]\ntoken = 'token'\n"
        run.pytester.path.joinpath("conformance.toml").write_text(text)
        told = self.ended(
            run, "--conformance-url", "http://127.0.0.1:1", "--conformance-requests=1"
        )
        assert told == "the limit of 1 requests was reached" or told.startswith(
            "http://127.0.0.1:1"
        )
        options = ("--conformance-ready", "-k", "coupons")
        run(KINDS, *PLAIN, *options).assert_outcomes(passed=1, deselected=5)
