"""Takes secrets out of what pytest prints of a test: tracebacks with their arguments, output.

What the kit itself reports was cleaned before (`execution`); this is for pytest's own words.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.secrets import Secrets


def take_secrets_out(report: pytest.TestReport, secrets: Secrets) -> None:
    """Write every known secret in a report as the variable that holds it."""
    report.sections = [(name, secrets.text(text)) for name, text in report.sections]
    shown: Any = report.longrepr
    parts = [(traceback, crash) for traceback, crash, _ in getattr(shown, "chain", ())]
    if hasattr(shown, "reprtraceback"):  # Python's own style has no chain
        parts.append((shown.reprtraceback, shown.reprcrash))
    for traceback, crash in parts:
        if crash is not None:
            crash.message = secrets.text(crash.message)
        for entry in traceback.reprentries:
            _clean(entry, secrets)


def _clean(entry: Any, secrets: Secrets) -> None:
    entry.lines = list(map(secrets.text, entry.lines))
    arguments = getattr(entry, "reprfuncargs", None)
    if arguments is not None:
        arguments.args = [(name, secrets.text(str(value))) for name, value in arguments.args]
    variables = getattr(entry, "reprlocals", None)
    if variables is not None:
        variables.lines = list(map(secrets.text, variables.lines))
