"""The conditions that segment rules are made of.

Every condition answers one question about a user, or about a guest, who is `None`, at
one instant. Which conditions Akinon has is not published in detail; these cover what its
guide names: who somebody is, and what somebody bought. No JSON and no clock here:
`grammar.py` reads conditions, and `world.py` asks them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from typing import TYPE_CHECKING, Protocol

from mockserver.kernel.instants import DAY, LATEST

if TYPE_CHECKING:
    from mockserver.vendors.akinon.model import User

Value = str | int | float | bool
"""What an attribute of a user can be."""


class Condition(Protocol):
    """One question about a visitor."""

    def holds(self, user: User | None, now: int, /) -> bool:
        """Tell whether the answer is yes; `None` is a guest."""

    def turns(self, user: User | None, /) -> Iterable[int]:
        """Return the instants from which on the answer may be another one than before."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers; both ends belong to it, `None` leaves one open."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether the value lies in the range."""
        return (self.at_least is None or self.at_least <= value) and (
            self.at_most is None or value <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A range of instants in milliseconds, fixed or reckoned back from now.

    All ends belong to it, and everything that is given must fit (AKN-117, AKN-118).
    """

    since: int | None = None
    until: int | None = None
    within_days: int | None = None
    """At most so many days of 24 hours ago, and not to come."""
    not_within_days: int | None = None
    """More than so many days of 24 hours ago."""

    def holds(self, instant: int, now: int) -> bool:
        """Tell whether an instant lies in the range at `now`."""
        return (
            (self.since is None or self.since <= instant)
            and (self.until is None or instant <= self.until)
            and (self.within_days is None or instant <= now <= instant + self.within_days * DAY)
            and (self.not_within_days is None or now > instant + self.not_within_days * DAY)
        )

    def turns(self, instant: int) -> Iterator[int]:
        """Yield when an instant may come into the range, or leave it, as time passes."""
        if self.within_days is not None:
            yield instant
            yield instant + self.within_days * DAY + 1
        if self.not_within_days is not None:
            yield instant + self.not_within_days * DAY + 1


class AboutUsers(ABC):
    """Conditions that are about users: a guest fits none of them (AKN-061)."""

    __slots__ = ()

    def holds(self, user: User | None, now: int) -> bool:
        """Tell whether there is a user, and the answer is yes."""
        return user is not None and self.fits(user, now)

    def turns(self, user: User | None) -> Iterable[int]:
        """Return when the answer may change; never about a guest."""
        return () if user is None else self.changes(user)

    @abstractmethod
    def fits(self, user: User, now: int, /) -> bool:
        """Tell whether the answer is yes for a user."""

    def changes(self, _user: User, /) -> Iterable[int]:
        """Return when the answer may change for a user; never, unless a condition says so."""
        return ()


@dataclass(frozen=True, slots=True)
class IsGuest:
    """Nobody is signed in; or, turned around, somebody is (AKN-110)."""

    value: bool

    def holds(self, user: User | None, _now: int) -> bool:
        """Tell whether the visitor is (or is not) a guest."""
        return (user is None) is self.value

    def turns(self, _user: User | None) -> Iterable[int]:
        """Return nothing: time makes nobody a guest."""
        return ()


@dataclass(frozen=True, slots=True)
class EmailDomain(AboutUsers):
    """The user's e-mail address is at one of these domains, in lower case (AKN-111)."""

    domains: frozenset[str]

    def fits(self, user: User, _now: int) -> bool:
        """Tell whether the domain is one of them, whatever its case."""
        return user.email.rpartition("@")[2].lower() in self.domains


@dataclass(frozen=True, slots=True)
class Gender(AboutUsers):
    """The user's gender is told and one of these (AKN-112)."""

    values: frozenset[str]

    def fits(self, user: User, _now: int) -> bool:
        """Tell whether the gender is one of them."""
        return user.gender in self.values


@dataclass(frozen=True, slots=True)
class AttributeIn(AboutUsers):
    """An attribute of the user has one of these values, of the same type (AKN-113)."""

    name: str
    values: tuple[Value, ...]

    def fits(self, user: User, _now: int) -> bool:
        """Tell whether the user has the attribute, with one of the values."""
        found = user.attributes.get(self.name)
        # True is no 1 here, although Python compares them as equal.
        return any(
            found == value and isinstance(found, bool) is isinstance(value, bool)
            for value in self.values
        )


@dataclass(frozen=True, slots=True)
class AttributeExists(AboutUsers):
    """The user has an attribute, whatever its value; or has it not (AKN-114)."""

    name: str
    value: bool = True

    def fits(self, user: User, _now: int) -> bool:
        """Tell whether the attribute is there (or is not)."""
        return (self.name in user.attributes) is self.value


