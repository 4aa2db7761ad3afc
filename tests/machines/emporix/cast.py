"""Who and what is in the small world of the Emporix machine: its fixture, callers and choices.

Data only; the same rows are the fixture of the room and the cast of the model.
"""

from __future__ import annotations

from typing import Any

from mockserver import contracts

from .model import Caller

Row = dict[str, Any]

START = 1_795_176_000_000
"""2026-11-20T12:00:00Z, where every run begins."""
SOON = START + 3_600_000
PREFIX = "customersegment.segment_"
PASSWORD = "segment-demo"


def _customer(name: str, *entities: str) -> Row:
    return {
        "id": name,
        "firstName": name.title(),
        "lastName": "Example",
        "email": f"{name}@example.com",
        "password": PASSWORD,
        "legalEntityIds": list(entities),
    }


def _category(name: str, position: int, parent: str | None = None, **more: Any) -> Row:
    names = {"en": name.title(), "de": f"{name} (de)"}
    row = {"id": name, "code": f"C-{name}", "name": names, "position": position, "published": True}
    return row | ({"parentId": parent} if parent else {}) | more


def _product(name: str, *categories: str) -> Row:
    names = {"en": f"Product {name}"}
    return {"id": name, "code": f"SKU-{name}", "name": names, "categoryIds": list(categories)}


SEASON = {"from": "2026-11-20T12:00:00.000Z", "to": "2026-11-21T00:00:00.000Z"}
CAST: Row = {
    "name": "acme",
    "languages": ["en", "de"],
    "sites": ["main", "outlet"],
    "fill": False,
    "legalEntities": [{"id": one, "name": f"Company {one}"} for one in ("e1", "e2", "e3")],
    "customers": [
        _customer("anna"),
        _customer("ben", "e1", "e2"),
        _customer("carl", "e1"),
        _customer("emi"),
    ],
    "categories": [
        _category("shoes", 2),
        _category("boots", 2, "shoes"),
        _category("winter", 1, "boots"),
        _category("sandals", 1, "shoes", published=False),
        _category("bags", 1, validity=SEASON, localizedSlug={"en": "bags"}, ecn=["10-00"]),
    ],
    "products": [
        _product("p1", "boots"),
        _product("p2", "winter"),
        _product("p3"),
        _product("p4", "bags", "shoes"),
    ],
}

CLIENTS = {
    "manager": ("manage", "read"),
    "reader": ("read",),
    "editor": ("manage",),
    "widget": ("own",),
    "both": ("own", "read"),
    "shopfront": (),
}
BUYERS = {
    "anna": ("anna", None),
    "ben": ("ben", None),
    "ben-e1": ("ben", "e1"),
    "ben-e2": ("ben", "e2"),
    "carl": ("carl", "e1"),
    "emi": ("emi", None),
}
"""Token -> the customer and the legal entity that it is bound to."""


def callers() -> dict[str, Caller]:
    """Return who holds the tokens that are there from the start."""
    forever = 4_102_444_800_000
    found = {
        name: Caller(frozenset(scopes), forever)
        for name, scopes in CLIENTS.items()
        if name != "shopfront"
    }
    found |= {
        name: Caller(frozenset({"own"}), forever, customer=customer, entity=entity)
        for name, (customer, entity) in BUYERS.items()
    }
    found["short"] = Caller(frozenset({"manage", "read"}), SOON)
    found["expired"] = Caller(frozenset({"manage", "read", "own"}), START - 1)
    found["foreign"] = Caller(frozenset({"manage", "read"}), forever, tenant="globex")
    return found


def fixture() -> Row:
    """Return the fixture of the room: two tenants, no segments."""
    clients = [
        {
            "id": name,
            "secret": PASSWORD,
            "scopes": [PREFIX + {"own": "read_own"}.get(scope, scope) for scope in scopes],
        }
        for name, scopes in CLIENTS.items()
    ]
    every = [PREFIX + scope for scope in ("manage", "read", "read_own")]
    clients.append({"id": "all", "secret": PASSWORD, "scopes": every})
    staff = [name for name in CLIENTS if name != "shopfront"]
    tokens = [_token(name, name, "2100-01-01T00:00:00Z") for name in staff]
    for name, (customer, entity) in BUYERS.items():
        bound = {"legalEntityId": entity} if entity else {}
        bought = {"customer": customer} | bound
        tokens.append(_token(name, "shopfront", "2100-01-01T00:00:00Z") | bought)
    tokens.append(_token("short", "manager", "2026-11-20T13:00:00Z"))
    tokens.append(_token("expired", "all", "2026-11-20T11:59:59.999Z"))
    abroad = {"id": "abroad", "secret": PASSWORD, "scopes": every[:2]}
    other: Row = {
        "name": "globex",
        "languages": ["en"],
        "sites": ["main"],
        "fill": False,
        "clients": [abroad],
        "tokens": [_token("foreign", "abroad", "2100-01-01T00:00:00Z")],
    }
    acme = CAST | {"clients": clients, "tokens": tokens}
    return {"asOf": "2026-11-01T08:00:00.000Z", "tenants": [acme, other]}


def _token(name: str, client: str, expires: str) -> Row:
    return {
        "name": name,
        "token": f"token-{name}",
        "description": name,
        "client": client,
        "expires": expires,
    }


_DRAWN: dict[str, tuple[str, ...]] = {
    "emporix.active": ("status", "status-and-validity"),
    "emporix.bulk-duplicates": ("in-order", "in-order", "refuse"),
    "emporix.bulk-index": ("1", "0"),
    "emporix.bulk-put-without-id": ("create", "400"),
    "emporix.customer-id-own": ("403", "ignore"),
    "emporix.delete-missing": ("204", "404"),
    "emporix.foreign-tenant": ("403", "401"),
    "emporix.legacy-in": ("accept", "refuse"),
    "emporix.manage-implies-read": ("no", "yes"),
    "emporix.match-ancestors": ("assigned-only", "ancestors"),
    "emporix.match-site": ("equal", "ignore"),
    "emporix.missing-segment": ("404", "listed"),
    "emporix.mixins-without-schema": ("accept", "accept", "accept", "400"),
    "emporix.own-list": ("own", "own", "catalogue"),
    "emporix.patch-replace-missing": ("400", "create"),
    "emporix.put-without-version": ("accept", "accept", "accept", "refuse"),
    "emporix.read-own-foreign": ("404", "403"),
    "emporix.search-own": ("active", "all"),
    "emporix.tree-descendants": ("include", "exclude"),
    "emporix.tree-unpublished": ("show", "hide"),
    "emporix.tree-validity": ("show", "hide"),
    "emporix.unknown-reference": ("400", "400", "accept"),
    "emporix.unknown-site": ("accept", "accept", "400"),
}
_KNOWN = contracts.contract("emporix").choices
CHOICES = {name: values for name, values in _DRAWN.items() if name in _KNOWN}
"""What every run draws for each choice; what stands twice is drawn twice as often."""
