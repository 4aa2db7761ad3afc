"""What a run would do, found out on the bundled mock."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import NoReturn

import pytest

from conformance.bundled import bundled_config
from conformance.planning import Plan, plan
from conformance.session import SMOKE_REQUESTS

SAFE = {"GET", "HEAD", "OPTIONS"}
LOGINS = {"loginUser", "logoutUser"}


@pytest.fixture(scope="module")
def full() -> Plan:
    """The whole plan of the smallest API."""
    return plan("akinon", "full")


def test_the_full_profile_disables_nothing(full: Plan) -> None:
    """And makes what it removes again."""
    assert full.disabled == 0
    assert full.tests > 20
    assert full.requests.total() > full.tests
    assert full.created.total() > 0
    assert "user" in full.credentials


def test_read_only_sends_nothing_unsafe_but_logins(full: Plan) -> None:
    """And makes nothing."""
    found = plan("akinon", "read-only")
    unsafe = {operation for method, operation in found.requests if method not in SAFE}
    assert unsafe <= LOGINS
    assert found.created.total() == 0
    assert found.tests > 0
    assert found.tests + found.disabled == full.tests


def test_smoke_is_under_fifty_requests() -> None:
    """With its logins."""
    assert 0 < plan("akinon", "smoke").requests.total() <= SMOKE_REQUESTS


def test_what_a_configuration_lacks_is_not_counted(full: Plan) -> None:
    """Tests that need it end before they send."""
    whole = bundled_config("akinon")
    poorer = replace(whole, credentials={"user": whole.credentials["user"]}, known={})
    found = plan("akinon", "full", poorer)
    assert found.credentials <= {"user", "guest", ""}
    assert 0 < found.requests.total() < full.requests.total()
    assert plan("akinon", "full", whole).requests == full.requests


def test_what_a_target_does_not_have_disables_tests() -> None:
    """As the configuration says; a newer contract has more."""
    whole = bundled_config("emporix")
    without = replace(whole, options={**whole.options, "without": ["coupon"]})
    newer = replace(whole, options={**whole.options, "contract": "2026-09"})
    plain = plan("emporix", "smoke", whole)
    assert plan("emporix", "smoke", without).disabled >= plain.disabled
    reading = plan("emporix", "read-only", newer)
    assert reading.tests > plan("emporix", "read-only", whole).tests
    assert plan("emporix", "read-only", whole, "2026-09") == reading


def test_nothing_is_sent_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Least of all to the target of the configuration."""

    def refused(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a plan opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    config = replace(bundled_config("akinon"), base_url="http://127.0.0.1:9")
    assert plan("akinon", "smoke", config).requests
