"""The life of a segment: create, read, change, switch, remove."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

COUNT = {"type": "transaction_count", "min": 1, "max": 5}
UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def test_a_created_segment_can_be_read(cast: Any) -> None:
    """Creating answers the id under which the segment is found (OLO-040, OLO-041, OLO-055)."""
    reply = cast.ask(
        "segmentPost",
        body={"segment": {"name": "Hikers", "description": "", "active": True, "parts": []}},
    )

    assert reply.status == 200
    assert list(reply.body) == ["segmentId"]
    found = cast.get(reply.body["segmentId"])
    assert uuid.UUID(found["segmentId"]).version == 4
    assert (found["name"], found["description"], found["active"]) == ("Hikers", "", True)
    assert found["currency"] == "EUR"
    assert found["parts"] == []
    assert found.keys() - {"description", "parts", "calculatedAt"} == {
        "segmentId",
        "name",
        "active",
        "createdAt",
        "customersCount",
        "averageTransactionAmount",
        "averageTransactions",
        "averageClv",
        "currency",
    }


def test_the_currency_is_the_store_s(cast: Any) -> None:
    """Each store shows its own currency."""
    segment = next(iter(cast.world("outlet").records))

    assert cast.ask("segmentGet", segment, store="outlet").body["currency"] == "GBP"


def test_only_a_name_is_needed(cast: Any, clock: Any) -> None:
    """A segment of nothing but a name is inactive, never calculated and without description.

    OLO-052, OLO-046.
    """
    found = cast.get(cast.create("Bare"))

    assert found["active"] is False
    assert not found.keys() & {"description", "calculatedAt"}
    assert found["createdAt"] == "2026-11-20T12:00:00.000Z"
    assert found["customersCount"] == found["averageClv"] == 0


def test_ids_of_parts_and_criteria_are_made_up_when_missing(cast: Any) -> None:
    """Missing and empty ids become UUIDs; given ones are kept."""
    parts = [
        {"criteria": [COUNT, COUNT | {"criterionId": ""}]},
        {"segmentPartId": "", "criteria": []},
        {"segmentPartId": "mine", "criteria": [COUNT | {"criterionId": "own"}]},
        {},
    ]

    shown = cast.get(cast.create("Ids", parts=parts))["parts"]

    made_up = [shown[0]["segmentPartId"], shown[1]["segmentPartId"], shown[3]["segmentPartId"]]
    made_up += [criterion["criterionId"] for criterion in shown[0]["criteria"]]
    assert len({uuid.UUID(each) for each in made_up}) == 5
    assert shown[2]["segmentPartId"] == "mine"
    assert shown[2]["criteria"] == [COUNT | {"criterionId": "own"}]


def test_criteria_are_shown_as_they_were_sent(cast: Any) -> None:
    """Own fields, known or not, come back flat beside id and type, in list and detail."""
    sent = [
        {"criterionId": "1", "type": "age", "from": 18, "deep": {"a": [None, 1.5, {"": "é\x00"}]}},
        {"criterionId": "2", **COUNT, "note": "extra"},
    ]
    segment = cast.create("Echo", parts=[{"segmentPartId": "p", "criteria": sent}])

    assert cast.get(segment)["parts"] == [{"segmentPartId": "p", "criteria": sent}]
    rows = cast.ask("segmentGetList", query={"name": "Echo"}).body["items"]
    assert rows[0]["parts"] == [{"segmentPartId": "p", "criteria": sent}]


def test_parts_can_be_left_out_of_the_detail(choosing: Callable[..., Any]) -> None:
    """By choice the detail has the published fields only."""
    client = choosing(detail_parts="omit")

    assert "parts" not in client.get(client.gold)


def test_averages_are_numbers_in_the_detail_and_strings_in_the_list(cast: Any) -> None:
    """The two schemas contradict each other, and both are served as they stand.

    OLO-056, OLO-057.
    """
    detail = cast.get(cast.gold)
    row = cast.ask("segmentGetList", query={"name": "Gold Members"}).body["items"][0]

    for name in ("averageTransactionAmount", "averageTransactions", "averageClv"):
        assert isinstance(detail[name], float)
        assert row[name] == f"{detail[name]:.2f}"
    assert "currency" not in row


def test_a_name_is_unique_in_its_store(cast: Any) -> None:
    """A name that is taken is refused with its path; another store does not matter."""
    reply = cast.ask("segmentPost", body={"segment": {"name": "Big spenders"}})

    assert reply.status == 400
    assert reply.body["errors"] == [
        {
            "message": "Segment with this name already exists.",
            "parameters": {},
            "plural": None,
            "code": "unique",
            "path": "name",
        }
    ]
    assert cast.header(reply, "X-Mock-Requirement") == "OLO-045"
    assert cast.header(reply, "X-Mock-Pointer") == "/segment/name"
    body = {"segment": {"name": "Big spenders"}}
    assert cast.ask("segmentPost", store="outlet", body=body).status == 200


def test_a_freed_name_can_be_used_again(cast: Any) -> None:
    """A removed or renamed segment gives its name back; a segment may keep its own."""
    first = cast.create("First")
    assert cast.ask("segmentPut", first, body={"segment": {"name": "First"}}).status == 200
    assert cast.ask("segmentPut", first, body={"segment": {"name": "Renamed"}}).status == 200
    second = cast.create("First")
    assert cast.ask("segmentPut", second, body={"segment": {"name": "Renamed"}}).status == 400
    assert cast.get(second)["name"] == "First"
    assert cast.ask("segmentDelete", first).status == 204
    cast.create("Renamed")


def test_names_may_repeat_by_choice(choosing: Callable[..., Any]) -> None:
    """By choice several segments have one name, and live on their own."""
    client = choosing(duplicate_name="accept")
    first, second = client.create("Twin"), client.create("Twin")

    assert client.ask("segmentPut", first, body={"segment": {"name": "Gold Members"}}).status == 200
    assert client.ask("segmentDelete", first).status == 204
    assert client.get(second)["name"] == "Twin"


def test_a_change_replaces_what_it_names(cast: Any) -> None:
    """Parts that are sent replace all parts; id and createdAt stay (OLO-065, OLO-071)."""
    segment = cast.create("Before", description="old", parts=[{"criteria": [COUNT]}] * 2)
    before = cast.get(segment)

    new = {"segmentPartId": "p", "criteria": [{"criterionId": "c", "type": "gender"}]}
    form = {"name": "After", "description": "new", "active": True, "parts": [new]}
    reply = cast.ask("segmentPut", segment, body={"segment": form})

    assert (reply.status, reply.body) == (200, {"segmentId": segment})
    after = cast.get(segment)
    assert {name: after[name] for name in form} == form
    assert after["createdAt"] == before["createdAt"]
    row = cast.ask("segmentGetList", query={"name": "After"}).body["items"][0]
    assert row["description"] == "new"


def test_a_change_keeps_what_it_does_not_name(cast: Any, clock: Any) -> None:
    """Without description, active and parts a change is a change of the name."""
    before = cast.get(cast.named(2))
    clock.wait(5)

    cast.ask("segmentPut", cast.named(2), body={"segment": {"name": "Renamed"}})

    after = cast.get(cast.named(2))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "calculatedAt"}


def test_a_change_without_active_can_switch_off(choosing: Callable[..., Any]) -> None:
    """By choice a missing active means inactive, as in the older edition's form."""
    client = choosing(put_without_active="false")

    client.ask("segmentPut", client.gold, body={"segment": {"name": "Gold"}})
    assert client.get(client.gold)["active"] is False
    client.ask("segmentPut", client.gold, body={"segment": {"name": "Gold", "active": True}})
    assert client.get(client.gold)["active"] is True


