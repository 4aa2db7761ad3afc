"""What the kit knows of Open Loyalty: how to log in, and what tests are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.config import Config
from conformance.exchange import MISSING, Reply, at
from conformance.journal import Creation
from conformance.judging import Unmet
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty, is_member
from conformance.openloyalty.tokens import read_jwt
from conformance.preflight import require_api
from conformance.session import Credential, NotReady, Refused, Session, VendorProfile

DAY = 24 * 60 * 60
"""Seconds that a token lives, as documented (OLO-025)."""


def log_in(session: Session, name: str) -> Credential:
    """Return a credential: a token or a key as it stands, or the token of a login.

    Credentials whose name begins with `member` are those of members; all others are admins'.
    """
    given = session.config.credentials[name]
    if "api_key" in given:
        return Credential((("X-AUTH-TOKEN", given["api_key"]),))
    if "token" in given:
        return _bearer(session, given["token"], name)
    operation = op.MEMBER_LOGIN if is_member(name) else op.ADMIN_LOGIN
    reply = session.background.send(
        operation,
        by="",
        body={"username": given["username"], "password": given["password"]},
        step="log in",
    )
    token = _token_of(reply)
    if not (200 <= reply.status < 300 and isinstance(token, str)):
        path = reply.request.url.partition("?")[0]
        advice = " without a token" if reply.status < 300 else ""
        raise Refused(
            f"the credentials openloyalty.{name} are not accepted: {path} answered "
            f"{reply.status}{advice}"
        )
    refresh = reply.at("/refresh_token")
    if isinstance(refresh, str):
        session.secrets.add(refresh, f"OPENLOYALTY_{name}_REFRESH_TOKEN".upper())
    now = session.transport.now()
    ends = at(read_jwt(token), "/exp")
    # A token that names no sensible end is taken to live as long as the documents say.
    sensible = isinstance(ends, int) and not isinstance(ends, bool) and ends > now + 120
    return _bearer(session, token, name, float(ends) if sensible else now + DAY)


def _token_of(reply: Reply) -> Any:
    """Return the token of a login: another JWT where none has that name, which is judged."""
    named = reply.at("/token")
    body = reply.json
    others = body.values() if named is MISSING and isinstance(body, dict) else ()
    return next((each for each in others if read_jwt(each) is not MISSING), named)


def _bearer(session: Session, token: str, name: str, expires: float = float("inf")) -> Credential:
    session.secrets.add(token, f"OPENLOYALTY_{name}_TOKEN".upper())
    return Credential((("Authorization", f"Bearer {token}"),), expires=expires)


def _parameters(config: Config) -> Mapping[str, str]:
    return {"storeCode": str(config.options.get("store_code", ""))}


def _preflight(session: Session) -> None:
    """Log in and list one segment; what comes must be the service's own answer.

    Raises NotReady, Refused.
    """
    case = session.background
    admins = [name for name in session.config.credentials if not is_member(name)]
    if not admins:
        raise NotReady(
            "openloyalty has no credentials of an admin; add openloyalty.credentials.admin"
        )
    name = case.default_credential if case.default_credential in admins else admins[0]
    try:
        session.credential(name)
    except Refused:
        sent = [each for each in case.record.exchanges if each.response is not None]
        require_api(session, Reply(sent[-1]))
        raise
    reply = case.send(op.LIST, by=name, query={"_itemsOnPage": 1}, step="preflight")
    require_api(session, reply)
    url, store = session.transport.base_url, session.config.options.get("store_code", "")
    if reply.status in (401, 403):
        raise NotReady(
            f"{url} refuses the credentials openloyalty.{name} (status {reply.status}): "
            "are they those of an admin who may see segments?"
        )
    if reply.status != 200:
        raise NotReady(
            f"{url} has no segments to show of the store {store!r} (status {reply.status}): "
            "are the URL and the store code right?"
        )
    if not isinstance(reply.at("/items"), list):
        raise NotReady(f"{url} answers with something else than segments: is it the right URL?")


def _find(session: Session, creation: Creation) -> str | None:
    """Return the id of a segment, found by its name. Raises Unmet."""
    if creation.kind != "segment" or not creation.name.strip():
        raise Unmet("it was given no name to look for")
    reply = session.background.send(
        op.LIST,
        by=creation.removal.credential,
        query={"name": creation.name, "_itemsOnPage": 50},
        step="clean up",
        urgent=True,
    )
    if reply.status != 200:
        raise Unmet(f"looking for it by its name was answered with {reply.status}")
    for entry in reply.entries("/items"):
        found = at(entry, "/segmentId")
        if at(entry, "/name") == creation.name and isinstance(found, str):
            return found
    return None


PROFILE = VendorProfile(
    vendor="openloyalty",
    title="Open Loyalty",
    case=OpenLoyalty,
    log_in=log_in,
    parameters=_parameters,
    preflight=_preflight,
    find=_find,
)
