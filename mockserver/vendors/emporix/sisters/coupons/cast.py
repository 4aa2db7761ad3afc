"""The coupons of the named cast: rows of the fixture become coupons of a world.

They are read like the bodies of requests, so the same rules hold; references must
exist here, whatever a choice lets requests do.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from mockserver.kernel.refusals import Conflict, Invalid
from mockserver.kernel.room import FixtureError
from mockserver.vendors.emporix.sisters.coupons.drafts import read_coupon
from mockserver.vendors.emporix.sisters.coupons.model import CouponDraft
from mockserver.vendors.emporix.sisters.coupons.rules import create_coupon
from mockserver.vendors.emporix.world import World


def plant_coupons(world: World, tenant: str, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Add the coupons of a tenant; each row comes with its pointer. Raises FixtureError."""
    for pointer, row in rows:
        try:
            draft = read_coupon(row, world.shop.choices)
            _check_references(world, draft, pointer)
            create_coupon(world, tenant, draft)
        except (Invalid, Conflict) as refusal:
            raise FixtureError(refusal.message, f"{pointer}{refusal.pointer}") from refusal


def _check_references(world: World, draft: CouponDraft, pointer: str) -> None:
    given = draft.restrictions
    segments = {segment.id for segment in world.segments.rows}
    named: list[tuple[str, tuple[str, ...], Container[str], str]] = [
        ("validFor", given.valid_for, world.customers, "customer"),
        ("includedCategories", given.included_categories, world.categories, "category"),
        ("excludedCategories", given.excluded_categories, world.categories, "category"),
        ("segments", given.segments, segments, "segment"),
    ]
    for name, wanted, known, what in named:
        for place, each in enumerate(wanted):
            if each not in known:
                raise FixtureError(
                    f"there is no {what} {each!r}", f"{pointer}/restrictions/{name}/{place}"
                )
    if draft.issued_to and draft.issued_to not in world.customers:
        raise FixtureError(f"there is no customer {draft.issued_to!r}", f"{pointer}/issuedTo")
