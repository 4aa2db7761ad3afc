"""The options that the plugin adds to pytest, and what can be wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.execution import CONTRACT
from conformance.vendors import VENDORS
from mockserver import contract


def declare(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("conformance", "conformance of segment APIs")
    add = group.addoption
    add("--conformance-config", metavar="FILE", help="configuration (conformance.toml)")
    add("--conformance-url", metavar="URL", default="", help="base URL, instead of the file's")
    add("--conformance-self", action="store_true", help="judge the bundled mock")
    add("--conformance-profile", choices=["smoke", "read-only", "full"], default="full")
    add("--conformance-seed", type=int, default=0, help="seed of every random choice")
    add("--conformance-run", default="", help="id of the run; made up when it is not given")
    add("--conformance-folder", metavar="DIR", help="where runs keep their journals")
    add("--conformance-settle", type=float, help="seconds within which effects must show")
    add("--conformance-requests", type=int, help="limit on requests")
    add("--conformance-rate", type=float, help="limit on requests in a second")
    add("--conformance-time-limit", type=float, help="limit in seconds")
    add("--conformance-requirement", action="append", default=[], help="judge only this one")
    add("--conformance-contract", metavar="VERSION", default="", help="a newer contract version")
    add("--conformance-as-published", action="store_true", help="judge by the uncorrected document")
    add("--conformance-ready", action="store_true", help="the target was looked at before")
    add("--conformance-max-examples", type=int, default=20, help="generated cases per operation")


def mistake_in(option: Any) -> str:
    """Return what is wrong with the options, in a sentence; nothing where nothing is."""
    if option.conformance_self and (option.conformance_url or option.conformance_config):
        return (
            "--conformance-self judges the bundled mock; "
            "it goes with neither --conformance-url nor --conformance-config"
        )
    for name in ("requests", "rate", "time_limit", "max_examples"):
        value = getattr(option, f"conformance_{name}")
        # None of a limit is left when everything was used up before the tests.
        least = value == 0 and name == "requests"
        if value is not None and not value > 0 and not least:
            return f"--conformance-{name.replace('_', '-')} must be more than 0, not {value}"
    if option.conformance_settle is not None and not option.conformance_settle >= 0:
        return f"--conformance-settle must not be less than 0, not {option.conformance_settle}"
    run = option.conformance_run
    if run and not (run.isascii() and run.isalnum()):
        return f"--conformance-run is made of letters and digits; {run!r} is not"
    for each in option.conformance_requirement:
        ledgers = (contract(vendor).requirements for vendor in VENDORS)
        if not each.startswith(CONTRACT) and not any(each in ledger for ledger in ledgers):
            return f"no ledger has a requirement {each!r}"
    return ""
