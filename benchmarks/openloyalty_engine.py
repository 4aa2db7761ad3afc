"""Measures the segmentation engine of Open Loyalty: seed, memory, seconds per segment.

    python benchmarks/openloyalty_engine.py [--members 100000] [--json FILE]

One process, no HTTP. Every segment is created active and so segmented at once: `first`
with the indexes that its type needs still to be built, `next` with other values. Bars:
the seed in less than 20 s, a segment in less than 2 s, at 100,000 members of a store.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver.assembly import Settings, open_service
from mockserver.kernel import instants
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.service import Service
from mockserver.vendors.openloyalty.criteria import KINDS

SEED_BAR, SEGMENT_BAR = 20.0, 2.0
"""Seconds."""
NOW = instants.parse("2026-11-01T08:00:00Z")
HEADERS = {"x-auth-token": "manager-segment-demo-key"}
APP, SHOP = (f"00000c4a-0000-4000-8000-00000000000{number}" for number in (3, 2))
TEN, RULE = "000004e5-0000-4000-8000-00000000000b", "0000047e-0000-4000-8000-000000000001"
BLACK_WEEK = "000004e5-0000-4000-8000-000000000015"
HIKE, SUMMIT = "00000ca1-0000-4000-8000-000000000001", "00000e57-0000-4000-8000-000000000002"
Criterion = Mapping[str, Any]


def typical(step: int, emails: list[str]) -> Iterator[tuple[str, Criterion]]:
    """Yield one typical criterion of each type; another `step` gives other values."""
    year = {"fromDate": f"202{4 + step}-01-01", "toDate": f"202{4 + step}-12-31"}
    money = {"fromAmount": 100 + step, "toAmount": 1000}
    count = {"min": 1 + step, "max": 3}
    days = {"days": 30 + step}
    between = {"fromDays": step, "toDays": 60}
    event = {"customEvent": "app_login"}
    shop = (APP, SHOP)[step]
    sport = ("yoga", "trail")[step]
    yield "bought_through_channel", {"posIds": [shop]}
    yield "transaction_count", {"min": 5 + step, "max": 20}
    yield "average_transaction_amount", money
    yield "transaction_percent_in_channel", {"posId": shop, "percent": 0.6}
    yield "purchase_period", year
    yield "bought_labels", {"labels": [{"key": "sport", "value": sport}]}
    yield "bought_makers", {"makers": [("Corvid", "Estuary")[step]]}
    yield "anniversary", {"anniversaryType": ("birthday", "registration")[step], "days": 14}
    yield "last_purchase_n_days_before", days
    yield "last_transaction_between_days", between
    yield "last_custom_event_n_days_before", event | days
    yield "last_custom_event_between_days", event | between
    yield "bought_skus", {"skuIds": [("YOGA-MAT-7", "TRAIL-SHOE-1")[step]]}
    yield "transaction_amount", money
    yield "transaction_amount_each_day_in_period", year | {"fromAmount": 0, "toAmount": 500 + step}
    yield "transaction_amount_in_period", year | money
    yield "transaction_count_in_period", year | count
    yield "transaction_amount_each_day_in_last_n_days", days | {"fromAmount": 0, "toAmount": 400}
    yield "transaction_amount_in_last_n_days", days | money
    yield "customer_in_level", {"levelId": ("Gold", "Silver")[step]}
    yield "customer_has_labels", {"labels": [{"key": ("newsletter", "tier")[step]}]}
    yield (
        "customer_with_labels_values",
        {"labels": [{"key": "tier", "value": ("gold", "silver")[step]}]},
    )
    yield "customer_list", {"customers": emails[step : 1000 + step]}
    yield "gender", {"gender": ("female", "male")[step]}
    yield "city", {"cities": [("Berlin", "Wien")[step]]}
    yield "province", {"provinces": [("Bayern", "England")[step]]}
    yield "country", {"countries": [("DE", "FR")[step]]}
    yield "postal", {"postalCodes": [("10115", "1010")[step]]}
    yield "age", {"min": 30 + step, "max": 50}
    yield "campaign_completion", {"campaignIds": [BLACK_WEEK, str(step)]}
    yield "customer_csv_list", {"customers": emails[step:]}
    yield "achievement_completion_count", {"achievementId": TEN, **count}
    yield "achievement_rule_progress", {"achievementId": TEN, "ruleId": RULE, **count}
    yield "customer_in_tiers", {"tierIds": [("Gold", "Silver")[step], "Platinum"]}
    yield "member_registration_date", year
    yield "member_custom_field_value", {"key": "shoeSize", "values": [(38, 42)[step]]}
    yield "member_loyalty_card_number", {"loyaltyCardNumbers": [f"29{1 + step:010d}"]}
    yield "challenge_campaign_completion_count", {"campaignId": HIKE, **count}
    yield (
        "challenge_campaign_milestone_progress",
        {"campaignId": HIKE, "milestoneId": SUMMIT, **count},
    )


def resident() -> float:
    """Return the memory of this process in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def timed(work: Callable[[], Reply]) -> tuple[float, Any]:
    """Return the seconds of a call that succeeds, and its body."""
    started = time.perf_counter()
    reply = work()
    seconds = time.perf_counter() - started
    assert reply.status == 200, reply
    return seconds, reply.body


