"""Refused callers: wrong credentials, members where only admins may, stores that are not there."""

from __future__ import annotations

import pytest

from conformance.judging import judges
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty
from conformance.openloyalty.errors import has_code_and_message
from conformance.openloyalty.logins import (
    KINDS,
    Kind,
    almost,
    log_in,
    logged_in,
    passwords,
    refresh,
    refresh_token,
)


@judges("OLO-027", "OLO-010")
@pytest.mark.parametrize("operation", [op.LIST, op.CREATE, *op.OF_A_SEGMENT])
def test_a_member_may_not_manage_segments(openloyalty: OpenLoyalty, operation: str) -> None:
    """The token of a member is refused by every operation of segments with 403."""
    if operation == op.CREATE:
        reply = openloyalty.create({"segment": openloyalty.draft()}, by="member")
    elif operation == op.LIST:
        reply = openloyalty.list(by="member")
    else:
        reply = openloyalty.perform(operation, openloyalty.segment(), by="member")
    openloyalty.judge("OLO-027", reply).status(403)
    has_code_and_message(openloyalty, reply)


@judges("OLO-027", read_only=True, smoke=True)
def test_a_member_may_not_list_segments(openloyalty: OpenLoyalty) -> None:
    """The token of a member does not open the list of segments."""
    openloyalty.judge("OLO-027", openloyalty.list(by="member")).status(403)


@judges("OLO-028", "OLO-010")
def test_a_store_that_does_not_exist_has_no_segments(openloyalty: OpenLoyalty) -> None:
    """A store code that does not exist is answered with 404 by every operation of segments."""
    store = {"storeCode": openloyalty.fresh_id()}
    segment = openloyalty.segment()
    replies = [
        openloyalty.list(path=store),
        openloyalty.create({"segment": openloyalty.draft()}, path=store),
        *(openloyalty.perform(each, segment, path=store) for each in op.OF_A_SEGMENT),
    ]
    for reply in replies:
        openloyalty.judge("OLO-028", reply).status(404)
        has_code_and_message(openloyalty, reply)


@judges("OLO-028")
def test_nobody_logs_in_to_a_store_that_does_not_exist(openloyalty: OpenLoyalty) -> None:
    """A member's login and refresh under a store code that does not exist are answered with 404."""
    store = {"storeCode": openloyalty.fresh_id()}
    username, password = passwords(openloyalty, "member")
    reply = log_in(openloyalty, "member", username, password, path=store)
    openloyalty.judge("OLO-028", reply).status(404)
    token = refresh_token(logged_in(openloyalty, "member"))
    reply = refresh(openloyalty, "member", token, path=store)
    openloyalty.judge("OLO-028", reply).status(404)


@judges("OLO-032")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", ["password", "username"])
def test_wrong_credentials_do_not_log_in(openloyalty: OpenLoyalty, kind: Kind, wrong: str) -> None:
    """A password that is almost right, and a user who does not exist, are refused with 401."""
    username, password = passwords(openloyalty, kind)
    if wrong == "password":
        # One try for each account and run, lest anybody is locked out.
        password = almost(openloyalty, password, kind)
    else:
        username = f"{openloyalty.fresh_id()}@example.com"
    reply = log_in(openloyalty, kind, username, password)
    message = reply.at("/message")
    openloyalty.judge("OLO-032", reply).status(401).that(
        isinstance(message, str) and "credentials" in message.lower(),
        "a message that speaks of credentials", message, "the body", "/message",
    )  # fmt: skip


@judges("OLO-036")
def test_refresh_tokens_are_for_one_kind_of_user(openloyalty: OpenLoyalty) -> None:
    """The refresh token of an admin renews no member's token, nor a member's an admin's."""
    admin = refresh_token(logged_in(openloyalty, "admin"))
    member = refresh_token(logged_in(openloyalty, "member"))
    openloyalty.judge("OLO-036", refresh(openloyalty, "member", admin)).refused()
    openloyalty.judge("OLO-036", refresh(openloyalty, "admin", member)).refused()


@judges("OLO-036")
def test_refresh_tokens_are_for_one_store(openloyalty: OpenLoyalty) -> None:
    """The refresh token of a member is refused in another store."""
    other = {"storeCode": openloyalty.option("other_store_code")}
    there = openloyalty.list({"_itemsOnPage": 1}, path=other)
    openloyalty.need(there, 200, what="listing the segments of openloyalty.other_store_code")
    token = refresh_token(logged_in(openloyalty, "member"))
    reply = refresh(openloyalty, "member", token, path=other)
    openloyalty.judge("OLO-036", reply).refused()


@judges("OLO-007")
@pytest.mark.parametrize("kind", KINDS)
def test_a_login_of_another_form_is_refused(openloyalty: OpenLoyalty, kind: Kind) -> None:
    """A login without a password, or that is not JSON, is refused with 400."""
    username, _ = passwords(openloyalty, kind)
    for body in ({"username": username}, {"username": username, "password": None}):
        reply = openloyalty.send(op.LOGINS[kind], by="", body=body)
        openloyalty.judge("OLO-007", reply).status(400)
    reply = openloyalty.send(op.LOGINS[kind], by="", raw=b'{"username": ')
    openloyalty.judge("OLO-007", reply).status(400)


@judges("OLO-007")
@pytest.mark.parametrize("kind", KINDS)
def test_a_refresh_without_a_token_is_refused(openloyalty: OpenLoyalty, kind: Kind) -> None:
    """A refresh that sends no refresh_token is refused."""
    reply = openloyalty.send(op.REFRESHES[kind], by="", body={})
    # To send no token may count as not being logged in.
    openloyalty.judge("OLO-007", reply).status(400, 401)
