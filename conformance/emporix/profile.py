"""What the kit knows of Emporix: how to log in, and what tests are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from conformance.case import Case
from conformance.config import Config
from conformance.emporix.case import Emporix
from conformance.exchange import Reply
from conformance.journal import Creation
from conformance.session import Credential, NotReady, Refused, Session, VendorProfile

SERVICES = {"coupon": "coupon", "category-tree": "category", "product": "product"}
"""How operationIds of the sister services that may be missing begin -> the service's name."""


def log_in(session: Session, name: str) -> Credential:
    """Return a credential: a token as it stands, or one from the vendor's own logins."""
    given = session.config.credentials[name]
    if "token" in given:
        return _bearer(session, given["token"], name)
    if "client_secret" in given:
        return _service_token(session, name, given)
    return _customer_token(session, name, given)


def _service_token(session: Session, name: str, given: Mapping[str, str]) -> Credential:
    form = {
        "grant_type": "client_credentials",
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
    }
    if "scope" in given:
        form["scope"] = given["scope"]
    reply = session.background.send(
        "POST-oauth-request-client-credentials",
        by="",
        raw=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
        step="log in",
    )
    return _granted(session, name, reply)


def _customer_token(session: Session, name: str, given: Mapping[str, str]) -> Credential:
    tenant = str(session.config.options.get("tenant", ""))
    client = given.get("client_id") or str(session.config.options.get("client_id", ""))
    send = session.background.send
    anonymous = send(
        "GET-oauth-generate-anonymous-access-token",
        by="",
        query={"tenant": tenant, "client_id": client},
        step="log in",
    )
    first = anonymous.at("/access_token")
    if anonymous.status != 200 or not isinstance(first, str):
        raise Refused(_refusal(session, name, anonymous))
    session.secrets.add(first, "ANONYMOUS_TOKEN")
    body: dict[str, Any] = {"email": given["email"], "password": given["password"]}
    if "legal_entity_id" in given:
        body["legalEntityId"] = given["legal_entity_id"]
    reply = send(
        "POST-customer-authenticate-customer",
        by="",
        headers={"Authorization": f"Bearer {first}"},
        body=body,
        step="log in",
    )
    return _granted(session, name, reply)


def _granted(session: Session, name: str, reply: Reply) -> Credential:
    token = reply.at("/access_token")
    lives = reply.at("/expires_in")
    if reply.status != 200 or not isinstance(token, str):
        raise Refused(_refusal(session, name, reply))
    known = isinstance(lives, int) and not isinstance(lives, bool)
    expires = session.transport.now() + lives if known else float("inf")
    return _bearer(session, token, name, expires)


def _bearer(session: Session, token: str, name: str, expires: float = float("inf")) -> Credential:
    session.secrets.add(token, f"EMPORIX_{name}_TOKEN".upper())
    return Credential((("Authorization", f"Bearer {token}"),), expires=expires)


def _refusal(session: Session, name: str, reply: Reply) -> str:
    path = reply.request.url.partition("?")[0]
    return f"the credentials emporix.{name} are not accepted: {path} answered {reply.status}"


def _parameters(config: Config) -> Mapping[str, str]:
    return {"tenant": str(config.options.get("tenant", ""))}


def _preflight(session: Session) -> None:
    """Read one segment; what comes must be the service's own answer."""
    case: Case = session.background
    name = "read" if case.has_credential("read") else next(iter(session.config.credentials), "")
    reply = case.send(
        "GET-customer-segment-retrieve-segments", by=name, query={"pageSize": 1}, step="preflight"
    )
    if reply.status in (401, 403) and name:
        raise NotReady(f"{session.transport.base_url} refuses the credentials {name!r}")


def _find(session: Session, creation: Creation) -> str | None:
    """Return nothing: everything but generated ids is made under an id of our own."""
    return None


def service_of(operation: str) -> str:
    """Return the sister service of an operationId; empty for segments and logins."""
    rest = operation.partition("-")[2]
    return next((name for start, name in SERVICES.items() if rest.startswith(start)), "")


PROFILE = VendorProfile(
    vendor="emporix",
    title="Emporix",
    case=Emporix,
    log_in=log_in,
    parameters=_parameters,
    preflight=_preflight,
    find=_find,
    service_of=service_of,
)
