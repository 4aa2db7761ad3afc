"""Coupons of a fixture are checked like requests, and point at what is there."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.room import FixtureError
from mockserver.vendors.emporix.sisters.coupons.cast import plant_coupons


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"segmentRestricted": True}, "/coupons/0/restrictions/segments"),
        ({"restrictions": {"validFor": ["anna", "x"]}}, "/coupons/0/restrictions/validFor/1"),
        (
            {"segmentRestricted": True, "restrictions": {"segments": ["x"]}},
            "/coupons/0/restrictions/segments/0",
        ),
        (
            {"categoryRestricted": True, "restrictions": {"includedCategories": ["x"]}},
            "/coupons/0/restrictions/includedCategories/0",
        ),
        (
            {
                "categoryRestricted": True,
                "restrictions": {"includedCategories": ["boots"], "excludedCategories": ["x"]},
            },
            "/coupons/0/restrictions/excludedCategories/0",
        ),
        ({"issuedTo": "x"}, "/coupons/0/issuedTo"),
    ],
)
def test_a_mistake_has_a_pointer(shop: Any, row: dict[str, Any], pointer: str) -> None:
    """Into the fixture, to the field that is wrong."""
    with pytest.raises(FixtureError) as caught:
        plant_coupons(shop.world, "acme", [("/coupons/0", {"code": "C", "name": "C", **row})])
    assert caught.value.pointer == pointer


def test_a_code_is_there_once(shop: Any) -> None:
    """In whatever case."""
    rows = [(f"/coupons/{place}", {"code": code, "name": "C"}) for place, code in enumerate("cC")]
    with pytest.raises(FixtureError, match="Duplicate") as caught:
        plant_coupons(shop.world, "acme", rows)
    assert caught.value.pointer == "/coupons/1/code"


def test_what_is_there_may_be_named(shop: Any) -> None:
    """Customers, categories and segments of the same tenant."""
    shop.add("s")
    rows: list[tuple[str, dict[str, Any]]] = [
        ("/0", {"code": "A", "name": "A", "restrictions": {"validFor": ["anna"]}}),
        (
            "/1",
            {
                "code": "B",
                "name": "B",
                "segmentRestricted": True,
                "restrictions": {"segments": ["s"]},
                "issuedTo": "ben",
            },
        ),
    ]
    plant_coupons(shop.world, "acme", rows)
    assert [each.code for each in shop.world.shop.coupons.rows] == ["A", "B"]
