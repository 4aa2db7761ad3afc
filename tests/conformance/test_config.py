"""What `conformance.toml` may say, and how its mistakes are told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.bundled import bundled_config
from conformance.config import Config, ConfigError, load, read, schema
from conformance.safety import Limits
from conformance.vendors import VENDORS

MANAGE = {"manage": {"client_id": "shop", "client_secret": "geheim-1"}}


def emporix(**section: Any) -> Config:
    """Read a section of Emporix; the environment holds two variables."""
    variables = {"HOST": "api.example.com", "SECRET": "geheim-2", "EMPTY": ""}
    return read("emporix", {"emporix": {"tenant": "acme", **section}}, variables)


def mistake(**section: Any) -> str:
    """Return what is said about a section of Emporix with a mistake."""
    with pytest.raises(ConfigError) as error:
        emporix(**section)
    return str(error.value)


# --- what is said ---


def test_the_least_that_must_be_said() -> None:
    """Everything else has a default."""
    config = emporix()
    assert config == Config("emporix", options={"tenant": "acme"})
    assert (config.settle, config.timeout, config.verify) == (10.0, 30.0, True)
    assert config.limits == Limits()


def test_everything_that_can_be_said() -> None:
    """Numbers may be whole, and the base URL may end with a slash."""
    config = emporix(
        base_url="https://api.example.com/shop/",
        site_code="main",
        languages=["en", "de"],
        settle=3,
        timeout=5,
        verify="ca.pem",
        limits={"requests": 7, "rate": 2, "seconds": 60},
        credentials=MANAGE,
        known={"products": [{"id": "p1"}]},
    )
    assert config.base_url == "https://api.example.com/shop"
    assert config.options == {"tenant": "acme", "site_code": "main", "languages": ["en", "de"]}
    assert (config.settle, config.timeout, config.verify) == (3.0, 5.0, "ca.pem")
    assert config.limits == Limits(7, 2, 60)
    assert config.credentials == MANAGE
    assert config.known == {"products": [{"id": "p1"}]}


def test_variables_are_filled_in() -> None:
    """Anywhere in a text, in lists too; two dollar signs stand for one."""
    config = emporix(
        base_url="https://${HOST}/a", site_code="$$${SECRET}$", languages=["${EMPTY}x"]
    )
    assert config.base_url == "https://api.example.com/a"
    assert config.options["site_code"] == "$geheim-2$"
    assert config.options["languages"] == ["x"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2025-09-01T00:00:00Z", "2025-09-01T00:00:00Z"),
        ("2025-09-01T02:00:00+02:00", "2025-09-01T00:00:00Z"),
    ],
)
def test_an_instant_may_be_one_of_toml(written: str, told: str) -> None:
    """With or without quotes it is the same."""
    tables = tomllib.loads(
        f"[akinon]\n[akinon.known]\nsegments = [{{ pk = 1, until = {written} }}]\n"
    )
    assert read("akinon", tables, {}).known["segments"] == [{"pk": 1, "until": told}]


def test_a_day_may_be_one_of_toml() -> None:
    """As a birthday is."""
    tables = tomllib.loads(
        '[openloyalty]\nstore_code = "S"\n'
        '[openloyalty.known]\nmembers = [{ id = "a", birth_date = 1990-05-04 }]\n'
    )
    known = read("openloyalty", tables, {}).known
    assert known["members"] == [{"id": "a", "birth_date": "1990-05-04"}]


def test_secrets_are_named_after_their_variables() -> None:
    """Or after their place; only a variable that holds the whole secret can stand for it."""
    config = emporix(
        credentials={
            "manage": {"client_id": "shop", "client_secret": "${SECRET}"},
            "read": {"token": "plain"},
            "customer": {"email": "a@example.com", "password": "x-${SECRET}"},
        }
    )
    assert config.secrets == {
        "geheim-2": "SECRET",
        "plain": "EMPORIX_READ_TOKEN",
        "x-geheim-2": "EMPORIX_CUSTOMER_PASSWORD",
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_bundled_configuration_can_be_read(vendor: str) -> None:
    """Of every vendor."""
    assert bundled_config(vendor).vendor == vendor


# --- mistakes ---


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"tenant": 5}, "emporix.tenant: must be of type string"),
        ({"tenant": "ACME"}, "emporix.tenant: must fulfil pattern: ^[a-z][a-z0-9]+$"),
        ({"settle": -1}, "emporix.settle: must fulfil minimum: 0"),
        ({"timeout": True}, "emporix.timeout: must be of type number"),
        ({"limits": {"requests": 0}}, "emporix.limits.requests: must fulfil minimum: 1"),
        ({"known": {"products": [{"id": "p"}, {}]}},
         "emporix.known.products.1: 'id' is a required property"),
        ({"credentials": {"manage": {"client_id": "shop"}}},
         ("emporix.credentials.manage: has neither token, nor client_id with client_secret, "
          "nor email with password")),
        ({"site_code": "${NOWHERE}"},
         "emporix.site_code: the environment variable NOWHERE is not set"),
        ({"languages": ["en", "${NOWHERE}"]},
         "emporix.languages.1: the environment variable NOWHERE is not set"),
        ({"site_code": "${EMPTY}"}, "emporix.site_code: must fulfil minLength: 1"),
        ({"base_url": "ftp://x"},
         "emporix.base_url: must be of the form https://api.example.com"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(section: dict[str, Any], told: str) -> None:
    """And with what would be right."""
    assert mistake(**section) == told


def test_unknown_names_are_told_with_the_known_ones() -> None:
    """So that a slip of the pen is seen."""
    told = mistake(side_code="main")
    assert told.startswith("emporix: there is no 'side_code'; known are base_url, tenant, ")
    assert "site_code" in told


def test_values_are_not_told() -> None:
    """They may be secrets."""
    for credential in (
        {"token": ["geheim-1"]},
        {"client_id": "x", "client_secret": {"a": "geheim-1"}},
        {"token": "geheim-1", "scope": 5},
    ):
        assert "geheim-1" not in mistake(credentials={"manage": credential})


@pytest.mark.parametrize("tenant", [{}, {"base_url": "https://x"}])
def test_what_must_be_said_is_named(tenant: Mapping[str, Any]) -> None:
    """A section without a tenant is none."""
    with pytest.raises(ConfigError, match=r"^emporix: 'tenant' is a required property$"):
        read("emporix", {"emporix": tenant}, {})


def test_a_section_is_a_table() -> None:
    """And nothing else."""
    with pytest.raises(ConfigError, match=r"^emporix: must be of type object$"):
        read("emporix", {"emporix": 5}, {})


def test_unknown_sections_are_told() -> None:
    """With the names of the vendors."""
    with pytest.raises(ConfigError) as error:
        read("emporix", {"emporix": {"tenant": "acme"}, "emporiks": {}}, {})
    assert str(error.value) == (
        "the file: there is no 'emporiks'; known are emporix, openloyalty, akinon"
    )


def test_other_vendors_are_not_asked_for() -> None:
    """Their variables need not be set, and their mistakes are told when they are judged."""
    tables = {
        "emporix": {"tenant": "${NOWHERE}", "base_url": "${NOWHERE}"},
        "akinon": {"base_url": "https://shop.example.com"},
    }
    assert read("akinon", tables, {}).base_url == "https://shop.example.com"


# --- files ---


def test_a_file_is_read(tmp_path: Path) -> None:
    """With or without a byte order mark."""
    file = tmp_path / "conformance.toml"
    for mark in ("", "\ufeff"):
        file.write_text(f'{mark}[emporix]\ntenant = "${{TENANT}}"\n', "utf-8")
        assert load("emporix", file, {"TENANT": "acme"}).options == {"tenant": "acme"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[emporix", "not TOML: "),
        (b"\xff\xfe", "not UTF-8"),
        (b'[emporix]\ntenant = "${NOWHERE}"',
         "emporix.tenant: the environment variable NOWHERE is not set"),
        (b"[emporix]\ntenant = 5", "emporix.tenant: must be of type string"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_file(tmp_path: Path, content: bytes, told: str) -> None:
    """Whatever is wrong with it."""
    file = tmp_path / "conformance.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load("emporix", file, {})
    assert str(error.value).startswith(f"{file}: {told}")


@pytest.mark.parametrize(
    ("content", "there"),
    [("", "nothing"), ("x = 1\n[akinon]\n[openloyalty]", "akinon, openloyalty")],
)
def test_a_missing_section_is_told(tmp_path: Path, content: str, there: str) -> None:
    """With those that are there."""
    file = tmp_path / "conformance.toml"
    file.write_text(content)
    with pytest.raises(ConfigError) as error:
        load("emporix", file, {})
    assert str(error.value) == f"{file} has no section [emporix]; there is {there}"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """In the words of the system."""
    with pytest.raises(ConfigError, match=r"nowhere.toml: No such file or directory$"):
        load("emporix", tmp_path / "nowhere.toml", {})
    with pytest.raises(ConfigError, match=r"Is a directory$"):
        load("emporix", tmp_path, {})


def test_the_environment_is_that_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless another one is given."""
    monkeypatch.setenv("CONFORMANCE_TENANT", "acme")
    file = tmp_path / "conformance.toml"
    file.write_text('[emporix]\ntenant = "${CONFORMANCE_TENANT}"\n')
    assert load("emporix", file).options["tenant"] == "acme"


# --- the schema ---


def test_the_schema_is_one() -> None:
    """By its own dialect."""
    Draft202012Validator.check_schema(schema())


def test_every_section_takes_what_is_general() -> None:
    """Where the target is, how patient to be, and what is known are said alike."""
    general = {"base_url", "credentials", "known", "settle", "timeout", "verify", "limits"}
    for vendor in VENDORS:
        assert general <= schema()["$defs"][vendor]["properties"].keys()
