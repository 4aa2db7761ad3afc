"""A second reading of the Emporix ledger: the segment service in plain dicts and loops.

Written from the requirements and never from the room, of which it imports nothing. It
knows the answers that matter (status, requirement, body, total); slow and simple on
purpose. How a machine drives it against the room stands in `test_emporix_machine.py`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .query import Clause

Row = dict[str, Any]
Key = tuple[str, ...]
Reasons = set[tuple[int, str]]
"""Statuses with the requirements that they rest on."""


@dataclass
class Ask:
    """One request: what both the room and the model are asked."""

    operation: str
    path: Row = field(default_factory=dict)
    query: Row = field(default_factory=dict)
    headers: Row = field(default_factory=dict)
    body: Any = ...
    """`...` stands for no body."""
    clauses: tuple[Clause, ...] = ()
    """What the q of the request means."""
    bad_query: frozenset[str] = frozenset()
    """The requirements that a request with an unreadable query breaks."""
    broken: frozenset[int] = frozenset()
    """Positions of bulk entries that break the contract."""


@dataclass(frozen=True)
class Caller:
    """Who holds a token."""

    scopes: frozenset[str]
    expires: int
    tenant: str = "acme"
    customer: str | None = None
    entity: str | None = None


@dataclass
class Answer:
    """What a reply has to be."""

    status: int
    body: Any = None
    total: int | None = None


class Refused(Exception):
    """A request that is refused; every reason is a status and the requirement it rests on.

    Where several things are wrong at once the ledger does not say which one is told.
    """

    def __init__(self, *reasons: tuple[int, str]) -> None:
        super().__init__(reasons)
        self.reasons = set(reasons)


def stamp(instant: int) -> str:
    """Return an instant in milliseconds as the service writes it."""
    moment = datetime.fromtimestamp(instant // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03}Z"


def in_utc(text: str) -> str:
    """Return a date-time as the service gives it back."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


