"""Signing in and out, in sessions of its own: the run's shared ones are left alone."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor
from conformance.exchange import MISSING, Reply
from conformance.judging import judges

FORM = "application/x-www-form-urlencoded"


@judges("AKN-028", smoke=True, read_only=True)
def test_a_csrf_token_comes_with_its_cookie(akinon: Akinon) -> None:
    """GET /csrf_token/ answers with a token and sets the cookie csrftoken."""
    reply = akinon.send(op.CSRF_TOKEN, by="")
    token = reply.at("/csrf_token")
    akinon.judge("AKN-028", reply).status(200).that(
        isinstance(token, str) and bool(token),
        "a token at /csrf_token", token, "the body", "/csrf_token",
    )  # fmt: skip
    _has_csrf_cookie(akinon, reply)


@pytest.mark.parametrize("who", ["guest", "user"])
@judges("AKN-028")
def test_a_csrf_token_comes_in_a_session_too(akinon: Akinon, who: str) -> None:
    """GET /csrf_token/ answers guests and users with a token and the cookie that goes with it."""
    visitor = akinon.visitor() if who == "user" else akinon.guest()
    session = akinon.session_cookie(visitor)
    reply = akinon.send(op.CSRF_TOKEN, by="", headers=cookies.written(session))
    token = reply.at("/csrf_token")
    akinon.judge("AKN-028", reply).status(200).that(
        isinstance(token, str) and bool(token),
        "a token at /csrf_token", token, "the body", "/csrf_token",
    )  # fmt: skip
    _has_csrf_cookie(akinon, reply)
    if who == "user":
        segment = akinon.on_offer()[0]["pk"]
        akinon.put_back_later("user")
        proof = akinon.proven(akinon.signed_in(Visitor(session), reply))
        answer = akinon.set(segment, by="", headers=proof)
        akinon.judge("AKN-028", answer).that(
            answer.status != 403, "a token and a cookie that belong together", "status 403"
        )


def _has_csrf_cookie(akinon: Akinon, reply: Reply) -> None:
    cookie = cookies.set_by(reply).get(cookies.CSRF)
    akinon.judge("AKN-028", reply).that(
        cookie is not None and bool(cookie.value),
        "the cookie csrftoken",
        f"the cookies {', '.join(cookies.set_by(reply)) or 'none'}",
        "the header Set-Cookie",
    )


@judges("AKN-015", "AKN-028", "AKN-035", "AKN-036")
def test_signing_in_opens_a_session(akinon: Akinon) -> None:
    """The right e-mail and password are answered with a key and the cookie of a user's session."""
    akinon.words("user")
    newcomer = akinon.newcomer()
    reply = akinon.sign_in(newcomer)
    akinon.judge("AKN-028", reply).that(
        reply.status != 403, "a token and a cookie that belong together", "status 403"
    )
    key = reply.at("/key")
    akinon.judge("AKN-035", reply).status(200).that(
        isinstance(key, str) and bool(key), "a key", key, "the body", "/key"
    )
    handed = {name: cookie.value for name, cookie in cookies.set_by(reply).items()}
    found = cookies.session_in(handed, akinon.cookie_name)
    akinon.judge("AKN-036", reply).that(
        found is not None,
        "a session cookie",
        f"the cookies {', '.join(handed) or 'none'}",
        "the header Set-Cookie",
    )
    if found is not None:
        akinon.observe("AKN-015", f"sessions are set under the name {found[0]}", reply)
        listed = akinon.send(op.LIST, by="", headers=cookies.written({found[0]: found[1]}))
        akinon.judge("AKN-036", listed).status(200)
        # Where users have a pk, the session is that of the one whose words were sent.
        own, new = (
            akinon.send(op.CURRENT_USER, by=by, headers=headers).at("/pk")
            for by, headers in (("user", {}), ("", cookies.written({found[0]: found[1]})))
        )
        if MISSING not in (own, new):
            akinon.judge("AKN-036").same(own, new, "the pk of the current user")


@judges("AKN-035", "AKN-036")
def test_signing_in_as_another_user_makes_the_browser_that_ones(akinon: Akinon) -> None:
    """Who signs in where somebody else is signed in is that other user afterwards."""
    akinon.words("other_user")
    browser = akinon.signed_in_anew("user")
    reply = akinon.sign_in(browser, "other_user")
    akinon.judge("AKN-035", reply).status(200)
    held = cookies.written(akinon.signed_in(browser, reply).cookies)
    listed = akinon.send(op.LIST, by="", headers=held)
    akinon.judge("AKN-036", listed).status(200)
    former, own, new = (
        akinon.send(op.CURRENT_USER, by=by, headers=headers).at("/pk")
        for by, headers in (("user", {}), ("other_user", {}), ("", held))
    )
    if MISSING not in (former, own, new) and former != own:
        akinon.judge("AKN-036").same(own, new, "the pk of the current user")
        return
    # Elsewhere the offers tell them apart.
    former, own = (
        akinon.need(akinon.offers(by), 200, what="listing the segments").each("/pk")
        for by in ("user", "other_user")
    )
    if sorted(map(str, former)) != sorted(map(str, own)):
        akinon.judge("AKN-036", listed).same_set(own, listed.each("/pk"))


