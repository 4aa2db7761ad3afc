"""Variants of Akinon: what its documents leave open beyond the named choices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from conformance.exchange import Request, Response
from mockserver import contract
from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.refusals import Invalid, Refusal, Unauthenticated
from mockserver.kernel.room import Operation

from . import neighbours, wires
from .lagging import PutOff, background
from .varied import Send, Target, Variant


def _forbidden(reply: Reply, refusal: Refusal) -> Reply:
    rule = contract("akinon").requirements.get(refusal.requirement)
    if rule is not None and rule.strength == "documented":
        return reply
    return replace(reply, status=422) if reply.status in (400, 403) else reply


def _page_for_people(request: Request, response: Response) -> Response:
    """Refuse a CSRF proof with a page, as Django itself does."""
    if response.status != 403 or request.url.startswith("/users/segments/"):
        return response  # the contract lists one for segments, as JSON
    body = b"<!DOCTYPE html><h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed."
    return Response(403, (("Content-Type", "text/html"),), body)


def _baked(_: Request, response: Response) -> Response:
    """Set cookies as other sites do: more attributes, in other words, beside other cookies."""
    headers = []
    for name, value in response.headers:
        if name.lower() == "set-cookie" and "max-age=0" not in value.lower():
            pair = value.partition(";")[0]
            value = (  # noqa: PLW2901 - a shorter way to say it
                f"{pair}; expires=Fri, 31 Dec 2027 23:59:59 GMT; HttpOnly; Path=/; "
                "SameSite=None; Secure; Partitioned; Priority=High"
            )
        headers.append((name, value))
    headers += [("set-cookie", "pz-locale=en; Path=/"), ("Set-Cookie", "__cf_bm=x=y==; HttpOnly")]
    return replace(response, headers=tuple(headers))


def _nested(body: Any) -> Any:
    return {"basket": {"pk": 1, **body}, "upsell_messages": None}


def _bare_user(body: Any) -> Any:
    return {name: value for name, value in body.items() if name in ("pk", "segment", "email")}


def _signed_out(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Answer a sign-out by leading to the start page."""
    reply = true(world, call, caller)
    return replace(reply, status=302, headers=[*reply.headers, ("Location", "/")])


def _backwards(body: Any) -> Any:
    return list(reversed(body))


def _unspoken(reply: Reply, refusal: Refusal) -> Reply:
    """Say in a 401 how to sign in, and little else."""
    if not isinstance(refusal, Unauthenticated):
        return reply
    headers = [*reply.headers, ("WWW-Authenticate", 'Session realm="api"')]
    return replace(reply, body={"detail": "Lütfen oturum açin.", "code": "x"}, headers=headers)


