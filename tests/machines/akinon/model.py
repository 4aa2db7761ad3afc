"""An Akinon site as the ledger tells it, for the machine to hold the room against.

Written from the ledger and the fixture alone: nothing of the room is used here, so a
mistake has to be made twice to go unseen. Slow and plain on purpose. The model knows
the named cast; texts that only the room can make (keys, tokens) it is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

DAY = 24 * 3600 * 1000
SESSION_DAYS = 14
PASSWORD_IS_WRONG = "Unable to log in with provided credentials."
UNVERIFIED = "Please verify your email address before login."
NOT_SIGNED_IN = "Authentication credentials were not provided."

Row = Mapping[str, Any]
Placed = list[tuple[int, int]]
"""Orders by now: when, and for how much."""


def milliseconds(text: str) -> int:
    """Return an instant of the fixture as the clock counts."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def in_range(value: float, row: Row) -> bool:
    """Tell whether a number lies from at_least to at_most."""
    return row.get("at_least", value) <= value <= row.get("at_most", value)


def in_period(instant: int, row: Row, now: int) -> bool:
    """Tell whether an instant lies in a period (AKN-118)."""
    age = now - instant
    return all(
        (
            "since" not in row or instant >= milliseconds(row["since"]),
            "until" not in row or instant <= milliseconds(row["until"]),
            "within_days" not in row or 0 <= age <= row["within_days"] * DAY,
            "not_within_days" not in row or age > row["not_within_days"] * DAY,
        )
    )


def years_old(user: Row, now: int) -> int:
    """Return full years by the UTC calendar, -1 without a birth date or before it."""
    if "birth_date" not in user:
        return -1
    born, today = date.fromisoformat(user["birth_date"]), datetime.fromtimestamp(now / 1000, UTC)
    early = (today.month, today.day) < (born.month, born.day)
    return max(-1, today.year - born.year - early)


def is_true(rule: Row, user: Row | None, now: int) -> bool:
    """Evaluate a rule of the fixture (AKN-061, AKN-110 and on)."""
    return all(_word(word, given, user, now) for word, given in rule.items())


def _word(word: str, given: Any, user: Row | None, now: int) -> bool:
    if word in COMBINING:
        return COMBINING[word](given, user, now)
    if user is None:
        return False
    placed = [
        (milliseconds(row["placed_at"]), row["total"])
        for row in user.get("orders", ())
        if milliseconds(row["placed_at"]) <= now
    ]
    return ABOUT_USERS[word](given, user, now, placed)


COMBINING: Mapping[str, Callable[[Any, Row | None, int], bool]] = {
    "all": lambda given, user, now: all(is_true(each, user, now) for each in given),
    "any": lambda given, user, now: any(is_true(each, user, now) for each in given),
    "not": lambda given, user, now: not is_true(given, user, now),
    "is_guest": lambda given, user, _: given == (user is None),
}


def _attributes(given: Row, user: Row, _now: int, _placed: Placed) -> bool:
    had = user.get("attributes", {})
    return all(_fits(had.get(name), test) for name, test in given.items())


def _age(given: Row, user: Row, now: int, _placed: Placed) -> bool:
    years = years_old(user, now)
    return years >= 0 and in_range(years, given)


def _date_joined(given: Row, user: Row, now: int, _placed: Placed) -> bool:
    joined = milliseconds(user["date_joined"])
    return joined <= now and in_period(joined, given, now)


def _last_order(given: Row, _user: Row, now: int, placed: Placed) -> bool:
    return placed != [] and in_period(max(placed)[0], given, now)


def _orders(given: Row, _user: Row, now: int, placed: Placed) -> bool:
    totals = [total for at, total in placed if in_period(at, given, now)]
    count = given.get("count", {} if "total" in given else {"at_least": 1})
    return in_range(len(totals), count) and in_range(sum(totals), given.get("total", {}))


ABOUT_USERS: Mapping[str, Callable[[Any, Row, int, Placed], bool]] = {
    "email_domain": lambda given, user, _now, _: user["email"].split("@")[-1] in given,
    "gender": lambda given, user, _now, _: user.get("gender") in given,
    "attributes": _attributes,
    "age": _age,
    "date_joined": _date_joined,
    "last_order": _last_order,
    "order_count": lambda given, _user, _now, placed: in_range(len(placed), given),
    "order_total": lambda given, _u, _now, placed: in_range(sum(t for _, t in placed), given),
    "orders": _orders,
}


