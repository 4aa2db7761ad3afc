"""Sessions: whom they belong to, and what they do not need."""

from __future__ import annotations

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import Reply
from conformance.judging import judges


@judges("AKN-018")
def test_a_visitor_who_is_not_signed_in_can_have_a_session(akinon: Akinon) -> None:
    """A guest's session is taken where nobody must be signed in, and no other is handed out."""
    guest = akinon.guest()
    name, value = next(iter(akinon.session_cookie(guest).items()))
    for operation in (op.BASKET, op.RECALCULATE, op.BASKET):
        reply = akinon.send(operation, by="", headers=akinon.proven(guest))
        akinon.judge("AKN-018", reply).status(200)
        handed = cookies.set_by(reply).get(name)
        akinon.judge("AKN-018", reply).that(
            handed is None or handed.value == value,
            "the session that the guest was given",
            "another session",
            "the session cookie",
        )
    # A session that several visitors share would be nobody's own.
    another = next(iter(akinon.session_cookie(akinon.guest()).values()))
    akinon.judge("AKN-018").that(
        another != value, "a session of its own for another visitor", "the same session for both"
    )


@pytest.mark.parametrize("operation", [op.LIST, op.CURRENT_USER, op.BASKET, op.CSRF_TOKEN])
@judges("AKN-027", read_only=True)
def test_a_get_needs_no_csrf_proof(akinon: Akinon, operation: str) -> None:
    """A GET with the session cookie alone is answered: neither CSRF cookie nor header is needed."""
    session = {} if operation == op.CSRF_TOKEN else akinon.session_cookie(akinon.visitor())
    reply = akinon.send(operation, by="", headers=cookies.written(session))
    akinon.judge("AKN-027", reply).status(200)


@judges("AKN-012", "AKN-013", read_only=True)
def test_the_session_is_read_from_a_cookie(akinon: Akinon) -> None:
    """The session is read from the cookie osessionid, or sessionid, or either."""
    value = next(iter(akinon.session_cookie(akinon.visitor()).values()))
    for requirement, name in (("AKN-012", "osessionid"), ("AKN-013", "sessionid")):
        reply = _listed(akinon, Visitor({name: value}))
        variant = f"{name} is read" if reply.status == 200 else f"{name} is not read"
        akinon.observe(requirement, variant, reply)


def _listed(akinon: Akinon, visitor: Visitor) -> Reply:
    return akinon.send(op.LIST, by="", headers=cookies.written(visitor.cookies))
