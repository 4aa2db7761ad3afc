"""Visitors do whatever comes to their mind, and the site answers as the model says.

Three browsers, a clock that is moved both ways, every choice of the ledger that shows
in a reply; after each step the reply must be the model's. 10,000 steps, always the same
ones; `MACHINE_STEPS=1000000 pytest tests/machines/akinon` walks further
and elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from mockserver import contracts
from mockserver.assembly import Settings, open_service
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.clock import Clock

from .fixture import EDGES, FIXTURE
from .model import DAY, Expected, Proof, Site, Visit, milliseconds

STEPS = int(os.environ.get("MACHINE_STEPS", "0"))
STEPS_OF_ONE = 50
START = milliseconds("2026-11-20T12:00:00Z")
CHOICES = contracts.contract("akinon").choices
FORM = "application/x-www-form-urlencoded"
HAND_MADE = {"Z" * 32: "Z", "A" * 32 + "Z" * 32: "Z", "B" * 64: "A", "A" * 32: "A"}
"""Tokens that no site made, with their secrets: an unmasked one is its own."""
NO_TOKENS = ("", "short", "-" * 64, "é" * 32)

browsers = st.integers(0, 2)
picks = st.integers(0, 1_000)
emails = st.sampled_from([row["email"] for row in FIXTURE["users"]])
pks = st.sampled_from([*(row["pk"] for row in FIXTURE["segments"]), 0, -1, 4711, 10**30])
# Mostly the honest pair; now and then a token of before, one made by hand, or none at all.
headers = st.sampled_from(["own"] * 6 + ["seen", "seen", "bad", "none", "no cookie"])


class Akinon(RuleBasedStateMachine):
    """Three browsers at one site."""

    steps = 0
    fixtures: Path

    @initialize(
        values=st.fixed_dictionaries(
            {
                name: st.sampled_from(list(choice.values))
                for name, choice in CHOICES.items()
                if name not in {"akinon.path-type", "akinon.referer"}  # other tests show them
            }
        )
    )
    def open(self, values: dict[str, str]) -> None:
        """Open the site with some choices."""
        self.clock = Clock(START, frozen=True)
        self.service = open_service(
            Settings(
                vendors=("akinon",),
                segments=0,
                customers=0,
                fixtures=self.fixtures,
                choices=values,
                clock=lambda: self.clock,
            )
        )
        self.site = Site(FIXTURE, values, START)
        self.site.secrets.update(HAND_MADE)
        self.jars: list[dict[str, str]] = [{}, {}, {}]
        self.keys = ["x" * 32, *self.site.sessions]

    # What a browser does

    @rule(who=browsers)
    def visit(self, who: int) -> None:
        """Look at the basket."""
        self.compare(who, self.site.basket(self.jars[who]), self.call(who, "getBasket"))

    @rule(who=browsers)
    def fetch_token(self, who: int) -> None:
        """Fetch a CSRF token."""
        expected = self.site.csrf_token(self.jars[who].get("csrftoken"))
        reply = self.call(who, "getCsrfToken")
        assert len(reply.body["csrf_token"]) == 64
        assert f"csrftoken={reply.body['csrf_token']};" in dict(reply.headers)["Set-Cookie"]
        self.compare(who, expected, reply)

    @rule(
        who=browsers,
        email=emails,
        shouted=st.booleans(),
        right=st.integers(0, 3),
        kind=headers,
        pick=picks,
    )
    def log_in(self, who: int, email: str, shouted: bool, right: int, kind: str, pick: int) -> None:
        """Sign in, with the right password or a wrong one."""
        email = email.upper() if shouted else email
        password = FIXTURE["password"] if right else "wrong"
        proof, sent = self.proof(who, kind, pick)
        expected = self.site.log_in(self.jars[who], proof, email, password)
        body = {"email": email, "password": password}
        reply = self.call(who, "loginUser", sent=sent, body=body)
        if reply.status == 200:
            assert len(reply.body["key"]) == 40
        self.compare(who, expected, reply)

    @rule(who=browsers, email=emails)
    def come_in(self, who: int, email: str) -> None:
        """Do what it takes to sign in."""
        self.fetch_token(who)
        self.log_in(who, email, shouted=False, right=1, kind="own", pick=0)

    @rule(who=browsers, kind=headers, pick=picks, form=st.booleans())
    def log_out(self, who: int, kind: str, pick: int, form: bool) -> None:
        """Sign out, by a form or with the header."""
        proof, sent = self.proof(who, kind, pick)
        body = None
        if form and proof.header is not None:
            proof = Proof(proof.cookie, None, sent.pop("x-csrftoken"))
            sent["content-type"] = FORM
            body = {"csrfmiddlewaretoken": proof.field}
        expected = self.site.log_out(self.jars[who], proof)
        self.compare(who, expected, self.call(who, "logoutUser", sent=sent, body=body))

    @rule(who=browsers)
    def look_at_segments(self, who: int) -> None:
        """List the segments on offer."""
        self.compare(who, self.site.list(self.jars[who]), self.call(who, "listSegments"))

    @rule(who=browsers)
    def look_at_user(self, who: int) -> None:
        """Look at the current user."""
        self.compare(who, self.site.current_user(self.jars[who]), self.call(who, "getCurrentUser"))

    @rule(who=browsers, pk=pks, kind=headers, pick=picks)
    def set_any(self, who: int, pk: int, kind: str, pick: int) -> None:
        """Set a segment, whether it is on offer or not."""
        proof, sent = self.proof(who, kind, pick)
        expected = self.site.set(self.jars[who], proof, pk)
        path = {"segment_id": pk}
        self.compare(who, expected, self.call(who, "setSegment", sent=sent, path=path))

    @rule(who=browsers, pick=picks)
    def set_offered(self, who: int, pick: int) -> None:
        """Set one of the segments on offer."""
        offer = self.site.list(self.jars[who])
        if offer.status == 200 and offer.body:
            self.set_any(who, offer.body[pick % len(offer.body)]["pk"], "own", 0)

    @rule(who=browsers, kind=headers, pick=picks)
    def recalculate(self, who: int, kind: str, pick: int) -> None:
        """Recalculate, signed in or not."""
        proof, sent = self.proof(who, kind, pick)
        expected = self.site.recalculate(self.jars[who], proof)
        self.compare(who, expected, self.call(who, "recalculateSegment", sent=sent))

    @rule(who=browsers)
    def stay_a_guest(self, who: int) -> None:
        """Come as nobody, and look at the guests' segment when the time has come."""
        self.jars[who] = {}
        december, january = (
            milliseconds(f"{day}T00:00:00Z") for day in ("2026-12-01", "2027-01-01")
        )
        for at in (december - 1, december, january - 1, january):
            self.jump(at)
            self.visit(who)
            self.recalculate(who, kind="none", pick=0)
            self.visit(who)

    # What happens to a browser

    @rule(who=browsers, pick=st.integers(0, len(FIXTURE["demo_sessions"]) - 1))
    def take_demo(self, who: int, pick: int) -> None:
        """Hold the cookies of a demo session."""
        row = FIXTURE["demo_sessions"][pick]
        name = self.site.choice("session-cookie")
        self.jars[who] = {name: row["session"], "csrftoken": row["csrf_token"]}

    @rule(who=browsers, name=st.sampled_from(["osessionid", "sessionid"]), pick=picks)
    def hold_key(self, who: int, name: str, pick: int) -> None:
        """Hold a key of before, or one that never was, under either name."""
        self.jars[who][name] = self.keys[pick % len(self.keys)]

    @rule(who=browsers, name=st.sampled_from(["osessionid", "sessionid", "csrftoken"]))
    def forget(self, who: int, name: str) -> None:
        """Lose a cookie."""
        self.jars[who].pop(name, None)

    @rule(who=browsers, token=st.sampled_from([*HAND_MADE, *NO_TOKENS]))
    def hold_token(self, who: int, token: str) -> None:
        """Hold a CSRF cookie that no site made."""
        self.jars[who]["csrftoken"] = token

    # What happens to time

    @rule(days=st.integers(-40, 40) | st.sampled_from([13, 14, -14, 365, -365]))
    def pass_days(self, days: int) -> None:
        """Go some days on, or back."""
        if self.clock.now() + days * DAY >= 0:
            self.clock.advance(days * DAY)
            self.site.now += days * DAY

    def jump(self, instant: int) -> None:
        """Go to an instant."""
        self.clock.set(instant)
        self.site.now = instant

    @rule(who=browsers, edge=st.sampled_from(EDGES), back=st.booleans())
    def pass_an_edge(self, who: int, edge: tuple[int, str], back: bool) -> None:
        """Look around just before something begins, and when it has begun; or the other way."""
        instant, name = edge
        names = [row["name"] for row in FIXTURE["demo_sessions"]]
        self.take_demo(who, names.index(name))
        for at in sorted((instant - 1, instant), reverse=back):
            self.jump(at)
            self.look_at_segments(who)
            self.look_at_user(who)

    @rule(pick=picks, by=st.sampled_from([-1, 0]))
    def jump_to_an_end(self, pick: int, by: int) -> None:
        """Go to where a session ends."""
        visits = sorted(self.site.sessions.values(), key=lambda visit: (visit.ends, visit.key))
        self.jump(visits[pick % len(visits)].ends + by)

    # How it is compared

    def proof(self, who: int, kind: str, pick: int) -> tuple[Proof, dict[str, str]]:
        """Return a CSRF proof of some kind, and the headers that carry it."""
        cookies = dict(self.jars[who])
        header = cookies.get("csrftoken")
        if kind == "none":
            header = None
        elif kind == "seen":
            header = list(self.site.secrets)[pick % len(self.site.secrets)]
        elif kind == "bad":
            header = NO_TOKENS[1:][pick % 3]  # an empty form field counts as none
        elif kind == "no cookie":
            cookies.pop("csrftoken", None)
        sent = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if header is not None and header != "":
            sent["x-csrftoken"] = header
        return Proof(cookies.get("csrftoken"), header or None), sent

    def call(
        self,
        who: int,
        operation: str,
        *,
        sent: Mapping[str, str] | None = None,
        body: Any = None,
        path: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send a call with the browser's cookies, or with other headers."""
        type(self).steps += 1
        if sent is None:
            _, sent = self.proof(who, "none", 0)
        call = Call(operation, path=path or {}, body=body, has_body=body is not None, sent=sent)
        reply = self.service.answer(call)
        note(f"{operation} {sent} {body} {path} -> {reply}")
        return reply

    def compare(self, who: int, expected: Expected, reply: Reply) -> None:
        """Hold a reply against the model's, and let browser and model keep what it hands out."""
        told = dict(reply.headers).get("X-Mock-Requirement")
        assert (reply.status, told) == (expected.status, expected.requirement)
        if expected.body is not None:
            assert plain(reply.body) == expected.body
        elif expected.requirement in {f"AKN-{number:03}" for number in (20, 21, 22, 26, 81)}:
            assert reply.body["detail"].startswith("CSRF Failed: ")
        self.keep(who, expected, set_cookies(reply))

    def keep(self, who: int, expected: Expected, handed: dict[str, str]) -> None:
        """Compare the cookies that were handed out with those expected, and keep them."""
        name = self.site.choice("session-cookie")
        assert handed.keys() == {
            *([name] if expected.session or expected.dropped else []),
            *(["csrftoken"] if expected.secret else []),
        }
        jar = self.jars[who]
        if expected.dropped:
            assert handed[name] == '""'
            jar.pop(name, None)
        if expected.session:
            jar[name] = self.known(expected.session, handed[name]).key
        if expected.secret:
            token = jar["csrftoken"] = handed["csrftoken"]
            assert len(token) == 64
            assert token not in self.site.secrets
            self.site.secrets[token] = expected.secret

    def known(self, visit: Visit, key: str) -> Visit:
        """Return a session under the key that it was handed out with."""
        if visit.key:
            assert key == visit.key
        else:
            assert len(key) == 32
            assert key not in self.keys
            visit.key = key
            self.keys.append(key)
            self.site.sessions[key] = visit
        return visit


def plain(body: Any) -> Any:
    """Return a body as JSON would show it."""
    if isinstance(body, list):
        return [plain(each) for each in body]
    return body.value if isinstance(body, Document) else body


def set_cookies(reply: Reply) -> dict[str, str]:
    """Return the cookies that a reply sets, by name."""
    values = [value for name, value in reply.headers if name == "Set-Cookie"]
    parts = [value.partition(";")[0].partition("=") for value in values]
    assert len({name for name, _, _ in parts}) == len(parts)
    return {name: value for name, _, value in parts}


def test_the_site_is_the_model(tmp_path: Path) -> None:
    """Whatever three visitors do, at whatever time, every reply is the one of the model."""
    world = tmp_path / "akinon" / "world.json"
    world.parent.mkdir()
    world.write_text(json.dumps(FIXTURE), "utf-8")

    class Counting(Akinon):
        """Counts the calls of this run alone."""

        steps = 0
        fixtures = tmp_path

    wanted = STEPS or 10_000
    run_state_machine_as_test(
        Counting,
        settings=settings(
            # Some steps move the clock or a cookie and call nothing, others call several times.
            max_examples=3 * wanted // 2 // STEPS_OF_ONE,
            stateful_step_count=STEPS_OF_ONE,
            derandomize=not STEPS,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Counting.steps >= wanted
