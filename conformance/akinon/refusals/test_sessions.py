"""Whoever is not signed in is refused where somebody must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import Reply
from conformance.judging import judges

NEEDED = [op.LIST, op.SET]
"""Operations of the contract for which somebody must be signed in."""


def _sent(akinon: Akinon, operation: str, visitor: Visitor, segment: Any = None) -> Reply:
    """Send an operation with a visitor's cookies, and with CSRF proof where it changes."""
    path: Mapping[str, str] = {}
    headers = cookies.written(visitor.cookies)
    if operation == op.SET:
        # A segment that is there: only the session is missing.
        path = {"segment_id": str(segment or akinon.on_offer()[0]["pk"])}
        headers = akinon.proven(visitor)
    return akinon.send(operation, by="", path=path, headers=headers)


def _pretenders(akinon: Akinon, operation: str) -> Iterator[Visitor]:
    """Yield visitors whose session cookies, of both names, name no session.

    One is made up, one is half of a user's, one is empty. Letters in another case are none:
    where ids are hexadecimal, they may name the same session.
    """
    newcomer = akinon.newcomer() if operation == op.SET else Visitor({})
    name = akinon.cookie_name or cookies.SESSION_NAMES[0]
    living = next(iter(akinon.session_cookie(akinon.visitor()).values()))
    half = living[: len(living) // 2]
    akinon.session.secrets.add(half, "HALF_OF_A_SESSION")
    for value in (akinon.fresh(32), half, ""):
        made_up = dict.fromkeys((name, *cookies.SESSION_NAMES), value)
        yield Visitor({**newcomer.cookies, **made_up}, newcomer.csrf_token)


def _recalculated(akinon: Akinon, guest: Visitor) -> Visitor:
    """Return a guest's browser after a recalculation, which may give guests a segment."""
    reply = akinon.send(op.RECALCULATE, by="", headers=akinon.proven(guest), step="set up")
    return Visitor(cookies.updated(guest.cookies, reply), guest.csrf_token)


@judges("AKN-010", smoke=True, read_only=True)
def test_listing_without_a_session_is_refused(akinon: Akinon) -> None:
    """The list is refused with 401 when no session cookie is sent."""
    akinon.judge("AKN-010", _sent(akinon, op.LIST, Visitor({}))).status(401)


@judges("AKN-010")
def test_setting_without_a_session_is_refused(akinon: Akinon) -> None:
    """Setting a segment is refused with 401 when no session cookie is sent."""
    akinon.judge("AKN-010", _sent(akinon, op.SET, akinon.newcomer())).status(401)


@judges("AKN-011", read_only=True)
def test_listing_with_an_unknown_session_is_refused(akinon: Akinon) -> None:
    """The list is refused with 401 when the session cookie names no session."""
    for pretender in _pretenders(akinon, op.LIST):
        akinon.judge("AKN-011", _sent(akinon, op.LIST, pretender)).status(401)


@judges("AKN-011")
def test_setting_with_an_unknown_session_is_refused(akinon: Akinon) -> None:
    """Setting a segment is refused with 401 when the session cookie names no session."""
    segment = akinon.on_offer()[0]["pk"]
    for pretender in _pretenders(akinon, op.SET):
        akinon.judge("AKN-011", _sent(akinon, op.SET, pretender, segment)).status(401)


@pytest.mark.parametrize("operation", NEEDED)
@judges("AKN-019")
def test_a_guest_is_not_signed_in(akinon: Akinon, operation: str) -> None:
    """List and set are refused with 401 in a guest's session, whatever segment the guest has."""
    guest = akinon.guest()
    akinon.judge("AKN-019", _sent(akinon, operation, guest)).status(401)
    guest = _recalculated(akinon, guest)
    # Among those whose rule is false of users is the one that is true of guests, if any.
    withheld = [
        each["pk"]
        for each in akinon.session.config.known.get("segments", ())
        if each.get("withheld") == "rule"
    ]
    for segment in dict.fromkeys(withheld if operation == op.SET else ()) or [None]:
        akinon.judge("AKN-019", _sent(akinon, operation, guest, segment)).status(401)


@judges("AKN-047", smoke=True, read_only=True)
def test_there_is_no_current_user_without_a_session(akinon: Akinon) -> None:
    """The current user is refused with 401 without a session, and with one that is none."""
    akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, Visitor({}))).status(401)
    for pretender in _pretenders(akinon, op.CURRENT_USER):
        akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, pretender)).status(401)


@judges("AKN-047")
def test_a_guest_is_no_current_user(akinon: Akinon) -> None:
    """The current user is refused with 401 in a guest's session."""
    akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, akinon.guest())).status(401)
