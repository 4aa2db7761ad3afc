"""What a tenant's shop holds beside its segments: coupons, redemptions and the catalogue.

State and the choices of the sister services; their rules live in `coupons/` and
`catalogue/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from mockserver.vendors.emporix.categories import Categories
from mockserver.vendors.emporix.model import Product
from mockserver.vendors.emporix.sisters.catalogue.index import Catalogue
from mockserver.vendors.emporix.sisters.coupons.model import Coupon, Redemption
from mockserver.vendors.emporix.table import Table


@dataclass(frozen=True, slots=True)
class ShopChoices:
    """The settled choices of the coupon, category and product services."""

    codes_keep_case: bool
    """True when coupon codes are stored as they are given, and case counts."""
    foreign_discounts_refused: bool
    """True when a discount of another type than the coupon's is refused."""
    issued_to_restricts: bool
    """True when only the customer that a coupon was issued to may redeem it."""
    unknown_segments_refused: bool
    all_segments: bool
    """True when a category must be in every segment of `segmentsIds`, not just in one."""
    below_assigned: bool
    """True when a category below an assigned one counts as assigned for `segmentsIds`."""
    tree_needs_scope: bool
    """True when category trees need their scope for published categories too."""
    search_needs_scope: bool
    """True when a product search needs its scope for published products too."""

    @classmethod
    def of(cls, named: Mapping[str, str]) -> ShopChoices:
        """Read the choices of the ledger by their full names. Raises KeyError."""
        return cls(
            codes_keep_case=named["emporix.coupon-code-case"] == "kept",
            foreign_discounts_refused=named["emporix.coupon-other-discount"] == "400",
            issued_to_restricts=named["emporix.coupon-issued-to"] == "restricts",
            unknown_segments_refused=named["emporix.coupon-unknown-segment"] == "400",
            all_segments=named["emporix.segments-ids"] == "all",
            below_assigned=named["emporix.segments-ids-below"] == "include",
            tree_needs_scope=named["emporix.category-tree-scope"] == "always",
            search_needs_scope=named["emporix.product-search-scope"] == "always",
        )


class Shop:
    """The state of the sister services for one tenant."""

    __slots__ = ("_catalogue", "choices", "coupons", "redemptions")

    def __init__(self, choices: Mapping[str, str]) -> None:
        """`choices` are the room's named choices, all of them. Raises KeyError."""
        self.choices = ShopChoices.of(choices)
        self.coupons: Table[Coupon] = Table(attrgetter("code"), {}, key_name="code")
        """Every coupon, the deleted ones included."""
        self.redemptions: Table[Redemption] = Table(
            attrgetter("id"), {"code": attrgetter("code"), "buyer": attrgetter("buyer")}
        )
        self._catalogue: Catalogue | None = None

    def catalogue(self, products: Mapping[str, Product], categories: Categories) -> Catalogue:
        """Return the catalogue, indexed when it is first asked for."""
        if self._catalogue is None:
            self._catalogue = Catalogue(products, categories)
        return self._catalogue
