"""What the kit knows of Akinon: how to sign in, and what tests are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.akinon.case import Akinon, Visitor, origin_of, with_pair
from conformance.config import Config
from conformance.exchange import Reply
from conformance.journal import Creation
from conformance.preflight import require_api
from conformance.session import Credential, NotReady, Refused, Session, VendorProfile


def log_in(session: Session, name: str) -> Credential:
    """Return a credential: a session as it stands, or one from the site's own login."""
    given = session.config.credentials[name]
    if "session" in given:
        cookie = given.get("cookie", cookies.SESSION_NAMES[0])
        held = {cookie: given["session"], cookies.CSRF: given["csrf_token"]}
        return _credential(session, Visitor(held, given["csrf_token"]))
    send = session.background.send
    reply = send(op.CSRF_TOKEN, by="", step="log in")
    if reply.status != 200:
        raise Refused(f"signing in as akinon.{name} needs a CSRF token: {_told(reply)}")
    visitor = with_pair(session, {}, reply)
    reply = send(
        op.LOGIN,
        by="",
        headers={
            **cookies.written(visitor.cookies),
            "X-CSRFToken": visitor.csrf_token,
            **origin_of(session),
        },
        body={"email": given["email"], "password": given["password"]},
        step="log in",
    )
    found = cookies.session_in(cookies.updated({}, reply), given.get("cookie", ""))
    if not 200 <= reply.status < 300 or found is None:
        raise Refused(f"the credentials akinon.{name} are not accepted: {_reason(reply)}")
    session.secrets.add(found[1], f"AKINON_{name}_SESSION".upper())
    lives = cookies.set_by(reply)[found[0]].seconds
    visitor = with_pair(session, visitor.cookies, reply, visitor.csrf_token)
    return _credential(session, visitor, session.transport.now() + lives)


def _credential(session: Session, visitor: Visitor, expires: float = float("inf")) -> Credential:
    return Credential(
        tuple(cookies.written(visitor.cookies).items()),
        (("X-CSRFToken", visitor.csrf_token), *origin_of(session).items()),
        expires,
    )


def _reason(reply: Reply) -> str:
    redirect = reply.at("/redirect_url")
    if reply.status == 202:
        return "the site asks for a one-time password, which the kit cannot have"
    if isinstance(redirect, str) and "captcha" in redirect:
        return "the site asks for a captcha, which the kit cannot solve"
    if 200 <= reply.status < 300:
        return f"{_told(reply)} without a session cookie"
    return _told(reply)


def _told(reply: Reply) -> str:
    """Return the status of an answer, and what the site said, where it said it in JSON."""
    said = "; ".join(_texts(reply.json))[:300]
    answered = f"{reply.request.url.partition('?')[0]} answered {reply.status}"
    return f"{answered}: {said}" if said and reply.status >= 400 else answered


def _texts(body: Any) -> Iterator[str]:
    """Yield the messages of a refusal: texts, and lists of texts, by the names they have."""
    for name, value in body.items() if isinstance(body, dict) else ():
        messages = value if isinstance(value, list) else [value]
        texts = [each for each in messages if isinstance(each, str) and each]
        if texts:
            yield f"{name}: {' '.join(texts)}"


def _parameters(_: Config) -> Mapping[str, str]:
    return {}


def _preflight(session: Session) -> None:
    """List the segments of a user; what comes must be the site's own answer."""
    names = session.config.credentials
    name = "user" if "user" in names else next(iter(names), "")
    case = session.background
    if name and "session" not in names[name]:
        # A web page in place of the API is told as such, and not as a refused login.
        require_api(session, case.send(op.CSRF_TOKEN, by="", step="preflight"))
    reply = require_api(session, case.send(op.LIST, by=name, step="preflight"))
    if reply.status in (401, 403) and name:
        raise NotReady(f"{session.transport.base_url} refuses the credentials {name!r}")


def _find(session: Session, creation: Creation) -> str | None:
    """Return nothing: what is put back is known before it is changed."""
    return None


PROFILE = VendorProfile(
    vendor="akinon",
    title="Akinon",
    case=Akinon,
    log_in=log_in,
    parameters=_parameters,
    preflight=_preflight,
    find=_find,
    unwelcome=frozenset({"unverified"}),
    parallel=False,  # a user has one current segment
)
