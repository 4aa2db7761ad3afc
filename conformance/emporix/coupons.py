"""What tests say about coupons and their redemptions.

Coupons are made under codes of our own and deleted at the end: they stay marked as deleted.
Redemptions cannot be deleted at all, so nothing but a coupon of our own is ever redeemed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from conformance.case import UNSENT
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.logins import bearer, scopes, service_token, token_in
from conformance.exchange import Reply
from conformance.journal import Removal
from conformance.judging import unmet

MANAGE = "coupon.coupon_manage"
READ = "coupon.coupon_read"
ON_BEHALF = "coupon.coupon_redeem_on_behalf"

CURRENCY = "EUR"

# --- coupons ---


def fresh_code(case: Emporix) -> str:
    """Return a code for a new coupon; in capitals, so that no tenant saves it otherwise."""
    return case.fresh_id().upper()


def fresh_label(case: Emporix) -> str:
    """Return a recognisable name that a query can hold as it is: letters, digits and `_`."""
    return case.fresh_name().replace(" ", "_")


def draft(case: Emporix, **fields: Any) -> dict[str, Any]:
    """Return the body of a new coupon of ten percent; a field that is UNSENT is left out."""
    body = {
        "code": fresh_code(case),
        "name": fresh_label(case),
        "discountType": "PERCENT",
        "discountPercentage": 10,
        **fields,
    }
    return {name: value for name, value in body.items() if value is not UNSENT}


def create_coupon(
    case: Emporix,
    body: Mapping[str, Any],
    *,
    by: str = "manage",
    step: str = "",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send POST /coupons, journalled; the reply may be anything.

    Raises Unmet where the back office may not manage coupons.
    """
    code, name = str(body.get("code", "")), str(body.get("name", ""))
    removal = Removal(op.REMOVE_COUPON, {"code": "{id}"}, {}, "manage")
    creation = case.plan("coupon", name or code, removal, code)
    reply = case.send(op.CREATE_COUPON, by=by, body=body, step=step, headers=headers)
    case.settled(creation, reply, "/id" if reply.at("/id") == code_of(reply, code) else "")
    return scoped(case, reply, MANAGE) if by == "manage" else reply


def coupon(case: Emporix, **fields: Any) -> str:
    """Make a coupon to work with and return its code. Raises Unmet."""
    body = draft(case, **fields)
    reply = create_coupon(case, body, step="set up")
    case.need(reply, 201, what="creating a coupon")
    return code_of(reply, str(body.get("code", "")))


def code_of(reply: Reply, given: str) -> str:
    """Return the code that a coupon was saved under: the given one, perhaps in another case.

    Without a given one it is what the creation was answered with. A target that answers with
    any other code never gets us to redeem or delete what is not ours.
    """
    found = reply.at("/id")
    if isinstance(found, str) and (not given or found.casefold() == given.casefold()):
        return found
    return given


def read_coupon(case: Emporix, code: str, *, by: str = "manage", **sending: Any) -> Reply:
    """Send GET /coupons/{code}; sellers see what customers do not."""
    reply = case.send(op.READ_COUPON, by=by, path={"code": code}, **sending)
    return scoped(case, reply, MANAGE) if by == "manage" else reply


def delete_coupon(case: Emporix, code: str, *, by: str = "manage", step: str = "") -> Reply:
    """Send DELETE /coupons/{code}, for a coupon of our own. Raises Unmet, as `create_coupon`."""
    reply = case.send(op.REMOVE_COUPON, by=by, path={"code": code}, step=step)
    return scoped(case, reply, MANAGE) if by == "manage" else reply


def list_coupons(
    case: Emporix, query: Mapping[str, Any], *, by: str = "manage", step: str = ""
) -> Reply:
    """Send GET /coupons. Raises Unmet, as `create_coupon`."""
    reply = case.send(op.LIST_COUPONS, by=by, query=query, step=step)
    return scoped(case, reply, MANAGE) if by == "manage" else reply


def listed(case: Emporix, query: Mapping[str, Any], *codes: str) -> Reply:
    """Return a list as soon as it shows some coupons. Raises Unmet when it never does."""
    reply = case.settle(
        lambda: list_coupons(case, query),
        lambda reply: set(codes) <= set(map(str, reply.each("/code"))),
    )
    if not set(codes) <= set(map(str, reply.each("/code"))):
        unmet("the list of coupons does not show those that were made for it")
    return reply


# --- refusals ---


def has_refusal_shape(case: Emporix, reply: Reply) -> None:
    """Judge the body of a refusal by EMX-687."""
    case.need(reply, 400, 403, 404, 409, what="what had to be refused")
    judging = case.judge("EMX-687", reply).present("/type", "/message")
    judging.value("/status", reply.status)
    if reply.status == 400:
        details = reply.entries("/details")
        judging.that(bool(details), "a list of details", reply.json, "the body", "/details")
        for kind in reply.each("/type", of="/details"):
            judging.that(
                isinstance(kind, str) and bool(kind), "a type", kind, "a detail", "/details"
            )


# --- redemptions ---


