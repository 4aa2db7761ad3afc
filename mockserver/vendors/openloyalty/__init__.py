"""Open Loyalty: segments of a store's members, selected by criteria.

| File | Holds |
|---|---|
| `model.py` | members, products, segments: frozen values |
| `fields.py` | readers for single values of criteria |
| `activity.py` | what members did, in columns of numbers |
| `population.py` | members as columns and indexes; masks of them |
| `criteria/` | the tables of criterion types: fields, selection, requirement |
| `segmentation.py` | criteria combined; what was worked out is remembered |
| `query.py` | filters, sort keys and pages of lists |
| `columns.py` | which fields the lists filter and sort by |
| `world.py` | the segments of one store and the verbs of the API |
| `tokens.py` | signed JWTs |
| `accounts.py` | logins and refresh tokens |
| `access.py` | credentials -> caller, or a refusal |
| `writable.py` | what JSON could not be written again |
| `wire.py` | JSON both ways; refusal -> status and body |
| `operations.py` | one function per operationId |
| `cast.py` | the named part of a fixture -> members and what they did |
| `crowd.py` | made-up members, products and segments |
| `seed.py` | fixture and crowd -> state |
"""

from __future__ import annotations

from mockserver.kernel.room import Room
from mockserver.vendors.openloyalty.access import admit
from mockserver.vendors.openloyalty.operations import OPERATIONS
from mockserver.vendors.openloyalty.seed import demos, example, open_stores
from mockserver.vendors.openloyalty.wire import RULES, cite, refuse

ROOM = Room(
    vendor="openloyalty",
    title="Open Loyalty",
    operations=OPERATIONS,
    rules=RULES,
    base_path="/api/{scope}/segment",
    open=open_stores,
    admit=admit,
    refuse=refuse,
    demos=demos,
    example=example,
    cite=cite,
    # A list of half a million members is about 20 MB (OLO-004, OLO-205).
    max_body=32 * 1024 * 1024,
)
"""Everything that the service and the web need to know of this vendor."""
