"""Who gets a token: client credentials, anonymous sessions, customer logins.

The verbs of the OAuth and customer services, as far as the segment flows need them.
No JSON, no HTTP. Lifetimes are those of the vendor's published examples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hmac import compare_digest

from mockserver.kernel.instants import SECOND
from mockserver.kernel.refusals import Invalid, Unauthenticated
from mockserver.vendors.emporix.access import INVALID_TOKEN, TENANT_NOT_VALID, with_implied
from mockserver.vendors.emporix.callers import Caller
from mockserver.vendors.emporix.model import READ_OWN
from mockserver.vendors.emporix.tenants import Account, Client, Platform, Tenant, account_key

SERVICE_LIFE = 14_399 * SECOND  # (EMX-325)
ANONYMOUS_LIFE = 3_599 * SECOND  # (EMX-337)
CUSTOMER_LIFE = 2_591_999 * SECOND  # (EMX-353)
REFRESH_LIFE = 86_399 * SECOND

CUSTOMER_SCOPES = (READ_OWN,)
"""The scopes of every customer token that matter here (EMX-360)."""


@dataclass(frozen=True, slots=True)
class Session:
    """A token pair as it is handed out."""

    access_token: str
    refresh_token: str
    caller: Caller
    saas_token: str = ""


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """An access token of a client, with the scopes that were granted."""

    access_token: str
    caller: Caller
    granted: tuple[str, ...]


def service_token(
    platform: Platform, client_id: str, secret: str, wanted: str | None
) -> ServiceToken:
    """Give a client a token; `wanted` are scopes separated by spaces, `None` means all.

    Raises Unauthenticated and Invalid, whose code is an error of RFC 6749, section 5.2.
    """
    client = platform.clients.get(client_id)
    # One answer for both mistakes (EMX-331), compared as bytes, since compare_digest takes
    # no text beyond ASCII.
    if client is None or not _same(client.secret, secret):
        raise Unauthenticated(
            "The client id or its secret is wrong.", requirement="EMX-326", code="invalid_client"
        )
    granted = _granted(platform, client, wanted)
    caller = Caller(
        tenant=client.tenant,
        client=client.id,
        kind="service",
        scopes=with_implied(granted, platform.choices),
        expires=platform.clock.now() + SERVICE_LIFE,
    )
    tenant = platform.tenants[client.tenant]
    token = tenant.ids.token()
    platform.tokens.plant(token, caller, tenant.world)
    return ServiceToken(token, caller, granted)


def _granted(platform: Platform, client: Client, wanted: str | None) -> tuple[str, ...]:
    """Return the scopes asked for (EMX-323), all of the client's if none is (EMX-322)."""
    if wanted is None or not wanted.strip():
        return client.scopes
    names = dict.fromkeys(wanted.split())
    for name in names:
        if name.startswith("tenant=") and name != f"tenant={client.tenant}":
            raise Invalid(
                f"The client does not belong to {name.removeprefix('tenant=')}.",
                requirement="EMX-330",
                pointer="/scope",
                code="invalid_scope",
            )
    asked = [name for name in names if not name.startswith("tenant=")]
    unknown = [name for name in asked if name not in client.scopes]
    if unknown and platform.choices["emporix.unknown-scope"] == "refuse":
        raise Invalid(
            f"The client does not hold {' '.join(unknown)}.",
            requirement="EMX-329",
            pointer="/scope",
            code="invalid_scope",
        )
    if not asked:
        return client.scopes
    return tuple(name for name in asked if name in client.scopes)


def anonymous_session(platform: Platform, tenant_name: str, client_id: str) -> Session:
    """Open a session for a visitor. Raises Invalid."""
    tenant = _tenant_of_client(platform, tenant_name, client_id)
    scopes = CUSTOMER_SCOPES if platform.choices["emporix.anonymous-read-own"] == "yes" else ()
    caller = Caller(
        tenant=tenant.name,
        client=client_id,
        kind="anonymous",
        scopes=frozenset(scopes),
        expires=platform.clock.now() + ANONYMOUS_LIFE,
        session=tenant.ids.uuid(),
    )
    return _hand_out(platform, tenant, caller)


def renew_anonymous_session(
    platform: Platform, tenant_name: str, client_id: str, refresh: str, former: str | None
) -> Session:
    """Give the next token of an anonymous session (EMX-340); the refresh token is used up.

    `former` is the access token of the session, where the caller sends it.
    Raises Invalid and Unauthenticated.
    """
    tenant = _tenant_of_client(platform, tenant_name, client_id)
    if former is None and platform.choices["emporix.anonymous-token"] == "required":
        raise Invalid(
            "anonymous_token is required.", requirement="EMX-341", pointer="/query/anonymous_token"
        )
    renewal = platform.tokens.renewal(refresh)
    if renewal is None or (renewal.caller.kind, renewal.caller.tenant, renewal.caller.client) != (
        "anonymous",
        tenant.name,
        client_id,
    ):
        raise Unauthenticated(
            "Invalid refresh token",
            requirement="EMX-342",
            pointer="/query/refresh_token",
            code=INVALID_TOKEN,
        )
    if former is not None:
        # The former token may have expired: that is what renewing is for.
        grant = platform.tokens.grants.get(former)
        if grant is None or grant.caller.session != renewal.caller.session:
            raise Unauthenticated(
                "Invalid access token",
                requirement="EMX-343",
                pointer="/query/anonymous_token",
                code=INVALID_TOKEN,
            )
    caller = replace(renewal.caller, expires=platform.clock.now() + ANONYMOUS_LIFE)
    return _hand_out(platform, tenant, caller)


