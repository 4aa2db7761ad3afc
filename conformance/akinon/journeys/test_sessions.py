"""Sessions: whom they belong to, and what they do not need."""

from __future__ import annotations

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import Reply
from conformance.judging import Unmet, judges


@judges("AKN-018", "AKN-080")
def test_a_visitor_who_is_not_signed_in_can_have_a_session(akinon: Akinon) -> None:
    """A guest's session is taken where nobody must be signed in, and is the guest's own."""
    guest = akinon.guest()
    had = [_session(akinon, guest)]
    for operation in (op.BASKET, op.RECALCULATE, op.BASKET):
        reply = akinon.send(operation, by="", headers=akinon.proven(guest))
        akinon.judge("AKN-018", reply).status(200)
        if operation == op.RECALCULATE:
            message = reply.at("/message")
            akinon.judge("AKN-080", reply).that(
                isinstance(message, str), "a text", message, "the body", "/message"
            )
        guest = Visitor(cookies.updated(guest.cookies, reply), guest.csrf_token)
        had.append(_session(akinon, guest))
        akinon.session.secrets.add(had[-1], "AKINON_GUEST_SESSION")
    # A session that several visitors share would be nobody's own.
    another = _session(akinon, akinon.guest())
    akinon.judge("AKN-018").that(
        another not in had, "a session of its own for another visitor", "the same session for both"
    )
    if len(set(had)) > 1:
        # Signed sessions may have another text each time, and be the same session.
        raise Unmet(
            "each answer hands the guest another session cookie: whether it is the same session "
            "still cannot be told from outside"
        )


@pytest.mark.parametrize("operation", [op.LIST, op.CURRENT_USER, op.BASKET, op.CSRF_TOKEN])
@judges("AKN-027", read_only=True)
def test_a_get_needs_no_csrf_proof(akinon: Akinon, operation: str) -> None:
    """A GET with the session cookie alone is answered: neither CSRF cookie nor header is needed."""
    session = {} if operation == op.CSRF_TOKEN else akinon.session_cookie(akinon.visitor())
    reply = akinon.send(operation, by="", headers=cookies.written(session))
    akinon.judge("AKN-027", reply).status(200)


@pytest.mark.parametrize("who", ["guest", "newcomer"])
@judges("AKN-027")
def test_a_basket_needs_no_csrf_proof_of_who_is_not_signed_in(akinon: Akinon, who: str) -> None:
    """A basket that is shown to a guest, or to a newcomer, with CSRF proof is shown without."""
    visitor = akinon.guest() if who == "guest" else akinon.newcomer()
    proven = akinon.send(op.BASKET, by="", headers=akinon.proven(visitor), step="set up")
    akinon.need(proven, 200, what="asking for the basket")
    alone = akinon.session_cookie(visitor) if who == "guest" else {}
    reply = akinon.send(op.BASKET, by="", headers=cookies.written(alone))
    akinon.judge("AKN-027", reply).status(200)


@judges("AKN-012", "AKN-013", read_only=True)
def test_the_session_is_read_from_a_cookie(akinon: Akinon) -> None:
    """The session is read from the cookie osessionid, or sessionid, or either."""
    value = next(iter(akinon.session_cookie(akinon.visitor()).values()))
    for requirement, name in (("AKN-012", "osessionid"), ("AKN-013", "sessionid")):
        reply = _listed(akinon, Visitor({name: value}))
        variant = f"{name} is read" if reply.status == 200 else f"{name} is not read"
        akinon.observe(requirement, variant, reply)


def _session(akinon: Akinon, visitor: Visitor) -> str:
    return next(iter(akinon.session_cookie(visitor).values()))


def _listed(akinon: Akinon, visitor: Visitor) -> Reply:
    return akinon.send(op.LIST, by="", headers=cookies.written(visitor.cookies))
