"""Logins that are refused, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon
from conformance.exchange import Reply
from conformance.judging import judges

VERIFY = "please verify your email address before login"
"""The sentence of the developer documentation, in lower case."""


def _sent(akinon: Akinon, body: dict[str, Any]) -> Reply:
    return akinon.send(op.LOGIN, by="", headers=akinon.proven(akinon.newcomer()), body=body)


@pytest.mark.parametrize("wrong", ["no password", "no email", "nobody's email"])
@judges("AKN-006")
def test_a_refused_login_tells_what_is_wrong_field_by_field(akinon: Akinon, wrong: str) -> None:
    """A refused login maps its fields, or non_field_errors, to lists of messages."""
    # Nobody's address: a real account must not be locked by guesses.
    body = {"email": f"{akinon.fresh_id()}@example.com", "password": akinon.fresh(16)}
    body.pop({"no password": "password", "no email": "email"}.get(wrong, ""), None)
    reply = _sent(akinon, body)
    judging = akinon.judge("AKN-006", reply).refused()
    told = reply.json
    judging.that(
        isinstance(told, dict) and bool(told), "an object of fields", reply.text[:300], "the body"
    )
    for name, messages in told.items():
        judging.that(
            isinstance(messages, list)
            and bool(messages)
            and all(isinstance(each, str) for each in messages),
            f"a list of messages at {name}", messages, "the body", f"/{name}",
        )  # fmt: skip


@pytest.mark.parametrize("wrong", ["email", "password"])
@judges("AKN-037")
def test_wrong_words_sign_nobody_in(akinon: Akinon, wrong: str) -> None:
    """A wrong e-mail, and a wrong password, are refused and open no session of a user."""
    words = akinon.words("other_user" if akinon.has_credential("other_user") else "user")
    # Once in a run: an account that is locked after a few guesses is not locked by one.
    other = f"{akinon.fresh_id()}@example.com" if wrong == "email" else akinon.fresh(16)
    newcomer = akinon.newcomer()
    reply = akinon.send(
        op.LOGIN, by="", headers=akinon.proven(newcomer), body={**words, wrong: other}
    )
    akinon.judge("AKN-037", reply).refused()
    held = cookies.written(cookies.updated(newcomer.cookies, reply))
    listed = akinon.send(op.LIST, by="", headers=held)
    akinon.judge("AKN-037", listed).that(
        listed.status != 200, "nobody to be signed in", "status 200", "the status"
    )


@judges("AKN-039")
def test_an_unverified_address_is_told_so(akinon: Akinon) -> None:
    """A user whose e-mail is not verified is not signed in, and is told to verify it."""
    newcomer = akinon.newcomer()
    body = akinon.words("unverified")
    headers = {**akinon.proven(newcomer), "Accept-Language": "en"}
    reply = akinon.send(op.LOGIN, by="", headers=headers, body=body)
    akinon.judge("AKN-039", reply).refused().that(
        VERIFY in reply.text.lower(),
        "Please verify your email address before login.",
        reply.text[:300],
        "the body",
    )