def test_a_removed_segment_is_gone(cast: Any) -> None:
    """A removed segment is gone for every later request (OLO-075, OLO-076)."""
    segment = cast.create("Short-lived", active=True)
    count = cast.ask("segmentGetList").body["total"]["all"]

    reply = cast.ask("segmentDelete", segment)

    assert (reply.status, reply.body) == (204, None)
    for operation in (
        "segmentGet",
        "segmentDelete",
        "segmentGetMembers",
        "segmentPostActivate",
        "segmentPostDeactivate",
    ):
        assert cast.ask(operation, segment).status == 404, operation
    assert cast.ask("segmentPut", segment, body={"segment": {"name": "x"}}).status == 404
    assert cast.ask("_getSegmentAssociation", segment, resourceName="reward").status == 404
    assert cast.ask("segmentGetList").body["total"]["all"] == count - 1


def test_a_segment_in_use_is_not_removed(cast: Any) -> None:
    """A segment that something uses stays, and the refusal says what uses it."""
    reply = cast.ask("segmentDelete", cast.gold)

    assert reply.status == 400
    assert reply.body["errors"][0]["code"] == "inUse"
    assert "reward" in reply.body["message"]
    assert "campaign" in reply.body["message"]
    assert cast.get(cast.gold)["name"] == "Gold Members"


