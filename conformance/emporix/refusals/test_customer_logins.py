"""What logins, token checks and the sister services refuse, each provoked once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.case import UNSENT
from conformance.emporix import coupons, logins
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import VERSION
from conformance.emporix.logins import NEVER_ISSUED, bearer
from conformance.exchange import Reply
from conformance.journal import Removal
from conformance.judging import judges

GUARDED = (
    op.LIST_COUPONS,
    op.CREATE_COUPON,
    op.READ_COUPON,
    op.REMOVE_COUPON,
    op.VALIDATE_COUPON,
    op.LIST_REDEMPTIONS,
    op.REDEEM_COUPON,
    op.CATEGORY_TREES,
    op.SEARCH_PRODUCTS,
)
"""Operations of the sister services that need a token; two of the category service do not."""


@judges("EMX-354")
@pytest.mark.parametrize("proof", ["missing", "never issued"])
def test_a_login_needs_an_anonymous_token(emporix: Emporix, proof: str) -> None:
    """A login without an anonymous token is answered with 401, right password or not."""
    who = logins.account(emporix)
    headers = {} if proof == "missing" else bearer(NEVER_ISSUED)
    reply = logins.send_login(emporix, who.email, who.password, headers)
    logins.pair_in(emporix, reply)
    emporix.judge("EMX-354", reply).status(401)


@judges("EMX-354")
def test_a_client_cannot_log_a_customer_in(emporix: Emporix) -> None:
    """A login with the token of a service, which is no anonymous one, is refused."""
    who = logins.account(emporix)
    token = logins.token_in(
        emporix, emporix.need(logins.service_token(emporix), 200, what="a service token")
    )
    reply = logins.send_login(emporix, who.email, who.password, bearer(token))
    logins.pair_in(emporix, reply)
    # The gateway may know the token, and the scope or the kind of it be refused behind it.
    emporix.judge("EMX-354", reply).status(401, 403)


@judges("EMX-326")
@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_a_wrong_client_gets_no_token(emporix: Emporix, wrong: str) -> None:
    """A client that does not exist, and a secret that is wrong, are refused without a token."""
    reply = logins.service_token(emporix, "read", instead={wrong: emporix.fresh(16)})
    token = logins.token_in(emporix, reply)
    emporix.judge("EMX-326", reply).refused().that(
        not token, "no token", "a token at /access_token", "the body", "/access_token"
    )


@judges("EMX-355")
@pytest.mark.parametrize("wrong", ["e-mail", "password"])
def test_wrong_words_log_nobody_in(emporix: Emporix, wrong: str) -> None:
    """A login with a wrong e-mail, and one with a wrong password, is refused without tokens."""
    who = logins.account(emporix)
    # Once in a run: an account that is locked after a few guesses is not locked by one.
    email = f"{emporix.fresh_id()}@example.com" if wrong == "e-mail" else who.email
    password = emporix.fresh(16) if wrong == "password" else who.password
    headers = logins.visitor(emporix, client=who.client).headers
    reply = logins.send_login(emporix, email, password, headers)
    new = logins.pair_in(emporix, reply)
    emporix.judge("EMX-355", reply).refused().that(
        not new.access, "no token", "a token at /access_token", "the body", "/access_token"
    )


@judges("EMX-359")
def test_a_short_password_is_refused(emporix: Emporix) -> None:
    """A password of fewer than six characters is answered with 400."""
    # Nobody's e-mail, so that no account is locked.
    email = f"{emporix.fresh_id()}@example.com"
    visitor = logins.visitor(emporix)
    reply = logins.send_login(emporix, email, emporix.fresh(5), visitor.headers)
    emporix.judge("EMX-359", reply).status(400)


@judges("EMX-358")
def test_a_visitor_of_another_tenant_cannot_log_in(emporix: Emporix) -> None:
    """A login with an anonymous token of another tenant is answered with 400."""
    path = _elsewhere(emporix)
    who = logins.account(emporix)
    headers = logins.visitor(emporix, client=who.client).headers
    reply = logins.send_login(emporix, who.email, who.password, headers, path=path)
    logins.pair_in(emporix, reply)
    _judge_wrong_tenant(emporix, reply)


@judges("EMX-358")
@pytest.mark.parametrize("operation", [op.VALIDATE, op.REFRESH, op.LOGOUT])
def test_a_customer_of_another_tenant_is_refused(emporix: Emporix, operation: str) -> None:
    """A customer's token on the path of another tenant is answered with 400."""
    path = _elsewhere(emporix)
    if operation == op.VALIDATE:
        reply = emporix.send(op.VALIDATE, by="customer", path=path)
    else:
        # A target that lets these pass renews or ends a session: one of our own.
        own = logins.customer(emporix)
        if operation == op.LOGOUT:
            reply = logins.log_out(emporix, own.access, path=path)
        else:
            reply = emporix.send(
                op.REFRESH,
                by="",
                path=path,
                query={"refreshToken": own.refresh},
                headers=own.headers,
            )
            logins.pair_in(emporix, reply)
    _judge_wrong_tenant(emporix, reply)


