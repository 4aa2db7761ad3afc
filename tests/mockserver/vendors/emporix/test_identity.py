"""Logins and tokens: who gets one, how long it lives, how it is renewed and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.service import Service
from mockserver.vendors.emporix import tokens

TOKEN = "POST-oauth-request-client-credentials"
ANONYMOUS = "GET-oauth-generate-anonymous-access-token"
ANONYMOUS_REFRESH = "GET-oauth-refresh-anonymous-access-token"
LOGIN = "POST-customer-authenticate-customer"
REFRESH = "GET-customer-refresh-authtoken"
VALIDATE = "GET-customer-validate-token"
LOGOUT = "GET-customer-logout-customer"
LIST = "GET-customer-segment-retrieve-segments"

PASSWORD = "segment-demo"
MANAGE = "customersegment.segment_manage"
READ = "customersegment.segment_read"
READ_OWN = "customersegment.segment_read_own"

OpenVendor = Callable[..., Service]


@pytest.fixture
def service(open_vendor: OpenVendor) -> Service:
    """A fresh platform with every choice at its default."""
    return open_vendor("emporix")


def form(**fields: str) -> dict[str, str]:
    """Return the form of a token request."""
    return {
        "grant_type": "client_credentials",
        "client_id": "acme-backoffice",
        "client_secret": "segment-demo",
        **fields,
    }


def request_token(service: Service, **fields: str) -> Reply:
    """Ask for a service token."""
    return service.answer(Call(TOKEN, body=form(**fields), has_body=True))


def visit(service: Service, tenant: str = "acme", client: str = "acme-storefront") -> Reply:
    """Open an anonymous session."""
    return service.answer(Call(ANONYMOUS, query={"tenant": tenant, "client_id": client}))


def customer_call(
    service: Service,
    operation: str,
    token: str | None,
    *,
    tenant: str = "acme",
    body: Any = None,
    **query: str,
) -> Reply:
    """Call the customer service with a bearer token."""
    sent = {} if token is None else {"authorization": f"Bearer {token}"}
    return service.answer(
        Call(operation, path={"tenant": tenant}, query=query, body=body, sent=sent)
    )


def log_in(
    service: Service, email: str = "anna.bauer@example.com", password: str = PASSWORD
) -> Reply:
    """Log a customer in, as a storefront does."""
    visitor = visit(service).body["access_token"]
    return customer_call(service, LOGIN, visitor, body={"email": email, "password": password})


def listed(service: Service, token: str, tenant: str = "acme") -> Reply:
    """List segments with a token."""
    return service.answer(
        Call(LIST, path={"tenant": tenant}, sent={"authorization": f"Bearer {token}"})
    )


def requirement(reply: Reply) -> str:
    """Return the requirement that a refusal names."""
    return dict(reply.headers)["X-Mock-Requirement"]


# ---- service tokens


def test_client_credentials_give_a_token_that_works(service: Service) -> None:
    """Client id and secret give an access token with every scope of the client."""
    reply = request_token(service)
    assert reply.status == 200
    token = reply.body.pop("access_token")
    assert reply.body == {
        "token_type": "Bearer",
        "expires_in": 14399,
        "session_idle_time": 120,
        "refresh_token": "",
        "refresh_token_expires_in": 0,
        "scope": f"tenant=acme {MANAGE} {READ}",
    }
    assert listed(service, token).status == 200


def test_scope_restricts_the_token(service: Service) -> None:
    """A token has the scopes that were asked for and no other."""
    reply = request_token(service, scope=f"{MANAGE} tenant=acme  {MANAGE}")
    assert reply.body["scope"] == f"tenant=acme {MANAGE}"
    assert listed(service, reply.body["access_token"]).status == 403


@pytest.mark.parametrize("scope", ["", "  ", "tenant=acme"])
def test_a_scope_that_names_none_means_all(service: Service, scope: str) -> None:
    """Without any scope named, the token has every scope of the client."""
    assert request_token(service, scope=scope).body["scope"] == f"tenant=acme {MANAGE} {READ}"


def test_two_tokens_differ(service: Service) -> None:
    """Every request gives a new token, and the former one stays alive."""
    first, second = (request_token(service).body["access_token"] for _ in range(2))
    assert first != second
    assert listed(service, first).status == listed(service, second).status == 200


@pytest.mark.parametrize(
    ("fields", "status", "error", "upheld"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client", "EMX-326"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "EMX-326"),
        ({"client_secret": "ségment-\udcff\x00"}, 401, "invalid_client", "EMX-326"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "EMX-327"),
        ({"grant_type": ""}, 400, "invalid_request", "EMX-328"),
        ({"client_id": ""}, 400, "invalid_request", "EMX-328"),
        ({"client_secret": ""}, 400, "invalid_request", "EMX-328"),
        ({"scope": READ_OWN}, 400, "invalid_scope", "EMX-329"),
        ({"scope": f"{READ} coupon.coupon_manage"}, 400, "invalid_scope", "EMX-329"),
        ({"scope": "tenant=globex"}, 400, "invalid_scope", "EMX-330"),
    ],
)
def test_a_bad_token_request_is_refused_as_oauth_says(
    service: Service, fields: dict[str, str], status: int, error: str, upheld: str
) -> None:
    """Token requests are refused with the error codes of RFC 6749."""
    reply = request_token(service, **fields)
    assert reply.status == status
    assert reply.body["error"] == error
    assert reply.body["error_description"]
    assert requirement(reply) == upheld


def test_a_token_request_without_a_body_is_refused(service: Service) -> None:
    """A token request needs its form."""
    reply = service.answer(Call(TOKEN))
    assert (reply.status, reply.body["error"]) == (400, "invalid_request")


def test_unknown_scopes_are_dropped_when_chosen(open_vendor: OpenVendor) -> None:
    """With unknown-scope=drop the token has what the client holds of what was asked."""
    service = open_vendor("emporix", choices={"emporix.unknown-scope": "drop"})
    assert request_token(service, scope=f"{READ} x.y").body["scope"] == f"tenant=acme {READ}"
    assert request_token(service, scope="x.y").body["scope"] == "tenant=acme"


def test_a_service_token_expires(service: Service, clock: Any) -> None:
    """A service token works for 14399 seconds and is dead afterwards."""
    token = request_token(service).body["access_token"]
    clock.advance(14398)
    assert listed(service, token).status == 200
    clock.advance(1)
    reply = listed(service, token)
    assert reply.status == 401
    assert reply.body["fault"]["faultstring"] == "Access Token expired"


def test_dead_tokens_are_swept_out(
    open_vendor: OpenVendor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens do not pile up for ever: the dead ones go, the living ones stay."""
    monkeypatch.setattr(tokens, "TIDY_AT", 20)
    service = open_vendor("emporix")
    held = service.state("emporix").tokens
    living = request_token(service).body["access_token"]
    for _ in range(10):
        visit(service)
        clock.advance(3600)
        living = request_token(service).body["access_token"]
    clock.advance(90_000)
    for _ in range(20):
        living = request_token(service).body["access_token"]
    assert len(held.grants) < 45
    assert held.renewals == {}
    assert listed(service, living).status == 200


