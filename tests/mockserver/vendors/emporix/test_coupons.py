"""Coupons are listed, read and deleted; refusals have the form of the coupon service."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.instants import parse
from mockserver.kernel.refusals import Invalid as InvalidRequest
from mockserver.kernel.refusals import MethodNotAllowed, TooLarge, UnsupportedMediaType, Violation
from mockserver.vendors.emporix.sisters.wire import refuse
from tests.mockserver.vendors.emporix.sisters import (
    ANNA,
    CHLOE,
    CREATE,
    DELETE,
    GET,
    LIST,
    PRODUCTS,
    REDEMPTIONS,
    TREES,
    Sisters,
    header,
    told,
)

CAST = ["GOLD10", "WHOLESALE5", "WELCOME5", "CHLOE15", "BEANS20", "ADVENT26", "SUMMER25"]


def codes(sisters: Sisters, by: str = "manager", **query: Any) -> list[str]:
    """Return the codes of a list of coupons."""
    reply = sisters.call(LIST, by, query=query)
    assert reply.status == 200, reply.body
    return [each["code"] for each in reply.body]


def test_the_cast_is_listed(sisters: Sisters) -> None:
    """Coupons are listed in order of creation, to managers and readers (EMX-683)."""
    assert codes(sisters) == CAST
    assert codes(sisters, "reader") == CAST
    for by in ("editor", "anna"):
        assert told(sisters.call(LIST, by)) == "EMX-683"


def test_pages_and_totals(sisters: Sisters) -> None:
    """EMX-647, EMX-648: 16 to a page unless told otherwise, and the total on request."""
    assert codes(sisters, pageSize=3, pageNumber=2) == CAST[3:6]
    assert codes(sisters, pageSize=3, pageNumber=2**70) == []
    for number in range(12):
        sisters.create(code=f"X{number}")
    assert len(codes(sisters)) == 16
    reply = sisters.call(LIST, query={"totalCount": True, "pageSize": 1})
    assert (len(reply.body), header(reply, "Items-Count")) == (1, "19")
    assert header(sisters.call(LIST), "Items-Count") == ""


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("categoryRestricted:true", ["BEANS20"]),
        ("discountPercentage:>=15", ["CHLOE15", "BEANS20"]),
        ("status:EXPIRED", ["SUMMER25"]),
        ("status:INACTIVE", ["ADVENT26"]),
        ("code:(GOLD10,WELCOME5) segmentRestricted:true", ["GOLD10"]),
        ("restrictions.segments:b2b-hospitality", ["WHOLESALE5"]),
        ('restrictions.validUntil:<"2026-01-01T00:00:00.000Z"', ["SUMMER25"]),
        ("name:~wholesale$", ["WHOLESALE5"]),
        ("issuedTo:exists", ["CHLOE15"]),
        ("name.en:x", []),
    ],
)
def test_a_query_limits_the_list(sisters: Sisters, q: str, expected: list[str]) -> None:
    """EMX-649: the grammar of the standard practices, on what a coupon shows."""
    assert codes(sisters, q=q) == expected


def test_a_bad_query_is_refused(sisters: Sisters) -> None:
    """EMX-650: the detail has the field q and the type invalid_query_parameter."""
    reply = sisters.call(LIST, query={"q": "status"})
    assert reply.status == 400
    (detail,) = reply.body["details"]
    assert (detail["field"], detail["type"]) == ("q", "invalid_query_parameter")
    assert detail["message"].startswith("not a valid query: ")


def test_lists_are_sorted(sisters: Sisters) -> None:
    """EMX-651: ascending unless `desc` is said, by several fields."""
    assert codes(sisters, sort="code") == sorted(CAST)
    assert codes(sisters, sort="code:desc") == sorted(CAST, reverse=True)
    assert codes(sisters, sort="discountType:asc,,discountPercentage:DESC")[-4:] == [
        "BEANS20",
        "CHLOE15",
        "GOLD10",
        "WHOLESALE5",
    ]


def test_the_status_follows_the_clock(sisters: Sisters, clock: Any) -> None:
    """EMX-640: not yet, now, no longer; and back again when the clock goes back."""
    for instant, expected in (
        ("2026-11-28T23:59:59.999Z", "INACTIVE"),
        ("2026-11-29T00:00:00.000Z", "VALID"),
        ("2026-12-24T23:59:59.999Z", "VALID"),
        ("2026-12-25T00:00:00.000Z", "EXPIRED"),
        ("2026-11-01T00:00:00.000Z", "INACTIVE"),
    ):
        clock.set(parse(instant))
        assert sisters.coupon("ADVENT26")["status"] == expected, instant


def test_a_coupon_is_used_up(sisters: Sisters) -> None:
    """EMX-640, EMX-641: after as many redemptions as it has."""
    assert sisters.redeem("CHLOE15", "chloe") == "ok"
    coupon = sisters.coupon("CHLOE15")
    assert (coupon["status"], coupon["redemptionCount"]) == ("USED", 1)


def test_a_code_is_found_in_any_case(sisters: Sisters) -> None:
    """EMX-605: where codes are saved in upper case."""
    assert sisters.coupon("gold10") == sisters.coupon("GOLD10")


def test_shoppers_see_less(sisters: Sisters) -> None:
    """EMX-653, EMX-685: any token reads a coupon; some of it is for sellers only."""
    hidden = {"maxRedemptions", "redemptionCount", "deleted"}
    full = sisters.coupon("GOLD10")
    assert full.keys() - sisters.coupon("GOLD10", "anna").keys() == hidden
    assert sisters.coupon("GOLD10", "editor") == sisters.coupon("GOLD10", "anna")
    assert sisters.coupon("GOLD10", "reader") == full
    assert "issuedTo" in sisters.coupon("CHLOE15")
    assert "issuedTo" not in sisters.coupon("CHLOE15", "chloe")


def test_a_coupon_for_others_is_not_shown(sisters: Sisters) -> None:
    """EMX-654: except to sellers."""
    reply = sisters.call(GET, "anna", code="CHLOE15")
    assert (reply.status, told(reply)) == (403, "EMX-654")
    assert (
        reply.body["message"] == "Insufficient permissions to retrieve the coupon with Id CHLOE15"
    )
    assert sisters.coupon("CHLOE15", "reader")["code"] == "CHLOE15"


def test_reading_on_behalf_needs_a_scope(sisters: Sisters) -> None:
    """EMX-652, EMX-680: and the customer must exist."""
    ask = {"customerNumber": CHLOE}
    assert sisters.call(GET, code="CHLOE15", query=ask).status == 200
    assert told(sisters.call(GET, "chloe", code="CHLOE15", query=ask)) == "EMX-652"
    reply = sisters.call(GET, code="CHLOE15", query={"customerNumber": "nobody"})
    assert (reply.status, told(reply)) == (400, "EMX-680")
    assert reply.body["details"][0]["field"] == "customerNumber"


def test_a_coupon_is_missing(sisters: Sisters) -> None:
    """EMX-644, EMX-687: the message of the vendor names the code."""
    for operation in (GET, DELETE, REDEMPTIONS):
        reply = sisters.call(operation, code="MW2023_72")
        assert told(reply) == "EMX-644"
        assert reply.body == {
            "type": "resource_not_found",
            "status": 404,
            "message": "Coupon with code MW2023_72 not found.",
        }


def test_a_deleted_coupon(sisters: Sisters) -> None:
    """EMX-642, EMX-643, EMX-645, EMX-646: gone, listed on request, its code still taken."""
    assert told(sisters.call(DELETE, "reader", code="GOLD10")) == "EMX-684"
    assert sisters.call(DELETE, code="gold10").status == 204
    assert codes(sisters) == CAST[1:]
    assert codes(sisters, showDeleted=True) == CAST
    assert codes(sisters, showDeleted=True, q="deleted:true") == ["GOLD10"]
    assert told(sisters.call(GET, code="GOLD10")) == "EMX-644"
    assert told(sisters.call(DELETE, code="GOLD10")) == "EMX-644"
    assert sisters.validate("GOLD10", "anna") == "EMX-644"
    assert told(sisters.create(code="GOLD10")) == "EMX-606"


# ---- access and forms ------------------------------------------------------------------


@pytest.mark.parametrize("operation", [LIST, TREES, PRODUCTS])
def test_a_token_is_needed(sisters: Sisters, operation: str) -> None:
    """EMX-770: 401 in the form of the gateway, for no token and for an expired one."""
    reply = sisters.call(operation, None)
    assert (reply.status, told(reply)) == (401, "EMX-770")
    assert reply.body["fault"]["detail"]["errorcode"] == "oauth.v2.InvalidAccessToken"
    fault = sisters.call(operation, "expired").body["fault"]
    assert fault["detail"]["errorcode"] == "keymanagement.service.access_token_expired"
    assert sisters.call(operation, "made-up").status == 401


@pytest.mark.parametrize("operation", [LIST, TREES, PRODUCTS])
def test_another_tenant_is_forbidden(sisters: Sisters, operation: str, open_sisters: Any) -> None:
    """EMX-771: 403 in the form of the service, or by choice 401."""
    assert sisters.call(operation, tenant="globex").status == 403
    assert open_sisters(foreign_tenant="401").call(operation, tenant="globex").status == 401


def test_tenants_have_coupons_of_their_own(sisters: Sisters) -> None:
    """A code of one tenant is free in the other."""
    world = sisters.service.state("emporix").tenants["globex"].world
    assert not world.shop.coupons.rows


def test_refusals_of_the_message_itself() -> None:
    """EMX-634, EMX-772: what is refused before the operation has the service's form too."""
    empty = InvalidRequest("no body", requirement="EMX-029", code="required")
    assert refuse(empty, CREATE).body["details"] == [
        {"type": "missing_payload", "message": "Empty payload was sent", "moreInfo": ""}
    ]
    large = refuse(TooLarge("Too large.", requirement="EMX-028"), CREATE)
    assert (large.status, large.body["type"]) == (413, "payload_too_large")
    text = UnsupportedMediaType("Not that.", requirement="EMX-027")
    assert refuse(text, TREES).body == {
        "code": 415,
        "status": "Unsupported Media Type",
        "message": "Not that.",
        "details": ["Not that."],
    }
    method = MethodNotAllowed("No.", requirement="EMX-026", allowed=("POST",))
    reply = refuse(method, PRODUCTS)
    assert (reply.status, reply.headers) == (405, (("Allow", "POST"),))
    assert reply.body == {"code": 405, "status": "Method Not Allowed", "message": "No."}


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/restrictions/segments/0", "restrictions.segments[0]"),
        ("/query/pageSize", "pageSize"),
        ("/mixins/a~1b~0c", "mixins.a/b~c"),
    ],
)
def test_a_detail_names_its_field_as_a_bean(pointer: str, field: str) -> None:
    """As the schema of the error says; a type that is no word becomes one."""
    found = Violation("No.", pointer, "maxItems")
    refusal = InvalidRequest("No.", requirement="EMX-029", violations=[found])
    (detail,) = refuse(refusal, CREATE).body["details"]
    assert detail == {"field": field, "type": "invalid_value", "message": "No.", "moreInfo": ""}


def test_a_detail_about_the_whole_names_no_field() -> None:
    """What is wrong is the body as such, or the coupon."""
    refusal = InvalidRequest("No.", requirement="EMX-029", code="type")
    assert refuse(refusal, CREATE).body["details"] == [
        {"type": "type", "message": "No.", "moreInfo": ""}
    ]


@pytest.mark.parametrize(
    ("operation", "by", "code", "expected"),
    [
        (GET, "manager", "NOWHERE", "EMX-644"),
        (DELETE, "manager", "NOWHERE", "EMX-644"),
        (GET, "anna", "CHLOE15", "EMX-654"),
    ],
)
def test_the_pointer_of_a_coupon(
    sisters: Sisters, operation: str, by: str, code: str, expected: str
) -> None:
    """EMX-644, EMX-654: it leads to the code in the path."""
    reply = sisters.call(operation, by, code=code)
    assert (told(reply), header(reply, "X-Mock-Pointer")) == (expected, "/path/code")


def test_anna_is_who_she_is(sisters: Sisters) -> None:
    """The constants of these tests name the customers of the cast."""
    world = sisters.service.state("emporix").tenants["acme"].world
    assert [world.customers[each].first_name for each in (ANNA, CHLOE)] == ["Anna", "Chloé"]
