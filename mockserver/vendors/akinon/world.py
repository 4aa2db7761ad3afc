"""The state of a commerce site and what can be done with it, in Akinon's words.

Rules live here and in `rules.py`; refusals are raised here. No JSON and no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from mockserver.kernel.call import Document
from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.refusals import Forbidden, Invalid, Missing
from mockserver.vendors.akinon import csrf
from mockserver.vendors.akinon.model import Segment, Session, User
from mockserver.vendors.akinon.sessions import Sessions

_USERS_REMEMBERED = 256
"""For how many visitors the segments on offer are remembered at once."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """The segments on offer to a visitor, best first, and while that is so."""

    since: float
    """The first instant in milliseconds; minus infinity where there is none."""
    until: float
    """The first instant of another offer; infinity where there is none."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DemoSession:
    """A well-known session of the fixture."""

    name: str
    description: str
    session: Session
    csrf_token: str
    """64 characters; cookie and header alike."""
    user: User


class World:
    """One commerce site."""

    def __init__(
        self,
        *,
        site: str,
        as_of: int,
        segments: Iterable[Segment],
        users: Iterable[User],
        chosen: Mapping[int, int],
        demos: Sequence[DemoSession],
        ids: Ids,
        clock: Clock,
        choices: Mapping[str, str],
    ) -> None:
        """`as_of` is the instant at which the users were given their first segments, but
        for those in `chosen` (pk of a user -> pk of the segment that was set).
        """
        self.site = site
        self.segments = {segment.pk: segment for segment in segments}
        self.users = {user.pk: user for user in users}
        self.demos = tuple(demos)
        self.sessions = Sessions((demo.session for demo in demos), ids=ids, clock=clock)
        self.choices = choices
        self.documents: dict[tuple[str, int], Document] = {}
        """What `wire.py` made of a segment, by kind and pk: segments never change."""
        self._as_of = as_of
        self._by_email = {user.email.casefold(): user for user in self.users.values()}
        self._ladder = sorted(self.segments.values(), key=lambda each: (each.priority, each.pk))
        self._assigned: dict[int, int | None] = dict(chosen)
        keep = choices["akinon.demo-sessions"] == "keep"
        self._lasting = frozenset(demo.session.key for demo in demos if keep)
        """Keys of the sessions that nobody ends (AKN-087)."""
        self._ids = ids
        self._clock = clock
        self._remembered: dict[int | None, _Offer] = {}

    # Segments

    def available(self, user: User | None) -> tuple[Segment, ...]:
        """Return the running segments whose rule is true for a user, or a guest, best first.

        Whatever the clock does, the answer is that of the present instant (AKN-062).
        """
        now = self._clock.now()
        pk = user.pk if user else None
        known = self._remembered.get(pk)
        if known is None or not known.since <= now < known.until:
            if len(self._remembered) >= _USERS_REMEMBERED:
                self._remembered.clear()
            # Between two turns neither a date range nor a rule changes its mind.
            turns = {turn for each in self._ladder for turn in each.turns(user)}
            since = max((turn for turn in turns if turn <= now), default=-inf)
            until = min((turn for turn in turns if turn > now), default=inf)
            known = self._remembered[pk] = _Offer(since, until, tuple(self._offered(user, now)))
        return known.segments

    def _offered(self, user: User | None, at: int) -> Iterator[Segment]:
        # True rules and no others (AKN-056), several at once (AKN-063), in the order of
        # priority (AKN-060, AKN-077) and, where that is equal, of pk (AKN-078).
        return (each for each in self._ladder if each.admits(user, at))

    def current(self, user: User) -> Segment | None:
        """Return the one segment that a user has (AKN-069), if any."""
        if user.pk not in self._assigned:
            # Worked out when somebody looks, yet for the instant at which the world stands:
            # evaluating every rule for every user at start would take its time.
            first = next(self._offered(user, self._as_of), None)
            self._assigned[user.pk] = first.pk if first else None
        return self._present(self._assigned[user.pk], user)

    def current_of_guest(self, session: Session) -> Segment | None:
        """Return the segment of a guest's session, if any (AKN-082)."""
        return self._present(session.segment, None)

    def _present(self, pk: int | None, user: User | None) -> Segment | None:
        """Return what an assigned segment is worth now (AKN-086)."""
        segment = None if pk is None else self.segments[pk]
        lapsed = self.choices["akinon.lapsed-segment"]
        if lapsed == "kept":
            return segment
        offered = self.available(user)
        if segment in offered:
            return segment
        return next(iter(offered), None) if lapsed == "replaced" else None

    def choose(self, user: User, pk: int) -> Segment:
        """Give a user a segment that is on offer to them. Raises Missing and Forbidden.

        It replaces the one that the user had (AKN-066, AKN-069) and stays until the next
        recalculation (AKN-070). Nobody else's changes (AKN-072); nor does anything when
        it is refused (AKN-073).
        """
        segment = self.segments.get(pk)
        if segment is None:
            raise Missing(
                "There is no such segment.", requirement="AKN-067", pointer="/path/segment_id"
            )
        if segment not in self.available(user):
            kind = Forbidden if self.choices["akinon.foreign-segment"] == "403" else Missing
            raise kind(
                "The segment is not on offer to this user.",
                requirement="AKN-068",
                pointer="/path/segment_id",
                resource=str(pk),
            )
        self._assigned[user.pk] = pk
        return segment

    def recalculate(self, user: User) -> None:
        """Give a user the best segment that matches now, or none.

        However often it is asked, at one instant the outcome is one (AKN-076, AKN-079,
        AKN-085).
        """
        best = next(iter(self.available(user)), None)
        self._assigned[user.pk] = best.pk if best else None

    def recalculate_guest(self, session: Session) -> None:
        """Give a guest the best segment that matches now, or none (AKN-082)."""
        self.sessions.put_segment(session, self._best_for_guest())

    def _best_for_guest(self) -> int | None:
        best = next(iter(self.available(None)), None)
        return best.pk if best else None

    # Sessions

    def user_of(self, session: Session) -> User | None:
        """Return who is signed in with a session; `None` for a guest."""
        return None if session.user is None else self.users[session.user]

    def visit(self, session: Session | None) -> tuple[Session, bool]:
        """Return the session of a guest, and whether it was opened for this visit (AKN-102).

        Guests have sessions too (AKN-018); a new one has the best segment at once
        (AKN-083).
        """
        if session is not None:
            return session, False
        return self.sessions.open(segment=self._best_for_guest()), True

    def log_in(self, email: str, password: str, session: Session | None) -> tuple[User, Session]:
        """Sign a user in and return the session to go on with. Raises Invalid.

        As in Django, a guest's session becomes the user's under a new key, the user's own
        session stays as it is, and somebody else's ends (AKN-040, AKN-041, AKN-042, AKN-087).
        Which of both words is wrong is not told (AKN-053).
        """
        user = self._by_email.get(email.casefold())  # (AKN-044)
        if user is None or user.password != password:
            raise Invalid(
                "Unable to log in with provided credentials.",
                requirement="AKN-037",
                code="credentials",
            )
        if not user.email_verified:
            raise Invalid(
                "Please verify your email address before login.",
                requirement="AKN-039",
                code="unverified",
            )
        # A guest's segment goes with the guest: nobody chose it, and a user has one
        # segment at a time (AKN-052).
        if self.choices["akinon.login-segment"] == "recalculated":
            self.recalculate(user)
        if session is not None:
            if session.user == user.pk:
                return user, session
            self._end(session)
        return user, self.sessions.open(user=user.pk)

    def log_out(self, session: Session | None) -> None:
        """End a session, if there is one (AKN-046)."""
        if session is not None:
            self._end(session)

    def _end(self, session: Session) -> None:
        if session.key not in self._lasting:
            self.sessions.end(session.key)

    def csrf_token(self, cookie: str | None = None) -> str:
        """Return a new masked token: of the cookie's secret if it has one, else of a new one.

        (AKN-030.)
        """
        try:
            secret = csrf.secret_of(cookie or "")
        except csrf.BadToken:
            secret = self._ids.token(csrf.SECRET_LENGTH)
        return csrf.masked(secret, self._ids.token)
