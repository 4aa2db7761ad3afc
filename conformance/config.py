"""Reads `conformance.toml`: who the target is, who may ask, what is known to be there.

`schemas/config.schema.json` describes the file; every mistake is told with its place. Secrets
may come from the environment as `${NAME}`.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from conformance.safety import Limits
from mockserver import editions

SCHEMAS = Path(__file__).parent / "schemas"
DEFAULT_FILE = "conformance.toml"
SECRET_FIELDS = frozenset(
    {"client_secret", "password", "token", "api_key", "session", "csrf_token"}
)
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_GENERAL = frozenset({"base_url", "credentials", "known", "settle", "timeout", "verify", "limits"})


class ConfigError(Exception):
    """Something is wrong with the configuration; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the user says about one target."""

    vendor: str
    base_url: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What is particular to the vendor: `tenant`, `site_code`, `store_code`, `contract` …"""
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    known: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """What cannot be made through the API, as far as it is known."""
    settle: float = 10.0
    """Seconds within which effects must show."""
    timeout: float = 30.0
    """Seconds to wait for an answer."""
    verify: bool | str = True
    """Whether TLS certificates are checked, or the CA file that they are checked with."""
    limits: Limits = field(default_factory=Limits)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Secret value -> the environment variable that holds, or could hold, it."""

    @property
    def edition(self) -> str:
        """The newer contract that is judged by; empty for the bundled one."""
        return str(self.options.get("contract", ""))

    def judged_by(self, edition: str) -> Config:
        """Return the configuration with a newer contract. Raises ConfigError for none we have."""
        options = {**self.options, "contract": known_edition(self.vendor, edition)}
        return replace(self, options=options)


def known_edition(vendor: str, edition: str) -> str:
    """Return the version of a newer contract as it was named. Raises ConfigError."""
    newer = editions(vendor)
    if edition not in newer:
        known = ", ".join(newer) or "none"
        raise ConfigError(f"{vendor} has no contract {edition!r}; newer ones: {known}")
    return edition


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration."""
    found: dict[str, Any] = json.loads((SCHEMAS / "config.schema.json").read_text("utf-8"))
    return found


def load(vendor: str, path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Return what a file says about a vendor's target. Raises ConfigError."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: {reason}") from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    if vendor not in tables:
        there = ", ".join(name for name in tables if isinstance(tables[name], dict)) or "nothing"
        raise ConfigError(f"{path} has no section [{vendor}]; there is {there}")
    try:
        return read(vendor, tables, environment)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def read(
    vendor: str, tables: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Config:
    """Return what parsed tables say about a vendor's target. Raises ConfigError."""
    variables: dict[str, str] = {}
    section = _substituted(tables[vendor], vendor, environment, variables)
    # Other vendors' sections are read when it is their turn: their variables may not be set.
    known = schema()["properties"]
    whole = {name: value for name, value in tables.items() if name not in known}
    whole[vendor] = section
    mistake = best_match(Draft202012Validator(schema()).iter_errors(whole))
    if mistake is not None:
        where = ".".join(str(part) for part in mistake.absolute_path) or "the file"
        raise ConfigError(f"{where}: {_told(mistake)}")
    credentials = section.get("credentials", {})
    limits = section.get("limits", {})
    return Config(
        vendor=vendor,
        base_url=section.get("base_url", "").rstrip("/"),
        options={name: value for name, value in section.items() if name not in _GENERAL},
        credentials=credentials,
        known=section.get("known", {}),
        settle=float(section.get("settle", 10.0)),
        timeout=float(section.get("timeout", 30.0)),
        verify=section.get("verify", True),
        limits=Limits(limits.get("requests"), limits.get("rate"), limits.get("seconds")),
        secrets={
            value: variables.get(f"{vendor}.credentials.{name}.{each}")
            or f"{vendor}_{name}_{each}".upper()
            for name, credential in credentials.items()
            for each, value in credential.items()
            if each in SECRET_FIELDS
        },
    )


def _told(mistake: Any) -> str:
    """Return a mistake in words, without the value: it may be a secret."""
    if mistake.validator == "additionalProperties":
        known = ", ".join(mistake.schema.get("properties", {}))
        extra = [
            name for name in mistake.instance if name not in mistake.schema.get("properties", {})
        ]
        return f"there is no {', '.join(map(repr, extra))}; known are {known}"
    if mistake.validator == "required":
        return str(mistake.message)
    if mistake.validator == "type":
        return f"must be of type {mistake.validator_value}"
    if mistake.validator in ("anyOf", "oneOf"):
        return str(mistake.schema.get("$comment", "has none of the allowed forms"))
    if mistake.schema.get("examples"):
        return f"must be of the form {mistake.schema['examples'][0]}"
    return f"must fulfil {mistake.validator}: {mistake.validator_value}"


def _substituted(
    value: Any, where: str, environment: Mapping[str, str], variables: dict[str, str]
) -> Any:
    """Return a value with `${NAME}` filled in; `$$` stands for a dollar sign."""
    if isinstance(value, dict):
        return {
            name: _substituted(inner, f"{where}.{name}", environment, variables)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [
            _substituted(inner, f"{where}.{position}", environment, variables)
            for position, inner in enumerate(value)
        ]
    if isinstance(value, date):
        # TOML has days and instants of its own; here, as in every API, they are texts.
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return value.isoformat()
    if not isinstance(value, str):
        return value

    def filled(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "$"
        if name not in environment:
            raise ConfigError(f"{where}: the environment variable {name} is not set")
        if found[0] == value:
            variables[where] = name
        return environment[name]

    return _VARIABLE.sub(filled, value)
