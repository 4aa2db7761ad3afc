"""Coupons: what a new one is like, what its state is, and what becomes of a deleted one."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.case import UNSENT
from conformance.emporix import coupons
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.exchange import MISSING, Reply, at
from conformance.judging import equal, judges


def stored(emporix: Emporix, code: str) -> Reply:
    """Read a coupon to see what was kept."""
    return emporix.need(coupons.read_coupon(emporix, code), 200, what="reading a coupon")


def created(emporix: Emporix, requirement: str, **fields: Any) -> Reply:
    """Create a coupon that a requirement allows, and return it as it is read."""
    body = coupons.draft(emporix, **fields)
    reply = coupons.create_coupon(emporix, body)
    emporix.judge(requirement, reply).status(201)
    return stored(emporix, coupons.code_of(reply, str(body.get("code"))))


def default(emporix: Emporix, requirement: str, reply: Reply, pointer: str, value: Any) -> None:
    """Judge that a coupon has a default; what is left out has it by the schema."""
    found = reply.at(pointer)
    emporix.judge(requirement, reply).that(
        found is MISSING or found is None or equal(value, found),
        f"{value!r}, as it was not given", found, "the body", pointer,
    )  # fmt: skip


@judges("EMX-600", smoke=True)
def test_a_new_coupon_is_answered_with_its_code(emporix: Emporix) -> None:
    """Creating a coupon is answered with 201 and its code as id."""
    body = coupons.draft(emporix)
    reply = coupons.create_coupon(emporix, body)
    emporix.judge("EMX-600", reply).status(201).value("/id", body["code"])
    read = coupons.read_coupon(emporix, coupons.code_of(reply, body["code"]))
    emporix.judge("EMX-600", read).status(200).value("/name", body["name"])
    _has_code(emporix, "EMX-600", read, body["code"])


def _has_code(emporix: Emporix, requirement: str, reply: Reply, code: Any) -> None:
    # The schema of a single coupon has no code: it may be missing there.
    if reply.at("/code") is not MISSING:
        emporix.judge(requirement, reply).value("/code", code)


@judges("EMX-602")
def test_a_code_is_generated(emporix: Emporix) -> None:
    """A coupon that is created without a code gets a generated one, under which it is found."""
    body = coupons.draft(emporix, code=UNSENT)
    reply = coupons.create_coupon(emporix, body)
    judging = emporix.judge("EMX-602", reply).status(201).present("/id")
    judging.that(bool(coupons.code_of(reply, "")), "a code", reply.at("/id"), "the body", "/id")
    read = coupons.read_coupon(emporix, coupons.code_of(reply, ""))
    emporix.judge("EMX-602", read).status(200).value("/name", body["name"])
    _has_code(emporix, "EMX-602", read, reply.at("/id"))
    another = coupons.create_coupon(emporix, coupons.draft(emporix, code=UNSENT))
    emporix.judge("EMX-602", another).status(201).that(
        another.at("/id") != reply.at("/id"), "another code", another.at("/id"), "", "/id"
    )


@judges("EMX-603")
def test_a_code_is_saved_in_upper_case(emporix: Emporix) -> None:
    """A code is saved in upper case, or as given where case makes codes different."""
    given = f"Sc{coupons.fresh_code(emporix)}x"
    body = coupons.draft(emporix, code=given)
    reply = coupons.create_coupon(emporix, body)
    emporix.need(reply, 201, what="creating a coupon")
    found = emporix.settle(
        lambda: coupons.list_coupons(emporix, {"q": f"name:{body['name']}"}),
        lambda reply: reply.entry("/name", body["name"]) is not MISSING,
    )
    shown = at(found.entry("/name", body["name"]), "/code")
    for saved in (reply.at("/id"), *([] if shown is MISSING else [shown])):
        emporix.judge("EMX-603", reply).that(
            saved in (given.upper(), given), f"{given.upper()} or {given}", saved, "the code"
        )
        if saved == given:
            # Kept as it is: right only where another case is another code.
            other = coupons.read_coupon(emporix, given.upper())
            emporix.judge("EMX-603", other).that(
                other.status != 200,
                f"{given.upper()}, or a code that no other case finds", given, "the code",
            )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"discountType": "PERCENT", "discountPercentage": 12.5},
        {
            "discountType": "ABSOLUTE",
            "discountPercentage": UNSENT,
            "discountAbsolute": {"amount": 5, "currency": coupons.CURRENCY},
        },
        {"discountType": "FREE_SHIPPING", "discountPercentage": UNSENT},
    ],
    ids=["percent", "absolute", "free-shipping"],
)
@judges("EMX-607")
def test_there_are_three_types_of_discount(emporix: Emporix, fields: dict[str, Any]) -> None:
    """A discount is a share, an amount, or free shipping."""
    read = created(emporix, "EMX-607", **fields)
    emporix.judge("EMX-607", read).value("/discountType", fields["discountType"])


@judges("EMX-607", "EMX-610")
def test_an_amount_is_meant_in_dollars_where_no_currency_is_given(emporix: Emporix) -> None:
    """Without a type the discount is an amount, and without a currency it is in USD."""
    read = created(
        emporix, "EMX-607",
        discountType=UNSENT, discountPercentage=UNSENT, discountAbsolute={"amount": 5},
    )  # fmt: skip
    emporix.judge("EMX-607", read).value("/discountType", "ABSOLUTE")
    emporix.judge("EMX-610", read).value("/discountAbsolute/amount", 5)
    emporix.judge("EMX-610", read).value("/discountAbsolute/currency", "USD")


@judges("EMX-610")
def test_an_amount_that_is_not_given_is_zero(emporix: Emporix) -> None:
    """An amount of money is 0 when no amount is given, for an order too in USD by default."""
    read = created(emporix, "EMX-610", restrictions={"minOrderValue": {"amount": 7}})
    emporix.judge("EMX-610", read).value("/restrictions/minOrderValue/currency", "USD")
    read = created(
        emporix, "EMX-610", restrictions={"minOrderValue": {"currency": coupons.CURRENCY}}
    )
    pointer = "/restrictions/minOrderValue"
    least = read.at(pointer)
    # An order value of 0 restricts nothing, so it may also be left out.
    emporix.judge("EMX-610", read).that(
        least is MISSING or least is None or equal(0, at(least, "/amount")),
        "amount 0", least, "the body", pointer,
    )  # fmt: skip


@pytest.mark.parametrize("percentage", [0, 100])
@judges("EMX-608")
def test_a_percentage_may_be_the_least_and_the_most(emporix: Emporix, percentage: int) -> None:
    """A discountPercentage of 0 or 100 is allowed."""
    read = created(emporix, "EMX-608", discountPercentage=percentage)
    emporix.judge("EMX-608", read).value("/discountPercentage", percentage)


@judges("EMX-612", "EMX-613", "EMX-614")
def test_a_coupon_is_unrestricted_by_default(emporix: Emporix) -> None:
    """What is not said about a coupon restricts and limits nothing."""
    read = stored(emporix, coupons.coupon(emporix))
    for name in ("allowAnonymous", "categoryRestricted", "segmentRestricted"):
        default(emporix, "EMX-612", read, f"/{name}", False)
    for name in ("maxRedemptions", "maxRedemptionsPerCustomer"):
        default(emporix, "EMX-613", read, f"/{name}", -1)
    default(emporix, "EMX-614", read, "/discountCalculationType", "SUBTOTAL")


@pytest.mark.parametrize("calculation", ["TOTAL", "SUBTOTAL"])
@judges("EMX-614")
def test_a_discount_is_taken_from_total_or_subtotal(emporix: Emporix, calculation: str) -> None:
    """A discountCalculationType is TOTAL or SUBTOTAL, and is kept."""
    read = created(emporix, "EMX-614", discountCalculationType=calculation)
    emporix.judge("EMX-614", read).value("/discountCalculationType", calculation)


@judges("EMX-611")
def test_a_discount_of_another_type(emporix: Emporix) -> None:
    """A discount that belongs to another type is refused or kept."""
    amount = {"amount": 5, "currency": coupons.CURRENCY}
    for fields in (
        {"discountAbsolute": amount},
        {"discountType": "ABSOLUTE", "discountAbsolute": amount},
    ):
        reply = coupons.create_coupon(emporix, coupons.draft(emporix, **fields))
        variant = f"{'amount' if len(fields) == 1 else 'percentage'} of another type: "
        taken = "accepted" if reply.status == 201 else "refused"
        emporix.observe("EMX-611", f"{variant}{taken} with {reply.status}", reply)


@judges("EMX-613")
def test_minus_one_means_unlimited(emporix: Emporix) -> None:
    """Limits of -1 may be given, and limit nothing."""
    body = coupons.draft(emporix, maxRedemptions=-1, maxRedemptionsPerCustomer=-1)
    made = coupons.create_coupon(emporix, body)
    emporix.judge("EMX-613", made).status(201)
    for _ in range(2):
        reply = coupons.redeem(emporix, coupons.code_of(made, body["code"]), coupons.purchase())
        emporix.judge("EMX-613", reply).status(201)


@judges("EMX-627")
def test_empty_lists_may_stand_beside_a_segment_restriction(emporix: Emporix) -> None:
    """Empty lists of customers and categories do not contradict a restriction to segments."""
    restrictions = {
        "segments": [emporix.segment(status="ACTIVE")],
        "validFor": [],
        "includedCategories": [],
        "excludedCategories": [],
    }
    body = coupons.draft(emporix, segmentRestricted=True, restrictions=restrictions)
    emporix.judge("EMX-627", coupons.create_coupon(emporix, body)).status(201)


@judges("EMX-627")
def test_empty_lists_restrict_nothing(emporix: Emporix) -> None:
    """A coupon whose restrictions are empty lists is for every customer."""
    names = ("validFor", "includedCategories", "excludedCategories", "segments")
    body = coupons.draft(emporix, restrictions={name: [] for name in names})
    reply = coupons.create_coupon(emporix, body)
    emporix.judge("EMX-627", reply).status(201)
    valid = coupons.validate(emporix, coupons.code_of(reply, body["code"]), coupons.purchase())
    emporix.judge("EMX-627", valid).status(200)


@judges("EMX-631")
def test_date_times_are_kept(emporix: Emporix) -> None:
    """Date-times of any offset are taken, and the same instants are shown."""
    given = {
        "validFrom": coupons.instant(emporix, -2).replace(".000Z", "-03:00"),
        "validUntil": coupons.instant(emporix, 2).replace(".000Z", "+05:30"),
    }
    read = created(emporix, "EMX-631", restrictions=given)
    for name, value in given.items():
        found = read.at(f"/restrictions/{name}")
        emporix.judge("EMX-631", read).that(
            coupons.same_instant(value, found), value, found, "the body", f"/restrictions/{name}"
        )


@pytest.mark.parametrize("given", [None, {"version": 7}], ids=["unsaid", "said"])
@judges("EMX-632")
def test_the_first_version_is_zero(emporix: Emporix, given: Any) -> None:
    """The version of a new coupon is 0, whatever the request says."""
    read = created(emporix, "EMX-632", metadata=UNSENT if given is None else given)
    emporix.judge("EMX-632", read).value("/metadata/version", 0)


@judges("EMX-633")
def test_mixins_are_kept(emporix: Emporix) -> None:
    """Mixins and the links to their schemas are kept as they are given."""
    mixins = {
        "campaign": {"channel": "mail", "waves": [1, 2], "paid": True},
        "blank": {"said": "", "paid": False, "times": 0, "waves": []},
        "print": {"paper": "A6"},
    }
    schemata = "https://res.cloudinary.com/saas-ag/raw/upload/schemata"
    links = {name: f"{schemata}/{name}_v1.json" for name in mixins}
    read = stored(emporix, coupons.coupon(emporix, mixins=mixins, metadata={"mixins": links}))
    emporix.judge("EMX-633", read).value("/mixins", mixins).value("/metadata/mixins", links)


@judges("EMX-640")
def test_the_status_follows_time_and_use(emporix: Emporix) -> None:
    """A coupon is INACTIVE before its time, EXPIRED after it, USED when used up, else VALID."""
    label = coupons.fresh_label(emporix)
    day = {each: coupons.instant(emporix, each) for each in (-2, -1, 1, 2)}
    states: tuple[tuple[str, dict[str, Any]], ...] = (
        ("EXPIRED", {"restrictions": {"validFrom": day[-2], "validUntil": day[-1]}}),
        ("EXPIRED", {"restrictions": {"validUntil": day[-1]}}),
        ("VALID", {"restrictions": {"validFrom": day[-1], "validUntil": day[1]}}),
        *(("VALID", {"restrictions": each}) for each in coupons.open_by_offset(emporix)),
        ("INACTIVE", {"restrictions": {"validFrom": day[1], "validUntil": day[2]}}),
        ("INACTIVE", {"restrictions": {"validFrom": day[1]}}),
        ("USED", {"maxRedemptions": 1}),
        ("VALID", {"maxRedemptions": 2}),
        ("VALID", {"maxRedemptionsPerCustomer": 1}),
    )
    expected = {}
    for status, fields in states:
        body = coupons.draft(emporix, name=label, **fields)
        reply = coupons.create_coupon(emporix, body, step="set up")
        if status == "EXPIRED" and 400 <= reply.status < 500:
            continue  # nobody says that a coupon of the past can be made
        emporix.need(reply, 201, what="creating a coupon")
        expected[coupons.code_of(reply, body["code"])] = status
    used, *partly = list(expected)[-3:]
    for code in (*partly, used):
        coupons.redemption(emporix, code)
    query = {"q": f"name:{label}"}
    coupons.listed(emporix, query, *expected)
    shown = emporix.settle(
        lambda: coupons.list_coupons(emporix, query),
        lambda reply: at(reply.entry("/code", used), "/status") == "USED",
    )
    for code, status in expected.items():
        found = at(shown.entry("/code", code), "/status")
        emporix.judge("EMX-640", shown).same(status, found, f"the status of {code}")
    for code, status in expected.items():
        found = stored(emporix, code)
        # The schema of a single coupon has no status: it may be missing there.
        if found.at("/status") is not MISSING:
            emporix.judge("EMX-640", found).value("/status", status)


@judges("EMX-642", "EMX-643")
def test_a_deleted_coupon_is_listed_on_request_alone(emporix: Emporix) -> None:
    """A deleted coupon is marked as deleted and listed with showDeleted alone."""
    code, kept = coupons.coupon(emporix), coupons.coupon(emporix)
    query = {"q": f"code:({code},{kept})"}
    coupons.listed(emporix, query, code, kept)
    emporix.judge("EMX-643", coupons.delete_coupon(emporix, code)).status(204).bodiless()
    there = emporix.settle(
        lambda: coupons.list_coupons(emporix, {**query, "showDeleted": True}),
        lambda reply: at(reply.entry("/code", code), "/deleted") is True,
    )
    emporix.judge("EMX-642", there).status(200).same(
        True, at(there.entry("/code", code), "/deleted"), "deleted"
    )
    emporix.judge("EMX-642", there).that(
        kept in there.each("/code"), f"{kept}, which is not deleted", there.each("/code")
    )
    for given in (query, {**query, "showDeleted": False}):
        gone = emporix.settle(
            lambda given=given: coupons.list_coupons(emporix, given),  # type: ignore[misc]
            lambda reply: code not in reply.each("/code"),
        )
        emporix.judge("EMX-642", gone).status(200).that(
            code not in gone.each("/code"), f"a list without {code}", gone.each("/code")
        )
        emporix.judge("EMX-643", gone).that(
            kept in gone.each("/code"), f"{kept}, which is not deleted", gone.each("/code")
        )


@judges("EMX-682", "EMX-683", "EMX-684")
def test_managing_coupons_is_enough_for_what_sellers_do(emporix: Emporix) -> None:
    """A token with coupon.coupon_manage alone creates, lists and deletes coupons."""
    by = "coupon_manage"
    body = coupons.draft(emporix)
    reply = coupons.create_coupon(emporix, body, by=by)
    emporix.judge("EMX-684", reply).status(201)
    code = coupons.code_of(reply, body["code"])
    emporix.judge("EMX-683", coupons.list_coupons(emporix, {"pageSize": 1}, by=by)).status(200)
    emporix.judge("EMX-682", coupons.list_redemptions(emporix, code, by=by)).status(200)
    emporix.judge("EMX-684", coupons.delete_coupon(emporix, code, by=by)).status(204)


@judges("EMX-683", read_only=True)
def test_reading_coupons_is_enough_to_list_them(emporix: Emporix) -> None:
    """A token with coupon.coupon_read alone lists coupons."""
    reply = coupons.list_coupons(emporix, {"pageSize": 1}, by="coupon_read")
    emporix.judge("EMX-683", reply).status(200)


@judges("EMX-652")
def test_a_coupon_is_read_on_behalf_of_a_customer(emporix: Emporix) -> None:
    """With coupon.coupon_redeem_on_behalf a coupon is read for a customer that is named."""
    customer = emporix.me()
    code = coupons.coupon(emporix, restrictions={"validFor": [customer]})
    query = {"customerNumber": customer}
    reply = emporix.send(op.READ_COUPON, path={"code": code}, query=query)
    coupons.scoped(emporix, reply, coupons.ON_BEHALF)
    emporix.judge("EMX-652", reply).status(200)
