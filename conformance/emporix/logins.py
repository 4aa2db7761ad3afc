"""Tokens in the hands of a test: service tokens, anonymous sessions, customer logins.

Whatever is obtained here belongs to one test alone: the credentials that the whole run
shares are never renewed or logged out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply

MANAGE: Final = "customersegment.segment_manage"
READ: Final = "customersegment.segment_read"
READ_OWN: Final = "customersegment.segment_read_own"

NEVER_ISSUED: Final = "segment-conformance-never-issued-0000"
"""A token that no target has given."""
SLACK: Final = 5
"""Seconds by which a lifetime may have been rounded, or passed on the way."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer logs in with."""

    email: str
    password: str
    client: str
    """The client id of the storefront."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token with the refresh token that came along, and their session."""

    access: str
    refresh: str
    session: Any
    reply: Reply

    @property
    def headers(self) -> dict[str, str]:
        """The header that makes a request the bearer's."""
        return bearer(self.access)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def scopes(value: Any) -> list[str]:
    """Return what a `scope` lists; nothing when it is no text."""
    return value.split() if isinstance(value, str) else []


def lives(value: Any, seconds: int) -> bool:
    """Return whether a number of seconds is the documented life of a new token."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return number and seconds - SLACK <= value <= seconds + 1


# ---- service tokens ------------------------------------------------------------------


def service_token(
    case: Emporix,
    name: str = "manage",
    *,
    scope: str = "",
    instead: Mapping[str, str] | None = None,
) -> Reply:
    """Ask for a token of the client behind a credential; the reply may be anything.

    `instead` replaces fields of the form: a client that is none, a secret that is wrong.

    Raises Unmet when the credential has no client.
    """
    given = case.session.config.credentials.get(name, {})
    if not {"client_id", "client_secret"} <= given.keys():
        raise case.lacking(f"emporix.credentials.{name} with client_id and client_secret")
    form = {
        "grant_type": "client_credentials",
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
    }
    if scope:
        form["scope"] = scope
    form.update(instead or {})
    return case.send(
        op.SERVICE_TOKEN,
        by="",
        raw=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
    )


def token_in(case: Emporix, reply: Reply, pointer: str = "/access_token") -> str:
    """Return a token of a reply, which is not shown from now on; empty where there is none."""
    found = reply.at(pointer)
    if not isinstance(found, str):
        return ""
    case.session.secrets.add(found, f"EMPORIX{pointer.replace('/', '_').upper()}")
    return found


# ---- anonymous sessions --------------------------------------------------------------


def storefront(case: Emporix) -> str:
    """Return the client id that visitors come with. Raises Unmet."""
    return case.option("client_id")


def visit(case: Emporix, *, client: str = "", step: str = "") -> Reply:
    """Ask for an anonymous token."""
    query = {"tenant": case.option("tenant"), "client_id": client or storefront(case)}
    return case.send(op.ANONYMOUS_LOGIN, by="", query=query, step=step)


def renew_visit(case: Emporix, former: Pair, *, with_former: bool = True) -> Reply:
    """Renew an anonymous session; `with_former` sends the token that is renewed as well."""
    query = {
        "tenant": case.option("tenant"),
        "client_id": storefront(case),
        "refresh_token": former.refresh,
    }
    if with_former:
        query["anonymous_token"] = former.access
    return case.send(op.ANONYMOUS_REFRESH, by="", query=query)


def visitor(case: Emporix, *, client: str = "") -> Pair:
    """Return an anonymous session to go on with. Raises Unmet."""
    reply = visit(case, client=client, step="set up")
    return pair_in(case, case.need(reply, 200, what="an anonymous login"), session="/sessionId")


def pair_in(case: Emporix, reply: Reply, *, session: str = "/session_id") -> Pair:
    """Return the tokens of a reply; empty ones where there are none."""
    return Pair(
        token_in(case, reply),
        token_in(case, reply, "/refresh_token"),
        reply.at(session),
        reply,
    )


# ---- customers -----------------------------------------------------------------------


def account(case: Emporix, name: str = "customer") -> Account:
    """Return what the customer of a credential logs in with. Raises Unmet."""
    given = case.session.config.credentials.get(name, {})
    if not {"email", "password"} <= given.keys():
        raise case.lacking(f"emporix.credentials.{name} with email and password")
    return Account(given["email"], given["password"], given.get("client_id") or storefront(case))


def send_login(
    case: Emporix,
    email: str,
    password: str,
    headers: Mapping[str, str],
    *,
    path: Mapping[str, str] | None = None,
    entity: str = "",
    entity_in: str = "body",
    step: str = "",
) -> Reply:
    """Send a login as it is; `entity_in` says where the legal entity is named."""
    body = {"email": email, "password": password}
    query = {}
    if entity and entity_in == "body":
        body["legalEntityId"] = entity
    elif entity:
        query["legalEntityId"] = entity
    return case.send(op.LOGIN, by="", path=path, query=query, headers=headers, body=body, step=step)


def log_in(
    case: Emporix,
    name: str = "customer",
    *,
    entity: str = "",
    entity_in: str = "body",
    step: str = "",
) -> Reply:
    """Log the customer of a credential in anew; the reply may be anything. Raises Unmet."""
    who = account(case, name)
    headers = visitor(case, client=who.client).headers
    return send_login(
        case, who.email, who.password, headers, entity=entity, entity_in=entity_in, step=step
    )


def customer(case: Emporix, name: str = "customer") -> Pair:
    """Return a new session of a customer to go on with. Raises Unmet."""
    reply = case.need(log_in(case, name, step="set up"), 200, what="a customer's login")
    return pair_in(case, reply)


def renew(case: Emporix, former: Pair, *, entity: str = "") -> Reply:
    """Renew the session of a customer, for a legal entity where one is named."""
    query = {"refreshToken": former.refresh}
    if entity:
        query["legalEntityId"] = entity
    return case.send(op.REFRESH, by="", query=query, headers=former.headers)


def validate(case: Emporix, token: str, *, path: Mapping[str, str] | None = None) -> Reply:
    """Ask what a token stands for."""
    return case.send(op.VALIDATE, by="", path=path, headers=bearer(token))


def log_out(
    case: Emporix,
    token: str,
    *,
    path: Mapping[str, str] | None = None,
    naming_it: bool = True,
) -> Reply:
    """Log out; `naming_it` sends the parameter accessToken."""
    query = {"accessToken": token} if naming_it else {}
    return case.send(op.LOGOUT, by="", path=path, query=query, headers=bearer(token))


def entities(case: Emporix, name: str = "buyer") -> tuple[str, str, str]:
    """Return a customer and two legal entities that it buys for. Raises Unmet.

    The first one is the credential's own, where it has one.
    """
    return case.entities(name)
