"""What callers may see of segments and of their assignments."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.vendors.emporix.model import MANAGE, READ, READ_OWN


@pytest.fixture
def members(shop: Any) -> Any:
    """Segments that Anna (B2C), Ben (two entities) and Carl (one) are in."""
    populate(shop)
    return shop


def populate(shop: Any) -> None:
    """Add segments and put customers into them."""
    for segment in ("all", "b2c", "e1", "e2"):
        shop.add(segment)
    shop.add("off", status="INACTIVE")
    for segment, customer, entity in (
        ("off", "anna", None),
        ("b2c", "anna", None),
        ("b2c", "ben", None),
        ("e1", "ben", "e1"),
        ("e2", "ben", "e2"),
        ("off", "ben", "e1"),
        ("e1", "carl", "e1"),
        ("b2c", "carl", None),
    ):
        assert shop.assign(segment, customer, entity).status == 201


def seen(shop: Any, by: Any, **query: Any) -> list[str]:
    """Return what GET /segments shows; GET of one segment must agree."""
    found: list[str] = shop.ids(shop.call("GET-retrieve-segments", query=query, by=by))
    if not query.keys() - {"legalEntityId"}:
        for segment in ("all", "b2c", "e1", "e2", "off"):
            reply = shop.call(
                "GET-retrieve-segment", path={"segmentId": segment}, query=query, by=by
            )
            assert (reply.status == 200) == (segment in found)
    return found


def test_readers_see_everything(members: Any, call_as: Any) -> None:
    """segment_read sees all segments, with segment_read_own beside it too (EMX-090, EMX-011)."""
    everything = ["all", "b2c", "e1", "e2", "off"]
    assert seen(members, call_as(READ)) == everything
    assert seen(members, call_as(READ, READ_OWN, customer="anna")) == everything


def test_a_customer_sees_its_own_active_segments(members: Any, call_as: Any) -> None:
    """Only active segments with an own assignment are there.

    EMX-105, EMX-106, EMX-108, EMX-010.
    """
    assert seen(members, call_as(READ_OWN, customer="anna")) == ["b2c"]
    assert seen(members, call_as(READ_OWN, customer="emi")) == []


def test_a_service_with_read_own_owns_nothing(members: Any, call_as: Any) -> None:
    """A caller that is no customer gets empty lists and finds nothing."""
    service = call_as(READ_OWN)
    assert seen(members, service) == []
    reply = members.call("POST-search-segments", by=service)
    assert (reply.status, list(reply.body)) == (200, [])


def test_the_legal_entity_of_the_token_counts(members: Any, call_as: Any) -> None:
    """Bound tokens own that entity's assignments and those for none; unbound ones all (EMX-115)."""
    assert seen(members, call_as(READ_OWN, customer="ben", legal_entity="e1")) == ["b2c", "e1"]
    assert seen(members, call_as(READ_OWN, customer="ben", legal_entity="e2")) == ["b2c", "e2"]
    assert seen(members, call_as(READ_OWN, customer="ben")) == ["b2c", "e1", "e2"]


def test_the_parameter_counts_for_several_entities_only(members: Any, call_as: Any) -> None:
    """LegalEntityId narrows for Ben, who has two entities, and not for Carl, who has one.

    EMX-099.
    """
    ben = call_as(READ_OWN, customer="ben")
    assert seen(members, ben, legalEntityId="e2") == ["b2c", "e2"]
    assert seen(members, ben, legalEntityId="nothing") == ["b2c"]
    carl = call_as(READ_OWN, customer="carl", legal_entity="e1")
    assert seen(members, carl, legalEntityId="e2") == ["b2c", "e1"]
    assert seen(members, call_as(READ), legalEntityId="e2") == ["all", "b2c", "e1", "e2", "off"]


def test_the_parameter_never_widens(members: Any, call_as: Any) -> None:
    """A token bound to one legal entity sees nothing of another, whatever it asks for (EMX-115)."""
    ben = call_as(READ_OWN, customer="ben", legal_entity="e1")
    members.stock("e2", "boots", "CATEGORY")
    for entity in ("e1", "e2", "nothing"):
        query = {"legalEntityId": entity}
        assert seen(members, ben, **query) == ["b2c", "e1"]
        assert members.ids(members.call("POST-search-segments", query=query, by=ben)) == [
            "b2c",
            "e1",
        ]
        assert members.call("GET-retrieve-segments-items", query=query, by=ben).body == []
        assert members.call("GET-retrieve-category-trees", query=query, by=ben).body == []
        path = {"segmentId": "e2", "type": "CATEGORY", "itemId": "boots"}
        for operation in ("GET-retrieve-segment-items", "GET-retrieve-item", "POST-search-items"):
            assert members.call(operation, path=path, query=query, by=ben).status == 404


def test_empty_parameters_count_as_absent(members: Any, call_as: Any) -> None:
    """An empty siteCode, legalEntityId or customerId restricts and refuses nothing."""
    ben = call_as(READ_OWN, customer="ben")
    query = {"siteCode": "", "legalEntityId": "", "customerId": ""}
    assert seen(members, ben, legalEntityId="") == ["b2c", "e1", "e2"]
    assert seen(members, ben, **query) == ["b2c", "e1", "e2"]
    assert members.find(**query) == ["all", "b2c", "e1", "e2", "off"]
    members.stock("e2", "boots", "CATEGORY")
    for by in (ben, members.staff):
        reply = members.call("GET-retrieve-segments-items", query=query, by=by)
        assert len(reply.body) == 1
    assert members.call("GET-retrieve-category-trees", query=query, by=ben).body != []


