"""The points that the vendor leaves open, as one world settles them.

The names and values are those of the ledger; nothing here decides a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """The settled choices of one world, read once."""

    first_index: int
    """The index of the first entry of a bulk reply."""
    missing_delete_refused: bool
    """True when deleting what is not there is refused."""
    version_required: bool
    """True when a PUT on an existing record must carry `metadata.version`."""
    patch_replace_creates: bool
    references_checked: bool
    """True when an assignment may only name customers and items that exist."""
    missing_segment_refused: bool
    """True when a path below a segment that is not there is refused as missing."""
    single_language_string: bool
    foreign_is_forbidden: bool
    """True when a segment that `segment_read_own` may not see is refused, not hidden."""
    match_ancestors: bool
    """True when a product below an assigned category counts as assigned."""
    match_site_equal: bool
    page_size: int
    legacy_in: bool
    """True when `q` also takes the older `id:in(a,b)`."""
    bulk_duplicates_refused: bool
    bulk_put_needs_id: bool
    own_list_is_catalogue: bool
    """True when GET /segments shows a customer every active segment of the tenant."""
    search_own_active: bool
    """True when a search with `segment_read_own` finds active segments only."""
    foreign_customer_ignored: bool
    """True when `customerId` without `segment_read` is ignored rather than refused."""
    active_needs_validity: bool
    unsupported_language_refused: bool
    default_language_only: bool
    """True when a read without Accept-Language shows the tenant's default language alone."""
    plain_text_in_default: bool
    """True when plain text without Content-Language is in the tenant's default language."""
    unknown_site_refused: bool
    mixins_need_schema: bool
    tree_descendants: bool
    tree_hides_unpublished: bool
    tree_needs_validity: bool
    """True when a tree leaves out a category outside its validity."""
    group_created_with_id: bool
    """True when the 201 of a new group assignment names the group."""
    groups_open_all: bool
    """True when membership through a group counts for every read, not for /segments/me alone."""
    all_groups_shown: bool
    """True when a customer sees every group of its segments, not just the groups it is in."""

    @classmethod
    def of(cls, named: Mapping[str, str]) -> Choices:
        """Read the choices of the ledger by their full names. Raises KeyError."""
        chosen = {name.removeprefix("emporix."): value for name, value in named.items()}
        return cls(
            first_index=int(chosen["bulk-index"]),
            missing_delete_refused=chosen["delete-missing"] == "404",
            version_required=chosen["put-without-version"] == "refuse",
            patch_replace_creates=chosen["patch-replace-missing"] == "create",
            references_checked=chosen["unknown-reference"] == "400",
            missing_segment_refused=chosen["missing-segment"] == "404",
            single_language_string=chosen["single-language"] == "string",
            foreign_is_forbidden=chosen["read-own-foreign"] == "403",
            match_ancestors=chosen["match-ancestors"] == "ancestors",
            match_site_equal=chosen["match-site"] == "equal",
            page_size=int(chosen["page-size"]),
            legacy_in=chosen["legacy-in"] == "accept",
            bulk_duplicates_refused=chosen["bulk-duplicates"] == "refuse",
            bulk_put_needs_id=chosen["bulk-put-without-id"] == "400",
            own_list_is_catalogue=chosen["own-list"] == "catalogue",
            search_own_active=chosen["search-own"] == "active",
            foreign_customer_ignored=chosen["customer-id-own"] == "ignore",
            active_needs_validity=chosen["active"] == "status-and-validity",
            unsupported_language_refused=chosen["unsupported-language"] == "400",
            default_language_only=chosen["default-language"] == "default",
            plain_text_in_default=chosen["plain-text"] == "default-language",
            unknown_site_refused=chosen["unknown-site"] == "400",
            mixins_need_schema=chosen["mixins-without-schema"] == "400",
            tree_descendants=chosen["tree-descendants"] == "include",
            tree_hides_unpublished=chosen["tree-unpublished"] == "hide",
            tree_needs_validity=chosen["tree-validity"] == "hide",
            group_created_with_id=chosen["group-created-body"] == "id",
            groups_open_all=chosen["group-membership"] == "everywhere",
            all_groups_shown=chosen["group-own"] == "all",
        )
