"""Logins that are refused, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import Reply
from conformance.judging import judges

VERIFY = "please verify your email address before login"
"""The sentence of the developer documentation, in lower case."""


def _sent(akinon: Akinon, body: dict[str, Any]) -> Reply:
    return akinon.send(op.LOGIN, by="", headers=akinon.proven(akinon.newcomer()), body=body)


@pytest.mark.parametrize(
    "wrong", ["no password", "no email", "nobody's email", "no address", "blanks", "nothing"]
)
@judges("AKN-006")
def test_a_refused_login_tells_what_is_wrong_field_by_field(akinon: Akinon, wrong: str) -> None:
    """A refused login maps its fields, or non_field_errors, to lists of messages."""
    # Nobody's address: a real account must not be locked by guesses.
    body = {"email": f"{akinon.fresh_id()}@example.com", "password": akinon.fresh(16)}
    body.pop({"no password": "password", "no email": "email"}.get(wrong, ""), None)
    body |= {"no address": {"email": akinon.fresh_id()}, "blanks": dict.fromkeys(body, "")}.get(
        wrong, {}
    )
    reply = _sent(akinon, {} if wrong == "nothing" else body)
    akinon.judge("AKN-006", reply).refused()
    _told_by_field(akinon, reply)


def _told_by_field(akinon: Akinon, reply: Reply) -> None:
    judging = akinon.judge("AKN-006", reply)
    # Beside what is wrong, a site may tell where to solve a captcha.
    told = {
        name: messages
        for name, messages in (reply.json if isinstance(reply.json, dict) else {}).items()
        if name != "redirect_url"
    }
    judging.that(bool(told), "an object of fields", reply.text[:300], "the body")
    for name, messages in told.items():
        judging.that(
            isinstance(messages, list)
            and bool(messages)
            and all(isinstance(each, str) for each in messages),
            f"a list of messages at {name}", messages, "the body", f"/{name}",
        )  # fmt: skip


@pytest.mark.parametrize("wrong", ["email", "case of the password", "end of the password"])
@judges("AKN-006", "AKN-037")
def test_wrong_words_sign_nobody_in(akinon: Akinon, wrong: str) -> None:
    """A wrong e-mail, and a nearly right password, are refused and open no session of a user."""
    # One guess for each account in a run: one that is locked after a few is not locked by it.
    words = akinon.words("other_user" if wrong == "end of the password" else "user")
    if wrong == "email":
        words["email"] = f"{akinon.fresh_id()}@example.com"
    else:
        right = words["password"]
        swapped = right.swapcase() if wrong == "case of the password" else right
        words["password"] = swapped if swapped != right else f"{right}x"
        akinon.session.secrets.add(words["password"], "NEARLY_THE_PASSWORD")
    newcomer = akinon.newcomer()
    reply = akinon.send(op.LOGIN, by="", headers=akinon.proven(newcomer), body=words)
    akinon.judge("AKN-037", reply).refused()
    _signed_nobody_in(akinon, "AKN-037", newcomer, reply)
    _told_by_field(akinon, reply)


def _signed_nobody_in(akinon: Akinon, requirement: str, visitor: Visitor, reply: Reply) -> None:
    held = cookies.written(cookies.updated(visitor.cookies, reply))
    listed = akinon.send(op.LIST, by="", headers=held)
    akinon.judge(requirement, listed).that(
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
    _signed_nobody_in(akinon, "AKN-039", newcomer, reply)