def _elsewhere(emporix: Emporix) -> dict[str, str]:
    given = emporix.session.config.credentials.get("other_tenant", {})
    if "tenant" not in given:
        raise emporix.lacking("emporix.credentials.other_tenant with its tenant")
    return {"tenant": given["tenant"]}


def _judge_wrong_tenant(emporix: Emporix, reply: Reply) -> None:
    emporix.judge("EMX-358", reply).status(400).value("/type", "bad_request")


@judges("EMX-371", read_only=True)
@pytest.mark.parametrize("operation", [op.VALIDATE, op.LOGOUT])
def test_a_token_that_was_never_issued_is_not_valid(emporix: Emporix, operation: str) -> None:
    """A token that is not valid is answered with 401."""
    query = {"accessToken": NEVER_ISSUED} if operation == op.LOGOUT else {}
    reply = emporix.send(operation, by="", query=query, headers=bearer(NEVER_ISSUED))
    emporix.judge("EMX-371", reply).status(401)
    reply = emporix.send(operation, by="", query=query)
    emporix.judge("EMX-371", reply).status(401)


@judges("EMX-376")
def test_a_logout_names_its_token(emporix: Emporix) -> None:
    """Logging out without the parameter accessToken is refused."""
    token = logins.customer(emporix).access
    emporix.judge("EMX-376", logins.log_out(emporix, token, naming_it=False)).refused()


# ---- sister services -----------------------------------------------------------------


@judges("EMX-770")
@pytest.mark.parametrize("proof", ["missing", "never issued", "expired"])
def test_sister_services_need_a_live_token(emporix: Emporix, proof: str) -> None:
    """A token that is missing, unknown or expired is answered with 401 as the gateway does."""
    by = "expired" if proof == "expired" else ""
    headers = bearer(NEVER_ISSUED) if proof == "never issued" else {}
    for operation in GUARDED:
        reply = _harmless(emporix, operation, by, headers)
        emporix.judge("EMX-770", reply).status(401).present(
            "/fault/faultstring", "/fault/detail/errorcode"
        )


def _harmless(emporix: Emporix, operation: str, by: str, headers: dict[str, str]) -> Reply:
    """Send what is right but for the token, about coupons that do not exist."""
    if operation == op.CREATE_COUPON:
        draft = coupons.draft(emporix)
        removal = Removal(op.REMOVE_COUPON, {"code": "{id}"}, {}, "manage")
        creation = emporix.plan("coupon", str(draft["name"]), removal, str(draft["code"]))
        reply = emporix.send(operation, by=by, headers=headers, body=draft)
        emporix.settled(creation, reply, "/id")
        return reply
    body: Any = UNSENT
    if operation == op.SEARCH_PRODUCTS:
        body = {"q": f"id:{emporix.fresh_id()}"}
    elif operation in (op.VALIDATE_COUPON, op.REDEEM_COUPON):
        body = coupons.purchase()
    template = emporix.session.catalogue[operation].template
    path = {"code": coupons.fresh_code(emporix)} if "{code}" in template else {}
    if operation == op.CATEGORY_TREES:
        headers = {**headers, **VERSION}
    return emporix.send(operation, by=by, path=path, headers=headers, body=body)
