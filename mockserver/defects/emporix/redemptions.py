"""Validations and redemptions that answer, make or show what they should not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.defects.emporix.coupons import REDEEM, REDEMPTIONS, VALIDATE, Json
from mockserver.defects.emporix.redemption_checks import (
    Check,
    redemption_defect,
    refusing_if,
    use_unchecked,
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.sisters.coupons.rules import find_coupon, redeemed


def _is_unlimited(world: Any, call: Call, _: Any) -> bool:
    coupon = find_coupon(world, call.path["code"])
    return coupon.content.max_redemptions < 0 < redeemed(world, coupon)


def _redeem_at_once(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    use(world, call, caller)
    use_unchecked(world, replace(call, operation=REDEEM), caller)
    return Reply(200)


def _forget_caller(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    return use(world, call, replace(caller, customer=None, legal_entity=None))


def _under_client(redeem: Operation, world: Any, call: Call, caller: Any) -> Reply:
    reply = redeem(world, call, caller)
    made = world.shop.redemptions.get(reply.body["id"])
    purchase = replace(made.purchase, customer=caller.client)
    world.shop.redemptions.replace(made, replace(made, purchase=purchase))
    return reply


def _each(edit: Callable[[Json], Json]) -> Callable[[list[Json]], list[Json]]:
    return lambda rows: [edit(row) for row in rows]


def _swapped(row: Json) -> Json:
    return {**row, "orderTotal": row["discount"], "discount": row["orderTotal"]}


def _orders(name: str, value: Any) -> Callable[[Json], Json]:
    def filled(body: Json) -> Json:
        for money in ("orderTotal", "discount"):
            if money in body:
                body[money] = {name: value, **body[money]}
        return body

    return filled


def _loose_amount(name: str) -> Callable[[Json], None]:
    """Let an amount of an order be anything."""

    def edit(document: Json) -> None:
        properties = document["components"]["schemas"]["redemption-creation"]["properties"]
        properties[name] = {
            "type": "object",
            "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}},
        }

    return edit


def _optional(name: str) -> Callable[[Json], None]:
    return lambda document: document["components"]["schemas"]["redemption-creation"][
        "required"
    ].remove(name)


def _unless_given(name: str, body: Json) -> Json:
    return {name: {"amount": 100, "currency": "EUR"}, **body}


def _needs(name: str) -> Check:
    return lambda _world, call, _caller: name not in call.body


DEFECTS = (
    # --- validating ---
    redemption_defect(
        "validation-redeems",
        ("EMX-660", "EMX-641"),
        "A validation redeems the coupon.",
        changes.around(_redeem_at_once, VALIDATE),
        VALIDATE,
        kind="idempotency",
    ),
    redemption_defect(
        "validation-answers-204",
        "EMX-660",
        "A validation is answered with 204.",
        changes.status(204, VALIDATE),
        VALIDATE,
        kind="status",
    ),
    redemption_defect(
        "validation-with-body",
        "EMX-660",
        "A validation is answered with a body.",
        changes.after(lambda *_: Reply(200, {"valid": True}), VALIDATE),
        VALIDATE,
        kind="schema",
    ),
    redemption_defect(
        "validation-of-nobody",
        "EMX-664",
        "A validation forgets the customer of the token.",
        changes.around(_forget_caller, VALIDATE),
        VALIDATE,
        kind="auth",
    ),
    # --- redeeming ---
    redemption_defect(
        "redemption-answers-200",
        "EMX-661",
        "A redemption is answered with 200.",
        changes.status(200, REDEEM),
        REDEEM,
        kind="status",
    ),
    redemption_defect(
        "redemption-of-another-id",
        "EMX-661",
        "A redemption is answered with the coupon's code.",
        changes.after(lambda reply, call: replace(reply, body={"id": call.path["code"]}), REDEEM),
        REDEEM,
        kind="state",
    ),
    redemption_defect(
        "redemption-lost",
        "EMX-661",
        "A redemption is answered with an id and not made.",
        changes.around(lambda *_: Reply(201, {"id": "0" * 24}), REDEEM),
        REDEEM,
        kind="state",
    ),
    redemption_defect(
        "redemption-by-client",
        "EMX-664",
        "A redemption is noted for the client of the token.",
        changes.around(_under_client, REDEEM),
        REDEEM,
        kind="auth",
    ),
    redemption_defect(
        "redemption-once-each",
        "EMX-613",
        "A coupon without limits can be redeemed once.",
        refusing_if(_is_unlimited, REDEEM),
        REDEEM,
        kind="state",
    ),
    # --- the order ---
    *(
        redemption_defect(
            f"order-needs-no-{changes.kebab(name)}",
            "EMX-662",
            f"An order needs no {name}.",
            changes.with_body(lambda body, name=name: _unless_given(name, body), VALIDATE, REDEEM),  # type: ignore[misc]
            VALIDATE,
            REDEEM,
            kind="validation",
            fault=102,
            loosen=_optional(name),
        )
        for name in ("orderTotal", "discount")
    ),
    redemption_defect(
        "validation-needs-no-discount",
        "EMX-662",
        "A validation needs no discount.",
        changes.together(
            changes.with_body(lambda body: _unless_given("discount", body), VALIDATE),
            refusing_if(_needs("discount"), REDEEM),
        ),
        VALIDATE,
        REDEEM,
        kind="validation",
        fault=102,
        loosen=_optional("discount"),
    ),
    *(
        redemption_defect(
            f"order-of-any-{changes.kebab(name)}",
            "EMX-609",
            f"Any amount in any currency is taken as {name}.",
            changes.together(),
            VALIDATE,
            REDEEM,
            kind="validation",
            fault=102,
            loosen=_loose_amount(name),
        )
        for name in ("orderTotal", "discount")
    ),
    redemption_defect(
        "order-in-euros",
        "EMX-610",
        "Amounts of orders without a currency are in EUR.",
        changes.with_body(_orders("currency", "EUR"), VALIDATE, REDEEM),
        VALIDATE,
        REDEEM,
    ),
    redemption_defect(
        "order-of-hundred",
        "EMX-610",
        "Amounts of orders that are not given are 100.",
        changes.with_body(_orders("amount", 100), VALIDATE),
        VALIDATE,
    ),
    redemption_defect(
        "discount-of-one",
        "EMX-610",
        "Amounts of redemptions that are not given are 1.",
        changes.with_body(_orders("amount", 1), REDEEM),
        REDEEM,
    ),
    # --- what is shown ---
    *(
        redemption_defect(
            f"redemption-without-{changes.kebab(name)}",
            "EMX-681",
            f"Redemptions are listed without {name}.",
            changes.body(_each(changes.without(name)), REDEMPTIONS),
            REDEMPTIONS,
            kind="projection",
        )
        for name in ("code", "orderTotal", "discount", "redeemedAt")
    ),
    redemption_defect(
        "redemption-without-customer",
        ("EMX-681", "EMX-664"),
        "Redemptions are listed without customerNumber.",
        changes.body(lambda rows: list(map(changes.without("customerNumber"), rows)), REDEMPTIONS),
        REDEMPTIONS,
        kind="projection",
    ),
    redemption_defect(
        "redemption-swapped",
        "EMX-681",
        "The total and the discount of redemptions are swapped.",
        changes.body(lambda rows: list(map(_swapped, rows)), REDEMPTIONS),
        REDEMPTIONS,
        kind="projection",
    ),
)
