"""Sessions of visitors and customers: begun, renewed, validated, ended."""

from __future__ import annotations

from typing import Any

from conformance.case import UNSENT
from conformance.emporix import coupons, logins
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import VERSION
from conformance.emporix.logins import READ_OWN, Pair, bearer, lives, scopes
from conformance.exchange import Reply
from conformance.judging import judges

EVERYWHERE = (
    op.VALIDATE,
    op.LOGOUT,
    op.LIST,
    op.SEARCH,
    op.READ,
    op.LIST_ALL_ITEMS,
    op.LIST_ITEMS,
    op.SEARCH_ITEMS,
    op.LIST_CUSTOMERS,
    op.TREES,
    op.CATEGORY_TREES,
    op.SEARCH_PRODUCTS,
)
"""What a customer may ask as long as its token is valid."""


def _own_list(emporix: Emporix, token: str) -> Reply:
    return emporix.send(op.LIST, by="", headers=bearer(token), query={"pageSize": 1})


# ---- visitors ------------------------------------------------------------------------


@judges("EMX-335", "EMX-336", "EMX-337", smoke=True, read_only=True)
def test_a_visitor_gets_an_anonymous_token(emporix: Emporix) -> None:
    """A tenant and the client id of its storefront give an anonymous token."""
    reply = logins.visit(emporix)
    emporix.judge("EMX-335", reply).status(200)
    token = logins.token_in(emporix, reply)
    tenant = f"tenant={emporix.option('tenant')}"
    shape = emporix.judge("EMX-336", reply)
    shape.that(bool(token), "a text at /access_token", reply.at("/access_token"), "the body")
    shape.present("/token_type", "/expires_in", "/sessionId", "/scope")
    scope = reply.at("/scope")
    shape.that(tenant in scopes(scope), f"a scope with {tenant}", scope, "the body", "/scope")
    _judge_lives(emporix, "EMX-337", reply, 3599)


@judges("EMX-337", "EMX-340")
def test_an_anonymous_session_is_renewed(emporix: Emporix) -> None:
    """A refresh token gives the next token of the same anonymous session, good for a login."""
    who = logins.account(emporix)
    former = logins.visitor(emporix)
    reply = logins.renew_visit(emporix, former)
    token = logins.token_in(emporix, reply)
    renewed = emporix.judge("EMX-340", reply).status(200)
    _judge_new(emporix, "EMX-340", reply, "/access_token", token, former.access)
    if isinstance(former.session, str):
        renewed.value("/sessionId", former.session)
    used = logins.send_login(emporix, who.email, who.password, bearer(token))
    emporix.judge("EMX-340", used).status(200)
    _judge_lives(emporix, "EMX-337", reply, 3599)
    again = logins.renew_visit(emporix, logins.pair_in(emporix, reply, session="/sessionId"))
    logins.pair_in(emporix, again)
    emporix.judge("EMX-340", again).status(200)


@judges("EMX-341")
def test_the_former_anonymous_token_may_be_left_out(emporix: Emporix) -> None:
    """Whether an anonymous session is renewed without its former token is reported."""
    former = logins.visitor(emporix)
    reply = logins.renew_visit(emporix, former, with_former=False)
    logins.pair_in(emporix, reply)
    done = reply.status == 200
    variant = "may be left out" if done else f"is asked for ({reply.status})"
    emporix.observe("EMX-341", f"anonymous_token {variant}", reply)


# ---- customers -----------------------------------------------------------------------


@judges("EMX-350", "EMX-351", "EMX-352", "EMX-353", "EMX-360", "EMX-369")
def test_a_customer_logs_in(emporix: Emporix) -> None:
    """E-mail and password with an anonymous token give a token that is the customer's."""
    who = logins.account(emporix)
    reply = logins.log_in(emporix)
    emporix.judge("EMX-350", reply).status(200)
    new = logins.pair_in(emporix, reply)
    _observe_names(emporix, reply)
    shape = emporix.judge("EMX-351", reply)
    shape.that(bool(new.access), "a text at /access_token", reply.at("/access_token"), "the body")
    shape.present(
        "/saas_token", "/expires_in", "/refresh_token", "/refresh_token_expires_in",
        "/token_type", "/session_id",
    )  # fmt: skip
    for name in ("saas_token", "refresh_token", "token_type"):
        text = reply.at(f"/{name}")
        shape.that(isinstance(text, str) and bool(text), f"a text at /{name}", "none", "the body")
    validated = logins.validate(emporix, new.access)
    emporix.judge(("EMX-350", "EMX-369"), validated).status(200)
    _judge_validated(emporix, validated, who.email)
    emporix.judge("EMX-369", validated).value("/sessionId", new.session)
    scope = validated.at("/scope")
    emporix.judge("EMX-360", validated).that(
        READ_OWN in scopes(scope), f"a scope with {READ_OWN}", scope, "the body", "/scope"
    )
    emporix.judge("EMX-360", _own_list(emporix, new.access)).status(200)
    _judge_lives(emporix, "EMX-353", reply, 2591999)


