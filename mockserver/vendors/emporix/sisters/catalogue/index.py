"""The catalogue with its indexes: products, categories, and which product is in which.

Built once per world, when somebody first asks, since no operation changes products or
categories. Values and look-ups only; what a caller may see is decided elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from mockserver.vendors.emporix.categories import Categories
from mockserver.vendors.emporix.model import Category, Product
from mockserver.vendors.emporix.table import Table

_ASSIGNMENTS = uuid.UUID("9f3d4c62-4a1b-4a57-9a33-2f1c7d0e5b18")
"""The namespace (RFC 4122, 4.3) of the ids of category assignments."""


@dataclass(frozen=True, slots=True)
class ShelvedProduct:
    """A product with its place in the order of the catalogue."""

    number: int
    product: Product

    @property
    def id(self) -> str:
        """The id of the product."""
        return self.product.id


@dataclass(frozen=True, slots=True)
class ShelvedCategory:
    """A category with its place in the order of the catalogue."""

    number: int
    category: Category

    @property
    def id(self) -> str:
        """The id of the category."""
        return self.category.id


@dataclass(frozen=True, slots=True)
class Placement:
    """A product in a category: what the category service calls an assignment."""

    number: int
    category_id: str
    product: Product

    @property
    def id(self) -> str:
        """A UUID that follows from category and product, so it is the same in every world."""
        return str(uuid.uuid5(_ASSIGNMENTS, f"{self.category_id}\n{self.product.id}"))


class Catalogue:
    """Products and categories of one world, found by whatever requests ask for."""

    __slots__ = ("categories", "of_category", "placements", "products", "published")

    def __init__(self, products: Mapping[str, Product], categories: Categories) -> None:
        shelved = [ShelvedProduct(*each) for each in enumerate(products.values(), 1)]
        self.products: Table[ShelvedProduct] = Table(
            attrgetter("id"), {"code": attrgetter("product.code")}, key_name="id"
        )
        self.products.extend(shelved)
        self.published = [each for each in shelved if each.product.published]
        """The products that everybody may see."""
        self.of_category: dict[str, list[ShelvedProduct]] = {}
        """The products by the categories that they are in directly."""
        self.placements: dict[str, list[Placement]] = {}
        """The assignments of a category, in the order of the catalogue."""
        number = 0
        for each in shelved:
            for category_id in each.product.category_ids:
                number += 1
                self.of_category.setdefault(category_id, []).append(each)
                placement = Placement(number, category_id, each.product)
                self.placements.setdefault(category_id, []).append(placement)
        self.categories: Table[ShelvedCategory] = Table(
            attrgetter("id"),
            {"code": attrgetter("category.code"), "parentId": attrgetter("category.parent_id")},
            key_name="id",
        )
        self.categories.extend(
            [ShelvedCategory(*each) for each in enumerate(categories.values(), 1)]
        )
