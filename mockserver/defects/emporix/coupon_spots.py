"""Coupons that are wrong in one spot: one spelling of a code, one scope, one kind of caller."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import (
    CREATE,
    LIST,
    READ,
    REDEEM,
    REDEMPTIONS,
    REMOVE,
    VALIDATE,
    Json,
    loosened,
    property_of,
)
from mockserver.defects.emporix.redemption_checks import redemption_defect, use_unchecked
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Forbidden, Missing, Refusal
from mockserver.kernel.room import Admission, Operation, Room
from mockserver.vendors.emporix.model import MANAGE
from mockserver.vendors.emporix.sisters.access import REDEEM_ON_BEHALF
from mockserver.vendors.emporix.sisters.coupons.rules import find_coupon

USES = (VALIDATE, REDEEM)


# ---- making coupons ------------------------------------------------------------------------


def _another_spelling_overwrites(room: Room) -> Room:
    """Compare a new code with those that were given, and not with those that were saved."""
    given: dict[tuple[str, str], str] = {}

    def create(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
        code = str(call.body.get("code", ""))
        try:
            reply = run(world, call, caller)
        except Conflict as refusal:
            if given.get((caller.tenant, str(refusal.resource).upper())) == code:
                raise
            return Reply(201, {"id": refusal.resource})
        given[caller.tenant, reply.body["id"].upper()] = code
        return reply

    return changes.around(create, CREATE)(room)


def _flag_dropped(body: Json) -> Json:
    names = ("includedCategories", "excludedCategories")
    named = any(body.get("restrictions", {}).get(name) for name in names)
    return body if named else {**body, "categoryRestricted": False}


def _segments_beside_categories(body: Json) -> Json:
    if not body.get("categoryRestricted") or body.get("segmentRestricted"):
        return body
    kept = changes.without("segments")(body.get("restrictions", {}))
    return {**body, "restrictions": kept}


def _rolled_over(body: Json) -> Json:
    """Take the days that a February does not have for those of the March behind it."""
    given = body.get("restrictions", {})
    rolled = {
        name: re.sub(r"-02-31T", "-03-03T", value) if isinstance(value, str) else value
        for name, value in given.items()
    }
    return {**body, "restrictions": rolled} if given else body


def _any_date(document: Json) -> None:
    for name in ("validFrom", "validUntil"):
        loosened(property_of("restrictions", name), "format")(document)


def _without_blanks(body: Json) -> Json:
    mixins = {
        name: {key: value for key, value in mixin.items() if value}
        for name, mixin in body.get("mixins", {}).items()
    }
    return {**body, "mixins": mixins} if mixins else body


# ---- finding coupons -----------------------------------------------------------------------


def _by_their_beginning(read: Operation, world: Any, call: Call, caller: Any) -> Reply:
    wanted = call.path["code"]
    try:
        return read(world, call, caller)
    except Missing:
        for each in world.shop.coupons.rows:
            if wanted.startswith(each.code) and not each.deleted:
                return read(world, replace(call, path={**call.path, "code": each.code}), caller)
        raise


def _of_every_tenant(*operations: str) -> Change:
    def change(room: Room) -> Room:
        known: set[str] = set()

        def create(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
            reply = run(world, call, caller)
            known.add(reply.body["id"])
            return reply

        def find(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
            try:
                return run(world, call, caller)
            except Missing:
                if call.path["code"] not in known:
                    raise
                return Reply(200)

        made = changes.around(create, CREATE)
        return changes.together(made, changes.around(find, *operations))(room)

    return change


def _no_numbers(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = run(world, call, caller)
    return replace(reply, body=[]) if re.search(r":\d", call.query.get("q", "")) else reply


def _as_text(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    """Sort numbers by their digits."""
    reply = run(world, call, caller)
    rows = changes.plain(reply.body)
    for part in reversed(call.query.get("sort", "").split(",")):
        name, _, direction = part.partition(":")
        rows.sort(key=lambda row: str(row.get(name)), reverse=direction == "desc")
    return replace(reply, body=rows)


def _first_key(call: Call) -> Call:
    if "sort" not in call.query:
        return call
    return replace(call, query={**call.query, "sort": call.query["sort"].partition(",")[0]})


def _cut_before_sorted(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if call.query.get("pageSize") != 1:
        return run(world, call, caller)
    query = {name: value for name, value in call.query.items() if name != "sort"}
    return run(world, replace(call, query=query), caller)


def _as_segments_do(reply: Reply, _: Refusal) -> Reply:
    told = changes.plain(reply.body)["message"]
    return replace(reply, body={"code": reply.status, "status": "Forbidden", "message": told})


# ---- who may -------------------------------------------------------------------------------


def _opened_by(scope: str, operation: str) -> Change:
    """Let one more scope open an operation."""

    def admitted(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
        try:
            return admit(state, call)
        except Forbidden:
            # Any token may read a coupon, so that tells who calls.
            admission = admit(state, replace(call, operation=READ))
            if scope not in admission.caller.scopes:
                raise
            return admission

    return changes.admitting(admitted, operation)


def _scopes() -> tuple[Defect, ...]:
    return tuple(
        redemption_defect(
            f"coupons-{what}-with-{means}", requirement,
            f"{scope} is enough: with it coupons are {what.replace('-', ' ')}.",
            _opened_by(scope, operation), operation, kind="scope", fault=206,
        )
        for means, scope in (("segment-scope", MANAGE), ("redeeming-scope", REDEEM_ON_BEHALF))
        for what, operation, requirement in (
            ("made", CREATE, "EMX-684"), ("deleted", REMOVE, "EMX-684"),
            ("listed", LIST, "EMX-683"), ("listed-as-redeemed", REDEMPTIONS, "EMX-682"),
        )
    )  # fmt: skip


def _himself(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if caller.customer is None or call.body.get("customerNumber") != caller.customer:
        return use(world, call, caller)
    body = changes.without("customerNumber")(changes.plain(call.body))
    return use(world, replace(call, body=body), caller)


def _for_the_caller(redeem: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = redeem(world, call, caller)
    if "customerNumber" in call.body:
        made = world.shop.redemptions.get(reply.body["id"])
        purchase = replace(made.purchase, customer=caller.client)
        world.shop.redemptions.replace(made, replace(made, purchase=purchase))
    return reply


def _once_a_member(room: Room) -> Room:
    """Keep whom a coupon for segments was valid for."""
    members: set[tuple[str, str | None]] = set()

    def use(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
        key = (call.path["code"], call.body.get("customerNumber", caller.customer))
        try:
            reply = run(world, call, caller)
        except Refusal as refusal:
            if refusal.requirement != "EMX-673" or key not in members:
                raise
            return use_unchecked(world, call, caller)
        members.add(key)
        return reply

    return changes.around(use, *USES)(room)


def _visitors_too(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return use(world, call, caller)
    except Refusal as refusal:
        if refusal.requirement != "EMX-673" or caller.kind != "anonymous":
            raise
        find_coupon(world, call.path["code"])
        return use_unchecked(world, call, caller)


def _worth_one(body: Json) -> Json:
    if "orderTotal" not in body:
        return body
    return {**body, "orderTotal": {"amount": 1, **body["orderTotal"]}}


DEFECTS = (
    *_scopes(),
    redemption_defect(
        "coupon-code-free-in-another-case", "EMX-606",
        "A code that is taken is free when its letters are written otherwise.",
        _another_spelling_overwrites, CREATE, kind="validation", fault=104,
    ),
    redemption_defect(
        "coupon-named-null", "EMX-601", "A coupon whose name is null is made.",
        changes.with_body(
            lambda body: {**body, "name": "null"} if body.get("name", "") is None else body, CREATE
        ),
        CREATE, kind="validation", fault=102,
        loosen=loosened(property_of("coupon-creation", "name"), "type"),
    ),
    redemption_defect(
        "segments-beside-the-category-flag", "EMX-624",
        "categoryRestricted without categories may stand beside segmentRestricted.",
        changes.with_body(_flag_dropped, CREATE), CREATE, kind="validation", fault=102,
    ),
    redemption_defect(
        "segments-with-the-category-flag", "EMX-626",
        "categoryRestricted is enough to give segments.",
        changes.with_body(_segments_beside_categories, CREATE), CREATE, kind="validation",
        fault=102,
    ),
    redemption_defect(
        "coupon-dates-rolled-over", "EMX-631",
        "The 31st of February is taken for the 3rd of March.",
        changes.with_body(_rolled_over, CREATE), CREATE, kind="validation", fault=102,
        loosen=_any_date,
    ),
    redemption_defect(
        "coupon-mixins-without-blanks", "EMX-633",
        "What is false, 0 or empty is dropped from the mixins of a coupon.",
        changes.with_body(_without_blanks, CREATE), CREATE,
    ),
    redemption_defect(
        "coupon-read-by-the-beginning-of-a-code", "EMX-644",
        "A code that begins as another one does reads that one's coupon.",
        changes.around(_by_their_beginning, READ), READ, kind="filter",
    ),
    redemption_defect(
        "coupon-valid-in-every-tenant", "EMX-644",
        "A coupon of another tenant is valid.",
        _of_every_tenant(VALIDATE), VALIDATE, CREATE, kind="isolation", fault=206,
    ),
    redemption_defect(
        "numbers-of-coupons-not-found", "EMX-649",
        "A condition of q with a number is fulfilled by no coupon.",
        changes.around(_no_numbers, LIST), LIST, kind="filter",
    ),
    redemption_defect(
        "numbers-of-coupons-sorted-as-text", "EMX-651",
        "Numbers are sorted by their digits, so 10 comes before 9.",
        changes.around(_as_text, LIST), LIST, kind="sort",
    ),
    redemption_defect(
        "redemptions-second-sort-ignored", "EMX-651",
        "Redemptions are sorted by the first field alone.",
        changes.before(_first_key, REDEMPTIONS), REDEMPTIONS, kind="sort",
    ),
    redemption_defect(
        "redemptions-cut-before-sorted", "EMX-651",
        "A page of redemptions is cut out before the list is sorted.",
        changes.around(_cut_before_sorted, REDEMPTIONS), REDEMPTIONS, kind="sort",
    ),
    redemption_defect(
        "missing-coupon-scope-as-segments-do", "EMX-687",
        "A 403 of the coupon service has the form of the segment service.",
        changes.refusing(_as_segments_do, LIST, kind=Forbidden), LIST, kind="error shape",
    ),
    redemption_defect(
        "customers-name-themselves", "EMX-663",
        "A customer may give its own customerNumber without any scope.",
        changes.around(_himself, *USES), *USES, kind="scope", fault=206,
    ),
    redemption_defect(
        "redemption-on-behalf-by-the-caller", "EMX-681",
        "A redemption on behalf of a customer is noted for who asked for it.",
        changes.around(_for_the_caller, REDEEM), REDEEM,
    ),
    redemption_defect(
        "members-of-segments-remembered", "EMX-673",
        "Who was a member when a coupon was first checked stays one for it.",
        _once_a_member, *USES, kind="isolation", fault=206,
    ),
    redemption_defect(
        "segments-not-of-visitors", "EMX-673",
        "Visitors who may redeem are not asked for their segments.",
        changes.around(_visitors_too, *USES), *USES, kind="auth", fault=206,
    ),
    redemption_defect(
        "order-total-of-one", "EMX-610",
        "The orderTotal of a redemption is 1 when its amount is not given.",
        changes.with_body(_worth_one, REDEEM), REDEEM,
    ),
)  # fmt: skip
