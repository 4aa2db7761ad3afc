"""What the contract version 2026-09 adds: groups of customers in segments, and /segments/me."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.call import Call
from mockserver.vendors.emporix.model import MANAGE, READ, READ_OWN, Group, localized

EDITION = "2026-09"


@pytest.fixture
def open_club(open_shop: Any) -> Any:
    """Open a shop with groups: `vip` (anna), `one` and `two` (ben, by legal entity), `staff`."""

    def open_one(**choices: str) -> Any:
        shop = open_shop(edition=EDITION, **choices)
        for group_id, user_type, entity, customers in (
            ("vip", "CUSTOMER", None, {"anna"}),
            ("one", "CUSTOMER", "e1", {"ben", "carl"}),
            ("two", "CUSTOMER", "e2", {"ben"}),
            ("staff", "EMPLOYEE", None, set()),
        ):
            name = localized({"en": f"Group {group_id}", "de": f"Gruppe {group_id}"})
            shop.world.plant_group(Group(group_id, name, user_type, entity, frozenset(customers)))
        for segment in ("s", "t", "u"):
            shop.add(segment)
        return shop

    return open_one


@pytest.fixture
def club(open_club: Any) -> Any:
    """A shop with groups and three active segments, every choice at its default."""
    return open_club()


def put(shop: Any, segment: str, group: str, **more: Any) -> Any:
    """Assign a group."""
    path = {"segmentId": segment, "groupId": group}
    return shop.call("PUT-update-group", path=path, **more)


def groups(shop: Any, segment: str, by: Any = None, value_of: Any = None, **query: Any) -> Any:
    """Return the ids of the groups that a caller sees, or the status of a refusal."""
    reply = shop.call("GET-retrieve-groups", path={"segmentId": segment}, query=query, by=by)
    if reply.status != 200:
        return reply.status
    return [getattr(one, "value", one)["group"]["id"] for one in reply.body]


def mine(shop: Any, by: Any, **query: Any) -> list[str]:
    """Return the ids of /segments/me."""
    ids: list[str] = shop.ids(shop.call("GET-retrieve-my-segments", query=query, by=by))
    return ids


def test_the_base_version_has_no_groups(shop: Any, open_vendor: Any) -> None:
    """Without the switch the six operations and the groups of the fixture do not exist."""
    with pytest.raises(KeyError):
        groups(shop, "s")
    platform = open_vendor("emporix").state("emporix")
    for world in platform.worlds.values():
        assert (len(world.groups), len(world.group_assignments)) == (0, 0)


def test_a_group_is_assigned_updated_and_taken_out(
    club: Any, clock: Any, value_of: Any, headers_of: Any
) -> None:
    """201 (EMX-404), 204 without a body (EMX-405), read back (EMX-412, EMX-413), gone (EMX-411)."""
    stamp = "2026-11-20T12:00:00.000Z"
    before = club.read("s")
    mixins = {"mixins": {"a": {"b": 1}}, "metadata": {"mixins": {"a": "https://example.com"}}}
    reply = put(club, "s", "vip", body=mixins)
    assert (reply.status, reply.body) == (201, {"id": "vip"})
    path = {"segmentId": "s", "groupId": "vip"}
    assert value_of(club.call("GET-retrieve-group", path=path).body) == {
        "segmentId": "s",
        "group": {"id": "vip", "name": {"en": "Group vip", "de": "Gruppe vip"}},
        "mixins": {"a": {"b": 1}},
        "metadata": {
            "createdAt": stamp,
            "modifiedAt": stamp,
            "version": 1,
            "mixins": {"a": "https://example.com"},
        },
    }
    clock.wait(60)
    reply = put(club, "s", "vip", body={"metadata": {"version": 1}})
    assert (reply.status, reply.body) == (204, None)
    metadata = value_of(club.call("GET-retrieve-group", path=path).body)["metadata"]
    assert metadata == {
        "createdAt": stamp,
        "modifiedAt": "2026-11-20T12:01:00.000Z",
        "version": 2,
    }
    stale = put(club, "s", "vip", body={"metadata": {"version": 1}})
    assert (stale.status, headers_of(stale)["X-Mock-Requirement"]) == (409, "EMX-407")
    assert put(club, "s", "vip").status == 204
    assert club.read("s") == before
    assert club.call("DELETE-remove-group", path=path).status == 204
    gone = club.call("GET-retrieve-group", path=path)
    assert (gone.status, headers_of(gone)["X-Mock-Requirement"]) == (404, "EMX-410")
    assert club.call("DELETE-remove-group", path=path).status == 204


def test_only_groups_of_customers_are_assigned(club: Any, open_club: Any, headers_of: Any) -> None:
    """One of employees (EMX-403) and an unknown one are refused; nothing changes."""
    before = club.snapshot()
    for group, requirement in (("staff", "EMX-403"), ("ghost", "EMX-409")):
        reply = put(club, "s", group)
        assert reply.status == 400
        assert headers_of(reply)["X-Mock-Requirement"] == requirement
        assert headers_of(reply)["X-Mock-Pointer"] == "/path/groupId"
    assert put(club, "ghost", "vip").status == 404
    assert groups(club, "ghost") == 404
    assert club.snapshot() == before
    lenient = open_club(unknown_reference="accept")
    assert put(lenient, "s", "ghost").status == 201
    assert groups(lenient, "s", q="group.name:missing") == ["ghost"]
    assert put(lenient, "s", "staff").status == 400


def test_choices_of_writing_groups(open_club: Any) -> None:
    """The 201 may be without a body; stricter choices hold for groups as for the rest."""
    shop = open_club(
        group_created_body="none",
        delete_missing="404",
        missing_segment="listed",
        put_without_version="refuse",
        mixins_without_schema="400",
    )
    reply = put(shop, "s", "vip")
    assert (reply.status, reply.body) == (201, None)
    assert put(shop, "s", "vip").status == 400
    assert put(shop, "s", "one", body={"mixins": {"a": {}}}).status == 400
    path = {"segmentId": "s", "groupId": "one"}
    assert shop.call("DELETE-remove-group", path=path).status == 404
    assert put(shop, "ghost", "vip").status == 400
    assert groups(shop, "ghost") == []


def test_lists_of_groups(club: Any, headers_of: Any, value_of: Any) -> None:
    """Pages, order, fields (EMX-430), totals (EMX-431), q (EMX-432), searches (EMX-416)."""
    for group in ("two", "one", "vip"):
        put(club, "s", group, body={"mixins": {"m": {"rank": len(group)}}})
    put(club, "t", "vip")
    assert groups(club, "s") == ["two", "one", "vip"]  # all of them (EMX-400)
    assert groups(club, "s", pageSize="2", pageNumber="2") == ["vip"]
    assert groups(club, "s", sort="group.id:desc") == ["vip", "two", "one"]
    assert groups(club, "s", q="group.id:(one,vip)") == ["one", "vip"]
    assert groups(club, "s", q="group.name.de:~two") == ["two"]
    assert groups(club, "s", q="segmentId:t") == []
    assert groups(club, "s", q="group:exists metadata.version:1 mixins.m.rank:3") == [
        "two",
        "one",
        "vip",
    ]
    assert groups(club, "s", q="(") == 400
    path = {"segmentId": "s"}
    reply = club.call(
        "POST-search-groups",
        path=path,
        body={"q": "group.id:~o"},
        query={"fields": "group.name", "pageSize": "1"},
        headers={"X-Total-Count": True, "Accept-Language": "de"},
    )
    assert headers_of(reply)["X-Total-Count"] == "2"
    assert reply.body == [{"group": {"name": {"de": "Gruppe two"}}}]
    assert len(club.call("POST-search-groups", path=path).body) == 3
    assert club.call("POST-search-groups", path=path, body={"q": "x"}).status == 400


def test_scopes_of_groups(open_vendor: Any) -> None:
    """Reading takes either reading scope (EMX-401), writing segment_manage (EMX-402)."""
    service = open_vendor("emporix", editions={"emporix": EDITION})

    def ask(who: str, operation: str, **path: str) -> tuple[int, str]:
        reply = service.answer(
            Call(
                operation.replace("-", "-customer-segment-", 1),
                path={"tenant": "acme", **path},
                sent={"authorization": f"Bearer demo-acme-{who}"},
            )
        )
        return reply.status, dict(reply.headers).get("X-Mock-Requirement", "")

    segment = {"segmentId": "platinum-segment"}
    one = {**segment, "groupId": "trading-buyers"}
    for who in ("reader", "manager", "emi"):
        assert ask(who, "GET-retrieve-groups", **segment) == (200, "")
        assert ask(who, "POST-search-groups", **segment) == (200, "")
    assert ask("reader", "GET-retrieve-group", **one) == (200, "")
    for operation in ("GET-retrieve-groups", "POST-search-groups", "GET-retrieve-group"):
        assert ask("editor", operation, **one) == (403, "EMX-401")
    for who in ("reader", "emi"):
        assert ask(who, "PUT-update-group", **one) == (403, "EMX-402")
        assert ask(who, "DELETE-remove-group", **one) == (403, "EMX-402")
    assert ask("editor", "PUT-update-group", **one) == (204, "")
    assert ask("reader", "GET-retrieve-my-segments") == (403, "EMX-424")
    assert ask("widget", "GET-retrieve-my-segments") == (200, "")


def test_what_a_customer_sees_of_groups(club: Any, open_club: Any, call_as: Any) -> None:
    """The groups that it is in, of active segments that it is in, by whichever way."""
    anna, ben = (call_as(READ_OWN, customer=name) for name in ("anna", "ben"))
    for group in ("vip", "one"):
        put(club, "s", group)
    assert groups(club, "s", by=anna) == ["vip"]
    assert groups(club, "s", by=ben) == 404
    assert groups(club, "s", by=call_as(READ_OWN, customer="ben", legal_entity="e1")) == ["one"]
    club.assign("s", "ben", "e1")
    assert groups(club, "s", by=ben) == []
    path = {"segmentId": "s", "groupId": "one"}
    assert club.call("GET-retrieve-group", path=path, by=anna).status == 404
    club.add("off", status="INACTIVE")
    put(club, "off", "vip")
    assert groups(club, "off", by=anna) == 404
    assert groups(club, "s", by=call_as(READ_OWN)) == 404
    every = open_club(group_own="all")
    for group in ("vip", "one"):
        put(every, "s", group)
    assert groups(every, "s", by=anna) == ["vip", "one"]


def test_my_segments(club: Any, call_as: Any) -> None:
    """Active ones (EMX-420), direct, by unbound groups (EMX-421), by those of the current legal
    entity (EMX-422); each once.
    """
    anna, ben = (call_as(READ_OWN, customer=name) for name in ("anna", "ben"))
    club.add("off", status="INACTIVE")
    club.assign("t", "anna")
    for segment, group in (("s", "vip"), ("t", "vip"), ("off", "vip"), ("t", "one"), ("u", "two")):
        put(club, segment, group)
    assert mine(club, anna) == ["s", "t"]
    # A group bound to no legal entity counts for whatever entity a token is bound to.
    assert mine(club, call_as(READ_OWN, customer="anna", legal_entity="e1")) == ["s", "t"]
    assert mine(club, ben) == []
    assert mine(club, ben, legalEntityId="e2") == ["u"]
    assert mine(club, call_as(READ_OWN, customer="ben", legal_entity="e1")) == ["t"]
    bound = call_as(READ_OWN, customer="ben", legal_entity="e2")
    assert mine(club, bound, legalEntityId="e1") == ["u"]
    # The only legal entity of a customer is bound at login; a parameter binds nothing.
    assert mine(club, call_as(READ_OWN, customer="carl"), legalEntityId="e1") == []
    assert mine(club, call_as(READ_OWN)) == []
    assert mine(club, call_as(READ, READ_OWN, MANAGE)) == []


def test_my_segments_as_a_list(club: Any, call_as: Any, headers_of: Any) -> None:
    """q, sort, pages, totals, fields and languages work as on other lists."""
    anna = call_as(READ_OWN, customer="anna")
    for segment in ("s", "t", "u"):
        put(club, segment, "vip")
    assert mine(club, anna, q="id:(u,s)", sort="id:desc") == ["u", "s"]
    assert mine(club, anna, pageSize="2", pageNumber="2") == ["u"]
    reply = club.call(
        "GET-retrieve-my-segments",
        query={"fields": "name", "pageSize": "1"},
        headers={"X-Total-Count": True, "Accept-Language": "en"},
        by=anna,
    )
    assert headers_of(reply)["X-Total-Count"] == "3"
    assert reply.body == [{"id": "s", "name": {"en": "s"}}]
    for query in ({"q": "x"}, {"pageSize": "0"}):
        assert club.call("GET-retrieve-my-segments", query=query, by=anna).status == 400


def test_my_segments_follow_the_clock(open_club: Any, clock: Any, call_as: Any) -> None:
    """By choice a segment is mine within its validity, whichever way the clock is moved."""
    shop = open_club(active="status-and-validity")
    shop.add("now", validity={"to": "2026-11-20T13:00:00Z"})
    put(shop, "now", "vip")
    anna = call_as(READ_OWN, customer="anna")
    hour = 3_600_000
    assert mine(shop, anna) == ["now"]
    assert groups(shop, "now", by=anna) == ["vip"]
    clock.advance(2 * hour)
    assert mine(shop, anna) == []
    assert groups(shop, "now", by=anna) == 404
    clock.advance(-2 * hour)
    assert mine(shop, anna) == ["now"]


def test_where_groups_count(club: Any, open_club: Any, call_as: Any) -> None:
    """By default for /segments/me alone; by choice wherever a customer sees its own."""
    anna = call_as(READ_OWN, customer="anna")
    for shop, seen in ((club, False), (open_club(group_membership="everywhere"), True)):
        put(shop, "s", "vip")
        shop.stock("s", "boots", "CATEGORY")
        assert mine(shop, anna) == ["s"]
        path = {"segmentId": "s"}
        statuses = {
            shop.call(operation, path=path, by=anna).status
            for operation in (
                "GET-retrieve-segment",
                "GET-retrieve-segment-items",
                "POST-search-items",
                "GET-retrieve-customers",
            )
        }
        assert statuses == {200 if seen else 404}
        for operation in (
            "GET-retrieve-segments",
            "POST-search-segments",
            "GET-retrieve-segments-items",
            "GET-retrieve-category-trees",
        ):
            assert bool(shop.call(operation, by=anna).body) == seen


def test_deleting_a_segment_with_groups(club: Any, headers_of: Any) -> None:
    """Groups keep a segment from being deleted without force, and go with it when forced."""
    put(club, "s", "vip")
    path = {"segmentId": "s"}
    reply = club.call("DELETE-remove-segment", path=path)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-418")
    bulk = club.call("DELETE-remove-segments-bulk", body=["s"])
    assert bulk.body[0]["code"] == 400
    reply = club.call("DELETE-remove-segment", path=path, query={"forceDelete": True})
    assert reply.status == 204
    assert len(club.world.group_assignments) == 0
    club.add("s")
    assert groups(club, "s") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({"mixins": 1}, "/mixins"),
        ({"metadata": []}, "/metadata"),
        ({"mixins": {"a": "\ud800"}}, "/mixins"),
        ({"mixins": {"a": 2**70}}, "/mixins"),
    ],
)
def test_bad_bodies_of_groups_change_nothing(
    club: Any, headers_of: Any, body: Any, pointer: str
) -> None:
    """What is no assignment is refused with a pointer."""
    before = club.snapshot()
    reply = put(club, "s", "vip", body=body)
    assert reply.status == 400
    assert headers_of(reply).get("X-Mock-Pointer", "") == pointer
    assert put(club, "s", "", body={}).status == 400
    assert club.snapshot() == before


def test_the_fixture_has_groups(open_vendor: Any) -> None:
    """The cast of the newer version: groups with customers, some bound to a legal entity."""
    world = open_vendor("emporix", editions={"emporix": EDITION}).state("emporix").worlds["acme"]
    bound = {group.id: group.legal_entity_id for group in world.groups.values()}
    assert bound["coffee-lovers"] is None
    assert bound["trading-buyers"] == "le-okafor-trading"
    assert world.groups["back-office"].user_type == "EMPLOYEE"
    assert {row.key for row in world.group_assignments.rows} >= {
        ("de-newcomers", "coffee-lovers"),
        ("platinum-segment", "trading-buyers"),
    }
