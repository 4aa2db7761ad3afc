"""Refusals of the coupon service that do not come, or look otherwise than they should."""

from __future__ import annotations

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
)
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect, Kind
from mockserver.kernel.refusals import Conflict, Forbidden, Invalid, Missing, Refusal
from mockserver.kernel.room import Admission, Operation
from mockserver.vendors.emporix.sisters.access import COUPON_MANAGE

COUPONS = (CREATE, LIST, READ, REMOVE, REDEEM, REDEMPTIONS, VALIDATE)

EditRefusal = Callable[[Reply, Refusal], Reply]


def _admitting(requirement: str, operation: str) -> Change:
    """Let in whoever lacks the scope for an operation."""

    def admitted(admit: Callable[[Any, Call], Admission], state: Any, call: Call) -> Admission:
        try:
            return admit(state, call)
        except Refusal as refusal:
            if refusal.requirement != requirement:
                raise
            # Any token may read a coupon, so that tells who calls.
            return admit(state, replace(call, operation=READ))

    return changes.admitting(admitted, operation)


def _needing(scope: str, use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if scope not in caller.scopes:
        raise Forbidden(f"Required scope(s): {scope}", requirement="EMX-685")
    return use(world, call, caller)


def _needing_manage(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    return _needing(COUPON_MANAGE, use, world, call, caller)


def _needing_more(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    return _needing("coupon.coupon_read", use, world, call, caller)


def _not_anonymous(use: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if caller.kind == "anonymous":
        raise Forbidden("Log in first.", requirement="EMX-685")
    return use(world, call, caller)


def _missing_is(reply: Reply) -> Callable[[Operation, Any, Call, Any], Reply]:
    """Answer for a coupon that does not exist."""

    def run(operation: Operation, world: Any, call: Call, caller: Any) -> Reply:
        try:
            return operation(world, call, caller)
        except Missing:
            return reply

    return run


def _status(code: int) -> EditRefusal:
    return lambda reply, _: replace(reply, status=code)


def _nameless(reply: Reply, _: Refusal) -> Reply:
    return replace(reply, body={**changes.plain(reply.body), "message": "Coupon not found."})


def _without(*names: str) -> EditRefusal:
    def edited(reply: Reply, _: Refusal) -> Reply:
        body = changes.plain(reply.body)
        return replace(reply, body={name: body[name] for name in body if name not in names})

    return edited


def _details(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> EditRefusal:
    def edited(reply: Reply, _: Refusal) -> Reply:
        body = changes.plain(reply.body)
        return replace(reply, body={**body, "details": [edit(each) for each in body["details"]]})

    return edited


def _when_empty(edit: EditRefusal) -> EditRefusal:
    """Edit the answer to a request without a body alone."""

    def edited(reply: Reply, refusal: Refusal) -> Reply:
        told = [each["type"] for each in changes.plain(reply.body)["details"]]
        return edit(reply, refusal) if "missing_payload" in told else reply

    return edited


def _when_about_q(edit: EditRefusal) -> EditRefusal:
    def edited(reply: Reply, refusal: Refusal) -> Reply:
        return edit(reply, refusal) if refusal.pointer == "/query/q" else reply

    return edited


def _as_segments_do(reply: Reply, _: Refusal) -> Reply:
    body = changes.plain(reply.body)
    told = {"code": reply.status, "status": "Not Found", "message": body["message"]}
    return replace(reply, body=told)


def _all_of_it(run: Operation, world: Any, call: Call, caller: Any) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        if refusal.pointer != "/query/q":
            raise
        query = {name: value for name, value in call.query.items() if name != "q"}
        return run(world, replace(call, query=query), caller)


def _not_on_behalf(read: Operation, world: Any, call: Call, caller: Any) -> Reply:
    query = {name: value for name, value in call.query.items() if name != "customerNumber"}
    return read(world, replace(call, query=query), caller)


def _with_manage(read: Operation, world: Any, call: Call, caller: Any) -> Reply:
    if COUPON_MANAGE in caller.scopes:
        return _not_on_behalf(read, world, call, caller)
    return read(world, call, caller)


def _defect(
    name: str,
    requirement: str,
    summary: str,
    change: Change,
    *operations: str,
    kind: Kind = "error shape",
    fault: int | None = None,
) -> Defect:
    return Defect(
        f"emporix.coupon-{name}", (requirement,), summary, kind, operations, change, fault=fault
    )


def _of_unknown(name: str, summary: str, reply: Reply, operation: str) -> Defect:
    return _defect(
        f"unknown-{name}", "EMX-644", summary,
        changes.around(_missing_is(reply), operation), operation, kind="status",
    )  # fmt: skip


DEFECTS = (
    # --- bodies and queries ---
    _defect(
        "empty-body-unnamed",
        "EMX-634",
        "The detail about a missing body has another type.",
        changes.refusing(
            _when_empty(_details(lambda each: {**each, "type": "missing_value"})),
            CREATE,
            kind=Invalid,
        ),
        CREATE,
    ),
    *(
        _defect(
            f"empty-{name}-unprocessable",
            "EMX-634",
            f"A {name} without a body is answered with 422.",
            changes.refusing(_when_empty(_status(422)), operation, kind=Invalid),
            operation,
            kind="status",
        )
        for name, operation in (
            ("creation", CREATE),
            ("validation", VALIDATE),
            ("redemption", REDEEM),
        )
    ),
    *(
        _defect(
            f"unreadable-query-of-{rows}-ignored",
            "EMX-650",
            f"A q that cannot be read is ignored in the list of {rows}.",
            changes.around(_all_of_it, operation),
            operation,
            kind="filter",
            fault=102,
        )
        for rows, operation in (("coupons", LIST), ("redemptions", REDEMPTIONS))
    ),
    _defect(
        "unreadable-query-fieldless",
        "EMX-650",
        "The detail about q does not name the field.",
        changes.refusing(
            _when_about_q(
                _details(lambda each: {name: each[name] for name in each if name != "field"})
            ),
            LIST,
            REDEMPTIONS,
            kind=Invalid,
        ),
        LIST,
        REDEMPTIONS,
    ),
    _defect(
        "unreadable-query-of-another-type",
        "EMX-650",
        "The detail about q has another type.",
        changes.refusing(
            _when_about_q(_details(lambda each: {**each, "type": "invalid_value"})),
            LIST,
            REDEMPTIONS,
            kind=Invalid,
        ),
        LIST,
        REDEMPTIONS,
    ),
    # --- coupons that do not exist ---
    _of_unknown("read-empty", "An unknown coupon is read as an empty one.", Reply(200, {}), READ),
    _of_unknown("deleted", "An unknown coupon is deleted.", Reply(204), REMOVE),
    _of_unknown("validated", "An unknown coupon is valid.", Reply(200), VALIDATE),
    _of_unknown(
        "redeemed", "An unknown coupon is redeemed.", Reply(201, {"id": "nothing"}), REDEEM
    ),
    _of_unknown(
        "never-redeemed", "An unknown coupon has no redemptions.", Reply(200, []), REDEMPTIONS
    ),
    _defect(
        "unknown-unnamed",
        "EMX-644",
        "The message about an unknown coupon does not tell its code.",
        changes.refusing(_nameless, *COUPONS, kind=Missing),
        *COUPONS,
    ),
    _defect(
        "unknown-is-invalid",
        "EMX-644",
        "An unknown coupon is validated with 400.",
        changes.refusing(_status(400), VALIDATE, kind=Missing),
        VALIDATE,
        kind="status",
    ),
    # --- the form of refusals ---
    *(
        _defect(
            f"refusal-without-{name}",
            "EMX-687",
            f"Refusals of coupons have no {name}.",
            changes.refusing(_without(name), *COUPONS, kind=kind),
            *COUPONS,
        )
        for name, kind in (
            ("type", Refusal),
            ("status", Conflict),
            ("message", Invalid),
            ("details", Invalid),
        )
    ),
    _defect(
        "detail-without-type",
        "EMX-687",
        "Details about an order have no type.",
        changes.refusing(
            _details(lambda each: {name: each[name] for name in each if name != "type"}),
            VALIDATE,
            REDEEM,
            kind=Invalid,
        ),
        VALIDATE,
        REDEEM,
    ),
    _defect(
        "missing-as-segments-do",
        "EMX-687",
        "A 404 has the form of the segment service.",
        changes.refusing(_as_segments_do, REMOVE, kind=Missing),
        REMOVE,
    ),
    # --- scopes ---
    *(
        _defect(
            f"{what}-by-anybody",
            requirement,
            summary,
            _admitting(requirement, operation),
            operation,
            kind="scope",
            fault=206,
        )
        for what, requirement, summary, operation in (
            ("created", "EMX-684", "Coupons are created with any token.", CREATE),
            ("deleted", "EMX-684", "Coupons are deleted with any token.", REMOVE),
            ("listed", "EMX-683", "Coupons are listed with any token.", LIST),
            (
                "redemptions-listed",
                "EMX-682",
                "Redemptions are listed with any token.",
                REDEMPTIONS,
            ),
        )
    ),
    *(
        _defect(
            f"{what}-with-more-scopes",
            requirement,
            f"Without coupon.coupon_read coupons are not {what}.",
            changes.around(_needing_more, operation),
            operation,
            kind="scope",
            fault=205,
        )
        for what, requirement, operation in (
            ("created", "EMX-684", CREATE),
            ("deleted", "EMX-684", REMOVE),
            ("used", "EMX-682", REDEMPTIONS),
        )
    ),
    _defect(
        "listed-by-managers",
        "EMX-683",
        "coupon.coupon_read is not enough to list coupons.",
        changes.around(_needing_manage, LIST),
        LIST,
        kind="scope",
        fault=205,
    ),
    *(
        _defect(
            f"{what}-by-customers",
            "EMX-685",
            f"Anonymous users cannot have a coupon {what}.",
            changes.around(_not_anonymous, operation),
            operation,
            kind="auth",
            fault=205,
        )
        for what, operation in (("read", READ), ("validated", VALIDATE), ("redeemed", REDEEM))
    ),
    _defect(
        "read-by-sellers",
        "EMX-685",
        "A coupon is read with coupon.coupon_read alone.",
        changes.around(_needing_more, READ),
        READ,
        kind="scope",
        fault=205,
    ),
    _defect(
        "read-for-anybody",
        "EMX-652",
        "customerNumber is taken from anybody who reads a coupon.",
        changes.around(_not_on_behalf, READ),
        READ,
        kind="scope",
        fault=206,
    ),
    _defect(
        "read-for-others-by-managers",
        "EMX-652",
        "coupon.coupon_manage is enough to read a coupon for a customer.",
        changes.around(_with_manage, READ),
        READ,
        kind="scope",
        fault=206,
    ),
)
