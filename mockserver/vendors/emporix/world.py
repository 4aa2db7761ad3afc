"""The state of one tenant, and the verbs on its segments.

Rules live here and in the neighbours (`assignments.py`, `visibility.py`, `trees.py`);
they raise refusals before they change anything (EMX-037). No JSON, no HTTP, no frameworks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from sys import intern

from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.refusals import Conflict, Invalid, Missing
from mockserver.vendors.emporix.categories import Categories
from mockserver.vendors.emporix.choices import Choices
from mockserver.vendors.emporix.model import (
    AssignmentDraft,
    Customer,
    CustomerAssignment,
    Draft,
    Group,
    GroupAssignment,
    ItemAssignment,
    ItemType,
    LegalEntity,
    Localized,
    Product,
    Segment,
)
from mockserver.vendors.emporix.sisters.shop import Shop
from mockserver.vendors.emporix.table import Table

OF_SEGMENT_AND_TYPE = "segmentId,type"
"""The index that finds items by segment and type; the comma keeps it out of queries."""


class World:
    """Everything that one tenant holds, and no other tenant sees (EMX-094)."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        choices: Mapping[str, str],
        sites: Sequence[str] = ("main",),
        languages: Sequence[str] = ("en",),
    ) -> None:
        """`choices` are the room's named choices, all of them. Raises KeyError.

        The first of the `languages` is the tenant's default language.
        """
        self.clock = clock
        self.ids = ids
        self.choices = Choices.of(choices)
        self.sites = frozenset(sites)
        self.languages = tuple(languages)
        self.customers: dict[str, Customer] = {}
        self.legal_entities: dict[str, LegalEntity] = {}
        self.products: dict[str, Product] = {}
        self.categories = Categories()
        self.groups: dict[str, Group] = {}
        """The groups by id; there are none in the contract version without them."""
        self.groups_of: dict[str, list[Group]] = {}
        """The groups of a customer, by its id."""
        self.shop = Shop(choices)
        self.segments: Table[Segment] = Table(
            attrgetter("id"),  # as it is: case counts (EMX-055)
            {"siteCode": attrgetter("site_code"), "status": attrgetter("status")},
            key_name="id",
        )
        self.members: Table[CustomerAssignment] = Table(
            attrgetter("key"),
            {"segmentId": attrgetter("segment_id"), "customer.id": attrgetter("customer_id")},
        )
        self.items: Table[ItemAssignment] = Table(
            attrgetter("key"),
            {
                "segmentId": attrgetter("segment_id"),
                "item.id": attrgetter("item_id"),
                "type": attrgetter("type"),
                OF_SEGMENT_AND_TYPE: attrgetter("segment_id", "type"),
            },
        )
        self.group_assignments: Table[GroupAssignment] = Table(
            attrgetter("key"),
            {"segmentId": attrgetter("segment_id"), "group.id": attrgetter("group_id")},
        )

    # ---- what seeds use: no rule is asked ----------------------------------------

    def plant_segment(
        self, draft: Draft, segment_id: str, *, created_at: int, modified_at: int, version: int = 1
    ) -> Segment:
        """Add a segment with everything given; the id must be free."""
        segment = _segment(
            draft, self.segments.next_number, segment_id, created_at, modified_at, version
        )
        self.segments.add(segment)
        return segment

    def plant_member(
        self,
        segment_id: str,
        customer_id: str,
        legal_entity_id: str | None = None,
        *,
        created_at: int,
        modified_at: int | None = None,
        version: int = 1,
        draft: AssignmentDraft | None = None,
    ) -> CustomerAssignment:
        """Assign a customer, for a legal entity or for none; the assignment must be new."""
        member = CustomerAssignment(
            number=self.members.next_number,
            segment_id=segment_id,
            customer_id=customer_id,
            legal_entity_id=legal_entity_id,
            created_at=created_at,
            modified_at=created_at if modified_at is None else modified_at,
            mixins=None if draft is None else draft.mixins,
            mixin_schemas=None if draft is None else draft.mixin_schemas,
            version=version,
        )
        self.members.add(member)
        return member

    def plant_group(self, group: Group) -> None:
        """Add a group; its id must be free."""
        self.groups[group.id] = group
        for customer_id in group.customer_ids:
            self.groups_of.setdefault(customer_id, []).append(group)

    def plant_item(
        self,
        segment_id: str,
        item_type: ItemType,
        item_id: str,
        *,
        created_at: int,
        modified_at: int | None = None,
        version: int = 1,
        draft: AssignmentDraft | None = None,
    ) -> ItemAssignment:
        """Assign a product or a category; the assignment must be new."""
        item = ItemAssignment(
            number=self.items.next_number,
            segment_id=segment_id,
            type=item_type,
            item_id=item_id,
            created_at=created_at,
            modified_at=created_at if modified_at is None else modified_at,
            mixins=None if draft is None else draft.mixins,
            mixin_schemas=None if draft is None else draft.mixin_schemas,
            version=version,
        )
        self.items.add(item)
        return item

    # ---- segments ----------------------------------------------------------------

    def segment(self, segment_id: str, requirement: str = "EMX-092") -> Segment:
        """Return a segment. Raises Missing, upholding the requirement."""
        found = self.segments.get(segment_id)
        if found is None:
            raise missing(segment_id, requirement, "/path/segmentId")
        return found

    def is_active(self, segment: Segment) -> bool:
        """True when the segment counts for its customers now: by status, or by choice
        by its validity too (EMX-120).
        """
        if segment.status != "ACTIVE":
            return False
        if not self.choices.active_needs_validity or not segment.has_validity:
            return True
        return self.is_now(segment.valid_from, segment.valid_to)

    def is_now(self, start: int | None, end: int | None) -> bool:
        """True when the present lies in a validity; both ends belong to it, either may be open."""
        now = self.clock.now()
        return (start is None or start <= now) and (end is None or now <= end)

    def create_segment(self, draft: Draft, segment_id: str | None = None) -> Segment:
        """Add a segment under its own id or a generated one. Raises Conflict, Invalid.

        It is there for the next request (EMX-051), as version 1, both timestamps being
        the present (EMX-067, EMX-068).
        """
        # Without an id one is made (EMX-053): lower case (EMX-056), 24 digits (EMX-057).
        if segment_id is None:
            segment_id = self.ids.object_id()
            while self.segments.get(segment_id) is not None:
                segment_id = self.ids.object_id()
        elif self.segments.get(segment_id) is not None:
            raise Conflict(
                "The resource already exists.",
                requirement="EMX-054",
                pointer="/id",
                resource=segment_id,
            )
        self._check_segment(draft)
        now = self.clock.now()
        return self.plant_segment(draft, segment_id, created_at=now, modified_at=now)

    def put_segment(self, draft: Draft, segment_id: str, version: int | None) -> bool:
        """Create or replace a segment; return True when it was created.

        `version` is what the caller believes to be stored. Raises Conflict, Invalid.
        """
        stored = self.segments.get(segment_id)
        if stored is None:
            self.create_segment(draft, segment_id)  # whatever the version (EMX-133)
            return True
        # The stored version passes (EMX-128), another one does not.
        self.check_put_version(stored.version, version, segment_id)
        self.replace_segment(stored, draft)
        return False

    def replace_segment(self, stored: Segment, draft: Draft) -> Segment:
        """Replace the whole content of a segment (EMX-132): its next version (EMX-129).

        Raises Invalid.

        When it was created stays (EMX-130).
        """
        self._check_segment(draft)
        segment = _segment(
            draft,
            stored.number,
            stored.id,
            stored.created_at,
            self.clock.now(),
            stored.version + 1,
        )
        self.segments.replace(stored, segment)
        return segment

    def delete_segment(self, segment_id: str, *, force: bool) -> None:
        """Remove a segment, with `force` its assignments too (EMX-163). Raises Invalid, Missing.

        Nothing of it is kept (EMX-161), so its id is free again (EMX-167); one without
        assignments needs no force (EMX-165).
        """
        stored = self.segments.get(segment_id)
        if stored is None:
            self.note_nothing_deleted(segment_id)
            return
        members = tuple(self.members.having("segmentId", segment_id))
        items = tuple(self.items.having("segmentId", segment_id))
        groups = tuple(self.group_assignments.having("segmentId", segment_id))
        if (members or items or groups) and not force:
            held, upheld = (
                ("items or customers", "EMX-162") if members or items else ("groups", "EMX-418")
            )
            raise Invalid(
                f"The segment has {held} assigned to it.",
                requirement=upheld,
                pointer="/query/forceDelete",
                resource=segment_id,
            )
        for member in members:
            self.members.remove(member)
        for item in items:
            self.items.remove(item)
        for group in groups:  # (EMX-417)
            self.group_assignments.remove(group)
        self.segments.remove(stored)

    # ---- rules that segments and assignments share ---------------------------------

    def check_put_version(
        self, stored: int, given: int | None, resource: str, requirement: str = "EMX-127"
    ) -> None:
        """Refuse a version that is stale, or absent where one is needed.

        To be called before anything changes (EMX-135).
        """
        if given is not None:
            check_version(stored, given, resource, requirement)
        elif self.choices.version_required:
            raise Invalid(
                "metadata.version is needed to update an existing resource.",
                requirement="EMX-131",
                pointer="/metadata/version",
                code="required",
                resource=resource,
            )

    def note_nothing_deleted(self, resource: str) -> None:
        """Refuse, or let pass, that something to delete is not there."""
        if self.choices.missing_delete_refused:
            raise missing(resource, requirement="EMX-166")

    def check_mixins(self, draft: Draft | AssignmentDraft) -> None:
        """Refuse mixins without a link to their schema, where one is needed. Raises Invalid."""
        if not self.choices.mixins_need_schema or not draft.mixins:
            return
        for name in draft.mixins:
            if name not in (draft.mixin_schemas or {}):
                raise Invalid(
                    f"metadata.mixins has no link to the schema of {name[:60]!r}.",
                    requirement="EMX-071",
                    pointer=f"/mixins/{name}",
                    code="schema",
                )

    def _check_segment(self, draft: Draft) -> None:
        self.check_mixins(draft)
        if self.choices.unsupported_language_refused:
            self._check_languages("/name", draft.name)
            self._check_languages("/description", draft.description or ())
        if self.choices.unknown_site_refused and draft.site_code not in self.sites:
            raise Invalid(
                f"There is no site {draft.site_code!r}.",
                requirement="EMX-072",
                pointer="/siteCode",
            )

    def _check_languages(self, pointer: str, compact: Localized) -> None:
        """Refuse text in a language that the tenant does not have. Raises Invalid."""
        known = {language.lower() for language in self.languages}
        for language in compact[::2]:
            if language.lower() not in known:
                raise Invalid(
                    f"Following languages are not supported: {language[:40]!r}",
                    requirement="EMX-084",
                    pointer=f"{pointer}/{language}",
                    code="language",
                )


def check_version(stored: int, given: int, resource: str, requirement: str) -> None:
    """Refuse a version that is not the stored one. Raises Conflict."""
    if given != stored:
        raise Conflict(
            "The resource you are attempting to access has changed.",
            requirement=requirement,
            pointer="/metadata/version",
            resource=resource,
        )


def missing(resource: str, requirement: str, pointer: str = "") -> Missing:
    """Return the refusal for a resource that is not there, in the vendor's words.

    `pointer` tells which part of the path names it.
    """
    return Missing(
        f"The resource with id {resource} has not been found.",
        requirement=requirement,
        pointer=pointer,
        resource=resource,
    )


def _segment(
    draft: Draft, number: int, segment_id: str, created_at: int, modified_at: int, version: int
) -> Segment:
    return Segment(
        number=number,
        id=segment_id,
        name=draft.name,
        # Few sites, many segments: one string object per site.
        site_code=intern(draft.site_code),
        created_at=created_at,
        # One int object where the instants are the same: 32 bytes per segment.
        modified_at=created_at if modified_at == created_at else modified_at,
        description=draft.description,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        has_validity=draft.has_validity,
        status=draft.status,
        mixins=draft.mixins,
        mixin_schemas=draft.mixin_schemas,
        version=version,
    )
