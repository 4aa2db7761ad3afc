"""Whoever is not signed in is refused where somebody must be."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import Reply
from conformance.judging import judges

NEEDED = [op.LIST, op.SET]
"""Operations of the contract for which somebody must be signed in."""


def _sent(akinon: Akinon, operation: str, visitor: Visitor) -> Reply:
    """Send an operation with a visitor's cookies, and with CSRF proof where it changes."""
    path: Mapping[str, str] = {}
    headers = cookies.written(visitor.cookies)
    if operation == op.SET:
        # A segment that is there: only the session is missing.
        path = {"segment_id": str(akinon.on_offer()[0]["pk"])}
        headers = akinon.proven(visitor)
    return akinon.send(operation, by="", path=path, headers=headers)


def _pretender(akinon: Akinon, operation: str) -> Visitor:
    """Return a visitor whose session cookies, of both names, name no session."""
    newcomer = akinon.newcomer() if operation == op.SET else Visitor({})
    name = akinon.cookie_name or cookies.SESSION_NAMES[0]
    made_up = dict.fromkeys((name, *cookies.SESSION_NAMES), akinon.fresh(32))
    return Visitor({**newcomer.cookies, **made_up}, newcomer.csrf_token)


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
    akinon.judge("AKN-011", _sent(akinon, op.LIST, _pretender(akinon, op.LIST))).status(401)


@judges("AKN-011")
def test_setting_with_an_unknown_session_is_refused(akinon: Akinon) -> None:
    """Setting a segment is refused with 401 when the session cookie names no session."""
    akinon.judge("AKN-011", _sent(akinon, op.SET, _pretender(akinon, op.SET))).status(401)


@pytest.mark.parametrize("operation", NEEDED)
@judges("AKN-019")
def test_a_guest_is_not_signed_in(akinon: Akinon, operation: str) -> None:
    """List and set are refused with 401 in a guest's session."""
    akinon.judge("AKN-019", _sent(akinon, operation, akinon.guest())).status(401)


@judges("AKN-047", smoke=True, read_only=True)
def test_there_is_no_current_user_without_a_session(akinon: Akinon) -> None:
    """The current user is refused with 401 without a session, and with one that is none."""
    akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, Visitor({}))).status(401)
    pretender = _pretender(akinon, op.CURRENT_USER)
    akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, pretender)).status(401)


@judges("AKN-047")
def test_a_guest_is_no_current_user(akinon: Akinon) -> None:
    """The current user is refused with 401 in a guest's session."""
    akinon.judge("AKN-047", _sent(akinon, op.CURRENT_USER, akinon.guest())).status(401)