def purchase(total: float = 100, /, **fields: Any) -> dict[str, Any]:
    """Return the body of a redemption or validation: an order, ten of it discounted."""
    body = {
        "orderTotal": {"amount": total, "currency": CURRENCY},
        "discount": {"amount": 10, "currency": CURRENCY},
        **fields,
    }
    return {name: value for name, value in body.items() if value is not UNSENT}


def use_coupon(
    case: Emporix,
    operation: str,
    code: str,
    body: Any,
    *,
    by: str = "customer",
    step: str = "",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Validate or redeem a coupon of our own; the reply may be anything."""
    return case.send(operation, by=by, path={"code": code}, body=body, step=step, headers=headers)


def validate(case: Emporix, code: str, body: Any, **sending: Any) -> Reply:
    """Send POST /coupons/{code}/validation."""
    return use_coupon(case, op.VALIDATE_COUPON, code, body, **sending)


def redeem(case: Emporix, code: str, body: Any, **sending: Any) -> Reply:
    """Send POST /coupons/{code}/redemptions; what it makes cannot be removed."""
    return use_coupon(case, op.REDEEM_COUPON, code, body, **sending)


def redemption(case: Emporix, code: str, body: Any = None, **sending: Any) -> str:
    """Redeem a coupon to go on from there and return the id of the redemption. Raises Unmet."""
    reply = redeem(case, code, purchase() if body is None else body, step="set up", **sending)
    if sending.get("by") == "manage":
        scoped(case, reply, ON_BEHALF)
    case.need(reply, 201, what="redeeming a coupon")
    return code_of(reply, "")


def list_redemptions(
    case: Emporix, code: str, query: Mapping[str, Any] | None = None, *, by: str = "manage"
) -> Reply:
    """Send GET /coupons/{code}/redemptions. Raises Unmet, as `create_coupon`."""
    reply = case.send(op.LIST_REDEMPTIONS, by=by, path={"code": code}, query=query or {})
    return scoped(case, reply, MANAGE) if by == "manage" else reply


def until_redeemed(case: Emporix, code: str, times: int) -> Reply:
    """Read a coupon until it counts so many redemptions, or the settling time is over."""
    return case.settle(
        lambda: read_coupon(case, code), lambda reply: reply.at("/redemptionCount") == times
    )


# --- people ---


def anonymous(case: Emporix) -> dict[str, str]:
    """Return the headers of a visitor who has not logged in. Raises Unmet."""
    query = {"tenant": case.option("tenant"), "client_id": case.option("client_id")}
    reply = case.send(op.ANONYMOUS_LOGIN, by="", query=query, step="log in")
    case.need(reply, 200, what="the anonymous login")
    token = reply.at("/access_token")
    if not isinstance(token, str) or not token:
        unmet("the anonymous login gave no access_token")
    case.session.secrets.add(token, "ANONYMOUS_TOKEN")
    return {"Authorization": f"Bearer {token}"}


def with_scope(case: Emporix, scope: str) -> dict[str, str]:
    """Return the headers of `manage` with one scope alone. Raises Unmet."""
    reply = service_token(case, scope=scope)
    token = token_in(case, reply)
    granted = [each for each in scopes(reply.at("/scope")) if not each.startswith("tenant=")]
    if not token or granted != [scope]:
        raise case.lacking(f"a token that has {scope} and nothing else")
    return bearer(token)


def buyer_of_several(case: Emporix) -> tuple[str, str, str]:
    """Return a known customer of several legal entities, and two of those. Raises Unmet."""
    for each in case.known("customers", "id", "legal_entities"):
        entities = each["legal_entities"]
        if len(entities) > 1:
            return str(each["id"]), str(entities[0]), str(entities[1])
    raise case.lacking("emporix.known.customers with two legal_entities")


def scoped(case: Emporix, reply: Reply, scope: str) -> Reply:
    """Return a reply to the back office, unless it says that the scope is missing. Raises Unmet."""
    if reply.status == 403:
        raise case.lacking(f"the scope {scope} to emporix.credentials.manage")
    return reply


# --- time ---


def instant(case: Emporix, days: float, hours_ahead: int = 0) -> str:
    """Return the date-time that lies so many days after now, before it where negative.

    It is told by a clock that is some hours ahead of UTC, with that offset.
    """
    zone = timezone(timedelta(hours=hours_ahead))
    told = datetime.fromtimestamp(int(case.now()), UTC) + timedelta(days=days)
    text = told.astimezone(zone).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def open_by_offset(case: Emporix) -> tuple[dict[str, str], dict[str, str]]:
    """Return a validFrom an hour before now, and a validUntil an hour after.

    Without its offset the first would lie after now, and the second before it.
    """
    hour = 1 / 24
    return (
        {"validFrom": instant(case, -hour, hours_ahead=5)},
        {"validUntil": instant(case, hour, hours_ahead=-5)},
    )


def same_instant(one: str, other: Any) -> bool:
    """Return whether two date-times mean the same instant, however they are written."""
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (ValueError, TypeError, OverflowError):
        return False
