"""Looks once whether a target can be judged at all, and says in one sentence why not."""

from __future__ import annotations

from conformance.exchange import Reply
from conformance.judging import Unmet
from conformance.safety import TransportFailure
from conformance.session import NotReady, Refused, Session

__all__ = ["NotReady", "look", "require_api"]


def look(session: Session) -> None:
    """Do what the vendor's profile does before any test, and try every credential.

    Raises NotReady.
    """
    try:
        session.profile.preflight(session)
        _try_credentials(session)
    except TransportFailure as trouble:
        raise NotReady(f"{session.transport.base_url} cannot be asked: {trouble}") from None
    except Refused as refusal:
        raise NotReady(_told(session, refusal)) from None
    except Unmet as reason:
        raise NotReady(reason.reason) from None


def _try_credentials(session: Session) -> None:
    """Log in with every credential, where all will be used. Raises Refused, TransportFailure.

    What only lacks something to be tried is told where it is needed.
    """
    if session.run.profile != "full":
        return
    for name in session.config.credentials:
        if name in session.profile.unwelcome:
            continue
        try:
            session.credential(name)
        except Refused:
            raise
        except Unmet:
            continue


def _told(session: Session, refusal: Refused) -> str:
    """Return why a login failed: a path that is not there says nothing about credentials."""
    answered = [each for each in session.background.record.exchanges if each.response is not None]
    url = session.transport.base_url
    if answered and answered[-1].response is not None and answered[-1].response.status == 404:
        path = answered[-1].request.url.partition("?")[0]
        given = session.profile.parameters(session.config).values()
        named = "".join(f", and is {each!r} right" for each in given if f"/{each}/" in path)
        return f"{url} has nothing at {path} (status 404): is it the base URL of the API{named}?"
    return f"{refusal.reason} by {url}"


def require_api(session: Session, reply: Reply) -> Reply:
    """Return a reply that looks like an API's. Raises NotReady for a web page or a redirect."""
    url = session.transport.base_url
    path = reply.request.url.partition("?")[0]
    if 300 <= reply.status < 400:
        to = session.secrets.text(reply.header("location") or "elsewhere").partition("?")[0]
        raise NotReady(
            f"{url} redirects {path} to {to}: "
            "is a login page, or another host, in front of the API?"
        )
    kind = (reply.header("content-type") or "").partition(";")[0].strip().lower()
    if kind == "text/html" or reply.text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
        raise NotReady(
            f"{url} answers {path} with an HTML page (status {reply.status}): "
            "is this the base URL of the API?"
        )
    if reply.status >= 500:
        raise NotReady(f"{url} answers {path} with status {reply.status}")
    return reply
