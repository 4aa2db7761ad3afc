"""Signing in, signing out, and the current user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.service import Service
from mockserver.vendors.akinon import csrf
from mockserver.vendors.akinon.sessions import Sessions

ANNA = "annademosession0000000000000000a"


def test_signing_in_opens_a_session(stranger: Any) -> None:
    """The right e-mail and password give a key, a session cookie and a new CSRF cookie.

    (AKN-035, AKN-036.)
    """
    stranger.call("getCsrfToken")
    before = stranger.cookies["csrftoken"]
    reply = stranger.log_in("anna.bauer@example.com")
    assert reply.status == 200
    assert list(reply.body) == ["key"]
    assert len(stranger.cookies["osessionid"]) == 32
    assert stranger.cookies["csrftoken"] != before
    assert csrf.secret_of(stranger.cookies["csrftoken"]) != csrf.secret_of(before)
    assert stranger.call("getCurrentUser").body["email"] == "anna.bauer@example.com"
    assert stranger.set(14).status == 200


def test_the_cookie_tells_how_long_it_lasts(stranger: Any) -> None:
    """The session cookie is set for 14 days and hidden from scripts."""
    cookie = dict(stranger.log_in("anna.bauer@example.com").headers[:1])["Set-Cookie"]
    assert "; Max-Age=1209600;" in cookie
    assert "; expires=Fri, 04 Dec 2026 12:00:00 GMT;" in cookie
    assert "; HttpOnly;" in cookie


def test_the_session_cookie_can_have_the_other_name(
    open_vendor: Callable, browse: Callable
) -> None:
    """With akinon.session-cookie=sessionid cookies are set and dropped under that name.

    (AKN-015.)
    """
    service = open_vendor("akinon", choices={"akinon.session-cookie": "sessionid"})
    browser = browse(service, "ben")
    assert set(browser.cookies) == {"sessionid", "csrftoken"}
    browser.cookies = {}
    browser.log_in("anna.bauer@example.com")
    assert set(browser.cookies) == {"sessionid", "csrftoken"}
    assert browser.segment() == 12
    browser.call("logoutUser")
    assert set(browser.cookies) == {"csrftoken"}


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna.bauer@example.com", "wrong"),
        ("anna.bauer@example.com", "Segment-demo"),
        ("anna.bauer@example.com", "\x00é"),
        ("nobody@example.com", "segment-demo"),
        ("femke.visser@example.com", "wrong"),
    ],
)
def test_wrong_credentials_are_refused(
    stranger: Any, explained: Callable, email: str, password: str
) -> None:
    """Whether the e-mail or the password is wrong is not told, and no session is opened."""
    reply = stranger.log_in(email, password)
    assert explained(reply) == (400, "AKN-037")
    assert reply.body == {"non_field_errors": ["Unable to log in with provided credentials."]}
    assert set(stranger.cookies) == {"csrftoken"}


def test_an_unverified_address_is_refused(stranger: Any, explained: Callable) -> None:
    """Who has not verified the e-mail address is told to, and no session is opened."""
    reply = stranger.log_in("femke.visser@example.com")
    assert explained(reply) == (400, "AKN-039")
    assert reply.body == {"non_field_errors": ["Please verify your email address before login."]}
    assert set(stranger.cookies) == {"csrftoken"}


def test_the_email_is_compared_without_case(stranger: Any) -> None:
    """An e-mail in other case signs the same user in."""
    assert stranger.log_in("Anna.BAUER@Example.com").status == 200


def test_the_guest_becomes_the_user(service: Service, stranger: Any) -> None:
    """Signing in makes the guest's session the user's, under a new id; the old id is dead.

    (AKN-040, AKN-041.)
    """
    stranger.recalculate()
    guest = stranger.cookies["osessionid"]
    stranger.log_in("anna.bauer@example.com")
    assert stranger.cookies["osessionid"] != guest
    assert service.state("akinon").sessions.find(guest) is None
    assert stranger.segment() == 12


def test_the_own_session_is_kept(anna: Any) -> None:
    """Signing in again in the own session keeps its id."""
    anna.log_in("anna.bauer@example.com")
    assert anna.cookies["osessionid"] == ANNA
    assert anna.segment() == 12


def test_the_session_of_somebody_else_ends(service: Service, stranger: Any) -> None:
    """Signing in as another user ends the session that was sent."""
    stranger.log_in("anna.bauer@example.com")
    first = stranger.cookies["osessionid"]
    stranger.log_in("ben.okafor@example.com")
    assert stranger.segment() == 13
    assert service.state("akinon").sessions.find(first) is None


@pytest.mark.parametrize("name", ["anna.bauer@example.com", "ben.okafor@example.com"])
def test_the_token_from_before_the_login_is_spent(
    anna: Any, explained: Callable, name: str
) -> None:
    """Signing in changes the secret, even in the own session: the old token fails (AKN-043)."""
    before = anna.cookies["csrftoken"]
    anna.log_in(name)
    pair = "; ".join(f"{cookie}={value}" for cookie, value in anna.cookies.items())
    sent = {"cookie": pair, "x-csrftoken": before}
    assert explained(anna.call("setSegment", path={"segment_id": 14}, sent=sent)) == (
        403,
        "AKN-022",
    )
    sent["x-csrftoken"] = anna.cookies["csrftoken"]
    assert anna.call("setSegment", path={"segment_id": 14}, sent=sent).status == 200


@pytest.mark.parametrize(("value", "segment"), [("own", 14), ("recalculated", 12)])
def test_the_segment_of_the_user_survives_signing_in(
    open_vendor: Callable, browse: Callable, value: str, segment: int
) -> None:
    """A guest's segment ends with the guest; by choice the rules are evaluated (AKN-052)."""
    service = open_vendor("akinon", choices={"akinon.login-segment": value})
    browse(service, "anna").set(14)
    guest = browse(service)
    assert guest.basket()["pk"] == 16
    guest.log_in("anna.bauer@example.com", "wrong")
    assert browse(service, "anna").segment() == 14
    guest.log_in("anna.bauer@example.com")
    assert guest.segment() == segment


