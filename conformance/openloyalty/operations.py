"""The operationIds of Open Loyalty under the names that tests use."""

from __future__ import annotations

from typing import Final

LIST: Final = "segmentGetList"
CREATE: Final = "segmentPost"
READ: Final = "segmentGet"
CHANGE: Final = "segmentPut"
REMOVE: Final = "segmentDelete"
MEMBERS: Final = "segmentGetMembers"
ACTIVATE: Final = "segmentPostActivate"
DEACTIVATE: Final = "segmentPostDeactivate"
ASSOCIATION: Final = "_getSegmentAssociation"

ADMIN_LOGIN: Final = "adminLoginCheck"
MEMBER_LOGIN: Final = "memberLoginCheck"
ADMIN_REFRESH: Final = "tokenRefresh"
MEMBER_REFRESH: Final = "tokenRefreshMember"

LOGINS: Final = {"admin": ADMIN_LOGIN, "member": MEMBER_LOGIN}
"""Kind of user -> where they log in."""
REFRESHES: Final = {"admin": ADMIN_REFRESH, "member": MEMBER_REFRESH}
"""Kind of user -> where they renew their token."""

OF_A_SEGMENT: Final = (READ, CHANGE, ACTIVATE, DEACTIVATE, MEMBERS, ASSOCIATION, REMOVE)
"""The operations whose path names a segment; the one that ends its life comes last."""
RESOURCES: Final = ("reward", "achievement", "campaign")
"""The kinds of things that may use a segment."""
