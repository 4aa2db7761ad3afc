"""Who gets in: session cookies and the CSRF proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.clock import EARLIEST, LATEST
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import DAY
from mockserver.kernel.service import Service
from mockserver.vendors.akinon import csrf
from mockserver.vendors.akinon.access import FORM, read_cookies

ANNA = "annademosession0000000000000000a"
BEN = "bendemosession00000000000000000b"
NOT_SIGNED_IN = {"detail": "Authentication credentials were not provided."}
FOURTEEN_DAYS = 14 * 24 * 3600


@pytest.mark.parametrize("operation", ["listSegments", "setSegment", "getCurrentUser"])
@pytest.mark.parametrize(
    ("sent", "requirement"),
    [
        ({}, "AKN-010"),
        ({"cookie": ""}, "AKN-010"),
        ({"cookie": "osessionid"}, "AKN-010"),
        ({"cookie": "OSESSIONID=" + ANNA}, "AKN-010"),
        ({"cookie": "osessionid="}, "AKN-011"),
        ({"cookie": "osessionid=" + "x" * 32}, "AKN-011"),
        ({"cookie": "sessionid=\x00\udcff;;=;"}, "AKN-011"),
        ({"cookie": "osessionid=nobody; sessionid=nobody"}, "AKN-011"),
    ],
)
def test_without_a_session_nobody_gets_in(
    stranger: Any, explained: Callable, operation: str, sent: dict[str, str], requirement: str
) -> None:
    """Without a cookie that names a living session the answer is 401 with a challenge."""
    reply = stranger.call(operation, path={"segment_id": 12}, sent=sent)
    told = "AKN-047" if operation == "getCurrentUser" else requirement
    assert explained(reply) == (401, told)
    assert reply.body == NOT_SIGNED_IN
    assert "WWW-Authenticate" in dict(reply.headers)


@pytest.mark.parametrize(
    "cookie",
    [
        f"osessionid={ANNA}",
        f"sessionid={ANNA}",
        f'osessionid="{ANNA}"',
        f" a=b ;osessionid = {ANNA} ; c",
        f"sessionid={BEN}; osessionid={ANNA}",
        f"osessionid={ANNA}; sessionid=nobody",
        f"osessionid=nobody; sessionid={ANNA}",
    ],
)
def test_both_cookie_names_count(stranger: Any, cookie: str) -> None:
    """The session is the first that lives, of osessionid before sessionid (AKN-012 to AKN-014)."""
    reply = stranger.call("getCurrentUser", sent={"cookie": cookie})
    assert reply.body["email"] == "anna.bauer@example.com"


@pytest.mark.parametrize("stale", ["nobody", "expired", BEN])
def test_the_chosen_cookie_goes_first(open_vendor: Callable, browse: Callable, stale: str) -> None:
    """With akinon.session-cookie=sessionid a fresh sessionid beats whatever osessionid holds.

    (AKN-014, AKN-015.)
    """
    service = open_vendor("akinon", choices={"akinon.session-cookie": "sessionid"})
    browser = browse(service, "anna")
    if stale == "expired":
        stale = service.state("akinon").sessions.open(user=2).key
        service.blueprints["akinon"].clock.wait(FOURTEEN_DAYS)
    browser.cookies = {}
    browser.log_in("anna.bauer@example.com")
    browser.cookies["osessionid"] = stale
    assert browser.segment() == 12
    del browser.cookies["sessionid"]
    assert browser.call("listSegments").status == (200 if stale == BEN else 401)


def test_the_first_dead_cookie_tells_why(
    service: Service, stranger: Any, explained: Callable
) -> None:
    """When no cookie names a living session, the refusal is about the first one."""
    expired = service.state("akinon").sessions.open(user=1).key
    service.blueprints["akinon"].clock.wait(FOURTEEN_DAYS)  # type: ignore[attr-defined]
    for first, second, told in ((expired, "nobody", "AKN-017"), ("nobody", expired, "AKN-011")):
        sent = {"cookie": f"osessionid={first}; sessionid={second}"}
        assert explained(stranger.call("listSegments", sent=sent)) == (401, told)


def test_the_last_of_equal_cookies_counts() -> None:
    """Of two cookies of one name the last counts, as in Django."""
    assert read_cookies("a=1; b=2; a=3=4") == {"a": "3=4", "b": "2"}


def test_a_guest_is_not_signed_in(stranger: Any, explained: Callable) -> None:
    """A guest's session opens neither the list nor setting nor the current user.

    (AKN-018, AKN-019.)
    """
    stranger.recalculate()
    assert len(stranger.cookies["osessionid"]) == 32
    assert explained(stranger.call("listSegments")) == (401, "AKN-019")
    assert explained(stranger.set(12)) == (401, "AKN-019")
    assert explained(stranger.call("getCurrentUser")) == (401, "AKN-047")


def test_a_session_ends_after_14_days(service: Service, stranger: Any, explained: Callable) -> None:
    """A session lives for 14 days to the second; using it does not make it longer."""
    clock = service.blueprints["akinon"].clock
    stranger.log_in("anna.bauer@example.com")
    clock.wait(FOURTEEN_DAYS - 1)  # type: ignore[attr-defined]
    assert stranger.call("listSegments").status == 200
    clock.wait(1)  # type: ignore[attr-defined]
    assert explained(stranger.call("listSegments")) == (401, "AKN-017")
    assert stranger.recalculate().status == 200
    assert stranger.call("listSegments").status == 401


def test_a_session_lives_again_when_the_clock_goes_back(
    service: Service, stranger: Any, explained: Callable
) -> None:
    """Whether a session has ended depends on the clock alone, both ways (AKN-017)."""
    stranger.log_in("anna.bauer@example.com")
    opened = service.clock.now()
    service.clock.advance(14 * DAY)
    assert explained(stranger.call("listSegments")) == (401, "AKN-017")
    service.clock.advance(-1)
    assert stranger.call("listSegments").status == 200
    service.clock.set(opened - 3_000 * DAY)
    assert stranger.call("listSegments").status == 200


@pytest.mark.parametrize("instant", [EARLIEST, LATEST - 1])
def test_sessions_open_at_the_ends_of_time(service: Service, stranger: Any, instant: int) -> None:
    """Wherever the clock stands, a guest can come in and sign in."""
    service.clock.set(instant)
    assert stranger.basket() is not None
    assert stranger.log_in("anna.bauer@example.com").status == 200
    assert stranger.call("listSegments").status == 200


def test_demo_sessions_last(service: Service, anna: Any) -> None:
    """The sessions of the fixture still count after years."""
    service.blueprints["akinon"].clock.wait(20 * 365 * 24 * 3600)  # type: ignore[attr-defined]
    assert anna.call("listSegments").status == 200


TOKEN = "annademocsrf".ljust(64, "0")
SECRET = csrf.secret_of(TOKEN)
OTHER = "bendemocsrf".ljust(64, "0")
SOURCE = "CSRF token from the 'X-Csrftoken' HTTP header"


@pytest.mark.parametrize("operation", ["setSegment", "loginUser", "logoutUser"])
@pytest.mark.parametrize(
    ("cookie", "header", "requirement", "reason"),
    [
        (None, TOKEN, "AKN-021", "CSRF cookie not set."),
        (None, None, "AKN-021", "CSRF cookie not set."),
        (TOKEN, None, "AKN-020", "CSRF token missing."),
        (TOKEN, OTHER, "AKN-022", f"{SOURCE} incorrect."),
        (SECRET, OTHER, "AKN-022", f"{SOURCE} incorrect."),
        (TOKEN, TOKEN[:32], "AKN-022", f"{SOURCE} incorrect."),
        (TOKEN, TOKEN.swapcase(), "AKN-022", f"{SOURCE} incorrect."),
        (TOKEN, "", "AKN-026", f"{SOURCE} has incorrect length."),
        (TOKEN, TOKEN + "0", "AKN-026", f"{SOURCE} has incorrect length."),
        (TOKEN, "é" * 64, "AKN-026", f"{SOURCE} has invalid characters."),
        ("", TOKEN, "AKN-026", "CSRF cookie has incorrect length."),
        ("-" * 32, "-" * 32, "AKN-026", "CSRF cookie has invalid characters."),
    ],
)
def test_a_post_without_the_proof_is_forbidden(
    stranger: Any,
    explained: Callable,
    operation: str,
    cookie: str | None,
    header: str | None,
    requirement: str,
    reason: str,
) -> None:
    """Without a matching pair of cookie and header a POST is forbidden, and nothing happens."""
    sent = {"cookie": f"osessionid={ANNA}"}
    if cookie is not None:
        sent["cookie"] += f"; csrftoken={cookie}"
    if header is not None:
        sent["x-csrftoken"] = header
    body = {"email": "ben.okafor@example.com", "password": "segment-demo"}
    reply = stranger.call(operation, path={"segment_id": 14}, body=body, sent=sent)
    assert explained(reply) == (403, requirement)
    assert reply.body == {"detail": f"CSRF Failed: {reason}"}
    assert not stranger.cookies
    still = stranger.call("getCurrentUser", sent={"cookie": f"osessionid={ANNA}"})
    assert still.body["segment"]["pk"] == 12


@pytest.mark.parametrize(
    ("cookie", "header"),
    [
        (TOKEN, TOKEN),
        (SECRET, SECRET),
        (SECRET, TOKEN),
        (TOKEN, SECRET),
        (TOKEN, csrf.masked(SECRET, Ids("another mask").token)),
    ],
)
def test_tokens_of_one_secret_match(stranger: Any, cookie: str, header: str) -> None:
    """Masked and unmasked tokens of one secret belong together, whatever their texts (AKN-025)."""
    sent = {"cookie": f"osessionid={ANNA}; csrftoken={cookie}", "x-csrftoken": header}
    assert stranger.call("setSegment", path={"segment_id": 14}, sent=sent).status == 200


def _sign_out(
    browser: Any, cookie: str, field: str | None, header: str | None = None, kind: str = FORM
) -> Any:
    sent = {"cookie": cookie, "content-type": kind}
    if header is not None:
        sent["x-csrftoken"] = header
    body = {} if field is None else {"csrfmiddlewaretoken": field}
    return browser.call("logoutUser", body=body, sent=sent)


@pytest.mark.parametrize("field", [TOKEN, SECRET, csrf.masked(SECRET, Ids("form").token)])
@pytest.mark.parametrize("header", [None, OTHER])
def test_a_form_signs_out(stranger: Any, field: str, header: str | None) -> None:
    """The form field proves what the header does, in any mask, and counts before the header.

    (AKN-032, AKN-033.)
    """
    stranger.log_in("anna.bauer@example.com")
    key = stranger.cookies["osessionid"]
    kind = f"{FORM.title()}; charset=utf-8"
    reply = _sign_out(stranger, f"osessionid={key}; csrftoken={TOKEN}", field, header, kind)
    assert (reply.status, reply.body) == (204, None)
    still = stranger.call("listSegments", sent={"cookie": f"osessionid={key}"})
    assert still.status == 401


@pytest.mark.parametrize(
    ("field", "header", "kind", "requirement", "reason"),
    [
        (None, None, FORM, "AKN-020", "CSRF token missing."),
        ("", None, FORM, "AKN-020", "CSRF token missing."),
        (OTHER, None, FORM, "AKN-022", "CSRF token from POST incorrect."),
        (OTHER, TOKEN, FORM, "AKN-022", "CSRF token from POST incorrect."),
        ("é", TOKEN, FORM, "AKN-026", "CSRF token from POST has incorrect length."),
        (TOKEN, None, "application/json", "AKN-020", "CSRF token missing."),
        ("", OTHER, FORM, "AKN-022", f"{SOURCE} incorrect."),
    ],
)
def test_a_form_without_the_proof_is_forbidden(
    stranger: Any,
    explained: Callable,
    field: str | None,
    header: str | None,
    kind: str,
    requirement: str,
    reason: str,
) -> None:
    """A form whose field does not belong to the cookie signs nobody out."""
    stranger.log_in("anna.bauer@example.com")
    cookie = f"osessionid={stranger.cookies['osessionid']}; csrftoken={TOKEN}"
    reply = _sign_out(stranger, cookie, field, header, kind)
    assert explained(reply) == (403, requirement)
    assert reply.body == {"detail": f"CSRF Failed: {reason}"}
    pointer = "/csrfmiddlewaretoken" if field and kind == FORM else "/header/X-CSRFToken"
    assert dict(reply.headers)["X-Mock-Pointer"] == pointer
    assert stranger.call("listSegments", sent={"cookie": cookie}).status == 200


def test_strangers_are_unauthenticated_first(stranger: Any, explained: Callable) -> None:
    """Without session and proof the answer is 401, not 403."""
    assert explained(stranger.set(12)) == (401, "AKN-010")


def test_a_get_needs_no_proof(anna: Any) -> None:
    """Reading works without any CSRF token (AKN-027)."""
    del anna.cookies["csrftoken"]
    for operation in ("listSegments", "getCurrentUser", "getCsrfToken"):
        assert anna.call(operation).status == 200


def test_a_token_is_handed_out_with_its_cookie(stranger: Any) -> None:
    """GET /csrf_token/ gives a token of 64 letters and digits, in the body and as cookie.

    (AKN-028, AKN-029.)
    """
    reply = stranger.call("getCsrfToken")
    token = reply.body["csrf_token"]
    assert reply.status == 200
    assert len(token) == 64
    assert set(token) <= set(csrf.ALPHABET)
    assert dict(reply.headers)["Set-Cookie"].startswith(f"csrftoken={token}; ")
    assert stranger.cookies == {"csrftoken": token}


def test_the_secret_of_the_cookie_is_kept(stranger: Any) -> None:
    """A new token for a browser that has one masks the same secret anew (AKN-030)."""
    first = stranger.call("getCsrfToken").body["csrf_token"]
    second = stranger.call("getCsrfToken").body["csrf_token"]
    assert first != second
    assert csrf.secret_of(first) == csrf.secret_of(second)


def test_a_malformed_cookie_gets_a_new_secret(stranger: Any) -> None:
    """Every token that is handed out works, even for a browser with a broken cookie."""
    stranger.cookies["csrftoken"] = "broken"
    stranger.call("getCsrfToken")
    assert stranger.log_in("anna.bauer@example.com").status == 200