def test_segments_of_a_customer(members: Any, call_as: Any, headers_of: Any) -> None:
    """CustomerId shows a reader the segments of a customer, inactive ones too (EMX-097)."""
    assert members.find(customerId="anna") == ["b2c", "off"]
    assert members.find(customerId="ben") == ["b2c", "e1", "e2", "off"]
    assert members.find(customerId="ben", legalEntityId="e1") == ["b2c", "e1", "off"]
    assert members.find(customerId="carl", legalEntityId="e2") == ["b2c", "e1"]
    assert members.find(customerId="ghost") == []
    assert members.find("status:ACTIVE", customerId="anna") == ["b2c"]
    reply = members.call(
        "GET-retrieve-segments",
        query={"customerId": "anna"},
        by=call_as(READ_OWN, customer="anna"),
    )
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (403, "EMX-098")
    assert reply.body["status"] == "Forbidden"


def test_a_foreign_customer_id_is_a_choice(open_shop: Any, call_as: Any) -> None:
    """By choice customerId has no effect without segment_read."""
    shop = open_shop(customer_id_own="ignore")
    populate(shop)
    assert seen(shop, call_as(READ_OWN, customer="anna"), customerId="ben") == ["b2c"]


@pytest.mark.parametrize(("choice", "found"), [("active", ["b2c"]), ("all", ["b2c", "off"])])
def test_searching_own_segments(open_shop: Any, anna: Any, choice: str, found: list[str]) -> None:
    """A search finds the own active segments; by choice inactive ones too."""
    shop = open_shop(search_own=choice)
    populate(shop)
    assert shop.ids(shop.call("POST-search-segments", body={}, by=anna)) == found
    query = {"q": "siteCode:main"}
    assert shop.ids(shop.call("POST-search-segments", body=query, by=anna)) == found


@pytest.mark.parametrize(("choice", "status"), [("404", 404), ("403", 403)])
def test_a_foreign_segment_is_a_choice(
    open_shop: Any, anna: Any, headers_of: Any, choice: str, status: int
) -> None:
    """A foreign or inactive segment is 404, or 403 by choice; an unknown one 404 always."""
    shop = open_shop(read_own_foreign=choice)
    populate(shop)
    for segment in ("all", "off"):
        for operation in ("GET-retrieve-segment", "GET-retrieve-customers"):
            reply = shop.call(operation, path={"segmentId": segment}, by=anna)
            assert reply.status == status
            assert headers_of(reply)["X-Mock-Requirement"] == "EMX-109"
    reply = shop.call("GET-retrieve-segment", path={"segmentId": "ghost"}, by=anna)
    assert reply.status == 404


def test_a_customer_sees_its_own_assignments_only(
    members: Any, call_as: Any, value_of: Any
) -> None:
    """The assignments of a segment are the own ones, for the legal entity in force (EMX-110)."""

    def own(segment: str, by: Any, **query: Any) -> list[tuple[str, Any]]:
        reply = members.call(
            "GET-retrieve-customers", path={"segmentId": segment}, query=query, by=by
        )
        rows = [value_of(row) for row in reply.body]
        return [(row["customer"]["id"], row.get("legalEntity", {}).get("id")) for row in rows]

    assert own("b2c", call_as(READ_OWN, customer="anna")) == [("anna", None)]
    assert own("e1", call_as(READ_OWN, customer="carl", legal_entity="e1")) == [("carl", "e1")]
    ben = call_as(READ_OWN, customer="ben", legal_entity="e1")
    members.assign("e1", "ben", "e2")
    assert own("e1", ben) == [("ben", "e1")]
    assert own("e1", ben, q="legalEntity.id:e2") == []
    assert own("e1", call_as(READ, MANAGE)) == [("ben", "e1"), ("carl", "e1"), ("ben", "e2")]


def test_validity_counts_by_choice(open_shop: Any, anna: Any, clock: Any) -> None:
    """By choice an expired or future segment is not active; at its bounds it is."""
    periods = {
        "none": {},
        "past": {"to": "2026-11-20T11:59:59.999Z"},
        "future": {"from": "2026-11-20T12:00:00.001Z"},
        "now": {"from": "2026-11-20T12:00:00Z", "to": "2026-11-20T12:00:00Z"},
    }
    for choice, active in (
        ("status", ["none", "past", "future", "now"]),
        ("status-and-validity", ["none", "now"]),
    ):
        shop = open_shop(active=choice)
        for name, validity in periods.items():
            shop.add(name, validity=validity)
            shop.assign(name, "anna")
        shop.add("plain")
        assert shop.ids(shop.call("GET-retrieve-segments", by=anna)) == active
        assert shop.world.is_active(shop.world.segment("plain"))


def test_the_list_of_a_customer_may_be_the_catalogue(open_shop: Any, anna: Any) -> None:
    """By choice GET /segments shows a customer every active segment; the rest stays its own."""
    shop = open_shop(own_list="catalogue", active="status-and-validity")
    shop.add("mine")
    shop.add("other")
    shop.add("off", status="INACTIVE")
    shop.add("over", validity={"to": "2020-01-01T00:00:00Z"})
    shop.assign("mine", "anna")
    listed = shop.call("GET-retrieve-segments", query={"q": "siteCode:main"}, by=anna)
    assert shop.ids(listed) == ["mine", "other"]
    assert shop.ids(shop.call("POST-search-segments", by=anna)) == ["mine"]
    path = {"segmentId": "other"}
    assert shop.call("GET-retrieve-segment", path=path, by=anna).status == 404
