"""The first configuration: a template that holds, and what a target tells about itself."""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import closing

import pytest

from conformance.bundled import bundled_config, bundled_target
from conformance.config import read
from conformance.session import Run, Session
from conformance.starting import found_out, template
from conformance.vendors import VENDORS, profile_of

_COMMENTED = re.compile(r"^# ([a-z_]+ = .*)$", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Z_]+)\}")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_template_is_a_configuration(vendor: str) -> None:
    """As it is, once the variables are set; secrets come from the environment."""
    text = template(vendor)
    variables = dict.fromkeys(_VARIABLE.findall(text), "a-secret")
    config = read(vendor, tomllib.loads(text), variables)
    assert config.base_url.startswith("https://")
    assert config.credentials
    assert set(config.secrets) == {"a-secret"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_template_comments_out_can_be_used(vendor: str) -> None:
    """Every line of it is right by the schema."""
    text = _COMMENTED.sub(r"\1", template(vendor)).replace('"…"', '"x"').replace('"its id"', '"x"')
    assert text != template(vendor)
    variables = {**os.environ, **dict.fromkeys(_VARIABLE.findall(text), "a-secret")}
    config = read(vendor, tomllib.loads(text), variables)
    assert config.known
    assert config.limits.rate == 5


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_target_tells_what_it_knows(vendor: str) -> None:
    """As TOML that can be added to the configuration; nothing is changed."""
    config = bundled_config(vendor)
    target = bundled_target(vendor, frozen=True)
    session = Session(profile_of(vendor), config, target, run=Run("read-only", id="init"))
    with closing(session):
        text = found_out(session)
    known = tomllib.loads(text)[vendor]["known"]
    assert known
    assert all(rows for rows in known.values())
    tables = {vendor: {"base_url": "http://x", **_given(vendor), "known": known}}
    assert read(vendor, tables).known == known
    assert text.startswith("# What http://segment-mock told.")
    unsafe = [
        exchange.request.operation
        for exchange in session.background.record.exchanges
        if not exchange.request.is_safe and exchange.step != "log in"
    ]
    assert unsafe == []


def _given(vendor: str) -> dict[str, str]:
    required = {"emporix": ("tenant", "site_code"), "openloyalty": ("store_code",)}
    return dict.fromkeys(required.get(vendor, ()), "acme")


def test_a_target_that_tells_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a comment, which is TOML too."""
    monkeypatch.setattr("conformance.akinon.discovery.discover", lambda _case: {"segments": []})
    target = bundled_target("akinon", frozen=True)
    session = Session(profile_of("akinon"), bundled_config("akinon"), target, run=Run(id="init"))
    with closing(session):
        text = found_out(session)
    assert tomllib.loads(text) == {}
    assert "It told nothing" in text


def test_open_loyalty_tells_what_members_show() -> None:
    """Names, phone number and day of birth, as a configuration has them."""
    target = bundled_target("openloyalty", frozen=True)
    config = bundled_config("openloyalty")
    session = Session(profile_of("openloyalty"), config, target, run=Run("read-only", id="init"))
    with closing(session):
        known = tomllib.loads(found_out(session))["openloyalty"]["known"]
    assert {"first_name", "last_name", "phone", "birth_date"} <= set().union(*known["members"])
    assert {each["resource"] for each in known["associated"]} == {
        "reward", "achievement", "campaign",
    }  # fmt: skip
