"""Who is let in, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.refusals import Unauthenticated
from mockserver.kernel.service import Service
from mockserver.vendors.openloyalty.accounts import Accounts
from mockserver.vendors.openloyalty.tokens import Holder, Tokens

DAY = 24 * 3600
MANAGEMENT = (
    "segmentGetList",
    "segmentPost",
    "segmentGet",
    "segmentPut",
    "segmentDelete",
    "segmentGetMembers",
    "segmentPostActivate",
    "segmentPostDeactivate",
)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"authorization": f"Bearer {token}"}


def demo(client: Any, name: str, scope: str = "default") -> Any:
    """Return a demo credential."""
    return next(
        each
        for each in client.service.rooms["openloyalty"].demos(client.state)
        if (each.name, each.scope) == (name, scope)
    )


def test_an_admin_token_opens_operations(cast: Any) -> None:
    """A JWT of an admin is taken after the word Bearer, whatever its case (OLO-020, OLO-030)."""
    token = cast.log_in("admin", "password").body["token"]

    for scheme in ("Bearer", "bearer", "BEARER"):
        sent = {"authorization": f"{scheme} {token}"}
        assert cast.ask("segmentGet", cast.gold, sent=sent).status == 200


def test_an_admin_sees_all_stores(cast: Any) -> None:
    """The token of an admin is not tied to a store."""
    token = cast.log_in("admin", "password").body["token"]

    assert cast.ask("segmentGetList", store="outlet", sent=bearer(token)).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YTpi"},
    ],
)
def test_no_token_is_401(cast: Any, sent: dict[str, str]) -> None:
    """Without a token the answer is 401 and says so (OLO-022)."""
    reply = cast.ask("segmentGetList", sent=sent)

    assert (reply.status, reply.body) == (401, {"code": 401, "message": "JWT Token not found"})
    assert cast.header(reply, "WWW-Authenticate") == "Bearer"
    assert cast.header(reply, "X-Mock-Requirement") == "OLO-022"


@pytest.mark.parametrize(
    "token",
    ["x", "a.b.c", "a b", "\ud800.é.\x00", "e30.e30.", "[" * 9000, "eyJhbGciOiJub25lIn0.e30."],
)
def test_a_malformed_token_is_401(cast: Any, token: str) -> None:
    """What is no JWT is refused, however odd it is."""
    reply = cast.ask("segmentGetList", sent=bearer(token))

    assert (reply.status, reply.body["message"]) == (401, "Invalid JWT Token")


def test_a_forged_token_is_401(cast: Any) -> None:
    """A token that somebody else signed is refused (OLO-023)."""
    holder = Holder("admin", "ROLE_ADMIN", None)
    forged = Tokens("another secret").write(holder, 0, 10**13, "1")

    assert cast.ask("segmentGetList", sent=bearer(forged)).body["message"] == "Invalid JWT Token"


@pytest.mark.parametrize(
    "change",
    [
        {"roles": []},
        {"roles": None},
        {"roles": ["ROLE_SELLER"]},
        {"exp": None},
        {"exp": "x"},
        {"exp": float("inf")},
        {"username": ...},
    ],
)
def test_a_token_with_other_claims_is_401(cast: Any, change: dict[str, Any]) -> None:
    """A right signature is not enough: the claims must be those of the vendor."""
    tokens = cast.state.tokens
    claims = {"roles": ["ROLE_ADMIN"], "username": "admin", "exp": 10**10} | change
    claims = {name: value for name, value in claims.items() if value is not ...}
    token = jwt.encode(claims, tokens._key, algorithm="HS256")

    assert cast.ask("segmentGetList", sent=bearer(token)).body["message"] == "Invalid JWT Token"


def test_a_token_expires_after_24_hours(cast: Any, clock: Any) -> None:
    """A JWT works for a day by the mock's clock, also when it was used before.

    OLO-025, OLO-024.
    """
    token = cast.log_in("admin", "password").body["token"]

    clock.wait(DAY - 1)
    assert cast.ask("segmentGetList", sent=bearer(token)).status == 200
    clock.wait(1)
    reply = cast.ask("segmentGetList", sent=bearer(token))
    assert (reply.status, reply.body["message"]) == (401, "Expired JWT Token")


def test_tokens_follow_the_clock_both_ways(cast: Any, clock: Any) -> None:
    """An expired token works again when the clock is set back, even before its issue (OLO-210)."""
    session = cast.log_in("admin", "password").body

    for days, status in ((1, 401), (0, 200), (-20_000, 200), (2_000_000, 401), (0.99, 200)):
        clock.set(1_795_176_000_000 + int(days * DAY * 1000))
        assert cast.ask("segmentGetList", sent=bearer(session["token"])).status == status
    clock.set(1_795_176_000_000 + 2_000_000 * DAY * 1000)
    body = {"refresh_token": session["refresh_token"]}
    fresh = cast.ask("tokenRefresh", store=None, body=body, sent={})
    assert fresh.status == 200
    assert cast.ask("segmentGetList", sent=bearer(fresh.body["token"])).status == 200


def test_a_token_is_a_jwt_that_names_its_holder(cast: Any, clock: Any) -> None:
    """A token has three parts and says who holds it and until when."""
    token = cast.log_in("Anna.Bauer@example.com", "segment-demo", "default").body["token"]

    claims = jwt.decode(token, options={"verify_signature": False})

    assert token.count(".") == 2
    assert claims["username"] == claims["sub"] == "anna.bauer@example.com"
    assert (claims["roles"], claims["store"]) == (["ROLE_PARTICIPANT"], "default")
    assert claims["exp"] - claims["iat"] == DAY
    assert claims["iat"] == int(clock.seconds)


@pytest.mark.parametrize("operation", MANAGEMENT)
def test_a_member_is_refused(cast: Any, operation: str) -> None:
    """The token of a member opens no segment operation (OLO-027, OLO-031)."""
    token = cast.log_in("anna.bauer@example.com", "segment-demo", "default").body["token"]
    segment = None if operation in ("segmentGetList", "segmentPost") else cast.gold

    reply = cast.ask(operation, segment, sent=bearer(token))

    assert (reply.status, reply.body) == (403, {"code": 403, "message": "Access Denied."})
    assert cast.ask("segmentGet", cast.gold).status == 200


def test_a_wrong_api_key_is_403_or_401(cast: Any, choosing: Callable[..., Any]) -> None:
    """An unknown X-AUTH-TOKEN is 403, or 401 by choice (OLO-026)."""
    wrong = {"x-auth-token": "wrong"}

    assert cast.ask("segmentGetList", sent=wrong).status == 403
    assert choosing(wrong_api_key="401").ask("segmentGetList", sent=wrong).status == 401


def test_either_token_suffices(cast: Any) -> None:
    """A good credential is enough beside a bad one of the other kind (OLO-021)."""
    admin = demo(cast, "admin")

    assert cast.ask("segmentGetList", sent={**cast.key, "authorization": "Bearer x"}).status == 200
    both = {"x-auth-token": "wrong", "authorization": admin.value}
    assert cast.ask("segmentGetList", sent=both).status == 200
    both = {"x-auth-token": "wrong", "authorization": "Bearer x"}
    assert cast.ask("segmentGetList", sent=both).status == 401


def test_an_unknown_store_is_404_once_the_caller_is_known(cast: Any) -> None:
    """Strangers do not learn which stores there are."""
    assert cast.ask("segmentGetList", store="nowhere", sent={}).status == 401
    reply = cast.ask("segmentGetList", store="nowhere")
    assert (reply.status, reply.body) == (404, {"code": 404, "message": "Store not found."})
    assert cast.log_in("anna.bauer@example.com", "segment-demo", "nowhere").status == 404


@pytest.mark.parametrize(
    ("username", "password", "store"),
    [
        ("admin", "wrong", None),
        ("nobody", "segment-demo", None),
        ("Admin", "segment-demo", None),
        ("admin", "password", "default"),
        ("anna.bauer@example.com", "segment-demo", None),
        ("anna.bauer@example.com", "segment-demo", "outlet"),
        ("anna.bauer@example.com", "", "default"),
        ("\x00", "\ud800", "default"),
    ],
)
def test_wrong_credentials_are_401(
    cast: Any, username: str, password: str, store: str | None
) -> None:
    """A failed login says nothing but that the credentials are bad (OLO-032)."""
    reply = cast.log_in(username, password, store)

    assert (reply.status, reply.body) == (401, {"code": 401, "message": "Bad credentials."})


def test_a_refresh_token_rotates(cast: Any) -> None:
    """A refresh gives a new token and a new refresh token; the old one is spent.

    OLO-033, OLO-034.
    """
    first = cast.log_in("admin", "password").body

    second = cast.ask("tokenRefresh", store=None, body=_refresh(first), sent={})

    assert second.status == 200
    assert second.body["refresh_token"] != first["refresh_token"]
    assert second.body["token"] != first["token"]
    assert cast.ask("segmentGetList", sent=bearer(second.body["token"])).status == 200
    spent = cast.ask("tokenRefresh", store=None, body=_refresh(first), sent={})
    assert (spent.status, cast.header(spent, "X-Mock-Requirement")) == (401, "OLO-034")
    never = cast.ask("tokenRefresh", store=None, body={"refresh_token": "never"}, sent={})
    assert (never.status, cast.header(never, "X-Mock-Requirement")) == (401, "OLO-035")
    assert cast.ask("tokenRefresh", store=None, body=_refresh(second.body), sent={}).status == 200


def test_a_refresh_token_can_be_reusable_by_choice(choosing: Callable[..., Any]) -> None:
    """By choice a refresh token works again and again."""
    client = choosing(refresh_token_reuse="accept")
    first = client.log_in("admin", "password").body

    for _ in range(2):
        assert client.ask("tokenRefresh", store=None, body=_refresh(first), sent={}).status == 200


def test_a_refresh_token_belongs_to_its_kind_and_store(cast: Any) -> None:
    """Refresh tokens of admins, and of members of each store, are different things."""
    admin = cast.log_in("admin", "password").body
    emi = cast.log_in("emi.tanaka@example.com", "segment-demo", "outlet").body

    for operation, store, session in (
        ("tokenRefreshMember", "default", admin),
        ("tokenRefreshMember", "default", emi),
        ("tokenRefresh", None, emi),
        ("tokenRefresh", None, {"refresh_token": "never given"}),
    ):
        assert cast.ask(operation, store=store, body=_refresh(session), sent={}).status == 401
    reply = cast.ask("tokenRefreshMember", store="outlet", body=_refresh(emi), sent={})
    claims = jwt.decode(reply.body["token"], options={"verify_signature": False})
    assert claims["store"] == "outlet"


def test_logins_are_limited_by_choice(choosing: Callable[..., Any], clock: Any) -> None:
    """With the documented limit a minute's 21st request is 429; each operation counts alone.

    OLO-038.
    """
    client = choosing(login_limit="on")
    for _ in range(20):
        assert client.log_in("admin", "wrong").status == 401

    refused = client.log_in("admin", "password")
    assert (refused.status, refused.body["code"]) == (429, 429)
    assert client.log_in("anna.bauer@example.com", "segment-demo", "default").status == 200
    clock.wait(60)
    assert client.log_in("admin", "password").status == 200


def test_a_clock_that_goes_back_locks_nobody_out(choosing: Callable[..., Any], clock: Any) -> None:
    """Logins that lie ahead of the clock are not counted (OLO-210)."""
    client = choosing(login_limit="on")
    for _ in range(20):
        client.log_in("admin", "wrong")

    clock.wait(-3600)
    assert client.log_in("admin", "password").status == 200
    clock.wait(3600)
    assert client.log_in("admin", "password").status == 200


def test_logins_are_not_limited_by_default(cast: Any) -> None:
    """A test suite may log in as often as it likes."""
    assert {cast.log_in("admin", "password").status for _ in range(50)} == {200}


def test_every_demo_credential_works(cast: Any) -> None:
    """Printed credentials do what their description says, now and in seventy years."""
    for each in cast.service.rooms["openloyalty"].demos(cast.state):
        sent = {each.header.lower(): each.value}
        status = cast.ask("segmentGetList", store=each.scope, sent=sent).status
        assert status == (403 if "refuse" in each.description else 200), each
        assert each.value.endswith(each.token)
        if each.login:
            store = each.scope if "member" in each.description else None
            assert cast.log_in(**each.login, store=store).status == 200


def test_demo_tokens_work_on_every_mock(open_vendor: Callable[..., Service], cast: Any) -> None:
    """A token that one mock printed is taken by the next, whatever its seed."""
    other = open_vendor("openloyalty", seed=7, customers=0, segments=0, stores=("frontend",))
    printed = other.rooms["openloyalty"].demos(other.state("openloyalty"))

    assert demo(cast, "admin").token in {each.token for each in printed}
    assert {each.scope for each in printed} == {"default", "outlet", "frontend"}
    anna = next(each for each in printed if (each.scope, each.name) == ("frontend", "anna"))
    assert anna.login["username"] == "anna.bauer@example.com"


def test_names_of_demos_can_be_typed(cast: Any) -> None:
    """The short name of Chloé has no accent."""
    assert demo(cast, "chloe").login["username"] == "chloe.martin@example.com"


def test_remembered_tokens_are_bounded(cast: Any) -> None:
    """Any number of tokens can be read; the memory of them stays small."""
    tokens = cast.state.tokens
    holder = Holder("admin", "ROLE_ADMIN", None)
    for number in range(5000):
        tokens.read(tokens.write(holder, 0, 10**13, str(number)))

    assert len(tokens._read) <= 4096


def _refresh(session: Any) -> dict[str, str]:
    return {"refresh_token": session["refresh_token"]}


def test_refresh_tokens_do_not_pile_up(cast: Any) -> None:
    """Only so many refresh tokens are kept, good ones and used ones; the oldest goes first."""
    accounts = Accounts(
        passwords={(None, "admin"): "password"},
        tokens=Tokens("secret"),
        choices=cast.world().choices,
        clock=Clock(),
        ids=Ids(0),
        kept=2,
    )
    first, second, third = (
        accounts.log_in(None, "admin", "password").refresh_token for _ in range(3)
    )

    fourth = accounts.refresh(None, third).refresh_token
    accounts.refresh(None, second)
    accounts.refresh(None, fourth)

    told = []
    for token in (first, second, third, fourth):
        with pytest.raises(Unauthenticated) as refused:
            accounts.refresh(None, token)
        told.append(refused.value.requirement)
    assert told == ["OLO-035", "OLO-034", "OLO-035", "OLO-034"]
