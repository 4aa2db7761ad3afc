"""Pages, order and filters of the two lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.kernel.service import Service
from mockserver.vendors.openloyalty import query as queries
from mockserver.vendors.openloyalty.columns import SEGMENT_COLUMNS


def names(client: Any, *undeclared: tuple[str, str], **query: Any) -> list[str]:
    """Return the names of the segments that a query finds."""
    reply = client.ask("segmentGetList", query={"_itemsOnPage": 50, **query}, undeclared=undeclared)
    assert reply.status == 200, reply
    return [item["name"] for item in reply.body["items"]]


def refused(client: Any, *undeclared: tuple[str, str], **query: Any) -> tuple[str, str]:
    """Return path and requirement of the refusal of a query."""
    reply = client.ask("segmentGetList", query=query, undeclared=undeclared)
    assert reply.status == 400, reply
    requirement = client.header(reply, "X-Mock-Requirement")
    assert requirement is not None
    return reply.body["errors"][0]["path"], requirement


def test_a_page_holds_ten_and_the_total_tells_the_rest(client: Any) -> None:
    """The first page has ten items of forty (OLO-120, OLO-125)."""
    reply = client.ask("segmentGetList")

    assert len(reply.body["items"]) == 10
    assert reply.body["total"] == {"all": 40, "filtered": 40, "estimated": False}


def test_pages_put_together_are_the_list(client: Any) -> None:
    """Pages neither overlap nor leave anything out; one beyond the end is empty.

    OLO-123, OLO-127.
    """
    pages = [names(client, _page=page, _itemsOnPage=7) for page in range(1, 8)]

    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 5, 0]
    assert [name for page in pages for name in page] == names(client)
    assert names(client, _page=2**31 - 1) == []
    assert names(client, ("name[like]", "o"), _page=2**31 - 1) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "createdAt[gt]",
            "This value should be a date-time such as 2026-01-31T00:00:00Z (write + as %2B).",
        ),
        ("active[eq]", "This value should be true or false."),
        ("customersCount[gt]", "This value should be of type integer."),
        ("averageClv[gt]", "This value should be of type number."),
    ],
)
def test_a_wrong_value_is_told_what_is_expected(cast: Any, name: str, message: str) -> None:
    """The message of a filter names what a caller can write, in words of the API."""
    reply = cast.ask("segmentGetList", undeclared=[(name, "2025-01-15T00:00:00 01:00")])

    assert reply.body["errors"][0]["message"] == message


def test_rows_come_in_order_of_creation(cast: Any) -> None:
    """Without _orderBy the newest segment is last (OLO-144)."""
    cast.create("Newest")

    assert names(cast)[0] == "Gold Members"
    assert names(cast)[-1] == "Newest"


def test_total_tells_all_and_filtered(cast: Any) -> None:
    """The total counts what matches the filters, and everything."""
    reply = cast.ask("segmentGetList", query={"active": False})

    assert reply.body["total"] == {"all": 27, "filtered": 2, "estimated": False}


def test_more_than_5000_results_are_estimated(open_vendor: Callable[..., Service]) -> None:
    """Beyond 5000 results the total says that it is an estimate; a filter can go below."""
    service = open_vendor("openloyalty", customers=0, segments=5001)
    found = service.state("openloyalty").worlds["default"]
    everything = queries.read(SEGMENT_COLUMNS, {}, (), found.choices)
    inactive = queries.read(SEGMENT_COLUMNS, {"active": False}, (), found.choices)

    assert found.rows(everything).estimated is True
    assert found.rows(inactive).estimated is False


@pytest.mark.parametrize(
    "field",
    list(SEGMENT_COLUMNS),
)
def test_every_field_sorts_both_ways(client: Any, field: str) -> None:
    """Descending is ascending read backwards, but for rows that are equal in the field.

    OLO-128.
    """
    upwards, downwards = [
        client.ask("segmentGetList", query={"_itemsOnPage": 50, "_orderBy": {field: way}}).body
        for way in ("asc", "desc")
    ]

    def key(row: dict[str, Any]) -> Any:
        value = row.get(field)
        number = field.startswith("average")
        return (value is not None, float(value) if number else str(value).casefold(), value)

    if field != "customersCount":
        assert upwards["items"] == sorted(upwards["items"], key=key)
    values = [row.get(field) for row in upwards["items"]]
    assert [row.get(field) for row in downwards["items"]] == values[::-1]


def test_sort_keys_count_in_the_order_sent(cast: Any) -> None:
    """The first key decides, the second breaks ties (OLO-129)."""
    by_active = names(cast, _orderBy={"active": "asc", "name": "desc"})
    by_name = names(cast, _orderBy={"name": "desc", "active": "asc"})

    assert by_active[:2] == ["Spring campaign 2026", "Draft"]
    assert by_active[2:] == [name for name in by_name if name not in by_active[:2]]
    assert by_name == sorted(by_name, reverse=True)


def test_sorting_disregards_case(cast: Any) -> None:
    """From A to Z means that capitals do not come first."""
    for name in ("zebra", "Zoo", "apple"):
        cast.create(name)

    found = names(cast, _orderBy={"name": "asc"})

    assert found[0] == "App fans"
    assert found[1] == "apple"
    assert found[-2:] == ["zebra", "Zoo"]


def test_an_unsortable_field_is_refused(cast: Any, choosing: Callable[..., Any]) -> None:
    """A key that does not sort is 400 with its path, or passed over by choice."""
    assert refused(cast, _orderBy={"parts": "asc"}) == ("_orderBy[parts]", "OLO-130")
    client = choosing(unsortable="ignore")
    assert names(client, _orderBy={"parts": "asc"}) == names(client)


NEWER = "2026-03-01T00:00:00Z"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"name": "Gold Members"}, {"Gold Members"}),
        ({"name": "gold members"}, set()),
        ({"name[eq]": "Gold Members"}, {"Gold Members"}),
        ({"name[like]": "GOLD"}, {"Gold Members", "Gold on the trail"}),
        ({"name[like]": "%"}, set()),
        ({"name[IN]": "Draft,App fans,Nothing"}, {"Draft", "App fans"}),
        ({"description[notHasValue]": ""}, {"Trail shoe owners"}),
        ({"description[like]": "four"}, {"App fans"}),
        ({"active[eq]": "false"}, {"Draft", "Spring campaign 2026"}),
        ({"active": False, "name[like]": "dra"}, {"Draft"}),
        ({"active[IN]": "false", "description[like]": "campaign"}, {"Spring campaign 2026"}),
        ({"customersCount": 4}, {"Hand-picked testers"}),
        ({"customersCount[gt]": "3"}, {"Hand-picked testers"}),
        (
            {"customersCount[gte]": "3", "customersCount[lt]": "4"},
            {"Outdoor crowd", "Berlin shoppers", "Thirty to fifty", "Imported from CSV"},
        ),
        ({"averageClv": 1805.5}, {"Platinum Members", "App fans", "Recent buyers"}),
        ({"averageClv[eq]": "1805.50"}, {"Platinum Members", "App fans", "Recent buyers"}),
        ({"averageTransactions[lte]": "2", "averageTransactions[gt]": "0"}, {"Lapsed customers"}),
        ({"averageTransactionAmount[gte]": "5.5e2"}, {"Large baskets"}),
        ({"createdAt": "2025-01-15T09:00:00Z"}, {"Gold Members"}),
        ({"createdAt[eq]": "2025-01-15T10:00:00.000+01:00"}, {"Gold Members"}),
        ({"createdAt[lt]": "2025-01-15t09:01:00z"}, {"Gold Members"}),
        ({"createdAt[gte]": NEWER, "createdAt[lte]": NEWER}, set()),
        (
            {"createdAt[IN]": "2026-03-03T09:00:00Z,2026-03-08T09:00:00Z"},
            {"Trail shoe owners", "Newsletter readers"},
        ),
    ],
)
def test_filters_find(cast: Any, query: dict[str, Any], expected: set[str]) -> None:
    """Each operator finds what it says; several filters must all hold.

    OLO-132, OLO-133, OLO-134, OLO-139, OLO-143.
    """
    declared = {name: value for name, value in query.items() if "[" not in name}
    undeclared = [(name, value) for name, value in query.items() if "[" in name]

    found = set(names(cast, *undeclared, **declared))

    assert found == expected


def test_has_value_and_the_empty_text(cast: Any) -> None:
    """An empty description is a value; a missing one is none (OLO-135, OLO-136)."""
    cast.create("Empty", description="")

    with_value = names(cast, ("description[hasValue]", "whatever"))
    without = names(cast, ("description[notHasValue]", ""))

    assert "Empty" in with_value
    assert "Empty" in names(cast, description="")
    assert sorted([*with_value, *without]) == sorted(names(cast))
    assert without == ["Trail shoe owners"]
    assert "Trail shoe owners" not in names(cast, ("description[like]", ""))


@pytest.mark.parametrize(
    ("name", "value", "path", "requirement"),
    [
        ("name[ne]", "x", "name[ne]", "OLO-140"),
        ("name[]", "x", "name[]", "OLO-140"),
        ("name[eq][x]", "1", "name[eq][x]", "OLO-140"),
        ("name[eq]x", "1", "name[eq]x", "OLO-140"),
        ("name[like][]", "x", "name[like][]", "OLO-140"),
        ("name[gt]", "x", "name[gt]", "OLO-140"),
        ("active[like]", "true", "active[like]", "OLO-140"),
        ("active[gte]", "true", "active[gte]", "OLO-140"),
        ("createdAt[like]", "2025", "createdAt[like]", "OLO-140"),
        ("customersCount[like]", "1", "customersCount[like]", "OLO-140"),
        ("active[eq]", "yes", "active[eq]", "OLO-141"),
        ("active[eq]", "TRUE", "active[eq]", "OLO-141"),
        ("customersCount[gt]", "1.5", "customersCount[gt]", "OLO-141"),
        ("customersCount[gt]", "9" * 5000, "customersCount[gt]", "OLO-141"),
        ("customersCount[IN]", "1,,2", "customersCount[IN]", "OLO-141"),
        ("averageClv[lt]", "nan", "averageClv[lt]", "OLO-141"),
        ("averageClv[lt]", "", "averageClv[lt]", "OLO-141"),
        ("averageClv[eq]", "1e400", "averageClv[eq]", "OLO-141"),
        ("averageClv[IN]", "1,-1e999", "averageClv[IN]", "OLO-141"),
        ("createdAt[gt]", "yesterday", "createdAt[gt]", "OLO-141"),
        ("createdAt[gt]", "2025-01-15", "createdAt[gt]", "OLO-141"),
        ("createdAt[gt]", "0000-01-01T00:00:00Z", "createdAt[gt]", "OLO-141"),
    ],
)
def test_bad_filters_are_refused(
    cast: Any, name: str, value: str, path: str, requirement: str
) -> None:
    """An operator that does not fit, or a value of the wrong type, is 400 with its path."""
    assert refused(cast, (name, value)) == (path, requirement)


def test_a_leap_second_is_refused_in_the_plain_form_too(cast: Any) -> None:
    """A date that the contract lets through but no clock has is 400, not an error."""
    assert refused(cast, createdAt="2016-12-31T23:59:60Z") == ("createdAt", "OLO-141")


def test_all_faults_of_a_query_are_told(cast: Any) -> None:
    """Every wrong filter has its own error."""
    pairs = [("name[ne]", "x"), ("active[eq]", "x")]

    reply = cast.ask("segmentGetList", undeclared=pairs, query={"_orderBy": {"no": "asc"}})

    assert [error["path"] for error in reply.body["errors"]] == [
        "name[ne]",
        "active[eq]",
        "_orderBy[no]",
    ]


@pytest.mark.parametrize("name", ["nmae[like]", "foo", "name[", "segmentId[eq]", "name]x[", ""])
def test_unknown_parameters_are_passed_over_or_refused(
    cast: Any, choosing: Callable[..., Any], name: str
) -> None:
    """What is not declared is ignored, or refused by choice."""
    assert names(cast, (name, "x")) == names(cast)
    assert refused(choosing(unknown_filter="refuse"), (name, "x"))[1] == "OLO-142"


def test_members_are_filtered_and_sorted(cast: Any) -> None:
    """Members have five filters with all operators of texts (OLO-105, OLO-106)."""
    tester = cast.named(12)

    def found(*undeclared: tuple[str, str], **query: Any) -> list[str]:
        reply = cast.ask("segmentGetMembers", tester, query=query, undeclared=undeclared)
        assert reply.status == 200
        return [item["firstName"] for item in reply.body["items"]]

    assert found(firstName="Anna") == ["Anna"]
    assert found(("lastName[like]", "OKA")) == ["Ben"]
    assert found(email="emi.tanaka@example.com") == ["Emi"]
    assert found(phone="+4915100000004") == ["Dmitri"]
    assert found(customerId="00000a11-0000-4000-8000-000000000001") == ["Anna"]
    assert found(("customerId[IN]", "00000a11-0000-4000-8000-000000000001,x")) == ["Anna"]
    assert found(_orderBy={"lastName": "desc"}) == ["Emi", "Dmitri", "Ben", "Anna"]
    assert found(_orderBy={"birthDate": "asc"}) == ["Dmitri", "Ben", "Anna", "Emi"]
    assert found(_orderBy={"gender": "asc", "createdAt": "asc"}) == ["Anna", "Emi", "Dmitri", "Ben"]
    assert found(_page=2, _itemsOnPage=3) == ["Emi"]


def test_a_member_shows_what_is_known(cast: Any) -> None:
    """Unknown fields are absent; calculatedAt is the segment's (OLO-107, OLO-108)."""
    segment = cast.create(
        "All",
        active=True,
        parts=[
            {
                "criteria": [
                    {
                        "type": "customer_list",
                        "customers": ["chloe.martin@example.com", "+4915100000001"],
                    }
                ]
            }
        ],
    )

    anna, chloe = cast.ask("segmentGetMembers", segment).body["items"]

    assert set(chloe) == {
        "customerId",
        "createdAt",
        "firstName",
        "lastName",
        "email",
        "calculatedAt",
    }
    assert anna["birthDate"] == "1988-11-08T00:00:00.000Z"
    assert anna["gender"] == "female"
    assert anna["calculatedAt"] == cast.get(segment)["calculatedAt"]


