"""Coupons that are made, read and deleted in the wrong way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Invalid
from mockserver.kernel.room import Operation

CREATE = "POST-coupon-create-coupon"
READ = "GET-coupon-retrieve-coupon"
REMOVE = "DELETE-coupon-remove-coupon"
LIST = "GET-coupon-list-specified-coupons"
VALIDATE = "POST-coupon-validate-coupon"
REDEEM = "POST-coupon-invalidate-coupon"
REDEMPTIONS = "GET-coupon-list-coupon-redemptions"

Json = dict[str, Any]
Edit = Callable[[Json], Json]
Loosening = Callable[[Json], None]

KEPT = {"emporix.coupon-code-case": "kept"}

# ---- ways to be wrong that several defects share ---------------------------------------------


def without(body: Json, *names: str) -> Json:
    """Return a coupon without some fields; `restrictions.x` names one of the restrictions."""
    kept = {name: value for name, value in body.items() if name not in names}
    if "restrictions" in kept:
        kept["restrictions"] = {
            name: value
            for name, value in kept["restrictions"].items()
            if f"restrictions.{name}" not in names
        }
    return kept


def with_default(name: str, value: Any) -> Change:
    """Take another value than the documented one for what a new coupon does not say."""
    return changes.with_body(lambda body: {name: value, **body}, CREATE)


def shown(edit: Edit) -> Change:
    """Show coupons otherwise, alone and in the list."""
    return changes.together(
        changes.body(edit, READ), changes.body(lambda found: list(map(edit, found)), LIST)
    )


def property_of(schema: str, name: str) -> Callable[[Json], Json]:
    """Return what finds a property of a schema in the document."""
    return lambda document: document["components"]["schemas"][schema]["properties"][name]


def loosened(find: Callable[[Json], Json], *keywords: str) -> Loosening:
    """Take keywords out of a place in the document."""

    def edit(document: Json) -> None:
        for keyword in keywords:
            find(document).pop(keyword, None)

    return edit


def unrequired(schema: str, name: str) -> Loosening:
    """Let a property of a schema be missing."""
    return lambda document: document["components"]["schemas"][schema]["required"].remove(name)


# ---- single mistakes -------------------------------------------------------------------------


def _overwrite(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return create(world, call, caller)
    except Conflict as refusal:
        renamed = {**call.body, "code": f"{refusal.resource}-NEW"}
        reply = create(world, replace(call, body=renamed), caller)
        made = world.shop.coupons.get(reply.body["id"])
        taken = world.shop.coupons.get(refusal.resource)
        world.shop.coupons.remove(made)
        world.shop.coupons.replace(taken, replace(taken, content=made.content))
        return Reply(201, {"id": refusal.resource})


def _in_any_case(read: Operation, world: Any, call: Call, caller: Any) -> Reply:
    wanted = call.path["code"].upper()
    found = [each.code for each in world.shop.coupons.rows if each.code.upper() == wanted]
    return read(world, replace(call, path={**call.path, "code": (found or [wanted])[0]}), caller)


def _version_as_sent(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = create(world, call, caller)
    made = world.shop.coupons.get(reply.body["id"])
    version = call.body.get("metadata", {}).get("version", 0)
    world.shop.coupons.replace(made, replace(made, version=version))
    return reply


def _refuse_code_less(create: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if "code" not in call.body:
        raise Invalid("code is missing", requirement="EMX-602", pointer="/code", code="required")
    return create(world, call, caller)


def _times(edit: Callable[[str], str | None]) -> Change:
    def edited(body: Json) -> Json:
        given = body.get("restrictions", {})
        for name in ("validFrom", "validUntil"):
            if name in given:
                told = edit(given.pop(name))
                given |= {} if told is None else {name: told}
        return body

    return changes.with_body(edited, CREATE)


def _readable(told: str) -> str | None:
    return told if re.match(r"\d{4}-\d\d-\d\dT", told) else None


def _without_offset(told: str) -> str:
    return re.sub(r"[+-]\d\d:\d\d$", "Z", told)


def _without_links(body: Json) -> Json:
    kept = {name: value for name, value in body.get("metadata", {}).items() if name != "mixins"}
    return {**body, "metadata": kept}


def _from_one(coupon: Json) -> Json:
    return {**coupon, "metadata": {**coupon["metadata"], "version": 1}}


def coupon_defect(
    name: str, violates: str | tuple[str, ...], summary: str, change: Change, **more: Any
) -> Defect:
    """Return a defect of the creation that accepts or stores what is wrong."""
    return Defect(
        name=f"emporix.coupon-{name}",
        violates=(violates,) if isinstance(violates, str) else violates,
        summary=summary,
        kind=more.pop("kind", "validation"),
        operations=more.pop("operations", (CREATE,)),
        change=change,
        **more,
    )


accepted = partial(coupon_defect, fault=102)

DEFECTS = (
    # --- creation ---
    coupon_defect(
        "creation-answers-200",
        "EMX-600",
        "A new coupon is answered with 200.",
        changes.status(200, CREATE),
        kind="status",
    ),
    coupon_defect(
        "id-is-a-number",
        "EMX-600",
        "A new coupon is answered with an id that is not its code.",
        changes.after(lambda reply, _: replace(reply, body={"id": "4711"}), CREATE),
        kind="schema",
    ),
    accepted(
        "name-optional",
        "EMX-601",
        "A coupon needs no name.",
        changes.with_body(lambda body: {"name": "", **body}, CREATE),
        loosen=unrequired("coupon-creation", "name"),
    ),
    coupon_defect(
        "code-required",
        "EMX-602",
        "A coupon without a code is refused.",
        changes.around(_refuse_code_less, CREATE),
    ),
    coupon_defect(
        "generated-code-another",
        "EMX-602",
        "The generated code of the answer is not the one that is stored.",
        changes.after(
            lambda reply, call: (
                reply if "code" in call.body else replace(reply, body={"id": "GENERATED"})
            ),
            CREATE,
        ),
        kind="state",
    ),
    coupon_defect(
        "code-in-lower-case",
        "EMX-603",
        "Codes are saved in lower case.",
        changes.with_body(
            lambda body: {**body, "code": body["code"].lower()} if "code" in body else body, CREATE
        ),
        kind="state",
        choices=KEPT,
    ),
    coupon_defect(
        "code-as-given",
        "EMX-603",
        "Codes are saved as given although case does not count.",
        changes.around(_in_any_case, READ),
        kind="state",
        choices=KEPT,
        operations=(CREATE, READ),
    ),
    coupon_defect(
        "overwritten",
        "EMX-606",
        "A coupon with a code that is taken replaces the other.",
        changes.around(_overwrite, CREATE),
        kind="state",
    ),
    coupon_defect(
        "taken-code-invalid",
        "EMX-606",
        "A code that is taken is answered with 400.",
        changes.refusing(lambda reply, _: replace(reply, status=400), CREATE, kind=Conflict),
        kind="status",
    ),
    coupon_defect(
        "anonymous-by-default",
        "EMX-612",
        "A coupon is for anonymous users unless it says no.",
        changes.with_body(
            lambda body: (
                body
                if "maxRedemptionsPerCustomer" in body
                or body.get("restrictions", {}).get("validFor")
                else {"allowAnonymous": True, **body}
            ),
            CREATE,
        ),
        kind="auth",
    ),
    *(
        coupon_defect(
            f"{name}-by-default",
            "EMX-612",
            f"A coupon that names none is shown as {name}.",
            shown(
                lambda coupon, name=name, list_=list_: (
                    coupon  # type: ignore[misc]
                    if coupon["restrictions"].get(list_)
                    else {**coupon, f"{name}Restricted": True}
                )
            ),
            kind="schema",
            operations=(READ, LIST),
        )
        for name, list_ in (("category", "includedCategories"), ("segment", "segments"))
    ),
    coupon_defect(
        "once-by-default",
        "EMX-613",
        "A coupon without a limit can be redeemed once.",
        with_default("maxRedemptions", 1),
        kind="state",
    ),
    coupon_defect(
        "once-each-by-default",
        "EMX-613",
        "A coupon without a limit is redeemed once by each.",
        changes.with_body(
            lambda body: (
                body if body.get("allowAnonymous") else {"maxRedemptionsPerCustomer": 1, **body}
            ),
            CREATE,
        ),
        kind="state",
    ),
    coupon_defect(
        "total-by-default",
        "EMX-614",
        "A discount is taken from the TOTAL unless it says else.",
        with_default("discountCalculationType", "TOTAL"),
        kind="state",
    ),
    coupon_defect(
        "always-subtotal",
        "EMX-614",
        "TOTAL is stored as SUBTOTAL.",
        changes.with_body(lambda body: without(body, "discountCalculationType"), CREATE),
        kind="state",
    ),
    accepted(
        "any-calculation",
        "EMX-614",
        "Any text is a discountCalculationType.",
        changes.together(),
        loosen=loosened(property_of("coupon-creation", "discountCalculationType"), "enum"),
    ),
    *(
        accepted(
            f"any-{changes.kebab(name)}",
            "EMX-631",
            f"Any text is a {name}; what cannot be read is dropped.",
            _times(_readable),
            loosen=loosened(property_of("restrictions", name), "format"),
        )
        for name in ("validFrom", "validUntil")
    ),
    coupon_defect(
        "offset-dropped",
        ("EMX-631", "EMX-640", "EMX-666"),
        "The offset of a date-time is dropped.",
        _times(_without_offset),
        kind="time",
    ),
    coupon_defect(
        "version-as-sent",
        "EMX-632",
        "A new coupon has the version of the request.",
        changes.around(_version_as_sent, CREATE),
        kind="locking",
        fault=203,
    ),
    coupon_defect(
        "version-from-one",
        "EMX-632",
        "The version of a new coupon is 1.",
        shown(_from_one),
        kind="locking",
        operations=(READ, LIST),
    ),
    coupon_defect(
        "mixins-dropped",
        "EMX-633",
        "Mixins of a coupon are dropped.",
        changes.with_body(lambda body: without(body, "mixins"), CREATE),
        kind="state",
    ),
    coupon_defect(
        "mixin-links-dropped",
        "EMX-633",
        "The links to the schemas of mixins are dropped.",
        changes.with_body(_without_links, CREATE),
        kind="state",
    ),
)
