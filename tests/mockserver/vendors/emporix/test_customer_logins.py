"""Customer sessions: how a customer logs in, and how a session is validated, renewed and ended."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.call import Reply
from mockserver.kernel.service import Service

from .storefront import (
    LOGIN,
    READ_OWN,
    OpenVendor,
    customer_call,
    listed,
    log_in,
    requirement,
    visit,
)

REFRESH = "GET-customer-refresh-authtoken"
VALIDATE = "GET-customer-validate-token"
LOGOUT = "GET-customer-logout-customer"


def test_a_customer_logs_in(service: Service) -> None:
    """E-mail and password give a token pair, in both spellings (EMX-350, EMX-351)."""
    reply = log_in(service)
    assert reply.status == 200
    body = reply.body
    assert (body["expires_in"], body["refresh_token_expires_in"]) == (2591999, 86399)
    assert body["token_type"] == "Bearer"
    assert body["session_id"]
    assert body["accessToken"] == body["access_token"]
    assert body["refreshToken"] == body["refresh_token"]
    assert body["saasToken"] == body["saas_token"] != ""
    assert (body["expiresIn"], body["refreshTokenExpiresIn"]) == (2591999, 86399)
    assert listed(service, body["access_token"]).status == 200


def test_deprecated_names_are_left_out_when_chosen(open_vendor: OpenVendor) -> None:
    """With token-names=snake_case only the current spelling is given."""
    service = open_vendor("emporix", choices={"emporix.token-names": "snake_case"})
    assert not [name for name in log_in(service).body if name.endswith(("Token", "In"))]


def test_the_email_may_be_written_in_any_case(service: Service) -> None:
    """The e-mail is compared without regard to case."""
    assert log_in(service, "Anna.BAUER@example.com").status == 200


@pytest.mark.parametrize(
    ("email", "password", "upheld"),
    [
        ("anna.bauer@example.com", "wrong-one", "EMX-355"),
        ("nobody@example.com", "segment-demo", "EMX-355"),
        ("\x00\udcff", "\udcff\x00ssssss", "EMX-355"),
        ("dmitri.petrov@example.com", "segment-demo", "EMX-356"),
    ],
)
def test_wrong_credentials_are_401(
    service: Service, email: str, password: str, upheld: str
) -> None:
    """Wrong credentials and inactive accounts are answered with 401."""
    reply = log_in(service, email, password)
    assert reply.status == 401
    assert "fault" in reply.body
    assert requirement(reply) == upheld


@pytest.mark.parametrize("token", [None, "nobody", "demo-acme-manager", "demo-acme-anna"])
def test_a_login_needs_an_anonymous_token(service: Service, token: str | None) -> None:
    """A login carries the token of an anonymous session and no other (EMX-354)."""
    body = {"email": "anna.bauer@example.com", "password": "segment-demo"}
    reply = customer_call(service, LOGIN, token, body=body)
    assert (reply.status, requirement(reply)) == (401, "EMX-354")


def test_a_login_needs_a_living_token(service: Service, clock: Any) -> None:
    """An expired anonymous token opens no login."""
    visitor = visit(service).body["access_token"]
    clock.wait(3600)
    body = {"email": "anna.bauer@example.com", "password": "segment-demo"}
    reply = customer_call(service, LOGIN, visitor, body=body)
    assert (reply.status, requirement(reply)) == (401, "EMX-004")


def test_a_login_on_a_foreign_tenant_is_400(service: Service) -> None:
    """The customer service answers a token of another tenant with 400."""
    visitor = visit(service).body["access_token"]
    body = {"email": "anna.bauer@example.com", "password": "segment-demo"}
    reply = customer_call(service, LOGIN, visitor, tenant="globex", body=body)
    assert reply.status == 400
    assert reply.body["message"] == (
        "The tenant information provided with the request is not valid."
    )
    assert (reply.body["type"], reply.body["status"]) == ("bad_request", 400)
    assert requirement(reply) == "EMX-358"


def test_a_customer_of_several_companies_is_bound_to_none(service: Service) -> None:
    """Ben buys for two legal entities; his login binds neither."""
    token = log_in(service, "ben.okafor@example.com").body["access_token"]
    assert "legalEntityId" not in customer_call(service, VALIDATE, token).body


def test_a_customer_of_one_company_is_bound_to_it(open_vendor: OpenVendor) -> None:
    """A customer of exactly one legal entity acts for it from the start."""
    service = open_vendor("emporix")
    platform = service.state("emporix")
    account = next(
        account
        for account in platform.tenants["acme"].accounts.values()
        if len(account.legal_entity_ids) == 1 and account.active
    )
    token = log_in(service, account.email).body["access_token"]
    validated = customer_call(service, VALIDATE, token).body
    assert validated["legalEntityId"] == account.legal_entity_ids[0]


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("le-harbour-foods", None),
        (None, "le-harbour-foods"),
        ("", "le-harbour-foods"),
        ("le-harbour-foods", "le-okafor-trading"),
        ("le-harbour-foods", "nobody"),
    ],
)
def test_a_login_binds_a_legal_entity(
    service: Service, body: str | None, query: str | None
) -> None:
    """A login binds the legal entity that its body names, or without that its query (EMX-344)."""
    reply = log_in(
        service,
        "ben.okafor@example.com",
        body={} if body is None else {"legalEntityId": body},
        **({} if query is None else {"legalEntityId": query}),
    )
    validated = customer_call(service, VALIDATE, reply.body["access_token"]).body
    assert validated["legalEntityId"] == "le-harbour-foods"


@pytest.mark.parametrize("place", ["body", "query"])
def test_a_login_for_a_foreign_legal_entity_is_400(service: Service, place: str) -> None:
    """A customer logs in for its own legal entities only; who it is is asked first."""
    named = {"legalEntityId": "le-harbour-foods"}
    sent: dict[str, Any] = {"body": named} if place == "body" else named
    reply = log_in(service, **sent)
    assert (reply.status, requirement(reply)) == (400, "EMX-346")
    pointer = "/legalEntityId" if place == "body" else "/query/legalEntityId"
    assert dict(reply.headers)["X-Mock-Pointer"] == pointer
    assert log_in(service, password="wrong-one", **sent).status == 401


def test_an_empty_legal_entity_counts_as_absent(service: Service) -> None:
    """A login or a renewal with an empty legalEntityId binds none."""
    session = log_in(service, "ben.okafor@example.com", legalEntityId="").body
    renewed = refresh(service, session["refresh_token"], legalEntityId="").body
    for token in (session["access_token"], renewed["access_token"]):
        assert "legalEntityId" not in customer_call(service, VALIDATE, token).body


def test_a_token_is_validated(service: Service, clock: Any) -> None:
    """Validation tells whose token it is, its scope and how long it still lives (EMX-369)."""
    session = log_in(service).body
    clock.wait(100)
    reply = customer_call(service, VALIDATE, session["access_token"])
    assert reply.status == 200
    assert reply.body == {
        "token_type": "Bearer",
        "expires_in": 2591899,
        "scope": f"{READ_OWN} tenant=acme",
        "sessionId": session["session_id"],
        "email": "anna.bauer@example.com",
    }


def test_a_demo_token_is_validated(service: Service) -> None:
    """A demo token lives far longer than int32 seconds can say; the reply stays valid."""
    reply = customer_call(service, VALIDATE, "demo-acme-anna")
    assert reply.body["expires_in"] == 2**31 - 1


@pytest.mark.parametrize("token", [None, "nobody", "demo-acme-manager"])
@pytest.mark.parametrize("operation", [VALIDATE, LOGOUT])
def test_customer_operations_need_a_customer_token(
    service: Service, operation: str, token: str | None
) -> None:
    """Validating and logging out take customer tokens and no other (EMX-371)."""
    reply = customer_call(service, operation, token, accessToken="demo-acme-anna")
    assert (reply.status, requirement(reply)) == (401, "EMX-371")


def refresh(service: Service, token: str, **query: str) -> Reply:
    """Renew a customer session, as a storefront does."""
    visitor = visit(service).body["access_token"]
    return customer_call(service, REFRESH, visitor, refreshToken=token, **query)


def test_a_customer_session_is_renewed_once_per_refresh_token(service: Service) -> None:
    """A refresh token gives a new pair and works once; the old access token lives on (EMX-362)."""
    first = log_in(service).body
    second = refresh(service, first["refresh_token"])
    assert second.status == 200
    assert second.body["session_id"] == first["session_id"]
    assert "saas_token" not in second.body
    again = refresh(service, first["refresh_token"])
    assert (again.status, requirement(again)) == (401, "EMX-363")
    for session in (first, second.body):
        assert listed(service, session["access_token"]).status == 200
    assert refresh(service, second.body["refresh_token"]).status == 200


def test_a_refresh_token_expires(service: Service, clock: Any) -> None:
    """A refresh token lives 86399 seconds."""
    session = log_in(service).body
    clock.wait(86399)
    reply = refresh(service, session["refresh_token"])
    assert (reply.status, requirement(reply)) == (401, "EMX-363")


def test_renewing_binds_a_legal_entity(service: Service) -> None:
    """A renewal binds the legal entity that it names; later renewals keep it (EMX-364)."""
    session = log_in(service, "ben.okafor@example.com").body
    bound = refresh(service, session["refresh_token"], legalEntityId="le-harbour-foods").body
    kept = refresh(service, bound["refresh_token"]).body
    for token in (bound["access_token"], kept["access_token"]):
        validated = customer_call(service, VALIDATE, token).body
        assert validated["legalEntityId"] == "le-harbour-foods"


def test_a_foreign_legal_entity_is_400_and_uses_up_nothing(service: Service) -> None:
    """A legal entity that the customer does not belong to is refused; nothing changes."""
    session = log_in(service).body
    reply = refresh(service, session["refresh_token"], legalEntityId="le-harbour-foods")
    assert (reply.status, requirement(reply)) == (400, "EMX-365")
    assert refresh(service, session["refresh_token"]).status == 200


def test_renewing_needs_a_token_of_the_tenant(service: Service) -> None:
    """The call to renew carries an anonymous or customer token of the tenant."""
    token = log_in(service).body["refresh_token"]
    for bearer in (None, "nobody", "demo-acme-manager"):
        reply = customer_call(service, REFRESH, bearer, refreshToken=token)
        assert (reply.status, requirement(reply)) == (401, "EMX-368")
    foreign = customer_call(
        service, REFRESH, "demo-globex-anna", tenant="globex", refreshToken=token
    )
    assert (foreign.status, requirement(foreign)) == (401, "EMX-363")
    anonymous = visit(service).body["refresh_token"]
    assert requirement(refresh(service, anonymous)) == "EMX-363"
    own = customer_call(service, REFRESH, "demo-acme-anna", refreshToken=token)
    assert own.status == 200


def test_logging_out_ends_the_session(service: Service) -> None:
    """After logging out neither the access token nor the refresh token works (EMX-372, EMX-373)."""
    session = log_in(service).body
    token = session["access_token"]
    reply = customer_call(service, LOGOUT, token, accessToken=token)
    assert (reply.status, reply.body) == (204, None)
    dead = listed(service, token)
    assert (dead.status, requirement(dead)) == (401, "EMX-002")
    assert refresh(service, session["refresh_token"]).status == 401
    assert customer_call(service, LOGOUT, token, accessToken=token).status == 401


def test_logging_out_ends_every_token_of_the_session(service: Service) -> None:
    """The access tokens from before and after a renewal end together."""
    first = log_in(service).body
    second = refresh(service, first["refresh_token"]).body
    old, new = first["access_token"], second["access_token"]
    assert customer_call(service, LOGOUT, new, accessToken=old).status == 204
    assert [listed(service, token).status for token in (old, new)] == [401, 401]
    assert refresh(service, second["refresh_token"]).status == 401


def test_logging_out_leaves_other_sessions_alone(service: Service) -> None:
    """Only the session that was named ends, and only by its own customer."""
    first, second = log_in(service).body, log_in(service).body
    emi = log_in(service, "emi.tanaka@example.com").body
    for token in ("nobody", emi["access_token"], "demo-globex-anna", "demo-acme-manager"):
        reply = customer_call(service, LOGOUT, first["access_token"], accessToken=token)
        assert (reply.status, requirement(reply)) == (400, "EMX-375")
    ended = customer_call(
        service, LOGOUT, first["access_token"], accessToken=second["access_token"]
    )
    assert ended.status == 204
    assert listed(service, first["access_token"]).status == 200
    assert listed(service, second["access_token"]).status == 401
    assert refresh(service, first["refresh_token"]).status == 200
    assert listed(service, emi["access_token"]).status == 200


def test_a_demo_token_can_be_logged_out(service: Service) -> None:
    """A demo token has no refresh token, and ends like any other."""
    reply = customer_call(service, LOGOUT, "demo-acme-anna", accessToken="demo-acme-anna")
    assert reply.status == 204
    assert listed(service, "demo-acme-anna").status == 401
    service.reset()
    assert listed(service, "demo-acme-anna").status == 200
