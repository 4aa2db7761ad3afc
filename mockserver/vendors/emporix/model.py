"""The nouns of the customer segment service: segments, assignments, and what they refer to.

Frozen values with compact fields: localized text is a flat tuple, instants are whole
milliseconds since the epoch. A record is replaced, never changed; the one mutable
slot is the cache for its encoded form. No JSON, no HTTP, no clock, no rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, Literal, TypeAlias

from mockserver.kernel.call import Document

Localized: TypeAlias = tuple[str, ...]
"""Text by language, flat: `("en", "Gold", "de", "Gold")`. A dict per segment would
cost three times the memory."""

Status: TypeAlias = Literal["ACTIVE", "INACTIVE"]
ItemType: TypeAlias = Literal["PRODUCT", "CATEGORY"]
UserType: TypeAlias = Literal["CUSTOMER", "EMPLOYEE"]

Json: TypeAlias = Any
"""A JSON value that a caller stores and gets back unread, such as mixins."""

READ = "customersegment.segment_read"
READ_OWN = "customersegment.segment_read_own"
MANAGE = "customersegment.segment_manage"


def localized(texts: Mapping[str, str]) -> Localized:
    """Return texts by language in their compact form, in the order given."""
    return tuple(part for language, text in texts.items() for part in (intern(language), text))


def texts(compact: Localized) -> dict[str, str]:
    """Return a compact localized text as a mapping from language to text."""
    return dict(zip(compact[::2], compact[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a caller may say about a segment: everything but id, version and times."""

    name: Localized
    site_code: str
    description: Localized | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    has_validity: bool = False
    """True when `validity` was given, even as an empty object."""
    status: Status = "INACTIVE"
    mixins: Json = None
    mixin_schemas: Json = None
    """`metadata.mixins`: mixin name -> URL of its schema."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A customer segment, as one version of it."""

    number: int
    """Position in order of creation; unique in its world, kept by updates."""
    id: str
    name: Localized
    site_code: str
    created_at: int
    modified_at: int
    description: Localized | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    has_validity: bool = False
    status: Status = "INACTIVE"
    mixins: Json = None
    mixin_schemas: Json = None
    version: int = 1
    document: Document | None = field(default=None, init=False, repr=False, compare=False)
    """The record's JSON, once somebody has read it; filled in by `wire.py`."""


@dataclass(frozen=True, slots=True)
class CustomerAssignment:
    """A customer in a segment, for one legal entity or (B2C) for none."""

    number: int
    segment_id: str
    customer_id: str
    legal_entity_id: str | None
    created_at: int
    modified_at: int
    mixins: Json = None
    mixin_schemas: Json = None
    version: int = 1
    document: Document | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What makes the assignment unique: segment, customer, legal entity (EMX-279)."""
        return (self.segment_id, self.customer_id, self.legal_entity_id)


@dataclass(frozen=True, slots=True)
class ItemAssignment:
    """A product or a category in a segment."""

    number: int
    segment_id: str
    type: ItemType
    item_id: str
    created_at: int
    modified_at: int
    mixins: Json = None
    mixin_schemas: Json = None
    version: int = 1
    document: Document | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, ItemType, str]:
        """What makes the assignment unique: segment, type, item (EMX-306)."""
        return (self.segment_id, self.type, self.item_id)


@dataclass(frozen=True, slots=True)
class GroupAssignment:
    """A group of customers in a segment."""

    number: int
    segment_id: str
    group_id: str
    created_at: int
    modified_at: int
    mixins: Json = None
    mixin_schemas: Json = None
    version: int = 1
    document: Document | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What makes the assignment unique: segment, group."""
        return (self.segment_id, self.group_id)


@dataclass(frozen=True, slots=True)
class AssignmentDraft:
    """What a caller may say about an assignment."""

    mixins: Json = None
    mixin_schemas: Json = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the shop, as the customer service knows it."""

    id: str
    first_name: str
    last_name: str
    email: str
    legal_entity_ids: tuple[str, ...] = ()
    """The legal entities that the customer is assigned to; empty for B2C."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users, as the identity and access management service knows it."""

    id: str
    name: Localized
    user_type: UserType
    legal_entity_id: str | None = None
    """The legal entity that the group is bound to, if it is bound to one."""
    customer_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """A company that customers buy for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalog."""

    id: str
    code: str
    name: Localized
    category_ids: tuple[str, ...] = ()
    """The categories that the product is assigned to directly."""
    published: bool = True
    """False for what shoppers do not see yet."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the catalog; a root when it has no parent."""

    id: str
    code: str
    name: Localized
    parent_id: str | None = None
    position: int = 0
    published: bool = True
    description: Localized = ()
    slug: Localized = ()
    ecn: tuple[str, ...] = ()
    """External category names or numbers."""
    valid_from: int | None = None
    valid_to: int | None = None