@dataclass(frozen=True, slots=True)
class AttributeNumber(AboutUsers):
    """An attribute of the user is a number in this range; text never is (AKN-115)."""

    name: str
    span: Span

    def fits(self, user: User, _now: int) -> bool:
        """Tell whether the attribute is a number and lies in the range."""
        found = user.attributes.get(self.name)
        return (
            isinstance(found, int | float)
            and not isinstance(found, bool)
            and self.span.holds(found)
        )


@dataclass(frozen=True, slots=True)
class Age(AboutUsers):
    """The user's age in full years lies in this range (AKN-116)."""

    at_least: int = 0
    at_most: int | None = None

    def fits(self, user: User, now: int) -> bool:
        """Tell whether the birth date is known and the age, by the UTC calendar, fits."""
        born = user.birth_date
        return (
            born is not None
            and _birthday(born, self.at_least) <= now
            and (self.at_most is None or now < _birthday(born, self.at_most + 1))
        )

    def changes(self, user: User) -> Iterable[int]:
        """Return the birthdays on which the user enters the range and leaves it."""
        if user.birth_date is not None:
            yield _birthday(user.birth_date, self.at_least)
            if self.at_most is not None:
                yield _birthday(user.birth_date, self.at_most + 1)


@dataclass(frozen=True, slots=True)
class DateJoined(AboutUsers):
    """The user registered in this period, and by now (AKN-117, AKN-121)."""

    period: Period

    def fits(self, user: User, now: int) -> bool:
        """Tell whether the date of joining lies in the period."""
        return user.date_joined <= now and self.period.holds(user.date_joined, now)

    def changes(self, user: User) -> Iterable[int]:
        """Return when the user joined, enters the period and leaves it."""
        return (user.date_joined, *self.period.turns(user.date_joined))


@dataclass(frozen=True, slots=True)
class LastOrder(AboutUsers):
    """The user's latest order was placed in this period (AKN-119)."""

    period: Period

    def fits(self, user: User, now: int) -> bool:
        """Tell whether there is an order by now, and the latest one lies in the period."""
        placed = [order.placed_at for order in user.orders if order.placed_at <= now]
        return bool(placed) and self.period.holds(max(placed), now)

    def changes(self, user: User) -> Iterable[int]:
        """Return when orders are placed, enter the period and leave it."""
        return _turns_of_orders(user, self.period)


@dataclass(frozen=True, slots=True)
class Orders(AboutUsers):
    """So many of the user's orders were placed in this period, for so much (AKN-120)."""

    period: Period = field(default_factory=Period)
    count: Span = field(default_factory=Span)
    total: Span = field(default_factory=Span)
    """In the smallest unit of the site's currency; the orders' sum."""

    def fits(self, user: User, now: int) -> bool:
        """Tell whether the number of orders in the period, and their sum, fit."""
        found = [
            order.total
            for order in user.orders
            if order.placed_at <= now and self.period.holds(order.placed_at, now)
        ]
        return self.count.holds(len(found)) and self.total.holds(sum(found))

    def changes(self, user: User) -> Iterable[int]:
        """Return when orders are placed, enter the period and leave it."""
        return _turns_of_orders(user, self.period)


@dataclass(frozen=True, slots=True)
class All:
    """Each of these conditions holds; none at all lets everybody in (AKN-061, AKN-122)."""

    parts: tuple[Condition, ...] = ()

    def holds(self, user: User | None, now: int) -> bool:
        """Tell whether every part holds."""
        return all(part.holds(user, now) for part in self.parts)

    def turns(self, user: User | None) -> Iterable[int]:
        """Return when a part may change."""
        return (turn for part in self.parts for turn in part.turns(user))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions holds (AKN-122)."""

    parts: tuple[Condition, ...]

    def holds(self, user: User | None, now: int) -> bool:
        """Tell whether a part holds."""
        return any(part.holds(user, now) for part in self.parts)

    def turns(self, user: User | None) -> Iterable[int]:
        """Return when a part may change."""
        return (turn for part in self.parts for turn in part.turns(user))


@dataclass(frozen=True, slots=True)
class Not:
    """A condition does not hold; for guests too, whom it may therefore let in (AKN-122)."""

    part: Condition

    def holds(self, user: User | None, now: int) -> bool:
        """Tell whether the part does not hold."""
        return not self.part.holds(user, now)

    def turns(self, user: User | None) -> Iterable[int]:
        """Return when the part may change."""
        return self.part.turns(user)


def _birthday(born: date, years: int) -> int:
    """Return the instant at which somebody has lived for so many full years, in UTC.

    Who was born on 29 February has the birthday on 1 March of other years.
    """
    year = born.year + years
    if year > MAXYEAR:
        return LATEST + 1
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return _midnight(date(year, 3, 1))
    return _midnight(born.replace(year=year))


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def _turns_of_orders(user: User, period: Period) -> Iterator[int]:
    # An order that the clock has not reached has not been placed yet (AKN-121).
    for order in user.orders:
        yield order.placed_at
        yield from period.turns(order.placed_at)
