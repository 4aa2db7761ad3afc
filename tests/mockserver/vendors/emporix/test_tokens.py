"""Service tokens and anonymous sessions: who gets one, how long it lives, how it is renewed."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.service import Service
from mockserver.vendors.emporix import tokens

from .storefront import READ_OWN, OpenVendor, listed, log_in, requirement, visit

TOKEN = "POST-oauth-request-client-credentials"
ANONYMOUS_REFRESH = "GET-oauth-refresh-anonymous-access-token"

MANAGE = "customersegment.segment_manage"
READ = "customersegment.segment_read"


def form(**fields: str) -> dict[str, str]:
    """Return the form of a token request."""
    return {
        "grant_type": "client_credentials",
        "client_id": "acme-backoffice",
        "client_secret": "segment-demo",
        **fields,
    }


EVERYTHING = (
    f"{MANAGE} {READ} coupon.coupon_manage coupon.coupon_read coupon.coupon_redeem_on_behalf"
    " category.category_read_unpublished product.product_read_unpublished"
)
"""The scopes of `acme-backoffice`."""


def request_token(service: Service, **fields: str) -> Reply:
    """Ask for a service token."""
    return service.answer(Call(TOKEN, body=form(**fields), has_body=True))


# ---- service tokens


def test_client_credentials_give_a_token_that_works(service: Service) -> None:
    """Client id and secret give an access token with every scope of the client.

    EMX-320, EMX-321.
    """
    reply = request_token(service)
    assert reply.status == 200
    token = reply.body.pop("access_token")
    assert reply.body == {
        "token_type": "Bearer",
        "expires_in": 14399,
        "session_idle_time": 120,
        "refresh_token": "",
        "refresh_token_expires_in": 0,
        "scope": f"tenant=acme {EVERYTHING}",
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
    assert request_token(service, scope=scope).body["scope"] == f"tenant=acme {EVERYTHING}"


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
        ({"scope": f"{READ} coupon.coupon_redeem"}, 400, "invalid_scope", "EMX-329"),
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
    clock.wait(14398)
    assert listed(service, token).status == 200
    clock.wait(1)
    reply = listed(service, token)
    assert reply.status == 401
    assert reply.body["fault"]["faultstring"] == "Access Token expired"


def test_an_expired_token_lives_again_when_the_clock_is_set_back(
    service: Service, clock: Any
) -> None:
    """Time decides at every request anew, in either direction; logins too."""
    token = request_token(service).body["access_token"]
    visitor = visit(service).body
    day = 86_400_000
    clock.advance(30 * day)
    assert listed(service, token).status == 401
    later = request_token(service).body["access_token"]
    clock.advance(-30 * day)
    assert listed(service, token).status == 200
    assert listed(service, later).status == 200
    query = {
        "tenant": "acme",
        "client_id": "acme-storefront",
        "refresh_token": visitor["refresh_token"],
    }
    renew = Call("GET-oauth-refresh-anonymous-access-token", query=query)
    clock.advance(30 * day)
    assert service.answer(renew).status == 401
    clock.advance(-30 * day)
    assert service.answer(renew).status == 200


def test_tokens_do_not_pile_up(
    open_vendor: OpenVendor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older half makes room, whatever the clock says; well-known tokens always stay."""
    monkeypatch.setattr(tokens, "LIMIT", 20)
    service = open_vendor("emporix")
    held = service.state("emporix").tokens
    seeded = len(held.grants)
    first = request_token(service).body["access_token"]
    clock.advance(3_000_000_000_000)
    for _ in range(25):
        visit(service)
    clock.advance(-3_000_000_000_000)
    latest = request_token(service).body["access_token"]
    assert len(held.grants) <= seeded + 20
    assert len(held.renewals) <= 20
    assert listed(service, first).status == 401
    for token in (latest, "demo-acme-manager", "demo-globex-manager"):
        tenant = "globex" if "globex" in token else "acme"
        assert listed(service, token, tenant).status == 200


# ---- anonymous sessions


def test_an_anonymous_session_is_opened(service: Service) -> None:
    """A tenant and a client id give an anonymous token with a session (EMX-335, EMX-336)."""
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
    """A refresh token gives the next token of the same session and is used up (EMX-340)."""
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
    clock.wait(3600)
    renewed = renew_visit(
        service, refresh_token=first["refresh_token"], anonymous_token=first["access_token"]
    )
    assert renewed.status == 200
    clock.wait(86399)
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
