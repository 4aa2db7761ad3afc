"""A machine that asks the Emporix room and the model the same: its base, without rules.

It compares every reply, reads everything now and then, and knows what a draw stands for.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from mockserver.assembly import Settings, open_service
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.refusals import Violation
from mockserver.kernel.service import Service

from . import draws
from .cast import BUYERS, CAST, PASSWORD, START, callers
from .checks import check_answer, check_refusal, made_up
from .model import Ask, Caller, Key, Refused
from .shop import Shop


class Asking(RuleBasedStateMachine):
    """One run: a room and a model that are asked the same."""

    service: Service
    model: Shop
    tokens: dict[str, tuple[str | None, Caller | None]]
    """Name -> the text of the token, and whose it is; None where it is nobody's."""
    fixtures: ClassVar[Path]
    tally: ClassVar[Counter[str]]
    agreed = False
    """False until the run has begun, and from the first disagreement on."""
    looking = False
    """True while calls are made that no rule asked for; they are not counted."""
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[Key, tuple[int, int]] = {}
        """When a record was created, and the version that it had when it was last seen."""

    def open(self, chosen: dict[str, str]) -> None:
        """Open the room and the model with some choices, and put something into both."""
        clock = Clock(frozen=True)
        clock.set(START)
        named = Settings(
            vendors=("emporix",),
            segments=0,
            customers=0,
            products=0,
            fixtures=self.fixtures,
            choices=chosen,
            clock=lambda: clock,
        )
        self.service = open_service(named)
        self.model = Shop(chosen, CAST, START)
        self.tokens = {name: (f"token-{name}", caller) for name, caller in callers().items()}
        self.tokens |= {"none": (None, None), "forged": ("token-of-nobody", None)}
        self.tokens |= {"issued": self.tokens["manager"], "logged-in": self.tokens["ben"]}
        self.looking = True
        self.ask("POST-create-segments-bulk", body=draws.FIRST_SEGMENTS)
        for segment, members, items in draws.FIRST_ASSIGNMENTS:
            path = {"segmentId": segment}
            self.ask("PUT-update-customers-bulk", path=path, body=members)
            for kind, entries in items.items():
                self.ask("PUT-update-items-bulk", path=path | {"type": kind}, body=entries)
        self.looking = False

    # ---- asking both, and comparing ----------------------------------------------------

    def ask(self, operation: str, by: str = "manager", **parts: Any) -> Reply:
        """Ask the room and the model the same, and compare."""
        path = {"tenant": "acme"} | parts.pop("path", {})
        ask = Ask(operation, path=path, **parts)
        text, caller = self.tokens[by]
        method, _, name = operation.partition("-")
        query = dict(ask.query)
        if ask.clauses:
            query["q"] = " ".join(clause.text() for clause in ask.clauses)
        # What is drawn may be one object in two places; the two sides get one each.
        body = ask.body if ask.body is ... else json.loads(json.dumps(ask.body))
        ask.body = ask.body if ask.body is ... else json.loads(json.dumps(ask.body))
        if method == "POST" and "search" in name:
            body = {"q": query.pop("q")} if "q" in query else body
        call = Call(
            f"{method}-customer-segment-{name}",
            path=ask.path,
            query=query,
            headers=ask.headers,
            body=None if body is ... else body,
            has_body=body is not ...,
            faults={place: Violation("broken", f"/{place}", "type") for place in ask.broken},
            sent={} if text is None else {"authorization": f"Bearer {text}"},
        )
        self.agreed = False
        reply = self.service.answer(call)
        try:
            expected = self.model.answer(ask, caller, text is not None, made_up(reply))
            check_answer(call, reply, expected)
        except Refused as refused:
            check_refusal(call, reply, refused)
        except AssertionError as error:
            error.add_note(f"{call}\n{reply}")
            raise
        self.agreed = True
        if not self.looking:
            self.tally[f"status {reply.status}"] += 1
            self.tally[f"{operation} {'refused' if reply.status >= 400 else 'done'}"] += 1
        return reply

    @invariant()
    def agree(self) -> None:
        """Every fifth step the whole room is as the model has it, whatever was refused before."""
        self.tally["steps"] += 1
        self.steps += 1
        if self.steps % 5 == 0:
            self.look_around()

    def teardown(self) -> None:
        """Compare everything once more; nothing has leaked to the other tenant (EMX-094)."""
        if self.agreed:
            self.look_around()
            operation = "GET-customer-segment-retrieve-segments"
            sent = {"authorization": "Bearer token-foreign"}
            reply = self.service.answer(Call(operation, path={"tenant": "globex"}, sent=sent))
            assert (reply.status, list(reply.body)) == (200, [])

    def look_around(self) -> None:
        """Read everything, with totals; versions of what is still there never fall."""
        self.looking = True
        counted = {"X-Total-Count": True}
        pages = {"pageSize": "1000"}
        self.ask("GET-retrieve-segments", query=pages, headers=counted)
        buyer = list(BUYERS)[self.steps // 5 % len(BUYERS)]
        for by, active in (("manager", False), ("manager", True), (buyer, False)):
            query = pages | {"onlyActive": active}
            self.ask("GET-retrieve-segments-items", by, query=query, headers=counted)
        self.ask("GET-retrieve-segments", buyer, headers=counted)
        self.ask("GET-retrieve-category-trees", buyer)
        for segment_id in self.model.segments:
            path = {"segmentId": segment_id}
            self.ask("GET-retrieve-customers", path=path, query=pages, headers=counted)
        here = {(name,): row for name, row in self.model.segments.items()}
        for key, row in (here | self.model.members | self.model.items).items():
            now = (self.model.births[key], row["metadata"]["version"])
            assert now >= self.versions.get(key, now)
            self.versions[key] = now
        self.looking = False

    def sign_in(self, customer: str, entity: str | None) -> Reply:
        """Log a customer in, as a storefront does."""
        query = {"tenant": "acme", "client_id": "shopfront"}
        visit = self.service.answer(Call("GET-oauth-generate-anonymous-access-token", query=query))
        sent = {"authorization": f"Bearer {visit.body['access_token']}"}
        body = {"email": f"{customer}@example.com", "password": PASSWORD}
        body |= {"legalEntityId": entity} if entity else {}
        call = Call(
            "POST-customer-authenticate-customer",
            path={"tenant": "acme"},
            body=body,
            has_body=True,
            sent=sent,
        )
        return self.service.answer(call)

    # ---- what a draw stands for --------------------------------------------------------

    def segment(self, drawn: str) -> str:
        """Return an id: `#2` stands for the third segment that is there."""
        if drawn.startswith("#") and self.model.segments:
            return list(self.model.segments)[int(drawn[1:]) % len(self.model.segments)]
        return drawn

    def member(self, drawn: tuple[str, str, str, int]) -> tuple[dict[str, str], str]:
        """Return the path of a customer assignment, and what its operation is called."""
        segment, customer, entity, present = drawn
        path = {"segmentId": self.segment(segment), "customerId": customer}
        if entity == "own":
            held = self.model.entities_of(customer)
            entity = held[present % len(held)] if held else ""
        if present and self.model.members:
            keys = list(self.model.members)
            path["segmentId"], path["customerId"], entity = keys[present % len(keys)]
        if entity:
            return path | {"legalEntityId": entity}, "customer"
        return path, "customer-by-customerId"

    def item(self, drawn: tuple[str, str, str, int]) -> dict[str, str]:
        """Return the path of an item assignment."""
        segment, kind, item, present = drawn
        if present and self.model.items:
            keys = list(self.model.items)
            segment, kind, item = keys[present % len(keys)]
        return {"segmentId": self.segment(segment), "type": kind, "itemId": item}

    def versioned(self, body: Any, stored: Any, version: str) -> Any:
        """Return a body with the right, a stale or no version."""
        if version == "none":
            return body
        right = 1 if stored is None else stored["metadata"]["version"]
        given = right if version == "right" else right + (1 if version == "ahead" else -1)
        return body | {"metadata": body.get("metadata", {}) | {"version": given}}
