"""The bundled mock as a target in this process: `run --self` and the kill matrix use it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from conformance.config import Config, read
from conformance.transports import InProcess
from mockserver import Clock, Mock, Settings, build

_FROZEN_AT = 1_795_262_400_000
"""2026-11-21T12:00:00Z in milliseconds: later than everything in the seeded worlds."""


def bundled_config(vendor: str) -> Config:
    """Return the configuration for the bundled mock: its well-known credentials and cast."""
    path = Path(__file__).parent / vendor / "bundled.toml"
    return read(vendor, tomllib.loads(path.read_text("utf-8")))


def bundled_target(
    vendor: str,
    *,
    seed: int = 0,
    choices: Mapping[str, str] | None = None,
    defects: tuple[str, ...] = (),
    edition: str = "",
    frozen: bool = False,
) -> InProcess:
    """Return a transport into a newly built mock; waiting moves its clock.

    With `frozen` the clock stands still otherwise, so that equal runs get equal answers.
    """
    clock = (lambda: Clock(_FROZEN_AT, frozen=True)) if frozen else Clock
    mock: Mock = build(
        Settings(
            vendors=(vendor,),
            seed=seed,
            choices=choices or {},
            defects=defects,
            editions={vendor: edition} if edition else {},
            clock=clock,
        ),
        cors=False,
    )
    time = mock.service.clock
    return InProcess(
        mock.app,
        now=lambda: time.now() / 1000,
        wait=lambda seconds: time.advance(round(seconds * 1000)),
        base_url="http://segment-mock",
    )
