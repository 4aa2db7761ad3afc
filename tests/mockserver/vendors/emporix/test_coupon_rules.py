"""What a coupon may look like: the rules of POST /coupon/{tenant}/coupons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver.vendors.emporix.sisters import CREATE, Sisters, header, told


def test_a_coupon_is_created_under_its_code(sisters: Sisters) -> None:
    """EMX-600, EMX-603: the reply is 201 with the code, in upper case, as id."""
    reply = sisters.create(code="Winter-Sale")
    assert (reply.status, reply.body) == (201, {"id": "WINTER-SALE"})
    assert sisters.coupon("WINTER-SALE")["code"] == "WINTER-SALE"


def test_a_code_is_generated(sisters: Sisters) -> None:
    """EMX-602: without a code, or with an empty one, every coupon gets one of its own."""
    codes = {sisters.create(**given).body["id"] for given in ({}, {"code": ""}, {})}
    assert len(codes) == 3
    assert all(code and code == code.upper() for code in codes)


def test_a_generated_code_is_free(sisters: Sisters, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code that is taken is not generated again."""
    drawn = iter(("one", "one", "two"))
    world = sisters.service.state("emporix").tenants["acme"].world
    monkeypatch.setattr(type(world.ids), "token", lambda _self, _length: next(drawn))
    assert [sisters.create().body["id"] for _ in range(2)] == ["ONE", "TWO"]


def test_codes_keep_their_case_by_choice(open_sisters: Any) -> None:
    """EMX-604: a tenant with case sensitivity turned on tells `Sale` from `SALE`."""
    sisters: Sisters = open_sisters(coupon_code_case="kept")
    assert sisters.create(code="Sale").body == {"id": "Sale"}
    assert sisters.create(code="SALE").status == 201
    assert sisters.coupon("Sale")["code"] == "Sale"
    assert told(sisters.call("GET-coupon-retrieve-coupon", code="sale")) == "EMX-644"


def test_a_code_is_taken_once(sisters: Sisters) -> None:
    """EMX-606: the second coupon of a code is a conflict, in the vendor's words."""
    reply = sisters.create(code="gold10")
    assert told(reply) == "EMX-606"
    assert reply.status == 409
    assert reply.body == {
        "type": "conflict_resource",
        "status": 409,
        "message": "Duplicate Coupon 'GOLD10' on tenant 'acme'",
    }


def test_defaults(sisters: Sisters) -> None:
    """A name is enough: everything else has its default.

    EMX-607, EMX-610, EMX-612, EMX-613, EMX-614, EMX-632.
    """
    code = sisters.create(discountAbsolute={}, metadata={"version": 7}).body["id"]
    assert sisters.coupon(code) == {
        "code": code,
        "name": "A coupon",
        "discountType": "ABSOLUTE",
        "discountAbsolute": {"amount": 0, "currency": "USD"},
        "allowAnonymous": False,
        "maxRedemptions": -1,
        "maxRedemptionsPerCustomer": -1,
        "discountCalculationType": "SUBTOTAL",
        "categoryRestricted": False,
        "segmentRestricted": False,
        "restrictions": {"validFor": []},
        "redemptionCount": 0,
        "deleted": False,
        "status": "VALID",
        "metadata": {"version": 0},
    }


def test_what_is_given_is_kept(sisters: Sisters) -> None:
    """EMX-633: every field is read back, mixins and their links included."""
    given = {
        "name": "All of it",
        "description": "Text",
        "discountType": "PERCENT",
        "discountPercentage": 12.5,
        "maxRedemptions": 3,
        "maxRedemptionsPerCustomer": 1,
        "discountCalculationType": "TOTAL",
        "categoryRestricted": True,
        "restrictions": {
            "validFor": ["C0123456789"],
            "validFrom": "2014-12-01T00:00:00.000Z",
            "validUntil": "2030-01-31T23:59:59.999Z",
            "minOrderValue": {"amount": 49.99, "currency": "EUR"},
            "includedCategories": ["beans"],
            "excludedCategories": ["advent"],
        },
        "issuedTo": "C0123456789",
        "mixins": {"couponCustomAttributes": {"provenance": "Winter"}},
        "metadata": {"mixins": {"couponCustomAttributes": "https://example.com/a.json"}},
    }
    found = sisters.coupon(sisters.create(**given).body["id"])
    metadata = found.pop("metadata")
    assert metadata == {**given.pop("metadata"), "version": 0}
    assert found | given == found


PERCENT = {"discountType": "PERCENT", "discountPercentage": 5}
OPEN = {"allowAnonymous": True}
SEGMENT = {"segmentRestricted": True}
CATEGORY = {"categoryRestricted": True}


