"""The tenants of the platform: their worlds, clients and accounts.

Nouns and look-ups only; who may have a token is decided in `identity/grants.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.room import Demo
from mockserver.vendors.emporix.tokens import Tokens
from mockserver.vendors.emporix.world import World


@dataclass(frozen=True, slots=True)
class Client:
    """An API client: what a back end or a storefront identifies itself with."""

    id: str
    """The `client_id`; unique on the platform, since `/oauth/token` names no tenant."""
    secret: str
    tenant: str
    scopes: tuple[str, ...]
    """The scopes that its service tokens may have."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer logs in with."""

    customer_id: str
    email: str
    password: str
    active: bool
    legal_entity_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant with everything that belongs to it alone."""

    name: str
    world: World
    ids: Ids
    """Draws the tokens and session ids of this tenant."""
    accounts: dict[str, Account] = field(default_factory=dict)
    """Accounts by `account_key` of their e-mail."""
    demos: list[Demo] = field(default_factory=list)
    """The well-known credentials, best one first."""


class Platform:
    """The room's whole state."""

    __slots__ = ("choices", "clients", "clock", "tenants", "tokens")

    def __init__(self, clock: Clock, choices: Mapping[str, str]) -> None:
        self.clock = clock
        self.choices = choices
        self.tokens = Tokens(clock)
        self.clients: dict[str, Client] = {}
        """Clients of all tenants, by client id."""
        self.tenants: dict[str, Tenant] = {}

    @property
    def worlds(self) -> dict[str, World]:
        """The worlds by the names of their tenants."""
        return {name: tenant.world for name, tenant in self.tenants.items()}

    def account(self, customer_id: str, tenant: str) -> Account:
        """Return the account of a customer that has a token. Raises KeyError."""
        customer = self.tenants[tenant].world.customers[customer_id]
        return self.tenants[tenant].accounts[account_key(customer.email)]


def account_key(email: str) -> str:
    """Return an e-mail in the form in which accounts are found: case does not matter (EMX-357)."""
    return email.casefold()
