"""A POST without CSRF proof is refused: each part of the proof is left out or wrong once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor, current_pk
from conformance.case import UNSENT
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


@dataclass(frozen=True, slots=True)
class Post:
    """A POST that only its CSRF proof can keep from being done."""

    akinon: Akinon
    operation: str
    segment: Any = None
    """The pk of the segment that is to be set."""

    def __call__(
        self, held: Mapping[str, str], token: str | None, more: Mapping[str, str] | None = None
    ) -> Reply:
        """Send it with some cookies, a token and further headers."""
        headers = {**cookies.written(held), **(self.akinon.origin if more is None else more)}
        if token is not None:
            headers["X-CSRFToken"] = token
        body = self.akinon.words("user") if self.operation == op.LOGIN else UNSENT
        path = {"segment_id": str(self.segment)} if self.operation == op.SET else {}
        return self.akinon.send(self.operation, by="", path=path, headers=headers, body=body)


def _with_another(akinon: Akinon) -> tuple[Any, Any]:
    """Return a segment to try, and the pk of another that the user is given; `None` for none."""
    tried, *_, other = [each["pk"] for each in akinon.on_offer()] * 2
    if other == tried or akinon.set(other, step="set up").status != 200:
        return tried, None
    had = current_pk(akinon.settled_current(lambda pk: pk == other))
    return tried, other if had == other else None


def _nearly(token: str) -> str:
    """Return a token with another letter close to its end."""
    place = len(token) * 7 // 8
    return token[:place] + ("b" if token[place : place + 1] == "a" else "a") + token[place + 1 :]


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
    tried, before = _with_another(akinon) if operation == op.SET else (None, None)
    post = Post(akinon, operation, tried)
    akinon.judge("AKN-020", post(sender.cookies, None)).refused()

    reply = post(sender.without(cookies.CSRF), sender.csrf_token)
    akinon.judge("AKN-021", reply).refused()

    # Two things that are missing, or empty, do not match either.
    reply = post(sender.without(cookies.CSRF), None)
    akinon.judge(("AKN-020", "AKN-021"), reply).refused()
    reply = post({**sender.cookies, cookies.CSRF: ""}, "")
    akinon.judge(("AKN-020", "AKN-021"), reply).refused()

    strangers = akinon.newcomer().csrf_token
    if strangers in (sender.csrf_token, *sender.cookies.values()):
        strangers = akinon.fresh(len(strangers))
    for other in (strangers, _nearly(sender.csrf_token)):
        akinon.judge("AKN-022", post(sender.cookies, other)).refused()
    _had_no_effect(akinon, operation, sender, before)


@pytest.mark.parametrize("operation", [op.SET, op.LOGIN, op.LOGOUT])
@judges("AKN-020")
def test_nothing_else_stands_for_the_csrf_token(akinon: Akinon, operation: str) -> None:
    """A POST without X-CSRFToken is refused to scripts and to clients of an API as well."""
    sender = _sender(akinon, operation)
    tried = akinon.on_offer()[0]["pk"] if operation == op.SET else None
    post = Post(akinon, operation, tried)
    scripts = {
        **akinon.origin,
        "X-Requested-With": "XMLHttpRequest",
        "Content-Type": "application/json",
    }
    akinon.judge("AKN-020", post(sender.cookies, "", scripts)).refused()
    clients = {**akinon.origin, "Authorization": f"Bearer {akinon.fresh(32)}"}
    akinon.judge("AKN-020", post(sender.cookies, None, clients)).refused()
    # Where nothing tells where it came from, the token is all that could prove it.
    akinon.judge("AKN-020", post(sender.cookies, None, {})).refused()
    if operation == op.LOGOUT:
        reply = akinon.send(
            operation,
            by="",
            headers={**cookies.written(sender.cookies), **akinon.origin},
            raw=b"next=%2F",
            content_type="application/x-www-form-urlencoded",
        )
        akinon.judge("AKN-020", reply).refused()