def create(service: Service, name: str, criterion: Criterion) -> tuple[float, str, int]:
    """Create an active segment; return the seconds, its id and how many it selects."""
    parts = [{"criteria": [criterion]}]
    call = Call(
        "segmentPost",
        path={"storeCode": "default"},
        body={"segment": {"name": name, "active": True, "parts": parts}},
        has_body=True,
        sent=HEADERS,
    )
    seconds, body = timed(lambda: service.answer(call))
    record = service.state("openloyalty").worlds["default"].record(body["segmentId"])
    return seconds, body["segmentId"], len(record.members)


def members(service: Service, segment: str, **query: Any) -> tuple[float, int]:
    """List members; return the seconds and how many match."""
    call = Call(
        "segmentGetMembers",
        path={"storeCode": "default", "segment": segment},
        query={"_page": 1, "_itemsOnPage": 50, **query},
        sent=HEADERS,
    )
    seconds, body = timed(lambda: service.answer(call))
    return seconds, body["total"]["filtered"]


def main() -> None:
    """Print every figure, worst first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    before = resident()
    started = time.perf_counter()
    service = open_service(
        Settings(
            vendors=("openloyalty",),
            customers=asked.members,
            clock=lambda: Clock(NOW, frozen=True),
        )
    )
    worlds = service.state("openloyalty").worlds
    seed = time.perf_counter() - started
    seeded = resident() - before
    for code, world in worlds.items():
        people = world.segmentation.population
        bought = len(people.activity.purchases.owners)
        print(f"store {code}: {len(people.members):,} members, {bought:,} transactions")
    print(f"seed of all stores: {seed:.1f} s (bar {SEED_BAR:.0f}), {seeded:.0f} MB")

    people = worlds["default"].segmentation.population
    emails = [member.email for member in people.members]
    found: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for step in (0, 1):
        for kind, own in typical(step, emails):
            seconds, _, sizes[kind] = create(service, f"{kind} {step}", {"type": kind, **own})
            found.setdefault(kind, []).append(seconds)
    assert found.keys() == KINDS.keys()
    print(f"\n{'segment':48}{'first s':>9}{'next s':>9}{'members':>10}")
    for kind, (first, following) in sorted(found.items(), key=lambda row: -max(row[1])):
        print(f"{kind:48}{first:9.3f}{following:9.3f}{sizes[kind]:10,}")
    worst = max(max(seconds) for seconds in found.values())
    print(f"worst: {worst:.3f} s (bar {SEGMENT_BAR:.0f}), {resident() - before:.0f} MB in all")

    _, half, size = create(service, "Half", {"type": "gender", "gender": "female"})
    print(f"\nmembers of a segment of {size:,}")
    lists = {
        "first page": members(service, half),
        "last page": members(service, half, _page=size // 50),
        "filter lastName": members(service, half, lastName="Smith"),
        "sort lastName": members(service, half, _orderBy={"lastName": "asc"}),
        "sort createdAt, page 500": members(
            service, half, _page=500, _orderBy={"createdAt": "desc"}
        ),
    }
    for name, (seconds, filtered) in lists.items():
        print(f"{name:48}{seconds:9.3f} s{filtered:9,}")
    if asked.json:
        report = {"seed": seed, "megabytes": seeded, "segments": found, "lists": lists}
        asked.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if seed > SEED_BAR or worst > SEGMENT_BAR:
        raise SystemExit("a bar is missed")


if __name__ == "__main__":
    main()
