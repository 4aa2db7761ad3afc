"""What pytest prints of a test holds no secret."""

from __future__ import annotations

import pytest

from tests.conformance.plugged import IMPORTS, SELF, Running

pytest_plugins = ["pytester"]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Running:
    """Runs tests with the plugin."""
    return Running(pytester)


LEAKS = f"""{IMPORTS}
SECRET = "hunter22-hunter22"

def compare(one, other):
    raise ValueError(f"{{one}} is not {{other}}")

class Strange(Exception):
    def __str__(self):
        return SECRET

@judges("EMX-001")
def test_it(emporix):
    emporix.session.secrets.add(SECRET, "PASSWORD")
    print("printed", SECRET)
    mine = SECRET
    END
"""
ENDS = {
    "judged": 'emporix.judge("EMX-001").same("a", mine)',
    "stumbled": "compare(1, mine)",
    "led to": """try:
        compare(1, mine)
    except ValueError as error:
        raise IndexError from error""",
    "says more than it was told": "raise Strange",
    "skipped": "raise Unmet(mine)",
    "failed": "pytest.fail(mine, pytrace=False)",
}


@pytest.mark.parametrize("style", ["auto", "short", "native", "line", "no"])
@pytest.mark.parametrize("end", ENDS.values(), ids=list(ENDS))
def test_nothing_that_pytest_prints_has_a_secret(run: Running, end: str, style: str) -> None:
    """Neither messages nor arguments, variables, captured output, or the summary."""
    done = run(LEAKS.replace("END", end), *SELF, "-l", "-rA", "--tb", style, "--junitxml=x.xml")
    assert done.ret in (0, 1, 2)
    written = done.stdout.str() + run.pytester.path.joinpath("x.xml").read_text()
    assert "hunter22-hunter22" not in written.replace('SECRET = "hunter22-hunter22"', "")
    assert "${PASSWORD}" in written