class Model:
    """One tenant, as the ledger tells it."""

    def __init__(self, choices: Mapping[str, str], cast: Row, now: int) -> None:
        self.choices = {name.removeprefix("emporix."): value for name, value in choices.items()}
        self.now = now
        self.sites: list[str] = cast["sites"]
        self.customers: dict[str, Row] = {row["id"]: row for row in cast["customers"]}
        self.entities: dict[str, Row] = {row["id"]: row for row in cast["legalEntities"]}
        self.shelves: dict[str, dict[str, Row]] = {
            "PRODUCT": {row["id"]: row for row in cast["products"]},
            "CATEGORY": {row["id"]: row for row in cast["categories"]},
        }
        self.segments: dict[str, Row] = {}
        self.members: dict[Key, Row] = {}
        self.items: dict[Key, Row] = {}
        self.births: dict[Key, int] = {}
        """Serial numbers of what was created, by its key."""
        self.serial = itertools.count()
        self.fresh: Iterator[str] = iter(())

    def scopes(self, caller: Caller) -> set[str]:
        """Return the scopes in force (EMX-014)."""
        implied = "manage" in caller.scopes and self.choices["manage-implies-read"] == "yes"
        return set(caller.scopes) | ({"read"} if implied else set())

    # ---- segments ----------------------------------------------------------------------

    def content(self, body: Row, headers: Row, reasons: Reasons) -> Row:
        """Return what a body says about a segment; add what is wrong with it to the reasons."""
        if not {"name", "siteCode"} <= body.keys():
            reasons.add((400, "EMX-060"))
        language = headers.get("Content-Language")
        texts = [name for name in ("name", "description") if name in body]
        row: Row = {name: texts_of(body[name], language, reasons) for name in texts}
        if "validity" in body:
            try:
                row["validity"] = {name: in_utc(text) for name, text in body["validity"].items()}
            except (ValueError, AttributeError, TypeError):
                reasons.update({(400, "EMX-063"), (400, "EMX-029")})
        row["status"] = body.get("status", "INACTIVE")
        if row["status"] not in {"ACTIVE", "INACTIVE"}:
            reasons.add((400, "EMX-062"))
        row["siteCode"] = body.get("siteCode")
        if row["siteCode"] not in self.sites and self.choices["unknown-site"] == "400":
            reasons.add((400, "EMX-072"))
        if "mixins" in body:
            row["mixins"] = body["mixins"]
        self.check_mixins(body, reasons)
        return row

    def check_mixins(self, body: Row, reasons: Reasons) -> None:
        """Add a reason where mixins are no object or lack a needed link (EMX-071)."""
        mixins = body.get("mixins", {})
        links = body.get("metadata", {}).get("mixins", {})
        if not isinstance(mixins, dict) or not isinstance(links, dict):
            reasons.add((400, "EMX-029"))
        elif self.choices["mixins-without-schema"] == "400" and not mixins.keys() <= links.keys():
            reasons.add((400, "EMX-071"))

    def metadata(self, body: Row, stored: Row | None) -> Row:
        """Return the metadata of a first or next version."""
        now = stamp(self.now)
        made: Row = {"createdAt": now, "modifiedAt": now, "version": 1}
        if stored is not None:
            former = stored["metadata"]
            made |= {"createdAt": former["createdAt"], "version": former["version"] + 1}
        if "mixins" in body.get("metadata", {}):
            made["mixins"] = body["metadata"]["mixins"]
        return made

    def born(self, *key: str) -> None:
        """Count a birth."""
        self.births[key] = next(self.serial)

    def create(self, ask: Ask, caller: Caller) -> Answer:
        """POST /segments."""
        _, segment_id = self.create_entry(ask.body, ask)
        return Answer(201, {"id": segment_id})

    def create_entry(self, body: Row, ask: Ask) -> tuple[bool, str]:
        """Create one segment."""
        reasons: Reasons = set()
        row = self.content(body, ask.headers, reasons)
        if body.get("id") == "":
            reasons.add((400, "EMX-059"))
        if body.get("id") in self.segments:
            reasons.update({(409, "EMX-054"), (409, "EMX-186")})
        if reasons:
            raise Refused(*reasons)
        segment_id = body["id"] if "id" in body else self.made_up()
        self.segments[segment_id] = {"id": segment_id, **row, "metadata": self.metadata(body, None)}
        self.born(segment_id)
        return True, segment_id

    def made_up(self) -> str:
        """Return the id that the room made up (EMX-056, EMX-057)."""
        segment_id = next(self.fresh, "none was made up")
        assert re.fullmatch("[0-9a-f]{24}", segment_id), segment_id
        assert segment_id not in self.segments
        return segment_id

    def put(self, ask: Ask, caller: Caller) -> Answer:
        """PUT /segments/{segmentId}; an id in the body means nothing (EMX-134)."""
        body = {**ask.body, "id": ask.path["segmentId"]}
        created, segment_id = self.put_entry(body, ask)
        return Answer(201, {"id": segment_id}) if created else Answer(204)

    def put_entry(self, body: Row, ask: Ask) -> tuple[bool, str]:
        """Create or replace one segment."""
        if "id" not in body:
            if self.choices["bulk-put-without-id"] == "400":
                raise Refused((400, "EMX-192"))
            return self.create_entry(body, ask)
        stored = self.segments.get(body["id"])
        if stored is None:
            return self.create_entry(body, ask)
        reasons: Reasons = set()
        row = self.content(body, ask.headers, reasons)
        self.check_version(body, stored, "EMX-127", reasons)
        if reasons:
            raise Refused(*reasons)
        self.segments[body["id"]] = {
            "id": body["id"],
            **row,
            "metadata": self.metadata(body, stored),
        }
        return False, body["id"]

    def check_version(self, body: Row, stored: Row, requirement: str, reasons: Reasons) -> None:
        """Add a reason where the version is stale, or absent and needed."""
        version = body.get("metadata", {}).get("version")
        if version is None and self.choices["put-without-version"] == "refuse":
            reasons.add((400, "EMX-131"))
        if version is not None and version != stored["metadata"]["version"]:
            reasons.update({(409, requirement), (409, "EMX-185")})

    def delete(self, ask: Ask, caller: Caller) -> Answer:
        """DELETE /segments/{segmentId}."""
        self.delete_entry(ask.path["segmentId"], ask)
        return Answer(204)

    def delete_entry(self, segment_id: str, ask: Ask) -> tuple[bool, str]:
        """Delete one segment, with its assignments when forced."""
        if segment_id not in self.segments:
            self.nothing_deleted()
            return False, segment_id
        used = [key for key in (*self.members, *self.items) if key[0] == segment_id]
        if used and not ask.query["forceDelete"]:
            raise Refused((400, "EMX-162"), (400, "EMX-188"))
        for key in used:
            self.members.pop(key, None)
            self.items.pop(key, None)
        del self.segments[segment_id]
        return False, segment_id

    def nothing_deleted(self) -> None:
        """Refuse, or not, that something to delete is not there (EMX-166)."""
        if self.choices["delete-missing"] == "404":
            raise Refused((404, "EMX-166"))

    def known(self, segment_id: str) -> None:
        """Refuse an unknown segment, as the choice has it for writes (EMX-286)."""
        if segment_id not in self.segments:
            raise Refused(
                (int(self.choices["missing-segment"].replace("listed", "400")), "EMX-286")
            )

    def check_type(self, ask: Ask) -> None:
        """Refuse another type than PRODUCT and CATEGORY."""
        if is_item(ask) and ask.path["type"] not in self.shelves:
            raise Refused((404, "EMX-298"))

    def check_entry(self, whose: Any, seen: list[Any], *, broken: bool) -> None:
        """Refuse a bulk entry that breaks the contract, or repeats one where that is refused."""
        if broken:
            raise Refused((400, "EMX-177"), (400, "EMX-281"))
        if whose in seen and self.choices["bulk-duplicates"] == "refuse":
            raise Refused((400, "EMX-191"))
        if whose is not None:
            seen.append(whose)

    def bulk(self, act: Callable[[Any, Ask], tuple[bool, str]]) -> Callable[[Ask, Caller], Answer]:
        """Return the bulk form of an act on one entry."""

        def run(ask: Ask, caller: Caller) -> Answer:
            parts = ask.operation.split("-")
            if parts[2] != "segments":
                self.check_type(ask)
                if parts[0] == "PUT" and self.choices["missing-segment"] == "404":
                    self.known(ask.path["segmentId"])
            found: list[Any] = []
            seen: list[Any] = []
            for position, entry in enumerate(ask.body):
                index = position + int(self.choices["bulk-index"])
                whose = identity(entry)
                try:
                    self.check_entry(whose, seen, broken=position in ask.broken)
                    created, named = act(entry, ask)
                except Refused as refused:
                    found.append((index, refused.reasons))
                    continue
                code, status = (201, "Created") if created else (204, "OK")
                row: Row = {"index": index, "code": code, "status": status}
                found.append(row | ({"id": named} if parts[2] == "segments" else {}))
            return Answer(207, found)

        return run


def identity(entry: Any) -> Any:
    """Return what an entry of a bulk request addresses; None where that is not known yet."""
    if isinstance(entry, dict) and "customerId" in entry:
        return (entry["customerId"], entry.get("legalEntityId"))
    return entry.get("id") if isinstance(entry, dict) else entry


def is_item(ask: Ask) -> bool:
    """Return whether a request is about items rather than customers."""
    return "item" in ask.operation


def texts_of(text: Any, language: str | None, reasons: Reasons) -> Any:
    """Return a localised text as a map; add what is wrong with it."""
    if isinstance(text, str):
        if language is None or language == "*":
            reasons.add((400, "EMX-078"))
        return {language: text}
    if not isinstance(text, dict) or any(not isinstance(one, str) for one in text.values()):
        reasons.update({(400, "EMX-075"), (400, "EMX-029")})
    return text