def test_rows_without_a_value_sort_first(cast: Any) -> None:
    """A missing birth date comes before all dates."""
    everybody = [
        {"type": "customer_list", "customers": ["chloe.martin@example.com", "+4915100000001"]}
    ]
    segment = cast.create("Two", active=True, parts=[{"criteria": everybody}])

    assert cast.members(segment, _orderBy={"birthDate": "asc"}) == ["Chloé", "Anna"]
    assert cast.members(segment, _orderBy={"birthDate": "desc"}) == ["Anna", "Chloé"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pairs=st.lists(
        st.tuples(
            st.one_of(
                st.text(),
                st.builds(
                    "{}[{}]".format,
                    st.sampled_from(
                        ["name", "active", "createdAt", "averageClv", "customersCount"]
                    ),
                    st.one_of(
                        st.sampled_from(["eq", "like", "IN", "gt", "lte", "hasValue"]), st.text()
                    ),
                ),
            ),
            st.text(),
        ),
        max_size=4,
    )
)
def test_no_query_breaks_the_list(cast: Any, pairs: list[tuple[str, str]]) -> None:
    """Whatever stands in a query string, the answer is a page or a refusal."""
    assert cast.ask("segmentGetList", undeclared=pairs).status in (200, 400)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("_orderBy", "_orderBy"),
        ("_orderBy[]", "_orderBy[]"),
        ("_orderBy[name][x]", "_orderBy[name][x]"),
    ],
)
def test_a_sort_in_another_form_is_not_lost_silently(client: Any, name: str, path: str) -> None:
    """`_orderBy=name` is no sort, and is said to be none."""
    assert refused(client, (name, "asc")) == (path, "OLO-176")


@pytest.mark.parametrize(("choice", "status"), [("ignore", 200), ("refuse", 400)])
def test_associations_have_no_sort(choosing: Any, choice: str, status: int) -> None:
    """`_orderBy` is there like any parameter that is not declared: passed over (OLO-142)."""
    client = choosing(unknown_filter=choice)
    reply = client.ask(
        "_getSegmentAssociation",
        client.named(1),
        undeclared=[("_orderBy[name]", "asc")],
        resourceName="reward",
    )
    assert reply.status == status
