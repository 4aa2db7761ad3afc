"""Service tokens: what a client gets for its id and secret, and what they open."""

from __future__ import annotations

from typing import Final

from conformance.emporix import logins
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import CATEGORY_SCOPE, PRODUCT_SCOPE
from conformance.emporix.logins import MANAGE, READ, bearer, lives, scopes
from conformance.exchange import Reply
from conformance.judging import judges

_ELSEWHERE: Final = (
    CATEGORY_SCOPE, PRODUCT_SCOPE, "coupon.coupon_read", "coupon.coupon_manage",
    "coupon.coupon_redeem_on_behalf",
)  # fmt: skip
"""Scopes of other services, which the client behind `manage` may have too."""


def _match(emporix: Emporix, token: str) -> Reply:
    """Send what needs segment_manage and changes nothing."""
    site = emporix.option("site_code")
    nothing = emporix.fresh_id()
    body = {"site": site, "siteCode": site, "items": [{"id": nothing}], "segmentIds": [nothing]}
    return emporix.send(op.MATCH, by="", headers=bearer(token), body=body)


def _list(emporix: Emporix, token: str) -> Reply:
    return emporix.send(op.LIST, by="", headers=bearer(token), query={"pageSize": 1})


@judges("EMX-320", "EMX-321", "EMX-324", "EMX-325", smoke=True)
def test_a_client_gets_a_token(emporix: Emporix) -> None:
    """The id and the secret of a client give an access token that is good for requests."""
    reply = logins.service_token(emporix, "read")
    emporix.judge("EMX-320", reply).status(200)
    token = logins.token_in(emporix, reply)
    shape = emporix.judge("EMX-321", reply)
    shape.that(bool(token), "a text at /access_token", reply.at("/access_token"), "the body")
    shape.value("/token_type", "Bearer").present("/expires_in", "/scope")
    _judge_tenant_and_life(emporix, reply)
    emporix.judge("EMX-320", _list(emporix, token)).status(200)


def _judge_tenant_and_life(emporix: Emporix, reply: Reply) -> None:
    names = scopes(reply.at("/scope"))
    tenant = f"tenant={emporix.option('tenant')}"
    emporix.judge("EMX-324", reply).same(tenant, names[0] if names else "", "/scope", "/scope")
    life = reply.at("/expires_in")
    emporix.judge("EMX-325", reply).that(
        lives(life, 14399), "about 14399 seconds", life, "the body", "/expires_in"
    )


@judges("EMX-323")
def test_a_token_has_the_one_scope_that_was_asked_for(emporix: Emporix) -> None:
    """A token that was asked for with one scope has that one and opens nothing else."""
    reply = emporix.need(
        logins.service_token(emporix, scope=READ), 200, what="asking for segment_read"
    )
    token = logins.token_in(emporix, reply)
    _judge_scopes(emporix, reply, [READ])
    emporix.judge("EMX-323", _list(emporix, token)).status(200)
    emporix.judge("EMX-323", _match(emporix, token)).status(403)


@judges("EMX-323", "EMX-324", "EMX-325")
def test_a_token_has_all_scopes_that_were_asked_for(emporix: Emporix) -> None:
    """Scopes are asked for together, separated by spaces, and the token has each of them."""
    reply = emporix.need(
        logins.service_token(emporix, scope=f"{READ} {MANAGE}"), 200, what="asking for two scopes"
    )
    token = logins.token_in(emporix, reply)
    _judge_scopes(emporix, reply, [READ, MANAGE])
    _judge_tenant_and_life(emporix, reply)
    emporix.judge("EMX-323", _list(emporix, token)).status(200)
    _judge_manages(emporix, "EMX-323", token)


def _judge_manages(emporix: Emporix, row: str, token: str) -> None:
    # What is made of ids that do not exist is nowhere said: only that it may be asked.
    reply = _match(emporix, token)
    emporix.judge(row, reply).that(
        reply.status not in (401, 403), "no lack of scopes", f"status {reply.status}", "the status"
    )


def _judge_scopes(emporix: Emporix, reply: Reply, wanted: list[str]) -> None:
    came = [each for each in scopes(reply.at("/scope")) if not each.startswith("tenant=")]
    emporix.judge("EMX-323", reply).same_set(wanted, came, "/scope")


@judges("EMX-322")
def test_a_token_has_every_scope_when_none_is_asked_for(emporix: Emporix) -> None:
    """Without scope the token has whatever the client may have."""
    # What a client may have is not known from outside, but what it is granted is part of it.
    asked = emporix.need(
        logins.service_token(emporix, scope=f"{READ} {MANAGE}"), 200, what="asking for two scopes"
    )
    granted = {READ, MANAGE} & set(scopes(asked.at("/scope")))
    if len(granted) < 2:
        emporix.need(asked, what="asking for two scopes, not all of which came,")
    reply = logins.service_token(emporix)
    emporix.judge("EMX-322", reply).status(200)
    missing = sorted(granted - set(scopes(reply.at("/scope"))))
    emporix.judge("EMX-322", reply).same([], missing, "what /scope lacks", "/scope")
    token = logins.token_in(emporix, reply)
    emporix.judge("EMX-322", _list(emporix, token)).status(200)
    _judge_manages(emporix, "EMX-322", token)


@judges("EMX-322")
def test_a_token_lacks_no_scope_that_it_could_have(emporix: Emporix) -> None:
    """Whatever scope the client is granted by name, it has without asking for any."""
    granted = set()
    for scope in (READ, MANAGE, *_ELSEWHERE):
        # Which of them the client may have is not known: those that it is not given do not count.
        asked = logins.service_token(emporix, scope=scope)
        if asked.status == 200 and scope in scopes(asked.at("/scope")):
            granted.add(scope)
    if not granted:
        raise emporix.lacking("a scope that emporix.credentials.manage is granted by name")
    reply = emporix.need(logins.service_token(emporix), 200, what="asking for no scope")
    missing = sorted(granted - set(scopes(reply.at("/scope"))))
    emporix.judge("EMX-322", reply).same([], missing, "what /scope lacks", "/scope")
