"""The room of Emporix: the customer segment service, the logins that it needs, and its sisters.

`ROOM` ties the parts together; nothing else is imported from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.kernel.call import Reply
from mockserver.kernel.refusals import Refusal
from mockserver.kernel.room import Room
from mockserver.vendors.emporix import wire
from mockserver.vendors.emporix.access import admit
from mockserver.vendors.emporix.citations import cite
from mockserver.vendors.emporix.demos import demos, example
from mockserver.vendors.emporix.group_operations import GROUP_OPERATIONS
from mockserver.vendors.emporix.identity import wire as identity_wire
from mockserver.vendors.emporix.identity.operations import OPERATIONS as IDENTITY_OPERATIONS
from mockserver.vendors.emporix.operations import OPERATIONS
from mockserver.vendors.emporix.seed import open_state
from mockserver.vendors.emporix.sisters import wire as sister_wire
from mockserver.vendors.emporix.sisters.wire import SHOP_OPERATIONS


def _refuse(refusal: Refusal, choices: Mapping[str, str], operation: str = "") -> Reply:
    """Shape a refusal: login and sister services have their own shapes."""
    if operation in SHOP_OPERATIONS:
        return sister_wire.refuse(refusal, operation)
    own = identity_wire.refuse(refusal, operation) if operation in IDENTITY_OPERATIONS else None
    return own or wire.refuse(refusal, choices)


ROOM = Room(
    vendor="emporix",
    title="Emporix Customer Segment Service",
    operations={**OPERATIONS, **IDENTITY_OPERATIONS, **SHOP_OPERATIONS},
    rules=wire.RULES,
    base_path="/customer-segment/{scope}",
    open=open_state,
    admit=admit,
    refuse=_refuse,
    demos=demos,
    example=example,
    cite=cite,
    editions={"2026-09": GROUP_OPERATIONS},
)
