"""Who calls: what an access token stands for, as the operations see it.

A value without rules; `access.py` finds it, `tokens.py` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from mockserver.vendors.emporix.model import READ

Kind: TypeAlias = Literal["service", "anonymous", "customer"]
"""How the token was had: by client credentials, anonymous login or customer login."""


class Owner(Protocol):
    """Whoever segments can belong to: a customer, acting for a legal entity or for none."""

    @property
    def customer(self) -> str | None:
        """Id of the customer, if there is one."""

    @property
    def legal_entity(self) -> str | None:
        """Id of the legal entity, if there is one."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of one access token."""

    tenant: str
    client: str
    """The client id that the token, or the session it belongs to, was had with."""
    kind: Kind
    scopes: frozenset[str]
    """Scopes in force, those that a choice adds included."""
    expires: int
    """Instant in milliseconds from which the token is dead."""
    customer: str | None = None
    """Id of the customer; `None` for service and anonymous tokens."""
    legal_entity: str | None = None
    """The legal entity that is bound into a customer token, if one is."""
    session: str = ""
    """Id of the session of an anonymous or customer token."""

    @property
    def reads_all(self) -> bool:
        """True when the caller may read what belongs to anybody in the tenant.

        So it is for a token with segment_read_own beside it (EMX-119).
        """
        return READ in self.scopes