def _fits(value: Any, test: Any) -> bool:
    if isinstance(test, list):
        test = {"in": test}
    in_json = json.dumps(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return all(
        (
            "equals" not in test or in_json == json.dumps(test["equals"]),
            "in" not in test or in_json in [json.dumps(each) for each in test["in"]],
            "exists" not in test or test["exists"] is (value is not None),
            not {"at_least", "at_most"} & test.keys() or (number and in_range(value, test)),
        )
    )


@dataclass
class Visit:
    """A session as the model knows it."""

    key: str
    ends: int
    user: int | None = None
    segment: int | None = None


@dataclass
class Expected:
    """What a reply must be."""

    status: int
    body: Any = None
    requirement: str | None = None
    """The requirement that a refusal names; `None` where nothing is refused."""
    session: Visit | None = None
    """The session that is handed out; with an empty key, one that is new."""
    dropped: bool = False
    """The session cookie is taken away."""
    secret: int | str | None = None
    """The secret that the CSRF token handed out belongs to."""


@dataclass
class Proof:
    """What a request brings against forgery."""

    cookie: str | None
    header: str | None
    field: str | None = None


@dataclass
class Site:
    """The state of a site, and what it answers."""

    fixture: Row
    choices: Mapping[str, str]
    now: int
    sessions: dict[str, Visit] = field(default_factory=dict)
    assigned: dict[int, int | None] = field(default_factory=dict)
    secrets: dict[str, int | str] = field(default_factory=dict)
    """CSRF token -> the secret that it masks; numbers stand for secrets of the site's."""

    def __post_init__(self) -> None:
        """Let everybody in the fixture have the first segment and the demo session."""
        self.users = {row["pk"]: row for row in self.fixture["users"]}
        self.segments = {row["pk"]: row for row in self.fixture["segments"]}
        as_of = milliseconds(self.fixture["asOf"])
        for pk, user in self.users.items():
            self.assigned[pk] = next((each["pk"] for each in self.offer(user, as_of)), None)
        for row in self.fixture["demo_sessions"]:
            ends = milliseconds(row["expires_at"])
            self.sessions[row["session"]] = Visit(row["session"], ends, row["user"])
            self.secrets[row["csrf_token"]] = row["name"]
        self.demos = set(self.sessions)

    def choice(self, name: str) -> str:
        """Return the value of a choice."""
        return self.choices[f"akinon.{name}"]

    # What there is

    def offer(self, user: Row | None, now: int | None = None) -> list[Row]:
        """Return the segments on offer to a user, or a guest, best first."""
        at = self.now if now is None else now
        found = [
            row
            for row in self.segments.values()
            if row.get("is_active", True)
            and ("starts_at" not in row or milliseconds(row["starts_at"]) <= at)
            and ("ends_at" not in row or at < milliseconds(row["ends_at"]))
            and is_true(row["rule"], user, at)
        ]
        return sorted(found, key=lambda row: (row["priority"], row["pk"]))

    def segment(self, pk: int | None, user: Row | None) -> Row | None:
        """Return what an assigned segment is worth now (AKN-086)."""
        offer = self.offer(user)
        lapsed = self.choice("lapsed-segment")
        if pk is not None and (lapsed == "kept" or pk in [row["pk"] for row in offer]):
            return self.segments[pk]
        return offer[0] if offer and lapsed == "replaced" else None

    def find(self, cookies: Mapping[str, str]) -> tuple[Visit | None, str]:
        """Return the session of some cookies, and what refuses it where one must sign in."""
        chosen = self.choice("session-cookie")
        why = ""
        for name in (chosen, *({"osessionid", "sessionid"} - {chosen})):
            if name in cookies:
                visit = self.sessions.get(cookies[name])
                if visit is not None and self.now < visit.ends:
                    return visit, "AKN-019"
                why = why or ("AKN-011" if visit is None else "AKN-017")
        return None, why or "AKN-010"

    # What is answered

    def unauthenticated(self, requirement: str) -> Expected:
        """Return the refusal of whoever is not signed in."""
        return Expected(401, {"detail": NOT_SIGNED_IN}, requirement)

    def forged(self, proof: Proof) -> Expected | None:
        """Return the refusal of a bad CSRF pair."""
        told = proof.field or proof.header
        if proof.cookie is None:
            return Expected(403, requirement="AKN-021")
        if proof.cookie not in self.secrets:
            return Expected(403, requirement="AKN-026")
        if told is None:
            return Expected(403, requirement="AKN-020")
        if told not in self.secrets:
            return Expected(403, requirement="AKN-026")
        if self.secrets[told] != self.secrets[proof.cookie]:
            return Expected(403, requirement="AKN-022")
        return None

    def list(self, cookies: Mapping[str, str]) -> Expected:
        """The segments on offer."""
        visit, why = self.find(cookies)
        if visit is None or visit.user is None:
            return self.unauthenticated(why)
        offer = self.offer(self.users[visit.user])
        return Expected(200, [{name: row[name] for name in _SUMMARY} for row in offer])

    def set(self, cookies: Mapping[str, str], proof: Proof, pk: int) -> Expected:
        """One of them, for the user."""
        visit, why = self.find(cookies)
        if visit is None or visit.user is None:
            return self.unauthenticated(why)
        if refused := self.forged(proof):
            return refused
        if pk not in self.segments:
            return Expected(404, {"detail": "Not found."}, "AKN-067")
        if pk not in [row["pk"] for row in self.offer(self.users[visit.user])]:
            return Expected(int(self.choice("foreign-segment")), None, "AKN-068")
        self.assigned[visit.user] = pk
        row = self.segments[pk]
        shown = {name: row[name] for name in _SUMMARY}
        return Expected(200, {**shown, "price_list": row.get("price_list")})

    def recalculate(self, cookies: Mapping[str, str], proof: Proof) -> Expected:
        """The best segment, for whoever asks."""
        visit, _ = self.find(cookies)
        if visit is None and self.choice("recalculate-session") == "required":
            return self.unauthenticated("AKN-075")
        done = Expected(200, {"message": "Segment recalculated."})
        if visit is None:
            done.session = self.guest()
        elif visit.user is None:
            visit.segment = self.best(None)
        else:
            if self.choice("recalculate-csrf") == "required" and self.forged(proof):
                return Expected(403, requirement="AKN-081")
            self.assigned[visit.user] = self.best(self.users[visit.user])
        return done

    def best(self, user: Row | None) -> int | None:
        """Return the pk of the first segment on offer."""
        return next((row["pk"] for row in self.offer(user)), None)

    def guest(self) -> Visit:
        """Return a new guest's session; its key is not known yet."""
        return Visit("", self.now + SESSION_DAYS * DAY, segment=self.best(None))

    def basket(self, cookies: Mapping[str, str]) -> Expected:
        """The segment of a user or a guest."""
        visit, _ = self.find(cookies)
        opened = self.guest() if visit is None else None
        visit = visit or opened
        assert visit is not None
        if visit.user is None:
            segment = self.segment(visit.segment, None)
        else:
            segment = self.segment(self.assigned[visit.user], self.users[visit.user])
        shown = segment and {name: segment.get(name) for name in ("pk", "price_list", "stock_list")}
        empty = {"basketitem_set": [], "total_quantity": 0, "total_amount": 0}
        return Expected(200, {"basket": {**empty, "segment": shown}}, session=opened)

    def current_user(self, cookies: Mapping[str, str]) -> Expected:
        """Who is signed in, with the segment."""
        visit, _ = self.find(cookies)
        if visit is None or visit.user is None:
            return self.unauthenticated("AKN-047")
        user = self.users[visit.user]
        segment = self.segment(self.assigned[visit.user], user)
        lists = ("pk", "price_list", "stock_list", "currency")
        shown = {name: user[name] for name in ("pk", "email", "first_name", "last_name")}
        shown["segment"] = segment and {name: segment.get(name) for name in lists}
        return Expected(200, shown)

    def csrf_token(self, cookie: str | None) -> Expected:
        """A token of the cookie's secret, or of a new one."""
        return Expected(200, secret=self.secrets.get(cookie or "") or self.new_secret())

    def new_secret(self) -> int:
        """Return a secret that no token masks yet."""
        return 1 + sum(isinstance(each, int) for each in self.secrets.values())

    def log_in(
        self, cookies: Mapping[str, str], proof: Proof, email: str, password: str
    ) -> Expected:
        """A session of the user's."""
        if refused := self.forged(proof):
            return refused
        user = next((u for u in self.users.values() if u["email"] == email.lower()), None)
        if user is None or password != user.get("password", self.fixture["password"]):
            return Expected(400, {"non_field_errors": [PASSWORD_IS_WRONG]}, "AKN-037")
        if not user.get("email_verified", True):
            return Expected(400, {"non_field_errors": [UNVERIFIED]}, "AKN-039")
        if self.choice("login-segment") == "recalculated":
            self.assigned[user["pk"]] = self.best(user)
        visit, _ = self.find(cookies)
        if visit is None or visit.user != user["pk"]:
            self.end(visit)
            visit = Visit("", self.now + SESSION_DAYS * DAY, user["pk"])
        return Expected(200, session=visit, secret=self.new_secret())

    def log_out(self, cookies: Mapping[str, str], proof: Proof) -> Expected:
        """No session any more."""
        if refused := self.forged(proof):
            return refused
        self.end(self.find(cookies)[0])
        return Expected(204, dropped=True)

    def end(self, visit: Visit | None) -> None:
        """End a session, unless it is a demo session that lasts (AKN-087)."""
        if visit and not (visit.key in self.demos and self.choice("demo-sessions") == "keep"):
            del self.sessions[visit.key]


_SUMMARY = ("pk", "name", "priority")
