"""The Open Loyalty room and its model side by side: how both are opened, asked and compared.

The rules of the state machine stand in `test_openloyalty_machine.py`.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from mockserver import contracts
from mockserver.assembly import Settings, open_service
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock

from .answers import Answer, no, plain, problem
from .callers import Callers
from .lists import Asked
from .model import Model, Segment

KEY = {"x-auth-token": "manager-segment-demo-key"}
FREE = "00000bad-0000-4000-8000-000000000000"
"""An id that no segment has."""


class Asking(RuleBasedStateMachine):
    """Asks the room and the model the same, at the same time."""

    folder: ClassVar[Path]
    """Where the fixture is."""
    tally: ClassVar[Counter[str]]
    """Calls of the rules by operation and outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = True
        """Nothing is looked at in the end."""
        self.counting = True

    def open(self, chosen: Mapping[str, str], start: int) -> None:
        """Open a fresh world at an instant; the choices are named without the vendor."""
        self.failed = False
        self.before = start
        self.clock = Clock(start, frozen=True)
        self.service = open_service(
            Settings(
                vendors=("openloyalty",),
                segments=0,
                customers=0,
                products=0,
                fixtures=self.folder,
                choices={f"openloyalty.{name}": value for name, value in chosen.items()},
                clock=lambda: self.clock,
            )
        )
        path = contracts.fixture_path("openloyalty", self.folder)
        fixture = json.loads(path.read_text("utf-8"))
        self.model, self.callers = Model(fixture, chosen), Callers(fixture, chosen)

    def ask(
        self,
        judge: Callable[[], Answer],
        operation: str,
        store: str,
        *,
        asked: Asked | None = None,
        draft: Mapping[str, Any] | None = None,
        sent: Mapping[str, str] = KEY,
        **path: str,
    ) -> None:
        """Ask the room and the model, and compare."""
        self.tell_time()
        answer = self.callers.admit(sent, store)
        if answer is None:
            self.model.settle(store)
            answer = judge()
        self.compare(
            answer,
            Call(
                operation,
                path={"storeCode": store, **path},
                query=asked.query if asked else {},
                undeclared=asked.further if asked else (),
                body=None if draft is None else {"segment": draft},
                has_body=draft is not None,
                sent=sent,
            ),
        )

    def tell_time(self) -> None:
        """Tell the model what the clock says."""
        self.model.now = self.callers.now = self.clock.now()

    def ask_of(
        self,
        store: str,
        pick: int,
        judge: Callable[[str, Segment], Answer],
        operation: str,
        spelt: Callable[[str], str] = str,
        **further: Any,
    ) -> None:
        """Ask about a segment of a store; when both are empty, about one that is not there."""
        store, segment = self.pick(store, pick)
        self.ask(
            lambda: no(404, "OLO-061") if segment is None else judge(store, segment),
            operation,
            store,
            segment=spelt(FREE if segment is None else str(segment["segmentId"])),
            **further,
        )

    def pick(self, store: str, pick: int) -> tuple[str, Segment | None]:
        """Return a segment of a store, or of the main one when that store is empty."""
        if not self.model.stores[store]["segments"]:
            store = "default"
        there = self.model.stores[store]["segments"]
        return store, there[-1 - pick % len(there)] if there else None

    def compare(self, answer: Answer, call: Call) -> Reply:
        """Compare the room's reply to a call with what it must be."""
        reply = self.service.answer(call)
        reply = Reply(reply.status, plain(reply.body), reply.headers)
        if self.counting:
            self.tally[f"{call.operation} {'refused' if answer.refused else 'answered'}"] += 1
        wrong = problem(answer, reply)
        self.failed = bool(wrong)
        assert not wrong, f"{wrong}\n{call}\nexpected {answer}\ngot {reply}"
        return reply

    def ask_members(self, store: str, pick: int, asked: Asked) -> None:
        """Ask for the members of a segment."""
        self.ask_of(
            store,
            pick,
            lambda store, segment: self.model.members(store, segment, asked),
            "segmentGetMembers",
            asked=asked,
        )

    def open_session(
        self, answer: Answer, operation: str, store: str | None, body: Any, username: str
    ) -> None:
        """Log in or refresh; the tokens that the room gives are kept."""
        path = {} if store is None else {"storeCode": store}
        reply = self.compare(answer, Call(operation, path=path, body=body, has_body=True))
        if reply.status == 200:
            token = reply.body["token"]
            claims = _claims(token)
            assert not username or claims["username"] == username
            assert claims["exp"] == self.model.now // 1000 + 86_400
            self.callers.session(store, token, reply.body["refresh_token"])

    def go(self, moment: int) -> None:
        """Move the clock, forwards or backwards."""
        self.before = self.clock.now()
        self.clock.set(moment)
        if moment < self.before:
            self.tell_time()
            self.model.turn_back()

    def notice(self) -> None:
        """List both stores whole."""
        self.counting = False
        for store, held in self.model.stores.items():
            for page in range(1, len(held["segments"]) // 50 + 2):
                asked = Asked(page, 50, order={"createdAt": "asc"})
                self.ask(
                    partial(self.model.listed, store, asked), "segmentGetList", store, asked=asked
                )
        self.counting = True

    def teardown(self) -> None:
        """At the end the whole of both stores is as the model says."""
        if self.failed:
            return
        self.notice()
        self.counting = False
        for store, held in self.model.stores.items():
            for pick in range(len(held["segments"])):
                self.ask_members(store, pick, Asked(1, 50))


def _claims(token: str) -> dict[str, Any]:
    head, payload, signature = token.split(".")
    assert head
    assert signature
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read
