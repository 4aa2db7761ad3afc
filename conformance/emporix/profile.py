"""What the kit knows of Emporix: how to log in, and what tests are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from conformance.config import Config
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import Reply, at
from conformance.journal import Creation
from conformance.judging import Unmet
from conformance.preflight import require_api
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
        op.SERVICE_TOKEN,
        by="",
        raw=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
        step="log in",
    )
    return _granted(session, name, reply)


def _customer_token(session: Session, name: str, given: Mapping[str, str]) -> Credential:
    tenant = given.get("tenant") or str(session.config.options.get("tenant", ""))
    client = given.get("client_id") or str(session.config.options.get("client_id", ""))
    if not client:
        raise Unmet("add emporix.client_id, the storefront's client, for logins of customers")
    send = session.background.send
    anonymous = send(
        op.ANONYMOUS_LOGIN,
        by="",
        query={"tenant": tenant, "client_id": client},
        step="log in",
    )
    first = anonymous.at("/access_token")
    if anonymous.status != 200 or not isinstance(first, str):
        owner = f"credentials.{name}." if "client_id" in given else ""
        raise Refused(_refusal(f"emporix.{owner}client_id is", anonymous))
    session.secrets.add(first, "ANONYMOUS_TOKEN")
    body: dict[str, Any] = {"email": given["email"], "password": given["password"]}
    if "legal_entity_id" in given:
        body["legalEntityId"] = given["legal_entity_id"]
    reply = send(
        op.LOGIN,
        by="",
        path={"tenant": tenant},
        headers={"Authorization": f"Bearer {first}"},
        body=body,
        step="log in",
    )
    return _granted(session, name, reply)


def _granted(session: Session, name: str, reply: Reply) -> Credential:
    token = reply.at("/access_token")
    lives = reply.at("/expires_in")
    if reply.status != 200 or not isinstance(token, str):
        raise Refused(_refusal(f"the credentials emporix.{name} are", reply))
    known = isinstance(lives, int) and not isinstance(lives, bool)
    expires = session.transport.now() + lives if known else float("inf")
    return _bearer(session, token, name, expires)


def _bearer(session: Session, token: str, name: str, expires: float = float("inf")) -> Credential:
    session.secrets.add(token, f"EMPORIX_{name}_TOKEN".upper())
    return Credential((("Authorization", f"Bearer {token}"),), expires=expires)


def _refusal(what: str, reply: Reply) -> str:
    """Say what does not log in by its name in the configuration; its value may be a secret."""
    path = reply.request.url.partition("?")[0]
    return f"{what} not accepted ({path} answered {reply.status})"


def _parameters(config: Config) -> Mapping[str, str]:
    return {"tenant": str(config.options.get("tenant", ""))}


def _preflight(session: Session) -> None:
    """Log in and read one segment; what comes must be the service's own answer.

    Raises NotReady, Refused.
    """
    given = session.config.credentials
    if not given:
        raise NotReady("emporix has no credentials; add at least manage and read")
    # One that may read tells most; managing alone may not include reading.
    reader = next((name for name in ("read", "customer", "manage") if name in given), "")
    name = reader or next(iter(given))
    try:
        session.credential(name)
        if "manage" in given and session.run.profile != "read-only":
            session.credential("manage")
    except Refused:
        require_api(session, _last(session))
        raise
    _require_tenant(session)
    reply = session.background.send(op.LIST, by=name, query={"pageSize": 1}, step="preflight")
    require_api(session, reply)
    if reply.status == 200 and isinstance(reply.json, list):
        return
    url, tenant = session.transport.base_url, session.config.options.get("tenant", "")
    if reply.status in (401, 403):
        if reader in ("read", "customer") or reply.status == 401:
            raise NotReady(
                f"{url} refuses the credentials emporix.{name} for the tenant {tenant!r} "
                f"(status {reply.status}): do they belong to it, and may they read segments?"
            )
        return
    if reply.status == 200:
        raise NotReady(f"{url} answers with something else than segments: is it the right URL?")
    raise NotReady(
        f"{url} has no segments to show of the tenant {tenant!r} (status {reply.status}): "
        "are the URL and the tenant right?"
    )


def _last(session: Session) -> Reply:
    """Return the last answer to what was sent between the tests."""
    exchanges = session.background.record.exchanges
    return Reply(next(each for each in reversed(exchanges) if each.response is not None))


def _require_tenant(session: Session) -> None:
    """Compare the tenant that granted tokens name with the configured one. Raises NotReady."""
    tenant = session.config.options.get("tenant", "")
    for exchange in session.background.record.exchanges:
        if exchange.request.operation != op.SERVICE_TOKEN or exchange.response is None:
            continue
        scope = Reply(exchange).at("/scope")
        words = scope.split() if isinstance(scope, str) else []
        named = [word.removeprefix("tenant=") for word in words if word.startswith("tenant=")]
        if named and tenant not in named:
            raise NotReady(
                f"{session.transport.base_url} gave a token of the tenant {named[0]!r}, "
                f"but emporix.tenant is {tenant!r}"
            )


_LISTS = {"segment": (op.LIST, "read", "/id"), "coupon": (op.LIST_COUPONS, "manage", "/code")}
"""Kind of what is made -> where such things are listed, for whom, and where their id is."""


def _find(session: Session, creation: Creation) -> str | None:
    """Return the id of a creation, found by the last word of its name. Raises Unmet.

    That word is made up for this creation alone; names are compared as a whole all the same.
    """
    word = creation.name.rpartition(" ")[2]
    if creation.kind not in _LISTS or not word.isalnum():
        raise Unmet("it was given no id of its own, and there is no way to look for it")
    operation, reader, pointer = _LISTS[creation.kind]
    case = session.background
    assert isinstance(case, Emporix)  # noqa: S101 - the profile says so
    by = reader if case.has_credential(reader) else creation.removal.credential
    key = f"name.{case.languages[0]}" if creation.kind == "segment" else "name"
    reply = case.send(
        operation,
        by=by,
        query={"q": f"{key}:~{word}"},
        headers={"Accept-Language": "*"},
        step="clean up",
        urgent=True,
    )
    if reply.status != 200:
        raise Unmet(f"looking for it by its name was answered with {reply.status}")
    for entry in reply.entries():
        name, found = at(entry, "/name"), at(entry, pointer)
        names = name.values() if isinstance(name, dict) else (name,)
        if creation.name in names and isinstance(found, str):
            return found
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