def _tenant_of_client(platform: Platform, tenant_name: str, client_id: str) -> Tenant:
    tenant = platform.tenants.get(tenant_name)
    client = platform.clients.get(client_id)
    if tenant is None:
        raise Invalid(TENANT_NOT_VALID, requirement="EMX-339", pointer="/query/tenant")
    if client is None or client.tenant != tenant_name:
        raise Invalid(
            "The client id provided with the request is not valid.",
            requirement="EMX-339",
            pointer="/query/client_id",
        )
    return tenant


def log_in(
    platform: Platform,
    visitor: Caller,
    email: str,
    password: str,
    legal_entity: tuple[str, str] | None = None,
) -> Session:
    """Turn an anonymous visitor into a customer.

    `legal_entity` is the one to buy for, and is bound into the token (EMX-344); with it
    comes the pointer to where the request names it.
    Raises Unauthenticated and Invalid.
    """
    tenant = platform.tenants[visitor.tenant]
    account = tenant.accounts.get(account_key(email))  # which word is wrong is not told (EMX-347)
    if account is None or not _same(account.password, password):
        raise Unauthenticated(
            "Invalid email or password", requirement="EMX-355", code=INVALID_TOKEN
        )
    if not account.active:
        raise Unauthenticated(
            "The account is not active", requirement="EMX-356", code=INVALID_TOKEN
        )
    entity = None
    if legal_entity is not None:
        entity, pointer = legal_entity
        _check_entity(account, entity, "EMX-346", pointer)
    caller = customer_caller(
        tenant.name,
        visitor.client,
        account,
        session=tenant.ids.uuid(),
        expires=platform.clock.now() + CUSTOMER_LIFE,
        legal_entity=entity,
    )
    return _hand_out(platform, tenant, caller, saas=True)


def customer_caller(
    tenant: str,
    client: str,
    account: Account,
    *,
    session: str,
    expires: int,
    legal_entity: str | None = None,
) -> Caller:
    """Return the bearer of a customer's token.

    Unless one is named, the only legal entity of a customer is bound; of several, none is
    (EMX-361).
    """
    entities = account.legal_entity_ids
    if legal_entity is None and len(entities) == 1:
        legal_entity = entities[0]
    return Caller(
        tenant=tenant,
        client=client,
        kind="customer",
        scopes=frozenset(CUSTOMER_SCOPES),
        expires=expires,
        customer=account.customer_id,
        legal_entity=legal_entity,
        session=session,
    )


def renew_customer_session(
    platform: Platform, bearer: Caller, refresh: str, legal_entity: str | None
) -> Session:
    """Give a new token pair (EMX-362), bound to the legal entity if one is named (EMX-364).

    The refresh token is used up. Raises Unauthenticated and Invalid; a
    refused call uses up nothing.
    """
    renewal = platform.tokens.renewal(refresh)
    if renewal is None or (renewal.caller.kind, renewal.caller.tenant) != (
        "customer",
        bearer.tenant,
    ):
        raise Unauthenticated(
            "Invalid refresh token",
            requirement="EMX-363",
            pointer="/query/refreshToken",
            code=INVALID_TOKEN,
        )
    # Its legal entity stays (EMX-366), and so does the former access token (EMX-367).
    caller = replace(renewal.caller, expires=platform.clock.now() + CUSTOMER_LIFE)
    if legal_entity is not None:
        account = platform.account(str(caller.customer), caller.tenant)
        _check_entity(account, legal_entity, "EMX-365", "/query/legalEntityId")
        caller = replace(caller, legal_entity=legal_entity)
    return _hand_out(platform, platform.tenants[caller.tenant], caller)


def _check_entity(account: Account, legal_entity: str, requirement: str, pointer: str) -> None:
    """Refuse a legal entity that a customer does not buy for. Raises Invalid."""
    if legal_entity not in account.legal_entity_ids:
        raise Invalid(
            "The customer is not assigned to this legal entity.",
            requirement=requirement,
            pointer=pointer,
        )


def log_out(platform: Platform, bearer: Caller, token: str) -> None:
    """End the session of an access token, with all its tokens. Raises Invalid."""
    grant = platform.tokens.grants.get(token)
    if grant is None or (grant.caller.tenant, grant.caller.customer) != (
        bearer.tenant,
        bearer.customer,
    ):
        raise Invalid(
            "The access token provided with the request is not valid.",
            requirement="EMX-375",
            pointer="/query/accessToken",
        )
    platform.tokens.end_session(grant.caller.session)


def _hand_out(platform: Platform, tenant: Tenant, caller: Caller, *, saas: bool = False) -> Session:
    access, refresh = tenant.ids.token(), tenant.ids.token()
    platform.tokens.plant(access, caller, tenant.world)
    platform.tokens.plant_refresh(refresh, caller, platform.clock.now() + REFRESH_LIFE)
    return Session(access, refresh, caller, tenant.ids.token(64) if saas else "")


def _same(expected: str, given: str) -> bool:
    return compare_digest(
        expected.encode("utf-8", "surrogatepass"), given.encode("utf-8", "surrogatepass")
    )