@judges("EMX-369", read_only=True)
def test_a_token_tells_how_long_it_still_lives(emporix: Emporix) -> None:
    """A valid customer token is told whose it is and how many seconds are left of it."""
    email = emporix.session.config.credentials.get("customer", {}).get("email", "")
    first = emporix.send(op.VALIDATE, by="customer")
    emporix.judge("EMX-369", first).status(200)
    _judge_validated(emporix, first, email)
    before = first.at("/expires_in")
    emporix.pause(2)
    second = emporix.send(op.VALIDATE, by="customer")
    after = second.at("/expires_in")
    remaining = isinstance(before, int) and isinstance(after, int) and after < before
    # A token that outlives the ordinary ones by far may be told as the largest number.
    emporix.judge("EMX-369", second).status(200).that(
        remaining or (isinstance(before, int) and before > 2592000),
        f"less than {before} two seconds later", after, "the body", "/expires_in",
    )  # fmt: skip


@judges("EMX-352", "EMX-353", "EMX-360", "EMX-362")
def test_a_customer_session_is_renewed(emporix: Emporix) -> None:
    """A refresh token gives a new access token and a new refresh token, both of them good."""
    who, former = logins.account(emporix), logins.customer(emporix)
    if not former.refresh:
        emporix.need(former.reply, what="a login without refresh_token")
    first = _renewed(emporix, former)
    _judge_renewal(emporix, first, former)
    validated = logins.validate(emporix, first.access)
    emporix.judge("EMX-362", validated).status(200)
    email = validated.at("/email")
    emporix.judge("EMX-362", validated).that(
        not isinstance(email, str) or email.casefold() == who.email.casefold(),
        "a token of the same customer", email, "the body", "/email",
    )  # fmt: skip
    _judge_lives(emporix, "EMX-353", first.reply, 2591999)
    emporix.judge("EMX-360", _own_list(emporix, first.access)).status(200)
    _judge_renewal(emporix, _renewed(emporix, first), first)
    _observe_names(emporix, first.reply)


@judges("EMX-372", "EMX-373")
def test_a_customer_logs_out(emporix: Emporix) -> None:
    """Logging out is answered with 204, and nobody takes the access token any more."""
    token = logins.customer(emporix).access
    emporix.need(_own_list(emporix, token), 200, what="listing segments with a new token")
    emporix.judge("EMX-372", logins.log_out(emporix, token)).status(204).bodiless()
    for operation in EVERYWHERE:

        def look(asked: str = operation) -> Reply:
            return _asked(emporix, asked, token)

        last = emporix.settle(look, until=lambda reply: reply.status == 401)
        emporix.judge("EMX-373", last).status(401)


@judges("EMX-373")
def test_who_logged_out_uses_no_coupon(emporix: Emporix) -> None:
    """The coupon service does not take the access token of a customer who logged out."""
    code = coupons.coupon(emporix)
    token = logins.customer(emporix).access
    headers = bearer(token)
    body = coupons.purchase()
    before = coupons.validate(emporix, code, body, by="", headers=headers, step="set up")
    emporix.need(before, 200, what="validating a coupon with a new token")
    emporix.need(logins.log_out(emporix, token), 204, what="logging out")
    last = emporix.settle(
        lambda: coupons.validate(emporix, code, body, by="", headers=headers),
        until=lambda reply: reply.status == 401,
    )
    emporix.judge("EMX-373", last).status(401)
    read = coupons.read_coupon(emporix, code, by="", headers=headers)
    emporix.judge("EMX-373", read).status(401)
    redeemed = coupons.redeem(emporix, code, body, by="", headers=headers)
    emporix.judge("EMX-373", redeemed).status(401)


def _asked(emporix: Emporix, operation: str, token: str) -> Reply:
    """Send what changes nothing, about things that are not there, with a token."""
    nothing = emporix.fresh_id()
    query = {"accessToken": token} if operation == op.LOGOUT else {}
    body: Any = UNSENT
    if operation in (op.SEARCH, op.SEARCH_ITEMS, op.SEARCH_PRODUCTS):
        body = {"q": f"id:{nothing}"}
    named = ("segmentId",)
    version = VERSION if operation == op.CATEGORY_TREES else {}
    return emporix.send(
        operation, by="", path=dict.fromkeys(named, nothing), query=query, body=body,
        headers={**bearer(token), **version},
    )  # fmt: skip


# ---- legal entities ------------------------------------------------------------------


@judges("EMX-344", "EMX-360", "EMX-370")
def test_a_login_is_bound_to_a_legal_entity(emporix: Emporix) -> None:
    """A login with legalEntityId gives a token of that legal entity, which validation tells."""
    _, *both = logins.entities(emporix)
    # Neither alone: one of them might be bound to every login.
    for entity in both:
        _judge_login_for(emporix, entity)