def test_a_segment_in_use_can_be_removed_by_choice(choosing: Callable[..., Any]) -> None:
    """By choice the uses end with the segment; those of others stay."""
    client = choosing(delete_associated="allow")

    assert client.ask("segmentDelete", client.gold).status == 204
    reply = client.ask("_getSegmentAssociation", client.named(2), resourceName="reward")
    assert [item["name"] for item in reply.body["items"]] == ["Free shipping", "Platinum lounge"]


def test_activating_and_deactivating_are_idempotent(cast: Any) -> None:
    """Switching on what is on, or off what is off, is no error.

    OLO-080, OLO-081, OLO-082, OLO-083.
    """
    segment = cast.create("Switch")

    for operation, active in (("segmentPostActivate", True), ("segmentPostDeactivate", False)):
        for _ in range(2):
            reply = cast.ask(operation, segment)
            assert (reply.status, reply.body) == (204, None)
            assert cast.get(segment)["active"] is active


def test_stores_do_not_see_each_other(cast: Any) -> None:
    """A segment of one store cannot be found, changed or removed through another."""
    for operation in ("segmentGet", "segmentDelete", "segmentPostDeactivate"):
        assert cast.ask(operation, cast.gold, store="outlet").status == 404
    assert cast.get(cast.gold)["active"] is True


def test_an_unknown_id_is_404(cast: Any) -> None:
    """An id that nobody has gets the vendor's short body (OLO-061, OLO-010)."""
    reply = cast.ask("segmentGet", UNKNOWN)

    assert (reply.status, reply.body) == (404, {"code": 404, "message": "Segment not found."})
    assert cast.header(reply, "X-Mock-Pointer") == "/path/segment"


def test_ids_are_found_in_either_case(cast: Any) -> None:
    """A UUID is the same in capitals."""
    segment = cast.create("Case")

    assert cast.get(segment.upper())["segmentId"] == segment
    uses = cast.ask("_getSegmentAssociation", cast.gold.upper(), resourceName="reward")
    assert uses.body["total"]["all"] == 1
    assert cast.ask("segmentDelete", cast.gold.upper()).status == 400


@pytest.mark.parametrize(
    ("own", "pointer"),
    [
        ({"x": 2**64}, "/segment/parts/0/criteria/0/x"),
        ({"x": -(2**63) - 1}, "/segment/parts/0/criteria/0/x"),
        ({"x": ["\ud800"]}, "/segment/parts/0/criteria/0/x/0"),
        ({"\udfff": 1}, "/segment/parts/0/criteria/0"),
    ],
)
def test_what_could_not_be_written_again_is_refused(
    cast: Any, own: dict[str, Any], pointer: str
) -> None:
    """Numbers and texts that JSON cannot hold are refused instead of breaking later answers."""
    body = {"segment": {"name": "Odd", "parts": [{"criteria": [{"type": "age", **own}]}]}}

    reply = cast.ask("segmentPost", body=body)

    assert reply.status == 400
    assert cast.header(reply, "X-Mock-Pointer") == pointer
    assert cast.header(reply, "X-Mock-Requirement") == "OLO-014"


