"""The platform as its fixture seeds it, without a service, and everything in it as one digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mockserver import contracts
from mockserver.assembly import resolve_choices
from mockserver.kernel.room import Blueprint
from mockserver.vendors.emporix.seed import open_state
from mockserver.vendors.emporix.tenants import Platform

FIXTURE = contracts.fixture(contracts.fixture_path("emporix"))


def build(fixture: Any = FIXTURE, **settings: Any) -> Platform:
    """Build the platform without a service around it."""
    choices = resolve_choices(("emporix",), {})["emporix"]
    return open_state(Blueprint(fixture=fixture, choices=choices, **settings))


def fingerprint(platform: Platform) -> str:
    """Everything that is seeded, as one digest."""
    held = []
    for name, tenant in platform.tenants.items():
        world = tenant.world
        tables = (world.segments, world.members, world.items, world.group_assignments)
        held.append(
            [
                name,
                [repr(row) for table in tables for row in table.rows],
                [repr(row) for row in world.customers.values()],
                [repr(row) for row in world.legal_entities.values()],
                [repr(row) for row in world.products.values()],
                [repr(row) for row in world.categories.values()],
                [repr(row) for row in tenant.accounts.values()],
                [repr(demo) for demo in tenant.demos],
                tenant.ids.token(),
            ]
        )
    callers = [f"{token} {grant.caller}" for token, grant in platform.tokens.grants.items()]
    # A frozenset prints in an order that depends on the process.
    callers = sorted("".join(sorted(caller)) for caller in callers)
    return hashlib.sha256(json.dumps([held, callers]).encode()).hexdigest()
