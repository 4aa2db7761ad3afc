"""What the kit knows of Akinon beyond its tests: signing in, first facts, generated requests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.akinon import operations as op
from conformance.akinon.case import Akinon
from conformance.akinon.discovery import discover
from conformance.akinon.fitting import AkinonFitting
from conformance.bundled import bundled_config, bundled_target
from conformance.judging import Unmet
from conformance.session import Refused, Run, Session
from conformance.vendors import profile_of


def opened(**config: Any) -> Session:
    """Return a session with the bundled mock, its configuration changed."""
    settings = replace(bundled_config("akinon"), **config)
    target = bundled_target("akinon", frozen=True)
    return Session(profile_of("akinon"), settings, target, run=Run(id="aaaaaa"))


def test_a_refused_login_tells_what_the_shop_said() -> None:
    """Beside the status, and without the password."""
    wrong = {"email": "anna.bauer@example.com", "password": "not-the-password"}
    session = opened(credentials={"user": wrong})
    with closing(session), pytest.raises(Refused) as caught:
        session.credential("user")
    told = "/users/login/ answered 400: non_field_errors: Unable to log in with provided"
    assert f"the credentials akinon.user are not accepted: {told}" in caught.value.reason
    assert "not-the-password" not in caught.value.reason


def test_the_offers_of_every_user_are_found_out() -> None:
    """Each row says whose it is, but for the user; who cannot sign in is left out."""
    with closing(opened()) as session:
        rows = discover(session.background)["segments"]
    assert {"pk": 12, "priority": 10} in rows
    assert {"pk": 20, "priority": 3, "user": "employee"} in rows
    assert "unverified" not in {row.get("user") for row in rows}


def test_what_is_lacking_is_told_with_its_value() -> None:
    """Though there is no known segment at all."""
    with closing(opened(known={})) as session:
        case = Akinon(session, "test", ("AKN-057",))
        with pytest.raises(Unmet) as caught:
            case.known_withheld("inactive")
    advice = 'add akinon.known.segments with withheld = "inactive" to judge AKN-057'
    assert caught.value.reason == advice


def test_who_asks_and_what_for_is_decided_separately() -> None:
    """So that generated ids are asked for by the user, too, and what is there by nobody."""
    fitting = AkinonFitting()
    fitting._segment = "12"
    seen = set()
    with closing(opened()) as session:
        operation = session.catalogue[op.SET]
        for pk in range(100, 140):
            headers: Mapping[str, str] = {"Cookie": "x", "X-CSRFToken": "y"}
            generated = SimpleNamespace(path_parameters={"segment_id": pk}, headers=dict(headers))
            fitting.fit(session.background, operation, generated)
            seen.add((bool(generated.headers), generated.path_parameters["segment_id"] == 12))
    assert seen == {(False, False), (False, True), (True, False), (True, True)}
