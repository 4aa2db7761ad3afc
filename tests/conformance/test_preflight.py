"""Before any test, one look tells whether a target can be judged, and one sentence why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.emporix import operations as op
from conformance.exchange import Response
from conformance.judging import Unmet
from conformance.preflight import NotReady, look, require_api
from conformance.safety import TransportFailure
from conformance.session import Credential, Refused, Run, Session
from tests.conformance.targets import Target, json_of, reply_of, session_with

HTML = (("Content-Type", "text/html; charset=utf-8"),)


def test_a_target_that_is_ready_is_looked_at_once() -> None:
    """The vendor's profile asks what it wants to know."""
    asked: list[Session] = []
    session = session_with(Target(), preflight=asked.append)
    look(session)
    assert asked == [session]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TransportFailure("the line is dead"), "http://target cannot be asked: the line is dead"),
        (Refused("the password is not accepted"), "the password is not accepted by http://target"),
        (Unmet("add emporix.credentials.read"), "add emporix.credentials.read"),
        (NotReady("it is asleep"), "it is asleep"),
    ],
)
def test_why_a_target_is_not_ready_is_one_sentence(error: BaseException, told: str) -> None:
    """Whatever is in the way is told as such, without what led to it."""

    def preflight(_session: Session) -> None:
        raise error

    with pytest.raises(NotReady) as caught:
        look(session_with(Target(), preflight=preflight))
    assert str(caught.value) == told
    assert caught.value.__cause__ is None


def _refusing(*names: str) -> Callable[[Session, str], Credential]:
    def log_in(session: Session, name: str) -> Credential:
        if name in names:
            session.background.send(op.SERVICE_TOKEN, by="", step="log in")
            raise Refused(f"the credentials emporix.{name} are not accepted")
        return Credential()

    return log_in


def test_every_credential_is_tried_where_all_are_used() -> None:
    """A wrong password is told before the tests; one that must be refused is left alone."""
    log_in = _refusing("read")
    with pytest.raises(NotReady) as caught:
        look(session_with(Target(json_of(401)), log_in=log_in))
    assert str(caught.value) == "the credentials emporix.read are not accepted by http://target"
    look(session_with(Target(json_of(401)), log_in=log_in, unwelcome=frozenset({"read"})))
    look(session_with(Target(json_of(401)), log_in=log_in, run=Run("smoke", id="unit")))


def test_a_credential_that_lacks_something_is_no_obstacle() -> None:
    """The tests that need it say what is missing."""

    def log_in(_session: Session, name: str) -> Credential:
        raise Unmet(f"add what {name} needs")

    look(session_with(Target(), log_in=log_in))


def test_a_login_that_is_not_there_is_a_wrong_url() -> None:
    """A path that answers 404 says nothing about credentials."""
    with pytest.raises(NotReady) as caught:
        look(session_with(Target(json_of(404)), log_in=_refusing("read", "manage")))
    assert str(caught.value) == (
        "http://target has nothing at /oauth/token (status 404): is it the base URL of the API?"
    )


def test_a_login_below_a_tenant_may_be_of_a_wrong_one() -> None:
    """What the path takes from the configuration is named."""

    def log_in(session: Session, name: str) -> Credential:
        session.background.send(op.LOGIN, by="", step="log in")
        raise Refused(f"the credentials emporix.{name} are not accepted")

    with pytest.raises(NotReady) as caught:
        look(session_with(Target(json_of(404)), log_in=log_in))
    assert str(caught.value) == (
        "http://target has nothing at /customer/acme/login (status 404): "
        "is it the base URL of the API, and is 'acme' right?"
    )


@pytest.mark.parametrize("status", [200, 299, 400, 401, 404, 499])
def test_an_api_is_let_through(status: int) -> None:
    """An answer that an API may give is handed back."""
    reply = reply_of(json_of(status, {"a": "<html"}))
    assert require_api(session_with(Target()), reply) is reply


PAGES = {
    "a page": (
        Response(200, HTML, b"hello"),
        "answers /login with an HTML page (status 200): is this the base URL",
    ),
    "a page without a type": (
        Response(404, (), b"\n <!DOCTYPE html><p>"),
        "answers /login with an HTML page (status 404)",
    ),
    "a page of another type": (
        Response(200, (("Content-Type", "text/plain"),), b"<HTML><p>"),
        "answers /login with an HTML page",
    ),
    "a failing server's page": (Response(500, HTML), "an HTML page (status 500)"),
    "a redirect": (
        Response(302, (("Location", "https://sso.example/login?state=xyz"),)),
        "redirects /login to https://sso.example/login: is a login page",
    ),
    "a redirect to nowhere": (Response(301), "redirects /login to elsewhere: "),
    "a redirect with a page": (Response(399, HTML, b"<html>"), "redirects /login to elsewhere"),
    "a failing server": (json_of(500, {}), "answers /login with status 500"),
    "a gateway": (Response(599), "answers /login with status 599"),
}


@pytest.mark.parametrize(("response", "told"), PAGES.values(), ids=list(PAGES))
def test_what_is_no_api_is_told(response: Response, told: str) -> None:
    """Web pages, redirects and failing servers are no APIs; queries are nobody's business."""
    session = session_with(Target())
    with pytest.raises(NotReady) as caught:
        require_api(session, reply_of(response, url="/login?client=secret"))
    assert str(caught.value).startswith("http://target ")
    assert told in str(caught.value)
    for secret in ("xyz", "secret"):
        assert secret not in str(caught.value)


def test_where_a_redirect_leads_is_told_without_secrets() -> None:
    """A path may hold what must not be shown."""
    session = session_with(Target(), config={"secrets": {"hunter22": "PASSWORD"}})
    with pytest.raises(NotReady, match=r"to /as/\$\{PASSWORD\}/x: "):
        require_api(session, reply_of(Response(307, (("location", "/as/hunter22/x"),))))