@pytest.mark.parametrize(
    ("fields", "restrictions", "requirement", "pointer"),
    [
        ({"discountPercentage": 5}, {}, "EMX-611", "/discountPercentage"),
        ({**PERCENT, "discountAbsolute": {}}, {}, "EMX-611", "/discountAbsolute"),
        (
            {"discountType": "FREE_SHIPPING", "discountAbsolute": {}},
            {},
            "EMX-611",
            "/discountAbsolute",
        ),
        ({**OPEN, "maxRedemptionsPerCustomer": 1}, {}, "EMX-615", "/maxRedemptionsPerCustomer"),
        (OPEN, {"validFor": ["C1"]}, "EMX-616", "/restrictions/validFor"),
        ({"maxRedemptions": 1.5}, {}, "EMX-617", "/maxRedemptions"),
        ({"maxRedemptionsPerCustomer": -2}, {}, "EMX-617", "/maxRedemptionsPerCustomer"),
        ({}, {"includedCategories": ["c"]}, "EMX-618", "/restrictions/includedCategories"),
        ({}, {"excludedCategories": ["c"]}, "EMX-619", "/restrictions/excludedCategories"),
        (
            CATEGORY,
            {"includedCategories": ["a", "b"], "excludedCategories": ["b"]},
            "EMX-620",
            "/restrictions/excludedCategories",
        ),
        (CATEGORY, {"excludedCategories": ["b"]}, "EMX-621", "/restrictions/includedCategories"),
        (
            {**CATEGORY, "discountType": "FREE_SHIPPING"},
            {"includedCategories": ["a"]},
            "EMX-622",
            "/categoryRestricted",
        ),
        (SEGMENT, {}, "EMX-623", "/restrictions/segments"),
        (SEGMENT, {"segments": []}, "EMX-623", "/restrictions/segments"),
        ({**SEGMENT, **CATEGORY}, {"segments": ["s"]}, "EMX-624", "/segmentRestricted"),
        (
            SEGMENT,
            {"segments": ["s"], "includedCategories": ["a"]},
            "EMX-618",
            "/restrictions/includedCategories",
        ),
        (SEGMENT, {"segments": ["s"], "validFor": ["C1"]}, "EMX-625", "/restrictions/validFor"),
        ({}, {"segments": ["s"]}, "EMX-626", "/restrictions/segments"),
        (
            {},
            {"validFrom": "2026-02-02T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z"},
            "EMX-630",
            "/restrictions/validFrom",
        ),
        ({}, {"validFrom": "2026-02-30T00:00:00Z"}, "EMX-631", "/restrictions/validFrom"),
    ],
)
def test_a_rule_is_broken(
    sisters: Sisters,
    fields: dict[str, Any],
    restrictions: dict[str, Any],
    requirement: str,
    pointer: str,
) -> None:
    """Each rule refuses in its own name, says where, and nothing is created."""
    reply = sisters.create(code="BROKEN", **fields, restrictions=restrictions)
    assert (told(reply), header(reply, "X-Mock-Pointer")) == (requirement, pointer)
    assert reply.status == 400
    assert reply.body["type"] == "validation_violation"
    (detail,) = reply.body["details"]
    assert detail["field"] == pointer[1:].replace("/", ".")
    assert sisters.create(code="BROKEN").status == 201


@pytest.mark.parametrize(
    ("fields", "restrictions"),
    [
        (SEGMENT, {"segments": ["nowhere"], "validFor": [], "includedCategories": []}),
        (OPEN, {"validFor": []}),
        ({**OPEN, "maxRedemptions": 5, "maxRedemptionsPerCustomer": -1}, {}),
        (CATEGORY, {"includedCategories": ["a"], "segments": []}),
        ({}, {"validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z"}),
        ({**SEGMENT, "issuedTo": "C1"}, {"segments": ["s"]}),
        ({"maxRedemptions": 0}, {}),
    ],
)
def test_these_go_together(
    sisters: Sisters, fields: dict[str, Any], restrictions: dict[str, Any]
) -> None:
    """EMX-627, EMX-629: empty lists restrict nothing, and any segment may be named."""
    assert sisters.create(**fields, restrictions=restrictions).status == 201


def test_the_examples_of_the_guide_pass_by_choice(open_sisters: Any) -> None:
    """EMX-611: by choice a discount of another type is kept without effect."""
    sisters: Sisters = open_sisters(coupon_other_discount="accept")
    amount = {"amount": 24.99, "currency": "USD"}
    reply = sisters.create(
        **PERCENT, discountAbsolute=amount, **CATEGORY, restrictions={"includedCategories": ["a"]}
    )
    assert sisters.coupon(reply.body["id"])["discountAbsolute"] == amount


def test_unknown_segments_are_refused_by_choice(open_sisters: Any) -> None:
    """EMX-629: by choice only segments that exist may be named."""
    sisters: Sisters = open_sisters(coupon_unknown_segment="400")
    known = {"segments": ["golden-segment"]}
    unknown = {"segments": ["golden-segment", "nowhere"]}
    assert sisters.create(**SEGMENT, restrictions=known).status == 201
    reply = sisters.create(**SEGMENT, restrictions=unknown)
    assert (told(reply), header(reply, "X-Mock-Pointer")) == ("EMX-629", "/restrictions/segments/1")


def test_bottomless_mixins_are_refused(sisters: Sisters) -> None:
    """As in the segment service, in the coupon service's own form."""
    deep: Any = {}
    for _ in range(200):
        deep = {"a": deep}
    reply = sisters.create(mixins={"m": deep})
    assert told(reply) == "EMX-390"
    assert reply.body["type"] == "validation_violation"


@pytest.mark.parametrize("by", ["reader", "editor", "anna", "widget"])
def test_creating_needs_the_scope(sisters: Sisters, by: str) -> None:
    """EMX-684: without `coupon.coupon_manage` nothing is created."""
    reply = sisters.call(CREATE, by, body={"name": "x"})
    assert (reply.status, told(reply)) == (403, "EMX-684")
    assert reply.body["type"] == "insufficient_permissions"