# ---- anonymous sessions


def test_an_anonymous_session_is_opened(service: Service) -> None:
    """A tenant and a client id give an anonymous token with a session."""
    reply = visit(service)
    assert reply.status == 200
    body = reply.body
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    assert body["refresh_token_expires_in"] == 86399
    assert body["scope"] == "tenant=acme"
    assert body["access_token"]
    assert body["refresh_token"]
    assert body["sessionId"]


@pytest.mark.parametrize(
    ("tenant", "client"),
    [
        ("initech", "acme-storefront"),
        ("acme", "nobody"),
        ("acme", "globex-storefront"),
        ("", ""),
    ],
)
def test_an_anonymous_session_needs_a_client_of_the_tenant(
    service: Service, tenant: str, client: str
) -> None:
    """An unknown tenant or a client of another one is answered with 400."""
    reply = visit(service, tenant, client)
    assert reply.status == 400
    assert (reply.body["type"], reply.body["status"]) == ("bad_request", 400)
    assert requirement(reply) == "EMX-339"


def test_an_anonymous_token_reads_no_segments(service: Service) -> None:
    """An anonymous token has no scope for segments."""
    reply = listed(service, visit(service).body["access_token"])
    assert reply.status == 403
    assert requirement(reply) == "EMX-338"


def test_an_anonymous_token_owns_nothing_when_it_may_read(open_vendor: OpenVendor) -> None:
    """With anonymous-read-own=yes a visitor may ask, and gets an empty list."""
    service = open_vendor("emporix", choices={"emporix.anonymous-read-own": "yes"})
    body = visit(service).body
    assert body["scope"] == f"tenant=acme {READ_OWN}"
    reply = listed(service, body["access_token"])
    assert (reply.status, reply.body) == (200, [])


def renew_visit(service: Service, **query: str) -> Reply:
    """Renew an anonymous session."""
    given = {"tenant": "acme", "client_id": "acme-storefront", **query}
    return service.answer(Call(ANONYMOUS_REFRESH, query=given))


