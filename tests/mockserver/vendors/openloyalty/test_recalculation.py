"""When a segment is recalculated, and what its figures say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.kernel import instants
from mockserver.kernel.call import Call
from mockserver.vendors.openloyalty.criteria import KINDS

MINUTE = 60
CHLOE = {"type": "customer_list", "customers": ["chloe.martin@example.com"]}
ANNA_AND_CHLOE = {"type": "customer_list", "customers": ["+4915100000001", *CHLOE["customers"]]}
RECENT = {"type": "last_purchase_n_days_before", "days": 31}


def test_calculated_at_is_absent_before_the_first_time(cast: Any) -> None:
    """An inactive new segment has no calculatedAt and no members, in list and detail (OLO-090)."""
    segment = cast.create("Idle", parts=[{"criteria": [CHLOE]}])

    assert "calculatedAt" not in cast.get(segment)
    row = cast.ask("segmentGetList", query={"name": "Idle"}).body["items"][0]
    assert "calculatedAt" not in row
    assert row["averageClv"] == "0.00"
    assert cast.members(segment) == []


def test_an_active_segment_is_calculated_when_created(cast: Any) -> None:
    """A segment that is created active has members at once (OLO-091)."""
    segment = cast.create("Live", active=True, parts=[{"criteria": [CHLOE]}])

    assert cast.get(segment)["calculatedAt"] == "2026-11-20T12:00:00.000Z"
    assert cast.get(segment)["customersCount"] == 1
    assert cast.members(segment) == ["Chloé"]


def test_activation_recalculates(cast: Any, clock: Any) -> None:
    """Activation gives a segment its members (OLO-093)."""
    segment = cast.create("Live", parts=[{"criteria": [CHLOE]}])
    clock.wait(5)

    cast.ask("segmentPostActivate", segment)

    assert cast.get(segment)["calculatedAt"] == "2026-11-20T12:00:05.000Z"
    assert cast.members(segment) == ["Chloé"]


def test_a_change_of_an_active_segment_recalculates(cast: Any, clock: Any) -> None:
    """New parts of an active segment have their members at once."""
    segment = cast.create("Live", active=True, parts=[{"criteria": [CHLOE]}])
    clock.wait(5)

    form = {"name": "Live", "parts": [{"criteria": [ANNA_AND_CHLOE]}]}
    cast.ask("segmentPut", segment, body={"segment": form})

    assert cast.get(segment)["calculatedAt"] == "2026-11-20T12:00:05.000Z"
    assert cast.members(segment) == ["Anna", "Chloé"]


def test_a_change_of_an_inactive_segment_does_not(cast: Any) -> None:
    """Inactive segments are not recalculated, whatever becomes of their parts (OLO-095)."""
    segment = cast.create("Live", active=True, parts=[{"criteria": [CHLOE]}])
    before = cast.get(segment)

    form = {"name": "Live", "active": False, "parts": [{"criteria": [ANNA_AND_CHLOE]}]}
    cast.ask("segmentPut", segment, body={"segment": form})

    assert cast.members(segment) == ["Chloé"]
    assert cast.get(segment)["calculatedAt"] == before["calculatedAt"]


def test_a_deactivated_segment_keeps_its_members(cast: Any, clock: Any) -> None:
    """Deactivation ends refreshing, not membership (OLO-085)."""
    before = cast.get(cast.named(5))
    cast.ask("segmentPostDeactivate", cast.named(5))
    clock.wait(400 * 24 * 3600)

    after = cast.get(cast.named(5))

    assert {name for name in before if before[name] != after[name]} == {"active"}
    assert cast.members(cast.named(5)) == ["Emi"]


def test_the_cycle_is_ten_minutes(cast: Any, clock: Any) -> None:
    """At every full ten minutes active segments are recalculated, as of that instant (OLO-094)."""
    segment = cast.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    idle = cast.create("Idle", parts=[{"criteria": [RECENT]}])

    clock.wait(10 * MINUTE - 0.001)
    assert cast.get(segment)["calculatedAt"] == "2026-11-20T12:00:00.000Z"
    clock.wait(0.001 + 3)
    assert cast.get(segment)["calculatedAt"] == "2026-11-20T12:10:00.000Z"
    clock.wait(125 * MINUTE)
    assert cast.get(segment)["calculatedAt"] == "2026-11-20T14:10:00.000Z"
    assert cast.get(cast.gold)["calculatedAt"] == "2026-11-20T14:10:00.000Z"
    assert "calculatedAt" not in cast.get(idle)


def test_members_leave_as_time_goes_by(cast: Any, clock: Any) -> None:
    """A criterion about days changes its mind at midnight, without any request."""
    segment = cast.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    assert cast.members(segment) == ["Anna", "Emi"]

    clock.wait(12 * 3600)

    assert cast.members(segment) == ["Emi"]
    assert cast.get(segment)["customersCount"] == 1


def test_members_come_back_when_the_clock_is_set_back(cast: Any, clock: Any) -> None:
    """A segment follows the clock on the next request, in both directions (OLO-094, OLO-208)."""
    segment = cast.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    for members, moment in (
        ([], "2026-12-02T12:00:00.000Z"),
        (["Anna", "Emi"], "2026-11-20T12:00:00.000Z"),
        (["Anna", "Ben", "Emi"], "2026-10-21T12:00:00.000Z"),
        ([], "8999-01-01T00:00:00.000Z"),
        ([], "1970-01-01T00:10:00.000Z"),
        (["Anna", "Emi"], "2026-11-20T12:00:00.000Z"),
    ):
        clock.set(instants.parse(moment))
        assert cast.members(segment) == members
        assert cast.get(segment)["calculatedAt"] == moment
        assert cast.get(segment)["customersCount"] == len(members)
        assert cast.get(cast.gold)["calculatedAt"] == moment


def test_an_edit_brings_members_back(cast: Any, clock: Any) -> None:
    """A wider rule holds at once, without the clock (OLO-092)."""
    segment = cast.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    clock.wait(12 * 3600)
    assert cast.members(segment) == ["Emi"]

    form = {"name": "Recent", "parts": [{"criteria": [RECENT | {"days": 32}]}]}
    cast.ask("segmentPut", segment, body={"segment": form})

    assert cast.members(segment) == ["Anna", "Emi"]


def test_seeded_segments_follow_the_clock_and_not_the_start(
    open_vendor: Callable[..., Any], clock: Any
) -> None:
    """Two mocks that tell the same time show the same, whenever they were started (OLO-209)."""

    def shown(service: Any) -> Any:
        asked = Call(
            "segmentGetList",
            path={"storeCode": "default"},
            query={"_page": 1, "_itemsOnPage": 50},
            sent={"x-auth-token": "manager-segment-demo-key"},
        )
        return [row.value for row in service.answer(asked).body["items"]]

    early = open_vendor("openloyalty")
    before = shown(early)
    clock.wait(9 * 24 * 3600)
    late = open_vendor("openloyalty")

    assert shown(early) == shown(late) != before


def test_a_frozen_clock_at_the_fixtures_instant_keeps_the_seeded_world(
    cast: Any, clock: Any
) -> None:
    """At asOf nothing has to be recalculated, and everybody is where the fixture says."""
    clock.set(instants.parse("2026-11-01T08:00:00Z"))

    assert cast.get(cast.named(5))["calculatedAt"] == "2026-11-01T08:00:00.000Z"
    assert cast.members(cast.named(5)) == ["Anna", "Ben", "Emi"]


@pytest.mark.parametrize(
    "query", [{"customersCount": 1}, {"_orderBy": {"customersCount": "desc"}}, {"name": "Recent"}]
)
def test_lists_see_the_cycle_too(cast: Any, clock: Any, query: dict[str, Any]) -> None:
    """Filters and sort keys work on figures of the present cycle."""
    cast.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    clock.wait(12 * 3600)

    items = cast.ask("segmentGetList", query={"_itemsOnPage": 50, **query}).body["items"]

    row = next(item for item in items if item["name"] == "Recent")
    assert (row["customersCount"], row["calculatedAt"]) == (1, "2026-11-21T00:00:00.000Z")


def test_the_cycle_can_be_switched_off(choosing: Callable[..., Any], clock: Any) -> None:
    """By choice only changes recalculate."""
    client = choosing(recalculation="changes-only")
    segment = client.create("Recent", active=True, parts=[{"criteria": [RECENT]}])
    clock.wait(30 * 24 * 3600)

    assert client.members(segment) == ["Anna", "Emi"]
    assert client.get(client.gold)["calculatedAt"] == "2026-11-01T08:00:00.000Z"
    client.ask("segmentPut", segment, body={"segment": {"name": "Recent"}})
    assert client.members(segment) == []


def test_figures_follow_their_formulas(cast: Any) -> None:
    """Sums over all members' transactions, divided by transactions or members.

    OLO-096, OLO-097, OLO-098, OLO-099.
    """
    people = cast.world().segmentation.population
    chosen = [
        position
        for position, member in enumerate(people.members)
        if member.first_name in ("Anna", "Emi")
    ]
    total = sum(people.sums[position] for position in chosen) / 100
    count = sum(people.counts[position] for position in chosen)

    found = cast.get(cast.gold)

    assert found["customersCount"] == 2
    assert found["averageTransactionAmount"] == round(total / count, 2) == 132.21
    assert found["averageTransactions"] == round(count / 2, 2) == 9.5
    assert found["averageClv"] == round(total / 2, 2) == 1256.0


def test_figures_of_members_without_purchases_are_zero(cast: Any) -> None:
    """Dividing by no transactions gives nought."""
    found = cast.get(cast.create("New", active=True, parts=[{"criteria": [CHLOE]}]))

    assert found["customersCount"] == 1
    assert found["averageTransactionAmount"] == found["averageClv"] == 0


def test_what_is_remembered_is_bounded(cast: Any) -> None:
    """Many different segments do not fill the memory, and equal ones share their members."""
    for number in range(300):
        criterion = {"type": "transaction_count", "min": number, "max": number}
        cast.create(f"N{number}", active=True, parts=[{"criteria": [criterion]}])

    segmentation = cast.world().segmentation
    assert len(segmentation._masks) == len(segmentation._selections) == 256
    first, second = (
        cast.create(name, active=True, parts=[{"criteria": [CHLOE]}]) for name in ("A", "B")
    )
    records = cast.world().records
    assert records[first].members is records[second].members


def test_only_what_changed_is_worked_out_again(
    client: Any, clock: Any, worked_out: list[str]
) -> None:
    """A recalculation evaluates new criteria, and timed ones once a day; not the others."""
    old = {"type": "transaction_count", "min": 3, "max": 9}
    client.create("Counted", active=True, parts=[{"criteria": [old, RECENT]}])
    before = len(worked_out)

    segment = client.create("Again", active=True, parts=[{"criteria": [RECENT]}])
    form = {"name": "Again", "parts": [{"criteria": [RECENT, CHLOE]}, {"criteria": [old]}]}
    client.ask("segmentPut", segment, body={"segment": form})
    assert len(worked_out) - before == 1  # Chloé's list is new

    client.ask("segmentGetList", query={"_itemsOnPage": 50})
    before = len(worked_out)
    for _ in range(3):
        clock.wait(3600)
        client.ask("segmentGetList", query={"_itemsOnPage": 50})
    assert len(worked_out) == before

    clock.wait(12 * 3600)  # past midnight
    timed = {
        (each.type, str(each.own))
        for record in client.world().records.values()
        if record.segment.active
        for part in record.segment.parts
        for each in part.criteria
        if KINDS[each.type].timed
    }
    client.ask("segmentGetList", query={"_itemsOnPage": 50})
    assert len(worked_out) - before == len(timed) > 2
