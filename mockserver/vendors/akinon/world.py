"""The state of a commerce site and what can be done with it, in Akinon's words.

Rules live here and in `rules.py`; refusals are raised here. No JSON and no HTTP.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
        ends = (end for each in self._ladder for end in (each.starts_at, each.ends_at))
        self._turns = sorted({end for end in ends if end is not None})
        self._remembered: dict[int | None, tuple[int, tuple[Segment, ...]]] = {}

    # Segments

    def available(self, user: User | None) -> tuple[Segment, ...]:
        """Return the running segments whose rule admits a user, or a guest, best first.

        (AKN-056 to AKN-060.) The answer is remembered until a date range begins or ends.
        """
        now = self._clock.now()
        # Between two turns no segment starts or stops running.
        era = bisect_right(self._turns, now)
        pk = user.pk if user else None
        known = self._remembered.get(pk)
        if known is None or known[0] != era:
            if len(self._remembered) >= _USERS_REMEMBERED:
                self._remembered.clear()
            found = (each for each in self._ladder if each.runs(now) and each.admits(user))
            known = self._remembered[pk] = (era, tuple(found))
        return known[1]

    def current(self, user: User) -> Segment | None:
        """Return the segment that a user has, if it still runs (AKN-086)."""
        if user.pk not in self._assigned:
            self._assigned[user.pk] = self._first_segment(user)
        pk = self._assigned[user.pk]
        segment = None if pk is None else self.segments[pk]
        return segment if segment is not None and segment.runs(self._clock.now()) else None

    def choose(self, user: User, pk: int) -> Segment:
        """Give a user a segment that is on offer to them. Raises Missing and Forbidden."""
        segment = self.segments.get(pk)
        if segment is None:
            raise Missing(
                "There is no such segment.", requirement="AKN-067", pointer="/path/segment_id"
            )
        if not (segment.runs(self._clock.now()) and segment.admits(user)):
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
        """Give a user the best segment that matches now, or none (AKN-076, AKN-085)."""
        best = next(iter(self.available(user)), None)
        self._assigned[user.pk] = best.pk if best else None

    def recalculate_guest(self, session: Session | None) -> Session | None:
        """Give a guest the best segment that matches now (AKN-082).

        Returns the session that was opened for a guest who came without one, else `None`.
        """
        best = next(iter(self.available(None)), None)
        segment = best.pk if best else None
        if session is None:
            return self.sessions.open(segment=segment)
        self.sessions.put_segment(session, segment)
        return None

    def _first_segment(self, user: User) -> int | None:
        # Worked out when somebody looks, yet for the instant at which the world stands:
        # evaluating every rule for every user at start would take its time.
        at = self._as_of
        return next((each.pk for each in self._ladder if each.runs(at) and each.admits(user)), None)

    # Sessions

    def user_of(self, session: Session) -> User | None:
        """Return who is signed in with a session; `None` for a guest."""
        return None if session.user is None else self.users[session.user]

    def log_in(self, email: str, password: str, session: Session | None) -> tuple[User, Session]:
        """Sign a user in and return the session to go on with. Raises Invalid.

        As in Django, a guest's session becomes the user's under a new key, the user's own
        session stays as it is, and somebody else's ends (AKN-040 to AKN-042, AKN-087).
        """
        user = self._by_email.get(email.casefold())
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
        if session is not None:
            if session.user == user.pk:
                return user, session
            self._end(session)
        return user, self.sessions.open(user=user.pk)

    def log_out(self, session: Session | None) -> None:
        """End a session, if there is one."""
        if session is not None:
            self._end(session)

    def _end(self, session: Session) -> None:
        if session.key not in self._lasting:
            self.sessions.end(session.key)

    def csrf_token(self, cookie: str | None = None) -> str:
        """Return a new masked token: of the cookie's secret if it has one, else of a new one."""
        try:
            secret = csrf.secret_of(cookie or "")
        except csrf.BadToken:
            secret = self._ids.token(csrf.SECRET_LENGTH)
        return csrf.masked(secret, self._ids.token)
