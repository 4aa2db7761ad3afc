"""A back end builds a segment feature on Open Loyalty, with nothing but HTTP and time.

The vendor has no operation by which members see their own segments: a shop's back end
asks on their behalf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from mockserver.kernel.instants import DAY, MINUTE

from .conftest import Shop

ANNA, EMI = "anna.bauer@example.com", "emi.tanaka@example.com"
GOLD = "Gold Members"


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """The named cast and nobody else."""
    return open_shop(vendors=("openloyalty",), segments=0, customers=0)


@pytest.fixture
def back_end(shop: Shop) -> Iterator[httpx.Client]:
    """Somebody who has not logged in yet."""
    with shop.browser() as client:
        yield client


def log_in(client: httpx.Client) -> None:
    """Log in as an admin."""
    sent = {"username": "admin", "password": "password"}
    tokens = client.post("/api/admin/login_check", json=sent).json()
    client.headers["Authorization"] = f"Bearer {tokens['token']}"


def segment_id(client: httpx.Client, name: str) -> str:
    """Find a segment by its name."""
    listed = client.get("/api/default/segment", params={"name": name}).json()
    assert listed["total"]["filtered"] == 1
    found: str = listed["items"][0]["segmentId"]
    return found


def emails(client: httpx.Client, segment: str) -> set[str]:
    """Return who is in a segment."""
    path = f"/api/default/segment/{segment}/members"
    listed = client.get(path, params={"_itemsOnPage": 50}).json()
    assert listed["total"]["all"] == len(listed["items"])
    return {member["email"] for member in listed["items"]}


def test_a_member_loses_a_segment_as_time_passes_and_gets_it_back(
    shop: Shop, back_end: httpx.Client
) -> None:
    """Who bought lately is reckoned by the clock; every figure follows."""
    # Nobody sees anything before logging in, and a member's login opens no segments.
    assert back_end.get("/api/default/segment").status_code == 401
    sent = {"username": ANNA, "password": "segment-demo"}
    member = back_end.post("/api/default/member/login_check", json=sent).json()
    as_member = {"Authorization": f"Bearer {member['token']}"}
    assert back_end.get("/api/default/segment", headers=as_member).status_code == 403
    log_in(back_end)

    # Anna's segment, and the rewards that it unlocks.
    gold = segment_id(back_end, GOLD)
    assert ANNA in emails(back_end, gold)
    rewards = back_end.get(f"/api/default/segment/{gold}/association/reward").json()
    assert [each["name"] for each in rewards["items"]] == ["Free shipping"]

    # A segment of those who bought in the last forty days; Anna's last purchase is 31 days ago.
    criterion = {"type": "last_purchase_n_days_before", "days": 40}
    form = {"name": "Came lately", "active": True, "parts": [{"criteria": [criterion]}]}
    made = back_end.post("/api/default/segment", json={"segment": form}).json()["segmentId"]
    shown = back_end.get(f"/api/default/segment/{made}").json()
    assert emails(back_end, made) == {ANNA, EMI}
    assert shown["customersCount"] == 2
    assert shown["calculatedAt"].startswith("2026-11-20T12:00:00")

    # Nine minutes later nothing has been worked out anew; on the next cycle it has.
    shop.clock.advance(9 * MINUTE)
    assert back_end.get(f"/api/default/segment/{made}").json() == shown
    shop.clock.advance(MINUTE)
    later = back_end.get(f"/api/default/segment/{made}").json()
    assert later["calculatedAt"].startswith("2026-11-20T12:10:00")
    assert later["customersCount"] == 2

    # Ten days later Anna is out. So is the back end: its token lived for a day.
    shop.clock.advance(10 * DAY)
    assert back_end.get(f"/api/default/segment/{made}").status_code == 401
    log_in(back_end)
    assert emails(back_end, made) == {EMI}
    assert back_end.get(f"/api/default/segment/{made}").json()["customersCount"] == 1

    # A kinder rule takes her back at once,
    form["parts"] = [{"criteria": [{**criterion, "days": 50}]}]
    assert back_end.put(f"/api/default/segment/{made}", json={"segment": form}).status_code == 200
    assert emails(back_end, made) == {ANNA, EMI}
    # time puts her out once more, and a clock that is set back takes her back again.
    shop.clock.advance(12 * DAY)
    log_in(back_end)
    assert emails(back_end, made) == {EMI}
    shop.clock.advance(-12 * DAY)
    assert emails(back_end, made) == {ANNA, EMI}

    # A deactivated segment keeps whom it had, whatever the time.
    assert back_end.post(f"/api/default/segment/{made}/deactivate").status_code == 204
    shop.clock.advance(12 * DAY)
    log_in(back_end)
    assert emails(back_end, made) == {ANNA, EMI}
    assert back_end.post(f"/api/default/segment/{made}/activate").status_code == 204
    assert emails(back_end, made) == {EMI}
