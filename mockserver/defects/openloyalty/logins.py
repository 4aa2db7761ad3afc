"""Logins and refreshes that give too much, too little or the wrong thing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.instants import HOUR
from mockserver.kernel.refusals import Missing, Refusal, Unauthenticated
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.access import Stores

ADMIN = "adminLoginCheck"
MEMBER = "memberLoginCheck"
ADMIN_REFRESH = "tokenRefresh"
MEMBER_REFRESH = "tokenRefreshMember"
ALL = (ADMIN, MEMBER, ADMIN_REFRESH, MEMBER_REFRESH)


def _living(hours: int, *operations: str) -> Change:
    """Give tokens that live for another time, and are refused after it."""

    def run(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
        reply = operation(state, call, caller)
        now = state.clock.now()
        holder = state.tokens.read(reply.body["token"]).holder
        token = state.tokens.write(holder, now, now + hours * HOUR, f"{now:032x}")
        return replace(reply, body={**reply.body, "token": token})

    return changes.around(run, *operations)


def _claims(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """Edit the claims of a token; its signature is no longer right then."""

    def edited(body: Any) -> Any:
        head, claims, signature = body["token"].split(".")
        read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        edit(read)
        text = base64.urlsafe_b64encode(json.dumps(read).encode()).decode().rstrip("=")
        return {**body, "token": f"{head}.{text}.{signature}"}

    return edited


def _nameless(claims: dict[str, Any]) -> None:
    del claims["username"], claims["sub"]


def _unsigned(body: Any) -> Any:
    head, claims, _ = body["token"].split(".")
    return {**body, "token": f"{head}.{claims}."}


def _promoted(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
    reply = operation(state, call, caller)
    now = state.clock.now()
    holder = replace(state.tokens.read(reply.body["token"]).holder, role="ROLE_ADMIN", store=None)
    token = state.tokens.write(holder, now, now + 24 * HOUR, f"{now:032x}")
    return replace(reply, body={**reply.body, "token": token})


def _nearly(fits: Callable[[str, str], bool]) -> Callable[..., Reply]:
    """Take passwords that are nearly right, `fits(right, sent)`."""

    def run(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
        for demo in state.demos:
            sent, right = call.body["password"], demo.login.get("password", "")
            if demo.login.get("username") == call.body["username"] and fits(right, sent):
                body = {**call.body, "password": right}
                return operation(state, replace(call, body=body), caller)
        return operation(state, call, caller)

    return run


def _anything_goes(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
    try:
        return operation(state, call, caller)
    except Unauthenticated:
        sent = call.body["username"]
        for demo in state.demos:
            if demo.login.get("username") == sent:
                body = {"username": sent, "password": demo.login["password"]}
                return operation(state, replace(call, body=body), caller)
        raise


def _everywhere(*stores: str | None) -> Change:
    """Take refresh tokens of other users: of admins (None), or of the stores that are named."""

    def run(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
        try:
            return operation(state, call, caller)
        except Unauthenticated as refusal:
            for store in stores:
                try:
                    opened = state.accounts.refresh(store, call.body["refresh_token"])
                except Unauthenticated:
                    continue
                found = {"token": opened.token, "refresh_token": opened.refresh_token}
                return Reply(200, found)
            raise refusal from None

    return changes.around(run, ADMIN_REFRESH, MEMBER_REFRESH)


def _told_otherwise(status: int, message: str) -> Callable[[Reply, Refusal], Reply]:
    return lambda reply, _: replace(reply, status=status, body={"code": status, "message": message})


def _unknown_user(operation: Operation, state: Stores, call: Call, caller: Any) -> Reply:
    try:
        return operation(state, call, caller)
    except Unauthenticated:
        if "@example.com" in call.body["username"] and call.body["username"].startswith("sc"):
            raise Missing("User not found.", requirement="") from None
        raise


def _without_password(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Credentials"]["required"].remove("password")


DEFECTS = (
    Defect(
        name="openloyalty.admin-login-without-refresh-token",
        violates=("OLO-030",),
        summary="The login of an admin gives a token only.",
        kind="schema",
        operations=(ADMIN,),
        change=changes.body(lambda body: {"token": body["token"]}, ADMIN),
        fault=101,
    ),
    Defect(
        name="openloyalty.admin-login-answers-201",
        violates=("OLO-030",),
        summary="The login of an admin is answered with 201.",
        kind="status",
        operations=(ADMIN,),
        change=changes.status(201, ADMIN),
    ),
    Defect(
        name="openloyalty.member-login-without-refresh-token",
        violates=("OLO-031",),
        summary="The login of a member gives a token only.",
        kind="schema",
        operations=(MEMBER,),
        change=changes.body(lambda body: {"token": body["token"]}, MEMBER),
        fault=101,
    ),
    Defect(
        name="openloyalty.tokens-live-an-hour",
        violates=("OLO-025",),
        summary="A token expires after an hour.",
        kind="time",
        operations=ALL,
        change=_living(1, *ALL),
    ),
    Defect(
        name="openloyalty.tokens-of-members-live-a-week",
        violates=("OLO-025",),
        summary="The token of a member's login expires after a week.",
        kind="time",
        operations=(MEMBER,),
        change=_living(7 * 24, MEMBER),
    ),
    Defect(
        name="openloyalty.renewed-tokens-live-an-hour",
        violates=("OLO-025",),
        summary="A token that was renewed expires after an hour.",
        kind="time",
        operations=(ADMIN_REFRESH, MEMBER_REFRESH),
        change=_living(1, ADMIN_REFRESH, MEMBER_REFRESH),
    ),
    *(
        Defect(
            name=f"openloyalty.password-of-{who}-not-checked",
            violates=("OLO-032",),
            summary="Whoever knows a user name can log in.",
            kind="auth",
            operations=(operation,),
            change=changes.around(_anything_goes, operation),
            fault=207,
        )
        for who, operation in (("admins", ADMIN), ("members", MEMBER))
    ),
    Defect(
        name="openloyalty.passwords-in-any-case",
        violates=("OLO-032",),
        summary="The case of an admin's password does not matter.",
        kind="auth",
        operations=(ADMIN,),
        change=changes.around(_nearly(lambda right, sent: right.lower() == sent.lower()), ADMIN),
        fault=207,
    ),
    Defect(
        name="openloyalty.passwords-with-more-behind",
        violates=("OLO-032",),
        summary="A member's password may have more behind it.",
        kind="auth",
        operations=(MEMBER,),
        change=changes.around(_nearly(lambda right, sent: sent.startswith(right)), MEMBER),
        fault=207,
    ),
    Defect(
        name="openloyalty.renewed-tokens-of-members-are-admins",
        violates=("OLO-027",),
        summary="The token that a member's refresh gives is that of an admin.",
        kind="scope",
        operations=(MEMBER_REFRESH,),
        change=changes.around(_promoted, MEMBER_REFRESH),
        fault=206,
    ),
    Defect(
        name="openloyalty.wrong-credentials-are-forbidden",
        violates=("OLO-032",),
        summary="Wrong credentials are answered with 403.",
        kind="status",
        operations=(ADMIN, MEMBER),
        change=changes.refusing(
            _told_otherwise(403, "Bad credentials."), ADMIN, MEMBER, kind=Unauthenticated
        ),
    ),
    Defect(
        name="openloyalty.unknown-user-is-not-found",
        violates=("OLO-032",),
        summary="A login under a user name that nobody has is answered with 404.",
        kind="auth",
        operations=(ADMIN, MEMBER),
        change=changes.around(_unknown_user, ADMIN, MEMBER),
        fault=204,
    ),
    Defect(
        name="openloyalty.refused-login-gives-no-reason",
        violates=("OLO-032",),
        summary="Wrong credentials are refused with a message about something else.",
        kind="error shape",
        operations=(ADMIN, MEMBER),
        change=changes.refusing(
            _told_otherwise(401, "An error occurred."), ADMIN, MEMBER, kind=Unauthenticated
        ),
    ),
    Defect(
        name="openloyalty.refresh-token-stays",
        violates=("OLO-033",),
        summary="A refresh gives back the refresh token that was sent.",
        kind="state",
        operations=(ADMIN_REFRESH, MEMBER_REFRESH),
        change=changes.after(
            lambda reply, call: replace(
                reply, body={**reply.body, "refresh_token": call.body["refresh_token"]}
            ),
            ADMIN_REFRESH,
            MEMBER_REFRESH,
        ),
    ),
    Defect(
        name="openloyalty.refresh-gives-no-refresh-token",
        violates=("OLO-033",),
        summary="A member's refresh gives a token only.",
        kind="schema",
        operations=(MEMBER_REFRESH,),
        change=changes.body(lambda body: {"token": body["token"]}, MEMBER_REFRESH),
        fault=101,
    ),
    Defect(
        name="openloyalty.renewed-token-does-not-work",
        violates=("OLO-033",),
        summary="The token that an admin's refresh gives is refused.",
        kind="auth",
        operations=(ADMIN_REFRESH,),
        change=changes.body(_claims(lambda claims: claims.update(jti="another")), ADMIN_REFRESH),
        fault=205,
    ),
    Defect(
        name="openloyalty.refresh-tokens-of-admins-work-for-members",
        violates=("OLO-036",),
        summary="The refresh token of an admin is taken where members renew theirs.",
        kind="isolation",
        operations=(ADMIN_REFRESH, MEMBER_REFRESH),
        change=_everywhere(None),
        fault=206,
    ),
    Defect(
        name="openloyalty.refresh-tokens-of-members-work-everywhere",
        violates=("OLO-036",),
        summary="The refresh token of a member is taken in other stores, and for an admin's.",
        kind="isolation",
        operations=(ADMIN_REFRESH, MEMBER_REFRESH),
        change=_everywhere("default", "outlet"),
        fault=206,
    ),
    Defect(
        name="openloyalty.refresh-tokens-of-members-work-in-other-stores",
        violates=("OLO-036",),
        summary="The refresh token of a member is taken in another store.",
        kind="isolation",
        operations=(MEMBER_REFRESH,),
        change=changes.before(
            lambda call: replace(call, path={**call.path, "storeCode": "default"}), MEMBER_REFRESH
        ),
        fault=206,
    ),
    Defect(
        name="openloyalty.opaque-token",
        violates=("OLO-037",),
        summary="A member's refresh gives a token that is no JWT.",
        kind="schema",
        operations=(MEMBER_REFRESH,),
        change=changes.body(
            lambda body: {**body, "token": body["token"].replace(".", "")}, MEMBER_REFRESH
        ),
    ),
    Defect(
        name="openloyalty.unsigned-token",
        violates=("OLO-037",),
        summary="A member's refresh gives a JWT without a signature.",
        kind="auth",
        operations=(MEMBER_REFRESH,),
        change=changes.body(_unsigned, MEMBER_REFRESH),
    ),
    Defect(
        name="openloyalty.token-names-nobody",
        violates=("OLO-037",),
        summary="A member's refresh gives a JWT that does not say whose it is.",
        kind="schema",
        operations=(MEMBER_REFRESH,),
        change=changes.body(_claims(_nameless), MEMBER_REFRESH),
    ),
    Defect(
        name="openloyalty.token-without-expiry",
        violates=("OLO-037",),
        summary="A member's refresh gives a JWT that does not say when it expires.",
        kind="time",
        operations=(MEMBER_REFRESH,),
        change=changes.body(_claims(lambda claims: claims.pop("exp")), MEMBER_REFRESH),
    ),
    Defect(
        name="openloyalty.login-without-a-password-is-401",
        violates=("OLO-007",),
        summary="A login that sends no password is taken for one with a wrong one.",
        kind="validation",
        operations=(ADMIN, MEMBER),
        loosen=_without_password,
        change=changes.with_body(lambda body: {"password": "", **body}, ADMIN, MEMBER),
    ),
)
