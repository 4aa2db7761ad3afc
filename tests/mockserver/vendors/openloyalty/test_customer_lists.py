"""Lists of members, the stuff of static segments: `customer_list` and `customer_csv_list`."""

from __future__ import annotations

from typing import Any

from mockserver.vendors.openloyalty.criteria import Reading, select
from mockserver.vendors.openloyalty.model import Criterion, Member
from mockserver.vendors.openloyalty.population import Population


def test_one_name_can_stand_for_several(cast: Any) -> None:
    """Members who share a phone number are all named by it."""
    people = Population(
        [Member(str(n), 0, "A", "B", f"{n}@b", phone="+1" if n else None) for n in range(4)]
    )
    listed = Criterion("1", "customer_list", {"customers": ["+1", "0"]})

    assert people.flags(select(listed, people, Reading(0))) == b"\x01\x01\x01\x01"


def test_lists_are_looked_up_and_not_searched() -> None:
    """The names of members are read once, whatever is asked of them afterwards."""
    people = Population([Member(str(n), 0, "A", "B", f"{n}@b") for n in range(50)])
    read: list[str] = []

    def names(member: Member) -> list[str]:
        read.append(member.customer_id)
        return [member.email]

    for wanted in ("7@b", "nobody", "49@b"):
        mask = people.having("names", names, [wanted])
        assert people.flags(mask).count(1) == (wanted != "nobody")

    assert len(read) == 50


def test_lists_are_static(cast: Any, clock: Any) -> None:
    """New parts replace a list, none keep it, and time does not touch it (OLO-206)."""

    def parts(*names: str) -> list[dict[str, Any]]:
        return [{"criteria": [{"type": "customer_csv_list", "customers": list(names)}]}]

    segment = cast.create("CSV", active=True, parts=parts("2900000001001", "2900000001002"))
    cast.ask("segmentPut", segment, body={"segment": {"name": "Same"}})
    clock.wait(900 * 24 * 3600)
    assert cast.members(segment) == ["Anna", "Ben"]

    form = {"name": "Other", "parts": parts("2900000001005")}
    cast.ask("segmentPut", segment, body={"segment": form})
    assert cast.members(segment) == ["Emi"]


def test_half_a_million_entries_are_the_limit(cast: Any) -> None:
    """A longer CSV list is refused as a whole, with its place (OLO-205)."""
    entries = ["nobody"] * 499_999 + ["emi.tanaka@example.com"]
    criterion = {"type": "customer_csv_list", "customers": entries}
    assert cast.selected([criterion]) == {"Emi"}
    before = len(cast.world().records)

    entries.append("one more")
    body = {"segment": {"name": "Long", "parts": [{"criteria": [criterion]}]}}
    reply = cast.ask("segmentPost", body=body)

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "maxItems")
    assert reply.body["errors"][0]["path"] == "parts[0].criteria[0].customers"
    assert cast.header(reply, "X-Mock-Requirement") == "OLO-205"
    assert len(cast.world().records) == before
