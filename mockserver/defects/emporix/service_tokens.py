"""Service tokens that are given, described or narrowed in the wrong way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.tenants import Platform

TOKEN = "POST-oauth-request-client-credentials"  # noqa: S105 - an operationId


def _all_but_in_words(
    run: Operation, platform: Platform, call: Call, caller: Mapping[str, Any]
) -> Reply:
    """Give the client all of its scopes, and say that they are the ones asked for."""
    wanted = call.body.get("scope", "")
    whole = {name: value for name, value in call.body.items() if name != "scope"}
    reply = run(platform, replace(call, body=whole), caller)
    if not wanted:
        return reply
    body = changes.plain(reply.body)
    tenant = body["scope"].split()[0]
    return replace(reply, body={**body, "scope": f"{tenant} {wanted}"})


def _one_scope_only(
    run: Operation, platform: Platform, call: Call, caller: Mapping[str, Any]
) -> Reply:
    """Give only the first of the client's scopes where none is asked for."""
    if call.body.get("scope"):
        return run(platform, call, caller)
    client = platform.clients.get(call.body.get("client_id", ""))
    first = client.scopes[0] if client is not None and client.scopes else ""
    return run(platform, replace(call, body={**call.body, "scope": first}), caller)


def _all_but_the_last(
    run: Operation, platform: Platform, call: Call, caller: Mapping[str, Any]
) -> Reply:
    """Lose the last of the client's scopes where none is asked for."""
    client = platform.clients.get(call.body.get("client_id", ""))
    if call.body.get("scope") or client is None or len(client.scopes) < 2:
        return run(platform, call, caller)
    scope = " ".join(tuple(client.scopes)[:-1])
    return run(platform, replace(call, body={**call.body, "scope": scope}), caller)


def _any_secret(run: Operation, platform: Platform, call: Call, caller: Mapping[str, Any]) -> Reply:
    """Look at the client's id alone."""
    client = platform.clients.get(call.body.get("client_id", ""))
    if client is None:
        return run(platform, call, caller)
    return run(platform, replace(call, body={**call.body, "client_secret": client.secret}), caller)


def _any_client(run: Operation, platform: Platform, call: Call, caller: Mapping[str, Any]) -> Reply:
    """Take a client that is not known for the first one."""
    first = next(iter(platform.clients.values()))
    if call.body.get("client_id", "") in platform.clients:
        return run(platform, call, caller)
    known = {"client_id": first.id, "client_secret": first.secret}
    return run(platform, replace(call, body={**call.body, **known}), caller)


DEFECTS = (
    Defect(
        name="emporix.any-secret-gets-token",
        violates=("EMX-326",),
        summary="The secret of a client is not looked at.",
        kind="auth",
        operations=(TOKEN,),
        change=changes.around(_any_secret, TOKEN),
        fault=206,
    ),
    Defect(
        name="emporix.any-client-gets-token",
        violates=("EMX-326",),
        summary="A client that nobody knows gets a token.",
        kind="auth",
        operations=(TOKEN,),
        change=changes.around(_any_client, TOKEN),
        fault=206,
    ),
    Defect(
        name="emporix.service-token-answers-201",
        violates=("EMX-320",),
        summary="A service token is answered with 201.",
        kind="status",
        operations=(TOKEN,),
        change=changes.status(201, TOKEN),
    ),
    Defect(
        name="emporix.service-token-dead",
        violates=("EMX-320",),
        summary="The service token in the reply is none that opens anything.",
        kind="auth",
        operations=(TOKEN,),
        change=changes.body(
            lambda body: {**body, "access_token": body["access_token"][::-1]}, TOKEN
        ),
        fault=205,
    ),
    Defect(
        name="emporix.service-token-type-missing",
        violates=("EMX-321",),
        summary="The reply with a service token has no token_type.",
        kind="schema",
        operations=(TOKEN,),
        change=changes.body(changes.without("token_type"), TOKEN),
        fault=101,
    ),
    Defect(
        name="emporix.service-token-life-missing",
        violates=("EMX-321",),
        summary="The reply with a service token does not say how long it lives.",
        kind="schema",
        operations=(TOKEN,),
        change=changes.body(changes.without("expires_in"), TOKEN),
        fault=101,
    ),
    Defect(
        name="emporix.service-token-one-scope-by-default",
        violates=("EMX-322",),
        summary="Without scope the token has the first of the client's scopes alone.",
        kind="scope",
        operations=(TOKEN,),
        change=changes.around(_one_scope_only, TOKEN),
    ),
    Defect(
        name="emporix.service-token-scope-ignored",
        violates=("EMX-323",),
        summary="scope is ignored: the token has every scope of the client.",
        kind="scope",
        operations=(TOKEN,),
        change=changes.with_body(changes.without("scope"), TOKEN),
        fault=206,
    ),
    Defect(
        name="emporix.service-token-scope-in-words-only",
        violates=("EMX-323",),
        summary="The reply names the scopes asked for, but the token has all of the client's.",
        kind="scope",
        operations=(TOKEN,),
        change=changes.around(_all_but_in_words, TOKEN),
        fault=206,
    ),
    Defect(
        name="emporix.service-token-second-scope-lost",
        violates=("EMX-323",),
        summary="Of several scopes asked for the token has the first one.",
        kind="scope",
        operations=(TOKEN,),
        change=changes.with_body(
            lambda body: {**body, "scope": body["scope"].split()[0]} if body.get("scope") else body,
            TOKEN,
        ),
    ),
    Defect(
        name="emporix.service-token-tenant-last",
        violates=("EMX-324",),
        summary="The scope of the reply ends with the tenant instead of beginning with it.",
        kind="schema",
        operations=(TOKEN,),
        change=changes.body(
            lambda body: {**body, "scope": " ".join(body["scope"].split()[::-1])}, TOKEN
        ),
    ),
    Defect(
        name="emporix.service-token-lives-an-hour",
        violates=("EMX-325",),
        summary="A service token is said to live 3600 seconds.",
        kind="time",
        operations=(TOKEN,),
        change=changes.body(lambda body: {**body, "expires_in": 3600}, TOKEN),
    ),
    Defect(
        name="emporix.service-token-lacks-the-last-scope",
        violates=("EMX-322",),
        summary="Without scope the token has all of the client's scopes but the last one.",
        kind="scope",
        operations=(TOKEN,),
        change=changes.around(_all_but_the_last, TOKEN),
    ),
)