def _keyed_on(true: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Give a session only to who signs in: neither basket nor recalculation opens one."""
    reply = true(world, call, caller)
    if call.operation == "loginUser" or caller.user is not None:
        return reply
    kept = [pair for pair in reply.headers if pair[0].lower() != "set-cookie"]
    return replace(reply, headers=kept)


def _without_csrf(reply: Reply, _: Call) -> Reply:
    """Keep the CSRF pair of before when somebody signs in."""
    kept = [pair for pair in reply.headers if not pair[1].startswith("csrftoken=")]
    return replace(reply, headers=kept)


def _signed_anew(target: Target) -> Send:
    """Hand a session out in another text with each answer; the former texts stay good."""
    send, seen = target.send, count(1)
    session, signature = re.compile(r"\bo?sessionid=([A-Za-z0-9]{32})"), re.compile(r"\.s\d+\b")

    def sent(request: Request) -> Response:
        headers = tuple((name, signature.sub("", value)) for name, value in request.headers)
        response = send(replace(request, headers=headers))
        handed = [
            (name, session.sub(lambda found: f"{found[0]}.s{next(seen)}", value))
            for name, value in response.headers
        ]
        held = session.search(next((v for n, v in headers if n.lower() == "cookie"), ""))
        visits = request.url.startswith(("/baskets/", "/users/segments/recalculate"))
        if held and visits and "sessionid=" not in str(handed):
            handed.append(("Set-Cookie", f"{held[0]}.s{next(seen)}; Path=/; HttpOnly"))
        return replace(response, headers=tuple(handed))

    return sent


def _captcha_told(reply: Reply, refusal: Refusal) -> Reply:
    """Tell who is not signed in where the captcha is, beside what is wrong."""
    if not isinstance(refusal, Invalid):
        return reply
    return replace(reply, body={**changes.plain(reply.body), "redirect_url": "/captcha/?next=/"})


def _segmentless(body: Any) -> Any:
    """Leave a segment that is null out."""
    return {name: value for name, value in body.items() if value is not None}


def _put_off(state: Any) -> Iterable[PutOff]:
    put_off = PutOff(state._clock, 3000)
    recalculate, recalculate_guest, choose = (
        state.recalculate, state.recalculate_guest, state.choose,
    )  # fmt: skip

    def later(user: Any) -> None:
        put_off.drop(user.pk)
        put_off.add(user.pk, lambda _: recalculate(user))

    def chosen(user: Any, pk: int) -> Any:
        segment = choose(user, pk)
        put_off.drop(user.pk)
        return segment

    state.recalculate, state.choose = later, chosen
    state.recalculate_guest = recalculate_guest
    return [put_off]


HARMLESS = (
    Variant(
        "other-refusals", "Where no status is documented, 422 says no as well as any.",
        "every row that is not documented", change=changes.refusing(_forbidden),
    ),
    Variant(
        "pages-for-people", "Django's own answer to a failed CSRF check is a page.",
        "AKN-005, AKN-023", wire=wires.replies(_page_for_people),
    ),
    Variant(
        "other-cookies", "Attributes of cookies, and further cookies, are a site's own affair.",
        "AKN-015, AKN-017", wire=wires.replies(_baked),
    ),
    Variant(
        "short-csrf-tokens", "Older Django hands out the bare secret.",
        "AKN-026, AKN-029 (an example's length)",
        wire=wires.renamed(r"\b[A-Za-z0-9]{64}\b", lambda text, n: f"{n:08d}{text[:24]}"),
    ),
    Variant(
        "long-sessions", "Signed sessions are longer.", "AKN-016 (an example's length)",
        wire=wires.renamed(
            r"(?<=sessionid=)[A-Za-z0-9]{32}\b", lambda text, n: f".eJx{text}:1r{n}:{text}_-"
        ),
    ),
    Variant(
        "basket-within", "At which place of a basket the segment stands is not said.",
        "AKN-101", change=changes.body(_nested, "getBasket"),
    ),
    Variant(
        "bare-user", "What else a user shows is not said.",
        "AKN-048", change=changes.body(_bare_user, "getCurrentUser"),
    ),
    Variant(
        "signed-out-elsewhere", "Signing out is a form and may lead to a page.",
        "AKN-045", change=changes.around(_signed_out, "logoutUser"),
    ),
    Variant(
        "worst-first", "No order of the list is documented.",
        "AKN-060", change=changes.body(_backwards, "listSegments"),
    ),
    Variant(
        "other-401", "No body of a 401 is documented.",
        "AKN-005", change=changes.refusing(_unspoken),
    ),
    Variant(
        "recalculation-late", "Recalculation may be work for a queue.",
        "vendor-facts 3.1; issue: effects need not be immediate", change=background(_put_off),
    ),
    Variant(
        "sessions-for-baskets-only", "Recalculation need not open a session.",
        "AKN-083", change=changes.around(_keyed_on, "recalculateSegment"),
    ),
    Variant(
        "sessions-for-recalculation-only", "A basket need not open a session.",
        "AKN-102", change=changes.around(_keyed_on, "getBasket"),
    ),
    Variant(
        "no-sessions-for-guests", "A site may give guests sessions elsewhere.",
        "AKN-083, AKN-102",
        change=changes.around(_keyed_on, "getBasket", "recalculateSegment"), inconclusive=10,
    ),
    Variant(
        "sessions-signed-anew", "A signed session has another text at each visit.",
        "AKN-018", wire=_signed_anew, inconclusive=1,
    ),
    Variant(
        "captcha-told", "A refused login may tell where a captcha is to be solved.",
        "AKN-006", change=changes.refusing(_captcha_told, "loginUser"),
    ),
    Variant(
        "csrf-kept-at-login", "That signing in renews the CSRF pair is Django's, not documented.",
        "AKN-043", change=changes.after(_without_csrf, "loginUser"),
    ),
    Variant(
        "no-null-segment", "That no segment is shown as null is not documented.",
        "AKN-050, AKN-101",
        change=changes.body(_segmentless, "getBasket", "getCurrentUser"), inconclusive=10,
    ),
    Variant(
        "noisy-neighbour", "Other people use the site at the same time.",
        "the target is shared", wire=neighbours.akinon,
    ),
)  # fmt: skip