@judges("AKN-035", "AKN-040")
def test_signing_in_makes_the_guest_the_user(akinon: Akinon) -> None:
    """Who signs in as a guest is signed in afterwards, and nobody is that guest any more."""
    akinon.words("user")
    guest = akinon.guest()
    name, former = next(iter(akinon.session_cookie(guest).items()))
    reply = akinon.sign_in(guest)
    akinon.judge("AKN-035", reply).status(200)
    user = akinon.signed_in(guest, reply)
    listed = akinon.send(op.LIST, by="", headers=cookies.written(user.cookies))
    akinon.judge("AKN-040", listed).status(200)

    # The guest's session has become the user's, or is no more. That it is no more can only
    # be told where baskets give sessions to those who come with one that never was.
    if not _handed(akinon, akinon.fresh(32), name):
        return
    old = akinon.send(op.LIST, by="", headers=cookies.written({name: former}))
    if old.status != 200:
        still = akinon.settle(
            lambda: _visit(akinon, former, name), lambda each: name in cookies.set_by(each)
        )
        akinon.judge("AKN-040", still).that(
            name in cookies.set_by(still),
            "the guest's session to be the user's, or to have ended",
            "a guest still has it",
            "the session from before signing in",
        )


def _visit(akinon: Akinon, session: str, name: str) -> Reply:
    return akinon.send(op.BASKET, by="", headers=cookies.written({name: session}))


def _handed(akinon: Akinon, session: str, name: str) -> bool:
    return name in cookies.set_by(_visit(akinon, session, name))


@pytest.mark.parametrize(
    ("to_enter", "to_leave"), [("x-csrftoken", "X-CSRFTOKEN"), ("X-CsrfToken", "x-csrftoken")]
)
@judges("AKN-024")
def test_the_csrf_header_may_be_spelled_in_any_case_to_sign_in_and_out(
    akinon: Akinon, to_enter: str, to_leave: str
) -> None:
    """Signing in and out takes the CSRF token from a header in any spelling."""
    akinon.words("user")
    newcomer = akinon.newcomer()
    reply = akinon.sign_in(newcomer, header=to_enter)
    akinon.judge("AKN-024", reply).status(200)
    user = akinon.signed_in(newcomer, reply)
    reply = akinon.send(op.LOGOUT, by="", headers=akinon.proven(user, header=to_leave))
    akinon.judge("AKN-024", reply).that(
        reply.status < 400, "the token to be taken", f"status {reply.status}", "the status"
    )


@judges("AKN-021", "AKN-032")
def test_a_form_that_signs_out_may_carry_the_csrf_token(akinon: Akinon) -> None:
    """A form that signs out is taken with csrfmiddlewaretoken in place of the header."""
    user = akinon.signed_in_anew()
    stranger = akinon.newcomer().csrf_token
    if stranger not in ("", user.csrf_token, *user.cookies.values()):
        akinon.judge("AKN-032", _form(akinon, user, stranger)).refused()
    without = Visitor(user.without(cookies.CSRF), user.csrf_token)
    akinon.judge("AKN-021", _form(akinon, without, user.csrf_token)).refused()
    reply = _form(akinon, user, user.csrf_token)
    # A page that sends the browser on is a fine answer to a form.
    akinon.judge("AKN-032", reply).that(
        reply.status < 400, "the form to be taken", f"status {reply.status}", "the status"
    )
    # Whether the session ends or the browser only loses its cookie is nowhere said.
    after = cookies.written(cookies.updated(user.cookies, reply))
    listed = akinon.send(op.LIST, by="", headers=after)
    akinon.judge("AKN-032", listed).that(
        listed.status != 200, "nobody to be signed in", f"status {listed.status}", "the status"
    )


def _form(akinon: Akinon, user: Visitor, token: str) -> Reply:
    """Send the form that signs a user out, with a token in its field."""
    return akinon.send(
        op.LOGOUT,
        by="",
        headers={**cookies.written(user.cookies), **akinon.origin},
        raw=urlencode({"csrfmiddlewaretoken": token}).encode(),
        content_type=FORM,
    )
