"""The nouns of a commerce site: users, their orders, sessions, segments.

Conditions of segment rules stand in `rules.py`. No JSON, no HTTP and no clock here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from mockserver.vendors.akinon.rules import All, Condition, Value


@dataclass(frozen=True, slots=True)
class Order:
    """One order that a user placed."""

    placed_at: int
    """Milliseconds since the epoch."""
    total: int
    """In the smallest unit of the site's currency, for example cents."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account."""

    pk: int
    email: str
    first_name: str
    last_name: str
    password: str
    key: str
    """What signing in answers with; 40 hexadecimal digits, and no credential here."""
    date_joined: int
    """Milliseconds since the epoch."""
    gender: str | None = None
    birth_date: date | None = None
    email_verified: bool = True
    attributes: Mapping[str, Value] = field(default_factory=dict)
    """Further facts that rules may look at, for example `{"customer_type": "b2b"}`."""
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session, of a user or a guest."""

    key: str
    """32 characters; the value of the session cookie."""
    expires_at: int
    """Milliseconds since the epoch; from this instant on the session is no more."""
    user: int | None = None
    """The pk of whoever is signed in; `None` for a guest."""
    segment: int | None = None
    """The pk of a guest's segment. A user's segment belongs to the user instead."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of visitors, told by a rule."""

    pk: int
    name: str
    priority: int
    """The lowest number goes first."""
    is_active: bool = True
    starts_at: int | None = None
    """Milliseconds since the epoch; the first instant of the date range, or open."""
    ends_at: int | None = None
    """Milliseconds since the epoch; the first instant after the date range, or open."""
    price_list: int | None = None
    """`None`: the shop's default price list."""
    stock_list: int | None = None
    """`None`: the shop's default stock list."""
    currency: str | None = None
    rule: Condition = field(default_factory=All)
    """True or false for every visitor; as it stands here it lets everybody in."""

    def runs(self, now: int) -> bool:
        """Tell whether the segment is active (AKN-057) and in its date range (AKN-058).

        The range includes its first instant and excludes its last (AKN-059).
        """
        return (
            self.is_active
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or now < self.ends_at)
        )

    def admits(self, user: User | None, now: int) -> bool:
        """Tell whether the segment runs and its rule is true, for a user or a guest."""
        return self.runs(now) and self.rule.holds(user, now)

    def turns(self, user: User | None) -> Iterator[int]:
        """Yield the instants from which on `admits` may give another answer."""
        if self.starts_at is not None:
            yield self.starts_at
        if self.ends_at is not None:
            yield self.ends_at
        yield from self.rule.turns(user)
