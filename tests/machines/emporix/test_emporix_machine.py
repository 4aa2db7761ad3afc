"""The Emporix room against a second reading of its ledger, over long sequences of calls.

`MACHINE_STEPS=200000` makes a longer run with random seeds; without it some
10,000 steps run, the same ones every time. The model stands in `model.py`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from mockserver.kernel.call import Call

from . import draws
from .asking import Asking
from .cast import BUYERS, CHOICES, PASSWORD, callers, fixture
from .model import Ask, Caller

STEPS = 10_000  # of the suite


class EmporixMachine(Asking):
    """One run: a room and a model that are asked the same."""

    @initialize(chosen=st.fixed_dictionaries({k: st.sampled_from(v) for k, v in CHOICES.items()}))
    def begin(self, chosen: dict[str, str]) -> None:
        """Open the room with the choices of this run, and put something into it."""
        self.open(chosen)

    # ---- segments ----------------------------------------------------------------------

    @rule(
        token=draws.WRITERS,
        segment=draws.NEW_IDS,
        body=draws.GOOD_OR_BAD,
        headers=draws.SPOKEN,
    )
    def create(self, token: str, segment: str | None, body: Any, headers: Any) -> None:
        """POST a segment, with an own id or without."""
        own = {} if segment is None else {"id": self.segment(segment)}
        self.ask("POST-create-segment", token, body=body | own, headers=headers)

    @rule(
        token=draws.WRITERS,
        segment=draws.SEGMENTS,
        body=draws.GOOD_OR_BAD,
        version=draws.VERSIONS,
        headers=draws.SPOKEN,
    )
    def put(self, token: str, segment: str, body: Any, version: str, headers: Any) -> None:
        """PUT a segment, with the right version, a stale one or none."""
        path = {"segmentId": self.segment(segment)}
        body = self.versioned(body, self.model.segments.get(path["segmentId"]), version)
        self.ask("PUT-update-segment", token, path=path, body=body, headers=headers)

    @rule(
        token=draws.WRITERS, segment=draws.KNOWN, patch=draws.PATCHES, version=draws.PATCH_VERSIONS
    )
    def patch(self, token: str, segment: str, patch: list[Any], version: str | None) -> None:
        """PATCH a segment, with or without a test of its version."""
        path = {"segmentId": self.segment(segment)}
        stored = self.model.segments.get(path["segmentId"])
        if version is not None and stored is not None:
            given = stored["metadata"]["version"] + (version == "stale")
            check = {"op": "replace", "path": "/metadata/version", "value": given}
            patch = [check, *patch] if len(patch) % 2 else [*patch, check]
        headers = {"Content-Language": "de"} if len(patch) == 3 else {}
        self.ask("PATCH-update-segment", token, path=path, body=patch, headers=headers)

    @rule(token=draws.WRITERS, segment=draws.SEGMENTS, force=draws.FORCED)
    def delete(self, token: str, segment: str, force: bool) -> None:
        """DELETE a segment."""
        path, query = {"segmentId": self.segment(segment)}, {"forceDelete": force}
        self.ask("DELETE-remove-segment", token, path=path, query=query)

    @rule(
        method=st.sampled_from(["POST-create", "PUT-update"]),
        token=draws.WRITERS,
        entries=st.lists(
            st.tuples(draws.NEW_IDS, draws.BODIES, draws.VERSIONS, draws.RARELY), max_size=4
        ),
    )
    def bulk_write(self, method: str, token: str, entries: list[Any]) -> None:
        """POST or PUT several segments, broken entries and duplicates among them."""
        body: list[Any] = []
        for segment, content, version, _ in entries:
            own = {} if segment is None else {"id": self.segment(segment)}
            stored = self.model.segments.get(own.get("id", ""))
            body.append(self.versioned(content, stored, version) | own)
        broken = {place for place, entry in enumerate(entries) if entry[3]}
        body = [7 if place in broken else entry for place, entry in enumerate(body)]
        self.ask(f"{method}-segments-bulk", token, body=body, broken=frozenset(broken))

    @rule(token=draws.WRITERS, segments=st.lists(draws.SEGMENTS, max_size=3), force=draws.FORCED)
    def bulk_delete(self, token: str, segments: list[str], force: bool) -> None:
        """DELETE several segments."""
        body = [self.segment(segment) for segment in segments]
        query = {"forceDelete": force}
        self.ask("DELETE-remove-segments-bulk", token, query=query, body=body)

    # ---- assignments -------------------------------------------------------------------

    @rule(
        token=draws.WRITERS,
        member=draws.MEMBERS,
        body=st.just(...) | draws.ASSIGNMENTS,
        version=draws.VERSIONS,
    )
    def assign(self, token: str, member: Any, body: Any, version: str) -> None:
        """PUT a customer into a segment, B2C or B2B."""
        path, name = self.member(member)
        stored = self.model.members.get(self.model.key(Ask(name, path=path)))
        body = body if body is ... else self.versioned(body, stored, version)
        self.ask(f"PUT-update-{name}", token, path=path, body=body)

    @rule(token=draws.WRITERS, member=draws.MEMBERS)
    def unassign(self, token: str, member: Any) -> None:
        """DELETE a customer from a segment."""
        path, name = self.member(member)
        self.ask(f"DELETE-remove-{name}", token, path=path)

    @rule(
        token=draws.WRITERS,
        item=draws.ITEMS,
        body=st.just(...) | draws.ASSIGNMENTS,
        version=draws.VERSIONS,
    )
    def stock(self, token: str, item: Any, body: Any, version: str) -> None:
        """PUT a product or a category into a segment."""
        path = self.item(item)
        stored = self.model.items.get((path["segmentId"], path["type"], path["itemId"]))
        body = body if body is ... else self.versioned(body, stored, version)
        self.ask("PUT-update-item", token, path=path, body=body)

    @rule(token=draws.WRITERS, item=draws.ITEMS)
    def unstock(self, token: str, item: Any) -> None:
        """DELETE an item from a segment."""
        self.ask("DELETE-remove-item", token, path=self.item(item))

    @rule(
        delete=draws.RARELY,
        token=draws.WRITERS,
        segment=draws.KNOWN,
        entries=st.lists(
            st.tuples(draws.MEMBERS, draws.ASSIGNMENTS, draws.VERSIONS, draws.RARELY), max_size=4
        ),
    )
    def bulk_members(self, delete: bool, token: str, segment: str, entries: list[Any]) -> None:
        """PUT or DELETE several customers of a segment."""
        path = {"segmentId": self.segment(segment)}
        body: list[Any] = []
        for member, content, version, _ in entries:
            whose = {k: v for k, v in self.member(member)[0].items() if k != "segmentId"}
            if not delete:
                key = self.model.key(Ask("customers", path=path), whose)
                whose |= self.versioned(content, self.model.members.get(key), version)
            body.append(whose)
        broken = {place for place, entry in enumerate(entries) if entry[3]}
        body = [{"mixins": {}} if place in broken else one for place, one in enumerate(body)]
        operation = "DELETE-remove" if delete else "PUT-update"
        broke = frozenset(broken)
        self.ask(f"{operation}-customers-bulk", token, path=path, body=body, broken=broke)

    @rule(
        delete=draws.RARELY,
        token=draws.WRITERS,
        segment=draws.KNOWN,
        kind=draws.KINDS,
        entries=st.lists(st.tuples(draws.ITEMS, draws.ASSIGNMENTS, draws.VERSIONS), max_size=4),
    )
    def bulk_items(
        self, delete: bool, token: str, segment: str, kind: str, entries: list[Any]
    ) -> None:
        """PUT or DELETE several items of a segment."""
        path = {"segmentId": self.segment(segment), "type": kind}
        body: list[Any] = []
        for item, content, version in entries:
            item_id = self.item(item)["itemId"]
            stored = self.model.items.get((path["segmentId"], kind, item_id))
            entry = self.versioned(content, stored, version) | {"id": item_id}
            body.append(item_id if delete else entry)
        operation = "DELETE-remove" if delete else "PUT-update"
        self.ask(f"{operation}-items-bulk", token, path=path, body=body)

    # ---- reads -------------------------------------------------------------------------

    @rule(
        search=st.booleans(),
        token=draws.READERS,
        clauses=draws.SEGMENT_QUERIES,
        listing=draws.listings(draws.SEGMENT_SORTS, draws.SEGMENT_FIELDS),
        whose=draws.WHOSE,
    )
    def list_segments(
        self, search: bool, token: str, clauses: Any, listing: Any, whose: Any
    ) -> None:
        """GET or search segments."""
        operation = "POST-search-segments" if search else "GET-retrieve-segments"
        query, headers = listing
        self.ask(operation, token, clauses=clauses, query=query | whose, headers=headers)

    @rule(token=draws.READERS, segment=draws.KNOWN, view=draws.views(draws.SEGMENT_FIELDS))
    def read_segment(self, token: str, segment: str, view: Any) -> None:
        """GET one segment."""
        path, (query, headers) = {"segmentId": self.segment(segment)}, view
        self.ask("GET-retrieve-segment", token, path=path, query=query, headers=headers)

    @rule(
        search=st.booleans(),
        token=draws.READERS,
        segment=draws.KNOWN,
        clauses=draws.MEMBER_QUERIES,
        listing=draws.listings(draws.MEMBER_SORTS, draws.MEMBER_FIELDS),
    )
    def list_members(
        self, search: bool, token: str, segment: str, clauses: Any, listing: Any
    ) -> None:
        """GET or search the customers of a segment."""
        path, (query, headers) = {"segmentId": self.segment(segment)}, listing
        query.pop("legalEntityId", None)
        operation = "POST-search-customers" if search else "GET-retrieve-customers"
        self.ask(operation, token, path=path, clauses=clauses, query=query, headers=headers)

    @rule(token=draws.STAFF, member=draws.MEMBERS)
    def read_member(self, token: str, member: Any) -> None:
        """GET one customer of a segment."""
        path, name = self.member(member)
        self.ask(f"GET-retrieve-{name}", token, path=path)

    @rule(
        search=st.booleans(),
        token=draws.READERS,
        segment=draws.KNOWN,
        clauses=draws.ITEM_QUERIES,
        listing=draws.listings(draws.ITEM_SORTS, draws.ITEM_FIELDS),
    )
    def list_items(
        self, search: bool, token: str, segment: str, clauses: Any, listing: Any
    ) -> None:
        """GET or search the items of a segment."""
        path, (query, headers) = {"segmentId": self.segment(segment)}, listing
        operation = "POST-search-items" if search else "GET-retrieve-segment-items"
        self.ask(operation, token, path=path, clauses=clauses, query=query, headers=headers)

    @rule(token=draws.READERS, item=draws.ITEMS, view=draws.views(draws.ITEM_FIELDS))
    def read_item(self, token: str, item: Any, view: Any) -> None:
        """GET one item of a segment."""
        query, headers = view
        self.ask("GET-retrieve-item", token, path=self.item(item), query=query, headers=headers)

    @rule(
        token=draws.READERS,
        clauses=draws.ITEM_QUERIES,
        listing=draws.listings(draws.ITEM_SORTS, draws.ITEM_FIELDS),
        site=draws.SITES,
        active=st.booleans(),
    )
    def list_all_items(
        self, token: str, clauses: Any, listing: Any, site: str | None, active: bool
    ) -> None:
        """GET the items of all segments."""
        query, headers = listing
        query |= {"onlyActive": active} | ({} if site is None else {"siteCode": site})
        self.ask(
            "GET-retrieve-segments-items", token, clauses=clauses, query=query, headers=headers
        )

    @rule(token=draws.BUYERS_MOSTLY, view=draws.views(st.none()), site=draws.SITES)
    def see_trees(self, token: str, view: Any, site: str | None) -> None:
        """GET the category trees of a customer."""
        query, headers = view
        query |= {} if site is None else {"siteCode": site}
        self.ask("GET-retrieve-category-trees", token, query=query, headers=headers)

    @rule(
        token=draws.WRITERS,
        items=st.lists(st.sampled_from(["p1", "p2", "p3", "p4", "p9", ""]), max_size=5),
        segments=st.lists(draws.KNOWN, min_size=1, max_size=4),
        site=st.sampled_from([{"site": "main"}, {"siteCode": "main"}, {"site": "outlet"}]),
    )
    def match(self, token: str, items: list[str], segments: list[str], site: Any) -> None:
        """POST a match."""
        asked = [{"id": item} if item else {} for item in items]
        body = {"items": asked, "segmentIds": [self.segment(one) for one in segments]} | site
        self.ask("POST-check-match", token, body=body)

    @rule(broken=draws.BAD_QUERIES, token=st.sampled_from(["manager", "reader", "both"]))
    def ask_unreadably(self, broken: tuple[str, frozenset[str]], token: str) -> None:
        """GET with a q, a page or a sort that cannot be read."""
        name, requirements = broken
        query = dict([name.split("=", 1)]) | {"onlyActive": False}
        operation = "GET-retrieve-segments" + ("-items" if token == "both" else "")
        self.ask(operation, token, query=query, bad_query=requirements)

    # ---- access and time ---------------------------------------------------------------

    @rule(
        operation=st.sampled_from(draws.ANY_OPERATION),
        token=st.sampled_from(["none", "forged", "expired", "foreign", "anna", "reader", "editor"]),
        tenant=st.sampled_from(["acme", "acme", "globex"]),
    )
    def intrude(self, operation: str, token: str, tenant: str) -> None:
        """Ask without a token, with a wrong one, or on another tenant."""
        caller = self.tokens[token][1]
        if caller is not None and caller.tenant == tenant == "globex":
            tenant = "acme"
        path = {"tenant": tenant, "segmentId": "gold", "customerId": "anna", "type": "PRODUCT"}
        path |= {"itemId": "p1"} | (
            {"legalEntityId": "e1"} if operation[-9:] == "-customer" else {}
        )
        query = {"forceDelete": False, "onlyActive": False}
        body: Any = [] if operation.endswith("bulk") or operation.startswith("PATCH") else {}
        if operation.startswith(("POST-create-segment", "PUT-update-segment")) and body == {}:
            body = {"name": {"en": "Intruder"}, "siteCode": "main"}
        if operation == "POST-check-match":
            body = {"items": [], "segmentIds": [], "site": "main"}
        if operation.startswith(("GET", "DELETE")) and body == {}:
            body = ...
        self.ask(operation, token, path=path, query=query, body=body)

    @rule(milliseconds=draws.JUMPS)
    def move_clock(self, milliseconds: int) -> None:
        """Let time pass, or turn it back."""
        self.tally["clock moved"] += 1
        self.service.clock.advance(milliseconds)
        self.model.now = self.service.clock.now()

    @rule(client=st.sampled_from(["manager", "reader", "editor"]))
    def issue_token(self, client: str) -> None:
        """Take a service token; it lives 14399 seconds (EMX-325)."""
        self.tally["token issued"] += 1
        body = {"grant_type": "client_credentials", "client_id": client, "client_secret": PASSWORD}
        reply = self.service.answer(
            Call("POST-oauth-request-client-credentials", body=body, has_body=True)
        )
        assert (reply.status, reply.body["expires_in"]) == (200, 14399)
        scopes = callers()[client].scopes
        caller = Caller(scopes, self.model.now + 14_399_000)
        self.tokens["issued"] = (reply.body["access_token"], caller)

    @rule(name=st.sampled_from(sorted(BUYERS)))
    def log_in(self, name: str) -> None:
        """Log a customer in; the token lives 2591999 seconds (EMX-353)."""
        self.tally["logged in"] += 1
        customer, entity = BUYERS[name]
        reply = self.sign_in(customer, entity)
        assert (reply.status, reply.body["expires_in"]) == (200, 2_591_999)
        caller = Caller(
            frozenset({"own"}),
            self.model.now + 2_591_999_000,
            customer=customer,
            entity=entity,
        )
        self.tokens["logged-in"] = (reply.body["access_token"], caller)


def test_the_room_agrees_with_a_second_reading(tmp_path: Path) -> None:
    """Over thousands of calls the room answers as an independent model says."""
    wanted = int(os.environ.get("MACHINE_STEPS", "0"))
    folder = tmp_path / "emporix"
    folder.mkdir()
    (folder / "world.json").write_text(json.dumps(fixture()))

    class Machine(EmporixMachine):
        fixtures = tmp_path
        tally: ClassVar[Counter[str]] = Counter()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            # Some runs end before their fiftieth step.
            max_examples=(wanted or STEPS) // 36,
            stateful_step_count=50,
            derandomize=not wanted,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally = Machine.tally
    told = "\n".join(f"{count:7} {name}" for name, count in sorted(tally.items()))
    print(told)
    statuses = {name: count for name, count in tally.items() if name.startswith("status")}
    done = sum(count for name, count in statuses.items() if name < "status 4")
    # What is drawn depends on which modules the process has loaded, so only what is reached
    # by a wide margin is asked for.
    assert done > 0.5 * sum(statuses.values()), told
    assert tally["steps"] >= (wanted or STEPS), told
    reached = [f"{name} done" for name in draws.ANY_OPERATION]
    refused = [f"status {status}" for status in (400, 401, 403, 404, 409)]
    for name in (*reached, *refused, "clock moved", "token issued", "logged in"):
        assert tally[name] >= 5, f"{name}\n{told}"