def _judge_login_for(emporix: Emporix, entity: str) -> None:
    # The page says that a login may name a legal entity, not where.
    tokens = []
    for place in ("body", "query"):
        reply = logins.log_in(emporix, "buyer", entity=entity, entity_in=place)
        token = logins.token_in(emporix, reply)
        validated = logins.validate(emporix, token)
        if validated.at("/legalEntityId") == entity:
            break
        tokens.append((reply, token, validated))
    else:
        made = _segments_of_entities(emporix)
        own, foreign = made if entity == logins.entities(emporix)[1] else made[::-1]
        reply, token, validated = next(
            (each for each in tokens if _is_bound(emporix, each[1], own, foreign)), tokens[0]
        )
        emporix.judge("EMX-344", reply).status(200)
        _judge_bound(emporix, "EMX-344", token, own, foreign)
        emporix.need(validated, 200, what="validating a token")
    emporix.judge("EMX-344", reply).status(200)
    emporix.judge("EMX-370", validated).value("/legalEntityId", entity)
    emporix.judge("EMX-360", _own_list(emporix, token)).status(200)


@judges("EMX-360", "EMX-364")
def test_a_renewal_is_bound_to_a_legal_entity(emporix: Emporix) -> None:
    """Renewing a session with legalEntityId binds the new token to that legal entity."""
    _, one, other = logins.entities(emporix)
    tokens = logins.customer(emporix, "buyer")
    segments: tuple[str, str] | None = None
    for entity in (one, other):
        reply = logins.renew(emporix, tokens, entity=entity)
        emporix.judge("EMX-364", reply).status(200)
        tokens = logins.pair_in(emporix, reply)
        emporix.judge("EMX-360", _own_list(emporix, tokens.access)).status(200)
        if logins.validate(emporix, tokens.access).at("/legalEntityId") == entity:
            continue
        # Validation does not say so; what the token owns still may.
        segments = segments or _segments_of_entities(emporix)
        own, foreign = segments if entity == one else segments[::-1]
        _judge_bound(emporix, "EMX-364", tokens.access, own, foreign)


def _segments_of_entities(emporix: Emporix) -> tuple[str, str]:
    """Make two active segments: the buyer is in each for another legal entity."""
    customer, one, other = logins.entities(emporix)
    made = []
    for entity in (one, other):
        segment = emporix.segment(status="ACTIVE")
        emporix.assign_customer(segment, customer, entity)
        made.append(segment)
    return made[0], made[1]


def _is_bound(emporix: Emporix, token: str, own: str, foreign: str) -> bool:
    headers = bearer(token)
    seen = _settled(emporix, own, headers, visible=True)
    return seen.status == 200 and emporix.read(foreign, by="", headers=headers).status != 200


def _judge_bound(emporix: Emporix, row: str, token: str, own: str, foreign: str) -> None:
    headers = bearer(token)
    emporix.judge(row, _settled(emporix, own, headers, visible=True)).status(200)
    hidden = _settled(emporix, foreign, headers, visible=False)
    emporix.judge(row, hidden).that(
        hidden.status != 200, "nothing of another legal entity", f"status {hidden.status}"
    )


def _settled(emporix: Emporix, segment: str, headers: dict[str, str], *, visible: bool) -> Reply:
    return emporix.settle(
        lambda: emporix.read(segment, by="", headers=headers),
        until=lambda reply: (reply.status == 200) == visible,
    )


# ---- judging in parts ----------------------------------------------------------------


def _judge_lives(emporix: Emporix, row: str, reply: Reply, seconds: int) -> None:
    for pointer, life in (("/expires_in", seconds), ("/refresh_token_expires_in", 86399)):
        came = reply.at(pointer)
        emporix.judge(row, reply).that(
            lives(came, life), f"about {life} seconds", came, "the body", pointer
        )


def _judge_new(
    emporix: Emporix, row: str, reply: Reply, pointer: str, token: str, former: str
) -> None:
    """Check that there is a token and that it is another one; no token is ever shown."""
    emporix.judge(row, reply).that(
        bool(token) and token != former, "a new token",
        "the former one" if token else "none", "the body", pointer,
    )  # fmt: skip


def _renewed(emporix: Emporix, former: Pair) -> Pair:
    return logins.pair_in(emporix, logins.renew(emporix, former))


def _judge_renewal(emporix: Emporix, new: Pair, former: Pair) -> None:
    emporix.judge("EMX-362", new.reply).status(200)
    _judge_new(emporix, "EMX-362", new.reply, "/access_token", new.access, former.access)
    _judge_new(emporix, "EMX-362", new.reply, "/refresh_token", new.refresh, former.refresh)


def _judge_validated(emporix: Emporix, reply: Reply, email: str) -> None:
    found = emporix.judge("EMX-369", reply)
    found.present("/token_type", "/expires_in", "/scope", "/sessionId", "/email")
    came = reply.at("/email")
    if email:
        same = isinstance(came, str) and came.casefold() == email.casefold()
        found.that(same, email, came, "the body", "/email")


def _observe_names(emporix: Emporix, reply: Reply) -> None:
    names = {
        (True, True): "both spellings",
        (True, False): "snake_case only",
        (False, True): "camelCase only",
        (False, False): "neither spelling",
    }
    has = tuple(isinstance(reply.at(each), str) for each in ("/access_token", "/accessToken"))
    emporix.observe("EMX-352", names[has[0], has[1]], reply)
