"""Logins: what they give, what that opens, and how it is renewed."""

from __future__ import annotations

import pytest

from conformance.exchange import Reply
from conformance.judging import Unmet, judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty
from conformance.openloyalty.logins import (
    KINDS,
    Kind,
    judge_token,
    log_in,
    logged_in,
    passwords,
    refresh,
    refresh_token,
)


@judges("OLO-030", "OLO-025", "OLO-037")
def test_an_admin_logs_in(openloyalty: OpenLoyalty) -> None:
    """The user name and password of an admin give a JWT for a day, and a refresh token."""
    reply = _with_what_is_configured(openloyalty, "admin")
    _gives_tokens(openloyalty, "OLO-030", reply)
    judge_token(openloyalty, reply, "admin")


@judges("OLO-031", "OLO-025", "OLO-037")
def test_a_member_logs_in(openloyalty: OpenLoyalty) -> None:
    """The user name and password of a member give a JWT for a day, and a refresh token."""
    reply = _with_what_is_configured(openloyalty, "member")
    _gives_tokens(openloyalty, "OLO-031", reply)
    judge_token(openloyalty, reply, "member")


@judges("OLO-033", "OLO-025", "OLO-037")
@pytest.mark.parametrize("kind", KINDS)
def test_a_refresh_token_gives_new_ones(openloyalty: OpenLoyalty, kind: Kind) -> None:
    """A refresh token gives another token, which works, and another refresh token."""
    first = logged_in(openloyalty, kind)
    old = refresh_token(first)
    # Tokens of one second may be equal.
    openloyalty.pause(1.5)
    reply = refresh(openloyalty, kind, old)
    _gives_tokens(openloyalty, "OLO-033", reply)
    for field, before in (("token", first.at("/token")), ("refresh_token", old)):
        openloyalty.judge("OLO-033", reply).that(
            reply.at(f"/{field}") != before,
            f"a new {field}",
            "the old one",
            "the body",
            f"/{field}",
        )
    judge_token(openloyalty, reply, kind)
    if kind == "admin":
        bearer = {"Authorization": f"Bearer {reply.at('/token')}"}
        listed = openloyalty.list({"_itemsOnPage": 1}, by="", headers=bearer)
        openloyalty.judge("OLO-033", listed).status(200)


@judges("OLO-027")
def test_a_renewed_token_of_a_member_is_a_members(openloyalty: OpenLoyalty) -> None:
    """The token that a member's refresh gives does not open the list of segments."""
    reply = refresh(openloyalty, "member", refresh_token(logged_in(openloyalty, "member")))
    openloyalty.need(reply, 200, what="renewing the token of a member")
    bearer = {"Authorization": f"Bearer {reply.at('/token')}"}
    listed = openloyalty.list({"_itemsOnPage": 1}, by="", headers=bearer)
    if listed.status == 401:
        raise Unmet("the renewed token of a member is taken for none")
    openloyalty.judge("OLO-027", listed).status(403)


@judges("OLO-020")
def test_a_jwt_of_an_admin_opens_every_operation(openloyalty: OpenLoyalty) -> None:
    """The JWT of an admin, sent as Bearer, opens each of the nine operations of segments."""
    _opens_all(openloyalty, "OLO-020", openloyalty.bearer())


@judges("OLO-021")
def test_a_permanent_token_opens_every_operation(openloyalty: OpenLoyalty) -> None:
    """A permanent token, sent as X-AUTH-TOKEN without a JWT, opens each of the nine operations."""
    _opens_all(openloyalty, "OLO-021", openloyalty.key_holder())


@judges("OLO-020", read_only=True, smoke=True)
def test_a_jwt_of_an_admin_opens_the_list(openloyalty: OpenLoyalty) -> None:
    """The JWT of an admin opens the list of segments."""
    reply = openloyalty.list({"_itemsOnPage": 1}, by=openloyalty.bearer())
    openloyalty.judge("OLO-020", reply).status(200)


def _with_what_is_configured(case: OpenLoyalty, kind: Kind) -> Reply:
    """Log in with the password of the configuration, which may be a wrong one. Raises Unmet."""
    reply = log_in(case, kind, *passwords(case, kind))
    if reply.status == 401:
        raise Unmet(f"the configured password of the {kind} is not accepted: is it right?")
    return reply


def _opens_all(case: OpenLoyalty, requirement: str, credential: str) -> None:
    listed = case.list({"_itemsOnPage": 1}, by=credential)
    created = case.create({"segment": case.draft()}, by=credential)
    if {listed.status, created.status} <= {401, 403}:
        name = f"{case.session.config.vendor}.{credential}"
        raise Unmet(f"the credentials {name} open nothing: are they right, and an admin's?")
    _is_open(case, requirement, created)
    segment = case.id_of(created)
    _is_open(case, requirement, listed)
    for operation in op.OF_A_SEGMENT:
        _is_open(case, requirement, case.perform(operation, segment, by=credential))


def _is_open(case: OpenLoyalty, requirement: str, reply: Reply) -> None:
    case.judge(requirement, reply).that(
        200 <= reply.status < 300, "the operation is open",
        f"{reply.request.operation} answers {reply.status}", "the status",
    )  # fmt: skip


def _gives_tokens(case: OpenLoyalty, requirement: str, reply: Reply) -> None:
    told = case.judge(requirement, reply).status(200)
    for field in ("token", "refresh_token"):
        value = reply.at(f"/{field}")
        told.that(
            isinstance(value, str) and bool(value), f"a {field}", "none", "the body", f"/{field}"
        )