@pytest.mark.parametrize("field", ["name", "description", "segmentPartId"])
def test_texts_that_are_no_unicode_are_refused(cast: Any, field: str) -> None:
    """Half of a surrogate pair is no text, wherever it stands."""
    form: dict[str, Any] = {"name": "Half", "parts": [{}]}
    (form["parts"][0] if field == "segmentPartId" else form)[field] = "\ud83d"

    assert cast.ask("segmentPost", body={"segment": form}).status == 400


def test_what_is_not_kept_is_not_judged(cast: Any) -> None:
    """Fields that the form does not have are passed over, whatever they hold."""
    odd = {"x": 2**70, "y": "\ud800"}
    form = {"name": "Odd", **odd, "parts": [{**odd, "criteria": [{"type": "age", "x": 2**64 - 1}]}]}

    assert cast.ask("segmentPost", body={"segment": form, **odd}).status == 200


def test_deep_nesting_is_refused(cast: Any) -> None:
    """A body nested too deep to be written again is refused; less deep ones work."""

    def nested(levels: int) -> dict[str, Any]:
        deep: Any = 1
        for _ in range(levels):
            deep = [deep]
        return {"name": f"Deep {levels}", "parts": [{"criteria": [{"type": "age", "x": deep}]}]}

    assert cast.ask("segmentPost", body={"segment": nested(20)}).status == 200
    assert cast.ask("segmentPost", body={"segment": nested(40)}).status == 400
    assert cast.ask("segmentPost", body={"segment": nested(900)}).status == 400


def test_the_number_of_criteria_is_bounded(cast: Any) -> None:
    """A thousand criteria work, and a thousand parts; one more does not (OLO-014)."""

    def form(count: int) -> dict[str, Any]:
        return {"segment": {"name": f"N{count}", "parts": [{"criteria": [COUNT] * count}]}}

    assert cast.ask("segmentPost", body=form(1000)).status == 200
    reply = cast.ask("segmentPost", body=form(1001))
    assert (reply.status, reply.body["errors"][0]["path"]) == (400, "parts")
    for count, status in ((1000, 200), (1001, 400)):
        parts = {"segment": {"name": f"P{count}", "parts": [{}] * count}}
        assert cast.ask("segmentPost", body=parts).status == status


def test_a_refused_change_changes_nothing(cast: Any) -> None:
    """A change with one bad criterion leaves the segment as it was (OLO-015)."""
    before = cast.get(cast.gold)
    bad = [{"criteria": [COUNT, {"type": "bought_skus", "skuIds": []}]}]

    form = {"name": "Other", "active": False, "parts": bad}
    assert cast.ask("segmentPut", cast.gold, body={"segment": form}).status == 400
    taken = {"name": "Big spenders", "active": False}
    assert cast.ask("segmentPut", cast.gold, body={"segment": taken}).status == 400

    assert cast.get(cast.gold) == before
    count = cast.ask("segmentGetList").body["total"]["all"]
    assert cast.ask("segmentPost", body={"segment": form}).status == 400
    assert cast.ask("segmentGetList").body["total"]["all"] == count


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("reward", ["Free shipping"]),
        ("achievement", []),
        ("campaign", ["Double points in black week"]),
    ],
)
def test_associations_are_told_by_kind(cast: Any, kind: str, names: list[str]) -> None:
    """A page of associations holds resources of the kind that was asked for.

    OLO-110, OLO-111, OLO-112.
    """
    reply = cast.ask("_getSegmentAssociation", cast.gold, resourceName=kind)

    assert reply.status == 200
    assert [item["name"] for item in reply.body["items"]] == names
    assert reply.body["total"] == {"all": len(names), "estimated": False}
    for item in reply.body["items"]:
        assert set(item) == {"id", "name", "active", "additionalData"}


def test_associations_have_pages(cast: Any) -> None:
    """Associations are paged like every list."""
    query = {"_itemsOnPage": 1, "_page": 2}
    reply = cast.ask("_getSegmentAssociation", cast.named(2), resourceName="reward", query=query)

    assert [item["name"] for item in reply.body["items"]] == ["Platinum lounge"]
    assert reply.body["total"]["all"] == 2