def test_an_anonymous_session_is_renewed_once_per_refresh_token(service: Service) -> None:
    """A refresh token gives the next token of the same session and is used up."""
    first = visit(service).body
    second = renew_visit(service, refresh_token=first["refresh_token"])
    assert second.status == 200
    assert second.body["sessionId"] == first["sessionId"]
    assert second.body["access_token"] != first["access_token"]
    assert renew_visit(service, refresh_token=first["refresh_token"]).status == 401
    assert renew_visit(service, refresh_token=second.body["refresh_token"]).status == 200


def test_an_anonymous_session_outlives_its_access_token(service: Service, clock: Any) -> None:
    """A session can be renewed with its expired access token, for a day."""
    first = visit(service).body
    clock.advance(3600)
    renewed = renew_visit(
        service, refresh_token=first["refresh_token"], anonymous_token=first["access_token"]
    )
    assert renewed.status == 200
    clock.advance(86399)
    late = renew_visit(service, refresh_token=renewed.body["refresh_token"])
    assert late.status == 401
    assert requirement(late) == "EMX-342"


def test_an_anonymous_session_is_not_renewed_with_other_tokens(service: Service) -> None:
    """Refresh tokens of customers, clients or other sessions do not fit."""
    mine, other = visit(service).body, visit(service).body
    customer = log_in(service).body["refresh_token"]
    for refresh in ("nothing", "", customer):
        assert requirement(renew_visit(service, refresh_token=refresh)) == "EMX-342"
    foreign = renew_visit(service, refresh_token=mine["refresh_token"], client_id="acme-backoffice")
    assert requirement(foreign) == "EMX-342"
    for former in (other["access_token"], "nothing"):
        mixed = renew_visit(service, refresh_token=mine["refresh_token"], anonymous_token=former)
        assert (mixed.status, requirement(mixed)) == (401, "EMX-343")
    wrong = renew_visit(service, refresh_token=mine["refresh_token"], tenant="initech")
    assert (wrong.status, requirement(wrong)) == (400, "EMX-339")
    assert renew_visit(service, refresh_token=mine["refresh_token"]).status == 200


def test_anonymous_token_is_required_when_chosen(open_vendor: OpenVendor) -> None:
    """With anonymous-token=required a renewal without it is answered with 400."""
    service = open_vendor("emporix", choices={"emporix.anonymous-token": "required"})
    first = visit(service).body
    reply = renew_visit(service, refresh_token=first["refresh_token"])
    assert (reply.status, requirement(reply)) == (400, "EMX-341")
    assert reply.body["details"][0]["field"] == "anonymous_token"
    complete = renew_visit(
        service, refresh_token=first["refresh_token"], anonymous_token=first["access_token"]
    )
    assert complete.status == 200


# ---- customers


def test_a_customer_logs_in(service: Service) -> None:
    """E-mail and password give a token pair, in both spellings."""
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
    """A login carries the token of an anonymous session and no other."""
    body = {"email": "anna.bauer@example.com", "password": "segment-demo"}
    reply = customer_call(service, LOGIN, token, body=body)
    assert (reply.status, requirement(reply)) == (401, "EMX-354")


def test_a_login_needs_a_living_token(service: Service, clock: Any) -> None:
    """An expired anonymous token opens no login."""
    visitor = visit(service).body["access_token"]
    clock.advance(3600)
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


def test_a_token_is_validated(service: Service, clock: Any) -> None:
    """Validation tells whose token it is, its scope and how long it still lives."""
    session = log_in(service).body
    clock.advance(100)
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
    """Validating and logging out take customer tokens and no other."""
    reply = customer_call(service, operation, token, accessToken="demo-acme-anna")
    assert (reply.status, requirement(reply)) == (401, "EMX-371")


def refresh(service: Service, token: str, **query: str) -> Reply:
    """Renew a customer session, as a storefront does."""
    visitor = visit(service).body["access_token"]
    return customer_call(service, REFRESH, visitor, refreshToken=token, **query)


def test_a_customer_session_is_renewed_once_per_refresh_token(service: Service) -> None:
    """A refresh token gives a new pair and works once; the old access token lives on."""
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
    clock.advance(86399)
    reply = refresh(service, session["refresh_token"])
    assert (reply.status, requirement(reply)) == (401, "EMX-363")


def test_renewing_binds_a_legal_entity(service: Service) -> None:
    """A renewal binds the legal entity that it names; later renewals keep it."""
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
    """After logging out neither the access token nor the refresh token works."""
    session = log_in(service).body
    token = session["access_token"]
    reply = customer_call(service, LOGOUT, token, accessToken=token)
    assert (reply.status, reply.body) == (204, None)
    dead = listed(service, token)
    assert (dead.status, requirement(dead)) == (401, "EMX-002")
    assert refresh(service, session["refresh_token"]).status == 401
    assert customer_call(service, LOGOUT, token, accessToken=token).status == 401


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
