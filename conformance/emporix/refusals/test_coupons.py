"""Coupons that are refused: every documented "no" once.

Where the vendor names no status any 4xx will do.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.case import UNSENT
from conformance.emporix import coupons
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.coupons import has_refusal_shape
from conformance.exchange import Reply
from conformance.judging import judges

UNREADABLE = "name:(~conformance"
"""A query whose bracket is never closed."""


def is_refused(emporix: Emporix, requirement: str, **fields: Any) -> None:
    """Judge that a coupon with some fields is refused."""
    body = coupons.draft(emporix, **fields)
    emporix.judge(requirement, coupons.create_coupon(emporix, body)).refused()
    made = coupons.read_coupon(emporix, body["code"])
    emporix.judge(requirement, made).that(
        made.status != 200, "no coupon to have come of it", "a coupon", "what was refused"
    )


def empty(emporix: Emporix, operation: str, **sending: Any) -> Reply:
    """Send a request without the body that it needs."""
    return emporix.send(operation, headers={"Content-Type": "application/json"}, **sending)


# --- the fields of a coupon ---


@pytest.mark.parametrize("name", [UNSENT, None], ids=["unsaid", "null"])
@judges("EMX-601")
def test_a_coupon_needs_a_name(emporix: Emporix, name: object) -> None:
    """A coupon without a name is refused."""
    is_refused(emporix, "EMX-601", name=name)


@judges("EMX-606", "EMX-687")
def test_a_code_is_taken_once(emporix: Emporix) -> None:
    """A code that is taken is refused with 409, and its coupon stays as it was."""
    body = coupons.draft(emporix)
    emporix.need(coupons.create_coupon(emporix, body, step="set up"), 201, what="creating a coupon")
    again = coupons.create_coupon(emporix, {**body, "name": coupons.fresh_label(emporix)})
    emporix.judge("EMX-606", again).status(409)
    has_refusal_shape(emporix, again)
    emporix.judge("EMX-606", coupons.read_coupon(emporix, body["code"])).value(
        "/name", body["name"]
    )


@judges("EMX-606")
def test_a_code_is_taken_in_any_case_where_case_is_lost(emporix: Emporix) -> None:
    """Where codes are saved in upper case, a code is taken however its letters are written."""
    code = f"Sc{coupons.fresh_code(emporix)}x"
    body = coupons.draft(emporix, code=code)
    made = emporix.need(coupons.create_coupon(emporix, body), 201, what="creating a coupon")
    given = (code,) if made.at("/id") == code else (made.at("/id"), code.lower())
    for written in given:
        other = {**body, "code": written, "name": coupons.fresh_label(emporix)}
        emporix.judge("EMX-606", coupons.create_coupon(emporix, other)).status(409)


@judges("EMX-607")
def test_there_is_no_fourth_type_of_discount(emporix: Emporix) -> None:
    """A discountType beyond the three is refused."""
    is_refused(emporix, "EMX-607", discountType="GIFT", discountPercentage=UNSENT)


@pytest.mark.parametrize("percentage", [-1, 100.5])
@judges("EMX-608")
def test_a_percentage_has_bounds(emporix: Emporix, percentage: float) -> None:
    """A discountPercentage below 0 or above 100 is refused."""
    is_refused(emporix, "EMX-608", discountPercentage=percentage)


@pytest.mark.parametrize(
    "amount",
    [
        {"amount": -1, "currency": "EUR"},
        {"amount": 5, "currency": "eur"},
        {"amount": 5, "currency": "EURO"},
        {"amount": 5, "currency": "EU"},
    ],
    ids=["negative", "small-letters", "four-letters", "two-letters"],
)
@judges("EMX-609")
def test_an_amount_has_a_form(emporix: Emporix, amount: dict[str, Any]) -> None:
    """A negative amount or a currency that is not three capital letters is refused."""
    is_refused(
        emporix, "EMX-609",
        discountType="ABSOLUTE", discountPercentage=UNSENT, discountAbsolute=amount,
    )  # fmt: skip
    is_refused(emporix, "EMX-609", restrictions={"minOrderValue": amount})


@judges("EMX-614")
def test_there_is_no_third_way_to_calculate(emporix: Emporix) -> None:
    """A discountCalculationType beyond TOTAL and SUBTOTAL is refused."""
    is_refused(emporix, "EMX-614", discountCalculationType="NET")


@pytest.mark.parametrize("name", ["validFrom", "validUntil"])
@judges("EMX-631")
def test_times_are_date_times(emporix: Emporix, name: str) -> None:
    """A validFrom or validUntil that is no date-time is refused."""
    for told in ("soon", "2031-02-31T10:00:00Z", "2031-13-01T10:00:00Z"):
        is_refused(emporix, "EMX-631", restrictions={name: told})


# --- what does not go together ---


@judges("EMX-615")
def test_anonymous_users_cannot_be_counted(emporix: Emporix) -> None:
    """A limit for each customer is refused where anonymous users may redeem."""
    for limit in (1, 3):
        is_refused(emporix, "EMX-615", allowAnonymous=True, maxRedemptionsPerCustomer=limit)


@judges("EMX-616")
def test_anonymous_users_are_no_certain_customers(emporix: Emporix) -> None:
    """Customers in validFor are refused where anonymous users may redeem."""
    restrictions = {"validFor": [emporix.me()]}
    is_refused(emporix, "EMX-616", allowAnonymous=True, restrictions=restrictions)


@pytest.mark.parametrize("flag", [False, UNSENT], ids=["false", "unsaid"])
@judges("EMX-618")
def test_included_categories_need_their_flag(emporix: Emporix, flag: object) -> None:
    """Included categories are refused unless categoryRestricted is true."""
    restrictions = {"includedCategories": [category(emporix)]}
    is_refused(emporix, "EMX-618", categoryRestricted=flag, restrictions=restrictions)


@pytest.mark.parametrize("flag", [False, UNSENT], ids=["false", "unsaid"])
@judges("EMX-619")
def test_excluded_categories_need_their_flag(emporix: Emporix, flag: object) -> None:
    """Excluded categories are refused unless categoryRestricted is true."""
    restrictions = {"excludedCategories": [category(emporix)]}
    is_refused(emporix, "EMX-619", categoryRestricted=flag, restrictions=restrictions)


@judges("EMX-620")
def test_no_category_is_included_and_excluded(emporix: Emporix) -> None:
    """A category that is both included and excluded is refused, alone or among others."""
    first, other, *_ = categories = [
        str(each["id"]) for each in emporix.known("categories", "id", at_least=2)
    ]
    pairs = [([first], [first]), ([other, first], [first])]
    pairs += [([first, other], [categories[2], other])] if len(categories) > 2 else []
    for included, excluded in pairs:
        restrictions = {"includedCategories": included, "excludedCategories": excluded}
        is_refused(emporix, "EMX-620", categoryRestricted=True, restrictions=restrictions)


@judges("EMX-618", "EMX-619", "EMX-620")
def test_categories_are_included_and_excluded(emporix: Emporix) -> None:
    """With categoryRestricted some categories may be included, and others excluded."""
    one, other = (str(each["id"]) for each in emporix.known("categories", "id", at_least=2)[:2])
    restrictions = {"includedCategories": [one], "excludedCategories": [other]}
    body = coupons.draft(emporix, categoryRestricted=True, restrictions=restrictions)
    reply = coupons.create_coupon(emporix, body)
    emporix.judge(("EMX-618", "EMX-619", "EMX-620"), reply).status(201)
    read = coupons.read_coupon(emporix, coupons.code_of(reply, body["code"]))
    emporix.judge("EMX-618", read).value("/restrictions/includedCategories", [one])
    emporix.judge("EMX-619", read).value("/restrictions/excludedCategories", [other])


@judges("EMX-622")
def test_free_shipping_is_for_every_category(emporix: Emporix) -> None:
    """A category restricted coupon for free shipping is refused."""
    is_refused(
        emporix, "EMX-622",
        discountType="FREE_SHIPPING", discountPercentage=UNSENT, categoryRestricted=True,
        restrictions={"includedCategories": [category(emporix)]},
    )  # fmt: skip


@pytest.mark.parametrize(
    "restrictions", [UNSENT, {}, {"segments": []}], ids=["unrestricted", "unsaid", "none"]
)
@judges("EMX-623")
def test_a_segment_restriction_names_segments(emporix: Emporix, restrictions: Any) -> None:
    """A segment restricted coupon without a segment is refused."""
    is_refused(emporix, "EMX-623", segmentRestricted=True, restrictions=restrictions)


@judges("EMX-624")
def test_segments_and_categories_exclude_each_other(emporix: Emporix) -> None:
    """A coupon that is restricted to segments and to categories is refused."""
    restrictions = {
        "segments": [emporix.segment(status="ACTIVE")],
        "includedCategories": [category(emporix)],
    }
    is_refused(
        emporix, "EMX-624",
        segmentRestricted=True, categoryRestricted=True, restrictions=restrictions,
    )  # fmt: skip
    # Without a category as well: the flag alone is a restriction that must not stand here.
    is_refused(
        emporix, "EMX-624", segmentRestricted=True, categoryRestricted=True,
        restrictions={"segments": restrictions["segments"]},
    )  # fmt: skip


@judges("EMX-625")
def test_segments_and_customers_exclude_each_other(emporix: Emporix) -> None:
    """A coupon that is restricted to segments and to customers is refused."""
    restrictions = {"segments": [emporix.segment(status="ACTIVE")], "validFor": [emporix.me()]}
    is_refused(emporix, "EMX-625", segmentRestricted=True, restrictions=restrictions)


@pytest.mark.parametrize("flag", [False, UNSENT], ids=["false", "unsaid"])
@judges("EMX-626")
def test_segments_need_their_flag(emporix: Emporix, flag: object) -> None:
    """Segments are refused unless segmentRestricted is true."""
    restrictions = {"segments": [emporix.segment(status="ACTIVE")]}
    is_refused(emporix, "EMX-626", segmentRestricted=flag, restrictions=restrictions)


@judges("EMX-626")
def test_the_flag_of_categories_is_none_for_segments(emporix: Emporix) -> None:
    """Segments are refused where categoryRestricted alone is true."""
    segments, categories = [emporix.segment(status="ACTIVE")], [category(emporix)]
    is_refused(
        emporix, "EMX-626", categoryRestricted=True,
        restrictions={"segments": segments, "includedCategories": categories},
    )  # fmt: skip


def category(emporix: Emporix) -> str:
    """Return a category that is there."""
    return str(emporix.known("categories", "id")[0]["id"])


# --- requests that cannot be answered ---


@judges("EMX-634", "EMX-687")
def test_a_new_coupon_needs_a_body(emporix: Emporix) -> None:
    """A creation without a body is refused with 400 and a detail of the type missing_payload."""
    reply = coupons.scoped(emporix, empty(emporix, op.CREATE_COUPON), coupons.MANAGE)
    emporix.judge("EMX-634", reply).status(400).that(
        "missing_payload" in reply.each("/type", of="/details"),
        "a detail of the type missing_payload", reply.json, "the body", "/details",
    )  # fmt: skip
    has_refusal_shape(emporix, reply)


@judges("EMX-644", "EMX-687", smoke=True, read_only=True)
def test_an_unknown_coupon_is_not_read(emporix: Emporix) -> None:
    """Reading a coupon that does not exist is answered with 404 and the code in the message."""
    code = coupons.fresh_code(emporix)
    is_missing(emporix, code, coupons.read_coupon(emporix, code))


@judges("EMX-644", "EMX-687")
def test_an_unknown_coupon_is_not_deleted(emporix: Emporix) -> None:
    """Deleting a coupon that does not exist is answered with 404 and the code in the message."""
    code = coupons.fresh_code(emporix)
    is_missing(emporix, code, coupons.delete_coupon(emporix, code))


@judges("EMX-644", "EMX-687", read_only=True)
def test_an_unknown_coupon_has_no_redemptions(emporix: Emporix) -> None:
    """Redemptions of a coupon that does not exist are answered with 404 and the code."""
    code = coupons.fresh_code(emporix)
    is_missing(emporix, code, coupons.list_redemptions(emporix, code))


@pytest.mark.parametrize("operation", [op.VALIDATE_COUPON, op.REDEEM_COUPON])
@judges("EMX-644", "EMX-687")
def test_an_unknown_coupon_is_not_used(emporix: Emporix, operation: str) -> None:
    """Using a coupon that does not exist is answered with 404 and the code in the message."""
    code = coupons.fresh_code(emporix)
    reply = coupons.use_coupon(emporix, operation, code, coupons.purchase())
    is_missing(emporix, code, reply)


@pytest.mark.parametrize("operation", [op.READ_COUPON, op.VALIDATE_COUPON])
@judges("EMX-644")
def test_a_coupon_is_found_by_its_whole_code_in_its_tenant(
    emporix: Emporix, operation: str
) -> None:
    """A code with a letter more, and one of another tenant, are codes that do not exist."""
    code = coupons.coupon(emporix, allowAnonymous=True)
    body = coupons.purchase() if operation == op.VALIDATE_COUPON else UNSENT
    reply = emporix.send(operation, path={"code": f"{code}X"}, body=body)
    emporix.judge("EMX-644", reply).status(404)
    given = emporix.session.config.credentials.get("other_tenant", {})
    if "tenant" not in given:
        raise emporix.lacking("emporix.credentials.other_tenant with its tenant")
    path = {"tenant": given["tenant"], "code": code}
    reply = emporix.send(operation, by="other_tenant", path=path, body=body)
    emporix.judge("EMX-644", reply).refused()


def is_missing(emporix: Emporix, code: str, reply: Reply) -> None:
    """Judge the answer to a request for a coupon that is not there."""
    told = reply.at("/message")
    emporix.judge("EMX-644", reply).status(404).that(
        code.casefold() in str(told).casefold(), f"a message with {code}", told, "", "/message"
    )
    has_refusal_shape(emporix, reply)


@judges("EMX-650", "EMX-687", read_only=True)
def test_coupons_are_not_listed_by_an_unreadable_query(emporix: Emporix) -> None:
    """Coupons with a q that cannot be read are refused with 400 and a detail about q."""
    is_unreadable(emporix, coupons.list_coupons(emporix, {"q": UNREADABLE}))


@judges("EMX-650", "EMX-687")
def test_redemptions_are_not_listed_by_an_unreadable_query(emporix: Emporix) -> None:
    """Redemptions with a q that cannot be read are refused with 400 and a detail about q."""
    code = coupons.coupon(emporix)
    is_unreadable(emporix, coupons.list_redemptions(emporix, code, {"q": UNREADABLE}))


def is_unreadable(emporix: Emporix, reply: Reply) -> None:
    """Judge the answer to a query that cannot be read."""
    fields = reply.each("/field", of="/details")
    kinds = reply.each("/type", of="/details")
    emporix.judge("EMX-650", reply).status(400).that(
        ("q", "invalid_query_parameter") in zip(fields, kinds, strict=True),
        "a detail with the field q and the type invalid_query_parameter",
        reply.json, "the body", "/details",
    )  # fmt: skip
    has_refusal_shape(emporix, reply)
