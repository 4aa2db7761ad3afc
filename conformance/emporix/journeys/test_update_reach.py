"""What an update reaches: the segment wherever it is shown, and nothing that is assigned to it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from conformance.emporix import assignments, bulk, updates
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.writing import EVERY_LANGUAGE
from conformance.exchange import Reply
from conformance.judging import Unmet, equal, judges, shown

SHOWN = ("id", "name", "description", "siteCode", "status", "metadata/version")
"""What a list must show of a segment like the segment itself does."""


@judges("EMX-090", "EMX-095", "EMX-128")
def test_a_put_reaches_every_list(emporix: Emporix) -> None:
    """After a PUT lists and searches show the segment anew, and what is assigned stays."""
    _judge_reach(emporix, op.UPDATE, "EMX-128")


@judges("EMX-090", "EMX-095", "EMX-144")
def test_a_patch_reaches_every_list(emporix: Emporix) -> None:
    """After a PATCH lists and searches show the segment anew, and what is assigned stays."""
    _judge_reach(emporix, op.PATCH, "EMX-144")


@judges("EMX-090", "EMX-095", "EMX-184")
def test_a_bulk_put_reaches_every_list(emporix: Emporix) -> None:
    """After a bulk PUT lists and searches show the segment anew, and what is assigned stays."""
    _judge_reach(emporix, op.UPDATE_BULK, "EMX-184")


def _judge_reach(case: Emporix, way: str, requirement: str) -> None:
    segment = case.segment()
    assigned = _assigned(case, segment)
    # Shown once before: what a list remembers of the creation must not stay.
    former = case.need(_read(case, segment), 200, what="reading the segment")
    for listing in (op.LIST, op.SEARCH):
        _shown(case, listing, segment, former)
    body = _other_site(case, case.draft(status="ACTIVE", description={_language(case): "new"}))
    case.judge(requirement, _update(case, way, segment, body)).status(204, 207)
    read = case.settle(
        lambda: _read(case, segment), lambda reply: reply.at("/status") == "ACTIVE"
    )  # fmt: skip
    judging = case.judge(requirement, read).status(200)
    for name, value in body.items():
        judging.value(f"/{name}", value)
    for listing, row in ((op.LIST, "EMX-090"), (op.SEARCH, "EMX-095")):
        reply = _shown(case, listing, segment, read)
        judging = case.judge(row, reply).status(200)
        judging.same([segment], reply.each("/id"), "the ids")
        for name in SHOWN:
            listed, own = reply.at(f"/0/{name}"), read.at(f"/{name}")
            judging.that(
                _is_like(listed, own), f"{name} {shown(own)}", listed, pointer=f"/0/{name}"
            )
    for place in assigned:
        case.judge(requirement, place.read_until(200)).status(200)
        entries = place.entries(place.listed())
        case.judge(requirement).same(1, len(entries), "entries of what is assigned")


def _assigned(case: Emporix, segment: str) -> list[assignments.Place]:
    """Assign a customer and a product, as far as any are known."""
    found = []
    for kind in (assignments.CUSTOMER, assignments.PRODUCT):
        with suppress(Unmet):
            place = assignments.place(case, kind, segment)
            place.make()
            found.append(place)
    return found


def _language(case: Emporix) -> str:
    return case.languages[0]


def _other_site(case: Emporix, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body on another site, where one is known."""
    site = case.session.config.options.get("other_site_code")
    return {**body, "siteCode": site} if site else body


def _update(case: Emporix, way: str, segment: str, body: dict[str, Any]) -> Reply:
    if way == op.PATCH:
        changes = [
            {"op": "add" if name == "description" else "replace", "path": f"/{name}", "value": new}
            for name, new in body.items()
        ]
        return updates.patch(case, segment, *changes)
    whole = updates.versioned(body, updates.stored_version(case, segment))
    if way == op.UPDATE_BULK:
        return bulk.send(case, way, [{**whole, "id": segment}])
    return updates.put(case, segment, whole)


def _read(case: Emporix, segment: str) -> Reply:
    return case.read(segment, headers=EVERY_LANGUAGE)


def _shown(case: Emporix, listing: str, segment: str, like: Reply) -> Reply:
    """List a segment alone until it is shown like it was read."""
    q = {"q": f"id:{segment}"}
    asked: dict[str, Any] = {"query": q} if listing == op.LIST else {"body": q}
    return case.settle(
        lambda: case.send(listing, by="read", headers=EVERY_LANGUAGE, **asked),
        lambda reply: all(_is_like(reply.at(f"/0/{name}"), like.at(f"/{name}")) for name in SHOWN),
    )


def _is_like(listed: Any, own: Any) -> bool:
    """Compare what a list shows with the segment itself; in which form is told elsewhere."""
    if isinstance(listed, str) and isinstance(own, dict):
        return listed in own.values()
    return equal(listed, own)
