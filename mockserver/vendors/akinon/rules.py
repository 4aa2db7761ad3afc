"""The conditions that segment rules are made of.

A rule is a tuple of conditions that must all hold. Every condition answers one
question about a user, or about a guest, who is `None`. Which conditions Akinon has is
not published in detail; these cover what its guide names: who somebody is, and what
somebody bought. No JSON and no clock here: `seed.py` reads conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mockserver.vendors.akinon.model import User


class Condition(Protocol):
    """One question about a visitor."""

    def holds(self, user: User | None) -> bool:
        """Tell whether the answer is yes; `None` is a guest."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of whole numbers; both ends belong to it, `None` leaves one open."""

    at_least: int | None = None
    at_most: int | None = None

    def holds(self, value: int) -> bool:
        """Tell whether the value lies in the range."""
        return (self.at_least is None or self.at_least <= value) and (
            self.at_most is None or value <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class IsGuest:
    """Nobody is signed in; or, turned around, somebody is."""

    value: bool

    def holds(self, user: User | None) -> bool:
        """Tell whether the visitor is (or is not) a guest."""
        return (user is None) is self.value


@dataclass(frozen=True, slots=True)
class EmailDomain:
    """The user's e-mail address is at one of these domains (lower case)."""

    domains: frozenset[str]

    def holds(self, user: User | None) -> bool:
        """Tell whether the domain is one of them, whatever its case."""
        return user is not None and user.email.rpartition("@")[2].lower() in self.domains


@dataclass(frozen=True, slots=True)
class Gender:
    """The user's gender is one of these."""

    values: frozenset[str]

    def holds(self, user: User | None) -> bool:
        """Tell whether the gender is told and one of them."""
        return user is not None and user.gender in self.values


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the user has one of these values."""

    name: str
    values: frozenset[str]

    def holds(self, user: User | None) -> bool:
        """Tell whether the user has the attribute, with one of the values."""
        return user is not None and user.attributes.get(self.name) in self.values


@dataclass(frozen=True, slots=True)
class DateJoined:
    """The user registered in this range of instants (milliseconds)."""

    span: Span

    def holds(self, user: User | None) -> bool:
        """Tell whether the date of joining lies in the range."""
        return user is not None and self.span.holds(user.date_joined)


@dataclass(frozen=True, slots=True)
class LastOrder:
    """The user's latest order was placed in this range of instants (milliseconds)."""

    span: Span

    def holds(self, user: User | None) -> bool:
        """Tell whether there is an order, and the latest one lies in the range."""
        return (
            user is not None
            and bool(user.orders)
            and self.span.holds(max(order.placed_at for order in user.orders))
        )


@dataclass(frozen=True, slots=True)
class OrderCount:
    """The number of the user's orders lies in this range."""

    span: Span

    def holds(self, user: User | None) -> bool:
        """Tell whether the number of orders lies in the range."""
        return user is not None and self.span.holds(len(user.orders))


@dataclass(frozen=True, slots=True)
class OrderTotal:
    """The sum of the user's orders, in cents, lies in this range."""

    span: Span

    def holds(self, user: User | None) -> bool:
        """Tell whether the sum of the orders lies in the range."""
        return user is not None and self.span.holds(sum(order.total for order in user.orders))