@pytest.mark.parametrize(("value", "status"), [("keep", 200), ("end", 401)])
@pytest.mark.parametrize("leave", ["sign out", "sign in"])
def test_demo_sessions_survive_by_choice(
    open_vendor: Callable, browse: Callable, value: str, status: int, leave: str
) -> None:
    """Signing out of a demo session, or in as somebody else, ends it only by choice."""
    service = open_vendor("akinon", choices={"akinon.demo-sessions": value})
    anna = browse(service, "anna")
    if leave == "sign out":
        assert anna.call("logoutUser").status == 204
        assert "osessionid" not in anna.cookies
    else:
        anna.log_in("ben.okafor@example.com")
        assert anna.cookies["osessionid"] != ANNA
        assert anna.segment() == 13
    assert browse(service, "anna").call("getCurrentUser").status == status


def test_a_refused_login_leaves_the_session(anna: Any) -> None:
    """A wrong password does not sign anybody out."""
    anna.log_in("ben.okafor@example.com", "wrong")
    assert anna.segment() == 12


def test_signing_out_ends_the_session(stranger: Any, explained: Callable) -> None:
    """After signing out the cookie is gone and the session id opens nothing (AKN-045)."""
    stranger.log_in("anna.bauer@example.com")
    key = stranger.cookies["osessionid"]
    reply = stranger.call("logoutUser")
    assert (reply.status, reply.body) == (204, None)
    assert "osessionid" not in stranger.cookies
    stranger.cookies["osessionid"] = key
    assert explained(stranger.call("listSegments")) == (401, "AKN-011")


def test_signing_out_twice_is_fine(anna: Any) -> None:
    """Signing out without a session is answered in the same way."""
    anna.call("logoutUser")
    assert anna.call("logoutUser").status == 204


def test_a_guest_can_sign_out(service: Service, stranger: Any) -> None:
    """Signing out ends a guest's session too."""
    stranger.recalculate()
    guest = stranger.cookies["osessionid"]
    stranger.call("getCsrfToken")
    assert stranger.call("logoutUser").status == 204
    assert service.state("akinon").sessions.find(guest) is None


def test_sessions_of_one_user_are_apart(stranger: Any, anna: Any) -> None:
    """Signing out of one session leaves the user's other sessions alone."""
    stranger.log_in("anna.bauer@example.com")
    first = stranger.cookies.pop("osessionid")
    stranger.log_in("anna.bauer@example.com")
    stranger.call("logoutUser")
    stranger.cookies["osessionid"] = first
    assert stranger.call("listSegments").status == 200
    assert anna.call("listSegments").status == 200


def test_the_current_user_is_shown_with_the_segment(as_: Callable) -> None:
    """The current user shows the names and what the segment means for prices and stock.

    (AKN-048, AKN-049.)
    """
    assert as_("emi").call("getCurrentUser").body == {
        "pk": 5,
        "email": "emi.tanaka@example.com",
        "first_name": "Emi",
        "last_name": "Tanaka",
        "segment": {"pk": 11, "price_list": 3, "stock_list": 2, "currency": "jpy"},
    }


def test_defaults_of_the_shop_are_null(anna: Any) -> None:
    """A list that the segment does not name is null: the shop's default."""
    anna.set(14)
    segment = anna.call("getCurrentUser").body["segment"]
    assert segment == {"pk": 14, "price_list": None, "stock_list": None, "currency": None}


@pytest.mark.parametrize("name", ["chloe", "dmitri"])
def test_who_has_no_segment_is_shown_null(as_: Callable, name: str) -> None:
    """The segment of a user without one is null."""
    assert as_(name).call("getCurrentUser").body["segment"] is None


def test_the_oldest_session_makes_room(service: Service) -> None:
    """Only so many opened sessions are kept; sessions of the fixture are never dropped."""
    world = service.state("akinon")
    given = [demo.session for demo in world.demos]
    sessions = Sessions(
        given, ids=world.sessions._ids, clock=service.blueprints["akinon"].clock, kept=2
    )
    first, second, third = (sessions.open() for _ in range(3))
    assert sessions.find(first.key) is None
    assert sessions.find(second.key) == second
    assert sessions.find(third.key) == third
    assert all(sessions.find(each.key) == each for each in given)


def test_an_ended_session_is_not_revived(service: Service) -> None:
    """A recalculation that is late notes nothing for a session that has ended."""
    world = service.state("akinon")
    guest, _ = world.visit(None)
    world.log_out(guest)
    world.recalculate_guest(guest)
    assert world.sessions.find(guest.key) is None
