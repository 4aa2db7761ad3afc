"""Sequences of calls to the Open Loyalty room, each reply held against a model of its own.

The suite runs 10,000 steps, the same ones each time. `MACHINE_STEPS=200000` runs so many
instead, with other random numbers each time.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from mockserver import contracts
from mockserver.assembly import known_choices

from . import drafts
from .answers import no
from .asking import FREE, KEY, Asking
from .lists import Asked

STEPS = int(os.environ.get("MACHINE_STEPS", "10000"))
CHOSEN = "MACHINE_STEPS" in os.environ
STEPS_A_RUN = 50
CHOICES = st.fixed_dictionaries(
    {
        name.partition(".")[2]: st.sampled_from(list(choice.values))
        for name, choice in known_choices("openloyalty").items()
    }
)
STORES = st.sampled_from(["default", "default", "default", "outlet"])
PICKS = st.integers(0, 40)
"""Which segment of a store, from the newest on."""
ADDRESSED: Mapping[str, dict[str, Any]] = {
    "segmentGet": {},
    "segmentPut": {"draft": {"name": "Nowhere"}},
    "segmentDelete": {},
    "segmentPostActivate": {},
    "segmentPostDeactivate": {},
    "segmentGetMembers": {"asked": Asked()},
    "_getSegmentAssociation": {"asked": Asked(), "resourceName": "reward"},
}
"""Operations on one segment, with what they need."""
LOGINS = (
    (None, "admin", "password"),
    ("default", "anna.bauer@example.com", "segment-demo"),
    ("outlet", "emi.tanaka@example.com", "segment-demo"),
    (None, "admin", "password"),
    (None, "admin", "password"),
    (None, "admin", "wrong"),
    (None, "anna.bauer@example.com", "segment-demo"),
    ("outlet", "anna.bauer@example.com", "segment-demo"),
    ("nowhere", "anna.bauer@example.com", "segment-demo"),
)
"""Store (None for admins), user name, password."""


class OpenLoyaltyMachine(Asking):
    """Two stores, asked by managers, members and strangers while the clock moves."""

    @initialize(chosen=CHOICES, start=drafts.MOMENTS)
    def begin(self, chosen: dict[str, str], start: int) -> None:
        """A fresh world at some instant, with any choices, and everybody logged in."""
        self.open(chosen, start)
        for login in LOGINS[:3]:
            self.log_in(login, 1)

    # Segments

    @rule(
        store=STORES,
        several=st.lists(drafts.drafts(changed=False), min_size=1, max_size=3),
        bad=drafts.SPOILT,
        after=st.booleans(),
    )
    def create(self, store: str, several: list[dict[str, Any]], bad: Any, after: bool) -> None:
        """Create segments, at times one with a name that is taken or a criterion that is wrong."""
        _spoil(several[0], bad)
        for draft in several:
            self.ask(partial(self.model.create, store, draft), "segmentPost", store, draft=draft)
            if after:
                self.ask_members(store, 0, Asked())

    @rule(store=STORES, several=st.lists(drafts.GOOD, min_size=1, max_size=3))
    def select(self, store: str, several: list[dict[str, Any]]) -> None:
        """See whom single criteria select, and leave nothing behind."""
        for criterion in several:
            parts = [{"criteria": [criterion]}]
            draft = {"name": "Passing", "active": True, "parts": parts}
            self.ask(partial(self.model.create, store, draft), "segmentPost", store, draft=draft)
            self.ask_members(store, 0, Asked())
            self.ask_of(store, 0, self.model.remove, "segmentDelete")

    @rule(
        store=STORES,
        pick=PICKS,
        draft=drafts.drafts(changed=True),
        own=st.booleans(),
        bad=drafts.SPOILT,
    )
    def change(self, store: str, pick: int, draft: dict[str, Any], own: bool, bad: Any) -> None:
        """Change a segment, whose name often stays; at times the change is wrong."""
        store, segment = self.pick(store, pick)
        if own and segment is not None:
            draft["name"] = segment["name"]
        _spoil(draft, bad)
        self.ask_of(
            store,
            pick,
            lambda store, segment: self.model.change(store, segment, draft),
            "segmentPut",
            draft=draft,
        )

    @rule(store=STORES, pick=PICKS, active=st.booleans())
    def switch(self, store: str, pick: int, active: bool) -> None:
        """Activate or deactivate a segment."""
        self.ask_of(
            store,
            pick,
            lambda store, segment: self.model.switch(store, segment, active),
            "segmentPostActivate" if active else "segmentPostDeactivate",
        )

    @rule(store=STORES, pick=PICKS, after=st.sampled_from([False, False, True]))
    def remove(self, store: str, pick: int, after: bool) -> None:
        """Remove a segment; its id addresses nothing any more."""
        store, segment = self.pick(store, pick)
        self.ask_of(store, pick, self.model.remove, "segmentDelete")
        gone = FREE if segment is None else str(segment["segmentId"])
        if after and self.model.find(store, gone) is None:
            self.ask(lambda: no(404, "OLO-061"), "segmentGet", store, segment=gone)

    @rule(
        store=STORES,
        pick=PICKS,
        spelt=st.sampled_from([str, str.upper]),
        kind=st.sampled_from(["", "", "", *drafts.KINDS]),
        asked=st.sampled_from([Asked(), Asked(1, 1), Asked(2, 1)]),
    )
    def show(
        self, store: str, pick: int, spelt: Callable[[str], str], kind: str, asked: Asked
    ) -> None:
        """Show a segment, or what uses it; an id is the same in either case."""
        if not kind:
            self.ask_of(store, pick, self.model.detail, "segmentGet", spelt=spelt)
        else:
            self.ask_of(
                store,
                pick,
                lambda store, segment: self.model.association(store, segment, kind, asked),
                "_getSegmentAssociation",
                spelt=spelt,
                asked=asked,
                resourceName=kind,
            )

    @rule(store=STORES, several=st.lists(drafts.SEGMENT_QUERIES, min_size=1, max_size=3))
    def list_segments(self, store: str, several: list[Asked]) -> None:
        """List segments."""
        for asked in several:
            judge = partial(self.model.listed, store, asked)
            self.ask(judge, "segmentGetList", store, asked=asked)

    @rule(store=STORES, pick=PICKS, asked=drafts.MEMBER_QUERIES)
    def list_members(self, store: str, pick: int, asked: Asked) -> None:
        """List the members of a segment."""
        self.ask_members(store, pick, asked)

    # Callers and addresses

    @rule(
        operation=st.sampled_from(list(ADDRESSED)),
        store=st.sampled_from(["default", "outlet", "nowhere"]),
        owner=st.sampled_from(["nobody", "default", "outlet"]),
        sent=st.sampled_from(
            [KEY, {}, {"x-auth-token": "wrong-key"}, {"authorization": "Bearer not.a.token"}]
        ),
    )
    def stray(self, operation: str, store: str, owner: str, sent: dict[str, str]) -> None:
        """Ask about a segment of another store, of no store or of none; or with no good token."""
        if owner == store and sent is KEY:
            owner = "nobody"
        there = self.model.stores.get(owner, {}).get("segments")
        self.ask(
            lambda: no(404, "OLO-061"),
            operation,
            store,
            segment=str(there[0]["segmentId"]) if there else FREE,
            sent=sent,
            **ADDRESSED[operation],
        )

    @precondition(lambda self: self.callers.tokens)
    @rule(store=STORES, pick=PICKS, token=PICKS, sent=st.sampled_from(["", "wrong-key", "forged"]))
    def present(self, store: str, pick: int, token: int, sent: str) -> None:
        """Ask with a JWT of before: an admin's opens, a member's and an expired one do not."""
        tokens = list(self.callers.tokens)
        bearer = tokens[-1 - token % len(tokens)]
        if sent == "forged":
            bearer = bearer.rpartition(".")[0] + "." + "A" * 43
        headers = {"authorization": f"Bearer {bearer}"}
        if sent == "wrong-key":
            headers["x-auth-token"] = sent
        self.ask_of(
            store,
            pick,
            self.model.detail,
            "segmentGet",
            sent=headers,
        )

    @rule(
        login=st.sampled_from(LOGINS),
        often=st.integers(0, 20).map(lambda drawn: 1 if drawn else 22),
    )
    def log_in(self, login: tuple[str | None, str, str], often: int) -> None:
        """Log in, sometimes more often than the limit allows."""
        store, username, password = login
        operation = "adminLoginCheck" if store is None else "memberLoginCheck"
        body = {"username": username, "password": password}
        for _ in range(often if self.model.choices["login-limit"] == "on" else 1):
            self.tell_time()
            answer = self.callers.log_in(operation, store, username, password)
            self.open_session(answer, operation, store, body, username)

    @precondition(lambda self: self.callers.refreshers)
    @rule(pick=PICKS, store=st.sampled_from([None, "default", "outlet", "own", "own", "own"]))
    def refresh(self, pick: int, store: str | None) -> None:
        """Exchange a refresh token, sometimes a used one, sometimes in the wrong place."""
        known = list(self.callers.refreshers)
        sent = known[-1 - pick % len(known)] if pick else "f" * 128
        if store == "own":
            store = self.callers.refreshers.get(sent)
        operation = "tokenRefresh" if store is None else "tokenRefreshMember"
        self.tell_time()
        answer = self.callers.refresh(operation, store, sent)
        self.open_session(answer, operation, store, {"refresh_token": sent}, "")

    # Time

    @rule(milliseconds=drafts.MINUTES | drafts.DAYS_ON)
    def wait(self, milliseconds: int) -> None:
        """Let minutes, days or years pass."""
        self.go(self.clock.now() + milliseconds)

    @rule(
        where=st.sampled_from(
            [
                drafts.MINUTES,
                drafts.DAYS_ON,
                drafts.MOMENTS,
                st.sampled_from(["before", "expiry", "just before expiry"]),
            ]
        ).flatmap(lambda each: each)
    )
    def travel(self, where: int | str) -> None:
        """Set the clock back, to where rules turn or a token expires, or to where it stood."""
        if where == "before":
            self.go(self.before)
        elif isinstance(where, str):
            _, expires = next(reversed(self.callers.tokens.values()))
            self.go(expires - (where != "expiry"))
        else:
            self.go(where if where > drafts.EARLY else max(0, self.clock.now() - where))


def _spoil(draft: dict[str, Any], bad: dict[str, Any] | str | None) -> None:
    """Give a draft a name that is taken, or a criterion that is wrong."""
    if isinstance(bad, str):
        draft["name"] = bad
    elif bad is not None:
        draft["parts"] = [*draft.get("parts", []), {"criteria": [bad]}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the fixture: the named cast and some members at the edges."""
    folder: Path = tmp_path_factory.mktemp("fixtures")
    bundled = json.loads(contracts.fixture_path("openloyalty").read_text("utf-8"))
    (folder / "openloyalty").mkdir()
    told = json.dumps(drafts.cast(bundled))
    (folder / "openloyalty" / "world.json").write_text(told, "utf-8")
    return folder


def test_sequences_of_calls_agree_with_the_model(folder: Path) -> None:
    """Whatever is called in whatever order, at whatever time, the room answers as the model."""

    class Machine(OpenLoyaltyMachine):
        pass

    Machine.folder = folder
    Machine.tally = Counter()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            derandomize=not CHOSEN,
            database=None,
            report_multiple_bugs=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = "\n".join(f"{count:8} {what}" for what, count in sorted(Machine.tally.items()))
    print(told)
    answered = {what: count for what, count in Machine.tally.items() if what.endswith("answered")}
    assert STEPS < 10_000 or len(answered) == 13, told  # every operation
    assert STEPS < 10_000 or sum(answered.values()) >= 0.6 * Machine.tally.total(), told
