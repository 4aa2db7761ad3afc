"""A POST without CSRF proof is refused: each part of the proof is left out or wrong once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor, current_pk
from conformance.exchange import Reply
from conformance.judging import judges


def _sender(akinon: Akinon, operation: str) -> Visitor:
    """Return somebody whom nothing but the proof stands in the way of. Raises Unmet."""
    if operation == op.SET:
        akinon.put_back_later("user")
        return akinon.visitor()
    akinon.words("user")
    # Nobody signs out of a session that other tests use.
    return akinon.newcomer() if operation == op.LOGIN else akinon.signed_in_anew()


def _posted(akinon: Akinon, operation: str, held: Mapping[str, str], token: str | None) -> Reply:
    headers = {**cookies.written(held), **akinon.origin}
    if token is not None:
        headers["X-CSRFToken"] = token
    if operation == op.LOGIN:
        return akinon.send(operation, by="", headers=headers, body=akinon.words("user"))
    path = {}
    if operation == op.SET:
        path = {"segment_id": str(akinon.on_offer()[0]["pk"])}
    return akinon.send(operation, by="", path=path, headers=headers)


def _with_another(akinon: Akinon) -> Any:
    """Give the user another segment than the one that is tried; return its pk, or `None`."""
    tried, *_, other = [each["pk"] for each in akinon.on_offer()] * 2
    if other == tried or akinon.set(other, step="set up").status != 200:
        return None
    return other if current_pk(akinon.settled_current(lambda pk: pk == other)) == other else None


def _had_no_effect(akinon: Akinon, operation: str, sender: Visitor, before: Any) -> None:
    """Judge that what was refused was not done all the same."""
    proofs = ("AKN-020", "AKN-021", "AKN-022")
    if before is not None:
        after = akinon.current()
        akinon.judge(proofs, after).same(before, current_pk(after), "the current segment")
    elif operation == op.LOGOUT:
        listed = akinon.send(op.LIST, by="", headers=cookies.written(sender.cookies))
        akinon.judge(proofs, listed).status(200)


@pytest.mark.parametrize("operation", [op.SET, op.LOGIN, op.LOGOUT])
@judges("AKN-020", "AKN-021", "AKN-022")
def test_a_post_without_csrf_proof_is_refused(akinon: Akinon, operation: str) -> None:
    """A POST is refused without X-CSRFToken, without csrftoken, and when the two do not match."""
    sender = _sender(akinon, operation)
    before = _with_another(akinon) if operation == op.SET else None
    reply = _posted(akinon, operation, sender.cookies, None)
    akinon.judge("AKN-020", reply).refused()

    reply = _posted(akinon, operation, sender.without(cookies.CSRF), sender.csrf_token)
    akinon.judge("AKN-021", reply).refused()

    # Two things that are missing do not match either.
    reply = _posted(akinon, operation, sender.without(cookies.CSRF), None)
    akinon.judge(("AKN-020", "AKN-021"), reply).refused()

    strangers = akinon.newcomer().csrf_token
    if strangers in (sender.csrf_token, *sender.cookies.values()):
        strangers = akinon.fresh(len(strangers))
    reply = _posted(akinon, operation, sender.cookies, strangers)
    akinon.judge("AKN-022", reply).refused()
    _had_no_effect(akinon, operation, sender, before)
